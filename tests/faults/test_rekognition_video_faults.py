"""What goes wrong at AWS while a video is analysed, at each operation of the way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fakeaws import Aws, AwsError, FakeClock, HalfAnswer, Hang, Raw, Refused, Reset
from fakeaws.faults import Fault
from fakeaws.program import Program, Result
from fakeaws.rekognition_video import METADATA, Failure
from movies import STAGING, film, movie, nothing_is_left, sent

FOUND = 11  # lines
START, GET = "StartLabelDetection", "GetLabelDetection"
PATH = [
    ("s3", "HeadBucket"),
    ("s3", "HeadObject"),
    ("s3", "PutObject"),
    ("rekognition", START),
    ("rekognition", GET),
    ("s3", "DeleteObject"),
]
PORTAL = b"<html><body>Welcome to the hotel</body></html>"
NOUNS = {
    "labels": "LabelDetection",
    "faces": "FaceDetection",
    "celebrities": "CelebrityRecognition",
    "moderation": "ContentModeration",
    "text": "TextDetection",
    "segments": "SegmentDetection",
    "search": "FaceSearch",
}

operation = pytest.mark.parametrize(("service", "name"), PATH, ids=[name for _, name in PATH])


@pytest.fixture
def match(aws: Aws, tmp_path: Path) -> Path:
    """A video, and a bucket to stage it in."""
    aws.bucket(STAGING)
    return film(tmp_path)


@pytest.fixture
def labels(awsml: Program, match: Path) -> Callable[..., Result]:
    """`awsml rekognition video labels match.mp4 --bucket staging …`."""
    return lambda *words, **more: awsml("rekognition", "video", "labels", match, "--bucket", STAGING, *words, **more)


def done_once(aws: Aws, run: Result) -> bool:
    """Whether RUN analysed the video, with one job, one upload and nothing left."""
    return (
        (run.exit_code, len(run.text.splitlines())) == (0, FOUND)
        and (len(aws.rekognition.jobs), sent(aws).count("PutObject")) == (1, 1)
        and nothing_is_left(aws)
    )


class TestPassing:
    """What passes is waited for, and nobody hears of it."""

    @operation
    def test_throttled(self, aws: Aws, labels: Callable[..., Result], service: str, name: str) -> None:
        code = {"s3": "SlowDown", "rekognition": "ProvisionedThroughputExceededException"}[service]
        aws.respond(service, name, AwsError(code, "Slower.", status=503 if service == "s3" else None, times=9))
        run = labels()
        assert (done_once(aws, run), run.stderr) == (True, "")

    @pytest.mark.parametrize("kind", NOUNS)
    @pytest.mark.parametrize("verb", ["Start", "Get"])
    def test_throttled_at_every_operation(self, aws: Aws, awsml: Program, match: Path, kind: str, verb: str) -> None:
        aws.respond("rekognition", f"{verb}{NOUNS[kind]}", AwsError("ThrottlingException", "Slower.", times=5))
        more = ("--collection", "players") if kind == "search" else ()
        run = awsml("rekognition", "video", kind, match, "--bucket", STAGING, *more)
        assert (run.exit_code, bool(run.stdout), run.stderr, nothing_is_left(aws)) == (0, True, "", True)

    @operation
    @pytest.mark.parametrize(
        "fault",
        [AwsError("InternalServerError", "Oops.", status=500), Reset(), Refused(), Hang()],
        ids=["500", "reset", "refused", "hanging"],
    )
    def test_once(self, aws: Aws, labels: Callable[..., Result], service: str, name: str, fault: Fault) -> None:
        fault.times = 1
        aws.respond(service, name, fault)
        run = labels()
        assert (done_once(aws, run), run.stderr) == (True, "")

    @pytest.mark.parametrize("fault", [HalfAnswer(), Raw(PORTAL), Raw(b"")], ids=["half", "portal", "empty"])
    @pytest.mark.parametrize("name", [START, GET])
    def test_an_answer_that_is_not_whole_is_asked_for_again(
        self, aws: Aws, labels: Callable[..., Result], name: str, fault: Fault
    ) -> None:
        fault.times = 1
        aws.respond("rekognition", name, fault)
        assert done_once(aws, labels())


class TestStaying:
    """What does not pass ends the run with AWS's words, and a repetition goes on."""

    @pytest.mark.parametrize(("service", "name"), PATH[:3], ids=[name for _, name in PATH[:3]])
    @pytest.mark.parametrize(
        "fault", [AwsError("InternalError", "Oops.", status=500), Reset(), Refused()], ids=["500", "reset", "refused"]
    )
    def test_before_the_job_is_asked_for_nothing_stays(
        self, aws: Aws, labels: Callable[..., Result], service: str, name: str, fault: Fault
    ) -> None:
        fault.times = 3
        aws.respond(service, name, fault)
        failed = labels()
        assert (failed.exit_code, failed.stdout, nothing_is_left(aws)) == (4, b"", True)
        again = labels()
        assert (again.exit_code, len(again.text.splitlines()), nothing_is_left(aws)) == (0, FOUND, True)

    @pytest.mark.parametrize(
        "faults", [[HalfAnswer(), Reset(2)], [HalfAnswer(times=3)], [Reset(3)]], ids=["half", "halves", "reset"]
    )
    def test_a_start_whose_answer_never_came_is_found_again(
        self, aws: Aws, labels: Callable[..., Result], faults: list[Fault]
    ) -> None:
        for fault in faults:
            aws.respond("rekognition", START, fault)
        failed = labels()
        assert (failed.exit_code, failed.stdout) == (4, b"")
        assert failed.stderr.startswith(f"warning: s3://{STAGING}/awsml/tmp/")
        assert done_once(aws, labels())

    @pytest.mark.parametrize("fault", [HalfAnswer(), Raw(PORTAL), Raw(b"")], ids=["half", "portal", "empty"])
    def test_an_answer_that_is_never_whole_is_no_empty_result(
        self, aws: Aws, labels: Callable[..., Result], fault: Fault
    ) -> None:
        fault.times = 3
        aws.respond("rekognition", GET, fault)
        failed = labels()
        assert (failed.exit_code, failed.stdout) == (4, b"")
        assert failed.stderr.startswith(f"error: the answer of rekognition {GET} cannot be used: ")
        assert done_once(aws, labels())

    def test_a_result_whose_pages_never_end(self, aws: Aws, labels: Callable[..., Result]) -> None:
        done = {"JobStatus": "SUCCEEDED", "VideoMetadata": METADATA, "Labels": []}
        pages = [{**done, "NextToken": token} for token in ("a", "b", "a")]
        aws.respond("rekognition", GET, done, *pages)
        failed = labels()
        assert (failed.exit_code, failed.stdout) == (4, b"")
        assert "error: AWS gave the page `a` twice; its list does not end\n" in failed.stderr


