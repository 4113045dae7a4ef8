"""WebVTT chapters of a timeline."""

from __future__ import annotations

from awsml_cli.formats.timeline.model import Look, Timeline
from awsml_cli.formats.timeline.spans import chapters, spans
from awsml_cli.formats.transcript.subtitle_file import Cue, escape_vtt, write_vtt


def render_vtt(timeline: Timeline, look: Look) -> str:
    """Chapters as WebVTT, the names of what is seen in each; they never overlap, as a chapter track wants it."""
    return write_vtt(
        Cue(at, one.start / 1000, one.end / 1000, escape_vtt(", ".join(one.names)), identifier=str(at))
        for at, one in enumerate(chapters(spans(timeline, look)), start=1)
    )
