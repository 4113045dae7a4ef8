"""A processing at AWS: a script or an image run once over inputs, what it leaves fetched, and nothing left behind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar, Final

from awsml_cli.core import clock, corpus, jobs, prices, sources, staging
from awsml_cli.core.cache import key_of
from awsml_cli.core.errors import ConfigError, InputError, JobFailed
from awsml_cli.core.jobs import JobId
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker.remote import jobs as trainings
from awsml_cli.services.sagemaker.remote import preflight, there, training
from awsml_cli.services.sagemaker.remote.following import Log
from awsml_cli.services.sagemaker.remote.jobs import Downloaded
from awsml_cli.services.sagemaker.remote.processing_request import Wanted, needs, request

SERVICE: Final = "sagemaker-processing"  # what ids of processings begin with; the service is SageMaker
GROUP: Final = "processing"
LOG_GROUP: Final = "/aws/sagemaker/ProcessingJobs"


class ProcessingJob(Record):
    """A processing: `outputs` says where each lies, here where it was fetched; `price` is in US dollars."""

    columns: ClassVar[tuple[str, ...]] = (
        "processing_job_name",
        "processing_job_status",
        "outputs",
        "processing_time_in_seconds",
        "price",
    )

    id: str
    processing_job_name: str
    processing_job_status: str
    outputs: dict[str, str] = {}  # noqa: RUF012 - pydantic copies it
    failure_reason: str | None = None
    exit_message: str | None = None
    instance_type: str | None = None
    instance_count: int = 1
    creation_time: Any = None
    processing_end_time: Any = None
    processing_time_in_seconds: float | None = None
    price: float | None = None


class Started(ProcessingJob):
    """A processing that is not waited for: its id is what the other commands take."""

    columns: ClassVar[tuple[str, ...]] = ("id",)


def named(text: str, session: Session) -> JobId:
    """The processing that TEXT names."""
    return jobs.job_id(text, service=SERVICE, region=session.region)


def start(session: Session, wanted: Wanted) -> JobId:
    """Start what is WANTED; the same again is the same job.

    Raises ConfigError that names everything that is missing, before anything is sent.
    """
    asked = wanted.asked
    with corpus.gathered(session, training.files_of(asked.places)) as found:
        here = found.files or any(not one.remote for one in asked.outputs)
        bucket = staging.bucket(session, wanted.terms.bucket) if here else ""
        preflight.check(session, needs(wanted), kind="processing")
        fresh = int(clock.now()) if session.fresh else None
        job = JobId(SERVICE, session.region, asked.name or f"{wanted.base}-{_digest(wanted, found.digest, fresh)}")
        before = _before(session, job)
        if asked.name:
            staged = training.place_of(bucket, found, service=SERVICE)
            taken = preflight.taken(session, "processing", job.name, before, request(wanted, job.name, staged, bucket))
            preflight.refuse(taken, "this processing", ConfigError)
        if before is not None:
            there.already(session, job.name, before["ProcessingJobStatus"])
            return job
        place = ""
        if found.files:
            place, row = training.stage(session, found, bucket, service=SERVICE)
            corpus.needed_by(row, job.name)
        session.client("sagemaker").create_processing_job(**request(wanted, job.name, place, bucket))
    return job


def plan(wanted: Wanted) -> Iterator[Step]:
    """What starting would call, and what it costs at most."""
    asked = wanted.asked
    if files := [channel.uri for channel in asked.places if not channel.remote]:
        yield step("s3:PutObject", ", ".join(files))
    price = prices.instances(asked.instance, asked.count, asked.max_run)
    yield step("sagemaker:CreateProcessingJob", asked.name or f"{wanted.base}-…", charge=price)
    if folders := [one.place for one in asked.outputs if not one.remote]:
        yield step("s3:GetObject", ", ".join(folders))


def finished(session: Session, job: JobId, wanted: Wanted, *, wait: bool, timeout: float | None) -> ProcessingJob:
    """JOB, waited for if that is wanted, and what it left in the folders that it was for."""
    if not wait:
        return Started.of(describe(session, job).fields())
    made = wait_for(session, job, timeout=timeout)
    places = dict(made.outputs)
    for one in wanted.asked.outputs:
        if not one.remote:
            for _ in _fetched(session, job, places[one.name], Path(one.place)):
                pass
            bucket, prefix = sources.split_uri(places[one.name])
            corpus.empty(session, bucket, prefix, region=job.region)
            places[one.name] = one.place
    return made.model_copy(update={"outputs": places})


def describe(session: Session, job: JobId) -> ProcessingJob:
    """What AWS says about JOB now."""
    return _record(job, look(session, job))


def look(session: Session, job: JobId) -> dict[str, Any]:
    """AWS's answer about JOB now. Raises InputError where there is none."""
    call = session.client("sagemaker", region=job.region).describe_processing_job
    return there.known(
        call, f"there is no processing {job}", hint=f"awsml sagemaker {GROUP} ls", ProcessingJobName=job.name
    )


