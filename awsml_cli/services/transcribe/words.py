"""Words that a recording is likely to hold, for a vocabulary of one job: read, checked line by line, named. Pure.

Rules: https://docs.aws.amazon.com/transcribe/latest/dg/custom-vocabulary.html
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from awsml_cli.core.cache import key_of
from awsml_cli.core.errors import InputError, UsageError

PHRASE_CHARACTERS: Final = 256  # of one phrase
REQUEST_PHRASES: Final = 100  # that a TranscribeAudio takes
LIST_BYTES: Final = 50 * 1024  # of all of them
COLUMNS: Final = ("Phrase", "SoundsLike", "IPA", "DisplayAs")
_MARKS: Final = "-.'’"


@dataclass(frozen=True)
class Words:
    """Phrases for a vocabulary: `text` is a table, tabs and all, or one phrase a line."""

    text: str
    table: bool = False

    @property
    def key(self) -> list[object]:
        """What tells it from others."""
        return [self.text, self.table]

    @property
    def phrases(self) -> list[str]:
        """The phrases of a list."""
        return self.text.splitlines()

    def name(self, language: str) -> str:
        """The name of its vocabulary in LANGUAGE, which its content gives."""
        return f"awsml-{'table' if self.table else 'list'}-{key_of(self.text, self.table, language)[:40]}"

    def rows(self) -> Iterator[dict[str, str]]:
        """The phrases with what a table says of each: SoundsLike, IPA, DisplayAs."""
        if not self.table:
            yield from ({"Phrase": phrase} for phrase in self.phrases)
            return
        head, *lines = self.text.splitlines()
        for line in lines:
            yield dict(zip(head.split("\t"), line.split("\t"), strict=False))

    def entries(self) -> Iterator[dict[str, str]]:
        """The phrases as a request takes them (VocabularyPhrase): blanks between words, and how each is shown."""
        for row in self.rows():
            shown = row.get("DisplayAs")
            yield {"Text": row["Phrase"].replace("-", " "), **({"DisplayAs": shown} if shown else {})}

    def misfit(self) -> str | None:
        """Why a request does not take them, though a job does; None where it does."""
        if any(row.get("SoundsLike") or row.get("IPA") for row in self.rows()):
            return "that says how words sound"
        return None if len(list(self.rows())) <= REQUEST_PHRASES else f"of more than {REQUEST_PHRASES} phrases"


def of(hints: Iterable[str] = (), text: str | None = None, *, source: str = "") -> Words | None:
    """The words of HINTS, blanks in them made hyphens, and of TEXT, a list or a table that SOURCE holds.

    Raises UsageError and InputError for what Transcribe would refuse, with the line.
    """
    given = [_hint(hint) for hint in hints]
    if text is None:
        return _whole("\n".join(dict.fromkeys(given)), "the hints") if given else None
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    head = [cell.strip() for cell in lines[0].split("\t")]
    if "Phrase" in head or "\t" in lines[0]:
        return _whole("\n".join([*_table(lines, head, source), *_rows(given, head)]) + "\n", source, table=True)
    listed = [_phrase(line, f"{source}, line {number}") for number, line in _filled(lines)]
    return _whole("\n".join(dict.fromkeys([*given, *listed])), source)


def _whole(text: str, source: str, *, table: bool = False) -> Words:
    if not text.strip() or (table and text.count("\n") < 2):
        raise InputError(f"{source} holds no words")
    if (size := len(text.encode())) > LIST_BYTES:
        raise InputError(f"{source}: {size:,} bytes; a vocabulary has at most {LIST_BYTES:,}")
    return Words(text, table)


def _hint(text: str) -> str:
    try:
        return _phrase("-".join(text.split()), f"the hint `{text}`")
    except InputError as error:
        raise UsageError(error.message, hint=error.hint) from None


def _filled(lines: list[str]) -> Iterator[tuple[int, str]]:
    return ((number, line) for number, line in enumerate(lines, 1) if line.strip())


def _table(lines: list[str], head: list[str], source: str) -> Iterator[str]:
    if "Phrase" not in head or set(head) - set(COLUMNS) or len(set(head)) < len(head):
        raise InputError(
            f"{source}, line 1: the head of a vocabulary's table is {', '.join(COLUMNS)}, parted by tabs",
            hint="or give a list: one phrase a line",
        )
    yield "\t".join(head)
    for number, line in _filled(lines[1:]):
        where = f"{source}, line {number + 1}"
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) > len(head):
            raise InputError(f"{where}: {len(cells)} columns, and the head has {len(head)}")
        row = dict(zip(head, [*cells, *[""] * (len(head) - len(cells))], strict=True))
        if not row["Phrase"] and "\t" not in line:
            raise InputError(f"{where}: columns are parted by tabs")
        _phrase(row["Phrase"], where)
        yield "\t".join(row.values())


def _rows(hints: list[str], head: list[str]) -> Iterator[str]:
    for hint in hints:
        yield "\t".join(hint if column == "Phrase" else "" for column in head)


def _phrase(text: str, where: str) -> str:
    """TEXT if it can be a phrase. Raises InputError which says WHERE."""
    phrase = text.strip()
    if not phrase:
        raise InputError(f"{where}: the phrase is missing")
    if "\t" in phrase:
        raise InputError(f"{where}: a tab in a list", hint=f"a table begins with the head {', '.join(COLUMNS)}")
    if " " in phrase:
        raise InputError(f"{where}: a blank in `{phrase}`", hint=f"hyphens instead: {'-'.join(phrase.split())}")
    if len(phrase) > PHRASE_CHARACTERS:
        raise InputError(f"{where}: a phrase of {len(phrase)} characters; {PHRASE_CHARACTERS} are allowed")
    for letter in phrase:
        if letter.isdigit():
            raise InputError(f"{where}: a digit in `{phrase}`", hint="write numbers in words")
        if not (letter in _MARKS or unicodedata.category(letter)[0] in "LM"):
            raise InputError(f"{where}: the character `{letter}` (U+{ord(letter):04X}) in `{phrase}` is not allowed")
    return phrase
