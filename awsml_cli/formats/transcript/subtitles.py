"""Subtitles of a transcript: words cut into cues and lines by the rules, each cue with the time that it needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from awsml_cli.formats.transcript.breaks import break_costs
from awsml_cli.formats.transcript.cutting import Run, cut_cues, hard_breaks
from awsml_cli.formats.transcript.model import Transcript, Word, is_spaced, join
from awsml_cli.formats.transcript.rules import Rules

# Milliseconds, as all reckoning of times here.
_LEAD = 500  # by which a cue that would be too short may come before its first word
_LAG = 500  # by which a cue that can spare them may come late, to leave a short one in front its time
_LATE = 2000  # by which a cue may come late where people talk at once (BBC Subtitle Guidelines, 5.4)
_GLIMPSE = 300  # that every cue is seen, however late the next one gets
_DASH = "- "


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a subtitle: its words, and what stands before them ("Ann: ", "- ", or nothing)."""

    words: tuple[Word, ...]
    prefix: str = ""

    @property
    def text(self) -> str:
        """The line as it is shown."""
        return self.prefix + join(self.words)


@dataclass(frozen=True, slots=True)
class Subtitle:
    """Words that are on the screen together, from `start` to `end` (seconds, whole milliseconds).

    All are of one speaker, but for a dialogue: there each of the two lines is of another one.
    """

    start: float
    end: float
    lines: tuple[Line, ...]

    @property
    def words(self) -> tuple[Word, ...]:
        """The words of all lines."""
        return tuple(word for line in self.lines for word in line.words)

    @property
    def speaker(self) -> str | None:
        """Who speaks first."""
        return self.lines[0].words[0].speaker

    @property
    def text(self) -> str:
        """The lines, each on its own."""
        return "\n".join(line.text for line in self.lines)


def cut(transcript: Transcript, rules: Rules, *, labels: bool = False, dialogue: bool = False) -> list[Subtitle]:
    """The subtitles of TRANSCRIPT by RULES: every word once, in order; no two at the same time.

    With LABELS the speaker's name stands before the first word of a turn and counts for the width. With DIALOGUE two
    cues of different speakers that are too short to stand alone share the screen, a line each.
    """
    words = transcript.words
    rules = rules.for_language(transcript.language_code)
    run, prefixes = _run(words, rules, labels=labels, language=transcript.language_code)
    blocks = [tuple(_lines(words, prefixes, indices)) for indices in cut_cues(run, rules)]
    if dialogue and rules.max_lines > 1:
        blocks = list(_paired(blocks, rules))
    return list(_timed(blocks, rules))


def _run(words: Sequence[Word], rules: Rules, *, labels: bool, language: str | None) -> tuple[Run, list[str]]:
    speakers = [word.speaker for word in words]
    starts = [word.start_time for word in words]
    ends = [word.end_time for word in words]
    contents = [word.content for word in words]
    prefixes = _labels(speakers) if labels else [""] * len(words)
    run = Run(
        texts=[prefix + content for prefix, content in zip(prefixes, contents, strict=True)] if labels else contents,
        spaced=[False, *map(is_spaced, contents, contents[1:])][: len(words)],
        starts=starts,
        ends=ends,
        breaks=break_costs(words, language=language),
        hard=hard_breaks(speakers, starts, ends, pause=rules.break_pause),
    )
    return run, prefixes


def _labels(speakers: Sequence[str | None]) -> list[str]:
    """What stands before each word: the speaker's name where a turn begins."""
    before: str | None = None
    labels = []
    for speaker in speakers:
        labels.append(f"{speaker}: " if speaker and speaker != before else "")
        before = speaker
    return labels


def _lines(words: Sequence[Word], prefixes: Sequence[str], indices: tuple[int, ...]) -> Iterator[Line]:
    for first, end in pairwise(indices):
        yield Line(tuple(words[first:end]), prefixes[first])


