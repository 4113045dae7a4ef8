"""The whole way at Amazon Forecast, from tables to a forecast and back to an empty account, taken up where it was left.

Every thing's name derives from the tables and what is asked of them, and each is looked for before it is made. So a run
that was killed, at whichever step, finds what it has made and paid for by being repeated.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, ClassVar, Final

from pydantic import ConfigDict

from awsml_cli.core import clock, corpus, lifecycle, staging
from awsml_cli.core.cache import Cache
from awsml_cli.core.errors import ConfigError, InputError, JobFailed, ServiceError, UsageError
from awsml_cli.core.jobs import JobId, job_id
from awsml_cli.core.ledger import Entry, Ledger
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.forecast import answers, asking, things
from awsml_cli.services.forecast.answers import Forecast
from awsml_cli.services.forecast.plans import ITEMS, RELATED, TARGET, Plan, Prepared, role
from awsml_cli.services.forecast.things import SERVICE

PARTS: Final = (TARGET, RELATED, ITEMS)


class Run(Record):
    """A run: `step` is what AWS works on now, `status` AWS's word for it."""

    model_config = ConfigDict(defer_build=True)
    columns: ClassVar = ("id", "status", "step", "estimated_time_remaining_in_minutes")

    id: str
    name: str
    status: str
    step: str | None = None
    arn: str | None = None
    message: str | None = None
    estimated_time_remaining_in_minutes: int | None = None
    frequency: str | None = None
    forecast_horizon: int | None = None
    creation_time: Any = None


def run(session: Session, one: Prepared, *, timeout: float | None, wait: bool) -> Forecast | Run:
    """The forecast for what was prepared, from the kept answers where it is there; else all steps, waited for.

    Raises JobFailed with AWS's reason, TimedOut with the run's id.
    """
    plan = one.plan
    job = JobId(SERVICE, session.region, plan.name)
    cache = Cache(session.config)
    row = Ledger().find(one.key)
    raw = None if session.fresh else cache.find(one.key)
    if raw is None:
        lifecycle.check(session, SERVICE, "CreateDataset")
        plan = _settled(session, one, row)
        row = Entry(one.key, SERVICE, session.region, plan.name, bucket=plan.bucket, staged=plan.folder)
        Ledger().put(replace(row, plan=plan.text()))
        if one.baseline is not None:
            cache.keep(f"{one.key}-naive", json.dumps(one.baseline).encode())
        for part, media in one.files.items():
            staging.put(session, media, bucket=plan.bucket, key=plan.key(part))
        row = Ledger().move(replace(row, plan=plan.text()), "started")
        if not wait:
            _imports(session, plan)
            return looked(session, job)
    return _finished(session, row, job, raw, timeout=timeout)


def resumed(session: Session, job: JobId, *, timeout: float | None) -> Forecast:
    """Go on with the run JOB until its forecast is there. Raises InputError where there is no such run."""
    row = _row(job)
    return _finished(session, row, job, Cache(session.config).find(row.key), timeout=timeout)


def looked(session: Session, job: JobId) -> Run:
    """What has become of the run JOB, and of the step that it is at. Raises InputError where there is none."""
    row = _row(job)
    plan = Plan.of(str(row.plan))
    about = {"frequency": plan.frequency, "forecast_horizon": plan.wanted.horizon}
    if row.state in ("ended", "clean"):
        return Run(id=str(job), name=plan.name, status="ENDED", **about)
    told: dict[str, Any] = {}
    for sort, name, parent in _trail(session, plan):
        found = [each for each in things.every(session, sort, parent) if each.get(f"{sort.noun}Name") == name]
        if not found:
            break
        told = things.describe(session, sort, str(found[0][f"{sort.noun}Arn"]))
        step, arn = sort.spoken, str(found[0][f"{sort.noun}Arn"])
        if told.get("Status") != "ACTIVE":
            break
    if not told:
        return Run(id=str(job), name=plan.name, status="STAGING", **about)
    status = str(told.get("Status", ""))
    status = {"ACTIVE": "IN_PROGRESS", "CREATE_FAILED": "FAILED", "CREATE_STOPPED": "STOPPED"}.get(status, status)
    return Run.of(told, id=str(job), name=plan.name, status=status, step=step, arn=arn, **about)


