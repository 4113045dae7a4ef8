"""What else `awsml textract` makes of documents: safe ones, pictures cut out, a database, parts, joined tables."""

from __future__ import annotations

import io
import json
import re
import sqlite3
from pathlib import Path
from urllib.parse import unquote

import pytest
from fakeaws import Aws, sheets
from fakeaws.program import Program
from fakeaws.sheets import Grid, Sheet, sheet
from pages import FIRST, SECOND, STAGING, invoice, picture, scan

Image = pytest.importorskip("PIL.Image", reason="pip install '.[pages]'")
pdfium = pytest.importorskip("pypdfium2", reason="pip install '.[pages]'")
pypdf = pytest.importorskip("pypdf", reason="pip install '.[documents]'")
pytest.importorskip("fpdf", reason="fpdf2 is in the group `test`")


@pytest.fixture
def textract(awsml: Program, aws: Aws, tmp_path: Path) -> Program:
    """`awsml textract …` with a bucket, in the folder of the test."""
    aws.bucket(STAGING)
    return lambda *words, **options: awsml(  # type: ignore[return-value]
        "textract", *map(str, words), cwd=tmp_path, env={"AWSML_BUCKET": STAGING, **options.pop("env", {})}, **options
    )


def secret() -> Sheet:
    page = sheet("Dear Ann Lee,", "your number is 123-45-6789.", "Yours, Bob")
    page.table(Grid([["Name", "Number"], ["Ann Lee", "123-45-6789"]], 72, 300))
    page.ask("Name:", "Ann Lee", 72, 420)
    return page


