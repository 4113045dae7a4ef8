"""`awsml sagemaker transform` and `transforms`: files sent through a model at AWS, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.cli.destination import Destination
from awsml_cli.commands.sagemaker import group
from awsml_cli.commands.sagemaker.group import app
from awsml_cli.commands.sagemaker.terms import ImageOption, RoleOption
from awsml_cli.core.errors import ConfigError, UsageError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.limits import SAGEMAKER_TRANSFORM_PAYLOAD_MB, SAGEMAKER_TRANSFORM_VARIABLES
from awsml_cli.core.plan import approve
from awsml_cli.core.record import Blob, Listing, Many, Outcome, Record
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.services.sagemaker.asked import pair
from awsml_cli.services.sagemaker.remote import models, preflight, transform_jobs, transforms
from awsml_cli.services.sagemaker.remote.deployments import Deployment
from awsml_cli.services.sagemaker.remote.transform_jobs import MADE
from awsml_cli.services.sagemaker.remote.transforms import Wanted

transforms_app = app.group("transforms", "Batch transforms at AWS: what runs, what has ended, what they answered.")

JobArgument = Annotated[str, typer.Argument(metavar="JOB", help="The transform's name, or its id as it was printed.")]
SPLITS = ("None", "Line", "RecordIO", "TFRecord")
STRATEGIES = ("MultiRecord", "SingleRecord")


@app.command(
    many=True,
    keeps=True,
    examples="""
    awsml sagemaker transform points.csv --model my-model --content-type text/csv -o answers/
    awsml sagemaker transform points.csv --model my-model --content-type text/csv --split-type Line | head -1
    awsml sagemaker transform s3://my-bucket/letters/ --model my-model --no-wait
    awsml sagemaker transform points.csv --image $IMAGE --role $ROLE --model-data model.tar.gz --dry-run""",
)
def transform(
    session: Session,
    inputs: Annotated[list[str], typer.Argument(metavar="INPUT", help="Files, folders, globs, or s3://….")],
    *,
    model: Annotated[
        str | None, typer.Option("--model", metavar="NAME", help="A model at AWS; or --image and --model-data.")
    ] = None,
    image: ImageOption = None,
    model_data: Annotated[
        str | None,
        typer.Option("--model-data", metavar="MODEL", help="A model.tar.gz, a folder, s3://… or a training's id."),
    ] = None,
    role: RoleOption = None,
    instance: Annotated[str, typer.Option("--instance", metavar="TYPE", help="As ml.m5.large.")] = "ml.m5.large",
    count: Annotated[int, typer.Option("--count", metavar="N", min=1, help="How many machines.")] = 1,
    content_type: group.ContentTypeOption = "application/json",
    accept: Annotated[
        str | None, typer.Option("--accept", metavar="TYPE", help="What the answer is to be, as text/csv.")
    ] = None,
    split_type: Annotated[
        str, typer.Option("--split-type", metavar="TYPE", help="How a file is cut: None, Line, RecordIO, TFRecord.")
    ] = "None",
    batch_strategy: Annotated[
        str, typer.Option("--batch-strategy", metavar="NAME", help="Records a request: MultiRecord, or SingleRecord.")
    ] = "MultiRecord",
    max_payload: Annotated[
        int,
        typer.Option(
            "--max-payload", metavar="MB", min=1, max=SAGEMAKER_TRANSFORM_PAYLOAD_MB, help="The most of one request."
        ),
    ] = 6,
    concurrent: Annotated[
        int | None, typer.Option("--concurrent", metavar="N", min=1, help="Requests at a time on each machine.")
    ] = None,
    request_timeout: Annotated[
        int | None,
        typer.Option("--request-timeout", metavar="SECONDS", min=1, max=3600, help="How long an answer may take."),
    ] = None,
    retries: Annotated[
        int | None, typer.Option("--retries", metavar="N", min=0, max=3, help="How often a request is tried again.")
    ] = None,
    input_filter: Annotated[
        str | None, typer.Option("--input-filter", metavar="JSONPATH", help="What of a record the model sees.")
    ] = None,
    output_filter: Annotated[
        str | None, typer.Option("--output-filter", metavar="JSONPATH", help="What of an answer is left.")
    ] = None,
    join: Annotated[bool, typer.Option("--join", help="Each record with its answer behind it.")] = False,
    env: Annotated[list[str] | None, typer.Option("--env", metavar="NAME=VALUE", help="May be repeated.")] = None,
    tag: Annotated[list[str] | None, typer.Option("--tag", metavar="KEY=VALUE", help="May be repeated.")] = None,
    output_s3: Annotated[
        str | None, typer.Option("--output-s3", metavar="S3URI", help="Leave the answers there, too.")
    ] = None,
    bucket: options.BucketOption = None,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
    destination: Destination,
) -> Many | Record | Listing:
    """Send files through a model at AWS, as one job: NAME becomes NAME.out with -o FOLDER/."""
    for word, known, option in (
        (split_type, SPLITS, "--split-type"),
        (batch_strategy, STRATEGIES, "--batch-strategy"),
    ):
        if word not in known:
            raise UsageError(f"{option} knows no `{word}`", hint=f"one of: {', '.join(known)}")
    if concurrent is not None and concurrent * max_payload > SAGEMAKER_TRANSFORM_PAYLOAD_MB:
        raise UsageError(
            f"{concurrent} requests of {max_payload} MB at a time are more than {SAGEMAKER_TRANSFORM_PAYLOAD_MB} MB",
            hint="a smaller --concurrent, or --max-payload",
        )
    environment = dict(pair(word, "--env") for word in env or ())
    if len(environment) > SAGEMAKER_TRANSFORM_VARIABLES:
        raise UsageError(f"a transform has {SAGEMAKER_TRANSFORM_VARIABLES} variables at most")
    found = transforms.inputs(session, inputs)
    wanted = Wanted(
        _model(session, model, image, model_data, role),
        instance,
        count,
        content_type,
        accept,
        split_type,
        batch_strategy,
        max_payload,
        concurrent,
        request_timeout,
        retries,
        input_filter,
        output_filter,
        join,
        environment,
        dict(pair(word, "--tag") for word in tag or ()),
        output_s3,
        bucket,
    )
    transforms.check(wanted, found)
    if session.dry_run:
        return Listing(transforms.plan(wanted, found), "Plan")
    _may_be_several(found, destination, wait=wait)
    types = preflight.instance_types(session, "TransformInstanceType")
    if instance not in types:
        session.talk.warn(f"boto3 knows no instance type {instance} for transforms; it is asked for anyway")
    approve(session, lambda: transforms.plan(wanted, found))
    if not wait:
        job = transforms.start(session, _with_model(session, wanted), found)
        return transform_jobs.Started.of(transform_jobs.describe(session, job).fields())

    def done() -> JobId:
        job = transforms.start(session, _with_model(session, wanted), found)
        transform_jobs.wait(session, job, timeout=timeout)
        return job

    return _answers(session, done, found, content_type=accept or content_type)


@transforms_app.command(examples="awsml sagemaker transforms ls --status Completed -f json")
def ls(
    session: Session,
    *,
    status: group.StatusOption = None,
    limit: options.LimitOption = None,
) -> Listing:
    """List the transforms of this region, the newest first."""
    return transform_jobs.listed(session, status=status, limit=limit)


@transforms_app.command("get", examples="awsml sagemaker transforms get old-transform --query transform_job_status")
def get_(session: Session, job: JobArgument) -> Record:
    """Show what AWS says about a transform now."""
    return transform_jobs.describe(session, transform_jobs.named(job, session))


@transforms_app.command("wait", examples="awsml sagemaker transforms wait old-transform")
def wait_(session: Session, job: JobArgument, *, timeout: options.TimeoutOption = None) -> Record:
    """Wait until a transform has ended."""
    return transform_jobs.wait(session, transform_jobs.named(job, session), timeout=timeout)


@transforms_app.command(many=True, examples="awsml sagemaker transforms result old-transform -o answers/")
def result(
    session: Session, job: JobArgument, *, timeout: options.TimeoutOption = None, destination: Destination
) -> Many:
    """Fetch the answers of a transform, which is waited for."""
    named = transform_jobs.named(job, session)
    transform_jobs.wait(session, named, timeout=timeout)
    found = transform_jobs.answered(session, named)
    _may_be_several(found, destination, wait=True)
    return _answers(session, lambda: named, found, content_type="")


@transforms_app.command(examples="awsml sagemaker transforms stop old-transform --dry-run")
def stop(session: Session, job: JobArgument) -> Record:
    """Stop a transform: what it has answered is lost."""
    return group.stopped(session, transform_jobs.named(job, session), "the transform", transform_jobs)


def _model(
    session: Session, model: str | None, image: str | None, model_data: str | None, role: str | None
) -> str | Deployment:
    """The model that was said: one at AWS, or what one is made of. Raises UsageError, ConfigError."""
    if (model is None) == (image is None):
        raise UsageError("through which model?", hint="--model NAME, or --image URI with --model-data MODEL")
    if model is not None:
        if model_data is not None:
            raise UsageError("--model-data is part of a model that --image makes", hint="leave one of them out")
        return model
    role = role or session.config.role
    if not role:
        raise ConfigError("SageMaker needs a role that it may assume", hint="--role ARN, or awsml config set role ARN")
    return Deployment(MADE, str(image), model_data, role)


def _with_model(session: Session, wanted: Wanted) -> Wanted:
    """WANTED, with the data of a model that is to be made in S3."""
    made = wanted.model
    if isinstance(made, str) or made.model_data is None:
        return wanted
    data = models.uploaded(session, made.model_data, bucket=wanted.bucket)
    return replace(wanted, model=replace(made, model_data=data))


def _may_be_several(found: Sequence[Source], destination: Destination, *, wait: bool) -> None:
    """Raises UsageError, before anything is paid, where the answers of several files have no place."""
    if wait and len(found) > 1 and destination.output is None:
        raise UsageError("several inputs give several files", hint="name a folder: -o out/")


def _answers(session: Session, done: Callable[[], JobId], found: Sequence[Source], *, content_type: str) -> Many:
    """The answer to each of FOUND, once the job is DONE; then nothing of it is left at AWS."""
    named = [replace(one, ending=f"{one.relative.suffix.lstrip('.')}.out".lstrip(".")) for one in found]

    def outcomes() -> Iterator[Outcome]:
        job = done()
        for source in named:
            chunks = transform_jobs.answer(session, job, source)
            yield Outcome(source, value=Blob(chunks, content_type=content_type))
        transform_jobs.fetched(session, job)

    return Many(named, outcomes())
