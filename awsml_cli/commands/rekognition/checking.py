"""`awsml rekognition moderation`: what not everybody wants to see, and a check that fails on it."""

from __future__ import annotations

from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.cli.pictures import Beside, HowOptions, WayOptions
from awsml_cli.commands.rekognition.choices import SureOption, at_least
from awsml_cli.commands.rekognition.group import app, look
from awsml_cli.core.errors import CheckFailed
from awsml_cli.core.record import Listing, Many, Outcome
from awsml_cli.core.session import Session
from awsml_cli.services import rekognition as service
from awsml_cli.services.rekognition.moderating import Bar, flow, over

SURE = 50.0  # from which on AWS tells of a label unless it is asked for more


@app.command(
    keeps=True,
    many=True,
    examples="""
    awsml rekognition moderation street.jpg
    awsml rekognition moderation photos/ --fail-on Violence --fail-on 'Explicit:30' && echo 'fit to be shown'
    awsml rekognition moderation photos/ -f jsonl | jq -r 'select(.moderation_labels != []) | .input'""",
)
def moderation(
    session: Session,
    *,
    way: WayOptions,
    min_confidence: SureOption = None,
    fail_on: Annotated[
        list[str] | None,
        typer.Option(
            "--fail-on", metavar="NAME[:CONFIDENCE]", help="Exit 7 on this label or category, or any; may be repeated."
        ),
    ] = None,
    adapter: Annotated[
        str | None, typer.Option("--adapter", metavar="ARN", help="Ask an adapter that knows pictures of your own.")
    ] = None,
    human_review: Annotated[
        str | None,
        typer.Option("--human-review", metavar="FLOW", help="Let people look again: an A2I flow's name or ARN."),
    ] = None,
    how: HowOptions,
) -> Many | Listing:
    """Find what not everybody wants to see: label, confidence, the category above, its level."""
    bars = [_bar(text) for text in fail_on or ()]
    for bar in bars:
        if bar.doubt is not None:
            session.talk.warn(bar.doubt)
    shown = at_least(min_confidence) if min_confidence is not None else SURE
    review = flow(session, human_review) if human_review and not session.dry_run else human_review
    asked = service.moderation(adapter=adapter, review=review)
    asked = asked.surer(min([shown, *(bar.at_least for bar in bars)]))
    failed: list[str] = []

    def check(outcome: Outcome) -> None:
        if isinstance(outcome.value, service.Sight):
            found = list(over(outcome.value.raw, bars))
            failed.extend([f"{outcome.source.shown}: {', '.join(found)}"] if found else [])

    def end() -> None:
        if failed:
            more = f"; {len(failed) - 1} more pictures" if len(failed) > 1 else ""
            raise CheckFailed(f"not to be shown: {failed[0]}{more}")

    return look(session, asked, service.Look(shown), way, how, Beside(), check=check, end=end)


def _bar(text: str) -> Bar:
    """The label, or category, and the confidence that TEXT names; AWS's own bound where it names none."""
    name, colon, sure = text.rpartition(":")
    if colon and name and sure.strip().rstrip("%").replace(".", "", 1).isdigit():
        return Bar(name.strip(), options.confidence(sure.strip()) * 100)
    return Bar(text.strip(), SURE)
