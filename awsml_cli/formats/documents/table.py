"""CSV and TSV: chosen columns are translated, with separators, quotation marks and line ends as they are (RFC 4180).

Without chosen columns, the cells that read as text (`prose.is_prose`) are. The first row names the columns, and stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from awsml_cli.core.errors import InputError, UsageError
from awsml_cli.formats.documents.encoding import decode, line_number
from awsml_cli.formats.documents.model import Document, Draft, Options
from awsml_cli.formats.documents.prose import is_prose

_SEPARATORS = ",;\t|"


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell: what it says, and where it stands, quotation marks included."""

    text: str
    begin: int
    end: int
    quoted: bool


def read(kind: str, data: bytes, options: Options) -> Document:
    """The table in DATA. Raises InputError for a column that is not there or a quotation mark that is not closed."""
    file = decode(data)
    separator = "\t" if kind == "tsv" else _separator(file.text)
    rows = _rows(file.text, separator, quotes=kind == "csv" or '"' in file.text)
    head = next(rows, []) if options.header else []
    names = [cell.text.strip() for cell in head]
    columns = _columns(options.columns, names, header=options.header)
    draft = Draft()
    widest = len(names)
    for number, row in enumerate(rows, start=2 if options.header else 1):
        widest = max(widest, len(row))
        for at, cell in enumerate(row):
            name = names[at] if at < len(names) else ""
            if at not in columns if columns else not is_prose(cell.text, key=name):
                continue
            indexes, joined = draft.value(f"row {number}, column {name or at + 1}", cell.text)
            if indexes:
                draft.slot(cell.begin, cell.end, indexes, partial(_written, joined, cell.quoted, separator))
    if not options.header and columns and max(columns) >= widest > 0:
        raise InputError(f"there is no column {max(columns) + 1}: the widest row has {widest}")
    return draft.document(kind, file)


def _columns(wanted: Sequence[str], names: Sequence[str], *, header: bool) -> set[int]:
    """The indexes of the columns WANTED, by name or by number from 1; a name that is a number goes before it."""
    found = set()
    for each in wanted:
        if each in names:
            found.add(names.index(each))
        elif each.isdecimal() and int(each) > 0 and (not header or int(each) <= len(names)):
            found.add(int(each) - 1)
        elif not header:
            raise UsageError(f"a table without a header has no column `{each}`", hint="name columns by number, from 1")
        else:
            raise InputError(f"there is no column `{each}`", hint=f"columns: {', '.join(names)}")
    return found


def _separator(text: str) -> str:
    """The sign that stands most often in the first row, outside quotation marks; a comma where none does."""
    first = re.sub(r'"[^"]*"', "", text[:65536]).lstrip().split("\n", 1)[0]
    return max(_SEPARATORS, key=first.count)


def _rows(text: str, separator: str, *, quotes: bool) -> Iterator[list[_Cell]]:
    """The rows of TEXT; blank lines are none. Raises InputError where a quotation mark is not closed."""
    plain = re.compile(rf"[^{re.escape(separator)}\r\n]*")
    row: list[_Cell] = []
    at = 0
    while at <= len(text):
        if quotes and text[at : at + 1] == '"':
            begin, at = at, _closing(text, at)
            rest = plain.match(text, at)
            raw, at = text[begin + 1 : at - 1].replace('""', '"'), rest.end() if rest else at
            row.append(_Cell(raw + (rest[0] if rest else ""), begin, at, True))
        else:
            found = plain.match(text, at)
            begin, at = at, found.end() if found else at
            row.append(_Cell(text[begin:at], begin, at, False))
        if text[at : at + 1] == separator:
            at += 1
            continue
        if len(row) > 1 or row[0].text:
            yield row
        row = []
        at += 2 if text.startswith("\r\n", at) else 1
        if at == len(text):
            return


def _closing(text: str, at: int) -> int:
    """The index behind the quotation mark that closes the one at AT."""
    end = at + 1
    while (end := text.find('"', end)) >= 0:
        if text[end + 1 : end + 2] != '"':
            return end + 1
        end += 2
    raise InputError(f"a quotation mark is never closed, line {line_number(text, at)}")


def _written(joined: Callable[[Sequence[str]], str], quoted: bool, separator: str, texts: Sequence[str]) -> str:
    text = joined(texts)
    needed = separator in text or '"' in text or "\n" in text or "\r" in text
    return (
        '"' + text.replace('"', '""') + '"'
        if quoted or (needed and not (separator == "\t" and '"' not in text))
        else text
    )
