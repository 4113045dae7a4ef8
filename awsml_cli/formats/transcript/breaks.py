"""How well a text may be broken after a word: the better the place, the lower the cost.

The order follows the advice that the style guides share (BBC Subtitle Guidelines 3.4 and 3.9): best after a
sentence, then after a clause, then before a conjunction; never between an article or preposition and what it
belongs to, inside a number or inside a name.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from awsml_cli.formats.transcript.leaning import ABBREVIATIONS, CONJUNCTIONS, LEANING, UNITS
from awsml_cli.formats.transcript.model import Word

SENTENCE, CLAUSE, CONJUNCTION, PLAIN, TIGHT, BOUND = 0.0, 3.0, 5.0, 8.0, 16.0, 20.0

_SENTENCE_END = frozenset(".!?…。！？؟।")
_CLAUSE_END = frozenset(",;:、，；：،؛—–")
_CLOSERS = "\"'”’»)]」』）"
_NO_WORDS: frozenset[str] = frozenset()
# German writes every noun with a capital, so two capitals in a row say nothing about names.
_CAPITALS_SAY_NOTHING = frozenset(("de",))


def break_costs(words: Sequence[Word], *, language: str | None) -> list[float]:
    """The cost of a break after each of WORDS; after the last one it is that of a sentence's end.

    LANGUAGE is the transcript's; a word's own goes before it. Where we have no word list for a language, punctuation,
    figures and capitals decide alone.
    """
    costs: list[float] = []
    begins = True
    lowered = [word.content.lower() for word in words]
    default = _code(language)
    for at, (word, following) in enumerate(pairwise(words)):
        code = _code(word.language_code) if word.language_code else default
        cost = _after(lowered[at])
        if cost == PLAIN:
            cost = _between(word.content, following.content, code=code, begins=begins)
            if cost == PLAIN:
                if lowered[at] in LEANING.get(code, _NO_WORDS):
                    cost = TIGHT
                elif lowered[at + 1] in CONJUNCTIONS.get(code, _NO_WORDS):
                    cost = CONJUNCTION
        begins = cost == SENTENCE
        costs.append(cost)
    if words:
        costs.append(SENTENCE)
    return costs


def _after(lowered: str) -> float:
    """The cost that the word's own punctuation decides, or PLAIN."""
    last = lowered[-1:]
    if last.isalnum():
        return PLAIN
    if last in _CLOSERS:
        last = lowered.rstrip(_CLOSERS)[-1:]
    if last in _SENTENCE_END and lowered not in ABBREVIATIONS:
        return SENTENCE
    return CLAUSE if last in _CLAUSE_END else PLAIN


def _between(word: str, following: str, *, code: str, begins: bool) -> float:
    """The cost that figures and capitals decide, or PLAIN; a capital at a sentence's beginning is no name."""
    first = following[0]
    if word[-1].isdigit() and (first.isdigit() or following.rstrip(".,!?").lower() in UNITS):
        return BOUND
    if first.isupper() and word[0].isupper() and not begins and code not in _CAPITALS_SAY_NOTHING and len(word) > 1:
        return BOUND
    return PLAIN


def _code(language: str | None) -> str:
    return language[:2].lower() if language else ""
