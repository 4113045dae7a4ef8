"""`awsml rekognition media-analysis` and `liveness`: many pictures in one job; sessions made and read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fakeaws import Aws, AwsError
from fakeaws.program import KILLED, Program
from movies import STAGING, nothing_is_left, sent
from pictures import classes, png

CLOSED = "warning: Rekognition bulk analysis has been closed to new customers since 2026-04-30"
SESSION = "00000000-0000-4000-8000-00000000000a"


@pytest.fixture(autouse=True)
def _bucket(aws: Aws) -> None:
    aws.bucket(STAGING)


@pytest.fixture
def bulk(awsml: Program, tmp_path: Path) -> Program:
    """`awsml rekognition media-analysis …` with a bucket, in a folder."""

    def run(*words: object, **options: object) -> object:
        options.setdefault("env", {"AWSML_BUCKET": STAGING})
        options.setdefault("cwd", tmp_path)
        return awsml("rekognition", "media-analysis", *map(str, words), **options)  # type: ignore[arg-type]

    return run  # type: ignore[return-value]


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Three pictures; the fake thinks badly of those whose last byte is odd."""
    folder = classes(tmp_path / "photos", all=2)
    (folder / "all/odd.jpg").write_bytes(b"\xff\xd8\xff\xe0odd\x01")
    return folder


class TestBulk:
    def test_a_folder_is_one_command(self, aws: Aws, bulk: Program, photos: Path) -> None:
        run = bulk("start", photos, "--min-confidence", "80")
        assert (run.exit_code, run.text) == (0, f"{photos}/all/odd.jpg\tViolence\t91\t\t1\n")
        assert run.stderr.count(CLOSED) == 1
        (call,) = aws.calls_of("StartMediaAnalysisJob")
        assert call.params["OperationsConfig"] == {"DetectModerationLabels": {"MinConfidence": 80}}
        assert nothing_is_left(aws)

    def test_a_manifest_in_s3(self, aws: Aws, bulk: Program) -> None:
        picture = aws.put(STAGING, "photos/a.jpg", b"\xff\xd8\xff\x01")
        manifest = aws.put(STAGING, "photos/list.jsonl", json.dumps({"source-ref": picture}).encode())
        run = bulk("start", manifest, "-f", "jsonl")
        assert (run.exit_code, json.loads(run.text)["picture"]) == (0, picture)
        assert sorted(aws.objects(STAGING)) == ["photos/a.jpg", "photos/list.jsonl"]

    def test_without_waiting_and_by_its_id(self, aws: Aws, bulk: Program, awsml: Program, photos: Path) -> None:
        job = bulk("start", photos, "--no-wait", "--query", "id", "-f", "text").text.strip()
        assert job.startswith("rekognition-media:us-east-1:")
        listed = json.loads(awsml("jobs", "--service", "rekognition", "-f", "json").text)
        assert [(one["id"], one["state"], bool(one["started"])) for one in listed] == [(job, "running", True)]
        assert awsml("jobs", "get", job).exit_code == 0
        assert awsml("jobs", "wait", job).exit_code == 0
        assert awsml("jobs", "result", job).text.split("\t")[1] == "Violence"
        assert nothing_is_left(aws)
        assert (awsml("jobs", "result", job).text.split("\t")[1], bulk("ls").text.split("\t")[0]) == ("Violence", job)

    @pytest.mark.parametrize("number", range(1, 14))
    @pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
    def test_killed_and_repeated(self, aws: Aws, bulk: Program, photos: Path, number: int, after: bool) -> None:
        aws.kill_at(number, after=after)
        killed = bulk("start", photos)
        aws.kill_at(10_000)
        repeated = bulk("start", photos)
        assert (killed.exit_code in (0, KILLED), repeated.exit_code, repeated.text.split("\t")[1]) == (
            True,
            0,
            "Violence",
        )
        assert (len(aws.rekognition.bulk), nothing_is_left(aws)) == (1, True)
        assert sent(aws).count("PutObject") <= 3 + 2

    def test_one_that_fails(self, aws: Aws, bulk: Program, photos: Path) -> None:
        aws.rekognition.bulk_failing = "The manifest is no manifest."
        run = bulk("start", photos)
        assert (run.exit_code, "failed: The manifest is no manifest." in run.stderr, nothing_is_left(aws)) == (
            4,
            True,
            True,
        )
        aws.rekognition.bulk_failing = ""
        assert (bulk("start", photos).exit_code, len(aws.rekognition.bulk)) == (0, 2)

    @pytest.mark.parametrize("name", ["StartMediaAnalysisJob", "GetMediaAnalysisJob"])
    def test_throttled(self, aws: Aws, bulk: Program, photos: Path, name: str) -> None:
        aws.respond("rekognition", name, AwsError("ThrottlingException", "Slower.", times=5))
        assert (bulk("start", photos).exit_code, nothing_is_left(aws)) == (0, True)

    def test_what_is_no_picture(self, aws: Aws, bulk: Program, tmp_path: Path) -> None:
        (tmp_path / "a.png").write_bytes(b"Dear Ann")
        run = bulk("start", "a.png")
        assert (run.exit_code, "a.png is neither JPEG nor PNG: it looks like text" in run.stderr) == (2, True)
        assert aws.calls == []

    def test_too_many(self, aws: Aws, bulk: Program) -> None:
        lines = "\n".join(json.dumps({"source-ref": f"s3://x/{number}"}) for number in range(10_001))
        run = bulk("start", aws.put(STAGING, "list.jsonl", lines.encode()))
        assert (run.exit_code, "has 10,001 pictures: a bulk analysis takes 10,000" in run.stderr) == (2, True)

    def test_dry_run(self, aws: Aws, bulk: Program, photos: Path) -> None:
        run = bulk("start", photos, "--dry-run")
        assert [line.split("\t")[0] for line in run.text.splitlines()] == [
            "s3:PutObject",
            "rekognition:StartMediaAnalysisJob",
        ]
        assert aws.calls == []

    def test_one_that_is_not_there(self, bulk: Program) -> None:
        assert bulk("get", "none").exit_code == 2

    def test_what_has_ended_is_cleaned_up(self, aws: Aws, bulk: Program, awsml: Program, photos: Path) -> None:
        job = bulk("start", photos, "--no-wait", "--query", "id", "-f", "text").text.strip()
        bulk("wait", job)
        assert awsml("jobs", "clean").exit_code == 0
        assert [key.partition("-results/")[1] for key in aws.objects(STAGING)] == ["-results/"]  # was paid for
        assert awsml("jobs", "result", job).text.split("\t")[1] == "Violence"
        assert nothing_is_left(aws)


