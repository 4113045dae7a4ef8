"""Every kind of file that can be translated, and its reader."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Final, cast

from awsml_cli.core.errors import UsageError
from awsml_cli.formats.documents.model import Document, Options

Reader = Callable[[bytes, Options], Document]

_READERS: Final = {
    "text": "text:read",
    "srt": "subtitles:read",
    "vtt": "subtitles:read",
    "md": "markdown:read",
    "html": "html_file:read",
    "json": "json_file:read",
    "jsonl": "json_file:read_lines",
    "csv": "table:read",
    "tsv": "table:read",
    "po": "po:read",
    "xliff": "xliff:read",
    "tmx": "tmx:read",
    "docx": "office:read",
    "pptx": "office:read",
    "xlsx": "office:read",
}
_WITH_KIND: Final = frozenset(("srt", "vtt", "csv", "tsv", "docx", "pptx", "xlsx"))  # readers of several kinds


def read(kind: str, data: bytes, *, options: Options | None = None) -> Document:
    """Read DATA as a file of KIND, one of `recognise.KINDS`.

    Raises InputError, with line or offset, for what is no such file, UsageError for an option that does not fit it.
    """
    if kind not in _READERS:
        raise UsageError(f"there is no kind of file `{kind}`", hint=f"kinds: {', '.join(_READERS)}")
    module, _, name = _READERS[kind].partition(":")
    reader = getattr(import_module(f"awsml_cli.formats.documents.{module}"), name)
    return cast(Reader, partial(reader, kind) if kind in _WITH_KIND else reader)(data, options or Options())
