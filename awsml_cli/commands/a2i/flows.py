"""`awsml a2i flow`: who is asked what, when, and where the answers go."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.cli.readings import bytes_of
from awsml_cli.commands.a2i.group import flow_app
from awsml_cli.core.errors import ConfigError
from awsml_cli.core.plan import confirm, step
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services import a2i as service

FlowArgument = Annotated[str, typer.Argument(metavar="FLOW", help="The flow's name, or its ARN.")]


@flow_app.command(
    examples="""
    awsml a2i flow create receipts --ui review-page --team "$TEAM" --title Read --to s3://my-bucket/ --role "$ROLE"
    awsml a2i flow create forms --ui review-page --team "$TEAM" --title Check --to s3://my-bucket/ --role "$ROLE" \\
      --source textract --conditions conditions.json"""
)
def create(
    session: Session,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call it: small letters, digits, hyphens.")],
    *,
    ui: Annotated[str, typer.Option("--ui", metavar="NAME", help="The page that reviewers see.")],
    team: Annotated[str, typer.Option("--team", metavar="ARN", help="The work team that is asked.")],
    title: Annotated[str, typer.Option("--title", help="What reviewers read first.")],
    to: Annotated[str, typer.Option("--to", metavar="S3URI", help="Where the answers go: s3://BUCKET/FOLDER/.")],
    description: Annotated[
        str | None, typer.Option("--description", help="What reviewers are to do; the title otherwise.")
    ] = None,
    role: Annotated[str | None, typer.Option("--role", metavar="ARN", help="Role that may write there.")] = None,
    reviewers: Annotated[int, typer.Option("--reviewers", metavar="N", min=1, max=3, help="How many are asked.")] = 1,
    seconds: Annotated[
        int | None, typer.Option("--time-limit", metavar="SECONDS", min=30, help="Time for one answer.")
    ] = None,
    lifetime: Annotated[
        int | None, typer.Option("--lifetime", metavar="SECONDS", min=1, help="How long it is offered to reviewers.")
    ] = None,
    keyword: Annotated[
        list[str] | None, typer.Option("--keyword", help="A word to find the task by; may be repeated.")
    ] = None,
    price: Annotated[
        str | None, typer.Option("--price", metavar="USD", help="Of a task, for the public workforce, as 0.036.")
    ] = None,
    source: Annotated[
        str | None, typer.Option("--source", metavar="NAME", help="What asks by itself: textract or rekognition.")
    ] = None,
    conditions: Annotated[
        Path | None, typer.Option("--conditions", metavar="FILE", help="When it does, as AWS's JSON.")
    ] = None,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
) -> Record:
    """Make a flow, and wait until it can be used."""
    arn = role or session.config.role
    if not arn:
        raise ConfigError("AWS needs a role to write the answers", hint="--role ARN, or `awsml config set role ARN`")
    asked = service.FlowAsked(
        name, ui, team, title, description or title, to, arn, reviewers, seconds, lifetime, tuple(keyword or ()),
        price, source, bytes_of(conditions).decode(errors="replace") if conditions else None,
    )  # fmt: skip
    if session.dry_run:
        return service.plan_flow(asked)
    return service.create_flow(session, asked, wait=wait, timeout=timeout)


@flow_app.command(examples="awsml a2i flow ls")
def ls(session: Session, *, limit: options.LimitOption = None) -> Listing:
    """List the flows of this region."""
    return service.flows(session, limit=limit)


@flow_app.command(examples="awsml a2i flow get my-flow -f json | jq .conditions")
def get(session: Session, flow: FlowArgument) -> Record:
    """Show what AWS says about FLOW."""
    return service.find_flow(session, flow)


@flow_app.command(examples="awsml a2i flow rm my-flow -y")
def rm(session: Session, flow: FlowArgument) -> Record | None:
    """Remove FLOW."""
    if session.dry_run:
        return step("sagemaker:DeleteFlowDefinition", flow)
    confirm(session, f"Remove the flow {flow}?")
    service.remove_flow(session, flow)
    return None
