"""Put the speech marks of pieces on the timeline of the joined speech, and write them as JSON lines or subtitles.

A mark has `time` (milliseconds), `type` (sentence, word, viseme, ssml), `value`, and but for visemes `start` and `end`:
Polly's are bytes of one request, merged ones are code points of the whole original text, the end exclusive.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from awsml_cli.core.errors import InputError
from awsml_cli.formats.ssml import Origin

Mark = dict[str, Any]

_TAG = re.compile(r"<[^>]*>")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&"}
_ENTITY = re.compile("|".join(_ENTITIES))


@dataclass(frozen=True, slots=True)
class Cue:
    """A sentence, or a word where no sentences were asked for, with its begin and end in seconds."""

    begin: float
    end: float
    text: str


def parse(lines: bytes, *, number: int = 1) -> list[Mark]:
    """Read the JSON lines of one answer. Raises InputError, with the piece's NUMBER, for anything else."""
    try:
        marks = [json.loads(line) for line in lines.splitlines() if line.strip()]
        return [{**mark, "time": int(mark["time"]), "type": str(mark["type"])} for mark in marks]
    except (ValueError, TypeError, KeyError):
        begin = lines[:20].decode("utf-8", "replace")
        raise InputError(f"the speech marks of piece {number} are not what was expected: {begin!r}") from None


def shift(marks: Iterable[Mapping[str, Any]], start: float, *, origin: Origin) -> Iterator[Mark]:
    """Move the MARKS of a piece that is heard at START (seconds) and whose text comes from ORIGIN."""
    for mark in marks:
        moved = {**mark, "time": round(start * 1000) + mark["time"]}
        if "start" in mark and "end" in mark:
            moved["start"], moved["end"] = origin.span(mark["start"], mark["end"])
        yield moved


def json_lines(marks: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Write each mark as a line, as Polly does."""
    return (json.dumps(mark, ensure_ascii=False, separators=(",", ":")) + "\n" for mark in marks)


def cues(marks: Iterable[Mapping[str, Any]], duration: float, *, is_ssml: bool = False) -> list[Cue]:
    """Make a cue of every sentence, else of every word: it ends where the next begins, the last at DURATION (seconds).

    With `is_ssml`, the values are quoted from SSML, and their tags and entities are taken out.
    """
    listed = sorted(marks, key=lambda mark: mark["time"])
    kind = next((kind for kind in ("sentence", "word") if any(mark["type"] == kind for mark in listed)), "")
    chosen = [mark for mark in listed if mark["type"] == kind]
    begins = [mark["time"] / 1000 for mark in chosen]
    ends = [*begins[1:], *(max(duration, begin) for begin in begins[-1:])]
    return [
        Cue(begin, end, _line(str(mark["value"]), is_ssml=is_ssml))
        for mark, begin, end in zip(chosen, begins, ends, strict=True)
    ]


def srt(marks: Iterable[Mapping[str, Any]], duration: float, *, is_ssml: bool = False) -> Iterator[str]:
    """Write SubRip subtitles of the sentences, cue by cue."""
    for number, cue in enumerate(cues(marks, duration, is_ssml=is_ssml), 1):
        yield f"{number}\n{_clock(cue.begin, ',')} --> {_clock(cue.end, ',')}\n{cue.text}\n\n"


def vtt(marks: Iterable[Mapping[str, Any]], duration: float, *, is_ssml: bool = False) -> Iterator[str]:
    """Write WebVTT subtitles of the sentences, cue by cue."""
    yield "WEBVTT\n\n"
    for cue in cues(marks, duration, is_ssml=is_ssml):
        text = cue.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        yield f"{_clock(cue.begin, '.')} --> {_clock(cue.end, '.')}\n{text}\n\n"


def word_times(marks: Iterable[Mapping[str, Any]], duration: float) -> Iterator[tuple[Mark, float, float]]:
    """Give every word with its begin and end in seconds: it ends where the next begins, the last at DURATION."""
    words = [dict(mark) for mark in marks if mark["type"] == "word"]
    for mark, following in pairwise([*words, None]):
        if mark is not None:
            begin = mark["time"] / 1000
            yield mark, begin, following["time"] / 1000 if following else max(begin, duration)


def _line(value: str, *, is_ssml: bool) -> str:
    """Write VALUE on one line, since an empty line would end a cue."""
    if is_ssml:
        value = _ENTITY.sub(lambda match: _ENTITIES[match[0]], _TAG.sub("", value))
    return " ".join(value.split())


def _clock(seconds: float, point: str) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}{point}{rest % 1000:03}"
