"""CodeGuru Profiler: groups, their profiles, and what it recommends."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Final

from awsml_cli.core import clock, paging
from awsml_cli.core.errors import InputError, ServiceError, UsageError
from awsml_cli.core.record import Listing
from awsml_cli.core.session import Session
from awsml_cli.formats import flame
from awsml_cli.services.codeguru.records import Advice, Group, Hot, Profile, ProfileTime

PROFILER: Final = "codeguruprofiler"
PERIODS: Final = {"5m": "PT5M", "1h": "PT1H", "1d": "P1D"}
LONGEST: Final = timedelta(days=7)  # of one profile that is asked for


def groups(session: Session, *, limit: int | None = None) -> Listing:
    """The profiling groups of this region."""
    found = paging.items(session.client(PROFILER).list_profiling_groups, "profilingGroups", includeDescription=True)
    return Listing((_group(one) for one in islice(found, limit)), "profilingGroups")


def group(session: Session, name: str) -> Group:
    """The profiling group NAME. Raises InputError where there is none."""
    return _group(_asked(session, "describe_profiling_group", name)["profilingGroup"])


def profile(
    session: Session,
    name: str,
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    period: str = "1h",
    depth: int | None = None,
    state: str | None = None,
) -> Profile:
    """The profile of the group NAME from START to END, or the latest of PERIOD; DEPTH frames deep at the most.

    STATE is a state of threads, as RUNNABLE; without one, all count. Raises InputError for a profile that cannot be
    read.
    """
    words: dict[str, Any] = _times(start, end, period)
    if depth is not None:
        words["maxDepth"] = depth
    try:
        answer, data = session.client(PROFILER).read(
            "get_profile", "profile", profilingGroupName=name, accept="application/json", **words
        )
    except ServiceError as error:
        raise _explained(error, name) from None
    if answer.get("contentEncoding") == "gzip":
        data = gzip.decompress(data)
    root = flame.parse(data, state=state)
    total = root.total or 1.0
    frames = tuple(Hot(frame=one, own=own / total, whole=whole / total) for one, own, whole in flame.hottest(root))
    made = Profile(group=name, samples=root.total, frames=frames).with_root(root)
    made.with_raw(data)
    return made


def times(
    session: Session, name: str, *, start: datetime | None, end: datetime | None, period: str, limit: int | None = None
) -> Listing:
    """The profiles of the group NAME that are kept, the latest first; of the last day where no time is said."""
    began, ended = _window(start, end)
    client = session.client(PROFILER)
    found = paging.items(
        client.list_profile_times,
        "profileTimes",
        profilingGroupName=name,
        startTime=began,
        endTime=ended,
        period=_period(period),
        orderBy="TimestampDescending",
    )
    return Listing((ProfileTime.of(one) for one in islice(found, limit)), "profileTimes")


def advice(session: Session, name: str, *, start: datetime | None = None, end: datetime | None = None) -> Listing:
    """What is recommended for the group NAME between START and END; the last day where no time is said."""
    began, ended = _window(start, end)
    answer = _asked(session, "get_recommendations", name, startTime=began, endTime=ended)
    return Listing((_advice(one) for one in answer["recommendations"]), "recommendations")


def _advice(one: Mapping[str, Any]) -> Advice:
    pattern = one.get("pattern") or {}
    matches = one.get("topMatches") or ()
    return Advice(
        name=pattern.get("name", ""),
        matches=one["allMatchesCount"],
        share=one["allMatchesSum"] / 100,
        description=pattern.get("description"),
        resolution=pattern.get("resolutionSteps"),
        frames=tuple(str(match.get("frameAddress", "")) for match in matches),
    ).with_raw(dict(one))


def _group(one: Mapping[str, Any]) -> Group:
    status = one.get("profilingStatus") or {}
    latest = (status.get("latestAggregatedProfile") or {}).get("start")
    profiled = (one.get("agentOrchestrationConfig") or {}).get("profilingEnabled")
    return Group.of(one, profiled=profiled, latest=latest)


def _asked(session: Session, method: str, name: str, **words: Any) -> dict[str, Any]:
    try:
        return dict(getattr(session.client(PROFILER), method)(profilingGroupName=name, **words))
    except ServiceError as error:
        raise _explained(error, name) from None


def _explained(error: ServiceError, name: str) -> InputError | ServiceError:
    if error.code == "ResourceNotFoundException":
        return InputError(
            f"there is no profiling group `{name}`, or nothing of that time", hint="awsml codeguru groups ls"
        )
    return error


def _times(start: datetime | None, end: datetime | None, period: str) -> dict[str, Any]:
    if start is None and end is None:
        return {"period": _period(period)}
    if start is not None and end is not None:
        if not timedelta() < end - start <= LONGEST:
            raise UsageError("a profile covers up to seven days, the end after the start")
        return {"startTime": start, "endTime": end}
    return {**({"startTime": start} if start else {"endTime": end}), "period": _period(period)}


def _window(start: datetime | None, end: datetime | None) -> tuple[datetime, datetime]:
    ended = end or datetime.fromtimestamp(clock.now(), UTC)
    began = start or ended - timedelta(days=1)
    if began >= ended:
        raise UsageError("the end comes before the start")
    return began, ended


def _period(word: str) -> str:
    found = PERIODS.get(word.lower(), word if word in PERIODS.values() else None)
    if found is None:
        raise UsageError(f"there are no profiles of `{word}`", hint=f"one of: {', '.join(PERIODS)}")
    return found
