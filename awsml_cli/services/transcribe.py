"""Amazon Transcribe: media into words, over batch jobs.

A job's name derives from the media's content and the options, so that a run which was killed is picked up by
repeating it: nothing is uploaded twice, no second job is started, and what lies at AWS is removed when the
transcript is here.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from typing import Any, ClassVar, Final

from pydantic import PrivateAttr

from awsml_cli.core import clock, jobs, limits, paging, prices, sources, staging, wanted
from awsml_cli.core.cache import Cache, key_of
from awsml_cli.core.errors import AwsmlError, ConfigError, InputError, JobFailed, ServiceError, UsageError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.ledger import Entry, Ledger
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.formats import media
from awsml_cli.formats.transcript import Options as RenderOptions
from awsml_cli.formats.transcript import Transcript, parse, record, rename, render

SERVICE: Final = "transcribe"
STATUSES: Final = ("QUEUED", "IN_PROGRESS", "COMPLETED", "FAILED")
_GONE: Final = ("NotFoundException", "BadRequestException")
_NO_OBJECT: Final = ("404", "NoSuchKey", "NotFound")
_LOCK: Final = threading.Lock()
_AT_WORK: Final[dict[str, threading.Lock]] = {}


class Job(Record):
    """A transcription job, as AWS describes it; `id` is enough for `awsml transcribe jobs …`."""

    columns: ClassVar = ("id", "transcription_job_status", "language_code", "creation_time")

    id: str
    transcription_job_name: str
    transcription_job_status: str
    language_code: str | None = None
    creation_time: Any = None
    completion_time: Any = None
    failure_reason: str | None = None


class StartedJob(Record):
    """The id of a job that goes on without us."""

    columns: ClassVar = ("id",)

    id: str


class Violation(Record):
    """A rule of subtitles that a cue breaks: how much was `found`, and the `limit`."""

    columns: ClassVar = ("input", "cue", "rule", "message")

    input: str
    cue: int
    rule: str
    found: float
    limit: float
    message: str


@dataclass(frozen=True)
class Look:
    """How a transcript is shown: `names` gives speakers their names (`spk_0` is Ann)."""

    options: RenderOptions = field(default_factory=RenderOptions)
    names: Mapping[str, str] = field(default_factory=dict)


class Transcription(Record):
    """What was said. `raw` is the transcript document of AWS, byte for byte; all else is read from it."""

    columns: ClassVar = ("transcript", "language_code")
    prose: ClassVar = "text"

    transcript: str
    language_code: str | None = None

    _look: Look = PrivateAttr(default_factory=Look)

    @cached_property
    def document(self) -> Transcript:
        """The words with their times, for the renderers."""
        return rename(parse(self.raw), self._look.names)

    @property
    def text(self) -> str:
        """The transcript in paragraphs, with turns where several people speak, ending in a newline."""
        return str(self.rendered("text"))

    def rendered(self, format: str) -> str | bytes:
        """The transcript in one of the formats of its own."""
        return render(self.document, format, options=self._look.options)

    def fields(self) -> dict[str, Any]:
        """The record with every word."""
        engine = json.loads(self.raw).get("awsml_engine") if b'"awsml_engine"' in self.raw else None
        return {**record(self.document), **({"engine": engine} if engine else {})}


_PLAIN: Final = Look()


@dataclass(frozen=True)
class Options:
    """What shapes a transcript: `language` is a code or `auto`, `speakers` the largest number of them (2 to 30)."""

    language: str = "auto"
    languages: tuple[str, ...] = ()
    speakers: int | None = None

    def check(self) -> None:
        """Raises UsageError for what AWS would refuse."""
        if self.speakers is not None and self.speakers not in limits.TRANSCRIBE_SPEAKERS:
            raise UsageError(f"{self.speakers} speakers: Transcribe tells 2 to 30 apart")
        if self.languages and len(set(self.languages)) not in limits.TRANSCRIBE_LANGUAGE_OPTIONS:
            raise UsageError(
                "Transcribe chooses among 2 to 5 candidates", hint="repeat --candidate, or give one --language"
            )
        if self.languages and self.language != "auto":
            raise UsageError("give one --language, or several --candidate, not both")
        for code in (self.language, *self.languages):
            if code != "auto" and code not in language_codes():
                raise UsageError(f"Transcribe does not know the language `{code}`", hint=_near_language(code))

    def params(self) -> dict[str, Any]:
        """The part of StartTranscriptionJob that shapes the answer."""
        params: dict[str, Any] = {}
        if self.language != "auto":
            params["LanguageCode"] = self.language
        else:
            params["IdentifyLanguage"] = True
            if self.languages:
                params["LanguageOptions"] = list(self.languages)
        if self.speakers is not None:
            params["Settings"] = {"ShowSpeakerLabels": True, "MaxSpeakerLabels": self.speakers}
        return params


KIND: Final = jobs.Kind(
    service=SERVICE,
    noun="transcription job",
    describe=lambda session, job: describe(session, job),
    status=lambda answer: str(answer.get("TranscriptionJobStatus", "")),
    reason=lambda answer: str(answer.get("FailureReason", "")),
    done=frozenset({"COMPLETED"}),
    failed=frozenset({"FAILED"}),
)


def plan(session: Session, sources: list[Source], options: Options) -> Iterator[Step]:
    """What transcribing SOURCES would call, and the price where the length is known. Nothing is sent."""
    options.check()
    for source in sources:
        charge = None
        if source.path is not None:
            file = staging.glance(source)
            _check_media(file)
            length = media.seconds(file.head, file.size)
            charge = prices.transcription(length) if length is not None else None
            yield step("s3:PutObject", source.name)
        yield step("transcribe:StartTranscriptionJob", source.name, charge=charge)


def transcribe(
    session: Session,
    source: Source,
    options: Options,
    *,
    look: Look = _PLAIN,
    bucket: str | None = None,
    timeout: float | None = None,
    wait: bool = True,
) -> Transcription | StartedJob:
    """Transcribe SOURCE: a file, stdin (`-`) or an object in S3, of up to 2 GB and 4 hours.

    TIMEOUT is in seconds; without WAIT the job's id is the answer. Raises InputError for what is no media,
    JobFailed with AWS's reason, TimedOut where the job goes on.
    """
    options.check()
    with ExitStack() as held:
        with _opened(session, source) as file:
            work = _Work(session, source, options, file, _digest(session, source, file))
            held.enter_context(_alone(work.key))  # a copy of the same recording waits for the first one's answer
            kept = work.kept()
            if kept is not None:
                work.tidy()
                return transcription(kept, look)
            job = work.start(bucket)
            if not wait:
                session.running.pop(str(job), None)
                return StartedJob(id=str(job))
        return transcription(work.finish(timeout), look)


def transcription(document: bytes, look: Look = _PLAIN) -> Transcription:
    """The record of a transcript document, of whatever shape. Raises InputError for a JSON that is none."""
    parsed = parse(document)
    record = Transcription(transcript=parsed.text, language_code=parsed.language_code).with_raw(document)
    record._look = look
    return record


def describe(session: Session, job: JobId) -> dict[str, Any]:
    """AWS's description of JOB. Raises ServiceError where there is no such job."""
    client = session.client(SERVICE, region=job.region)
    answer = client.get_transcription_job(TranscriptionJobName=job.name)
    return dict(answer["TranscriptionJob"])


