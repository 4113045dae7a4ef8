"""`awsml personalize ls`, `clean`, `filter`, `campaigns`, `recommenders`, `trackers`: what is kept at AWS."""

from __future__ import annotations

from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.commands.personalize.group import app, campaigns_group, filters_group, recommenders_group, trackers_group
from awsml_cli.commands.personalize.words import GroupOption, RecipeOption, TpsOption, needed
from awsml_cli.core.plan import confirm, step
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.personalize import cleaning, filters, recipes, resources, serving, things, trackers
from awsml_cli.services.personalize.resources import Deadline

FilterArgument = Annotated[str, typer.Argument(metavar="NAME", help="The filter's name.")]
ExpressionArgument = Annotated[
    str, typer.Argument(metavar="EXPRESSION", help='As EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("buy").')
]
CampaignArgument = Annotated[str, typer.Argument(metavar="NAME", help="The campaign's name, or its ARN.")]
RecommenderArgument = Annotated[str, typer.Argument(metavar="NAME", help="The recommender's name, or its ARN.")]
TrackerArgument = Annotated[str, typer.Argument(metavar="NAME", help="The tracker's name.")]


@app.command(
    examples="""
    awsml personalize ls
    awsml personalize ls my-shop -f json"""
)
def ls(
    session: Session,
    group: Annotated[
        str | None, typer.Argument(metavar="GROUP", help="This dataset group alone.", show_default=False)
    ] = None,
    *,
    limit: options.LimitOption = None,
) -> Listing:
    """List all that Personalize keeps: dataset groups with what is in them, and schemas."""
    return things.ls(session, group, limit=limit)


@app.command(
    examples="""
    awsml personalize clean my-shop --dry-run
    awsml personalize clean my-shop -y"""
)
def clean(
    session: Session,
    group: Annotated[str, typer.Argument(metavar="GROUP", help="The dataset group: its name or ARN.")],
    *,
    timeout: options.TimeoutOption = None,
) -> Listing:
    """Remove a dataset group and all in it, in the order that AWS wants, each gone before the next."""
    if session.dry_run:
        return Listing(iter(cleaning.plan(session, group)), "Plan")
    confirm(session, f"Remove the dataset group {group} and everything in it?")
    return cleaning.cleaned(session, group, until=Deadline(timeout))


@filters_group.command(
    "create",
    examples="""
    awsml personalize filter create seen --group my-shop 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("*")'
    awsml personalize filter create genre --group my-shop 'INCLUDE ItemID WHERE Items.GENRE IN ($GENRE)' --dry-run""",
)
def create_filter(
    session: Session,
    name: FilterArgument,
    expression: ExpressionArgument,
    *,
    group: GroupOption = None,
    timeout: options.TimeoutOption = None,
) -> Record:
    """Make a filter in a dataset group; what it says is looked at before AWS is asked."""
    if session.dry_run:
        filters.test(expression)
        return filters.plan("Create", name)
    return filters.create(session, name, needed(group), expression, until=Deadline(timeout))


@filters_group.command("ls", examples="awsml personalize filter ls -f json")
def list_filters(session: Session, *, limit: options.LimitOption = None) -> Listing:
    """List the filters of this region, and what they say."""
    return filters.ls(session, limit=limit)


@filters_group.command(
    "rm",
    examples="""
    awsml personalize filter rm unseen --dry-run
    awsml personalize filter rm unseen -y""",
)
def remove_filter(session: Session, name: FilterArgument, *, timeout: options.TimeoutOption = None) -> Record | None:
    """Remove a filter."""
    if session.dry_run:
        return filters.plan("Delete", name)
    confirm(session, f"Remove the filter {name}?")
    filters.rm(session, name, until=Deadline(timeout))
    return None


@filters_group.command(
    "test",
    examples="""
    awsml personalize filter test 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("buy")'
    awsml personalize filter test 'INCLUDE ItemID WHERE Items.GENRE IN ($GENRE) IF CurrentUser.AGE > 18' -f json""",
)
def test_filter(session: Session, expression: ExpressionArgument) -> Listing:
    """Read a filter as AWS will, and say what it does; nothing is sent."""
    return filters.test(expression)


@campaigns_group.command("ls", examples="awsml personalize campaigns ls -f json")
def list_campaigns(session: Session, *, limit: options.LimitOption = None) -> Listing:
    """List the campaigns of this region, and what each costs in an hour."""
    return serving.campaigns(session, limit=limit)