def _paired(blocks: Sequence[tuple[Line, ...]], rules: Rules) -> Iterator[tuple[Line, ...]]:
    """The blocks, with neighbours made one where two people speak in quick turn."""
    at = 0
    while at < len(blocks):
        pair = at + 1 < len(blocks) and _dialogue(blocks[at], blocks[at + 1], rules)
        yield pair or blocks[at]
        at += 2 if pair else 1


def _dialogue(first: tuple[Line, ...], second: tuple[Line, ...], rules: Rules) -> tuple[Line, ...] | None:
    """The two as one dialogue, if the first would be too short alone and both fit the screen together."""
    if len(first) > 1 or len(second) > 1:
        return None
    upper, lower = first[0], second[0]
    if upper.words[0].speaker == lower.words[0].speaker:
        return None
    begin, then = upper.words[0].start_time, lower.words[0].start_time
    last = max(upper.words[-1].end_time, lower.words[-1].end_time)
    if then - rules.min_gap - begin >= rules.min_duration or last - begin > rules.max_duration:
        return None
    lines = tuple(Line(line.words, line.prefix or _DASH) for line in (upper, lower))
    return lines if all(rules.width(line.text) <= rules.line_width for line in lines) else None


def _timed(blocks: Sequence[tuple[Line, ...]], rules: Rules) -> Iterator[Subtitle]:
    """The blocks with their times: long enough to read, gone before the next, silences closed that are too short.

    Reckoned in whole milliseconds, which is what a subtitle file can say: what does not overlap here does not there.
    """
    gap, chain, longest = round(rules.min_gap * 1000), round(rules.chain_gap * 1000), int(rules.max_duration * 1000)
    spans = list(_spans(blocks, rules, gap=gap, longest=longest))
    begins: list[int | None] = [begin for begin, _ in spans[1:]]
    for block, (start, stop), following in zip(blocks, spans, [*begins, None], strict=False):
        if following is not None and following - stop < chain:
            stop = max(stop, min(following - gap, start + longest))
        yield Subtitle(start / 1000, stop / 1000, block)


def _spans(blocks: Sequence[tuple[Line, ...]], rules: Rules, *, gap: int, longest: int) -> Iterator[tuple[int, int]]:
    shortest = _up(rules.min_duration)  # up, so that a checker with the unrounded figure agrees
    spoken = [_spoken(block) for block in blocks]
    free = 0  # the screen is free from here on
    for block, (begin, end), following in zip(blocks, spoken, [*spoken[1:], None], strict=False):
        start = max(begin, free)
        read = min(start + _reading(block, rules), end + round(rules.linger * 1000))
        stop = min(max(end, read, start + shortest), start + longest)
        if following is not None:
            wanted, wait = min(stop, read), _wait(end, following, shortest=shortest)
            stop = min(stop, following[0] - gap)
            if stop - start < shortest:
                start = max(free, min(start, max(start - _LEAD, stop - shortest)))
            limit = wanted if following[0] < end else start + shortest
            stop = max(stop, min(limit, following[0] - gap + wait), start + max(min(shortest, _GLIMPSE), 1))
        free = stop + gap
        yield start, stop


def _wait(end: int, following: tuple[int, int], *, shortest: int) -> int:
    """How long the following cue may be kept waiting: longer where people talk at once, else what it can spare."""
    begin, last = following
    return _LATE if begin < end else max(0, min(_LAG, last - begin - shortest))


def _spoken(block: tuple[Line, ...]) -> tuple[int, int]:
    begin = round(block[0].words[0].start_time * 1000)
    return begin, max(begin, max(round(line.words[-1].end_time * 1000) for line in block))


def _reading(block: tuple[Line, ...], rules: Rules) -> int:
    text = "".join(line.text for line in block)
    return _up(rules.reading_time(text, words=sum(len(line.words) for line in block)))


def _up(seconds: float) -> int:
    return -int(-seconds * 1000 // 1)