def runs(session: Session, *, limit: int | None = None) -> Listing:
    """The runs that this machine has begun and not cleaned up, the newest first."""

    def every() -> Iterator[Run]:
        rows = [row for row in reversed(Ledger().open()) if row.service == SERVICE and row.plan]
        for row in rows[:limit]:
            yield looked(session, JobId(SERVICE, row.region, row.job))

    return Listing(every(), "Runs")


def stop(session: Session, job: JobId) -> Run:
    """Stop the step that the run JOB is at. What AWS has stopped cannot be gone on with; `rm` tidies it away."""
    now = looked(session, job)
    if now.arn is None or now.status in ("ENDED", "FAILED", "STOPPED"):
        raise UsageError(f"nothing of {job} is being worked on", hint=f"awsml forecast jobs get {job}")
    things.stop(session, now.arn)
    return looked(session, job)


def cleaned(session: Session, job: JobId) -> None:
    """Remove all that the run JOB has made at AWS. Raises InputError where there is no such run."""
    row = _row(job)
    clean(session, Plan.of(str(row.plan)))
    Ledger().move(row, "clean")


def clean(session: Session, plan: Plan) -> None:
    """Remove all that PLAN has made: the group with what hangs on it, the datasets, the files."""
    for one in list(things.every(session, things.GROUP)):
        if one.get("DatasetGroupName") == plan.name:
            things.removed(session, things.GROUP, str(one["DatasetGroupArn"]), tree=True)
    names = {_dataset(plan, part) for part in PARTS}
    for one in list(things.every(session, things.DATASET)):
        if one.get("DatasetName") in names:
            things.removed(session, things.DATASET, str(one["DatasetArn"]), tree=True)
    corpus.empty(session, plan.bucket, plan.folder)
    session.talk.settled()


def job_of(session: Session, text: str) -> JobId:
    """The run that TEXT names: a whole id, or a bare name."""
    return job_id(text, service=SERVICE, region=session.region)


def _finished(session: Session, row: Entry | None, job: JobId, raw: bytes | None, *, timeout: float | None) -> Forecast:
    """Take all steps that are left, tidy away, and give the forecast."""
    cache = Cache(session.config)
    plan = Plan.of(row.plan) if row is not None and row.plan else None
    if raw is None:
        assert row is not None
        assert plan is not None
        try:
            raw = _worked(session, plan, row.key, job, timeout=timeout)
        except (JobFailed, ConfigError) as problem:  # a refusal of this machine's engines is for good
            if not plan.keep and (session.local or isinstance(problem, JobFailed)):
                clean(session, plan)
                Ledger().move(row, "clean")
            raise
        except ServiceError:
            told = f"awsml forecast jobs rm {plan.name}"
            session.talk.warn(f"what was made stays for another try; `{told}` removes it")
            raise
        if session.keep is not False:
            cache.keep(row.key, raw)
        row = Ledger().move(row, "ended")
    if row is not None and plan is not None and row.state != "clean" and not plan.keep:
        clean(session, plan)
        Ledger().move(row, "clean")
    session.running.pop(str(job), None)
    return answers.forecast(raw, id=str(job))


