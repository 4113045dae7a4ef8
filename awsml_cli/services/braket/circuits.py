"""Circuits that are given: read, parsed and held against the device, while it costs nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from awsml_cli.core import limits, prices, sources
from awsml_cli.core.errors import InputError, UsageError
from awsml_cli.core.prices import Charge
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.formats import openqasm
from awsml_cli.formats.openqasm import Program
from awsml_cli.services.braket.devices import QPU
from awsml_cli.services.braket.records import Device


@dataclass(frozen=True)
class Circuit:
    """A program of OpenQASM 3 that was read from SOURCE, and the values of its inputs."""

    source: Source
    program: Program
    inputs: Mapping[str, float]

    @property
    def action(self) -> str:
        """The program as Braket takes it: a document of the schema `braket.ir.openqasm.program`."""
        return json.dumps(
            {
                "braketSchemaHeader": {"name": "braket.ir.openqasm.program", "version": "1"},
                "source": self.program.source,
                "inputs": dict(self.inputs) or None,
            }
        )


def load(session: Session, source: Source, *, inputs: Mapping[str, float]) -> Circuit:
    """The circuit in SOURCE. Raises InputError with the line and column of what is wrong, UsageError for INPUTS."""
    text = sources.whole_text(source, session)
    program = openqasm.read(text, name=source.shown)
    if len(text.encode()) > limits.BRAKET_ACTION_BYTES:
        raise InputError(
            f"{source.shown} has {len(text.encode()):,} bytes; Braket takes {limits.BRAKET_ACTION_BYTES:,}"
        )
    if missing := [name for name in program.inputs if name not in inputs]:
        raise UsageError(
            f"{source.shown} has the input `{missing[0]}`, and no value for it", hint=f"--set {missing[0]}=0.5"
        )
    if stray := [name for name in inputs if name not in program.inputs]:
        raise UsageError(f"{source.shown} has no input `{stray[0]}`", hint=f"in the program: input float {stray[0]};")
    return Circuit(source, program, {name: inputs[name] for name in program.inputs})


def shots_for(device: Device, shots: int | None) -> int:
    """How many shots are taken: SHOTS, or 1,000 on a simulator. Raises UsageError where the device takes others."""
    if shots is None:
        if device.device_type == QPU:
            raise UsageError(f"each shot on {device.name} is paid for: say how many", hint="--shots 100")
        return 1_000
    most = limits.BRAKET_SHOTS if device.device_type != QPU else None
    least, most = device.shots or (0 if most else 1, most)
    if shots < least or (most is not None and shots > most):
        raise UsageError(
            f"{device.name} takes {least:,} to {most:,} shots, not {shots:,}"
            if most
            else f"{device.name} takes at least {least} shots"
        )
    return shots


def check(circuit: Circuit, device: Device, *, shots: int, local: bool) -> None:
    """Raises InputError, UsageError for what DEVICE would refuse."""
    program, name = circuit.program, circuit.source.shown
    if device.qubits is not None and program.qubits > device.qubits:
        raise InputError(f"{name} has {program.qubits} qubits; {device.name} has {device.qubits}")
    known = {*device.gates, *device.native_gates}
    for gate, token in program.unknown.items():
        if known and gate.lower() not in known:
            near = get_close_matches(gate.lower(), sorted(known), n=1)
            raise InputError(
                f"{name}:{token.line}:{token.column}: {device.name} has no gate `{gate}`",
                hint=f"did you mean `{near[0]}`?" if near else f"it has {', '.join(sorted(known))}",
            )
    if circuit.inputs and not local:
        raise UsageError(
            f"{name} has inputs, which Braket's devices do not take", hint="write the values into it, or --local"
        )
    if shots == 0 and not program.results:
        raise UsageError(
            f"{name} asks for no result, and no shots are taken", hint="--shots 1000, or #pragma braket result …"
        )
    if shots == 0 and program.measured:
        raise UsageError(f"{name} measures, and no shots are taken", hint="--shots 1000")


def charge(device: Device, shots: int) -> Charge | None:
    """What a task on DEVICE likely costs; of a simulator the least. None where its price is not known."""
    if device.price is None:
        return None
    if device.device_type == QPU:
        return prices.quantum_task(shots, shot=device.price) if device.unit == "shot" else None
    return prices.simulation(0, minute=device.price)
