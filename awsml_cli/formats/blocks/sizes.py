"""The pixels of a document's pages, for the formats whose places are whole numbers."""

from __future__ import annotations

from awsml_cli.formats.blocks.block import Box
from awsml_cli.formats.blocks.model import Document
from awsml_cli.formats.blocks.options import PLAIN_SIZE, Options


def sizes_of(document: Document, options: Options) -> dict[int, tuple[int, int]]:
    """Width and height of each page by its number: of the source where it is given, else of a common sheet."""
    found: list[tuple[int, int]] = []
    if options.source is not None:
        from awsml_cli.formats.pages import kind_of
        from awsml_cli.formats.pages.draw import sizes

        found = sizes(options.source, kind=kind_of(options.source[:4096]) or "png")
    return {page.number: found[page.number - 1] if page.number <= len(found) else PLAIN_SIZE for page in document.pages}


def in_pixels(box: Box, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """BOX as left, top, right and bottom on a page of SIZE, inside of it."""
    width, height = size
    left, top = min(max(round(box.left * width), 0), width), min(max(round(box.top * height), 0), height)
    right, bottom = min(max(round(box.right * width), left), width), min(max(round(box.bottom * height), top), height)
    return left, top, right, bottom
