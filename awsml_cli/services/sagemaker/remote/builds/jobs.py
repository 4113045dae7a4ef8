"""Builds at CodeBuild: looked at, waited for with their logs, stopped, listed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, ClassVar, Final

from awsml_cli.core import clock, corpus, jobs, paging, prices, refusals
from awsml_cli.core.errors import InputError, JobFailed, ServiceError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.plan import Step, step
from awsml_cli.core.prices import Charge
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker.remote.builds import places
from awsml_cli.services.sagemaker.remote.following import Log, LogLine

SERVICE: Final = "sagemaker-build"
LAST_LINES: Final = 5
PAUSE: Final = 3.0  # seconds between two looks, at most
SETTLING: Final = 3.0  # seconds that the last lines of a log may take to arrive
PAGE: Final = 100  # builds that are asked about at once: BatchGetBuilds' limit
_GOOD: Final = frozenset({"SUCCEEDED"})
_BAD: Final = frozenset({"FAILED", "FAULT", "TIMED_OUT", "STOPPED"})


class Built(Record):
    """A build; `billed_minutes` are begun ones, `price` is in US dollars, None if not known."""

    columns: ClassVar = ("id", "build_status", "current_phase", "start_time")

    id: str
    build_status: str
    current_phase: str | None = None
    failure_reason: str | None = None
    project_name: str | None = None
    start_time: Any = None
    end_time: Any = None
    billed_minutes: int | None = None
    price: float | None = None


def id_of(region: str, build: str) -> JobId:
    """The job of the BUILD that CodeBuild calls `project:number`; in an id of ours no colon is left."""
    return JobId(SERVICE, region, build.replace(":", "/", 1))


def named(text: str, session: Session) -> JobId:
    """The build that TEXT names: as we call it, or as CodeBuild does."""
    if text.count(":") == 1:
        text = text.replace(":", "/")
    return jobs.job_id(text, service=SERVICE, region=session.region)


def describe(session: Session, job: JobId) -> Built:
    """What AWS says about JOB now."""
    return _record(job, look(session, job))


def look(session: Session, job: JobId) -> dict[str, Any]:
    """AWS's answer about JOB now. Raises InputError where there is none."""
    found = session.client("codebuild", region=job.region).batch_get_builds(ids=[_called(job)])["builds"]
    if not found:
        raise InputError(f"there is no build {job}", hint="awsml sagemaker builds ls")
    return dict(found[0])


def of_source(session: Session, project: str, location: str) -> tuple[JobId | None, int]:
    """The build of PROJECT that works on what lies at LOCATION, and how many of its newest have ended with that."""
    client = session.client("codebuild")
    newest = client.list_builds_for_project(projectName=project, sortOrder="DESCENDING").get("ids") or []
    ours = [one for one in _about(client, newest[:PAGE]) if (one.get("source") or {}).get("location") == location]
    running = [one for one in ours if one["buildStatus"] not in _GOOD | _BAD]
    return (id_of(session.region, running[0]["id"]) if running else None), len(ours) - len(running)


def wait(session: Session, job: JobId, *, timeout: float | None = None) -> Built:
    """Wait until JOB has ended, telling its log and its phases; what was staged for it is removed.

    Raises JobFailed with the phase that failed, why, and the last lines.
    """
    watched = _Watched(session, job)
    kind = jobs.Kind(
        service="sagemaker",
        group="builds",
        noun="build",
        describe=lambda _session, _job: watched.look(),
        status=lambda answer: str(answer.get("buildStatus", "")),
        reason=reason,
        done=_GOOD,
        failed=_BAD,
        longest=PAUSE,
        verbs={"result": "describe"},
    )
    try:
        answer = jobs.wait(session, kind, job, timeout=timeout)
    except JobFailed as failure:
        watched.rest()
        corpus.clear(session, job)
        last = " | ".join(watched.last)
        raise JobFailed(failure.message, hint=last or f"awsml sagemaker builds logs {job}") from None
    watched.rest()
    corpus.clear(session, job)
    made = _record(job, answer)
    if made.price is not None:
        session.talk.tell(f"{job.name}: {made.billed_minutes} min billed, about {made.price:.4f} USD")
    return made


