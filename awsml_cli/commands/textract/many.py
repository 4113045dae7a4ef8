"""Many documents read in one run: planned, approved, each shown as its view and the format want it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from awsml_cli.cli.readings import Beside, How, Way, into_folder, shown
from awsml_cli.core import batch
from awsml_cli.core.errors import UsageError
from awsml_cli.core.plan import Step, approve
from awsml_cli.core.record import Listing, Many, Outcome, Record
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.formats.blocks import SHOWS_PAGES, Look
from awsml_cli.services import textract as service


def read_all(
    session: Session,
    asked: service.Asked,
    view: str,
    way: Way,
    look: Look,
    how: How,
    beside: Beside,
    *,
    require: bool = False,
) -> Many | Listing:
    """Read all documents, each as its view and the format want it."""
    asked = replace(asked, pages=way.pages)
    asked.check()
    check_figures(asked, beside)
    if session.dry_run:
        return Listing(iter(list(planned(session, asked, way, way.sources))), "Plan")
    approve(session, lambda: planned(session, asked, way, [source for source in way.sources if source.path]))
    outcomes = outcomes_of(session, asked, view, way, look, how, beside)
    return Many(way.sources, shown(outcomes, how, several=len(way.sources) > 1, require=require))


def planned(session: Session, asked: service.Asked, way: Way, found: list[Source]) -> Iterator[Step]:
    """What reading the documents FOUND would call."""
    return service.plan(session, found, asked, via=way.via, bucket=way.bucket, scale=way.scale)


def outcomes_of(
    session: Session, asked: service.Asked, view: str, way: Way, look: Look, how: How, beside: Beside
) -> Iterator[Outcome]:
    """What becomes of each document, in order; what is written beside it is written."""

    def one(source: Source) -> Record:
        name = source.relative.name if source.path else source.name
        links = beside.links(source, how.output)
        seen = replace(look, view=view, options=replace(look.options, source_name=name, figures=links))
        return service.read(
            session,
            source,
            asked,
            look=replace(seen, needs_source=look.needs_source or how.format in SHOWS_PAGES or beside.needs_source),
            via=way.via,
            bucket=way.bucket,
            timeout=way.timeout,
            wait=way.wait,
            scale=way.scale,
        )

    for outcome in batch.each(way.sources, one, jobs=way.jobs):
        if isinstance(outcome.value, service.Reading):
            _write_beside(outcome.value, outcome.source, beside)
        yield outcome


def check_figures(asked: service.Asked, beside: Beside) -> None:
    """Raises UsageError where figures are to be cut out that nothing would find."""
    if beside.figures is not None and "LAYOUT" not in asked.features:
        raise UsageError("figures are parts of the layout", hint="--features layout, or textract layout")


def _write_beside(made: service.Reading, source: Source, beside: Beside) -> None:
    if beside.crop is not None:
        into_folder(beside.crop, source, made.crops(), "png")
    if beside.figures is not None:
        into_folder(beside.figures, source, made.figures(), "png")
    if beside.database is not None:
        service.store(beside.database, source.name, made)
