"""Words whose translation is given: read from a list, a table or a memory, checked before they are sent. Pure.

Limits: https://docs.aws.amazon.com/translate/latest/dg/creating-custom-terminology.html
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from awsml_cli.core.cache import key_of
from awsml_cli.core.errors import InputError, UsageError
from awsml_cli.core.limits import TERMINOLOGY_BYTES, TERMINOLOGY_TARGETS, TERMINOLOGY_TERM_BYTES

FORMATS: Final = {"csv": "CSV", "tsv": "TSV", "tab": "TSV", "tmx": "TMX"}
DIRECTIONS: Final = {"uni": "UNI", "multi": "MULTI"}


@dataclass(frozen=True)
class Terms:
    """A terminology as a file: its `content` in `format` (CSV, TSV or TMX)."""

    content: bytes
    format: str

    @property
    def key(self) -> str:
        """What tells it from others."""
        return key_of(self.content.decode("utf-8", "replace"), self.format)


def read(content: bytes, *, name: str) -> Terms:
    """The terminology in a file called NAME. Raises InputError with the line of what AWS would refuse."""
    ending = name.rpartition(".")[2].lower()
    if len(content) > TERMINOLOGY_BYTES:
        raise InputError(f"{name}: {len(content):,} bytes; a terminology has at most {TERMINOLOGY_BYTES:,}")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise InputError(f"{name} is not UTF-8 text: {problem.reason} at offset {problem.start}") from None
    if ending == "tmx":
        if "<tmx" not in text[:2000]:
            raise InputError(f"{name} is no TMX: it does not begin with <tmx")
        return Terms(content, "TMX")
    delimiter = "\t" if ending in ("tsv", "tab") or "\t" in text.partition("\n")[0] else ","
    rows = [(number, row) for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter), 1) if row]
    _check(rows, name)
    return Terms(text.encode(), "TSV" if delimiter == "\t" else "CSV")


def given(pairs: Iterable[str], *, source: str, targets: Sequence[str]) -> Terms:
    """The terminology of PAIRS `word=translation`, for each of TARGETS. Raises UsageError."""
    if source == "auto":
        raise UsageError("--term needs the language that it is in", hint="--from en")
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow([source, *targets])
    for pair in pairs:
        word, equals, translation = pair.partition("=")
        if not (equals and word.strip() and translation.strip()):
            raise UsageError(f"`{pair}` is not WORD=TRANSLATION", hint='--term "Amazon Echo=Amazon Echo"')
        for part in (word, translation):
            if len(part.encode()) > TERMINOLOGY_TERM_BYTES:
                raise UsageError(f"`{part[:40]}…` has {len(part.encode())} bytes; a term has at most 200")
        rows.writerow([word.strip(), *[translation.strip()] * len(targets)])
    return Terms(out.getvalue().encode(), "CSV")


def _check(rows: list[tuple[int, list[str]]], name: str) -> None:
    if len(rows) < 2:
        raise InputError(f"{name} holds no terms", hint="a first row of language codes (en,es,fr), then the terms")
    _, head = rows[0]
    codes = [cell.strip() for cell in head]
    if len(codes) < 2 or any(not code or " " in code or len(code) > 8 for code in codes):
        raise InputError(f"{name}, line 1: the first row names the languages", hint="en,es,fr")
    if len(codes) != len(set(codes)):
        raise InputError(f"{name}, line 1: a language stands there twice")
    if len(codes) - 1 > TERMINOLOGY_TARGETS:
        raise InputError(f"{name}: {len(codes) - 1} target languages; at most {TERMINOLOGY_TARGETS} are allowed")
    seen: dict[str, int] = {}
    for number, row in rows[1:]:
        if len(row) > len(codes):
            raise InputError(f"{name}, line {number}: {len(row)} cells, and the first row has {len(codes)}")
        if not row[0].strip():
            raise InputError(f"{name}, line {number}: the word is missing")
        if row[0] in seen:
            raise InputError(f"{name}, line {number}: `{row[0]}` stands in line {seen[row[0]]} already")
        seen[row[0]] = number
        for cell in row:
            if len(cell.encode()) > TERMINOLOGY_TERM_BYTES:
                raise InputError(f"{name}, line {number}: a term of {len(cell.encode())} bytes; 200 are allowed")
