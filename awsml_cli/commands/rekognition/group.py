"""The group `awsml rekognition`, with the groups in it, and how a picture is looked at by any of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace

from awsml_cli.cli.app import CommandGroup
from awsml_cli.cli.pictures import Beside, Pictures, Way, shown
from awsml_cli.cli.readings import How
from awsml_cli.core import batch, prices
from awsml_cli.core.plan import Step, approve, step
from awsml_cli.core.record import Listing, Many, Outcome
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.services import rekognition as service

app = CommandGroup("What pictures and videos show, with Amazon Rekognition.", default="labels")


def look(
    session: Session,
    asked: service.Asked,
    seen: service.Look,
    way: Way,
    how: How,
    beside: Beside,
    *,
    check: Callable[[Outcome], None] | None = None,
    end: Callable[[], None] | None = None,
) -> Many | Listing:
    """Look at all pictures; CHECK is told each outcome, and END is called behind the last one, to say what failed."""
    way = here(session, way)
    if session.dry_run:
        return Listing(iter(list(service.plan(session, way.sources, asked, seen, scale=way.scale))), "Plan")

    def one(source: Source) -> service.Sight:
        return service.look_at(session, source, asked, seen, bucket=way.bucket, scale=way.scale)

    charge = prices.charge(service.SERVICE, asked.operation.name, asked.params)
    name = f"{service.SERVICE}:{asked.operation.name}"

    def steps() -> Iterator[Step]:  # as if nothing were kept: looking would read every picture once more
        return (step(name, source.name, charge=charge) for source in way.sources)

    return each(session, one, steps, way, how, beside, check=check, end=end)


def here(session: Session, way: Way) -> Way:
    """WAY with every folder in S3 as the pictures in it."""
    return replace(way, sources=service.expanded(session, way.sources))


def each(
    session: Session,
    one: Callable[[Source], object],
    steps: Callable[[], Iterator[Step]],
    way: Way,
    how: How,
    beside: Beside,
    *,
    check: Callable[[Outcome], None] | None = None,
    end: Callable[[], None] | None = None,
) -> Many:
    """What ONE makes of each picture, in order, with what is written beside it; STEPS say what that costs."""
    approve(session, steps)
    pictures = Pictures(session, beside, way.sources, how)
    jobs = min(way.jobs, os.cpu_count() or 1) if session.local else way.jobs  # an engine is no line to be kept full

    def outcomes() -> Iterator[Outcome]:
        for outcome in pictures.written(batch.each(way.sources, one, jobs=jobs)):
            if check is not None:
                check(outcome)
            yield outcome
        if end is not None:
            end()

    return Many(way.sources, shown(outcomes(), how))
