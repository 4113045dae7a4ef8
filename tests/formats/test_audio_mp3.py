"""MP3 frames are joined without the tags and counts of the pieces."""

from __future__ import annotations

import io

import pytest
import soundfile
from encoded_tones import encode, encode_elsewhere, heard_by_av, heard_by_soundfile, length_said_by_av, tone

from awsml_cli.core.errors import InputError
from awsml_cli.formats.audio import duration, finish, join
from awsml_cli.formats.audio.mp3 import frame

RATE = 24_000
MPG123_DELAY = 529  # samples of its own that libmpg123 takes off where the number of frames is known


def piece(seconds: float = 0.5, *, rate: int = RATE) -> bytes:
    return encode_elsewhere(tone(440, seconds, rate=rate), rate=rate)


def varying(seconds: float) -> bytes:
    """A piece of which every frame may have another bitrate."""
    file = io.BytesIO()
    soundfile.write(file, tone(440, seconds, rate=RATE), RATE, format="MP3", bitrate_mode="VARIABLE")
    return file.getvalue()


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("fffb9064", (417, 1152, 44_100, 2, 36)),
        ("fff344c4", (96, 576, 24_000, 1, 13)),
        ("fff38464", (192, 576, 24_000, 2, 21)),
        ("ffe328c4", (144, 576, 8_000, 1, 13)),
    ],
)
def test_a_header_says_length_samples_rate_channels(header, said):
    assert frame(bytes.fromhex(header)) == said


@pytest.mark.parametrize(
    "noise", [b"", b"\xff\xfb", b"\xff\xff\xff\xff", b"\xff\xfb\x00\x00", b"\xff\xfb\xf0\x00", b"ID3\x03"]
)
def test_what_is_no_header_is_none(noise):
    assert frame(noise) is None


def test_tags_around_the_frames_are_left_out():
    bare = b"".join(join("mp3", [piece()]))
    tag = b"ID3\x04\x00\x00" + bytes((0, 0, 2, 0)) + bytes(256)
    footed = b"ID3\x04\x00\x10" + bytes((0, 0, 0, 4)) + b"text" + b"3DI" + bytes(7)
    ape = b"APETAGEX" + (2000).to_bytes(4, "little") + (50).to_bytes(4, "little") + bytes(16 + 50)
    tagged = tag + footed + bare + ape + b"TAG" + bytes(125)
    assert b"".join(join("mp3", [tagged, [tagged[:300], tagged[300:]]])) == bare * 2


def test_the_counts_of_a_piece_are_left_out():
    data = b"".join(join("mp3", [piece(), piece()]))
    assert [data.find(name) for name in (b"Info", b"Xing", b"VBRI")] == [-1, -1, -1]


@pytest.mark.parametrize("make", [piece, varying])
def test_a_finished_file_says_its_true_length(make, tmp_path):
    path = tmp_path / "speech.mp3"
    joined = join("mp3", [make(1.0), make(2.0), make(0.7)], seekable=True)
    with path.open("wb") as file:
        file.writelines(joined)
    finish(path)
    data = path.read_bytes()
    assert length_said_by_av(data) == pytest.approx(joined.duration, abs=1e-6)
    assert len(heard_by_av(data)[0]) == round(joined.duration * RATE)
    assert len(heard_by_soundfile(data)[0]) == round(joined.duration * RATE) - MPG123_DELAY
    assert (b"Xing" if make is varying else b"Info") in data[:40]


def test_finishing_leaves_other_files_alone(tmp_path):
    path = tmp_path / "other.mp3"
    path.write_bytes(encode("mp3", tone(440, 0.4, rate=RATE), rate=RATE))
    before = path.read_bytes()
    finish(path)
    assert path.read_bytes() == before


def test_a_table_of_contents_points_into_the_file():
    file = io.BytesIO()
    file.writelines(join("mp3", [varying(3.0), varying(3.0)], seekable=True))
    finish(file)
    at = file.getvalue().index(b"Xing")
    table = file.getvalue()[at + 16 : at + 116]
    assert list(table) == sorted(table)
    assert table[50] == pytest.approx(128, abs=8)


def test_another_sample_rate_is_refused():
    with pytest.raises(
        InputError, match=r"piece 2 of the audio has 22050 Hz and 1 channel.s., the first has 24000 Hz and 1"
    ):
        list(join("mp3", [piece(), piece(rate=22_050)]))


def test_noise_between_frames_is_refused_with_its_place():
    bare = b"".join(join("mp3", [piece()]))
    with pytest.raises(InputError, match=f"found the bytes 00 00 00 00 at byte {len(bare):,}"):
        list(join("mp3", [bare + bytes(300)]))


def test_the_length_is_the_frames_with_their_padding():
    assert duration("mp3", piece(1.0)) == pytest.approx(1.0, abs=0.08)
