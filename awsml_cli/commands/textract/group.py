"""The group `awsml textract`, and the formats that its commands have."""

from __future__ import annotations

from collections.abc import Callable
from operator import methodcaller
from typing import Any

from awsml_cli.cli.app import CommandGroup
from awsml_cli.formats.blocks import RENDERERS

app = CommandGroup("Documents to text, tables and fields with Amazon Textract.", default="text")
jobs_app = app.group("jobs", "Textract's jobs: list, look at, wait for, fetch, remove.")


def formats(*, besides: tuple[str, ...]) -> dict[str, Callable[[Any], str | bytes]]:
    """The formats of a document's own, BESIDES those that all commands have; json is the record, as everywhere."""
    own = [name for name in RENDERERS if name not in ("text", "json", "csv", "tsv")]
    return {name: methodcaller("rendered", name) for name in (*own, *besides)}


TEXT = formats(besides=("tsv",))
TABLES = formats(besides=("csv", "tsv", "table"))
ALL = formats(besides=("csv", "tsv"))
PLAIN = formats(besides=())
SAFE = {name: methodcaller("rendered", name) for name in ("md", "html", "hocr", "alto", "xlsx", "pdf", "png")}
