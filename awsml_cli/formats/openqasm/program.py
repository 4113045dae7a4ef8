"""A program of OpenQASM 3, read whole: what it declares, applies and measures.

What is refused here no device would run: words that do not parse, names nobody has declared, a qubit beyond its
register, a gate with too few qubits. What only the device can know (its own gates, its qubits) is told, not judged.
"""

from __future__ import annotations

from awsml_cli.core.errors import InputError
from awsml_cli.formats.openqasm.gates import STANDARD
from awsml_cli.formats.openqasm.names import Program
from awsml_cli.formats.openqasm.statements import Statements
from awsml_cli.formats.openqasm.tokens import END, Fault

__all__ = ["Program", "read"]


def read(text: str, *, name: str) -> Program:
    """The program TEXT; NAME is what messages call it. Raises InputError with line and column."""
    try:
        return _Reader(text).program()
    except Fault as fault:
        place = f"{name}:{fault.token.line}:{fault.token.column}"
        raise InputError(f"{place}: {fault.message}", hint=fault.hint) from None
    except RecursionError:
        raise InputError(f"{name} is nested too deeply to be read") from None


class _Reader(Statements):
    """Reads a program statement after statement."""

    def program(self) -> Program:
        """The whole."""
        read = self.read
        if read.next.kind == END:
            raise Fault(read.next, "the program is empty")
        if read.skip("OPENQASM"):
            version = read.take()
            if version.kind != "number" or not version.text.startswith("3"):
                raise Fault(
                    version,
                    f"this is OpenQASM {version.text}, and Braket takes OpenQASM 3",
                    hint="OPENQASM 3; at the top, `qubit[2] q;` for `qreg q[2];`",
                )
            read.expect(";")
        while read.next.kind != END:
            self.statement()
        self.made.qubits += len(self.hardware)
        if not self.made.qubits:
            raise Fault(read.next, "no qubit is declared", hint="qubit[2] q;")
        if not self.made.gates and not self.made.measured and not self.made.results:
            raise Fault(read.next, "no gate is applied and nothing is measured")
        self.made.source = self._source()
        return self.made

    def _source(self) -> str:
        """The text, with what it uses of `stdgates.inc` where it includes it: Braket has no such file."""
        if self.include is None:
            return self.text
        begin = self.include.offset
        end = self.text.index(";", begin) + 1
        return self.text[:begin] + " ".join(STANDARD[gate] for gate in self.standard) + self.text[end:]
