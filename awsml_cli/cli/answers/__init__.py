"""Answers about documents into text, in every format, each as soon as it is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from awsml_cli.cli import render, streams
from awsml_cli.cli.answers.model import Documents, Gathered, Writer
from awsml_cli.cli.answers.plain import Extended, Prose, Text
from awsml_cli.cli.answers.shown import Grid, Page
from awsml_cli.cli.answers.structured import Cells, Json, JsonLine, Query, Raw, Yaml
from awsml_cli.core.tables import Csv, JsonLines

__all__ = ["Documents", "Gathered", "Writer", "writer"]

WRITERS: Final[Mapping[str, type[Writer]]] = {
    "text": Text,
    "table": Grid,
    "json": Json,
    "jsonl": JsonLine,
    "csv": Cells,
    "tsv": Cells,
    "yaml": Yaml,
    "raw": Raw,
    "html": Page,
}


def writer(value: Documents, view: render.View, out: streams.Output) -> Writer:
    """The writer for the format asked for: a table of the user's comes back as one, and text as itself."""
    if view.query is not None:
        return Query(value, view, out)
    format = view.format
    own = {Csv: ("auto", "text", "csv"), JsonLines: ("auto", "text", "jsonl")}
    if isinstance(value.table, Csv | JsonLines) and format in own[type(value.table)]:
        return Extended(value, view, out)
    if value.prose and format in ("auto", "text"):
        return Prose(value, view, out)
    if format == "auto":
        slow = value.table is not None and any(source.slow for source in value.sources)
        format = "table" if out.terminal and not slow else "text"
    return WRITERS[format](value, view, out)
