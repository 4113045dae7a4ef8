"""Jobs of Comprehend and Comprehend Medical over many documents: started, looked at, waited for, stopped, and read.

The documents lie in S3, or on this machine: then they are staged, and removed when the job has ended. An answer for
which no place was named lies in the staging bucket until its rule removes it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any, ClassVar, Final

from pydantic import ConfigDict

from awsml_cli.core import corpus, jobs, paging, sources, staging
from awsml_cli.core.cache import key_of
from awsml_cli.core.documents import Answer, Document, Reading, Window
from awsml_cli.core.errors import ConfigError, InputError, JobFailed, Retired, ServiceError, UsageError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.core.tables import Row
from awsml_cli.services.comprehend import archive
from awsml_cli.services.comprehend.asking import LOCAL_ROLE
from awsml_cli.services.comprehend.families import COMPREHEND, FAMILIES, Family, address, family_named

CLOSED: Final = "https://docs.aws.amazon.com/comprehend/latest/dg/comprehend-availability-change.html"
_TOKEN: Final = re.compile(r"[a-z0-9-]+/[0-9a-f]+")


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


@dataclass(frozen=True)
class Start:
    """What a job is to do with SOURCES: files of this machine, or one folder or object in S3; the answer goes TO S3.

    PARTED is what a document is there, `line` or `file`. MASK redacts (pii): a character, or `tags`; MODEL is the ARN
    of one of one's own; TOPICS their number; BUCKET is where files are staged.
    """

    sources: Sequence[Source]
    to: str | None = None
    role: str | None = None
    language: str = ""
    parted: str = "line"
    name: str | None = None
    mask: str | None = None
    model: str | None = None
    topics: int | None = None
    bucket: str | None = None

    @property
    def remote(self) -> str | None:
        """The one address in S3, where that is what was named."""
        one = self.sources[0].name
        return one if len(self.sources) == 1 and one.startswith("s3://") else None

    @property
    def shown(self) -> str:
        """What to call the sources together."""
        return self.sources[0].name if len(self.sources) == 1 else f"{len(self.sources)} inputs"


def start(session: Session, family: Family, wanted: Start) -> Job:
    """Start a job of FAMILY; the same once more gives the same job, and no second bill.

    Raises InputError, UsageError, ConfigError for want of a role or a bucket, Retired for what is closed to this
    account.
    """
    asked = _asked(session, family, wanted)
    if wanted.remote is not None:
        token = key_of(family.group, family.name, asked, wanted.remote, wanted.to, wanted.name)[:40]
        return _started(session, family, wanted, asked, wanted.remote, token)
    with corpus.gathered(session, wanted.sources) as found:
        token = key_of(family.group, family.name, asked, found.digest, wanted.to, wanted.name)[:40]
        bucket = staging.bucket(session, wanted.bucket)
        source, row = corpus.stage(session, found, bucket=bucket, name=token, service=family.group)
        job = _started(session, family, wanted, asked, source, token)
        corpus.needed_by(row, job.id.rpartition(":")[2])
    return job


def plan(family: Family, wanted: Start) -> Step:
    """What would be called. The price depends on what lies in S3, which is not looked at."""
    return step(f"{family.client}:Start{family.noun}Job", wanted.shown)


def get(session: Session, job: JobId) -> Job:
    """What AWS says about JOB now."""
    family, _ = _parts(job)
    answer = _describe(family, session, job)
    return _record(job, answer, answer)


def wait(session: Session, job: JobId, *, timeout: float | None = None) -> Job:
    """Wait until JOB has ended. Raises JobFailed, TimedOut."""
    answer = _ended(session, job, timeout=timeout)
    return _record(job, answer, answer)


def stop(session: Session, job: JobId) -> Job:
    """Stop JOB. Raises UsageError where AWS cannot stop jobs of its family."""
    family, name = _parts(job)
    if not family.stops:
        raise UsageError(f"AWS cannot stop a job of {family.name}")
    getattr(session.client(family.client, region=job.region), family.operation("Stop"))(JobId=name)
    found = get(session, job)
    if found.job_status == "STOPPED":
        corpus.clear(session, job)
    return found


def listed(
    session: Session, family: Family | None, *, group: str = COMPREHEND, status: str | None, limit: int | None
) -> Listing:
    """The jobs of FAMILY, or of all of GROUP, in this region, the newest first of each."""
    filters = {"Filter": {"JobStatus": status}} if status else {}

    def records() -> Iterator[Job]:
        for one in [family] if family else FAMILIES[group].values():
            call = getattr(session.client(one.client), one.operation("List", plural=True))
            try:
                for answer in paging.items(call, f"{one.about}List", **filters):
                    yield _record(JobId(group, session.region, f"{one.name}/{answer['JobId']}"), answer, answer)
            except ConfigError:
                if family is not None or not session.local:  # of all, those that an engine here can do
                    raise

    return Listing(islice(records(), limit), "Jobs")


def result(
    session: Session, job: JobId, reading: Callable[[], Reading], *, timeout: float | None = None
) -> Iterator[Answer]:
    """What JOB found, document by document as AWS left them, waited for if it has not ended; each in a new READING.

    A document that failed has its error in its answer. Raises InputError for a job that leaves redacted files.
    """
    family, _ = _parts(job)
    for entry in _entries(session, job, family, timeout=timeout):
        yield _answer(reading(), entry)


def topics(session: Session, job: JobId, *, timeout: float | None = None) -> Listing:
    """The topics that JOB found: the terms of each, then the share that each has in a document."""
    family, _ = _parts(job)
    found = _entries(session, job, family, timeout=timeout)
    return Listing((Topic.of(entry) for entry in found), "Topics")


def job_named(text: str, session: Session, group: str = COMPREHEND) -> JobId:
    """The job that TEXT names: `GROUP:REGION:FAMILY/ID`, or `FAMILY/ID` here. Raises InputError."""
    job = jobs.job_id(text, service=group, region=session.region)
    if not _TOKEN.fullmatch(job.name) or job.name.partition("/")[0] not in FAMILIES[group]:
        raise InputError(f"`{text}` is not the id of a job of {group}", hint=f"{group}:REGION:FAMILY/ID")
    return job


def _ended(session: Session, job: JobId, *, timeout: float | None) -> dict[str, Any]:
    """AWS's last word about JOB; what was staged for it is removed."""
    family, _ = _parts(job)
    try:
        answer = jobs.wait(session, _kind(family), job, timeout=timeout)
    except JobFailed:
        corpus.clear(session, job)
        raise
    corpus.clear(session, job)
    return answer


