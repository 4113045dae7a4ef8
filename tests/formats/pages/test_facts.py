"""What a document's file is, by its own bytes, however it is damaged."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from fakeaws import sheets
from fakeaws.sheets import sheet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from awsml_cli.core.errors import AwsmlError, InputError
from awsml_cli.formats.pages import converted, drawn, head_of, kind_of, look, look_at, part, parts

Image = pytest.importorskip("PIL.Image", reason="pip install '.[pages]'")
pypdf = pytest.importorskip("pypdf", reason="pip install '.[documents]'")
pytest.importorskip("fpdf", reason="fpdf2 is in the group `test`")

PAGE = sheet("One.")
KINDS = {
    "pdf": sheets.pdf(PAGE, PAGE),
    **{
        kind: sheets.picture(PAGE, kind=kind.upper(), dots=30) for kind in ("png", "jpeg", "tiff", "webp", "gif", "bmp")
    },
}


def facts(folder: Path, data: bytes):
    path = folder / "it"
    path.write_bytes(data)
    return look(path, name="it")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_known_by_its_bytes(kind: str, tmp_path: Path) -> None:
    found = facts(tmp_path, KINDS[kind])
    assert (found.kind, found.pages, found.size) == (kind, 2 if kind == "pdf" else 1, len(KINDS[kind]))
    if kind == "pdf":
        assert found.points == 792
    else:
        assert (found.width, found.height) == (255, 330)


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_in_memory_is_known_as_its_file_is(kind: str, tmp_path: Path) -> None:
    if kind == "pdf":
        with pytest.raises(InputError, match="it is a PDF, not a picture"):
            look_at(KINDS[kind], name="it")
    else:
        assert look_at(KINDS[kind], name="it") == facts(tmp_path, KINDS[kind])


@pytest.mark.parametrize(("kind", "known"), [("png", True), ("jpeg", True), ("webp", False), ("pdf", False)])
def test_the_first_bytes_tell_the_size(kind: str, known: bool) -> None:
    found = head_of(KINDS[kind][:1000])
    assert (found is not None and (found.width, found.height) == (255, 330)) == known
    assert head_of(KINDS[kind][:20]) is None


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "CMYK", "I;16"])
def test_pictures_of_every_mode_are_converted(mode: str) -> None:
    source = (
        Image.new("L", (40, 30), 200).convert("I").convert("I;16")
        if mode == "I;16"
        else Image.new("RGB", (40, 30), "white").convert(mode)
    )
    out = io.BytesIO()
    source.save(out, "TIFF")
    made = Image.open(io.BytesIO(converted(out.getvalue(), most_bytes=10_000, most_pixels=100)))
    assert (made.size, made.mode in ("L", "RGB")) == ((40, 30), True)


def test_what_is_transparent_is_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(out, "PNG")
    made = Image.open(io.BytesIO(converted(out.getvalue(), most_bytes=10_000, most_pixels=100))).convert("RGB")
    assert made.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
def test_exif_is_seen(orientation: int, kind: str, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, kind, exif=exif)
    found = facts(tmp_path, out.getvalue())
    assert found.turned == (orientation != 1)
    if found.turned:
        made = Image.open(io.BytesIO(converted(out.getvalue(), most_bytes=10_000, most_pixels=100)))
        assert made.size == ((30, 40) if orientation >= 5 else (40, 30))
        assert made.getexif().get(0x0112, 1) == 1


@pytest.mark.parametrize("kind", ["png", "jpeg"])
def test_a_picture_cut_anywhere_is_refused(kind: str, tmp_path: Path) -> None:
    data = KINDS[kind]
    for at in range(64, len(data) - 4, max(len(data) // 60, 1)):
        with pytest.raises(InputError):
            facts(tmp_path, data[:at])


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damage_is_refused_or_harmless(kind: str, data: st.DataObject, tmp_path: Path) -> None:
    damaged = bytearray(KINDS[kind])
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.one_of(st.just(len(damaged)), st.integers(1, len(damaged))))
    try:
        found = facts(tmp_path, bytes(damaged[:cut]))
        if found.kind != "pdf":
            converted(bytes(damaged[:cut]), most_bytes=100_000, most_pixels=1000)
    except AwsmlError:
        pass


class TestParts:
    def test_pages_are_taken_out_in_their_order(self) -> None:
        pages = [sheet(text) for text in ("One.", "Two.", "Three.")]
        taken = part(sheets.pdf(*pages), [3, 1], kind="pdf", name="x")
        assert [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(taken)).pages] == ["Three.", "One."]

    def test_a_page_that_is_too_large_is_drawn(self) -> None:
        import numpy

        noise = Image.fromarray(numpy.random.default_rng(7).integers(0, 256, (900, 700, 3), dtype="uint8"))
        out = io.BytesIO()
        noise.save(out, "PDF", quality=100)
        (made,) = parts(out.getvalue(), [1], kind="pdf", name="x", most_bytes=300_000, most_pixels=10_000)
        assert (len(made) <= 300_000, kind_of(made)) == (True, "jpeg")

    def test_frames_of_a_tiff(self) -> None:
        data = sheets.tiff(*(sheet(text) for text in ("One.", "Two.")))
        made = list(parts(data, [2, 1], kind="tiff", name="x", most_bytes=10_000_000, most_pixels=10_000))
        assert [kind_of(one) for one in made] == ["png", "png"]
        assert made[0] != made[1]

    def test_a_page_is_drawn_as_it_is_shown(self) -> None:
        assert drawn(sheets.pdf(PAGE), kind="pdf", longest=792).size == (612, 792)
        assert drawn(sheets.pdf(PAGE, rotate=90), kind="pdf", longest=792).size == (792, 612)
