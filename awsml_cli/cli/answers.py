"""Answers about documents into bytes, in every format, each as soon as it is there."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from awsml_cli.cli import cells, render, streams
from awsml_cli.cli.query import query
from awsml_cli.core.documents import Answer
from awsml_cli.core.sources import Source
from awsml_cli.core.tables import Csv, JsonLines, Lines, Table
from awsml_cli.formats import marks

PLACE: Final = ("type", "text", "score", "begin_offset", "end_offset")
MARKED: Final = 4_000  # characters of a text that is shown, marked, above the table of what is in it
_JSON: Final = json.JSONEncoder(ensure_ascii=False)
_BACKGROUNDS: Final = ("44;97", "42;30", "43;30", "45;97", "46;30", "41;97", "47;30", "104;30")
_FEELINGS: Final = {"POSITIVE": "32", "NEGATIVE": "31", "MIXED": "33"}


@dataclass(frozen=True)
class Documents:
    """What a command says about documents.

    `answers` gives what was found, all that is there at once, told whether to give parts before the end of a document
    and whether to keep its text; `columns` name the members of a row, of which a document gives several where
    `listed`; `added` makes the cells that a TABLE gets. Where `prose`, the rows are pieces of a text that stands for
    the document's own.
    """

    sources: Sequence[Source]
    table: Table | None
    answers: Callable[[bool, bool], Iterator[list[Answer]]]
    columns: tuple[str, ...]
    added: Callable[[Mapping[str, Any]], dict[str, Any]]
    listed: bool = False
    prose: bool = False

    @property
    def several(self) -> bool:
        """Whether there may be more than one document."""
        return self.table is not None or len(self.sources) > 1

    @property
    def marked(self) -> bool:
        """Whether rows are places in the text."""
        return self.columns[: len(PLACE)] == PLACE

    def name(self, answer: Answer) -> str | int:
        """The name of the document of ANSWER: its file, its line, or both."""
        number = answer.document.number
        if len(self.sources) == 1 and number:
            return number
        return f"{answer.document.source.name}:{number}" if number else answer.document.source.name


class Gathered(streams.Output):
    """An output whose texts wait to be sent together: one system call for all that is there at once."""

    def __init__(self, out: streams.Output) -> None:
        self._out = out
        self._texts: list[str] = []
        self.terminal = out.terminal
        self.path = out.path

    def text(self, text: str) -> None:
        """Add TEXT to what waits."""
        self._texts.append(streams.without_controls(text) if self.terminal else text)

    def styled(self, text: str) -> None:
        """Add TEXT whose colours are ours."""
        self._texts.append(text)

    def send(self) -> None:
        """Write what waits."""
        if self._texts:
            texts, self._texts = self._texts, []
            self._out.styled("".join(texts))


class Writer:
    """Writes answers in one format; `parts` says whether it can use parts of one, `keep` whether it shows texts."""

    parts = False
    keep = False

    def __init__(self, value: Documents, view: render.View, out: streams.Output) -> None:
        self.value = value
        self.view = view
        self.out = out
        self.named = value.several and view.name_inputs

    def write(self, answer: Answer) -> None:
        """Write one answer."""
        raise NotImplementedError

    def blank(self, answer: Answer) -> None:
        """Write what stands for a document that is blank or failed: an empty line for a line."""
        if isinstance(self.value.table, Lines):
            self.out.text("\n")

    def close(self) -> None:
        """Write what stands at the end."""

    def fields(self, answer: Answer) -> dict[str, Any]:
        """The answer as plain data, with its input where there are several."""
        return {**({"input": self.value.name(answer)} if self.named else {}), **(answer.fields or {})}

    def rows(self, answer: Answer) -> Iterator[list[Any]]:
        """The rows, with their input where there are several."""
        before = [self.value.name(answer)] if self.named else []
        return ([*before, *row] for row in answer.rows)

    def heads(self) -> list[str]:
        """The names of the columns."""
        return [*(["input"] if self.named else []), *self.value.columns]


class Text(Writer):
    """Rows, parted by a TAB; the line that they belong to is named only where a line can give several."""

    def __init__(self, value: Documents, view: render.View, out: streams.Output) -> None:
        super().__init__(value, view, out)
        self.parts = value.listed
        if isinstance(value.table, Lines) and not value.listed and len(value.sources) == 1:
            self.named = False

    def write(self, answer: Answer) -> None:
        """One row a line, the lines of one answer at once."""
        lines = ["\t".join([cells.flat(cell) for cell in row]) + "\n" for row in self.rows(answer)]
        if lines:
            self.out.text("".join(lines))

    def blank(self, answer: Answer) -> None:
        """An empty line, unless rows say which line they belong to."""
        if not self.value.listed:
            super().blank(answer)


class Prose(Writer):
    """The text that stands for the document's own, as it grows."""

    parts = True
    _last = "\n"

    def write(self, answer: Answer) -> None:
        """The next piece."""
        text = "".join(row[0] for row in answer.rows)
        row = answer.document.row
        if row is not None and self.value.table is not None and answer.last:
            text = self.value.table.replaced(row, text)
        self._show(text)

    def blank(self, answer: Answer) -> None:
        """Blanks stay; what failed is left out."""
        row = answer.document.row
        if row is not None and self.value.table is not None:
            self._show(row.raw + row.end if answer.error is None else self.value.table.replaced(row, ""))

    def close(self) -> None:
        """A line end, for a person."""
        if self.out.terminal and not self._last.endswith("\n"):
            self.out.text("\n")

    def _show(self, text: str) -> None:
        self.out.text(text)
        self._last = text or self._last


