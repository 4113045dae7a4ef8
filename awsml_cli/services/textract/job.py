"""One document read by a job, from its first look to its last trace.

Textract gives jobs no names, but knows a request again by its token: the token derives from the document's content
and from what is asked, so that a run which was killed is picked up by repeating it. Nothing is uploaded twice, no
second job is started, and what was staged is removed when the answer is here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from awsml_cli.core import clock, jobs, paging, staging, wanted
from awsml_cli.core.cache import Cache
from awsml_cli.core.errors import AwsmlError, ConfigError, JobFailed, ServiceError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.ledger import Entry, Ledger
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.formats import pages as documents
from awsml_cli.services.textract.asked import OPERATIONS, SERVICE, Asked
from awsml_cli.services.textract.inputs import Given
from awsml_cli.services.textract.merging import Merged

GONE: Final = "InvalidJobIdException"  # also of a job older than seven days
FULL: Final = "LimitExceededException"  # as many jobs as the account may have are running
UNREACHED: Final = frozenset({"EndpointConnectionError", "ConnectTimeoutError", "ProxyConnectionError"})
PATIENCE: Final = 3600.0  # seconds that a job waits for its turn
LONGEST_PAUSE: Final = 30.0  # seconds
_FAILED: Final = "failed-"  # begins the job of a row whose job has failed: its token would give that job again


def kind(reading: str) -> jobs.Kind:
    """How jobs of this kind of READING (`text`, `analysis` …) are looked at."""
    return jobs.Kind(
        service=SERVICE,
        noun="document job",
        describe=lambda session, job: describe(session, job, reading),
        status=lambda answer: str(answer.get("JobStatus", "")),
        reason=lambda answer: str(answer.get("StatusMessage", "")),
        done=frozenset({"SUCCEEDED", "PARTIAL_SUCCESS"}),
        failed=frozenset({"FAILED"}),
    )


def describe(session: Session, job: JobId, reading: str) -> dict[str, Any]:
    """What AWS says about JOB, with one result at the most. Raises ServiceError where there is no such job."""
    get = OPERATIONS[reading].get
    assert get is not None
    return dict(getattr(session.client(SERVICE, region=job.region), get)(JobId=job.name, MaxResults=1))


def fetch(session: Session, job: JobId, reading: str, *, number_of: list[int] | None = None) -> bytes:
    """The whole result of the ended JOB, all its pages as one answer."""
    operation = OPERATIONS[reading]
    client = session.client(SERVICE, region=job.region)
    merged = Merged()
    assert operation.get is not None
    for answer in paging.pages(getattr(client, operation.get), JobId=job.name, MaxResults=operation.results):
        merged.add(answer, number_of=number_of, whole=False)
        wanted.check()
    if reading == "lending":
        summary = client.get_lending_analysis_summary(JobId=job.name)
        merged.add({"Summary": summary.get("Summary", {})}, whole=False)
    return merged.bytes()


class Work:
    """One document's job; KEY names what is asked of this content."""

    def __init__(self, session: Session, given: Given, asked: Asked, *, key: str) -> None:
        self.session = session
        self.given = given
        self.asked = asked
        self.key = key
        self.kind = kind(asked.kind)
        self.ledger = Ledger()
        self.begun = False  # whether AWS was asked to start, whatever it said
        self.entry = self._entry()

    @property
    def job(self) -> JobId:
        """The job that does it, once it runs; before, its token stands for it."""
        return JobId(SERVICE, self.entry.region, self.entry.job)

    @property
    def numbers(self) -> list[int] | None:
        """The numbers that the pages sent have in the document; None where the whole is sent."""
        return None if self.asked.pages.all else self.asked.pages.among(self.given.facts.pages)

    def _entry(self) -> Entry:
        known = self.ledger.find(self.key)
        if known is not None and known.state in ("staging", "started") and not self.session.fresh:
            return known
        token = f"awsml-{self.key[:40]}"
        if self.session.fresh or (known is not None and known.job.startswith(_FAILED)):
            token = f"{token[:40]}-{int(clock.now())}"
        return Entry(self.key, SERVICE, self.session.region, token, input=self.given.name)

    def start(self, bucket: str | None) -> JobId:
        """Have the job under way: the one of an earlier run, or one that is started after its input was staged."""
        if self.entry.state == "started":
            if self._runs():
                self.session.running[str(self.job)] = f"awsml textract jobs wait {self.job}"
                return self.job
            self.entry = replace(self.entry, job=f"awsml-{self.key[:34]}-{int(clock.now())}", state="staging")
        try:
            self._stage(bucket)
            wanted.check()
            self._start()
        except (KeyboardInterrupt, AwsmlError) as problem:
            self._give_up(problem)
            raise
        return self.job

    def finish(self, timeout: float | None) -> bytes:
        """Wait for the job and fetch its result."""
        try:
            jobs.wait(self.session, self.kind, self.job, timeout=timeout)
        except JobFailed as failure:
            self._forget_failed()
            raise JobFailed(f"{self.given.name}: {failure.message}", hint=failure_hint(failure.message)) from None
        return fetch(self.session, self.job, self.asked.kind, number_of=self.numbers)

    def kept(self) -> None:
        """Note that the answer is kept here."""
        self.entry = self.ledger.move(self.entry, "ended")

    def tidy(self) -> None:
        """Remove what was staged; what cannot be removed is said, and tried again by the next run."""
        known = self.ledger.find(self.key)
        if known is not None:
            tidy(self.session, known)
            self.session.running.pop(str(self.job), None)

    def _runs(self) -> bool:
        try:
            answer = describe(self.session, self.job, self.asked.kind)
        except ServiceError as error:
            if error.code == GONE:
                return False
            raise
        return self.kind.status(answer) not in self.kind.failed

    def _stage(self, bucket: str | None) -> None:
        if self.given.file is None:
            self.entry = self.ledger.put(replace(self.entry, state="staging"))
            return
        place = staging.bucket(self.session, bucket or self.entry.bucket)
        data, ending = self._sent()
        digest = self.given.digest[:40] if data is None else self.key[:40]
        key = f"{staging.PREFIX}{digest}.{ending}"
        self.entry = self.ledger.put(replace(self.entry, bucket=place, staged=key, state="staging"))
        if data is None:
            staging.put(self.session, self.given.file, bucket=place, key=key)
            return
        with staging.spooled(Source(self.given.name), [data]) as made:
            staging.put(self.session, made, bucket=place, key=key)

    def _sent(self) -> tuple[bytes | None, str]:
        """What is staged, and its extension; None is the file as it is."""
        given = self.given
        if given.facts.kind == "pdf" or (given.facts.kind == "tiff" and not given.converted):
            if self.numbers is not None:
                made = documents.part(given.read(), self.numbers, kind=given.facts.kind, name=given.name)
                return made, given.facts.kind
            return (given.read() if given.facts.locked else None), given.facts.kind
        if not given.converted:
            return None, given.facts.kind
        if given.facts.pages > 1:
            numbers = self.asked.pages.among(given.facts.pages)
            return documents.part(given.read(), numbers, kind="tiff", name=given.name), "tiff"
        data = given.ready()
        return data, documents.kind_of(data[:64]) or "png"

    def _start(self) -> None:
        entry = self.entry
        place = {"Bucket": entry.bucket, "Name": entry.staged} if entry.staged else self.given.object
        params = self.asked.params(self.numbers)
        operation = self.asked.operation.start
        assert operation is not None
        self.begun = True
        begun, pause = clock.monotonic(), 2.0
        while True:
            try:
                answer = getattr(self.session.client(SERVICE), operation)(
                    DocumentLocation={"S3Object": place}, ClientRequestToken=entry.job, **params
                )
                break
            except ServiceError as error:
                if error.code != FULL or clock.monotonic() - begun > PATIENCE:
                    raise _explained(error, self.given) from None
            wanted.check()
            self.session.talk.progress(f"as many jobs as this account may have are running; {self.given.name} waits")
            clock.sleep(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE)
        self.entry = self.ledger.put(replace(entry, job=str(answer["JobId"]), state="started"))
        self.session.running[str(self.job)] = f"awsml textract jobs wait {self.job}"

    def _give_up(self, problem: BaseException) -> None:
        """PROBLEM came before the job was known to run: remove what was staged, unless the job may have started.

        Then the next run asks with the same token, and finds it. A refusal here is only said, since it must not hide
        the first one.
        """
        entry = self.entry
        if not entry.staged or not entry.bucket:
            return
        place = f"s3://{entry.bucket}/{entry.staged}"
        refused = isinstance(problem, ServiceError) and (400 <= problem.status < 500 or problem.code in UNREACHED)
        if self.begun and not refused:
            self.session.talk.warn(f"{place} stays for the job that may have started; the next run goes on with it")
            return
        try:
            staging.remove(self.session, bucket=entry.bucket, key=entry.staged)
            self.entry = self.ledger.move(entry, "clean")
        except AwsmlError as error:
            self.session.talk.warn(f"{place} may be left at AWS: {error.message}")

    def _forget_failed(self) -> None:
        self.tidy()
        self.entry = self.ledger.put(replace(self.entry, job=f"{_FAILED}{self.entry.job}"[:64], state="clean"))


