"""A table of what is known of the items (colour, brand), in Forecast's own shape: the item first, everything text."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from awsml_cli.core.errors import InputError
from awsml_cli.formats.series.columns import ITEMS, taken_name

MOST: Final = 10  # columns; https://docs.aws.amazon.com/forecast/latest/dg/limits.html


def read(path: Path, *, name: str, item: str | None = None) -> tuple[bytes, list[dict[str, str]]]:
    """The table at PATH, called NAME, mended, and its schema. Raises InputError with the line of what is wrong."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        raise InputError(f"cannot read {name}: {getattr(problem, 'strerror', None) or problem}") from None
    head = text.partition("\n")[0]
    delimiter = max(",;\t|", key=head.count)
    rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if any(row)]
    if len(rows) < 2:
        raise InputError(f"{name} holds no items below its header")
    names = [cell.strip() for cell in rows[0]]
    at = _item(names, item, name)
    if len(names) > MOST:
        raise InputError(f"{name} has {len(names)} columns; Forecast takes {MOST}")
    others = [place for place in range(len(names)) if place != at]
    seen: dict[str, int] = {}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(names):
            raise InputError(f"{name}, row {number}: {len(row)} cells instead of {len(names)}")
        if row[at] in seen:
            raise InputError(f"{name}, row {number}: `{row[at]}` is in row {seen[row[at]]} already")
        seen[row[at]] = number
        writer.writerow([row[at], *(row[place] for place in others)])
    made: list[str] = []
    for place in others:
        made.append(taken_name(names[place], others=["item_id", *made]))
    words = [{"AttributeName": one, "AttributeType": "string"} for one in ("item_id", *made)]
    return out.getvalue().encode(), words


def _item(names: Sequence[str], item: str | None, name: str) -> int:
    lowered = [one.lower() for one in names]
    for one in (item.lower(),) if item else ITEMS:
        if one in lowered:
            return lowered.index(one)
    if item:
        raise InputError(f"{name} has no column `{item}`; it has {', '.join(names)}")
    return 0
