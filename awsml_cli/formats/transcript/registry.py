"""The formats that a transcript can be rendered in, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from awsml_cli.core.errors import UsageError
from awsml_cli.formats.transcript.captions import render_srt, render_vtt
from awsml_cli.formats.transcript.data import render_json, render_jsonl
from awsml_cli.formats.transcript.docx import render_docx
from awsml_cli.formats.transcript.model import Transcript
from awsml_cli.formats.transcript.options import Options
from awsml_cli.formats.transcript.prose import render_md, render_text
from awsml_cli.formats.transcript.table import render_csv, render_tsv

Renderer = Callable[[Transcript, Options], str | bytes]

RENDERERS: Mapping[str, Renderer] = {
    "text": render_text,
    "md": render_md,
    "srt": render_srt,
    "vtt": render_vtt,
    "tsv": render_tsv,
    "csv": render_csv,
    "json": render_json,
    "jsonl": render_jsonl,
    "docx": render_docx,
}
"""Every format by name. All give text, to be written as UTF-8, but for docx, which gives bytes."""

_DEFAULTS = Options()


def render(transcript: Transcript, format: str, *, options: Options = _DEFAULTS) -> str | bytes:
    """TRANSCRIPT in FORMAT ("txt" is "text"). Raises UsageError, naming the formats there are, for another one."""
    renderer = RENDERERS.get({"txt": "text"}.get(format, format))
    if renderer is None:
        raise UsageError(f"a transcript has no format {format}", hint=f"formats: {', '.join(RENDERERS)}")
    return renderer(transcript, options)
