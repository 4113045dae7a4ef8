"""Analyse a video: have its job done once, keep the answer, leave nothing at AWS."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from awsml_cli.core import prices
from awsml_cli.core.cache import Cache, alone, key_of, remember
from awsml_cli.core.errors import InputError, ServiceError
from awsml_cli.core.plan import Step, step
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.formats.timeline import Look
from awsml_cli.services.rekognition.video import inputs
from awsml_cli.services.rekognition.video.asked import SERVICE, Asked
from awsml_cli.services.rekognition.video.inputs import Given
from awsml_cli.services.rekognition.video.job import Work
from awsml_cli.services.rekognition.video.records import Analysis, StartedJob, analysis


@dataclass(frozen=True)
class Way:
    """How a job is run: staged in BUCKET, waited for (TIMEOUT in seconds) or not; AWS may tell its end to a CHANNEL."""

    bucket: str | None = None
    timeout: float | None = None
    wait: bool = True
    channel: dict[str, str] | None = None
    tag: str | None = None


def analyse(session: Session, source: Source, asked: Asked, *, look: Look, way: Way) -> Analysis | StartedJob:
    """Analyse SOURCE: a file, stdin (`-`), a video on the web or an object in S3, of up to 10 GB and 6 hours.

    Without waiting, the job's id is the answer. Raises InputError for what is no video that AWS takes, ConfigError
    where a bucket is missing, JobFailed with AWS's reason, TimedOut where the job goes on.
    """
    asked.check()
    with inputs.opened(session, source) as given:
        key = job_key(session, given, asked)
        with alone(key):  # a copy of the same video waits for the first one's answer
            kept = _kept(session, given, asked, key)
            if kept is not None and way.wait:
                return analysis(kept, look)
            work = Work(session, given, asked, key=key, channel=way.channel, tag=way.tag)
            job = work.start(way.bucket)
            if not way.wait:
                session.running.pop(str(job), None)
                return StartedJob(id=str(job))
            answer = work.finish(way.timeout)
            made = _usable(answer, str(job), look)
            keep = session.keep is not False and not session.local
            if not keep or remember(session, answer_key(key, asked), answer):
                if keep:
                    work.kept()
                work.tidy()
    return made


def job_key(session: Session, given: Given, asked: Asked) -> str:
    """What tells this analysis of this content from others."""
    return key_of(SERVICE, "video", session.region, session.local, given.digest, asked.kind.name, asked.start_params())


def answer_key(key: str, asked: Asked) -> str:
    """Under what the answer of the job KEY is kept, as it is asked for."""
    return key_of(key, asked.get_params())


def plan(session: Session, videos: Sequence[Source], asked: Asked) -> Iterator[Step]:
    """What analysing VIDEOS would call, and the price where their length is known. Nothing is sent."""
    asked.check()
    for source in videos:
        if source.path is None:
            yield step(f"{SERVICE}:{asked.kind.start}", source.name)
            continue
        with inputs.opened(session, source) as given:
            if _kept(session, given, asked, job_key(session, given, asked)) is not None:
                continue
            length = given.facts.seconds
            charge = prices.video(length, minute=asked.minute) if length is not None else None
            yield step("s3:PutObject", source.name)
            yield step(f"{SERVICE}:{asked.kind.start}", source.name, charge=charge)


def offline(data: bytes, look: Look) -> Analysis:
    """The record of an answer that is here already. Raises InputError for what is none."""
    return analysis(data, look)


def _usable(answer: bytes, job: str, look: Look) -> Analysis:
    """The record of ANSWER. Raises ServiceError where it cannot be read."""
    try:
        return analysis(answer, look)
    except InputError as error:
        raise ServiceError(
            f"the answer of {job} cannot be used: {error.message}", hint="-f raw shows it", code="UnusableAnswer"
        ) from None


def _kept(session: Session, given: Given, asked: Asked, key: str) -> bytes | None:
    """The answer, if it was paid for before: this very one, or one that holds it."""
    if session.fresh or session.local:
        return None
    cache = Cache(session.config)
    found = cache.find(answer_key(key, asked))
    if found is not None:
        Work(session, given, asked, key=key).tidy()
        return found
    for wider in asked.wider():
        found = cache.find(answer_key(job_key(session, given, wider), wider))
        if found is not None:
            session.talk.note(f"an answer about {given.name} that is kept here says it too")
            return found
    return None
