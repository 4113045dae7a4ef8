"""What is in a column, seen batch after batch: its type, whether it has gaps, whether its values are categories."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

MOST_DISTINCT: Final = 1000  # values of a column that are remembered
BOOLEANS: Final = frozenset({"true", "false"})
_INT: Final = 2**31 - 1
_ORDER: Final = ("boolean", "int", "long", "float", "string")


@dataclass(slots=True)
class Column:
    """A column called NAME: `type` is Avro's, None while only gaps were seen; `distinct` is capped."""

    name: str
    type: str | None = None
    gaps: bool = False
    bars: bool = False  # `|` parts several values
    longest: int = 0
    spaces: int = 0  # distinct values with several words
    distinct: set[str] = field(default_factory=set)

    @property
    def many(self) -> bool:
        """Whether it has more different values than categories have."""
        return len(self.distinct) >= MOST_DISTINCT

    @property
    def prose(self) -> bool:
        """Whether its values are texts: long, in words, hardly one like another."""
        return self.type == "string" and self.longest > 80 and not self.bars and self.spaces * 2 > len(self.distinct)

    def see(self, values: set[str]) -> None:
        """Take in the different VALUES of a batch."""
        if "" in values:
            self.gaps = True
            values = values - {""}
        if not values:
            return
        self.longest = max(self.longest, *map(len, values))
        if self.type != "string":
            self.type = _wider(self.type, type_of(values))
        if self.type == "string":
            self.bars = self.bars or any("|" in value for value in values)
        if not self.many:
            fresh = sorted(values - self.distinct)[: MOST_DISTINCT - len(self.distinct)]
            self.distinct.update(fresh)
            self.spaces += sum(value.count(" ") > 3 for value in fresh)


def type_of(values: Collection[str]) -> str:
    """The narrowest type of Avro that holds all VALUES, none of them empty."""
    joined = "".join(values)
    if joined.isdigit() and joined.isascii():
        longest = max(map(len, values))
        if longest > 19:
            return "string"
        return "int" if longest < 10 or max(map(int, values)) <= _INT else "long"
    if all(value.lower() in BOOLEANS for value in values):
        return "boolean"
    if not are_numbers(values):
        return "string"
    if all(value.lstrip("-").isdigit() for value in values):
        return "int" if max(abs(int(value)) for value in values) <= _INT else "long"
    return "float"


def are_numbers(values: Collection[str]) -> bool:
    """Whether all VALUES are numbers as AWS takes them: no `nan`, no blanks."""
    try:
        set(map(float, values))
    except ValueError:
        return False
    return not set("".join(values)) - set("0123456789+-.eE")


def _wider(one: str | None, other: str) -> str:
    if one is None or one == other:
        return other
    if "boolean" in (one, other):
        return "string"
    return max(one, other, key=_ORDER.index)
