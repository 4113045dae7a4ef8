"""AWS's names in snake_case, and AWS's places in a text moved to where they are in the whole of it."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final

_WORD: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_PLACES: Final = frozenset({"BeginOffset", "EndOffset"})
_NUMBERS: Final = frozenset({"Id", "TokenId"})


@cache
def snake(name: str) -> str:
    """NAME in snake_case: `SentimentScore` is `sentiment_score`, `ICD10CMConcepts` is `icd10_cm_concepts`."""
    return _WORD.sub("_", name).lower()


def plain(value: Any) -> Any:
    """VALUE, an answer of AWS's, with keys in snake_case all the way down."""
    kind = type(value)
    if kind is dict:
        return {
            snake(name): plain(part) if type(part) is dict or type(part) is list else part
            for name, part in value.items()
        }
    return [plain(part) for part in value] if kind is list else value


def moved(value: Any, *, places: int, numbers: int = 0) -> Any:
    """VALUE with the offsets in it, all the way down, PLACES further on, and the ids NUMBERS higher."""
    if isinstance(value, dict):
        return {
            name: part + places
            if name in _PLACES
            else part + numbers
            if name in _NUMBERS
            else moved(part, places=places, numbers=numbers)
            for name, part in value.items()
        }
    if isinstance(value, list):
        return [moved(part, places=places, numbers=numbers) for part in value]
    return value
