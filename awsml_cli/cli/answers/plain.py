"""Answers as rows, as the text that stands for a document's own, and as the user's own table."""

from __future__ import annotations

from awsml_cli.cli import cells, render, streams
from awsml_cli.cli.answers.model import Documents, Writer
from awsml_cli.core.documents import Answer
from awsml_cli.core.sources import Source
from awsml_cli.core.tables import Lines


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
