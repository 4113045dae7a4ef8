"""The language of Personalize's filters: read, and applied to what is known of users, items and their history.

`EXCLUDE ItemID WHERE Items.genre IN ("Comedy", $GENRE) AND Interactions.EVENT_TYPE IN ("buy") IF CurrentUser.AGE > 18`,
several of them joined with `|`. https://docs.aws.amazon.com/personalize/latest/dg/filter-expressions.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from awsml_cli.core.errors import InputError

LONGEST: Final = 2_500  # characters
TABLES: Final = {
    name.lower(): name
    for name in ("Interactions", "Items", "Users", "CurrentUser", "Actions", "Action_Interactions", "CurrentItem")
}
_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<number>-?\d+(?:\.\d+)?)|(?P<parameter>\$\w+)"""
    r"""|(?P<word>\w+(?:\.\w+)?)|(?P<sign><=|>=|!=|=|<|>|\(|\)|,|\*|\|))"""
)
_SIGNS: Final = ("=", "<", "<=", ">", ">=", "!=")


@dataclass(frozen=True)
class Condition:
    """TABLE.NAME compared by SIGN (`in`, `not in`, `=`, `<` …) with VALUES; a `$NAME` among them is a parameter."""

    table: str
    name: str
    sign: str
    values: tuple[str, ...]

    def holds(self, found: Sequence[str], given: Mapping[str, Sequence[str]]) -> bool:
        """Whether one of the values FOUND there fits; parameters have the values GIVEN."""
        wanted = [value for one in self.values for value in (given[one[1:]] if one.startswith("$") else (one,))]
        if self.sign in ("in", "not in"):
            there = ("*" in wanted and bool(found)) or any(one in wanted for one in found)
            return there is (self.sign == "in")
        return any(_compared(self.sign, one, other) for one in found for other in wanted)


