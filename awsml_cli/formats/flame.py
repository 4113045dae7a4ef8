"""Profiles: out of the JSON that CodeGuru Profiler keeps, as folded stacks, as a table of frames, and as a flame graph.

How the JSON of an aggregated profile is laid out is not documented. Read here is the layout of the profiles that
agents post: a call graph of named children with counts by state of the thread, its children a mapping or a list;
anything else is refused. Counts that hold those of their callees are told from those that do not.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final

from awsml_cli.core.errors import InputError

_ROOTS: Final = ("callgraph", "callGraph", "profile", "root")
_NAMES: Final = ("name", "frame", "frameName", "methodName")
_ROW, _WIDTH, _LEAST = 18, 1200, 0.5  # pixels: of a row, of the graph, of the narrowest frame
_COLOURS: Final = ("#e5554f", "#e87b4a", "#eb9d48", "#edb94e", "#d98c3f", "#e3683c")


@dataclass
class Frame:
    """A frame with its own count and those that it calls."""

    name: str
    own: float = 0.0
    children: list[Frame] = field(default_factory=list)

    @property
    def total(self) -> float:
        """Its own count and its callees'."""
        return self.own + sum(child.total for child in self.children)


def parse(data: bytes, *, state: str | None = None) -> Frame:
    """The call graph in DATA; of all states of threads together, or of STATE alone. Raises InputError for none."""
    try:
        document = json.loads(data)
    except ValueError as problem:
        raise InputError(f"this profile is not JSON: {problem}", hint="-f raw gives its bytes") from None
    if not isinstance(document, dict):
        raise InputError("this profile is laid out in an unknown way", hint="-f raw gives its bytes")
    root = next((document[name] for name in _ROOTS if isinstance(document.get(name), dict)), document)
    if not isinstance(root.get("children"), dict | list):
        raise InputError("this profile is laid out in an unknown way", hint="-f raw gives its bytes")
    try:
        made = _frame("all", root, state)
    except RecursionError:
        raise InputError("this profile is nested too deeply", hint="--max-depth 500") from None
    if _holds_callees(made):
        _take_callees_out(made)
    return made


def _frame(name: str, node: Mapping[str, Any], state: str | None) -> Frame:
    children = node.get("children")
    children = children if isinstance(children, dict | list) else {}
    named: list[tuple[str, Any]] = (
        list(children.items())
        if isinstance(children, dict)
        else [
            (next((str(one[key]) for key in _NAMES if key in one), "?"), one)
            for one in children
            if isinstance(one, dict)
        ]
    )
    return Frame(
        name, _count(node, state), [_frame(str(one), below, state) for one, below in named if isinstance(below, dict)]
    )


def _count(node: Mapping[str, Any], state: str | None) -> float:
    counts = node.get("counts", node.get("count", 0))
    if isinstance(counts, dict):
        counts = sum(
            value
            for name, value in counts.items()
            if isinstance(value, int | float) and (state is None or name.upper() == state.upper())
        )
    return float(counts) if isinstance(counts, int | float) else 0.0


def _holds_callees(frame: Frame) -> bool:
    """Whether each frame's count is at least that of its callees together, which counts of its own would rarely be."""
    inner = [one for one in _all(frame) if one.children and one is not frame]
    return bool(inner) and all(one.own >= sum(child.own for child in one.children) > 0 for one in inner)


def _take_callees_out(frame: Frame) -> None:
    for one in list(_all(frame)):
        one.own = max(one.own - sum(child.own for child in one.children), 0.0)


def _all(frame: Frame) -> Iterator[Frame]:
    yield frame
    for child in frame.children:
        yield from _all(child)


def folded(frame: Frame) -> str:
    """One line a stack, its frames parted by `;`, with its count: what flame graph tools take."""
    return "".join(f"{';'.join(stack)} {count:.10g}\n" for stack, count in stacks(frame))


def stacks(frame: Frame) -> Iterator[tuple[tuple[str, ...], float]]:
    """Each stack with the count of its last frame, where it has one."""

    def walk(one: Frame, above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], float]]:
        here = (*above, _plain(one.name))
        if one.own > 0:
            yield here, one.own
        for child in one.children:
            yield from walk(child, here)

    for child in frame.children:
        yield from walk(child, ())


def hottest(frame: Frame) -> list[tuple[str, float, float]]:
    """Each frame by name with its own and its whole count, recursion counted once; most of its own first."""
    own: dict[str, float] = defaultdict(float)
    whole: dict[str, float] = defaultdict(float)
    for stack, count in stacks(frame):
        own[stack[-1]] += count
        for name in set(stack):
            whole[name] += count
    return sorted(
        ((name, own.get(name, 0.0), whole[name]) for name in whole), key=lambda one: (-one[1], -one[2], one[0])
    )


def _plain(name: str) -> str:
    return " ".join(name.replace(";", ":").split()) or "?"


def render_svg(frame: Frame, *, title: str) -> str:
    """The flame graph, callers below; a frame's title says its name and its share."""
    total = frame.total
    boxes: list[str] = []
    deepest = _boxes(frame, total, x=0.0, depth=0, into=boxes)
    height = (deepest + 1) * _ROW + 50
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}"'
        ' font-family="monospace" font-size="11">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#fffdf7"/>',
        f'<text x="{_WIDTH / 2:g}" y="20" text-anchor="middle" font-size="14">{escape(title)}</text>',
        f'<g transform="translate(0 {height - 8 - _ROW})">',
    ]
    return "\n".join([*head, *boxes, "</g>", "</svg>\n"])


def _boxes(frame: Frame, total: float, *, x: float, depth: int, into: list[str]) -> int:
    """Put the boxes of FRAME and what it calls INTO a list, and give the depth that was reached."""
    wide = frame.total / total * _WIDTH if total else 0.0
    if wide < _LEAST:
        return depth
    name = _safe(frame.name)
    colour = "#d9d4c8" if depth == 0 else _COLOURS[sum(map(ord, frame.name)) % len(_COLOURS)]
    y = -depth * _ROW
    into.append(
        f"<g><title>{escape(name)}: {frame.total:.10g} ({frame.total / total:.1%})</title>"
        f'<rect x="{x:.2f}" y="{y}" width="{max(wide - 0.5, 0.2):.2f}" height="{_ROW - 1}" rx="2" fill="{colour}"/>'
        f"{_label(name, x, y, wide)}</g>"
    )
    deepest, at = depth, x
    for child in sorted(frame.children, key=lambda one: one.name):
        deepest = max(deepest, _boxes(child, total, x=at, depth=depth + 1, into=into))
        at += child.total / total * _WIDTH
    return deepest


def _label(name: str, x: float, y: float, wide: float) -> str:
    room = int((wide - 6) / 6.7)
    if room < 3:
        return ""
    text = name if len(name) <= room else name[: room - 1] + "…"
    return f'<text x="{x + 3:.2f}" y="{y + 13}">{escape(text)}</text>'


def _safe(name: str) -> str:
    """NAME without what XML cannot hold."""
    return "".join(one if one.isprintable() else " " for one in name)
