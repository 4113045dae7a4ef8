"""A document without what is private in it, as it comes, and the way back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from awsml_cli.core.documents import Answer, Document, Window
from awsml_cli.core.keys import moved, plain
from awsml_cli.core.session import Session
from awsml_cli.core.tokens import TokenFile
from awsml_cli.formats.readings import Choice
from awsml_cli.formats.redaction import Redactor, Replace, Tokens, restored, tag
from awsml_cli.formats.spans import covered
from awsml_cli.formats.windows import OVERLAP


@dataclass(frozen=True)
class Redaction:
    """How private data is replaced: by what `replace` makes of it; `reversible` where that are tokens."""

    replace: Replace = tag
    reversible: bool = False
    choice: Choice = field(default_factory=Choice)


def by_tokens(file: TokenFile, choice: Choice) -> Redaction:
    """Replace by tokens, which FILE remembers. Raises InputError for a file of something else."""
    return Redaction(Tokens(file.read(missing=True), file.keep), reversible=True, choice=choice)


def unredact(chunks: Iterable[str], file: TokenFile, session: Session) -> Iterator[str]:
    """The text of CHUNKS with what FILE remembers put back. Raises InputError for a file of something else."""

    def unknown(token: str) -> None:
        session.talk.warn(f"{token} is not in {file.path}; it stays")

    return restored(chunks, file.read(), unknown=unknown)


class RedactedReading:
    """The reading that gives the text itself, with what was found in it replaced."""

    def __init__(self, how: Redaction, language: str = "", *, key: str = "Entities") -> None:
        self._how = how
        self._language = language
        self._key = key
        self._redactor = Redactor(how.replace, reversible=how.reversible)
        self._pieces: list[str] = []
        self._found: list[dict[str, Any]] = []
        self._kept = True

    def add(self, window: Window, answer: Any) -> None:
        """Take what is private in WINDOW."""
        found = [span for span in (answer or {}).get(self._key) or () if self._how.choice.wants(span)]
        if window.begin:
            found = moved(found, places=window.begin)
        if self._kept:
            self._found += [{name: value for name, value in span.items() if name != "Text"} for span in found]
        end = window.own + len(window.segment)
        piece = self._redactor.feed(window.segment, found, settled=end if window.hard else end - OVERLAP)
        if piece:
            self._pieces.append(piece)

    def take(self) -> list[tuple[str]]:
        """The text that is certain."""
        self._kept = False  # nobody asks for the list of a text that is given out as it comes
        self._found.clear()
        pieces, self._pieces = self._pieces, []
        return [(piece,) for piece in pieces]

    def close(self, document: Document) -> Answer:
        """The whole text, or the rest of it."""
        text = "".join([*self._pieces, self._redactor.close()])
        fields = {"redacted_text": text, "entities": plain(covered(self._found))}
        if self._language:
            fields["language_code"] = self._language
        return Answer(document, fields, [(text,)], {self._key: self._found})
