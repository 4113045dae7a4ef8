"""Words of clinical English, made comparable: lists of diseases and clinicians spell and inflect differently."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?")
# what is written with a hyphen, or as one word: gastro-esophageal, gastroesophageal
_PREFIX: Final = re.compile(
    r"\b(\w*[a-z]o|non|post|pre|anti|hyper|hypo|peri|intra|inter|sub|poly|multi|semi|bi|sub|endo|re)-(?=[a-z]{3})", re.I
)
_SPELT: Final = (
    ("aem", "em"),
    ("oed", "ed"),
    ("oes", "es"),
    ("rrhoea", "rrhea"),
    ("tumour", "tumor"),
    ("leuc", "leuk"),
)
EMPTY: Final = frozenset(("of", "the", "in", "a", "an", "to", "her", "his", "their", "my"))
"""Words that may stand within a name and say nothing."""


class Word(NamedTuple):
    """A word: how it is compared, how it is written, where it stands (code points), and whether it begins a clause."""

    stem: str
    text: str
    begin: int
    end: int
    breaks: bool


def words(text: str) -> Iterator[Word]:
    """The words of TEXT. `breaks` is set where a mark other than a hyphen or an apostrophe stands before the word."""
    before = 0
    for begin, end in _places(text):
        between = text[before:begin]
        yield Word(
            stem(text[begin:end]), text[begin:end], begin, end, bool(between.strip(" -/\t'’")) or "\n" in between
        )
        before = end


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """WORD as it is compared: small letters, American spelling, singular."""
    word = re.sub(r"['’]s?$|['’]", "", word.lower()).replace("-", "")
    for british, american in _SPELT:
        word = word.replace(british, american)
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def key(stems: Iterator[str] | list[str] | tuple[str, ...]) -> str:
    """What says of STEMS whether two names are the same: all words that mean something, in no order."""
    return " ".join(sorted({one for one in stems if one not in EMPTY}))


def _places(text: str) -> Iterator[tuple[int, int]]:
    joined = {match.end() for match in _PREFIX.finditer(text)}
    held: int | None = None
    for match in _WORD.finditer(text):
        begin = match.start() if held is None else held
        if match.end() + 1 in joined:
            held = begin
            continue
        held = None
        yield begin, match.end()