class Extended(Writer):
    """The table itself, with columns added or its text replaced."""

    def __init__(self, value: Documents, view: render.View, out: streams.Output) -> None:
        super().__init__(value, view, out)
        assert value.table is not None
        self.table = value.table
        self.empty = dict.fromkeys(value.added({}))
        self.begun: Source | None = None

    def write(self, answer: Answer) -> None:
        """The row."""
        self._head(answer)
        row = answer.document.row
        assert row is not None
        if self.value.prose:
            self.out.text(self.table.replaced(row, answer.rows[0][0] if answer.rows else ""))
        else:
            self.out.text(self.table.extended(row, self.value.added(answer.fields or {})))

    def blank(self, answer: Answer) -> None:
        """The row, with nothing added; a text that could not be redacted is left out."""
        self._head(answer)
        row = answer.document.row
        assert row is not None
        if not self.value.prose:
            self.out.text(self.table.extended(row, self.empty))
        else:
            self.out.text(self.table.replaced(row, row.text if answer.error is None else ""))

    def close(self) -> None:
        """The first row, where no other has come."""
        if self.begun is None:
            self.out.text(self.table.head())

    def _head(self, answer: Answer) -> None:
        if self.begun is None:
            self.begun = answer.document.source
            self.out.text(self.table.head())


class Json(Writer):
    """One object, or an array of them."""

    _before = "[\n"

    def write(self, answer: Answer) -> None:
        """An object; in an array, as soon as it is there."""
        self._add(self.fields(answer))

    def blank(self, answer: Answer) -> None:
        """`null` for a line, so that each has its place."""
        if self.value.table is not None:
            self._add(None)

    def close(self) -> None:
        """The end of the array."""
        if self.value.several:
            self.out.text("[]\n" if self._before == "[\n" else "\n]\n")

    def _add(self, value: Any) -> None:
        body = json.dumps(value, ensure_ascii=False, indent=2)
        if not self.value.several:
            self.out.text(body + "\n")
            return
        self.out.text(self._before + "  " + body.replace("\n", "\n  "))
        self._before = ",\n"


class JsonLine(Writer):
    """One object a line."""

    def write(self, answer: Answer) -> None:
        """An object."""
        self.out.text(_JSON.encode(self.fields(answer)) + "\n")


class Yaml(Writer):
    """The same as JSON, in YAML."""

    _empty = True

    def write(self, answer: Answer) -> None:
        """An object, or the next of a list."""
        self._empty = False
        fields = self.fields(answer)
        self.out.text(cells.yaml_text([fields] if self.value.several else fields))

    def close(self) -> None:
        """An empty list, where there was nothing."""
        if self._empty and self.value.several:
            self.out.text("[]\n")


class Raw(Writer):
    """AWS's own answer; of several documents, one a line."""

    def write(self, answer: Answer) -> None:
        """The answer."""
        indent = None if self.value.several else 2
        self.out.text(json.dumps(answer.raw, ensure_ascii=False, indent=indent, default=str) + "\n")


class Query(Writer):
    """What `--query` finds in each answer."""

    def write(self, answer: Answer) -> None:
        """What it finds in this one; with `-f raw`, in AWS's own."""
        inside = answer.raw if self.view.format == "raw" else self.fields(answer)
        render.loose(query(self.view.query, inside), self.view, self.out)


class Cells(Writer):
    """CSV or TSV: a header, and rows with the line that they belong to."""

    def __init__(self, value: Documents, view: render.View, out: streams.Output) -> None:
        super().__init__(value, view, out)
        self.parts = value.listed
        self._begun = False

    def write(self, answer: Answer) -> None:
        """The rows of one answer."""
        self._head()
        for row in self.rows(answer):
            self._line(row)

    def blank(self, answer: Answer) -> None:
        """A row of nothing, where each line has one."""
        if self.value.table is not None and not self.value.listed:
            self._head()
            before = [self.value.name(answer)] if self.named else []
            self._line([*before, *[None] * len(self.value.columns)])

    def _head(self) -> None:
        if not self._begun:
            self._begun = True
            self._line(self.heads())

    def _line(self, row: Sequence[Any]) -> None:
        if self.view.format == "tsv":
            self.out.text("\t".join(cells.flat(cell) for cell in row) + "\n")
        else:
            self.out.text(cells.csv_line(["" if cell is None else cell for cell in row]))


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


WRITERS: Final[Mapping[str, type[Writer]]] = {
    "text": Text,
    "table": Grid,
    "json": Json,
    "jsonl": JsonLine,
    "csv": Cells,
    "tsv": Cells,
    "yaml": Yaml,
    "raw": Raw,
    "html": Page,
}


def writer(value: Documents, view: render.View, out: streams.Output) -> Writer:
    """The writer for the format asked for: a table of the user's comes back as one, and text as itself."""
    if view.query is not None:
        return Query(value, view, out)
    format = view.format
    own = {Csv: ("auto", "text", "csv"), JsonLines: ("auto", "text", "jsonl")}
    if isinstance(value.table, Csv | JsonLines) and format in own[type(value.table)]:
        return Extended(value, view, out)
    if value.prose and format in ("auto", "text"):
        return Prose(value, view, out)
    if format == "auto":
        slow = value.table is not None and any(source.slow for source in value.sources)
        format = "table" if out.terminal and not slow else "text"
    return WRITERS[format](value, view, out)


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
