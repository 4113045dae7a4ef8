"""A document made smaller or joined: what is not sure left out, tables that go on over pages made one."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby, pairwise

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
    made = {(at, place): table for at, page in enumerate(document.pages) for place, table in enumerate(page.tables)}
    begun: dict[int, tuple[int, int]] = {}  # where the table begins that goes on over a page's only one
    for at, (page, following) in enumerate(pairwise(document.pages)):
        if not page.tables or not following.tables or following.number != page.number + 1:
            continue
        below = following.tables[0]
        if not _goes_on(page.tables[-1], below):
            continue
        last = (at, len(page.tables) - 1)
        home = begun.get(at, last) if len(page.tables) == 1 else last
        made[home] = _with(made[home], below)
        del made[at + 1, 0]
        begun[at + 1] = home
    return replace(
        document,
        pages=tuple(
            replace(page, tables=tuple(table for (where, _), table in made.items() if where == at))
            for at, page in enumerate(document.pages)
        ),
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


def splits(document: Document) -> list[tuple[str, list[int]]]:
    """The kinds and pages of the documents that a mortgage application is made of, in the order of their pages."""
    found = [
        (str(group.get("Type") or "UNCLASSIFIED"), sorted(map(int, one.get("Pages") or ())))
        for group in document.details.get("DocumentGroups") or ()
        for one in group.get("SplitDocuments") or ()
    ]
    if not found:  # no summary: neighbours of one kind belong together
        for kind, pages in groupby(document.lending, lambda page: page.type):
            found.append((kind, [page.page for page in pages]))
    return sorted(((kind, pages) for kind, pages in found if pages), key=lambda one: one[1])
