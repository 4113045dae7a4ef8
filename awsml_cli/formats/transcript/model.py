"""What a transcript is: words with times, and who said them.

One shape for every answer that Transcribe gives. Times are seconds as floats from the start of the media; a word
carries the punctuation that belongs to it ("Hello," is one word), so that a word is also what a subtitle may not
tear apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

_LAST_SPACED = "\u0dff"
# Scripts written without spaces between words: Thai and Lao, Myanmar, Khmer, and the Chinese and Japanese ones with
# their punctuation and full-width forms. Hangul is absent on purpose: Korean has spaces.
_UNSPACED = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x2E80, 0x312F),
    (0x31A0, 0xA4CF),
    (0xF900, 0xFAFF),
    (0xFE30, 0xFE4F),
    (0xFF00, 0xFFEF),
    (0x20000, 0x3FFFF),
)


@dataclass(frozen=True, slots=True)
class Word:
    """A spoken word with its punctuation.

    `start_time` and `end_time` are seconds. `confidence` is 0 to 1, or None where the service gives none (redacted
    words, the synchronous API). `redactions` are the types of what was taken out ("NAME", "PHONE", …).
    """

    content: str
    start_time: float
    end_time: float
    confidence: float | None = None
    speaker_label: str | None = None
    channel_label: str | None = None
    language_code: str | None = None
    vocabulary_filter_match: bool = False
    redactions: tuple[str, ...] = ()

    @property
    def speaker(self) -> str | None:
        """Who speaks, as well as the transcript knows: the speaker, else the channel."""
        return self.speaker_label or self.channel_label


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of speech as the service cut it: a turn of a call, or a stretch with other readings
    (`alternatives`).
    """

    start_time: float
    end_time: float
    transcript: str
    speaker_label: str | None = None
    sentiment: str | None = None
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Transcript:
    """A whole transcript, its words in the order of reading.

    Words of two channels are interleaved by time, utterance by utterance; where people talk at once a word may
    therefore start before the one in front of it ends. `language_codes` pairs each language with its seconds of
    speech. `details` holds what else a call's analysis says (categories, characteristics), keys in snake_case.
    """

    words: tuple[Word, ...]
    language_code: str | None = None
    language_codes: tuple[tuple[str, float], ...] = ()
    speakers: tuple[str, ...] = ()
    job_name: str | None = None
    is_redacted: bool = False
    segments: tuple[Segment, ...] = ()
    toxicity_detection: tuple[Mapping[str, Any], ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """All words as running text, without a line end."""
        return join(self.words)

    @property
    def duration(self) -> float:
        """Seconds until the last word has been spoken; 0 without words."""
        return max((word.end_time for word in self.words), default=0.0)


def speakers_of(words: Iterable[Word]) -> tuple[str, ...]:
    """Those who speak, in the order in which they are first heard."""
    return tuple(dict.fromkeys(word.speaker for word in words if word.speaker))


def join(words: Iterable[Word]) -> str:
    """The words as text: a space between them, but none beside a script that is written without."""
    pieces: list[str] = []
    before = ""
    for word in words:
        content = word.content
        if before and is_spaced(before, content):
            pieces.append(" ")
        pieces.append(content)
        before = content
    return "".join(pieces)


def is_spaced(before: str, after: str) -> bool:
    """Whether a space stands between these two words; decided by script, so languages may be mixed or unknown."""
    last, first = before[-1:], after[:1]
    if last <= _LAST_SPACED and first <= _LAST_SPACED:
        return True
    # A sentence that ended in a spaced script keeps its space: "Hello. 你好".
    return last in ".,!?;:" or not (_is_unspaced(last) or _is_unspaced(first))


def _is_unspaced(character: str) -> bool:
    code = ord(character) if character else 0
    return any(low <= code <= high for low, high in _UNSPACED)
