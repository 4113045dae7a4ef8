"""Declarations of qubits, bits and values, and what is assigned to them."""

from __future__ import annotations

from awsml_cli.formats.openqasm.calls import Calls
from awsml_cli.formats.openqasm.expressions import Value
from awsml_cli.formats.openqasm.names import Name
from awsml_cli.formats.openqasm.tokens import Fault, Token


class Declarations(Calls):
    """Reads what begins with a type."""

    def _do_qubit(self) -> None:
        read = self.read
        read.take()
        size: Value = 1
        if read.skip("["):
            size = read.expression()
            read.expect("]")
        self._qubits(read.word("the name of the qubit"), size)

    def _do_qreg(self) -> None:
        self.read.take()
        name = self.read.word("the name of the qubits")
        size: Value = 1
        if self.read.skip("["):
            size = self.read.expression()
            self.read.expect("]")
        self._qubits(name, size)

    def _qubits(self, name: Token, size: Value) -> None:
        if size is not None and (size < 1 or size != int(size)):
            raise Fault(name, f"a register of {size:g} qubits cannot be")
        self._declare(name, Name("qubit", size))
        self.made.qubits += int(size or 0)
        self.read.expect(";", after=f"after the qubit `{name.text}`")

    def _do_creg(self) -> None:
        self.read.take()
        name = self.read.word("the name of the bits")
        size: Value = 1
        if self.read.skip("["):
            size = self.read.expression()
            self.read.expect("]")
        self._declare(name, Name("value", size))
        self.read.expect(";")

    def _variable(self, *, constant: bool = False) -> None:
        read = self.read
        size = read.type_()
        name = read.word("a name")
        value: Value = None
        if read.skip("="):
            value = self._right()
        self._declare(name, Name("value", size, value=value if constant else None))
        read.expect(";", after=f"after `{name.text}`")

    def _right(self) -> Value:
        """What is assigned: a measurement or an expression."""
        if self.read.next.text == "measure":
            self._measure()
            return None
        return self.read.expression()

    def _measure(self) -> None:
        self.read.expect("measure")
        self._operand()
        self.made.measured = True

    def _do_const(self) -> None:
        self.read.take()
        self._variable(constant=True)

    def _do_input(self) -> None:
        self.read.take()
        self.read.type_()
        name = self.read.word("the name of the input")
        self._declare(name, Name("value"))
        self.made.inputs = (*self.made.inputs, name.text)
        self.read.expect(";")

    def _do_output(self) -> None:
        self.read.take()
        self._variable()

    def _do_let(self) -> None:
        read = self.read
        read.take()
        name = read.word("a name")
        read.expect("=")
        self._operand()
        while read.skip("++"):
            self._operand()
        self._declare(name, Name("qubit"))
        read.expect(";")
