"""Many pictures, killed at any call and repeated: each face is in the collection once, and no answer is paid for twice."""

from __future__ import annotations

from pathlib import Path

import boto3
import pytest
from fakeaws import Aws
from fakeaws.program import Program
from photographs import ANN, BOB, taken

pytest.importorskip("PIL", reason="pip install '.[pages]'")

PICTURES = 4


@pytest.fixture
def folder(aws: Aws, tmp_path: Path) -> Path:
    for number in range(PICTURES):
        taken(tmp_path / f"{number}.png", {"ann": ANN, "bob": BOB} if number % 2 else {"joe": ANN}, salt=number)
    boto3.client("rekognition").create_collection(CollectionId="people")
    aws.calls.clear()
    return tmp_path


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("number", range(1, PICTURES + 2))
def test_indexing_is_picked_up(aws: Aws, awsml: Program, folder: Path, number: int, after: bool) -> None:
    aws.kill_at(number, after=after)
    assert awsml("rekognition", "index", "people", folder, "-j", "1").killed
    done = awsml("rekognition", "index", "people", folder, "-j", "1")
    assert (done.exit_code, len(done.text.splitlines())) == (0, 6)
    assert len(aws.rekognition.collections["people"].faces) == 6
    asked = [call.params["ExternalImageId"] for call in aws.calls_of("IndexFaces") if not call.error]
    assert len(asked) <= PICTURES + after  # what was answered, but never heard, is asked again: AWS keeps it once


@pytest.mark.parametrize("number", range(1, PICTURES + 1))
def test_looking_is_picked_up(aws: Aws, awsml: Program, folder: Path, number: int) -> None:
    aws.kill_before("DetectFaces", number)
    assert awsml("rekognition", "faces", folder, "-j", "1").killed
    done = awsml("rekognition", "faces", folder, "-j", "1")
    assert (done.exit_code, len(done.text.splitlines()), len(aws.calls_of("DetectFaces"))) == (0, 6, PICTURES)


def test_killed_twice(aws: Aws, awsml: Program, folder: Path) -> None:
    for number in (2, 3):
        aws.kill_at(number)
        assert awsml("rekognition", "index", "people", folder, "-j", "1").killed
    assert awsml("rekognition", "index", "people", folder, "-j", "1").exit_code == 0
    assert len(aws.rekognition.collections["people"].faces) == 6
