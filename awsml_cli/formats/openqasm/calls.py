"""Gates as they are applied: with modifiers, angles and qubits, as many as they take."""

from __future__ import annotations

from typing import Final

from awsml_cli.formats.openqasm.expressions import Value
from awsml_cli.formats.openqasm.gates import BRAKET, SHAPES, STANDARD
from awsml_cli.formats.openqasm.names import Names, count
from awsml_cli.formats.openqasm.tokens import Fault, Token

MODIFIERS: Final = ("ctrl", "negctrl", "inv", "pow")


class Calls(Names):
    """Reads the application of a gate."""

    def _gate_call(self) -> None:
        read = self.read
        controls: int | None = 0
        while read.next.text in MODIFIERS:
            word = read.take().text
            count: Value = 1
            if read.skip("("):
                count = read.expression()
                read.expect(")")
            if word in ("ctrl", "negctrl"):
                controls = None if controls is None or count is None else controls + int(count)
            read.expect("@")
        name = read.word("a gate")
        angles = read.expressions(")") if read.skip("(") else []
        if read.skip("["):
            read.expression()
            read.expect("]")
        operands = [] if read.next.text == ";" else self._operands()
        read.expect(";", after=f"after `{name.text}`")
        self._judge(name, len(angles), len(operands), controls)
        fixed = [one for one in operands if one]
        if twice := next((one for one in fixed if fixed.count(one) > 1), None):
            raise Fault(name, f"`{name.text}` is applied to {twice} twice")
        self.made.gates[name.text] += 1

    def _judge(self, name: Token, angles: int, qubits: int, controls: int | None) -> None:
        """Raises Fault where the gate is none, or has other angles or qubits; a device's own gate is noted."""
        found = self._find(name.text)
        if found is not None and found.kind == "gate":
            shape = found.shape
        elif found is not None and found.kind != "def":
            raise Fault(name, f"`{name.text}` is no gate")
        elif name.text in BRAKET:
            shape = BRAKET[name.text]
        elif name.text in STANDARD:
            if self.include is None:
                raise Fault(name, f"Braket has no gate `{name.text}`", hint=f"before it: {STANDARD[name.text]}")
            self.standard[name.text] = None
            shape = SHAPES[name.text]
        else:
            self.made.unknown.setdefault(name.text, name)
            return
        if angles != shape[0]:
            raise Fault(name, f"`{name.text}` takes {count(shape[0], 'angle')}, not {angles}")
        if controls is not None and name.text != "gphase" and qubits != shape[1] + controls:
            raise Fault(name, f"`{name.text}` takes {count(shape[1] + controls, 'qubit')}, not {qubits}")
