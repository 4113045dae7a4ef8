"""A valid value for any shape of a model: the same every time.

Used for the answers that nobody has scripted, and for the sweep over all operations.
"""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Iterator
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

from fakeaws.validation import pattern

MOMENT = datetime.datetime(2026, 11, 22, 12, 0, 0, tzinfo=datetime.UTC)
PAGING = re.compile(
    r"(?i)^(next_?(page)?_?(token|marker)|marker|pagination_?token|continuation_?token|hasmore\w*|istruncated)$"
)
TROUBLE = re.compile(r"(?i)^(failurereason|statusreason|errormessage|taskstatusreason)$")
# an answer that nobody scripted says that the work is done, so that no command waits for ever
DONE = (
    "COMPLETED",
    "SUCCEEDED",
    "Completed",
    "Succeeded",
    "completed",
    "ACTIVE",
    "Active",
    "InService",
    "Available",
    "READY",
    "Ready",
    "TRAINED",
)
LISTS = 1


def value_for(
    shape: Any, *, paging: bool = True, optional: bool = True, path: tuple[str, ...] = (), name: str = "value"
) -> Any:
    """Make a value that satisfies SHAPE.

    Without PAGING, members such as NextToken and FailureReason are left out of every structure, as in an answer that is whole and
    good; without OPTIONAL, all that is not required.
    """
    kind = shape.type_name
    if kind == "structure":
        return _structure(shape, paging=paging, optional=optional, path=path)
    if kind == "list":
        if shape.name in path:
            return []
        count = max(LISTS, int(shape.metadata.get("min", 0)))
        member = value_for(shape.member, paging=paging, optional=optional, path=(*path, shape.name), name=name)
        return [_numbered(member, index, shape) for index in range(count)]
    if kind == "map":
        if shape.name in path:
            return {}
        inner = (*path, shape.name)
        member = value_for(shape.value, paging=paging, optional=optional, path=inner, name=name)
        return {value_for(shape.key, path=inner, name=name): member}
    if kind == "string":
        return _string(shape, name)
    if kind == "blob":
        return b"synthetic"[: shape.metadata.get("max", 9)].ljust(int(shape.metadata.get("min", 0)), b".")
    if kind == "timestamp":
        return MOMENT
    if kind == "boolean":
        return True
    return _number(shape)


def text_matching(expression: str, *, at_least: int = 0) -> str:
    """Make a short text that matches EXPRESSION."""
    return "".join(_pieces(_parser.parse(expression), at_least))


def _structure(shape: Any, *, paging: bool, optional: bool, path: tuple[str, ...]) -> Any:
    if getattr(shape, "is_document_type", False):
        return {"key": "value"}
    members: dict[str, Any] = {}
    for name, member in shape.members.items():
        required = name in shape.required_members
        if not required and (
            not optional or (not paging and (PAGING.match(name) or TROUBLE.match(name))) or member.name in path
        ):
            continue
        if shape.is_tagged_union and members:
            break
        members[name] = value_for(member, paging=paging, optional=optional, path=(*path, shape.name), name=name)
    if shape.is_tagged_union and not members:
        name, member = next(iter(shape.members.items()))
        members[name] = value_for(member, paging=paging, optional=optional, path=(*path, shape.name), name=name)
    return members


def _string(shape: Any, name: str) -> str:
    if shape.enum:
        return next((value for value in DONE if value in shape.enum), str(shape.enum[0]))
    low, high = int(shape.metadata.get("min", 0)), int(shape.metadata.get("max", 1 << 20))
    wanted = pattern(shape.metadata.get("pattern", ""))
    for text in (name, name.lower(), "arn:aws:example:us-east-1:123456789012:thing/name", "s3://bucket/key", "en", "1"):
        fitted = text[:high].ljust(low, "x")
        if wanted is None or wanted.fullmatch(fitted):
            return fitted
    return _fitting(shape.metadata["pattern"], low, high)


@functools.cache
def _fitting(expression: str, low: int, high: int) -> str:
    for wish in (low, low + 8, low + 16, low + 32, 0, 1):
        text = text_matching(expression, at_least=wish)
        if low <= len(text) <= high and re.fullmatch(expression, text):
            return text
    return text_matching(expression)


def _number(shape: Any) -> Any:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    value: Any = 1 if low is None else max(low, 1) if high is None or high >= 1 else low
    if high is not None:
        value = min(value, high)
    return float(value) if shape.type_name in ("float", "double") else int(value)


def _numbered(value: Any, index: int, shape: Any) -> Any:
    """Make the members of a list differ where they are plain strings: many must be unique."""
    if index and shape.member.type_name == "string" and shape.member.enum:
        return shape.member.enum[index % len(shape.member.enum)]
    if index and isinstance(value, str) and not shape.member.metadata.get("pattern"):
        return value[:-1] + str(index % 10)
    return value


def _pieces(parsed: Any, at_least: int) -> Iterator[str]:
    for kind, argument in parsed:
        if kind is sre.LITERAL:
            yield chr(argument)
        elif kind is sre.NOT_LITERAL:
            yield "b" if chr(argument) == "a" else "a"
        elif kind is sre.ANY:
            yield "a"
        elif kind is sre.IN:
            yield _member(argument)
        elif kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            low, high, inner = argument
            count = min(max(low, at_least), 64 if high is sre.MAXREPEAT else int(high))
            yield from ("".join(_pieces(inner, 0)) for _ in range(max(low, count)))
        elif kind is sre.SUBPATTERN:
            yield from _pieces(argument[3], at_least)
        elif kind is sre.ATOMIC_GROUP:
            yield from _pieces(argument, at_least)
        elif kind is sre.BRANCH:
            yield from _pieces(argument[1][0], at_least)


def _member(choices: Any) -> str:
    if choices[0][0] is sre.NEGATE:
        refused = re.compile("".join(_class(choice) for choice in choices[1:]).join("[]")) if len(choices) > 1 else None
        return next(letter for letter in "a0-_A .é" if refused is None or not refused.match(letter))
    for kind, argument in choices:
        if kind is sre.LITERAL and chr(argument).isalnum():
            return chr(argument)
        if kind is sre.RANGE and argument[0] <= ord("a") <= argument[1]:
            return "a"
        if kind is sre.RANGE:
            return chr(argument[0])
        if kind is sre.CATEGORY:
            return {sre.CATEGORY_DIGIT: "1", sre.CATEGORY_SPACE: " "}.get(argument, "a")
    return chr(choices[0][1])


def _class(choice: Any) -> str:
    kind, argument = choice
    if kind is sre.LITERAL:
        return re.escape(chr(argument))
    if kind is sre.RANGE:
        return f"{re.escape(chr(argument[0]))}-{re.escape(chr(argument[1]))}"
    names = {
        sre.CATEGORY_DIGIT: r"\d",
        sre.CATEGORY_SPACE: r"\s",
        sre.CATEGORY_WORD: r"\w",
        sre.CATEGORY_NOT_SPACE: r"\S",
    }
    return names.get(argument, r"\W")
