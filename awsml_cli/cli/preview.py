"""A picture in the terminal, for a person's eyes alone: on stderr, since stdout is for data."""

from __future__ import annotations

import importlib.util
import logging
import os
import sys
from typing import TYPE_CHECKING, Final

from awsml_cli.cli import streams
from awsml_cli.core.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_ACROSS: Final = 120  # cells of a picture that is drawn with half cells


def check() -> None:
    """Raises UsageError where nobody watches, ConfigError where the library is missing."""
    if not streams.is_terminal(sys.stderr) or os.environ.get("TERM") == "dumb":
        raise UsageError("--preview needs a terminal", hint="--annotate marked.png writes a file")
    if importlib.util.find_spec("textual_image") is None:
        raise ConfigError("--preview needs textual-image", hint="pip install 'awsml-cli[preview]'")


def show(picture: Image) -> None:
    """Draw PICTURE as well as the terminal can: as pixels where it knows how, else as half cells in colour.

    What the terminal can do is asked only where all streams are that terminal: its answer comes by stdin, which is
    somebody else's where it is a pipe.
    """
    from rich.console import Console

    console = Console(file=sys.stderr, force_terminal=True)
    height = max(console.height - 4, 8)
    if streams.is_terminal(sys.stdout) and streams.is_terminal(sys.stdin):
        logging.getLogger("textual_image").setLevel(logging.CRITICAL)  # it tells of every terminal that does not answer
        from textual_image.renderable import Image as drawn

        console.print(drawn(picture, width="auto", height=height))
    else:
        sys.stderr.write(half_cells(picture, min(console.width, MOST_ACROSS), height))
        sys.stderr.flush()


def half_cells(picture: Image, width: int, height: int) -> str:
    """PICTURE within WIDTH cells and HEIGHT lines, two pixels a cell, each with its colours."""
    small = picture.convert("RGB")
    factor = min(width / small.width, height * 2 / small.height)
    small = small.resize((max(round(small.width * factor), 1), max(round(small.height * factor / 2), 1) * 2))
    across, down = small.size
    dots: list[tuple[int, int, int]] = [small.getpixel((x, y)) for y in range(down) for x in range(across)]  # type: ignore[misc]
    lines = []
    for y in range(0, down, 2):
        cells = (
            "\x1b[38;2;{};{};{};48;2;{};{};{}m▀".format(*dots[y * across + x], *dots[(y + 1) * across + x])
            for x in range(across)
        )
        lines.append("".join(cells) + "\x1b[0m\n")
    return "".join(lines)
