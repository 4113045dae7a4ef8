"""A recording as Lex takes it: 16-bit samples of one channel, at 8,000 or 16,000 Hz.

A WAV file of such samples only loses its header; everything else is decoded. Bytes without a header are what the user
says they are, by a content type of AWS's.
"""

from __future__ import annotations

import io
import wave
from dataclasses import dataclass
from typing import Final

from awsml_cli.core.errors import InputError, UsageError
from awsml_cli.formats import media
from awsml_cli.formats.audio import decoding

RATES: Final = (8_000, 16_000)  # Hz
# https://docs.aws.amazon.com/lexv2/latest/APIReference/API_runtime_RecognizeUtterance.html
CONTENT_TYPES: Final = ("audio/l16", "audio/x-l16", "audio/lpcm", "audio/x-cbr-opus-with-preamble")


@dataclass(frozen=True)
class Sound:
    """DATA to send, the CONTENT_TYPE that it is, and how many SECONDS it plays (None: not known)."""

    data: bytes
    content_type: str
    seconds: float | None = None


def prepared(data: bytes, *, name: str, content_type: str | None = None) -> Sound:
    """The recording DATA, which messages call NAME; of a CONTENT_TYPE it is sent as it is.

    Raises InputError for what is no recording, ConfigError where nothing here can decode it.
    """
    if not data:
        raise InputError(f"{name} is empty")
    if content_type is not None:
        if content_type.partition(";")[0].strip() not in CONTENT_TYPES:
            raise UsageError(f"Lex hears nothing of type `{content_type}`", hint=f"one of: {', '.join(CONTENT_TYPES)}")
        return Sound(data, content_type)
    kind = media.sniff(data[:4096])
    if kind is None:
        looks = media.describe(data[:4096])
        if looks != "unknown bytes":
            raise InputError(f"{name} is not audio: it looks like {looks}")
        raise UsageError(
            f"{name} has no header that says what it is",
            hint="--content-type 'audio/l16; rate=16000; channels=1'",
        )
    return (_of_wav(data) if kind == "wav" else None) or _decoded(data, kind, name)


def _of_wav(data: bytes) -> Sound | None:
    """The samples of a WAV file that Lex takes as they are, else None."""
    try:
        with wave.open(io.BytesIO(data)) as file:
            if (file.getnchannels(), file.getsampwidth()) != (1, 2) or file.getframerate() not in RATES:
                return None
            rate, samples = file.getframerate(), file.readframes(file.getnframes())
    except (wave.Error, EOFError):
        return None
    return _sound(samples, rate)


def _decoded(data: bytes, kind: str, name: str) -> Sound:
    decoding.check(f"{name} ({kind})")
    decoded = decoding.Decoded(io.BytesIO(data), kind, name=name, two=False)
    samples = b"".join(decoded)
    return _sound(samples, decoded.rate)


def _sound(samples: bytes, rate: int) -> Sound:
    if not samples:
        raise InputError("there is no sound in the recording")
    return Sound(samples, f"audio/l16; rate={rate}; channels=1", len(samples) / 2 / rate)
