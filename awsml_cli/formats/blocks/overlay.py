"""Pages with the places of what was read drawn over them, as PNG and as SVG."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from awsml_cli.core.errors import UsageError
from awsml_cli.formats.blocks.marks import TITLED, Mark, marks
from awsml_cli.formats.blocks.model import Document, Page
from awsml_cli.formats.blocks.options import PLAIN_SIZE, Options
from awsml_cli.formats.boxes import drawing
from awsml_cli.formats.pages import kind_of
from awsml_cli.formats.xml import clean

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

LONGEST: Final = 2000  # pixels of a page's longest side
BETWEEN: Final = 20  # pixels between two pages
MOST_PAGES: Final = 20  # that one PNG shows


def render_png(document: Document, options: Options) -> bytes:
    """One picture of all pages, one below the other, white where there is no source."""
    from awsml_cli.formats.pages.draw import as_png

    check_pages(document)
    return as_png(stacked([marked(document, page, options) for page in document.pages] or [_sheet()]))


def check_pages(document: Document) -> None:
    """Raises UsageError for more pages than one picture shows."""
    if len(document.pages) > MOST_PAGES:
        raise UsageError(f"{len(document.pages)} pages do not fit into one picture", hint="--pages 1-5, or -f pdf")


def marked(document: Document, page: Page, options: Options) -> Image:
    """PAGE with its marks."""
    from PIL import ImageDraw

    picture = shown(page, options)
    thick = max(round(max(picture.size) / 900), 1)
    for mark in marks(document, page):
        _draw(ImageDraw.Draw(picture), mark, picture.size, thick, options.doubtful_below)
    return picture


def shown(page: Page, options: Options) -> Image:
    """PAGE itself in RGB, or a white sheet where there is no source."""
    if options.source is None:
        return _sheet()
    from awsml_cli.formats.pages import drawn

    kind = kind_of(options.source[:4096]) or "png"
    return drawn(options.source, kind=kind, page=page.number, longest=LONGEST).convert("RGB")


def _sheet() -> Image:
    from awsml_cli.formats.pages.pdf import library

    white: Image = library("PIL.Image").new("RGB", PLAIN_SIZE, "white")
    return white


def _draw(canvas: ImageDraw, mark: Mark, size: tuple[int, int], thick: int, doubtful_below: float) -> None:
    colour = mark.colour(doubtful_below)
    corners = drawing.corners(mark.points, size)
    drawing.outline(canvas, corners, colour, thick if mark.kind == "word" else 2 * thick)
    if mark.kind in TITLED:
        sure = f" {mark.confidence:.0f}" if mark.confidence is not None else ""
        drawing.chip(canvas, corners[0], f"{mark.title}{sure}", colour, letters=10 * thick)


def stacked(pictures: list[Image]) -> Image:
    """PICTURES one below the other; one alone is itself."""
    from PIL import Image

    if len(pictures) == 1:
        return pictures[0]
    width = max(picture.width for picture in pictures)
    height = sum(picture.height for picture in pictures) + BETWEEN * (len(pictures) - 1)
    whole = Image.new("RGB", (width, height), (90, 90, 90))
    at = 0
    for picture in pictures:
        whole.paste(picture, (0, at))
        at += picture.height + BETWEEN
    return whole


def render_svg(document: Document, options: Options) -> str:
    """One SVG of all pages; each mark has its text and confidence as a tip, and can be picked by its class."""
    body: list[str] = []
    width = at = 0
    for page in document.pages:
        picture, size = _embedded(page, options)
        body.append(f'<g id="page-{page.number}" transform="translate(0 {at})">\n{picture}')
        body += (_polygon(mark, size, options) for mark in marks(document, page))
        body.append("</g>\n")
        width, at = max(width, size[0]), at + size[1] + BETWEEN
    height = max(at - BETWEEN, 1)
    return drawing.svg_head(width, height) + "".join(body) + "</svg>\n"


def _embedded(page: Page, options: Options) -> tuple[str, tuple[int, int]]:
    """PAGE as a picture inside the SVG, or as a white sheet with its words."""
    if options.source is None:
        width, height = PLAIN_SIZE
        words = "".join(
            f'<text x="{word.box.left * width:.1f}" y="{word.box.top * height:.1f}" '
            f'textLength="{word.box.width * width:.1f}" lengthAdjust="spacingAndGlyphs" '
            f'font-size="{word.box.height * height:.1f}">{escape(clean(word.text))}</text>\n'
            for word in page.words
            if not word.turn
        )
        return f'<rect width="{width}" height="{height}" fill="white"/>\n{words}', PLAIN_SIZE
    picture = shown(page, options)
    return drawing.svg_picture(picture), picture.size


def _polygon(mark: Mark, size: tuple[int, int], options: Options) -> str:
    sure = f"{mark.confidence:.1f}" if mark.confidence is not None else ""
    tip = (mark.title, clean(mark.text), sure)
    return drawing.svg_polygon(mark.kind, mark.points, size, mark.colour(options.doubtful_below), tip)
