"""`awsml personalize run`: the whole way in one command."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from awsml_cli.cli import destination, options
from awsml_cli.commands.personalize.group import app
from awsml_cli.commands.personalize.words import (
    AutoTrainOption,
    ColumnsOption,
    DomainOption,
    EventTypeOption,
    HpoOption,
    ItemOption,
    ItemsOption,
    NameOption,
    NumberOption,
    RecipeOption,
    RenameOption,
    RoleOption,
    SettingOption,
    ThresholdOption,
    TpsOption,
    UserOption,
    UsersOption,
    Where,
    ids,
    pairs,
    reading,
)
from awsml_cli.core.plan import approve
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.personalize import pipeline, recipes, tables
from awsml_cli.services.personalize.asking import Items, Look
from awsml_cli.services.personalize.recipes import ITEMS, RANKING, SEGMENTS
from awsml_cli.services.personalize.resources import Deadline, Unfinished
from awsml_cli.services.personalize.settings import settled


@app.command(
    keeps=True,
    examples="""
    awsml personalize run interactions.csv --recipe user-personalization-v2 --user u1 --user u2 -y
    awsml personalize run interactions.csv --users users.csv --items items.csv --user u1 --dry-run
    awsml personalize run interactions.csv --recipe similar-items --item i1 -y
    awsml personalize run interactions.csv --recipe popularity-count -y -f json
    cut -d, -f1 users.csv | tail -n +2 | awsml personalize run interactions.csv --batch --user - -y > for-all.tsv
    awsml personalize run personalize.yaml -y""",
)
def run(
    session: Session,
    interactions: Annotated[
        str, typer.Argument(metavar="CSV", help="The interactions, - for stdin, or a .yaml that says all of this.")
    ],
    *,
    recipe: RecipeOption = pipeline.RECIPE,
    user: UserOption = None,
    item: ItemOption = None,
    limit: NumberOption = None,
    users: UsersOption = None,
    items: ItemsOption = None,
    rename: RenameOption = None,
    columns: ColumnsOption = None,
    repair: Annotated[bool, typer.Option("--repair", help="Mend what can be mended in the tables first.")] = False,
    domain: DomainOption = None,
    batch: Annotated[bool, typer.Option("--batch", help="Ask by a job instead of a campaign, for long lists.")] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Remove nothing at the end; what bills is said.")] = False,
    event_type: EventTypeOption = None,
    min_value: ThresholdOption = None,
    settings: SettingOption = None,
    hpo: HpoOption = False,
    auto_train: AutoTrainOption = False,
    tps: TpsOption = 1,
    name: NameOption = None,
    role: RoleOption = None,
    bucket: options.BucketOption = None,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
    where: Where,
) -> Record | Listing:
    """Go from a table of interactions to recommendations: check, import, train, measure, ask, and clean up."""
    said = settled(
        interactions,
        {
            "recipe": recipe,
            "user": user,
            "item": item,
            "limit": limit,
            "users": users,
            "items": items,
            "rename": rename,
            "columns": columns,
            "repair": repair,
            "domain": domain,
            "batch": batch,
            "keep": keep,
            "event_type": event_type,
            "min_value": min_value,
            "set": settings,
            "hpo": hpo,
            "auto_train": auto_train,
            "tps": tps,
            "name": name,
            "role": role,
            "bucket": bucket,
        },
        defaults={"recipe": pipeline.RECIPE, "tps": 1},
    )
    destination.spare(where[1], (said["interactions"], said["users"], said["items"]))
    how = reading(said["rename"], said["columns"], said["domain"])
    named = {"interactions": said["interactions"], "users": said["users"], "items": said["items"]}
    found = tables.looked_at(session, {sort: one for sort, one in named.items() if one is not None}, how)
    if any(not table.fine for table in found):
        question = "\n".join([*tables.listed(found), "Mend the tables so, and go on?"])
        if all(table.report.mendable for table in found) and (said["repair"] or session.talk.confirm(question)):
            if said["repair"]:
                tables.tell(session, found)
            found = tables.made_good(session, found, how)
        tables.refuse(found, repair=True)
    about = recipes.about(said["recipe"])
    asked = said["item"] if about in (ITEMS, SEGMENTS) else said["user"]
    what = pipeline.Run(
        tables=found,
        recipe=said["recipe"],
        name=pipeline.group_named(said["name"]) if said["name"] else None,
        domain=how.domain,
        asked=tuple(dict.fromkeys(ids(session, asked))),
        rank=tuple(said["item"] or ()) if about == RANKING else (),
        limit=said["limit"] or pipeline.LIMIT,
        batch=said["batch"],
        keep=said["keep"],
        tps=said["tps"],
        event=said["event_type"],
        threshold=said["min_value"],
        settings=pairs(said["set"], "--set"),
        hpo=said["hpo"],
        auto=said["auto_train"],
        role=said["role"],
        bucket=said["bucket"],
    )
    if session.dry_run:
        return Listing(iter(pipeline.plan(session, what)), "Plan")
    approve(session, lambda: pipeline.plan(session, what))
    look = Look(several=len(what.asked) > 1, items=Items(Path(said["items"])) if _joins(said["items"]) else None)
    try:
        return pipeline.run(session, what, look, until=Deadline(timeout if wait else 0), wait=wait)
    except Unfinished as over:
        if wait:
            raise
        return pipeline.pending(what, over)


def _joins(items: str | None) -> bool:
    """Whether there is a table of items that can be read a second time."""
    return items is not None and Path(items).is_file()
