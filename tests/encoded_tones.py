"""Real audio for tests: tones, encoded by one library and decoded by two that know nothing of ours."""

from __future__ import annotations

import io
from collections.abc import Callable

import av
import numpy as np
import soundfile

Samples = np.ndarray


def tone(hertz: float, seconds: float, *, rate: int) -> Samples:
    """Give a sine of HERTZ, mono, -1 to 1."""
    return (0.4 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def encode(format: str, samples: Samples, *, rate: int, quality: float | None = None) -> bytes:
    """Encode SAMPLES with libsndfile into one of the formats that Polly has."""
    file = io.BytesIO()
    container, subtype = {
        "mp3": ("MP3", "MPEG_LAYER_III"),
        "ogg_vorbis": ("OGG", "VORBIS"),
        "ogg_opus": ("OGG", "OPUS"),
        "pcm": ("RAW", "PCM_16"),
        "mulaw": ("RAW", "ULAW"),
        "alaw": ("RAW", "ALAW"),
    }[format]
    options = {"compression_level": quality} if quality is not None else {}
    if format == "mp3":
        # libsndfile minds the mode only with a level; a stream of varying bitrate needs a header to tell its length
        options = {"compression_level": 0.6, "bitrate_mode": "CONSTANT"}
    soundfile.write(file, samples, rate, format=container, subtype=subtype, **options)
    return file.getvalue()


def encode_elsewhere(samples: Samples, *, rate: int) -> bytes:
    """Encode SAMPLES as MP3 with FFmpeg's libraries, which put an ID3v2 tag and an Info frame ahead."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp3") as container:
        stream = container.add_stream("libmp3lame", rate=rate, layout="mono")
        frame = av.AudioFrame.from_ndarray((samples * 32767).astype(np.int16)[None, :], format="s16", layout="mono")
        frame.rate = rate
        for part in (frame, None):
            container.mux(stream.encode(part))
    return file.getvalue()


def heard_by_soundfile(data: bytes) -> tuple[Samples, int]:
    """Decode DATA with libsndfile: samples and rate."""
    samples, rate = soundfile.read(io.BytesIO(data), dtype="float32")
    return samples, rate


def heard_by_av(data: bytes) -> tuple[Samples, int]:
    """Decode DATA with FFmpeg's libraries: samples and rate."""
    with av.open(io.BytesIO(data)) as container:
        rate = container.streams.audio[0].rate
        parts = [_floats(frame) for frame in container.decode(audio=0)]
    return np.concatenate(parts), rate


def length_said_by_av(data: bytes) -> float:
    """Give the seconds that FFmpeg's libraries read from the container, without decoding."""
    with av.open(io.BytesIO(data)) as container:
        return container.duration / 1_000_000


DECODERS: dict[str, Callable[[bytes], tuple[Samples, int]]] = {
    "soundfile": heard_by_soundfile,
    "av": heard_by_av,
}


def pitch(samples: Samples, *, rate: int) -> float:
    """Give the strongest frequency in SAMPLES, in hertz."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum)) * rate / len(samples)


def _floats(frame: av.AudioFrame) -> Samples:
    samples = frame.to_ndarray().reshape(-1)
    return samples.astype(np.float32) / (32768 if samples.dtype == np.int16 else 1)
