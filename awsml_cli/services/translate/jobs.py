"""Translate's jobs over a folder in S3: started, looked at, waited for, stopped, and what they left.

https://docs.aws.amazon.com/translate/latest/dg/async.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePath
from typing import Any, ClassVar, Final

from awsml_cli.core import corpus, jobs, paging, sources
from awsml_cli.core.cache import key_of
from awsml_cli.core.errors import ConfigError, InputError, ServiceError, UsageError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.limits import TRANSLATE_JOB_TARGETS
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Blob, Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.core.sources import CHUNK, Source
from awsml_cli.services.translate.wanted import SERVICE, Wanted
from awsml_cli.services.translate.whole import TYPES as WHOLE

_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
TYPES: Final = {
    **WHOLE,
    "pptx": f"{_OFFICE}.presentationml.presentation",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "xliff": "application/x-xliff+xml",
}
ENDINGS: Final = {
    **{"txt": "text", "text": "text", "html": "html", "htm": "html", "docx": "docx", "pptx": "pptx", "xlsx": "xlsx"},
    **{"xlf": "xliff", "xliff": "xliff"},
}
DETAILS: Final = "details"
_NAME: Final = re.compile(r"[0-9a-zA-Z_-]+")


class Job(Record):
    """A job; `output` is the folder in S3 that its translations lie in, or will."""

    columns: ClassVar = ("id", "job_status", "target_language_codes", "input", "output")

    id: str
    job_status: str
    job_name: str | None = None
    message: str | None = None
    source_language_code: str | None = None
    target_language_codes: list[str] | None = None
    input: str | None = None
    output: str | None = None
    documents: int | None = None
    translated: int | None = None
    failed: int | None = None
    submitted_time: Any = None
    end_time: Any = None


@dataclass(frozen=True)
class Start:
    """What a job is to do: every file of KIND (one of TYPES; None: found out) in the folder SOURCE, into the folder TO.

    PARALLEL are the names of parallel data; what is WANTED of each language is the same but for the language.
    """

    source: str
    to: str
    wanted: Sequence[Wanted]
    role: str | None = None
    kind: str | None = None
    parallel: tuple[str, ...] = ()
    name: str | None = None
    kms_key: str | None = None


def start(session: Session, what: Start) -> Job:
    """Start a job; the same once more gives the same job, and no second bill.

    Raises UsageError, InputError for a folder without files or with several kinds, ConfigError for want of a role.
    """
    params = _params(session, what)
    answer = session.client(SERVICE).start_text_translation_job(**params)
    return _record(JobId(SERVICE, session.region, answer["JobId"]), {**params, **answer}, answer)


def plan(what: Start) -> Step:
    """What would be called. The price depends on what lies in S3, which is not looked at."""
    return step("translate:StartTextTranslationJob", what.source)


def get(session: Session, job: JobId) -> Job:
    """What AWS says about JOB now."""
    answer = _described(session, job)
    return _record(job, answer, answer)


def wait(session: Session, job: JobId, *, timeout: float | None = None) -> Job:
    """Wait until JOB has ended. Raises JobFailed, TimedOut."""
    answer = jobs.wait(session, KIND, job, timeout=timeout)
    return _record(job, answer, answer)


def stop(session: Session, job: JobId) -> Job:
    """Stop JOB."""
    session.client(SERVICE, region=job.region).stop_text_translation_job(JobId=job.name)
    return get(session, job)


def listed(session: Session, *, status: str | None, limit: int | None) -> Listing:
    """The jobs of this region, the newest first."""
    filters = {"Filter": {"JobStatus": status}} if status else {}

    def records() -> Iterator[Job]:
        call = session.client(SERVICE).list_text_translation_jobs
        for answer in paging.items(call, "TextTranslationJobPropertiesList", **filters):
            yield _record(JobId(SERVICE, session.region, answer["JobId"]), answer, answer)

    return Listing(islice(records(), limit), "TextTranslationJobPropertiesList")


@dataclass(frozen=True)
class Left(Source):
    """A translation that a job left, or a document that it could not translate, with the reason in `failure`."""

    region: str = ""
    failure: str | None = None


def result(session: Session, job: JobId, *, timeout: float | None = None) -> list[Left]:
    """What JOB left, waited for if it has not ended: a file for each document and language, and what it failed at.

    Raises JobFailed, TimedOut; InputError where nothing is there any more.
    """
    about = jobs.wait(session, KIND, job, timeout=timeout)
    where = str(about["OutputDataConfig"]["S3Uri"])
    bucket, prefix = sources.split_address(where)
    prefix = prefix.rstrip("/") + "/" if prefix else ""
    keys = list(corpus.keys(session, bucket, prefix, region=job.region))
    found = [
        _left(f"s3://{bucket}/{key}", key.removeprefix(prefix), job.region)
        for key in keys
        if not key.removeprefix(prefix).startswith(f"{DETAILS}/")
    ]
    for key in keys:
        if key.startswith(f"{prefix}{DETAILS}/") and key.endswith(".json"):
            found.extend(_failures(session, bucket, key, job.region))
    if not found:
        raise InputError(f"there is nothing in {where} any more")
    return found


def content(session: Session, left: Left) -> Blob:
    """The file that was LEFT. Raises ServiceError for a document that could not be translated."""
    if left.failure is not None:
        raise ServiceError(f"the job could not translate it: {left.failure}", code=left.failure.partition(":")[0])
    bucket, key = sources.split_address(left.name)

    def chunks(_to_file: bool) -> Iterator[bytes]:
        with closing(session.client("s3", region=left.region).get_object(Bucket=bucket, Key=key)["Body"]) as body:
            yield from body.iter_chunks(CHUNK)

    return Blob(chunks)


def job_named(text: str, session: Session) -> JobId:
    """The job that TEXT names: `translate:REGION:ID`, or a bare id here. Raises InputError."""
    job = jobs.job_id(text, service=SERVICE, region=session.region)
    if not _NAME.fullmatch(job.name):
        raise InputError(f"`{text}` is not the id of a job of translate", hint="translate:REGION:ID")
    return job


def _left(name: str, relative: str, region: str, failure: str | None = None) -> Left:
    place = PurePath(*[part for part in relative.split("/") if part not in ("", ".", "..")])
    return Left(name, relative=place, ending=place.suffix[1:] or None, region=region, failure=failure)


def _failures(session: Session, bucket: str, key: str, region: str) -> Iterator[Left]:
    """The documents that the details under KEY call failed."""
    body = session.client("s3", region=region).get_object(Bucket=bucket, Key=key)["Body"]
    with closing(body):
        found = json.loads(body.read())
    for one in found.get("details", ()):
        error = one.get("auxiliaryData", {}).get("error")
        if error:
            reason = f"{error.get('errorCode', '')}: {error.get('errorMessage', 'no message')}"
            name = str(one.get("sourceFile", "?"))
            language = found.get("targetLanguageCode", "")
            yield _left(f"{name} ({language})" if language else name, f"{language}.{name}", region, reason)


def _params(session: Session, what: Start) -> dict[str, Any]:
    for name, uri in (("the input", what.source), ("--into", what.to)):
        if not uri.startswith("s3://"):
            raise UsageError(f"{name} of a job lies in S3, and `{uri}` does not", hint="s3://BUCKET/FOLDER/")
    targets = [wanted.target for wanted in what.wanted]
    if len(targets) > TRANSLATE_JOB_TARGETS:
        raise UsageError(f"{len(targets)} languages; a job translates into at most {TRANSLATE_JOB_TARGETS}")
    first = what.wanted[0]
    if first.brevity:
        raise UsageError("a job knows no --brevity", hint="leave it out, or translate without a job")
    role = what.role or session.config.role
    if not role:
        raise ConfigError(
            "AWS needs a role that may read the documents and write the translations",
            hint="--role ARN, or `awsml config set role ARN`; it must trust translate.amazonaws.com",
        )
    source = what.source.rstrip("/") + "/"
    kind = what.kind or _kind_of(session, source)
    if kind not in TYPES:
        raise UsageError(f"a job does not translate {kind}", hint=f"one of: {', '.join(TYPES)}")
    output: dict[str, Any] = {"S3Uri": what.to.rstrip("/") + "/"}
    if what.kms_key:
        output["EncryptionKey"] = {"Type": "KMS", "Id": what.kms_key}
    params: dict[str, Any] = {
        "InputDataConfig": {"S3Uri": source, "ContentType": TYPES[kind]},
        "OutputDataConfig": output,
        "DataAccessRoleArn": role,
        "SourceLanguageCode": first.source,
        "TargetLanguageCodes": targets,
        **first.params,
        **({"ParallelDataNames": list(what.parallel)} if what.parallel else {}),
    }
    token = key_of(SERVICE, "job", params, what.name)[:40]
    return {**params, "JobName": what.name or f"awsml-{token[:16]}", "ClientToken": token}


def _kind_of(session: Session, folder: str) -> str:
    """The kind of the files in FOLDER. Raises InputError for none, and for several."""
    bucket, prefix = sources.split_address(folder)
    seen: dict[str, None] = {}
    count = 0
    for key in islice(corpus.keys(session, bucket, prefix), 1000):
        count += 1
        ending = PurePath(key).suffix[1:].lower()
        seen[ENDINGS.get(ending, ending or "nothing")] = None
    if not count:
        raise InputError(f"there are no files in {folder}")
    if len(seen) > 1:
        raise InputError(
            f"there are files of several kinds in {folder}: {', '.join(sorted(seen))}; a job takes one",
            hint="--as html translates those alone",
        )
    return next(iter(seen))


def _described(session: Session, job: JobId) -> dict[str, Any]:
    try:
        answer = session.client(SERVICE, region=job.region).describe_text_translation_job(JobId=job.name)
    except ServiceError as error:
        if error.code == "ResourceNotFoundException":
            raise InputError(f"there is no job {job}", hint="awsml translate jobs ls") from None
        raise
    return dict(answer["TextTranslationJobProperties"])


KIND: Final = jobs.Kind(
    service=SERVICE,
    noun="translation job",
    describe=_described,
    status=lambda answer: str(answer.get("JobStatus", "")),
    reason=lambda answer: str(answer.get("Message", "")),
    done=frozenset({"COMPLETED", "COMPLETED_WITH_ERROR"}),
    failed=frozenset({"FAILED", "STOPPED"}),
)


def _record(job: JobId, about: Mapping[str, Any], raw: Any) -> Job:
    counts = about.get("JobDetails") or {}
    return Job.of(
        {name: value for name, value in about.items() if name not in ("InputDataConfig", "OutputDataConfig")},
        id=str(job),
        input=about.get("InputDataConfig", {}).get("S3Uri"),
        output=about.get("OutputDataConfig", {}).get("S3Uri"),
        documents=counts.get("InputDocumentsCount"),
        translated=counts.get("TranslatedDocumentsCount"),
        failed=counts.get("DocumentsWithErrorsCount"),
    ).with_raw(raw)
