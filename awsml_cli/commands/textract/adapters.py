"""`awsml textract adapters`: questions trained on documents of one's own."""

from __future__ import annotations

from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.commands.textract.group import app
from awsml_cli.core.errors import ConfigError
from awsml_cli.core.plan import step
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services import textract as service
from awsml_cli.services.textract import adapters as training

adapters_app = app.group("adapters", "Adapters: questions trained on documents of your own.")

AdapterArgument = Annotated[str, typer.Argument(metavar="ADAPTER", help="The adapter's id, or its name.")]
VersionArgument = Annotated[str, typer.Argument(metavar="ADAPTER:VERSION", help="A version of an adapter.")]


@adapters_app.command(examples="awsml textract adapters ls")
def ls(session: Session) -> Listing:
    """List the adapters of this region."""
    return training.adapters(session)


@adapters_app.command(examples="awsml textract adapters get invoices")
def get(session: Session, adapter: AdapterArgument) -> Record:
    """Show what AWS says about ADAPTER."""
    return training.get(session, adapter)


@adapters_app.command(
    examples="""
    awsml textract adapters versions invoices
    awsml textract adapters versions invoices -f json | jq -r '.[0].adapter'"""
)
def versions(session: Session, adapter: AdapterArgument) -> Listing:
    """List the versions of ADAPTER, the newest first."""
    return training.versions(session, adapter)


@adapters_app.command(
    examples="""
    awsml textract adapters latest invoices
    awsml textract ask invoice.pdf -Q 'Who?' --adapter "$(awsml textract adapters latest invoices --query adapter)\"""",
)
def latest(session: Session, adapter: AdapterArgument) -> Record:
    """Show the newest version of ADAPTER that can be asked."""
    return training.latest(session, adapter)


@adapters_app.command(examples="awsml textract adapters create receipts --description 'Till receipts'")
def create(
    session: Session,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call it.")],
    *,
    description: Annotated[str | None, typer.Option("--description", metavar="TEXT", help="What it is for.")] = None,
    auto_update: Annotated[
        bool, typer.Option("--auto-update", help="Let AWS train it anew when its own models change.")
    ] = False,
) -> Record:
    """Make an adapter, to be trained then."""
    if session.dry_run:
        return step("textract:CreateAdapter", name)
    return training.create(session, name, description=description, auto_update=auto_update)


@adapters_app.command(
    keeps=True,
    examples="awsml textract adapters train invoices s3://my-bucket/manifest.jsonl --report s3://my-bucket/report/",
)
def train(
    session: Session,
    adapter: AdapterArgument,
    manifest: Annotated[str, typer.Argument(metavar="MANIFEST", help="The annotated documents: s3://BUCKET/KEY.")],
    *,
    report: Annotated[
        str, typer.Option("--report", metavar="S3", help="Where AWS writes its report: s3://BUCKET/PREFIX.")
    ],
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
) -> Record:
    """Train a version of ADAPTER, which takes hours."""
    if session.dry_run:
        return step("textract:CreateAdapterVersion", adapter)
    return training.train(session, adapter, manifest=manifest, output=report, wait=wait, timeout=timeout)


@adapters_app.command(examples="awsml textract adapters wait 1a2b3c4d5e6f:1")
def wait(session: Session, version: VersionArgument, *, timeout: options.TimeoutOption = None) -> Record:
    """Wait until a version is trained."""
    return training.wait_for(session, service.adapter(_bare(version)), timeout=timeout)


@adapters_app.command(examples="awsml textract adapters rm invoices -y")
def rm(
    session: Session,
    adapter: Annotated[str, typer.Argument(metavar="ADAPTER[:VERSION]", help="An adapter, or a version of it.")],
) -> Record | None:
    """Remove ADAPTER with all its versions, or one version."""
    name, _, version = _bare(adapter).partition(":")
    if session.dry_run:
        return training.removal(name, version=version or None)
    if not (session.assume_yes or session.talk.confirm(f"Remove the adapter {adapter}?")):
        raise ConfigError(f"{adapter} was not removed: nobody confirmed it", hint="-y removes without a question")
    training.remove(session, name, version=version or None)
    return None


def _bare(name: str) -> str:
    """`ID:VERSION` of the id under which a training runs, `textract:REGION:ID/VERSION`."""
    return name.rpartition(":")[2].replace("/", ":") if name.startswith("textract:") else name
