"""Curves in characters: what is where, and what there is no room for."""

from __future__ import annotations

import math

from awsml_cli.formats.curves import HEIGHT, drawn


def test_a_curve_that_falls_goes_from_the_top_on_the_left_to_the_bottom_on_the_right() -> None:
    lines = drawn({"loss": [4.0, 3.0, 2.0, 1.0]}, columns=16, rows=20)
    assert lines == [
        "loss 1  (1 to 4)",
        "⠉⠒⠤⣀",
        "    ⠉⠒⠤⣀",
        "        ⠉⠒⠤⣀",
        "            ⠉⠒⠤⣀",
    ]


def test_two_are_side_by_side_where_there_is_room_and_else_below_each_other() -> None:
    curves = {"loss": [2.0, 1.0], "accuracy": [0.1, 0.9]}
    assert [line.split()[0] for line in drawn(curves, columns=90, rows=20) if "(" in line] == ["loss"]
    assert [line.split()[0] for line in drawn(curves, columns=40, rows=20) if "(" in line] == ["loss", "accuracy"]
    assert len(drawn(curves, columns=40, rows=6)) == 1 + HEIGHT
    assert drawn(curves, columns=6, rows=20) == drawn(curves, columns=90, rows=4) == []


def test_no_line_is_longer_than_the_terminal_is_wide() -> None:
    curves = {"a" * 60: [1e-12, 1e12], "b": [0.0] * 5}
    for columns in range(8, 120, 7):
        assert max(map(len, drawn(curves, columns=columns, rows=40))) <= columns


def test_what_is_no_number_and_what_never_changes_is_drawn_too() -> None:
    assert drawn({"loss": [math.nan, math.inf]}, columns=40, rows=20) == []
    (title, *lines) = drawn({"loss": [math.nan, 2.0, 2.0]}, columns=10, rows=20)
    assert (title, [line for line in lines if line]) == ("loss 2", ["⠉" * 10])
    assert drawn({}, columns=40, rows=20) == []
