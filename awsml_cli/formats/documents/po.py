"""PO files of gettext: `msgid` is translated into `msgstr`, plural forms each from the form they belong to.

Entries that have a translation keep it unless `overwrite` is given; the header, comments, flags (fuzzy too), contexts
and obsolete entries stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from awsml_cli.core.errors import InputError
from awsml_cli.formats.documents.encoding import Line, TextFile, decode, lines
from awsml_cli.formats.documents.model import Document, Draft, Options

_KEYWORD = re.compile(r"(msgctxt|msgid_plural|msgid|msgstr(?:\[(\d+)\])?)\s*(\".*)\Z")
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"\s*\Z')
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_SIGNS = {
    "\\": "\\\\",
    '"': '\\"',
    "\n": "\\n",
    "\t": "\\t",
    "\r": "\\r",
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\v": "\\v",
}
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{1,2}|[0-7]{1,3}|.)", re.DOTALL)
_CHARSET = re.compile(rb"charset=([\w.:-]+)", re.IGNORECASE)


@dataclass(slots=True)
class _String:
    """A keyword's string: what it says, and where its quoted parts stand."""

    text: str
    begin: int
    end: int


@dataclass(slots=True)
class _Entry:
    """An entry: its strings by keyword, and the line that it begins in."""

    line: int
    strings: dict[str, _String] = field(default_factory=dict)


def read(data: bytes, options: Options) -> Document:
    """The PO file in DATA. Raises InputError, with the line, where it is none."""
    named = _CHARSET.search(data[:4096])
    declared = named[1].decode("ascii", "replace").lower() if named else None
    file = decode(data, declared=None if declared in (None, "charset", "utf8") else declared)
    draft = Draft()
    for entry in _entries(file):
        source = entry.strings.get("msgid")
        if source is None or not source.text:
            continue  # the header, or nothing
        for keyword, target in entry.strings.items():
            if not keyword.startswith("msgstr") or (target.text and not options.overwrite):
                continue
            plural = keyword not in ("msgstr", "msgstr[0]")
            text = entry.strings["msgid_plural"].text if plural and "msgid_plural" in entry.strings else source.text
            context = entry.strings.get("msgctxt")
            name = f"{context.text}|{source.text}" if context else source.text
            indexes, joined = draft.value(f"line {entry.line}: {name[:40]}{keyword[6:]}", text)
            if indexes:
                draft.slot(target.begin, target.end, indexes, partial(_written, joined, file.newline), always=True)
    return draft.document("po", file)


def _entries(file: TextFile) -> Iterator[_Entry]:
    """The entries that are in use, in order."""
    entry: _Entry | None = None
    open_: _String | None = None
    for number, line in enumerate(lines(file.text), start=1):
        stripped = line.text.strip()
        if not stripped or stripped.startswith("#"):
            open_ = None
            if entry and (not stripped or "msgstr" in "".join(entry.strings)):
                yield entry
                entry = None
            continue
        found = _KEYWORD.match(stripped)
        begin = line.begin + line.text.index('"') if '"' in line.text else line.end
        if found is None:
            if open_ is None or not stripped.startswith('"'):
                raise InputError(f"the file is not PO: line {number} is neither an entry's nor a comment")
            open_.text += _unquoted(stripped, number)
            open_.end = _end(line)
            continue
        keyword = found[1]
        if (
            entry is None
            or (keyword in entry.strings)
            or (keyword in ("msgid", "msgctxt") and "msgstr" in "".join(entry.strings))
        ):
            if entry:
                yield entry
            entry = _Entry(number)
        open_ = entry.strings[keyword] = _String(_unquoted(found[3], number), begin, _end(line))
    if entry:
        yield entry


def _end(line: Line) -> int:
    return line.begin + len(line.text.rstrip())


def _unquoted(raw: str, number: int) -> str:
    found = _STRING.fullmatch(raw)
    if found is None:
        raise InputError(f"the file is not PO: the string in line {number} is not closed")
    return _ESCAPE.sub(_unescaped, found[1])


def _unescaped(found: re.Match[str]) -> str:
    sign = found[1]
    if sign[0] == "x" and len(sign) > 1:
        return chr(int(sign[1:], 16))
    if sign.isdecimal() and all(digit in "01234567" for digit in sign):
        return chr(int(sign, 8))
    return _ESCAPES.get(sign, sign)


def _written(joined: Callable[[Sequence[str]], str], newline: str, texts: Sequence[str]) -> str:
    """The string as gettext writes it: on one line, or from the next one on with a line for each of its own."""
    parts = joined(texts).splitlines(keepends=True) or [""]
    quoted = ['"' + "".join(_SIGNS.get(char, char) for char in part) + '"' for part in parts]
    return quoted[0] if len(quoted) == 1 else newline.join(['""', *quoted])
