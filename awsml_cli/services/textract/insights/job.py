"""One document that AWS looks into by a job of its insights, from its first look to its last trace.

These jobs have no name, and the request that starts one has no token. So each work has a folder of its own to be
written into, whose name derives from the content and what is asked: a run that was killed before it knew its job finds
the job by what it writes there. Before the start is sent the ledger says so, and a start is never sent twice.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any, Final

from awsml_cli.core import batch, clock, corpus, jobs, sources, staging, wanted
from awsml_cli.core.client import UNREACHED
from awsml_cli.core.errors import AwsmlError, JobFailed, ServiceError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.ledger import Entry, Ledger
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.core.tokened import FULL, LONGEST_PAUSE, in_turn
from awsml_cli.formats import pages as documents
from awsml_cli.services.textract.inputs import Given
from awsml_cli.services.textract.insights.answer import METADATA
from awsml_cli.services.textract.insights.projects import CLIENT, Asked
from awsml_cli.services.textract.job import GONE, failure_hint

SERVICE: Final = "textract-insights"  # what its jobs' ids begin with
SEARCH: Final = 300.0  # seconds for which a job whose start was not answered is looked for
AT_ONCE: Final = 8  # files that are fetched together


def _describe(session: Session, job: JobId) -> dict[str, Any]:
    return describe(session, job)


KIND: Final = jobs.Kind(
    service="textract",
    noun="insights job",
    describe=_describe,
    status=lambda answer: str(answer.get("Status", "")),
    reason=lambda answer: ": ".join(str(answer[key]) for key in ("ErrorType", "ErrorMessage") if answer.get(key)),
    done=frozenset({"SUCCEEDED", "PARTIAL_SUCCESS"}),
    failed=frozenset({"FAILED"}),
    group="insights jobs",
)


def describe(session: Session, job: JobId) -> dict[str, Any]:
    """What AWS says about JOB. Raises ServiceError where there is no such job."""
    return dict(session.client(CLIENT, region=job.region).get_document_insights(JobArn=arn(session, job)))


def arn(session: Session, job: JobId) -> str:
    """The ARN of JOB, which is this account's."""
    identity = session.once("identity", lambda: session.client("sts").get_caller_identity())
    partition = str(identity.get("Arn", "arn:aws")).split(":")[1]
    return f"arn:{partition}:textract:{job.region}:{identity['Account']}:job/{job.name}"


def fetch(session: Session, job: JobId) -> dict[str, bytes]:
    """All files that the ended JOB has written, by their path. Raises ServiceError where there are none."""
    uri = str((describe(session, job).get("OutputConfiguration") or {}).get("S3Uri", ""))
    if not uri:
        raise ServiceError(f"AWS does not say where {job} has written", code="UnusableAnswer")
    bucket, prefix = sources.split_uri(uri)
    prefix = prefix.removesuffix(METADATA).rstrip("/")
    if PurePosixPath(prefix).name != job.name:
        prefix = f"{prefix}/{job.name}"
    found = list(corpus.keys(session, bucket, f"{prefix}/", region=job.region))
    if not found:
        raise ServiceError(f"there is nothing of {job} in {uri}: it was removed", code="NoResult", hint="--fresh")

    def one(key: str) -> tuple[str, bytes]:
        wanted.check()
        return key.removeprefix(f"{prefix}/"), staging.fetch(session, bucket=bucket, key=key, region=job.region)

    return dict(batch.in_order(one, found, workers=AT_ONCE))


