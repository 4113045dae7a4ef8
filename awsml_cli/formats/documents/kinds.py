"""Every kind of file that can be translated, and its reader."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from awsml_cli.core.errors import UsageError
from awsml_cli.formats.documents import (
    html_file,
    json_file,
    markdown,
    office,
    po,
    subtitles,
    table,
    text,
    tmx,
    xliff,
)
from awsml_cli.formats.documents.model import Document, Options

_READERS: Final[dict[str, Callable[[bytes, Options], Document]]] = {
    "text": text.read,
    "srt": partial(subtitles.read, "srt"),
    "vtt": partial(subtitles.read, "vtt"),
    "md": markdown.read,
    "html": html_file.read,
    "json": json_file.read,
    "jsonl": json_file.read_lines,
    "csv": partial(table.read, "csv"),
    "tsv": partial(table.read, "tsv"),
    "po": po.read,
    "xliff": xliff.read,
    "tmx": tmx.read,
    "docx": partial(office.read, "docx"),
    "pptx": partial(office.read, "pptx"),
    "xlsx": partial(office.read, "xlsx"),
}


def read(kind: str, data: bytes, *, options: Options | None = None) -> Document:
    """Read DATA as a file of KIND, one of `recognise.KINDS`.

    Raises InputError, with line or offset, for what is no such file, UsageError for an option that does not fit it.
    """
    if kind not in _READERS:
        raise UsageError(f"there is no kind of file `{kind}`", hint=f"kinds: {', '.join(_READERS)}")
    return _READERS[kind](data, options or Options())
