"""The formats that a document can be rendered in, by name; each is imported when it is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Final, cast

from awsml_cli.core.errors import UsageError
from awsml_cli.formats.blocks.model import Document
from awsml_cli.formats.blocks.options import Options

_HERE: Final = "awsml_cli.formats.blocks"
RENDERERS: Mapping[str, tuple[str, str]] = {
    "text": ("prose", "render_text"),
    "md": ("markdown", "render_md"),
    "html": ("html", "render_html"),
    "csv": ("table_text", "render_csv"),
    "tsv": ("words_tsv", "render_words_tsv"),
    "json": ("data", "render_json"),
    "xlsx": ("xlsx", "render_xlsx"),
    "hocr": ("hocr", "render_hocr"),
    "alto": ("alto", "render_alto"),
    "pdf": ("pdf", "render_pdf"),
    "png": ("overlay", "render_png"),
    "svg": ("overlay", "render_svg"),
}
"""Every format: its module here and its function. All give text, to be written as UTF-8, but xlsx, pdf and png."""

SHOWS_PAGES: Final = frozenset({"hocr", "alto", "tsv", "pdf", "png", "svg"})
"""The formats that are better, or only possible, with the source."""

_DEFAULTS = Options()


def render(document: Document, format: str, *, options: Options = _DEFAULTS) -> str | bytes:
    """DOCUMENT in FORMAT ("txt" is "text"). Raises UsageError, naming the formats there are, for another one."""
    found = RENDERERS.get({"txt": "text"}.get(format, format))
    if found is None:
        raise UsageError(f"a document has no format {format}", hint=f"formats: {', '.join(RENDERERS)}")
    module, name = found
    renderer = getattr(importlib.import_module(f"{_HERE}.{module}"), name)
    return cast("str | bytes", renderer(document, options))
