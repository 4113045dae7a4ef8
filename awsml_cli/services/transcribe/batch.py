"""One transcription over a batch job, from its first look to its last trace.

A job's name derives from the media's content and the options, so that a run which was killed is picked up by
repeating it: nothing is uploaded twice, no second job is started, and what lies at AWS is removed when the
transcript is here.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any, Final

from awsml_cli.core import clock, jobs, prices, refusals, staging, wanted
from awsml_cli.core.cache import Cache, key_of
from awsml_cli.core.errors import AwsmlError, ConfigError, InputError, JobFailed, ServiceError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.ledger import Entry, Ledger
from awsml_cli.core.plan import Step, step
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.formats import media
from awsml_cli.services.transcribe import sync, vocabularies
from awsml_cli.services.transcribe.asked import Asked
from awsml_cli.services.transcribe.family import MEDICAL, SERVICE, TRANSCRIPTION
from awsml_cli.services.transcribe.inputs import check_media, digest, opened
from awsml_cli.services.transcribe.jobs import GONE, delete, fetch, redacted, tidy
from awsml_cli.services.transcribe.options import Options
from awsml_cli.services.transcribe.records import PLAIN, Look, StartedJob, Transcription, transcription

_LOCK: Final = threading.Lock()
_AT_WORK: Final[dict[str, threading.Lock]] = {}


def plan(
    session: Session, sources: list[Source], options: Asked, *, via: str = "auto", bucket: str | None = None
) -> Iterator[Step]:
    """What transcribing SOURCES would call, and the price where the length is known. Nothing is sent."""
    options.check()
    for source in sources:
        charge = None
        if source.path is not None:
            file = staging.glance(source)
            check_media(file)
            if isinstance(options, Options) and sync.chosen(session, file, options, via=via, bucket=bucket):
                yield sync.plan(source, file)
                continue
            length = media.seconds(file.head, file.size)
            charge = prices.transcription(length, minute=options.minute) if length is not None else None
            yield step("s3:PutObject", source.name)
        yield step(f"{SERVICE}:Start{options.family.member}", source.name, charge=charge)


def transcribe(
    session: Session,
    source: Source,
    options: Asked,
    *,
    look: Look = PLAIN,
    bucket: str | None = None,
    timeout: float | None = None,
    wait: bool = True,
    via: str = "auto",
) -> Transcription | StartedJob:
    """Transcribe SOURCE: a file, stdin (`-`) or an object in S3, of up to 2 GB and 4 hours.

    VIA is `batch` (a job), `sync` (one request, for what is short) or `auto`: a job, or one request without a BUCKET.
    TIMEOUT is in seconds; without WAIT the job's id is the answer. Raises InputError for what is no media,
    JobFailed with AWS's reason, TimedOut where the job goes on.
    """
    options.check()
    look = look.asked(options.language)
    if options.words is not None:
        vocabularies.swept(session)
    with ExitStack() as held:
        with opened(session, source) as file:
            work = _Work(session, source, options, file, digest(session, source, file))
            held.enter_context(_alone(work.key))  # a copy of the same recording waits for the first one's answer
            plain = options if isinstance(options, Options) and wait and work.untouched else None
            if plain is not None and sync.chosen(session, file, plain, via=via, bucket=bucket):
                try:
                    return sync.transcribe(session, source, plain, file=file, digest=work.digest, look=look)
                except ServiceError as refusal:
                    if via == "sync" or refusal.code not in sync.REFUSED:
                        raise
                    session.talk.warn(f"{refusal.message}; going on with a job")
            kept = work.kept()
            if kept is not None:
                work.tidy()
                return transcription(kept, look) if wait else StartedJob(id=str(work.remembered()))
            job = work.start(bucket)
            if not wait:
                session.running.pop(str(job), None)
                return StartedJob(id=str(job))
        return work.finish(timeout, look)


class _Work:
    """One transcription from its first look to its last trace."""

    def __init__(
        self, session: Session, source: Source, options: Asked, file: staging.Media | None, digest: str
    ) -> None:
        self.session = session
        self.source = source
        self.options = options
        self.file = file
        self.digest = digest
        self.family = options.family
        self.key = key_of(self.family.service, session.region, session.local, digest, options.key())
        self.ledger = Ledger()
        self.cache = Cache(session.config)
        self.entry = self._entry()
        self.asked = False  # whether AWS was asked for the job, whatever it said

    @property
    def job(self) -> JobId:
        """The job that does it."""
        return JobId(self.family.service, self.entry.region, self.entry.job)

    def _entry(self) -> Entry:
        known = self.ledger.find(self.key)
        if known is not None and self.session.fresh and known.state == "ended":
            known = tidy(self.session, known)
        if known is not None and known.state != "clean":
            return known
        name = f"awsml-{self.key[:40]}"
        if self.session.fresh:
            name = f"{name[:36]}-{int(clock.now())}"
        return Entry(self.key, self.family.service, self.session.region, name, input=self.source.name)

    @property
    def untouched(self) -> bool:
        """Whether no job of an earlier run has it in hand, or has done it."""
        known = self.ledger.find(self.key)
        return (known is None or known.state == "clean") and self.kept() is None

    def kept(self) -> bytes | None:
        """The transcript, if it was paid for before (work done on this machine is done again: engines change)."""
        if self.session.fresh or self.session.local:
            return None
        return self.cache.find(self.key)

    def remembered(self) -> JobId:
        """The job whose answer is kept here, which `jobs result` finds by its id."""
        known = self.ledger.find(self.key) or self.ledger.put(replace(self.entry, state="clean"))
        return JobId(self.family.service, known.region, known.job)

    def start(self, bucket: str | None) -> JobId:
        """Have the job under way: found, or started after its input was staged."""
        found = self._found()
        if found is not None and found.get(self.family.status) == "FAILED":
            delete(self.session, self.job)
            found = None
        if found is None:
            try:
                self._stage(bucket)
                wanted.check()
                self._start()
            except (KeyboardInterrupt, AwsmlError) as problem:
                self._give_up(problem)
                raise
        return self._started()

    def finish(self, timeout: float | None, look: Look) -> Transcription:
        """Wait for the job, fetch its transcript, keep it, and leave nothing at AWS."""
        try:
            answer = jobs.wait(self.session, self.family.kind, self.job, timeout=timeout)
        except JobFailed as failure:
            self.tidy()
            raise JobFailed(f"{self.source.name}: {failure.message}", hint=_failure_hint(failure.message)) from None
        except ServiceError as error:
            return transcription(self._fetched_by_another(error), look)
        try:
            document = fetch(self.session, self.job, answer)
        except ServiceError as error:
            return transcription(self._fetched_by_another(error), look)
        try:
            record = transcription(document, look)
        except InputError as error:
            raise ServiceError(
                f"the result of {self.job} cannot be used: {error.message}",
                hint=f"look at it with awsml transcribe jobs get {self.job}",
                code="UnusableAnswer",
            ) from None
        if self._keep(document):
            self.tidy()
        return record

    def tidy(self) -> None:
        """Leave nothing at AWS; what cannot be removed is said, and tried again by the next run."""
        known = self.ledger.find(self.key)
        if known is None:
            return
        try:
            self.entry = tidy(self.session, known)
        except AwsmlError as error:
            advice = f"; {error.hint}" if error.hint else ""
            self.session.talk.warn(f"something of {known.id} is left at AWS: {error.message}{advice}")

    def _started(self) -> JobId:
        self.entry = self.ledger.move(self.entry, "started")
        self.session.running[str(self.job)] = f"awsml transcribe jobs wait {self.job}"
        return self.job

    def _keep(self, document: bytes) -> bool:
        """Keep DOCUMENT; False where that failed, and AWS holds the only copy."""
        if self.session.keep is False or self.session.local:
            return True
        try:
            self.cache.keep(self.key, document)
        except AwsmlError as error:
            self.session.talk.warn(f"{error.message}; {self.job} stays at AWS until the next run")
            return False
        self.entry = self.ledger.move(self.entry, "ended")
        return True

    def _fetched_by_another(self, error: ServiceError) -> bytes:
        """The transcript that another process has kept, having removed the job under our eyes. Raises ERROR else."""
        kept = self.cache.find(self.key) if error.code in (*GONE, *refusals.NO_OBJECT) else None
        if kept is None:
            raise error
        self.session.running.pop(str(self.job), None)
        return kept

    def _found(self) -> dict[str, Any] | None:
        if self.ledger.find(self.key) is None:
            return None
        try:
            return self.family.describe(self.session, self.job)
        except ServiceError as error:
            if error.code in GONE:
                return None
            raise

    @property
    def _writes(self) -> bool:
        """Whether the answer goes into a bucket of ours."""
        return self.family.writes or self.file is not None or bool(self.options.kms_key)

    def _stage(self, bucket: str | None) -> None:
        words, entry = self.options.words, replace(self.entry, state="staging")
        if self._writes or (words is not None and words.table):
            entry = replace(entry, bucket=staging.bucket(self.session, bucket or entry.bucket))
        if self.file is not None:
            entry = replace(entry, staged=f"{staging.PREFIX}{self.digest[:40]}.{media.sniff(self.file.head)}")
        if self._writes:
            output = self.family.files(entry.job)[0]
            entry = replace(entry, output=redacted(output) if self.options.redact else output)
        if words is not None:
            entry = replace(entry, vocabulary=words.name(self.options.language))
        self.entry = self.ledger.put(entry)
        if self.file is not None and entry.bucket and entry.staged:
            staging.put(self.session, self.file, bucket=entry.bucket, key=entry.staged)
        if words is not None:
            vocabularies.ready(self.session, words, language=self.options.language, bucket=entry.bucket)

    def _start(self) -> None:
        entry = self.entry
        uri = f"s3://{entry.bucket}/{entry.staged}" if entry.staged else self.source.name
        params: dict[str, Any] = {self.family.name: entry.job, "Media": {"MediaFileUri": uri}}
        params.update(self.options.params(vocabulary=entry.vocabulary))
        if self.file is not None and self.family in (TRANSCRIPTION, MEDICAL):
            params["MediaFormat"] = media.sniff(self.file.head)
        if entry.output and entry.bucket:
            params.update(self.family.places(entry.bucket, self.family.files(entry.job)[0]))
        self.asked = True
        try:
            self.family.call(self.session, "start")(**params)
        except ServiceError as error:
            if "same region" in error.message:
                raise _elsewhere(self.source, error) from None
            if error.code != "ConflictException":  # it is ours, from a run that was killed before it knew
                raise

    def _give_up(self, problem: BaseException) -> None:
        """PROBLEM came before the job was known to run: remove what was staged, unless it does run.

        A refusal here is only said, since it must not hide the first one.
        """
        entry = self.entry
        refused = isinstance(problem, ServiceError) and 400 <= problem.status < 500
        try:
            if self.asked and not refused and self._found() is not None:
                self._started()
            elif entry.staged or entry.vocabulary:
                if entry.staged and entry.bucket:
                    staging.remove(self.session, bucket=entry.bucket, key=entry.staged)
                self.entry = self.ledger.move(entry, "clean")
        except AwsmlError as error:
            left = f"s3://{entry.bucket}/{entry.staged}" if entry.staged else str(self.job)
            self.session.talk.warn(f"{left} may be left at AWS: {error.message}")


@contextmanager
def _alone(key: str) -> Iterator[None]:
    """Let one thread of this process at a time do the work of KEY."""
    with _LOCK:
        lock = _AT_WORK.setdefault(key, threading.Lock())
    with lock:
        yield


def _elsewhere(source: Source, error: ServiceError) -> ConfigError:
    return ConfigError(
        f"{source.name} is not in the region of this run: {error.message}",
        hint="--region with the region of its bucket",
    )


def _failure_hint(message: str) -> str | None:
    if "format" in message.lower():
        return "convert it first, for example: ffmpeg -i FILE -ac 1 -ar 16000 out.flac"
    return None
