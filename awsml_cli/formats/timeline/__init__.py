"""Timelines of videos: from AWS's answers to events, spans, WebVTT chapters, edit decision lists and contact sheets.

Pure: bytes in, text or bytes out. `parse` reads, `RENDERERS` write.
"""

from typing import Final

from awsml_cli.formats.timeline.edl import render_edl
from awsml_cli.formats.timeline.model import MEMBERS, Event, Look, Timeline, clock_time
from awsml_cli.formats.timeline.parse import parse
from awsml_cli.formats.timeline.sheet import contact_sheet
from awsml_cli.formats.timeline.spans import chapters, spans
from awsml_cli.formats.timeline.vtt import render_vtt

RENDERERS: Final = {"vtt": render_vtt, "edl": render_edl}

__all__ = [
    "MEMBERS",
    "RENDERERS",
    "Event",
    "Look",
    "Timeline",
    "chapters",
    "clock_time",
    "contact_sheet",
    "parse",
    "spans",
]
