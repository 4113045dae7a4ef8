"""What AWS said, result by result, and what is made of it: finals, lines of text, one transcript document. Pure."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, ClassVar, Final

from awsml_cli.core.record import Record
from awsml_cli.formats.transcript import parse, render

_SAME: Final = 1e-6  # seconds: AWS's own numbers stay as they are
_NO_CHANCE: Final = 3  # words in a row
_TIMES: Final = ("StartTime", "EndTime")


class Item(Record):
    """A word or a punctuation mark; times in seconds."""

    columns: ClassVar = ("start_time", "end_time", "content")

    content: str = ""
    start_time: float | None = None
    end_time: float | None = None
    type: str | None = None
    confidence: float | None = None
    speaker: str | None = None
    stable: bool | None = None
    vocabulary_filter_match: bool | None = None


class Entity(Record):
    """Something personal that was found; times in seconds."""

    columns: ClassVar = ("category", "type", "content")

    category: str | None = None
    type: str | None = None
    content: str | None = None
    confidence: float | None = None
    start_time: float | None = None
    end_time: float | None = None


class Alternative(Record):
    """One reading of what was said."""

    columns: ClassVar = ("transcript",)

    transcript: str = ""
    items: tuple[Item, ...] = ()
    entities: tuple[Entity, ...] = ()


class LanguageScore(Record):
    """A language that it may be, and how likely, 0 to 1."""

    columns: ClassVar = ("language_code", "score")

    language_code: str
    score: float | None = None


class Result(Record):
    """One result of a stream; a partial one is replaced by the next. Times are seconds from the beginning of the audio
    as it was given. `raw` is AWS's event, with its times on the same clock.
    """

    columns: ClassVar = ("start_time", "end_time", "is_partial", "transcript")
    prose: ClassVar = "line"

    result_id: str | None = None
    start_time: float = 0.0
    end_time: float = 0.0
    is_partial: bool = False
    channel_id: str | None = None
    language_code: str | None = None
    language_identification: tuple[LanguageScore, ...] = ()
    transcript: str = ""
    alternatives: tuple[Alternative, ...] = ()

    @property
    def line(self) -> str:
        """The text, with turns where several people speak, ending in a newline; nothing where nothing was said."""
        return str(render(parse(self.raw), "text")) if self.transcript else ""


class LiveTranscript(Record):
    """All that was said in a stream, as its lines."""

    columns: ClassVar = ("transcript",)
    prose: ClassVar = "transcript"

    transcript: str


def result(said: dict[str, Any]) -> Result:
    """The record of SAID, one of AWS's `Results`."""
    best = (said.get("Alternatives") or [{}])[0]
    return Result.of(_without_nulls(said), transcript=best.get("Transcript") or "").with_raw(
        {"Transcript": {"Results": [said]}}
    )


def moved(
    said: dict[str, Any],
    where: Callable[[float], float],
    *,
    after: float = 0.0,
    blur: float = 0.0,
    heard: Sequence[str] = (),
) -> dict[str, Any] | None:
    """SAID with its times moved by WHERE, none of them before AFTER: the end of what was final when a line broke.

    What was not final is sent again then, and a little more: words that begin before AFTER, or within BLUR seconds of
    it, are left out if they were HEARD last. None where nothing is left.
    """

    def move(time: float) -> float:
        place = where(time)
        return time if abs(place - time) < _SAME else round(place, 3)

    said = _retimed(said, move)
    if not after or said["StartTime"] >= after + blur:
        return said
    said["Alternatives"] = [_trimmed(reading, after + blur, heard) for reading in said.get("Alternatives") or []]
    if not any(reading.get("Transcript") for reading in said["Alternatives"]):
        return None
    return _retimed(said, lambda time: max(time, after))


def words(said: dict[str, Any]) -> list[str]:
    """The words of SAID's first reading, for `moved` to know them again."""
    best = (said.get("Alternatives") or [{}])[0]
    return [_word(item) for item in best.get("Items") or () if not _is_mark(item)]


def finals(results: Iterable[Result]) -> Iterator[Result]:
    """Those of RESULTS that stay."""
    return (result for result in results if not result.is_partial)


