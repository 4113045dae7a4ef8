"""Where a text can be cut well: at the end of a paragraph, a sentence, a line, a clause or a word.

Every function gives the last such place in `text[begin:end]`, as the index behind the last character that is kept, or
None. Of what follows `end`, at most LOOKAHEAD characters are looked at and none from `stop` on, so that the answer does
not depend on how much more of the text has already been read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from awsml_cli.formats.pieces.graphemes import is_boundary

LOOKAHEAD = 300
_GAP = 100  # blanks allowed before and inside a blank line; two gaps and two line ends stay below LOOKAHEAD
_NARROW = (400, 4_000)  # characters searched from the end backwards before the whole window is

# blanks at which a word ends; a no-break space is none
_BLANK = r"[^\S\u00a0\u202f\u2007]"
# runs are bounded so that a search stays linear in a text of nothing but stops
_CLOSERS = r"[\"'”’»›)\]}）］｝」』】〕〉》〗〙｣*_]{0,20}+"

# stops that need a blank behind them: Latin, Arabic, Urdu, Devanagari, Armenian, Ethiopic, Myanmar, Khmer, Tibetan
_STOP = r"[.!?…؟۔।॥։።፧၊။។៕།‼⁇⁈⁉]{1,20}+"
_WIDE_STOP = r"[。！？｡．]{1,20}+"
_SENTENCE = re.compile(rf"(?:(?P<wide>{_WIDE_STOP})|(?P<stop>{_STOP})){_CLOSERS}(?(wide)|(?=\s|\Z))")
_CLAUSE = re.compile(rf"(?:[、，；：]|—|[,;:،؛–]{_CLOSERS}(?=\s|\Z)|[)\]}}»](?=\s|\Z))")
_WORD = re.compile(rf"\S(?={_BLANK})|\u200b(?=.)")
_BLANK_LINE = re.compile(rf"\n[^\S\n]{{0,{_GAP}}}\n|\u2029")
_WORD_BEFORE = re.compile(r"[^\W_](?:[\w.]*[^\W_])?\Z")
_ACRONYM = re.compile(r"(?:[^\W\d_]{1,3}\.)+[^\W\d_]{1,3}")
_WORD_LIMIT = 24  # characters of a word looked at before a stop

# words that carry a stop of their own and seldom end a sentence
_ENGLISH = """
    mr mrs ms dr prof st rev hon gov sen rep pres gen col sgt capt lt cmdr maj vs cf nos fig figs vol pp ca approx inc
    ltd co corp dept est jr sr mt ft jan feb apr jun jul aug sep sept oct nov dec tue wed thu fri
"""
_GERMANIC = "nr str bzw evtl ggf vgl hr fr bspw zzgl inkl sog bd hrsg geb tel mio mrd bijv dhr mevr"
_ROMANCE = "mme mlle sra srta dra ud uds pág núm av avda exmo dott sig sigg avv ing"
_SLAVIC = "г гг ул им см рис стр тыс млн руб np tzn ul inż mgr např tzv"
_ABBREVIATIONS = frozenset(f"{_ENGLISH} {_GERMANIC} {_ROMANCE} {_SLAVIC}".split())


def paragraph_end(text: str, begin: int, *, stop: int) -> tuple[int, int] | None:
    """Give the end of the first paragraph in `text[begin:stop]` and the end of the blank line behind it, or None."""
    match = _BLANK_LINE.search(text, begin, stop)
    return (_back(text, begin, match.start()), match.end()) if match else None


def last_paragraph(text: str, begin: int, end: int, *, stop: int) -> int | None:
    """Give the last place before a blank line."""
    return _last(
        _BLANK_LINE,
        text,
        span=(begin, end + 1),
        stop=min(stop, end + LOOKAHEAD),
        place=lambda match: _back(text, begin, match.start()),
        begin=begin,
    )


def last_sentence(text: str, begin: int, end: int, *, stop: int) -> int | None:
    """Give the last end of a sentence; stops of abbreviations, initials and small numbers are none."""
    stop = min(stop, end + LOOKAHEAD)
    return _last(
        _SENTENCE,
        text,
        span=(begin, end),
        stop=stop,
        place=lambda match: match.end() if _ends_sentence(text, match, begin, stop) else None,
        begin=begin,
    )


def last_line(text: str, begin: int, end: int) -> int | None:
    """Give the last place before a line end."""
    at = text.rfind("\n", begin, end + 1)
    while at > begin:
        found = _back(text, begin, at)
        if found > begin and is_boundary(text, found, begin=begin):
            return found
        at = text.rfind("\n", begin, found)
    return None


def last_clause(text: str, begin: int, end: int, *, stop: int) -> int | None:
    """Give the last place behind a comma, a colon, a dash or a closing bracket."""
    stop = min(stop, end + LOOKAHEAD)
    return _last(_CLAUSE, text, span=(begin, end), stop=stop, place=lambda match: match.end(), begin=begin)


def last_word(text: str, begin: int, end: int, *, stop: int) -> int | None:
    """Give the last place before a blank that may be broken at, or behind a zero width space."""
    stop = min(stop, end + LOOKAHEAD)
    return _last(_WORD, text, span=(begin, end), stop=stop, place=lambda match: match.end(), begin=begin)


def last_complete(text: str, begin: int, *, stop: int) -> int | None:
    """Give the end of the last line or sentence in `text[begin:stop]`, the stop at the very end taken for one."""
    line = text.rfind("\n", begin, stop) + 1
    sentence = last_sentence(text, max(begin, line), stop, stop=stop)
    return sentence or (line if line > begin else None)


def sentence_ends(text: str) -> Iterator[int]:
    """Give the places behind all sentences of TEXT, in order."""
    for match in _SENTENCE.finditer(text):
        if _ends_sentence(text, match, 0, len(text)) and is_boundary(text, match.end()):
            yield match.end()


def clause_ends(text: str) -> Iterator[int]:
    """Give the places behind all clauses of TEXT, in order."""
    return (match.end() for match in _CLAUSE.finditer(text) if is_boundary(text, match.end()))


def _last(
    pattern: re.Pattern[str],
    text: str,
    *,
    span: tuple[int, int],
    stop: int,
    place: Callable[[re.Match[str]], int | None],
    begin: int,
) -> int | None:
    """Give the last match of PATTERN that is a place to cut at; the end of the window is searched first."""
    first, end = span
    for width in (*_NARROW, end - first):
        lower = max(first, end - width)
        for match in reversed([found for found in pattern.finditer(text, lower, stop) if found.start() <= end]):
            at = place(match)
            if at is not None and begin < at <= end and is_boundary(text, at, begin=begin):
                return at
        if lower == first:
            break
    return None


def _ends_sentence(text: str, match: re.Match[str], begin: int, stop: int) -> bool:
    if match["wide"]:
        return True
    following = text[match.end() : min(stop, match.end() + _WORD_LIMIT)].lstrip()
    if following[:1].islower():
        return False
    if match["stop"] != ".":
        return True
    before = _WORD_BEFORE.search(text[max(begin, match.start() - _WORD_LIMIT) : match.start()])
    return before is None or not _carries_a_stop(before[0])


def _carries_a_stop(word: str) -> bool:
    if len(word) == 1 and word.lower() != word.upper():
        return True  # an initial
    if word.isdigit():
        return len(word) <= 2  # "3. Oktober", "1. first point"
    return word.lower() in _ABBREVIATIONS or _ACRONYM.fullmatch(word) is not None


def _back(text: str, begin: int, at: int) -> int:
    """Step back over the blanks before AT."""
    while at > begin and text[at - 1].isspace():
        at -= 1
    return at
