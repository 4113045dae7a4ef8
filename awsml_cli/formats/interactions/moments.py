"""Moments as people write them, in the Unix seconds that Personalize wants."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

# digits of Unix time since 1973: seconds have 9 or 10, each thousandth three more
_PARTS: Final = {12: 1_000, 13: 1_000, 15: 1_000_000, 16: 1_000_000, 18: 1_000_000_000, 19: 1_000_000_000}


def seconds(digits: str) -> int | None:
    """Unix time in milli-, micro- or nanoseconds as seconds; None for another number of DIGITS."""
    part = _PARTS.get(len(digits))
    return int(digits) // part if part and digits.isdigit() else None


def moment(text: str) -> int | None:
    """A date or time in ISO 8601, or seconds with a fraction, as Unix seconds; None for anything else.

    What names no time zone is UTC.
    """
    text = text.strip()
    whole, dot, part = text.partition(".")
    if dot and whole.isdigit() and part.isdigit() and len(whole) in (9, 10):
        return int(whole)
    if len(text) < 8 or text.isdigit():
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())
