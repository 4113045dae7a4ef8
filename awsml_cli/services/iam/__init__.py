"""Policies for IAM: the least that commands need, from what their tests call.

`needs.json` maps each command to its actions; `scripts/needs` makes it, and the tests of the examples hold it to that.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from functools import cache
from importlib import resources
from typing import Any, Final

from awsml_cli.core import containers
from awsml_cli.core.errors import UsageError

VERSION: Final = "2012-10-17"
PASSING: Final = "iam:PassRole"
REGISTRY: Final = {"ecr:GetAuthorizationToken": containers.PULLING, "ecr:CreateRepository": containers.PUSHING}
"""What is needed beside the call that leads to it, since no call of boto3's asks for it."""


@cache
def needs() -> dict[str, list[str]]:
    """The actions that each command needs, by the command's words."""
    text = resources.files(__name__).joinpath("needs.json").read_text(encoding="utf-8")
    found: dict[str, list[str]] = json.loads(text)
    return found


def actions(commands: Sequence[str]) -> list[str]:
    """The actions that COMMANDS need: one (`translate text`), or all that begin so (`translate`).

    Raises UsageError for what is no command, or calls nothing.
    """
    found: set[str] = set()
    for command in commands:
        words = command.removeprefix("awsml ").split()
        these = [needs()[name] for name in needs() if name.split()[: len(words)] == words]
        if not words or not these:
            near = get_close_matches(command, needs(), n=1)
            raise UsageError(
                f"`{command}` is no command that calls AWS",
                hint=f"did you mean `{near[0]}`?" if near else "as in: awsml iam transcribe 'translate text'",
            )
        found.update(*these)
    found.update(*(REGISTRY[action] for action in found & REGISTRY.keys()))
    return sorted(found)


def policy(wanted: Iterable[str], *, bucket: str | None, role: str | None) -> dict[str, Any]:
    """The policy that allows the actions WANTED: staging in BUCKET, passing ROLE (an ARN) and nothing else."""
    wanted = list(wanted)
    services = [one for one in wanted if not one.startswith(("s3:", "iam:"))]
    objects = [one for one in wanted if one in ("s3:GetObject", "s3:PutObject", "s3:DeleteObject")]
    buckets = [one for one in wanted if one.startswith("s3:") and one not in objects]
    name = bucket or "awsml-*"
    statements: list[dict[str, Any]] = []
    if services:
        statements.append(_allowed("Services", services, "*"))
    if objects:
        statements.append(_allowed("Objects", objects, f"arn:aws:s3:::{name}/*"))
    if buckets:
        statements.append(_allowed("Buckets", buckets, f"arn:aws:s3:::{name}"))
    if roles := [one for one in wanted if one.startswith("iam:") and one != PASSING]:
        statements.append(_allowed("Roles", roles, role or "arn:aws:iam::*:role/*"))
    if PASSING in wanted:
        statements.append(_allowed("Role", [PASSING], role or "arn:aws:iam::*:role/*"))
    return {"Version": VERSION, "Statement": statements}


def _allowed(sid: str, these: Sequence[str], resource: str | list[str]) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": list(these), "Resource": resource}
