"""Pieces of audio become one stream that independent decoders play whole, each piece at its time."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator

import numpy as np
import pytest
from encoded_tones import (
    DECODERS,
    encode,
    encode_elsewhere,
    heard_by_av,
    heard_by_soundfile,
    length_said_by_av,
    pitch,
    tone,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from awsml_cli.core.errors import InputError
from awsml_cli.formats.audio import FORMATS, duration, finish, join

COMPRESSED = [("mp3", 24_000), ("mp3", 22_050), ("mp3", 44_100), ("mp3", 8_000), ("ogg_vorbis", 24_000)]
COMPRESSED += [("ogg_vorbis", 8_000), ("ogg_vorbis", 44_100), ("ogg_opus", 48_000)]
RATES = {"mp3": 24_000, "ogg_vorbis": 22_050, "ogg_opus": 48_000, "pcm": 16_000, "mulaw": 8_000, "alaw": 8_000}


def tones(format: str, rate: int, lengths: list[float]) -> list[bytes]:
    return [encode(format, tone(hertz(n), seconds, rate=rate), rate=rate) for n, seconds in enumerate(lengths)]


def hertz(number: int) -> int:
    return 300 + 200 * number


@pytest.mark.parametrize(("format", "rate"), COMPRESSED)
@pytest.mark.parametrize(
    "lengths", [[0.4], [0.7, 1.31], [0.7, 0.05, 1.31], [0.5, 0.6, 0.7, 0.8], [1.0, 0.3, 0.2, 2.1, 0.9]]
)
def test_two_decoders_hear_the_length_that_was_said(format, rate, lengths):
    joined = join(format, tones(format, rate, lengths))
    data = b"".join(joined)
    lengths_heard = {name: len(decode(data)[0]) / rate for name, decode in DECODERS.items()}
    # av does not trim Vorbis to the sample, but to a block of 2,048 at most
    block = 2_048 / rate if format == "ogg_vorbis" else 1e-4
    assert lengths_heard["soundfile"] == pytest.approx(joined.duration, abs=1e-4)
    assert lengths_heard["av"] == pytest.approx(joined.duration, abs=block)


@pytest.mark.parametrize(("format", "rate"), COMPRESSED)
def test_the_container_says_the_length_without_decoding(format, rate):
    file = io.BytesIO()
    joined = join(format, tones(format, rate, [0.7, 1.3, 0.9]), seekable=True)
    file.writelines(joined)
    finish(file)
    pre_skip = 0.0065 if format == "ogg_opus" else 0  # av counts it
    assert length_said_by_av(file.getvalue()) == pytest.approx(joined.duration + pre_skip, abs=1e-3)


@pytest.mark.parametrize(("format", "rate"), COMPRESSED)
@pytest.mark.parametrize("decoder", DECODERS)
def test_every_piece_stands_where_it_was_said_to(format, rate, decoder):
    lengths = [0.7, 1.31, 0.5, 2.2]
    pieces = tones(format, rate, lengths)
    joined = join(format, pieces)
    samples, _ = DECODERS[decoder](b"".join(joined))
    for number, (piece, start) in enumerate(zip(pieces, joined.starts, strict=True)):
        alone, _ = DECODERS[decoder](b"".join(join(format, [piece])))
        begin, size = round((start + 0.1) * rate), round(0.3 * rate)
        together = samples[begin : begin + size]
        assert pitch(together, rate=rate) == pytest.approx(hertz(number), abs=5)
        assert np.abs(together - alone[round(0.1 * rate) :][:size]).max() < 0.02


@pytest.mark.parametrize("format", FORMATS)
def test_one_piece_lasts_as_long_alone_as_two_decoders_say(format):
    rate = RATES[format]
    [piece] = tones(format, rate, [1.234])
    data = b"".join(join(format, [piece], sample_rate=rate, wav=format in ("pcm", "mulaw", "alaw")))
    assert duration(format, piece, sample_rate=rate) == pytest.approx(len(heard_by_soundfile(data)[0]) / rate, abs=1e-4)
    if format != "ogg_vorbis":
        assert duration(format, piece, sample_rate=rate) == pytest.approx(len(heard_by_av(data)[0]) / rate, abs=1e-4)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0.03, 0.8), min_size=1, max_size=6), st.sampled_from(FORMATS))
def test_any_pieces_join_to_their_exact_length(lengths, format):
    rate = RATES[format]
    pieces = tones(format, rate, lengths)
    joined = join(format, pieces, sample_rate=rate, wav=format in ("pcm", "mulaw", "alaw"))
    data = b"".join(joined)
    assert len(heard_by_soundfile(data)[0]) == round(joined.duration * rate)
    assert joined.starts == sorted(joined.starts)
    assert len(joined.starts) == len(pieces)
    # a joint adds what cannot be trimmed: a frame of Opus, two blocks of Vorbis, nothing elsewhere
    alone = sum(duration(format, piece, sample_rate=rate) for piece in pieces)
    joint = {"ogg_opus": 0.04, "ogg_vorbis": 4_096 / rate}.get(format, 1e-6)
    assert alone - 1e-6 <= joined.duration <= alone + joint * (len(pieces) - 1) + 1e-6


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 700), st.sampled_from(FORMATS))
def test_the_size_of_the_blocks_does_not_matter(size, format):
    pieces = tones(format, RATES[format], [0.2, 0.3])
    blocks = [[piece[at : at + size] for at in range(0, len(piece), size)] for piece in pieces]
    assert b"".join(join(format, blocks)) == b"".join(join(format, pieces))


@pytest.mark.parametrize("format", FORMATS)
def test_the_first_piece_is_out_before_the_second_is_there(format):
    first, second = tones(format, RATES[format], [8.0, 0.5])
    written = bytearray()
    seen: list[int] = []

    def pieces() -> Iterator[bytes]:
        yield first
        seen.append(len(written))
        yield second

    for block in join(format, pieces()):
        written += block
    # of an Ogg stream the last page waits: only then is it known not to be the end
    assert seen[0] > (0.5 if format.startswith("ogg") else 0.95) * len(first)


@pytest.mark.parametrize("format", ["mp3", "ogg_vorbis", "ogg_opus"])
@pytest.mark.parametrize(
    ("foreign", "found"),
    [
        (b'{"message": "no"}', "JSON"),
        (b"<html></html> ", "XML"),
        (b"RIFF\0\0\0\0WAVEfmt ", "a WAV file"),
        (b"plain text", "the bytes 70 6c 61 69"),
    ],
)
def test_a_foreign_piece_is_refused_with_what_was_found(format, foreign, found):
    good = tones(format, RATES[format], [0.2])
    with pytest.raises(InputError, match=f"^piece 2 of the audio is not .*: found {found} at byte 0$"):
        list(join(format, [*good, foreign]))


def test_one_format_is_not_taken_for_another():
    with pytest.raises(InputError, match=r"is not Ogg Opus: found a stream that begins with b'\\x01vorbis"):
        list(join("ogg_opus", tones("ogg_vorbis", 24_000, [0.2])))
    with pytest.raises(InputError, match="is not MP3: found an Ogg file"):
        list(join("mp3", tones("ogg_vorbis", 24_000, [0.2])))
    with pytest.raises(InputError, match="is not Ogg Vorbis: found an MP3 file"):
        list(join("ogg_vorbis", [encode_elsewhere(tone(300, 0.2, rate=24_000), rate=24_000)]))


@pytest.mark.parametrize(("format", "missing"), [("mp3", 11), ("ogg_vorbis", 11), ("ogg_opus", 11), ("pcm", 1)])
def test_a_piece_that_is_cut_short_is_refused(format, missing):
    [piece] = tones(format, RATES[format], [0.5])
    with pytest.raises(InputError, match="piece 1 of the audio is cut short"):
        list(join(format, [piece[:-missing]]))


@pytest.mark.parametrize("format", FORMATS)
def test_an_empty_piece_is_refused(format):
    pieces = tones(format, RATES[format], [0.1])
    with pytest.raises(InputError, match="piece 2 of the audio is empty"):
        list(join(format, [*pieces, b""]))


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=400), st.sampled_from(["mp3", "ogg_vorbis", "ogg_opus"]), st.integers(0, 3_000), st.booleans()
)
def test_damage_ends_in_a_sentence_not_a_crash(noise, format, at, keep_rest):
    [piece] = tones(format, RATES[format], [0.2])
    damaged = piece[:at] + noise + (piece[at + len(noise) :] if keep_rest else b"")
    with contextlib.suppress(InputError):
        list(join(format, [damaged]))


def test_an_unknown_format_is_refused():
    with pytest.raises(InputError, match="'flac' is no format that can be joined"):
        join("flac", [])
    with pytest.raises(InputError, match="mp3 does not go into a WAV file"):
        join("mp3", [], wav=True)


@pytest.mark.parametrize("format", FORMATS)
def test_nothing_joins_to_nothing(format):
    joined = join(format, [])
    assert (b"".join(joined), joined.duration, joined.starts) == (b"", 0.0, [])
