"""The short way to write a structure: `Key=value,List=a,b,Inner={Key=value},Other=[a,b]`, as `aws` has it.

https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-shorthand.html
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Final

_KEY: Final = re.compile(r"\s*([A-Za-z0-9_.:/#-]+)\s*=")
_QUOTED: Final = re.compile(r"""\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*(?=[],}]|$)""")
_ESCAPED: Final = re.compile(r"\\(.)")


@dataclass(frozen=True)
class Plain:
    """What is written as JSON, and means what it says."""

    value: Any


def parse(text: str) -> dict[str, Any]:
    """The members in TEXT: words, lists and structures of them, or Plain. Raises ValueError with what is none."""
    reader = _Reader(text)
    found = reader.members("")
    if reader.at < len(text):
        raise ValueError(text[reader.at :])
    return found


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def members(self, end: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not self._ends(end):
            key = _KEY.match(self.text, self.at)
            if key is None:
                raise ValueError(self.text[self.at :])
            self.at = key.end()
            values = [self._value(end)]
            while self._comma() and not self._ends(end) and not _KEY.match(self.text, self.at):
                values.append(self._value(end))
            found[key[1]] = values[0] if len(values) == 1 else values
        return found

    def _value(self, end: str) -> Any:
        """A value; one without quotes ends at a comma, or at the END of what it is in."""
        self._blank()
        opening = self.text[self.at : self.at + 1]
        if opening and opening in "{[":
            if (plain := self._json()) is not None:
                return plain
            return self._inner(opening)
        if quoted := _QUOTED.match(self.text, self.at):
            self.at = quoted.end()
            return _ESCAPED.sub(r"\1", quoted[1][1:-1])
        word = re.compile(f"[^,{re.escape(end)}]*" if end else "[^,]*").match(self.text, self.at)
        assert word is not None
        self.at = word.end()
        return word[0].rstrip() if end else word[0]

    def _inner(self, opening: str) -> Any:
        begun, self.at = self.at, self.at + 1
        if opening == "{":
            found: Any = self.members("}")
        else:
            found = []
            while not self._ends("]"):
                found.append(self._value("]"))
                self._comma()
        if self.at >= len(self.text):
            raise ValueError(self.text[begun:])
        self.at += 1
        self._blank()
        return found

    def _json(self) -> Plain | None:
        try:
            value, end = json.JSONDecoder().raw_decode(self.text, self.at)
        except ValueError:
            return None
        self.at = end
        self._blank()
        return Plain(value)

    def _comma(self) -> bool:
        self._blank()
        if self.text[self.at : self.at + 1] != ",":
            return False
        self.at += 1
        return True

    def _ends(self, end: str) -> bool:
        self._blank()
        return self.at >= len(self.text) or self.text[self.at] == end

    def _blank(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1
