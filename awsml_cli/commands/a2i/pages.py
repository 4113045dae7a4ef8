"""`awsml a2i ui`: the pages that reviewers see."""

from __future__ import annotations

from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.commands.a2i.group import ui_app
from awsml_cli.core import sources
from awsml_cli.core.plan import confirm, step
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services import a2i as service
from awsml_cli.services.a2i.pages import check

PageArgument = Annotated[str, typer.Argument(metavar="NAME", help="The page's name, or its ARN.")]


@ui_app.command(examples="awsml a2i ui create receipts review.liquid.html")
def create(
    session: Session,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call it: small letters, digits, hyphens.")],
    template: Annotated[str, typer.Argument(metavar="FILE", help="The template in Liquid HTML, or - for stdin.")] = "-",
) -> Record:
    """Make a page of a template."""
    (source,) = sources.paths([template])
    text = sources.whole_text(source, session)
    check(text, name=source.shown)
    if session.dry_run:
        return step("sagemaker:CreateHumanTaskUi", name)
    return service.create_page(session, name, text)


@ui_app.command(examples="awsml a2i ui ls")
def ls(session: Session, *, limit: options.LimitOption = None) -> Listing:
    """List the pages of this region."""
    return service.pages(session, limit=limit)


@ui_app.command(examples="awsml a2i ui get review-page")
def get(session: Session, name: PageArgument) -> Record:
    """Show what AWS says about a page."""
    return service.page(session, name)


@ui_app.command(examples="awsml a2i ui rm review-page -y")
def rm(session: Session, name: PageArgument) -> Record | None:
    """Remove a page."""
    if session.dry_run:
        return step("sagemaker:DeleteHumanTaskUi", name)
    confirm(session, f"Remove the page {name}?")
    service.remove_page(session, name)
    return None
