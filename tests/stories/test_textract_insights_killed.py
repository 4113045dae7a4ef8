"""An insights job whose start has no token: killed at any call and repeated, it is found again and paid once."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakeaws import Aws, AwsError, HalfAnswer, Hang, Refused, Reset
from fakeaws.faults import Fault
from fakeaws.program import KILLED, Program, Result
from pages import FIRST, SECOND, STAGING, THIRD, nothing_is_left, scan

pytest.importorskip("pypdf", reason="pip install '.[documents]'")
pytest.importorskip("fpdf", reason="fpdf2 is in the group `test`")

READ = f"{FIRST}\n{SECOND}\n{THIRD}\n"
START = "StartDocumentInsights"
CALLS = 22  # of a run: project, bucket, upload, start, looks, files, removals
STARTS_AT = 6
UPLOADS_AT = 5  # in a thread of boto3's: the fake kills this process when it makes its next call


@pytest.fixture
def document(aws: Aws, tmp_path: Path) -> Path:
    """A PDF of three pages, a bucket to stage it in, and a project."""
    aws.bucket(STAGING)
    aws.textract.project("reports")
    return scan(aws, tmp_path)


def run(awsml: Program, document: Path, *words: str) -> Result:
    """`awsml textract insights scan.pdf …`."""
    return awsml("textract", "insights", document, "--project", "reports", "--bucket", STAGING, *words)


def paid(aws: Aws) -> tuple[int, int]:
    """How many jobs were paid for, and how many uploads there were."""
    uploads = [call for call in aws.calls_of("PutObject") if not call.error]
    return len(aws.textract.insights), len(uploads)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("number", range(1, CALLS + 1))
def test_killed_at_any_call(aws: Aws, awsml: Program, document: Path, number: int, after: bool) -> None:
    aws.kill_at(number, after=after)
    killed = run(awsml, document)
    begun = len(aws.textract.insights)
    aws.textract.end_insights()  # AWS goes on while nobody looks
    repeated = run(awsml, document)
    asked_twice = number in (UPLOADS_AT, STARTS_AT) and not begun  # nobody can know that it never arrived
    assert (killed.exit_code, killed.stdout) == (KILLED, b"")
    assert (repeated.exit_code, repeated.text, "both are paid for" in repeated.stderr) == (0, READ, asked_twice)
    assert (paid(aws), nothing_is_left(aws)) == ((1, 1), True)


def test_all_calls_were_killed_at(aws: Aws, awsml: Program, document: Path) -> None:
    run(awsml, document)
    assert (len(aws.calls), aws.operations.index(START) + 1) == (CALLS, STARTS_AT)


@pytest.mark.parametrize("fault", [Reset(), HalfAnswer(), Hang()], ids=["reset", "half", "hanging"])
def test_a_start_that_may_have_arrived_is_not_sent_again(
    aws: Aws, awsml: Program, document: Path, fault: Fault
) -> None:
    aws.respond("textract", START, fault)
    failed = run(awsml, document)
    assert (failed.exit_code, "the next run looks for what it writes" in failed.stderr) == (4, True)
    assert len(aws.calls_of(START)) == 1
    aws.textract.end_insights()
    assert (run(awsml, document).text, nothing_is_left(aws), len(aws.textract.insights)) == (READ, True, 1)


@pytest.mark.parametrize(
    "fault",
    [Refused(times=3), AwsError("ValidationException", "No."), AwsError("AccessDeniedException", "No.", status=400)],
    ids=["refused", "invalid", "denied"],
)
def test_a_start_that_was_refused_leaves_nothing(aws: Aws, awsml: Program, document: Path, fault: Fault) -> None:
    aws.respond("textract", START, fault)
    failed = run(awsml, document)
    assert (failed.exit_code, nothing_is_left(aws)) == (4, True)
    again = run(awsml, document)
    assert (again.text, "both" in again.stderr, len(aws.textract.insights)) == (READ, False, 1)


@pytest.mark.parametrize(
    ("service", "name"),
    [
        *(("textract", "ListProjects"), ("textract", "GetProject"), ("textract", START)),
        *(("textract", "GetDocumentInsights"), ("s3", "ListObjectsV2"), ("s3", "GetObject")),
    ],
)
def test_throttled(aws: Aws, awsml: Program, document: Path, service: str, name: str) -> None:
    code = {"s3": "SlowDown", "textract": "ProvisionedThroughputExceededException"}[service]
    aws.respond(service, name, AwsError(code, "Slower.", status=503 if service == "s3" else None, times=9))
    ended = run(awsml, document)
    assert (ended.exit_code, ended.text, ended.stderr, nothing_is_left(aws)) == (0, READ, "", True)
    assert len(aws.textract.insights) == 1


@pytest.mark.parametrize("name", ["GetProject", START, "GetDocumentInsights", ""])
def test_interrupted_it_is_picked_up(aws: Aws, awsml: Program, document: Path, name: str) -> None:
    def press(_: object) -> None:
        raise KeyboardInterrupt

    if name:
        aws.respond("textract", name, press)
    else:
        aws.clock.interrupt_in_wait(2)
    stopped = run(awsml, document)
    assert (stopped.exit_code, stopped.stdout) == (130, b"")
    assert ("awsml textract insights jobs wait textract-insights:us-east-1:" in stopped.stderr) == (
        name in ("GetDocumentInsights", "")
    )
    aws.clock.during_sleep.clear()
    repeated = run(awsml, document)
    assert (repeated.exit_code, repeated.text, nothing_is_left(aws), len(aws.textract.insights)) == (0, READ, True, 1)
