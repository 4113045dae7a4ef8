"""Parallel data: sentences and their translations, whose manner a job takes over.

https://docs.aws.amazon.com/translate/latest/dg/customizing-translations-parallel-data.html
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path, PurePath
from typing import Any, ClassVar, Final

from awsml_cli.core import jobs, paging, staging
from awsml_cli.core.errors import InputError, JobFailed, ServiceError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.limits import PARALLEL_DATA_BYTES
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Blob, Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.services.translate.terms import FORMATS
from awsml_cli.services.translate.wanted import SERVICE


class ParallelData(Record):
    """Sentences and their translations."""

    columns: ClassVar = ("name", "status", "source_language_code", "target_language_codes", "imported_record_count")

    name: str
    status: str | None = None
    arn: str | None = None
    description: str | None = None
    source_language_code: str | None = None
    target_language_codes: list[str] | None = None
    message: str | None = None
    imported_data_size: int | None = None
    imported_record_count: int | None = None
    failed_record_count: int | None = None
    skipped_record_count: int | None = None
    created_at: Any = None
    last_updated_at: Any = None
    latest_update_attempt_status: str | None = None


def put(
    session: Session,
    name: str,
    file: str,
    *,
    bucket: str | None = None,
    description: str | None = None,
    kms_key: str | None = None,
    timeout: float | None = None,
    wait: bool = True,
) -> ParallelData:
    """Make the parallel data NAME of FILE, a path or an object in S3, or make it anew; waited for until it is active.

    A local file is staged, and removed when AWS has read it. Raises InputError, JobFailed with AWS's reason, TimedOut.
    """
    kind = FORMATS.get(PurePath(file).suffix[1:].lower())
    if kind is None:
        raise InputError(f"{file} is no CSV, TSV or TMX by its name")
    if file.startswith("s3://"):
        _asked(session, name, file, kind, description=description, kms_key=kms_key)
        answer = _ready(session, name, timeout=timeout, wait=wait)
    else:
        place, key, uri = _staged(session, Path(file), bucket)
        try:
            _asked(session, name, uri, kind, description=description, kms_key=kms_key)
            answer = _ready(session, name, timeout=timeout, wait=wait)
        except (JobFailed, ServiceError):
            staging.remove(session, bucket=place, key=key)
            raise
        if wait:  # until then AWS may want to read it
            staging.remove(session, bucket=place, key=key)
    found = ParallelData.of(answer)
    if found.failed_record_count or found.skipped_record_count:
        session.talk.warn(
            f"{name}: {found.failed_record_count or 0} records failed, {found.skipped_record_count or 0} were skipped"
        )
    return found


def making(name: str) -> Step:
    """What making NAME would call."""
    return step("translate:CreateParallelData", name)


def list_(session: Session, *, limit: int | None = None) -> Listing:
    """The parallel data of this region."""
    found = paging.items(session.client(SERVICE).list_parallel_data, "ParallelDataPropertiesList")
    return Listing((ParallelData.of(one) for one in islice(found, limit)), "ParallelDataPropertiesList")


def get(session: Session, name: str) -> ParallelData:
    """The parallel data NAME. Raises InputError where there is none."""
    return ParallelData.of(_described(session, JobId(SERVICE, session.region, name)))


def content(session: Session, name: str) -> Blob:
    """The file of the parallel data NAME, as AWS has it. Raises InputError where there is none."""

    def address() -> str:
        return str(_answer(session, name)["DataLocation"]["Location"])

    return Blob(lambda _to_file: iter([session.download(address(), renew=address)]))


def remove(session: Session, name: str) -> None:
    """Remove the parallel data NAME. Raises InputError where there is none."""
    try:
        session.client(SERVICE).delete_parallel_data(Name=name)
    except ServiceError as error:
        if error.code == "ResourceNotFoundException":
            raise _missing(name) from None
        raise


def removal(name: str) -> Step:
    """What removing NAME would call."""
    return step("translate:DeleteParallelData", name)


def _ready(session: Session, name: str, *, timeout: float | None, wait: bool) -> dict[str, Any]:
    job = JobId(SERVICE, session.region, name)
    return jobs.wait(session, KIND, job, timeout=timeout) if wait else _described(session, job)


def _staged(session: Session, file: Path, bucket: str | None) -> tuple[str, str, str]:
    """Where FILE was staged: bucket, key and address."""
    origin = Source(str(file), path=file, relative=PurePath(file.name))
    with staging.spooled(origin) as media:
        if media.size > PARALLEL_DATA_BYTES:
            raise InputError(f"{file}: {media.size:,} bytes; parallel data has at most {PARALLEL_DATA_BYTES:,}")
        place = staging.bucket(session, bucket)
        key = f"{staging.PREFIX}{media.digest}{file.suffix.lower()}"
        staging.put(session, media, bucket=place, key=key)
    return place, key, f"s3://{place}/{key}"


def _asked(session: Session, name: str, uri: str, kind: str, *, description: str | None, kms_key: str | None) -> None:
    """Ask AWS to make NAME, or, where it is there, to make it anew."""
    client = session.client(SERVICE)
    asked: dict[str, Any] = {
        "Name": name,
        "ParallelDataConfig": {"S3Uri": uri, "Format": kind},
        **({"Description": description} if description else {}),
    }
    try:
        client.create_parallel_data(**asked, **({"EncryptionKey": {"Type": "KMS", "Id": kms_key}} if kms_key else {}))
    except ServiceError as error:
        if error.code != "ConflictException":
            raise
        client.update_parallel_data(**asked)


def _answer(session: Session, name: str) -> dict[str, Any]:
    try:
        return dict(session.client(SERVICE).get_parallel_data(Name=name))
    except ServiceError as error:
        if error.code == "ResourceNotFoundException":
            raise _missing(name) from None
        raise


def _described(session: Session, job: JobId) -> dict[str, Any]:
    return dict(_answer(session, job.name)["ParallelDataProperties"])


def _status(answer: dict[str, Any]) -> str:
    """What is going on: of parallel data that is made anew, how that goes."""
    status = str(answer.get("Status", ""))
    return str(answer.get("LatestUpdateAttemptStatus") or status) if status == "ACTIVE" else status


def _missing(name: str) -> InputError:
    return InputError(f"there is no parallel data {name}", hint="awsml translate parallel-data ls")


KIND: Final = jobs.Kind(
    service=SERVICE,
    noun="parallel data",
    describe=_described,
    status=_status,
    reason=lambda answer: str(answer.get("Message", "")),
    done=frozenset({"ACTIVE"}),
    failed=frozenset({"FAILED"}),
    group="parallel-data",
    resource=True,
)
