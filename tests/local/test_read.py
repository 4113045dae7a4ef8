"""The engines that read, on drawn pages with known words and on a scan that ships with scikit-image."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from awsml_cli.core.errors import ConfigError
from awsml_cli.local.engines import read
from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.engines.read import ppocr, tesseract
from awsml_cli.local.engines.read.found import box
from local import drawn

needs_ppocr = pytest.mark.skipif(not ppocr.DECLARATION.installed(), reason=ppocr.DECLARATION.install)
needs_tesseract = pytest.mark.skipif(not tesseract.DECLARATION.installed(), reason=tesseract.DECLARATION.install)
PPOCR, TESSERACT = (
    pytest.param(name, marks=mark) for name, mark in (("ppocr", needs_ppocr), ("tesseract", needs_tesseract))
)
SCANNED = (  # page.png of scikit-image, as a person reads it
    "Region-based segmentation Let us first determine markers of the coins and the background. These markers are pixels "
    "that we can label unambiguously as either object or background. Here, the markers are found at the two extreme "
    "parts of the histogram of grey values: >>> markers = np.zeros_like(coins)"
)


def loaded(name: str, home: Path):
    return read.load(read.choose(env={read.CHOICE: name}), home=home)


def said(lines) -> list[str]:
    return [word.text for line in lines for word in line.words]


@pytest.mark.parametrize(
    ("engine", "page", "precision", "recall"),
    [
        pytest.param("ppocr", "clean", 0.98, 0.98, marks=needs_ppocr),
        pytest.param("ppocr", "scan", 0.97, 0.97, marks=needs_ppocr),
        pytest.param("tesseract", "clean", 0.96, 0.97, marks=needs_tesseract),
        pytest.param("tesseract", "scan", 0.90, 0.90, marks=needs_tesseract),
    ],
)
def test_words_of_a_clean_and_a_bad_page(engine, page, precision, recall, home, record_property):
    found = loaded(engine, home).lines(drawn.picture() if page == "clean" else drawn.scan())

    measured = drawn.precision_recall(said(found), drawn.words())

    record_property("precision, recall", measured)
    assert measured[0] >= precision
    assert measured[1] >= recall


@pytest.mark.parametrize("engine", [PPOCR, TESSERACT])
def test_a_page_of_a_book_that_was_scanned(engine, home):
    skimage = pytest.importorskip("skimage")
    from PIL import Image

    page = Image.open(Path(skimage.__file__).parent / "data" / "page.png").convert("RGB")

    precision, recall = drawn.precision_recall(said(loaded(engine, home).lines(page)), SCANNED.split())

    assert min(precision, recall) >= (0.97 if engine == "ppocr" else 0.85)


@pytest.mark.parametrize("engine", [PPOCR, TESSERACT])
@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_that_lies_on_its_side(engine, turn, home):
    page = drawn.picture(turn=turn)

    found = loaded(engine, home).lines(page)

    precision, recall = drawn.precision_recall(said(found), drawn.words())
    title = next(word for line in found for word in line.words if word.text == "INVOICE")
    first = title.corners[:2]
    left, top, right, bottom = box(title.corners)
    begins = {90: (right, top), 180: (right, bottom), 270: (left, bottom)}[turn]
    assert min(precision, recall) >= 0.97
    assert first == pytest.approx(begins, abs=4)
    assert [line.text for line in found][:3] == ["INVOICE", "Invoice Number: 2024-0815", "Due Date: 13 April 2024"]


@pytest.mark.parametrize("engine", [PPOCR, TESSERACT])
def test_a_word_stands_where_it_is_seen(engine, home):
    """Against the PDF's own places: boxes share most of their area."""
    with read.opened(drawn.invoice()) as pages:
        page = pages.page(1)
        exact = {word.text: box(word.corners) for words in page.said for word in words}
        found = loaded(engine, home).lines(page.picture)
    once = [word for line in found for word in line.words if said(found).count(word.text) == 1 and word.text in exact]

    shared = [_shared(box(word.corners), exact[word.text]) for word in once]

    assert len(once) > 40
    assert sum(shared) / len(shared) > 0.6
    assert min(shared) > 0.25


