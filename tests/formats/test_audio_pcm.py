"""Samples without a container are joined as they are, and put into WAV files that others read."""

from __future__ import annotations

import io
import itertools

import numpy as np
import pytest
import soundfile
from encoded_tones import encode, heard_by_av, heard_by_soundfile, tone

from awsml_cli.core.errors import InputError
from awsml_cli.formats.audio import duration, finish, join

RATES = {"pcm": 16_000, "mulaw": 8_000, "alaw": 8_000}
SUBTYPES = {"pcm": "PCM_16", "mulaw": "ULAW", "alaw": "ALAW"}
formats = pytest.mark.parametrize("format", RATES)


def piece(format: str, samples: int = 801) -> bytes:
    rate = RATES[format]
    return encode(format, tone(440, samples / rate, rate=rate), rate=rate)


@formats
def test_bytes_are_passed_on(format):
    pieces = [piece(format), piece(format, 7), piece(format, 400)]
    joined = join(format, pieces)
    assert b"".join(joined) == b"".join(pieces)
    assert joined.starts == [0, 801 / RATES[format], 808 / RATES[format]]
    assert joined.duration == 1208 / RATES[format]


def test_half_a_sample_waits_for_its_other_half():
    data = piece("pcm")
    assert list(join("pcm", [[data[:3], data[3:4], data[4:]]])) == [data[:2], data[2:4], data[4:]]


def test_half_a_sample_at_the_end_is_refused():
    with pytest.raises(InputError, match="piece 2 of the audio is cut short: its PCM data ends at byte 5"):
        list(join("pcm", [bytes(4), bytes(5)]))


def test_the_sample_rate_decides_the_length():
    assert [duration("pcm", bytes(16_000), sample_rate=rate) for rate in (8_000, 16_000)] == [1.0, 0.5]
    assert duration("alaw", bytes(4_000)) == 0.5


@formats
@pytest.mark.parametrize("finished", [True, False])
def test_a_wav_is_read_by_others_in_a_pipe_and_as_a_file(format, finished):
    pieces = [piece(format), piece(format)]
    file = io.BytesIO()
    file.writelines(join(format, pieces, wav=True))
    if finished:
        finish(file)
    data = file.getvalue()
    samples, rate = heard_by_soundfile(data)
    elsewhere, _ = heard_by_av(data)
    assert (rate, len(samples), len(elsewhere)) == (RATES[format], 1602, 1602)
    assert np.abs(samples - elsewhere).max() < 1e-4
    assert np.abs(samples[:801] - tone(440, 801 / rate, rate=rate)).max() < 0.05


@formats
@pytest.mark.parametrize("samples", [800, 801])
def test_a_finished_wav_has_the_right_sizes(format, samples, tmp_path):
    path = tmp_path / "speech.wav"
    with path.open("wb") as file:
        file.writelines(join(format, [piece(format, samples)], wav=True))
    finish(path)
    data, about = path.read_bytes(), soundfile.info(path)
    assert int.from_bytes(data[4:8], "little") == len(data) - 8
    assert (about.frames, about.subtype, about.samplerate) == (samples, SUBTYPES[format], RATES[format])


def test_a_stream_without_end_keeps_nothing():
    joined = join("pcm", itertools.repeat(bytes(3_200)), wav=True)
    assert sum(len(next(joined)) for _ in range(1_001)) == 44 + 1_000 * 3_200


def test_a_wav_of_another_kind_is_not_touched():
    file = io.BytesIO()
    soundfile.write(file, tone(440, 0.1, rate=8_000), 8_000, format="WAV", subtype="FLOAT")
    with pytest.raises(InputError, match="not one of PCM"):
        finish(file)
