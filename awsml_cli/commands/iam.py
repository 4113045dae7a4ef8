"""`awsml iam`: the least policy that commands need."""

from __future__ import annotations

import json
from typing import Annotated, Any, ClassVar

import typer

from awsml_cli.cli import options
from awsml_cli.cli.app import CommandGroup
from awsml_cli.cli.job_words import RoleOption
from awsml_cli.core.record import Record
from awsml_cli.core.session import Session
from awsml_cli.services import iam as service

app = CommandGroup("The least policy that commands need, for IAM.", default="policy")


class Policy(Record):
    """A policy, ready for IAM: `document` as text."""

    columns: ClassVar = ("Version", "Statement")  # IAM's own keys, as in `fields`
    prose: ClassVar = "document"

    document: str
    actions: list[str]

    def fields(self) -> dict[str, Any]:
        """As JSON, the policy itself."""
        found: dict[str, Any] = json.loads(self.document)
        return found


@app.command(
    examples="""
    awsml iam transcribe "translate text" polly
    awsml iam "comprehend sentiment" "comprehend redact" > policy.json
    awsml iam translate | jq '.Statement[].Action'
    awsml iam textract --bucket my-bucket -f json --query "Statement[].Action" """
)
def policy(
    session: Session,
    commands: Annotated[
        list[str],
        typer.Argument(metavar="COMMAND", help="Commands (`translate text`), or groups with all of theirs."),
    ],
    *,
    bucket: options.BucketOption = None,
    role: RoleOption = None,
) -> Record:
    """Write the policy that an identity needs for COMMAND, as JSON."""
    wanted = service.actions(commands)
    made = service.policy(wanted, bucket=bucket or session.config.bucket, role=role or session.config.role)
    return Policy(document=json.dumps(made, indent=2) + "\n", actions=wanted).with_raw(made)
