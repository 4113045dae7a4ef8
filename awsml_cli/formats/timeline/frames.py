"""Single pictures out of a video, with PyAV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from awsml_cli.core.errors import ConfigError, InputError

NEAR: Final = 2.0  # seconds; so far ahead, going on is quicker than looking for a place to begin


def check() -> None:
    """Raises ConfigError where what draws frames is not installed."""
    if find_spec("av") is None or find_spec("PIL") is None:
        raise ConfigError(
            "frames of a video are drawn with PyAV and Pillow, which are not installed",
            hint="pip install 'awsml-cli[media,pages]'",
        )


def grab(path: Path, times: Sequence[int], *, name: str) -> Iterator[Any]:
    """The pictures (of Pillow) that the video in PATH shows at TIMES, milliseconds in rising order; upright.

    A time behind the end gives the last picture. Raises InputError for what cannot be decoded.
    """
    check()
    import av

    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                raise InputError(f"{name} has no pictures")
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            yield from _pictures(container, stream, times)
    except av.FFmpegError as problem:
        raise InputError(f"the frames of {name} cannot be read: {problem}") from None


def _pictures(container: Any, stream: Any, times: Sequence[int]) -> Iterator[Any]:
    offset = float((stream.start_time or 0) * stream.time_base)
    frames: Iterator[Any] = iter(())
    shown: Any = None
    for milliseconds in times:
        wanted = offset + milliseconds / 1000
        if shown is None or wanted > (shown.time or 0.0) + NEAR:
            container.seek(int(wanted / stream.time_base), stream=stream)
            frames = container.decode(stream)
        while shown is None or (shown.time or 0.0) < wanted - 1e-3:
            following = next(frames, None)
            if following is None:
                break
            shown = following
        if shown is None:
            return
        picture = shown.to_image()
        yield picture.rotate(shown.rotation, expand=True) if shown.rotation else picture
