"""Bulk analysis: moderation of up to 10,000 pictures in one job, whose answer AWS writes to S3.

AWS takes no new customers for it; that is said once in a run.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import PurePosixPath
from typing import Any, ClassVar, Final

from awsml_cli.core import corpus, jobs, lifecycle, limits, paging, sources, staging
from awsml_cli.core.cache import Cache, key_of
from awsml_cli.core.errors import InputError, JobFailed, ServiceError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.ledger import Entry, Ledger
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.formats import ground_truth, pages

SERVICE: Final = "rekognition-media"  # what its jobs' ids begin with
CLIENT: Final = "rekognition"
PICTURES: Final = ("jpg", "jpeg", "png")
GONE: Final = "ResourceNotFoundException"


class Job(Record):
    """A bulk analysis."""

    columns: ClassVar = ("id", "status", "job_name", "creation_timestamp")

    id: str
    status: str
    job_name: str | None = None
    failure_details: Any = None
    creation_timestamp: Any = None
    completion_timestamp: Any = None
    start_time: Any = None
    end_time: Any = None


class Moderated(Record):
    """A label of a picture that is not for everybody; `confidence` is 0 to 100."""

    columns: ClassVar = ("picture", "name", "confidence", "parent_name", "taxonomy_level")

    picture: str
    name: str
    confidence: float | None = None
    parent_name: str | None = None
    taxonomy_level: int | None = None


@dataclass(frozen=True)
class Asked:
    """What is asked of the pictures: the least CONFIDENCE (0 to 100), and an ADAPTER of one's own, an ARN."""

    confidence: float | None = None
    adapter: str | None = None
    bucket: str | None = None

    def params(self) -> dict[str, Any]:
        """As AWS takes it."""
        about: dict[str, Any] = {
            **({"MinConfidence": self.confidence} if self.confidence is not None else {}),
            **({"ProjectVersion": self.adapter} if self.adapter else {}),
        }
        return {"DetectModerationLabels": about}


def start(session: Session, pictures: Sequence[Source], asked: Asked) -> JobId:
    """Begin the analysis of PICTURES: files here, which are staged, or one manifest (JSON lines with `source-ref`).

    The same pictures are the same job. Raises InputError for what is no picture, and for too many.
    """
    _warn(session, "StartMediaAnalysisJob")
    manifest = _manifest(session, pictures)
    if manifest is not None:
        return _begin(session, asked, key_of(SERVICE, session.region, manifest, asked.params()), (), manifest)
    for one in pictures:
        _check(one)
    if len(pictures) > limits.MEDIA_ANALYSIS_PICTURES:
        raise InputError(f"{len(pictures):,} pictures: a bulk analysis takes 10,000", hint="split them into folders")
    with corpus.gathered(session, pictures) as found:
        key = key_of(SERVICE, session.region, found.digest, asked.params())
        return _begin(session, asked, key, found.files, None)


def plan(pictures: Sequence[Source]) -> Iterator[Step]:
    """What analysing PICTURES would call."""
    files = [one for one in pictures if one.path is not None]
    if files:
        yield step("s3:PutObject", files[0].name, calls=len(files) + 1)
    yield step("rekognition:StartMediaAnalysisJob", pictures[0].name)


def listed(session: Session, *, limit: int | None = None) -> Listing:
    """The bulk analyses of this region."""
    _warn(session, "ListMediaAnalysisJobs")
    found = paging.items(session.client(CLIENT).list_media_analysis_jobs, "MediaAnalysisJobs")
    return Listing((_record(session.region, one) for one in islice(found, limit)), "MediaAnalysisJobs")


def get(session: Session, job: JobId) -> Job:
    """What AWS says about JOB now."""
    _warn(session, "GetMediaAnalysisJob")
    return _record(job.region, _describe(session, job))


def waited(session: Session, job: JobId, *, timeout: float | None = None) -> Job:
    """JOB when it has ended. Raises JobFailed, TimedOut; what was staged for one that failed is removed."""
    _warn(session, "GetMediaAnalysisJob")
    try:
        return _record(job.region, jobs.wait(session, KIND, job, timeout=timeout))
    except JobFailed:
        _clear(session, job)
        raise


def result(session: Session, job: JobId, *, timeout: float | None = None) -> Listing:
    """What JOB has found, waited for, and kept here from then on; what was staged for it is removed."""
    _warn(session, "GetMediaAnalysisJob")
    key, cache = key_of(SERVICE, str(job)), Cache(session.config)
    kept = None if session.fresh else cache.find(key)
    if kept is None:
        waited(session, job, timeout=timeout)
        place = (_describe(session, job).get("Results") or {}).get("S3Object") or {}
        if not place:
            raise ServiceError(f"{job} has no results", code="UnusableAnswer", hint=KIND.command("get", job))
        kept = staging.fetch(session, bucket=place["Bucket"], key=place["Name"], region=job.region)
        if session.keep is not False:
            cache.keep(key, kept)
    if session.keep is not False:
        _clear(session, job)
    return Listing(_moderated(ground_truth.read(kept, name=str(job))), "Results")


