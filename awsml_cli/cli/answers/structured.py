"""Answers as data: JSON, YAML, CSV, AWS's own, and what a query finds in them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from awsml_cli.cli import cells, render, streams
from awsml_cli.cli.answers.model import Documents, Writer
from awsml_cli.cli.query import query
from awsml_cli.core.documents import Answer

_JSON: Final = json.JSONEncoder(ensure_ascii=False)


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
