"""A run before anything is sent: its tables checked and written as Forecast wants them, and what will be asked for."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from awsml_cli.core import clock, limits, prices, staging
from awsml_cli.core.cache import key_of
from awsml_cli.core.errors import ConfigError, InputError
from awsml_cli.core.plan import Step, step
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.core.staging import Media
from awsml_cli.formats.series import items, naive
from awsml_cli.formats.series.check import shown
from awsml_cli.formats.series.columns import taken_name
from awsml_cli.formats.series.frequency import Frequency, named
from awsml_cli.formats.series.stamps import Stamps
from awsml_cli.services.forecast import data, things
from awsml_cli.services.forecast.data import Reading, Sound
from awsml_cli.services.forecast.things import SERVICE
from awsml_cli.services.forecast.wanted import Wanted

TARGET, RELATED, ITEMS = "target", "related", "items"
TYPES: Final = {TARGET: "TARGET_TIME_SERIES", RELATED: "RELATED_TIME_SERIES", ITEMS: "ITEM_METADATA"}
WINDOWS: Final = 5  # of a backtest at most; https://docs.aws.amazon.com/forecast/latest/dg/metrics.html
LOCAL_ROLE: Final = "arn:aws:iam::000000000000:role/this-machine"


@dataclass(frozen=True)
class Plan:
    """All that the steps of a run need, without its files: kept in the ledger until it is over."""

    name: str
    wanted: Wanted
    frequency: str
    timed: bool
    dims: tuple[str, ...]
    schemas: Mapping[str, list[dict[str, str]]]
    bucket: str
    role: str
    places: str | None = None  # how the places of the weather are written
    keep: bool = False

    @property
    def folder(self) -> str:
        """The folder in the bucket that everything of the run lies in."""
        return f"{staging.PREFIX}{self.name}/"

    def key(self, part: str) -> str:
        """Where the table PART is staged."""
        return f"{self.folder}{part}/{part}.csv"

    def text(self) -> str:
        """As the ledger keeps it."""
        return json.dumps({**asdict(self), "wanted": self.wanted.plain()})

    @classmethod
    def of(cls, text: str) -> Plan:
        """What `text` said."""
        told = json.loads(text)
        return cls(**{**told, "wanted": Wanted.of(told["wanted"]), "dims": tuple(told["dims"])})


@dataclass(frozen=True)
class Prepared:
    """A plan and its tables, ready to be sent; `key` tells it from others, `baseline` is the seasonal naive one."""

    plan: Plan
    key: str
    files: Mapping[str, Media]
    series: int
    baseline: dict[str, Any] | None = field(default=None, repr=False)


@contextmanager
def prepared(
    session: Session,
    source: Source,
    reading: Reading,
    wanted: Wanted,
    *,
    related: Source | None = None,
    metadata: Path | None = None,
    role: str | None = None,
    bucket: str | None = None,
    name: str | None = None,
    keep: bool = False,
) -> Iterator[Prepared]:
    """The plan for a run over the table SOURCE, with its files at hand.

    Raises InputError with everything that is wrong with the tables, ConfigError for want of a role.
    """
    with ExitStack() as held:
        table = held.enter_context(data.opened(session, source, reading))
        one = data.checked(table, reading, data.bounds(wanted.horizon, algorithm=wanted.algorithm))
        found, beside = [(source.shown, one.report)], None
        if related is not None:
            other = held.enter_context(data.opened(session, related, _of(reading, table.frequency), related=True))
            beside = data.checked(other, reading, data.bounds(None))
            found.append((related.shown, beside.report))
        data.refuse(*found)
        data.tell(session, source.shown, one.report)
        target = limits.FORECAST_DOMAINS[wanted.domain]
        schemas = {TARGET: data.attributes(one, target=target)}
        files = {TARGET: held.enter_context(data.spooled(one.written(), "target.csv"))}
        if related is not None and beside is not None:
            _reaches(one, beside, wanted, related.shown)
            schemas[RELATED] = data.attributes(beside, target=target, related=True)
            files[RELATED] = held.enter_context(data.spooled(beside.written(related=True), "related.csv"))
        if metadata is not None:
            text, schemas[ITEMS] = items.read(metadata, name=str(metadata), item=reading.asked.item)
            files[ITEMS] = held.enter_context(data.spooled(iter([text]), "items.csv"))
        places = _placed(schemas[TARGET], one, wanted)
        dims = tuple(each["AttributeName"] for each in schemas[TARGET][3:])
        digests = {part: media.digest for part, media in files.items()}
        fresh = clock.now() if session.fresh else None
        frequency = str(table.frequency)
        key = key_of("forecast", digests, schemas, wanted.plain(), frequency, session.region, name, fresh)
        stem = taken_name(name or source.relative.stem)[:40]
        plan = Plan(
            name=f"awsml_{stem}_{key[:12]}",
            wanted=wanted,
            frequency=frequency,
            timed=table.frequency.timed,
            dims=dims,
            schemas=schemas,
            bucket=bucket or "",
            role=role or "",
            places=places,
            keep=keep,
        )
        baseline = _baseline(files[TARGET], plan, table.frequency) if wanted.baseline else None
        yield Prepared(plan, key, files, one.report.series, baseline)


def role(session: Session, said: str | None) -> str:
    """The role that Forecast reads and writes with. Raises ConfigError where none is known."""
    if session.local:
        return LOCAL_ROLE
    found = said or session.config.role
    if not found:
        raise ConfigError(
            "Forecast needs a role that may read the tables and write the answer",
            hint="--role ARN, or `awsml config set role ARN`; it must trust forecast.amazonaws.com",
        )
    return found


def dataset_of(session: Session, group: str, part: str) -> dict[str, Any]:
    """What AWS says of the dataset for the table PART in the GROUP (an ARN). Raises InputError where there is none."""
    for arn in things.describe(session, things.GROUP, group).get("DatasetArns") or ():
        about = things.describe(session, things.DATASET, arn)
        if about.get("DatasetType") == TYPES[part]:
            return about
    more = " --related CSV" if part == RELATED else ""
    raise InputError(
        f"the group {group.rpartition('/')[2]} has no {part} series", hint=f"awsml forecast import NAME CSV{more}"
    )


def steps(one: Prepared) -> list[Step]:
    """What the run would call, with units and prices; the hours of a training are not known beforehand."""
    plan = one.plan
    found = []
    for part, media in one.files.items():
        found.append(step("s3:PutObject", f"{part}.csv, {media.size:,} bytes"))
        found.append(step(f"{SERVICE}:CreateDataset", f"{plan.name} ({TYPES[part].lower()})"))
        found.append(
            step(f"{SERVICE}:CreateDatasetImportJob", f"{part}.csv", charge=prices.forecast_import(media.size))
        )
    count = one.series * plan.wanted.horizon * len(plan.wanted.forecast_types)
    train = "CreatePredictor" if plan.wanted.algorithm else "CreateAutoPredictor"
    hours = f"{plan.name}, {prices.FORECAST_TRAINING_HOUR:.2f} USD for each hour of an instance"
    return [
        *found,
        step(f"{SERVICE}:CreateDatasetGroup", plan.name),
        step(f"{SERVICE}:{train}", hours),
        step(f"{SERVICE}:GetAccuracyMetrics", plan.name),
        step(f"{SERVICE}:CreateForecast", plan.name, charge=prices.forecast_points(count)),
        *([step(f"{SERVICE}:CreateExplainabilityExport", plan.name)] if plan.wanted.explain else []),
        step(f"{SERVICE}:CreateForecastExportJob", plan.name),
        *([] if plan.keep else [step(f"{SERVICE}:DeleteResourceTree", plan.name, calls=1 + len(one.files))]),
    ]


def _of(reading: Reading, frequency: Frequency) -> Reading:
    """READING for related series: the same steps, other columns of values."""
    asked = reading.asked
    return Reading(
        type(asked)(asked.item, asked.time, None, asked.dims, asked.layout), str(frequency), reading.duplicates
    )


def _reaches(one: Sound, other: Sound, wanted: Wanted, name: str) -> None:
    """Raises InputError where related series know a part of the steps that are forecast, and not all."""
    short = []
    for key, end in one.report.ends.items():
        last = other.report.ends.get(key)
        if last is None or last >= end + wanted.horizon or (last <= end and wanted.algorithm in (None, "CNN-QR")):
            continue
        short.append(f"{shown(key)} ends at {other.table.frequency.stamp(last)}")
    if short:
        more = f" and {len(short) - 3} more" if len(short) > 3 else ""
        raise InputError(
            f"{name} must reach {wanted.horizon} steps beyond the target: {', '.join(short[:3])}{more}",
            hint="give every step of the horizon its values, or leave all of them out",
        )


def _placed(schema: list[dict[str, str]], one: Sound, wanted: Wanted) -> str | None:
    """Mark the column of places in SCHEMA, for the weather; how they are written."""
    if wanted.weather is None:
        return None
    dims = [one.table.columns.names[at] for at in one.table.columns.dims]
    if wanted.weather not in dims:
        raise InputError(
            f"the weather is that of a place, and `{wanted.weather}` is no dimension",
            hint=f"--dim {wanted.weather} --weather {wanted.weather}",
        )
    schema[3 + dims.index(wanted.weather)]["AttributeType"] = "geolocation"
    place = dims.index(wanted.weather) + (1 if one.table.columns.item is not None else 0)
    key = next(iter(one.report.ends))
    where = key if isinstance(key, str) else key[place]
    return "LAT_LONG" if where.count(".") == 2 and "_" in where else "CC_POSTALCODE"


def _baseline(media: Media, plan: Plan, every: Frequency) -> dict[str, Any]:
    """The seasonal naive forecast of the table MEDIA, and how good it would have been in one window, in two …."""
    stamps = Stamps("yyyy-MM-dd")
    series: dict[tuple[str, ...], dict[int, float]] = {}
    with media.path.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            seconds = stamps.seconds(row[1])
            if seconds is not None and row[2]:
                series.setdefault((row[0], *row[3:]), {})[every.index(seconds)[0]] = float(row[2])
    types, horizon = plan.wanted.forecast_types, plan.wanted.horizon
    values: list[Any] = []
    lines = []
    for key, told in series.items():
        first, last = min(told), max(told)
        line, before = [], told[first]
        for at in range(first, last + 1):
            before = told.get(at, before)
            line.append(before)
        lines.append(line)
        made = naive.forecast(line, horizon, every.season, ("mean",))["mean"]
        for ahead, value in enumerate(made, 1):
            values.append([[key[0], *key[1:], every.stamp(last + ahead)], value])
    scores = [naive.scored(lines, horizon, every.season, types, windows=count) for count in range(1, WINDOWS + 1)]
    return {"metrics": scores, "items": len(series), "values": values}


def frequency_of(plan: Plan) -> Frequency:
    """The frequency of PLAN."""
    found = named(plan.frequency)
    assert found is not None
    return found
