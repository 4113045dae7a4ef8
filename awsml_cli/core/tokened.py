"""Jobs that AWS gives no name, but knows again by the token of their request.

The token derives from the content and from what is asked, so that a run which was killed is picked up by repeating it:
nothing is uploaded twice, no second job is started, and what was staged is removed when no job needs it any more.
AWS keeps an answer for seven days; so long, one that was dropped here is fetched from the same job.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, ClassVar, Final, TypeVar

from awsml_cli.core import clock, jobs, staging, wanted
from awsml_cli.core.client import UNREACHED
from awsml_cli.core.errors import AwsmlError, ConfigError, InputError, JobFailed, ServiceError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.ledger import Entry, Ledger
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.core.staging import Media

T = TypeVar("T")

FULL: Final = "LimitExceededException"  # as many jobs as the account may have are running
PATIENCE: Final = 3600.0  # seconds that a job waits for its turn
LONGEST_PAUSE: Final = 30.0  # seconds
UNDER_WAY: Final = ("staging", "started")
_TOKEN, _FAILED = "awsml-", "failed-"  # begin the name of a job that is not known yet, and of one that has failed


@dataclass(frozen=True)
class Staged:
    """What goes into S3 for a job: DATA makes the file when it is needed, and its name there is STEM.ENDING."""

    stem: str
    ending: str
    data: Callable[[], AbstractContextManager[Media]]

    @classmethod
    def file(cls, file: Media, stem: str, ending: str) -> Staged:
        """FILE as it is."""
        return cls(stem, ending, lambda: nullcontext(file))

    @classmethod
    def bytes(cls, data: bytes, name: str, stem: str, ending: str) -> Staged:
        """DATA that were made here of the input NAME."""
        return cls(stem, ending, lambda: staging.spooled(Source(name), [data]))


class Work(ABC):
    """The job of one INPUT; KEY names what is asked of its content, PREFIX begins the names of its jobs here."""

    gone: ClassVar[str]  # the error of a job that is not there, or older than seven days

    def __init__(self, session: Session, kind: jobs.Kind, *, key: str, input: str, prefix: str = "") -> None:
        self.session = session
        self.kind = kind
        self.key = key
        self.input = input
        self.prefix = prefix
        self.ledger = Ledger()
        self.begun = False  # whether AWS was asked to start, whatever it said
        self.entry = self._entry()

    @abstractmethod
    def staged(self) -> Staged | None:
        """What is staged; None where AWS reads the input from where it lies."""

    @abstractmethod
    def ask(self, place: dict[str, Any] | None, token: str) -> str:
        """Start the job of TOKEN on PLACE, None for where the input lies, and return what AWS calls it."""

    @abstractmethod
    def fetch(self) -> bytes:
        """The whole answer of the job, which has ended."""

    @abstractmethod
    def explained(self, error: ServiceError) -> AwsmlError:
        """ERROR, which came of a start, in words that help."""

    @abstractmethod
    def hint(self, message: str) -> str | None:
        """The way out of a job that failed with AWS's MESSAGE."""

    @property
    def job(self) -> JobId:
        """The job that does it, once it runs; before, its token stands for it."""
        return JobId(self.kind.service, self.entry.region, self.entry.job)

    def start(self, bucket: str | None) -> JobId:
        """Have the job under way: the one of an earlier run, or one that is started after its input was staged."""
        if not self._name.startswith(_TOKEN):
            if self._runs():
                self._note()
                return self.job
            self.entry = replace(self.entry, job=self._token(again=True), state="staging")
        try:
            self._stage(bucket)
            wanted.check()
            self._start()
        except (KeyboardInterrupt, AwsmlError) as problem:
            self._give_up(problem)
            raise
        return self.job

    def finish(self, timeout: float | None) -> bytes:
        """Wait for the job and fetch its answer. TIMEOUT is in seconds. Raises JobFailed, TimedOut."""
        try:
            jobs.wait(self.session, self.kind, self.job, timeout=timeout)
        except JobFailed as failure:
            self._forget_failed()
            raise JobFailed(f"{self.input}: {failure.message}", hint=self.hint(failure.message)) from None
        return self.fetch()

    def kept(self) -> None:
        """Note that the answer is kept here."""
        self.entry = self.ledger.move(self.entry, "ended")

    def tidy(self) -> None:
        """Remove what was staged; what cannot be removed is said, and tried again by the next run."""
        known = self.ledger.find(self.key)
        if known is not None:
            tidy(self.session, known)
            self.session.running.pop(str(self.job), None)

    @property
    def _name(self) -> str:
        return self.entry.job.removeprefix(self.prefix)

    def _entry(self) -> Entry:
        known = self.ledger.find(self.key)
        failed = known is not None and known.job.removeprefix(self.prefix).startswith(_FAILED)
        if known is not None and not failed and not self.session.fresh:
            return known
        token = self._token(again=failed or self.session.fresh)
        bucket = known.bucket if known is not None else None
        return Entry(self.key, self.kind.service, self.session.region, token, bucket=bucket, input=self.input)

    def _token(self, *, again: bool) -> str:
        """The token of this work; AGAIN makes another, where the job of the first has failed or is not wanted."""
        return f"{self.prefix}{_TOKEN}{self.key[:40]}" + (f"-{int(clock.now())}" if again else "")

    def _note(self) -> None:
        self.session.running[str(self.job)] = self.kind.command("wait", self.job)

    def _runs(self) -> bool:
        try:
            answer = self.kind.describe(self.session, self.job)
        except ServiceError as error:
            if error.code == self.gone:
                return False
            raise
        return self.kind.status(answer) not in self.kind.failed

    def _stage(self, bucket: str | None) -> None:
        staged = self.staged()
        if staged is None:
            self.entry = self.ledger.put(replace(self.entry, state="staging"))
            return
        place = staging.bucket(self.session, bucket or self.entry.bucket)
        key = f"{staging.PREFIX}{staged.stem[:40]}.{staged.ending}"
        self.entry = self.ledger.put(replace(self.entry, bucket=place, staged=key, state="staging"))
        with staged.data() as file:
            staging.put(self.session, file, bucket=place, key=key)

    def _start(self) -> None:
        entry = self.entry
        place = {"Bucket": entry.bucket, "Name": entry.staged} if entry.staged else None

        def asked() -> str:
            self.begun = True
            try:
                return self.ask(place, self._name)
            except ServiceError as error:
                self.begun = error.code != FULL  # which says that nothing has begun
                raise

        try:
            name = in_turn(self.session, asked, self.input)
        except ServiceError as error:
            raise self.explained(error) from None
        self.entry = self.ledger.put(replace(entry, job=f"{self.prefix}{name}", state="started"))
        self._note()

    def _give_up(self, problem: BaseException) -> None:
        """PROBLEM came before the job was known to run: remove what was staged, unless the job may have started.

        Then the next run asks with the same token, and finds it. A refusal here is only said, since it must not hide
        the first one.
        """
        entry = self.entry
        if not entry.staged or not entry.bucket:
            return
        refused = isinstance(problem, ConfigError) or (
            isinstance(problem, ServiceError) and (400 <= problem.status < 500 or problem.code in UNREACHED)
        )
        if self.begun and not refused:
            place = f"s3://{entry.bucket}/{entry.staged}"
            self.session.talk.warn(f"{place} stays for the job that may have started; the next run goes on with it")
            return
        self.entry = tidy(self.session, entry)

    def _forget_failed(self) -> None:
        self.tidy()
        failed = f"{self.prefix}{_FAILED}{self._name}"[:100]
        self.entry = self.ledger.put(replace(self.entry, job=failed, state="clean", staged=None))


