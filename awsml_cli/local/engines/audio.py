"""Sound in and out: any recording as blocks of 16 kHz samples, and speech as the formats that Polly gives.

libsndfile (soundfile) reads wav, flac, ogg and mp3, FFmpeg (av) the rest; plain PCM WAV needs neither.
What a file is, its first bytes say and never its name: FFmpeg is told the container, so that no file can make it
open another one (playlists do).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from importlib import util
from pathlib import Path
from typing import Any

from awsml_cli.core.errors import ConfigError

RATE = 16_000
SECONDS = 4  # of sound in one block

_CONTAINERS = {"mp3": ("MP3", "MPEG_LAYER_III"), "ogg_vorbis": ("OGG", "VORBIS"), "ogg_opus": ("OGG", "OPUS")}
_OF_SOUNDFILE = ("wav", "mp3", "flac", "ogg")
_INSTALL_BASIC = "pip install 'awsml-cli[speech-basic]'"
_INSTALL_MEDIA = "pip install 'awsml-cli[media]'"


class NotAudio(Exception):
    """The bytes are no sound that anything here can read."""


def kind(path: Path) -> str | None:
    """Which of Transcribe's formats the file at PATH holds (`mp3`, `wav`, …), or None for anything else."""
    with path.open("rb") as file:
        head = file.read(4096)
    return _kind(head)


def blocks(path: Path, *, channel: int | None = None) -> Iterator[Any]:
    """The sound at PATH as float32 blocks, 16 kHz, channels mixed to one, or CHANNEL alone. Memory stays constant.

    Raises NotAudio if it cannot be read, ConfigError if what would read it is not installed.
    """
    found = kind(path)
    if found is None:
        raise NotAudio("no known container")
    check_reader(found)
    # libsndfile's MP3 decoder writes complaints about whole files to stderr, so FFmpeg goes first there
    if found in _OF_SOUNDFILE and _has("soundfile") and not (found == "mp3" and _has("av")):
        yield from _resampled(*_by_soundfile(path, channel))
    elif _has("av"):
        yield from _gathered(_by_av(path, found, channel))
    else:
        yield from _resampled(*_by_wave(path, channel))


def channels(path: Path) -> int:
    """How many channels the sound at PATH has. Raises as `blocks` does."""
    found = kind(path)
    if found is None:
        raise NotAudio("no known container")
    check_reader(found)
    if _has("av"):
        import av

        try:
            with path.open("rb") as file, av.open(file, "r", format=_container(found)) as container:
                if not container.streams.audio:
                    raise NotAudio("there is no sound in it")
                return int(container.streams.audio[0].channels)
        except (av.FFmpegError, ValueError) as problem:
            raise NotAudio(str(problem)) from None
    if _has("soundfile"):
        import soundfile

        try:
            return int(soundfile.info(str(path)).channels)
        except soundfile.SoundFileError as problem:
            raise NotAudio(str(problem)) from None
    import wave

    try:
        with wave.open(str(path), "rb") as plain:
            return plain.getnchannels()
    except (wave.Error, EOFError, struct.error) as problem:
        raise NotAudio(str(problem)) from None


def check_reader(found: str) -> None:
    """Raise ConfigError if nothing installed reads recordings of the kind FOUND."""
    if found != "wav" and not _has("av") and not (found in _OF_SOUNDFILE and _has("soundfile")):
        hint = _INSTALL_BASIC if found in _OF_SOUNDFILE else _INSTALL_MEDIA
        raise ConfigError(f"no engine on this machine can read {found} recordings", hint=hint)


def duration(path: Path) -> float | None:
    """Seconds of sound where the container says so cheaply, else None."""
    if _has("soundfile") and kind(path) in ("wav", "flac", "ogg", "mp3"):
        import soundfile

        try:
            return float(soundfile.info(str(path)).duration)
        except soundfile.SoundFileError:
            return None
    return None


def resample(samples: Any, source: int, target: int) -> Any:
    """SAMPLES (float32, all of them) from SOURCE to TARGET samples a second."""
    import numpy as np

    size = source * SECONDS  # in blocks, since each sample takes some forty others into account
    parts = list(_resampled(source, (samples[at : at + size] for at in range(0, len(samples), size)), target))
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.float32)


def encode(samples: Any, rate: int, form: str) -> bytes:
    """SAMPLES (float32, mono) as FORM: mp3, ogg_vorbis, ogg_opus, pcm (16 bit, little endian), mulaw or alaw."""
    import numpy as np

    if form == "pcm":
        return bytes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    if form in ("mulaw", "alaw"):
        return _companded(samples, form)
    import io

    import soundfile

    container, subtype = {
        "mp3": ("MP3", "MPEG_LAYER_III"),
        "ogg_vorbis": ("OGG", "VORBIS"),
        "ogg_opus": ("OGG", "OPUS"),
    }[form]
    # of one bitrate, as Polly's is: who reads it from a pipe reckons its length from that (0.8: 40 kbit/s at 24 kHz)
    bitrate = {"bitrate_mode": "CONSTANT", "compression_level": 0.8} if form == "mp3" else {}
    out = io.BytesIO()
    with soundfile.SoundFile(out, "w", rate, 1, format=container, subtype=subtype, **bitrate) as file:
        for at in range(0, len(samples), rate):  # the Vorbis encoder overflows its stack on minutes at once
            file.write(samples[at : at + rate])
    return out.getvalue()


def _kind(head: bytes) -> str | None:
    if head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE":
        return "wav"
    for magic, name in ((b"fLaC", "flac"), (b"OggS", "ogg"), (b"#!AMR", "amr"), (b"\x1a\x45\xdf\xa3", "webm")):
        if head.startswith(magic):
            return name
    if head[4:8] == b"ftyp":
        return "m4a" if head[8:11] in (b"M4A", b"M4B") else "mp4"
    if head.startswith(b"ID3") or _is_frame(head):
        return "mp3"
    return None


