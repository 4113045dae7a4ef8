"""Polly's asynchronous tasks: up to 100,000 billed characters in one, the audio left in S3."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any, ClassVar, Final

from awsml_cli.core import batch, jobs, limits, paging, prices, sources, staging
from awsml_cli.core.cache import Cache, key_of
from awsml_cli.core.errors import InputError, ServiceError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.ledger import Entry, Ledger
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Blob, Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.formats import audio, ssml
from awsml_cli.formats.pieces import cut
from awsml_cli.services.polly import lexicons
from awsml_cli.services.polly.choices import Options, Settled, settle
from awsml_cli.services.polly.pieces import billed, empty, says_something
from awsml_cli.services.polly.speech import Speech, record
from awsml_cli.services.polly.voices import ENGINES, SERVICE

FORMATS: Final = ("mp3", "ogg_vorbis", "ogg_opus", "pcm", "mulaw", "alaw")
WORKERS: Final = 2  # tasks at a time; some engines take one a second
_GONE: Final = ("SynthesisTaskNotFoundException", "InvalidTaskIdException")


class Task(Record):
    """A task; `output_uri` is where its audio is, or will be."""

    columns: ClassVar = ("id", "task_status", "voice_id", "output_format", "request_characters", "output_uri")

    id: str
    task_id: str
    task_status: str
    task_status_reason: str | None = None
    engine: str | None = None
    voice_id: str | None = None
    output_format: str | None = None
    output_uri: str | None = None
    request_characters: int | None = None
    creation_time: Any = None


KIND: Final = jobs.Kind(
    service=SERVICE,
    noun="speech synthesis task",
    describe=lambda session, job: describe(session, job),
    status=lambda answer: str(answer.get("TaskStatus", "")),
    reason=lambda answer: str(answer.get("TaskStatusReason", "")),
    done=frozenset({"completed"}),
    failed=frozenset({"failed"}),
    group="tasks",
)


def start_task(session: Session, text: str, options: Options, *, bucket: str | None, prefix: str = "") -> Task:
    """Start a task that speaks TEXT into BUCKET (the staging bucket otherwise), below PREFIX.

    Raises InputError for more than 100,000 billed or 200,000 characters.
    """
    options.check()
    sent = _sent(text, options)
    if len(sent) > 1:
        raise InputError(
            f"{billed(text, options):,} characters; a task takes {limits.POLLY_TASK_BILLED_CHARACTERS:,}",
            hint="awsml polly --via task starts as many as it needs",
        )
    settled = _settled(session, sent[0], options)
    return _task(*_started(session, settled, sent[0], bucket=staging.bucket(session, bucket), prefix=prefix))


def speak(session: Session, chunks: Iterable[str], options: Options, *, bucket: str | None) -> Blob:
    """Speak the text that CHUNKS make up by tasks: started, waited for, their audio joined, and nothing left in S3.

    A run that was killed finds its tasks again, and starts none a second time.
    """
    options.check()
    return Blob(lambda seekable: _joined(session, chunks, options, bucket, seekable=seekable)[0], finish=audio.finish)


def speech(session: Session, chunks: Iterable[str], options: Options, *, bucket: str | None) -> Speech:
    """Speak like `speak`, and return the whole of it as one record."""
    options.check()
    joined, settled, characters = _joined(session, chunks, options, bucket, seekable=False)
    sound = b"".join(joined)
    return record(sound, settled, characters=characters, duration=joined.duration)


def _joined(
    session: Session, chunks: Iterable[str], options: Options, bucket: str | None, *, seekable: bool
) -> tuple[audio.Joined, Settled, int]:
    sent = _sent("".join(chunks), options)
    settled = _settled(session, sent[0], options)
    place = staging.bucket(session, bucket)
    sounds = batch.in_order(lambda piece: _Work(session, settled, piece, place).sound(), sent, workers=WORKERS)
    wav = settled.format == "wav"
    joined = audio.join(settled.wire, sounds, sample_rate=settled.sample_rate, wav=wav, seekable=seekable)
    return joined, settled, sum(billed(piece, options) for piece in sent)


def plan(name: str, text: str, options: Options) -> Step:
    """What tasks for TEXT would cost. Nothing is sent."""
    options.check()
    sent = _sent(text, options)
    count = sum(billed(piece, options) for piece in sent)
    charge = prices.speech(count, engine=options.engine or ENGINES[0])
    return step("polly:StartSpeechSynthesisTask", name, calls=len(sent), charge=charge)


def describe(session: Session, job: JobId) -> dict[str, Any]:
    """AWS's description of a task."""
    client = session.client(SERVICE, region=job.region)
    return dict(client.get_speech_synthesis_task(TaskId=job.name)["SynthesisTask"])


def get_task(session: Session, job: JobId) -> Task:
    """What AWS says about a task now."""
    return _task(job, describe(session, job))


def wait_task(session: Session, job: JobId, *, timeout: float | None = None) -> Task:
    """Wait until a task has ended. Raises JobFailed, TimedOut."""
    return _task(job, jobs.wait(session, KIND, job, timeout=timeout))


def list_tasks(session: Session, *, status: str | None = None, limit: int | None = None) -> Listing:
    """The tasks of the last 72 hours, LIMIT of them at the most."""
    filters = {"Status": status} if status else {}
    found = islice(
        paging.items(session.client(SERVICE).list_speech_synthesis_tasks, "SynthesisTasks", **filters), limit
    )
    return Listing((_task(JobId(SERVICE, session.region, one["TaskId"]), one) for one in found), "SynthesisTasks")


