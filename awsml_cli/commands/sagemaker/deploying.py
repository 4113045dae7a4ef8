"""`awsml sagemaker deploy`: a model that answers at AWS, with all its parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.cli.app import Joined
from awsml_cli.commands.sagemaker import deploy_words, group
from awsml_cli.commands.sagemaker.builders import BuilderWords
from awsml_cli.commands.sagemaker.deploy_words import Shape
from awsml_cli.commands.sagemaker.group import app, at_aws
from awsml_cli.commands.sagemaker.terms import ImageOption, RoleOption
from awsml_cli.core.errors import ConfigError, UsageError
from awsml_cli.core.plan import Step, approve, step
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker import durations, project
from awsml_cli.services.sagemaker.asked import NAME, pair
from awsml_cli.services.sagemaker.containers import images
from awsml_cli.services.sagemaker.containers.engine import Engine
from awsml_cli.services.sagemaker.project import Project
from awsml_cli.services.sagemaker.remote import endpoints, fitness, lifetime, models, preflight, updates
from awsml_cli.services.sagemaker.remote.builds import CodeBuild
from awsml_cli.services.sagemaker.remote.deployments import Deployment
from awsml_cli.services.sagemaker.remote.lifetime import Lifetime
from awsml_cli.services.sagemaker.remote.registry import looking
from awsml_cli.services.sagemaker.remote.registry.looking import Named
from awsml_cli.services.sagemaker.remote.updates import Update


def _update(
    canary: Annotated[
        str | None, typer.Option("--canary", metavar="SIZE", help="Update so many machines first, as 10% or 1.")
    ] = None,
    linear: Annotated[
        str | None, typer.Option("--linear", metavar="SIZE", help="Update in steps of so many machines, as 20%.")
    ] = None,
    rolling: Annotated[
        str | None, typer.Option("--rolling", metavar="SIZE", help="Update in place, so many machines at a time.")
    ] = None,
    step_wait: Annotated[
        str | None, typer.Option("--step-wait", metavar="TIME", help="Between two steps, as 90s or 10m; 5m otherwise.")
    ] = None,
    alarm: Annotated[
        list[str] | None,
        typer.Option("--alarm", metavar="NAME", help="If this alarm rings, the update is taken back; may be repeated."),
    ] = None,
) -> Update:
    """What was said about an update. Raises UsageError."""
    given = [(kind, said) for kind, said in (("canary", canary), ("linear", linear), ("rolling", rolling)) if said]
    if len(given) > 1:
        raise UsageError(f"--{given[0][0]} and --{given[1][0]} cannot both be")
    wait = updates.BAKING if step_wait is None else durations.seconds(step_wait)
    if wait > 3600:
        raise UsageError("between two steps there is an hour at most", hint="--step-wait 10m")
    if step_wait is not None and not given and not alarm:
        raise UsageError("--step-wait is about --canary, --linear, --rolling or --alarm")
    if len(alarm or ()) > 10:
        raise UsageError("an update listens to ten alarms at most")
    kind, said = given[0] if given else (None, "")
    size = updates.step_size(kind, said) if kind else (updates.PERCENT, 0)
    return Update(kind, size, wait, tuple(dict.fromkeys(alarm or ())))


@dataclass(frozen=True)
class Ending:
    """When it shall end, as it was said."""

    ttl: str | None
    role: str | None

    def of(self, session: Session) -> Lifetime | None:
        """Its life. Raises ConfigError where nothing could end it."""
        if self.ttl is None:
            return None
        seconds = durations.seconds(self.ttl)
        if seconds < lifetime.LEAST:
            raise UsageError(f"an endpoint lives {lifetime.LEAST // 60} minutes at least", hint="--ttl 2h")
        return Lifetime(seconds, lifetime.check(session, self.role))


def _ending(
    ttl: Annotated[
        str | None, typer.Option("--ttl", metavar="TIME", help="Have it deleted after so long, as 2h; anew, renewed.")
    ] = None,
    ttl_role: Annotated[
        str | None, typer.Option("--ttl-role", metavar="ARN", help="Role that the scheduler takes on to delete it.")
    ] = None,
) -> Ending:
    """What was said about its end."""
    if ttl_role is not None and ttl is None:
        raise UsageError("--ttl-role is about --ttl", hint="--ttl 2h")
    return Ending(ttl, ttl_role)


@app.command(
    examples="""
    awsml sagemaker deploy churn --image $IMAGE --role $ROLE --model-data model.tar.gz
    awsml sagemaker deploy --package wine --role $ROLE --instance ml.m5.xlarge
    awsml sagemaker deploy --name small --image $IMAGE --role $ROLE --model-data model.tar.gz --serverless 2048,5
    awsml sagemaker deploy churn --engine podman --role $ROLE --model-data model.tar.gz --canary 10% --dry-run"""
)
def deploy(
    session: Session,
    folder: group.FolderArgument = None,
    *,
    name: group.NameOption = None,
    image: ImageOption = None,
    role: RoleOption = None,
    model_data: Annotated[
        str | None,
        typer.Option("--model-data", metavar="MODEL", help="A model.tar.gz, a folder, s3://… or a training's id."),
    ] = None,
    package: Annotated[
        str | None,
        typer.Option("--package", metavar="PACKAGE", help="Of the registry: GROUP:VERSION, or a GROUP."),
    ] = None,
    shape: Annotated[Shape, Joined(deploy_words.shape)],
    update: Annotated[Update, Joined(_update)],
    ending: Annotated[Ending, Joined(_ending)],
    env: Annotated[list[str] | None, typer.Option("--env", metavar="NAME=VALUE", help="May be repeated.")] = None,
    tag: Annotated[list[str] | None, typer.Option("--tag", metavar="KEY=VALUE", help="May be repeated.")] = None,
    bucket: options.BucketOption = None,
    builder: BuilderWords,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
) -> Record | Listing:
    """Serve a model at AWS: the image built and pushed if it has changed, the model uploaded, the endpoint made."""
    if package is not None and (image or model_data or shape.more["multiple"]):
        raise UsageError("a --package has its image and its model", hint="leave out --image and --model-data")
    if not (image or package):
        at_aws(session, folder, here="serve")
    which = looking.named(session, package) if package is not None else None
    found = _project(folder, image, which)
    called = name or (which.name if which else found.about.name if found else None)
    if called is None or not NAME.fullmatch(called):
        hint = "--name NAME: letters, digits and hyphens"
        if name is None and image and folder is None and project.find(None):
            hint += "; or `deploy .`, if the image is one of this folder's project"
        raise UsageError("what shall the endpoint be called?", hint=hint)
    role = role or session.config.role
    if not role:
        raise ConfigError("SageMaker needs a role that it may assume", hint="--role ARN, or awsml config set role ARN")
    wanted = shape.of(
        Deployment(
            name=called,
            image=image or "",
            model_data=model_data,
            role=role,
            environment={
                **(found.serve.environment if found and which is None else {}),
                **dict(pair(word, "--env") for word in env or ()),
            },
            tags=dict(pair(word, "--tag") for word in tag or ()),
        ),
        instance=found.serve.instance if found else "ml.m5.large",
        count=found.serve.count if found else 1,
    )
    deploy_words.refuse(wanted, update, wait=wait, ends=ending.ttl is not None)
    if which is not None:
        wanted = _packaged(session, wanted, which)
    life = ending.of(session)
    said = dict.fromkeys([wanted.model_data, *(one.model_data for one in wanted.variants)])
    sent = [one for one in said if one is not None and models.here(one)]  # said before an image is built
    if session.dry_run:
        building = builder.of(session, bucket) if image is None and which is None else None
        return Listing(_plan(found, wanted, building, sent, life), "Plan")
    approve(session, lambda: endpoints.plan(wanted))
    endpoints.check(session, wanted, preflight.instance_types(session, "ProductionVariantInstanceType"))
    if which is not None:
        image = wanted.image
    elif model_data is None and image is None and found is not None:
        model_data = models.default(session, found)
    if image is None:
        assert found is not None
        own = images.Build(found, "serve", found.build.arguments)
        image = images.push(session, own, builder.of(session, bucket)).image
    wanted = replace(wanted, image=image)
    fitness.check(session, wanted)
    ready = replace(
        wanted,
        model_data=_uploaded(session, model_data, wanted, bucket),
        variants=tuple(
            replace(one, model_data=_uploaded(session, one.model_data, wanted, bucket)) for one in wanted.variants
        ),
    )
    return endpoints.deploy(session, ready, how=update, life=life, wait=wait, timeout=timeout)


def _project(folder: Path | None, image: str | None, which: Named | None) -> Project | None:
    """The project that is served, or says on what; that of this folder has nothing to do with what is another's."""
    if which is None and image is None:
        return project.load(folder)
    found = None if which is not None and folder is None else project.find(folder)
    if found is not None and folder is None and image is not None and not images.is_of(found, image):
        return None
    return found


