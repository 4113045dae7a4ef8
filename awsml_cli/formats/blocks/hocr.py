"""hOCR 1.2 (https://kba.github.io/hocr-spec/1.2/): pages, paragraphs, lines and words with their boxes, as XHTML."""

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
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="und" lang="und">
<head>
<title>{title}</title>
<meta http-equiv="Content-Type" content="text/html;charset=utf-8"/>
<meta name="ocr-system" content="awsml {version}, {engine}"/>
<meta name="ocr-capabilities" content="ocr_page ocr_carea ocr_par ocr_line ocrx_word"/>
</head>
<body>
"""
_ANGLES = {90: 270, 180: 180, 270: 90}  # hOCR's textangle counts the other way round
Size = tuple[int, int]


def render_hocr(document: Document, options: Options) -> str:
    """hOCR; without the source, pages are given the pixels of a common sheet."""
    sizes = sizes_of(document, options)
    name = options.source_name or "unknown"
    title, engine = (escape(clean(text)) for text in (options.title or options.source_name, document.engine))
    parts = [_HEAD.format(title=title, version=__version__, engine=engine)]
    words = count(1)
    for place, page in enumerate(document.pages):
        width, height = sizes[page.number]
        image = escape(clean(name).replace('"', "'"))
        parts.append(
            f'<div class="ocr_page" id="page_{page.number}" '
            f'title="image &quot;{image}&quot;; bbox 0 0 {width} {height}; ppageno {place}">\n'
        )
        parts += _page(page, (width, height), words)
        parts.append("</div>\n")
    parts.append("</body>\n</html>\n")
    return "".join(parts)


def _page(page: Page, size: Size, words: Iterator[int]) -> Iterator[str]:
    for number, area in enumerate(areas(page), start=1):
        box = _bbox(area.box, size)
        yield f'<div class="ocr_carea" id="block_{page.number}_{number}" title="{box}">\n'
        yield f'<p class="ocr_par" id="par_{page.number}_{number}" title="{box}">\n'
        for place, line in enumerate(area.lines, start=1):
            yield _line(line, f"line_{page.number}_{number}_{place}", size, words)
        yield "</p>\n</div>\n"


def _line(line: Line, id: str, size: Size, words: Iterator[int]) -> str:
    left, top, right, bottom = in_pixels(line.box, size)
    tall = right - left if line.turn in (90, 270) else bottom - top
    angle = f"; textangle {_ANGLES[line.turn]}" if line.turn else ""
    title = f"bbox {left} {top} {right} {bottom}; x_size {tall}{angle}"
    inside = " ".join(_word(word, next(words), size) for word in line.words if word.text)
    return f'<span class="ocr_line" id="{id}" title="{title}">{inside}</span>\n'


def _word(word: Block, number: int, size: Size) -> str:
    title = f"{_bbox(word.box, size)}; x_wconf {round(word.confidence or 0)}"
    return f'<span class="ocrx_word" id="word_{number}" title="{title}">{escape(clean(word.text))}</span>'


def _bbox(box: Box, size: Size) -> str:
    return "bbox " + " ".join(map(str, in_pixels(box, size)))
