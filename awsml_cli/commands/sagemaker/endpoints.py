"""`awsml sagemaker rollback`, `delete`, `gc` and `endpoints`: models that answer at AWS."""

from __future__ import annotations

from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.commands.sagemaker import group
from awsml_cli.commands.sagemaker.group import app
from awsml_cli.core.errors import UsageError
from awsml_cli.core.plan import confirm, step
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker.remote import components, endpoints, parts
from awsml_cli.services.sagemaker.remote.following import ENDPOINT_GROUP, Log

endpoints_app = app.group("endpoints", "Endpoints at AWS: what serves, and what it says.")


@app.command(
    examples="""
    awsml sagemaker rollback my-endpoint --dry-run
    awsml sagemaker rollback my-endpoint -y"""
)
def rollback(
    session: Session,
    name: group.EndpointArgument,
    *,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
) -> Record:
    """Serve again what was served before the last canary, linear or rolling update."""
    if session.dry_run:
        return step("sagemaker:UpdateEndpoint", f"{name}, {endpoints.replaced(session, name)}")
    confirm(session, f"Have {name} serve again what it served before?")
    return endpoints.rollback(session, name, wait=wait, timeout=timeout)


@app.command(
    examples="""
    awsml sagemaker delete my-endpoint --dry-run
    awsml sagemaker delete my-endpoint -y
    awsml sagemaker delete shared --component small --dry-run"""
)
def delete(
    session: Session,
    name: group.EndpointArgument,
    *,
    keep_logs: Annotated[bool, typer.Option("--keep-logs", help="Leave its log group.")] = False,
    all_parts: Annotated[
        bool, typer.Option("--all-parts", help="Its configuration and models too where others made them.")
    ] = False,
    component: Annotated[
        str | None, typer.Option("--component", metavar="NAME", help="Only this one of its inference components.")
    ] = None,
) -> Listing:
    """Remove an endpoint with its components, scaling, configuration, models and log, or one component of it."""
    if component is not None:
        if keep_logs or all_parts:
            raise UsageError(f"{'--keep-logs' if keep_logs else '--all-parts'} is about the whole endpoint")
        if session.dry_run:
            return Listing(iter(parts.removal(parts.component_parts(session, name, component))), "Plan")
        confirm(session, f"Remove the component {component} of {name}?")
        return Listing(iter(parts.delete_component(session, name, component)), "Parts")
    if session.dry_run:
        return Listing(iter(parts.removal(parts.parts(session, name, every=all_parts))), "Plan")
    confirm(session, f"Remove the endpoint {name} with all its parts?")
    return Listing(iter(parts.delete(session, name, keep_logs=keep_logs, every=all_parts)), "Parts")


@app.command(
    examples="""
    awsml sagemaker gc
    awsml sagemaker gc --hours 72 --query '[].delete'"""
)
def gc(
    session: Session,
    *,
    hours: Annotated[
        float, typer.Option("--hours", metavar="N", min=1, help="Unasked for so long, an endpoint is idle.")
    ] = 24.0,
) -> Listing:
    """List endpoints that nobody asks and parts that none uses, each with the command that removes it."""
    return Listing(parts.idle(session, hours=hours), "Idle")


@endpoints_app.command(examples="awsml sagemaker endpoints ls -f json")
def ls(session: Session) -> Listing:
    """List the endpoints of this region."""
    return endpoints.listed(session)


@endpoints_app.command(examples="awsml sagemaker endpoints get my-endpoint --query endpoint_status")
def get(session: Session, name: group.EndpointArgument) -> Record:
    """Show what AWS says about an endpoint now."""
    return endpoints.shown(session, name)


@endpoints_app.command(
    name="components",
    examples="""
    awsml sagemaker endpoints components shared
    awsml sagemaker endpoints components shared --query '[].inference_component_name'""",
)
def components_(session: Session, name: group.EndpointArgument) -> Listing:
    """List the inference components of an endpoint, with what each needs of its machines."""
    endpoints.describe(session, name)
    return Listing(components.listed(session, name), "InferenceComponents")


@endpoints_app.command(examples="awsml sagemaker endpoints wait my-endpoint")
def wait(session: Session, name: group.EndpointArgument, *, timeout: options.TimeoutOption = None) -> Record:
    """Wait until an endpoint serves."""
    return endpoints.wait_for(session, name, timeout=timeout)


@endpoints_app.command(examples="awsml sagemaker endpoints logs my-endpoint")
def logs(session: Session, name: group.EndpointArgument) -> Listing:
    """Show what an endpoint's machines have written, in order of time."""
    return Listing(Log(session, f"{ENDPOINT_GROUP}/{name}", "").new(), "Events")
