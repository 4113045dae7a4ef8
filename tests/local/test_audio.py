from __future__ import annotations

import io
import tracemalloc
import wave
from pathlib import Path

import av
import numpy as np
import pytest

from awsml_cli.core.errors import ConfigError
from awsml_cli.local.engines import audio
from awsml_cli.local.engines.hear.cut import stretches


def tone(seconds: float, rate: int, hertz: float = 440.0) -> np.ndarray:
    return (0.5 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)).astype(np.float32)


def written(samples: np.ndarray, rate: int, form: str, codec: str, path: Path) -> Path:
    with av.open(str(path), "w", format=form) as out:
        stream = out.add_stream(codec, rate=rate, layout="mono")
        frame = av.AudioFrame.from_ndarray((samples[None, :] * 32767).astype(np.int16), format="s16", layout="mono")
        frame.rate = rate
        size = stream.codec_context.frame_size or 1024
        fifo = av.AudioFifo()
        fifo.write(frame)
        resampler = av.AudioResampler(format=stream.format, layout="mono", rate=rate)
        while (part := fifo.read(size, partial=True)) is not None:
            part.pts = None
            for ready in resampler.resample(part):
                out.mux(stream.encode(ready))
        out.mux(stream.encode(None))
    return path


@pytest.mark.parametrize(
    ("form", "codec", "rate", "kind"),
    [
        ("wav", "pcm_s16le", 44100, "wav"),
        ("mp3", "libmp3lame", 44100, "mp3"),
        ("flac", "flac", 48000, "flac"),
        ("ogg", "libopus", 48000, "ogg"),
        ("mp4", "aac", 44100, "mp4"),
        ("ipod", "aac", 44100, "m4a"),
        ("webm", "libopus", 48000, "webm"),
        ("amr", "libopencore_amrnb", 8000, "amr"),
    ],
)
def test_every_format_of_transcribe_is_read(tmp_path, form, codec, rate, kind):
    try:
        path = written(tone(2, rate), rate, form, codec, tmp_path / "sound")
    except av.codec.codec.UnknownCodecError:
        pytest.skip(f"this FFmpeg has no {codec}")

    heard = np.concatenate(list(audio.blocks(path)))

    spectrum = np.abs(np.fft.rfft(heard[8000:24000]))
    assert audio.kind(path) == kind
    assert len(heard) == pytest.approx(32000, abs=2500)
    assert abs(int(spectrum.argmax()) - 440) <= 2


@pytest.mark.parametrize(
    ("source", "target"), [(44100, 16000), (22050, 16000), (8000, 16000), (48000, 16000), (22050, 48000)]
)
def test_resampling_keeps_tone_length_and_loudness(source, target):
    samples = tone(1, source, 1000)

    changed = audio.resample(samples, source, target)

    expected = tone(1, target, 1000)
    middle = slice(target // 10, -target // 10)
    assert abs(len(changed) - target) <= 1
    assert np.abs(changed[: len(expected)][middle] - expected[: len(changed)][middle]).max() < 0.01


def test_resampling_takes_out_what_the_lower_rate_cannot_hold():
    changed = audio.resample(tone(1, 48000, 11000), 48000, 16000)

    assert np.abs(changed[1000:-1000]).max() < 0.01


def test_blocks_and_the_whole_are_resampled_alike():
    samples = tone(2, 44100)

    whole = audio.resample(samples, 44100, 16000)
    parts = np.concatenate(list(audio._resampled(44100, iter(np.array_split(samples, 7)))))

    assert np.array_equal(whole, parts)


def test_plain_wav_needs_only_the_standard_library(tmp_path, monkeypatch):
    monkeypatch.setattr(audio, "_has", lambda module: False)
    path = tmp_path / "a.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes((np.repeat(tone(1, 16000), 2) * 32767).astype("<i2").tobytes())

    assert len(np.concatenate(list(audio.blocks(path)))) == 16000


def test_a_reader_that_is_missing_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(audio, "_has", lambda module: False)
    path = tmp_path / "a.m4a"
    path.write_bytes(b"\0\0\0\x20ftypM4A " + bytes(100))

    with pytest.raises(ConfigError) as refused:
        list(audio.blocks(path))

    assert refused.value.hint == "pip install 'awsml-cli[media]'"


@pytest.mark.parametrize(
    "content", [b"", b"text", b"#EXTM3U\nfile:///etc/passwd", b"ffconcat version 1.0\nfile x", b"OggS" + bytes(99)]
)
def test_what_is_no_sound_is_told_from_its_bytes(tmp_path, content):
    path = tmp_path / "a.mp3"
    path.write_bytes(content)

    with pytest.raises(audio.NotAudio):
        list(audio.blocks(path))


def test_an_hour_is_cut_in_the_memory_of_a_stretch():
    block = tone(4, 16000)
    tracemalloc.start()

    count = sum(1 for _ in stretches((block for _ in range(900)), rate=16000, longest=15))

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count >= 240
    assert peak < 30_000_000


def test_cuts_are_made_in_the_pauses():
    rate = 16000
    pause = np.zeros(int(0.5 * rate), dtype=np.float32)
    speech = np.concatenate([np.concatenate([tone(4.5, rate), pause]) for _ in range(8)])

    found = list(stretches([speech], rate=rate, longest=12))

    assert len(found) >= 4
    assert all(stretch.start % 5 >= 4.5 or stretch.start % 5 < 0.3 for stretch in found)


@pytest.mark.parametrize("form", ["mp3", "ogg_vorbis", "ogg_opus"])
def test_what_is_encoded_decodes_to_the_same_length(form):
    rate = 48000 if form == "ogg_opus" else 22050

    made = audio.encode(tone(3, rate), rate, form)

    with av.open(io.BytesIO(made)) as container:
        seconds = sum(frame.samples / frame.sample_rate for frame in container.decode(audio=0))
    assert seconds == pytest.approx(3, abs=0.1)
