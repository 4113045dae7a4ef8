"""Places on a picture, as pixels: where a line stands, what is left of a face, what is cut out, what is on the sheet."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET

import pytest

pytest.importorskip("PIL", reason="pip install '.[pages]'")

import numpy
from PIL import Image, ImageDraw

from awsml_cli.core.errors import UsageError
from awsml_cli.formats.boxes import (
    Area,
    contact_sheet,
    corners_of,
    crops,
    encoded,
    hidden,
    marked,
    render,
    tiles,
)
from awsml_cli.formats.boxes.model import COLOURS, PALETTE, colour_of
from awsml_cli.formats.boxes.sheet import SIDE

GROUND = (200, 200, 200)
BOX = (0.25, 0.25, 0.75, 0.25, 0.75, 0.5, 0.25, 0.5)


def picture(size: tuple[int, int] = (400, 400), kind: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, GROUND).save(out, kind, **options)
    return out.getvalue()


def written(size: tuple[int, int] = (400, 400)) -> bytes:
    """A picture with stripes of one pixel in the box of `BOX`, which no smoothing could leave."""
    made = Image.new("RGB", size, GROUND)
    canvas = ImageDraw.Draw(made)
    for x in range(size[0] // 4, size[0] * 3 // 4, 4):
        canvas.line((x, size[1] // 4, x, size[1] // 2 - 1), fill="black", width=2)
    out = io.BytesIO()
    made.save(out, "PNG")
    return out.getvalue()


class TestMarked:
    def test_the_line_stands_where_the_box_is_and_nowhere_else(self) -> None:
        made = marked(picture(), [Area("face", "", BOX)])
        colour = COLOURS["face"]
        for x, y in ((100, 100), (299, 100), (299, 200), (100, 200), (200, 100), (100, 150), (299, 150), (200, 200)):
            assert made.getpixel((x, y)) == colour, (x, y)
        changed = numpy.argwhere((numpy.asarray(made) != GROUND).any(axis=2))
        assert numpy.abs(changed.min(axis=0) - [100, 100]).max() <= 1
        assert numpy.abs(changed.max(axis=0) - [200, 299]).max() <= 1
        assert made.getpixel((200, 150)) == GROUND

    def test_a_polygon_is_a_polygon(self) -> None:
        made = marked(picture(), [Area("line", "", (0.5, 0.1, 0.9, 0.5, 0.5, 0.9, 0.1, 0.5))])
        assert made.getpixel((279, 120)) == COLOURS["line"]
        assert made.getpixel((60, 60)) == GROUND

    @pytest.mark.parametrize(("size", "width"), [((200, 200), 2), ((800, 600), 3), ((4000, 3000), 13)])
    def test_the_line_is_as_wide_as_the_picture_wants(self, size: tuple[int, int], width: int) -> None:
        made = numpy.asarray(marked(picture(size), [Area("face", "", BOX)]))
        column = made[:, size[0] // 2]
        runs = (column != GROUND).any(axis=1).sum()
        assert abs(runs / 2 - width) <= 1

    def test_the_name_stands_above_the_box_in_its_colour(self) -> None:
        made = numpy.asarray(marked(picture((800, 800)), [Area("face", "Ann", BOX, 97.4)]))
        above = made[160:199, 200:240]
        assert (above == COLOURS["face"]).all(axis=2).mean() > 0.15
        assert (above > 240).all(axis=2).any()  # its letters, white

    def test_a_box_at_the_upper_edge_has_its_name_inside_the_picture(self) -> None:
        made = numpy.asarray(marked(picture((800, 800)), [Area("face", "Ann", (0, 0, 1, 0, 1, 1, 0, 1), 97.4)]))
        assert (made[3:12, 3:30] == COLOURS["face"]).all(axis=2).mean() > 0.3

    def test_names_of_one_place_do_not_cover_each_other(self) -> None:
        same = [Area(name, name, BOX, 90.0) for name in ("Person", "Adult", "Woman")]
        made = numpy.asarray(marked(picture((800, 800)), same))
        rows = [numpy.flatnonzero((made[:, 210] == colour_of(one.kind)).all(axis=1)) for one in same]
        chips = [rows_of_one[numpy.abs(rows_of_one - 400) > 3] for rows_of_one in rows]  # without the lower line
        assert len({int(numpy.median(one)) for one in chips}) == 3

    def test_what_lies_outside_is_moved_to_the_edge(self) -> None:
        made = marked(picture(), [Area("face", "far", (-0.2, -0.2, 1.3, -0.2, 1.3, 1.4, -0.2, 1.4), 50.0)])
        assert made.getpixel((399, 200)) == COLOURS["face"]

    def test_a_picture_is_turned_first(self) -> None:
        exif = Image.Exif()
        exif[0x0112] = 6
        made = marked(picture((400, 200), "JPEG", exif=exif), [Area("face", "", BOX)])
        assert (made.size, made.getpixel((50, 100))) == ((200, 400), COLOURS["face"])

    def test_classes_have_colours_of_their_own(self) -> None:
        assert len(set(PALETTE)) == len(PALETTE)
        assert colour_of("Dog") == colour_of("Dog")
        assert len({colour_of(name) for name in ("Dog", "Cat", "Car", "Tree", "Boat", "Bird")}) > 3

    @pytest.mark.parametrize("ending", ["png", "jpg", "jpeg", "webp"])
    def test_kinds_of_files_without_metadata(self, ending: str) -> None:
        exif = Image.Exif()
        exif[0x010E] = "where I live"
        made = render(picture(kind="JPEG", exif=exif), [Area("face", "", BOX)], ending)
        opened = Image.open(io.BytesIO(made))  # type: ignore[arg-type]
        assert (opened.size, dict(opened.getexif()), b"where I live" in made) == ((400, 400), {}, False)

    def test_another_ending_is_refused(self) -> None:
        with pytest.raises(UsageError, match=r"does not end in `\.doc`"):
            render(picture(), [], "doc")

    def test_an_svg_says_all(self) -> None:
        areas = [Area("face", "Ann &\x01 <Bob>", BOX, 97.25, "happy"), Area("Dog", "Dog", BOX)]
        root = ET.fromstring(str(render(picture(), areas, "svg")))
        name = "{http://www.w3.org/2000/svg}"
        polygons = root.findall(f"{name}polygon")
        assert (root.get("width"), [one.get("class") for one in polygons]) == ("400", ["face", "Dog"])
        assert polygons[0].get("points") == "100.0,100.0 300.0,100.0 300.0,200.0 100.0,200.0"
        assert polygons[0].findtext(f"{name}title") == "Ann & <Bob> · happy · 97.2"
        assert [one.text for one in root.findall(f"{name}text")] == ["Ann & <Bob> 97%", "Dog"]
        assert str(root.find(f"{name}image").get("href")).startswith("data:image/jpeg;base64,")  # type: ignore[union-attr]


class TestHidden:
    @pytest.mark.parametrize("black", [False, True])
    def test_nothing_of_it_can_be_told_and_all_else_is_untouched(self, black: bool) -> None:
        data = written()
        before = numpy.asarray(Image.open(io.BytesIO(data)), dtype=int)
        after = numpy.asarray(hidden(data, [Area("face", "", BOX)], black=black), dtype=int)
        inside = after[110:190, 110:290]
        assert numpy.abs(numpy.diff(inside, axis=1)).max() < 8  # the stripes are gone
        changed = numpy.argwhere((before != after).any(axis=2))
        assert changed.min(axis=0).tolist() >= [85, 70]
        assert changed.max(axis=0).tolist() <= [214, 330]

    def test_black_is_black(self) -> None:
        made = hidden(written(), [Area("face", "", BOX)], black=True)
        assert (made.getpixel((200, 150)), made.getpixel((20, 20))) == ((0, 0, 0), GROUND)

    def test_an_area_of_a_few_pixels(self) -> None:
        tiny = (0.5, 0.5, 0.501, 0.5, 0.501, 0.501, 0.5, 0.501)
        assert hidden(picture(), [Area("face", "", tiny), Area("face", "", (1, 1, 1, 1, 1, 1, 1, 1))]).size == (
            400,
            400,
        )

    def test_the_thumbnail_of_the_original_is_not_in_it(self) -> None:
        exif = Image.Exif()
        exif[0x010E] = "the face itself"
        made = encoded(hidden(picture(kind="JPEG", exif=exif), [Area("face", "", BOX)]), "jpg")
        assert b"the face itself" not in made


class TestCrops:
    def test_each_is_a_picture_with_a_name(self) -> None:
        areas = [Area("Dog", "Dog", BOX), Area("Dog", "Dog", BOX), Area("face", "", BOX), Area("x", "Drugs & Co", BOX)]
        made = dict(crops(picture(), areas, margin=0.0))
        assert list(made) == ["dog-1", "dog-2", "face-1", "drugs-co-1"]
        assert Image.open(io.BytesIO(made["dog-1"])).size == (200, 100)

    def test_a_margin_ends_at_the_edge(self) -> None:
        (one,) = dict(crops(picture(), [Area("face", "", (0, 0, 1, 0, 1, 1, 0, 1))], margin=0.5)).values()
        assert Image.open(io.BytesIO(one)).size == (400, 400)

    def test_an_area_without_extent_is_a_pixel(self) -> None:
        (one,) = dict(crops(picture(), [Area("face", "", (1, 1, 1, 1, 1, 1, 1, 1))])).values()
        assert Image.open(io.BytesIO(one)).size == (1, 1)


class TestSheet:
    def test_tiles_stand_in_a_square(self) -> None:
        made = contact_sheet(tiles(picture(), [Area("face", f"face {n}", BOX, 90.0) for n in range(5)], "one.png"))
        assert made.width == 3 * (SIDE + 12) + 12
        column = numpy.asarray(made)[:, 12 + SIDE // 2]
        assert (column == COLOURS["face"]).all(axis=1).sum() >= 4  # the frames of two tiles

    def test_nothing_is_a_sheet_too(self) -> None:
        assert contact_sheet([]).size == (2 * SIDE, SIDE // 2)

    def test_long_names_are_cut(self) -> None:
        (one,) = tiles(picture(), [Area("face", "a" * 300, BOX)], "b" * 300)
        assert contact_sheet([one]).width == SIDE + 24


def test_corners_are_those_of_the_polygon_else_of_the_box() -> None:
    box = {"Left": 0.25, "Top": 0.25, "Width": 0.5, "Height": 0.25}
    assert corners_of({"BoundingBox": box}) == corners_of(box) == BOX
    polygon = [{"X": 0.1, "Y": 0.2}, {"X": 0.3, "Y": 0.2}, {"X": 0.2, "Y": 0.4}]
    assert corners_of({"BoundingBox": box, "Polygon": polygon}) == (0.1, 0.2, 0.3, 0.2, 0.2, 0.4)
