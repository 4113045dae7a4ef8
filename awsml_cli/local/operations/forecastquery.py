"""What a forecast that was made here says of one series."""

from __future__ import annotations

from datetime import datetime

from awsml_cli.formats.series import tidy
from awsml_cli.local.operations import Answer, Machine, Operation, Params, Refused
from awsml_cli.local.operations.forecast import things
from awsml_cli.local.operations.forecast.series import kept


def query_forecast(params: Params, machine: Machine) -> Answer:
    """The steps of one series, from a date to a date."""
    one = things.active(machine, params["ForecastArn"])
    rows = tidy.exported([kept(machine, one).read_bytes()], timed=True)
    first, last = (_moment(params.get(name)) for name in ("StartDate", "EndDate"))
    told: dict[str, list[dict[str, object]]] = {}
    for row in rows:
        at = row["timestamp"].replace(" ", "T")
        if any(row.get(name) != value for name, value in params["Filters"].items()):
            continue
        if (first and at < first) or (last and at > last):
            continue
        for name, value in row.items():
            if isinstance(value, float):
                told.setdefault(name, []).append({"Timestamp": at, "Value": value})
    if not told:
        raise Refused("ResourceNotFoundException", "There is no such item in the forecast.")
    return {"Forecast": {"Predictions": told}}


def _moment(text: str | None) -> str | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).strftime("%Y-%m-%dT%H:%M:%S")
    except ValueError:
        raise Refused("InvalidInputException", f"{text} is no date.") from None


OPERATIONS: dict[str, Operation] = {"QueryForecast": query_forecast}
