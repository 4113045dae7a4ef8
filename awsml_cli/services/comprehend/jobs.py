"""Comprehend's jobs over documents in S3: started, looked at, waited for, stopped, and their archive read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any, ClassVar, Final

from pydantic import ConfigDict

from awsml_cli.core import jobs, limits, paging
from awsml_cli.core.cache import key_of
from awsml_cli.core.documents import Answer, Document, Window
from awsml_cli.core.errors import ConfigError, InputError, JobFailed, Retired, ServiceError, UsageError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.keys import snake
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.core.tables import Row
from awsml_cli.formats.readings import Choice
from awsml_cli.services.comprehend import archive
from awsml_cli.services.comprehend.analyses import ANALYSES, Analysis
from awsml_cli.services.comprehend.asking import SERVICE

CLOSED: Final = "https://docs.aws.amazon.com/comprehend/latest/dg/comprehend-availability-change.html"
_FORMATS: Final = {"line": "ONE_DOC_PER_LINE", "file": "ONE_DOC_PER_FILE"}
_TOKEN: Final = re.compile(r"[a-z0-9-]+/[0-9a-f]+")


@dataclass(frozen=True)
class Family:
    """One sort of job: NOUN is what AWS's operations are called after, `Start…Job`, `Describe…Job`, `List…Jobs`."""

    name: str
    noun: str
    languages: tuple[str, ...] = limits.COMPREHEND_LANGUAGES
    stops: bool = True
    needs: str | None = None

    def operation(self, verb: str, *, plural: bool = False) -> str:
        """The method of the client for VERB."""
        return snake(f"{verb}{self.noun}Job{'s' if plural else ''}")


class Job(Record):
    """A job; `output` is the folder in S3 that its answer lies in, or will."""

    model_config = ConfigDict(defer_build=True)
    columns: ClassVar = ("id", "job_status", "input", "output")

    id: str
    job_status: str
    job_name: str | None = None
    message: str | None = None
    input: str | None = None
    output: str | None = None
    language_code: str | None = None
    submit_time: Any = None
    end_time: Any = None


class Topic(Record):
    """A term of a topic with its weight, or a document with the share that a topic has in it."""

    model_config = ConfigDict(defer_build=True)
    columns: ClassVar = ("table", "topic", "term", "weight", "docname", "proportion")

    table: str
    topic: int
    term: str | None = None
    weight: float | None = None
    docname: str | None = None
    proportion: float | None = None


FAMILIES: Final[Mapping[str, Family]] = {
    family.name: family
    for family in (
        Family("sentiment", "SentimentDetection"),
        Family("targeted", "TargetedSentimentDetection", ("en",)),
        Family("entities", "EntitiesDetection"),
        Family("key-phrases", "KeyPhrasesDetection"),
        Family("language", "DominantLanguageDetection", ()),
        Family("pii", "PiiEntitiesDetection", limits.COMPREHEND_PII_LANGUAGES),
        Family("topics", "TopicsDetection", (), stops=False),
        Family("classify", "DocumentClassification", (), stops=False, needs="DocumentClassifierArn"),
    )
}


@dataclass(frozen=True)
class Start:
    """What a job is to do: SOURCE and TO are folders (or an object) in S3; `parted` is what a document is there.

    MASK redacts (pii): a character, or `tags`; MODEL is the ARN of one of one's own; TOPICS their number.
    """

    source: str
    to: str
    role: str | None = None
    language: str = ""
    parted: str = "line"
    name: str | None = None
    mask: str | None = None
    model: str | None = None
    topics: int | None = None


def family_named(name: str) -> Family:
    """The family NAME. Raises UsageError where there is none."""
    if name not in FAMILIES:
        raise UsageError(f"there are no jobs called `{name}`", hint=f"one of: {', '.join(FAMILIES)}")
    return FAMILIES[name]


def start(session: Session, family: Family, wanted: Start) -> Job:
    """Start a job of FAMILY; the same once more gives the same job, and no second bill.

    Raises UsageError, ConfigError for want of a role, Retired for what is closed to this account.
    """
    params = _params(session, family, wanted)
    client = session.client(SERVICE)
    try:
        answer = getattr(client, family.operation("Start"))(**params)
    except ServiceError as error:
        if family.name == "topics" and error.code == "AccessDeniedException":
            raise Retired(
                f"topic modelling is closed to accounts that did not use it before 2026-04-30 ({error.message})",
                hint=f"AWS names what takes its place: {CLOSED}",
            ) from None
        raise
    job = JobId(SERVICE, session.region, f"{family.name}/{answer['JobId']}")
    return _record(job, {**params, **answer}, answer)


