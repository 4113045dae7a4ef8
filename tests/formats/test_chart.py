"""Fan charts: dates stand where they are, words stand clear of each other, and one step alone is drawn too."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from awsml_cli.formats.chart import scene, terminal
from awsml_cli.formats.chart.scene import Area, Line, Panel, Text, moments

DAY = 86400


def seconds(text: str) -> float:
    """TEXT in seconds since 1970."""
    return (datetime.fromisoformat(text) - datetime(1970, 1, 1)).total_seconds()


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2024-01-01 09:00", "2024-01-01 17:00", ["10:00", "12:00", "14:00", "16:00"]),
        ("2024-01-01", "2024-01-02 12:00", ["01 Jan", "12:00", "02 Jan", "12:00"]),
        ("2024-01-01", "2024-01-05", ["02 Jan", "04 Jan"]),
        ("2023-06-26", "2023-07-26", ["26 Jun", "10 Jul", "24 Jul"]),
        ("2023-01-02", "2023-07-26", ["Mar 2023", "May 2023", "Jul 2023"]),
        ("1949-01-01", "1961-12-01", ["1950", "1955", "1960"]),
        ("0001-01-01", "0900-01-01", ["500"]),
    ],
)
def test_dates_are_round_and_stand_where_they_are(first: str, last: str, said: list[str]) -> None:
    found = moments(seconds(first), seconds(last), 4)
    form = "%Y" if said[0].isdigit() else "%b %Y" if len(said[0]) == 8 else "%d %b"
    where = [datetime(1970, 1, 1) + timedelta(seconds=at) for at, _ in found]
    assert [text.lstrip("0") if form == "%Y" else text for _, text in found] == said
    assert all(text in (at.strftime(form), at.strftime("%H:%M")) for at, (_, text) in zip(where, found, strict=True))


def test_words_stay_inside_and_clear_of_each_other() -> None:
    line = [(seconds("2023-01-01") + DAY * step, 1.0 + step) for step in range(182)]  # to 1 July
    panel = Panel("a name that goes on and on " * 4, [], {"p10": line, "p50": line, "p90": line})
    made = scene.scene([panel, panel])
    texts = [one for one in made.shapes if isinstance(one, Text)]
    title, last = texts[0], [one for one in texts if one.anchor == "middle"][-1]
    assert (last.text, last.at[0] + len(last.text) * 3 < made.width) == ("Jul 2023", True)
    assert title.at[0] + len(title.text) * 7.5 < made.width / 2 - scene.RIGHT - scene.CAPTION + 8


def test_one_step_alone_is_drawn() -> None:
    at = seconds("2024-01-01")
    panel = Panel("tea", [], {"p10": [(at, 1.0)], "p50": [(at, 2.0)], "p90": [(at, 3.0)]})
    shapes = scene.scene([panel]).shapes
    (area,), median = (one for one in shapes if isinstance(one, Area)), shapes[-2]
    assert isinstance(median, Line)
    assert (len({x for x, _ in area.points}), len({x for x, _ in median.points})) == (2, 2)
    shown = terminal.text([panel], width=80)
    assert ("01 Jan" in shown, any("\u2800" < char < "\u2900" for char in shown)) == (True, True)
