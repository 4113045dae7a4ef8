"""From the service's items to words: punctuation attached, times repaired, channels interleaved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from awsml_cli.core.errors import InputError
from awsml_cli.formats.transcript.model import Word

OPENING = frozenset("¿¡([{«“„‘「『（《〈【")
_MARKS = frozenset(".,!?;:…‥。、，．！？；：・।॥؟،؛–—-\"'“”‘’„«»()[]{}¿¡「」『』（）《》〈〉【】")
_SENTENCE_END = tuple(".!?…。！？؟।")
_LONGEST = 1e7  # seconds, about four months: a larger number is damage, and would be written as nonsense
_UTTERANCE_PAUSE = 0.6  # seconds of silence after which the other channel may come in between


class Token(NamedTuple):
    """An item as a shape gives it. `start` and `end` are seconds or None; `mark` says that it is punctuation."""

    content: str
    start: float | None
    end: float | None
    mark: bool = False
    confidence: float | None = None
    speaker: str | None = None
    channel: str | None = None
    language: str | None = None
    filtered: bool = False
    redactions: tuple[str, ...] = ()


def assemble(tokens: Iterable[Token]) -> list[Word]:
    """Words of the tokens, in their order, each with the punctuation that belongs to it.

    Punctuation has no time of its own; it follows its word, and what opens ("¿", "(") goes to the next one. A token
    without times begins where the one before ended. Raises InputError for a time that no medium has.
    """
    words: list[Word] = []
    held: Token | None = None
    content = opening = ""
    clock = 0.0
    for token in tokens:
        text = token.content
        if not text:
            continue
        if not text.isprintable():
            text = _printable(text)
        if token.mark:
            if held is None or text in OPENING:
                opening += text
            else:
                content += text
            continue
        if held is not None:
            words.append(_word(held, content, clock))
            clock = words[-1].end_time
        held, content, opening = token, opening + text, ""
    if held is not None:
        words.append(_word(held, content + opening, clock))
    elif opening:
        words.append(Word(opening, 0.0, 0.0))
    return words


def interleave(channels: Sequence[Sequence[Word]]) -> list[Word]:
    """The words of several channels in one order: utterance by utterance, by the time at which each begins."""
    utterances = [utterance for words in channels for utterance in _utterances(words)]
    utterances.sort(key=lambda utterance: utterance[0].start_time)
    return [word for utterance in utterances for word in utterance]


def spread(text: str, start: float, end: float, *, speaker: str | None = None) -> Iterator[Token]:
    """Tokens of a text of which only the whole span is known, each given time by its share of the characters."""
    contents = text.split()
    total = sum(map(len, contents)) or 1
    position = 0
    for content in contents:
        begin = start + (end - start) * position / total
        position += len(content)
        yield Token(content, begin, start + (end - start) * position / total, speaker=speaker)


def is_mark(content: str) -> bool:
    """Whether an item without a type is punctuation: for shapes that do not say."""
    return all(character in _MARKS for character in content)


def number(value: Any) -> float | None:
    """A number that may be written as a string, be empty or be missing. Raises ValueError for other text."""
    return None if value is None or value == "" else float(value)


def speaker_name(label: Any) -> str | None:
    """The speaker as batch jobs spell it: streams say "0" where jobs say "spk_0"."""
    if label is None or label == "":
        return None
    return f"spk_{label}" if str(label).isdigit() else str(label)


def ends_sentence(content: str) -> bool:
    """Whether a word closes a sentence, as far as its punctuation tells."""
    return content.endswith(_SENTENCE_END)


def _word(token: Token, content: str, clock: float) -> Word:
    start = clock if token.start is None else token.start
    end = start if token.end is None or token.end < start else token.end
    if not (0 <= start <= _LONGEST and end <= _LONGEST):  # also true for NaN
        raise InputError(f"the word {content!r} has a time that no media has: {token.start} to {token.end} seconds")
    return Word(
        content,
        start,
        end,
        token.confidence,
        token.speaker,
        token.channel,
        token.language,
        token.filtered,
        token.redactions,
    )


def _utterances(words: Sequence[Word]) -> Iterator[list[Word]]:
    if not words:
        return
    utterance = [words[0]]
    for before, word in pairwise(words):
        if ends_sentence(before.content) or word.start_time - before.end_time >= _UTTERANCE_PAUSE:
            yield utterance
            utterance = []
        utterance.append(word)
    yield utterance


def _printable(text: str) -> str:
    """Without line ends and control characters; format characters (joiners of Indic scripts) stay."""
    return " ".join("".join(c if c >= " " and c not in "\x7f\x85\u2028\u2029" else " " for c in text).split())
