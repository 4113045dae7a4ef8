"""What a picture of a page marks: the places of words, cells, fields, signatures and answers, each with its class."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from awsml_cli.formats.blocks.block import NOWHERE
from awsml_cli.formats.blocks.model import Document, Expense, Page

COLOURS: Final = {
    "word": (70, 130, 220),
    "layout": (130, 130, 130),
    "cell": (40, 150, 80),
    "head": (0, 110, 60),
    "key": (220, 120, 0),
    "value": (150, 70, 200),
    "signature": (200, 30, 120),
    "answer": (0, 150, 170),
    "field": (150, 70, 200),
}
DOUBTFUL: Final = (220, 30, 30)
TITLED: Final = frozenset({"layout", "signature", "answer", "field"})


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on a page: its corners from the top left clockwise, what stands there, and how sure that is."""

    kind: str
    text: str
    points: tuple[float, ...]
    confidence: float | None = None
    title: str = ""

    def colour(self, doubtful_below: float) -> tuple[int, int, int]:
        """Red, green and blue: those of its class, or the red of doubt."""
        if self.kind in ("word", "cell") and self.confidence is not None and self.confidence < doubtful_below:
            return DOUBTFUL
        return COLOURS[self.kind]


def marks(document: Document, page: Page) -> Iterator[Mark]:
    """The marks of PAGE, the large ones first."""
    for element in page.layout:
        yield Mark("layout", "", element.box.points, element.confidence, element.kind.lower().replace("_", " "))
    for table in page.tables:
        for cell in table.cells:
            if cell.box is not NOWHERE:
                yield Mark("head" if cell.header else "cell", cell.text, cell.box.points, cell.confidence)
    for word in page.words:
        if word.box is not NOWHERE:
            yield Mark("word", word.text, word.points, word.confidence)
    for pair in page.key_values:
        for kind, text, box in (("key", pair.key, pair.key_box), ("value", pair.value, pair.value_box)):
            if box is not NOWHERE:
                yield Mark(kind, text, box.points, pair.confidence)
    for signature in page.signatures:
        yield Mark("signature", "", signature.box.points, signature.confidence, "signature")
    for question in document.questions:
        for answer in question.answers:
            if answer.page == page.number and answer.box is not NOWHERE:
                yield Mark("answer", answer.text, answer.box.points, answer.confidence, question.name)
    for expense in document.expenses:
        yield from _fields(expense, page.number)


def _fields(expense: Expense, page: int) -> Iterator[Mark]:
    for found in (*expense.fields, *(one for item in expense.items for one in item)):
        if (found.page or 1) == page and found.box is not NOWHERE and found.type != "EXPENSE_ROW":
            yield Mark("field", found.value, found.box.points, found.confidence, found.type)
