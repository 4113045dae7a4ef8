"""Silence of every format, joined to sound without encoding anything, is silent and as long as was asked for."""

from __future__ import annotations

import math

import numpy
import pytest
import sounds
from fakeaws import tones

from awsml_cli.core.errors import InputError
from awsml_cli.formats import audio
from awsml_cli.formats.audio.silence import silence

RATES = (8_000, 16_000, 22_050, 24_000, 44_100, 48_000)
COMPRESSED = [("mp3", rate) for rate in RATES] + [("ogg_vorbis", rate) for rate in RATES] + [("ogg_opus", 48_000)]
RAW = [("pcm", 8_000), ("pcm", 16_000), ("mulaw", 8_000), ("alaw", 8_000)]
LEAD = 0.16  # seconds: what encoders put in front of a sound


def joined(format: str, rate: int, *parts: float | bytes) -> bytes:
    """The parts in a row: seconds of silence, and sounds."""
    like = next(part for part in parts if isinstance(part, bytes))
    chunks = [
        part if isinstance(part, bytes) else list(silence(format, part, like=like, sample_rate=rate, first=number == 0))
        for number, part in enumerate(parts)
    ]
    return b"".join(audio.join(format, [chunk for chunk in chunks if chunk], sample_rate=rate))


@pytest.mark.parametrize(("format", "rate"), COMPRESSED + RAW)
class TestBetweenSounds:
    def test_it_is_as_long_as_was_asked_for(self, format: str, rate: int) -> None:
        tone = tones.sound(format, rate, 100)
        alone = audio.duration(format, tone, sample_rate=rate)
        heard = sounds.decoded(joined(format, rate, 2.0, tone, 3.3, tone, 1.01), format, rate=rate)
        assert heard.rate == rate
        assert heard.seconds == pytest.approx(6.31 + 2 * alone, abs=0.17)
        assert [begin for begin, _ in heard.spans] == pytest.approx([2.0, 5.3 + alone], abs=LEAD + 0.06)

    def test_nothing_is_heard_in_it(self, format: str, rate: int) -> None:
        heard = sounds.decoded(joined(format, rate, 2.0, tones.sound(format, rate, 100)), format, rate=rate)
        loudest = numpy.abs(heard.samples[: int(1.9 * rate)]).max()
        assert loudest <= (0.0003 if format in ("mulaw", "alaw") else 0)

    def test_two_decoders_agree(self, format: str, rate: int) -> None:
        data = joined(format, rate, tones.sound(format, rate, 100), 2.0)
        if format == "mp3":
            data = _finished(data)
        one, two = sounds.decoded(data, format, rate=rate), sounds.read(data, format, rate=rate)
        assert one.seconds == pytest.approx(two.seconds, abs=0.15)


@pytest.mark.parametrize(("format", "rate"), COMPRESSED + RAW)
@pytest.mark.parametrize("seconds", [0, 0.00001, -1])
def test_none_at_all_is_nothing(format: str, rate: int, seconds: float) -> None:
    tone = tones.sound(format, rate, 20)
    assert b"".join(silence(format, seconds, like=tone, sample_rate=rate)) == b""


@pytest.mark.parametrize("rate", RATES)
def test_frames_of_mp3_keep_version_rate_mode_and_bitrate(rate: int) -> None:
    tone = tones.sound("mp3", rate, 100)
    made = b"".join(silence("mp3", 10, like=tone, sample_rate=rate))
    like = next(audio.join("mp3", [tone]))
    assert (made[1] | 1, made[2] & 0xFD, made[3] & 0xC0) == (like[1] | 1, like[2] & 0xFD, like[3] & 0xC0)
    assert audio.duration("mp3", made) == pytest.approx(10, abs=0.04)


@pytest.mark.parametrize("rate", [22_050, 44_100])
def test_frames_are_padded_so_that_the_bitrate_is_kept(rate: int) -> None:
    """At these rates a frame is no whole number of bytes long."""
    header = bytes.fromhex("fff384c0" if rate == 22_050 else "fffb90c0")  # 64 and 128 kbit/s, mono
    frame = header.ljust(208 if rate == 22_050 else 417, b"\0")
    made = b"".join(silence("mp3", 600, like=frame, sample_rate=rate))
    assert len(made) * 8 / audio.duration("mp3", made) == pytest.approx(64_000 if rate == 22_050 else 128_000, rel=1e-4)


def test_an_hour_comes_in_small_blocks() -> None:
    tone = tones.sound("mp3", 24_000, 20)
    for format, like, rate in (("pcm", b"", 16_000), ("mp3", tone, 24_000)):
        sizes = [len(block) for block in silence(format, 3_600, like=like, sample_rate=rate)]
        assert max(sizes) < 70_000
        assert math.isclose(sum(sizes), 3_600 * 32_000) or format == "mp3"


@pytest.mark.parametrize("format", ["mp3", "ogg_vorbis", "ogg_opus"])
@pytest.mark.parametrize("like", [b"", b"<html>", b"OggS"])
def test_silence_like_something_else_is_refused(format: str, like: bytes) -> None:
    with pytest.raises(InputError, match=r"^piece 1 of the audio is"):
        list(silence(format, 1, like=like, sample_rate=24_000))


def _finished(data: bytes) -> bytes:
    import io

    file = io.BytesIO(b"".join(audio.join("mp3", [data], seekable=True)))
    audio.finish(file)
    return file.getvalue()
