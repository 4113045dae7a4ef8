"""Running text of a transcript: turns of speakers, and paragraphs where somebody takes a breath."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from awsml_cli.formats.transcript.model import Transcript, Word, join
from awsml_cli.formats.transcript.shapes.words import ends_sentence

_MID_SENTENCE = 2.0  # times the paragraph's pause: so long a silence parts a paragraph even inside a sentence
_LONG = 100  # words after which a paragraph takes the next small breath
_SMALL_BREATH = 0.35  # of the paragraph's pause

_Parted = Callable[[Word, Word, int], bool]


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says until another does, or a paragraph of it. Never empty; times are seconds."""

    words: tuple[Word, ...]

    @property
    def speaker(self) -> str | None:
        """Who speaks."""
        return self.words[0].speaker

    @property
    def start_time(self) -> float:
        """Where the first word begins."""
        return self.words[0].start_time

    @property
    def end_time(self) -> float:
        """Where the last word ends."""
        return max(word.end_time for word in self.words)

    @property
    def text(self) -> str:
        """The words as running text."""
        return join(self.words)


def turns(transcript: Transcript) -> Iterator[Turn]:
    """The turns of TRANSCRIPT, in order; one turn where it knows no speakers."""
    return _grouped(transcript.words, lambda before, word, _: word.speaker != before.speaker)


def paragraphs(transcript: Transcript, *, pause: float) -> Iterator[Turn]:
    """The paragraphs of TRANSCRIPT: a new one for each turn, and after a sentence followed by PAUSE seconds of silence.

    Twice that silence parts them anywhere; a paragraph that has grown long ends with the next sentence that is followed
    by a third of it.
    """

    def parted(before: Word, word: Word, length: int) -> bool:
        silence = word.start_time - before.end_time
        if word.speaker != before.speaker or silence >= pause * _MID_SENTENCE:
            return True
        needed = pause * _SMALL_BREATH if length >= _LONG else pause
        return silence >= needed and ends_sentence(before.content)

    return _grouped(transcript.words, parted)


def _grouped(words: Iterable[Word], parted: _Parted) -> Iterator[Turn]:
    group: list[Word] = []
    for word in words:
        if group and parted(group[-1], word, len(group)):
            yield Turn(tuple(group))
            group = []
        group.append(word)
    if group:
        yield Turn(tuple(group))
