"""The simulator of circuits: probabilities that quantum mechanics tells beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from awsml_cli.local.engines import quantum
from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.measuring.measured import Measured, Place, Way, each

QUBITS: Final = 10
SECONDS: Final = "seconds a circuit"


def simulating(engine: Declaration, place: Place) -> Iterator[Measured]:
    """Qubits that are all one or all the other (Greenberger, Horne, Zeilinger), by both simulators' arithmetic."""
    for simulator, qubits in (("sv1", QUBITS), ("dm1", 4)):
        source = entangled(qubits)

        def run(simulator: str = simulator, source: str = source) -> dict[str, Any]:
            return quantum.run(source, simulator=simulator, shots=0, inputs=None)

        took = each(run)
        found = [float(one) for one in run()["resultTypes"][0]["value"]]
        there = [0.5, *[0.0] * (2**qubits - 2), 0.5]
        off = max(abs(a - b) for a, b in zip(found, there, strict=True))
        yield Measured(f"{qubits} entangled qubits, {simulator}", took, SECONDS, f"probabilities {off:.0e} off at most")


def entangled(qubits: int) -> str:
    """A circuit (OpenQASM 3) after which QUBITS are all 0 or all 1, with the same likelihood."""
    gates = "\n".join(f"cnot q[{at}], q[{at + 1}];" for at in range(qubits - 1))
    return f"OPENQASM 3.0;\nqubit[{qubits}] q;\nh q[0];\n{gates}\n#pragma braket result probability all\n"


WAYS: Final[dict[str, Way]] = {quantum.DECLARATION.name: simulating}
