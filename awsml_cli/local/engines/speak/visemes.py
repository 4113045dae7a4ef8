"""Sounds to mouth shapes: the IPA of espeak-ng's phonemes to Polly's viseme codes.

Polly's tables: https://docs.aws.amazon.com/polly/latest/dg/ph-table-english-us.html and its siblings.
"""

from __future__ import annotations

SILENCE = "sil"

_SHAPES = {
    "p": "pbmɓ",
    "t": "tdnlɲɾɖʈɳɭʎɫɬ",
    "S": "ʃʒɕʑʂʐç",
    "T": "θðɹɻ",
    "f": "fvɱʋ",
    "k": "kɡgŋhxɣχʁqɦħʕʔɟcɥ",
    "i": "ijɪyʏɨᵻ",
    "r": "rʀ",
    "s": "sz",
    "u": "uwʊʉɯ",
    "@": "əɚɐɘ",
    "a": "aɑæɒä",
    "e": "eø",
    "E": "ɛʌœɜɝ",
    "o": "oɤ",
    "O": "ɔ",
}
_SHAPE_OF = {sound: shape for shape, sounds in _SHAPES.items() for sound in sounds} | {"ɹ": "r", "ɻ": "r"}
_AFFRICATES = {"tʃ": "S", "dʒ": "S", "tɕ": "S", "dʑ": "S", "tʂ": "S", "ts": "s", "dz": "s"}


def viseme(phoneme: str) -> str | None:
    """The viseme of an espeak-ng PHONEME in IPA (`ˈɑː` → a); sil for a pause; None for what has no sound."""
    if not phoneme:
        return SILENCE
    if phoneme.startswith("("):  # `(en)`: the language changes
        return None
    sounds = "".join(letter for letter in phoneme if letter not in "ˈˌːˑ̩̯̃̊ʲʰ̪")
    if sounds[:2] in _AFFRICATES:
        return _AFFRICATES[sounds[:2]]
    return next((_SHAPE_OF[letter] for letter in sounds if letter in _SHAPE_OF), None)
