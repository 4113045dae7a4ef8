"""Textract on this machine: its operations by boto3, its commands as they are typed."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from fakeaws.program import Program
from PIL import Image

from awsml_cli.core.errors import ConfigError
from awsml_cli.formats.blocks import parse
from awsml_cli.local.engines.read import ppocr
from awsml_cli.local.engines.read.pages import opened
from local import drawn

BUCKET = "awsml-local"
needs_ppocr = pytest.mark.skipif(not ppocr.DECLARATION.installed(), reason=ppocr.DECLARATION.install)


def finished(call, **params) -> dict:
    """The answer about a job that has ended; a question waits for that some seconds by itself."""
    ends = time.monotonic() + 240
    while time.monotonic() < ends:
        answer = call(**params)
        if answer["JobStatus"] != "IN_PROGRESS":
            return answer
        threading.Event().wait(0.05)
    raise AssertionError("the job does not end")


def many(count: int) -> bytes:
    """A PDF of COUNT pages that say their number."""
    from fpdf import FPDF

    book = FPDF(unit="pt", format=(612, 792))
    book.set_font("Helvetica", size=12)
    for number in range(1, count + 1):
        book.add_page()
        for row in range(30):
            book.text(72, 90 + 20 * row, f"Row {row} of page {number} is here.")
    return bytes(book.output())


class TestAtOnce:
    def test_an_answer_has_the_shape_of_aws_s(self, client):
        answer = client("textract").detect_document_text(Document={"Bytes": drawn.invoice()})

        page, *rest = answer["Blocks"]
        by_id = {block["Id"]: block for block in answer["Blocks"]}
        lines = [block for block in rest if block["BlockType"] == "LINE"]
        words = [block for block in rest if block["BlockType"] == "WORD"]
        assert (answer["DocumentMetadata"], answer["DetectDocumentTextModelVersion"]) == ({"Pages": 1}, "1.0")
        assert page["Geometry"]["BoundingBox"] == {"Width": 1, "Height": 1, "Left": 0, "Top": 0}
        assert [block["Id"] for block in lines] == page["Relationships"][0]["Ids"]
        assert [line["Text"] for line in lines] == [
            " ".join(by_id[id]["Text"] for id in line["Relationships"][0]["Ids"]) for line in lines
        ]
        assert sorted(word["Text"] for word in words) == sorted(drawn.words())
        assert {word["TextType"] for word in words} == {"PRINTED"}
        assert len(by_id) == 1 + len(lines) + len(words)
        for block in answer["Blocks"]:
            box, polygon = block["Geometry"]["BoundingBox"], block["Geometry"]["Polygon"]
            assert 0 <= box["Left"] <= box["Left"] + box["Width"] <= 1.000001
            assert 0 <= box["Top"] <= box["Top"] + box["Height"] <= 1.000001
            assert (len(polygon), block["Page"]) == (4, 1)

    def test_it_says_who_made_it(self, client, notes):
        answer = client("textract").detect_document_text(Document={"Bytes": drawn.invoice()})

        headers = answer["ResponseMetadata"]["HTTPHeaders"]
        assert headers["x-awsml-engine"].startswith("pdf-text-layer ")
        assert headers["x-awsml-quality"] == "good"
        assert notes == [f"answered on this machine by {headers['x-awsml-engine']} (good)"]

    @needs_ppocr
    def test_a_picture_in_s3(self, client):
        client("s3").put_object(Bucket=BUCKET, Key="in/page.png", Body=drawn.png(drawn.picture()))

        answer = client("textract").detect_document_text(
            Document={"S3Object": {"Bucket": BUCKET, "Name": "in/page.png"}}
        )

        words = [block["Text"] for block in answer["Blocks"] if block["BlockType"] == "WORD"]
        assert min(drawn.precision_recall(words, drawn.words())) > 0.97
        assert answer["ResponseMetadata"]["HTTPHeaders"]["x-awsml-engine"] == "ppocr-v6-small 3.10.0"

    def test_the_same_document_has_the_same_ids_and_another_has_others(self, client):
        ids = [
            [block["Id"] for block in client("textract").detect_document_text(Document={"Bytes": data})["Blocks"]]
            for data in (drawn.invoice(), drawn.invoice(), many(1))
        ]

        assert ids[0] == ids[1]
        assert not set(ids[0]) & set(ids[2])

    def test_an_empty_page_is_an_answer(self, client):
        from PIL import Image

        answer = client("textract").detect_document_text(
            Document={"Bytes": drawn.png(Image.new("RGB", (300, 300), "white"))}
        )

        assert [block["BlockType"] for block in answer["Blocks"]] == ["PAGE"]

    @pytest.mark.parametrize(
        ("document", "refusal"),
        [
            ({}, "InvalidParameterException"),
            ({"S3Object": {"Bucket": BUCKET, "Name": "nothing"}}, "InvalidS3ObjectException"),
            ({"Bytes": b"some text"}, "UnsupportedDocumentException"),
            ({"Bytes": b"%PDF-1.7\nnothing more"}, "BadDocumentException"),
            ({"Bytes": b"\x89PNG\r\n\x1a\nnothing more"}, "BadDocumentException"),
            ({"Bytes": b"%PDF-" + bytes(10 * 1024 * 1024)}, "DocumentTooLargeException"),
        ],
    )
    def test_what_aws_refuses_is_refused(self, client, document, refusal):
        textract = client("textract")

        with pytest.raises(getattr(textract.exceptions, refusal)):
            textract.detect_document_text(Document=document)

    def test_two_pages_take_a_job(self, client):
        textract = client("textract")

        with pytest.raises(textract.exceptions.UnsupportedDocumentException):
            textract.detect_document_text(Document={"Bytes": many(2)})

    @pytest.mark.parametrize(
        ("method", "params"),
        [
            ("analyze_document", {"Document": {"Bytes": b"%PDF-"}, "FeatureTypes": ["SIGNATURES"]}),
            ("start_lending_analysis", {"DocumentLocation": {"S3Object": {"Bucket": BUCKET, "Name": "x"}}}),
            ("list_adapters", {}),
        ],
    )
    def test_what_no_engine_can_do_is_said(self, client, method, params):
        with pytest.raises(ConfigError, match="no engine on this machine can"):
            getattr(client("textract"), method)(**params)


class TestJobs:
    @pytest.fixture
    def textract(self, client):
        client("s3").put_object(Bucket=BUCKET, Key="in/book.pdf", Body=many(12))
        return client("textract")

    @pytest.fixture
    def location(self) -> dict:
        return {"S3Object": {"Bucket": BUCKET, "Name": "in/book.pdf"}}

    def test_a_job_gives_its_result_in_parts(self, textract, location):
        job = textract.start_document_text_detection(DocumentLocation=location)["JobId"]
        answer = finished(textract.get_document_text_detection, JobId=job, MaxResults=400)
        blocks = list(answer["Blocks"])
        sizes = [len(answer["Blocks"])]
        while "NextToken" in answer:
            answer = textract.get_document_text_detection(JobId=job, MaxResults=400, NextToken=answer["NextToken"])
            blocks += answer["Blocks"]
            sizes.append(len(answer["Blocks"]))

        document = parse([{"Blocks": blocks, "JobStatus": "SUCCEEDED"}])
        assert sizes == [400] * 7 + [12 * (1 + 30 + 30 * 7) - 2800]
        assert [page.number for page in document.pages] == list(range(1, 13))
        assert document.pages[6].lines[3].text == "Row 3 of page 7 is here."
        assert len({block["Id"] for block in blocks}) == len(blocks)

    def test_the_result_lies_where_the_caller_wants_it(self, client, textract, location):
        client("s3").create_bucket(Bucket="mine")
        job = textract.start_document_text_detection(
            DocumentLocation=location, OutputConfig={"S3Bucket": "mine", "S3Prefix": "out"}
        )["JobId"]
        finished(textract.get_document_text_detection, JobId=job)

        found = [one["Key"] for one in client("s3").list_objects_v2(Bucket="mine")["Contents"]]

        assert found == [f"out/{job}/1", f"out/{job}/2", f"out/{job}/3"]

    def test_a_token_starts_one_job(self, textract, location):
        jobs = [
            textract.start_document_text_detection(DocumentLocation=location, ClientRequestToken="t")["JobId"]
            for _ in range(2)
        ]

        assert jobs[0] == jobs[1]
        with pytest.raises(textract.exceptions.IdempotentParameterMismatchException):
            textract.start_document_text_detection(DocumentLocation=location, ClientRequestToken="t", JobTag="other")

    @pytest.mark.parametrize("days", [0, 8])
    def test_a_job_is_known_for_seven_days(self, textract, location, clock, days):
        job = textract.start_document_text_detection(DocumentLocation=location)["JobId"] if days else "0" * 64
        clock.advance(days * 86_400)

        with pytest.raises(textract.exceptions.InvalidJobIdException):
            textract.get_document_text_detection(JobId=job)

    def test_a_broken_document_fails_with_its_reason(self, client, textract, location):
        client("s3").put_object(Bucket=BUCKET, Key="in/book.pdf", Body=b"%PDF-1.7\nnothing more")
        job = textract.start_document_text_detection(DocumentLocation=location)["JobId"]

        answer = finished(textract.get_document_text_detection, JobId=job)

        assert answer["JobStatus"] == "FAILED"
        assert answer["StatusMessage"].startswith("The document cannot be read:")


class TestCommands:
    def test_a_pdf_is_one_command(self, awsml: Program, tmp_path: Path):
        (tmp_path / "book.pdf").write_bytes(many(3))

        run = awsml("textract", "--local", tmp_path / "book.pdf")

        pages = run.text.split("\f")
        assert (run.exit_code, len(pages)) == (0, 3)
        assert [page.splitlines()[0] for page in pages] == [f"Row 0 of page {number} is here." for number in (1, 2, 3)]

    @needs_ppocr
    def test_a_scan_becomes_a_searchable_pdf(self, awsml: Program, tmp_path: Path):
        import pypdf

        (tmp_path / "scan.pdf").write_bytes(drawn.scanned_pdf(drawn.picture(), drawn.scan()))

        run = awsml("textract", "--local", tmp_path / "scan.pdf", "-o", tmp_path / "out.pdf")

        found = [page.extract_text().split() for page in pypdf.PdfReader(tmp_path / "out.pdf").pages]
        assert run.exit_code == 0, run.stderr
        assert [min(drawn.precision_recall(words, drawn.words())) > 0.95 for words in found] == [True, True]

    def test_a_job_is_started_and_read_later(self, awsml: Program, tmp_path: Path):
        (tmp_path / "book.pdf").write_bytes(many(2))

        job = awsml("textract", "--local", tmp_path / "book.pdf", "--no-wait").text.strip()
        run = awsml("textract", "jobs", "result", "--local", job)

        assert (run.exit_code, run.text.split("\f")[1].splitlines()[0]) == (0, "Row 0 of page 2 is here.")

    def test_what_no_engine_can_do_ends_with_3_and_leaves_nothing(self, awsml: Program, tmp_path: Path):
        (tmp_path / "book.pdf").write_bytes(many(1))

        run = awsml("textract", "lending", "--local", tmp_path / "book.pdf")

        assert run.exit_code == 3
        assert "no engine on this machine can do textract StartLendingAnalysis" in run.stderr
        assert "warning" not in run.stderr

    def test_raw_is_aws_s_own_form(self, awsml: Program, tmp_path: Path):
        (tmp_path / "page.pdf").write_bytes(drawn.invoice())

        answer = json.loads(awsml("textract", "--local", tmp_path / "page.pdf", "-f", "raw").text)

        ours = {"awsml_engine", "awsml_quality"}  # as in transcripts
        assert set(answer) == {"DocumentMetadata", "Blocks", "DetectDocumentTextModelVersion", *ours}

    @pytest.mark.parametrize("via", ["sync", "async", "pages"])
    def test_a_record_says_who_made_it(self, awsml: Program, tmp_path: Path, via: str):
        (tmp_path / "page.pdf").write_bytes(drawn.invoice())

        run = awsml("textract", "forms", "--local", tmp_path / "page.pdf", "--via", via, "-f", "json")

        names = [name.split(" ")[0] for name in json.loads(run.text)["engine"].split(", ")]
        assert names == ["pdf-text-layer", "fields-by-rule"]

    def test_a_command_imports_no_engine_that_it_does_not_use(self, tmp_path: Path):
        (tmp_path / "page.pdf").write_bytes(many(1))
        code = (
            "import sys; from awsml_cli.main import main; main(['textract', '--local', 'page.pdf'])\n"
            "print(sorted(sys.modules.keys() & {'cv2', 'onnxruntime', 'tesserocr', 'dlib', 'numpy', 'faster_whisper'}))"
        )

        run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)

        assert run.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("limit", [100, 500_000])  # of Pillow's own guard: half of it warns, all of it refuses
def test_the_pages_of_a_large_picture_are_counted_by_our_own_limit(monkeypatch, recwarn, limit):
    monkeypatch.setattr("PIL.Image.MAX_IMAGE_PIXELS", limit)
    out = io.BytesIO()
    Image.new("L", (1_000, 800), "white").save(out, "PNG")
    with opened(out.getvalue()) as pages:
        assert (pages.count, [str(warning.message) for warning in recwarn]) == (1, [])


def test_pages_of_a_tiff(client):
    out = io.BytesIO()
    pages = [drawn.picture(dots=72), drawn.picture(dots=72)]
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:])
    textract = client("textract")

    with pytest.raises(textract.exceptions.UnsupportedDocumentException):
        textract.detect_document_text(Document={"Bytes": out.getvalue()})