def result(session: Session, job: JobId, *, timeout: float | None = None) -> Blob:
    """The audio of a task, waited for if it is not there yet; it stays in S3 too."""

    def chunks(seekable: bool) -> Iterator[bytes]:
        answer = jobs.wait(session, KIND, job, timeout=timeout)
        bucket, key = _place(str(answer.get("OutputUri", "")))
        yield staging.fetch(session, bucket=bucket, key=key, region=job.region)

    return Blob(chunks)


class _Work:
    """One piece of text on its way through a task: what was started is found again, what was paid for is kept."""

    def __init__(self, session: Session, settled: Settled, text: str, bucket: str) -> None:
        self.session = session
        self.settled = settled
        self.text = text
        self.bucket = bucket
        self.key = key_of(SERVICE, "task", session.region, settled.params, text)
        self.prefix = f"{staging.PREFIX}{self.key[:40]}"
        self.ledger = Ledger()
        self.cache = Cache(session.config)

    def sound(self) -> bytes:
        """The audio."""
        keeps = self.session.keep is not False and not self.session.local
        if keeps and not self.session.fresh and (kept := self.cache.find(self.key)) is not None:
            self._tidy()
            return kept
        job = self._found() or self._start()
        how = f"awsml polly tasks wait {job}"
        self.session.running[str(job)] = how
        bucket, key = _place(str(jobs.wait(self.session, KIND, job).get("OutputUri", "")))
        sound = staging.fetch(self.session, bucket=bucket, key=key, region=job.region)
        if keeps:
            self.cache.keep(self.key, sound)
        staging.remove(self.session, bucket=bucket, key=key, region=job.region)
        if (entry := self.ledger.find(self.key)) is not None:
            self.ledger.move(entry, "clean")
        return sound

    def _found(self) -> JobId | None:
        """The task that an earlier run has started, if AWS still knows it."""
        entry = self.ledger.find(self.key)
        if entry is None or entry.state == "clean" or self.session.fresh:
            return None
        if entry.state == "staging":  # killed while it was being started: it may have been, or not
            tasks = paging.items(self.session.client(SERVICE).list_speech_synthesis_tasks, "SynthesisTasks")
            known = next((one for one in tasks if f"/{self.prefix}." in str(one.get("OutputUri", ""))), None)
            if known is None:
                return None
            entry = self.ledger.put(replace(entry, job=str(known["TaskId"]), state="started"))
        job = JobId(SERVICE, entry.region, entry.job)
        try:
            failed = describe(self.session, job).get("TaskStatus") == "failed"
        except ServiceError as error:
            if error.code not in _GONE:
                raise
            failed = True
        return None if failed else job

    def _tidy(self) -> None:
        """Remove what a run that was killed after it had kept the sound has left in S3."""
        entry = self.ledger.find(self.key)
        job = self._found() if entry is not None and entry.state == "started" else None
        if entry is None or job is None:
            return
        address = str(describe(self.session, job).get("OutputUri", ""))
        if address:
            bucket, key = _place(address)
            staging.remove(self.session, bucket=bucket, key=key, region=job.region)
        self.ledger.move(entry, "clean")

    def _start(self) -> JobId:
        entry = Entry(self.key, SERVICE, self.session.region, "", bucket=self.bucket, output=self.prefix)
        self.ledger.put(entry)
        job, _answer = _started(self.session, self.settled, self.text, bucket=self.bucket, prefix=self.prefix)
        self.ledger.put(replace(entry, job=job.name, state="started"))
        return job


def _started(
    session: Session, settled: Settled, text: str, *, bucket: str, prefix: str
) -> tuple[JobId, dict[str, Any]]:
    params = {**settled.params, "Text": text, "OutputS3BucketName": bucket}
    if prefix:
        params["OutputS3KeyPrefix"] = prefix
    answer = dict(session.client(SERVICE).start_speech_synthesis_task(**params)["SynthesisTask"])
    return JobId(SERVICE, session.region, str(answer["TaskId"])), answer


def _settled(session: Session, first: str, options: Options) -> Settled:
    settled = settle(session, options, first, document=first if options.sent_as_ssml else None)
    return lexicons.put_in(session, options, settled)


def _sent(text: str, options: Options) -> list[str]:
    """TEXT as it is sent, in as few tasks as can be. Raises InputError where there is nothing to speak."""
    billed_limit, limit = limits.POLLY_TASK_BILLED_CHARACTERS, limits.POLLY_TASK_CHARACTERS
    if options.ssml:
        found = ssml.split(text, limit_billed=billed_limit, limit_total=limit) if says_something(text) else []
    elif options.wrapped:
        room = limit - len(options.manner.before) - len(options.manner.after)
        parts = cut([text], room, measure=ssml.request_units, paragraphs=False)
        found = [ssml.wrap(part.text, options.manner).ssml for part in parts if part.text]
    else:
        found = [part.text for part in cut([text], billed_limit, measure=len, paragraphs=False) if part.text]
    if not found:
        raise empty()
    return found


def _task(job: JobId, answer: dict[str, Any]) -> Task:
    return Task.of(answer, id=str(job))


def _place(address: str) -> tuple[str, str]:
    """Bucket and key of `https://s3.REGION.amazonaws.com/BUCKET/KEY` (or of an `s3://` address)."""
    if address.startswith("s3://"):
        return sources.split_uri(address)
    return sources.split_uri("s3://" + address.partition("://")[2].partition("/")[2])
