"""The tags, comments and texts of HTML and XML, each with its place: read so that all of it can be written again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Literal

_MARKUP = re.compile(
    r"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<\?.*?(?:\?>|\Z)|<![^>]*>"
    r"|<(?P<end>/?)(?P<name>[A-Za-z_:][^\s/>\"'<=]*)(?P<rest>(?:[^\"'<>]|\"[^\"]*\"|'[^']*')*)>",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"(?P<name>[^\s=\"'/<>]+)(?:\s*=\s*(?P<value>\"[^\"]*\"|'[^']*'|[^\s\"'<>]+))?", re.DOTALL)

Kind = Literal["text", "open", "close", "empty", "comment", "cdata", "other"]


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of a tag: its name, its value with entities read, and where the value stands, quotes included."""

    name: str
    value: str
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of markup or of text; `empty` is an element without contents (`<x/>`)."""

    kind: Kind
    name: str
    begin: int
    end: int
    raw: str

    def attributes(self) -> Iterator[Attribute]:
        """The attributes of a tag, in order; their places count in the whole text."""
        found = re.match(r"</?[^\s/>\"'<=]+", self.raw)
        at = found.end() if found else 1
        for each in _ATTRIBUTE.finditer(self.raw, at, len(self.raw) - 1):
            value = each["value"]
            if value is not None:
                plain = unescape(value[1:-1] if value[0] in "\"'" else value)
                yield Attribute(each["name"], plain, self.begin + each.start("value"), self.begin + each.end("value"))
            else:
                yield Attribute(each["name"], "", self.begin + each.end(), self.begin + each.end())

    def get(self, name: str) -> str | None:
        """The value of the attribute NAME, in any case of its letters; None without it."""
        name = name.lower()
        return next((each.value for each in self.attributes() if each.name.lower() == name), None)


def tokens(text: str, *, raw_text: frozenset[str] = frozenset()) -> Iterator[Token]:
    """TEXT as tokens, in order and without gaps. What is in an element of RAW_TEXT is text up to its end tag."""
    at = 0
    while at < len(text):
        found = _MARKUP.search(text, at)
        if found is None:
            yield Token("text", "", at, len(text), text[at:])
            return
        if found.start() > at:
            yield Token("text", "", at, found.start(), text[at : found.start()])
        token = _token(found)
        yield token
        at = token.end
        if token.kind == "open" and token.name.lower() in raw_text:
            close = re.compile(rf"</{re.escape(token.name)}(?=[\s/>])", re.IGNORECASE).search(text, at)
            end = close.start() if close else len(text)
            if end > at:
                yield Token("text", "", at, end, text[at:end])
            at = end


def _token(found: re.Match[str]) -> Token:
    raw, (begin, end) = found[0], found.span()
    if found["name"]:
        kind: Kind = "close" if found["end"] else "empty" if raw.endswith("/>") else "open"
        return Token(kind, found["name"], begin, end, raw)
    kind = "comment" if raw.startswith("<!--") else "cdata" if raw.startswith("<![CDATA[") else "other"
    return Token(kind, "", begin, end, raw)
