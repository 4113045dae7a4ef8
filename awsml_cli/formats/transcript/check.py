"""Check subtitles against the rules of a house, and name each cue that breaks one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from awsml_cli.formats.transcript.rules import Rules
from awsml_cli.formats.transcript.subtitle_file import Cue, parse_subtitles

Rule = Literal[
    "line_width", "line_count", "reading_speed", "min_duration", "max_duration", "gap", "overlap", "order", "empty"
]

# Files say whole milliseconds, so a figure may be off by one at either end.
_TOLERANCE = 0.0015
_SLACK = 1e-6


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that a cue breaks: how much it `found`, how much is the `limit` (the rule's own unit), and in words."""

    cue: int
    rule: Rule
    found: float
    limit: float
    message: str


def check(subtitles: str | Sequence[Cue], rules: Rules, *, language: str | None = None) -> list[Violation]:
    """Every breach of RULES in SUBTITLES (the text of an SRT or WebVTT file, or its cues), in the order of the cues.

    Rules: `line_width` and `line_count` (characters, lines), `reading_speed` (characters a second or words a minute),
    `min_duration` and `max_duration` (seconds), `gap` (a silence before the next cue that is too short, or too short to
    be left dark), `overlap`, `order` (times that go back) and `empty`. Tags and entities are not counted. LANGUAGE
    chooses figures that only some languages have. Raises InputError for text without cues.
    """
    cues = parse_subtitles(subtitles) if isinstance(subtitles, str) else list(subtitles)
    rules = rules.for_language(language)
    found: list[Violation] = []
    for cue, following in zip(cues, [*cues[1:], None], strict=False):
        found.extend(_lines(cue, rules))
        found.extend(_times(cue, rules))
        if following is not None:
            found.extend(_neighbours(cue, following, rules))
    return found


def _lines(cue: Cue, rules: Rules) -> Iterator[Violation]:
    lines = [line for line in cue.plain.split("\n") if line.strip()]
    if not lines:
        yield Violation(cue.index, "empty", 0, 1, "there is no text")
    if len(lines) > rules.max_lines:
        message = f"{len(lines)} lines, {rules.max_lines} are allowed"
        yield Violation(cue.index, "line_count", len(lines), rules.max_lines, message)
    for line in lines:
        width = rules.width(line)
        if width > rules.line_width + _SLACK:
            message = f"a line of {width:g} characters, {rules.line_width} are allowed: {line}"
            yield Violation(cue.index, "line_width", width, rules.line_width, message)


def _times(cue: Cue, rules: Rules) -> Iterator[Violation]:
    duration = cue.end - cue.start
    if duration <= 0:
        yield Violation(cue.index, "order", duration, 0, f"it ends {abs(duration):.3f} s before it begins")
        return
    if duration < rules.min_duration - _TOLERANCE:
        message = f"{duration:.3f} s on the screen, {rules.min_duration:.3f} s are needed"
        yield Violation(cue.index, "min_duration", duration, rules.min_duration, message)
    if duration > rules.max_duration + _TOLERANCE:
        message = f"{duration:.3f} s on the screen, {rules.max_duration:g} s are allowed"
        yield Violation(cue.index, "max_duration", duration, rules.max_duration, message)
    yield from _reading(cue, rules, duration=duration)


def _reading(cue: Cue, rules: Rules, *, duration: float) -> Iterator[Violation]:
    text = cue.plain.replace("\n", "")
    words = len(cue.plain.split())
    needed = rules.reading_time(text, words=words)
    if needed <= duration + _TOLERANCE:
        return
    if rules.words_per_minute and words * 60 / rules.words_per_minute >= needed:
        found, limit, unit = words * 60 / duration, rules.words_per_minute, "words a minute"
    else:
        limit, unit = rules.characters_per_second or 0.0, "characters a second"
        found = needed * limit / duration
    yield Violation(cue.index, "reading_speed", found, limit, f"{found:.1f} {unit}, {limit:g} are allowed")


def _neighbours(cue: Cue, following: Cue, rules: Rules) -> Iterator[Violation]:
    gap = following.start - cue.end
    if following.start < cue.start:
        message = f"the next cue begins {cue.start - following.start:.3f} s before this one"
        yield Violation(cue.index, "order", following.start - cue.start, 0, message)
    elif gap < -_TOLERANCE:
        yield Violation(cue.index, "overlap", -gap, 0, f"{-gap:.3f} s together with the next cue")
    elif gap < rules.min_gap - _TOLERANCE:
        message = f"{max(gap, 0):.3f} s before the next cue, {rules.min_gap:.3f} s are needed"
        yield Violation(cue.index, "gap", gap, rules.min_gap, message)
    elif rules.min_gap + _TOLERANCE < gap < rules.chain_gap - _TOLERANCE and not _is_full(cue, rules):
        message = f"dark for {gap:.3f} s: leave {rules.min_gap:.3f} s before the next cue, or {rules.chain_gap:g} s"
        yield Violation(cue.index, "gap", gap, rules.chain_gap, message)


def _is_full(cue: Cue, rules: Rules) -> bool:
    """Whether the cue stays as long as it may, so that no rule lets it close the gap."""
    return cue.end - cue.start >= rules.max_duration - _TOLERANCE
