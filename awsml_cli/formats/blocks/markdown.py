"""Markdown (CommonMark with GFM's tables): headings, lists and tables in reading order, read back as they are here."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

from awsml_cli.formats.blocks.crops import figures
from awsml_cli.formats.blocks.flow import Entry, Flow, Piece
from awsml_cli.formats.blocks.model import Document, KeyValue, Page, Table
from awsml_cli.formats.blocks.options import Options

PICTURE: Final = "PICTURE "  # begins the kind of a piece that is the picture of a figure; its name follows
_MARKED = re.compile(r"[\\`*\[\]<&~]|(?<![^\W_])_|_(?![^\W_])")
# what begins a block where it begins a line: headings, lists, quotes, underlines of headings, breaks, fences
_BEGINNING = re.compile(r"(?P<sign>[#>+=|-])|(?P<number>\d{1,9})(?P<dot>[.)])(?=\s|$)")


def render_md(document: Document, options: Options) -> str:
    """Markdown; a comment stands where another page begins."""
    flow = Flow(document, furniture=options.furniture)
    parts: list[str] = []
    for page in document.pages:
        if page is not document.pages[0]:
            parts.append(f"<!-- page {page.number} -->")
        pieces = flow.pieces(page)
        if options.figures is not None:
            pieces = _with_figures(page, pieces)
        parts += (text for piece in pieces if (text := _piece(piece, options)))
        parts += _no_words_of_its_own(page)
    return "\n\n".join(parts) + "\n" if parts else ""


def _no_words_of_its_own(page: Page) -> list[str]:
    return [f"*signature, {one.confidence or 0:.0f} %*" for one in page.signatures]


def _with_figures(page: Page, pieces: list[Piece]) -> list[Piece]:
    """PIECES, and each figure of PAGE before the first that stands lower; a figure mostly has no words of its own."""
    made = list(pieces)
    for name, element in figures(page):
        at = next((i for i, piece in enumerate(made) if piece.box.top > element.box.top), len(made))
        made.insert(at, Piece(f"{PICTURE}{name}", box=element.box))
    return made


def _piece(piece: Piece, options: Options) -> str:
    if piece.kind.startswith(PICTURE):
        name = piece.kind.removeprefix(PICTURE)
        return f"![{name}]({quote(f'{options.figures}{name}.png')})"
    if piece.table is not None:
        return table_md(piece.table, repeat=options.repeat_merged)
    if piece.pairs:
        return "\\\n".join(_pair(pair) for pair in piece.pairs)
    if piece.kind == "LIST":
        return "\n".join(_entry(entry) for entry in piece.entries)
    if piece.kind in ("TITLE", "SECTION_HEADER"):
        text = " ".join(_inline(line.text) for line in piece.lines)
        return f"{'#' if piece.kind == 'TITLE' else '##'} {_closed(text)}"
    if piece.kind == "CAPTION":
        return f"**{' '.join(_inline(line.text) for line in piece.lines)}**"
    return "\n".join(text for line in piece.lines if (text := beginning(_inline(line.text))))


def _pair(pair: KeyValue) -> str:
    value = f"[{'x' if pair.selected else ' '}]" if pair.selected is not None else pair.value
    return f"**{_inline(pair.key)}** {_inline(value)}".rstrip()


def _entry(entry: Entry) -> str:
    mark = "-" if entry.number is None else f"{entry.number}."
    return f"{mark} {beginning(_inline(entry.text))}"


def table_md(table: Table, *, repeat: bool = False) -> str:
    """TABLE as GFM has them: its first row is the head, whatever AWS calls it, since there must be one."""
    rows = table.rows(repeat=repeat)
    if not rows:
        return ""
    lines = [_row(row) for row in rows]
    lines.insert(1, "|" + " --- |" * table.width)
    return "\n".join(lines)


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(_inline(cell).replace("|", "\\|") for cell in cells) + " |"


def _inline(text: str) -> str:
    """TEXT in which nothing is a mark of Markdown's."""
    return _MARKED.sub(lambda found: "\\" + found[0], " ".join(text.split()))


def beginning(text: str) -> str:
    """TEXT, escaped already, that begins no block though it begins a line."""
    found = _BEGINNING.match(text)
    if found is None:
        return text
    return f"\\{text}" if found["sign"] else f"{found['number']}\\{text[found.start('dot') :]}"


def _closed(heading: str) -> str:
    """HEADING without the run of `#` at its end that would be taken for its closing."""
    return re.sub(r"#+$", lambda found: "\\#" * len(found[0]), heading)