@dataclass(frozen=True)
class Rule:
    """INCLUDE or EXCLUDE a SUBJECT (ItemID, UserID, ActionID) where one of the groups of conditions holds.

    WHERE is alternatives (joined by OR) of conditions that must all hold; CURRENT the same, of the user asked about.
    """

    action: str
    subject: str
    where: tuple[tuple[Condition, ...], ...]
    current: tuple[tuple[Condition, ...], ...] = ()

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The fields that it looks at."""
        return list(dict.fromkeys((one.table, one.name) for one in self._conditions()))

    @property
    def parameters(self) -> list[str]:
        """The parameters that it wants values for."""
        return list(dict.fromkeys(value[1:] for one in self._conditions() for value in one.values if value[:1] == "$"))

    def _conditions(self) -> Iterator[Condition]:
        for alternatives in (self.where, self.current):
            for conditions in alternatives:
                yield from conditions

    def applies(self, lookup: Callable[[str, str], Sequence[str]], given: Mapping[str, Sequence[str]]) -> bool:
        """Whether its WHERE holds; LOOKUP gives the values of a field."""
        return _holds(self.where, lookup, given)

    def concerns(self, lookup: Callable[[str, str], Sequence[str]], given: Mapping[str, Sequence[str]]) -> bool:
        """Whether its IF holds, or it has none."""
        return not self.current or _holds(self.current, lookup, given)


def parse(text: str) -> list[Rule]:
    """The rules of the expression TEXT. Raises InputError with the place of what is wrong."""
    if len(text) > LONGEST:
        raise InputError(f"the filter has {len(text)} characters; AWS takes {LONGEST}")
    return _Reader(text).rules()


def parameters(text: str) -> list[str]:
    """The names of the parameters in TEXT, which need not be whole."""
    return list(dict.fromkeys(re.findall(r"\$(\w+)", text)))


def values(text: str) -> list[str]:
    """The values in what a question gives for a parameter: `"a","b"` or a number."""
    found = re.findall(r'"((?:[^"\\]|\\.)*)"|\'((?:[^\'\\]|\\.)*)\'|([^,\s"\']+)', text)
    return [one or two or three for one, two, three in found]


def _holds(
    alternatives: Sequence[Sequence[Condition]],
    lookup: Callable[[str, str], Sequence[str]],
    given: Mapping[str, Sequence[str]],
) -> bool:
    return any(all(one.holds(lookup(one.table, one.name), given) for one in conditions) for conditions in alternatives)


def _compared(sign: str, one: str, other: str) -> bool:
    try:
        left, right = float(one), float(other)
    except ValueError:
        return (sign == "=" and one == other) or (sign == "!=" and one != other)
    return {
        "=": left == right,
        "!=": left != right,
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
    }[sign]


class _Reader:
    """Reads an expression from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.kind = ""
        self.token = ""
        self._next()

    def rules(self) -> list[Rule]:
        """All rules."""
        found = [self._rule()]
        while self._took("|"):
            found.append(self._rule())
        if self.token:
            raise self._wrong("`|` and another rule, or the end")
        return found

    def _rule(self) -> Rule:
        action = self._word("INCLUDE", "EXCLUDE")
        subject = self._word("ItemID", "UserID", "ActionID", "ItemId", "UserId", "ActionId")
        self._word("WHERE")
        where = self._alternatives()
        current: tuple[tuple[Condition, ...], ...] = ()
        if self.token.upper() == "IF":
            self._next()
            current = self._alternatives()
        return Rule(action, f"{subject[:-2]}ID", where, current)

    def _alternatives(self) -> tuple[tuple[Condition, ...], ...]:
        found: list[tuple[Condition, ...]] = []
        conditions = [self._condition()]
        while self.token.upper() in ("AND", "OR"):
            joined = self.token.upper()
            self._next()
            if joined == "OR":
                found.append(tuple(conditions))
                conditions = []
            conditions.append(self._condition())
        return (*found, tuple(conditions))

    def _condition(self) -> Condition:
        table, dot, name = self.token.partition(".")
        if self.kind != "word" or not dot or table.lower() not in TABLES:
            raise self._wrong("a field, as Items.GENRE")
        self._next()
        sign = self.token.lower()
        if sign == "not":
            self._next()
            self._word("IN")
            return Condition(TABLES[table.lower()], name, "not in", self._list())
        if sign == "in":
            self._next()
            return Condition(TABLES[table.lower()], name, "in", self._list())
        if sign not in _SIGNS:
            raise self._wrong("IN, NOT IN, =, <, <=, > or >=")
        self._next()
        return Condition(TABLES[table.lower()], name, sign, (self._value(),))

    def _list(self) -> tuple[str, ...]:
        if not self._took("("):
            raise self._wrong("`(`")
        found = [self._value()]
        while self._took(","):
            found.append(self._value())
        if not self._took(")"):
            raise self._wrong("`,` or `)`")
        return tuple(found)

    def _value(self) -> str:
        if self.kind == "string":
            found = re.sub(r"\\(.)", r"\1", self.token[1:-1])
        elif self.kind in ("number", "parameter") or self._at("*"):
            found = self.token
        else:
            raise self._wrong("a value in quotes, a number, a $PARAMETER or *")
        self._next()
        return found

    def _word(self, *wanted: str) -> str:
        for word in wanted:
            if self.token.upper() == word.upper():
                self._next()
                return word
        raise self._wrong(" or ".join(dict.fromkeys(word.upper() if word.isupper() else word for word in wanted[:3])))

    def _at(self, sign: str) -> bool:
        return self.token == sign and self.kind != "string"

    def _took(self, sign: str) -> bool:
        if not self._at(sign):
            return False
        self._next()
        return True

    def _next(self) -> None:
        found = _TOKEN.match(self.text, self.at)
        rest = self.text[self.at :].strip()
        if found is None:
            if rest:
                raise InputError(f"the filter cannot be read at character {self.at + 1}: `{rest[:20]}`")
            self.kind, self.token = "", ""
            return
        self.kind = str(found.lastgroup)
        self.token = found[self.kind]
        self.at = found.end()

    def _wrong(self, wanted: str) -> InputError:
        place = self.at - len(self.token) + 1
        told = f"`{self.token}`" if self.token else "the end"
        return InputError(
            f"the filter cannot be read at character {place}: {wanted} was wanted, not {told}",
            hint='EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("buy")',
        )