def _entries(session: Session, job: JobId, family: Family, *, timeout: float | None) -> Iterator[dict[str, Any]]:
    about = _ended(session, job, timeout=timeout)
    where = address(about["OutputDataConfig"]) or ""
    if about.get("Mode") == "ONLY_REDACTION":
        raise InputError(f"this job leaves redacted files, not an answer: {where}", hint=f"aws s3 sync {where} .")
    bucket, prefix = sources.split_address(where)
    s3 = session.client("s3", region=job.region)
    if where.endswith(".tar.gz"):
        yield from archive.entries(s3.get_object(Bucket=bucket, Key=prefix)["Body"], where)
        return
    # jobs about private data, and medical ones, leave a file for each of the input's
    for key in corpus.keys(session, bucket, prefix, region=job.region):
        if not key.endswith(".out"):
            continue
        body = s3.get_object(Bucket=bucket, Key=key)["Body"]
        if family.medical:
            yield {**archive.whole(body, f"s3://{bucket}/{key}"), "File": key.rpartition("/")[2].removesuffix(".out")}
        else:
            yield from archive.lines(body, f"s3://{bucket}/{key}")


def _answer(reading: Reading, entry: dict[str, Any]) -> Answer:
    name, line = str(entry.get("File", "")), entry.get("Line")
    row = None if line is None else Row(int(line) + 1, "", "")  # AWS counts from 0
    document = Document(Source(name), row)
    if "ErrorCode" in entry:
        code, message = entry["ErrorCode"], entry.get("ErrorMessage", "no message")
        return Answer(document, error=ServiceError(f"the job could not read it: {code}: {message}", code=code))
    reading.add(Window("", 0, 0, ""), {name: value for name, value in entry.items() if name not in ("File", "Line")})
    return reading.close(document)


