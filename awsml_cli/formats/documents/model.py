"""What a file to be translated is made of: segments to translate, and the places they go back to.

A reader finds the places; whatever lies outside them is written again as it was, and a place whose segments come back
unchanged keeps its very characters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from awsml_cli.formats.documents.encoding import TextFile
from awsml_cli.formats.documents.prose import has_letter
from awsml_cli.formats.transcript.rules import Rules

Markup = Literal["text", "html", "md"]
"""What a segment's signs mean: none has a meaning, `<` and `&` as in HTML and XML, or Markdown's inline signs."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a file is read. What a kind does not know, it ignores.

    `source` and `target` are language codes, needed by TMX and noted in XLIFF. `paths` choose values in JSON and
    JSONL (`$.a.b[*].c`; a bare name is a field), `columns` those of CSV and TSV (names, or numbers from 1), `header`
    says that a table's first row names them. With `overwrite`, entries of PO and XLIFF that already have a translation
    are translated again. `rules` say how wide the lines of subtitles may be.
    """

    source: str | None = None
    target: str | None = None
    paths: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    header: bool = True
    overwrite: bool = False
    rules: Rules = field(default_factory=Rules)


@dataclass(frozen=True, slots=True)
class Segment:
    """A text to translate as one. `id` is its place in the file, unique there and the same at every reading."""

    id: str
    text: str
    markup: Markup = "text"


class Document(Protocol):
    """A file that has been read."""

    @property
    def kind(self) -> str:
        """The kind it was read as."""

    @property
    def segments(self) -> Sequence[Segment]:
        """What is to be translated, in the file's order."""

    def write(self, translations: Sequence[str]) -> bytes:
        """The file with TRANSLATIONS, one for each segment and in its markup, in place of the segments.

        Raises ValueError where their number differs.
        """


@dataclass(frozen=True, slots=True)
class Slot:
    """The place `[begin:end]` in a file's text, written anew by `render` from the translations of `segments`.

    With `always` it is written even where the translations are the segments' own texts: it holds a translation, and
    not the source.
    """

    begin: int
    end: int
    segments: tuple[int, ...]
    render: Callable[[Sequence[str]], str]
    always: bool = False


@dataclass(frozen=True, slots=True)
class Spliced:
    """A file of text whose slots do not overlap and stand in order."""

    kind: str
    file: TextFile
    segments: tuple[Segment, ...]
    slots: tuple[Slot, ...]

    def write(self, translations: Sequence[str]) -> bytes:
        """The file with TRANSLATIONS in place."""
        return self.file.encode(self.spliced(translations))

    def spliced(self, translations: Sequence[str]) -> str:
        """The file's text with TRANSLATIONS in place."""
        if len(translations) != len(self.segments):
            raise ValueError(f"{len(self.segments)} segments, {len(translations)} translations")
        parts, at = [], 0
        for slot in self.slots:
            texts = [translations[index] for index in slot.segments]
            if slot.always or any(
                text != self.segments[index].text for text, index in zip(texts, slot.segments, strict=True)
            ):
                parts += [self.file.text[at : slot.begin], slot.render(texts)]
                at = slot.end
        return "".join([*parts, self.file.text[at:]])


class Draft:
    """A document while it is read."""

    def __init__(self) -> None:
        self.segments: list[Segment] = []
        self.slots: list[Slot] = []
        self._seen: dict[str, int] = {}

    def segment(self, id: str, text: str, markup: Markup = "text") -> int:
        """Add a segment, its id made unique; give its index."""
        seen = self._seen[id] = self._seen.get(id, 0) + 1
        self.segments.append(Segment(id if seen == 1 else f"{id} ({seen})", text, markup))
        return len(self.segments) - 1

    def slot(
        self,
        begin: int,
        end: int,
        segments: Sequence[int],
        render: Callable[[Sequence[str]], str],
        *,
        always: bool = False,
    ) -> None:
        """Add a place."""
        self.slots.append(Slot(begin, end, tuple(segments), render, always))

    def value(self, id: str, value: str) -> tuple[list[int], Callable[[Sequence[str]], str]]:
        """Add the lines of VALUE that have letters as segments.

        Gives their indexes, and what puts their translations back between the blanks and line ends.
        """
        frame: list[str | None] = []  # None is where a translation goes
        indexes: list[int] = []
        for line in value.splitlines(keepends=True):
            text = line.strip()
            if not has_letter(text):
                frame.append(line)
                continue
            at = line.index(text)
            frame += [line[:at], None, line[at + len(text) :]]
            indexes.append(self.segment(id, text))

        def joined(texts: Sequence[str]) -> str:
            rest = iter(texts)
            return "".join(next(rest) if part is None else part for part in frame)

        return indexes, joined

    def document(self, kind: str, file: TextFile) -> Spliced:
        """The document of what was added."""
        return Spliced(kind, file, tuple(self.segments), tuple(sorted(self.slots, key=lambda slot: slot.begin)))
