"""`awsml personalize recommend`, `rank`, `actions`, `similar`, `batch`, `segment`: questions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Annotated, Any

import typer

from awsml_cli.cli import options
from awsml_cli.cli.app import Joined
from awsml_cli.cli.lost import Lost
from awsml_cli.commands.personalize.group import actions_group, app
from awsml_cli.commands.personalize.words import (
    ItemOption,
    JoinOption,
    NumberOption,
    RoleOption,
    UserOption,
    ids,
    pairs,
)
from awsml_cli.core import batch as many
from awsml_cli.core.errors import AwsmlError, PartialFailure, UsageError
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.personalize import asking, batches, recipes, resources, serving, training
from awsml_cli.services.personalize.asking import Items, Look, Question
from awsml_cli.services.personalize.resources import Deadline

CampaignArgument = Annotated[
    str, typer.Argument(metavar="CAMPAIGN", help="The campaign or recommender: its name or ARN.")
]
SolutionArgument = Annotated[
    str, typer.Argument(metavar="SOLUTION", help="The solution: its name, its ARN, or the ARN of a version.")
]
FilterOption = Annotated[str | None, typer.Option("--filter", metavar="NAME", help="Through this filter.")]
ValueOption = Annotated[
    list[str] | None,
    typer.Option("--value", metavar="NAME=VALUE", help="For a $NAME of the filter, as GENRE=Drama,Comedy; repeatable."),
]
QuestionsOption = Annotated[
    list[str] | None,
    typer.Option("--file", metavar="PATH", help="Whom to ask about, one a line; several, globs and folders too."),
]
JobsOption = Annotated[int, typer.Option("-j", "--jobs", metavar="N", min=1, max=64, help="How many at the same time.")]

Words = Callable[[Session, str], Question]


def words(
    limit: NumberOption = None,
    filter: FilterOption = None,
    value: ValueOption = None,
    context: Annotated[
        list[str] | None,
        typer.Option("--context", metavar="NAME=VALUE", help="What holds now, as DEVICE=phone; may be repeated."),
    ] = None,
    promote: Annotated[
        str | None, typer.Option("--promote", metavar="FILTER=PERCENT", help="Let part of the items be of this filter.")
    ] = None,
    promote_value: Annotated[
        list[str] | None, typer.Option("--promote-value", metavar="NAME=VALUE", help="For a $NAME of that filter.")
    ] = None,
    metadata: Annotated[
        list[str] | None, typer.Option("--metadata", metavar="COLUMN", help="Let AWS tell this column of each item.")
    ] = None,
) -> Words:
    """What goes with every question; the rest is known when it is asked."""

    def question(session: Session, name: str) -> Question:
        member, arn = serving.served(session, name)
        values = pairs(promote_value, "--promote-value")
        return Question(
            member,
            arn,
            limit=limit,
            filter=asking.filter_arn(session, filter) if filter else None,
            values=pairs(value, "--value"),
            context=pairs(context, "--context"),
            promoted=asking.promotion(session, promote, values) if promote else None,
            metadata=tuple(metadata or ()),
        )

    return question


QuestionWords = Annotated[Words, Joined(words)]


@app.command(
    examples="""
    awsml personalize recommend front-page --user u1
    awsml personalize recommend front-page --user u1 --items items.csv -f csv
    awsml personalize recommend front-page --user u1 --filter unseen --value GENRE=Drama --limit 5
    cut -d, -f1 users.csv | tail -n +2 | awsml personalize recommend front-page > all.tsv"""
)
def recommend(
    session: Session,
    campaign: CampaignArgument,
    *,
    user: UserOption = None,
    question: QuestionWords,
    items: JoinOption = None,
    errors: options.ErrorsOption = None,
    jobs: JobsOption = 4,
) -> Listing:
    """Recommend items to a user, the best first; for several users each row begins with theirs."""
    return _each(session, campaign, question, user or ["-"], items=items, errors=errors, jobs=jobs, ask=asking.for_user)


@app.command(
    examples="""
    awsml personalize similar like-this --item i1
    awsml personalize similar like-this --item i1 --item i2 --items items.csv -f jsonl"""
)
def similar(
    session: Session,
    campaign: CampaignArgument,
    *,
    item: ItemOption = None,
    question: QuestionWords,
    items: JoinOption = None,
    errors: options.ErrorsOption = None,
    jobs: JobsOption = 4,
) -> Listing:
    """Find items like an item, the likest first; for several items each row begins with theirs."""
    return _each(session, campaign, question, item or ["-"], items=items, errors=errors, jobs=jobs, ask=asking.for_item)


@app.command(
    examples="""
    awsml personalize rank in-order i1 i2 i3 --user u1
    printf 'i1\\ni2\\n' | awsml personalize rank in-order --user u1 -f json"""
)
def rank(
    session: Session,
    campaign: CampaignArgument,
    item: Annotated[
        list[str] | None, typer.Argument(metavar="ITEM", help="The items to rank; stdin otherwise, one a line.")
    ] = None,
    *,
    user: Annotated[str | None, typer.Option("--user", metavar="ID", help="For whom.")] = None,
    question: QuestionWords,
    items: JoinOption = None,
) -> Listing:
    """Rank items for a user, the best first."""
    if user is None:
        raise UsageError("for whom?", hint="--user ID")
    wanted = list(ids(session, item or ["-"]))
    found = asking.ranked(session, question(session, campaign), user, wanted)
    return Listing(Look(items=Items(items) if items else None).records(user, found), "personalizedRanking")


@actions_group.command(
    "next",
    examples="""
    awsml personalize actions next-step --user u1
    awsml personalize actions next-step --user u1 --user u2 -f json
    awsml personalize actions next-step --user u1 | head -1 | cut -f1""",
)
def actions(
    session: Session,
    campaign: CampaignArgument,
    *,
    user: UserOption = None,
    question: QuestionWords,
) -> Listing:
    """Tell what a user may do next, the likeliest first (the recipe next-best-action)."""
    asked = question(session, campaign)
    users = list(ids(session, user or ["-"]))
    found = (one for name in users for one in asking.actions(session, asked, name, several=len(users) > 1))
    return Listing(found, "actionList")


@app.command(
    examples="""
    awsml personalize batch my-solution --user u1 --user u2 -y
    cut -d, -f1 users.csv | tail -n +2 | awsml personalize batch my-solution -y -f jsonl > for-all.jsonl
    awsml personalize batch my-solution --file 'who-*.txt' -y
    awsml personalize batch my-solution --user u1 --dry-run"""
)
def batch(
    session: Session,
    solution: SolutionArgument,
    *,
    user: UserOption = None,
    item: ItemOption = None,
    file: QuestionsOption = None,
    limit: NumberOption = None,
    filter: FilterOption = None,
    themes: Annotated[
        str | None, typer.Option("--themes", metavar="COLUMN", help="Name themes of similar items, by this column.")
    ] = None,
    items: JoinOption = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="S3URI", help="Leave the answers in this folder, too.")
    ] = None,
    role: RoleOption = None,
    bucket: options.BucketOption = None,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
) -> Record | Listing:
    """Recommend to many users in one job, without a campaign; a line is a user, an item, or AWS's own JSON."""
    return _job(
        session, solution, user, item, file, limit=limit, filter=filter, themes=themes, items=items, to=to, role=role,
        bucket=bucket, timeout=timeout, wait=wait,
    )  # fmt: skip