def job_record(job: JobId, answer: dict[str, Any]) -> Job:
    """The record of a job that AWS described as ANSWER."""
    return Job.of(answer, id=str(job))


def list_jobs(session: Session, *, status: str | None = None, limit: int | None = None) -> Listing:
    """The jobs of this region, the newest first, page after page as they are read."""
    if status is not None and status not in STATUSES:
        raise UsageError(f"a job is never `{status}`", hint=f"one of: {', '.join(STATUSES)}")
    filters = {"Status": status} if status else {}

    def records() -> Iterator[Job]:
        found = paging.items(session.client(SERVICE).list_transcription_jobs, "TranscriptionJobSummaries", **filters)
        for answer in islice(found, limit):
            yield job_record(JobId(SERVICE, session.region, answer["TranscriptionJobName"]), answer)

    return Listing(records(), "TranscriptionJobSummaries")


def get_job(session: Session, job: JobId) -> Job:
    """What AWS says about JOB now."""
    return job_record(job, describe(session, job))


def wait_job(session: Session, job: JobId, *, timeout: float | None = None) -> Job:
    """Wait for JOB, and remove what it needed in S3. Raises JobFailed, TimedOut."""
    answer = _waited(session, job, timeout=timeout)
    _remove_staged(session, job)
    return job_record(job, answer)


def result(session: Session, job: JobId, *, look: Look = _PLAIN, timeout: float | None = None) -> Transcription:
    """The transcript of JOB, waited for if it is not there yet, and kept here from then on."""
    entry = Ledger().find_job(SERVICE, job.region, job.name)
    cache = Cache(session.config)
    if entry is not None and (kept := cache.find(entry.key)) is not None and not session.fresh:
        _remove_staged(session, job)
        return transcription(kept, look)
    document = fetch(session, job, _waited(session, job, timeout=timeout))
    if entry is not None and session.keep is not False:
        cache.keep(entry.key, document)
    _remove_staged(session, job)
    return transcription(document, look)


def removal(job: JobId) -> Step:
    """What removing JOB would call."""
    return step("transcribe:DeleteTranscriptionJob", str(job))


