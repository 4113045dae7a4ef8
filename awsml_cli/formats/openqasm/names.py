"""The names of a program of OpenQASM 3, and the qubits that they stand for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import get_close_matches

from awsml_cli.formats.openqasm.expressions import Cursor, Value
from awsml_cli.formats.openqasm.tokens import Fault, Token, tokens


@dataclass
class Program:
    """What was read. `source` is what is sent, with the gates of `stdgates.inc` that it uses written out.

    `unknown` are gates that Braket does not define, each with its place; `results` are result types asked for.
    """

    source: str
    qubits: int = 0
    gates: Counter[str] = field(default_factory=Counter)
    unknown: dict[str, Token] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    measured: bool = False


@dataclass
class Name:
    """Something declared: `kind` is qubit, gate, def or value; `size` of a register, `shape` of a gate."""

    kind: str
    size: Value = None
    shape: tuple[int, int] = (0, 0)
    value: Value = None


class Names:
    """Knows what is declared; `scopes` are the names known, the innermost last."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.read = Cursor(list(tokens(text)), self._value_of)
        self.scopes: list[dict[str, Name]] = [{}]
        self.made = Program(text)
        self.include: Token | None = None
        self.standard: dict[str, None] = {}
        self.in_gate = False
        self.hardware: set[str] = set()

    def _find(self, name: str) -> Name | None:
        return next((scope[name] for scope in reversed(self.scopes) if name in scope), None)

    def _value_of(self, token: Token) -> Value:
        found = self._find(token.text)
        if found is None:
            raise Fault(token, f"`{token.text}` is not declared", hint=self._near(token.text))
        return found.value

    def _near(self, name: str) -> str | None:
        near = get_close_matches(name, {each for scope in self.scopes for each in scope}, n=1)
        return f"did you mean `{near[0]}`?" if near else None

    def _declare(self, token: Token, made: Name) -> None:
        if token.text in self.scopes[-1]:
            raise Fault(token, f"`{token.text}` is declared twice")
        self.scopes[-1][token.text] = made

    @contextmanager
    def _scope(self) -> Iterator[None]:
        self.scopes.append({})
        yield
        self.scopes.pop()

    def _operands(self) -> list[str]:
        found = [self._operand()]
        while self.read.skip(","):
            found.append(self._operand())
        return found

    def _operand(self) -> str:
        """A qubit or a register; its name where it is one known qubit, else nothing."""
        read, token = self.read, self.read.next
        if token.kind == "qubit":
            self.hardware.add(read.take().text)
            return token.text
        token = read.word("a qubit")
        found = self._find(token.text)
        if found is None:
            raise Fault(token, f"`{token.text}` is not declared", hint=self._near(token.text))
        if found.kind == "gate":
            raise Fault(token, f"`{token.text}` is a gate, and a qubit is missing")
        one = found.size == 1 and found.kind == "qubit"
        place = token.text if one else ""
        while read.skip("["):
            places = read.index()
            self._within(token, found, places)
            first, single = places[0] if places else (None, False)
            place = f"{token.text}[{first:g}]" if single and first is not None and len(places) == 1 else ""
        return place

    def _within(self, token: Token, found: Name, places: list[tuple[Value, bool]]) -> None:
        for place, _single in places:
            if place is not None and found.size is not None and not -found.size <= place < found.size:
                raise Fault(token, f"`{token.text}` has {count(int(found.size), 'place')}, and no [{place:g}]")


def count(number: int, noun: str) -> str:
    """`1 qubit`, `2 qubits`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
