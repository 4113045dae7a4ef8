"""ALTO 4.4 (https://www.loc.gov/standards/alto/): text blocks, lines and strings in pixels, confidences 0 to 1."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import count

from awsml_cli import __version__
from awsml_cli.formats.blocks.areas import areas
from awsml_cli.formats.blocks.block import Block, Box
from awsml_cli.formats.blocks.model import Document, Line, Page
from awsml_cli.formats.blocks.options import Options
from awsml_cli.formats.blocks.sizes import in_pixels, sizes_of
from awsml_cli.formats.xml import clean

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<alto xmlns="http://www.loc.gov/standards/alto/ns-v4#" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xsi:schemaLocation="http://www.loc.gov/standards/alto/ns-v4# http://www.loc.gov/standards/alto/v4/alto-4-4.xsd"
 SCHEMAVERSION="4.4">
<Description>
<MeasurementUnit>pixel</MeasurementUnit>
<sourceImageInformation><fileName>{name}</fileName></sourceImageInformation>
<Processing ID="processing_1"><processingSoftware><softwareName>awsml</softwareName>\
<softwareVersion>{version}</softwareVersion>\
<applicationDescription>{engine}</applicationDescription></processingSoftware></Processing>
</Description>
<Layout>
"""
Size = tuple[int, int]
_SAME = 1e-6  # of the page


def render_alto(document: Document, options: Options) -> str:
    """ALTO; without the source, pages are given the pixels of a common sheet."""
    sizes = sizes_of(document, options)
    name, engine = (escape(clean(text)) for text in (options.source_name or "unknown", document.engine))
    parts = [_HEAD.format(name=name, version=__version__, engine=engine)]
    numbers = count(1)
    for page in document.pages:
        width, height = sizes[page.number]
        parts.append(
            f'<Page ID="page_{page.number}" PHYSICAL_IMG_NR="{page.number}" WIDTH="{width}" HEIGHT="{height}">\n'
            f'<PrintSpace HPOS="0" VPOS="0" WIDTH="{width}" HEIGHT="{height}">\n'
        )
        parts += _page(page, (width, height), numbers)
        parts.append("</PrintSpace>\n</Page>\n")
    parts.append("</Layout>\n</alto>\n")
    return "".join(parts)


def _page(page: Page, size: Size, numbers: Iterator[int]) -> Iterator[str]:
    for place, area in enumerate(areas(page), start=1):
        turn = area.lines[0].turn
        rotation = f' ROTATION="{turn}"' if turn else ""
        yield f'<TextBlock ID="block_{page.number}_{place}"{_place(area.box, size)}{rotation}>\n'
        for line in area.lines:
            if any(word.text for word in line.words):  # the schema wants a string in each line
                yield _line(line, size, numbers)
        yield "</TextBlock>\n"


def _line(line: Line, size: Size, numbers: Iterator[int]) -> str:
    words = [_string(word, next(numbers), size) for word in line.words if word.text]
    return f'<TextLine ID="line_{next(numbers)}"{_place(line.box, size)}>\n{"<SP/>".join(words)}\n</TextLine>\n'


def _string(word: Block, number: int, size: Size) -> str:
    content = escape(clean(word.text))
    sure = f"{(word.confidence or 0) / 100:.4f}"
    head = f'<String ID="string_{number}" CONTENT="{content}"{_place(word.box, size)} WC="{sure}"'
    if all(abs(one - other) < _SAME for one, other in zip(word.points, word.box.points, strict=True)):
        return f"{head}/>"
    return f'{head}><Shape><Polygon POINTS="{_points(word.points, size)}"/></Shape></String>'


def _place(box: Box, size: Size) -> str:
    left, top, right, bottom = in_pixels(box, size)
    return f' HPOS="{left}" VPOS="{top}" WIDTH="{right - left}" HEIGHT="{bottom - top}"'


def _points(points: tuple[float, ...], size: Size) -> str:
    width, height = size
    pairs = zip(points[::2], points[1::2], strict=False)
    return " ".join(f"{round(x * width)},{round(y * height)}" for x, y in pairs)
