"""What AWS itself checks of a request, from the model: types and required members, and what botocore's client leaves out.

botocore's ParamValidator knows types, required members and lower bounds. The upper bounds, enumerations and patterns are checked here.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from botocore.validate import ParamValidator

# members whose pattern AWS's documentation contradicts: Forecast's roles would be ARNs of Forecast, and `2H` no frequency
LOOSE = ("RoleArn", "DataFrequency", "ForecastFrequency")


def complaints(shape: Any, value: Any, *, patterns: bool = True) -> list[str]:
    """List what AWS would say against VALUE, in AWS's own words; nothing if it is right."""
    if shape is None:
        return []
    report = ParamValidator().validate(value, shape)
    if report.has_errors():
        return [line for line in report.generate_report().splitlines() if line]
    return list(_walk(shape, value, "", patterns))


def message(found: list[str]) -> str:
    """Join COMPLAINTS in the form of AWS's services."""
    noun = "validation error" if len(found) == 1 else "validation errors"
    return f"{len(found)} {noun} detected: " + "; ".join(found)


def _walk(shape: Any, value: Any, path: str, patterns: bool) -> Iterator[str]:
    if value is None or getattr(shape, "is_document_type", False):
        return
    if shape.type_name == "structure":
        if getattr(shape, "is_eventstream", False) or not isinstance(value, dict):
            return
        for name, member in value.items():
            if name in shape.members:
                yield from _walk(shape.members[name], member, _below(path, name), patterns and name not in LOOSE)
    elif shape.type_name == "list":
        yield from _size(shape, len(value), value, path)
        for index, member in enumerate(value, 1):
            yield from _walk(shape.member, member, f"{path}.{index}.member", patterns)
    elif shape.type_name == "map":
        yield from _size(shape, len(value), value, path)
        for key, member in value.items():
            yield from _walk(shape.key, key, f"{path}.key", patterns)
            yield from _walk(shape.value, member, f"{path}.{key}", patterns)
    elif shape.type_name == "string" and isinstance(value, str):
        yield from _string(shape, value, path, patterns)
    elif shape.type_name == "blob":
        if isinstance(value, (bytes, bytearray)):
            yield from _size(shape, len(value), "java.nio.HeapByteBuffer", path)
    elif isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        yield from _range(shape, value, path)


def _string(shape: Any, value: str, path: str, patterns: bool) -> Iterator[str]:
    if shape.enum and value not in shape.enum:
        yield _failed(value, path, f"satisfy enum value set: [{', '.join(shape.enum)}]")
    yield from _size(shape, len(value), value, path)
    wanted = pattern(shape.metadata.get("pattern", "")) if patterns else None
    if wanted is not None and not wanted.fullmatch(value):
        yield _failed(value, path, f"satisfy regular expression pattern: {shape.metadata['pattern']}")


def _size(shape: Any, size: int, value: object, path: str) -> Iterator[str]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if high is not None and size > high:
        yield _failed(value, path, f"have length less than or equal to {high}")
    if low is not None and size < low:
        yield _failed(value, path, f"have length greater than or equal to {low}")


def _range(shape: Any, value: float | Decimal, path: str) -> Iterator[str]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if high is not None and value > high:
        yield _failed(value, path, f"have value less than or equal to {high}")
    if low is not None and value < low:
        yield _failed(value, path, f"have value greater than or equal to {low}")


def _failed(value: object, path: str, must: str) -> str:
    return f"Value '{str(value)[:120]}' at '{path}' failed to satisfy constraint: Member must {must}"


def _below(path: str, name: str) -> str:
    lowered = name[:1].lower() + name[1:]
    return f"{path}.{lowered}" if path else lowered


@functools.cache
def pattern(text: str) -> re.Pattern[str] | None:
    """Compile a model's pattern, or None for those in Java's own dialect."""
    import warnings

    if not text:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return re.compile(text)
    except re.error:
        return None
