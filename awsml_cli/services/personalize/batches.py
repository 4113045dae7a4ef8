"""Many questions in one job, without a campaign: items for users, items like items, users for items.

The questions are JSON lines in S3, the answers come back as JSON lines; both are removed when they have been read.
https://docs.aws.amazon.com/personalize/latest/dg/batch-data-upload.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, ClassVar, Final

from pydantic import ConfigDict

from awsml_cli.core import clock, corpus, prices, sources, staging
from awsml_cli.core.cache import Cache, key_of
from awsml_cli.core.corpus import Corpus
from awsml_cli.core.errors import InputError, JobFailed, UsageError
from awsml_cli.core.ledger import Entry, Ledger
from awsml_cli.core.plan import Step, step
from awsml_cli.core.prices import Charge
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.core.staging import Media
from awsml_cli.services.personalize import access
from awsml_cli.services.personalize.asking import Look
from awsml_cli.services.personalize.recipes import ITEMS, RANKING, SEGMENTS
from awsml_cli.services.personalize.resources import (
    BATCH,
    NEVER,
    SEGMENT,
    SERVICE,
    Deadline,
    Sort,
    describe,
    ensure,
    job_of,
    listed,
    ready,
    resolve,
    sort_of,
)
from awsml_cli.services.personalize.serving import solution_of

FILE: Final = "questions.jsonl"


class Job(Record):
    """A batch job."""

    model_config = ConfigDict(defer_build=True)
    columns: ClassVar = ("id", "status", "failure_reason")

    id: str
    name: str
    status: str
    failure_reason: str | None = None
    solution_version_arn: str | None = None
    num_results: int | None = None
    output: str | None = None
    creation_date_time: Any = None
    creation_time: Any = None
    end_time: Any = None


class Segment(Record):
    """A user of the segment that an item, or attributes of items, speak to."""

    model_config = ConfigDict(defer_build=True)
    columns: ClassVar = ("input", "user_id")

    input: str
    user_id: str


@dataclass(frozen=True)
class Batch:
    """A job over the QUESTIONS in a file: for the version ARN, LIMIT answers each, through a FILTER (an ARN).

    THEMES names the column of the items' names where items are to be grouped by theme.
    """

    version: str
    questions: Media
    segments: bool = False
    limit: int | None = None
    filter: str | None = None
    themes: str | None = None
    role: str | None = None
    bucket: str | None = None
    to: str | None = None

    @property
    def sort(self) -> Sort:
        """What AWS calls it."""
        return SEGMENT if self.segments else BATCH

    @property
    def name(self) -> str:
        """The same questions to the same training have the same."""
        about = (self.version, self.questions.digest, self.limit, self.filter, self.themes, self.to)
        return f"{solution_of(self.version)[:44]}-{key_of(*about)[:12]}"


def questions(about: str, asked: Iterable[str], items: Iterable[str] = ()) -> Iterator[bytes]:
    """What a recipe that is asked ABOUT users, items, … wants to know of ASKED, a line of JSON each.

    A line that is JSON already is left as it is. ITEMS are those to rank.
    """
    listed = list(items)
    for one in asked:
        if one.startswith("{"):
            yield one.encode() + b"\n"
            continue
        member = "itemId" if about in (ITEMS, SEGMENTS) else "userId"
        if about == SEGMENTS and any(sign in one for sign in "=<>"):
            member = "itemAttributes"
        question: dict[str, Any] = {member: one}
        if about == RANKING:
            if not listed:
                raise UsageError("which items are to be ranked?", hint="--item ID, several times")
            question["itemList"] = listed
        yield json.dumps(question, ensure_ascii=False).encode() + b"\n"


def held(session: Session, lines: Iterable[bytes]) -> Media:
    """LINES in a file that is there until the run ends. Raises InputError for none."""
    source = Source("the questions", relative=PurePath(FILE))
    return session.hold(staging.spooled(source, lines))


def begin(session: Session, what: Batch, *, until: Deadline = NEVER) -> str:
    """Begin the job WHAT, unless that very job is there, and return its ARN."""
    bucket = staging.bucket(session, what.bucket)
    role = access.granted(session, what.role, bucket)
    if what.to is not None and not what.to.startswith("s3://"):
        raise UsageError("--to is a folder in S3", hint="--to s3://BUCKET/FOLDER/")
    name = f"{what.name[:50]}-{clock.now():.0f}" if session.fresh else what.name
    output = what.to or f"s3://{bucket}/{staging.PREFIX}{name}-out/"
    key = key_of("personalize output", name)
    known = Ledger().find(key)
    _, row = corpus.stage(
        session, Corpus((what.questions,), what.questions.digest), bucket=bucket, name=name, service=SERVICE
    )

    def make() -> str:
        filtered: dict[str, Any] = {"filterArn": what.filter} if what.filter else {}
        return ensure(
            session,
            what.sort,
            name,
            within={"solutionVersionArn": what.version},
            until=until,
            solutionVersionArn=what.version,
            jobInput={"s3DataSource": {"path": f"s3://{bucket}/{staging.PREFIX}{name}/{FILE}"}},
            jobOutput={"s3DataDestination": {"path": output if output.endswith("/") else f"{output}/"}},
            roleArn=role,
            **({"numResults": what.limit} if what.limit is not None else {}),
            **filtered,
            **_mode(what),
        )

    arn = access.patiently(make)
    job = job_of(session, arn).name
    corpus.needed_by(row, job)
    if what.to is None and (known is None or known.job != job):
        bucket_, prefix = sources.split_address(output)
        Ledger().put(Entry(key, SERVICE, session.region, job, state="started", bucket=bucket_, output=prefix))
    return arn


def _mode(what: Batch) -> dict[str, Any]:
    if what.themes is None:
        return {}
    return {
        "batchInferenceJobMode": "THEME_GENERATION",
        "themeGenerationConfig": {"fieldsForThemeGeneration": {"itemName": what.themes}},
    }


def finished(session: Session, arn: str, *, until: Deadline = NEVER) -> Job:
    """Wait for the job ARN; its questions are removed when it has ended. Raises JobFailed, TimedOut."""
    try:
        answer = ready(session, arn, until=until)
    except JobFailed:
        corpus.clear(session, job_of(session, arn))
        raise
    corpus.clear(session, job_of(session, arn))
    return record(session, answer)


def answers(session: Session, arn: str) -> Iterator[dict[str, Any]]:
    """Each line that the job ARN answered, as data; kept here from then on, and removed from S3.

    Raises InputError where the answers are gone.
    """
    key = key_of("personalize answers", arn)
    cache = Cache(session.config)
    found = cache.find(key)
    if found is None:
        found = _fetched(session, arn)
        if session.keep is not False:
            cache.keep(key, found)
        _removed(session, arn)
    for line in found.decode().splitlines():
        if line.strip():
            yield json.loads(line)


def _fetched(session: Session, arn: str) -> bytes:
    about = describe(session, arn)
    path = about["jobOutput"]["s3DataDestination"]["path"]
    bucket, prefix = sources.split_address(path)
    source = about["jobInput"]["s3DataSource"]["path"].rpartition("/")[2]
    wanted = [key for key in corpus.keys(session, bucket, prefix) if key.rpartition("/")[2].startswith(f"{source}.out")]
    if not wanted:
        raise InputError(f"there are no answers of {arn} in {path} any more")
    return b"".join(staging.fetch(session, bucket=bucket, key=key) for key in sorted(wanted))


def _removed(session: Session, arn: str) -> None:
    """Remove the answers in S3, unless the user said where they go."""
    job = job_of(session, arn).name
    for row in Ledger().open():
        if row.service == SERVICE and row.job == job and row.output and row.bucket:
            corpus.empty(session, row.bucket, row.output, region=row.region)
            Ledger().move(row, "clean")


def results(session: Session, arn: str, look: Look) -> Listing:
    """The answers of the job ARN as records: items, or the users of segments."""
    return Listing(_records(session, arn, look), "Answers")


def _records(session: Session, arn: str, look: Look) -> Iterator[Record]:
    for asked, found in answered(session, arn):
        if found and isinstance(found[0], str):
            yield from (Segment(input=asked, user_id=user) for user in found)
        else:
            yield from look.records(asked, found)


def answered(session: Session, arn: str) -> Iterator[tuple[str, list[Any]]]:
    """What was asked about, and what the job ARN found: items as AWS tells them at once, or ids of users."""
    for line in answers(session, arn):
        about = line.get("input", {})
        asked = str(next((about[name] for name in ("userId", "itemId", "itemAttributes") if name in about), ""))
        if line.get("error"):
            session.talk.warn(f"{asked}: {line['error']}")
            continue
        output = line.get("output") or {}
        users = output.get("usersList", output.get("recommendedUsers"))
        items, scores = output.get("recommendedItems") or [], output.get("scores") or []
        if users is not None:
            yield asked, users
        elif len(scores) == len(items):
            yield asked, [{"itemId": item, "score": score} for item, score in zip(items, scores, strict=True)]
        else:
            yield asked, [{"itemId": item} for item in items]


def record(session: Session, answer: Mapping[str, Any]) -> Job:
    """The record of a job from AWS's answer."""
    sort = SEGMENT if SEGMENT.arn in answer else BATCH
    output = (answer.get("jobOutput") or {}).get("s3DataDestination", {}).get("path")
    began = answer.get("creationDateTime")
    return Job.of(
        answer, id=str(job_of(session, answer[sort.arn])), name=answer["jobName"], output=output, creationTime=began
    ).with_raw(answer)


def list_jobs(session: Session, *, limit: int | None = None) -> Iterator[Job]:
    """The batch and segment jobs of this region."""
    count = 0
    for sort in (BATCH, SEGMENT):
        for one in listed(session, sort):
            if limit is not None and count >= limit:
                return
            count += 1
            yield record(session, one)


def plan(what: str, *, count: int) -> list[Step]:
    """What a job over COUNT questions would call."""
    charge = Charge(count, "questions", count * prices.PERSONALIZE_BATCH)
    return [step("s3:PutObject", FILE), step("personalize:CreateBatchInferenceJob", what, charge=charge)]


def arn_of(session: Session, name: str) -> str:
    """The ARN of the job NAME. Raises InputError where there is none."""
    if name.startswith("arn:"):
        sort_of(name)
        return name
    try:
        return resolve(session, BATCH, name)
    except InputError:
        return resolve(session, SEGMENT, name)
