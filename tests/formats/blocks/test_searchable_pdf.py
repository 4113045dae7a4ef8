"""Searchable PDFs, read back by PDFium and by pypdf: every word is found, where it stands, and nothing is seen of it."""

from __future__ import annotations

import io
import unicodedata

import pytest
from fakeaws import sheets
from fakeaws.sheets import HEIGHT, WIDTH, Sheet, sheet
from hypothesis import given, settings
from hypothesis import strategies as st
from pages import invoice

from awsml_cli.core.errors import UsageError
from awsml_cli.formats.blocks import Options, parse, render

pdfium = pytest.importorskip("pypdfium2", reason="pip install '.[pages]'")
pypdf = pytest.importorskip("pypdf", reason="pip install '.[documents]'")
pytest.importorskip("fpdf", reason="fpdf2 is in the group `test`")

SCRIPTS = "Grüße Ωμέγα Привет नमस्ते 你好世界 こんにちは 안녕하세요 สวัสดี 😀🎉 ﬁnal naïve"


def searchable(*pages: Sheet, source: bytes | None = None, rotate: int = 0) -> bytes:
    answer = sheets.answer(*pages)
    if rotate:
        answer = sheets.turned(answer, rotate)
    source = source or sheets.pdf(*pages, rotate=rotate, visible=False)
    made = render(parse(answer), "pdf", options=Options(source=source))
    assert isinstance(made, bytes)
    return made


def texts(data: bytes) -> list[str]:
    book = pdfium.PdfDocument(data)
    return [book[number].get_textpage().get_text_range() for number in range(len(book))]


def place_of(data: bytes, word: str, *, page: int = 0) -> list[float]:
    """Left, bottom, right and top of WORD in points, as PDFium finds it."""
    text = pdfium.PdfDocument(data)[page].get_textpage()
    first, count = text.search(word).get_next()
    boxes = [text.get_charbox(number) for number in range(first, first + count)]
    return [
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    ]


def turned_page() -> Sheet:
    page = sheet("upright words stand here")
    page.write("clockwise", 500, 200, turn=90)
    page.write("overhead", 300, 600, turn=180)
    page.write("counterclockwise", 560, 500, turn=270)
    return page


class TestWords:
    def test_every_word_is_found_by_two_readers(self) -> None:
        data = searchable(invoice(), turned_page())
        for number, page in enumerate((invoice(), turned_page())):
            wanted = sorted(word for line in page.every_line() for word in line.text.split())
            assert sorted(texts(data)[number].split()) == wanted
            assert sorted(pypdf.PdfReader(io.BytesIO(data)).pages[number].extract_text().split()) == wanted

    @pytest.mark.parametrize("word", ["upright", "clockwise", "overhead", "counterclockwise"])
    def test_a_word_stands_where_it_is_seen(self, word: str) -> None:
        page = turned_page()
        line = next(line for line in page.lines if word in line.text.split())
        points = dict(line.words())[word]
        expected = [
            min(points[::2]) * WIDTH,
            (1 - max(points[1::2])) * HEIGHT,
            max(points[::2]) * WIDTH,
            (1 - min(points[1::2])) * HEIGHT,
        ]
        assert place_of(searchable(page), word) == pytest.approx(expected, abs=0.2)

    @pytest.mark.parametrize("rotate", [90, 180, 270])
    def test_a_page_that_its_pdf_shows_turned(self, rotate: int) -> None:
        page = turned_page()
        data = searchable(page, rotate=rotate)
        assert sorted(texts(data)[0].split()) == sorted(word for line in page.lines for word in line.text.split())
        line = page.lines[0]
        upright = place_of(searchable(page), "upright")
        left, bottom, right, top = place_of(data, "upright")
        assert (right - left, top - bottom) == pytest.approx(
            (upright[2] - upright[0], upright[3] - upright[1]), abs=0.2
        ), line

    def test_a_page_with_a_crop_box(self) -> None:
        reader = pypdf.PdfReader(io.BytesIO(sheets.pdf(sheet("corner"), visible=False)))
        writer = pypdf.PdfWriter(clone_from=reader)
        box = pypdf.generic.RectangleObject((100, 50, 400, 700))
        writer.pages[0].cropbox = box
        out = io.BytesIO()
        writer.write(out)
        left, _bottom, _right, top = place_of(searchable(sheet("corner"), source=out.getvalue()), "corner")
        first = sheet("corner").lines[0]
        assert (left, top) == pytest.approx(
            (100 + first.x / WIDTH * 300, 50 + (1 - (first.y - 9) / HEIGHT) * 650), abs=0.5
        )

    def test_every_script_is_found(self) -> None:
        data = searchable(sheet(*SCRIPTS.split()), source=sheets.pdf(Sheet()))
        found = texts(data)[0].split()
        assert [word for word in SCRIPTS.split() if unicodedata.normalize("NFKC", word) not in found] == []
        assert sorted(pypdf.PdfReader(io.BytesIO(data)).pages[0].extract_text().split()) == sorted(SCRIPTS.split())

    @pytest.mark.parametrize("word", ["שלום", "مرحبا", "בדיקה"])
    def test_what_is_written_from_the_right_is_found_as_it_is_spoken(self, word: str) -> None:
        assert texts(searchable(sheet(word), source=sheets.pdf(Sheet())))[0].split() == [word]

    @settings(max_examples=40, deadline=None)
    @given(
        st.lists(
            st.text(
                st.characters(whitelist_categories=("Lu", "Ll", "Nd", "Po"), max_codepoint=0x2FF),
                min_size=1,
                max_size=9,
            ),
            min_size=1,
            max_size=6,
        )
    )
    def test_any_words(self, words: list[str]) -> None:
        data = searchable(sheet(*words), source=sheets.pdf(Sheet()))
        assert pypdf.PdfReader(io.BytesIO(data)).pages[0].extract_text().split() == words


