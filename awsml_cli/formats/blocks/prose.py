"""Plain text: the lines in reading order, pages parted by a form feed."""

from __future__ import annotations

from awsml_cli.formats.blocks.model import Document
from awsml_cli.formats.blocks.options import Options


def render_text(document: Document, options: Options) -> str:
    """The lines, each ended by a line feed; a page without a line is empty."""
    return document.text
