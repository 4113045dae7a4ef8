"""Where a text may be parted, how it is dealt out in shares, and how it is laid into lines.

Between words that blanks part, and between the full-width characters of Chinese and Japanese, but not before a sign
that closes and not behind one that opens. Tags are never parted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from unicodedata import category, east_asian_width

from awsml_cli.formats.pieces.boundaries import clause_ends, sentence_ends
from awsml_cli.formats.pieces.graphemes import is_boundary

_BLANKS = re.compile(r"[^\S\u00a0\u2007\u202f]+")  # a no-break space is none
_WORD = re.compile(r"(?:<[^<>]*>|\{\\[^{}]*\}|\S|[\u00a0\u2007\u202f])+")
_MARKS = re.compile(r"<[^<>]*>|\{\\[^{}]*\}")
_SENTENCE, _CLAUSE, _PLAIN, _INSIDE = 0.0, 3.0, 8.0, 12.0  # the scale of the transcript's own breaks
_NO_BEGINNING = frozenset("、。，．：；？！…‥・ー々ゝゞァィゥェォッャュョヮヵヶぁぃぅぇぉっゃゅょゎ～％‰°′″℃,.:;?!%)]}")

Width = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class Atom:
    """A part of a text that stays whole: the blank before it, its text, and the cost of a break behind it."""

    blank: str
    text: str
    cost: float


def join(left: str, right: str) -> str:
    """Two lines as one: a blank between them, unless the script that both are in has none."""
    if not left or not right:
        return left + right
    return left + right if is_wide(left[-1]) and is_wide(right[0]) else f"{left} {right}"


def is_wide(char: str) -> bool:
    """Whether CHAR belongs to a script written without blanks, full-width: Korean is written with them."""
    return east_asian_width(char) in "WF" and not "\uac00" <= char <= "\ud7a3" and not "\u1100" <= char <= "\u11ff"


def one_line(text: str) -> str:
    """TEXT with its blanks and line ends as single blanks, and none at its ends; no-break spaces stay."""
    return _BLANKS.sub(" ", text).strip(" ")


@lru_cache(maxsize=256)
def atoms(text: str) -> tuple[Atom, ...]:
    """The parts of TEXT that may not be parted."""
    sentences, clauses = set(sentence_ends(text)), set(clause_ends(text))
    found: list[Atom] = []
    for word in _WORD.finditer(text):
        begin = word.start()
        for at in _inner_breaks(text, begin, word.end()):
            cost = _SENTENCE if at in sentences else _CLAUSE if at in clauses else _INSIDE
            cost = min(cost, _PLAIN) if at == word.end() else cost
            found.append(Atom(" " if begin == word.start() and found else "", text[begin:at], cost))
            begin = at
    return tuple(found)


def glue(parts: Sequence[Atom]) -> str:
    """PARTS as text, without the blank before the first."""
    return "".join(part.text if at == 0 else part.blank + part.text for at, part in enumerate(parts))


@lru_cache(maxsize=256)
def deal(text: str, weights: tuple[float, ...], width: Width) -> tuple[str, ...]:
    """TEXT in as many parts as WEIGHTS, each about as wide in proportion, parted where it reads best.

    Joined with the blanks between them, the parts are the text. One is empty only where there are fewer words.
    """
    parts = atoms(text)
    count = len(weights)
    if count == 1:
        return (text,)
    if len(parts) < count:
        return (*(part.text for part in parts), *[""] * (count - len(parts)))
    ends = list(accumulate(width(_MARKS.sub("", part.blank + part.text)) for part in parts))
    whole = sum(weights) or 1.0
    targets = [ends[-1] * share / whole for share in accumulate(weights)]
    scale = 40.0 / max(ends[-1] / count, 1.0)  # a share that is off by its own width costs five plain breaks
    begins = _boundaries(parts, ends, targets[:-1], scale=scale)
    edges = [0, *begins, len(parts)]
    return tuple(glue(parts[one:two]) for one, two in pairwise(edges))


def lay(text: str, *, width: Width, room: float, most: int) -> list[str]:
    """TEXT in lines no wider than ROOM, as few and as even as they can be, the lower ones rather longer.

    Where MOST lines are too few, they are wider than ROOM: no word is lost, and none goes to another cue.
    """
    parts = atoms(text)
    widths = [width(_MARKS.sub("", part.text)) + len(part.blank) for part in parts]
    needed, line = 1, 0.0
    for size in widths:
        if line and line + size > room:
            needed, line = needed + 1, 0.0
        line += size
    count = min(needed, most, len(parts))
    if count <= 1:
        return [text]
    ends = list(accumulate(widths))
    best: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]
    for number in range(1, count + 1):
        last = number == count
        layer: dict[int, tuple[float, int]] = {}
        for end in [len(parts)] if last else range(number, len(parts) - count + number + 1):
            layer[end] = min(
                (
                    before + _line_cost(ends[end - 1] - (ends[begin - 1] if begin else 0.0), ends[-1] / count, room),
                    begin,
                )
                for begin, (before, _) in best[-1].items()
                if begin < end
            )
            if not last:  # an upper line that is the longer one costs a little more
                top_heavy = max(0.0, 2 * ends[end - 1] - ends[-1]) * 0.2 if count == 2 else 0.0
                layer[end] = (layer[end][0] + parts[end - 1].cost + top_heavy, layer[end][1])
        best.append(layer)
    edges = [len(parts)]
    for layer in reversed(best[1:]):
        edges.append(layer[edges[-1]][1])
    edges.reverse()
    return [glue(parts[one:two]) for one, two in pairwise(edges)]


def _line_cost(size: float, even: float, room: float) -> float:
    return max(0.0, size - room) * 1000.0 + abs(size - even) * 0.5


def _boundaries(parts: Sequence[Atom], ends: Sequence[float], targets: Sequence[float], *, scale: float) -> list[int]:
    """For each of TARGETS the atom behind which to part; no share is empty."""
    count = len(parts)
    costs: list[list[float]] = []
    choices: list[list[int]] = []
    before = [0.0 if at == 0 else float("inf") for at in range(count + 1)]
    for target in targets:
        cost, choice = [float("inf")] * (count + 1), [0] * (count + 1)
        best, best_at = float("inf"), 0
        for at in range(count + 1):
            if at and before[at - 1] < best:
                best, best_at = before[at - 1], at - 1
            place = ends[at - 1] if at else 0.0
            quality = parts[at - 1].cost if at else _PLAIN
            cost[at], choice[at] = best + abs(place - target) * scale + quality, best_at
        costs.append(cost)
        choices.append(choice)
        before = cost
    at = min(range(count), key=lambda end: before[end])
    found = []
    for choice in reversed(choices):
        found.append(at)
        at = choice[at]
    return found[::-1]


def _inner_breaks(text: str, begin: int, end: int) -> list[int]:
    """The places in the word `[begin:end]` behind which it may be parted; the last is its end."""
    word = text[begin:end]
    if word.isascii() or not any(map(is_wide, word)):
        return [end]
    tags = [(begin + found.start(), begin + found.end()) for found in _MARKS.finditer(word)]
    return [
        at
        for at in range(begin + 1, end)
        if (is_wide(text[at - 1]) or is_wide(text[at]))
        and text[at] not in _NO_BEGINNING
        and category(text[at]) not in ("Pe", "Pf")
        and category(text[at - 1]) not in ("Ps", "Pi")
        and not any(one <= at <= two for one, two in tags)
        and is_boundary(text, at)
    ] + [end]
