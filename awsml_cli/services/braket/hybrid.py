"""Hybrid jobs: a script beside a device, packed, staged for its time, waited for; its log and its result."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any, Final

from awsml_cli.core import clock, corpus, jobs, packing, paging, sources, staging, wanted
from awsml_cli.core.cache import key_of
from awsml_cli.core.errors import AwsmlError, InputError, JobFailed, ServiceError, UsageError
from awsml_cli.core.jobs import JobId, job_id
from awsml_cli.core.ledger import Entry, Ledger
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.services.braket import machines
from awsml_cli.services.braket.devices import SERVICE, find
from awsml_cli.services.braket.records import Cost, Device, HybridJob, JobResult, LogLine
from awsml_cli.services.braket.tasks import ENDED_WITHOUT, short
from awsml_cli.services.braket.work import bucket as results_bucket

JOBS: Final = "braket-job"
FOLDER: Final = "awsml/jobs"
LOGS: Final = "/aws/braket/jobs"  # the log group of all hybrid jobs
PAUSE: Final = 5.0  # seconds between two looks at a log that is followed
_NOWHERE: Final = "local:"  # a device inside the job's own container


@dataclass(frozen=True)
class JobAsked:
    """A job to be started: SCRIPT is a file or a folder, ENTRY what is run in it; RUNTIME is in seconds."""

    script: Path
    device: str
    role: str
    entry: str | None = None
    image: str | None = None
    instance: str = "ml.m5.large"
    instances: int = 1
    volume: int = 30
    runtime: int | None = None
    hyper: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    bucket: str | None = None
    name: str | None = None

    def check(self) -> None:
        """Raises InputError, UsageError for what AWS would refuse."""
        if not self.script.exists():
            raise InputError(f"no such file: {self.script}")
        if self.script.is_dir() and not self.entry:
            raise UsageError(f"{self.script} is a folder: say what is run", hint="--entry MODULE or MODULE:FUNCTION")
        for channel, place in self.inputs.items():
            if not place.startswith("s3://"):
                raise UsageError(
                    f"the input `{channel}` is not in S3: {place}", hint=f"--input {channel}=s3://BUCKET/FOLDER/"
                )

    @property
    def point(self) -> str:
        """What is run: a module, or a function in one."""
        return self.entry or self.script.stem


def named(session: Session, text: str) -> JobId:
    """The job that TEXT names: `braket-job:REGION:NAME`, an ARN, or a name of this region."""
    if text.startswith("arn:"):
        job = JobId(JOBS, text.split(":")[3], text.rpartition("/")[2])
        session.once(("hybrid job", str(job)), lambda: text)
        return job
    return job_id(text, service=JOBS, region="" if ":" in text else session.region)


def arn_of(session: Session, job: JobId) -> str:
    """The ARN of JOB; where only its name is known, in this account."""

    def make() -> str:
        account = session.client("sts").get_caller_identity()["Account"]
        return f"arn:aws:braket:{job.region}:{account}:job/{job.name}"

    return session.once(("hybrid job", str(job)), make)


def describe(session: Session, job: JobId) -> dict[str, Any]:
    """AWS's answer about JOB. Raises InputError where there is no such job."""
    try:
        return dict(session.client(SERVICE, region=job.region).get_job(jobArn=arn_of(session, job)))
    except ServiceError as error:
        if error.code == "ResourceNotFoundException":
            raise InputError(f"there is no hybrid job {job}", hint="awsml braket jobs ls") from None
        raise


KIND: Final = jobs.Kind(
    service=SERVICE,
    noun="hybrid job",
    describe=describe,
    status=lambda answer: str(answer.get("status", "")),
    reason=lambda answer: str(answer.get("failureReason", "")),
    done=frozenset({"COMPLETED"}),
    failed=ENDED_WITHOUT,
)


def plan_job(asked: JobAsked) -> list[Step]:
    """What starting a job would call; its machines cost at most what its longest time does, where it has one."""
    asked.check()
    most = machines.charge(asked.runtime, kind=asked.instance, count=asked.instances)
    return [
        step("s3:PutObject", str(asked.script)),
        step("braket:CreateJob", f"{asked.instances} x {asked.instance}", charge=most),
    ]


