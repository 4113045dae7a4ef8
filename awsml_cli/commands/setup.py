"""`awsml setup`: make once what the commands need at AWS."""

from __future__ import annotations

from typing import Annotated, ClassVar

import typer

from awsml_cli.cli.app import CommandGroup
from awsml_cli.core import config, staging
from awsml_cli.core.plan import confirm, step
from awsml_cli.core.record import Record
from awsml_cli.core.session import Session

app = CommandGroup("Make once what the commands need at AWS.")


class Bucket(Record):
    """The bucket that inputs are staged in."""

    columns: ClassVar = ("bucket", "region", "made")

    bucket: str
    region: str
    made: bool


@app.command(examples="awsml setup bucket -y")
def bucket(
    session: Session,
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Its name; awsml-ACCOUNT-REGION otherwise.")
    ] = None,
) -> Record:
    """Make the private bucket that inputs are staged in, and remember it."""
    chosen = name or staging.default_bucket(session)
    if session.dry_run:
        return step("s3:CreateBucket", chosen)
    confirm(session, f"Make the private S3 bucket {chosen} in {session.region}?")
    made = staging.make_bucket(session, chosen)
    config.set_user("bucket", chosen)
    return Bucket(bucket=chosen, region=session.region, made=made)
