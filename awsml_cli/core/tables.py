"""Tables and lists of texts, read as a stream and given back with something added: lines, CSV, JSON lines.

A row keeps the very characters it came in: what is added stands behind them, in the table's own dialect, so that
everything else stays as it was, to the byte.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from awsml_cli.core.errors import AwsmlError, InputError
from awsml_cli.core.sources import PAUSE

DELIMITERS: Final = (",", ";", "\t", "|")
LONGEST_RECORD: Final = 10_000_000  # characters of a row before a quote counts as never closed


@dataclass(slots=True)
class Row:
    """A row: its NUMBER (the line it begins on, from 1), its TEXT of interest, and itself as it came.

    `error` says why there is no text; `place` is where in `raw` the text stands, if it is to be replaced.
    """

    number: int
    text: str
    raw: str
    end: str = "\n"
    error: AwsmlError | None = None
    place: tuple[int, int] | None = None


class Table(Protocol):
    """A form of input whose rows can be read, and given back with more in them."""

    def rows(self, chunks: Iterable[str]) -> Iterator[Row | None]:
        """The rows in CHUNKS as they are complete; None where the source was silent for a while."""

    def head(self) -> str:
        """What stands before the first row, once that has been read, with the columns that are added."""

    def extended(self, row: Row, values: Mapping[str, Any]) -> str:
        """ROW with the columns VALUES added, its line end included; those that are None are left empty."""

    def replaced(self, row: Row, text: str) -> str:
        """ROW with TEXT in the place of its own, its line end included."""


class Lines:
    """Every line is a text."""

    def rows(self, chunks: Iterable[str]) -> Iterator[Row | None]:
        """The lines."""
        number = 0
        for found in lines(chunks):
            if found is None:
                yield None
                continue
            number += 1
            yield Row(number, found[0], found[0], found[1])

    def head(self) -> str:
        """Nothing: lines have no head."""
        return ""

    def extended(self, row: Row, values: Mapping[str, Any]) -> str:
        """The values, parted by a TAB, instead of the line."""
        return "\t".join("" if value is None else str(value) for value in values.values()) + (row.end or "\n")

    def replaced(self, row: Row, text: str) -> str:
        """TEXT instead of the line."""
        return text + row.end


class Csv:
    """The cells of COLUMN, named in the first row, are the texts; the delimiter is found out from that row.

    ADDED are the names of the columns that the table will get.
    """

    def __init__(self, column: str, *, added: Sequence[str] = ()) -> None:
        self.column = column
        self._added = tuple(added)
        self._delimiter = ","
        self._at = 0
        self._names: list[str] = []
        self._head: tuple[str, str] = ("", "")
        self._quoted = False

    def rows(self, chunks: Iterable[str]) -> Iterator[Row | None]:
        """The rows behind the first.

        Raises InputError where there is no such column, where there is one already that would be added, and where a
        quote is never closed.
        """
        for found in self._records(chunks):
            if found is None:
                yield None
            elif not self._names:
                self._settle(found)
            else:
                yield self._row(*found)

    def head(self) -> str:
        """The first row with the names of the columns that are added."""
        if not self._names:
            return ""
        raw, end = self._head
        return raw + "".join(self._delimiter + self._cell(name) for name in self._added) + (end or "\n")

    def extended(self, row: Row, values: Mapping[str, Any]) -> str:
        """The row with cells added; lists and objects in them are JSON."""
        if not row.raw:
            return row.end or "\n"
        return row.raw + "".join(self._delimiter + self._cell(value) for value in values.values()) + row.end

    def replaced(self, row: Row, text: str) -> str:
        """The row with TEXT in the cell."""
        if row.place is None:
            return row.raw + row.end
        begin, end = row.place
        cell = self._cell(text, quoted=row.raw[begin : begin + 1] == '"')
        return row.raw[:begin] + cell + row.raw[end:] + row.end

    def _records(self, chunks: Iterable[str]) -> Iterator[tuple[int, str, str] | None]:
        """Rows as they came, a line end inside quotes being no end: number, characters, line end."""
        number, first, held = 0, 0, ""
        for found in lines(chunks):
            if found is None:
                yield None
                continue
            number += 1
            line, end = found
            first = first if held else number
            raw = held + line
            if '"' in raw and self._is_open(raw):
                held = raw + end
                if len(held) > LONGEST_RECORD or not end:
                    raise InputError(f"line {first}: a quote is opened there and never closed")
                continue
            held = ""
            yield first, raw, end
        if held:
            raise InputError(f"line {first}: a quote is opened there and never closed")

    def _is_open(self, raw: str) -> bool:
        if not self._names:  # the delimiter is not known yet
            return raw.count('"') % 2 == 1
        return _cells(raw, self._delimiter) is None

    def _settle(self, record: tuple[int, str, str]) -> None:
        _, raw, end = record
        found = {mark: _cells(raw, mark) or [] for mark in DELIMITERS}
        named = {mark: [_value(raw[slice(*cell)]) for cell in cells] for mark, cells in found.items()}
        usual = max(DELIMITERS, key=lambda mark: len(named[mark]))
        fitting = [mark for mark in DELIMITERS if self.column in named[mark]]
        if not fitting:
            raise InputError(
                f"there is no column `{self.column}` in the first row",
                hint=f"its columns are: {', '.join(named[usual])}",
            )
        self._delimiter = usual if usual in fitting else fitting[0]
        self._names = named[self._delimiter]
        self._at = self._names.index(self.column)
        taken = [name for name in self._added if name in self._names]
        if taken:
            raise InputError(
                f"the table has a column `{taken[0]}` already", hint="rename it, so that nothing is written over"
            )
        self._head = (raw, end)
        self._quoted = all(raw[cell[0] : cell[0] + 1] == '"' for cell in found[self._delimiter])

    def _row(self, number: int, raw: str, end: str) -> Row:
        if not raw:
            return Row(number, "", raw, end)
        cells = _cells(raw, self._delimiter) or []
        if len(cells) <= self._at:
            error = InputError(f"the row has {len(cells)} cells, and `{self.column}` is number {self._at + 1}")
            return Row(number, "", raw, end, error=error)
        place = cells[self._at]
        return Row(number, _value(raw[slice(*place)]), raw, end, place=place)

    def _cell(self, value: Any, *, quoted: bool = False) -> str:
        if value is None:
            text = ""
        elif isinstance(value, str):
            text = value
        else:
            text = json.dumps(value, ensure_ascii=False)
        if quoted or self._quoted or self._delimiter in text or any(mark in text for mark in '"\r\n'):
            return '"' + text.replace('"', '""') + '"'
        return text


class JsonLines:
    """The values of FIELD (`a.b` is b inside a) of each object are texts, or any JSON as VALUES; it will get ADDED."""

    def __init__(self, field: str, *, added: Sequence[str] = (), values: bool = False) -> None:
        self.field, self._values = field, values
        self._added = tuple(added)

    def rows(self, chunks: Iterable[str]) -> Iterator[Row | None]:
        """The objects; a line that is none, or has no such text, is a row with an error."""
        number = 0
        for found in lines(chunks):
            if found is None:
                yield None
                continue
            number += 1
            raw, end = found
            if not raw.strip():
                yield Row(number, "", raw, end)
                continue
            try:
                text, place = self._text(raw)
            except InputError as error:
                yield Row(number, "", raw, end, error=error)
            else:
                yield Row(number, text, raw, end, place=place)

    def head(self) -> str:
        """Nothing: JSON lines have no head."""
        return ""

    def extended(self, row: Row, values: Mapping[str, Any]) -> str:
        """The object with members added behind its own."""
        given = {name: value for name, value in values.items() if value is not None}
        if row.place is None or not given:
            return row.raw + (row.end or "\n")
        body = row.raw.rstrip()
        return f"{body[:-1].rstrip()}, {json.dumps(given, ensure_ascii=False)[1:]}{row.raw[len(body) :]}{row.end}"

    def replaced(self, row: Row, text: str) -> str:
        """The object with TEXT as the value of the field."""
        if row.place is None:
            return ("" if row.error else row.raw) + row.end
        begin, end = row.place
        return row.raw[:begin] + json.dumps(text, ensure_ascii=False) + row.raw[end:] + row.end

    def _text(self, raw: str) -> tuple[str, tuple[int, int]]:
        try:
            whole = json.loads(raw)
        except ValueError as problem:
            raise InputError(f"the line is not JSON: {problem}") from None
        except RecursionError:
            raise InputError("the line is not JSON that can be read: it is nested too deep") from None
        if not isinstance(whole, dict):
            raise InputError("the line is JSON, but no object")
        taken = [name for name in self._added if name in whole]
        if taken:
            raise InputError(
                f"there is a field `{taken[0]}` already", hint="rename it, so that nothing is written over"
            )
        found: Any = whole
        for name in self.field.split("."):
            if not isinstance(found, dict) or name not in found:
                raise InputError(f"there is no field `{self.field}`")
            found = found[name]
        if self._values:
            place = _place(raw, self.field.split("."))
            return raw[slice(*place)], place
        if not isinstance(found, str | None):
            raise InputError(f"the field `{self.field}` is no text")
        text = found or ""
        if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
            raise InputError(f"the field `{self.field}` is no text: it has half a character (a lone surrogate)")
        return text, _place(raw, self.field.split("."))


def lines(chunks: Iterable[str]) -> Iterator[tuple[str, str] | None]:
    r"""The lines in CHUNKS with their ends (`\n`, `\r\n`, or nothing at the very end); None for a PAUSE."""
    parts: list[str] = []
    for chunk in chunks:
        if chunk == PAUSE:
            yield None
            continue
        if "\n" not in chunk:
            parts.append(chunk)
            continue
        parts.append(chunk)
        *whole, rest = "".join(parts).split("\n")
        parts = [rest] if rest else []
        for line in whole:
            yield (line[:-1], "\r\n") if line.endswith("\r") else (line, "\n")
    if parts:
        yield "".join(parts), ""


def _cells(raw: str, delimiter: str) -> list[tuple[int, int]] | None:
    """Where each cell of RAW stands; None where a quote is open at its end."""
    found, at = [], 0
    if '"' not in raw:
        for cell in raw.split(delimiter):
            found.append((at, at + len(cell)))
            at += len(cell) + 1
        return found
    quoted = re.compile(rf'"(?:[^"]|"")*+"[^{re.escape(delimiter)}]*+')
    while True:
        begin = at
        if raw.startswith('"', at):
            match = quoted.match(raw, at)
            if match is None:
                return None
            at = match.end()
        else:
            end = raw.find(delimiter, at)
            at = len(raw) if end < 0 else end
        found.append((begin, at))
        if at >= len(raw):
            return found
        at += 1


def _value(cell: str) -> str:
    if not cell.startswith('"'):
        return cell
    inside, _, behind = cell[1:].rpartition('"')
    return inside.replace('""', '"') + behind


def _place(raw: str, path: Sequence[str]) -> tuple[int, int]:
    """Where the value at PATH stands in the JSON object RAW; of members of one name, the last, as JSON has it."""
    decoder = json.JSONDecoder()
    at = _skip(raw, 0) + 1
    place = (0, 0)
    while raw[at := _skip(raw, at)] != "}":
        name, at = decoder.raw_decode(raw, at)
        at = _skip(raw, _skip(raw, at) + 1)
        begin = at
        _, at = decoder.raw_decode(raw, at)
        if name == path[0]:
            place = (begin, at)
        at = _skip(raw, at)
        if raw[at] == ",":
            at += 1
    begin, end = place
    if len(path) == 1:
        return place
    inner = _place(raw[begin:end], path[1:])
    return begin + inner[0], begin + inner[1]


def _skip(raw: str, at: int) -> int:
    while raw[at] in " \t\r\n":
        at += 1
    return at
