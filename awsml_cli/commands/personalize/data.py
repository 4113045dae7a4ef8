"""`awsml personalize check` and `schema`: tables looked at before anything is sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from awsml_cli.commands.personalize.group import app
from awsml_cli.commands.personalize.words import TablesWords, Where
from awsml_cli.core.record import Blob, Checked, Listing, Many, Outcome, Record
from awsml_cli.core.session import Session
from awsml_cli.services.personalize import tables as service


@app.command(
    examples="""
    awsml personalize check interactions.csv
    awsml personalize check interactions.csv --users users.csv --items items.csv -f json
    awsml personalize check ratings.csv --rename movie=ITEM_ID -o mended.csv
    awsml personalize check interactions.csv -f jsonl | jq -r .problem"""
)
def check(session: Session, tables: TablesWords, *, where: Where) -> Checked | Many:
    """Find all that Personalize would refuse, with line and column; -o FILE.csv writes the table mended."""
    format, output = where
    mends = output is not None and format == "auto" and output.endswith((".csv", "/"))
    found = service.looked_at(session, tables.named, tables.how)
    if not mends:
        return service.faults(found)
    service.tell(session, found)

    def outcomes() -> Iterator[Outcome]:
        for table in found:
            yield Outcome(table.media.source, value=Blob(partial(_mended, session, table)))

    return Many([replace(table.media.source, ending="csv") for table in found], outcomes())


def _mended(session: Session, table: service.Table, _: bool) -> Iterator[bytes]:
    return service.mended(session, table)


@app.command(
    examples="""
    awsml personalize schema interactions.csv
    awsml personalize schema interactions.csv --items items.csv -f jsonl
    awsml personalize schema interactions.csv | jq -r '.fields[].name'"""
)
def schema(session: Session, tables: TablesWords) -> Record | Listing:
    """Print the schema, in Avro, that Personalize needs for a table; it is inferred from all of it."""
    found = service.schemas(service.looked_at(session, tables.named, tables.how, least=False))
    return found[0] if len(found) == 1 else Listing(iter(found), "Schemas")
