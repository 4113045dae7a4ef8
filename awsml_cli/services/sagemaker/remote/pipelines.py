"""Pipelines at AWS: started with parameters, watched step by step, stopped."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, ClassVar, Final

from awsml_cli.core import clock, jobs, paging
from awsml_cli.core.cache import key_of
from awsml_cli.core.errors import InputError, JobFailed, UsageError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.ledger import Entry, Ledger
from awsml_cli.core.limits import SAGEMAKER_PIPELINE_PARAMETERS
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker.remote import there

SERVICE: Final = "sagemaker-pipeline"  # what ids of executions begin with; the service is SageMaker
GROUP: Final = "pipelines"
PAUSE: Final = 5.0  # seconds between two looks, at most
LISTED: Final = 20  # pipelines whose executions are among the jobs of all services
OVER: Final = ("Succeeded", "Failed", "Stopped", "CompletedWithFailures")
# what a step of a pipeline starts, and what ids of such jobs begin with
_JOBS: Final = {
    "TrainingJob": "sagemaker",
    "TuningJob": "sagemaker-tuning",
    "ProcessingJob": "sagemaker-processing",
}


class Pipeline(Record):
    """A pipeline, and when it was last run."""

    columns: ClassVar = ("pipeline_name", "last_execution_time", "pipeline_description")

    pipeline_name: str
    pipeline_arn: str | None = None
    pipeline_description: str | None = None
    creation_time: Any = None
    last_modified_time: Any = None
    last_execution_time: Any = None


class Execution(Record):
    """A run of a pipeline."""

    columns: ClassVar[tuple[str, ...]] = ("id", "pipeline_execution_status", "creation_time", "failure_reason")

    id: str
    pipeline_name: str
    pipeline_execution_status: str
    pipeline_execution_arn: str | None = None
    pipeline_execution_display_name: str | None = None
    failure_reason: str | None = None
    creation_time: Any = None
    last_modified_time: Any = None


class Started(Execution):
    """A run that is not waited for: its id is what the other commands take."""

    columns: ClassVar[tuple[str, ...]] = ("id",)


class PipelineStep(Record):
    """A step of a run: `job` is the id of what it started, where other commands know it. Times are in seconds."""

    columns: ClassVar = ("step_name", "step_status", "seconds", "job", "failure_reason")

    step_name: str
    step_status: str
    seconds: float | None = None
    job: str | None = None
    failure_reason: str | None = None
    start_time: Any = None
    end_time: Any = None


def named(text: str, session: Session) -> JobId:
    """The run that TEXT names: its id, or PIPELINE/EXECUTION. Raises InputError for a pipeline alone."""
    job = jobs.job_id(text, service=SERVICE, region=session.region)
    if "/" not in job.name:
        raise InputError(f"`{text}` names no run of a pipeline", hint=f"awsml sagemaker {GROUP} executions {job.name}")
    return job


def listed(session: Session, *, limit: int | None) -> Listing:
    """The pipelines of this region, the newest first."""
    found = paging.items(
        session.client("sagemaker").list_pipelines, "PipelineSummaries", SortBy="CreationTime", SortOrder="Descending"
    )
    return Listing(islice((Pipeline.of(one) for one in found), limit), "PipelineSummaries")


def executions(session: Session, pipeline: str, *, limit: int | None) -> Listing:
    """The runs of PIPELINE, the newest first. Raises InputError where there is no such pipeline."""
    _about(session, pipeline)
    return Listing(islice(_runs(session, pipeline), limit), "PipelineExecutionSummaries")


def jobs_of_all(session: Session, *, limit: int | None) -> Iterator[Execution]:
    """The newest runs of those pipelines that were made last."""
    for one in islice(listed(session, limit=LISTED).records, LISTED):
        if isinstance(one, Pipeline) and one.last_execution_time is not None:
            yield from islice(_runs(session, one.pipeline_name), limit)


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


def describe(session: Session, job: JobId) -> Execution:
    """What AWS says about JOB now."""
    return _record(job, look(session, job))


def look(session: Session, job: JobId) -> dict[str, Any]:
    """AWS's answer about JOB now. Raises InputError where there is none."""
    call = session.client("sagemaker", region=job.region).describe_pipeline_execution
    hint = f"awsml sagemaker {GROUP} executions {job.name.partition('/')[0]}"
    return there.known(call, f"there is no run {job}", hint=hint, PipelineExecutionArn=_arn(session, job))


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
    return _record(job, answer)


