"""A text with what was found in it marked: as pieces for a terminal, and as a page of HTML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

Mark = tuple[int, int, str]  # begin and end in code points, and the type

COLOURS: Final = ("#cfe8ff", "#d7f5d0", "#ffe3c2", "#f3d3f5", "#fff3b0", "#d6f2f0", "#ffd6d9", "#e2ddff")
_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 1rem/1.8 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem; color: #111;
  background: #fff }}
h2 {{ font-size: 1rem; border-top: 1px solid #ccc; padding-top: 1rem }}
p {{ white-space: pre-wrap; overflow-wrap: anywhere }}
mark {{ padding: .1em .2em; border-radius: .25em; color: #111 }}
mark small {{ margin-left: .4em; font-weight: 600; font-size: .65em; letter-spacing: .03em }}
{rules}
</style>
</head>
<body>
"""


def segments(text: str, marks: Iterable[Mark]) -> Iterator[tuple[str, str]]:
    """TEXT in pieces, each with its type, or none; of marks that overlap, the first holds, the longest of these."""
    at = 0
    for begin, end, kind in sorted(marks, key=lambda mark: (mark[0], -mark[1])):
        if begin < at or end > len(text) or begin >= end:
            continue
        if begin > at:
            yield text[at:begin], ""
        yield text[begin:end], kind
        at = end
    if at < len(text):
        yield text[at:], ""


def html(documents: Iterable[tuple[str, str, Iterable[Mark]]]) -> Iterator[str]:
    """A page of the DOCUMENTS (name, text, marks), piece by piece; it needs nothing from anywhere else."""
    from html import escape

    kinds: dict[str, str] = {}
    bodies = []
    for name, text, marks in documents:
        body = [f"<h2>{escape(name)}</h2>\n"] if name else []
        body.append("<p>")
        for piece, kind in segments(text, marks):
            if not kind:
                body.append(escape(piece))
                continue
            style = kinds.setdefault(kind, f"k{len(kinds)}")
            body.append(
                f'<mark class="{style}" title="{escape(kind)}">{escape(piece)}<small>{escape(kind)}</small></mark>'
            )
        body.append("</p>\n")
        bodies.append("".join(body))
    rules = "\n".join(
        f".{style} {{ background: {COLOURS[number % len(COLOURS)]} }}" for number, style in enumerate(kinds.values())
    )
    yield _HEAD.format(title="awsml", rules=rules)
    yield from bodies
    yield "</body>\n</html>\n"
