"""HTML: one page that shows the document's pieces in reading order, tables with their merged cells and heads."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import groupby

from awsml_cli.formats.blocks.flow import Flow, Piece
from awsml_cli.formats.blocks.model import Cell, Document, Table
from awsml_cli.formats.blocks.options import Options

_HEAD = """<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<title>{title}</title>
<style>
table {{ border-collapse: collapse }}
td, th {{ border: 1px solid; padding: 0.2em 0.5em; text-align: left }}
</style>
</head>
<body>
"""
_TAGS = {"TITLE": "h1", "SECTION_HEADER": "h2", "HEADER": "header", "FOOTER": "footer", "PAGE_NUMBER": "footer"}


def render_html(document: Document, options: Options) -> str:
    """A whole HTML document, one `section` a page."""
    flow = Flow(document, furniture=options.furniture)
    parts = [_HEAD.format(title=escape(options.title or options.source_name or "document"))]
    for page in document.pages:
        parts.append(f'<section id="page-{page.number}">\n')
        parts += (text for piece in flow.pieces(page) for text in _piece(piece))
        parts += (f"<p><em>signature, {one.confidence or 0:.0f} %</em></p>\n" for one in page.signatures)
        parts.append("</section>\n")
    parts.append("</body>\n</html>\n")
    return "".join(parts)


def _piece(piece: Piece) -> Iterator[str]:
    if piece.table is not None:
        yield table_html(piece.table)
    elif piece.pairs:
        yield "<dl>\n"
        for pair in piece.pairs:
            yield f"<dt>{escape(pair.key)}</dt><dd>{_ticked(pair.selected, pair.value)}</dd>\n"
        yield "</dl>\n"
    elif piece.kind == "LIST":
        for ordered, entries in groupby(piece.entries, lambda entry: entry.number is not None):
            tag = "ol" if ordered else "ul"
            yield f"<{tag}>\n"
            for entry in entries:
                yield f'<li value="{entry.number}">' if ordered else "<li>"
                yield f"{escape(entry.text)}</li>\n"
            yield f"</{tag}>\n"
    elif piece.kind == "CAPTION":
        yield f"<p><strong>{escape(' '.join(line.text for line in piece.lines))}</strong></p>\n"
    else:
        tag = _TAGS.get(piece.kind, "p")
        between = "<br>\n" if tag == "p" else " "
        yield f"<{tag}>{between.join(escape(line.text) for line in piece.lines)}</{tag}>\n"


def _ticked(selected: bool | None, value: str) -> str:
    if selected is None:
        return escape(value)
    return f'<input type="checkbox" disabled{" checked" if selected else ""}>'


def table_html(table: Table) -> str:
    """TABLE with `rowspan` and `colspan`; its rows of headers in a `thead`."""
    heads = table.header_rows
    rows = {row: list(cells) for row, cells in groupby(table.cells, lambda cell: cell.row)}
    body = [_row(rows.get(row, []), head=False) for row in range(heads + 1, table.height + 1)]
    head = [_row(rows.get(row, []), head=True) for row in range(1, heads + 1)]
    top = f"<thead>\n{''.join(head)}</thead>\n" if head else ""
    foot = "".join(f"<p>{escape(text)}</p>\n" for text in table.footers)
    return f"<table>\n{top}<tbody>\n{''.join(body)}</tbody>\n</table>\n{foot}"


def _row(cells: list[Cell], *, head: bool) -> str:
    return f"<tr>{''.join(_cell(cell, 'th' if head else 'td') for cell in cells)}</tr>\n"


def _cell(cell: Cell, tag: str) -> str:
    spans = f' rowspan="{cell.row_span}"' if cell.row_span > 1 else ""
    spans += f' colspan="{cell.column_span}"' if cell.column_span > 1 else ""
    return f"<{tag}{spans}>{escape(cell.text)}</{tag}>"