class TestPages:
    def test_nothing_is_seen_of_it(self) -> None:
        page = invoice()
        source = sheets.pdf(page, visible=False)
        seen = [
            pdfium.PdfDocument(data)[0].render(scale=1).to_pil().tobytes()
            for data in (source, searchable(page, source=source))
        ]
        assert seen[0] == seen[1]

    def test_a_page_that_has_its_text_gets_none_twice(self) -> None:
        source = sheets.pdf(invoice(), sheet("Two."))
        data = searchable(invoice(), sheet("Two."), source=source)
        assert texts(data)[0].count("Bread") == 1

    def test_what_else_the_pdf_has_stays(self) -> None:
        writer = pypdf.PdfWriter(
            clone_from=pypdf.PdfReader(io.BytesIO(sheets.pdf(sheet("One."), sheet("Two."), visible=False)))
        )
        writer.add_outline_item(title="Second", page_number=1)
        writer.add_metadata({"/Title": "Letters"})
        out = io.BytesIO()
        writer.write(out)
        made = pypdf.PdfReader(io.BytesIO(searchable(sheet("One."), sheet("Two."), source=out.getvalue())))
        assert ([item.title for item in made.outline], made.metadata.title, len(made.pages)) == (
            ["Second"],
            "Letters",
            2,
        )

    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
    def test_a_picture_becomes_a_page(self, kind: str) -> None:
        page = invoice()
        source = sheets.picture(page, kind=kind, dots=60)
        data = searchable(page, source=source)
        drawn = pdfium.PdfDocument(data)[0].render(scale=1).to_pil().convert("L")
        assert sorted(texts(data)[0].split()) == sorted(
            word for line in page.every_line() for word in line.text.split()
        )
        assert drawn.getextrema()[0] < 60  # the picture is there
        if kind == "JPEG":
            assert source in data  # byte for byte

    def test_a_fax_of_two_pages(self) -> None:
        pages = (sheet("One."), sheet("Two."))
        assert [text.split() for text in texts(searchable(*pages, source=sheets.tiff(*pages)))] == [["One."], ["Two."]]

    def test_a_source_of_fewer_pages_is_another_document(self) -> None:
        for source in (sheets.pdf(sheet("One.")), sheets.picture(sheet("One."), dots=20)):
            with pytest.raises(UsageError, match="no page 2"):
                searchable(sheet("One."), sheet("Two."), source=source)

    def test_without_the_source_there_is_no_page(self) -> None:
        with pytest.raises(UsageError, match="needs the pages"):
            render(parse(sheets.answer(invoice())), "pdf")