class _Watched:
    """A build that is looked at again and again: each look tells what is new."""

    def __init__(self, session: Session, job: JobId) -> None:
        self.last: list[str] = []
        self._session, self._job = session, job
        self._log: Log | None = None
        self._told: set[str] = set()

    def look(self) -> dict[str, Any]:
        """AWS's answer, after what is new was told."""
        answer = look(self._session, self._job)
        for one in answer.get("phases") or ():
            if one["phaseType"] not in self._told and one["phaseType"] != "COMPLETED":
                self._told.add(one["phaseType"])
                self._session.talk.tell(f"{self._job.name}: {one['phaseType'].lower().replace('_', ' ')}")
        self._log = self._log or _log(self._session, self._job, answer)
        self._tell()
        return answer

    def rest(self) -> None:
        """What of the log comes after the end."""
        if self._log is not None:
            clock.sleep(SETTLING)
            self._tell()

    def _tell(self) -> None:
        for line in self._log.new(following=True) if self._log is not None else ():
            self.last = [*self.last[-LAST_LINES + 1 :], line.message]
            self._session.talk.tell(line.message)


def stop(session: Session, job: JobId) -> Built:
    """Stop JOB."""
    session.client("codebuild", region=job.region).stop_build(id=_called(job))
    return describe(session, job)


def stopping(job: JobId) -> Step:
    """What stopping would call."""
    return step("codebuild:StopBuild", _called(job))


def listed(session: Session, *, limit: int | None) -> Listing:
    """Our builds of this region, the newest first."""
    return Listing(_listed(session, limit), "builds")


def of_all(session: Session, *, limit: int | None) -> Iterator[Record]:
    """The same, for a list of all that runs; none where CodeBuild may not be asked, which is said with -v."""
    try:
        yield from _listed(session, limit)
    except ServiceError as error:
        if error.code not in refusals.DENIED:
            raise
        session.talk.note(f"builds are not looked at: {error.message}")


def logs(session: Session, job: JobId, *, follow: bool) -> Iterator[LogLine]:
    """The log of JOB; with FOLLOW until it has ended."""
    log: Log | None = None
    while True:
        answer = look(session, job)
        log = log or _log(session, job, answer)
        ended = answer["buildStatus"] in _GOOD | _BAD
        if log is not None:
            yield from (line.model_copy(update={"host": job.name}) for line in log.new())
        if ended or not follow:
            return
        clock.sleep(PAUSE)


def reason(answer: Mapping[str, Any]) -> str:
    """Why a build failed: the phase that did, and what CodeBuild says of it."""
    for one in answer.get("phases") or ():
        if one.get("phaseStatus") in _BAD:
            said = "; ".join(str(about["message"]) for about in one.get("contexts") or () if about.get("message"))
            return f"{one['phaseType'].lower().replace('_', ' ')}: {said or one['phaseStatus'].lower()}"
    return ""


def dearest(compute: str) -> Charge:
    """What a build on a machine of the size COMPUTE costs, if it takes as long as it may."""
    return prices.build_minutes(places.MINUTES, compute)


def _listed(session: Session, limit: int | None) -> Iterator[Built]:
    client = session.client("codebuild")
    found = paging.items(client.list_builds, "ids", sortOrder="DESCENDING")
    ours = islice((one for one in found if one.startswith(f"{places.NAME}-")), limit)
    while batch := list(islice(ours, PAGE)):
        for one in _about(client, batch):
            yield _record(id_of(session.region, one["id"]), one)


def _about(client: Any, ids: Sequence[str]) -> list[dict[str, Any]]:
    """What there is to say about IDS, in their order."""
    if not ids:
        return []
    found = {one["id"]: one for one in client.batch_get_builds(ids=list(ids))["builds"]}
    return [found[one] for one in ids if one in found]


def _log(session: Session, job: JobId, answer: Mapping[str, Any]) -> Log | None:
    where = answer.get("logs") or {}
    if not where.get("groupName") or not where.get("streamName"):
        return None
    return Log(session, where["groupName"], where["streamName"], region=job.region)


def _called(job: JobId) -> str:
    return job.name.replace("/", ":", 1)


def _record(job: JobId, answer: Mapping[str, Any]) -> Built:
    begun, ended = answer.get("startTime"), answer.get("endTime")
    minutes = -(-int((ended - begun).total_seconds()) // 60) if begun and ended else None
    size = {word: one for one, word in places.computes().items()}.get(
        str((answer.get("environment") or {}).get("computeType"))
    )
    price = prices.build_minutes(minutes, size) if minutes is not None and size else None
    plain = {name: answer[name] for name in ("buildStatus", "currentPhase", "projectName") if name in answer}
    return Built.of(
        plain,
        id=str(job),
        failure_reason=reason(answer) or None,
        start_time=begun,
        end_time=ended,
        billed_minutes=minutes,
        price=round(price.dollars, 4) if price else None,
    ).with_raw(answer)