def steps(session: Session, job: JobId) -> Listing:
    """The steps of JOB in the order in which they began."""
    look(session, job)
    return Listing(_steps(session, job), "PipelineExecutionSteps")


def stop(session: Session, job: JobId) -> Execution:
    """Ask JOB to stop, and what its steps run."""
    client = session.client("sagemaker", region=job.region)
    token = key_of("stop", str(job))[:64]
    client.stop_pipeline_execution(PipelineExecutionArn=_arn(session, job), ClientRequestToken=token)
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
        self._steps = list(_steps(self._session, self._job))
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
        definition = json.loads(_about(session, pipeline).get("PipelineDefinition") or "null")
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


def _about(session: Session, pipeline: str, *, region: str | None = None) -> dict[str, Any]:
    """AWS's answer about PIPELINE, asked for once in a run. Raises InputError where there is none."""

    def ask() -> dict[str, Any]:
        call = session.client("sagemaker", region=region).describe_pipeline
        hint = f"awsml sagemaker {GROUP} ls"
        return there.known(call, f"there is no pipeline {pipeline}", hint=hint, PipelineName=pipeline)

    return session.once(("pipeline", region, pipeline), ask)


def _arn(session: Session, job: JobId) -> str:
    """The ARN of a run, made of its pipeline's, which AWS tells."""
    pipeline, _, execution = job.name.partition("/")
    return f"{_about(session, pipeline, region=job.region)['PipelineArn']}/execution/{execution}"


def _runs(session: Session, pipeline: str) -> Iterator[Execution]:
    found = paging.items(
        session.client("sagemaker").list_pipeline_executions,
        "PipelineExecutionSummaries",
        PipelineName=pipeline,
        SortBy="CreationTime",
        SortOrder="Descending",
    )
    for one in found:
        name = f"{pipeline}/{one['PipelineExecutionArn'].rpartition('/')[2]}"
        yield _record(JobId(SERVICE, session.region, name), one)


def _steps(session: Session, job: JobId) -> Iterator[PipelineStep]:
    client = session.client("sagemaker", region=job.region)
    found = paging.items(
        client.list_pipeline_execution_steps,
        "PipelineExecutionSteps",
        PipelineExecutionArn=_arn(session, job),
        SortOrder="Ascending",
    )
    for one in found:
        begun, ended = one.get("StartTime"), one.get("EndTime")
        yield PipelineStep.of(
            one,
            seconds=(ended - begun).total_seconds() if begun and ended else None,
            job=_job_of(one.get("Metadata") or {}, job.region),
        )


def _job_of(metadata: Mapping[str, Any], region: str) -> str | None:
    for kind, service in _JOBS.items():
        arn = (metadata.get(kind) or {}).get("Arn")
        if arn:
            return str(JobId(service, region, arn.rpartition("/")[2]))
    return None


def _record(job: JobId, answer: Mapping[str, Any]) -> Execution:
    return Execution.of(
        answer,
        id=str(job),
        pipeline_name=job.name.partition("/")[0],
        creation_time=answer.get("CreationTime") or answer.get("StartTime"),
        failure_reason=answer.get("FailureReason") or answer.get("PipelineExecutionFailureReason"),
    )


def _settle(job: JobId) -> None:
    """Note that JOB is known to whoever started it, or over: the same command again is another run."""
    row = Ledger().find_job(job.service, job.region, job.name)
    if row is not None and row.state != "clean":
        Ledger().move(row, "clean")
