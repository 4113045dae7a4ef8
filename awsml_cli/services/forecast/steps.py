"""Each step of a forecast alone: import, train, predict, query, export, explain, what if, clean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from awsml_cli.core import corpus, lifecycle, staging
from awsml_cli.core.errors import InputError, UsageError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.ledger import Ledger
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Listing
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.formats.series import tidy
from awsml_cli.formats.series.columns import NAME
from awsml_cli.services.forecast import answers, asking, ending, parts, pipeline, plans, things
from awsml_cli.services.forecast.answers import Forecast, Impact
from awsml_cli.services.forecast.plans import Plan, Prepared
from awsml_cli.services.forecast.things import SERVICE, Thing
from awsml_cli.services.forecast.wanted import Wanted


def checked_name(name: str) -> str:
    """NAME, which Forecast must take. Raises UsageError."""
    if NAME.fullmatch(name) is None:
        raise UsageError(f"Forecast takes no name `{name}`", hint="letters, digits and _, a letter first, at most 63")
    return name


def imported(session: Session, name: str, one: Prepared, *, add: bool, timeout: float | None, wait: bool) -> Listing:
    """Take the tables of ONE into the group NAME, made with its datasets unless they are there.

    The same tables once more are the same import. Raises JobFailed with AWS's reason, TimedOut.
    """
    checked_name(name)
    lifecycle.check(session, SERVICE, "CreateDataset")
    plan = replace(
        one.plan,
        name=name,
        role=plans.role(session, one.plan.role or None),
        bucket=staging.bucket(session, one.plan.bucket or None),
    )
    datasets, jobs = {}, {}
    for part in plan.schemas:
        datasets[part] = asking.dataset(session, plan, part, name if part == plans.TARGET else f"{name}_{part}")
    asking.group(session, plan, list(datasets.values()))
    for part, media in one.files.items():
        called = f"{name[:50]}_{media.digest[:12]}"
        path, row = ending.sent(session, media, bucket=plan.bucket, name=called)
        jobs[part] = asking.imported(session, plan, part, datasets[part], name=called, path=path, add=add)
        ending.needed_by(row, jobs[part])
    if wait:
        for arn in jobs.values():
            ending.waited(session, arn, timeout)
    return Listing((ending.thing_of(session, arn) for arn in jobs.values()), "DatasetImportJobs")


def trained(session: Session, group: str, name: str, wanted: Wanted, *, timeout: float | None, wait: bool) -> Thing:
    """The predictor NAME, learnt from the group. Raises InputError where that is not there, JobFailed, TimedOut."""
    checked_name(name)
    lifecycle.check(session, SERVICE, "CreateAutoPredictor")
    arn = things.found(session, things.GROUP, group)
    target = plans.dataset_of(session, arn, plans.TARGET)
    dims = tuple(one["AttributeName"] for one in target["Schema"]["Attributes"][3:])
    plan = Plan(
        name=name,
        wanted=replace(wanted, domain=str(target.get("Domain", "CUSTOM"))),
        frequency=str(target["DataFrequency"]),
        timed=False,
        dims=dims,
        schemas={},
        bucket="",
        role="",
    )
    made = asking.predictor(session, plan, arn)
    return ending.ended(session, made, timeout=timeout, wait=wait)


def measured(session: Session, predictor: str) -> Listing:
    """How good the predictor is: the summary of each algorithm, then its windows."""
    arn = things.found(session, things.PREDICTOR, predictor)
    return answers.metrics(session.client(SERVICE).get_accuracy_metrics(PredictorArn=arn))


def predicted(
    session: Session,
    predictor: str,
    name: str | None,
    types: Sequence[str],
    *,
    items: Sequence[str] = (),
    table: Source | None = None,
    role: str | None = None,
    bucket: str | None = None,
    timeout: float | None,
    wait: bool,
) -> Thing:
    """The forecast NAME of the predictor, else called like it; of all series, or of ITEMS and those in TABLE alone.

    Raises InputError where there is no such predictor, or none of the series can be told, JobFailed, TimedOut.
    """
    called = checked_name(name or predictor.rpartition("/")[2])
    arn = things.found(session, things.PREDICTOR, predictor)
    if not items and table is None:
        return ending.ended(session, asking.forecast(session, called, arn, types), timeout=timeout, wait=wait)
    part = parts.chosen(session, arn, items, table)
    called = called if name else f"{called[:50]}_{part.media.digest[:12]}"
    whose, held = plans.role(session, role), staging.bucket(session, bucket)
    path, row = ending.sent(session, part.media, bucket=held, name=called)
    made = asking.forecast(session, called, arn, types, part.selector(path, whose))
    ending.needed_by(row, made)
    return ending.ended(session, made, timeout=timeout, wait=wait)


def queried(
    session: Session, forecast: str, filters: Mapping[str, str], *, start: str | None, end: str | None
) -> Forecast:
    """What the forecast says of one series, from START to END (dates). Raises ServiceError where it has no such one."""
    sort = things.WHAT_IF if ":what-if-forecast/" in forecast else things.FORECAST
    arn = things.found(session, sort, forecast)
    client = session.client("forecastquery")
    span = {
        name: (at if len(at) > 10 else f"{at}T00:00:00").replace(" ", "T")
        for name, at in (("StartDate", start), ("EndDate", end))
        if at
    }
    call = client.query_what_if_forecast if sort is things.WHAT_IF else client.query_forecast
    answer = call(**{f"{sort.noun}Arn": arn}, Filters=dict(filters), **span)
    rows: dict[str, dict[str, Any]] = {}
    predictions = answer["Forecast"]["Predictions"]
    for name, points in predictions.items():
        for point in points:
            at = point["Timestamp"].replace("T", " ").removesuffix(" 00:00:00")
            rows.setdefault(at, {**filters, "timestamp": at})[name] = point["Value"]
    types = sorted(predictions, key=lambda one: (one == "mean", one))
    made = ending.told(session, arn, [rows[at] for at in sorted(rows)], types)
    return made.with_raw({name: value for name, value in answer.items() if name != "ResponseMetadata"})


def exported(
    session: Session, forecast: str, *, to: str | None, role: str | None, bucket: str | None, timeout: float | None
) -> Forecast | Thing:
    """The whole forecast as a tidy table, or TO, a folder in S3, where it is left."""
    arn = things.found(session, things.FORECAST, forecast)
    name = ending.short(arn)
    if to is not None:
        made = asking.export(session, name, arn, to, plans.role(session, role))
        return ending.ended(session, made, timeout=timeout, wait=True)
    with ending.staged(session, bucket, f"{name}_out") as (held, folder):
        made = asking.export(session, name, arn, f"s3://{held}/{folder}", plans.role(session, role))
        ending.waited(session, made, timeout)
        rows = tidy.exported(pipeline.parts(session, held, folder), timed=True)
        things.removed(session, things.EXPORT, made)  # before its files, which a repeated run would miss
    return ending.told(session, arn, ending.dated(rows), [])


def explained(
    session: Session, name: str, *, role: str | None, bucket: str | None, timeout: float | None
) -> Iterator[Impact]:
    """How much each attribute moved what the predictor (or forecast) NAME says, over all series and steps."""
    arn = name if name.startswith("arn:") else _either(session, name)
    called = ending.short(arn)
    client = session.client(SERVICE)
    made = things.made(
        session,
        things.EXPLAINED,
        called,
        lambda: client.create_explainability(
            ExplainabilityName=called,
            ResourceArn=arn,
            ExplainabilityConfig={"TimeSeriesGranularity": "ALL", "TimePointGranularity": "ALL"},
        ),
        arn,
    )
    ending.waited(session, made, timeout)
    with ending.staged(session, bucket, f"{called}_why") as (held, folder):
        place = f"s3://{held}/{folder}"
        sent = asking.explained_export(session, called, made, place, plans.role(session, role))
        ending.waited(session, sent, timeout)
        texts = [one.decode() for one in pipeline.parts(session, held, folder)]
        things.removed(session, things.EXPLAINED_EXPORT, sent)
    for text in texts:
        yield from answers.impacts(text)


def tree(session: Session, group: str) -> list[Step]:
    """What removing the group, with all that hangs on it, its datasets and files, would call."""
    arn = things.found(session, things.GROUP, group)
    members = things.describe(session, things.GROUP, arn).get("DatasetArns") or ()
    return [step(f"{SERVICE}:DeleteResourceTree", one) for one in (arn, *members)]


def cleaned(session: Session, group: str) -> None:
    """Remove the group with all that hangs on it, its datasets, and what is staged for them."""
    arn = things.found(session, things.GROUP, group)
    members = list(things.describe(session, things.GROUP, arn).get("DatasetArns") or ())
    things.removed(session, things.GROUP, arn, tree=True)
    for one in members:
        things.removed(session, things.DATASET, one, tree=True)
    name = arn.rpartition("/")[2]
    for row in Ledger().open():
        if row.service != SERVICE or row.region != session.region or not row.bucket or not row.staged:
            continue
        if row.job == name or f"/{name}/" in row.job or f"/{name}_" in row.job:
            corpus.empty(session, row.bucket, row.staged, region=row.region)
            Ledger().move(row, "clean")
    session.talk.settled()


def look(session: Session, job: JobId) -> Any:
    """What has become of JOB: a run, or a thing by the last part of its ARN. Raises InputError where there is none."""
    if "/" not in job.name:
        return pipeline.looked(session, job)
    sort = things.SORTS.get(job.name.partition("/")[0])
    if sort is not None:
        for one in things.every(session, sort):
            arn = str(one[f"{sort.noun}Arn"])
            if arn.split(":", 5)[5] == job.name:
                return ending.thing_of(session, arn)
    raise InputError(f"there is no {job.name}", hint="awsml forecast ls")


def waited(session: Session, job: JobId, *, timeout: float | None) -> Any:
    """The run or thing JOB, once it is done; what was staged for it is removed. Raises JobFailed, TimedOut."""
    if "/" not in job.name:
        pipeline.resumed(session, job, timeout=timeout)
        return pipeline.looked(session, job)
    arn = look(session, job).arn
    ending.waited(session, arn, timeout)
    return ending.thing_of(session, arn)


def stopped(session: Session, job: JobId) -> Any:
    """Stop the step that the run JOB is at, or the work on the thing JOB. Raises InputError where there is none."""
    if "/" not in job.name:
        return pipeline.stop(session, job)
    things.stop(session, look(session, job).arn)
    return look(session, job)


def jobs(session: Session, *, limit: int | None) -> Iterator[Thing]:
    """What Forecast works on or has worked on in this region, sort by sort."""
    for sort in (things.IMPORT, things.PREDICTOR, things.FORECAST, things.EXPORT):
        for one in islice(things.every(session, sort), limit):
            yield things.thing(session, sort, one)


def _either(session: Session, name: str) -> str:
    try:
        return things.found(session, things.PREDICTOR, name)
    except InputError:
        return things.found(session, things.FORECAST, name)
