"""Batch transforms at AWS: looked at, waited for, stopped, listed, and their answers fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import PurePath
from typing import Any, ClassVar, Final

from awsml_cli.core import corpus, jobs, prices, sources, staging
from awsml_cli.core.errors import InputError, JobFailed, ServiceError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.services.sagemaker.remote import there
from awsml_cli.services.sagemaker.remote.following import Log

SERVICE: Final = "sagemaker-transform"
API: Final = "sagemaker"
GROUP: Final = "/aws/sagemaker/TransformJobs"
LAST_LINES: Final = 8
MADE: Final = "awsml-transform"  # what models that are made for a transform begin with


class Transform(Record):
    """A batch transform. `price` is in US dollars, None if not known or not over."""

    columns: ClassVar[tuple[str, ...]] = ("id", "transform_job_status", "model_name", "output", "price")

    id: str
    transform_job_name: str
    transform_job_status: str
    failure_reason: str | None = None
    model_name: str | None = None
    output: str | None = None
    creation_time: Any = None
    transform_start_time: Any = None
    end_time: Any = None
    price: float | None = None


class Started(Transform):
    """A transform that is not waited for: its id is what the other commands take."""

    columns: ClassVar[tuple[str, ...]] = ("id",)


def wait(session: Session, job: JobId, *, timeout: float | None = None) -> Transform:
    """Wait until JOB has ended. Raises JobFailed with its reason, and the last lines of its log."""
    try:
        answer = jobs.wait(session, KIND, job, timeout=timeout)
    except JobFailed as failure:
        release(session, job)
        log = Log(session, GROUP, f"{job.name}/", region=job.region)
        last: list[str] = []
        with suppress(ServiceError):
            last = [line.message for line in log.new()][-LAST_LINES:]
        raise JobFailed(failure.message, hint=" | ".join(last) or "--fresh tries it anew") from None
    release(session, job)
    made = record(job, answer)
    if made.price is not None:
        session.talk.tell(f"{job.name}: about {made.price:.4f} USD")
    return made


def release(session: Session, job: JobId) -> None:
    """Remove what JOB, which has ended, needed: what was staged, and a model that was made for it."""
    answer = about(session, job)
    corpus.clear(session, job)
    model = str(answer.get("ModelName", ""))
    if model.startswith(f"{MADE}-"):
        with suppress(ServiceError):  # another transform may have been the last to use it
            session.client(API, region=job.region).delete_model(ModelName=model)


def answer(session: Session, job: JobId, source: Source) -> Callable[[bool], Iterator[bytes]]:
    """What gives the answer to SOURCE, once JOB has ended. Raises InputError where none was left."""
    bucket, key = _place(session, job, source)

    def chunks(_to_file: bool) -> Iterator[bytes]:
        try:
            body = session.client("s3", region=job.region).get_object(Bucket=bucket, Key=key)["Body"]
        except ServiceError as error:
            if error.code in ("NoSuchKey", "404"):
                raise InputError(f"{source.name} has no answer in s3://{bucket}/{key}") from None
            raise
        yield from body.iter_chunks(1 << 20)

    return chunks


def answered(session: Session, job: JobId) -> list[Source]:
    """What JOB was asked about, by the answers that it has left. Raises InputError where it has not ended well."""
    said = about(session, job)
    if said["TransformJobStatus"] != "Completed":
        raise InputError(f"{job} has left no answers: it is {said['TransformJobStatus']}")
    bucket, prefix = _output(said)
    found = [
        Source(f"s3://{bucket}/{key}", relative=PurePath(key.removeprefix(prefix).removesuffix(".out")))
        for key in corpus.keys(session, bucket, prefix, region=job.region)
    ]
    if not found:
        raise InputError(f"the answers of {job} have gone from s3://{bucket}/{prefix}", hint="--fresh transforms anew")
    return found


def fetched(session: Session, job: JobId) -> None:
    """Remove the answers of JOB, which are here now, where they were only staged and nothing is to be kept."""
    if session.keep is not False:
        return
    bucket, prefix = _output(about(session, job))
    if prefix == f"{staging.PREFIX}{job.name}-answers/":
        corpus.empty(session, bucket, prefix, region=job.region)


def named(text: str, session: Session) -> JobId:
    """The transform that TEXT names."""
    return jobs.job_id(text, service=SERVICE, region=session.region)


def describe(session: Session, job: JobId) -> Transform:
    """What AWS says about JOB now."""
    return record(job, about(session, job))


def listed(session: Session, *, status: str | None, limit: int | None) -> Listing:
    """The transforms of this region, the newest first."""
    call = session.client(API).list_transform_jobs
    return there.newest(session, call, "TransformJob", record, service=SERVICE, status=status, limit=limit)


def stop(session: Session, job: JobId) -> Transform:
    """Ask JOB to stop; what it has answered is lost."""
    about(session, job)
    session.client(API, region=job.region).stop_transform_job(TransformJobName=job.name)
    return describe(session, job)


def stopping(job: JobId) -> Step:
    """What stopping would call."""
    return step("sagemaker:StopTransformJob", job.name)


def record(job: JobId, answer: Mapping[str, Any]) -> Transform:
    """What there is to say of AWS's ANSWER about JOB."""
    begun, over = answer.get("TransformStartTime"), answer.get("TransformEndTime")
    resources = answer.get("TransformResources") or {}
    price = None
    if begun and over and resources:
        seconds = (over - begun).total_seconds()
        price = prices.instances(resources["InstanceType"], int(resources["InstanceCount"]), seconds)
    return Transform.of(
        answer,
        id=str(job),
        output=(answer.get("TransformOutput") or {}).get("S3OutputPath"),
        end_time=over,
        price=round(price.dollars, 4) if price else None,
    )


def answers_of(bucket: str | None, name: str) -> str:
    """Where the answers of the transform NAME are staged."""
    return f"s3://{bucket}/{staging.PREFIX}{name}-answers/"


def about(session: Session, job: JobId) -> dict[str, Any]:
    """AWS's answer about JOB. Raises InputError where there is none."""
    call = session.client(API, region=job.region).describe_transform_job
    return there.known(
        call, f"there is no transform {job}", hint="awsml sagemaker transforms ls", TransformJobName=job.name
    )


def _output(said: Mapping[str, Any]) -> tuple[str, str]:
    bucket, prefix = sources.split_address(said["TransformOutput"]["S3OutputPath"])
    return bucket, f"{prefix.rstrip('/')}/" if prefix else ""


def _place(session: Session, job: JobId, source: Source) -> tuple[str, str]:
    """Where the answer to SOURCE lies; AWS may put a folder of its own before the name that it had below its prefix."""

    def look() -> tuple[str, str, list[str]]:
        bucket, prefix = _output(about(session, job))
        return bucket, prefix, list(corpus.keys(session, bucket, prefix, region=job.region))

    bucket, prefix, there = session.once(("answers", str(job)), look)
    name = f"{source.relative.as_posix()}.out"
    ends = [key for key in there if key.endswith(f"/{name}")]
    return bucket, ends[0] if len(ends) == 1 else f"{prefix}{name}"


KIND: Final = jobs.Kind(
    service=API,
    noun="transform",
    describe=about,
    status=lambda answer: str(answer.get("TransformJobStatus", "")),
    reason=lambda answer: str(answer.get("FailureReason", "")),
    done=frozenset({"Completed"}),
    failed=frozenset({"Failed", "Stopped"}),
    group="transforms",
)
