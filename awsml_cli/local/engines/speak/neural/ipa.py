"""espeak-ng's sounds as Kokoro learnt them: diphthongs and affricates are one letter each, and some stand for others.

The table is that of its makers' own reader: https://github.com/hexgrad/misaki (misaki/espeak.py).
"""

from __future__ import annotations

from typing import Final

_STRESS: Final = "ˈˌ"
_ANY: Final = {"aɪ": "I", "aʊ": "W", "eɪ": "A", "oʊ": "O", "əʊ": "Q", "ɔɪ": "Y", "tʃ": "ʧ", "dʒ": "ʤ", "ts": "ʦ",
               "dz": "ʣ", "tɕ": "ʨ", "dʑ": "ʥ", "g": "ɡ"}  # fmt: skip
_ENGLISH: Final = {**_ANY, "e": "A", "r": "ɹ", "x": "k", "ç": "k", "ɐ": "ə", "əl": "ᵊl", "ɚ": "əɹ", "ɬ": "l", "ʔ": "t"}
_BRITISH: Final = {**_ENGLISH, "eə": "ɛː", "iə": "ɪə"}
_AMERICAN: Final = {**_ENGLISH, "ɜː": "ɜɹ", "ɜ": "ɜɹ", "ɪə": "iə", "ɾ": "T", "aɪɚ": "Iəɹ", "aɪə": "Iə"}


def american(sound: str) -> str:
    """A sound of espeak-ng's American voice."""
    return _read(sound, _AMERICAN).replace("ː", "")


def british(sound: str) -> str:
    """A sound of its British voices."""
    return _read(sound, _BRITISH)


def other(sound: str) -> str:
    """A sound of its voices of other languages."""
    return _read(sound, _ANY)


def _read(sound: str, table: dict[str, str]) -> str:
    bare = sound.lstrip(_STRESS)
    return sound[: len(sound) - len(bare)] + (table.get(bare) or table.get(bare.rstrip("ː")) or bare)
