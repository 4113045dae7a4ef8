"""How a written English word sounds, roughly: numbers in words, and phones for what no dictionary has.

Used only to find when a word is said, where being off by a vowel does no harm.
"""

from __future__ import annotations

import re

_ABBREVIATIONS = {"mr": "mister", "mrs": "missus", "dr": "doctor", "st": "saint", "vs": "versus", "%": "percent",
                  "&": "and", "$": "dollars", "+": "plus", "=": "equals", "#": "number", "@": "at"}  # fmt: skip
_SMALL = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SCALES = ((1_000_000_000, "billion"), (1_000_000, "million"), (1_000, "thousand"), (100, "hundred"))
_PIECE = re.compile(r"[a-z]+(?:'[a-z]+)*|\d+|[%&$+=#@]")

# ARPAbet, longest spelling first
_SPELLINGS = (
    ("tion", "SH AH N"), ("ough", "AO"), ("augh", "AO"), ("igh", "AY"), ("tch", "CH"), ("sch", "SH"), ("qu", "K W"),
    ("th", "TH"), ("sh", "SH"), ("ch", "CH"), ("ph", "F"), ("wh", "W"), ("ck", "K"), ("ng", "NG"), ("kn", "N"),
    ("wr", "R"), ("ee", "IY"), ("ea", "IY"), ("oo", "UW"), ("ou", "AW"), ("ow", "OW"), ("oa", "OW"), ("ai", "EY"),
    ("ay", "EY"), ("ey", "IY"), ("oi", "OY"), ("oy", "OY"), ("au", "AO"), ("aw", "AO"), ("ie", "IY"), ("ei", "EY"),
    ("er", "ER"), ("ir", "ER"), ("ur", "ER"), ("ar", "AA R"), ("or", "AO R"), ("x", "K S"), ("a", "AE"), ("b", "B"),
    ("c", "K"), ("d", "D"), ("e", "EH"), ("f", "F"), ("g", "G"), ("h", "HH"), ("i", "IH"), ("j", "JH"), ("k", "K"),
    ("l", "L"), ("m", "M"), ("n", "N"), ("o", "AA"), ("p", "P"), ("q", "K"), ("r", "R"), ("s", "S"), ("t", "T"),
    ("u", "AH"), ("v", "V"), ("w", "W"), ("y", "IY"), ("z", "Z"),
)  # fmt: skip


def spoken(content: str) -> list[str]:
    """The words that are said for CONTENT: `cold-hearted,` → cold hearted; `1984` → one thousand nine hundred …"""
    words: list[str] = []
    for piece in _PIECE.findall(content.lower().replace("’", "'")):
        words += _number(int(piece)) if piece.isdigit() else [_ABBREVIATIONS.get(piece, piece)]
    return words


def phones(word: str) -> str:
    """ARPAbet phones for WORD (a to z and apostrophes), by its spelling."""
    rest, found = word.replace("'", ""), []
    if len(rest) > 2 and rest.endswith("e"):
        rest = rest[:-1]
    while rest:
        spelling, sound = next(((s, p) for s, p in _SPELLINGS if rest.startswith(s)), (rest[0], "AH"))
        found.append(sound)
        rest = rest[len(spelling) :]
        if rest[:1] == spelling[-1] and len(spelling) == 1:  # a doubled letter sounds once
            rest = rest[1:]
    return " ".join(found) or "AH"


def _number(value: int) -> list[str]:
    if value < 20:
        return [_SMALL[value]]
    if value < 100:
        return [_TENS[value // 10 - 2], *(_number(value % 10) if value % 10 else ())]
    if value >= 10**12:
        return [_SMALL[int(digit)] for digit in str(value)]
    scale, name = next((scale, name) for scale, name in _SCALES if value >= scale)
    return [*_number(value // scale), name, *(_number(value % scale) if value % scale else ())]