def _packaged(session: Session, wanted: Deployment, which: Named) -> Deployment:
    """WANTED as it is in the registry. Raises InputError where nothing of that may be served."""
    made = looking.served(session, which)
    session.talk.tell(f"the model is {made.package}")
    for kind in wanted.types:
        if made.instance_types and kind not in made.instance_types:
            session.talk.warn(f"{made.package} is registered for {', '.join(made.instance_types[:5])}, not for {kind}")
    # as the SageMaker SDK does, ModelPackage.enable_network_isolation: what is bought may not call home
    bought = made.product_id is not None
    return replace(wanted, package=made.model_package_arn, image=made.image or "", isolated=bought)


def _uploaded(session: Session, said: str | None, wanted: Deployment, bucket: str | None) -> str | None:
    if said is None:
        return None
    if wanted.multiple:
        return models.uploaded_all(session, said, bucket=bucket)
    return models.uploaded(session, said, bucket=bucket)


def _plan(
    found: Project | None,
    wanted: Deployment,
    builder: Engine | CodeBuild | None,
    sent: Sequence[str],
    life: Lifetime | None,
) -> Iterator[Step]:
    if builder is not None and found is not None:
        yield from images.plan(images.Build(found, "serve", found.build.arguments), builder, push=True)
    for model in sent:
        yield step("s3:PutObject", model)
    yield from endpoints.plan(wanted, life=life)
