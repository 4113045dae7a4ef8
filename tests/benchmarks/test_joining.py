"""How much joining costs beside one plain copy of the same bytes (the group's first row)."""

from __future__ import annotations

import pytest
from encoded_tones import encode, tone

from awsml_cli.formats.audio import FORMATS, duration, join
from awsml_cli.formats.audio.pages import checksum

RATES = {"mp3": 24_000, "ogg_vorbis": 24_000, "ogg_opus": 48_000, "pcm": 16_000, "mulaw": 8_000, "alaw": 8_000}
PIECES = 60
BLOCK = 16_384


def minutes(format: str) -> list[list[bytes]]:
    """Ten minutes in pieces of ten seconds, each in the blocks of a network."""
    piece = encode(format, tone(440, 10, rate=RATES[format]), rate=RATES[format])
    return [[piece[at : at + BLOCK] for at in range(0, len(piece), BLOCK)]] * PIECES


@pytest.mark.parametrize("format", FORMATS)
def test_plain_copy(benchmark, format):
    benchmark.group = f"join ten minutes of {format}"
    pieces = minutes(format)
    benchmark(lambda: len(b"".join(bytes(bytearray(block)) for piece in pieces for block in piece)))


@pytest.mark.parametrize("format", FORMATS)
def test_joining(benchmark, format):
    benchmark.group = f"join ten minutes of {format}"
    pieces = minutes(format)
    benchmark(lambda: sum(map(len, join(format, pieces))))


@pytest.mark.parametrize("format", FORMATS)
def test_measuring(benchmark, format):
    benchmark.group = f"join ten minutes of {format}"
    pieces = minutes(format)
    benchmark(lambda: sum(duration(format, piece) for piece in pieces))


def test_checksum_of_a_mebibyte(benchmark):
    benchmark(checksum, bytes(range(256)) * 4_096)
