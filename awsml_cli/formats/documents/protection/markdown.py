"""Markdown's inline signs: which of them begin and end something (CommonMark 0.31, 6.2 to 6.4, made simpler).

Signs that have no partner are text to Markdown; they stay as they are all the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from awsml_cli.formats.documents.protection.marks import Item, Mark, Text

_DESTINATION = re.compile(
    r"""\(\s*(?:<[^<>\n]*>|(?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.)*\))*)(?:\s+(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\([^()]*\)))?\s*\)"""
)
_LABEL = re.compile(r"\[[^\[\]]*\]")


def paired(items: Sequence[Item]) -> list[Item]:
    """ITEMS with links, pictures and emphasis as beginnings and ends."""
    return _emphasis(_links(items))


def _links(items: Sequence[Item]) -> list[Item]:
    """Brackets that are links: `[` begins one, `](address "title")` or `][label]` ends it."""
    work = list(items)
    opened: list[int] = []
    at = 0
    while at < len(work):
        item = work[at]
        if isinstance(item, Mark) and item.name in ("picture", "bracket"):
            if item.raw != "]":
                opened.append(at)
            elif opened:
                begin = opened.pop()
                tail, count = _tail(work, at + 1)
                if tail:
                    work[begin] = Mark(work[begin].raw, "open", "link")
                    work[at : at + 1 + count] = [Mark("]" + tail, "close", "link"), *_rest(work, at + 1, count, tail)]
        at += 1
    return work


def _tail(work: Sequence[Item], at: int) -> tuple[str, int]:
    """What follows the bracket of a link text, from item AT: its spelling, and how many items it spans."""
    raw = "".join(item.raw for item in work[at : at + 40])
    found = _DESTINATION.match(raw) or _LABEL.match(raw)
    if found is None or found[0] == "[]":
        return "", 0
    count = length = 0
    while length < found.end():
        length += len(work[at + count].raw)
        count += 1
    return found[0], count


def _rest(work: Sequence[Item], at: int, count: int, tail: str) -> list[Item]:
    """What is left of the last item that the tail of a link reaches into."""
    left = "".join(item.raw for item in work[at : at + count])[len(tail) :]
    if not left:
        return []
    return [Text(left, left) if isinstance(work[at + count - 1], Text) else Mark(left)]


def _emphasis(items: Sequence[Item]) -> list[Item]:
    """Runs of `*`, `_` and `~~` that begin or end emphasis."""
    work = list(items)
    opened: list[int] = []
    at = 0
    while at < len(work):
        item = work[at]
        if isinstance(item, Mark) and item.role != "whole" and item.name == "link":
            opened = [] if item.role == "close" else opened
        if not isinstance(item, Mark) or item.name != "run":
            at += 1
            continue
        opens, closes = _flanks(work, at)
        if closes and (back := _opener(work, opened, item)) is not None:
            begin = opened[back]
            del opened[back:]
            at = _join(work, begin, at, opened)
            continue
        if opens:
            opened.append(at)
        at += 1
    return work


def _opener(work: Sequence[Item], opened: Sequence[int], item: Mark) -> int | None:
    for back in range(len(opened) - 1, -1, -1):
        raw = work[opened[back]].raw
        if raw[0] == item.raw[0] and (raw[0] != "~" or len(raw) == len(item.raw)):
            return back
    return None


def _join(work: list[Item], begin: int, at: int, opened: list[int]) -> int:
    """Make a pair of the runs at BEGIN and AT, as long as the shorter one; give where to go on."""
    left, right = work[begin].raw, work[at].raw
    size = min(len(left), len(right))
    sign = left[:size]
    name = f"run {begin} {at}"
    if len(right) > size:
        work[at : at + 1] = [Mark(sign, "close", name), Mark(right[size:], "whole", "run")]
    else:
        work[at] = Mark(sign, "close", name)
    if len(left) > size:
        work[begin : begin + 1] = [Mark(left[size:], "whole", "run"), Mark(sign, "open", name)]
        opened.append(begin)
        at += 1
    else:
        work[begin] = Mark(sign, "open", name)
    return at + 1


def _flanks(work: Sequence[Item], at: int) -> tuple[bool, bool]:
    """Whether the run at AT may begin emphasis, and whether it may end it."""
    before = work[at - 1].raw[-1:] if at else ""
    after = work[at + 1].raw[:1] if at + 1 < len(work) else ""
    blank_before, blank_after = not before.strip(), not after.strip()
    sign_before, sign_after = _is_sign(before), _is_sign(after)
    left = not blank_after and (not sign_after or blank_before or sign_before)
    right = not blank_before and (not sign_before or blank_after or sign_after)
    if work[at].raw[0] == "_":
        return left and (not right or sign_before), right and (not left or sign_after)
    return left, right


def _is_sign(char: str) -> bool:
    return bool(char) and unicodedata.category(char)[0] in "PS"
