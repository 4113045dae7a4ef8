"""Sound of a wanted length in each of Polly's formats: real files, that players play."""

from __future__ import annotations

import functools
import io

CONTENT_TYPES = {
    "mp3": "audio/mpeg",
    "ogg_vorbis": "audio/ogg",
    "ogg_opus": "audio/ogg",
    "pcm": "audio/pcm",
    "mulaw": "audio/mulaw",
    "alaw": "audio/alaw",
    "json": "application/x-json-stream",
}
_ENCODERS = {
    "mp3": ("MP3", "MPEG_LAYER_III"),
    "ogg_vorbis": ("OGG", "VORBIS"),
    "ogg_opus": ("OGG", "OPUS"),
    "pcm": ("RAW", "PCM_16"),
    "mulaw": ("RAW", "ULAW"),
    "alaw": ("RAW", "ALAW"),
}


@functools.lru_cache(256)
def sound(form: str, rate: int, hundredths: int) -> bytes:
    """Encode a half second's tone and then silence, HUNDREDTHS of a second in all."""
    import numpy
    import soundfile

    count = rate * hundredths // 100
    samples = numpy.zeros(count, dtype="float32")
    voiced = min(count, rate // 2)
    samples[:voiced] = 0.2 * numpy.sin(2 * numpy.pi * 440 / rate * numpy.arange(voiced))
    kind, subtype = _ENCODERS[form]
    target = io.BytesIO()
    with soundfile.SoundFile(
        target, "w", rate, 1, format=kind, subtype=subtype, endian="LITTLE" if kind == "RAW" else None
    ) as file:
        for first in range(0, count, rate):  # libsndfile's Vorbis encoder dies of long blocks
            file.write(samples[first : first + rate])
    return target.getvalue()
