"""Tables as CSV and TSV, several parted by an empty line."""

from __future__ import annotations

import csv
import io

from awsml_cli.formats.blocks.model import Document, Table
from awsml_cli.formats.blocks.options import Options


def render_csv(document: Document, options: Options) -> str:
    """The tables as CSV (RFC 4180, lines ended by a line feed)."""
    return "\n".join(table_csv(table, repeat=options.repeat_merged) for table in document.tables)


def render_tsv(document: Document, options: Options) -> str:
    """The tables as TSV; a TAB or line end inside a cell becomes a space."""
    return "\n".join(table_tsv(table, repeat=options.repeat_merged) for table in document.tables)


def table_csv(table: Table, *, repeat: bool = False) -> str:
    """One TABLE as CSV; a row of empty cells has its commas, or quotes, so that it is not taken for the end."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(table.rows(repeat=repeat))
    return text.getvalue()


def table_tsv(table: Table, *, repeat: bool = False) -> str:
    """One TABLE as TSV."""
    rows = table.rows(repeat=repeat)
    return "".join("\t".join(" ".join(cell.split()) for cell in row) + "\n" for row in rows)
