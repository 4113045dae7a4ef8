"""Quotes and list items that a line of Markdown stands in (CommonMark 0.31, 5.1 and 5.2, and its appendix)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from awsml_cli.formats.documents.markdown import blocks

QUOTE = 0
"""What stands for a quote in a stack of containers; an item is the width that its later lines are indented by."""

_SHY = re.compile(r"\s*(?:(?!1[.)])\d+[.)]|[-*+]\s*\Z)")  # items that cannot begin a list right behind a line of text
_TAB = 4  # columns


@dataclass(frozen=True, slots=True)
class Entry:
    """Where the words of a line begin, the containers that it stands in, and whether it has opened one of them."""

    begin: int
    stack: tuple[int, ...]
    new: bool


def enter(line: str, stack: Sequence[int], *, in_paragraph: bool) -> Entry:
    """Find the containers of LINE; STACK are those of the line before it, of which it may go on with some.

    A line of a paragraph may leave out the signs of its containers (a lazy continuation).
    """
    at, kept = _matched(line, stack)
    siblings = any(container != QUOTE for container in stack[kept:])
    new: list[int] = []
    while _indent(line, at) < 4:
        if quote := blocks.QUOTE.match(line, at):
            new.append(QUOTE)
            at = quote.end()
            continue
        marker = blocks.MARKER.match(line, at)
        if marker is None or blocks.RULE.match(line[at:]):
            break
        if in_paragraph and not new and not siblings and _SHY.match(line[at:]):
            break
        if in_paragraph and not new and blocks.UNDERLINE.match(line[at:]) and kept == len(stack):
            break
        width = marker.end() - at
        wide = (
            marker["blank"] is not None and len(marker["blank"].expandtabs(_TAB)) > 4 and line[marker.end() :].strip()
        )
        width = width - len(marker["blank"]) + 1 if wide else width
        new.append(width if marker["blank"] else width + 1)
        at += width
    if new:
        return Entry(at, (*stack[:kept], *new), True)
    lazy = in_paragraph and kept < len(stack) and not blocks.interrupts(line[at:])
    return Entry(at, tuple(stack) if lazy else tuple(stack[:kept]), False)


def leave(line: str, stack: Sequence[int]) -> tuple[int, ...]:
    """The containers that are still open after LINE, a blank one: a quote ends where its sign is left out."""
    _, kept = _matched(line, stack)
    return tuple(stack[:kept])


def is_inside(line: str, stack: Sequence[int]) -> bool:
    """Whether LINE stands in all of STACK: what it does not, ends a fence that was begun there."""
    return _matched(line, stack)[1] == len(stack)


def _matched(line: str, stack: Sequence[int]) -> tuple[int, int]:
    """How far the signs of STACK reach in LINE, and how many of its containers LINE goes on with."""
    at = 0
    for number, container in enumerate(stack):
        if container == QUOTE:
            quote = blocks.QUOTE.match(line, at)
            if quote is None:
                return at, number
            at = quote.end()
        elif _indent(line, at) >= container:
            at = _past(line, at, container)
        elif line[at:].strip():
            return at, number
    return at, len(stack)


def _indent(line: str, at: int) -> int:
    """The columns of blanks in LINE from AT on."""
    blanks = re.compile(r"[ \t]*").match(line, at)
    return len(blanks[0].expandtabs(_TAB)) if blanks else 0


def _past(line: str, at: int, columns: int) -> int:
    end = at
    while end < len(line) and len(line[at:end].expandtabs(_TAB)) < columns:
        end += 1
    return end
