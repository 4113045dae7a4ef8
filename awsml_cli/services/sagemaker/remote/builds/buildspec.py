"""What CodeBuild is to do for an image: log in, build it for SageMaker's machines, push it.

https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from awsml_cli.services.sagemaker import processes
from awsml_cli.services.sagemaker.containers import repository
from awsml_cli.services.sagemaker.containers.engine import Engine
from awsml_cli.services.sagemaker.containers.images import Build
from awsml_cli.services.sagemaker.containers.repository import Repository
from awsml_cli.services.sagemaker.remote.builds.source import CONTEXT, DOCKERFILE

THERE: Final = Engine("docker", "docker", buildkit=True)  # in CodeBuild's own images, with buildx


def commands(wanted: Build, place: Repository, tag: str, *, region: str) -> Iterator[str]:
    """The lines of bash that build WANTED and push it to PLACE as TAG; REGION is that of PLACE."""
    hosts = {place.host: region, **{image.partition("/")[0]: None for image in wanted.bases}}
    for host, where in hosts.items():
        key = processes.shown(["aws", "ecr", "get-login-password", "--region", where or _region(host, region)])
        login = processes.shown(["docker", "login", "--username", "AWS", "--password-stdin", host])
        yield f"{key} | {login}"
    name = f"{place.uri}:{tag}"
    yield str(
        THERE.build(
            Path(CONTEXT), target=wanted.target, tag=name, arguments=wanted.arguments, labels=wanted.labels,
            file=DOCKERFILE,
        )
    )  # fmt: skip
    yield processes.shown(["docker", "push", name])


def text(commands: Iterable[str]) -> str:
    """The buildspec that runs COMMANDS; a line that fails ends it."""
    lines = ["version: 0.2", "env:", "  shell: bash", "phases:", "  build:", "    commands:"]
    # a string of JSON is one of YAML
    lines += [f"      - {json.dumps(command)}" for command in commands]
    return "\n".join([*lines, ""])


def _region(host: str, default: str) -> str:
    found = repository.ECR.match(host)
    return found[2] if found else default