class TestRefusals:
    @pytest.mark.parametrize(
        ("service", "name", "action"),
        [
            ("s3", "PutObject", "s3:PutObject"),
            ("rekognition", START, f"rekognition:{START}"),
            ("rekognition", GET, f"rekognition:{GET}"),
        ],
    )
    def test_denied_names_the_permission(
        self, aws: Aws, labels: Callable[..., Result], service: str, name: str, action: str
    ) -> None:
        code = {"s3": "AccessDenied", "rekognition": "AccessDeniedException"}[service]
        aws.respond(service, name, AwsError(code, "User is not allowed.", status=403))
        run = labels()
        error, hint = run.stderr.splitlines()[-2:]
        assert (run.exit_code, run.stdout) == (4, b"")
        assert error.startswith(f"error: {service} {name} was refused: {code}: ")
        assert hint == f"hint: the IAM action `{action}` is missing for this identity"

    @pytest.mark.parametrize("code", ["InvalidParameterException", "VideoTooLargeException", "AccessDeniedException"])
    def test_a_refused_start_leaves_nothing(self, aws: Aws, labels: Callable[..., Result], code: str) -> None:
        aws.respond("rekognition", START, AwsError(code, "No."))
        assert (labels().exit_code, nothing_is_left(aws)) == (4, True)
        assert labels().exit_code == 0

    def test_a_removal_that_is_denied_costs_a_warning_and_not_the_answer(
        self, aws: Aws, labels: Callable[..., Result]
    ) -> None:
        aws.respond("s3", "DeleteObject", AwsError("AccessDenied", "No.", status=403))
        first = labels()
        assert (first.exit_code, len(first.text.splitlines())) == (0, FOUND)
        assert first.stderr.startswith(f"warning: s3://{STAGING}/awsml/tmp/")
        assert done_once(aws, labels())  # the next run removes it

    def test_an_object_in_another_region(self, aws: Aws, awsml: Program, match: Path) -> None:
        uri = aws.put(aws.bucket("theirs-in-europe", region="eu-west-1"), "a.mp4", movie())
        run = awsml("rekognition", "video", "labels", uri, "--region", "us-east-1")
        assert (run.exit_code, run.stdout) == (3, b"")
        assert run.stderr.endswith(
            "hint: it must be in the region of this run (--region), and this identity needs s3:GetObject\n"
        )

    def test_a_failed_job_gives_its_reason_and_leaves_nothing(
        self, aws: Aws, match: Path, labels: Callable[..., Result]
    ) -> None:
        aws.rekognition.scenes[movie()] = Failure("Unsupported codec/format.")
        run = labels()
        error, hint = run.stderr.splitlines()
        assert (run.exit_code, run.stdout, nothing_is_left(aws)) == (4, b"", True)
        assert error.startswith(f"error: {match}: the video job labels/")
        assert error.endswith(" failed: Unsupported codec/format.")
        assert hint == "hint: convert it first: ffmpeg -i FILE -c:v libx264 -c:a aac out.mp4"

    def test_a_failed_job_is_started_anew_when_the_run_is_repeated(
        self, aws: Aws, labels: Callable[..., Result]
    ) -> None:
        aws.rekognition.scenes[movie()] = Failure("Internal failure.")
        labels()
        aws.rekognition.scenes.clear()
        run = labels()
        assert (run.exit_code, len(aws.rekognition.jobs), nothing_is_left(aws)) == (0, 2, True)

    def test_a_job_that_is_too_old_is_started_anew(
        self, aws: Aws, labels: Callable[..., Result], clock: FakeClock
    ) -> None:
        labels("--no-wait")
        clock.advance(8 * 86_400)
        run = labels()
        assert (run.exit_code, len(run.text.splitlines()), nothing_is_left(aws)) == (0, FOUND, True)