@campaigns_group.command(
    "rm",
    examples="""
    awsml personalize campaigns rm front-page --dry-run
    awsml personalize campaigns rm front-page -y""",
)
def remove_campaign(
    session: Session, name: CampaignArgument, *, timeout: options.TimeoutOption = None
) -> Record | None:
    """Remove a campaign, and with it what it costs."""
    if session.dry_run:
        return step("personalize:DeleteCampaign", name)
    confirm(session, f"Remove the campaign {name}?")
    serving.remove_campaign(session, name, until=Deadline(timeout))
    return None


@recommenders_group.command(
    "create",
    examples="""
    awsml personalize recommenders create top-picks --group my-films --recipe top-picks
    awsml personalize recommenders create top-picks --group my-films --recipe top-picks --dry-run""",
)
def create_recommender(
    session: Session,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The recommender's name.")],
    *,
    group: GroupOption = None,
    recipe: RecipeOption = "recommended-for-you",
    tps: TpsOption = 1,
    metadata: Annotated[bool, typer.Option("--metadata", help="Let answers carry columns of the items.")] = False,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
) -> Record:
    """Make a recommender in a domain's dataset group; it trains by itself, and is billed until it is stopped."""
    if session.dry_run:
        return step("personalize:CreateRecommender", name)
    place = resources.resolve(session, resources.GROUP, needed(group))
    domain = resources.describe(session, place).get("domain")
    arn = recipes.find(session, recipe, domain=domain)
    return serving.recommend_for(
        session, place, arn, name, tps=tps, metadata=metadata, until=Deadline(timeout), wait=wait
    )


@recommenders_group.command(
    "start",
    examples="awsml personalize recommenders start my-picks --no-wait",
)
def start_recommender(
    session: Session,
    name: RecommenderArgument,
    *,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
) -> Record:
    """Start a recommender that was stopped; from then on it is billed."""
    if session.dry_run:
        return step("personalize:StartRecommender", name)
    return serving.start(session, name, until=Deadline(timeout), wait=wait)


@recommenders_group.command(
    "stop",
    examples="awsml personalize recommenders stop my-picks",
)
def stop_recommender(
    session: Session,
    name: RecommenderArgument,
    *,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
) -> Record:
    """Stop a recommender, so that it costs nothing and can be started again."""
    if session.dry_run:
        return step("personalize:StopRecommender", name)
    return serving.stop(session, name, until=Deadline(timeout), wait=wait)


@recommenders_group.command("ls", examples="awsml personalize recommenders ls -f json")
def list_recommenders(session: Session, *, limit: options.LimitOption = None) -> Listing:
    """List the recommenders of this region."""
    return serving.recommenders(session, limit=limit)


@recommenders_group.command("rm", examples="awsml personalize recommenders rm my-picks -y")
def remove_recommender(
    session: Session, name: RecommenderArgument, *, timeout: options.TimeoutOption = None
) -> Record | None:
    """Remove a recommender."""
    if session.dry_run:
        return step("personalize:DeleteRecommender", name)
    confirm(session, f"Remove the recommender {name}?")
    serving.remove_recommender(session, name, until=Deadline(timeout))
    return None


@trackers_group.command(
    "create",
    examples="awsml personalize trackers create clicks --group my-films --query tracking_id",
)
def create_tracker(
    session: Session, name: TrackerArgument, *, group: GroupOption = None, timeout: options.TimeoutOption = None
) -> Record:
    """Make the event tracker of a dataset group, and tell its id."""
    if session.dry_run:
        return trackers.plan("Create", name)
    return trackers.create(session, name, needed(group), until=Deadline(timeout))


@trackers_group.command("ls", examples="awsml personalize trackers ls -f json")
def list_trackers(session: Session, *, limit: options.LimitOption = None) -> Listing:
    """List the event trackers of this region, and their ids."""
    return trackers.ls(session, limit=limit)


@trackers_group.command("rm", examples="awsml personalize trackers rm my-tracker -y")
def remove_tracker(session: Session, name: TrackerArgument, *, timeout: options.TimeoutOption = None) -> Record | None:
    """Remove an event tracker."""
    if session.dry_run:
        return trackers.plan("Delete", name)
    confirm(session, f"Remove the event tracker {name}?")
    trackers.rm(session, name, until=Deadline(timeout))
    return None