def wait_for(session: Session, job: JobId, *, timeout: float | None = None) -> ProcessingJob:
    """Wait until JOB has ended, telling its log. Raises JobFailed with its reason, TimedOut."""
    log = Log(session, LOG_GROUP, f"{job.name}/", region=job.region)

    def tell(count: int, *, following: bool) -> None:
        for line in log.new(following=following):
            session.talk.tell(f"{line.host} | {line.message}" if count > 1 else line.message)

    def looked(_session: Session, _job: JobId) -> dict[str, Any]:
        answer = look(session, job)
        tell(_cluster(answer).get("InstanceCount", 1), following=True)
        return answer

    kind = jobs.Kind(
        service="sagemaker",
        noun="processing",
        describe=looked,
        status=lambda answer: str(answer["ProcessingJobStatus"]),
        reason=lambda answer: str(answer.get("FailureReason") or answer.get("ExitMessage") or ""),
        done=frozenset({"Completed"}),
        failed=frozenset({"Failed", "Stopped"}),
        group=GROUP,
        longest=trainings.FOLLOWING,
    )
    try:
        answer = jobs.wait(session, kind, job, timeout=timeout)
    except JobFailed:
        _rest(session, job, tell)
        raise
    _rest(session, job, tell)
    made = _record(job, answer)
    if made.processing_time_in_seconds is not None:
        about = f", about {made.price:.4f} USD" if made.price is not None else ""
        session.talk.tell(
            f"{job.name}: {made.processing_time_in_seconds:.0f} s on {made.instance_count} x "
            f"{made.instance_type}{about}"
        )
    return made


def listed(session: Session, *, status: str | None, limit: int | None) -> Listing:
    """The processings of this region, the newest first."""
    call = session.client("sagemaker").list_processing_jobs
    return there.newest(session, call, "ProcessingJob", _record, service=SERVICE, status=status, limit=limit)


def download(session: Session, job: JobId, folder: Path) -> Iterator[Downloaded]:
    """Fetch what JOB left into FOLDER, each output into a folder of its name. Raises InputError before its end."""
    made = describe(session, job)
    if made.processing_job_status != "Completed":
        raise InputError(f"{job.name} has left nothing: it is {made.processing_job_status}")
    for name, place in made.outputs.items():
        yield from _fetched(session, job, place, folder / name)


def stop(session: Session, job: JobId) -> ProcessingJob:
    """Ask JOB to stop: its containers have 120 seconds."""
    session.client("sagemaker", region=job.region).stop_processing_job(ProcessingJobName=job.name)
    return describe(session, job)


def stopping(job: JobId) -> Step:
    """What stopping would call."""
    return step("sagemaker:StopProcessingJob", job.name)


def _rest(session: Session, job: JobId, tell: Any) -> None:
    clock.sleep(trainings.SETTLING)
    tell(2 if len(_hosts(session, job)) > 1 else 1, following=False)
    corpus.clear(session, job)


def _hosts(session: Session, job: JobId) -> range:
    return range(int(_cluster(look(session, job)).get("InstanceCount", 1)))


def _fetched(session: Session, job: JobId, place: str, folder: Path) -> Iterator[Downloaded]:
    """The objects below PLACE as files in FOLDER, folders below it kept."""
    bucket, prefix = sources.split_uri(place)
    prefix = f"{prefix.rstrip('/')}/"
    for key in corpus.keys(session, bucket, prefix, region=job.region):
        below = PurePosixPath(key.removeprefix(prefix))
        if below.is_absolute() or ".." in below.parts:
            raise InputError(f"the output has a name that leads out of its folder: {key}")
        body = session.client("s3", region=job.region).get_object(Bucket=bucket, Key=key)["Body"]
        target = folder / below
        target.parent.mkdir(parents=True, exist_ok=True)
        yield Downloaded(path=str(target), size=trainings.write(target, body.iter_chunks(1 << 20)))


def _record(job: JobId, answer: Mapping[str, Any]) -> ProcessingJob:
    cluster = _cluster(answer)
    begun, ended = answer.get("ProcessingStartTime"), answer.get("ProcessingEndTime")
    seconds = (ended - begun).total_seconds() if begun and ended else None
    count = int(cluster.get("InstanceCount") or 1)
    price = prices.instances(cluster.get("InstanceType"), count, seconds) if seconds is not None else None
    outputs = (answer.get("ProcessingOutputConfig") or {}).get("Outputs") or ()
    return ProcessingJob.of(
        answer,
        id=str(job),
        outputs={one["OutputName"]: one["S3Output"]["S3Uri"] for one in outputs if one.get("S3Output")},
        instance_type=cluster.get("InstanceType"),
        instance_count=count,
        processing_time_in_seconds=seconds,
        price=round(price.dollars, 4) if price else None,
    )


def _cluster(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = (answer.get("ProcessingResources") or {}).get("ClusterConfig") or {}
    return found


def _before(session: Session, job: JobId) -> dict[str, Any] | None:
    """AWS's answer about a processing of this name, None where there is none."""
    try:
        return look(session, job)
    except InputError:
        return None


def _digest(wanted: Wanted, files: str, fresh: int | None) -> str:
    """What makes a processing this one: all of it but where on this machine its inputs and outputs lie."""
    asked = wanted.asked
    inputs = [(one.name, one.uri if one.remote else "", one.name in asked.sharded) for one in asked.inputs]
    outputs = [(one.name, one.place if one.remote else "") for one in asked.outputs]
    words = [asked.script and asked.script.name, asked.arguments, asked.instance, asked.count, asked.max_run]
    rest = [wanted.image, wanted.role, sorted(asked.environment.items()), *training.terms_of(needs(wanted))]
    return key_of("processing", inputs, outputs, words, rest, files, fresh)[:12]
