"""What rendering a long document costs beside reading its JSON with the standard library (each group's first row).

100 pages of 120,000 blocks, 54 MB of JSON: parsing and Markdown cost 1.3 times as much CPU as reading the JSON alone, a
searchable PDF 1.6 times; bounds are kept above that, with room for a noisy machine.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import uuid
from functools import cache
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from awsml_cli.formats.blocks import Document, Options, parse, render

PAGES = [10, 40]
LINES, WORDS, ROWS = 95, 10, 14
CHARACTERS = "abcdefghijklmnop"


def box(left: float, top: float, width: float, height: float, chance: random.Random) -> dict[str, Any]:
    right, bottom, tilt = left + width, top + height, chance.random() * 1e-4
    corners = [(left, top + tilt), (right, top), (right, bottom), (left, bottom + tilt)]
    return {
        "BoundingBox": {"Width": width, "Height": height, "Left": left, "Top": top},
        "Polygon": [{"X": x, "Y": y} for x, y in corners],
    }


@cache
def answer(pages: int) -> bytes:
    """The JSON of so many pages, each with 95 lines of ten words, a table of the last 14, and its layout."""
    chance = random.Random(7)
    blocks = [block for number in range(1, pages + 1) for block in page(number, chance)]
    return json.dumps({"DocumentMetadata": {"Pages": pages}, "JobStatus": "SUCCEEDED", "Blocks": blocks}).encode()


def page(number: int, chance: random.Random) -> list[dict[str, Any]]:
    def block(kind: str, geometry: dict[str, Any], children: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
        made = {"BlockType": kind, "Confidence": 95 + chance.random(), "Geometry": geometry, "Page": number, **more}
        made["Id"] = str(uuid.UUID(int=chance.getrandbits(128)))
        if children:
            made["Relationships"] = [{"Type": "CHILD", "Ids": [child["Id"] for child in children]}]
        return made

    lines, words = [], []
    for line in range(LINES):
        top, left, inside = 0.03 + line * 0.0098, 0.05, []
        for _ in range(WORDS):
            text = "".join(chance.choice(CHARACTERS) for _ in range(chance.randint(2, 9)))
            inside.append(
                block("WORD", box(left, top, len(text) * 0.009, 0.008, chance), [], Text=text, TextType="PRINTED")
            )
            left += len(text) * 0.009 + 0.006
        text = " ".join(word["Text"] for word in inside)
        lines.append(block("LINE", box(0.05, top, left - 0.05, 0.008, chance), inside, Text=text))
        words.append(inside)
    cells = [
        block("CELL", word["Geometry"], [word], RowIndex=row, ColumnIndex=column, RowSpan=1, ColumnSpan=1)
        for row, inside in enumerate(words[-ROWS:], start=1)
        for column, word in enumerate(inside, start=1)
    ]
    table = block("TABLE", box(0.05, 0.8, 0.9, 0.15, chance), cells)
    parts = [("LAYOUT_TITLE", lines[:1]), *(("LAYOUT_TEXT", lines[at : at + 10]) for at in range(1, LINES - ROWS, 10))]
    layout = [block(kind, inside[0]["Geometry"], inside) for kind, inside in [*parts, ("LAYOUT_TABLE", lines[-ROWS:])]]
    sheet = block("PAGE", box(0, 0, 1, 1, chance), lines)
    return [sheet, *lines, *(word for inside in words for word in inside), table, *cells, *layout]


@cache
def document(pages: int) -> Document:
    return parse(answer(pages))


@cache
def source(pages: int) -> bytes:
    fpdf = pytest.importorskip("fpdf", reason="fpdf2 is in the group `test`")
    book = fpdf.FPDF(unit="pt", format="letter")
    for _ in range(pages):
        book.add_page()
    return bytes(book.output())


@pytest.mark.parametrize("pages", PAGES)
def test_reading_the_json(benchmark: BenchmarkFixture, pages: int) -> None:
    measured(benchmark, pages, lambda: json.loads(answer(pages)))


@pytest.mark.parametrize("pages", PAGES)
def test_parsing(benchmark: BenchmarkFixture, pages: int) -> None:
    measured(benchmark, pages, lambda: parse(answer(pages)))


@pytest.mark.parametrize("pages", PAGES)
@pytest.mark.parametrize("name", ["md", "html", "csv", "xlsx", "hocr", "alto", "pdf"])
def test_rendering(benchmark: BenchmarkFixture, name: str, pages: int) -> None:
    if name == "pdf":
        pytest.importorskip("pypdf", reason="pip install '.[documents]'")
    options = Options(source=source(pages)) if name == "pdf" else Options()
    measured(benchmark, pages, lambda: render(document(pages), name, options=options))


def measured(benchmark: BenchmarkFixture, pages: int, work: Any) -> None:
    benchmark.group = f"answer about {pages} pages"
    document(pages)  # made outside of what is measured
    benchmark.pedantic(work, rounds=1)


@pytest.mark.parametrize(("name", "times"), [("md", 2.5), ("pdf", 4.0)])
def test_a_hundred_pages_in_little_more_than_reading_their_json(name: str, times: float) -> None:
    if name == "pdf":
        pytest.importorskip("pypdf", reason="pip install '.[documents]'")
    data, options = answer(100), Options(source=source(100))
    begun = process_time()
    json.loads(data)
    read = process_time() - begun
    render(parse(data), name, options=options)
    assert process_time() - begun - read < read * times


MEMORY = r"""
import re, sys
from pathlib import Path
from awsml_cli.formats.blocks import Options, parse, render
from awsml_cli.formats.blocks import markdown, pdf
import pypdf, pypdfium2
# not getrusage's, which begins with what the process had that started this one
def used(): return 1024 * int(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1])
before = used()
data, source = Path(sys.argv[1]).read_bytes(), Path(sys.argv[2]).read_bytes()
render(parse(data), sys.argv[3], options=Options(source=source))
print((used() - before) / len(data))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of memory is read from Linux's /proc")
@pytest.mark.parametrize("name", ["md", "pdf"])
def test_a_hundred_pages_in_five_times_the_memory_of_their_json(name: str, tmp_path: Path) -> None:
    pytest.importorskip("pypdf", reason="pip install '.[documents]'")
    pytest.importorskip("pypdfium2", reason="pip install '.[pages]'")
    (tmp_path / "answer.json").write_bytes(answer(100))
    (tmp_path / "source.pdf").write_bytes(source(100))
    words = [sys.executable, "-c", MEMORY, tmp_path / "answer.json", tmp_path / "source.pdf", name]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    print(f"{float(done.stdout):.1f} times the JSON")
    assert 0 < float(done.stdout) < 5.0
