"""Expressions of OpenQASM 3: read past, names in them looked up, whole numbers worked out where they are constant."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Final

from awsml_cli.formats.openqasm.tokens import END, Fault, Token

Value = float | None  # None: not known before the program runs

_BINARY: Final = {
    "||": 1, "&&": 2, "|": 3, "^": 4, "&": 5, "==": 6, "!=": 6, "<": 7, ">": 7, "<=": 7, ">=": 7,
    "<<": 8, ">>": 8, "+": 9, "++": 9, "-": 9, "*": 10, "/": 10, "%": 10, "**": 12,
}  # fmt: skip
_ARITHMETIC: Final[dict[str, Callable[[float, float], object]]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "%": operator.mod,
    "**": operator.pow,
}  # fmt: skip
_UNARY: Final = 11
CONSTANTS: Final = frozenset(("pi", "π", "tau", "τ", "euler", "ℇ", "true", "false", "im"))
FUNCTIONS: Final = frozenset(
    (
        *("arccos", "arcsin", "arctan", "ceiling", "cos", "exp", "floor", "log", "mod", "popcount", "pow", "rotl"),
        *("rotr", "sin", "sqrt", "tan", "sizeof", "real", "imag", "durationof", "abs"),
    )
)
TYPES: Final = frozenset(
    ("int", "uint", "float", "angle", "complex", "bool", "bit", "duration", "stretch", "array", "creg")
)


class Cursor:
    """The tokens of a program, and the place that reading has come to."""

    def __init__(self, found: list[Token], known: Callable[[Token], Value]) -> None:
        self.tokens = found
        self.at = 0
        self.known = known  # looks up a name; raises Fault where there is none

    @property
    def next(self) -> Token:
        """The token that is read next."""
        return self.tokens[self.at]

    def ahead(self, count: int = 1) -> Token:
        """The token COUNT further on."""
        return self.tokens[min(self.at + count, len(self.tokens) - 1)]

    def take(self) -> Token:
        """Read one token."""
        token = self.next
        self.at += token.kind != END
        return token

    def skip(self, text: str) -> bool:
        """Read TEXT if it is next."""
        if self.next.kind in ("sign", "word") and self.next.text == text:
            self.at += 1
            return True
        return False

    def expect(self, text: str, *, after: str = "") -> Token:
        """Read TEXT. Raises Fault where something else stands there."""
        token = self.next
        if not self.skip(text):
            raise Fault(token, f"`{text}` is missing{f' {after}' if after else ''} before {token.shown}")
        return token

    def word(self, what: str) -> Token:
        """Read a name. Raises Fault."""
        if self.next.kind != "word":
            raise Fault(self.next, f"{what} is missing before {self.next.shown}")
        return self.take()

    def expression(self, binding: int = 0) -> Value:
        """Read an expression whose operators bind more tightly than BINDING."""
        value = self._operand()
        while (rank := _BINARY.get(self.next.text, 0) if self.next.kind == "sign" else 0) > binding:
            sign = self.take().text
            value = _joined(sign, value, self.expression(rank - (sign == "**")))
        return value

    def expressions(self, end: str) -> list[Value]:
        """Read expressions parted by commas, up to END, which is read too."""
        values: list[Value] = []
        while not self.skip(end):
            values.append(self.expression())
            if not self.skip(","):
                self.expect(end)
                break
        return values

    def index(self) -> list[tuple[Value, bool]]:
        """Read what stands behind `[`, and `]`: each index, and whether it is one place."""
        found: list[tuple[Value, bool]] = []
        if self.skip("{"):
            values = self.expressions("}")
            self.expect("]")
            return [(value, True) for value in values]
        while not self.skip("]"):
            found.append(self._range())
            if not self.skip(","):
                self.expect("]")
                break
        return found

    def _range(self) -> tuple[Value, bool]:
        first = None if self.next.text == ":" else self.expression()
        one = True
        while self.skip(":"):
            one = False
            if self.next.text not in (":", "]", ",", "}"):
                self.expression()
        return first, one

    def range(self) -> None:
        """Read `[a:b]` or `{a, b}` or a name: what a loop runs over."""
        if self.skip("["):
            self._range()
            self.expect("]")
        elif self.skip("{"):
            self.expressions("}")
        else:
            self.expression()

    def _operand(self) -> Value:
        token = self.next
        value: Value = None
        if token.kind == "sign" and token.text in ("-", "!", "~", "+"):
            self.take()
            inner = self.expression(_UNARY)
            return -inner if token.text == "-" and inner is not None else None
        if self.skip("("):
            value = self.expression()
            self.expect(")")
        elif self.skip("{"):  # the elements of an array
            self.expressions("}")
        elif token.kind == "number":
            value = _number(self.take().text)
        elif token.kind in ("string", "qubit"):
            self.take()
        elif token.kind == "word" and token.text == "measure":
            self.take()
            self._operand()
        elif token.kind == "word" and token.text in TYPES:  # a conversion
            self.type_()
            self.expect("(")
            value = self.expression()
            self.expect(")")
            return None
        elif token.kind == "word":
            value = self._name()
        else:
            raise Fault(token, f"a value is missing before {token.shown}")
        while self.next.text == "[" and self.next.kind == "sign":
            self.take()
            self.index()
            value = None
        return value

    def _name(self) -> Value:
        token = self.take()
        if self.next.kind == "sign" and self.next.text == "(":
            if token.text not in FUNCTIONS:
                self.known(token)
            self.take()
            self.expressions(")")
            return None
        return None if token.text in CONSTANTS else self.known(token)

    def type_(self) -> Value:
        """Read a type that is no qubit's, and give its size where it is known."""
        name = self.take().text
        size: Value = None
        if self.skip("["):
            if name == "array":
                self._array()
            elif self.next.text in TYPES:  # complex[float[64]]
                self.type_()
                self.expect("]")
            else:
                size = self.expression()
                self.expect("]")
        return size

    def _array(self) -> None:
        self.type_()
        while self.skip(","):
            self.skip("#")
            if self.next.text == "dim" and self.ahead().text == "=":
                self.take()
                self.take()
            self.expression()
        self.expect("]")


def _number(text: str) -> Value:
    digits = text.replace("_", "")
    try:
        return int(digits, 0) if digits[:2].lower() in ("0x", "0b", "0o") else float(digits)
    except ValueError:
        return None  # a duration, or imaginary


def _joined(sign: str, left: Value, right: Value) -> Value:
    if left is None or right is None:
        return None
    work = _ARITHMETIC.get(sign)
    try:
        made = work(left, right) if work is not None else None
    except ArithmeticError:
        return None
    return made if isinstance(made, int | float) else None
