"""When each word of a known text is said.

PocketSphinx aligns the text to the sound (about 1/60 of real time, within 0.05 s of Whisper's word times).
Words that its dictionary lacks get a pronunciation by rough rules of spelling, which is enough to place them.
Where it cannot align, or is not installed, words are spread over the stretch by their length.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from awsml_cli.local.engines.hear import sphinx
from awsml_cli.local.engines.hear.spelling import phones, spoken

if TYPE_CHECKING:
    from awsml_cli.local.engines.hear import Word

_VARIANT = re.compile(r"\(\d+\)$")


def aligner(home: Path) -> Any:
    """A decoder of PocketSphinx for alignment, or None where it is not installed."""
    return sphinx.decoder(home, language_model=False) if sphinx.DECLARATION.installed() else None


def timed(contents: list[str], samples: Any, decoder: Any) -> list[Word]:
    """CONTENTS (words in order, punctuation attached) with the times at which SAMPLES (16 kHz) hold them."""
    spans = _aligned(contents, samples, decoder) if contents and decoder is not None else None
    return spread(contents, len(samples) / 16_000) if spans is None else _words(contents, spans)


def spread(contents: list[str], duration: float) -> list[Word]:
    """CONTENTS as if they were said evenly in DURATION seconds, each as long as its letters are many."""
    return _words(contents, _spread(contents, duration))


def _words(contents: list[str], spans: list[tuple[float, float]]) -> list[Word]:
    from awsml_cli.local.engines.hear import Word

    return [Word(content, start, end) for content, (start, end) in zip(contents, spans, strict=True)]


def _aligned(contents: list[str], samples: Any, decoder: Any) -> list[tuple[float, float]] | None:
    parts = [spoken(content) for content in contents]
    if not any(parts):
        return None
    for part in {word for words in parts for word in words}:
        if decoder.lookup_word(part) is None:
            decoder.add_word(part, phones(part), True)
    try:
        decoder.set_align_text(" ".join(word for words in parts for word in words))
        decoder.start_utt()
        decoder.process_raw(sphinx.pcm(samples), full_utt=True)
        decoder.end_utt()
        found = [
            (_VARIANT.sub("", segment.word), segment.start_frame / 100, (segment.end_frame + 1) / 100)
            for segment in decoder.seg() or ()
            if not segment.word.startswith(("<", "["))
        ]
    except RuntimeError:
        return None
    if [word for word, _, _ in found] != [word for words in parts for word in words]:
        return None
    return _joined(parts, [(start, end) for _, start, end in found])


def _joined(parts: list[list[str]], found: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """One span for each word of the text, which may be none, one or several words as spoken."""
    spans, at, last = [], 0, 0.0
    for words in parts:
        taken = found[at : at + len(words)]
        at += len(words)
        span = (taken[0][0], taken[-1][1]) if taken else (last, last)
        spans.append(span)
        last = span[1]
    return spans


def _spread(contents: list[str], duration: float) -> list[tuple[float, float]]:
    """Spans in proportion to the letters of each word."""
    total = sum(len(content) + 1 for content in contents)
    spans, at = [], 0
    for content in contents:
        start, at = at, at + len(content) + 1
        spans.append((start / total * duration, at / total * duration))
    return spans
