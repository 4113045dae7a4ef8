"""Pictures cut out of a document's pages: its tables, fields, signatures, figures, lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from awsml_cli.core.errors import UsageError
from awsml_cli.formats.blocks.block import NOWHERE, Box
from awsml_cli.formats.blocks.model import Document, Element, Page
from awsml_cli.formats.blocks.options import Options

LONGEST: Final = 3000  # pixels of the page's longest side, before it is cut
MARGIN: Final = 0.004  # of the page, around what is cut out


def crops(document: Document, view: str, options: Options) -> Iterator[tuple[str, bytes]]:
    """What VIEW looks at, each cut out as a PNG with a name of its page, kind and number: `p3-table-2`.

    Raises UsageError without the source.
    """
    from awsml_cli.formats.pages import drawn, kind_of
    from awsml_cli.formats.pages.draw import as_png

    if options.source is None:
        raise UsageError("cutting out needs the pages themselves", hint="--source scan.pdf")
    kind = kind_of(options.source[:4096]) or "png"
    for page in document.pages:
        places = list(_places(document, page, view))
        if not places:
            continue
        picture = drawn(options.source, kind=kind, page=page.number, longest=LONGEST).convert("RGB")
        counts: dict[str, int] = {}
        for what, box in places:
            counts[what] = number = counts.get(what, 0) + 1
            yield f"p{page.number}-{what}-{number}", as_png(picture.crop(_pixels(box, picture.size)))


def figures(page: Page) -> Iterator[tuple[str, Element]]:
    """The figures of PAGE, each with the name that its picture has: `p3-figure-2`."""
    found = (element for element in page.layout if element.kind == "FIGURE" and element.box is not NOWHERE)
    for number, element in enumerate(found, start=1):
        yield f"p{page.number}-figure-{number}", element


def _places(document: Document, page: Page, view: str) -> Iterator[tuple[str, Box]]:
    """The kind and the place of each thing on PAGE that VIEW looks at."""
    if view == "tables":
        found = [("table", table.box) for table in page.tables]
    elif view == "forms":
        found = [("value", pair.value_box) for pair in page.key_values]
    elif view == "signatures":
        found = [("signature", one.box) for one in page.signatures]
    elif view == "layout":
        found = [(element.kind.lower().replace("_", "-"), element.box) for element in page.layout]
    elif view == "figures":
        found = [("figure", element.box) for _, element in figures(page)]
    elif view == "ask":
        answers = (answer for question in document.questions for answer in question.answers)
        found = [("answer", answer.box) for answer in answers if answer.page == page.number]
    elif view == "expense":
        fields = (one for expense in document.expenses for one in expense.fields)
        found = [(one.type.lower().replace("_", "-"), one.box) for one in fields if (one.page or 1) == page.number]
    else:
        found = [("line", line.box) for line in page.lines]
    return ((what, box) for what, box in found if box is not NOWHERE)


def _pixels(box: Box, size: tuple[int, int]) -> tuple[int, int, int, int]:
    width, height = size
    left, top = max(round((box.left - MARGIN) * width), 0), max(round((box.top - MARGIN) * height), 0)
    right, bottom = min(round((box.right + MARGIN) * width), width), min(round((box.bottom + MARGIN) * height), height)
    return left, top, max(right, left + 1), max(bottom, top + 1)
