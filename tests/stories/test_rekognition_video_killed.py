"""An analysis of a video that is killed at any call to AWS and repeated pays once, uploads once and leaves nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakeaws import Aws
from fakeaws.program import KILLED, Program
from movies import STAGING, film, movie, nothing_is_left, sent

CALLS_OF_A_FILE = 9
CALLS_OF_AN_OBJECT = 7
FOUND = 11  # lines

when = pytest.mark.parametrize("after", [False, True], ids=["before", "after"])


@pytest.fixture
def match(aws: Aws, tmp_path: Path) -> Path:
    """A video, and a bucket to stage it in."""
    aws.bucket(STAGING)
    return film(tmp_path)


def paid(aws: Aws) -> tuple[int, int]:
    """How many jobs were paid for, and how many uploads there were."""
    return len(aws.rekognition.jobs), sent(aws).count("PutObject")


@when
@pytest.mark.parametrize("number", range(1, CALLS_OF_A_FILE + 1))
class TestAFile:
    def test_killed_once(self, aws: Aws, awsml: Program, match: Path, number: int, after: bool) -> None:
        aws.kill_at(number, after=after)
        killed = awsml("rekognition", "video", "labels", match, "--bucket", STAGING)
        repeated = awsml("rekognition", "video", "labels", match, "--bucket", STAGING)
        assert (killed.exit_code, killed.stdout) == (KILLED, b"")
        assert (repeated.exit_code, len(repeated.text.splitlines()), repeated.stderr) == (0, FOUND, "")
        assert (paid(aws), nothing_is_left(aws)) == ((1, 1), True)

    def test_killed_twice(self, aws: Aws, awsml: Program, match: Path, number: int, after: bool) -> None:
        for at in (number, max(number // 2, 1)):
            aws.kill_at(at, after=after)
            awsml("rekognition", "video", "labels", match, "--bucket", STAGING)
        aws.kill_at(10_000)
        repeated = awsml("rekognition", "video", "labels", match, "--bucket", STAGING)
        assert (repeated.exit_code, len(repeated.text.splitlines())) == (0, FOUND)
        assert (paid(aws), nothing_is_left(aws)) == ((1, 1), True)

    def test_repeated_without_waiting(self, aws: Aws, awsml: Program, match: Path, number: int, after: bool) -> None:
        aws.kill_at(number, after=after)
        awsml("rekognition", "video", "labels", match, "--bucket", STAGING)
        started = awsml("rekognition", "video", "labels", match, "--bucket", STAGING, "--no-wait").text.strip()
        assert started.startswith("rekognition:us-east-1:labels/")
        awsml("jobs", "result", started)
        last = awsml("rekognition", "video", "labels", match, "--bucket", STAGING)
        assert (last.exit_code, len(last.text.splitlines())) == (0, FOUND)
        assert (paid(aws), nothing_is_left(aws)) == ((1, 1), True)


@when
@pytest.mark.parametrize("number", range(1, CALLS_OF_AN_OBJECT + 1))
def test_an_object_in_s3(aws: Aws, awsml: Program, match: Path, number: int, after: bool) -> None:
    uri = aws.put(aws.bucket("theirs"), "match.mp4", movie())
    aws.kill_at(number, after=after)
    killed = awsml("rekognition", "video", "labels", uri)
    repeated = awsml("rekognition", "video", "labels", uri)
    assert (killed.exit_code, repeated.exit_code, len(repeated.text.splitlines())) == (KILLED, 0, FOUND)
    assert (paid(aws), list(aws.objects("theirs"))) == ((1, 0), ["match.mp4"])


@pytest.mark.parametrize("name", ["HeadBucket", "HeadObject", "StartLabelDetection", "GetLabelDetection", ""])
def test_interrupted_it_is_picked_up(aws: Aws, awsml: Program, match: Path, name: str) -> None:
    def press(_: object) -> None:
        raise KeyboardInterrupt

    if name:
        aws.respond("rekognition" if name.endswith("Detection") else "s3", name, press)
    else:
        aws.clock.interrupt_in_wait(2)
    stopped = awsml("rekognition", "video", "labels", match, "--bucket", STAGING)
    assert (stopped.exit_code, stopped.stdout) == (130, b"")
    assert ("awsml rekognition video jobs wait rekognition:us-east-1:labels/" in stopped.stderr) == (
        name not in ("HeadBucket", "HeadObject", "StartLabelDetection")
    )
    aws.clock.during_sleep.clear()
    repeated = awsml("rekognition", "video", "labels", match, "--bucket", STAGING)
    assert (repeated.exit_code, len(repeated.text.splitlines()), nothing_is_left(aws)) == (0, FOUND, True)
    assert len(aws.rekognition.jobs) == 1
