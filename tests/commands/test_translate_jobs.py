"""`awsml translate jobs` and `--via batch`: a folder in S3 into other languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fakeaws import Aws
from fakeaws.program import Program

ROLE = "arn:aws:iam::123456789012:role/translate"
WHERE = ["--into", "s3://data/out/", "--role", ROLE]


@pytest.fixture(autouse=True)
def data(aws: Aws) -> Aws:
    """Two documents in a folder of S3."""
    aws.bucket("data")
    aws.put("data", "in/a.txt", b"Good morning.\n")
    aws.put("data", "in/more/b.txt", b"Good night.\n")
    return aws


def started(awsml: Program, *words: str) -> str:
    """The id of a job that was started."""
    run = awsml("translate", "jobs", "start", "s3://data/in/", *WHERE, *words, "--query", "id", "-f", "text")
    assert run.exit_code == 0, run.stderr
    return run.text.strip()


def test_a_folder_is_one_command(aws: Aws, awsml: Program, tmp_path: Path) -> None:
    run = awsml("translate", "--from", "en", "--to", "es,fr", "--file", "s3://data/in/", *WHERE)
    job = run.text.split("\t")[0]
    assert (run.exit_code, run.text.split("\t")[1], job) == (0, "COMPLETED", f"translate:us-east-1:{1:032x}")
    fetched = awsml("translate", "jobs", "result", job, "-o", f"{tmp_path}/")
    assert fetched.exit_code == 0, fetched.stderr
    found = {str(path.relative_to(tmp_path)): path.read_text() for path in tmp_path.rglob("*.txt")}
    assert found == {
        "es.a.txt": "Good~es morning~es.\n",
        "fr.a.txt": "Good~fr morning~fr.\n",
        "more/es.b.txt": "Good~es night~es.\n",
        "more/fr.b.txt": "Good~fr night~fr.\n",
    }


def test_the_request(aws: Aws, awsml: Program) -> None:
    started(awsml, "--from", "en", "--to", "es", "--formality", "formal", "--kms-key", "k", "--name", "mine")
    params = dict(aws.calls_of("StartTextTranslationJob")[0].params)
    assert params.pop("ClientToken")
    assert params == {
        "JobName": "mine",
        "InputDataConfig": {"S3Uri": "s3://data/in/", "ContentType": "text/plain"},
        "OutputDataConfig": {"S3Uri": "s3://data/out/", "EncryptionKey": {"Type": "KMS", "Id": "k"}},
        "DataAccessRoleArn": ROLE,
        "SourceLanguageCode": "en",
        "TargetLanguageCodes": ["es"],
        "Settings": {"Formality": "FORMAL"},
    }


def test_the_same_once_more_is_the_same_job(aws: Aws, awsml: Program) -> None:
    assert started(awsml, "--to", "es") == started(awsml, "--to", "es")
    assert started(awsml, "--to", "fr") != started(awsml, "--to", "es")


def test_jobs_are_listed_looked_at_waited_for_and_stopped(aws: Aws, awsml: Program) -> None:
    ids = [started(awsml, "--to", code) for code in ("es", "fr", "de")]
    assert json.loads(awsml("translate", "jobs", "ls", "-f", "json", "--query", "[].id").text) == ids[::-1]
    assert json.loads(awsml("translate", "jobs", "get", ids[0], "-f", "json").text)["job_status"] == "SUBMITTED"
    ended = json.loads(awsml("translate", "jobs", "wait", ids[0].rpartition(":")[2], "-f", "json").text)
    assert (ended["job_status"], ended["documents"], ended["translated"]) == ("COMPLETED", 2, 2)
    assert awsml("translate", "jobs", "stop", ids[1]).text.split("\t")[1] == "STOPPED"
    assert len(awsml("translate", "jobs", "ls", "--status", "stopped").text.splitlines()) == 1


def test_a_document_that_failed_is_told_and_the_others_are_there(aws: Aws, awsml: Program, tmp_path: Path) -> None:
    aws.put("data", "in/broken.txt", b"?")
    job = started(awsml, "--to", "es")
    run = awsml("translate", "jobs", "result", job, "-o", f"{tmp_path}/")
    assert (run.exit_code, sorted(path.name for path in tmp_path.rglob("*.txt"))) == (5, ["es.a.txt", "es.b.txt"])
    assert (
        "broken.txt (es): the job could not translate it: InvalidDocument: The document cannot be read." in run.stderr
    )


def test_a_wait_says_that_some_failed(aws: Aws, awsml: Program) -> None:
    aws.put("data", "in/broken.txt", b"?")
    run = awsml("translate", "--to", "es", "--file", "s3://data/in/", *WHERE)
    assert (
        run.exit_code,
        "1 documents were not translated; `awsml translate jobs result translate:" in run.stderr,
    ) == (0, True)


def test_a_job_that_fails_says_why(aws: Aws, awsml: Program) -> None:
    aws.translate.failing = "The role cannot read the folder."
    run = awsml("translate", "--to", "es", "--file", "s3://data/in/", *WHERE)
    assert (run.exit_code, "The role cannot read the folder." in run.stderr) == (4, True)


def test_after_the_timeout_it_goes_on(aws: Aws, awsml: Program) -> None:
    run = awsml("translate", "--to", "es", "--file", "s3://data/in/", *WHERE, "--timeout", "0")
    assert (run.exit_code, f"awsml translate jobs result translate:us-east-1:{1:032x}" in run.stderr) == (8, True)


def test_only_files_of_a_kind(aws: Aws, awsml: Program) -> None:
    aws.put("data", "in/page.html", b"<p>Hello</p>")
    mixed = awsml("translate", "--to", "es", "--file", "s3://data/in/", *WHERE)
    assert (mixed.exit_code, "files of several kinds in s3://data/in/: html, text" in mixed.stderr) == (2, True)
    awsml("translate", "--to", "es", "--file", "s3://data/in/", *WHERE, "--as", "html", "--no-wait")
    assert aws.calls_of("StartTextTranslationJob")[0].params["InputDataConfig"]["ContentType"] == "text/html"


def test_parallel_data_and_a_terminology(aws: Aws, awsml: Program, tmp_path: Path) -> None:
    (tmp_path / "terms.csv").write_text("en,es\nGood,Buena\n")
    awsml("translate", "terminology", "put", "products", tmp_path / "terms.csv")
    uri = aws.put("data", "memory.csv", b"en,es\na,b\n")
    awsml("translate", "parallel-data", "put", "manuals", uri)
    job = started(awsml, "--from", "en", "--to", "es", "--terminology", "products", "--parallel-data", "manuals")
    awsml("translate", "jobs", "result", job, "-o", f"{tmp_path}/")
    params = aws.calls_of("StartTextTranslationJob")[0].params
    assert (params["TerminologyNames"], params["ParallelDataNames"]) == (["products"], ["manuals"])
    assert (tmp_path / "es.a.txt").read_text() == "Buena morning~es.\n"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--file", "s3://data/in/", "--role", ROLE], 2, "--into s3://BUCKET/FOLDER/"),
        (["--file", "s3://data/in/", "--into", "out/", "--role", ROLE], 2, "--into of a job lies in S3"),
        (["--file", "s3://data/in/", "--into", "s3://data/out/"], 3, "--role ARN"),
        (["--file", "s3://data/nothing/", *WHERE], 2, "there are no files in s3://data/nothing/"),
        (["--file", "s3://data/in/", "--file", "s3://data/in/", *WHERE], 2, "one folder in S3"),
        (["--file", "s3://data/in/", *WHERE, "--brevity"], 2, "a job knows no --brevity"),
        (["--via", "batch", *WHERE, "Hello"], 2, "one folder in S3"),
        (["Hello", *WHERE], 2, "--into, --role and --parallel-data are a job's words"),
        (["Hello", "--via", "pigeon"], 2, "there is no way `pigeon`"),
    ],
)
def test_what_cannot_be_a_job(aws: Aws, awsml: Program, words: list[str], code: int, said: str) -> None:
    run = awsml("translate", "--to", "es", *words)
    assert (run.exit_code, said in run.stderr, aws.calls_of("StartTextTranslationJob")) == (code, True, [])


def test_words_for_one_run_do_not_go_with_a_job(aws: Aws, awsml: Program) -> None:
    for words in (["jobs", "start", "s3://data/in/"], ["--file", "s3://data/in/", "--no-wait"]):
        run = awsml("translate", *words, "--from", "en", "--to", "es", *WHERE, "--term", "a=b")
        assert (run.exit_code, "a job outlives this run" in run.stderr) == (2, True)
    assert aws.calls == []


def test_too_many_languages(aws: Aws, awsml: Program) -> None:
    run = awsml("translate", "--to", "af,sq,am,ar,hy,az,bn,bs,bg,ca,zh", "--file", "s3://data/in/", *WHERE)
    assert (run.exit_code, "11 languages; a job translates into at most 10" in run.stderr) == (2, True)


def test_a_dry_run_starts_nothing(aws: Aws, awsml: Program) -> None:
    run = awsml("translate", "--to", "es", "--file", "s3://data/in/", *WHERE, "--dry-run")
    assert (run.exit_code, "translate:StartTextTranslationJob\ts3://data/in/" in run.text, aws.calls) == (0, True, [])


@pytest.mark.parametrize("name", ["comprehend:us-east-1:x", "../x", "a b"])
def test_what_is_no_id(aws: Aws, awsml: Program, name: str) -> None:
    run = awsml("translate", "jobs", "get", name)
    assert (run.exit_code, "is not the id of a job of translate" in run.stderr, aws.calls) == (2, True, [])


def test_an_id_of_nobody(aws: Aws, awsml: Program) -> None:
    run = awsml("translate", "jobs", "get", "translate:us-east-1:nobody")
    assert (run.exit_code, "there is no job translate:us-east-1:nobody" in run.stderr) == (2, True)
