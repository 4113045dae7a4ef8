"""Engines that read, and rules about what stands on a page: on pages that are drawn, and on bad scans of them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Final

from awsml_cli.core import clock
from awsml_cli.local.engines import read
from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.engines.read import fields, identity, layout, questions, receipts, tables
from awsml_cli.local.engines.read.found import Line, lines
from awsml_cli.local.engines.read.pages import Page, opened
from awsml_cli.local.engines.read.ticks import ticks
from awsml_cli.local.engines.read.upright import Upright
from awsml_cli.local.measuring import sheets
from awsml_cli.local.measuring.measured import Measured, Place, Way, each, matched, shares, spent
from awsml_cli.local.measuring.sheets import Sheet

SECONDS: Final = "seconds a page"
TODAY: Final = 1_793_491_200.0  # 1 November 2026; it tells the century in which somebody was born


def reading(engine: Declaration, place: Place) -> Iterator[Measured]:
    """A page of prose and an invoice, clean and as bad scans: the words that are right."""
    model = read.load(engine, home=place.home)
    drawn = (sheets.prose(), sheets.invoice())
    model.lines(drawn[0].picture())
    for data, look in (("2 pages, drawn", Sheet.picture), ("bad scans of them", Sheet.scan)):
        counts, pictures = [0, 0, 0], [look(sheet) for sheet in drawn]
        begun = clock.working()
        found = [model.lines(picture) for picture in pictures]
        took = spent(begun) / len(drawn)
        for one, sheet in zip(found, drawn, strict=True):
            words = " ".join(line.text for line in one).split()
            counts = [a + b for a, b in zip(counts, matched(words, sheet.words), strict=True)]
        yield Measured(data, took, SECONDS, f"words: {shares(*counts)}")


def layer(engine: Declaration, place: Place) -> Iterator[Measured]:
    """What a PDF says itself."""
    data, sheet = sheets.invoice().pdf(), sheets.invoice()
    took = each(lambda: _said(data))
    words = " ".join(line.text for line in _said(data)).split()
    yield Measured("an invoice, drawn as a PDF", took, SECONDS, f"words: {shares(*matched(words, sheet.words))}")


def ruled(engine: Declaration, place: Place) -> Iterator[Measured]:
    """Cells of a ruled table and of one without lines."""
    for data, sheet, rows in (
        ("a ruled table", sheets.invoice(), sheets.ITEMS),
        ("a table without lines", sheets.report(), sheets.PORTS),
    ):
        cells = [(row, column, text) for row, line in enumerate(rows, 1) for column, text in enumerate(line, 1)]
        yield from _by_rule(place, data, sheet, lambda seen: _cells(seen.tables), cells, "cells")


def form(engine: Declaration, place: Place) -> Iterator[Measured]:
    """Labels with what belongs to them, and check boxes."""
    wanted = [*sheets.FIELDS.items(), *((label, str(ticked).lower()) for label, ticked in sheets.TICKS.items())]
    yield from _by_rule(place, "an invoice", sheets.invoice(), lambda seen: map(_pair, seen.fields), wanted, "fields")


def parts(engine: Declaration, place: Place) -> Iterator[Measured]:
    """The parts of a page in the order in which they are read."""

    def kinds(seen: _Seen) -> list[str]:
        areas = [table.grid.box for table in seen.tables]
        return [part.kind for part in layout.parts(seen.upright, areas, seen.fields)]

    def numbered(seen: _Seen) -> list[Hashable]:
        return list(enumerate(kinds(seen)))

    yield from _by_rule(place, "a report", sheets.report(), numbered, list(enumerate(sheets.PARTS)), "parts in order")


def asked(engine: Declaration, place: Place) -> Iterator[Measured]:
    """Questions that a page answers, and some that it does not."""

    def answers(seen: _Seen) -> Iterator[Hashable]:
        for question in sheets.QUESTIONS:
            found = questions.answer(question, seen.fields, seen.tables)
            yield question, " ".join(word.text for word in found.words) if found else None

    wanted = list(sheets.QUESTIONS.items())
    yield from _by_rule(place, "an invoice, 8 questions", sheets.invoice(), answers, wanted, "answers")


def receipt(engine: Declaration, place: Place) -> Iterator[Measured]:
    """What an invoice says of itself, and its items."""
    names = ("ITEM", "QUANTITY", "UNIT_PRICE", "PRICE")
    items = [(row, *pair) for row, texts in enumerate(sheets.ITEMS[1:]) for pair in zip(names, texts, strict=True)]

    def entries(seen: _Seen) -> Iterator[Hashable]:
        for entry in receipts.summary(seen.upright, seen.fields, seen.tables):
            yield entry.type, entry.text
        for table in receipts.items(seen.tables):
            for row, line in enumerate(table):
                yield from ((row, entry.type, entry.text) for entry in line)

    wanted = [*sheets.SUMMARY.items(), *items]
    yield from _by_rule(place, "an invoice", sheets.invoice(), entries, wanted, "fields and items")


def holder(engine: Declaration, place: Place) -> Iterator[Measured]:
    """The zones of ICAO's specimens of a passport and a card, whose signs have to be read first."""
    model = read.load(read.choose(), home=place.home)
    seen = {kind: model.lines(sheets.identity(kind).picture()) for kind in sheets.ZONES}
    took = each(lambda: [identity.fields([found], today=TODAY) for found in seen.values()]) / len(seen)
    found, wanted = [], []
    for kind, lines_seen in seen.items():
        told = {entry.type: entry.text for entry in identity.fields([lines_seen], today=TODAY)}
        there = {**sheets.HOLDER, "DOCUMENT_NUMBER": sheets.NUMBERS[kind]}
        found += [(kind, name, told[name]) for name in there if name in told]
        wanted += [(kind, *pair) for pair in there.items()]
    data = f"ICAO's passport and card, drawn and read by {model.declaration.name}"
    yield Measured(data, took, SECONDS, f"fields: {shares(*matched(found, wanted))}")


