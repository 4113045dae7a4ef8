"""One circuit on its way through Braket: what was started is found again, what was paid for is kept.

Braket knows a request again by its token, which derives from the circuit, the device and the shots: a run that was
killed is picked up by repeating it, and no second task is made. The result stays in the bucket, as Braket's own tools
expect it there, and is kept here besides.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from typing import Final

from awsml_cli.core import jobs, limits, staging, wanted
from awsml_cli.core.cache import Cache, key_of
from awsml_cli.core.errors import AwsmlError, InputError, JobFailed, UsageError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.ledger import Entry, Ledger
from awsml_cli.core.session import Session
from awsml_cli.services.braket import tasks
from awsml_cli.services.braket.circuits import Circuit
from awsml_cli.services.braket.devices import SERVICE
from awsml_cli.services.braket.records import Device, Measured

PREFIX: Final = "awsml/tasks"


def bucket(session: Session, device: Device, name: str | None) -> str:
    """The bucket for results, in the device's region: NAME, the config's if Braket may write there, or ours.

    Raises UsageError for a name that Braket refuses, ConfigError where there is none.
    """
    if session.local:
        return staging.LOCAL_BUCKET
    chosen = name or session.config.bucket
    if chosen and chosen.startswith(limits.BRAKET_BUCKET_PREFIX):
        return staging.bucket(session.at(device.region), chosen)
    if name:
        raise UsageError(
            f"Braket writes into no bucket but those named {limits.BRAKET_BUCKET_PREFIX}…, and not into {name}",
            hint=f"awsml setup bucket {limits.BRAKET_BUCKET_PREFIX}{name}, or leave --bucket out",
        )
    there = session.at(device.region)

    def ours() -> str:
        account = there.client("sts").get_caller_identity()["Account"]
        return f"{limits.BRAKET_BUCKET_PREFIX}{there.region}-{account}"

    return staging.bucket(there, ours=session.once(("braket bucket", there.region), ours))


def key(circuit: Circuit, device: Device, shots: int) -> str:
    """The name of what is asked."""
    return key_of(SERVICE, device.device_arn, device.region, shots, circuit.program.source, dict(circuit.inputs))


def kept(session: Session, circuit: Circuit, device: Device, shots: int) -> Measured | None:
    """What an earlier run has paid for, said to be so: a measurement is never twice the same."""
    if session.local or session.fresh:
        return None
    found = Cache(session.config).find(key(circuit, device, shots))
    if found is None:
        return None
    whole = json.loads(found)
    job = tasks.of_arn(session, whole["task"]["quantumTaskArn"])
    session.talk.warn(f"{circuit.source.shown}: these are the counts of {job}, kept here; --fresh measures anew")
    return tasks.measured(session, job, whole["task"], whole["results"].encode())


def is_kept(session: Session, circuit: Circuit, device: Device, shots: int) -> bool:
    """Whether the answer is here already."""
    return not session.local and Cache(session.config).find(key(circuit, device, shots)) is not None


class Work:
    """The task of one CIRCUIT."""

    def __init__(self, session: Session, circuit: Circuit, device: Device, *, shots: int) -> None:
        self.session = session
        self.circuit = circuit
        self.device = device
        self.shots = shots
        self.key = key(circuit, device, shots)
        self.ledger = Ledger()

    def start(self, place: str | None) -> JobId:
        """Have the task under way: the one of an earlier run, or a new one whose result goes to the bucket PLACE."""
        entry = None if self.session.local or self.session.fresh else self.ledger.find(self.key)
        if entry is not None and entry.state == "started" and entry.output:
            job = tasks.of_arn(self.session, entry.output)
            if self._goes_on(job):
                return job
            entry = None
        if entry is None or entry.state != "staging" or place not in (None, entry.bucket):
            again = self.session.local or self.session.fresh or self.ledger.find(self.key) is not None
            token = f"awsml-{self.key[:40]}" + (f"-{uuid.uuid4().hex[:12]}" if again else "")
            entry = Entry(
                self.key, SERVICE, self.device.region, token, bucket=bucket(self.session, self.device, place),
                input=self.circuit.source.shown,
            )  # fmt: skip
            if not self.session.local:
                self.ledger.put(entry)
        wanted.check()
        client = self.session.client(SERVICE, region=self.device.region)
        answer = client.create_quantum_task(
            action=self.circuit.action,
            clientToken=entry.job,
            deviceArn=self.device.device_arn,
            outputS3Bucket=entry.bucket,
            outputS3KeyPrefix=PREFIX,
            shots=self.shots,
        )
        job = tasks.of_arn(self.session, answer["quantumTaskArn"])
        if not self.session.local:
            self.ledger.put(replace(entry, job=job.name, output=answer["quantumTaskArn"], state="started"))
            self.session.running[str(job)] = tasks.KIND.command("wait", job)
        return job

    def finish(self, job: JobId, timeout: float | None) -> Measured:
        """Wait for the task, fetch what it measured, and keep it."""
        try:
            answer = jobs.wait(self.session, tasks.KIND, job, timeout=timeout)
        except JobFailed as failure:
            self._forget()
            raise JobFailed(f"{self.circuit.source.shown}: {failure.message}") from None
        data = tasks.fetch(self.session, job, answer)
        made = tasks.measured(self.session, job, answer, data)
        self.session.running.pop(str(job), None)
        if self.session.local:
            return made
        if self.session.keep is not False:
            answer.pop("ResponseMetadata", None)
            document = json.dumps({"task": answer, "results": data.decode()}, default=str).encode()
            try:
                Cache(self.session.config).keep(self.key, document)
            except AwsmlError as error:
                self.session.talk.warn(error.message)
                return made
        self._forget()
        if made.price is not None:
            self.session.talk.note(f"{job} cost about {made.price:.6f} USD")
        return made

    def _goes_on(self, job: JobId) -> bool:
        try:
            return tasks.KIND.status(tasks.describe(self.session, job)) not in tasks.ENDED_WITHOUT
        except InputError:
            return False

    def _forget(self) -> None:
        known = self.ledger.find(self.key)
        if known is not None:
            self.ledger.move(known, "clean")
