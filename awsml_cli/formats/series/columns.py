"""The columns of a table of series: which is the item, which the time, which the value, and what AWS calls them.

Names: letters, digits and `_`, at most 63, none of those that Forecast keeps for itself.
https://docs.aws.amazon.com/forecast/latest/dg/reserved-field-names.html, …/howitworks-domains-ds-types.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from awsml_cli.core.errors import InputError, UsageError
from awsml_cli.formats.series import stamps
from awsml_cli.formats.series.reserved import RESERVED
from awsml_cli.formats.series.stamps import Stamps

NAME: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9_]{0,62}")
TIMES: Final = ("timestamp", "date", "datetime", "time", "ds", "day", "week", "month", "year", "period", "when")
ITEMS: Final = (
    *("item_id", "item", "unique_id", "sku", "product_id", "product", "series", "series_id", "id", "name", "symbol"),
    *("article", "article_id", "instance_type", "workforce_type", "metric_name", "category", "key"),
)
VALUES: Final = (
    *("target_value", "demand", "value", "y", "target", "units", "units_sold", "sales", "quantity", "qty", "amount"),
    *("count", "number_of_instances", "workforce_demand", "metric_value", "total", "revenue", "price", "close"),
)
MISSING: Final = frozenset({"", "nan", "na", "n/a", "null", "none", "-", "."})


@dataclass(frozen=True)
class Asked:
    """What the user said of the columns; what is not said is found out."""

    item: str | None = None
    time: str | None = None
    value: str | None = None
    dims: tuple[str, ...] = ()
    layout: str | None = None
    header: bool | None = None


@dataclass(frozen=True)
class Columns:
    """Where the columns stand (from 0; item None: the table is one series), and how the time is written.

    `rest` are those that are not used, by name.
    """

    names: tuple[str, ...]
    header: bool
    time: int
    value: int
    item: int | None
    dims: tuple[int, ...]
    layout: str
    comma: bool = False  # whether numbers are written 1,5
    rest: tuple[str, ...] = ()
    others: tuple[int, ...] = field(default=())

    @property
    def width(self) -> int:
        """How many cells a row has."""
        return len(self.names)

    @property
    def key(self) -> tuple[int, ...]:
        """The columns that say which series a row belongs to."""
        return (*([self.item] if self.item is not None else []), *self.dims)


def recognised(rows: Sequence[Sequence[str]], asked: Asked, *, name: str, related: bool = False) -> Columns:
    """The columns of the table called NAME that begins with ROWS. Raises InputError where they cannot be told.

    Of RELATED series, every column of numbers is taken (`others`), and there is no one value.
    """
    if not rows:
        raise InputError(f"{name} holds no rows")
    header = _has_header(rows) if asked.header is None else asked.header
    names = tuple(cell.strip() for cell in rows[0]) if header else tuple(str(at) for at in range(1, len(rows[0]) + 1))
    body = [row for row in (rows[1:] if header else rows) if len(row) == len(names)]
    if not body:
        raise InputError(f"{name} holds no rows but its header" if header else f"{name} holds no whole rows")
    cells = [[row[at] for row in body] for at in range(len(names))]
    dims = tuple(_place(one, names, name) for one in asked.dims)
    time, layout = _time(names, cells, asked, name, taken=dims)
    item: int | None = _place(asked.item, names, name) if asked.item else None
    comma = any(_is_comma(cell) for at in range(len(names)) if at not in (time, item, *dims) for cell in cells[at])
    numbers = [at for at in range(len(names)) if at not in (time, item, *dims) and _numeric(cells[at], comma=comma)]
    if asked.value:
        value: int | None = _place(asked.value, names, name)
    else:
        value = _first(VALUES, names, numbers)
        if value is None and len(numbers) == 1:
            value = numbers[0]
        if value is None and not header and not related and len(names) in (2, 3) and numbers:
            value = numbers[-1]
    if item is None:
        free = [at for at in range(len(names)) if at not in (time, value, *dims)]
        words = [at for at in free if at not in numbers]
        item = _first(ITEMS, names, free)
        if item is None and len(words) == 1:
            item = words[0]
        if item is None and len(words) > 1:
            shown = ", ".join(names[at] for at in words)
            raise InputError(f"{name}: which column is the item: {shown}?", hint="--item COLUMN, and --dim COLUMN")
        numbers = [at for at in numbers if at != item]
        if value == item:
            value = numbers[-1] if numbers else None
    if related:
        value = numbers[0] if numbers else None
    if value is None:
        shown = ", ".join(names[at] for at in numbers)
        raise InputError(
            f"{name}: which column is the value: {shown}?" if numbers else f"{name} has no column of numbers",
            hint="--value COLUMN" if numbers else None,
        )
    used = {time, value, *dims, *([item] if item is not None else [])}
    rest = tuple(names[at] for at in range(len(names)) if at not in used)
    others = tuple(at for at in numbers if at not in used or at == value) if related else ()
    return Columns(names, header, time, value, item, dims, layout, comma, rest, others)


def refused(name: str) -> str | None:
    """Why Forecast would not take NAME as that of a column; None where it would."""
    if NAME.fullmatch(name) is None:
        return "a name begins with a letter, and has letters, digits and _ alone, at most 63"
    return "the word is reserved" if name.lower() in RESERVED else None


def taken_name(name: str, *, others: Sequence[str] = ()) -> str:
    """NAME as Forecast takes it, unlike those of OTHERS."""
    made = re.sub(r"\W+", "_", name.strip(), flags=re.ASCII).strip("_")[:60] or "column"
    if not made[0].isalpha() or made.lower() in RESERVED:
        made = f"c_{made}"
    whole, number = made, 1
    while whole in others:
        number += 1
        whole = f"{made}_{number}"
    return whole


def number(text: str, *, comma: bool = False) -> float | None:
    """The number that TEXT writes; None where it writes none, `inf` and `nan` among them."""
    text = text.strip().replace("\u00a0", "").replace(" ", "")
    if comma:
        text = text.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?", text):
        text = text.replace(",", "")
    try:
        found = float(text)
    except ValueError:
        return None
    return found if found - found == 0 and "_" not in text else None


def _has_header(rows: Sequence[Sequence[str]]) -> bool:
    def tells(cell: str) -> bool:
        return number(cell) is not None or bool(stamps.layouts([cell]))

    return not any(tells(cell) for cell in rows[0]) and (len(rows) == 1 or any(tells(cell) for cell in rows[1]))


def _place(wanted: str, names: Sequence[str], name: str) -> int:
    if wanted in names:
        return names.index(wanted)
    lowered = [one.lower() for one in names]
    if lowered.count(wanted.lower()) == 1:
        return lowered.index(wanted.lower())
    raise InputError(f"{name} has no column `{wanted}`; it has {', '.join(names)}")


def _time(
    names: Sequence[str], cells: Sequence[Sequence[str]], asked: Asked, name: str, *, taken: Sequence[int]
) -> tuple[int, str]:
    if asked.layout and asked.layout not in (*stamps.LAYOUTS, stamps.WEEK, stamps.SECONDS, stamps.MILLISECONDS):
        raise UsageError(f"there is no layout `{asked.layout}` of dates", hint=f"one of: {', '.join(stamps.LAYOUTS)}")
    if asked.time:
        candidates = [_place(asked.time, names, name)]
    else:
        usual = [at for one in TIMES for at, each in enumerate(names) if each.lower() == one]
        candidates = list(dict.fromkeys([*usual, *range(len(names))]))
        candidates = [at for at in candidates if at not in taken]
    for at in candidates:
        if asked.layout:
            reader = Stamps(asked.layout)
            fitting = [asked.layout] if any(reader.seconds(cell) is not None for cell in cells[at]) else []
        else:
            fitting = stamps.layouts(cells[at])
            if not asked.time and names[at].lower() not in TIMES:  # a number alone is no date
                fitting = [one for one in fitting if one not in ("yyyy", stamps.SECONDS, stamps.MILLISECONDS)]
        if fitting:
            return at, _likeliest(fitting, cells[at], name, names[at])
    shown = next((cell for cell in cells[candidates[0]] if cell.strip()), "") if candidates else ""
    raise InputError(
        f"{name} has no column of dates that can be read (`{shown}`)",
        hint=f"--time COLUMN; layouts: {', '.join(stamps.LAYOUTS)}",
    )


def _likeliest(fitting: Sequence[str], texts: Sequence[str], name: str, column: str) -> str:
    """The one of FITTING by which the days follow each other the most evenly. Raises InputError where two are even."""
    if len(fitting) == 1:
        return fitting[0]
    even = {layout: stamps.evenness(layout, texts) for layout in fitting}
    best = [layout for layout in fitting if even[layout] == max(even.values())]
    if len(best) > 1:
        shown = next(text for text in texts if text.strip())
        raise InputError(
            f"{name}: the dates of `{column}` (`{shown}`) can be read as {' and as '.join(best)}",
            hint=f"--date-format {best[0]}",
        )
    return best[0]


def _first(known: Sequence[str], names: Sequence[str], among: Sequence[int]) -> int | None:
    lowered = {names[at].lower(): at for at in among}
    return next((lowered[one] for one in known if one in lowered), None)


def _numeric(cells: Sequence[str], *, comma: bool) -> bool:
    told = [cell for cell in cells if cell.strip().lower() not in MISSING]
    return bool(told) and sum(number(cell, comma=comma) is not None for cell in told) * 10 >= len(told) * 6


def _is_comma(cell: str) -> bool:
    return re.fullmatch(r"\s*[-+]?(\d{1,3}(\.\d{3})+|\d+),\d{1,2}\s*|\s*[-+]?\d+,\d{4,}\s*", cell) is not None