def plan(family: Family, wanted: Start) -> Step:
    """What would be called. The price depends on what lies in S3, which is not looked at."""
    return step(f"comprehend:Start{family.noun}Job", wanted.source)


def get(session: Session, job: JobId) -> Job:
    """What AWS says about JOB now."""
    family, _ = _parts(job)
    answer = _describe(family, session, job)
    return _record(job, answer, answer)


def wait(session: Session, job: JobId, *, timeout: float | None = None) -> Job:
    """Wait until JOB has ended. Raises JobFailed, TimedOut."""
    family, _ = _parts(job)
    answer = jobs.wait(session, _kind(family), job, timeout=timeout)
    return _record(job, answer, answer)


def stop(session: Session, job: JobId) -> Job:
    """Stop JOB. Raises UsageError where AWS cannot stop jobs of its family."""
    family, name = _parts(job)
    if not family.stops:
        raise UsageError(f"AWS cannot stop a job of {family.name}")
    getattr(session.client(SERVICE, region=job.region), family.operation("Stop"))(JobId=name)
    return get(session, job)


def listed(session: Session, family: Family | None, *, status: str | None, limit: int | None) -> Listing:
    """The jobs of FAMILY, or of all, in this region, the newest first of each."""
    filters = {"Filter": {"JobStatus": status}} if status else {}

    def records() -> Iterator[Job]:
        for one in [family] if family else FAMILIES.values():
            call = getattr(session.client(SERVICE), one.operation("List", plural=True))
            for answer in paging.items(call, f"{one.noun}JobPropertiesList", **filters):
                yield _record(JobId(SERVICE, session.region, f"{one.name}/{answer['JobId']}"), answer, answer)

    return Listing(islice(records(), limit), "Jobs")


def result(session: Session, job: JobId, *, timeout: float | None = None) -> Iterator[Answer]:
    """What JOB found, document by document as AWS left them, waited for if it has not ended.

    A document that failed has its error in its answer. Raises InputError for a job that leaves redacted files.
    """
    family, _ = _parts(job)
    analysis = ANALYSES[family.name]
    for entry in _entries(session, job, family, timeout=timeout):
        yield _answer(analysis, entry)


def topics(session: Session, job: JobId, *, timeout: float | None = None) -> Listing:
    """The topics that JOB found: the terms of each, then the share that each has in a document."""
    family, _ = _parts(job)
    found = _entries(session, job, family, timeout=timeout)
    return Listing((Topic.of(entry) for entry in found), "Topics")


def _entries(session: Session, job: JobId, family: Family, *, timeout: float | None) -> Iterator[dict[str, Any]]:
    about = jobs.wait(session, _kind(family), job, timeout=timeout)
    where = about["OutputDataConfig"]["S3Uri"]
    if about.get("Mode") == "ONLY_REDACTION":
        raise InputError(f"this job leaves redacted files, not an answer: {where}", hint=f"aws s3 sync {where} .")
    s3 = session.client("s3", region=job.region)
    bucket, _, key = where.removeprefix("s3://").partition("/")
    if where.endswith(".tar.gz"):
        yield from archive.entries(s3.get_object(Bucket=bucket, Key=key)["Body"], where)
        return
    more: dict[str, Any] = {}
    while True:  # jobs about private data leave a file for each of the input's
        page = s3.list_objects_v2(Bucket=bucket, Prefix=key, **more)
        for one in page.get("Contents") or ():
            if one["Key"].endswith(".out"):
                body = s3.get_object(Bucket=bucket, Key=one["Key"])["Body"]
                yield from archive.lines(body, f"s3://{bucket}/{one['Key']}")
        if not page.get("IsTruncated"):
            return
        more = {"ContinuationToken": page["NextContinuationToken"]}


def _answer(analysis: Analysis, entry: dict[str, Any]) -> Answer:
    name, line = str(entry.get("File", "")), entry.get("Line")
    row = None if line is None else Row(int(line) + 1, "", "")  # AWS counts from 0
    document = Document(Source(name), row)
    if "ErrorCode" in entry:
        code, message = entry["ErrorCode"], entry.get("ErrorMessage", "no message")
        return Answer(document, error=ServiceError(f"the job could not read it: {code}: {message}", code=code))
    found = {name: value for name, value in entry.items() if name not in ("File", "Line")}
    reading = analysis.reading("", Choice())
    reading.add(Window("", 0, 0, ""), found)
    return reading.close(document)


