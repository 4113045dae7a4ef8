"""`awsml codeguru review`, `reviews`, `associations`, `feedback`: code under review."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from awsml_cli.cli import options
from awsml_cli.commands.codeguru.group import app, reviews_app
from awsml_cli.core.errors import UsageError
from awsml_cli.core.plan import step
from awsml_cli.core.record import Checked, Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services import codeguru as service

OWN: Final[dict[str, Callable[[Any], str | bytes]]] = {"sarif": service.Findings.sarif}
_WHOLE: Final = ("sarif", "raw")  # formats in which the findings are one document

ReviewArgument = Annotated[str, typer.Argument(metavar="REVIEW", help="The review's id, or its ARN.")]
FailOnOption = Annotated[
    str | None,
    typer.Option(
        "--fail-on", metavar="SEVERITY", help="Exit 7 where something is so bad: low, medium, high, critical."
    ),
]


@app.command(
    examples="""
    awsml codeguru associations
    awsml codeguru associations --all -f csv"""
)
def associations(
    session: Session,
    *,
    every: Annotated[bool, typer.Option("--all", help="Those that failed or were let go, too.")] = False,
    limit: options.LimitOption = None,
) -> Listing:
    """List the repositories that CodeGuru Reviewer knows."""
    return service.associations(session, every=every, limit=limit)


@app.command(
    formats=OWN,
    examples="""
    awsml codeguru review src/ --association my-code
    awsml codeguru review --association Ann/web --branch main -o review.sarif
    awsml codeguru review --association Ann/web --change main..topic --fail-on critical
    awsml codeguru review src/ --association my-code -f json | jq -r '.[].file_path' | sort | uniq -c""",
)
def review(
    session: Session,
    folder: Annotated[
        Path | None, typer.Argument(metavar="FOLDER", help="The code, for an association with a bucket.")
    ] = None,
    *,
    association: Annotated[
        str, typer.Option("--association", metavar="NAME", help="The repository: its name, OWNER/NAME, id or ARN.")
    ],
    branch: Annotated[str | None, typer.Option("--branch", metavar="NAME", help="Review this branch.")] = None,
    change: Annotated[
        str | None, typer.Option("--change", metavar="A..B", help="Review what B has over A: branches or commits.")
    ] = None,
    built: Annotated[
        Path | None,
        typer.Option("--build", metavar="FOLDER", help="What was built of the code, as .jar or .class files."),
    ] = None,
    analysis: Annotated[
        list[str] | None, typer.Option("--analysis", metavar="KIND", help="Only this: security or quality.")
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", help="Name of the review; made from its code otherwise.")
    ] = None,
    fail_on: FailOnOption = None,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
    format: str = "auto",
) -> Record | Listing | Checked:
    """Review code, and list what is recommended."""
    level = service.Level(fail_on) if fail_on else None
    asked = service.Asked(association, tuple(analysis or ()), branch, _change(change), folder, built, name)
    if session.dry_run:
        return Listing(iter(service.plan(session, asked)), "Plan")
    job = service.start(session, asked)
    if not wait:
        session.running.pop(str(job), None)
        return service.get_review(session, job)
    return _shown(service.recommendations(session, job, timeout=timeout), level, format)


@app.command(
    formats=OWN,
    examples="""
    awsml codeguru recommendations RepositoryAnalysis-november
    awsml codeguru recommendations RepositoryAnalysis-november -f sarif > november.sarif""",
)
def recommendations(
    session: Session,
    review: ReviewArgument,
    *,
    fail_on: FailOnOption = None,
    timeout: options.TimeoutOption = None,
    format: str = "auto",
) -> Record | Listing | Checked:
    """List what REVIEW recommends, waiting for it if need be."""
    level = service.Level(fail_on) if fail_on else None
    found = service.recommendations(session, service.named(session, review), timeout=timeout)
    return _shown(found, level, format)


@reviews_app.command(
    examples="""
    awsml codeguru reviews ls
    awsml codeguru reviews ls --repository my-code -f json"""
)
def ls(
    session: Session,
    *,
    repository: Annotated[str | None, typer.Option("--repository", metavar="NAME", help="Only of this one.")] = None,
    limit: options.LimitOption = None,
) -> Listing:
    """List the reviews of this region."""
    return service.list_reviews(session, repository=repository, limit=limit)


@reviews_app.command(examples="awsml codeguru reviews get RepositoryAnalysis-november")
def get(session: Session, review: ReviewArgument) -> Record:
    """Show what AWS says about REVIEW now."""
    return service.get_review(session, service.named(session, review))


@reviews_app.command(examples="awsml codeguru reviews wait RepositoryAnalysis-november --timeout 1800")
def wait(session: Session, review: ReviewArgument, *, timeout: options.TimeoutOption = None) -> Record:
    """Wait until REVIEW has ended."""
    return service.wait_review(session, service.named(session, review), timeout=timeout)


@reviews_app.command(formats=OWN, examples="awsml codeguru reviews result RepositoryAnalysis-november -f csv")
def result(
    session: Session,
    review: ReviewArgument,
    *,
    fail_on: FailOnOption = None,
    timeout: options.TimeoutOption = None,
    format: str = "auto",
) -> Record | Listing | Checked:
    """List what REVIEW recommends; the same as `recommendations`."""
    return recommendations(session, review, fail_on=fail_on, timeout=timeout, format=format)


@app.command(
    examples="""
    awsml codeguru feedback RepositoryAnalysis-november
    awsml codeguru feedback RepositoryAnalysis-november 0123abcd up"""
)
def feedback(
    session: Session,
    review: ReviewArgument,
    recommendation: Annotated[
        str | None, typer.Argument(metavar="RECOMMENDATION", help="The recommendation's id; without one, list all.")
    ] = None,
    reaction: Annotated[
        str | None,
        typer.Argument(metavar="up|down|none", help="What you think of it; without it, what you have said."),
    ] = None,
) -> Record | Listing:
    """Say what you think of a recommendation, or list what was said."""
    job = service.named(session, review)
    if recommendation is None:
        return service.given(session, job)
    if reaction is not None:
        if session.dry_run:
            return step("codeguru-reviewer:PutRecommendationFeedback", recommendation)
        service.rate(session, job, recommendation, reaction)
    return service.feedback(session, job, recommendation)


def _shown(found: service.Findings, level: service.Level | None, format: str) -> Record | Listing | Checked:
    shown: Record | Listing = (
        found if format in _WHOLE else Listing(iter(found.recommendations), "RecommendationSummaries")
    )
    if level is None:
        return shown
    bad = level.reached(found.recommendations)
    return Checked(shown, failure=f"{len(bad)} of {found.count} findings are {level.name} or worse" if bad else None)


def _change(text: str | None) -> tuple[str, str] | None:
    if text is None:
        return None
    before, dots, after = text.partition("..")
    if not (before and dots and after.strip(".")):
        raise UsageError(f"`{text}` is no change", hint="--change main..topic")
    return before, after.lstrip(".")
