"""What is not for every eye, blacked out: in the text, in all that is made of it, and on the pages themselves.

The pages of a redacted PDF are pictures in which the places are black, under the words that are left: nothing of the
original is in the file, whatever is done to it.
"""

from __future__ import annotations

import copy
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from awsml_cli.core.errors import UsageError
from awsml_cli.formats.blocks.block import Block
from awsml_cli.formats.blocks.model import Cell, Document, Element, KeyValue, Line, Page, Table
from awsml_cli.formats.blocks.options import Options
from awsml_cli.formats.blocks.tables import joined

if TYPE_CHECKING:
    from PIL.Image import Image

MASK: Final = "█"
_MARGIN: Final = 0.12  # of a word's height, around it
LONGEST: Final = 2400  # pixels of a page's longest side: some 200 dots an inch
Span = tuple[int, int, str]  # first and last character, and why
Finder = Callable[[str], Iterable[Span]]


@dataclass(frozen=True, slots=True)
class Hidden:
    """A word that was blacked out: its page, why, and its place there."""

    page: int
    kind: str
    points: tuple[float, ...]


def matching(patterns: Iterable[str]) -> Finder:
    """What finds all that one of PATTERNS, regular expressions, matches. Raises UsageError for one that is none."""
    compiled = []
    for pattern in patterns:
        try:
            compiled.append(re.compile(pattern))
        except re.error as problem:
            raise UsageError(f"`{pattern}` is no regular expression: {problem}") from None

    def find(text: str) -> Iterator[Span]:
        for number, one in enumerate(compiled, start=1):  # the pattern itself may say what is to be hidden
            yield from ((found.start(), found.end(), f"MATCH_{number}") for found in one.finditer(text) if found[0])

    return find


def spoken(page: Page) -> tuple[str, list[tuple[int, int, Block]]]:
    """The words of PAGE as one text, a space between two, and where in it each word is."""
    places, pieces, at = [], [], 0
    for word in page.words:
        places.append((at, at + len(word.text), word))
        pieces.append(word.text)
        at += len(word.text) + 1
    return " ".join(pieces), places


def redacted(document: Document, find: Finder) -> tuple[Document, list[Hidden]]:
    """DOCUMENT with every word that FIND finds a part of masked, wherever it is said; and what was masked.

    Answers, receipts and identity documents are left out: they say words without their places.
    """
    hidden: list[Hidden] = []
    pages = []
    for page in document.pages:
        text, places = spoken(page)
        kinds: dict[int, str] = {}
        spans = sorted(find(text))
        for first, last, word in places:
            kind = next((kind for begin, end, kind in spans if begin < last and first < end), None)
            if kind is not None:
                kinds[id(word)] = kind
                hidden.append(Hidden(page.number, kind, word.points))
        pages.append(_masked_page(page, kinds) if kinds else page)
    return Document(pages=tuple(pages), page_count=document.page_count, warnings=document.warnings), hidden


def _masked_page(page: Page, kinds: dict[int, str]) -> Page:
    fresh = {id(word): _masked(word) if id(word) in kinds else word for word in page.words}

    def words(old: Iterable[Block]) -> tuple[Block, ...]:
        return tuple(fresh.get(id(word), word) for word in old)

    def line(old: Line) -> Line:
        if not any(id(word) in kinds for word in old.words):
            return old
        return replace(old, text=joined(words(old.words)), words=words(old.words))

    lines = {id(old): line(old) for old in page.lines}

    def cell(old: Cell) -> Cell:
        return replace(old, text=joined(words(old.words)), words=words(old.words))

    def table(old: Table) -> Table:
        titled = words(old.title_words)
        said = joined(titled) if titled != old.title_words else None
        return replace(
            old,
            cells=tuple(cell(one) for one in old.cells),
            titles=old.titles if said is None else (said,),
            footers=old.footers if said is None else (),
            title_words=titled,
        )

    def pair(old: KeyValue) -> KeyValue:
        key, value = words(old.key_words), words(old.value_words)
        said = old.value if old.selected is not None else joined(value)
        return replace(old, key=joined(key), value=said, key_words=key, value_words=value)

    return replace(
        page,
        lines=tuple(lines[id(old)] for old in page.lines),
        words=words(page.words),
        tables=tuple(table(one) for one in page.tables),
        key_values=tuple(pair(one) for one in page.key_values),
        layout=tuple(_masked_element(one, lines) for one in page.layout),
    )


