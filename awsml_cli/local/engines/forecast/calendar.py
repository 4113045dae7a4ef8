"""The holidays of a country as series that go along: how many days of each step are which holiday."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from awsml_cli.core.errors import ConfigError
from awsml_cli.local.engines.forecast import HOLIDAYS

OFTEN: Final = 2  # years of the past from which on what a holiday does can be told from what that one day was like
OBSERVED: Final = " (observed)"  # on the Monday after: the same holiday


def asked(country: str) -> None:
    """Raises ConfigError where the holidays of COUNTRY (ISO 3166-1, two letters) are not known here."""
    if not HOLIDAYS.installed():
        raise HOLIDAYS.missing()
    import holidays

    if country not in holidays.list_supported_countries():
        raise ConfigError(
            f"no engine on this machine knows the holidays of {country}",
            hint="leave --holidays out, or run it without --local",
        )


def columns(country: str, steps: Sequence[tuple[date, date]], past: int) -> Any:
    """A row for each of STEPS (its first day, and the first one after it), a column for each holiday of COUNTRY.

    Those that came in fewer than two years of the first PAST steps share a column.
    """
    import holidays
    import numpy as np

    first, last = steps[0][0], steps[-1][1]
    known = holidays.country_holidays(country, years=range(first.year, last.year + 1), expand=False)
    names = {day: {name.replace(OBSERVED, "") for name in known.get_list(day)} for day in known}
    rows: list[Counter[str]] = []
    for begin, end in steps:
        days = (begin + timedelta(number) for number in range(max(1, (end - begin).days)))
        rows.append(Counter(name for day in days for name in names.get(day, ())))
    until = steps[past - 1][1]
    times = Counter(
        name for name, _ in {(name, day.year) for day in names if first <= day < until for name in names[day]}
    )
    often = sorted(name for name, count in times.items() if count >= OFTEN)
    table = [[*(row[name] for name in often), sum(n for name, n in row.items() if name not in often)] for row in rows]
    return np.asarray(table, dtype=float)
