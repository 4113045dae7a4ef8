"""`awsml forecast check`: what is wrong with a table of series, before anything is sent."""

from __future__ import annotations

from awsml_cli.commands.forecast.group import app
from awsml_cli.commands.forecast.words import HorizonOption, Read, TableArgument, Written
from awsml_cli.core import sources
from awsml_cli.core.errors import UsageError
from awsml_cli.core.record import Blob, Checked
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.services.forecast import data


@app.command(
    examples="""
    awsml forecast check sales.csv
    awsml forecast check sales.csv --horizon 28 -f json
    awsml forecast check shops.csv --dim shop --duplicates sum -o mended.csv"""
)
def check(
    session: Session, file: TableArgument, *, horizon: HorizonOption = None, reading: Read, written: Written
) -> Checked | Blob:
    """Say all that is wrong with a table of series, with row and column; with -o, write it as Forecast wants it."""
    return data.check_one(session, one(file), reading, horizon=horizon, write=written is not None)


def one(file: str) -> Source:
    """The one file that FILE names. Raises UsageError where it names several."""
    found = sources.paths([file])
    if len(found) > 1:
        raise UsageError(f"`{file}` names {len(found)} files; one table was wanted")
    return found[0]
