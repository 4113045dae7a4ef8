"""What a video file is, by its boxes."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from house import ROOT
from movies import box, movie, track

from awsml_cli.core.errors import InputError
from awsml_cli.formats import video
from awsml_cli.formats.video import Facts


def look(data: bytes) -> Facts:
    return video.look(lambda at, length: data[at : at + length], len(data), name="film.mp4")


@pytest.mark.parametrize("headers_last", [False, True])
def test_an_mp4(headers_last: bool) -> None:
    facts = look(movie(headers_last=headers_last))
    assert facts == Facts("mp4", "avc1", 4.0, 160, 120, 25.0)
    assert facts.codec_name == "H.264"


def test_a_mov_with_a_brand_and_one_without() -> None:
    assert look(movie(brand="qt  ")).container == "mov"
    assert look(movie()[20:]).container == "mov"


def test_the_picture_track_counts_wherever_it_stands() -> None:
    sound = track("mp4a", handler="soun", seconds=9)
    assert look(movie(sound, track("hvc1", seconds=8, frames=240))).codec == "hvc1"


def test_only_headers_are_read_of_a_huge_file() -> None:
    begin = movie()[: -len(box("mdat", bytes(2000)))]
    size = len(begin) + 16 + (9 << 30)
    head = begin + b"\0\0\0\1mdat" + (size - len(begin)).to_bytes(8, "big")
    read: list[int] = []

    def some(at: int, length: int) -> bytes:
        read.append(length)
        return head[at : at + length]

    assert video.look(some, size, name="film.mp4").codec == "avc1"
    assert sum(read) < 10_000


def test_a_film_in_fragments_does_not_tell_its_length() -> None:
    assert look(movie(track(seconds=0, frames=0), seconds=0)) == Facts("mp4", "avc1", None, 160, 120, None)


def test_a_real_one() -> None:
    data = (ROOT / "tests/examples/match.mp4").read_bytes()
    assert look(data) == Facts("mp4", "avc1", 4.0, 160, 120, 25.0)


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"RIFF\0\0\0\0AVI LIST" + bytes(500), "is no MP4 or MOV: it looks like an AVI"),
        (b"\x1aE\xdf\xa3" + bytes(500), "is no MP4 or MOV: it looks like a WebM or Matroska file"),
        (b"G" + bytes(187) + b"G" + bytes(300), "is no MP4 or MOV: it looks like an MPEG transport stream"),
        (b"FLV\1" + bytes(500), "is no MP4 or MOV: it looks like a Flash video"),
        (b"0&\xb2u" + bytes(500), "is no MP4 or MOV: it looks like a Windows Media file"),
        (b"\0\0\0\x1cftypheic" + bytes(100), "is no MP4 or MOV: it looks like a picture"),
        (b"Dear Ann,\n", "is no MP4 or MOV: it looks like text"),
        (b"RIFF\0\0\0\0WAVEfmt " + bytes(50), "is no MP4 or MOV: it looks like a recording (wav)"),
        (movie()[:-100], "is cut short: 100 bytes are missing at its end"),
        (box("ftyp", b"isom", bytes(8)) + box("mdat", bytes(50)), "is cut short: the box with its headers is missing"),
        (movie(track("mp4a", handler="soun")), "has no pictures: there is sound alone in it"),
        (movie()[:20] + b"\0\0\0\1moov" + bytes(2), "is damaged: its headers break off"),
        (movie()[:20] + b"\0\0\0\3moov" + bytes(20), "is damaged: its headers break off"),
    ],
)
def test_what_is_none(data: bytes, complaint: str) -> None:
    with pytest.raises(InputError) as caught:
        look(data)
    assert caught.value.message == f"film.mp4 {complaint}"


@pytest.mark.parametrize("cut", range(32, 700, 13))
def test_headers_that_are_torn_never_crash(cut: int) -> None:
    whole = movie()
    torn = whole[:20] + box("moov", whole[28:cut])
    with contextlib.suppress(InputError):
        assert look(torn).container == "mp4"


def test_a_real_file_is_read_from_its_place(tmp_path: Path) -> None:
    path = tmp_path / "film.mov"
    path.write_bytes(movie(brand="qt  "))
    with path.open("rb") as file:
        facts = video.look(lambda at, n: (file.seek(at), file.read(n))[1], path.stat().st_size, name="film.mov")
    assert facts.seconds == 4.0


@pytest.mark.parametrize(
    ("name", "codec", "flags", "expected"),
    [
        ("a.mp4", "libx264", "", ("mp4", "avc1", True)),
        ("a.mp4", "libx264", "faststart", ("mp4", "avc1", True)),
        ("a.mov", "libx264", "", ("mov", "avc1", True)),
        ("a.mp4", "libx264", "frag_keyframe+empty_moov", ("mp4", "avc1", False)),
        ("a.mp4", "mpeg4", "", ("mp4", "mp4v", True)),
        ("a.mov", "mjpeg", "", ("mov", "jpeg", True)),
        ("a.mov", "prores_ks", "", ("mov", "apch", True)),
    ],
)
def test_what_ffmpegs_libraries_write(
    tmp_path: Path, name: str, codec: str, flags: str, expected: tuple[object, ...]
) -> None:
    av = pytest.importorskip("av", reason="pip install '.[media]'")
    path = tmp_path / name
    with av.open(str(path), "w", options={"movflags": flags} if flags else {}) as container:
        try:
            stream = container.add_stream(codec, rate=25)
        except Exception as problem:  # noqa: BLE001 - whatever PyAV says where it was built without
            pytest.skip(f"PyAV cannot write {codec} here: {problem}")
        stream.width, stream.height = 64, 48
        stream.pix_fmt = {"mjpeg": "yuvj420p", "prores_ks": "yuv422p10le"}.get(codec, "yuv420p")
        for _ in range(25):
            frame = av.VideoFrame(64, 48, stream.pix_fmt)
            for packet in stream.encode(frame):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    facts = look(path.read_bytes())
    long = facts.seconds is not None and abs(facts.seconds - 1) < 0.05  # a MOV's last frame may last longer
    assert ((facts.container, facts.codec, long), (facts.width, facts.height)) == (expected, (64, 48))
