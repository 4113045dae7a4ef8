"""The pages of a job's answer made one: AWS's own keys, the lists joined."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

_PASSING: Final = ("ResponseMetadata", "NextToken")


class Merged:
    """The pages so far, as the JSON that they will be: what has been added is not kept as objects."""

    def __init__(self, member: str) -> None:
        self._member = member
        self._head: dict[str, Any] = {}
        self._parts: list[bytes] = []

    def add(self, answer: Mapping[str, Any]) -> None:
        """Add a page."""
        for name, value in answer.items():
            if name not in (*_PASSING, self._member):
                self._head[name] = value
        if found := answer.get(self._member):
            self._parts.append(_json(found)[1:-1].encode())

    def bytes(self) -> bytes:
        """The one answer."""
        return b"".join(
            [_json(self._head)[:-1].encode(), f',"{self._member}":['.encode(), b",".join(self._parts), b"]}\n"]
        )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
