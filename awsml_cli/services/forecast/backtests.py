"""What a predictor would have said of the past: the forecasts of its backtest beside what came, or their errors."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any, Final

from awsml_cli.core.session import Session
from awsml_cli.formats.series import tidy
from awsml_cli.services.forecast import asking, ending, pipeline, plans, things
from awsml_cli.services.forecast.answers import Forecast
from awsml_cli.services.forecast.things import Thing

# the folders of the export; https://docs.aws.amazon.com/forecast/latest/dg/metrics.html#backtest-exports
VALUES: Final = "forecasted-values/"
ACCURACY: Final = "accuracy-metrics-values/"
_WORDS: Final = ("item_id", "timestamp", "backtest_window", "backtestwindow_start_time", "backtestwindow_end_time")


def backtested(
    session: Session,
    predictor: str,
    *,
    accuracy: bool = False,
    to: str | None = None,
    role: str | None = None,
    bucket: str | None = None,
    timeout: float | None = None,
) -> Forecast | Thing | list[dict[str, Any]]:
    """The forecasts of the backtest as a tidy table, with ACCURACY the errors of each series as rows.

    With TO, a folder in S3, both are left there. Raises InputError for no such predictor, JobFailed, TimedOut.
    """
    arn = things.found(session, things.PREDICTOR, predictor)
    name = ending.short(arn)
    if to is not None:
        made = asking.backtest(session, name, arn, to, plans.role(session, role))
        return ending.ended(session, made, timeout=timeout, wait=True)
    with ending.staged(session, bucket, f"{name[:50]}_backtest") as (held, folder):
        made = asking.backtest(session, name, arn, f"s3://{held}/{folder}", plans.role(session, role))
        ending.waited(session, made, timeout)
        files = pipeline.parts(session, held, f"{folder}{ACCURACY if accuracy else VALUES}")
        things.removed(session, things.BACKTEST, made)  # before its files, which a repeated run would miss
    if accuracy:
        return _errors(files)
    rows = ending.dated([_beside(row) for row in tidy.exported(files, timed=True)])
    types = [one for one in (rows[0] if rows else ()) if one == "mean" or (one[:1] == "p" and one[1:].isdigit())]
    return ending.told(session, arn, rows, ["target_value", *types])


def _beside(row: dict[str, Any]) -> dict[str, Any]:
    """ROW with what came as a number, and its window as dates are written everywhere."""
    made = dict(row)
    for name, value in row.items():
        if name.startswith("backtestwindow_") and isinstance(value, str):
            made[name] = value.removesuffix("Z").replace("T", " ").removesuffix(" 00:00:00")
    made["target_value"] = number(row.get("target_value"))
    return made


def _errors(files: Iterable[bytes]) -> list[dict[str, Any]]:
    """The rows of errors; what AWS calls `not defined` is nothing."""
    found = []
    for part in files:
        for row in csv.DictReader(io.StringIO(part.decode("utf-8-sig"))):
            numbers = {
                str(name): number(cell) if name not in _WORDS and number(cell) is not None else cell
                for name, cell in row.items()
            }
            found.append({name: None if cell == "not defined" else cell for name, cell in numbers.items()})
    return found


def number(cell: Any) -> float | None:
    """The number in a CELL; None where there is none."""
    try:
        return float(cell)
    except (TypeError, ValueError):
        return None
