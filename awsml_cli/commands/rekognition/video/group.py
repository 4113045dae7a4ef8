"""The group `awsml rekognition video`, its formats, and the options that an analysis and its job share."""

from __future__ import annotations

from operator import methodcaller
from typing import Annotated, Final

import typer

from awsml_cli.commands.rekognition.group import app
from awsml_cli.formats.timeline import RENDERERS

video_app = app.group("video", "What is seen in a video, and when: jobs over stored videos.")
jobs_app = video_app.group("jobs", "Jobs over videos: list, look at, wait for, fetch, remove.")

FORMATS: Final = {name: methodcaller("rendered", name) for name in RENDERERS}

SortOption = Annotated[str, typer.Option("--sort", help="The order of the answer: time or name.")]
AggregateOption = Annotated[
    str, typer.Option("--aggregate", help="Moments as AWS sees them (timestamps), or its spans (segments).")
]
WordsOption = Annotated[bool, typer.Option("--words", help="Word by word instead of lines.")]