@app.command(
    examples="""
    awsml personalize segment my-segments --item i1 --limit 100 -y
    echo 'ITEMS.GENRE = "Drama"' | awsml personalize segment my-segments --no-wait -y"""
)
def segment(
    session: Session,
    solution: SolutionArgument,
    *,
    item: ItemOption = None,
    file: QuestionsOption = None,
    limit: Annotated[int | None, typer.Option("-n", "--limit", metavar="N", min=1, help="Users of a segment.")] = None,
    filter: FilterOption = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="S3URI", help="Leave the answers in this folder, too.")
    ] = None,
    role: RoleOption = None,
    bucket: options.BucketOption = None,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
) -> Record | Listing:
    """Find the users to whom an item, or items with an attribute, will speak, in one job."""
    return _job(
        session, solution, None, item, file, limit=limit, filter=filter, themes=None, items=None, to=to, role=role,
        bucket=bucket, timeout=timeout, wait=wait, segments=True,
    )  # fmt: skip


def _each(
    session: Session,
    campaign: str,
    question: Words,
    given: list[str],
    *,
    items: Path | None,
    errors: Path | None,
    jobs: int,
    ask: Callable[[Session, Question, str], list[dict[str, Any]]],
) -> Listing:
    """What ASK gives for each GIVEN, in order, several at a time; the failure of one does not stop the others."""
    asked = question(session, campaign)
    names = ids(session, given)
    first = list(islice(names, 2))
    several = len(first) > 1
    look = Look(several=several, items=Items(items) if items else None)

    def one(name: str) -> tuple[str, list[dict[str, Any]] | AwsmlError]:
        try:
            return name, ask(session, asked, name)
        except AwsmlError as error:
            if not several or many.shared(error):
                raise
            return name, error

    answers = many.in_order(one, chain(first, names), workers=jobs) if several else map(one, first)
    return Listing(_records(answers, look, errors), "itemList")


def _records(
    answers: Iterable[tuple[str, list[dict[str, Any]] | AwsmlError]], look: Look, errors: Path | None
) -> Iterator[Record]:
    failed = done = 0
    lost = Lost(errors)
    for name, found in answers:
        if isinstance(found, AwsmlError):
            failed += 1
            lost.tell(name, found)
            continue
        done += 1
        yield from look.records(name, found)
    if failed:
        raise PartialFailure(f"{failed} of {failed + done} failed; the others are done")


def _job(
    session: Session,
    solution: str,
    user: list[str] | None,
    item: list[str] | None,
    file: list[str] | None,
    *,
    limit: int | None,
    filter: str | None,
    themes: str | None,
    items: Path | None,
    to: str | None,
    role: str | None,
    bucket: str | None,
    timeout: float | None,
    wait: bool,
    segments: bool = False,
) -> Record | Listing:
    if session.dry_run:
        count = len(list(ids(session, user or item or ([] if file else ["-"]), file or ())))
        return Listing(iter(batches.plan(solution, count=count)), "Plan")
    version = training.version_of(session, solution)
    about = recipes.about(str(resources.describe(session, version).get("recipeArn", "")))
    if (about == recipes.SEGMENTS) is not segments:
        word = "segment" if about == recipes.SEGMENTS else "batch"
        raise UsageError(f"the recipe of {solution} wants `awsml personalize {word}`")
    of_items = about in (recipes.ITEMS, recipes.SEGMENTS)
    named = item if of_items else user
    asked = ids(session, named or ([] if file else ["-"]), file or ())
    rank = tuple(item or ()) if about == recipes.RANKING else ()
    media = batches.held(session, batches.questions(about, asked, rank))
    what = batches.Batch(
        version,
        media,
        segments=segments,
        limit=limit,
        filter=asking.filter_arn(session, filter) if filter else None,
        themes=themes,
        role=role,
        bucket=bucket,
        to=to,
    )
    until = Deadline(timeout)
    arn = batches.begin(session, what, until=until)
    if not wait:
        return batches.record(session, resources.describe(session, arn))
    batches.finished(session, arn, until=until)
    return batches.results(session, arn, Look(several=True, items=Items(items) if items else None))