def job_named(text: str, session: Session) -> JobId:
    """The job that TEXT names: `comprehend:REGION:FAMILY/ID`, or `FAMILY/ID` here. Raises InputError."""
    job = jobs.job_id(text, service=SERVICE, region=session.region)
    if not _TOKEN.fullmatch(job.name) or job.name.partition("/")[0] not in FAMILIES:
        raise InputError(f"`{text}` is not the id of a job of comprehend", hint="comprehend:REGION:FAMILY/ID")
    return job


def _parts(job: JobId) -> tuple[Family, str]:
    name, _, number = job.name.partition("/")
    return family_named(name), number


def _kind(family: Family) -> jobs.Kind:
    return jobs.Kind(
        service=SERVICE,
        noun=f"{family.name} job",
        describe=partial(_describe, family),
        status=lambda answer: str(answer.get("JobStatus", "")),
        reason=lambda answer: str(answer.get("Message", "")),
        done=frozenset({"COMPLETED"}),
        failed=frozenset({"FAILED", "STOPPED"}),
    )


def _describe(family: Family, session: Session, job: JobId) -> dict[str, Any]:
    call: Callable[..., dict[str, Any]] = getattr(
        session.client(SERVICE, region=job.region), family.operation("Describe")
    )
    answer = call(JobId=job.name.partition("/")[2])
    properties = answer.get(f"{family.noun}JobProperties")
    if not properties:
        raise JobFailed(f"AWS says nothing about {job}")
    return dict(properties)


def _params(session: Session, family: Family, wanted: Start) -> dict[str, Any]:
    for name, uri in (("the input", wanted.source), ("--to", wanted.to)):
        if not uri.startswith("s3://"):
            raise UsageError(f"{name} of a job lies in S3, and `{uri}` does not", hint="s3://BUCKET/FOLDER/")
    if wanted.parted not in _FORMATS:
        raise UsageError(f"a document is a line or a file, not a `{wanted.parted}`", hint="--documents line")
    role = wanted.role or session.config.role
    if not role:
        raise ConfigError(
            "AWS needs a role that may read the input and write the output",
            hint="--role ARN, or `awsml config set role ARN`; it must trust comprehend.amazonaws.com",
        )
    params: dict[str, Any] = {
        "InputDataConfig": {"S3Uri": wanted.source, "InputFormat": _FORMATS[wanted.parted]},
        "OutputDataConfig": {"S3Uri": wanted.to},
        "DataAccessRoleArn": role,
    }
    if family.languages:
        if wanted.language not in family.languages:
            raise UsageError(
                f"a job needs the language of its documents: {', '.join(family.languages)}", hint="--language en"
            )
        params["LanguageCode"] = wanted.language
    if family.needs is not None:
        if not wanted.model:
            raise UsageError(f"jobs of {family.name} need a model of your own", hint="--model ARN")
        params[family.needs] = wanted.model
    if family.name == "pii":
        params |= _redaction(wanted.mask)
    if family.name == "topics" and wanted.topics is not None:
        params["NumberOfTopics"] = wanted.topics
    token = key_of(family.name, params, wanted.name)[:40]
    return {**params, "JobName": wanted.name or f"awsml-{token[:16]}", "ClientRequestToken": token}


def _redaction(mask: str | None) -> dict[str, Any]:
    if mask is None:
        return {"Mode": "ONLY_OFFSETS"}
    how = (
        {"MaskMode": "REPLACE_WITH_PII_ENTITY_TYPE"} if mask == "tags" else {"MaskMode": "MASK", "MaskCharacter": mask}
    )
    return {"Mode": "ONLY_REDACTION", "RedactionConfig": {"PiiEntityTypes": ["ALL"], **how}}


def _record(job: JobId, about: Mapping[str, Any], raw: Any) -> Job:
    return Job.of(
        {name: value for name, value in about.items() if name not in ("InputDataConfig", "OutputDataConfig")},
        id=str(job),
        input=about.get("InputDataConfig", {}).get("S3Uri"),
        output=about.get("OutputDataConfig", {}).get("S3Uri"),
    ).with_raw(raw)
