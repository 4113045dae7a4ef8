"""`awsml lex test`: how well a bot understands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from awsml_cli.cli import bot_words as words
from awsml_cli.cli import options
from awsml_cli.commands.lex.group import app
from awsml_cli.core import sources
from awsml_cli.core.errors import InputError, PartialFailure, UsageError
from awsml_cli.core.plan import approve
from awsml_cli.core.record import Checked, Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services import lex
from awsml_cli.services.lex import testing as service


def _markdown(record: Record) -> str:
    raise UsageError("a row for each utterance is not shown as md", hint="-f csv, or leave --each out")


@app.command(
    "test",
    keeps=True,
    formats={"md": _markdown},  # the report knows how it looks
    examples="""
    awsml lex test utterances.csv --bot Flowers --alias live --min 0.9
    awsml lex test utterances.csv --bot Flowers --each -f csv
    awsml lex test utterances.csv --bot Flowers -o report.md --cache""",
)
def check_bot(
    session: Session,
    file: Annotated[
        str, typer.Argument(metavar="CSV", help="Columns utterance, intent and, for slots, slot:NAME; - is stdin.")
    ],
    *,
    bot: Annotated[str, typer.Option("--bot", metavar="BOT", help="The bot's name, or its id.")],
    alias: words.AliasOption = None,
    locale: words.LocaleOption = None,
    least: Annotated[
        str | None, typer.Option("--min", metavar="SHARE", help="Exit 7 below this accuracy: 0.9, 90 or 90%.")
    ] = None,
    least_slots: Annotated[
        str | None, typer.Option("--min-slots", metavar="SHARE", help="Exit 7 below this accuracy of the slots.")
    ] = None,
    each: Annotated[bool, typer.Option("--each", help="A row for each utterance instead of the report.")] = False,
    jobs: options.JobsOption = 8,
) -> Checked | Listing:
    """Say utterances to a bot and tell how many it takes for the intents that they mean."""
    bounds = [options.confidence(one) if one is not None else None for one in (least, least_slots)]
    found = sources.paths([file])
    if len(found) != 1:
        raise InputError(f"`{file}` is {len(found)} files, and one is read")
    cases = service.read_cases(sources.whole_text(found[0], session), name=found[0].shown)
    plan = [lex.saying(bot, calls=len(cases))]
    if session.dry_run:
        return Listing(iter(plan), "Plan")
    approve(session, lambda: plan)
    where = lex.place(session, bot, alias=alias, locale=locale)
    results = list(_told(session, service.results(session, where, cases, workers=jobs)))
    report = service.Report.made(where, results)
    return Checked(
        Listing(iter(results), "Results") if each else report,
        _below(report, *bounds) or _unanswered(results),
    )


def _told(session: Session, results: Iterator[service.Result]) -> Iterator[service.Result]:
    for result in results:
        if result.error:
            session.talk.warn(result.error)
        yield result


def _below(report: service.Report, least: float | None, least_slots: float | None) -> str | None:
    if least is not None and report.accuracy < least:
        return f"the accuracy is {report.accuracy:.4f}, below {least:g}"
    if least_slots is not None and (report.slot_accuracy or 0.0) < least_slots:
        said = "no slot is expected" if report.slot_accuracy is None else f"that of slots is {report.slot_accuracy:.4f}"
        return f"{said}, below {least_slots:g}"
    return None


def _unanswered(results: list[service.Result]) -> PartialFailure | None:
    failed = sum(one.error is not None for one in results)
    return PartialFailure(f"{failed} of {len(results)} utterances were not answered") if failed else None
