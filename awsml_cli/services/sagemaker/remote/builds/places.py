"""What a build at CodeBuild needs to be there: a project, made if it is missing, its role, its bucket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from awsml_cli.core import containers, prices, staging
from awsml_cli.core.cache import key_of
from awsml_cli.core.errors import ConfigError, ServiceError
from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker.remote import preflight
from awsml_cli.services.sagemaker.remote.preflight import Problem

TRUSTED: Final = "codebuild.amazonaws.com"
NAME: Final = "awsml-build"
COMPUTE: Final = "medium"
# Amazon Linux 2023 with docker, the newest version of it:
# https://docs.aws.amazon.com/codebuild/latest/userguide/ec2-compute-images.html
IMAGE: Final = "aws/codebuild/amazonlinux-x86_64-standard:5.0"
MINUTES: Final = 60  # that one build may take
_LOG: Final = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")


def computes() -> dict[str, str]:
    """The sizes of machines whose price is known, and what CodeBuild calls them."""
    return {size: f"BUILD_GENERAL1_{size.upper()}" for size in prices.CODEBUILD_MINUTE}


def ensure(session: Session, role: str) -> str:
    """The project that builds under ROLE, made if it is missing; it costs nothing, and is kept."""
    settings: dict[str, Any] = {
        "source": {"type": "NO_SOURCE", "buildspec": "version: 0.2\nphases: {build: {commands: ['true']}}\n"},
        "artifacts": {"type": "NO_ARTIFACTS"},
        "environment": {
            "type": "LINUX_CONTAINER",
            "image": IMAGE,
            "computeType": computes()[COMPUTE],
            "privilegedMode": True,  # which docker needs
        },
        "serviceRole": role,
        "timeoutInMinutes": MINUTES,
    }
    name = f"{NAME}-{key_of(settings)[:8]}"
    client = session.client("codebuild")
    if client.batch_get_projects(names=[name])["projects"]:
        return name
    try:
        client.create_project(
            name=name,
            description="Images of awsml sagemaker; each build says what it is to do",
            tags=[{"key": "awsml", "value": "build"}],
            **settings,
        )
    except ServiceError as error:
        if error.code != "ResourceAlreadyExistsException":
            raise
    session.talk.tell(f"made the project {name} of CodeBuild")
    return name


def check(session: Session, role: str | None, *, repository: str, bucket: str | None) -> None:
    """Look at ROLE, and at the BUCKET for the source. Raises ConfigError that names everything that is missing."""
    preflight.refuse(
        [*_role(session, role, repository, bucket), *preflight.bucket(session, bucket)], "this build", ConfigError
    )


def _role(session: Session, role: str | None, repository: str, bucket: str | None) -> Iterator[Problem]:
    found = list(
        preflight.role(session, role, TRUSTED, option="--codebuild-role", what="CodeBuild", why="build and push")
    )
    yield from found
    if not found and role is not None:
        yield from _rights(session, role, repository, bucket)


def _rights(session: Session, role: str, repository: str, bucket: str | None) -> Iterator[Problem]:
    """What ROLE may not do of what a build does, as far as IAM simulates it."""
    partition, account = role.split(":")[1], role.split(":")[4]
    here = f"{session.region}:{account}"
    staged = bucket or session.config.bucket or staging.default_bucket(session)
    source = f"arn:{partition}:s3:::{staged}/{staging.PREFIX}source.zip"
    for resource, actions in (
        (source, ("s3:GetObject",)),
        (f"arn:{partition}:logs:{here}:log-group:/aws/codebuild/{NAME}-0:log-stream:0", _LOG),
        ("*", ("ecr:GetAuthorizationToken",)),
        (f"arn:{partition}:ecr:{here}:repository/{repository}", containers.PUSHING),
    ):
        if denied := preflight.denied(session, role, actions, resource):
            yield f"the role {role.rpartition('/')[2]} may not {', '.join(denied)}", f"allow it on {resource}"
