"""Answers for the eye: a table with the text marked above it, and a page of HTML."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final

from awsml_cli.cli import cells, render, streams
from awsml_cli.cli.answers.model import Documents, Writer
from awsml_cli.core.documents import Answer
from awsml_cli.formats import marks

MARKED: Final = 4_000  # characters of a text that is shown, marked, above the table of what is in it
_BACKGROUNDS: Final = ("44;97", "42;30", "43;30", "45;97", "46;30", "41;97", "47;30", "104;30")
_FEELINGS: Final = {"POSITIVE": "32", "NEGATIVE": "31", "MIXED": "33"}


class Grid(Writer):
    """For a person: a table, and above it a short text with what is in it marked."""

    def __init__(self, value: Documents, view: render.View, out: streams.Output) -> None:
        super().__init__(value, view, out)
        self.keep = value.marked and not value.several and out.terminal
        self._coloured = out.terminal and streams.has_colour(sys.stdout)
        self._rows: list[list[str]] = []

    def write(self, answer: Answer) -> None:
        """Remember the rows, for their width."""
        if self.keep and len(answer.document.text) <= MARKED and answer.rows:
            self.out.styled(painted(answer.document.text.strip("\n"), found(answer), coloured=self._coloured) + "\n\n")
        self._rows += [[cells.flat(cell) for cell in row] for row in self.rows(answer)]

    def blank(self, answer: Answer) -> None:
        """Nothing: rows say which line they belong to."""

    def close(self) -> None:
        """The table."""
        if self._rows:
            drawn = cells.draw_table(self.heads(), self._rows, coloured=self._coloured)
            self.out.styled(felt(drawn) if self._coloured and "sentiment" in self.value.columns else drawn)


class Page(Writer):
    """A page of HTML with what was found marked in the text."""

    keep = True

    def __init__(self, value: Documents, view: render.View, out: streams.Output) -> None:
        super().__init__(value, view, out)
        self._found: list[tuple[str, str, list[marks.Mark]]] = []

    def write(self, answer: Answer) -> None:
        """Remember it: the style stands at the beginning of the page."""
        name = str(self.value.name(answer)) if self.named else ""
        self._found.append((name, answer.document.text, found(answer)))

    def blank(self, answer: Answer) -> None:
        """Nothing is marked in it."""

    def close(self) -> None:
        """The page."""
        for piece in marks.html(self._found):
            self.out.text(piece)


def found(answer: Answer) -> list[marks.Mark]:
    """The places that the rows of ANSWER name."""
    return [(row[3], row[4], str(row[0])) for row in answer.rows]


def painted(text: str, places: Sequence[marks.Mark], *, coloured: bool) -> str:
    """TEXT with the PLACES marked: in colour, or in brackets where there is none."""
    kinds: dict[str, str] = {}
    pieces = []
    for piece, kind in marks.segments(text, places):
        safe = streams.without_controls(piece)
        if not kind:
            pieces.append(safe)
        elif coloured:
            colour = kinds.setdefault(kind, _BACKGROUNDS[len(kinds) % len(_BACKGROUNDS)])
            pieces.append(f"\x1b[{colour}m{safe}\x1b[0m\x1b[2m {kind}\x1b[0m")
        else:
            pieces.append(f"[{safe} {kind}]")
    return "".join(pieces)


def felt(table: str) -> str:
    """TABLE with the sentiments in it coloured."""
    for word, colour in _FEELINGS.items():
        table = table.replace(word, f"\x1b[{colour}m{word}\x1b[0m")
    return table
