"""Where one visible character ends and the next begins.

The rules are those of Unicode Standard Annex 29, section 3.1.1 (extended grapheme clusters), read from `unicodedata`.
Where the standard library lacks a property, a wider rule stands in, so that a place called a boundary here is one in
the annex too, though not always the other way round: nothing parts after a zero width joiner or a virama (the annex
asks for a picture or a consonant of the same script behind them).
"""

from __future__ import annotations

import unicodedata

ZERO_WIDTH_JOINER = "\u200d"
VIRAMA_CLASS = 9  # Unicode's canonical combining class of the signs that tie two consonants together

# Grapheme_Cluster_Break=Prepend, Unicode 16
_PREPEND = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e\U000110bd\U000110cd\U000111c2\U000111c3"
    "\U000113d1\U0001193f\U00011941\U00011a84\U00011a85\U00011a86\U00011a87\U00011a88\U00011a89\U00011d46\U00011f02"
)
# Extend and SpacingMark that are no marks (M*) by category
_EXTEND = frozenset("\u200c\u200d\u0e33\u0eb3\uff9e\uff9f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")


def is_boundary(text: str, at: int, *, begin: int = 0) -> bool:
    """Say whether TEXT may be cut before the character at index AT without parting a grapheme cluster.

    `begin` is a known boundary before AT; nothing left of it is looked at.
    """
    if at <= begin or at >= len(text):
        return True
    right = text[at]
    if right < "\x80" and right != "\n":
        return _is_control(text[at - 1]) or text[at - 1] not in _PREPEND
    return not _joined(text, at, begin)


def last_boundary(text: str, end: int, *, begin: int) -> int | None:
    """Give the last boundary in TEXT after BEGIN and not after END, or None."""
    for at in range(end, begin, -1):
        if is_boundary(text, at, begin=begin):
            return at
    return None


def _joined(text: str, at: int, begin: int) -> bool:
    left, right = text[at - 1], text[at]
    if left == "\r" and right == "\n":
        return True  # GB3
    if _is_control(left) or _is_control(right):
        return False  # GB4, GB5
    if _extends(right) or left in _PREPEND:
        return True  # GB9, GB9a, GB9b
    if left == ZERO_WIDTH_JOINER:
        return not right.isspace()  # GB11
    if _is_regional(left) and _is_regional(right):
        return _regionals_before(text, at, begin) % 2 == 1  # GB12, GB13
    if right.isalpha() and _after_virama(text, at, begin):
        return True  # GB9c
    return _hangul_joined(left, right)  # GB6, GB7, GB8


def _is_control(char: str) -> bool:
    if char in ("\u200c", ZERO_WIDTH_JOINER) or char in _PREPEND:
        return False
    return unicodedata.category(char) in ("Cc", "Zl", "Zp") or (
        unicodedata.category(char) in ("Cf", "Cs") and not "\U000e0020" <= char <= "\U000e007f"
    )


def _extends(char: str) -> bool:
    return unicodedata.category(char)[0] == "M" or char in _EXTEND or "\U000e0020" <= char <= "\U000e007f"


def _is_regional(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _regionals_before(text: str, at: int, begin: int) -> int:
    first = at
    while first > begin and _is_regional(text[first - 1]):
        first -= 1
    return at - first


def _after_virama(text: str, at: int, begin: int) -> bool:
    for index in range(at - 1, begin - 1, -1):
        if unicodedata.combining(text[index]) == VIRAMA_CLASS:
            return True
        if not _extends(text[index]):
            return False
    return False


def _hangul_joined(left: str, right: str) -> bool:
    before, after = _hangul(left), _hangul(right)
    if before == "L":
        return after in ("L", "V", "LV", "LVT")
    if before in ("V", "LV"):
        return after in ("V", "T")
    return before in ("T", "LVT") and after == "T"


def _hangul(char: str) -> str:
    if "\uac00" <= char <= "\ud7a3":
        return "LV" if (ord(char) - 0xAC00) % 28 == 0 else "LVT"
    if "\u1100" <= char <= "\u115f" or "\ua960" <= char <= "\ua97c":
        return "L"
    if "\u1160" <= char <= "\u11a7" or "\ud7b0" <= char <= "\ud7c6":
        return "V"
    if "\u11a8" <= char <= "\u11ff" or "\ud7cb" <= char <= "\ud7fb":
        return "T"
    return ""