class Work:
    """One document's job; KEY names what is asked of this content."""

    def __init__(self, session: Session, given: Given, asked: Asked, *, key: str) -> None:
        self.session = session
        self.given = given
        self.asked = asked
        self.key = key
        self.ledger = Ledger()
        self.entry = self._entry()

    @property
    def job(self) -> JobId:
        """The job that does it, once it is known."""
        return JobId(SERVICE, self.entry.region, self.entry.job)

    def start(self, bucket: str | None) -> JobId:
        """Have the job under way: the one of an earlier run, or one that is started after its input was staged."""
        if self.entry.state == "started" and not self._runs():
            self.entry = self._new()
        if self.entry.state == "asked":
            self._adopt()
        if self.entry.state != "started":
            try:
                self._stage(bucket)
                wanted.check()
                self._start()
            except (KeyboardInterrupt, AwsmlError) as problem:
                self._give_up(problem)
                raise
        self.session.running[str(self.job)] = KIND.command("wait", self.job)
        return self.job

    def finish(self, timeout: float | None) -> dict[str, bytes]:
        """Wait for the job and fetch what it has written."""
        try:
            last = jobs.wait(self.session, KIND, self.job, timeout=timeout)
        except JobFailed as failure:
            self.tidy()
            raise JobFailed(f"{self.given.name}: {failure.message}", hint=failure_hint(failure.message)) from None
        partly(self.session, last, self.given.name)
        return fetch(self.session, self.job)

    def kept(self) -> None:
        """Note that the answer is kept here."""
        self.entry = self.ledger.move(self.entry, "ended")

    def tidy(self) -> None:
        """Remove what was staged and what was written; what cannot be removed is said, and tried by the next run."""
        known = self.ledger.find(self.key)
        if known is not None:
            tidy(self.session, known)
            self.session.running.pop(str(self.job), None)

    def _entry(self) -> Entry:
        known = self.ledger.find(self.key)
        if known is not None and known.state in ("staging", "asked", "started") and not self.session.fresh:
            return known
        return self._new()

    def _new(self) -> Entry:
        return Entry(self.key, SERVICE, self.session.region, "", input=self.given.name)

    def _runs(self) -> bool:
        try:
            answer = describe(self.session, self.job)
        except ServiceError as error:
            if error.code == GONE:
                return False
            raise
        return KIND.status(answer) not in KIND.failed

    def _adopt(self) -> None:
        """Look for the job of a start that was not answered; what is not found is started, and that is said."""
        begun, pause = clock.monotonic(), 2.0
        while clock.monotonic() - begun < SEARCH:
            if (name := self._found()) is not None:
                self.entry = self.ledger.put(replace(self.entry, job=name, state="started"))
                return
            wanted.check()
            self.session.talk.progress(f"looking for the job that an earlier run may have begun on {self.given.name}")
            clock.sleep(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE)
        self.session.talk.warn(
            f"an earlier run asked for {self.given.name} and no answer came; nothing of a job is to be seen, so a new "
            "one begins: if the first one runs after all, both are paid for"
        )

    def _found(self) -> str | None:
        """The name of a job that has written into this work's folder, and has not failed."""
        bucket, prefix = sources.split_uri(str(self.entry.output))
        names = {key.removeprefix(prefix).partition("/")[0] for key in corpus.keys(self.session, bucket, prefix)}
        for name in sorted(names):
            try:
                if KIND.status(describe(self.session, JobId(SERVICE, self.entry.region, name))) not in KIND.failed:
                    return name
            except ServiceError as error:
                if error.code != GONE:
                    raise
        return None

    def _stage(self, bucket: str | None) -> None:
        place = staging.bucket(self.session, bucket or self.entry.bucket)
        output = f"s3://{place}/{staging.PREFIX}insights-{self.key[:40]}/"
        entry = replace(self.entry, bucket=place, output=output, state="staging")
        if self.given.file is None:
            self.entry = self.ledger.put(entry)
            return
        data, ending = _sent(self.given)
        key = f"{staging.PREFIX}insights-{self.key[:40]}.{ending}"
        self.entry = self.ledger.put(replace(entry, staged=key))
        if data is None:
            staging.put(self.session, self.given.file, bucket=place, key=key)
            return
        with staging.spooled(Source(self.given.name), [data]) as made:
            staging.put(self.session, made, bucket=place, key=key)

    def _start(self) -> None:
        entry = self.entry
        place = f"s3://{entry.bucket}/{entry.staged}" if entry.staged else self.given.source.name

        def asked() -> dict[str, Any]:
            self.entry = self.ledger.put(replace(entry, state="asked"))
            try:
                return dict(
                    self.session.client(CLIENT).start_document_insights(
                        InputConfiguration={"S3Uri": place},
                        OutputConfiguration={"S3Uri": entry.output},
                        **self.asked.params,
                    )
                )
            except ServiceError as error:
                if error.code == FULL:  # which says that nothing has begun
                    self.entry = self.ledger.put(replace(entry, state="staging"))
                raise

        answer = in_turn(self.session, asked, self.given.name)
        name = str(answer["JobArn"]).rpartition("/")[2]
        self.entry = self.ledger.put(replace(entry, job=name, state="started"))

    def _give_up(self, problem: BaseException) -> None:
        """PROBLEM came before the job was known to run: remove what was staged, unless the job may have started."""
        entry = self.entry
        refused = isinstance(problem, ServiceError) and (400 <= problem.status < 500 or problem.code in UNREACHED)
        if entry.state == "asked" and not refused:
            self.session.talk.warn(
                f"whether AWS has begun on {self.given.name} is not known; the next run looks for what it writes"
            )
            return
        if entry.bucket:
            self.entry = tidy(self.session, entry)


def partly(session: Session, answer: dict[str, Any], name: str) -> None:
    """Say where a job has done a part of its work alone."""
    if KIND.status(answer) == "PARTIAL_SUCCESS":
        session.talk.warn(f"{name}: a part could not be done: {KIND.reason(answer) or 'job_metadata.json says which'}")


def tidy(session: Session, entry: Entry) -> Entry:
    """Remove what ENTRY's work has staged, and what was written for it; what cannot be removed is said."""
    if entry.state == "clean":
        return entry
    try:
        if entry.staged and entry.bucket:
            staging.remove(session, bucket=entry.bucket, key=entry.staged, region=entry.region)
        if entry.output:
            corpus.empty(session, *sources.split_uri(entry.output), region=entry.region)
        return Ledger().move(entry, "clean")
    except AwsmlError as error:
        advice = f"; {error.hint}" if error.hint else ""
        session.talk.warn(f"{entry.output} is left at AWS: {error.message}{advice}")
        return entry


def _sent(given: Given) -> tuple[bytes | None, str]:
    """What is staged, and its extension; None is the file as it is. These jobs take 500 MB of a picture too."""
    kind = given.facts.kind
    if kind == "pdf":
        return (given.read() if given.facts.locked else None), kind
    if kind in ("png", "jpeg", "tiff") and not given.facts.turned and not given.too_many_pixels:
        return None, kind
    if given.facts.pages > 1:
        numbers = list(range(1, given.facts.pages + 1))
        return documents.part(given.read(), numbers, kind="tiff", name=given.name), "tiff"
    data = given.ready()
    return data, documents.kind_of(data[:64]) or "png"
