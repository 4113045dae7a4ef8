"""OpenQASM 3 as tokens, each with its line and column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_KINDS: Final = {
    "blank": r"[ \t\r\n]+|//[^\n]*|/\*.*?\*/",
    "pragma": r"(?:#[ \t]*pragma|(?<![\w.])pragma)\b[^\n]*",
    "string": r'"[^"\n]*"|' + r"'[^'\n]*'",
    "number": r"0[xX][\da-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+"
    r"|(?:\d[\d_]*\.?(?:\d[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?(?:[ \t]*(?:im|dt|ns|us|µs|μs|ms|s)\b)?",
    "qubit": r"\$\d+",
    "word": r"[^\W\d]\w*",
    "sign": r"\*\*=|>>=|<<=|->|\+\+|\*\*|&&|\|\||==|!=|<=|>=|<<|>>|[-+*/%&|^~]=|[-+*/%&|^~!<>=(){}\[\];:,.#@]",
}
_TOKEN: Final = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _KINDS.items()), re.S)
END: Final = "end"


class Fault(Exception):
    """Something is wrong at a place of the program; HINT leads out of it."""

    def __init__(self, token: Token, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.token = token
        self.message = message
        self.hint = hint


@dataclass(frozen=True)
class Token:
    """A word, number or sign of the program; `kind` is one of those above, or `end`. Lines and columns count from 1."""

    kind: str
    text: str
    line: int
    column: int
    offset: int

    @property
    def shown(self) -> str:
        """What a message calls it."""
        return "the end of the program" if self.kind == END else f"`{self.text}`"


def tokens(text: str) -> Iterator[Token]:
    """The tokens of TEXT, blanks and comments left out, one of the kind `end` last. Raises Fault."""
    offset, line, begun = 0, 1, 0
    while offset < len(text):
        found = _TOKEN.match(text, offset)
        here = Token("sign", text[offset], line, offset - begun + 1, offset)
        if found is None or found[0] == "/" == text[offset + 1 : offset + 2].replace("*", "/"):
            raise Fault(here, _unreadable(text, offset))
        if found.lastgroup != "blank":
            yield Token(str(found.lastgroup), found[0], line, here.column, offset)
        if count := found[0].count("\n"):
            line += count
            begun = offset + found[0].rindex("\n") + 1
        offset = found.end()
    yield Token(END, "", line, offset - begun + 1, offset)


def _unreadable(text: str, offset: int) -> str:
    if text.startswith("/*", offset):
        return "this comment has no end"
    if text[offset] in "\"'":
        return "this string has no end"
    return f"`{text[offset]}` means nothing in OpenQASM"
