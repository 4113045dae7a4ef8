"""`awsml medical jobs`: many clinical texts as a job."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fakeaws import Aws
from fakeaws.program import Program

ROLE = "arn:aws:iam::123456789012:role/reader"
KINDS = ["entities", "phi", "icd10", "rxnorm", "snomed"]


@pytest.fixture(autouse=True)
def notes(aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two notes, here and in S3."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWSML_BUCKET", "staging")
    aws.bucket("staging")
    aws.bucket("data")
    texts = {
        "one.txt": "Jane Doe takes aspirin 100 mg against headache",
        "two.txt": "John Smith has fever, takes ibuprofen",
    }
    Path("notes").mkdir()
    for name, text in texts.items():
        Path("notes", name).write_text(text)
        aws.put("data", f"notes/{name}", text.encode())


def started(awsml: Program, kind: str, *words: str) -> str:
    """The id of a job that was started."""
    run = awsml("medical", "jobs", "start", kind, *(words or ("notes/",)), "--role", ROLE, "--query", "id")
    assert run.exit_code == 0, run.stderr
    return run.text.strip()


@pytest.mark.parametrize("kind", KINDS)
def test_it_finds_what_the_direct_question_finds(aws: Aws, awsml: Program, kind: str) -> None:
    run = awsml("medical", "jobs", "result", started(awsml, kind), "-f", "jsonl")
    found = {one["input"]: one["entities"] for one in map(json.loads, run.text.splitlines())}
    direct = awsml("medical", kind, "--file", "notes", "-f", "jsonl")
    asked = {Path(one["input"]).name: one["entities"] for one in map(json.loads, direct.text.splitlines())}
    assert (run.exit_code, found) == (0, asked)
    assert [key for key in aws.objects("staging") if key.endswith(".txt")] == []


def test_in_a_pipe_it_is_rows(aws: Aws, awsml: Program) -> None:
    job = started(awsml, "icd10")
    assert job == f"medical:us-east-1:icd10/{1:032x}"
    rows = [line.split("\t") for line in awsml("medical", "jobs", "result", job).text.splitlines()]
    assert [(row[0], row[2], row[6]) for row in rows] == [
        ("one.txt", "headache", "R51.9"),
        ("two.txt", "fever", "R50.9"),
    ]


def test_the_request_over_s3(aws: Aws, awsml: Program) -> None:
    started(awsml, "phi", "s3://data/notes/", "--to", "s3://data/out/", "--name", "mine")
    params = dict(aws.calls_of("StartPHIDetectionJob")[0].params)
    assert params.pop("ClientRequestToken")
    assert params == {
        "InputDataConfig": {"S3Bucket": "data", "S3Key": "notes/"},
        "OutputDataConfig": {"S3Bucket": "data", "S3Key": "out/"},
        "DataAccessRoleArn": ROLE,
        "LanguageCode": "en",
        "JobName": "mine",
    }


def test_the_same_once_more_is_the_same_job(aws: Aws, awsml: Program) -> None:
    assert started(awsml, "phi") == started(awsml, "phi")
    assert started(awsml, "phi") != started(awsml, "phi", "notes/one.txt")


def test_jobs_are_listed_looked_at_waited_for_and_stopped(aws: Aws, awsml: Program) -> None:
    ids = [started(awsml, kind) for kind in KINDS]
    assert sorted(json.loads(awsml("medical", "jobs", "ls", "-f", "json", "--query", "[].id").text)) == sorted(ids)
    assert len(awsml("medical", "jobs", "ls", "phi").text.splitlines()) == 1
    assert json.loads(awsml("medical", "jobs", "get", ids[0], "-f", "json").text)["job_status"] == "SUBMITTED"
    assert awsml("medical", "jobs", "wait", ids[0]).text.split("\t")[1] == "COMPLETED"
    assert awsml("medical", "jobs", "stop", ids[1].rpartition(":")[2]).text.split("\t")[1] == "STOPPED"


def test_a_partial_success_is_one(aws: Aws, awsml: Program) -> None:
    aws.put("data", "notes/empty.txt", b" ")
    job = started(awsml, "phi", "s3://data/notes/", "--to", "s3://data/out/")
    assert awsml("medical", "jobs", "wait", job).text.split("\t")[1] == "PARTIAL_SUCCESS"
    assert len(awsml("medical", "jobs", "result", job, "-f", "jsonl").text.splitlines()) == 2


def test_one_that_fails_says_why_and_leaves_nothing(aws: Aws, awsml: Program) -> None:
    aws.comprehendmedical.jobs.failing = "The role cannot read it."
    run = awsml("medical", "jobs", "wait", started(awsml, "phi"))
    assert (run.exit_code, "The role cannot read it." in run.stderr, aws.objects("staging")) == (4, True, {})


def test_an_answer_that_is_cut_is_an_error(aws: Aws, awsml: Program) -> None:
    job = started(awsml, "phi")
    awsml("medical", "jobs", "wait", job)
    (key, *_) = [key for key in aws.objects("staging") if key.endswith(".out")]
    aws.put("staging", key, b'{"Entities": [')
    run = awsml("medical", "jobs", "result", job)
    assert (run.exit_code, "cannot be read to its end" in run.stderr) == (4, True)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["poetry", "notes/", "--role", ROLE], 2, "there are no jobs called `poetry`"),
        (["phi", "notes/"], 3, "it must trust comprehendmedical.amazonaws.com"),
        (["phi", "nothing/", "--role", ROLE], 2, "no such file"),
    ],
)
def test_what_cannot_work(aws: Aws, awsml: Program, words: list[str], code: int, said: str) -> None:
    run = awsml("medical", "jobs", "start", *words)
    assert (run.exit_code, said in run.stderr, aws.calls) == (code, True, [])


def test_the_id_of_another_service(aws: Aws, awsml: Program) -> None:
    run = awsml("medical", "jobs", "get", "comprehend:us-east-1:pii/0123")
    assert (run.exit_code, "is not the id of a job of medical" in run.stderr) == (2, True)
