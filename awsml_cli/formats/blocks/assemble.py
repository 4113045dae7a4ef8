"""From the blocks of Textract's answers to pages with lines, tables, form fields, questions, signatures and layout."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from awsml_cli.formats.blocks.block import NOWHERE, Block, around
from awsml_cli.formats.blocks.model import (
    TEXTRACT,
    Answer,
    Document,
    Element,
    KeyValue,
    Line,
    Page,
    Question,
    Signature,
)
from awsml_cli.formats.blocks.order import in_reading_order, turn_of_page
from awsml_cli.formats.blocks.tables import joined, tables
from awsml_cli.formats.blocks.typed import expenses, identities, lending

Index = dict[str, Block]  # the blocks of one page by their ids, in their order


def document(answers: list[dict[str, Any]]) -> Document:
    """The document that ANSWERS are about, in the order of its pages."""
    pages: dict[int, Index] = {}
    counted = _gather(answers, pages)
    found_expenses = tuple(one for answer in answers for one in expenses(answer))
    found_lending = tuple(one for answer in answers for one in lending(answer))
    numbers = {*pages, *(one.page for one in found_lending)}
    whole = tuple(_page(number, pages.get(number, {})) for number in sorted(numbers))
    return Document(
        pages=whole,
        questions=_questions(pages),
        expenses=found_expenses,
        identities=tuple(one for answer in answers for one in identities(answer)),
        lending=found_lending,
        page_count=max(counted, len(whole)),
        warnings=_warnings(answers),
        details=next((answer["Summary"] for answer in answers if answer.get("Summary")), {}),
        engine=next((str(answer["awsml_engine"]) for answer in answers if "awsml_engine" in answer), TEXTRACT),
    )


def _gather(answers: list[dict[str, Any]], pages: dict[int, Index]) -> int:
    """Sort all blocks into PAGES, and return how many of these AWS has counted.

    The answers of a job number the pages themselves; synchronous ones know one page each, and are numbered by place.
    """
    job = any("JobStatus" in answer for answer in answers)
    before = 0
    counted = 0
    for answer in answers:
        own = int((answer.get("DocumentMetadata") or {}).get("Pages") or 0)
        last = 0
        for block, page in _blocks(answer):
            number = (block.page or page) + before
            last = max(last, number)
            index = pages.setdefault(number, {})
            name = block.id or f"#{len(index)}"
            if name not in index:  # an expense's blocks may come with each document of its page
                block.page = number
                index[name] = block
        counted = max(counted, before + own)
        if not job and len(answers) > 1:
            before = max(last, before + max(own, 1))
    return counted


def _blocks(answer: dict[str, Any]) -> Iterator[tuple[Block, int]]:
    """Every block of ANSWER, with the page it is on if it does not say so itself."""
    for block in answer.get("Blocks") or ():
        yield block, 1
    for one in answer.get("ExpenseDocuments") or ():
        for block in one.get("Blocks") or ():
            yield block, 1
    for place, one in enumerate(answer.get("IdentityDocuments") or (), start=1):
        for block in one.get("Blocks") or ():
            yield block, place


def _page(number: int, index: Index) -> Page:
    by_type: dict[str, list[Block]] = {}
    for block in index.values():
        by_type.setdefault(block.type, []).append(block)
    found = [_line(block, index) for block in by_type.get("LINE", ())]
    if not found:
        found = [_word_line(word) for word in by_type.get("WORD", ())]
    layout = _layout({line.id: line for line in found}, index)
    turn = turn_of_page(found)
    lines = in_reading_order(found, layout, turn=turn)
    in_lines = {word.id for line in lines for word in line.words}
    loose = [word for word in by_type.get("WORD", ()) if word.id not in in_lines]
    return Page(
        number=number,
        lines=tuple(lines),
        words=(*(word for line in lines for word in line.words), *loose),
        tables=tables(number, by_type.get("TABLE", []), index),
        key_values=tuple(_key_values(number, by_type.get("KEY_VALUE_SET", ()), index)),
        signatures=tuple(Signature(number, one.confidence, one.box) for one in by_type.get("SIGNATURE", ())),
        layout=layout,
        turn=turn,
    )


def _line(block: Block, index: Index) -> Line:
    words = tuple(index[id] for id in block.ids("CHILD") if id in index)
    return Line(block.text, words, block.confidence, block.box, block.points, block.id)


def _word_line(word: Block) -> Line:
    return Line(word.text, (word,), word.confidence, word.box, word.points, word.id)


def _layout(lines: Mapping[str, Line], index: Index) -> tuple[Element, ...]:
    found = [block for block in index.values() if _is_layout(block)]
    inside = {id for block in found for id in block.ids("CHILD") if id in index and _is_layout(index[id])}
    return tuple(_element(block, lines, index) for block in found if block.id not in inside)


def _is_layout(block: Block) -> bool:
    return block.type.startswith("LAYOUT_")


def _element(block: Block, lines: Mapping[str, Line], index: Index) -> Element:
    children = block.ids("CHILD")
    return Element(
        kind=block.type.removeprefix("LAYOUT_"),
        lines=tuple(lines[id] for id in children if id in lines),
        parts=tuple(_element(index[id], lines, index) for id in children if id in index and _is_layout(index[id])),
        confidence=block.confidence,
        box=block.box,
    )


def _key_values(page: int, sets: Iterable[Block], index: Index) -> Iterator[KeyValue]:
    for key in sets:
        if "KEY" not in key.entity_types:
            continue
        values = [index[id] for id in key.ids("VALUE") if id in index]
        key_words = _children(key, index)
        value_words = tuple(word for value in values for word in _children(value, index))
        ticks = [word.selected for word in value_words if word.selected is not None]
        alone = bool(ticks) and len(ticks) == len(value_words)
        yield KeyValue(
            key=joined(key_words),
            value=("true" if any(ticks) else "false") if alone else joined(value_words),
            selected=any(ticks) if alone else None,
            confidence=key.confidence,
            page=page,
            key_box=key.box,
            value_box=around(value.box for value in values) if values else NOWHERE,
            key_words=key_words,
            value_words=value_words,
        )


def _children(block: Block, index: Index) -> tuple[Block, ...]:
    return tuple(index[id] for id in block.ids("CHILD") if id in index)


def _questions(pages: Mapping[int, Index]) -> tuple[Question, ...]:
    """The questions in the order in which they were asked, each once, however many pages they were asked of."""
    asked: dict[tuple[str, str | None], list[Answer]] = {}
    for number in sorted(pages):
        for block in pages[number].values():
            if block.type != "QUERY" or not block.query:
                continue
            answers = asked.setdefault((block.query.get("Text") or "", block.query.get("Alias")), [])
            for id in block.ids("ANSWER"):
                if (result := pages[number].get(id)) is not None:
                    answers.append(Answer(result.text, result.confidence, result.page or number, result.box))
    return tuple(
        Question(text, alias, tuple(sorted(answers, key=lambda one: -(one.confidence or 0.0))))
        for (text, alias), answers in asked.items()
    )


def _warnings(answers: Iterable[dict[str, Any]]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """The warnings of all answers, each once: every page of a job's result repeats them."""
    found = (
        (str(one.get("ErrorCode") or "UNKNOWN"), tuple(one.get("Pages") or ()))
        for answer in answers
        for one in answer.get("Warnings") or ()
    )
    return tuple(dict.fromkeys(found))
