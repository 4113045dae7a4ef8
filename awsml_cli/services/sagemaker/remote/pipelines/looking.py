"""Pipelines at AWS and their runs: found by their names, listed, shown step by step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

from awsml_cli.core import jobs, paging
from awsml_cli.core.errors import InputError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.record import Listing
from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker.remote import there
from awsml_cli.services.sagemaker.remote.pipelines.records import Execution, Pipeline, PipelineStep

SERVICE: Final = "sagemaker-pipeline"  # what ids of executions begin with; the service is SageMaker
GROUP: Final = "pipelines"
LISTED: Final = 20  # pipelines whose executions are among the jobs of all services
# what a step of a pipeline starts, and what ids of such jobs begin with
_JOBS: Final = {
    "TrainingJob": "sagemaker",
    "TuningJob": "sagemaker-tuning",
    "ProcessingJob": "sagemaker-processing",
}


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
    about(session, pipeline)
    return Listing(islice(_runs(session, pipeline), limit), "PipelineExecutionSummaries")


def jobs_of_all(session: Session, *, limit: int | None) -> Iterator[Execution]:
    """The newest runs of those pipelines that were made last."""
    for one in islice(listed(session, limit=LISTED).records, LISTED):
        if isinstance(one, Pipeline) and one.last_execution_time is not None:
            yield from islice(_runs(session, one.pipeline_name), limit)


def describe(session: Session, job: JobId) -> Execution:
    """What AWS says about JOB now."""
    return record(job, look(session, job))


def look(session: Session, job: JobId) -> dict[str, Any]:
    """AWS's answer about JOB now. Raises InputError where there is none."""
    call = session.client("sagemaker", region=job.region).describe_pipeline_execution
    hint = f"awsml sagemaker {GROUP} executions {job.name.partition('/')[0]}"
    return there.known(call, f"there is no run {job}", hint=hint, PipelineExecutionArn=arn(session, job))


def steps(session: Session, job: JobId) -> Listing:
    """The steps of JOB in the order in which they began."""
    look(session, job)
    return Listing(steps_of(session, job), "PipelineExecutionSteps")


def about(session: Session, pipeline: str, *, region: str | None = None) -> dict[str, Any]:
    """AWS's answer about PIPELINE, asked for once in a run. Raises InputError where there is none."""

    def ask() -> dict[str, Any]:
        call = session.client("sagemaker", region=region).describe_pipeline
        hint = f"awsml sagemaker {GROUP} ls"
        return there.known(call, f"there is no pipeline {pipeline}", hint=hint, PipelineName=pipeline)

    return session.once(("pipeline", region, pipeline), ask)


def arn(session: Session, job: JobId) -> str:
    """The ARN of a run, made of its pipeline's, which AWS tells."""
    pipeline, _, execution = job.name.partition("/")
    return f"{about(session, pipeline, region=job.region)['PipelineArn']}/execution/{execution}"


def steps_of(session: Session, job: JobId) -> Iterator[PipelineStep]:
    """The steps of JOB, which is there, in the order in which they began."""
    client = session.client("sagemaker", region=job.region)
    found = paging.items(
        client.list_pipeline_execution_steps,
        "PipelineExecutionSteps",
        PipelineExecutionArn=arn(session, job),
        SortOrder="Ascending",
    )
    for one in found:
        begun, ended = one.get("StartTime"), one.get("EndTime")
        yield PipelineStep.of(
            one,
            seconds=(ended - begun).total_seconds() if begun and ended else None,
            job=_job_of(one.get("Metadata") or {}, job.region),
        )


def record(job: JobId, answer: Mapping[str, Any]) -> Execution:
    """What there is to say of AWS's ANSWER about JOB, whether it lists it or describes it."""
    return Execution.of(
        answer,
        id=str(job),
        pipeline_name=job.name.partition("/")[0],
        creation_time=answer.get("CreationTime") or answer.get("StartTime"),
        failure_reason=answer.get("FailureReason") or answer.get("PipelineExecutionFailureReason"),
    )


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
        yield record(JobId(SERVICE, session.region, name), one)


def _job_of(metadata: Mapping[str, Any], region: str) -> str | None:
    for kind, service in _JOBS.items():
        if started := (metadata.get(kind) or {}).get("Arn"):
            return str(JobId(service, region, started.rpartition("/")[2]))
    return None