def _begin(
    session: Session, asked: Asked, key: str, files: Sequence[staging.Media], manifest: tuple[str, str] | None
) -> JobId:
    known = Ledger().find(key)
    if known is not None and known.job and not session.fresh:
        job = JobId(SERVICE, known.region, known.job)
        try:
            if _describe(session, job)["Status"] != "FAILED":
                return job
        except InputError:
            pass
    bucket = staging.bucket(session, asked.bucket)
    name = f"awsml-{key[:40]}"
    token = name if known is None or not known.job else f"{name}-{known.job[:12]}"
    staged, output = f"{staging.PREFIX}{name}/", f"{staging.PREFIX}{name}-results/"
    row = Entry(key, SERVICE, session.region, "", bucket=bucket, staged=staged, output=output)
    Ledger().put(row)
    if manifest is None:
        manifest = _staged(session, files, bucket, staged)
    answer = session.client(CLIENT).start_media_analysis_job(
        ClientRequestToken=token[:64],
        JobName=name,
        OperationsConfig=asked.params(),
        Input={"S3Object": {"Bucket": manifest[0], "Name": manifest[1]}},
        OutputConfig={"S3Bucket": bucket, "S3KeyPrefix": output},
    )
    Ledger().put(replace(row, job=str(answer["JobId"]), state="started"))
    return JobId(SERVICE, session.region, str(answer["JobId"]))


def _clear(session: Session, job: JobId) -> None:
    """Remove what was staged for JOB, and what it has written, which is kept here or of no use."""
    row = Ledger().find_job(job.service, job.region, job.name)
    if row is not None and row.bucket and row.output and row.state != "clean":
        corpus.empty(session, row.bucket, row.output, region=row.region)
    corpus.clear(session, job)


def _staged(session: Session, files: Sequence[staging.Media], bucket: str, prefix: str) -> tuple[str, str]:
    """The pictures FILES and their manifest in S3; where the manifest lies."""
    lines = []
    for number, media in enumerate(files, start=1):
        name = media.source.relative.as_posix()
        key = f"{prefix}pictures/{media.digest[:32]}{PurePosixPath(name).suffix.lower()}"
        staging.put(session, media, bucket=bucket, key=key)
        place = {ground_truth.SOURCE: f"s3://{bucket}/{key}", "metadata": {"name": media.source.name}}
        lines.append(json.dumps(place, ensure_ascii=False))
        session.talk.progress(f"uploading pictures: {number} of {len(files)}", done=number / len(files))
    session.talk.settled()
    session.client("s3").put_object(Bucket=bucket, Key=f"{prefix}input.jsonl", Body=ground_truth.text(lines))
    return bucket, f"{prefix}input.jsonl"


def _manifest(session: Session, given: Sequence[Source]) -> tuple[str, str] | None:
    """Where the manifest in S3 lies, if GIVEN is one."""
    if len(given) == 1 and given[0].name.startswith("s3://") and given[0].path is None:
        bucket, key = sources.split_uri(given[0].name)
        lines = ground_truth.read(sources.read_bytes(given[0], session), name=given[0].name)
        if len(lines) > limits.MEDIA_ANALYSIS_PICTURES:
            raise InputError(f"{given[0].name} has {len(lines):,} pictures: a bulk analysis takes 10,000")
        return bucket, key
    return None


def _check(picture: Source) -> None:
    if picture.path is None:
        raise InputError(f"{picture.shown} is neither a picture that is here nor a manifest in S3")
    head = staging.glance(picture).head
    if pages.kind_of(head) not in ("png", "jpeg"):
        raise InputError(f"{picture.name} is neither JPEG nor PNG: it looks like {pages.describe(head)}")


def _describe(session: Session, job: JobId) -> dict[str, Any]:
    try:
        return dict(session.client(CLIENT, region=job.region).get_media_analysis_job(JobId=job.name))
    except ServiceError as error:
        if error.code == GONE:
            raise InputError(f"there is no bulk analysis {job}", hint="awsml rekognition media-analysis ls") from None
        raise


def _record(region: str, answer: dict[str, Any]) -> Job:
    times = {"start_time": answer.get("CreationTimestamp"), "end_time": answer.get("CompletionTimestamp")}
    return Job.of(answer, id=str(JobId(SERVICE, region, answer["JobId"])), **times).with_raw(answer)


def _moderated(lines: Sequence[dict[str, Any]]) -> Iterator[Moderated]:
    for line in lines:
        name = (line.get("metadata") or {}).get("name") or line[ground_truth.SOURCE]
        answer = next((part for part in line.values() if isinstance(part, dict) and "ModerationLabels" in part), {})
        for label in answer.get("ModerationLabels") or ():
            yield Moderated.of(label, picture=name).with_raw(line)


def _warn(session: Session, operation: str) -> None:
    session.once(("lifecycle", "bulk analysis"), lambda: lifecycle.check(session, CLIENT, operation))


KIND: Final = jobs.Kind(
    service=CLIENT,
    noun="bulk analysis",
    describe=_describe,
    status=lambda answer: str(answer.get("Status", "")),
    reason=lambda answer: str((answer.get("FailureDetails") or {}).get("Message", "")),
    done=frozenset({"SUCCEEDED"}),
    failed=frozenset({"FAILED"}),
    group="media-analysis",
)
