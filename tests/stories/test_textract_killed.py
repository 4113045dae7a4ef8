"""A reading that is killed at any call to AWS and repeated pays once, uploads once and leaves nothing."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from fakeaws import Aws
from fakeaws.program import KILLED, Program
from pages import FIRST, SECOND, STAGING, THIRD, nothing_is_left, scan, sent

pytest.importorskip("pypdf", reason="pip install '.[documents]'")
pytest.importorskip("fpdf", reason="fpdf2 is in the group `test`")

CALLS_OF_A_JOB = 9
CALLS_OF_AN_OBJECT = 7
READ = f"{FIRST}\n\f{SECOND}\n\f{THIRD}\n"

when = pytest.mark.parametrize("after", [False, True], ids=["before", "after"])


@pytest.fixture
def document(aws: Aws, tmp_path: Path) -> Path:
    """A PDF of three pages, and a bucket to stage it in."""
    aws.bucket(STAGING)
    return scan(aws, tmp_path)


def paid(aws: Aws) -> tuple[int, int]:
    """How many jobs were paid for, and how many uploads there were."""
    return len(aws.textract.jobs), sent(aws).count("PutObject")


@when
@pytest.mark.parametrize("number", range(1, CALLS_OF_A_JOB + 1))
class TestAJob:
    def test_killed_once(self, aws: Aws, awsml: Program, document: Path, number: int, after: bool) -> None:
        aws.kill_at(number, after=after)
        killed = awsml("textract", document, "--bucket", STAGING)
        repeated = awsml("textract", document, "--bucket", STAGING)
        assert (killed.exit_code, killed.stdout) == (KILLED, b"")
        assert (repeated.exit_code, repeated.text, repeated.stderr) == (0, READ, "")
        assert (paid(aws), nothing_is_left(aws)) == ((1, 1), True)

    def test_killed_twice(self, aws: Aws, awsml: Program, document: Path, number: int, after: bool) -> None:
        for at in (number, max(number // 2, 1)):
            aws.kill_at(at, after=after)
            awsml("textract", document, "--bucket", STAGING)
        aws.kill_at(10_000)
        repeated = awsml("textract", document, "--bucket", STAGING)
        assert (repeated.exit_code, repeated.text) == (0, READ)
        assert (paid(aws), nothing_is_left(aws)) == ((1, 1), True)

    def test_repeated_without_waiting(self, aws: Aws, awsml: Program, document: Path, number: int, after: bool) -> None:
        aws.kill_at(number, after=after)
        awsml("textract", document, "--bucket", STAGING)
        started = awsml("textract", document, "--bucket", STAGING, "--no-wait").text.strip()
        if started.startswith("textract:"):
            awsml("textract", "jobs", "result", started)
        last = awsml("textract", document, "--bucket", STAGING)
        assert (last.exit_code, last.text, paid(aws), nothing_is_left(aws)) == (0, READ, (1, 1), True)


@when
@pytest.mark.parametrize("number", range(1, CALLS_OF_AN_OBJECT + 1))
def test_an_object_in_s3(aws: Aws, awsml: Program, document: Path, number: int, after: bool) -> None:
    uri = aws.put(aws.bucket("theirs"), "one.pdf", document.read_bytes())
    aws.kill_at(number, after=after)
    killed = awsml("textract", uri)
    repeated = awsml("textract", uri)
    assert (killed.exit_code, repeated.exit_code, repeated.text) == (KILLED, 0, READ)
    assert (paid(aws), list(aws.objects("theirs"))) == ((1, 0), ["one.pdf"])


@pytest.mark.parametrize("number", range(1, 4))
def test_page_by_page_a_page_that_was_paid_for_is_not_sent_again(
    aws: Aws, awsml: Program, document: Path, number: int
) -> None:
    aws.kill_before("DetectDocumentText", number)
    killed = awsml("textract", document, "--via", "pages")
    repeated = awsml("textract", document, "--via", "pages")
    pages = Counter(call.params["Document"]["Bytes"] for call in aws.calls_of("DetectDocumentText"))
    assert (killed.exit_code, repeated.text, set(pages.values())) == (KILLED, READ, {1})


@pytest.mark.parametrize(
    "name", ["HeadBucket", "HeadObject", "StartDocumentTextDetection", "GetDocumentTextDetection", ""]
)
def test_interrupted_it_is_picked_up(aws: Aws, awsml: Program, document: Path, name: str) -> None:
    def press(_: object) -> None:
        raise KeyboardInterrupt

    if name:
        aws.respond("textract" if name.endswith("Detection") else "s3", name, press)
    else:
        aws.clock.interrupt_in_wait(2)
    stopped = awsml("textract", document, "--bucket", STAGING)
    assert (stopped.exit_code, stopped.stdout) == (130, b"")
    assert ("awsml textract jobs wait textract:us-east-1:" in stopped.stderr) == (
        name not in ("HeadBucket", "HeadObject", "StartDocumentTextDetection")
    )
    aws.clock.during_sleep.clear()
    repeated = awsml("textract", document, "--bucket", STAGING)
    assert (repeated.exit_code, repeated.text, nothing_is_left(aws)) == (0, READ, True)
    assert len(aws.textract.jobs) == 1