def remove_job(session: Session, job: JobId) -> None:
    """Delete JOB with everything of it that lies in S3. One that is gone already is no failure."""
    entry = Ledger().find_job(SERVICE, job.region, job.name)
    if entry is not None:
        tidy(session, entry)
    else:
        _delete(session, job)


def fetch(session: Session, job: JobId, answer: dict[str, Any]) -> bytes:
    """The transcript document of the ended JOB that AWS described as ANSWER: from our bucket or the address given."""
    entry = Ledger().find_job(SERVICE, job.region, job.name)
    if entry is not None and entry.output and entry.bucket:
        return staging.fetch(session, bucket=entry.bucket, key=entry.output, region=job.region)
    transcript = answer.get("Transcript", {})
    address = str(transcript.get("RedactedTranscriptFileUri") or transcript.get("TranscriptFileUri") or "")
    own = _own_object(address, region=job.region)
    if own is not None and "?" not in address:
        return staging.fetch(session, bucket=own[0], key=own[1], region=job.region)

    def again() -> str:
        fresh = describe(session, job).get("Transcript", {})
        return str(fresh.get("RedactedTranscriptFileUri") or fresh.get("TranscriptFileUri") or "")

    return session.download(address, renew=again)


def tidy(session: Session, entry: Entry) -> Entry:
    """Remove everything of ENTRY's work that may lie at AWS: the staged input, the output, the job."""
    if entry.state == "clean":
        return entry
    _delete(session, JobId(SERVICE, entry.region, entry.job))
    for key in (entry.staged, entry.output):
        if key and entry.bucket:
            staging.remove(session, bucket=entry.bucket, key=key, region=entry.region)
    return Ledger().move(entry, "clean")


def language_codes() -> frozenset[str]:
    """The languages of batch transcription, from the installed botocore's model of the service."""
    import botocore.session

    model = botocore.session.get_session().get_service_model(SERVICE)
    return frozenset(model.shape_for("LanguageCode").enum)


class _Work:
    """One transcription from its first look to its last trace."""

    def __init__(
        self, session: Session, source: Source, options: Options, file: staging.Media | None, digest: str
    ) -> None:
        self.session = session
        self.source = source
        self.options = options
        self.file = file
        self.digest = digest
        self.key = key_of(SERVICE, session.region, session.local, digest, options.params())
        self.ledger = Ledger()
        self.cache = Cache(session.config)
        self.entry = self._entry()
        self.asked = False  # whether AWS was asked for the job, whatever it said

    @property
    def job(self) -> JobId:
        """The job that does it."""
        return JobId(SERVICE, self.entry.region, self.entry.job)

    def _entry(self) -> Entry:
        known = self.ledger.find(self.key)
        if known is not None and self.session.fresh and known.state == "ended":
            known = tidy(self.session, known)
        if known is not None and known.state != "clean":
            return known
        name = f"awsml-{self.key[:40]}"
        if self.session.fresh:
            name = f"{name[:36]}-{int(clock.now())}"
        return Entry(self.key, SERVICE, self.session.region, name, input=self.source.name)

    def kept(self) -> bytes | None:
        """The transcript, if it was paid for before (work done on this machine is done again: engines change)."""
        if self.session.fresh or self.session.local:
            return None
        return self.cache.find(self.key)

    def start(self, bucket: str | None) -> JobId:
        """Have the job under way: found, or started after its input was staged."""
        found = self._found()
        if found is not None and KIND.status(found) in KIND.failed:
            _delete(self.session, self.job)
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

    def finish(self, timeout: float | None) -> bytes:
        """Wait for the job, fetch its transcript, keep it, and leave nothing at AWS."""
        try:
            answer = jobs.wait(self.session, KIND, self.job, timeout=timeout)
        except JobFailed as failure:
            self.tidy()
            raise JobFailed(f"{self.source.name}: {failure.message}", hint=_failure_hint(failure.message)) from None
        except ServiceError as error:
            return self._fetched_by_another(error)
        try:
            document = fetch(self.session, self.job, answer)
        except ServiceError as error:
            return self._fetched_by_another(error)
        if self._keep(document):
            self.tidy()
        return document

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
        kept = self.cache.find(self.key) if error.code in (*_GONE, *_NO_OBJECT) else None
        if kept is None:
            raise error
        self.session.running.pop(str(self.job), None)
        return kept

    def _found(self) -> dict[str, Any] | None:
        if self.ledger.find(self.key) is None:
            return None
        try:
            return describe(self.session, self.job)
        except ServiceError as error:
            if error.code in _GONE:
                return None
            raise

    def _stage(self, bucket: str | None) -> None:
        if self.file is None:
            self.entry = self.ledger.put(replace(self.entry, state="staging"))
            return
        place = staging.bucket(self.session, bucket or self.entry.bucket)
        key = f"{staging.PREFIX}{self.digest[:40]}.{media.sniff(self.file.head)}"
        output = f"{staging.PREFIX}{self.entry.job}.json"
        self.entry = self.ledger.put(replace(self.entry, bucket=place, staged=key, output=output, state="staging"))
        staging.put(self.session, self.file, bucket=place, key=key)

    def _start(self) -> None:
        entry = self.entry
        uri = f"s3://{entry.bucket}/{entry.staged}" if entry.staged else self.source.name
        params = {"TranscriptionJobName": entry.job, "Media": {"MediaFileUri": uri}, **self.options.params()}
        if self.file is not None:
            params["MediaFormat"] = media.sniff(self.file.head)
        if entry.output:
            params.update(OutputBucketName=entry.bucket, OutputKey=entry.output)
        self.asked = True
        try:
            self.session.client(SERVICE).start_transcription_job(**params)
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
            elif entry.staged and entry.bucket:
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