class TestLiveness:
    def test_a_session_is_made_and_what_is_left_to_do_is_said(self, aws: Aws, awsml: Program) -> None:
        words = ("--audit-images", "4", "--to", "s3://faces/audit/", "--challenge", "movement")
        run = awsml("rekognition", "liveness", "create", *words)
        (call,) = aws.calls
        assert (run.exit_code, run.text.split("\t")[1]) == (0, "CREATED")
        assert run.stderr.startswith("warning: the check itself is done in a web page or app")
        assert call.params["Settings"] == {
            "AuditImagesLimit": 4,
            "OutputConfig": {"S3Bucket": "faces", "S3KeyPrefix": "audit/"},
            "ChallengePreferences": [{"Type": "FaceMovementChallenge"}],
        }

    def test_what_became_of_it(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        aws.rekognition.sat(SESSION, 97.5)
        run = awsml("rekognition", "liveness", "result", SESSION, "--save", "faces", cwd=tmp_path)
        assert (run.exit_code, run.text) == (0, f"{SESSION}\tSUCCEEDED\t97.5\tFaceMovementChallenge\t1\n")
        assert sorted(path.name for path in (tmp_path / "faces").iterdir()) == ["audit-1.jpg", "reference.jpg"]

    @pytest.mark.parametrize(("least", "code"), [("90", 0), ("0.98", 7)])
    def test_a_check(self, aws: Aws, awsml: Program, least: str, code: int) -> None:
        aws.rekognition.sat(SESSION, 97.5)
        run = awsml("rekognition", "liveness", "result", SESSION, "--min", least)
        assert (run.exit_code, run.text.split("\t")[2]) == (code, "97.5")

    def test_nobody_has_sat_there_yet(self, aws: Aws, awsml: Program) -> None:
        id = awsml("rekognition", "liveness", "create", "--query", "session_id").text.strip()
        run = awsml("rekognition", "liveness", "result", id, "--min", "90")
        assert (run.exit_code, run.stderr) == (7, "error: liveness: created\n")

    def test_one_that_is_not_there(self, awsml: Program) -> None:
        run = awsml("rekognition", "liveness", "result", SESSION)
        assert (run.exit_code, run.stderr.startswith(f"error: there is no session {SESSION}")) == (2, True)

    def test_words_that_mean_nothing(self, aws: Aws, awsml: Program) -> None:
        assert awsml("rekognition", "liveness", "create", "--challenge", "jump").exit_code == 2
        assert awsml("rekognition", "liveness", "create", "--dry-run").exit_code == 0
        assert aws.calls == []


def test_the_same_picture_twice_is_sent_once(aws: Aws, bulk: Program, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    for name in ("a.png", "b.png"):
        (tmp_path / "photos" / name).write_bytes(png(1))
    assert bulk("start", "photos").exit_code == 0
    assert sent(aws).count("PutObject") == 2  # the picture, and the manifest
