"""`awsml textract`: any document in, what stands in it out, nothing left at AWS."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
import yaml
from fakeaws import Aws, AwsError, FakeClock, sheets
from fakeaws.program import Program
from fakeaws.sheets import Grid, Sheet, sheet
from fakeaws.textract import Partial
from pages import FIRST, SECOND, STAGING, THIRD, invoice, known, nothing_is_left, picture, scan, sent

pytest.importorskip("pypdf", reason="pip install '.[documents]'")
pytest.importorskip("pypdfium2", reason="pip install '.[pages]'")
fitz = pytest.importorskip("fpdf", reason="fpdf2 is in the group `test`")

JOB = [
    "HeadBucket",
    "HeadObject",
    "PutObject",
    "StartDocumentTextDetection",
    *["GetDocumentTextDetection"] * 4,  # three until it has ended, one page of results
    "DeleteObject",
]
READ = f"{FIRST}\n\f{SECOND}\n\f{THIRD}\n"


@pytest.fixture(autouse=True)
def _bucket(aws: Aws) -> None:
    aws.bucket(STAGING)


@pytest.fixture
def textract(awsml: Program, tmp_path: Path) -> Program:
    """`awsml textract …` with a bucket, from an empty folder."""
    folder = tmp_path / "here"
    folder.mkdir()

    def run(*words: object, **options: object) -> object:
        options.setdefault("cwd", folder)
        options.setdefault("env", {"AWSML_BUCKET": STAGING})
        return awsml("textract", *map(str, words), **options)  # type: ignore[arg-type]

    return run  # type: ignore[return-value]


class TestWays:
    def test_a_document_of_many_pages_is_one_command(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        run = textract(scan(aws, tmp_path))
        assert (run.exit_code, run.text, run.stderr) == (0, READ, "")
        assert (aws.operations, nothing_is_left(aws)) == (JOB, True)

    def test_one_page_goes_as_bytes(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        path = scan(aws, tmp_path, sheet(FIRST))
        assert textract(path).text == f"{FIRST}\n"
        (call,) = aws.calls
        assert (call.operation, call.params["Document"]["Bytes"]) == ("DetectDocumentText", path.read_bytes())

    @pytest.mark.parametrize("name", ["page.png", "page.jpg", "page.tif"])
    def test_a_picture_goes_as_it_is(self, aws: Aws, textract: Program, tmp_path: Path, name: str) -> None:
        path = picture(aws, tmp_path, sheet(FIRST), name=name)
        assert textract(path).text == f"{FIRST}\n"
        assert [call.params["Document"]["Bytes"] for call in aws.calls] == [path.read_bytes()]

    @pytest.mark.parametrize("name", ["page.webp", "page.gif", "page.bmp"])
    def test_other_pictures_are_converted(self, aws: Aws, textract: Program, tmp_path: Path, name: str) -> None:
        run = textract(picture(aws, tmp_path, sheet(FIRST), name=name))
        (call,) = aws.calls
        assert (run.exit_code, run.stderr) == (0, "")
        assert call.params["Document"]["Bytes"][:4] in (b"\x89PNG", b"\xff\xd8\xff\xe0")

    def test_a_photograph_of_a_telephone_is_converted(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        pytest.importorskip("pillow_heif", reason="pip install '.[heic]'").register_heif_opener()
        run = textract(picture(aws, tmp_path, sheet(FIRST), name="page.heic"))
        (call,) = aws.calls
        assert (run.exit_code, run.stderr, call.params["Document"]["Bytes"][:3]) == (0, "", b"\xff\xd8\xff")

    def test_without_the_library_for_heic_it_says_so(
        self, aws: Aws, textract: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("awsml_cli.formats.pages.picture._knows_heic", lambda: False)
        monkeypatch.setattr("PIL.Image.open", lambda _: (_ for _ in ()).throw(OSError))
        (tmp_path / "page.heic").write_bytes(b"\0\0\0\x1cftypheic" + bytes(100))
        run = textract("page.heic", cwd=tmp_path)
        assert (run.exit_code, aws.calls) == (3, [])
        assert run.stderr.endswith("hint: pip install 'awsml-cli[heic]'\n")

    def test_a_picture_is_turned_as_its_exif_says(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        from PIL import Image

        exif = Image.Exif()
        exif[0x0112] = 6  # to be turned by 90 degrees
        path = picture(aws, tmp_path, sheet(FIRST), name="page.jpg", exif=exif)
        textract(path)
        before = Image.open(path).size
        after = Image.open(io.BytesIO(aws.calls[0].params["Document"]["Bytes"])).size
        assert after == before[::-1]

    def test_without_a_bucket_it_is_read_page_by_page(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        run = awsml("textract", scan(aws, tmp_path))
        assert (run.exit_code, run.text, run.stderr) == (0, READ, "")
        assert sorted(aws.operations) == [*["DetectDocumentText"] * 3, "GetCallerIdentity", "HeadBucket"]

    def test_page_by_page_says_the_same_as_a_job(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        path = scan(aws, tmp_path, invoice(), sheet(SECOND), invoice())
        words = ("tables", path, "--features", "forms,signatures,layout", "-f", "md", "--fresh")
        assert textract(*words, "--via", "pages").text == textract(*words, "--via", "async").text

    def test_a_tiff_of_many_pages(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        pages = (sheet(FIRST), sheet(SECOND))
        path = known(aws, tmp_path / "fax.tif", sheets.tiff(*pages), pages)
        assert textract(path).text == f"{FIRST}\n\f{SECOND}\n"
        staged = [
            call.params["DocumentLocation"]["S3Object"]["Name"] for call in aws.calls_of("StartDocumentTextDetection")
        ]
        assert staged[0].endswith(".tiff")
        assert textract(path, "--via", "pages", "--fresh").exit_code == 0
        assert len(aws.calls_of("DetectDocumentText")) == 2

    def test_an_object_in_s3_stays_where_it_is(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        uri = aws.put(aws.bucket("theirs"), "scans/a.pdf", scan(aws, tmp_path).read_bytes())
        run = textract(uri)
        start = aws.calls_of("StartDocumentTextDetection")[0].params["DocumentLocation"]["S3Object"]
        assert (run.exit_code, run.text, start) == (0, READ, {"Bucket": "theirs", "Name": "scans/a.pdf"})
        assert "PutObject" not in aws.operations
        assert list(aws.objects("theirs")) == ["scans/a.pdf"]

    def test_a_picture_in_s3_is_read_at_once(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        path = picture(aws, tmp_path, sheet(FIRST))
        run = textract(aws.put(aws.bucket("theirs"), "a.png", path.read_bytes()))
        assert (run.text, sent(aws)) == (f"{FIRST}\n", ["HeadObject", "GetObject", "DetectDocumentText"])

    def test_stdin(self, aws: Aws, textract: Program, tmp_path: Path, _home_of_its_own: Path) -> None:
        run = textract("-", stdin=scan(aws, tmp_path).read_bytes())
        assert (run.exit_code, run.text, nothing_is_left(aws)) == (0, READ, True)
        assert list(_home_of_its_own.rglob("stdin-*")) == []

    def test_all_pages_of_a_result_are_merged(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        aws.textract.page_size = 4
        run = textract(scan(aws, tmp_path))
        assert run.text == READ
        assert len(aws.calls_of("GetDocumentTextDetection")) > 6

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["--via", "sync"], "error: scan.pdf does not go into one call: it has 3 pages\nhint: --via pages\n"),
            (["--via", "fast"], "error: unknown way `fast`\nhint: --via auto, sync, async, pages\n"),
            (["--pages", "x"], "error: `x` is no choice of pages\nhint: "),
            (["--pages", "9"], "error: scan.pdf has 3 pages, and none of those asked for\n"),
            (["--pages", "1-2", "--no-wait"], "error: --pages does not go with --no-wait\n"),
            (["--features", "colours"], "error: unknown feature `colours`\nhint: one of: tables, forms"),
            (["--features", "queries"], "error: there is no question\n"),
            (["--min-confidence", "high"], "error: `high` is not a confidence\n"),
            (["-f", "mdd"], "error: unknown format `mdd`\nhint: did you mean `md`?\n"),
        ],
    )
    def test_what_cannot_be_meant_costs_nothing(
        self, aws: Aws, textract: Program, tmp_path: Path, words: list[str], said: str
    ) -> None:
        path = scan(aws, tmp_path)
        run = textract(path.name, *words, cwd=tmp_path)
        assert (run.exit_code, run.stdout, aws.calls) == (2, b"", [])
        assert run.stderr.startswith(said)


class TestPages:
    def test_chosen_pages_alone_are_sent_and_keep_their_numbers(
        self, aws: Aws, textract: Program, tmp_path: Path
    ) -> None:
        path = scan(aws, tmp_path)
        for via in ("async", "pages"):
            run = textract(
                path, "--pages", "2-", "--via", via, "-f", "json", "--query", "pages[].[page, lines[0].text]", "--fresh"
            )
            assert json.loads(run.text) == [[2, SECOND], [3, THIRD]]

    def test_one_page_of_many_needs_no_bucket(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        run = awsml("textract", scan(aws, tmp_path), "--pages", "3")
        assert (run.text, aws.operations) == (f"{THIRD}\n", ["DetectDocumentText"])

    def test_3001_pages_are_refused_and_3000_of_them_are_not(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        path = tmp_path / "long.pdf"
        path.write_bytes(blank_pdf(3001))
        run = textract(path.name, cwd=tmp_path)
        assert (run.exit_code, run.stdout, aws.calls) == (2, b"", [])
        assert run.stderr == (
            "error: long.pdf has 3,001 pages; Textract takes 3,000\nhint: --pages 1-3000, then --pages 3001-\n"
        )
        planned = textract(path.name, "--pages", "1-3000", "--dry-run", "-f", "json", cwd=tmp_path)
        assert [step["price"] for step in json.loads(planned.text)] == [None, 4.5]

    def test_links_do_not_draw_other_pages_in(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        book = fitz.FPDF(unit="pt", format=(612, 792))
        for number in range(40):
            book.add_page()
            book.set_font("Courier", size=12)
            book.text(72, 90, f"Page {number}")
            book.link(72, 80, 100, 20, book.add_link(page=1))
        path = tmp_path / "linked.pdf"
        path.write_bytes(bytes(book.output()))
        textract(path, "--via", "pages", "--pages", "39-40")
        sizes = [len(call.params["Document"]["Bytes"]) for call in aws.calls]
        assert max(sizes) < 2000


class TestBadInput:
    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            ("empty.pdf", b"", "empty.pdf is empty\n"),
            ("notes.png", b"Dear Ann,\n", "notes.png is not a document: it looks like text\nhint: PDF, PNG, JPEG"),
            (
                "film.pdf",
                b"\0\0\0\x18ftypmp42" + bytes(100),
                "film.pdf is not a document: it looks like a recording or a video",
            ),
            ("torn.pdf", b"%PDF-1.7\n1 0 obj\n<<", "torn.pdf cannot be read as a PDF: "),
            ("odd.tiff", b"II*\0\x08\0\0\0\xff\xff", "odd.tiff is damaged: its TIFF structure breaks off\n"),
        ],
    )
    def test_what_is_no_document(
        self, aws: Aws, textract: Program, tmp_path: Path, name: str, content: bytes, said: str
    ) -> None:
        (tmp_path / name).write_bytes(content)
        run = textract(name, cwd=tmp_path)
        assert (run.exit_code, run.stdout, aws.calls) == (2, b"", [])
        assert run.stderr.startswith(f"error: {said}")

    @pytest.mark.parametrize("kind", ["png", "jpg"])
    @pytest.mark.parametrize("share", [0.3, 0.7, 0.99])
    def test_a_picture_that_breaks_off(
        self, aws: Aws, textract: Program, tmp_path: Path, kind: str, share: float
    ) -> None:
        path = picture(aws, tmp_path, sheet(FIRST), name=f"cut.{kind}")
        path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
        run = textract(path.name, cwd=tmp_path)
        assert (run.exit_code, run.stdout, aws.calls) == (2, b"", [])
        assert run.stderr.startswith(f"error: cut.{kind} is damaged: its ")

    @pytest.mark.parametrize("password", ["secret", ""], ids=["to open", "to change"])
    def test_an_encrypted_pdf(self, aws: Aws, textract: Program, tmp_path: Path, password: str) -> None:
        from pypdf import PdfReader, PdfWriter

        writer = PdfWriter(clone_from=PdfReader(scan(aws, tmp_path)))
        writer.encrypt(user_password=password, owner_password="owner", algorithm="RC4-128")
        writer.write(tmp_path / "locked.pdf")
        run = textract("locked.pdf", "--via", "pages", cwd=tmp_path)
        if password:
            assert (run.exit_code, run.stdout, aws.calls) == (2, b"", [])
            assert run.stderr.startswith("error: locked.pdf needs a password\nhint: qpdf --decrypt ")
        else:  # it opens for everybody: its encryption is taken off
            assert (run.exit_code, run.text) == (0, READ)

    def test_a_picture_of_too_many_pixels(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        from PIL import Image

        Image.new("L", (10_001, 20), 255).save(tmp_path / "wide.png")
        run = textract("wide.png", cwd=tmp_path)
        assert (run.exit_code, run.stdout, aws.calls) == (2, b"", [])
        assert run.stderr == (
            "error: wide.png is 10,001 x 20 pixels; Textract takes 10,000 a side\n"
            "hint: --scale makes it smaller, and its letters with it\n"
        )
        assert textract("wide.png", "--scale", cwd=tmp_path).exit_code == 0
        assert Image.open(io.BytesIO(aws.calls[0].params["Document"]["Bytes"])).width == 10_000

    def test_a_picture_of_few_pixels_is_a_picture(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        from PIL import Image

        Image.new("L", (79, 79), 255).save(tmp_path / "small.png")
        assert textract("small.png", cwd=tmp_path).exit_code == 0

    def test_a_bomb_is_not_decoded(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        import struct
        import zlib

        def chunk(kind: bytes, data: bytes) -> bytes:
            return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))

        head = struct.pack(">LLBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
        bomb = (
            b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", head)
            + chunk(b"IDAT", zlib.compress(bytes(1000)))
            + chunk(b"IEND", b"")
        )
        (tmp_path / "bomb.png").write_bytes(bomb)
        for words in ([], ["--scale"]):
            run = textract("bomb.png", *words, cwd=tmp_path)
            assert (run.exit_code, run.stdout, aws.calls) == (2, b"", [])

    def test_a_picture_of_too_many_bytes_is_made_smaller(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        import numpy
        from PIL import Image

        noise = numpy.random.default_rng(7).integers(0, 256, (2200, 2000, 3), dtype="uint8")
        Image.fromarray(noise).save(tmp_path / "noise.png")
        assert (tmp_path / "noise.png").stat().st_size > 10 * 1024**2
        assert textract("noise.png", cwd=tmp_path).exit_code == 0
        assert len(aws.calls[0].params["Document"]["Bytes"]) <= 10 * 1024**2

    def test_a_page_of_200_inches(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        (tmp_path / "plan.pdf").write_bytes(blank_pdf(1, size=(14_400, 100)))
        run = textract("plan.pdf", cwd=tmp_path)
        assert (run.exit_code, aws.calls) == (2, [])
        assert run.stderr == "error: plan.pdf has a page of 200 inches; Textract takes 125\n"

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"", "is empty\n"),
            (b"hello", "cannot be read where it is: it looks like text\n"),
            (b"GIF89a" + bytes(9), "a GIF picture\n"),
        ],
    )
    def test_an_object_that_is_no_document(self, aws: Aws, textract: Program, content: bytes, said: str) -> None:
        run = textract(aws.put(aws.bucket("theirs"), "x", content))
        assert (run.exit_code, run.stdout) == (2, b"")
        assert said in run.stderr
        assert not [call for call in aws.calls if call.service == "textract"]

    def test_an_object_that_is_not_there(self, aws: Aws, textract: Program) -> None:
        run = textract(f"s3://{STAGING}/none.pdf")
        assert (run.exit_code, run.stderr) == (2, f"error: there is no object s3://{STAGING}/none.pdf\n")


class TestViews:
    def test_tables(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        page = Sheet()
        page.table(Grid([["a", "b"], ["1,5", "2"]], 72, 100))
        page.table(Grid([["c"], ["3"]], 72, 300))
        run = textract("tables", picture(aws, tmp_path, page))
        assert run.text == 'a,b\n"1,5",2\n\nc\n3\n'
        assert aws.calls[0].params["FeatureTypes"] == ["TABLES"]

    def test_tables_into_a_folder_are_a_file_each(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        path = scan(aws, tmp_path / "in", invoice(), sheet(SECOND), invoice(), name="sub/a.b.pdf")
        run = textract("tables", path.parent.parent, "-o", f"{tmp_path}/out/")
        made = sorted(file.relative_to(tmp_path).as_posix() for file in (tmp_path / "out").rglob("*.csv"))
        assert (run.exit_code, made) == (0, ["out/sub/a.b-p1-t1.csv", "out/sub/a.b-p3-t1.csv"])
        assert (
            tmp_path / made[0]
        ).read_text() == 'Item,Count,Price\nTea,2,"1,250.50"\nBread,1,$3.20\nTotal,,"1,253.70"\n'

    def test_forms(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        path = picture(aws, tmp_path, invoice())
        assert textract("forms", path).text == "Name:\tAnn Lee\nMember\ttrue\nGift\tfalse\n"
        record = json.loads(textract("forms", path, "-f", "json").text)
        assert record["form"] == {"Name": "Ann Lee", "Member": True, "Gift": False}
        assert [pair["value"] for pair in record["key_values"]] == ["Ann Lee", True, False]

    def test_ask_asks_all_pages(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        path = scan(aws, tmp_path, sheet(FIRST), invoice())
        for via in ("async", "pages"):
            run = textract(
                "ask", path, "-Q", "total=What is the total?", "-Q", "Who is it to?", "--via", via, "--fresh"
            )
            assert run.text == "total\t1,253.70\nWho is it to?\tAnn Lee\n"
        asked = aws.calls_of("StartDocumentAnalysis")[0].params["QueriesConfig"]["Queries"]
        assert asked == [
            {"Text": "What is the total?", "Alias": "total", "Pages": ["*"]},
            {"Text": "Who is it to?", "Pages": ["*"]},
        ]

    def test_ask_tells_the_surest_answer_and_keeps_all(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        one, other = sheet(FIRST), sheet(SECOND)
        one.answers, other.answers = {"Where?": "here"}, {"Where?": "there"}
        path = scan(aws, tmp_path, one, other)
        assert textract("ask", path, "-Q", "Where?").text == "Where?\tthere\n"
        record = json.loads(textract("ask", path, "-Q", "Where?", "-f", "json").text)
        assert (record["answers"], [answer["text"] for answer in record["queries"][0]["answers"]]) == (
            {"Where?": "there"},
            ["there", "here"],
        )

    def test_a_question_without_an_answer(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        path = picture(aws, tmp_path, invoice())
        assert textract("ask", path, "-Q", "Why?").text == "Why?\t\n"
        run = textract("ask", path, "-Q", "Why?", "--require")
        assert (run.exit_code, run.text, run.stderr) == (7, "Why?\t\n", "error: there is no answer to `Why?`\n")
        run = textract("ask", path, "-Q", "Why?", "--require", "-o", tmp_path / "answers.json")
        assert (run.exit_code, (tmp_path / "answers.json").exists()) == (7, True)

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            ([], "error: there is no question\n"),
            (["-Q", "x" * 201], "error: a question has 1 to 200 characters, not 201\n"),
            (["-Q", "Wieviel €?"], "error: Textract takes no `€` in a question\n"),
            (["-Q", "a=Who?", "-Q", "a=What?"], "error: `a` is asked twice\n"),
            (
                [word for number in range(31) for word in ("-Q", f"Number {number}?")],
                "error: 31 questions: Textract takes 30",
            ),
            (["-Q", "Who?", "--adapter", "mine"], "error: `mine` is no version of an adapter\n"),
        ],
    )
    def test_questions_that_aws_would_refuse(
        self, aws: Aws, textract: Program, tmp_path: Path, words: list[str], said: str
    ) -> None:
        run = textract("ask", scan(aws, tmp_path), *words)
        assert (run.exit_code, run.stdout, aws.calls) == (2, b"", [])
        assert run.stderr.startswith(said)

    def test_sixteen_questions_go_in_a_job(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        questions = [word for number in range(16) for word in ("-Q", f"Number {number}?")]
        assert textract("ask", picture(aws, tmp_path, invoice()), *questions).exit_code == 0
        assert "StartDocumentAnalysis" in aws.operations

    def test_an_adapter_is_asked(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        textract("ask", picture(aws, tmp_path, invoice()), "-Q", "Who?", "--adapter", "1a2b3c4d5e6f:2")
        assert aws.calls[0].params["AdaptersConfig"] == {
            "Adapters": [{"AdapterId": "1a2b3c4d5e6f", "Version": "2", "Pages": ["*"]}]
        }

    def test_layout(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        run = textract("layout", picture(aws, tmp_path, invoice()))
        assert run.text.splitlines()[:2] == ["1\tTITLE\tInvoice 2026", "1\tTEXT\tDear Ann, thank you for your order."]

    def test_signatures(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        run = textract("signatures", scan(aws, tmp_path, sheet(FIRST), invoice()))
        assert run.text == "2\t88.5\t0.5719\t0.5303\t0.1961\t0.0455\n"

    def test_expense(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        path = picture(aws, tmp_path, sheet("Corner Shop", "Tea", "Milk"), name="receipt.jpg")
        assert textract("expense", path).text == "VENDOR_NAME\tCorner Shop\t\nITEM\tTea\t1\nITEM\tMilk\t2\n"
        rows = list(csv.DictReader(io.StringIO(textract("expense", path, "-f", "csv").text)))
        assert [row["value"] for row in rows] == ["Corner Shop", "Tea", "Milk"]

    def test_expense_of_many_pages_says_the_same_by_either_way(
        self, aws: Aws, textract: Program, tmp_path: Path
    ) -> None:
        path = scan(aws, tmp_path, sheet("One", "Tea"), sheet("Two", "Milk"))
        runs = [textract("expense", path, "--via", via, "--fresh", "-f", "json") for via in ("async", "pages")]
        assert [run.exit_code for run in runs] == [0, 0]
        assert runs[0].text == runs[1].text

    def test_id_takes_front_and_back_together(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        run = textract("id", scan(aws, tmp_path, sheet("ANN"), sheet("back")))
        assert (run.exit_code, [len(call.params["DocumentPages"]) for call in aws.calls_of("AnalyzeID")]) == (0, [2])

    def test_lending(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        path = scan(aws, tmp_path)
        assert textract("lending", path).text.splitlines()[:2] == [
            f"1\tPAYSLIPS\tBORROWER_NAME\t{FIRST}",
            f"2\tW_2\tBORROWER_NAME\t{SECOND}",
        ]
        summary = json.loads(textract("lending", path, "-f", "json").text)["summary"]
        assert [group["split_documents"][0]["pages"] for group in summary["document_groups"]] == [[1, 3], [2]]
        assert nothing_is_left(aws)

    def test_what_is_not_sure_is_left_out(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        page = sheet("Surely.")
        page.write("Perhaps.", confidence=40.0)
        path = picture(aws, tmp_path, page)
        assert textract(path, "--min-confidence", "90%").text == "Surely.\n"

    def test_tables_over_pages_are_joined(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        pages = []
        for number, (top, names) in enumerate([(560, ["Ann", "Bob"]), (72, ["Cleo", "Dan"]), (72, ["Eve"])]):
            page = Sheet()
            rows = [["Name", "Age"], *([name, str(20 + number)] for name in names)]
            page.table(Grid(rows, 72, top, row=60 if number < 1 else 230))
            pages.append(page)
        path = scan(aws, tmp_path, *pages)
        assert textract("tables", path, "--merge-tables").text == "Name,Age\nAnn,20\nBob,20\nCleo,21\nDan,21\nEve,22\n"
        apart = textract("tables", path)
        assert (apart.text.count("Name,Age"), len(aws.calls_of("StartDocumentAnalysis"))) == (3, 1)


class TestFormats:
    def test_every_format_comes_from_one_answer(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        path = scan(aws, tmp_path, invoice(), sheet(SECOND))
        names = [
            "raw",
            "text",
            "md",
            "html",
            "csv",
            "tsv",
            "json",
            "jsonl",
            "yaml",
            "table",
            "xlsx",
            "hocr",
            "alto",
            "pdf",
            "png",
            "svg",
        ]
        runs = {name: textract("tables", path, "-f", name) for name in names}
        assert {name: (run.exit_code, run.stderr) for name, run in runs.items()} == dict.fromkeys(runs, (0, ""))
        assert len(aws.calls_of("StartDocumentAnalysis")) == 1
        heads = {
            "xlsx": b"PK\x03\x04",
            "pdf": b"%PDF",
            "png": b"\x89PNG",
            "alto": b"<?xml",
            "hocr": b"<?xml",
            "svg": b"<?xml",
        }
        assert {name: runs[name].stdout[: len(head)] for name, head in heads.items()} == heads
        assert json.loads(runs["raw"].text)["DocumentMetadata"] == {"Pages": 2}
        assert json.loads(runs["json"].text) == json.loads(runs["jsonl"].text) == yaml.safe_load(runs["yaml"].text)

    def test_what_was_kept_with_more_answers_what_needs_less(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        path = scan(aws, tmp_path, invoice(), sheet(SECOND))
        textract("tables", path, "--features", "layout")
        for words in ([], ["layout"], ["tables"]):
            assert textract(*words, path).exit_code == 0
        assert len([name for name in aws.operations if name.startswith("Start")]) == 1

    def test_fresh_asks_anew_and_without_cache_nothing_is_kept(
        self, aws: Aws, textract: Program, tmp_path: Path, clock: FakeClock, _home_of_its_own: Path
    ) -> None:
        path = scan(aws, tmp_path)
        textract(path, "--no-cache")
        assert [file for file in (_home_of_its_own / ".cache").rglob("*") if file.is_file()] == []
        textract(path)
        clock.advance(60)
        textract(path, "--fresh")
        tokens = [call.params["ClientRequestToken"] for call in aws.calls_of("StartDocumentTextDetection")]
        assert (len(tokens), len(set(tokens)), len(aws.textract.jobs)) == (2, 2, 2)  # AWS keeps an answer for 7 days

    def test_a_folder_mirrors_the_inputs_folders(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        scan(aws, tmp_path / "in", sheet(FIRST), name="a.pdf")
        picture(aws, tmp_path / "in", sheet(SECOND), name="deep/b.png")
        (tmp_path / "in/notes.txt").write_text("no document")
        run = textract(tmp_path / "in", "-o", f"{tmp_path}/out/")
        assert (run.exit_code, (tmp_path / "out/a.txt").read_text()) == (0, f"{FIRST}\n")
        assert (tmp_path / "out/deep/b.txt").read_text() == f"{SECOND}\n"

    def test_several_documents_name_their_input(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        one, other = picture(aws, tmp_path, invoice(), name="a.png"), picture(aws, tmp_path, sheet(FIRST), name="b.png")
        run = textract("forms", one, other)
        assert run.text == f"{one}\tName:\tAnn Lee\n{one}\tMember\ttrue\n{one}\tGift\tfalse\n"
        whole = json.loads(textract("forms", one, other, "-f", "json").text)
        assert [record["input"] for record in whole] == [str(one), str(other)]

    def test_one_that_fails_does_not_stop_the_others(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        scan(aws, tmp_path / "in", sheet(FIRST), name="a.pdf")
        (tmp_path / "in/b.png").write_text("no picture")
        run = textract(tmp_path / "in", "-f", "jsonl", "--query", "input", "--errors", tmp_path / "errors")
        assert (run.exit_code, run.text) == (5, f'"{tmp_path}/in/a.pdf"\n')
        assert run.stderr.startswith(f"error: {tmp_path}/in/b.png is not a document")
        assert json.loads((tmp_path / "errors").read_text())["input"] == f"{tmp_path}/in/b.png"

    def test_copies_are_paid_once(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        for name in ("a.pdf", "b.pdf", "c.pdf"):
            scan(aws, tmp_path / "in", name=name)
        run = textract(tmp_path / "in", "--query", "text", "-f", "jsonl")
        assert (run.exit_code, run.text) == (0, json.dumps(READ) + "\n" + f"{json.dumps(READ)}\n" * 2)
        assert sorted(aws.operations) == sorted(JOB)

    def test_at_a_terminal_rows_are_a_table_and_text_is_text(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        path = picture(aws, tmp_path, invoice())
        fields = textract("forms", path, tty={"stdout"}, env={"NO_COLOR": "1", "AWSML_BUCKET": STAGING})
        assert fields.text.splitlines()[0].split() == ["key", "value"]
        drawn = textract("tables", path, tty={"stdout"}, env={"NO_COLOR": "1", "AWSML_BUCKET": STAGING})
        assert drawn.text.splitlines()[2].split() == ["Tea", "2", "1,250.50"]
        assert textract(path, tty={"stdout"}).text.startswith("Invoice 2026\n")

    def test_a_pdf_is_not_for_a_terminal_s_eyes(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        run = textract(scan(aws, tmp_path), "-f", "pdf", tty={"stdout"})
        assert (run.exit_code, run.stdout) == (2, b"")


class TestRendering:
    def test_an_answer_renders_offline(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        path = scan(aws, tmp_path, invoice(), sheet(SECOND))
        textract("tables", path, "--features", "forms,layout", "-f", "raw", "-o", tmp_path / "out.json")
        aws.calls.clear()
        for name in ["text", "md", "html", "csv", "tsv", "json", "xlsx", "hocr", "alto", "svg", "png"]:
            run = textract("render", tmp_path / "out.json", "-f", name)
            assert (name, run.exit_code, run.stderr, bool(run.stdout)) == (name, 0, "", True)
        found = textract("render", tmp_path / "out.json", "-o", tmp_path / "found.pdf", "--source", path)
        assert (found.exit_code, aws.calls) == (0, [])
        assert textract("render", tmp_path / "out.json", "--as", "forms").text.startswith("Name:\tAnn Lee\n")
        assert textract("render", tmp_path / "out.json", "--as", "forms", "-f", "csv").text.startswith("key,value\n")

    @pytest.mark.parametrize("command", ["render", "ask", "errors"])
    def test_what_is_read_besides_is_not_written_over(
        self, aws: Aws, textract: Program, tmp_path: Path, command: str
    ) -> None:
        path = scan(aws, tmp_path, sheet(FIRST))
        (tmp_path / "out.json").write_text(json.dumps(sheets.answer(sheet(FIRST))))
        (tmp_path / "questions").write_text("Who?\n")
        words, kept = {
            "render": (["render", tmp_path / "out.json", "--source", path, "-o", path], path),
            "ask": (
                ["ask", path, "--questions-from", tmp_path / "questions", "-o", tmp_path / "questions"],
                tmp_path / "questions",
            ),
            "errors": ([path, "--errors", path], path),
        }[command]
        before = kept.read_bytes()
        run = textract(*words)
        another = "file" if command == "errors" else "-o"
        assert (run.exit_code, run.stderr, kept.read_bytes(), aws.calls) == (
            2,
            f"error: {kept} would be written over the input {kept}\nhint: name another {another}\n",
            before,
            [],
        )

    def test_a_pdf_needs_its_source(self, textract: Program, tmp_path: Path) -> None:
        (tmp_path / "out.json").write_text(json.dumps(sheets.answer(invoice())))
        run = textract("render", tmp_path / "out.json", "-f", "pdf")
        assert (run.exit_code, run.stderr) == (
            2,
            "error: a searchable PDF needs the pages themselves\nhint: --source scan.pdf\n",
        )

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            ("", "error: the answer is empty\n"),
            ("{", "error: this is not JSON: "),
            ("{}", "error: this JSON is not an answer of Textract: its keys are none\n"),
            ('{"JobId": "1"}', "error: this names a job of Textract, it is not its result\n"),
            (
                '{"Blocks": [{"BlockType": "WORD", "Relationships": 7}]}',
                "error: this answer of Textract is damaged inside: ",
            ),
        ],
    )
    def test_what_is_no_answer(self, textract: Program, tmp_path: Path, content: str, said: str) -> None:
        (tmp_path / "out.json").write_text(content)
        run = textract("render", tmp_path / "out.json")
        assert (run.exit_code, run.stdout) == (2, b"")
        assert run.stderr.startswith(said)


class TestJobs:
    def test_an_id_is_enough(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        started = textract(scan(aws, tmp_path), "--no-wait").text.strip()
        assert (started.startswith("textract:us-east-1:"), len(aws.objects(STAGING))) == (True, 1)
        shown = textract("jobs", "get", started, "-f", "json")
        assert json.loads(shown.text)["job_status"] == "IN_PROGRESS"
        assert textract("jobs", "ls").text.split("\t")[:2] == [started, "STARTED"]
        assert textract("jobs", "result", started).text == READ
        assert (nothing_is_left(aws), textract("jobs", "ls").text) == (True, "")
        before = len(aws.calls)
        assert textract(tmp_path / "scan.pdf").text == READ
        assert len(aws.calls) == before

    def test_another_machine_can_fetch_it(
        self, aws: Aws, textract: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        started = textract("tables", scan(aws, tmp_path, invoice(), invoice()), "--no-wait").text.strip()
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "elsewhere"))
        run = textract("jobs", "result", started, "--as", "tables")
        assert run.text.count("Item,Count,Price") == 2

    def test_waiting_and_removing(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        started = textract(scan(aws, tmp_path), "--no-wait").text.strip()
        assert textract("jobs", "rm", started).exit_code == 3
        assert textract("jobs", "wait", started).exit_code == 0
        assert nothing_is_left(aws)
        assert textract("jobs", "rm", started, "-y").exit_code == 0

    def test_what_two_readings_need_stays_until_both_have_ended(
        self, aws: Aws, textract: Program, tmp_path: Path
    ) -> None:
        path = scan(aws, tmp_path, invoice(), invoice())
        lines, tables = (textract(what, path, "--no-wait").text.strip() for what in ("text", "tables"))
        assert textract("jobs", "wait", lines).exit_code == 0
        assert len(aws.objects(STAGING)) == 1
        assert textract("jobs", "wait", tables).exit_code == 0
        assert nothing_is_left(aws)

    def test_the_time_is_up(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        aws.textract.walk = ("IN_PROGRESS",) * 40 + ("SUCCEEDED",)
        run = textract(scan(aws, tmp_path), "--timeout", "20")
        assert (run.exit_code, run.stdout, "textract:us-east-1:" in run.stderr) == (8, b"", True)
        aws.textract.walk = ("SUCCEEDED",)
        again = textract(tmp_path / "scan.pdf")
        assert (again.text, len(aws.textract.jobs), nothing_is_left(aws)) == (READ, 1, True)

    def test_a_job_that_nobody_knows(self, aws: Aws, textract: Program) -> None:
        run = textract("jobs", "get", "textract:us-east-1:" + "0" * 64)
        assert (run.exit_code, "InvalidJobIdException" in run.stderr) == (4, True)


class TestPartialSuccess:
    def test_pages_that_could_not_be_read_are_said(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        path = scan(aws, tmp_path)
        aws.textract.documents[path.read_bytes()] = Partial((sheet(FIRST), sheet(SECOND), sheet(THIRD)), failed=(2,))
        run = textract(path)
        assert (run.exit_code, run.text) == (0, f"{FIRST}\n\f{THIRD}\n")
        assert run.stderr == "warning: page 2 could not be read: page characteristics not supported\n"
        assert nothing_is_left(aws)


class TestPlans:
    def test_a_dry_run_sends_nothing(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        path = scan(aws, tmp_path)
        run = textract("forms", path, "--dry-run", "-f", "jsonl")
        steps = [json.loads(line) for line in run.text.splitlines()]
        assert [step["operation"] for step in steps] == ["s3:PutObject", "textract:StartDocumentAnalysis"]
        assert (steps[1]["units"], steps[1]["price"], aws.calls) == (3, 0.15, [])

    @pytest.mark.parametrize(
        ("words", "price"),
        [
            (["text"], 0.0015),
            (["text", "--features", "layout"], 0.004),
            (["tables"], 0.015),
            (["tables", "--features", "forms,layout,signatures"], 0.065),
            (["ask", "-Q", "Who?"], 0.015),
            (["ask", "-Q", "Who?", "--features", "tables"], 0.02),
            (["ask", "-Q", "Who?", "--adapter", "1a2b3c4d5e6f:1"], 0.025),
            (["expense"], 0.01),
            (["id"], 0.025),
        ],
    )
    def test_the_price_of_a_page(
        self, aws: Aws, textract: Program, tmp_path: Path, words: list[str], price: float
    ) -> None:
        name, *rest = words
        run = textract(name, picture(aws, tmp_path, invoice()), *rest, "--dry-run", "-f", "jsonl")
        assert (json.loads(run.text)["price"], aws.calls) == (price, [])

    def test_a_dear_run_asks_a_person_first(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        path = tmp_path / "long.pdf"
        path.write_bytes(blank_pdf(200))
        tty = {"stdin", "stdout", "stderr"}
        run = textract("forms", path, tty=tty, answers="n\n")
        assert (run.exit_code, aws.calls) == (2, [])

    def test_v_says_what_each_call_costs(self, aws: Aws, textract: Program, tmp_path: Path) -> None:
        run = textract("tables", picture(aws, tmp_path, invoice()), "-v")
        assert "textract AnalyzeDocument: 0.00 s, 1 pages, about 0.015000 USD" in run.stderr


class TestLimits:
    def test_a_job_waits_for_its_turn(self, aws: Aws, textract: Program, tmp_path: Path, clock: FakeClock) -> None:
        full = AwsError("LimitExceededException", "Open jobs exceed maximum concurrent job limit", times=5)
        aws.respond("textract", "StartDocumentTextDetection", full)
        run = textract(scan(aws, tmp_path))
        assert (run.exit_code, run.text, nothing_is_left(aws)) == (0, READ, True)
        assert len(aws.textract.jobs) == 1

    def test_without_the_library_for_pdfs_it_says_so(
        self, aws: Aws, textract: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import sys

        monkeypatch.setitem(sys.modules, "pypdf", None)
        path = tmp_path / "scan.pdf"
        path.write_bytes(b"%PDF-1.7\n")
        run = textract(path)
        assert (run.exit_code, run.stderr) == (
            3,
            "error: this needs pypdf, which is not installed\nhint: pip install 'awsml-cli[documents,pages]'\n",
        )


def blank_pdf(pages: int, *, size: tuple[int, int] = (612, 792)) -> bytes:
    """A PDF of so many empty pages."""
    kids = " ".join(f"{number + 3} 0 R" for number in range(pages))
    objects = ["<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Kids[{kids}]/Count {pages}>>"]
    objects += [f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {size[0]} {size[1]}]>>"] * pages
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, text in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{text}\nendobj\n".encode()
    start = len(out)
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    out += f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{table}".encode()
    out += f"trailer\n<</Size {len(places) + 1}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)