class TestRedaction:
    def test_the_text_is_masked_wherever_it_stands(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        path = picture(aws, tmp_path, secret())
        words = ("redact", path, "--match", r"\d{3}-\d{2}-\d{4}", "--match", "Ann Lee", "--features", "tables,forms")
        run = textract(*words)
        assert (run.exit_code, run.text.splitlines()[:3]) == (
            0,
            ["Dear ███ ████", "your number is ████████████", "Yours, Bob"],
        )
        for name in ["text", "md", "html", "json", "jsonl", "yaml", "hocr", "alto"]:
            made = textract(*words, "-f", name)
            assert (name, made.exit_code, "6789" in made.text, "Lee" in made.text) == (name, 0, False, False)
        assert len(aws.calls) == 1

    @pytest.mark.parametrize("source", ["pdf", "png"])
    def test_nothing_of_it_is_left_in_the_pdf(self, aws: Aws, textract: Program, tmp_path: Path, source: str) -> None:
        page = secret()
        path = scan(aws, tmp_path, page, sheet(SECOND)) if source == "pdf" else picture(aws, tmp_path, page)
        run = textract("redact", path, "--match", r"\d{3}-\d{2}-\d{4}", "-o", tmp_path / "safe.pdf")
        assert (run.exit_code, run.stderr) == (0, "")
        data = (tmp_path / "safe.pdf").read_bytes()
        text = pdfium.PdfDocument(data)[0].get_textpage().get_text_range()
        assert ("6789" in text, "number" in text, b"123-45-6789" in data) == (False, True, False)
        assert "6789" not in pypdf.PdfReader(io.BytesIO(data)).pages[0].extract_text()
        drawn = pdfium.PdfDocument(data)[0].render(scale=1).to_pil().convert("L")
        for line in page.every_line():
            for word, points in line.words():
                left, top, right, bottom = box(points, drawn.size)
                dark = [drawn.getpixel((x, y)) < 60 for x in range(left, right) for y in range(top, bottom)]
                assert all(dark) == ("6789" in word), word
        if source == "pdf":
            assert pdfium.PdfDocument(data)[0].get_size() == pytest.approx((612, 792), abs=4)

    def test_a_picture(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        page = sheet("Dear Ann,")
        textract("redact", picture(aws, tmp_path, page), "--match", "Ann", "-o", tmp_path / "safe.png")
        drawn = Image.open(tmp_path / "safe.png").convert("L")
        black = {}
        for word, points in page.lines[0].words():
            left, top, right, bottom = box(points, drawn.size)
            black[word] = all(drawn.getpixel((x, y)) == 0 for x in range(left, right) for y in range(top, bottom))
        assert black == {"Dear": False, "Ann,": True}

    def test_a_name_that_goes_over_the_end_of_a_line(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        path = picture(aws, tmp_path, sheet("This is Ann", "Lee, of Paris."))
        assert textract("redact", path, "--match", "Ann Lee").text == "This is ███\n████ of Paris.\n"

    def test_what_comprehend_takes_for_private(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        path = picture(aws, tmp_path, sheet("Write to jane@example.com or to", "Jane Doe, please."))
        assert textract("redact", path, "--pii").text == "Write to ████████████████ or to\n████ ████ please.\n"
        assert textract("redact", path, "--pii=EMAIL").text == "Write to ████████████████ or to\nJane Doe, please.\n"
        hidden = json.loads(textract("redact", path, "--pii", "-f", "json").text)["hidden"]
        assert hidden == [{"page": 1, "kind": "EMAIL", "words": 1}, {"page": 1, "kind": "NAME", "words": 2}]

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            ([], "error: there is nothing to black out\n"),
            (["--match", "("], "error: `(` is no regular expression: "),
            (["--match", "x", "-f", "raw"], "error: AWS's own answer is not redacted\n"),
            (["--pii", "--language", "de"], "error: Comprehend finds what is private in en and es\n"),
        ],
    )
    def test_what_cannot_be_meant_costs_nothing(
        self, aws: Aws, textract: Program, tmp_path: Path, words: list[str], said: str
    ) -> None:
        run = textract("redact", picture(aws, tmp_path, secret()), *words)
        assert (run.exit_code, run.stdout, aws.calls) == (2, b"", [])
        assert run.stderr.startswith(said)


class TestCrops:
    def test_what_was_found_is_cut_out(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        path = scan(aws, tmp_path / "in", sheet(FIRST), invoice(), name="sub/a.pdf")
        run = textract("tables", path.parent.parent, "--crop", tmp_path / "out")
        (made,) = (tmp_path / "out").rglob("*.png")
        assert (run.exit_code, made.relative_to(tmp_path).as_posix()) == (0, "out/sub/a-p2-table-1.png")
        size = Image.open(made).size
        assert size == pytest.approx((330 / 792 * 3000, 96 / 792 * 3000), abs=30)

    @pytest.mark.parametrize(
        ("words", "count"),
        [(["forms"], 3), (["signatures"], 1), (["layout"], 4), (["text"], len(invoice().every_line()))],
    )
    def test_each_view_has_its_own(
        self, aws: Aws, textract: Program, tmp_path: Path, words: list[str], count: int
    ) -> None:
        textract(*words, picture(aws, tmp_path, invoice()), "--crop", tmp_path / "out")
        assert len(list((tmp_path / "out").iterdir())) == count

    def test_a_line_cut_out_is_that_line(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        page = sheet("alone", size=30)
        path = picture(aws, tmp_path, page)
        textract("text", path, "--crop", "out")
        cut = Image.open(tmp_path / "out/page-p1-line-1.png").convert("L")
        left, top, right, bottom = box(page.lines[0].corners(0, 5), Image.open(path).size)
        assert cut.size == pytest.approx((right - left, bottom - top), abs=12)
        assert cut.getextrema()[0] < 60


def charted() -> Sheet:
    """A page with a title, a chart, and a sentence below it."""
    page = Sheet()
    title = page.write("Sales", 72, 80, size=20)
    below = page.write("They have grown.", 72, 420)
    page.figures.append((120, 140, 300, 200))
    page.layout = [("TITLE", [title]), ("TEXT", [below])]
    return page


class TestFigures:
    def test_a_figure_is_cut_out_and_linked_where_it_stands(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        path = scan(aws, tmp_path / "in", sheet(FIRST), charted(), name="my report.pdf")
        (tmp_path / "out").mkdir()
        line = ["layout", path, "--figures", tmp_path / "pictures", "-o", tmp_path / "out/report.md"]
        run = textract(*line)
        text = (tmp_path / "out/report.md").read_text(encoding="utf-8")
        link = "../pictures/my%20report-p2-figure-1.png"
        assert (run.exit_code, run.stderr) == (0, "")
        assert text.endswith(f"# Sales\n\n![p2-figure-1]({link})\n\nThey have grown.\n")
        cut = Image.open(tmp_path / "out" / unquote(link)).convert("L")
        assert cut.size == pytest.approx((300 / 792 * 3000, 200 / 792 * 3000), abs=30)
        left, right = cut.crop((0, 0, 300, 600)), cut.crop((cut.width - 300, 0, cut.width, 600))
        dark = [sum(part.histogram()[:128]) for part in (left, right)]
        assert dark[1] > dark[0] * 3  # the bars grow to the right

    def test_in_a_pipe_links_lead_from_here(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        scan(aws, tmp_path, charted(), name="a.pdf")
        run = textract("layout", tmp_path / "a.pdf", "--figures", "cut", "-f", "md")
        assert ("![p1-figure-1](cut/a-p1-figure-1.png)" in run.text) == (tmp_path / "cut/a-p1-figure-1.png").exists()
        assert "![" in run.text

    def test_a_folder_of_documents(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        scan(aws, tmp_path / "in", charted(), name="sub/a.pdf")
        scan(aws, tmp_path / "in", charted(), name="b.pdf")
        out = tmp_path / "out"
        run = textract("text", "--features", "layout", tmp_path / "in", "--figures", out, "-f", "md", "-o", f"{out}/")
        found = [
            (made.parent / unquote(link)).exists()
            for made in out.rglob("*.md")
            for link in re.findall(r"!\[.*\]\((.*)\)", made.read_text(encoding="utf-8"))
        ]
        assert (run.exit_code, found, len(list(out.rglob("*.png")))) == (0, [True, True], 2)

    @pytest.mark.parametrize("view", ["text", "tables", "forms"])
    def test_without_the_layout_there_are_none(self, aws: Aws, textract: Program, tmp_path: Path, view: str) -> None:
        path = scan(aws, tmp_path, charted())
        run = textract(view, path, "--figures", tmp_path / "cut")
        assert (run.exit_code, "--features layout" in run.stderr, aws.operations) == (2, True, [])


class TestDatabase:
    def test_a_folder_can_be_searched(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        scan(aws, tmp_path / "in", sheet("The train leaves at nine."), sheet("Nothing."), name="a.pdf")
        scan(aws, tmp_path / "in", sheet("No trains today."), name="b.pdf")
        assert textract(tmp_path / "in", "--sqlite", "scans.db").exit_code == 0
        hits = textract("search", "scans.db", "train")
        assert (hits.exit_code, hits.text) == (0, f"{tmp_path}/in/a.pdf\t1\tThe train leaves at nine.\n")
        assert textract("search", "scans.db", "train*").text.count("\n") == 2
        assert textract("search", "scans.db", "nine.", "(").text.count("\n") == 1
        assert textract("search", "scans.db", "zebra").text == ""
        empty = textract("search", "scans.db", "")
        assert (empty.exit_code, empty.stderr) == (2, "error: there is no word to search for\n")

    def test_what_is_read_again_takes_its_place(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        path = scan(aws, tmp_path, sheet(FIRST), invoice())
        for _ in range(2):
            textract("tables", path, "--features", "forms", "--sqlite", "scans.db")
        rows = sqlite3.connect(tmp_path / "scans.db")
        counts = [
            rows.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
            for name in ("documents", "pages", "tables", "fields")
        ]
        assert counts == [1, 2, 1, 3]
        assert textract("search", "scans.db", "Bread").text.startswith(f"{path}\t2\t")

    def test_a_database_that_is_none(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        (tmp_path / "notes.db").write_text("no database, but a text that is long enough to be looked at as one")
        assert textract("search", "notes.db", "x").exit_code == 2
        assert textract("search", "none.db", "x").exit_code == 2
        run = textract(picture(aws, tmp_path, invoice()), "--sqlite", "notes.db")
        assert (run.exit_code, run.stderr.startswith("error: cannot write into notes.db: ")) == (9, True)


class TestLending:
    def test_its_documents_are_written_as_pdfs(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        path = scan(aws, tmp_path, *(sheet(f"Number {number}.") for number in range(1, 5)))
        run = textract("lending", path, "--split", "parts")
        made = {file.name: pypdf.PdfReader(file) for file in (tmp_path / "parts").iterdir()}
        assert run.exit_code == 0
        assert {name: [page.extract_text() for page in reader.pages] for name, reader in made.items()} == {
            "scan-1-payslips.pdf": ["Number 1.", "Number 3."],
            "scan-2-w_2.pdf": ["Number 2.", "Number 4."],
        }


class TestAdapters:
    @pytest.fixture
    def manifest(self, aws: Aws) -> str:
        return aws.put(aws.bucket("mine"), "manifest.jsonl", b"{}")

    def test_made_trained_chosen_asked_and_removed(
        self, aws: Aws, textract: Program, tmp_path: Path, manifest: str
    ) -> None:
        made = textract("adapters", "create", "invoices", "--query", "adapter_id").text.strip()
        trained = textract("adapters", "train", "invoices", manifest, "--report", "s3://mine/report/", "-f", "json")
        record = json.loads(trained.text)
        assert (record["adapter"], record["status"], record["evaluation_metrics"][0]["AdapterVersion"]["F1Score"]) == (
            f"{made}:1",
            "ACTIVE",
            0.9,
        )
        chosen = textract("adapters", "latest", "invoices", "--query", "adapter").text.strip()
        textract("ask", picture(aws, tmp_path, invoice()), "-Q", "Who?", "--adapter", chosen)
        assert aws.calls_of("AnalyzeDocument")[0].params["AdaptersConfig"]["Adapters"][0]["AdapterId"] == made
        assert textract("adapters", "rm", "invoices").exit_code == 3
        assert (textract("adapters", "rm", "invoices", "-y").exit_code, aws.textract.adapters) == (0, {})

    @pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
    @pytest.mark.parametrize("number", range(1, 7))
    def test_a_training_that_was_killed_is_picked_up(
        self, aws: Aws, textract: Program, manifest: str, number: int, after: bool
    ) -> None:
        textract("adapters", "create", "invoices")
        words = ("adapters", "train", "invoices", manifest, "--report", "s3://mine/report/")
        aws.kill_at(number, after=after)
        textract(*words)
        assert textract(*words).exit_code == 0
        assert [len(one["Versions"]) for one in aws.textract.adapters.values()] == [1]

    def test_the_newest_version_that_works_is_the_latest(self, aws: Aws, textract: Program, manifest: str) -> None:
        textract("adapters", "create", "invoices")
        for training in (("ACTIVE",), ("ACTIVE",), ("CREATION_ERROR",), ("ACTIVE",)):
            aws.textract.training = training
            textract("adapters", "train", "invoices", manifest, "--report", "s3://mine/r", "--fresh")
        aws.textract.training = ("CREATION_IN_PROGRESS",)
        textract("adapters", "train", "invoices", manifest, "--report", "s3://mine/r", "--fresh", "--no-wait")
        listed = [line.split("\t")[:2] for line in textract("adapters", "versions", "invoices").text.splitlines()]
        id = next(iter(aws.textract.adapters))
        assert listed == [
            [f"{id}:5", "CREATION_IN_PROGRESS"], [f"{id}:4", "ACTIVE"], [f"{id}:3", "CREATION_ERROR"], [f"{id}:2", "ACTIVE"], [f"{id}:1", "ACTIVE"],
        ]  # fmt: skip
        assert textract("adapters", "latest", "invoices", "--query", "adapter").text == f"{id}:4\n"
        assert textract("adapters", "wait", f"{id}:5", "--timeout", "10").exit_code == 8

    def test_a_training_that_fails(self, aws: Aws, textract: Program, manifest: str) -> None:
        aws.textract.training = ("CREATION_ERROR",)
        textract("adapters", "create", "invoices")
        run = textract("adapters", "train", "invoices", manifest, "--report", "s3://mine/r")
        assert (run.exit_code, run.stdout) == (4, b"")

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["get", "nobody"], "error: there is no adapter `nobody`\n"),
            (
                ["train", "invoices", "s3://mine/none", "--report", "s3://mine/r"],
                "error: there is no manifest s3://mine/none\n",
            ),
            (
                ["train", "invoices", "manifest.jsonl", "--report", "s3://mine/r"],
                "error: `manifest.jsonl` is not an object in S3\n",
            ),
            (["train", "invoices", "s3://mine/manifest.jsonl", "--report", "r"], "error: `r` is no place in S3\n"),
            (["latest", "invoices"], "error: no version of invoices can be asked yet\n"),
        ],
    )
    def test_what_cannot_be(self, aws: Aws, textract: Program, manifest: str, words: list[str], said: str) -> None:
        textract("adapters", "create", "invoices")
        run = textract("adapters", *words)
        assert (run.exit_code, run.stdout) == (2, b"")
        assert run.stderr.startswith(said)


def box(points: tuple[float, ...], size: tuple[int, int]) -> tuple[int, int, int, int]:
    width, height = size
    xs, ys = points[::2], points[1::2]
    return int(min(xs) * width) + 1, int(min(ys) * height) + 1, int(max(xs) * width), int(max(ys) * height)


def test_the_sheets_of_these_tests_are_what_they_say() -> None:
    assert sheets.sheet("x").text == "x\n"
