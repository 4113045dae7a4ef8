"""What a subtitle must keep to: widths, counts, durations, gaps; and the houses whose figures are known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from unicodedata import category, east_asian_width

from awsml_cli.core.errors import UsageError

_WIDE = frozenset("WF")
_NO_WIDTH = frozenset(("Mn", "Me", "Cf"))


@dataclass(frozen=True, slots=True)
class Rules:
    """The figures that a subtitle is cut by and checked against. Times are seconds.

    `line_width` is in characters; a full-width one (Chinese, Japanese, Korean) weighs so much more that
    `wide_line_width` of them fill the line. Reading speed is given in characters a second (spaces count), in words a
    minute, or not at all; `wide_characters_per_second` is the speed for full-width characters.
    `min_gap` parts two cues; a shorter silence than `chain_gap` is not left dark, the earlier cue stays until `min_gap`
    before the next. `linger` is how long a cue may stay after its last word, for reading or to fill `min_duration`.
    `break_pause` is the silence over which no cue reaches.
    """

    name: str = "default"
    line_width: int = 42
    max_lines: int = 2
    wide_line_width: int = 16
    characters_per_second: float | None = 20.0
    wide_characters_per_second: float = 9.0
    words_per_minute: float | None = None
    min_duration: float = 1.0
    max_duration: float = 7.0
    min_gap: float = 0.08
    chain_gap: float = 0.5
    linger: float = 1.5
    break_pause: float = 1.5

    def __post_init__(self) -> None:
        if min(self.line_width, self.max_lines, self.wide_line_width) < 1:
            raise UsageError("a subtitle needs at least one line of at least one character")
        if not 0 <= self.min_duration <= self.max_duration or self.max_duration <= 0 or self.min_gap < 0:
            raise UsageError("the shortest duration of a subtitle must be between 0 and the longest")
        if any(speed is not None and speed <= 0 for speed in (self.characters_per_second, self.words_per_minute)):
            raise UsageError("a reading speed must be more than 0")

    def for_language(self, language: str | None) -> Rules:
        """These rules where LANGUAGE has figures of its own: Japanese lines hold 13 full-width characters, not 16."""
        return replace(self, wide_line_width=13) if language and language.lower().startswith("ja") else self

    def width(self, text: str) -> float:
        """How much of a line TEXT fills, in ordinary characters; combining marks and joiners take no room."""
        if text.isascii():
            return len(text)
        return _weight(text, self.line_width / self.wide_line_width)

    def reading_time(self, text: str, *, words: int) -> float:
        """Seconds needed to read TEXT of so many WORDS; 0 where the rules name no speed."""
        seconds = words * 60 / self.words_per_minute if self.words_per_minute else 0.0
        if self.characters_per_second:
            heavier = self.characters_per_second / self.wide_characters_per_second
            weight = len(text) if text.isascii() else _weight(text, heavier)
            seconds = max(seconds, weight / self.characters_per_second)
        return seconds


PRESETS: dict[str, Rules] = {
    rules.name: rules
    for rules in (
        # Ours: Netflix's lines, and at least a second on the screen.
        Rules(),
        # Netflix, English Timed Text Style Guide and General Requirements (figures as read in October 2026 from the
        # profile of an open caption checker): 42 characters, 2 lines, 20 characters a second for adults, 5/6 s to 7 s,
        # 2 frames between cues (at 24 a second), silences under half a second closed. 16 full-width characters a line.
        Rules(name="netflix", min_duration=5 / 6, min_gap=2 / 24),
        # BBC Subtitle Guidelines: 3.1 (37 characters, its teletext figure; online it is 68 % of the picture's width),
        # 3.3 (two lines), 4 (160 to 180 words a minute), 4.1 (about 0.3 s a word), 4.5 (no gap, or one of at least a
        # second), 5.2 (at most 1.5 s after the speech). It names no shortest or longest duration: 0.3 s is its time for
        # one word, 8 s is ours.
        Rules(
            name="bbc",
            line_width=37,
            characters_per_second=None,
            words_per_minute=180.0,
            min_duration=0.3,
            max_duration=8.0,
            min_gap=0.0,
            chain_gap=1.0,
        ),
        # DCMP, Captioning Guidelines, I.A.1 and I.B.2: 32 characters a line, 150 to 160 words a minute for adults. Two
        # lines, 40 frames (1 1/3 s) to 6 s: its Captioning Key, as others quote it. No figure for gaps: none demanded.
        Rules(
            name="dcmp",
            line_width=32,
            characters_per_second=None,
            words_per_minute=160.0,
            min_duration=4 / 3,
            max_duration=6.0,
            min_gap=0.0,
        ),
        # YouTube publishes file formats but no figures. These are ours: lines that its player does not wrap again on a
        # phone, and a speed that leaves fast talk verbatim.
        Rules(name="youtube", line_width=40, characters_per_second=25.0, min_gap=0.0),
    )
}
"""The known houses by name, with the source of every figure beside it; `default` is ours."""


def preset(name: str) -> Rules:
    """The rules of a house. Raises UsageError, naming those there are, for another name."""
    try:
        return PRESETS[name.lower()]
    except KeyError:
        raise UsageError(f"there is no preset {name}", hint=f"presets: {', '.join(PRESETS)}") from None


@lru_cache(maxsize=65536)
def _weight(text: str, wide: float) -> float:
    return sum(_character_weight(character, wide) for character in text)


def _character_weight(character: str, wide: float) -> float:
    if east_asian_width(character) in _WIDE:
        return wide
    return 0.0 if category(character) in _NO_WIDTH else 1.0