def _parts(job: JobId) -> tuple[Family, str]:
    name, _, number = job.name.partition("/")
    return family_named(name, job.service), number


def _kind(family: Family) -> jobs.Kind:
    return jobs.Kind(
        service=family.group,
        noun=f"{family.name} job",
        describe=partial(_describe, family),
        status=lambda answer: str(answer.get("JobStatus", "")),
        reason=lambda answer: str(answer.get("Message", "")),
        done=frozenset({"COMPLETED", "PARTIAL_SUCCESS"}),
        failed=frozenset({"FAILED", "STOPPED"}),
    )


def _describe(family: Family, session: Session, job: JobId) -> dict[str, Any]:
    call: Callable[..., dict[str, Any]] = getattr(
        session.client(family.client, region=job.region), family.operation("Describe")
    )
    properties = call(JobId=job.name.partition("/")[2]).get(family.about)
    if not properties:
        raise JobFailed(f"AWS says nothing about {job}")
    return dict(properties)


def _asked(session: Session, family: Family, wanted: Start) -> dict[str, Any]:
    """The request but for places and names. Raises UsageError, and ConfigError for want of a role."""
    if wanted.to is not None and not wanted.to.startswith("s3://"):
        raise UsageError(f"--to of a job lies in S3, and `{wanted.to}` does not", hint="s3://BUCKET/FOLDER/")
    role = wanted.role or session.config.role or (LOCAL_ROLE if session.local else None)
    if not role:
        raise ConfigError(
            "AWS needs a role that may read the input and write the output",
            hint=f"--role ARN, or `awsml config set role ARN`; it must trust {family.client}.amazonaws.com",
        )
    params: dict[str, Any] = {"DataAccessRoleArn": role}
    if family.languages:
        language = wanted.language or (family.languages[0] if len(family.languages) == 1 else "")
        if language not in family.languages:
            raise UsageError(
                f"a job needs the language of its documents: {', '.join(family.languages)}", hint="--language en"
            )
        params["LanguageCode"] = language
    if family.needs is not None:
        if not wanted.model:
            raise UsageError(f"jobs of {family.name} need a model of your own", hint="--model ARN")
        params[family.needs] = wanted.model
    if family.name == "pii":
        params |= _redaction(wanted.mask)
    if family.name == "topics" and wanted.topics is not None:
        params["NumberOfTopics"] = wanted.topics
    family.places("s3://bucket/", "s3://bucket/", wanted.parted)  # checked while it costs nothing
    return params | ({} if family.medical else {"parted": wanted.parted})


def _started(session: Session, family: Family, wanted: Start, asked: Mapping[str, Any], source: str, token: str) -> Job:
    to = wanted.to or f"s3://{staging.bucket(session, wanted.bucket)}/{staging.PREFIX}{token}-out/"
    params = {
        **{name: value for name, value in asked.items() if name != "parted"},
        **family.places(source, to, wanted.parted),
        "JobName": wanted.name or f"awsml-{token[:16]}",
        "ClientRequestToken": token,
    }
    try:
        answer = getattr(session.client(family.client), family.operation("Start"))(**params)
    except ServiceError as error:
        if family.name == "topics" and error.code == "AccessDeniedException":
            raise Retired(
                f"topic modelling is closed to accounts that did not use it before 2026-04-30 ({error.message})",
                hint=f"AWS names what takes its place: {CLOSED}; --local does it on this machine",
            ) from None
        raise
    job = JobId(family.group, session.region, f"{family.name}/{answer['JobId']}")
    return _record(job, {"JobStatus": "SUBMITTED", **params, **answer}, answer)


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
        input=address(about.get("InputDataConfig", {})),
        output=address(about.get("OutputDataConfig", {})),
    ).with_raw(raw)
