"""PocketSphinx: small, runs everywhere, hears US English poorly; it gives other engines the times of words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from awsml_cli.local.engines import weights
from awsml_cli.local.engines.declaration import Declaration

if TYPE_CHECKING:
    from awsml_cli.local.engines.hear import Word

DECLARATION = Declaration(
    name="pocketsphinx-en-us",
    job="hear",
    package="pocketsphinx",
    pin="5.1.1 (5.0.4 on Python 3.12)",
    module="pocketsphinx",
    licence="BSD-2-Clause",
    languages=("en",),
    quality="weak",
    measured="WER 26 % on samples/talk.mp3, 35 % on 44 s of Dickens read aloud; 5 times faster than speech",
    install="pip install 'awsml-cli[speech-basic]'",
    needs=("numpy",),
    weights={
        "model/en-us/en-us.lm.bin": "db21d0642286677699e6dbc859d2e5395570222361999387ce60f6e1d01995d6",
        "model/en-us/cmudict-en-us.dict": "20b5c293e1f311fb375fe067e500ec5636f4fc7af5594967263696def9b23bfe",
        "model/en-us/en-us/mdef": "2360f9a86889c1cfee8bd618a0269387911e5fb2920a594f506b18b8c79683b0",
        "model/en-us/en-us/means": "832019e32cac12eb318964f96f469034acb12d0348eeddc3831831a100cb4dd4",
        "model/en-us/en-us/sendump": "8c9564c0d5bef69ca9d9bf1014abe162f071644cf02cf1fa8a483c3dc165a7a8",
        "model/en-us/en-us/transition_matrices": "c1f7f28ea43177be734be1f88bd7f1b9a853d0e660f8599c67c6eaeca8bb539a",
        "model/en-us/en-us/variances": "b00d696f85e96834fc10f8e5f06428d8c4db6bffdbe5845b6f69bf6efbc48fa5",
    },
)

_MARKS = re.compile(r"\(\d+\)$")


class PocketSphinx:
    """The engine, loaded; confidences are the decoder's posteriors. It knows neither capitals nor punctuation."""

    declaration = DECLARATION
    longest = 15.0  # seconds; of shorter ones (10) more words are heard wrongly

    def __init__(self, home: Path) -> None:
        self._decoder = decoder(home, language_model=True)

    def words(self, samples: Any, *, language: str) -> list[Word]:
        """The words of SAMPLES with times and confidences, in lower case."""
        from awsml_cli.local.engines.hear import Word

        self._decoder.start_utt()
        self._decoder.process_raw(pcm(samples), full_utt=True)
        self._decoder.end_utt()
        return [
            Word(
                _MARKS.sub("", segment.word),
                segment.start_frame / 100,
                (segment.end_frame + 1) / 100,
                round(min(1.0, float(segment.prob)), 3),
            )
            for segment in self._decoder.seg() or ()
            if not segment.word.startswith(("<", "["))
        ]


def decoder(home: Path, *, language_model: bool) -> Any:
    """A decoder; without LANGUAGE_MODEL it can only align a text that is given. HOME remembers checked weights."""
    weights.verify(DECLARATION, home=home)
    from pocketsphinx import Decoder

    options: dict[str, Any] = {} if language_model else {"lm": None}
    return Decoder(loglevel="FATAL", **options)


def pcm(samples: Any) -> bytes:
    """Float samples (-1 … 1) as 16-bit PCM."""
    import numpy as np

    return bytes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
