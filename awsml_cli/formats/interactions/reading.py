"""A CSV in batches of rows, at the speed of Python's own reader, with the line that each row begins on."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import repeat
from typing import Final

from awsml_cli.formats.interactions.joined import Text

BATCH: Final = 1 << 17  # characters read at a time
LONGEST: Final = 1 << 20  # characters of a row
DELIMITERS: Final = (",", ";", "\t", "|")


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows: the first begins on LINE (from 1); `lines` is their text; `quoted` says that a quote is in it."""

    line: int
    lines: list[str]
    text: str
    quoted: bool
    delimiter: str

    def numbered(self) -> Iterator[tuple[int, list[str]]]:
        """Each row with the line that it begins on; an empty line is an empty row. Raises csv.Error."""
        reader = csv.reader(self.lines, delimiter=self.delimiter)
        begun = 0
        for row in reader:
            yield self.line + begun, row
            begun = reader.line_num

    def columns(self, width: int) -> list[list[str]] | None:
        """The cells of each of WIDTH columns; None where a row has more or fewer cells, or a quote is in one.

        Slices of one long list, which costs less than a list for each row.
        """
        if self.quoted or set(map(str.count, self.lines, repeat(self.delimiter))) != {width - 1}:
            return None
        text = self.text.replace("\r\n", "\n") if "\r" in self.text else self.text
        cells = text.removesuffix("\n").replace("\n", self.delimiter).split(self.delimiter)
        return [cells[at::width] for at in range(width)]


def delimiter_of(head: str) -> str:
    """What parts the cells of the first line."""
    return max(DELIMITERS, key=head.count)


def batches(file: Text, *, delimiter: str, line: int = 1) -> Iterator[Batch]:
    """The rows of FILE (opened with `newline=""`) from where it stands, which is LINE."""
    while lines := file.readlines(BATCH):
        text = "".join(lines)
        quoted = '"' in text
        if quoted and text.count('"') % 2:
            _close(file, lines)
        yield Batch(line, lines, text, quoted, delimiter)
        line += len(lines)


def _close(file: Text, lines: list[str]) -> None:
    """Read on until the quote that is open is closed, at most LONGEST characters."""
    read = 0
    while read < LONGEST and (line := file.readline()):
        lines.append(line)
        read += len(line)
        if line.count('"') % 2:
            return
