"""What Lex works on while we wait: bots, imports, exports, builds, versions, aliases.

botocore's waiters for them give up after 350 seconds, and a build of a large locale takes longer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from awsml_cli.core import clock, jobs
from awsml_cli.core.errors import ServiceError
from awsml_cli.core.jobs import JobId, Kind
from awsml_cli.core.session import Session
from awsml_cli.services.lex.finding import MODELS

GONE: Final = "ResourceNotFoundException"
LATE: Final = 12  # looks, some two minutes, after which what is not yet there is not to be expected any more


@dataclass(frozen=True)
class Work(Kind):
    """Work that is picked up again by the same command."""

    def command(self, verb: str, job: JobId) -> str:
        """What goes on with it."""
        return "run the same command again"


@dataclass(frozen=True)
class Patience:
    """How long to wait for all of something: until the moment UNTIL of the monotonic clock; None is for ever."""

    until: float | None = None

    @classmethod
    def of(cls, timeout: float | None) -> Patience:
        """So many seconds from now."""
        return cls(None if timeout is None else clock.monotonic() + timeout)

    @property
    def left(self) -> float | None:
        """Seconds that are left."""
        return None if self.until is None else max(0.0, self.until - clock.monotonic())


def wait(
    session: Session,
    noun: str,
    name: str,
    describe: Callable[[], dict[str, Any]],
    member: str,
    *,
    done: frozenset[str],
    patience: Patience,
    late: bool = False,
) -> dict[str, Any]:
    """Wait until MEMBER of what DESCRIBE says is one of DONE; LATE things are not even there at first.

    NOUN and NAME are what messages call it. Raises JobFailed with AWS's reasons, TimedOut.
    """
    missed = [0]

    def look(_session: Session, _job: JobId) -> dict[str, Any]:
        try:
            return describe()
        except ServiceError as error:
            missed[0] += 1
            if not late or error.code != GONE or missed[0] > LATE:
                raise
            return {member: "Creating"}

    kind = Work(
        service="lex",
        noun=noun,
        describe=look,
        status=lambda answer: str(answer.get(member, "")),
        reason=lambda answer: "; ".join(answer.get("failureReasons") or ()),
        done=done,
        failed=frozenset({"Failed"}) - done,
    )
    return jobs.wait(session, kind, JobId("lex", session.region, name), timeout=patience.left)


def bot(session: Session, found: dict[str, Any], patience: Patience) -> None:
    """Wait until nothing is done to a bot, whoever began it."""
    if found.get("botStatus") in ("Available", "Inactive", "Failed", None):
        return
    wait(
        session,
        "work on the bot",
        found["botName"],
        lambda: session.client(MODELS).describe_bot(botId=found["botId"]),
        "botStatus",
        done=frozenset({"Available", "Inactive", "Failed"}),
        patience=patience,
        late=True,
    )
