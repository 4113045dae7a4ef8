"""`awsml textract insights`: what is typed, what arrives at AWS, what comes out, and what is left."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fakeaws import Aws, AwsError
from fakeaws.program import Program
from fakeaws.sheets import sheet
from pages import FIRST, SECOND, STAGING, THIRD, nothing_is_left, picture, scan

pytest.importorskip("pypdf", reason="pip install '.[documents]'")
pytest.importorskip("fpdf", reason="fpdf2 is in the group `test`")

READ = f"{FIRST}\n{SECOND}\n{THIRD}\n"
MARKDOWN = f"# {FIRST}\n\n# {SECOND}\n\n# {THIRD}\n"
START = "StartDocumentInsights"


@pytest.fixture
def document(aws: Aws, tmp_path: Path) -> Path:
    """A PDF of three pages, a bucket to stage it in, a project and a blueprint."""
    aws.bucket(STAGING)
    aws.textract.project("other")
    aws.textract.project("spare")
    aws.textract.project("reports")
    aws.textract.blueprint("receipts", ["vendor", "total"])
    return scan(aws, tmp_path)


def custom(name: str, confidence: float = 0.9) -> bytes:
    """What AWS writes about a document whose fields were looked for."""
    return json.dumps(
        {
            "matched_blueprint": {"name": name, "confidence": 1},
            "inference_result": {"vendor": {"name": "AnyCompany"}, "items": [{"price": 2.5}], "paid": False},
            "explainability_info": [
                {
                    "vendor": {"name": {"value": "AnyCompany", "confidence": confidence}},
                    "items": [{"price": {"value": 2.5, "confidence": 0.5}}],
                }
            ],
        }
    ).encode()


class TestReading:
    def test_a_document_is_one_command(self, aws: Aws, awsml: Program, document: Path) -> None:
        run = awsml("textract", "insights", document, "--project", "reports", "--bucket", STAGING)
        call = aws.calls_of(START)[0].params
        assert (run.exit_code, run.text, run.stderr) == (0, READ, "")
        assert call["ProjectArn"].endswith(next(iter(aws.textract.projects)).rpartition("/")[2]) is False
        assert aws.textract.projects[call["ProjectArn"]]["ProjectName"] == "reports"
        assert call["InputConfiguration"]["S3Uri"].startswith(f"s3://{STAGING}/awsml/tmp/insights-")
        assert call["OutputConfiguration"]["S3Uri"].startswith(f"s3://{STAGING}/awsml/tmp/insights-")
        assert nothing_is_left(aws)

    @pytest.mark.parametrize(
        ("words", "said"),
        [(["-f", "md"], MARKDOWN), (["-f", "text"], READ)],
        ids=["md", "text"],
    )
    def test_formats(self, aws: Aws, awsml: Program, document: Path, words: list[str], said: str) -> None:
        run = awsml("textract", "insights", document, "--project", "reports", "--bucket", STAGING, *words)
        assert (run.exit_code, run.text) == (0, said)

    def test_every_format_comes_from_one_answer(self, aws: Aws, awsml: Program, document: Path) -> None:
        line = ["textract", "insights", document, "--project", "reports", "--bucket", STAGING]
        awsml(*line)
        record = json.loads(awsml(*line, "-f", "json").text)
        raw = json.loads(awsml(*line, "-f", "raw").text)
        assert record["extraction"][0]["metadata"]["number_of_pages"] == 3
        assert raw["0/extraction/0/result.json"] == record["extraction"][0]
        assert record["files"] == ["0/extraction/0/result.md", "0/extraction/0/result.txt"]
        assert len(aws.calls_of(START)) == 1

    def test_tables_are_csv_an_empty_line_between(self, aws: Aws, awsml: Program, document: Path) -> None:
        aws.textract.found = {
            "0/extraction/0/result.json": b'{"document": {"representation": {"text": "x"}}}',
            "0/extraction/0/assets/aa.csv": b"a,b\n1,2\n",
            "0/extraction/10/assets/bb.csv": b"e\n",
            "0/extraction/2/assets/cc.csv": b"c,d",
        }
        run = awsml("textract", "insights", document, "--project", "reports", "--bucket", STAGING, "-f", "csv")
        assert run.text == "a,b\n1,2\n\nc,d\n\ne\n"

    def test_all_files_into_a_folder(self, aws: Aws, awsml: Program, document: Path, tmp_path: Path) -> None:
        out = tmp_path / "found"
        run = awsml("textract", "insights", document, "--project", "reports", "--bucket", STAGING, "-o", f"{out}/")
        made = sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())
        assert (run.exit_code, run.text) == (0, "")
        assert made == [
            *("scan/0/extraction/0/result.json", "scan/0/extraction/0/result.md", "scan/0/extraction/0/result.txt"),
            "scan/job_metadata.json",
        ]
        assert (out / "scan/0/extraction/0/result.md").read_text() + "\n" == MARKDOWN

    def test_a_file_that_leads_out_of_the_folder_is_refused(
        self, aws: Aws, awsml: Program, document: Path, tmp_path: Path
    ) -> None:
        aws.textract.found = {
            "0/extraction/0/result.json": b'{"document": {"representation": {"text": "x"}}}',
            "0/../../../../evil.txt": b"x",
        }
        out = tmp_path / "a" / "b"
        out.mkdir(parents=True)
        run = awsml("textract", "insights", document, "--project", "reports", "--bucket", STAGING, "-o", f"{out}/")
        assert (run.exit_code, "leads out of its folder" in run.stderr) == (4, True)
        assert not list(tmp_path.rglob("evil.txt"))

    def test_an_object_in_s3_stays_where_it_is(self, aws: Aws, awsml: Program, document: Path) -> None:
        uri = aws.put(aws.bucket("theirs"), "one.pdf", document.read_bytes())
        run = awsml("textract", "insights", uri, "--project", "reports", "--bucket", STAGING)
        assert (run.text, nothing_is_left(aws), list(aws.objects("theirs"))) == (READ, True, ["one.pdf"])
        assert aws.calls_of(START)[0].params["InputConfiguration"]["S3Uri"] == uri

    def test_stdin_and_a_picture_that_is_converted(
        self, aws: Aws, awsml: Program, document: Path, tmp_path: Path
    ) -> None:
        line = ["textract", "insights", "-", "--project", "reports", "--bucket", STAGING]
        assert awsml(*line, stdin=document.read_bytes()).text == READ
        webp = picture(aws, tmp_path, sheet("A photograph."), name="page.webp")
        run = awsml("textract", "insights", webp, "--project", "reports", "--bucket", STAGING)
        assert (run.exit_code, nothing_is_left(aws)) == (0, True)
        assert aws.calls_of(START)[1].params["InputConfiguration"]["S3Uri"].endswith(".jpeg")

    def test_many_documents_one_bad(self, aws: Aws, awsml: Program, document: Path, tmp_path: Path) -> None:
        bad = tmp_path / "bad.pdf"
        bad.write_bytes(b"hello")
        run = awsml("textract", "insights", document, bad, "--project", "reports", "--bucket", STAGING, "-f", "jsonl")
        assert (run.exit_code, len(run.text.splitlines()), "bad.pdf" in run.stderr) == (5, 1, True)
        assert nothing_is_left(aws)

    def test_a_part_that_could_not_be_done_is_said(self, aws: Aws, awsml: Program, document: Path) -> None:
        aws.textract.insights_walk = ("PARTIAL_SUCCESS",)
        run = awsml("textract", "insights", document, "--project", "reports", "--bucket", STAGING)
        assert (run.exit_code, run.text, "a part could not be done" in run.stderr) == (0, READ, True)


class TestBlueprints:
    def test_fields_are_lines(self, aws: Aws, awsml: Program, document: Path) -> None:
        run = awsml("textract", "insights", document, "--blueprint", "receipts", "--bucket", STAGING)
        assert (run.exit_code, run.text) == (0, "vendor\tThe\ntotal\tfirst\n")
        assert "ProjectArn" not in aws.calls_of(START)[0].params

    def test_a_version_and_one_of_aws_s_own(self, aws: Aws, awsml: Program, document: Path) -> None:
        arn = next(arn for arn in aws.textract.blueprints if ":aws:blueprint" not in arn)
        awsml("textract", "insights", document, "--blueprint", f"{arn}:1", "--bucket", STAGING)
        awsml("textract", "insights", document, "--blueprint", "public-w2-form", "--bucket", STAGING)
        own = "arn:aws:textract:us-east-1:aws:blueprint/public-w2-form"
        assert [call.params["Blueprints"] for call in aws.calls_of(START)] == [
            [{"BlueprintArn": arn, "BlueprintVersion": "1"}],
            [{"BlueprintArn": own}],
        ]

    def test_nested_fields_with_their_confidence(self, aws: Aws, awsml: Program, document: Path) -> None:
        aws.textract.found = {"0/custom/0/result.json": custom("Bill"), "0/custom/1/result.json": custom("Note", 0.8)}
        line = ["textract", "insights", document, "--blueprint", "receipts", "--bucket", STAGING]
        assert awsml(*line, "-f", "csv").text == (
            "name,value,confidence,document,blueprint\n"
            "vendor.name,AnyCompany,0.9,0,Bill\nitems[0].price,2.5,0.5,0,Bill\npaid,false,,0,Bill\n"
            "vendor.name,AnyCompany,0.8,1,Note\nitems[0].price,2.5,0.5,1,Note\npaid,false,,1,Note\n"
        )
        assert [one["value"] for one in json.loads(awsml(*line, "--fields", "-f", "json").text)][:3] == [
            "AnyCompany",
            "2.5",
            "false",
        ]

    def test_a_blueprint_that_changed_is_asked_anew(self, aws: Aws, awsml: Program, document: Path) -> None:
        line = ["textract", "insights", document, "--blueprint", "receipts", "--bucket", STAGING]
        awsml(*line)
        awsml(*line)
        arn = next(arn for arn in aws.textract.blueprints if ":aws:blueprint" not in arn)
        aws.textract.blueprints[arn]["BlueprintVersion"] = "2"
        awsml(*line)
        assert len(aws.calls_of(START)) == 2


class TestRefusals:
    @pytest.mark.parametrize(
        ("words", "said"),
        [
            ([], "insights need a project or blueprints"),
            (["--project", "a", "--blueprint", "b"], "not both"),
            (["--project", "a b"], "neither a project's name nor its ARN"),
            (["--blueprint", "a:b"], "is no blueprint"),
            (["--project", "nobody"], "there is no project nobody"),
            (["--blueprint", "nobody"], "there is no blueprint nobody"),
            (["--project", "reports", "-f", "html"], "this project writes no html"),
            (["--blueprint", "receipts", "-f", "md"], "blueprints find fields and write no md"),
        ],
    )
    def test_what_cannot_work_starts_nothing(
        self, aws: Aws, awsml: Program, document: Path, words: list[str], said: str
    ) -> None:
        run = awsml("textract", "insights", document, "--bucket", STAGING, *words)
        assert (run.exit_code, said in run.stderr, aws.calls_of(START), nothing_is_left(aws)) == (2, True, [], True)

    @pytest.mark.parametrize("data", [b"", b"hello", b"%PDF-1.4 torn"], ids=["empty", "text", "torn"])
    def test_bad_input(self, aws: Aws, awsml: Program, document: Path, tmp_path: Path, data: bytes) -> None:
        bad = tmp_path / "bad.pdf"
        bad.write_bytes(data)
        run = awsml("textract", "insights", bad, "--project", "reports", "--bucket", STAGING)
        assert (run.exit_code, aws.operations) == (2, [])

    def test_two_documents_never_share_a_folder(self, aws: Aws, awsml: Program, document: Path, tmp_path: Path) -> None:
        other = tmp_path / "scan.png"
        other.write_bytes(picture(aws, tmp_path, sheet("x")).read_bytes())
        run = awsml("textract", "insights", document, other, "--project", "reports", "-o", f"{tmp_path}/out/")
        assert (run.exit_code, "would both be written" in run.stderr, aws.operations) == (2, True, [])

    def test_a_dry_run_sends_nothing(self, aws: Aws, awsml: Program, document: Path) -> None:
        run = awsml("textract", "insights", document, "--project", "reports", "--dry-run", "-f", "json")
        assert ([one["operation"] for one in json.loads(run.text)], aws.operations) == (
            ["s3:PutObject", "textract:StartDocumentInsights"],
            [],
        )

    def test_a_job_that_failed_says_why_and_is_started_anew(self, aws: Aws, awsml: Program, document: Path) -> None:
        aws.textract.failure = ("PageLimitExceeded", "The document has too many pages for custom extraction.")
        line = ["textract", "insights", document, "--project", "reports", "--bucket", STAGING]
        failed = awsml(*line)
        assert (failed.exit_code, "PageLimitExceeded: The document has too many pages" in failed.stderr) == (4, True)
        assert nothing_is_left(aws)
        aws.textract.failure = None
        assert (awsml(*line).text, len(aws.textract.insights)) == (READ, 2)

    def test_as_many_jobs_as_the_account_may_have(self, aws: Aws, awsml: Program, document: Path) -> None:
        full = AwsError("LimitExceededException", "Open jobs exceed maximum concurrent job limit", times=5)
        aws.respond("textract", START, full)
        run = awsml("textract", "insights", document, "--project", "reports", "--bucket", STAGING)
        assert (run.exit_code, run.text, len(aws.textract.insights)) == (0, READ, 1)

    @pytest.mark.parametrize("data", [b"{", b"[]", b""], ids=["cut", "list", "empty"])
    def test_an_answer_that_is_cut_is_an_error(self, aws: Aws, awsml: Program, document: Path, data: bytes) -> None:
        aws.textract.found = {"0/extraction/0/result.json": data}
        run = awsml("textract", "insights", document, "--project", "reports", "--bucket", STAGING)
        assert (run.exit_code, run.stdout, "not JSON" in run.stderr) == (4, b"", True)


class TestJobs:
    def test_an_id_is_enough(self, aws: Aws, awsml: Program, document: Path) -> None:
        line = ["textract", "insights", document, "--project", "reports", "--bucket", STAGING]
        id = awsml(*line, "--no-wait").text.strip()
        listed = awsml("jobs", "--service", "textract").text
        waited = awsml("jobs", "wait", id)
        made = awsml("jobs", "result", id, "-f", "md")
        assert id.startswith("textract-insights:us-east-1:")
        assert (id in listed, waited.exit_code, made.text) == (True, 0, MARKDOWN)
        assert (nothing_is_left(aws), awsml(*line).text, len(aws.textract.insights)) == (True, READ, 1)

    def test_another_machine_can_fetch_it(
        self, aws: Aws, awsml: Program, document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        line = ["textract", "insights", document, "--project", "reports", "--bucket", STAGING]
        id = awsml(*line, "--no-wait").text.strip()
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "elsewhere"))
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "elsewhere"))
        assert awsml("jobs", "result", id).text == READ

    def test_timeout_goes_on_and_clean_leaves_what_was_found(self, aws: Aws, awsml: Program, document: Path) -> None:
        aws.textract.insights_walk = ("IN_PROGRESS",) * 9 + ("SUCCEEDED",)
        line = ["textract", "insights", document, "--project", "reports", "--bucket", STAGING]
        late = awsml(*line, "--timeout", "2")
        aws.textract.end_insights()
        awsml("jobs", "clean")
        left = [key for key in aws.objects(STAGING) if key.endswith(".pdf")]
        assert (late.exit_code, "textract-insights:us-east-1:" in late.stderr, left) == (8, True, [])
        assert (awsml(*line).text, nothing_is_left(aws), len(aws.textract.insights)) == (READ, True, 1)

    def test_removed(self, aws: Aws, awsml: Program, document: Path) -> None:
        id = awsml("textract", "insights", document, "--project", "reports", "--bucket", STAGING, "--no-wait").text
        aws.textract.end_insights()
        asked = awsml("jobs", "rm", id.strip())
        gone = awsml("jobs", "rm", id.strip(), "-y")
        assert (asked.exit_code, gone.exit_code, nothing_is_left(aws)) == (3, 0, True)
        assert awsml("jobs", "stop", id.strip()).exit_code == 2


class TestListings:
    def test_projects(self, aws: Aws, awsml: Program, document: Path) -> None:
        listed = awsml("textract", "insights", "projects", "ls").text.splitlines()
        shown = json.loads(awsml("textract", "insights", "projects", "show", "reports", "-f", "json").text)
        assert [line.split("\t")[0] for line in listed] == ["other", "spare", "reports"]
        assert shown["extraction_configuration"]["OutputFormat"]["TextFormat"]["Types"][1] == "MARKDOWN"

    def test_blueprints(self, aws: Aws, awsml: Program, document: Path) -> None:
        both = awsml("textract", "insights", "blueprints", "ls").text.splitlines()
        aws_s = awsml("textract", "insights", "blueprints", "ls", "--owner", "aws").text.splitlines()
        shown = awsml("textract", "insights", "blueprints", "show", "receipts", "--query", "blueprint_schema").text
        assert [line.split("\t")[0] for line in both] == ["receipts", "Invoice"]
        assert [line.split("\t")[0] for line in aws_s] == ["Invoice"]
        assert list(json.loads(shown)["properties"]) == ["vendor", "total"]
        assert awsml("textract", "insights", "blueprints", "ls", "--owner", "me").exit_code == 2