def _masked_element(old: Element, lines: dict[int, Line]) -> Element:
    return replace(
        old,
        lines=tuple(lines.get(id(line), line) for line in old.lines),
        parts=tuple(_masked_element(part, lines) for part in old.parts),
    )


def _masked(word: Block) -> Block:
    made = copy.copy(word)
    made.text = MASK * len(word.text)
    return made


def pictures(document: Document, hidden: Iterable[Hidden], options: Options) -> Iterator[Image]:
    """Each page as a picture in which what is HIDDEN is black. Raises UsageError without the source."""
    from PIL import ImageDraw

    from awsml_cli.formats.pages import drawn, kind_of

    if options.source is None:
        raise UsageError("redacted pages need the pages themselves", hint="--source scan.pdf")
    kind = kind_of(options.source[:4096]) or "png"
    places: dict[int, list[tuple[float, ...]]] = {}
    for one in hidden:
        places.setdefault(one.page, []).append(one.points)
    for page in document.pages:
        picture = drawn(options.source, kind=kind, page=page.number, longest=LONGEST).convert("RGB")
        canvas = ImageDraw.Draw(picture)
        for points in places.get(page.number, ()):
            corners = [(x * picture.width, y * picture.height) for x, y in _widened(points)]
            canvas.polygon(corners, fill="black", outline="black")
        yield picture


def _widened(points: tuple[float, ...]) -> Iterator[tuple[float, float]]:
    """The corners moved away from their middle, so that no edge of a letter stays."""
    pairs = list(zip(points[::2], points[1::2], strict=False))
    x0, y0 = sum(x for x, _ in pairs) / len(pairs), sum(y for _, y in pairs) / len(pairs)
    tall = min(abs(pairs[3][1] - pairs[0][1]) + abs(pairs[3][0] - pairs[0][0]), 1.0) * _MARGIN
    for x, y in pairs:
        yield x + (tall if x > x0 else -tall), y + (tall if y > y0 else -tall)


def render_pdf(document: Document, hidden: Iterable[Hidden], options: Options) -> bytes:
    """A PDF of pictures, black where something is HIDDEN, in which the words that are left can be searched."""
    from awsml_cli.formats.blocks import pdf

    frames = []
    inches = _inches(options.source or b"")
    for page, picture in zip(document.pages, pictures(document, hidden, options), strict=True):
        out = io.BytesIO()
        dots = round(max(picture.size) / inches[page.number]) if page.number in inches else 0
        picture.save(out, "JPEG", quality=85, dpi=(dots, dots))
        frames.append(out.getvalue())
    pages = tuple(
        replace(page, number=number, words=tuple(word for word in page.words if not word.text.startswith(MASK)))
        for number, page in enumerate(document.pages, start=1)
    )
    return pdf.of_frames(replace(document, pages=pages), frames)


def _inches(source: bytes) -> dict[int, float]:
    """The longest side of each page of a PDF."""
    from awsml_cli.formats.pages import kind_of
    from awsml_cli.formats.pages.draw import sizes

    if kind_of(source[:4096]) != "pdf":
        return {}
    return {number: max(size) / 72 for number, size in enumerate(sizes(source, kind="pdf", dots=72), start=1)}


def render_png(document: Document, hidden: Iterable[Hidden], options: Options) -> bytes:
    """One picture of all pages, black where something is HIDDEN."""
    from awsml_cli.formats.blocks.overlay import check_pages, stacked
    from awsml_cli.formats.pages.draw import as_png

    check_pages(document)
    return as_png(stacked(list(pictures(document, hidden, options))))
