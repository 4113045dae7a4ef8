"""Edit decision lists: a timeline as a reel of its pieces, in the format CMX 3600, which cutting programs read."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Final

from awsml_cli.core.errors import UsageError
from awsml_cli.formats.timeline.model import Event, Look, Timeline
from awsml_cli.formats.timeline.spans import spans

MOST: Final = 999  # events; CMX 3600 numbers them with three digits
DEFAULT_RATE: Final = 25.0  # frames a second, where the answer does not say


def render_edl(timeline: Timeline, look: Look) -> str:
    """Each span as an event, one behind the other on the record side. Raises UsageError for more than 999."""
    found = [one for one in spans(timeline, look) if one.end > one.start or timeline.kind == "segments"]
    if len(found) > MOST:
        raise UsageError(
            f"an EDL holds {MOST} events, and these are {len(found):,}",
            hint="--min-confidence, --include or --join makes them fewer; the answer is kept",
        )
    rate = timeline.frame_rate or DEFAULT_RATE
    drop = drops(rate)
    reel = re.sub(r"[^A-Z0-9]", "", PurePath(look.title).stem.upper())[:8] or "AX"
    lines = [f"TITLE: {_plain(PurePath(look.title).stem)}", f"FCM: {'' if drop else 'NON-'}DROP FRAME", ""]
    at = 0
    for number, event in enumerate(found, start=1):
        first, last = _frames(event, rate)
        source = f"{timecode(first, rate)} {timecode(last, rate)}"
        record = f"{timecode(at, rate)} {timecode(at + last - first, rate)}"
        lines.append(f"{number:03}  {reel:<8} V     C        {source} {record}")
        lines.append(f"* FROM CLIP NAME: {_plain(PurePath(look.title).name)}")
        lines.append(f"* COMMENT: {_plain(event.name)}")
        at += last - first
    return "\n".join(lines) + "\n"


def timecode(frame: int, rate: float) -> str:
    """The SMPTE time code of FRAME; at 29.97 and 59.94 frames a second it drops numbers, and has a `;`."""
    base = round(rate)
    if drops(rate):
        dropped = base // 15  # numbers left out in a minute, but in each tenth
        a_minute = base * 60 - dropped
        tens, rest = divmod(frame, a_minute * 10 + dropped)
        frame += dropped * 9 * tens + (dropped * ((rest - dropped) // a_minute) if rest >= base * 60 else 0)
    seconds, frames = divmod(frame, base)
    mark = ";" if drops(rate) else ":"
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{mark}{frames:02}"


def drops(rate: float) -> bool:
    """Whether RATE is one of NTSC's, whose time code leaves numbers out."""
    return round(rate) in (30, 60) and abs(rate - round(rate)) > 0.005


def _frames(event: Event, rate: float) -> tuple[int, int]:
    """The first frame of EVENT, and the one behind its last."""
    first, count = event.about.get("start_frame"), event.about.get("duration_frames")
    if first is not None and count:
        return int(first), int(first) + int(count)
    first = int(event.start * rate / 1000 + 1e-6)
    return first, max(int(event.end * rate / 1000 + 1e-6), first + 1)


def _plain(text: str) -> str:
    return " ".join(text.split()) or "untitled"
