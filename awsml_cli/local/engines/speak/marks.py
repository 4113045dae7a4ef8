"""Speech marks: from an engine's events to what Polly says of the words, sentences, mouth shapes and marks it spoke.

Times are milliseconds, places are bytes of the source. https://docs.aws.amazon.com/polly/latest/dg/using-speechmarks.html
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from awsml_cli.local.engines.speak import espeak
from awsml_cli.local.engines.speak.espeak import Event
from awsml_cli.local.engines.speak.script import Script, WordPlace
from awsml_cli.local.engines.speak.visemes import viseme

_RANK = {"sentence": 0, "ssml": 1, "word": 2, "viseme": 3}

# What stands between two words where a sentence ends: its sign and closing quotes, then a space, a tag or nothing
# (Chinese), or an empty line, or the end of an SSML sentence or paragraph.
_END = re.compile(
    r"(?P<tail>[^<.!?…。！？]*(?P<sign>[.!?…。！？]+)[\"'”’»)\]]*)(?=\s|<|$|[\"'“‘«¿¡(])"
    r"|\s*\n\s*\n"
    r"|(?:\s|<[^>]*>)*</(?:s|p)>"
)
_BETWEEN = re.compile(r"(?:\s|<[^>]*>)*")
ABBREVIATIONS = {"mr", "mrs", "ms", "dr", "st", "prof", "sr", "jr", "vs", "etc", "no", "sra", "dra", "mme", "bzw"}


@dataclass(frozen=True)
class Mark:
    """A speech mark as Polly gives it: milliseconds; `start` and `end` are bytes of the source, None for a viseme."""

    time: int
    type: str
    value: str
    start: int | None = None
    end: int | None = None

    def fields(self) -> dict[str, Any]:
        """The mark's members in Polly's order."""
        place = {} if self.start is None else {"start": self.start, "end": self.end}
        return {"time": self.time, "type": self.type, **place, "value": self.value}


def marks(script: Script, events: list[Event]) -> list[Mark]:
    """All marks of SCRIPT in order of time, from the EVENTS of speaking it (in order of time)."""
    places = script.words()
    times = dict(_times(places, [event for event in events if event.kind == espeak.WORD]))
    found = [
        *_sentences(script.source, places, times),
        *_tags(script.source, [event for event in events if event.kind == espeak.MARK]),
        *(_mark(script.source, time, "word", places[at].source, places[at].source_end) for at, time in times.items()),
        *_visemes([event for event in events if event.kind == espeak.PHONEME]),
    ]
    return sorted(found, key=lambda mark: (mark.time, _RANK[mark.type]))


def _times(places: list[WordPlace], events: list[Event]) -> Iterator[tuple[int, int]]:
    """Which word begins when: its first event counts (a number has several), in the order of the text."""
    begins = [place.at for place in places]
    said = -1
    for event in events:
        index = nearest(places, begins, event.at)
        if index is not None and index > said:
            said = index
            yield index, event.time


def nearest(places: list[WordPlace], begins: list[int], at: int) -> int | None:
    """The word at character AT, or the one that begins within two characters after it: places can be one off."""
    index = bisect.bisect_right(begins, at) - 1
    if index >= 0 and at < places[index].end:
        return index
    if index + 1 < len(places) and places[index + 1].at - at <= 2:
        return index + 1
    return None


def _sentences(source: bytes, places: list[WordPlace], times: dict[int, int]) -> Iterator[Mark]:
    """A mark for each sentence of which a word is spoken, at that word's time."""
    if not places:
        return
    first = 0
    start = len(source[: places[0].source]) - len(_opening(source[: places[0].source]))
    for index in range(len(places)):
        end, after = _end(source, places, index)
        if end is None:
            continue
        time = next((times[word] for word in range(first, index + 1) if word in times), None)
        if time is not None:
            yield _mark(source, time, "sentence", start, end)
        first, start = index + 1, after


def _end(source: bytes, places: list[WordPlace], index: int) -> tuple[int | None, int]:
    """Where the sentence ends if it ends after the word INDEX, and where the next one starts."""
    place = places[index]
    last = index + 1 == len(places)
    gap = source[place.source_end : None if last else places[index + 1].source].decode("utf-8", "replace")
    found = _END.match(gap)
    tail = (found["tail"] if found else None) or ""
    if last:
        return place.source_end + len((tail or gap.partition("<")[0]).rstrip().encode()), 0
    if found is None or _goes_on(found["sign"], source, place, places[index + 1]):
        return None, 0
    rest = gap[len(tail) :]
    between = _BETWEEN.match(rest)
    assert between is not None
    return place.source_end + len(tail.encode()), place.source_end + len((tail + between.group()).encode())


def _goes_on(sign: str | None, source: bytes, place: WordPlace, following: WordPlace) -> bool:
    """Whether the full stop after PLACE belongs to an abbreviation."""
    if sign != ".":
        return False
    word = source[place.source : place.source_end].decode().lower()
    return word in ABBREVIATIONS or (len(word) == 1 and word.isalpha()) or _is_lower(source[following.source :])


def _is_lower(rest: bytes) -> bool:
    return rest[:4].decode("utf-8", "ignore")[:1].islower()


def _opening(before: bytes) -> bytes:
    """The opening signs at the end of what stands before the first word."""
    found = re.search(r"[\"'“‘«¿¡(]*$", before.decode("utf-8", "replace"))
    return found.group().encode() if found else b""


def _visemes(events: list[Event]) -> Iterator[Mark]:
    """A mark where the mouth changes."""
    shape = None
    for event in events:
        found = viseme(event.name)
        if found is not None and found != shape:
            shape = found
            yield Mark(event.time, "viseme", found)


def _tags(source: bytes, events: list[Event]) -> Iterator[Mark]:
    for event in events:
        name = re.escape(event.name.encode())
        found = re.search(rb"<mark\s+name\s*=\s*([\"'])" + name + rb"\1[^>]*>", source)
        start, end = found.span() if found else (0, 0)
        yield Mark(event.time, "ssml", event.name, start, end)


def _mark(source: bytes, time: int, kind: str, start: int, end: int) -> Mark:
    return Mark(time, kind, source[start:end].decode("utf-8", "replace"), start, end)
