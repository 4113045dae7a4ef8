"""Speech heard while it goes on: Moonshine, which cuts at pauses and reads each stretch again as it grows."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from awsml_cli.core.errors import ConfigError
from awsml_cli.local.engines import audio, hear, weights
from awsml_cli.local.engines.hear import Word, align
from awsml_cli.local.engines.hear.moonshine import DECLARATION

OFTEN: Final = 1.0  # seconds of sound after which what is being said is read again
KEPT: Final = 90.0  # seconds of sound that are kept, so that words of a stretch that has ended get their times
_OPTIONS: Final = {"return_audio_data": "false", "vad_max_segment_duration": "20"}

_models: dict[Path, Any] = {}
_loading = threading.Lock()
_working = threading.Lock()


@dataclass(frozen=True)
class Stretch:
    """What is said between two pauses, as far as it was heard; seconds from the first sample. `final`: it is over."""

    start: float
    end: float
    words: tuple[Word, ...]
    final: bool


class Listening:
    """One speaker's stream of sound, at RATE samples a second. HOME is where checks of weights are remembered."""

    declaration = DECLARATION

    def __init__(self, home: Path, *, rate: int) -> None:
        """Raises ConfigError where the engine is not installed."""
        if not DECLARATION.installed():
            raise ConfigError("no engine on this machine hears while somebody speaks", hint=DECLARATION.install)
        self._rate = rate
        self._stream = _model(home).create_stream(update_interval=OFTEN)
        self._aligner = align.aligner(home)
        self._lines: list[tuple[Any, bool]] = []
        self._sound: list[Any] = []
        self._first = 0.0  # where in time the sound that is kept begins
        self._stream.add_listener(self._heard)
        self._stream.start()

    def hear(self, samples: Any) -> Iterator[Stretch]:
        """What SAMPLES (float32, mono) add: stretches that have grown, and those that are over."""
        self._keep(samples)
        with _working:
            self._stream.add_audio(samples, self._rate)
        return self._told()

    def end(self) -> Iterator[Stretch]:
        """What is left when nothing more comes."""
        with _working:
            self._stream.stop()
        return self._told()

    def close(self) -> None:
        """Forget it."""
        with _working:
            self._stream.close()

    def _heard(self, event: Any) -> None:
        name = type(event).__name__
        if name in ("LineTextChanged", "LineCompleted"):
            self._lines.append((event.line, name == "LineCompleted"))

    def _told(self) -> Iterator[Stretch]:
        lines, self._lines = self._lines, []
        over = {line.line_id for line, final in lines if final}
        for line, final in lines:
            if line.text.strip() and (final or line.line_id not in over):
                yield self._stretch(line, final=final)

    def _stretch(self, line: Any, *, final: bool) -> Stretch:
        start, end = float(line.start_time), float(line.start_time + line.duration)
        said = line.text.split()
        words = (
            align.timed(said, self._between(start, end), self._aligner) if final else align.spread(said, end - start)
        )
        moved = (replace(word, start=start + word.start, end=start + word.end) for word in words)
        return Stretch(start, end, tuple(moved), final)

    def _keep(self, samples: Any) -> None:
        self._sound.append(samples)
        most = KEPT * self._rate
        while sum(map(len, self._sound)) - len(self._sound[0]) > most:
            self._first += len(self._sound.pop(0)) / self._rate

    def _between(self, start: float, end: float) -> Any:
        """The sound from START to END, as the aligner takes it."""
        import numpy as np

        whole = np.concatenate(self._sound)
        first, last = (max(0, round((at - self._first) * self._rate)) for at in (start, end))
        return audio.resample(whole[first:last], self._rate, hear.RATE)


def _model(home: Path) -> Any:
    """The network, loaded once a process for all streams."""
    with _loading:
        if home not in _models:
            folder = weights.verify(DECLARATION, home=home)
            from moonshine_voice import ModelArch
            from moonshine_voice.transcriber import Transcriber

            _models[home] = Transcriber(folder / "assets" / "tiny-en", ModelArch.TINY, options=dict(_OPTIONS))
        return _models[home]
