"""`awsml rekognition models`: models of one's own, from a folder of pictures to answers, and what they cost."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

import typer

from awsml_cli.cli import options
from awsml_cli.commands.rekognition.group import app
from awsml_cli.core.errors import UsageError
from awsml_cli.core.plan import approve, confirm
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.rekognition import models as service

models_app = app.group("models", "Models of your own (Custom Labels): train, measure, start, stop, remove.")

_DURATION: Final = re.compile(r"(?:(?P<h>\d+(?:\.\d+)?)h)?(?:(?P<m>\d+(?:\.\d+)?)m)?(?:(?P<s>\d+)s?)?")

NameArgument = Annotated[
    str, typer.Argument(metavar="MODEL", help="PROJECT for its newest model, PROJECT/VERSION, or an ARN.")
]
UnitsOption = Annotated[int, typer.Option("--units", min=1, help="Inference units; each bills by the hour.")]


class Policy(Record):
    """A bucket's policy; `raw` is the document itself."""

    bucket: str
    policy: dict[str, Any]

    def fields(self) -> dict[str, Any]:
        """The document."""
        return self.policy


@models_app.command(
    examples="""
    awsml rekognition models train birds/ --project birds
    awsml rekognition models train birds/ --project birds --dry-run
    awsml rekognition models train s3://my-bucket/birds.manifest --project birds --test-share 0.3 --no-wait""",
)
def train(
    session: Session,
    source: Annotated[
        str, typer.Argument(metavar="FOLDER|MANIFEST", help="A folder with one for each class, or a manifest.")
    ],
    *,
    project: Annotated[
        str | None, typer.Option("--project", metavar="NAME", help="The project; made if it is not there.")
    ] = None,
    test: Annotated[
        str | None,
        typer.Option("--test", metavar="FOLDER|MANIFEST", help="Measure on these; else on a share."),
    ] = None,
    test_share: Annotated[
        float, typer.Option("--test-share", min=0, max=0.5, help="The share of each class held back for the test.")
    ] = 0.2,
    feature: Annotated[
        str, typer.Option("--feature", help="What it is for: labels, or moderation (an adapter).")
    ] = "labels",
    threshold: Annotated[
        str | None, typer.Option("--threshold", help="Of an adapter: the confidence that counts, 0.9, 90 or 90%.")
    ] = None,
    version: Annotated[
        str | None, typer.Option("--version-name", metavar="NAME", help="Made from the pictures otherwise.")
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="S3URI", help="Keep the pictures in this folder in S3.")
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace datasets that the project has and awsml did not make.")
    ] = False,
    bucket: options.BucketOption = None,
    kms_key: Annotated[str | None, typer.Option("--kms-key", metavar="KEY", help="Encrypt it with this key.")] = None,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
) -> Listing | Record:
    """Train a model and tell how well it does; the same pictures are never paid for twice."""
    if project is None:
        raise UsageError("a model belongs to a project", hint="--project NAME")
    what = service.Training(
        project,
        service.gathered(session, source, test, share=test_share),
        feature=feature,
        threshold=options.confidence(threshold) * 100 if threshold is not None else None,
        bucket=bucket,
        to=to,
        kms_key=kms_key,
        replace=replace,
        name=version,
    )
    if session.dry_run:
        return Listing(iter(list(service.plan(what))), "Plan")
    what.check()
    model = service.train(session, what, timeout=timeout, wait=wait)
    return service.metrics(session, model.name) if wait else model


@models_app.command(examples="awsml rekognition models ls -f json")
def ls(
    session: Session,
    *,
    project: Annotated[str | None, typer.Option("--project", metavar="NAME", help="Only models of this one.")] = None,
    limit: options.LimitOption = None,
) -> Listing:
    """List the models of this region, every version, and what each bills now."""
    return service.listed(session, project, limit=limit)


@models_app.command(examples="awsml rekognition models projects")
def projects(session: Session, *, limit: options.LimitOption = None) -> Listing:
    """List the projects of this region."""
    return service.projects(session, limit=limit)


@models_app.command(examples="awsml rekognition models get flowers --query status")
def get(session: Session, name: NameArgument) -> Record:
    """Show a model: its status, F1 score and what it bills now."""
    return service.described(session, name)


