"""Circuits simulated by Amazon Braket's own local simulator (`amazon-braket-default-simulator`, Apache-2.0).

It works with the whole state: 16 bytes for each of 2^n amplitudes, and four times the qubits' room with noise.
"""

from __future__ import annotations

import logging
import warnings
from typing import Any, Final

from awsml_cli.local.engines.declaration import Declaration

DECLARATION: Final = Declaration(
    name="braket-default-simulator",
    job="simulate",
    package="amazon-braket-default-simulator",
    pin=">=1.41,<2",
    module="braket.default_simulator",
    licence="Apache-2.0",
    languages=("*",),
    quality="good",
    measured="ideal qubits, exact but for rounding; a Bell pair in 3 s, most of it loading, 22 qubits in 4 s",
    install="pip install 'awsml-cli[quantum]'",
)
QUBITS: Final = {"sv1": 25, "dm1": 12}  # 25 took 1.3 GB and 39 s on two busy cores


def run(source: str, *, simulator: str, shots: int, inputs: dict[str, float] | None) -> dict[str, Any]:
    """The result of the program SOURCE, as Braket writes it. SIMULATOR is `sv1` (states) or `dm1` (density matrices).

    Raises ConfigError for want of the engine, ValueError for a program that it cannot run.
    """
    if not DECLARATION.installed():
        raise DECLARATION.missing()
    from braket.default_simulator import DensityMatrixSimulator, StateVectorSimulator
    from braket.ir.openqasm import Program

    logging.getLogger("braket").setLevel(logging.ERROR)  # it warns of what hardware may not know
    made = DensityMatrixSimulator() if simulator == "dm1" else StateVectorSimulator()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # advice for those who call it by hand
            result = made.run(Program(source=source, inputs=inputs or None), shots=shots)
    except Exception as problem:
        raise ValueError(" ".join(str(problem).split()) or type(problem).__name__) from problem
    found: dict[str, Any] = result.dict()
    return found
