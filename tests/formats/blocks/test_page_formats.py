"""hOCR, ALTO, tesseract's TSV and pictures: read back by XML and by pixels, every word in its place."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from fakeaws import sheets
from fakeaws.sheets import Sheet, sheet
from pages import invoice

from awsml_cli.formats.blocks import Options, parse, render

pytest.importorskip("fpdf", reason="fpdf2 is in the group `test`")
pytest.importorskip("pypdfium2", reason="pip install '.[pages]'")
lxml = pytest.importorskip("lxml.etree", reason="python-docx, in the group `test`, brings it")
ALTO = {"a": "http://www.loc.gov/standards/alto/ns-v4#"}
XHTML = {"h": "http://www.w3.org/1999/xhtml"}
SIZE = (850, 1100)  # of US Letter at 100 dots an inch


@pytest.fixture(scope="module")
def page() -> Sheet:
    made = invoice()
    made.write('a <b> & "c" \x0bd', 72, 600)
    made.write("aside", 580, 300, turn=90)
    return made


@pytest.fixture(scope="module")
def options(page: Sheet) -> Options:
    return Options(source=sheets.picture(page, dots=100), source_name='scan "1".png')


def rendered(page: Sheet, name: str, options: Options) -> str:
    return str(
        render(parse(sheets.answer(page, features=["TABLES", "LAYOUT", "FORMS", "SIGNATURES"])), name, options=options)
    )


def boxes(page: Sheet) -> dict[str, tuple[int, int, int, int]]:
    """The place in pixels of each word that stands there once."""
    once = [word for word in spoken(page) if spoken(page).count(word) == 1]
    return {
        word: (
            round(min(points[::2]) * SIZE[0]), round(min(points[1::2]) * SIZE[1]),
            round(max(points[::2]) * SIZE[0]), round(max(points[1::2]) * SIZE[1]),
        )
        for line in page.every_line() for word, points in line.words() if word in once
    }  # fmt: skip


def spoken(page: Sheet) -> list[str]:
    return sorted(re.sub("[\x0b]", "", word) for line in page.every_line() for word in line.text.split(" "))


def alto_rules() -> Any:
    """The rules of ALTO 4.4 for what we write, in RELAX NG: the schema itself comes in no package."""
    return lxml.RelaxNG(lxml.parse(Path(__file__).with_name("alto.rng")))


class TestHocr:
    @pytest.mark.parametrize("format", ["hocr", "alto"])
    def test_it_says_who_has_read_it(self, format: str) -> None:
        local = {"Blocks": [], "awsml_engine": "tesseract 5 <eng>"}
        assert "tesseract 5 &lt;eng&gt;" in str(render(parse(local), format, options=Options()))
        assert "Amazon Textract" in str(render(parse({"Blocks": []}), format, options=Options()))

    def test_it_is_what_the_specification_says(self, page: Sheet, options: Options) -> None:
        root = ElementTree.fromstring(rendered(page, "hocr", options))
        metas = {meta.get("name"): meta.get("content") for meta in root.findall(".//h:meta", XHTML)}
        assert set(metas["ocr-capabilities"].split()) == {"ocr_page", "ocr_carea", "ocr_par", "ocr_line", "ocrx_word"}
        ids = [element.get("id") for element in root.iter() if element.get("id")]
        assert len(ids) == len(set(ids))
        (sheet_,) = root.findall(".//h:div[@class='ocr_page']", XHTML)
        assert "bbox 0 0 850 1100" in sheet_.get("title")
        found = {}
        for line in root.findall(".//h:span[@class='ocr_line']", XHTML):
            outer = numbers(line.get("title"))
            for word in line.findall("h:span[@class='ocrx_word']", XHTML):
                inner = numbers(word.get("title"))
                assert outer[0] <= inner[0] <= inner[2] <= outer[2]
                assert outer[1] <= inner[1] <= inner[3] <= outer[3]
                found[word.text] = inner
                assert 0 <= int(re.search(r"x_wconf (\d+)", word.get("title"))[1]) <= 100
        assert sorted(found) == sorted(set(spoken(page)))
        assert {word: box for word, box in found.items() if word in boxes(page)} == {
            word: box for word, box in boxes(page).items() if word in found
        }
        assert [
            line.get("title")
            for line in root.findall(".//h:span[@class='ocr_line']", XHTML)
            if "textangle 270" in line.get("title")
        ]

    @pytest.mark.parametrize("profile", ["standard", "relaxed"])
    def test_a_validator_of_others_finds_nothing(
        self, page: Sheet, options: Options, tmp_path: Path, profile: str
    ) -> None:
        validator = pytest.importorskip("hocr_spec", reason="hocr-spec is in the group `test`").HocrValidator(profile)
        text = rendered(page, "hocr", options)
        place = tmp_path / "page.hocr"
        place.write_text(re.sub(r"; x_size \d+", "", text), encoding="utf-8")  # tesseract's, which it does not know
        assert (found := validator.validate(str(place))).is_valid(), found.format("text")
        place.write_text(text.replace("bbox", "box"), encoding="utf-8")
        assert not validator.validate(str(place)).is_valid()


class TestAlto:
    def test_it_keeps_the_rules_of_the_schema(self, page: Sheet, options: Options) -> None:
        rules = alto_rules()
        several = sheets.answer(page, sheet("Second."), Sheet(), features=["LAYOUT"])
        for text in (rendered(page, "alto", options), str(render(parse(several), "alto", options=Options()))):
            assert rules.validate(lxml.fromstring(text.encode())), rules.error_log

    @pytest.mark.parametrize(
        ("there", "instead"),
        [
            (' ID="string_1"', ' ID="line_3"'),
            ("<SP/>", "<SP/><SP/>"),
            (' WC="0.9900"', ' WC="99.00"'),
            (' CONTENT="Invoice"', ""),
            ("<MeasurementUnit>pixel</MeasurementUnit>", ""),
            (' PHYSICAL_IMG_NR="1"', ""),
            (' HPOS="100"', ' HPOS="left"'),
            ("<PrintSpace", "<Words/><PrintSpace"),
        ],
    )
    def test_what_the_schema_forbids_is_noticed(self, page: Sheet, options: Options, there: str, instead: str) -> None:
        text = rendered(page, "alto", options)
        assert there in text
        assert not alto_rules().validate(lxml.fromstring(text.replace(there, instead, 1).encode()))

    def test_a_line_without_words_is_left_out(self) -> None:
        answer = sheets.answer(sheet("words", "gone"))
        data = json.loads(answer) if isinstance(answer, bytes | str) else answer
        line = next(one for one in data["Blocks"] if one["BlockType"] == "LINE" and one["Text"] == "gone")
        line["Relationships"] = []
        text = str(render(parse(json.dumps(data).encode()), "alto", options=Options()))
        assert alto_rules().validate(lxml.fromstring(text.encode()))

    def test_it_is_what_the_schema_says(self, page: Sheet, options: Options) -> None:
        root = ElementTree.fromstring(rendered(page, "alto", options))
        assert [child.tag.rpartition("}")[2] for child in root] == ["Description", "Layout"]
        assert root.find("a:Description/a:MeasurementUnit", ALTO).text == "pixel"
        (sheet_,) = root.findall("a:Layout/a:Page", ALTO)
        assert (sheet_.get("WIDTH"), sheet_.get("HEIGHT"), sheet_.get("PHYSICAL_IMG_NR")) == ("850", "1100", "1")
        ids = [element.get("ID") for element in root.iter() if element.get("ID")]
        assert (len(ids) == len(set(ids)), all(re.fullmatch(r"[A-Za-z_][\w.-]*", id) for id in ids)) == (True, True)
        found = {}
        for line in root.findall(".//a:TextLine", ALTO):
            kinds = [child.tag.rpartition("}")[2] for child in line]
            assert kinds == ["String" if number % 2 == 0 else "SP" for number in range(len(kinds))]
            for word in line.findall("a:String", ALTO):
                left, top, width, height = (int(word.get(name)) for name in ("HPOS", "VPOS", "WIDTH", "HEIGHT"))
                found[word.get("CONTENT")] = (left, top, left + width, top + height)
                assert 0 <= float(word.get("WC")) <= 1
        assert sorted(found) == sorted(set(spoken(page)))
        expected = boxes(page)
        assert {word: box for word, box in found.items() if word in expected} == {
            word: box for word, box in expected.items() if word in found
        }


class TestTsv:
    def test_it_has_tesseract_s_columns(self, page: Sheet, options: Options) -> None:
        rows = list(csv.DictReader(io.StringIO(rendered(page, "tsv", options)), delimiter="\t", quoting=csv.QUOTE_NONE))
        assert list(rows[0]) == [
            "level",
            "page_num",
            "block_num",
            "par_num",
            "line_num",
            "word_num",
            "left",
            "top",
            "width",
            "height",
            "conf",
            "text",
        ]
        assert rows[0] | {"level": "1", "width": "850", "height": "1100"} == rows[0]
        expected = boxes(page)
        words = [row for row in rows if row["level"] == "5"]
        assert len(words) == sum(len(line.text.split(" ")) for line in page.every_line())
        for row in words:
            if row["text"] in expected:
                left, top = int(row["left"]), int(row["top"])
                assert (left, top, left + int(row["width"]), top + int(row["height"])) == expected[row["text"]]


class TestPictures:
    def test_boxes_stand_around_the_words(self, options: Options) -> None:
        from PIL import Image

        page = sheet("alone", size=30)
        source = sheets.picture(page, dots=100)
        drawn = Image.open(
            io.BytesIO(render(parse(sheets.answer(page)), "png", options=Options(source=source)))
        ).convert("RGB")
        plain = Image.open(io.BytesIO(source)).convert("RGB")
        assert drawn.size == plain.size
        changed = [
            (x, y)
            for x in range(drawn.width)
            for y in range(drawn.height)
            if drawn.getpixel((x, y)) != plain.getpixel((x, y))
        ]
        left, top, right, bottom = boxes(page)["alone"]
        around = (
            min(x for x, _ in changed),
            min(y for _, y in changed),
            max(x for x, _ in changed),
            max(y for _, y in changed),
        )
        assert around == pytest.approx((left, top, right, bottom), abs=2)
        inside = [(x, y) for x, y in changed if left + 3 < x < right - 3 and top + 3 < y < bottom - 3]
        assert inside == []  # a frame, not a patch

    def test_doubt_is_red(self) -> None:
        from PIL import Image

        page = Sheet()
        page.write("unsure", 72, 100, confidence=30.0)
        drawn = Image.open(io.BytesIO(render(parse(sheets.answer(page)), "png"))).convert("RGB")
        assert {colour for _, colour in drawn.getcolors()} == {(255, 255, 255), (220, 30, 30)}

    def test_pages_stand_one_below_the_other(self) -> None:
        from PIL import Image

        drawn = Image.open(io.BytesIO(render(parse(sheets.answer(sheet("One."), sheet("Two."))), "png")))
        assert drawn.size == (1700, 2 * 2200 + 20)

    def test_svg_has_a_polygon_for_each_word_with_its_text(self, page: Sheet, options: Options) -> None:
        root = ElementTree.fromstring(rendered(page, "svg", options))
        svg = {"s": "http://www.w3.org/2000/svg"}
        tips = [polygon.find("s:title", svg).text for polygon in root.findall(".//s:polygon[@class='word']", svg)]
        assert sorted(tip.split(" · ")[0] for tip in tips) == spoken(page)
        assert root.find(".//s:image", svg).get("href").startswith("data:image/jpeg;base64,")


def numbers(title: str) -> tuple[int, ...]:
    return tuple(map(int, re.search(r"bbox (\d+) (\d+) (\d+) (\d+)", title).groups()))
