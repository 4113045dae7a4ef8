"""What a forecast would say if a related series were otherwise."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from awsml_cli.core import staging
from awsml_cli.core.cache import key_of
from awsml_cli.core.errors import InputError, UsageError
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.core.staging import Media
from awsml_cli.formats.series import tidy
from awsml_cli.formats.series.check import Limits
from awsml_cli.services.forecast import asking, data, ending, pipeline, plans, things
from awsml_cli.services.forecast.answers import Forecast
from awsml_cli.services.forecast.data import Reading
from awsml_cli.services.forecast.things import SERVICE

OPERATIONS: Final = {"*": "MULTIPLY", "/": "DIVIDE", "+": "ADD", "-": "SUBTRACT"}
WORDS: Final = ("string", "timestamp", "geolocation")  # the types of columns that are no series
CONDITIONS: Final = {"=": "EQUALS", "!=": "NOT_EQUALS", "<": "LESS_THAN", ">": "GREATER_THAN"}


@dataclass(frozen=True)
class Change:
    """What is to be otherwise: transformations in AWS's shape, or a TABLE of other values of the related series."""

    transformations: tuple[dict[str, Any], ...] = ()
    table: Source | None = None
    reading: Reading = field(default_factory=Reading)

    @classmethod
    def of(cls, changes: Sequence[str], where: Sequence[str]) -> Change:
        """CHANGES as `price*0.9`, for the series WHERE `colour=red`. Raises UsageError for what is no change."""
        conditions = []
        for text in where:
            found = re.fullmatch(r"(\w+)(!=|=|<|>)(.+)", text.strip())
            if found is None:
                raise UsageError(f"`{text}` is no condition", hint="--where colour=red")
            conditions.append(
                {"AttributeName": found[1], "AttributeValue": found[3], "Condition": CONDITIONS[found[2]]}
            )
        made = []
        for text in changes:
            found = re.fullmatch(r"(\w+)\s*([*/+-])\s*(\d+(?:\.\d+)?)", text.strip())
            if found is None:
                raise UsageError(f"`{text}` is no change", hint="--change 'price*0.9'")
            action = {"AttributeName": found[1], "Operation": OPERATIONS[found[2]], "Value": float(found[3])}
            made.append({"Action": action, **({"TimeSeriesConditions": conditions} if conditions else {})})
        return cls(tuple(made))


@dataclass(frozen=True)
class Replacements:
    """Other values of the related series, as a file in Forecast's shape, and its schema."""

    media: Media
    schema: list[dict[str, str]]
    timed: bool

    def source(self, path: str, role: str) -> dict[str, Any]:
        """As AWS wants it, once the file lies at PATH."""
        return {
            **asking.place(path, role),
            "Schema": {"Attributes": self.schema},
            "Format": "CSV",
            "TimestampFormat": asking.stamp_format(timed=self.timed),
        }


def supposed(
    session: Session, forecast: str, change: Change, *, role: str | None, bucket: str | None, timeout: float | None
) -> Forecast:
    """What the forecast would say if CHANGE were so, as a tidy table; the same once more is not paid for again."""
    arn = things.found(session, things.FORECAST, forecast)
    other = None if change.table is None else _replaced(session, arn, change.table, change.reading)
    about = change.transformations if other is None else (other.media.digest, other.schema)
    called = f"{ending.short(arn)[:40]}_{key_of(arn, about)[:12]}"
    client = session.client(SERVICE)
    analysis = things.made(
        session,
        things.ANALYSIS,
        ending.short(arn),
        lambda: client.create_what_if_analysis(WhatIfAnalysisName=ending.short(arn), ForecastArn=arn),
        arn,
    )
    ending.waited(session, analysis, timeout)
    otherwise: dict[str, Any] = {"TimeSeriesTransformations": list(change.transformations)}
    row = None
    if other is not None:
        path, row = ending.sent(session, other.media, bucket=staging.bucket(session, bucket), name=called)
        otherwise = {"TimeSeriesReplacementsDataSource": other.source(path, plans.role(session, role))}
    made = things.made(
        session,
        things.WHAT_IF,
        called,
        lambda: client.create_what_if_forecast(WhatIfForecastName=called, WhatIfAnalysisArn=analysis, **otherwise),
        analysis,
    )
    if row is not None:
        ending.needed_by(row, made)
    ending.waited(session, made, timeout)
    with ending.staged(session, bucket, called) as (held, folder):
        place = {"S3Config": {"Path": f"s3://{held}/{folder}", "RoleArn": plans.role(session, role)}}
        sent = things.made(
            session,
            things.WHAT_IF_EXPORT,
            called,
            lambda: client.create_what_if_forecast_export(
                WhatIfForecastExportName=called, WhatIfForecastArns=[made], Destination=place
            ),
        )
        ending.waited(session, sent, timeout)
        rows = tidy.exported(pipeline.parts(session, held, folder), timed=True)
        things.removed(session, things.WHAT_IF_EXPORT, sent)
    for each in rows:
        each.pop("what_if_forecast_name", None)
    return ending.told(session, made, ending.dated(rows), [])


def _replaced(session: Session, forecast: str, table: Source, reading: Reading) -> Replacements:
    """The TABLE of values that replace those of the related series behind the FORECAST (an ARN).

    It holds the rows that are otherwise, and of the columns at least one. Raises InputError with all that is wrong.
    """
    group = things.describe(session, things.FORECAST, forecast)["DatasetGroupArn"]
    there = plans.dataset_of(session, group, plans.RELATED)
    kinds = {one["AttributeName"]: one["AttributeType"] for one in there["Schema"]["Attributes"]}
    every = str(there["DataFrequency"])
    with data.opened(session, table, Reading(reading.asked, every, reading.duplicates), related=True) as found:
        one = data.checked(found, reading, Limits())
        data.refuse((table.shown, one.report))
        data.tell(session, table.shown, one.report)
        schema = data.attributes(one, target="target_value", related=True)
        names = {each["AttributeName"] for each in schema}
        if unknown := sorted(names - set(kinds)):
            raise InputError(
                f"{table.shown}: the related series have no `{unknown[0]}`; they have {', '.join(kinds)}",
                hint="name the columns as they were in the table that was imported",
            )
        if lacking := [name for name, kind in kinds.items() if kind in WORDS and name not in names]:
            raise InputError(f"{table.shown} does not say the {lacking[0]} of its series", hint=f"--dim {lacking[0]}")
        media = session.hold(data.spooled(one.written(related=True), "replacements.csv"))
        schema = [{**each, "AttributeType": kinds[each["AttributeName"]]} for each in schema]
        return Replacements(media, schema, found.frequency.timed)
