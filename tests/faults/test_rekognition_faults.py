"""What goes wrong at AWS while pictures are looked at, at each operation of theirs."""

from __future__ import annotations

from pathlib import Path

import boto3
import pytest
from fakeaws import Aws, AwsError, HalfAnswer, Hang, Raw, Refused, Reset
from fakeaws.faults import Fault
from fakeaws.program import Program, Result
from photographs import ANN, BOB, taken

pytest.importorskip("PIL", reason="pip install '.[pages]'")

PORTAL = b"<html><body>Welcome to the hotel</body></html>"
WAYS = {
    "DetectLabels": ["labels", "one.png"],
    "DetectFaces": ["faces", "one.png"],
    "DetectText": ["text", "one.png"],
    "DetectModerationLabels": ["moderation", "one.png"],
    "DetectProtectiveEquipment": ["ppe", "one.png"],
    "RecognizeCelebrities": ["celebrities", "one.png"],
    "CompareFaces": ["compare", "one.png", "two.png"],
    "SearchFacesByImage": ["search", "people", "one.png"],
    "SearchUsersByImage": ["search", "people", "one.png", "--users"],
    "IndexFaces": ["index", "people", "one.png"],
    "DescribeCollection": ["collections", "show", "people"],
    "ListCollections": ["collections", "ls"],
    "ListFaces": ["faces", "ls", "people"],
    "DeleteFaces": ["faces", "rm", "people", "ann", "-y"],
    "ListUsers": ["users", "ls", "people"],
    "AssociateFaces": ["users", "associate", "people", "Ann", "ann"],
    "SearchUsers": ["users", "search", "people", "Ann"],
}
operation = pytest.mark.parametrize("name", WAYS)


@pytest.fixture
def run(aws: Aws, awsml: Program, tmp_path: Path):
    """`awsml rekognition …` for an operation, where there are two pictures and a collection with Ann."""
    path = taken(tmp_path / "one.png", {"ann": ANN, "bob": BOB})
    taken(tmp_path / "two.png", {"ann": BOB})
    client = boto3.client("rekognition")
    client.create_collection(CollectionId="people")
    client.index_faces(CollectionId="people", ExternalImageId="ann", Image={"Bytes": path.read_bytes()})
    client.create_user(CollectionId="people", UserId="Ann")
    aws.calls.clear()
    return lambda name, *words: awsml("rekognition", *WAYS[name], *words, cwd=tmp_path)


def well(done: Result) -> bool:
    return (done.exit_code, done.stderr) == (0, "")


class TestPassing:
    """What passes is waited for, and nobody hears of it."""

    @operation
    def test_one_after_the_other(self, aws: Aws, run, name: str) -> None:
        """Throttled until botocore gives up and we do not; then, each once, what its retries outlast."""
        aws.respond("rekognition", name, AwsError("ProvisionedThroughputExceededException", "Slower.", times=9))
        aws.respond("rekognition", name, AwsError("InternalServerError", "Oops.", status=500), HalfAnswer())
        assert well(run(name))

    @pytest.mark.parametrize("name", ["DetectLabels", "IndexFaces", "ListFaces"])
    @pytest.mark.parametrize(
        "fault",
        [AwsError("ThrottlingException", "Slower."), Reset(), Refused(), Hang(), Raw(PORTAL), Raw(b"")],
        ids=["throttled", "reset", "refused", "hanging", "portal", "empty"],
    )
    def test_once(self, aws: Aws, run, name: str, fault: Fault) -> None:
        fault.times = 1
        aws.respond("rekognition", name, fault)
        assert well(run(name))


class TestStaying:
    """What does not pass ends the run with AWS's words; nothing is kept that is no answer."""

    @operation
    @pytest.mark.parametrize(
        ("fault", "said"),
        [
            (AwsError("AccessDeniedException", "No."), "hint: the IAM action `rekognition:{name}` is missing"),
            (AwsError("InvalidParameterException", "Wrong."), "was refused: InvalidParameterException: Wrong."),
            (HalfAnswer(times=3), "cannot be used"),
        ],
        ids=["denied", "wrong", "half"],
    )
    def test_it_is_said(self, aws: Aws, run, name: str, fault: Fault, said: str) -> None:
        aws.respond("rekognition", name, fault)
        failed = run(name)
        assert (failed.exit_code, failed.stdout) == (4, b"")
        assert said.format(name=name) in failed.stderr
        again = run(name)
        assert again.exit_code == 0 or name == "DeleteFaces"  # what was answered badly had been done

    @pytest.mark.parametrize(
        ("code", "exit_code"),
        [("ImageTooLargeException", 4), ("InvalidImageFormatException", 4), ("InvalidS3ObjectException", 3)],
    )
    def test_a_picture_that_aws_cannot_read(self, aws: Aws, run, code: str, exit_code: int) -> None:
        aws.respond("rekognition", "DetectLabels", AwsError(code, "No."))
        failed = run("DetectLabels")
        assert (failed.exit_code, "hint: " in failed.stderr or code == "ImageTooLargeException") == (exit_code, True)

    def test_a_picture_that_cannot_be_staged_is_not_left(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        import numpy
        from PIL import Image

        aws.bucket("staging")
        grains = numpy.random.default_rng(1).integers(0, 255, (1300, 1500, 3), dtype=numpy.uint8)
        Image.fromarray(grains).save(tmp_path / "heavy.png")
        aws.respond("rekognition", "DetectLabels", AwsError("InternalServerError", "Oops.", status=500, times=3))
        run = awsml("rekognition", tmp_path / "heavy.png", "--bucket", "staging")
        assert (run.exit_code, aws.objects("staging")) == (4, {})
