"""What goes wrong at AWS while a document is read, at each operation of the way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fakeaws import Aws, AwsError, FakeClock, HalfAnswer, Hang, Raw, Refused, Reset
from fakeaws.faults import Fault
from fakeaws.program import Program, Result
from fakeaws.sheets import sheet
from fakeaws.textract import Failure
from pages import FIRST, SECOND, STAGING, THIRD, nothing_is_left, picture, scan, sent

pytest.importorskip("pypdf", reason="pip install '.[documents]'")
pytest.importorskip("fpdf", reason="fpdf2 is in the group `test`")

READ = f"{FIRST}\n\f{SECOND}\n\f{THIRD}\n"
START, GET = "StartDocumentTextDetection", "GetDocumentTextDetection"
PATH = [
    ("s3", "HeadBucket"),
    ("s3", "HeadObject"),
    ("s3", "PutObject"),
    ("textract", START),
    ("textract", GET),
    ("s3", "DeleteObject"),
]
PORTAL = b"<html><body>Welcome to the hotel</body></html>"

operation = pytest.mark.parametrize(("service", "name"), PATH, ids=[name for _, name in PATH])


@pytest.fixture
def document(aws: Aws, tmp_path: Path) -> Path:
    """A PDF of three pages, and a bucket to stage it in."""
    aws.bucket(STAGING)
    return scan(aws, tmp_path)


@pytest.fixture
def textract(awsml: Program, document: Path) -> Callable[..., Result]:
    """`awsml textract scan.pdf --bucket staging …`."""
    return lambda *words, **options: awsml("textract", document, "--bucket", STAGING, *words, **options)


def done_once(aws: Aws, run: Result) -> bool:
    """Whether RUN read the document, with one job, one upload and nothing left."""
    return (
        (run.exit_code, run.text) == (0, READ)
        and (len(aws.textract.jobs), sent(aws).count("PutObject")) == (1, 1)
        and nothing_is_left(aws)
    )


class TestPassing:
    """What passes is waited for, and nobody hears of it."""

    @operation
    @pytest.mark.parametrize("times", [3, 9], ids=["three times", "for a while"])
    def test_throttled(self, aws: Aws, textract: Callable[..., Result], service: str, name: str, times: int) -> None:
        code = {"s3": "SlowDown", "textract": "ProvisionedThroughputExceededException"}[service]
        aws.respond(service, name, AwsError(code, "Slower.", status=503 if service == "s3" else None, times=times))
        run = textract()
        assert (done_once(aws, run), run.stderr) == (True, "")

    @operation
    @pytest.mark.parametrize(
        "fault",
        [
            AwsError("InternalServerError", "Oops.", status=500),
            AwsError("ServiceUnavailable", "Oops.", status=503),
            Reset(),
            Refused(),
            Hang(),
        ],
        ids=["500", "503", "reset", "refused", "hanging"],
    )
    def test_once(self, aws: Aws, textract: Callable[..., Result], service: str, name: str, fault: Fault) -> None:
        fault.times = 1
        aws.respond(service, name, fault)
        run = textract()
        assert (done_once(aws, run), run.stderr) == (True, "")

    @pytest.mark.parametrize("fault", [HalfAnswer(), Raw(PORTAL), Raw(b"")], ids=["half", "portal", "empty"])
    @pytest.mark.parametrize("name", [START, GET])
    def test_an_answer_that_is_not_whole_is_asked_for_again(
        self, aws: Aws, textract: Callable[..., Result], name: str, fault: Fault
    ) -> None:
        fault.times = 1
        aws.respond("textract", name, fault)
        assert done_once(aws, textract())

    def test_pages_of_a_result_that_are_throttled(self, aws: Aws, textract: Callable[..., Result]) -> None:
        aws.textract.page_size = 3
        slower = AwsError("ThrottlingException", "Slower.")
        turns = iter([None, None, None, slower, None, slower, slower, slower, slower])
        for _ in range(9):
            aws.respond("textract", GET, lambda _: next(turns))
        assert done_once(aws, textract())

    def test_a_call_at_once_is_throttled(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        aws.respond("textract", "DetectDocumentText", AwsError("ThrottlingException", "Slower.", times=12))
        run = awsml("textract", picture(aws, tmp_path, sheet(FIRST)))
        assert (run.exit_code, run.text, run.stderr) == (0, f"{FIRST}\n", "")


class TestStaying:
    """What does not pass ends the run with AWS's words, and a repetition goes on."""

    @pytest.mark.parametrize(("service", "name"), PATH[:3], ids=[name for _, name in PATH[:3]])
    @pytest.mark.parametrize(
        "fault", [AwsError("InternalError", "Oops.", status=500), Reset(), Refused()], ids=["500", "reset", "refused"]
    )
    def test_before_the_job_is_asked_for_nothing_stays(
        self, aws: Aws, textract: Callable[..., Result], service: str, name: str, fault: Fault
    ) -> None:
        fault.times = 3
        aws.respond(service, name, fault)
        failed = textract()
        left = nothing_is_left(aws)
        assert (failed.exit_code, failed.stdout, left) == (4, b"", True)
        again = textract()
        assert (again.exit_code, again.text, nothing_is_left(aws)) == (0, READ, True)

    def test_a_start_that_never_arrived_leaves_nothing(self, aws: Aws, textract: Callable[..., Result]) -> None:
        aws.respond("textract", START, Refused(times=3))
        failed = textract()
        assert (failed.exit_code, nothing_is_left(aws)) == (4, True)
        assert textract().text == READ

    @pytest.mark.parametrize(
        "faults", [[HalfAnswer(), Reset(2)], [HalfAnswer(times=3)], [Reset(3)]], ids=["half", "halves", "reset"]
    )
    def test_a_start_whose_answer_never_came_is_found_again(
        self, aws: Aws, textract: Callable[..., Result], document: Path, faults: list[Fault]
    ) -> None:
        for fault in faults:
            aws.respond("textract", START, fault)
        failed = textract()
        assert (failed.exit_code, failed.stdout) == (4, b"")
        assert failed.stderr.startswith(f"warning: s3://{STAGING}/awsml/tmp/")
        assert done_once(aws, textract())

    def test_while_the_job_runs_a_repetition_picks_it_up(self, aws: Aws, textract: Callable[..., Result]) -> None:
        aws.respond("textract", GET, AwsError("InternalServerError", "Oops.", status=500, times=3))
        assert textract().exit_code == 4
        assert done_once(aws, textract())

    @pytest.mark.parametrize("fault", [HalfAnswer(), Raw(PORTAL), Raw(b"")], ids=["half", "portal", "empty"])
    def test_an_answer_that_is_never_whole_is_no_empty_result(
        self, aws: Aws, textract: Callable[..., Result], fault: Fault
    ) -> None:
        fault.times = 3
        aws.respond("textract", GET, fault)
        failed = textract()
        assert (failed.exit_code, failed.stdout) == (4, b"")
        assert failed.stderr.startswith(f"error: the answer of textract {GET} cannot be used: ")
        assert done_once(aws, textract())

    def test_a_result_whose_pages_never_end(self, aws: Aws, textract: Callable[..., Result]) -> None:
        done = {"JobStatus": "SUCCEEDED", "DocumentMetadata": {"Pages": 1}, "Blocks": []}
        aws.respond(
            "textract", GET, done, {**done, "NextToken": "a"}, {**done, "NextToken": "b"}, {**done, "NextToken": "a"}
        )
        failed = textract()
        assert (failed.exit_code, failed.stdout) == (4, b"")
        assert "error: AWS gave the page `a` twice; its list does not end\n" in failed.stderr

    def test_an_answer_at_once_that_is_never_whole(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        aws.respond("textract", "DetectDocumentText", HalfAnswer(times=3))
        path = picture(aws, tmp_path, sheet(FIRST))
        failed = awsml("textract", path)
        assert (failed.exit_code, failed.stdout) == (4, b"")
        assert awsml("textract", path).text == f"{FIRST}\n"

    def test_one_page_of_many_that_fails_names_itself_and_the_others_are_kept(
        self, aws: Aws, awsml: Program, document: Path
    ) -> None:
        bad = AwsError("BadDocumentException", "Request has bad document")
        turns = iter([None, bad, None])
        for _ in range(3):
            aws.respond("textract", "DetectDocumentText", lambda _: next(turns))
        failed = awsml("textract", document, "--via", "pages")
        assert (failed.exit_code, failed.stdout) == (4, b"")
        assert failed.stderr.startswith("error: page ")
        assert awsml("textract", document, "--via", "pages").text == READ
        assert len([call for call in aws.calls_of("DetectDocumentText") if not call.error]) == 3


class TestRefusals:
    @pytest.mark.parametrize(
        ("service", "name", "action"),
        [
            ("s3", "PutObject", "s3:PutObject"),
            ("textract", START, f"textract:{START}"),
            ("textract", GET, f"textract:{GET}"),
        ],
    )
    def test_denied_names_the_permission_and_the_request(
        self, aws: Aws, textract: Callable[..., Result], service: str, name: str, action: str
    ) -> None:
        code = {"s3": "AccessDenied", "textract": "AccessDeniedException"}[service]
        aws.respond(service, name, AwsError(code, "User is not allowed.", status=403))
        run = textract()
        error, hint = run.stderr.splitlines()[-2:]
        assert (run.exit_code, run.stdout) == (4, b"")
        assert error.startswith(f"error: {service} {name} was refused: {code}: ")
        assert hint == f"hint: the IAM action `{action}` is missing for this identity"

    def test_a_refused_start_leaves_nothing(self, aws: Aws, textract: Callable[..., Result]) -> None:
        aws.respond("textract", START, AwsError("InvalidParameterException", "No."))
        assert (textract().exit_code, nothing_is_left(aws)) == (4, True)

    def test_a_removal_that_is_denied_costs_a_warning_and_not_the_text(
        self, aws: Aws, textract: Callable[..., Result]
    ) -> None:
        aws.respond("s3", "DeleteObject", AwsError("AccessDenied", "No.", status=403))
        first = textract()
        assert (first.exit_code, first.text) == (0, READ)
        assert first.stderr.startswith(f"warning: s3://{STAGING}/awsml/tmp/")
        assert done_once(aws, textract())  # the next run removes it

    def test_an_object_that_textract_cannot_read(self, aws: Aws, awsml: Program, document: Path) -> None:
        uri = aws.put(aws.bucket("theirs-in-europe", region="eu-west-1"), "a.pdf", document.read_bytes())
        run = awsml("textract", uri, "--region", "us-east-1")
        assert (run.exit_code, run.stdout) == (3, b"")
        assert run.stderr.endswith(
            "hint: it must be in the region of this run (--region), and this identity needs s3:GetObject\n"
        )

    def test_a_failed_job_gives_its_reason_and_leaves_nothing(
        self, aws: Aws, document: Path, textract: Callable[..., Result]
    ) -> None:
        aws.textract.documents[document.read_bytes()] = Failure("UNSUPPORTED_DOCUMENT_FORMAT")
        run = textract()
        assert (run.exit_code, run.stdout, nothing_is_left(aws)) == (4, b"", True)
        error, hint = run.stderr.splitlines()
        assert error.startswith(f"error: {document}: the document job ")
        assert error.endswith(" failed: UNSUPPORTED_DOCUMENT_FORMAT")
        assert hint == "hint: print it to a new PDF, or draw its pages: --via pages"

    def test_a_failed_job_is_started_anew_when_the_run_is_repeated(
        self, aws: Aws, document: Path, textract: Callable[..., Result]
    ) -> None:
        aws.textract.documents[document.read_bytes()] = Failure("Internal failure.")
        textract()
        aws.textract.documents[document.read_bytes()] = (sheet(FIRST), sheet(SECOND), sheet(THIRD))
        run = textract()
        assert (run.exit_code, run.text, len(aws.textract.jobs), nothing_is_left(aws)) == (0, READ, 2, True)

    def test_a_job_that_is_too_old_is_started_anew(
        self, aws: Aws, document: Path, textract: Callable[..., Result], clock: FakeClock
    ) -> None:
        textract("--no-wait")
        clock.advance(8 * 86_400)
        run = textract()
        assert (run.exit_code, run.text, nothing_is_left(aws)) == (0, READ, True)

    def test_credentials_that_do_not_hold_stop_all(
        self, aws: Aws, awsml: Program, document: Path, tmp_path: Path
    ) -> None:
        for number in range(5):
            picture(aws, tmp_path / "in", sheet(f"Number {number}"), name=f"{number}.png")
        expired = AwsError("ExpiredTokenException", "No.", status=403)
        aws.respond("textract", "DetectDocumentText", lambda _: expired)
        run = awsml("textract", tmp_path / "in", "-j", "1")
        assert (run.exit_code, run.stdout, len(aws.calls)) == (4, b"", 1)


class TestWriting:
    def test_a_pdf_that_cannot_be_written_costs_nothing_twice(
        self, aws: Aws, textract: Callable[..., Result], tmp_path: Path
    ) -> None:
        target = tmp_path / "out/found.pdf"
        target.parent.mkdir()
        target.write_bytes(b"old")
        aws.textract.documents.clear()
        run = textract("-o", target)
        assert (run.exit_code, target.read_bytes()[:4], nothing_is_left(aws)) == (0, b"%PDF", True)

    def test_the_reader_leaves(self, aws: Aws, textract: Callable[..., Result]) -> None:
        run = textract("-f", "jsonl", head=0)
        assert run.exit_code == 0
