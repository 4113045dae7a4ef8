"""Frames of the event stream: what we write, botocore reads; what is damaged is noticed."""

from __future__ import annotations

from uuid import UUID

import pytest
from botocore.eventstream import EventStreamBuffer
from hypothesis import given
from hypothesis import strategies as st

from awsml_cli.formats.eventstream import (
    LONGEST_PAYLOAD,
    OVERHEAD,
    DamagedFrame,
    Decoder,
    Frame,
    Timestamp,
    decode,
    encode,
    encode_headers,
)

_NAMES = st.text(min_size=1, max_size=20).filter(lambda name: 0 < len(name.encode()) < 256)
_VALUES = (
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.integers(-(2**63), 2**63 - 1).map(Timestamp)
    | st.binary(max_size=300)
    | st.text(max_size=80)
    | st.uuids()
)
_HEADERS = st.dictionaries(_NAMES, _VALUES, max_size=5)
_FRAMES = st.builds(Frame, _HEADERS, st.binary(max_size=2000))

# The empty message of the Smithy specification's test vectors, and one with every part, worked out by hand.
EMPTY = bytes.fromhex("0000001000000000 05c248eb 7d98c8ff".replace(" ", ""))


def test_the_empty_frame_is_the_one_of_the_specification():
    assert encode({}) == EMPTY
    assert decode(EMPTY) == Frame()


def test_a_header_is_name_type_and_value():
    assert encode_headers({":date": Timestamp(1)}) == b"\x05:date\x08" + bytes(7) + b"\x01"
    assert encode_headers({"a": "é"}) == b"\x01a\x07\x00\x02\xc3\xa9"
    assert encode_headers({"t": True, "f": False}) == b"\x01t\x00\x01f\x01"


@given(_FRAMES)
def test_botocore_reads_what_we_write(frame: Frame):
    buffer = EventStreamBuffer()
    buffer.add_data(encode(frame.headers, frame.payload))
    (read,) = list(buffer)
    theirs = {name: value.bytes if isinstance(value, UUID) else value for name, value in frame.headers.items()}
    assert (read.headers, read.payload) == (theirs, frame.payload)


@given(st.lists(_FRAMES, max_size=4), st.integers(1, 50))
def test_frames_come_out_whole_whatever_the_portions(frames: list[Frame], portion: int):
    data = b"".join(encode(frame.headers, frame.payload) for frame in frames)
    decoder, read = Decoder(), []
    for at in range(0, len(data), portion):
        read += decoder.feed(data[at : at + portion])
    assert read == frames
    assert decoder.pending == 0


@given(_FRAMES)
def test_the_type_of_a_value_survives(frame: Frame):
    read = decode(encode(frame.headers, frame.payload))
    assert [type(value) for value in read.headers.values()] == [type(value) for value in frame.headers.values()]


@given(_FRAMES, st.data())
def test_one_changed_bit_is_always_noticed(frame: Frame, data: st.DataObject):
    whole = bytearray(encode(frame.headers, frame.payload))
    bit = data.draw(st.integers(0, len(whole) * 8 - 1))
    whole[bit // 8] ^= 1 << bit % 8
    with pytest.raises(DamagedFrame):
        decode(bytes(whole))


@given(_FRAMES, st.data())
def test_a_frame_that_is_cut_short_is_not_given_out(frame: Frame, data: st.DataObject):
    whole = encode(frame.headers, frame.payload)
    cut = data.draw(st.integers(0, len(whole) - 1))
    decoder = Decoder()
    assert (list(decoder.feed(whole[:cut])), decoder.pending) == ([], cut)
    assert list(decoder.feed(whole[cut:])) == [frame]


@given(st.binary(max_size=200))
def test_headers_that_are_rubbish_are_damage_and_nothing_else(head: bytes):
    """The checksums are right here: only what they protect is not what it should be."""
    import struct
    import zlib

    lengths = struct.pack("!II", OVERHEAD + len(head), len(head))
    body = lengths + struct.pack("!I", zlib.crc32(lengths)) + head
    data = body + struct.pack("!I", zlib.crc32(body))
    try:
        frame = decode(data)
    except DamagedFrame:
        return
    assert frame.payload == b""


@pytest.mark.parametrize(
    ("headers", "payload"),
    [({"": 1}, b""), ({"n" * 256: 1}, b""), ({"a": "x" * 40_000}, b""), ({}, bytes(LONGEST_PAYLOAD + 1))],
    ids=["no name", "long name", "long value", "long payload"],
)
def test_what_does_not_fit_is_refused(headers: dict[str, object], payload: bytes):
    with pytest.raises(ValueError, match=r"byte|MiB"):
        encode(headers, payload)


def test_a_length_that_cannot_be_is_damage_at_once():
    import struct
    import zlib

    lengths = struct.pack("!II", 2**31, 0)
    with pytest.raises(DamagedFrame, match="cannot be"):
        list(Decoder().feed(lengths + struct.pack("!I", zlib.crc32(lengths))))
