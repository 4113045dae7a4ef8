"""What a reading is to a reader: one record, seen as text, tables, form fields, answers and so on."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, ClassVar

from pydantic import PrivateAttr

from awsml_cli.core.errors import UsageError
from awsml_cli.core.record import Listing, Record
from awsml_cli.formats.blocks import Document, Look, Options, parse, render
from awsml_cli.formats.blocks.crops import crops
from awsml_cli.formats.blocks.data import record
from awsml_cli.formats.blocks.sifting import joined_tables, splits, sure
from awsml_cli.formats.blocks.table_text import render_tsv, table_csv, table_tsv
from awsml_cli.formats.pages import kind_of, part
from awsml_cli.services.textract.views import VIEWS, View


class Job(Record):
    """A job of Textract's, as AWS describes it; `id` is enough for `awsml textract jobs …`."""

    columns: ClassVar = ("id", "job_status", "pages", "input")

    id: str
    job_status: str
    status_message: str | None = None
    pages: int | None = None
    input: str | None = None


class StartedJob(Record):
    """The id of a job that goes on without us."""

    columns: ClassVar = ("id",)

    id: str


class Reading(Record):
    """What stands in a document. `raw` is AWS's answer, all pages in one; all else is read from it."""

    columns: ClassVar = ("text",)
    prose: ClassVar = "shown"

    text: str
    pages: int

    _look: Look = PrivateAttr(default_factory=Look)
    _document: Document = PrivateAttr(default_factory=Document)
    _source: bytes | None = PrivateAttr(default=None)

    @property
    def document(self) -> Document:
        """The document, for the renderers."""
        return self._document

    @property
    def view(self) -> View:
        """What is looked at."""
        return VIEWS[self._look.view]

    @property
    def shown(self) -> str:
        """What a pipe gets."""
        look = self._look
        if look.drawn is not None and self._look.view == "tables":
            return "\n".join(look.drawn(table.rows()) for table in self.document.tables)
        if self.view.prose is not None:
            return self.view.prose(self.document, look.options)
        return "".join("\t".join(_flat(cell) for cell in row) + "\n" for row in self.view.rows(self.document))

    def listing(self) -> Listing:
        """The lines of its view as records, for tables and for several inputs."""
        return Listing(self._records(), "Rows")

    def _records(self) -> Iterator[Record]:
        made = self.view.row
        for row in self.view.rows(self.document):
            yield made(**dict(zip(made.model_fields, row, strict=False)))

    def rendered(self, format: str) -> str | bytes:
        """The document in one of the formats of its own; csv and tsv are of its view."""
        if format in ("csv", "tsv") and (self.view.prose is None or not self.document.tables):
            return self._rows_as(format)
        if format == "table":
            assert self._look.drawn is not None
            return "\n".join(self._look.drawn(table.rows()) for table in self.document.tables)
        if format == "tsv" and self._look.view == "tables":
            return render_tsv(self.document, self._look.options)
        return render(self.document, format, options=self.options)

    def _rows_as(self, format: str) -> str:
        """The lines of its view with their heads, or tesseract's words for the text as TSV."""
        if format == "tsv" and self._look.view == "text":
            return str(render(self.document, "tsv", options=self.options))
        heads = list(self.view.row.columns)
        rows = [heads, *(row[: len(heads)] for row in self.view.rows(self.document))]
        if format == "tsv":
            return "".join("\t".join(_flat(cell) for cell in row) + "\n" for row in rows)
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(["" if cell is None else cell for cell in row] for row in rows)
        return text.getvalue()

    def tables(self, format: str) -> list[tuple[str, str]]:
        """Each table in FORMAT, `csv` or `tsv`, with a name of its page and its number there: `p3-t2`."""
        write = table_csv if format == "csv" else table_tsv
        counts: dict[int, int] = {}
        made = []
        for table in self.document.tables:
            counts[table.page] = number = counts.get(table.page, 0) + 1
            made.append((f"p{table.page}-t{number}", write(table, repeat=self._look.options.repeat_merged)))
        return made

    @property
    def options(self) -> Options:
        """How it is rendered, with the document itself where it is here."""
        return replace(self._look.options, source=self._look.options.source or self._source)

    def crops(self) -> Iterator[tuple[str, bytes]]:
        """What its view looks at, cut out of the pages as PNG, each with a name. Raises UsageError without them."""
        return crops(self.document, self._look.view, self.options)

    def figures(self) -> Iterator[tuple[str, bytes]]:
        """The figures of its layout, cut out of the pages as PNG, each with a name. Raises UsageError without them."""
        return crops(self.document, "figures", self.options)

    def parts(self) -> Iterator[tuple[str, bytes]]:
        """The documents that a mortgage application is made of, each as a PDF, with a name: `1-payslips`.

        Raises UsageError without the pages themselves.
        """
        source = self.options.source
        if source is None or kind_of(source[:4096]) != "pdf":
            raise UsageError("splitting needs the PDF itself", hint="a PDF that is here")
        for number, (kind, pages) in enumerate(splits(self.document), start=1):
            yield f"{number}-{kind.lower()}", part(source, pages, kind="pdf", name="the document")

    @property
    def unanswered(self) -> list[str]:
        """The questions that have no answer."""
        return [question.name for question in self.document.questions if not question.answers]

    def fields(self) -> dict[str, Any]:
        """The record: all of it, or what its view is about."""
        found = record(self.document)
        if (extra := self.view.extra) is not None:
            found |= extra(self.document)
        if self.view.keys:
            found = {key: found.get(key, []) for key in ("document_metadata", *self.view.keys)}
        engine = _engine(self.raw)
        return {**found, **({"engine": engine} if engine else {})}


def reading(
    answer: bytes,
    look: Look,
    *,
    document: Document | None = None,
    source: bytes | None = None,
    warn: Callable[[str], None] | None = None,
) -> Reading:
    """The record of ANSWER, read already as DOCUMENT. Raises InputError for a JSON that is none of Textract's."""
    found = document or parse(answer)
    if warn is not None:
        for code, pages in found.warnings:
            where = f"page {', '.join(map(str, pages))}" if pages else "some pages"
            warn(f"{where} could not be read: {code.lower().replace('_', ' ')}")
    if look.min_confidence:
        found = sure(found, at_least=look.min_confidence)
    if look.merge_tables:
        found = joined_tables(found)
    made = Reading(text=found.text, pages=found.page_count).with_raw(answer)
    made._look = look
    made._source = source
    made._document = found
    return made


def _flat(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{round(cell, 4):.10g}"
    return " ".join(str(cell).split())


def _engine(raw: bytes) -> str | None:
    """What the engine of this machine says of itself, where it has answered."""
    return json.loads(raw).get("awsml_engine") if b'"awsml_engine"' in raw else None
