"""Run a circuit: checked, paid for once, waited for, counted."""

from __future__ import annotations

from awsml_cli.core.plan import Step, step
from awsml_cli.core.session import Session
from awsml_cli.services.braket import work
from awsml_cli.services.braket.circuits import Circuit, charge, check
from awsml_cli.services.braket.records import Device, Measured, StartedTask


def run(
    session: Session,
    circuit: Circuit,
    device: Device,
    *,
    shots: int,
    bucket: str | None = None,
    timeout: float | None = None,
    wait: bool = True,
) -> Measured | StartedTask:
    """Run CIRCUIT on DEVICE for so many SHOTS, its result in BUCKET; without WAIT the task's id is the answer.

    TIMEOUT is in seconds. Raises InputError, UsageError for what the device would refuse, JobFailed, TimedOut.
    """
    check(circuit, device, shots=shots, local=session.local)
    found = work.kept(session, circuit, device, shots)
    if found is not None:
        return found
    one = work.Work(session, circuit, device, shots=shots)
    job = one.start(bucket)
    if not wait:
        session.running.pop(str(job), None)
        return StartedTask(id=str(job))
    return one.finish(job, timeout)


def plan(session: Session, circuit: Circuit, device: Device, *, shots: int) -> Step | None:
    """What running CIRCUIT would cost; None where its answer is kept here."""
    check(circuit, device, shots=shots, local=session.local)
    if not session.fresh and work.is_kept(session, circuit, device, shots):
        return None
    return step(
        "braket:CreateQuantumTask", circuit.source.name, charge=None if session.local else charge(device, shots)
    )
