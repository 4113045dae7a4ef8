"""Where to cut a run of words into cues and a cue into lines: the cheapest way of all, found by dynamic programming.

A cue ends at some word and begins at one of the few before it that still fit, so the cheapest cutting up to each
word is one look back over a handful of candidates: the work grows with the number of words, not with its square.
What a cue costs is the quality of the place where it ends, plus seconds missing to read it, plus seconds missing to
its shortest duration, plus a charge for being there at all and for being a crumb.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from awsml_cli.formats.transcript.rules import Rules

# The weights are in the same unit as the costs of `breaks`: a break in a plain place costs 8.
_CUE = 6.0  # every cue: fewer, fuller cues are calmer
_HURRIED = 14.0  # a second that is missing for reading
_SHORT = 18.0  # a second that is missing to the shortest duration
_CRUMB = 12.0  # a cue narrower than a third of a line
_SILENCE = 12.0  # a second of silence that a cue reaches over, beyond what speech always has
_BREATH = 0.25  # seconds of silence inside running speech that mean nothing
_SLACK = 1e-6  # full-width characters weigh fractions, and sums of fractions may be off by a hair

_TOP_HEAVY = 0.2  # a character by which an upper line is longer than the one below
_UNEVEN = 0.15  # a character of difference either way
_LONELY = 9.0  # a line of a single short word
_OVERLONG = 1000.0  # a line over its width: only where a single word is


@dataclass(frozen=True, slots=True)
class Run:
    """Words made ready for cutting, one entry a word in every list; times are seconds.

    `texts` are what is shown, with a speaker's name in front where one belongs; `spaced` says whether a space stands
    before the word; `breaks` is the cost of breaking after it; `hard` says that a cue must end after it.
    """

    texts: Sequence[str]
    spaced: Sequence[bool]
    starts: Sequence[float]
    ends: Sequence[float]
    breaks: Sequence[float]
    hard: Sequence[bool]


@dataclass(frozen=True, slots=True)
class _Measures:
    """Sums over a run, so that any stretch of it is measured by one subtraction; entry i is the sum before word i."""

    widths: list[float]
    reading: list[float]

    def width(self, run: Run, first: int, end: int) -> float:
        return self.widths[end] - self.widths[first] - run.spaced[first]


def cut_cues(run: Run, rules: Rules) -> list[tuple[int, ...]]:
    """The cheapest cues: each the indices at which its lines begin, and the one where it ends.

    `(0, 4, 9)` is a cue of two lines, words 0 to 3 and 4 to 8. No line is wider than the rules allow unless it is a
    single word, no cue has more lines than allowed, none reaches over a hard break or, unless it is a single word,
    speaks longer than the longest duration.
    """
    if not run.texts:
        return []
    measures = _measure(run, rules)
    begins = _cheapest(run, measures, rules)
    return [(first, *_cut_lines(run, measures, rules, first=first, end=end), end) for first, end in begins]


def _measure(run: Run, rules: Rules) -> _Measures:
    widths = [rules.width(text) + space for text, space in zip(run.texts, run.spaced, strict=True)]
    reading = [rules.reading_time(text, words=1) for text in run.texts]
    if rules.characters_per_second:
        space_time = 1 / rules.characters_per_second
        reading = [time + space_time if space else time for time, space in zip(reading, run.spaced, strict=True)]
    return _Measures(list(accumulate(widths, initial=0.0)), list(accumulate(reading, initial=0.0)))


def _cheapest(run: Run, measures: _Measures, rules: Rules) -> list[tuple[int, int]]:
    """The cheapest cues as (first, end), in order."""
    reaches = _reaches(run, measures, rules)
    widths, reading, starts = measures.widths, measures.reading, run.starts
    crumb = rules.line_width / 3
    shortest, longest = rules.min_duration, rules.max_duration
    total = [0.0]  # the cheapest cost of all words before i, had a cue to begin at i
    begin = [0]
    first = 0
    infinite = float("inf")
    for end, (shown_until, end_cost) in enumerate(zip(_shown_until(run, rules), _end_costs(run), strict=True), start=1):
        last = end - 1
        spoken_until = run.ends[last]
        if last and run.hard[last - 1]:
            first = last
        while first < last and (reaches[first] < end or spoken_until - starts[first] > longest):
            first += 1
        best, best_first = infinite, last
        narrow = widths[end] - crumb
        read = reading[end] - shown_until
        for i in range(first, end):
            cost = total[i]
            start = starts[i]
            hurry = read - reading[i] + start
            if hurry > 0:
                cost += hurry * _HURRIED
            short = shortest - shown_until + start
            if short > 0:
                cost += short * _SHORT
            if widths[i] > narrow:
                cost += _CRUMB
            if cost < best:
                best, best_first = cost, i
        total.append(best + end_cost)
        begin.append(best_first)
    cues = []
    end = len(run.texts)
    while end:
        cues.append((begin[end], end))
        end = begin[end]
    return cues[::-1]


def _reaches(run: Run, measures: _Measures, rules: Rules) -> list[int]:
    """For each word, the end of the longest cue that may begin there and still fits its lines.

    Filling each line as far as it goes is the widest that any setting of the lines can be, so this is exact.
    """
    count = len(run.texts)
    widths, spaced, limit = measures.widths, run.spaced, rules.line_width + _SLACK
    line_ends = []
    end = 0
    for first in range(count):
        end = max(end, first + 1)
        base = widths[first] + spaced[first] + limit
        while end < count and widths[end + 1] <= base:
            end += 1
        line_ends.append(end)
    line_ends.append(count)
    reaches = line_ends
    for _ in range(rules.max_lines - 1):
        reaches = [line_ends[end] for end in reaches]
    return reaches


def _shown_until(run: Run, rules: Rules) -> list[float]:
    """For each word, how long a cue that ends with it may stay: until the next word needs the screen."""
    shown = [
        max(min(start - rules.min_gap, end + rules.linger), end if hard else 0.0)
        for start, end, hard in zip(run.starts[1:], run.ends, run.hard, strict=False)
    ]
    return [*shown, run.ends[-1] + rules.linger]


def _end_costs(run: Run) -> list[float]:
    """For each word, the cost of ending a cue there, less that of running on over the silence that follows."""
    costs = [
        cost + _CUE - max(0.0, start - end - _BREATH) * _SILENCE
        for start, end, cost in zip(run.starts[1:], run.ends, run.breaks, strict=False)
    ]
    return [*costs, run.breaks[-1] + _CUE]


def _cut_lines(run: Run, measures: _Measures, rules: Rules, *, first: int, end: int) -> tuple[int, ...]:
    """Where the second and later lines of a cue begin: as few lines as hold it, broken where it costs least."""
    limit = rules.line_width + _SLACK
    if measures.width(run, first, end) <= limit or end - first == 1:
        return ()
    lines = _lines_needed(run, measures, first=first, end=end, limit=limit)
    best: dict[int, tuple[float, tuple[int, ...]]] = {
        at: (_line_cost(run, measures, first=first, end=at, limit=limit), ()) for at in range(first + 1, end)
    }
    for line in range(2, lines + 1):
        ends = [end] if line == lines else range(first + line, end)
        best = {
            at: min(
                (
                    best[middle][0]
                    + _join_cost(run, measures, best[middle][1], first=first, middle=middle, end=at, limit=limit),
                    (*best[middle][1], middle),
                )
                for middle in best
                if middle < at
            )
            for at in ends
        }
    return best[end][1]


def _lines_needed(run: Run, measures: _Measures, *, first: int, end: int, limit: float) -> int:
    lines = 1
    begin = first
    for at in range(first + 1, end):
        if measures.width(run, begin, at + 1) > limit:
            lines, begin = lines + 1, at
    return lines


def _join_cost(
    run: Run, measures: _Measures, before: tuple[int, ...], *, first: int, middle: int, end: int, limit: float
) -> float:
    """The cost of a further line, and of the break in front of it: the lower line should be the longer one."""
    upper = measures.width(run, before[-1] if before else first, middle)
    lower = measures.width(run, middle, end)
    uneven = abs(lower - upper) * _UNEVEN + max(0.0, upper - lower) * _TOP_HEAVY
    return run.breaks[middle - 1] + uneven + _line_cost(run, measures, first=middle, end=end, limit=limit)


def _line_cost(run: Run, measures: _Measures, *, first: int, end: int, limit: float) -> float:
    width = measures.width(run, first, end)
    cost = _LONELY if end - first == 1 and width < limit / 4 else 0.0
    return cost + (_OVERLONG + width if width > limit else 0.0)


def hard_breaks(
    speakers: Sequence[str | None], starts: Sequence[float], ends: Sequence[float], *, pause: float
) -> list[bool]:
    """After which words a cue must end: where another speaker begins, where time goes back, and before a long
    silence.
    """
    changes = (before != after for before, after in pairwise(speakers))
    silences = (
        start - end >= pause or start < begin for start, end, begin in zip(starts[1:], ends, starts, strict=False)
    )
    return [change or silence for change, silence in zip(changes, silences, strict=True)] + [True] * bool(speakers)