def _worked(session: Session, plan: Plan, key: str, job: JobId, *, timeout: float | None) -> bytes:
    """Every step that is left of PLAN; what it gives, as it is kept."""
    begun = clock.monotonic()

    def left() -> float | None:
        return None if timeout is None else max(0.0, timeout - (clock.monotonic() - begun))

    for arn in _imports(session, plan):
        things.wait(session, things.IMPORT, arn, job, timeout=left())
    group = things.found(session, things.GROUP, plan.name)
    predictor = asking.predictor(session, plan, group)
    about = things.wait(session, things.PREDICTOR, predictor, job, timeout=left())
    metrics = session.client(SERVICE).get_accuracy_metrics(PredictorArn=predictor)
    made = asking.forecast(session, plan.name, predictor, plan.wanted.forecast_types)
    things.wait(session, things.FORECAST, made, job, timeout=left())
    exported = asking.export(session, plan.name, made, f"s3://{plan.bucket}/{plan.folder}out/", plan.role)
    things.wait(session, things.EXPORT, exported, job, timeout=left())
    impact: list[str] = []
    if plan.wanted.explain and (explained := (about.get("ExplainabilityInfo") or {}).get("ExplainabilityArn")):
        things.wait(session, things.EXPLAINED, explained, job, timeout=left())
        place = f"s3://{plan.bucket}/{plan.folder}why/"
        sent = asking.explained_export(session, plan.name, explained, place, plan.role)
        things.wait(session, things.EXPLAINED_EXPORT, sent, job, timeout=left())
        impact = [one.decode() for one in parts(session, plan.bucket, f"{plan.folder}why/")]
    naive = Cache(session.config).find(f"{key}-naive")
    told = {
        "name": plan.name,
        "frequency": plan.frequency,
        "timed": plan.timed,
        "horizon": plan.wanted.horizon,
        "types": plan.wanted.columns,
        "metrics": _plain(metrics),
        "impact": impact,
        "baseline": json.loads(naive) if naive and plan.wanted.baseline else None,
        "parts": [one.decode() for one in parts(session, plan.bucket, f"{plan.folder}out/")],
    }
    return json.dumps(told, default=str).encode()


def parts(session: Session, bucket: str, prefix: str) -> list[bytes]:
    """The files of an export below PREFIX, in order. Raises ServiceError where there is none."""
    keys = sorted(key for key in corpus.keys(session, bucket, prefix) if key.endswith(".csv"))
    found = [body for key in keys if (body := staging.fetch(session, bucket=bucket, key=key))]
    if not found:
        raise ServiceError(f"the export left no file below s3://{bucket}/{prefix}", code="UnusableAnswer")
    return found


def _imports(session: Session, plan: Plan) -> list[str]:
    """The ARNs of the imports of every table, made with datasets and group unless they are there."""
    datasets = {part: asking.dataset(session, plan, part, _dataset(plan, part)) for part in plan.schemas}
    asking.group(session, plan, list(datasets.values()))
    return [asking.imported(session, plan, part, arn) for part, arn in datasets.items()]


def _dataset(plan: Plan, part: str) -> str:
    return plan.name if part == TARGET else f"{plan.name}_{part}"


def _trail(session: Session, plan: Plan) -> Iterator[tuple[things.Sort, str, str | None]]:
    """The things of PLAN that are waited for, in order; each is looked for only once the one before is there."""
    with suppress(InputError):
        for part in plan.schemas:
            dataset = things.found(session, things.DATASET, _dataset(plan, part))
            yield things.IMPORT, plan.name, dataset
        yield things.PREDICTOR, plan.name, things.found(session, things.GROUP, plan.name)
        yield things.FORECAST, plan.name, None
        yield things.EXPORT, plan.name, None


def _settled(session: Session, one: Prepared, row: Entry | None) -> Plan:
    """The plan with its bucket and role; those of an earlier try stay."""
    if row is not None and row.plan and row.state not in ("clean", "ended"):
        return Plan.of(row.plan)
    found = role(session, one.plan.role or None)
    return replace(one.plan, bucket=staging.bucket(session, one.plan.bucket or None), role=found)


def _row(job: JobId) -> Entry:
    row = Ledger().find_job(job.service, job.region, job.name)
    if row is None or not row.plan:
        raise InputError(f"this machine knows no run {job.name}", hint="awsml forecast jobs ls")
    return row


def _plain(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}