def in_turn(session: Session, start: Callable[[], T], name: str) -> T:
    """What START gives, for which the input NAME waits up to an hour while as many jobs as there may be are running."""
    begun, pause = clock.monotonic(), 2.0
    while True:
        try:
            return start()
        except ServiceError as error:
            if error.code != FULL or clock.monotonic() - begun > PATIENCE:
                raise
        wanted.check()
        session.talk.progress(f"as many jobs as this account may have are running; {name} waits")
        clock.sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE)


def tidy(session: Session, entry: Entry) -> Entry:
    """Remove what ENTRY's work has staged, unless other work needs it still; what cannot be removed is said."""
    if entry.state == "clean":
        return entry
    try:
        if entry.staged and entry.bucket and not _needed(entry):
            staging.remove(session, bucket=entry.bucket, key=entry.staged, region=entry.region)
        return Ledger().put(replace(entry, state="clean", staged=None))
    except AwsmlError as error:
        advice = f"; {error.hint}" if error.hint else ""
        session.talk.warn(f"s3://{entry.bucket}/{entry.staged} is left at AWS: {error.message}{advice}")
        return entry


def _needed(entry: Entry) -> bool:
    """Whether other work, as another reading of the same document, needs what ENTRY's has staged."""
    return any(
        other.staged == entry.staged and other.bucket == entry.bucket and other.key != entry.key
        for other in Ledger().open()
        if other.state in UNDER_WAY
    )


def begun_here(session: Session, service: str, *, limit: int | None = None) -> Iterator[Entry]:
    """The work of SERVICE in this region that began on this machine and of which something may be left at AWS."""
    mine = (entry for entry in Ledger().open() if entry.service == service and entry.region == session.region)
    return islice((entry for entry in mine if entry.job), limit)


def waited(session: Session, kind: jobs.Kind, job: JobId, *, timeout: float | None) -> dict[str, Any]:
    """AWS's last answer about JOB, waited for; what it needed in S3 is removed, well or badly as it ended."""
    entry = Ledger().find_job(kind.service, job.region, job.name)
    try:
        answer = jobs.wait(session, kind, job, timeout=timeout)
    except JobFailed:
        if entry is not None:
            tidy(session, entry)
        raise
    if entry is not None:
        tidy(session, entry)
    return answer


def known(job: JobId) -> Entry:
    """The row of JOB. Raises InputError for one that did not begin on this machine."""
    entry = Ledger().find_job(job.service, job.region, job.name)
    if entry is None:
        raise InputError(f"{job} did not begin on this machine: nothing of it is to be removed")
    return entry
