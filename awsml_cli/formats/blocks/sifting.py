"""A document made smaller or joined: what is not sure left out, tables that go on over pages made one."""

from __future__ import annotations

from dataclasses import replace

from awsml_cli.formats.blocks.model import Cell, Document, Page, Table

_NEAR_FOOT, _NEAR_HEAD = 0.7, 0.35  # a table that goes on ends below, and begins above, so much of its page
_SAME_WIDTH = 0.08  # of the page: how much the edges of two parts may differ


def sure(document: Document, *, at_least: float) -> Document:
    """DOCUMENT without what is less sure than AT_LEAST (0 to 100); what has no confidence stays."""

    def is_sure(confidence: float | None) -> bool:
        return confidence is None or confidence >= at_least

    def page(found: Page) -> Page:
        return replace(
            found,
            lines=tuple(line for line in found.lines if is_sure(line.confidence)),
            words=tuple(word for word in found.words if is_sure(word.confidence)),
            tables=tuple(table for table in found.tables if is_sure(table.confidence)),
            key_values=tuple(pair for pair in found.key_values if is_sure(pair.confidence)),
            signatures=tuple(one for one in found.signatures if is_sure(one.confidence)),
            layout=tuple(element for element in found.layout if is_sure(element.confidence)),
        )

    return replace(
        document,
        pages=tuple(page(one) for one in document.pages),
        questions=tuple(
            replace(one, answers=tuple(answer for answer in one.answers if is_sure(answer.confidence)))
            for one in document.questions
        ),
        expenses=tuple(
            replace(
                one,
                fields=tuple(found for found in one.fields if is_sure(found.confidence)),
                groups=tuple(
                    tuple(tuple(found for found in item if is_sure(found.confidence)) for item in group)
                    for group in one.groups
                ),
            )
            for one in document.expenses
        ),
        identities=tuple(
            replace(one, fields=tuple(found for found in one.fields if is_sure(found.confidence)))
            for one in document.identities
        ),
        lending=tuple(
            replace(one, fields=tuple(found for found in one.fields if is_sure(found.confidence)))
            for one in document.lending
        ),
    )


def joined_tables(document: Document) -> Document:
    """DOCUMENT with each table that goes on over a page's end as one, at its first page.

    A part goes on if it is the last table of its page and ends near the foot, the next page's first begins near the
    head, both have as many columns and lie between the same edges. Heads that are said again are left out.
    """
    pages = [list(page.tables) for page in document.pages]
    first: dict[int, tuple[int, int]] = {}  # where the table that a page ends with begins
    for at in range(len(pages) - 1):
        if not pages[at] or not pages[at + 1]:
            continue
        above, below = document.pages[at].tables[-1], document.pages[at + 1].tables[0]
        if document.pages[at + 1].number != document.pages[at].number + 1 or not _goes_on(above, below):
            continue
        alone = len(document.pages[at].tables) == 1
        page, place = first[at] if alone and at in first else (at, len(pages[at]) - 1)
        pages[page][place] = _with(pages[page][place], below)
        pages[at + 1].pop(0)
        first[at + 1] = (page, place)
        if not pages[at + 1]:
            pages[at + 1] = []
    return replace(
        document,
        pages=tuple(replace(page, tables=tuple(tables)) for page, tables in zip(document.pages, pages, strict=True)),
    )


def _goes_on(above: Table, below: Table) -> bool:
    return (
        above.width == below.width
        and above.box.bottom >= _NEAR_FOOT
        and below.box.top <= _NEAR_HEAD
        and not below.titles
        and abs(above.box.left - below.box.left) <= _SAME_WIDTH
        and abs(above.box.right - below.box.right) <= _SAME_WIDTH
    )


def _with(table: Table, below: Table) -> Table:
    heads = table.header_rows
    repeated = heads and heads == below.header_rows and table.rows()[:heads] == below.rows()[:heads]
    skipped = heads if repeated else 0
    down = table.height - skipped
    moved: list[Cell] = [
        replace(cell, row=cell.row + down, kinds=tuple(kind for kind in cell.kinds if kind != "COLUMN_HEADER"))
        for cell in below.cells
        if cell.row > skipped
    ]
    return replace(
        table,
        cells=(*table.cells, *moved),
        footers=(*table.footers, *below.footers),
        pages=(*table.pages, *below.pages),
    )