def _opened(session: Session, source: Source) -> AbstractContextManager[staging.Media | None]:
    if source.name.startswith("s3://") and source.path is None:
        return nullcontext(None)
    chunks = sources.remote(source, session) if source.remote else iter(lambda: sys.stdin.buffer.read(1 << 20), b"")
    return staging.spooled(source, chunks)


def _digest(session: Session, source: Source, file: staging.Media | None) -> str:
    if file is not None:
        _check_media(file)
        return file.digest
    bucket, key = sources.split_uri(source.name)
    try:
        head = session.client("s3").head_object(Bucket=bucket, Key=key)
    except ServiceError as error:
        if error.code in (*_NO_OBJECT, "NoSuchBucket"):
            raise InputError(f"there is no object {source.name}") from None
        raise
    size = int(head["ContentLength"])
    if size == 0:
        raise InputError(f"{source.name} is empty")
    _check_size(source, size)
    return key_of(source.name, head["ETag"], head["ContentLength"])


def _check_media(file: staging.Media) -> None:
    if media.sniff(file.head) is None:
        raise InputError(
            f"{_said(file.source)} is not audio or video: it looks like {media.describe(file.head)}",
            hint=f"Transcribe reads {', '.join(limits.TRANSCRIBE_FORMATS)}",
        )
    _check_size(file.source, file.size)
    length = media.seconds(file.head, file.size)
    if length is not None and length > limits.TRANSCRIBE_MEDIA_SECONDS * 1.01:  # an MP3's length is an estimate
        raise InputError(
            f"{_said(file.source)} plays {length / 3600:.1f} h; Transcribe takes 4 h", hint="split it first"
        )


def _check_size(source: Source, size: int) -> None:
    if size > limits.TRANSCRIBE_MEDIA_BYTES:
        raise InputError(f"{_said(source)} has {size:,} bytes; Transcribe takes 2 GB", hint="split it first")


def _said(source: Source) -> str:
    return "stdin" if source.name == "-" else source.name


def _waited(session: Session, job: JobId, *, timeout: float | None) -> dict[str, Any]:
    try:
        return jobs.wait(session, KIND, job, timeout=timeout)
    except JobFailed:
        _remove_staged(session, job)
        raise


def _remove_staged(session: Session, job: JobId) -> None:
    entry = Ledger().find_job(SERVICE, job.region, job.name)
    if entry is not None and entry.staged and entry.bucket and entry.state != "clean":
        staging.remove(session, bucket=entry.bucket, key=entry.staged, region=entry.region)


def _delete(session: Session, job: JobId) -> None:
    try:
        session.client(SERVICE, region=job.region).delete_transcription_job(TranscriptionJobName=job.name)
    except ServiceError as error:
        if error.code not in _GONE:
            raise


def _own_object(address: str, *, region: str) -> tuple[str, str] | None:
    """Bucket and key of `https://s3.REGION.amazonaws.com/BUCKET/KEY`, which is how Transcribe writes its own output."""
    for host in (
        f"https://s3.{region}.amazonaws.com/",
        f"https://s3-{region}.amazonaws.com/",
        "https://s3.amazonaws.com/",
    ):
        if address.startswith(host):
            return sources.split_uri("s3://" + address.removeprefix(host).partition("?")[0])
    return None


def _near_language(code: str) -> str:
    codes = sorted(language_codes())
    near = [known for known in codes if known.split("-")[0].lower() == code.split("-")[0].split("_")[0].lower()]
    return f"it knows {', '.join(near)}" if near else f"it knows {', '.join(codes[:12])} …; auto finds out"


def _elsewhere(source: Source, error: ServiceError) -> ConfigError:
    return ConfigError(
        f"{source.name} is not in the region of this run: {error.message}",
        hint="--region with the region of its bucket",
    )


def _failure_hint(message: str) -> str | None:
    if "format" in message.lower():
        return "convert it first, for example: ffmpeg -i FILE -ac 1 -ar 16000 out.flac"
    return None