def lines(
    results: Iterable[Result], *, channels: bool = False, repaint: Callable[[str], None] | None = None
) -> Iterator[str]:
    """The text of each final result as it comes, a line each, with the channel before it where CHANNELS are told apart.

    REPAINT is called with what is only partly heard, and with nothing before a line is final: for a terminal.
    """
    for result in results:
        if result.is_partial:
            if repaint is not None and result.transcript:
                repaint(_tail(result.transcript))
            continue
        if repaint is not None:
            repaint("")
        text = result.line
        if channels and result.channel_id:
            text = "".join(f"{result.channel_id}: {line}\n" for line in text.splitlines())
        if text:
            yield text


def document(results: Iterable[Result]) -> bytes:
    """The transcript of RESULTS as AWS's events, one a line: what `formats.transcript.parse` reads.

    Final results are kept, and of each channel the partial one that nothing replaced (a stream that broke off).
    """
    kept: list[Result] = []
    partial: dict[str | None, Result] = {}
    for result in results:
        if result.is_partial:
            partial[result.channel_id] = result
        else:
            partial.pop(result.channel_id, None)
            kept.append(result)
    written = "".join(event_line(result) for result in [*kept, *partial.values()])
    return written.encode() or b'{"Transcript": {"Results": []}}\n'


def event_line(result: Result) -> str:
    """AWS's event of RESULT as a line of JSON."""
    return json.dumps(result.raw, ensure_ascii=False) + "\n"


def _without_nulls(value: Any) -> Any:
    """VALUE without the members that AWS leaves open."""
    if isinstance(value, dict):
        return {key: _without_nulls(part) for key, part in value.items() if part is not None}
    return [_without_nulls(part) for part in value] if isinstance(value, list) else value


def _retimed(said: dict[str, Any], where: Callable[[float], float]) -> dict[str, Any]:
    """A copy of SAID with every time in it moved by WHERE."""
    copy: dict[str, Any] = {}
    for key, value in said.items():
        if key in _TIMES and isinstance(value, int | float):
            copy[key] = where(float(value))
        elif isinstance(value, list):
            copy[key] = [_retimed(part, where) if isinstance(part, dict) else part for part in value]
        else:
            copy[key] = value
    return copy


def _trimmed(reading: dict[str, Any], until: float, heard: Sequence[str]) -> dict[str, Any]:
    """READING without its first words, as far as they begin before UNTIL and were HEARD; they are cut out of its
    transcript where they stand.
    """
    items, text = reading.get("Items") or [], reading.get("Transcript") or ""
    early = [item for item in items if not _is_mark(item) and (item.get("StartTime") or 0.0) < until]
    count = next((size for size in range(len(early), 0, -1) if _follows(early[:size], heard)), 0)
    at = first = 0
    while first < len(items) and (count or (first and _is_mark(items[first]))):
        found = text.find(items[first].get("Content") or "", at)
        at = at if found < 0 else found + len(items[first].get("Content") or "")
        count -= not _is_mark(items[first])
        first += 1
    return {**reading, "Items": items[first:], "Transcript": text[at:].lstrip()} if first else reading


def _follows(items: Sequence[dict[str, Any]], heard: Sequence[str]) -> bool:
    """Whether the words of ITEMS were HEARD last, or are so many that they are no chance."""
    wanted = [_word(item) for item in items]
    last = len(heard) - len(wanted)
    places = range(last + 1) if len(wanted) >= _NO_CHANCE else range(max(last, 0), last + 1)
    return any(list(heard[at : at + len(wanted)]) == wanted for at in places)


def _word(item: dict[str, Any]) -> str:
    return str(item.get("Content") or "").casefold()


def _is_mark(item: dict[str, Any]) -> bool:
    return item.get("Type") == "punctuation"


def _tail(text: str, columns: int = 72) -> str:
    """The end of TEXT that fits into so many COLUMNS of a terminal."""
    width = 0
    for at in range(len(text) - 1, -1, -1):
        width += 2 if unicodedata.east_asian_width(text[at]) in "WF" else 1
        if width > columns:
            return "…" + text[at + 2 :]
    return text