def _is_frame(head: bytes) -> bool:
    """Whether an MPEG layer III frame starts here."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer, rate, bits = head[1] >> 3 & 3, head[1] >> 1 & 3, head[2] >> 2 & 3, head[2] >> 4
    return version != 1 and layer == 1 and rate != 3 and bits not in (0, 15)


def _has(module: str) -> bool:
    return util.find_spec(module) is not None


def _one(frames: Any, channel: int | None) -> Any:
    """FRAMES (n, channels) mixed, or one channel of them."""
    return frames.mean(axis=1) if channel is None else frames[:, channel].copy()


def _by_soundfile(path: Path, channel: int | None) -> tuple[int, Iterator[Any]]:
    import soundfile

    try:
        file = soundfile.SoundFile(str(path))
    except soundfile.SoundFileError as problem:
        raise NotAudio(str(problem)) from None

    def read() -> Iterator[Any]:
        with file:
            try:
                for block in file.blocks(blocksize=file.samplerate * SECONDS, dtype="float32", always_2d=True):
                    yield _one(block, channel)
            except soundfile.SoundFileError as problem:
                raise NotAudio(str(problem)) from None

    return file.samplerate, read()


def _by_wave(path: Path, channel: int | None) -> tuple[int, Iterator[Any]]:
    import wave

    import numpy as np

    try:
        file = wave.open(str(path), "rb")  # noqa: SIM115 - read() closes it
    except (wave.Error, EOFError, struct.error) as problem:
        raise NotAudio(str(problem)) from None
    if file.getsampwidth() != 2:
        file.close()
        raise ConfigError("reading WAV of other than 16 bits needs libsndfile", hint=_INSTALL_BASIC)

    def read() -> Iterator[Any]:
        with file:
            while data := file.readframes(file.getframerate() * SECONDS):
                frames = np.frombuffer(data, "<i2").reshape(-1, file.getnchannels())
                yield _one(frames, channel).astype(np.float32) / 32768

    return file.getframerate(), read()


def _container(found: str) -> str:
    """What FFmpeg calls the container of a recording of the kind FOUND."""
    return {"m4a": "mov", "mp4": "mov", "webm": "matroska"}.get(found, found)


def _by_av(path: Path, found: str, channel: int | None) -> Iterator[Any]:
    import av

    try:
        with path.open("rb") as file, av.open(file, "r", format=_container(found)) as container:
            if not container.streams.audio:
                raise NotAudio("there is no sound in it")
            layout = "mono" if channel is None else None
            mixer = av.AudioResampler(format="fltp", layout=layout, rate=RATE)
            for frame in container.decode(container.streams.audio[0]):
                for part in mixer.resample(frame):
                    yield part.to_ndarray()[channel or 0]
            for part in mixer.resample(None):
                yield part.to_ndarray()[channel or 0]
    except (av.FFmpegError, ValueError) as problem:
        raise NotAudio(str(problem)) from None


def _gathered(parts: Iterator[Any]) -> Iterator[Any]:
    """PARTS, which may be tiny, in blocks of some seconds."""
    import numpy as np

    held: list[Any] = []
    length = 0
    for part in parts:
        held.append(part)
        length += len(part)
        if length >= RATE * SECONDS:
            yield np.concatenate(held)
            held, length = [], 0
    if held:
        yield np.concatenate(held)


def _resampled(source: int, parts: Iterator[Any], target: int = RATE) -> Iterator[Any]:
    """PARTS from SOURCE to TARGET samples a second, as one stream: a windowed sinc, cut off below the lower rate."""
    from math import ceil, gcd

    import numpy as np

    if source == target:
        yield from parts
        return
    common = gcd(source, target)
    up, down = target // common, source // common
    half = ceil(16 * max(1.0, down / up))  # taps on each side
    bank = _bank(up, down, half)
    held = np.zeros(half, dtype=np.float32)
    done = 0  # samples given out
    taken = -half  # index in the source of held[0]
    ended = False
    while not ended:
        part = next(parts, None)
        ended = part is None
        held = np.concatenate([held, np.zeros(half, dtype=np.float32) if ended else part])
        ready = (taken + len(held) - half) * up // down + (0 if ended else -1)
        if ready > done:
            places = np.arange(done, ready, dtype=np.int64) * down
            first = places // up - taken - half + 1
            window = held[first[:, None] + np.arange(2 * half)]
            yield np.einsum("ij,ij->i", window, bank[places % up]).astype(np.float32)
            done = int(ready)
        drop = max(0, done * down // up - taken - half)
        held, taken = held[drop:], taken + drop


def _bank(up: int, down: int, half: int) -> Any:
    """The filter for each of UP phases: twice HALF taps, Blackman window."""
    import numpy as np

    cut = min(1.0, up / down) * 0.95
    distance = np.arange(-half + 1, half + 1)[None, :] - np.arange(up)[:, None] / up
    window = 0.42 + 0.5 * np.cos(np.pi * distance / half) + 0.08 * np.cos(2 * np.pi * distance / half)
    taps = cut * np.sinc(cut * distance) * np.where(np.abs(distance) <= half, window, 0)
    return (taps / taps.sum(axis=1, keepdims=True)).astype(np.float32)


def _companded(samples: Any, form: str) -> bytes:
    """G.711, through libsndfile, without a header."""
    import io

    import soundfile

    out = io.BytesIO()
    soundfile.write(out, samples, 8000, format="RAW", subtype={"mulaw": "ULAW", "alaw": "ALAW"}[form])
    return out.getvalue()
