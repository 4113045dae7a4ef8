"""Jobs that AWS works on while we wait: one way to wait for all of them.

botocore has waiters for a third of the services, each with its own patience; ours asks with growing pauses, knows
Ctrl-C and `--timeout`, and takes a status it has never seen for one that has not ended.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from awsml_cli.core import clock, wanted
from awsml_cli.core.errors import InputError, JobFailed, TimedOut
from awsml_cli.core.session import Session
from awsml_cli.core.talk import Curves

FIRST_PAUSE, LONGEST_PAUSE, GROWTH = 1.0, 15.0, 1.5  # seconds, seconds, factor


@dataclass(frozen=True)
class Kind:
    """How jobs of one sort are looked at: DESCRIBE gives AWS's answer for a name, the others read it."""

    service: str
    noun: str
    describe: Callable[[Session, JobId], dict[str, Any]]
    status: Callable[[dict[str, Any]], str]
    reason: Callable[[dict[str, Any]], str]
    done: frozenset[str]
    failed: frozenset[str]
    group: str = "jobs"  # of commands: `awsml SERVICE jobs wait JOB`
    longest: float = LONGEST_PAUSE  # seconds between two looks, at most
    resource: bool = False  # what is made is a thing with a name: `awsml SERVICE GROUP get NAME`
    look: str = ""  # the whole command that shows it, where that is another
    remaining: Callable[[dict[str, Any]], float | None] = lambda _: None  # AWS's own guess, in minutes
    curves: Callable[[], Curves | None] = lambda: None  # what is shown of it while it runs
    above: Callable[[], Sequence[str]] = lambda: ()  # lines over that of progress

    verbs: Mapping[str, str] = field(default_factory=dict)  # what a group calls `wait` or `result` otherwise

    def command(self, verb: str, job: JobId) -> str:
        """The command that does VERB to JOB, or shows the thing that it makes."""
        if self.look:
            return self.look
        verb = self.verbs.get(verb, verb)
        return f"awsml {self.service} {self.group} " + (
            f"get {job.name.split()[0]}" if self.resource else f"{verb} {job}"
        )

    def ended(self, answer: dict[str, Any]) -> bool:
        """Whether the job is over, well or badly."""
        return self.status(answer) in self.done | self.failed


@dataclass(frozen=True)
class JobId:
    """A job anywhere: `transcribe:eu-west-1:NAME`."""

    service: str
    region: str
    name: str

    def __str__(self) -> str:
        return f"{self.service}:{self.region}:{self.name}"


def job_id(text: str, *, service: str, region: str) -> JobId:
    """The job that TEXT names: a whole id, or a bare name of SERVICE in REGION. Raises InputError for another's id."""
    parts = text.split(":")
    if len(parts) == 1:
        return JobId(service, region, text)
    if len(parts) != 3 or parts[0] != service:
        raise InputError(f"`{text}` is not the id of a job of {service}", hint=f"{service}:REGION:NAME")
    return JobId(*parts)


def wait(session: Session, kind: Kind, job: JobId, *, timeout: float | None = None) -> dict[str, Any]:
    """Wait until JOB has ended and return AWS's last answer about it.

    TIMEOUT is in seconds. Raises JobFailed with AWS's reason, TimedOut with the job's id.
    """
    if not session.local:  # work on this machine ends with this process
        session.running[str(job)] = kind.command("wait", job)
    begun, pause = clock.monotonic(), FIRST_PAUSE
    while True:
        answer = kind.describe(session, job)
        status = kind.status(answer)
        waited = clock.monotonic() - begun
        said = f"{kind.noun} {job.name}: {status.lower().replace('_', ' ')}, {waited:.0f} s"
        left = kind.remaining(answer)
        if left is None:
            session.talk.progress("\n".join([*kind.above(), said]), curves=kind.curves())
        else:
            done = waited / (waited + left * 60) if waited + left else 0.0
            session.talk.progress(f"{said}, about {left:.0f} min left", done=done)
        if kind.ended(answer):
            session.running.pop(str(job), None)
            session.talk.settled()
            if status in kind.failed:
                raise JobFailed(f"the {kind.noun} {job.name} failed: {kind.reason(answer) or status}")
            return answer
        if timeout is not None and waited >= timeout:
            session.running.pop(str(job), None)
            raise TimedOut(
                f"the {kind.noun} has not ended after {timeout:g} s; it goes on: {job}",
                hint=kind.command("result", job),
            )
        wanted.check()
        clock.sleep(pause if timeout is None else min(pause, timeout - waited))
        pause = min(pause * GROWTH, FIRST_PAUSE if session.local else kind.longest)
