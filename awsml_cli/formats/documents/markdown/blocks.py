"""Lines of Markdown: what each begins, seen without the others (CommonMark 0.31, chapters 4 and 5; GFM tables)."""

from __future__ import annotations

import re
from itertools import pairwise

QUOTE = re.compile(r"[ ]{0,3}>[ ]?")
MARKER = re.compile(r"[ ]{0,3}(?:[-*+]|\d{1,9}[.)]|:|\[\^[^\]\s]+\]:)(?:(?P<blank>[ \t]+)(?=\S)|[ \t]*$)")
TASK = re.compile(r"\[[ xX]\][ \t]+(?=\S)")
HEADING = re.compile(r"[ ]{0,3}\#{1,6}(?:[ \t]+|$)")
HEADING_END = re.compile(r"(?:[ \t]+\{[#.:][^{}]*\})?(?:[ \t]+\#+)?[ \t]*\Z")
FENCE = re.compile(r"[ ]{0,3}(`{3,}(?=[^`]*$)|~{3,})")
RULE = re.compile(r"[ ]{0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
UNDERLINE = re.compile(r"[ ]{0,3}(?:=+|-+)[ \t]*$")
DEFINITION = re.compile(r"[ ]{0,3}\[(?!\^)[^\]]+\]:\s*\S|\*\[[^\]]+\]:")
DIRECTIVE = re.compile(r"[ \t]*(?::{3,}|!{3}\s|\?{3}\+?\s|={3}\s+\"|\[!\w+\][-+]?\s*$|\{%|\{\{[<%]|\$\$|---8<---|%%)")
DELIMITERS = re.compile(r"[ ]{0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
HARD_BREAK = re.compile(r"(?:[ ]{2,}|\\)\Z")

_BLOCKS = (
    "address article aside base basefont blockquote body caption center col colgroup dd details dialog dir div dl dt "
    "fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html iframe legend li link "
    "main menu menuitem nav noframes ol optgroup option p param search section summary table tbody td tfoot th thead "
    "title tr track ul"
)
_RAW = "script|pre|style|textarea"
_HTML = (
    (re.compile(rf"[ ]{{0,3}}<(?:{_RAW})(?:\s|>|$)", re.IGNORECASE), re.compile(rf"</(?:{_RAW})>", re.IGNORECASE)),
    (re.compile(r"[ ]{0,3}<!--"), re.compile("-->")),
    (re.compile(r"[ ]{0,3}<\?"), re.compile(r"\?>")),
    (re.compile(r"[ ]{0,3}<!\[CDATA\["), re.compile(r"\]\]>")),
    (re.compile(r"[ ]{0,3}<![A-Za-z]"), re.compile(">")),
    (re.compile(rf"[ ]{{0,3}}</?(?:{'|'.join(_BLOCKS.split())})(?:\s|/?>|$)", re.IGNORECASE), None),
)  # fmt: skip
_ALONE = re.compile(r"[ ]{0,3}</?[A-Za-z][\w.-]*(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>[ \t]*$")


def interrupts(line: str) -> bool:
    """Whether LINE begins a block even right behind a line of text."""
    signs = (HEADING, FENCE, RULE, DIRECTIVE)
    return any(sign.match(line) for sign in signs) or html_block(line, in_paragraph=True) is not None


def html_block(line: str, *, in_paragraph: bool) -> tuple[re.Pattern[str] | None] | None:
    """What ends the HTML block that LINE begins, in a tuple (a blank line, if that is None); or None for no block."""
    for begin, end in _HTML:
        if begin.match(line):
            return (end,)
    return (None,) if not in_paragraph and _ALONE.match(line) and not re.match(r"[ ]{0,3}<\w+:", line) else None


def cells(row: str) -> list[tuple[int, int]]:
    """Where the cells of a table's ROW begin and end, blanks around them left out."""
    edges = [-1]
    code = ""
    for found in re.finditer(r"\\.|`+|\|", row):
        if found[0].startswith("`"):
            code = "" if code == found[0] else code or (found[0] if found[0] in row[found.end() :] else "")
        elif found[0] == "|" and not code:
            edges.append(found.start())
    edges.append(len(row))
    spans = []
    for one, two in pairwise(edges):
        cell = row[one + 1 : two]
        begin = one + 1 + len(cell) - len(cell.lstrip())
        spans.append((begin, max(begin, one + 1 + len(cell.rstrip()))))
    return spans