def tidy(session: Session, entry: Entry) -> Entry:
    """Remove what ENTRY's work has staged; what cannot be removed is said."""
    if entry.state == "clean":
        return entry
    try:
        if entry.staged and entry.bucket:
            staging.remove(session, bucket=entry.bucket, key=entry.staged, region=entry.region)
        return Ledger().move(entry, "clean")
    except AwsmlError as error:
        advice = f"; {error.hint}" if error.hint else ""
        session.talk.warn(f"s3://{entry.bucket}/{entry.staged} is left at AWS: {error.message}{advice}")
        return entry


def remember(session: Session, key: str, answer: bytes) -> bool:
    """Keep ANSWER; False where that failed, which is said."""
    try:
        Cache(session.config).keep(key, answer)
    except AwsmlError as error:
        session.talk.warn(error.message)
        return False
    return True


def failure_hint(message: str) -> str | None:
    """The way out of a job that failed with AWS's MESSAGE."""
    if "S3" in message or "metadata" in message:
        return "the object must be in this region, and readable for this identity: --region, s3:GetObject"
    if "FORMAT" in message.upper() or "unsupported" in message.lower():
        return "print it to a new PDF, or draw its pages: --via pages"
    return None


def _explained(error: ServiceError, given: Given) -> AwsmlError:
    if error.code == "InvalidS3ObjectException":
        where = given.source.name if given.file is None else "the staging bucket"
        return ConfigError(
            f"Textract cannot read {where}: {error.message}",
            hint="it must be in the region of this run (--region), and this identity needs s3:GetObject",
        )
    return error
