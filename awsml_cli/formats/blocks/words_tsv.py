"""Words as TSV with the columns of tesseract's `tsv`, so that what reads those reads these."""

from __future__ import annotations

from collections.abc import Iterator

from awsml_cli.formats.blocks.areas import areas
from awsml_cli.formats.blocks.block import Box
from awsml_cli.formats.blocks.model import Document, Page
from awsml_cli.formats.blocks.options import Options
from awsml_cli.formats.blocks.sizes import in_pixels, sizes_of

COLUMNS = (
    "level",
    "page_num",
    "block_num",
    "par_num",
    "line_num",
    "word_num",
    "left",
    "top",
    "width",
    "height",
    "conf",
    "text",
)


def render_words_tsv(document: Document, options: Options) -> str:
    """A row for each page, block, paragraph, line (`conf` -1) and word (0 to 100); places are pixels."""
    sizes = sizes_of(document, options)
    rows = [row for page in document.pages for row in _page(page, sizes[page.number])]
    return "".join("\t".join(map(str, row)) + "\n" for row in (COLUMNS, *rows))


def _page(page: Page, size: tuple[int, int]) -> Iterator[tuple[object, ...]]:
    def row(level: int, place: tuple[int, ...], box: Box, conf: object = -1, text: str = "") -> tuple[object, ...]:
        left, top, right, bottom = in_pixels(box, size)
        numbers = (*place, *(0,) * (4 - len(place)))
        return (level, page.number, *numbers, left, top, right - left, bottom - top, conf, text)

    yield row(1, (), Box(0.0, 0.0, 1.0, 1.0))
    for block, area in enumerate(areas(page), start=1):
        yield row(2, (block,), area.box)
        yield row(3, (block, 1), area.box)
        for line_number, line in enumerate(area.lines, start=1):
            yield row(4, (block, 1, line_number), line.box)
            words = (word for word in line.words if word.text)
            for word_number, word in enumerate(words, start=1):
                text = " ".join(word.text.split())
                sure = f"{word.confidence or 0:.6f}"
                yield row(5, (block, 1, line_number, word_number), word.box, sure, text)
