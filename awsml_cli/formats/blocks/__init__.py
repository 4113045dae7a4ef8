"""Read documents: from any JSON of Textract to pages, and from those to text, Markdown, tables, PDF and pictures.

Pure: bytes and text in, bytes and text out. `parse` reads, `render` writes a format of `RENDERERS`.
"""

from awsml_cli.formats.blocks.block import Block, Box
from awsml_cli.formats.blocks.model import (
    Answer,
    Cell,
    Document,
    Element,
    Expense,
    Field,
    Identity,
    KeyValue,
    LendingPage,
    Line,
    Page,
    Question,
    Signature,
    Table,
)
from awsml_cli.formats.blocks.options import Look, Options
from awsml_cli.formats.blocks.parse import parse
from awsml_cli.formats.blocks.registry import RENDERERS, SHOWS_PAGES, render

__all__ = [
    "RENDERERS",
    "SHOWS_PAGES",
    "Answer",
    "Block",
    "Box",
    "Cell",
    "Document",
    "Element",
    "Expense",
    "Field",
    "Identity",
    "KeyValue",
    "LendingPage",
    "Line",
    "Look",
    "Options",
    "Page",
    "Question",
    "Signature",
    "Table",
    "parse",
    "render",
]
