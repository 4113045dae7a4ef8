"""Trainings at AWS: looked at, waited for with their logs, stopped, listed, fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar, Final

from awsml_cli.core import clock, corpus, jobs, prices, sources
from awsml_cli.core.errors import InputError, JobFailed, OutputError, ServiceError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker.metrics import Metrics
from awsml_cli.services.sagemaker.records import TrainingJob
from awsml_cli.services.sagemaker.remote import there
from awsml_cli.services.sagemaker.remote.following import TRAINING_GROUP, Log, LogLine

SERVICE: Final = "sagemaker"
LAST_LINES: Final = 10
PAUSE: Final = 5.0  # seconds between two looks, at most
FOLLOWING: Final = 1.0  # where the log is told: its lines are at most this old, and as much as the calls take
SETTLING: Final = 3.0  # seconds that the last lines of a log may take to arrive


class Downloaded(Record):
    """A file that was fetched; `size` is in bytes."""

    columns: ClassVar = ("path", "size")

    path: str
    size: int


def named(text: str, session: Session) -> JobId:
    """The training that TEXT names."""
    return jobs.job_id(text, service=SERVICE, region=session.region)


def describe(session: Session, job: JobId) -> TrainingJob:
    """What AWS says about JOB now."""
    return record(job, look(session, job))


def wait(
    session: Session, job: JobId, *, timeout: float | None = None, logs: bool = True, since: int | None = None
) -> TrainingJob:
    """Wait until JOB has ended, telling its log, from SINCE (milliseconds) on, and what becomes of it.

    Raises JobFailed with cause and last lines.
    """
    watched = _Watched(session, job, logs=logs, since=since)
    kind = jobs.Kind(
        service=SERVICE,
        noun="training",
        describe=lambda _session, _job: watched.look(),
        status=lambda answer: str(answer.get("TrainingJobStatus", "")),
        reason=lambda answer: str(answer.get("FailureReason") or answer.get("SecondaryStatus") or ""),
        done=frozenset({"Completed"}),
        failed=frozenset({"Failed", "Stopped"}),
        longest=FOLLOWING if logs else PAUSE,
        verbs={"result": "attach"},
        curves=lambda: watched.metrics.curves if watched.metrics else None,
    )
    try:
        answer = jobs.wait(session, kind, job, timeout=timeout)
    except JobFailed as failure:
        watched.rest()
        corpus.clear(session, job)
        last = "" if logs else " | ".join(watched.last_lines())
        raise JobFailed(failure.message, hint=last or f"awsml sagemaker logs {job}") from None
    watched.rest()
    corpus.clear(session, job)
    made = record(job, answer, metrics=watched.metrics)
    _tell_price(session, made)
    return made


class _Watched:
    """A training that is looked at again and again: each look tells what is new."""

    def __init__(self, session: Session, job: JobId, *, logs: bool, since: int | None) -> None:
        self.metrics: Metrics | None = None
        self._session, self._job, self._logs = session, job, logs
        self._log = Log(session, TRAINING_GROUP, f"{job.name}/", region=job.region, since=since)
        self._told = 0
        self._last: list[str] = []
        self._hosts: set[str] = set()
        self._seen: dict[str, float] = {}

    def look(self) -> dict[str, Any]:
        """AWS's answer, after what is new was told."""
        answer = look(self._session, self._job)
        if self.metrics is None:
            self.metrics = Metrics(expressions(answer))
        steps = answer.get("SecondaryStatusTransitions") or []
        for one in steps[self._told :]:
            said = one.get("StatusMessage") or ""
            self._session.talk.tell(f"{self._job.name}: {one['Status']}" + (f" ({said})" if said else ""))
        self._told = len(steps)
        if self._logs:
            self._tell_log(several=_machines(answer) > 1, following=True)
        else:
            self._tell_metrics(answer)
        return answer

    def rest(self) -> None:
        """What of the log comes after the end."""
        if self._logs:
            clock.sleep(SETTLING)
            self._tell_log(several=len(self._hosts) > 1)

    def last_lines(self) -> list[str]:
        """The end of the log."""
        for line in self._log.new():
            self._last = [*self._last[-LAST_LINES + 1 :], line.message]
        return self._last

    def _tell_metrics(self, answer: Mapping[str, Any]) -> None:
        """The newest values, which AWS tells with the state; for those who do not want the log."""
        assert self.metrics is not None
        for one in answer.get("FinalMetricDataList") or ():
            name, value = one["MetricName"], float(one["Value"])
            if self._seen.get(name) != value:
                self._seen[name] = value
                self.metrics.take(name, value)
                self._session.talk.tell(f"{self._job.name}: {name} {value:g}")

    def _tell_log(self, *, several: bool, following: bool = False) -> None:
        for line in self._log.new(following=following):
            self._hosts.add(line.host)
            self._session.talk.tell(f"{line.host} | {line.message}" if several else line.message)
            if self.metrics is not None:
                self.metrics.read(line.message)