def costs(session: Session, found: Iterable[JobId]) -> Iterator[Cost]:
    """What the machines of each job have cost; the tasks that it ran are billed besides."""
    for job in found:
        answer = describe(session, job)
        one = _record(job, answer)
        yield Cost(id=one.id, status=one.status, device=one.device, seconds=machines.billed(answer), price=one.price)


def start_job(session: Session, asked: JobAsked) -> JobId:
    """Have a job under way; the same script with the same words is the same job, unless it has failed or is fresh."""
    asked.check()
    device = None if asked.device.startswith(_NOWHERE) else find(session, asked.device)
    region = device.region if device else session.region
    data = packing.tarred(asked.script)
    words = {name: value for name, value in vars(asked).items() if name not in ("script", "bucket", "device")}
    device_arn = device.device_arn if device else asked.device
    key = key_of(JOBS, region, hashlib.sha256(data).hexdigest(), asked.script.name, device_arn, words)
    ledger = Ledger()
    known = None if session.fresh else ledger.find(key)
    if known is not None and known.output and (job := _goes_on(session, known.output)):
        return job
    if known is None or known.state != "staging":
        again = session.fresh or known is not None
        name = asked.name or f"awsml-{key[:30]}" + (f"-{uuid.uuid4().hex[:10]}" if again else "")
        chosen = results_bucket(session, device or _here(session), asked.bucket)
        known = ledger.put(
            Entry(key, JOBS, region, name, bucket=chosen, staged=f"{staging.PREFIX}{name}/", input=str(asked.script))
        )
    name, place = known.job, known.bucket
    assert place is not None
    with staging.spooled(Source("source.tar.gz"), [data]) as media:
        staging.put(session.at(region), media, bucket=place, key=f"{known.staged}source.tar.gz")
    script = {
        "entryPoint": asked.point,
        "s3Uri": f"s3://{place}/{known.staged}source.tar.gz",
        "compressionType": "GZIP",
    }
    algorithm: dict[str, Any] = {"scriptModeConfig": script}
    if asked.image:
        algorithm["containerImage"] = {"uri": asked.image}
    more: dict[str, Any] = {"stoppingCondition": {"maxRuntimeInSeconds": asked.runtime}} if asked.runtime else {}
    if asked.inputs:
        more["inputDataConfig"] = [
            {"channelName": channel, "dataSource": {"s3DataSource": {"s3Uri": uri}}}
            for channel, uri in asked.inputs.items()
        ]
    instances = {"instanceType": asked.instance, "instanceCount": asked.instances, "volumeSizeInGb": asked.volume}
    try:
        answer = session.client(SERVICE, region=region).create_job(
            clientToken=name,
            jobName=name,
            roleArn=asked.role,
            algorithmSpecification=algorithm,
            instanceConfig=instances,
            deviceConfig={"device": device_arn},
            hyperParameters=dict(asked.hyper),
            outputDataConfig={"s3Path": f"s3://{place}/{FOLDER}/{name}/data"},
            **more,
        )
    except ServiceError as error:
        if 400 <= error.status < 500:
            _unstage(session, known)
        raise
    job = named(session, str(answer["jobArn"]))
    ledger.put(replace(known, job=job.name, output=str(answer["jobArn"]), state="started"))
    session.running[str(job)] = KIND.command("wait", job)
    return job


def _here(session: Session) -> Device:
    """This region, as far as the bucket for results asks for a device."""
    return Device(name="", device_arn="", provider_name="", device_type="", device_status="", region=session.region)


def _goes_on(session: Session, arn: str) -> JobId | None:
    job = named(session, arn)
    try:
        if KIND.status(describe(session, job)) in KIND.failed:
            return None
    except InputError:
        return None
    session.running[str(job)] = KIND.command("wait", job)
    return job


def list_jobs(session: Session, *, status: str | None = None, limit: int | None = None) -> Listing:
    """The jobs of this region, the newest first."""
    filters = [{"name": "status", "operator": "EQUAL", "values": [status.upper()]}] if status else []
    found = paging.items(session.client(SERVICE).search_jobs, "jobs", filters=filters)
    return Listing((_record(named(session, one["jobArn"]), one) for one in islice(found, limit)), "jobs")


def get_job(session: Session, job: JobId) -> HybridJob:
    """What AWS says about a job now."""
    return _record(job, describe(session, job))


