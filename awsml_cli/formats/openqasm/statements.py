"""Statements of OpenQASM 3, one after the other."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from awsml_cli.formats.openqasm.calls import MODIFIERS
from awsml_cli.formats.openqasm.declarations import Declarations
from awsml_cli.formats.openqasm.expressions import TYPES, Value
from awsml_cli.formats.openqasm.names import Name
from awsml_cli.formats.openqasm.tokens import END, Fault, Token

_ASSIGNMENTS: Final = frozenset(("=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", "**=", "~="))


class Statements(Declarations):
    """Reads a statement of any kind; the method for one that begins with WORD is `_do_WORD`."""

    def statement(self) -> None:
        """One statement."""
        read, token = self.read, self.read.next
        if token.kind == "pragma":
            self._pragma(read.take())
        elif token.text == "@":  # an annotation, which ends with its line
            while read.next.line == token.line and read.next.kind != END:
                read.take()
        elif token.kind == "sign" and token.text == "{":
            self._block()
        elif token.kind == "sign" and token.text == ";":
            read.take()
        elif token.kind == "word":
            known = getattr(self, f"_do_{token.text}", None)
            if known is not None:
                known()
            elif token.text in TYPES:
                self._variable()
            elif token.text in MODIFIERS:
                self._gate_call()
            else:
                self._named()
        else:
            raise Fault(token, f"a statement cannot begin with {token.shown}")

    def _block(self) -> None:
        """`{ … }`, or one statement."""
        if not self.read.skip("{"):
            self.statement()
            return
        with self._scope():
            while not self.read.skip("}"):
                if self.read.next.kind == END:
                    raise Fault(self.read.next, "`}` is missing at the end of the program")
                self.statement()

    def _pragma(self, token: Token) -> None:
        found = re.search(r"pragma\s+braket\s+(result|unitary|noise)\b\s*(.*)", token.text)
        if found and found[1] == "result":
            self.made.results = (*self.made.results, found[2].strip())
        elif found:
            self.made.gates[found[1]] += 1

    def _do_include(self) -> None:
        token = self.read.take()
        what = self.read.take()
        if what.kind != "string":
            raise Fault(what, "the name of a file is missing after `include`")
        if what.text.strip("\"'") not in ("stdgates.inc", "qelib1.inc"):
            raise Fault(what, f"Braket includes no files: {what.text}", hint="write its contents into the program")
        self.read.expect(";")
        self.include = token

    def _do_gate(self) -> None:
        read = self.read
        read.take()
        name = read.word("the name of the gate")
        with self._scope():
            angles = self._names(")", "value") if read.skip("(") else []
            qubits = self._names("{", "qubit")
            self.scopes[-2][name.text] = Name("gate", shape=(len(angles), len(qubits)))
            gates, self.in_gate = Counter(self.made.gates), True
            while not read.skip("}"):
                if read.next.kind == END:
                    raise Fault(read.next, f"`}}` is missing at the end of the gate `{name.text}`")
                self.statement()
            self.made.gates, self.in_gate = gates, False

    def _names(self, end: str, kind: str) -> list[str]:
        found: list[str] = []
        while not self.read.skip(end):
            token = self.read.word("a name")
            self._declare(token, Name(kind, 1 if kind == "qubit" else None))
            found.append(token.text)
            if not self.read.skip(","):
                self.read.expect(end)
                break
        return found

    def _do_def(self) -> None:
        read = self.read
        read.take()
        name = read.word("the name of the subroutine")
        self._declare(name, Name("def"))
        with self._scope():
            read.expect("(")
            while not read.skip(")"):
                self._argument()
                if not read.skip(","):
                    read.expect(")")
                    break
            if read.skip("->"):
                read.type_()
            self._block()

    def _argument(self) -> None:
        read = self.read
        for word in ("const", "readonly", "mutable"):
            read.skip(word)
        kind = "qubit" if read.next.text in ("qubit", "qreg") else "value"
        size: Value = None
        if kind == "qubit":
            read.take()
            if read.skip("["):
                size = read.expression()
                read.expect("]")
        elif read.next.text in TYPES:
            read.type_()
        else:
            raise Fault(read.next, f"a type is missing before {read.next.shown}")
        self._declare(read.word("a name"), Name(kind, size))
        if read.skip("["):
            read.index()

    def _do_extern(self) -> None:
        read = self.read
        read.take()
        self._declare(read.word("a name"), Name("def"))
        read.expect("(")
        while not read.skip(")"):
            read.type_()
            read.skip(",")
        if read.skip("->"):
            read.type_()
        read.expect(";")

    def _do_return(self) -> None:
        self.read.take()
        if self.read.next.text != ";":
            self._right()
        self.read.expect(";")

    def _do_if(self) -> None:
        self.read.take()
        self.read.expect("(")
        self.read.expression()
        self.read.expect(")")
        self._block()
        if self.read.skip("else"):
            self._block()

    def _do_while(self) -> None:
        self.read.take()
        self.read.expect("(")
        self.read.expression()
        self.read.expect(")")
        self._block()

    def _do_for(self) -> None:
        read = self.read
        read.take()
        with self._scope():
            if read.next.text in TYPES:
                read.type_()
            self._declare(read.word("the name that the loop counts with"), Name("value"))
            read.expect("in")
            read.range()
            self._block()

    def _do_switch(self) -> None:
        read = self.read
        read.take()
        read.expect("(")
        read.expression()
        read.expect(")")
        read.expect("{")
        while not read.skip("}"):
            if not read.skip("default"):
                read.expect("case")
                read.expression()
                while read.skip(","):
                    read.expression()
            self._block()

    def _do_break(self) -> None:
        self.read.take()
        self.read.expect(";")

    _do_continue = _do_end = _do_break

    def _do_barrier(self) -> None:
        self.read.take()
        self._operands()
        self.read.expect(";")

    def _do_reset(self) -> None:
        self.read.take()
        self._operand()
        self.read.expect(";")

    def _do_delay(self) -> None:
        self.read.take()
        self.read.expect("[")
        self.read.expression()
        self.read.expect("]")
        self._operands()
        self.read.expect(";")

    def _do_box(self) -> None:
        self.read.take()
        if self.read.skip("["):
            self.read.expression()
            self.read.expect("]")
        self._block()

    def _do_measure(self) -> None:
        self._measure()
        if self.read.skip("->"):
            self._assigned()
        self.read.expect(";")

    def _assigned(self) -> None:
        token = self.read.word("a name")
        found = self._find(token.text)
        if found is None:
            raise Fault(token, f"`{token.text}` is not declared", hint=self._near(token.text))
        while self.read.skip("["):
            self._within(token, found, self.read.index())

    def _do_cal(self) -> None:
        self.read.take()
        self._pulses()

    def _do_defcal(self) -> None:
        while self.read.next.text != "{":
            if self.read.take().kind == END:
                raise Fault(self.read.next, "`{` is missing after `defcal`")
        self._pulses()

    def _do_defcalgrammar(self) -> None:
        self.read.take()
        self.read.take()
        self.read.expect(";")

    def _pulses(self) -> None:
        """A block of pulses, which has a grammar of its own: read past."""
        begun = self.read.expect("{")
        depth = 1
        while depth:
            token = self.read.take()
            if token.kind == END:
                raise Fault(begun, "`}` is missing for this `{`")
            depth += (token.text == "{") - (token.text == "}")

    def _named(self) -> None:
        """What begins with a name: a gate, an assignment or the call of a subroutine."""
        read, after = self.read, self.read.ahead()
        name = read.next
        if after.kind in ("word", "qubit") or name.text in ("gphase", "U") or after.text == "(":
            found = self._find(name.text)
            if after.text == "(" and found is not None and found.kind == "def":
                read.expression()
                read.expect(";")
            else:
                self._gate_call()
        elif after.kind == "sign" and after.text in (*_ASSIGNMENTS, "["):
            self._assigned()
            if self.read.next.text not in _ASSIGNMENTS:
                raise Fault(read.next, f"`=` is missing before {read.next.shown}")
            read.take()
            self._right()
            read.expect(";")
        else:
            raise Fault(after, f"a qubit is missing after `{name.text}`, before {after.shown}")