def stop(session: Session, job: JobId) -> TrainingJob:
    """Ask JOB to stop: its script has 120 seconds from SIGTERM on."""
    session.client(SERVICE, region=job.region).stop_training_job(TrainingJobName=job.name)
    return describe(session, job)


def stopping(job: JobId) -> Step:
    """What stopping would call."""
    return step("sagemaker:StopTrainingJob", job.name)


def listed(session: Session, *, status: str | None, limit: int | None) -> Listing:
    """The trainings of this region, the newest first."""
    call = session.client(SERVICE).list_training_jobs
    return there.newest(session, call, "TrainingJob", record, service=SERVICE, status=status, limit=limit)


def logs(
    session: Session, job: JobId, *, follow: bool, host: str | None, grep: Callable[[str], bool], since: int | None
) -> Iterator[LogLine]:
    """The log of JOB, of all its hosts merged by time; with FOLLOW until it has ended."""
    log = Log(session, TRAINING_GROUP, f"{job.name}/", region=job.region, since=since)
    over = False
    while True:
        ended = over or not follow or look(session, job)["TrainingJobStatus"] in ("Completed", "Failed", "Stopped")
        for line in log.new(following=not ended):
            if host in (None, line.host) and grep(line.message):
                yield line
        if over or not follow:
            return
        over = ended
        clock.sleep(SETTLING if ended else FOLLOWING)


def download(session: Session, job: JobId, folder: Path) -> Iterator[Downloaded]:
    """Fetch the model and the other output of JOB into FOLDER. Raises InputError where there is none yet."""
    answer = look(session, job)
    model = (answer.get("ModelArtifacts") or {}).get("S3ModelArtifacts")
    if not model:
        raise InputError(f"{job.name} has left no model: it is {answer['TrainingJobStatus']}")
    folder.mkdir(parents=True, exist_ok=True)
    for address in (model, f"{model.rpartition('/')[0]}/output.tar.gz"):
        bucket, key = sources.split_uri(address)
        target = folder / key.rpartition("/")[2]
        try:
            body = session.client("s3", region=job.region).get_object(Bucket=bucket, Key=key)["Body"]
        except ServiceError as error:
            if address != model and error.code in ("NoSuchKey", "404"):
                continue
            raise
        yield Downloaded(path=str(target), size=write(target, body.iter_chunks(1 << 20)))


def record(job: JobId, answer: Mapping[str, Any], *, metrics: Metrics | None = None) -> TrainingJob:
    """What there is to say of AWS's ANSWER about JOB."""
    resources = answer.get("ResourceConfig") or {}
    kind, count = resources.get("InstanceType"), int(resources.get("InstanceCount") or 1)
    billed = answer.get("BillableTimeInSeconds")
    price = prices.instances(kind, count, billed) if kind and billed is not None else None
    final = {one["MetricName"]: one["Value"] for one in answer.get("FinalMetricDataList") or ()}
    made = TrainingJob.of(
        {name: value for name, value in answer.items() if name != "ModelArtifacts"},
        id=str(job),
        model_artifacts=(answer.get("ModelArtifacts") or {}).get("S3ModelArtifacts"),
        metrics=final or (dict(metrics.last) if metrics else {}),
        instance_type=kind,
        instance_count=count,
        price=round(price.dollars, 4) if price else None,
    )
    return made.with_raw(answer)


def expressions(answer: Mapping[str, Any]) -> dict[str, str]:
    """The metrics that a training was given."""
    given = (answer.get("AlgorithmSpecification") or {}).get("MetricDefinitions") or ()
    return {one["Name"]: one["Regex"] for one in given}


def _tell_price(session: Session, made: TrainingJob) -> None:
    """What it took and cost, at the end."""
    trained, billed = made.training_time_in_seconds, made.billable_time_in_seconds
    if trained is None or billed is None:
        return
    said = f"{made.training_job_name}: {billed:.0f} s billed on {made.instance_count} x {made.instance_type}"
    if made.price is not None:
        said += f", about {made.price:.4f} USD"
    if trained and billed < trained:
        said += f"; spot saved {1 - billed / trained:.0%}"
    session.talk.tell(said)


def look(session: Session, job: JobId) -> dict[str, Any]:
    """AWS's answer about JOB now. Raises InputError where there is none."""
    call = session.client(SERVICE, region=job.region).describe_training_job
    return there.known(call, f"there is no training {job}", hint="awsml sagemaker jobs ls", TrainingJobName=job.name)


def _machines(answer: Mapping[str, Any]) -> int:
    return int((answer.get("ResourceConfig") or {}).get("InstanceCount") or 1)


def write(target: Path, chunks: Iterator[bytes]) -> int:
    """Write CHUNKS to TARGET, which is there whole or not at all; the size."""
    fresh, size = target.with_name(f".{target.name}.part"), 0
    try:
        with fresh.open("wb") as file:
            for chunk in chunks:
                size += file.write(chunk)
        fresh.replace(target)
    except OSError as problem:
        fresh.unlink(missing_ok=True)
        raise OutputError(f"cannot write {target}: {problem.strerror or problem}") from None
    return size