def wait_job(session: Session, job: JobId, *, timeout: float | None = None) -> HybridJob:
    """Wait until a job has ended, and remove what was staged for it. Raises JobFailed, TimedOut."""
    try:
        answer = jobs.wait(session, KIND, job, timeout=timeout)
    except JobFailed as failure:
        _tidy(session, job)
        raise JobFailed(failure.message, hint=f"awsml braket jobs logs {job}") from None
    _tidy(session, job)
    return _record(job, answer)


def stop_job(session: Session, job: JobId) -> HybridJob:
    """Cancel a job; one that has ended stays as it is."""
    try:
        session.client(SERVICE, region=job.region).cancel_job(jobArn=arn_of(session, job))
    except ServiceError as error:
        if error.code == "ResourceNotFoundException":
            raise InputError(f"there is no hybrid job {job}", hint="awsml braket jobs ls") from None
        if error.code != "ConflictException":
            raise
        session.talk.warn(f"{job} had ended already")
    return get_job(session, job)


def result(session: Session, job: JobId, *, timeout: float | None = None) -> Record:
    """What a job has saved with `save_job_result`, waited for if it has not ended. Raises ServiceError for none."""
    wait_job(session, job, timeout=timeout)
    session.running.pop(str(job), None)
    answer = describe(session, job)
    uri = f"{answer['outputDataConfig']['s3Path'].rstrip('/')}/output/model.tar.gz"
    bucket, key = sources.split_address(uri)
    try:
        data = staging.fetch(session, bucket=bucket, key=key, region=job.region)
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            file = archive.extractfile("results.json")
            saved = json.loads(file.read()) if file else {}
    except ServiceError as error:
        if error.code in ("NoSuchKey", "404"):
            raise ServiceError(f"{job} has left no result in {uri}", code="NoResult") from None
        raise
    except (tarfile.TarError, KeyError, ValueError, EOFError) as problem:
        raise ServiceError(f"what {job} has left in {uri} cannot be read: {problem}", code="UnusableAnswer") from None
    found = saved.get("dataDictionary", saved) if isinstance(saved, dict) else saved
    return JobResult(id=str(job), result=found).with_raw(saved if isinstance(saved, dict) else {"result": saved})


def logs(session: Session, job: JobId, *, follow: bool = False) -> Listing:
    """The lines of a job's log, as they come; with FOLLOW, until the job has ended."""
    prefix = f"{job.name}/"

    def records() -> Iterator[LogLine]:
        client, seen, since = session.client("logs", region=job.region), set[str](), 0
        while True:
            over = not follow or KIND.ended(describe(session, job))
            try:
                events = paging.items(
                    client.filter_log_events, "events", logGroupName=LOGS, logStreamNamePrefix=prefix, startTime=since
                )
                for one in events:
                    if one["eventId"] not in seen and str(one.get("logStreamName", prefix)).startswith(prefix):
                        seen.add(one["eventId"])
                        since = max(since, int(one["timestamp"]))
                        yield LogLine(message=one["message"], at=one["timestamp"], stream=one.get("logStreamName"))
            except ServiceError as error:
                if error.code != "ResourceNotFoundException":
                    raise
            if over:
                return
            wanted.check()
            clock.sleep(PAUSE)

    return Listing(records(), "events")


def _tidy(session: Session, job: JobId) -> None:
    entry = Ledger().find_job(JOBS, job.region, job.name)
    if entry is not None and entry.state != "clean":
        _unstage(session, entry)


def _unstage(session: Session, entry: Entry) -> None:
    try:
        if entry.bucket and entry.staged:
            corpus.empty(session, entry.bucket, entry.staged, region=entry.region)
    except AwsmlError as error:
        session.talk.warn(f"s3://{entry.bucket}/{entry.staged} is left at AWS: {error.message}")
        return
    Ledger().move(entry, "clean")


def _record(job: JobId, answer: dict[str, Any]) -> HybridJob:
    device = answer.get("device") or (answer.get("deviceConfig") or {}).get("device") or ""
    output = (answer.get("outputDataConfig") or {}).get("s3Path")
    record = HybridJob.of({**answer, "device": short(device)}, id=str(job), output=output, price=machines.price(answer))
    return record.with_raw(answer)