@dataclass
class _Seen:
    """A page with its lines, and what the rules make of it."""

    page: Page
    lines: list[Line]

    @cached_property
    def upright(self) -> Upright:
        return Upright(self.page, self.lines)

    @cached_property
    def tables(self) -> list[tables.Table]:
        return tables.tables(self.upright)

    @cached_property
    def fields(self) -> list[fields.Field]:
        return fields.fields(self.upright, ticks(self.upright), [table.grid.box for table in self.tables])


def _by_rule(
    place: Place,
    data: str,
    sheet: Sheet,
    rule: Callable[[_Seen], Iterable[Hashable]],
    wanted: Sequence[Hashable],
    called: str,
) -> Iterator[Measured]:
    """What RULE finds on SHEET as a PDF, and where anything reads, on its bad scan; reading is not in the time."""
    with opened(sheet.pdf()) as pages:
        page = pages.page(1)
        said = lines(page.said)
        looks = [(f"{data}, drawn as a PDF", page, said)]
        if any(one.installed() for one in read.ENGINES):
            model = read.load(read.choose(), home=place.home)
            scan = sheets.page_of(sheet.scan())
            looks.append((f"a bad scan of it, read by {model.declaration.name}", scan, model.lines(scan.picture)))
        for told, look, found in looks:
            took = each(partial(_ruled, rule, look, found))
            counts = matched(_ruled(rule, look, found), wanted)
            yield Measured(told, took, SECONDS, f"{called}: {shares(*counts)}")


def _ruled(rule: Callable[[_Seen], Iterable[Hashable]], page: Page, found: list[Line]) -> list[Hashable]:
    return list(rule(_Seen(page, found)))


def _said(data: bytes) -> list[Line]:
    with opened(data) as pages:
        return lines(pages.page(1).said)


def _cells(found: Iterable[tables.Table]) -> Iterator[Hashable]:
    for table in found:
        for (row, column), words in table.words.items():
            yield row, column, " ".join(word.text for word in words)


def _pair(found: fields.Field) -> tuple[str, str]:
    key = " ".join(word.text for word in found.key)
    value = str(found.tick.ticked).lower() if found.tick else " ".join(word.text for word in found.value)
    return key, value


WAYS: Final[dict[str, Way]] = {
    **{engine.name: reading for engine in read.ENGINES},
    read.TEXT_LAYER.name: layer,
    tables.DECLARATION.name: ruled,
    fields.DECLARATION.name: form,
    layout.DECLARATION.name: parts,
    questions.DECLARATION.name: asked,
    receipts.DECLARATION.name: receipt,
    identity.DECLARATION.name: holder,
}
