"""A run of a pipeline: started with parameters, watched step by step, stopped."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from awsml_cli.core import clock, jobs
from awsml_cli.core.cache import key_of
from awsml_cli.core.errors import JobFailed, UsageError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.ledger import Entry, Ledger
from awsml_cli.core.limits import SAGEMAKER_PIPELINE_PARAMETERS
from awsml_cli.core.plan import Step, step
from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker.remote.pipelines.looking import (
    GROUP,
    SERVICE,
    about,
    arn,
    describe,
    look,
    record,
    steps_of,
)
from awsml_cli.services.sagemaker.remote.pipelines.records import Execution, PipelineStep, Started

PAUSE: Final = 5.0  # seconds between two looks, at most
OVER: Final = ("Succeeded", "Failed", "Stopped", "CompletedWithFailures")


def start(session: Session, pipeline: str, parameters: Mapping[str, str], *, name: str | None = None) -> JobId:
    """Start PIPELINE with PARAMETERS. A run whose start was interrupted, or that still goes on, is not started twice.

    Raises UsageError for parameters that it does not have, or lacks.
    """
    _check(session, pipeline, parameters)
    key = key_of("pipeline", session.region, pipeline, sorted(parameters.items()), name)
    row = None if session.fresh else Ledger().find(key)
    if row is not None and row.state == "started":
        job = JobId(SERVICE, row.region, row.job)
        if (status := describe(session, job).pipeline_execution_status) not in OVER:
            session.talk.tell(f"{pipeline} was started already: {status}")
            return job
    if row is None or row.state != "staging":
        token = key_of(key, clock.now())[:64]
        row = Ledger().put(Entry(key, SERVICE, session.region, "", plan=token))
    given: dict[str, Any] = {"PipelineExecutionDisplayName": name} if name else {}
    if parameters:
        given["PipelineParameters"] = [{"Name": key, "Value": value} for key, value in parameters.items()]
    answer = session.client("sagemaker").start_pipeline_execution(
        PipelineName=pipeline, ClientRequestToken=row.plan, **given
    )
    job = JobId(SERVICE, session.region, f"{pipeline}/{answer['PipelineExecutionArn'].rpartition('/')[2]}")
    Ledger().put(replace(row, job=job.name, state="started"))
    return job


def plan(session: Session, pipeline: str, parameters: Mapping[str, str]) -> Iterator[Step]:
    """What starting would call; what its steps cost is not known."""
    _check(session, pipeline, parameters)
    yield step("sagemaker:StartPipelineExecution", pipeline)


def finished(session: Session, job: JobId, *, wait: bool, timeout: float | None) -> Execution:
    """JOB, waited for if that is wanted."""
    if wait:
        return watch(session, job, timeout=timeout)
    _settle(job)
    return Started.of(describe(session, job).fields())


def watch(session: Session, job: JobId, *, timeout: float | None = None) -> Execution:
    """Wait until JOB has ended, telling what becomes of each step. Raises JobFailed with the reason, TimedOut."""
    watched = _Watched(session, job)
    kind = jobs.Kind(
        service="sagemaker",
        noun="pipeline",
        describe=lambda _session, _job: watched.look(),
        status=lambda answer: str(answer["PipelineExecutionStatus"]),
        reason=lambda answer: watched.reason(answer),
        done=frozenset({"Succeeded"}),
        failed=frozenset(OVER[1:]),
        group=GROUP,
        longest=PAUSE,
        above=watched.table,
        verbs={"wait": "watch", "result": "watch"},
    )
    try:
        answer = jobs.wait(session, kind, job, timeout=timeout)
    except JobFailed as failure:
        _settle(job)
        raise JobFailed(failure.message, hint=f"awsml sagemaker {GROUP} steps {job}") from None
    _settle(job)
    return record(job, answer)


def stop(session: Session, job: JobId) -> Execution:
    """Ask JOB to stop, and what its steps run."""
    client = session.client("sagemaker", region=job.region)
    token = key_of("stop", str(job))[:64]
    client.stop_pipeline_execution(PipelineExecutionArn=arn(session, job), ClientRequestToken=token)
    return describe(session, job)


def stopping(job: JobId) -> Step:
    """What stopping would call."""
    return step("sagemaker:StopPipelineExecution", job.name)


class _Watched:
    """A run that is looked at again and again: each look tells the steps whose state has changed."""

    def __init__(self, session: Session, job: JobId) -> None:
        self._session, self._job = session, job
        self._steps: Sequence[PipelineStep] = ()
        self._told: dict[str, str] = {}

    def look(self) -> dict[str, Any]:
        """AWS's answer, after what is new was told."""
        answer = look(self._session, self._job)
        self._steps = list(steps_of(self._session, self._job))
        for one in self._steps:
            if self._told.get(one.step_name) != one.step_status:
                self._told[one.step_name] = one.step_status
                more = f" ({one.job})" if one.job else ""
                why = f": {one.failure_reason}" if one.failure_reason else ""
                self._session.talk.tell(f"{one.step_name}: {one.step_status}{more}{why}")
        return answer

    def reason(self, answer: Mapping[str, Any]) -> str:
        """Why it failed: the first step that did, which says more than the run."""
        failed = next((one for one in self._steps if one.failure_reason), None)
        if failed is not None:
            return f"{failed.step_name}: {failed.failure_reason}"
        return str(answer.get("FailureReason") or "")

    def table(self) -> list[str]:
        """The steps, one a line."""
        wide = max((len(one.step_name) for one in self._steps), default=0)
        return [
            f"{one.step_name.ljust(wide)}  {one.step_status}"
            + (f"  {one.seconds:.0f} s" if one.seconds is not None else "")
            for one in self._steps
        ]


def _check(session: Session, pipeline: str, parameters: Mapping[str, str]) -> None:
    """Whether PIPELINE takes PARAMETERS, as far as its definition tells."""
    if len(parameters) > SAGEMAKER_PIPELINE_PARAMETERS:
        raise UsageError(f"{len(parameters)} parameters are more than {SAGEMAKER_PIPELINE_PARAMETERS}")
    try:
        definition = json.loads(about(session, pipeline).get("PipelineDefinition") or "null")
        known = {one["Name"]: "DefaultValue" in one for one in definition["Parameters"]}
    except (ValueError, TypeError, KeyError):
        return  # not ours to judge
    if unknown := [name for name in parameters if name not in known]:
        raise UsageError(
            f"{pipeline} has no parameter {', '.join(unknown)}", hint=f"it has: {', '.join(known) or 'none'}"
        )
    if missing := [name for name, has_value in known.items() if not has_value and name not in parameters]:
        raise UsageError(
            f"{pipeline} needs {', '.join(missing)}", hint=" ".join(f"--param {name}=VALUE" for name in missing)
        )


def _settle(job: JobId) -> None:
    """Note that JOB is known to whoever started it, or over: the same command again is another run."""
    row = Ledger().find_job(job.service, job.region, job.name)
    if row is not None and row.state != "clean":
        Ledger().move(row, "clean")