@models_app.command(examples="awsml rekognition models wait flowers --timeout 3600")
def wait(session: Session, name: NameArgument, *, timeout: options.TimeoutOption = None) -> Record:
    """Wait until the training of a model has ended."""
    return service.waited(session, service.described(session, name).name, timeout=timeout)


@models_app.command(
    examples="""
    awsml rekognition models metrics flowers
    awsml rekognition models metrics flowers --confusion -f csv""",
)
def metrics(
    session: Session,
    name: NameArgument,
    *,
    confusion: Annotated[bool, typer.Option("--confusion", help="Show which labels are taken for which.")] = False,
) -> Listing:
    """Tell how well a model does on its test: F1, precision, recall, for the whole and each label."""
    return service.metrics(session, name, confusion=confusion)


@models_app.command(
    examples="""
    awsml rekognition models start flowers
    awsml rekognition models start flowers --units 2 --dry-run
    awsml rekognition models start flowers --for 1h30m""",
)
def start(
    session: Session,
    name: NameArgument,
    *,
    units: UnitsOption = 1,
    most: Annotated[int | None, typer.Option("--max-units", min=1, help="Grow to so many units by itself.")] = None,
    for_: Annotated[
        str | None,
        typer.Option("--for", metavar="TIME", help="Stay, and stop it after so long: 90s, 30m, 1h30m (or at Ctrl-C)."),
    ] = None,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
) -> Record:
    """Have a model answer; it bills by the hour, in use or not, until it is stopped."""
    if session.dry_run:
        return service.starting(name, units)
    if for_ is not None:
        if not wait:
            raise UsageError("--for stays until the end", hint="leave --no-wait out")
        return service.start_for(session, name, _seconds(for_), units=units, most=most)
    approve(session, lambda: [service.starting(name, units)])
    return service.start(session, name, units=units, most=most, timeout=timeout, wait=wait)


@models_app.command(examples="awsml rekognition models stop running-flowers")
def stop(
    session: Session, name: NameArgument, *, timeout: options.TimeoutOption = None, wait: options.WaitOption = True
) -> Record:
    """Stop a model, and with it what it bills."""
    if session.dry_run:
        return service.stopping(name)
    return service.stop(session, name, timeout=timeout, wait=wait)


@models_app.command(examples="awsml rekognition models copy flowers --to garden")
def copy(
    session: Session,
    name: NameArgument,
    *,
    to: Annotated[str | None, typer.Option("--to", metavar="PROJECT", help="The project to copy it into.")] = None,
    bucket: options.BucketOption = None,
    wait: options.WaitOption = True,
) -> Record:
    """Copy a model into another project of this account and region."""
    if to is None:
        raise UsageError("where shall it be copied?", hint="--to PROJECT")
    return service.copy(session, name, to, bucket=bucket, wait=wait)


@models_app.command(
    examples="""
    awsml rekognition models rm flowers --dry-run
    awsml rekognition models rm garden -y""",
)
def rm(session: Session, name: NameArgument) -> Listing | None:
    """Remove a model, or a whole project with its models and datasets."""
    found = service.doomed(session, name)
    if session.dry_run:
        steps = [*(service.removal(one.arn) for one in found), *([] if "/" in name else [service.removal(name)])]
        return Listing(iter(steps), "Plan")
    confirm(session, f"Remove {name}, {len(found)} model(s)?")
    service.remove(session, name)
    return None


@models_app.command(examples="awsml rekognition models policy my-bucket -f json")
def policy(
    session: Session, bucket: Annotated[str, typer.Argument(metavar="BUCKET", help="The bucket of the pictures.")]
) -> Record:
    """Print the policy with which a bucket lets Rekognition read the pictures of a training."""
    return Policy(bucket=bucket, policy=service.bucket_policy(session, bucket))


def _seconds(text: str) -> float:
    """The seconds that TEXT, as `1h30m`, means. Raises UsageError."""
    found = _DURATION.fullmatch(text)
    total = sum(float(found[unit] or 0) * size for unit, size in (("h", 3600), ("m", 60), ("s", 1))) if found else 0
    if not total:
        raise UsageError(f"`{text}` is no time", hint="90s, 30m or 1h30m")
    return total
