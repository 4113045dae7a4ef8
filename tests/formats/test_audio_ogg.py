"""Ogg pages are renumbered, timed anew and checked."""

from __future__ import annotations

import pytest
from encoded_tones import encode, heard_by_av, heard_by_soundfile, tone
from hypothesis import given
from hypothesis import strategies as st

from awsml_cli.core.errors import InputError
from awsml_cli.formats.audio import duration, join
from awsml_cli.formats.audio.pages import FIRST, LAST, Page, checksum, pages
from awsml_cli.formats.audio.reader import Reader

RATES = {"ogg_vorbis": 24_000, "ogg_opus": 48_000}
formats = pytest.mark.parametrize("format", RATES)


def piece(format: str, seconds: float = 0.5, **options: float) -> bytes:
    rate = RATES[format]
    return encode(format, tone(440, seconds, rate=rate), rate=rate, **options)


def read(data: bytes) -> list[Page]:
    return list(pages(Reader(data, number=1, wanted="Ogg")))


def slow_checksum(data: bytes) -> int:
    value = 0
    for byte in data:
        value ^= byte << 24
        for _ in range(8):
            value = (value << 1) ^ (0x04C11DB7 if value & 0x80000000 else 0)
        value &= 0xFFFFFFFF
    return value


@given(st.binary(max_size=300))
def test_the_checksum_is_the_one_of_the_standard(data):
    assert checksum(data) == slow_checksum(data)


@formats
def test_pages_are_read_and_written_back(format):
    data = piece(format, 2.0)
    assert b"".join(page.encode() for page in read(data)) == data


@formats
def test_a_joined_file_is_one_stream_numbered_through(format):
    joined = read(b"".join(join(format, [piece(format, seconds) for seconds in (1.2, 0.3, 2.0)])))
    assert [page.sequence for page in joined] == list(range(len(joined)))
    assert len({page.serial for page in joined}) == 1
    assert [bool(page.flags & FIRST) for page in joined] == [True] + [False] * (len(joined) - 1)
    assert [bool(page.flags & LAST) for page in joined] == [False] * (len(joined) - 1) + [True]
    assert [page.granule for page in joined] == sorted(page.granule for page in joined)
    assert sum(b"OpusHead" in page.body or b"\x01vorbis" in page.body for page in joined) == 1


@formats
def test_one_piece_alone_comes_out_as_it_was(format):
    data = piece(format, 1.5)
    assert b"".join(join(format, [data])) == data


def test_other_codebooks_are_chained():
    one, two = piece("ogg_vorbis", 0.5, quality=0.1), piece("ogg_vorbis", 0.7, quality=0.9)
    joined = join("ogg_vorbis", [one, two, one])
    data = b"".join(joined)
    found = read(data)
    assert sum(bool(page.flags & FIRST) for page in found) == sum(bool(page.flags & LAST) for page in found) == 3
    assert len({page.serial for page in found}) == 3
    assert joined.duration == pytest.approx(1.7, abs=1e-3)
    assert joined.starts == pytest.approx([0, 0.5, 1.2], abs=1e-3)
    # libsndfile plays the first of chained streams only
    assert len(heard_by_av(data)[0]) == pytest.approx(1.7 * 24_000, abs=3 * 2_048)


def test_the_trimmed_end_and_start_of_opus_are_not_heard():
    data = b"".join(join("ogg_opus", [piece("ogg_opus", 0.333)]))
    assert duration("ogg_opus", data) == pytest.approx(0.333, abs=1e-4)
    assert len(heard_by_av(data)[0]) == len(heard_by_soundfile(data)[0]) == round(0.333 * 48_000)


@formats
def test_a_damaged_page_is_refused(format):
    data = bytearray(piece(format, 1.0))
    data[-20] ^= 0xFF
    with pytest.raises(InputError, match="found a damaged page"):
        list(join(format, [bytes(data)]))


@formats
def test_headers_without_audio_are_cut_short(format):
    head = b"".join(page.encode() for page in read(piece(format)) if page.granule <= 0)
    with pytest.raises(InputError, match="piece 1 of the audio is cut short"):
        list(join(format, [head]))


@formats
def test_two_streams_in_one_piece_are_refused(format):
    with pytest.raises(InputError, match="piece 1 of the audio holds more than one Ogg stream"):
        list(join(format, [piece(format) * 2]))
