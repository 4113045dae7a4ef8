"""A check never breaks, whatever a table holds, and what is mended passes it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from awsml_cli.core.errors import AwsmlError
from awsml_cli.formats.series import mend, table
from awsml_cli.formats.series.check import Limits
from awsml_cli.formats.series.columns import Asked

DATES = st.one_of(
    st.dates().map(str),
    st.datetimes().map(lambda one: one.isoformat(" ", "minutes")),
    st.datetimes().map(lambda one: one.strftime("%d/%m/%Y %H:%M")),
    st.integers(0, 40).map(lambda one: f"2024-01-{one:02}"),
    st.text(max_size=12),
)
VALUES = st.one_of(
    st.floats().map(str), st.integers().map(str), st.sampled_from(["", "NaN", "1,5", "1.000,5", "x", "1_0"])
)
ITEMS = st.one_of(st.sampled_from("ab"), st.text(max_size=5))
ROWS = st.lists(st.tuples(ITEMS, DATES, VALUES), min_size=1, max_size=30)


def seen(path: Path, asked: Asked) -> tuple[table.Table, list[str], set[object], bytes]:
    """What the check says of the table at PATH: its errors, its doubled steps, and the table mended."""
    found = table.opened(path, name="x.csv", asked=asked)
    report, checker = found.checked(Limits(horizon=1), duplicates="sum")
    mended = b"".join(mend.mended(found, doubled=checker.doubled, duplicates="sum", single="x"))
    return found, [one.what for one in report.errors], set(checker.doubled), mended


@given(ROWS, st.sampled_from([",", ";", "\t"]))
@settings(deadline=None, max_examples=60)
def test_whatever_a_table_holds_it_is_told_and_what_is_mended_is_sound(
    rows: list[tuple[str, str, str]], mark: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        quoted = [[f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row] for row in rows]
        path.write_text("\n".join(["item,time,value", *(mark.join(row) for row in quoted)]).replace(
            "item,time,value", mark.join(("item", "time", "value"))), encoding="utf-8", errors="replace")  # fmt: skip
        try:
            _, errors, _, mended = seen(path, Asked("item", "time", "value", header=True))
        except AwsmlError:
            return
        if errors or not mended:
            return
        path.write_bytes(mended)
        try:
            _, errors, doubled, again = seen(path, Asked(header=False))
        except AwsmlError:
            return  # too little is left to tell how often it is measured
        assert (errors, doubled, sorted(again.splitlines())) == ([], set(), sorted(mended.splitlines()))
