"""Transcripts: read from any JSON of Transcribe, renamed, rendered; subtitles cut, read, written and checked.

Pure: bytes and text in, bytes and text out. `parse` reads, `rename` names the speakers, `render` writes a format of
`RENDERERS`; `cut` makes subtitles by `Rules` (or a `preset`), `parse_subtitles` reads a file of them, `check`
judges it.
"""

from awsml_cli.formats.transcript.check import Violation, check
from awsml_cli.formats.transcript.data import record
from awsml_cli.formats.transcript.model import Segment, Transcript, Word, join
from awsml_cli.formats.transcript.names import read_names, rename
from awsml_cli.formats.transcript.options import Granularity, Options
from awsml_cli.formats.transcript.parse import parse
from awsml_cli.formats.transcript.prose import render_note
from awsml_cli.formats.transcript.registry import RENDERERS, Renderer, render
from awsml_cli.formats.transcript.rules import PRESETS, Rules, preset
from awsml_cli.formats.transcript.subtitle_file import (
    Cue,
    SubtitleFile,
    escape_vtt,
    parse_subtitles,
    read_subtitle_file,
    srt_to_vtt,
    vtt_to_srt,
    write_srt,
    write_vtt,
)
from awsml_cli.formats.transcript.subtitles import Line, Subtitle, cut
from awsml_cli.formats.transcript.turns import Turn, paragraphs, turns

__all__ = [
    "PRESETS",
    "RENDERERS",
    "Cue",
    "Granularity",
    "Line",
    "Options",
    "Renderer",
    "Rules",
    "Segment",
    "Subtitle",
    "SubtitleFile",
    "Transcript",
    "Turn",
    "Violation",
    "Word",
    "check",
    "cut",
    "escape_vtt",
    "join",
    "paragraphs",
    "parse",
    "parse_subtitles",
    "preset",
    "read_names",
    "read_subtitle_file",
    "record",
    "rename",
    "render",
    "render_note",
    "srt_to_vtt",
    "turns",
    "vtt_to_srt",
    "write_srt",
    "write_vtt",
]