def test_what_a_pdf_says_itself_is_exact_and_loads_no_engine():
    code = (
        "import sys; from pathlib import Path; from local import drawn; from awsml_cli.local.engines import read\n"
        "with read.opened(drawn.invoice()) as pages: found = read.read(pages.page(1), home=Path('.'))\n"
        "print(sorted(word.text for line in found.lines for word in line.words) == sorted(drawn.words()), "
        "[one.name for one in found.engines], sorted(sys.modules.keys() & {'cv2', 'onnxruntime', 'tesserocr', 'rapidocr'}))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1]
    )

    assert run.stdout == "True ['pdf-text-layer'] []\n"


@needs_ppocr
def test_what_stands_in_a_picture_on_a_page_with_text_is_read_too(home):
    from fpdf import FPDF

    book = FPDF(unit="pt", format=(612, 792))
    book.add_page()
    book.set_font("Helvetica", size=14)
    book.text(50, 60, "This line is text.")
    book.image(drawn.picture(dots=100).crop((0, 100, 600, 200)), 50, 100, 432, 72)
    with read.opened(bytes(book.output())) as pages:
        found = read.read(pages.page(1), home=home)

    assert found.lines[0].text == "This line is text."
    assert "Invoice Number: 2024-0815" in [line.text for line in found.lines]
    assert [one.name for one in found.engines] == ["pdf-text-layer", "ppocr-v6-small"]


@needs_ppocr
def test_text_that_is_not_painted_is_not_believed(home):
    """A scan with an older, wrong reading beneath it."""
    from fpdf import FPDF
    from fpdf.enums import TextMode

    book = FPDF(unit="pt", format=(612, 792))
    book.add_page()
    book.image(drawn.picture(), 0, 0, 612, 792)
    book.set_font("Helvetica", size=14)
    with book.local_context(text_mode=TextMode.INVISIBLE):
        book.text(50, 95, "WRONG reading")
    with read.opened(bytes(book.output())) as pages:
        found = read.read(pages.page(1), home=home)

    assert "WRONG" not in said(found.lines)
    assert drawn.precision_recall(said(found.lines), drawn.words())[1] > 0.97


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_a_pdf_that_shows_its_page_turned(rotate):
    import io

    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(drawn.invoice())))
    writer.pages[0].rotate(rotate)
    out = io.BytesIO()
    writer.write(out)
    with read.opened(out.getvalue()) as pages:
        page = pages.page(1)
        found = read.read(page, home=Path("."))
        title = box(next(word.corners for line in found.lines for word in line.words if word.text == "INVOICE"))
        levels = page.picture.convert("L").crop(tuple(int(side) for side in title))

    assert [line.text for line in found.lines][:2] == ["INVOICE", "Invoice Number: 2024-0815"]
    assert levels.getextrema()[0] < 60  # it is there


def test_without_an_engine_the_commands_that_install_one_are_named(monkeypatch, home):
    monkeypatch.setattr(Declaration, "installed", lambda self: self.package == "pypdfium2")
    with read.opened(drawn.png(drawn.picture(dots=50))) as pages, pytest.raises(ConfigError) as refused:
        read.read(pages.page(1), home=home)

    assert "awsml-cli[sight]" in (refused.value.hint or "")
    assert "awsml-cli[ocr-light]" in (refused.value.hint or "")


@pytest.mark.parametrize("name", ["nobody", "ppocr-v9"])
def test_a_choice_that_cannot_be_is_said(name):
    with pytest.raises(ConfigError, match="names no engine"):
        read.choose(env={read.CHOICE: name})


@needs_ppocr
def test_speed(benchmark, home):
    """Two seconds a page on two idle cores: four seconds of the processor's time, about half of which is spent."""
    engine = loaded("ppocr", home)
    page = drawn.picture()
    engine.lines(page)
    spent = []

    def once() -> None:
        begun = time.process_time()
        assert engine.lines(page)
        spent.append(time.process_time() - begun)

    benchmark.pedantic(once, rounds=3, iterations=1)
    assert min(spent) < 4


def _shared(one, other) -> float:
    """The area that two boxes share, of the area of both."""
    across, down = min(one[2], other[2]) - max(one[0], other[0]), min(one[3], other[3]) - max(one[1], other[1])
    if across <= 0 or down <= 0:
        return 0.0
    whole = sum((right - left) * (bottom - top) for left, top, right, bottom in (one, other))
    return across * down / (whole - across * down)
