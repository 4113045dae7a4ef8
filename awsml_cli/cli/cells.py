"""Values as text: a cell, a line of CSV, a table for a person, JSON and YAML."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable
from typing import Any

from awsml_cli.cli import streams

_LINE_END = re.compile("\r\n|[\t\n-\r\x1c-\x1e\x85\u2028\u2029]")


def flat(value: object) -> str:
    """VALUE in a cell of text: one line, no TAB; a fraction with at most four decimals."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{round(value, 4):.10g}"
    if isinstance(value, list | tuple) and all(isinstance(part, str | int | float) for part in value):
        return ",".join(flat(part) for part in value)
    if isinstance(value, list | tuple | dict):
        return json.dumps(value, ensure_ascii=False)
    return _LINE_END.sub(" ", str(value))


def csv_line(cells: Iterable[object]) -> str:
    """One line of CSV, ended by a line feed."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()


def draw_table(heads: list[str], rows: list[list[str]], *, coloured: bool) -> str:
    """A table for a person, as wide as the terminal; nothing is cut, cells wrap."""
    import shutil

    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    text = io.StringIO()
    width = shutil.get_terminal_size((100, 24)).columns
    console = Console(
        file=text, width=width, force_terminal=coloured, no_color=not coloured, highlight=False, markup=False
    )
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for head in heads:
        table.add_column(Text(head), overflow="fold")
    for row in rows:
        table.add_row(*(Text(streams.without_controls(cell)) for cell in row))
    console.print(table)
    return text.getvalue()


def json_text(value: Any) -> str:
    """VALUE as JSON for reading, without a line end."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)


def yaml_text(value: Any) -> str:
    """VALUE as YAML, ended by a line feed."""
    import yaml

    return str(yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=1_000_000))
