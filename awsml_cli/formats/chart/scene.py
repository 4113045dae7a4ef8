"""A fan chart as shapes in a plane: what every way of drawing it draws, in points from the upper left corner."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from awsml_cli.formats.series.stamps import Stamps

HISTORY, MEDIAN, BANDS, INK, GRID, MUTED = "#33415c", "#d1495b", "#f3b8a5", "#1b1f2a", "#dfe3ea", "#697386"
WIDE: Final = (760, 300)  # one panel
SMALL: Final = (380, 210)  # one of several
LEFT, RIGHT, TOP, BOTTOM = 58, 14, 34, 34
SHOWN: Final = 3.0  # times the horizon that is shown of the history
DAY: Final = 86400
STEPS: Final = tuple(  # seconds between two dates of an axis, then months
    [60 * n for n in (1, 2, 5, 10, 15, 30)] + [3600 * n for n in (1, 2, 3, 6, 12)] + [DAY * n for n in (1, 2, 7, 14)]
)
MONTHS: Final = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000, 24000)
CAPTION: Final = 120  # what the words on the right above a panel take of its width
Point = tuple[float, float]


@dataclass(frozen=True)
class Panel:
    """One series: what was (`history`, by seconds), what comes by quantile or `mean`, and what it is called."""

    title: str
    history: Sequence[Point]
    ahead: Mapping[str, Sequence[Point]]


@dataclass
class Line:
    """A line through points."""

    points: list[Point]
    colour: str
    width: float = 1.6
    dashed: bool = False


@dataclass
class Area:
    """A filled shape; `strength` is how opaque, 0 to 1."""

    points: list[Point]
    colour: str
    strength: float


@dataclass
class Text:
    """Words at a point; `anchor` is start, middle or end."""

    at: Point
    text: str
    size: float = 11
    colour: str = INK
    anchor: str = "start"
    bold: bool = False


@dataclass
class Scene:
    """All shapes, in the order in which they are drawn."""

    width: float
    height: float
    shapes: list[Line | Area | Text] = field(default_factory=list)


def scene(panels: Sequence[Panel], *, columns: int | None = None) -> Scene:
    """The chart of PANELS: one alone is wide, several are small and stand in COLUMNS."""
    columns = columns or (1 if len(panels) == 1 else 2 if len(panels) <= 4 else 3)
    columns = min(columns, len(panels))
    width, height = WIDE if len(panels) == 1 else SMALL
    rows = -(-len(panels) // columns)
    made = Scene(width * columns, height * rows)
    for number, panel in enumerate(panels):
        _panel(made, panel, (number % columns * width, number // columns * height), width, height)
    return made


def bands(ahead: Mapping[str, Sequence[Point]]) -> list[tuple[str, str]]:
    """The pairs of quantiles that have a band between them, the widest first; what has no counterpart has none."""
    names = sorted((one for one in ahead if one[:1] == "p"), key=lambda one: int(one[1:]))
    return [(low, f"p{100 - int(low[1:])}") for low in names if int(low[1:]) < 50 and f"p{100 - int(low[1:])}" in ahead]


def middle(ahead: Mapping[str, Sequence[Point]]) -> str | None:
    """The line of a forecast: its median, else its mean, else the quantile nearest to the median."""
    for one in ("p50", "mean"):
        if one in ahead:
            return one
    names = [one for one in ahead if one[:1] == "p"]
    return min(names, key=lambda one: abs(int(one[1:]) - 50), default=None)


def panels(
    rows: Sequence[Mapping[str, object]],
    values: Sequence[str],
    history: Mapping[tuple[str, ...], Sequence[Point]],
    *,
    most: int,
    full: bool = False,
) -> list[Panel]:
    """A panel for each of the first MOST series of a tidy table, with the last of its HISTORY, or the FULL one."""
    stamps = Stamps("yyyy-MM-dd")
    found: dict[tuple[str, ...], dict[str, list[Point]]] = {}
    for row in rows:
        key = tuple(str(value) for name, value in row.items() if name != "timestamp" and isinstance(value, str))
        if key not in found and len(found) == most:
            continue
        at = stamps.seconds(str(row["timestamp"])) or 0
        for name in values:
            value = row.get(name)
            if isinstance(value, int | float):
                found.setdefault(key, {}).setdefault(name, []).append((at, float(value)))
    made = []
    for key, ahead in found.items():
        past = list(history.get(key, ()))
        steps = max(len(points) for points in ahead.values())
        shown = past if full else past[-max(int(steps * SHOWN), 24) :]
        made.append(Panel(" / ".join(key), shown, ahead))
    return made


def ticks(low: float, high: float, count: int) -> list[float]:
    """About COUNT round numbers from LOW to HIGH."""
    span = (high - low) or abs(high) or 1.0
    step: float = 10 ** math.floor(math.log10(span / count))
    for factor in (1, 2, 2.5, 5, 10):
        if span / (step * factor) <= count:
            step *= factor
            break
    first = math.ceil(low / step - 1e-9)
    return [round(number * step, 10) for number in range(first, math.floor(high / step + 1e-9) + 1)]


def moments(low: float, high: float, count: int) -> list[tuple[float, str]]:
    """At most COUNT round dates from LOW to HIGH (seconds), each where it stands, with what they are called."""
    for seconds, months in (*((step, 0) for step in STEPS), *((0, step) for step in MONTHS)):
        if high - low > (seconds or months * 28 * DAY) * (count + 1):
            continue
        found = _months(low, high, months) if months else _multiples(low, high, seconds)
        if len(found) <= count:
            return found
    return []


def widened(panel: Panel) -> Panel:
    """PANEL; that of a single moment as level lines from half a day before to half a day behind it."""
    if len({x for line in (panel.history, *panel.ahead.values()) for x, _ in line}) != 1:
        return panel
    lines = {
        name: [(x + aside, y) for x, y in line for aside in (-DAY / 2, DAY / 2)] for name, line in panel.ahead.items()
    }
    return replace(panel, ahead=lines)


def extent(panel: Panel) -> tuple[float, float, float, float]:
    """The first and last second, the lowest and highest value of PANEL, with some air."""
    points = [*panel.history, *(point for line in panel.ahead.values() for point in line)]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    low, high = min(ys), max(ys)
    air = (high - low or abs(high) or 1.0) * 0.06
    return min(xs), max(xs), low - air if low < 0 or low - air > 0 else 0.0, high + air


def _panel(made: Scene, panel: Panel, corner: Point, width: float, height: float) -> None:
    panel = widened(panel)
    first, last, low, high = extent(panel)
    x0, y0 = corner[0] + LEFT, corner[1] + TOP
    wide, tall = width - LEFT - RIGHT, height - TOP - BOTTOM

    def place(point: Point) -> Point:
        return (
            x0 + (point[0] - first) / ((last - first) or 1.0) * wide,
            y0 + tall - (point[1] - low) / ((high - low) or 1.0) * tall,
        )

    made.shapes.append(
        Text((x0, corner[1] + 20), shortened(panel.title, int((wide - CAPTION) / 7.5)), 13, INK, bold=True)
    )
    for value in ticks(low, high, 5 if tall > 180 else 4):
        y = place((first, value))[1]
        made.shapes.append(Line([(x0, y), (x0 + wide, y)], GRID, 1))
        made.shapes.append(Text((x0 - 7, y + 4), number(value), 10.5, MUTED, "end"))
    for at, text in moments(first, last, 6 if wide > 500 else 4):
        x = min(place((at, low))[0], x0 + wide + RIGHT - len(text) * 3.2)  # it ends where the panel does
        made.shapes.append(Text((x, y0 + tall + 18), text, 10.5, MUTED, "middle"))
    _fan(made, panel, place, x0 + wide)


def _fan(made: Scene, panel: Panel, place: Callable[[Point], Point], right: float) -> None:
    bridge = [panel.history[-1]] if panel.history else []
    pairs = bands(panel.ahead)
    for rank, (below, above) in enumerate(pairs):
        outline = [*bridge, *panel.ahead[above], *reversed(panel.ahead[below])]
        strength = 0.45 if len(pairs) == 1 else 0.3 + 0.3 * rank / len(pairs)
        made.shapes.append(Area([place(point) for point in outline], BANDS, strength))
    if panel.history:
        made.shapes.append(Line([place(point) for point in panel.history], HISTORY))
    line = middle(panel.ahead)
    paired = {name for pair in pairs for name in pair}
    for name, points in panel.ahead.items():
        if name not in (line, "mean", *paired):
            colour = MUTED if name == "naive" else MEDIAN
            made.shapes.append(Line([place(point) for point in [*bridge, *points]], colour, 1.1, dashed=True))
    if line is not None:
        points = [*bridge, *panel.ahead[line]]
        made.shapes.append(Line([place(point) for point in points], MEDIAN, 2.0))
        band = f", band {pairs[0][0]}-{pairs[0][1]}" if pairs else ""
        name = {"p50": "median"}.get(line, line)
        top = place((0, extent(panel)[3]))[1]
        made.shapes.append(Text((right, top - 8), f"{name}{band}", 10.5, MUTED, "end"))


def _multiples(low: float, high: float, step: int) -> list[tuple[float, str]]:
    """The multiples of STEP seconds; weeks begin on Monday, as 5 January 1970 did."""
    from_ = 4 * DAY if step % (7 * DAY) == 0 else 0
    span = range(math.ceil((low - from_) / step), math.floor((high - from_) / step) + 1)
    every = [number * step + from_ for number in span]
    return [(at, _date(at).strftime("%H:%M" if at % DAY else "%d %b")) for at in every]


def _months(low: float, high: float, step: int) -> list[tuple[float, str]]:
    """The beginnings of every STEP months, which are called by the year where they are of years."""
    first, last = (date.year * 12 + date.month - 1 for date in (_date(low), _date(high)))
    found = []
    for month in range(first - first % step, last + 1, step):
        if month < 12:
            continue
        date = datetime(month // 12, month % 12 + 1, 1)
        at = (date - datetime(1970, 1, 1)).total_seconds()
        if low <= at <= high:
            found.append((at, date.strftime("%Y" if step % 12 == 0 else "%b %Y")))
    return found


def _date(seconds: float) -> datetime:
    return datetime(1970, 1, 1) + timedelta(seconds=seconds)


def number(value: float) -> str:
    """VALUE on an axis: 1.2k, 3M."""
    for size, sign in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= size:
            return f"{value / (1e3 if sign == 'k' else size):g}{sign}"
    return f"{value:g}"


def shortened(text: str, most: int) -> str:
    """TEXT of at MOST so many characters."""
    return text if len(text) <= most else text[: max(1, most - 1)] + "…"
