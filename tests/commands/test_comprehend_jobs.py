"""`awsml comprehend jobs` and `topics`: from documents in S3 to what was found in them."""

from __future__ import annotations

import io
import json
import tarfile

import pytest
from fakeaws import AwsError

ROLE = "arn:aws:iam::123456789012:role/reader"
WHERE = ["s3://data/in/", "--to", "s3://data/out/", "--role", ROLE]


@pytest.fixture
def data(aws):
    aws.bucket("data")
    aws.put("data", "in/a.txt", b"I love it, I really do\n\nI hate it, I really do\n")
    aws.put("data", "in/b.txt", b"Jane Doe lives in Paris\n")
    return aws


def started(awsml, kind: str, *more: str) -> str:
    run = awsml("comprehend", "jobs", "start", kind, *WHERE, *more, "--query", "id", "-f", "text")
    assert run.exit_code == 0, run.stderr
    return run.text.strip()


def test_a_job_is_started_waited_for_and_read(data, awsml):
    job = started(awsml, "sentiment", "--language", "en")
    assert job == f"comprehend:us-east-1:sentiment/{1:032x}"
    run = awsml("comprehend", "jobs", "result", job)
    assert run.exit_code == 5  # one document is empty, which AWS says of it
    assert "error: a.txt:2: the job could not read it: EMPTY_DOCUMENT" in run.stderr
    assert sorted(run.text.splitlines()) == [
        "a.txt:1\tPOSITIVE\t0.9625",
        "a.txt:3\tNEGATIVE\t0.9625",
        "b.txt:1\tNEUTRAL\t0.9625",
    ]


def test_what_it_found_has_the_same_keys_as_if_it_were_asked_directly(data, awsml):
    data.put("data", "in/a.txt", b"Nobody\n")
    run = awsml("comprehend", "jobs", "result", started(awsml, "entities", "--language", "en"), "-f", "jsonl")
    found = {one["input"]: one["entities"] for one in map(json.loads, run.text.splitlines())}
    assert [entity["text"] for entity in found["b.txt:1"]] == ["Jane Doe", "Paris"]
    assert found["a.txt:1"] == []


def test_the_same_once_more_is_the_same_job(data, awsml):
    assert started(awsml, "sentiment", "--language", "en") == started(awsml, "sentiment", "--language", "en")
    assert started(awsml, "sentiment", "--language", "es") != started(awsml, "sentiment", "--language", "en")


def test_jobs_are_listed_looked_at_waited_for_and_stopped(data, awsml):
    ids = [started(awsml, "sentiment", "--language", code) for code in ("en", "es", "fr")] + [
        started(awsml, "language")
    ]
    listed = json.loads(awsml("comprehend", "jobs", "ls", "-f", "json").text)
    assert sorted(one["id"] for one in listed) == sorted(ids)
    assert len(json.loads(awsml("comprehend", "jobs", "ls", "sentiment", "--limit", "2", "-f", "json").text)) == 2
    assert json.loads(awsml("comprehend", "jobs", "get", ids[0], "-f", "json").text)["job_status"] == "SUBMITTED"
    assert awsml("comprehend", "jobs", "wait", ids[0]).text.startswith(f"{ids[0]}\tCOMPLETED\ts3://data/in/\t")
    assert awsml("comprehend", "jobs", "stop", ids[1].rpartition(":")[2]).text.split("\t")[1] == "STOPPED"


def test_redaction_leaves_files_and_says_where(data, awsml):
    job = started(awsml, "pii", "--language", "en", "--tags")
    assert data.calls_of("StartPiiEntitiesDetectionJob")[0].params["RedactionConfig"] == {
        "PiiEntityTypes": ["ALL"],
        "MaskMode": "REPLACE_WITH_PII_ENTITY_TYPE",
    }
    run = awsml("comprehend", "jobs", "result", job)
    assert (run.exit_code, "leaves redacted files, not an answer: s3://data/out/" in run.stderr) == (2, True)


def test_offsets_of_private_data_are_read_from_their_files(data, awsml):
    data.put("data", "in/a.txt", b"call 555-0100\n")
    run = awsml("comprehend", "jobs", "result", started(awsml, "pii", "--language", "en"), "-f", "jsonl")
    found = {one["input"]: one["entities"] for one in map(json.loads, run.text.splitlines())}
    assert found["a.txt:1"] == [{"type": "PHONE", "score": 0.99, "begin_offset": 5, "end_offset": 13}]


def test_a_job_that_fails_says_why(data, awsml):
    data.comprehend.jobs.failing = "The role cannot read s3://data/in/."
    run = awsml("comprehend", "jobs", "wait", started(awsml, "sentiment", "--language", "en"))
    assert (run.exit_code, "The role cannot read s3://data/in/." in run.stderr) == (4, True)


def test_patience_ends_with_its_id_and_the_job_goes_on(data, awsml):
    job = started(awsml, "sentiment", "--language", "en")
    run = awsml("comprehend", "jobs", "wait", job, "--timeout", "0")
    assert (run.exit_code, job in run.stderr) == (8, True)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["poetry", *WHERE], 2, "there are no jobs called `poetry`"),
        (["sentiment", "in/", *WHERE[1:]], 2, "no such file: in/"),
        (["sentiment", WHERE[0], "--to", "out/", *WHERE[3:], "--language", "en"], 2, "`out/` does not"),
        (["sentiment", *WHERE[:3], "--language", "en"], 3, "AWS needs a role"),
        (["sentiment", *WHERE], 2, "a job needs the language of its documents"),
        (["sentiment", *WHERE, "--language", "en", "--documents", "page"], 2, "a document is a line or a file"),
        (["classify", *WHERE], 2, "need a model of your own"),
    ],
)
def test_what_cannot_work_is_refused_before_any_call(data, awsml, words, code, said):
    run = awsml("comprehend", "jobs", "start", *words)
    assert (run.exit_code, said in run.stderr, data.operations) == (code, True, [])


def test_a_dry_run_starts_nothing(data, awsml):
    run = awsml("comprehend", "jobs", "start", "sentiment", *WHERE, "--language", "en", "--dry-run")
    assert run.text.startswith("comprehend:StartSentimentDetectionJob\ts3://data/in/\t1")
    assert data.operations == []


class TestArchive:
    def written(self, awsml, aws, body: bytes) -> str:
        job = started(awsml, "language")
        awsml("comprehend", "jobs", "wait", job)
        key = next(key for key in aws.objects("data") if key.endswith("output.tar.gz"))
        aws.put("data", key, body)
        return job

    def test_only_plain_files_are_read_and_nothing_is_written(self, data, awsml, tmp_path):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w:gz") as tar:
            for name, kind, target in (
                ("../../evil", tarfile.REGTYPE, ""),
                ("/etc/passwd", tarfile.SYMTYPE, "/etc/passwd"),
                ("device", tarfile.CHRTYPE, ""),
                ("folder", tarfile.DIRTYPE, ""),
            ):
                entry = tarfile.TarInfo(name)
                entry.type, entry.linkname = kind, target
                line = b'{"File": "x.txt", "Line": 0, "Languages": [{"LanguageCode": "en", "Score": 0.5}]}\n'
                entry.size = len(line) if kind == tarfile.REGTYPE else 0
                tar.addfile(entry, io.BytesIO(line) if entry.size else None)
        run = awsml("comprehend", "jobs", "result", self.written(awsml, data, out.getvalue()), cwd=tmp_path)
        assert (run.exit_code, run.text) == (0, "x.txt:1\ten\t0.5\n")
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("damage", ["cut", "page", "json"])
    def test_one_that_is_cut_or_is_none_is_an_error_after_what_could_be_read(self, data, awsml, damage):
        good = json.dumps({"File": "x", "Line": 0, "Languages": [{"LanguageCode": "en", "Score": 0.5}]}) + "\n"
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w:gz") as tar:
            text = (good * 3 + ("<html>" if damage == "json" else "")).encode()
            entry = tarfile.TarInfo("output")
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text))
        whole = out.getvalue()
        body = {"cut": whole[: len(whole) // 2], "page": b"<html></html>", "json": whole}[damage]
        run = awsml("comprehend", "jobs", "result", self.written(awsml, data, body))
        assert (run.exit_code, "cannot be read to its end" in run.stderr) == (4, True)
        if damage == "json":
            assert run.text.count("en\t0.5") == 3


class TestTopics:
    def test_topics_are_found_in_one_command(self, data, awsml):
        run = awsml("comprehend", "topics", *WHERE, "-f", "jsonl")
        found = [json.loads(line) for line in run.text.splitlines()]
        assert [(one["table"], one["topic"], one["term"], one["docname"]) for one in found] == [
            ("topic-terms", 0, "apple", None),
            ("topic-terms", 1, "engine", None),
            ("doc-topics", 0, None, "a.txt:0"),
        ]
        said = "warning: topic modelling has been closed to new customers since 2026-04-30; --local has it\n"
        assert run.stderr == said

    def test_an_account_that_came_too_late_is_told_so(self, data, awsml):
        aws_says = AwsError("AccessDeniedException", "Topic modeling is not available to your account.")
        data.respond("comprehend", "StartTopicsDetectionJob", aws_says)
        run = awsml("comprehend", "topics", *WHERE)
        assert (run.exit_code, "closed to accounts that did not use it" in run.stderr) == (6, True)

    def test_without_waiting_the_id_is_printed(self, data, awsml):
        run = awsml("comprehend", "topics", *WHERE, "--no-wait")
        assert run.text.startswith(f"comprehend:us-east-1:topics/{1:032x}\t")


class TestFilesOfThisMachine:
    @pytest.fixture
    def reviews(self, aws, tmp_path, monkeypatch):
        """Two files, and a bucket to stage them in."""
        monkeypatch.chdir(tmp_path)
        (tmp_path / "reviews").mkdir()
        (tmp_path / "reviews/a.txt").write_text("I love it, I really do\nI hate it, I really do\n")
        (tmp_path / "reviews/b.txt").write_text("Jane Doe lives in Paris\n")
        aws.bucket("staging")
        monkeypatch.setenv("AWSML_BUCKET", "staging")
        return ["--language", "en", "--role", ROLE]

    def test_they_are_staged_and_removed_when_the_job_has_ended(self, aws, awsml, reviews):
        run = awsml("comprehend", "jobs", "start", "sentiment", "reviews/", *reviews, "-f", "json")
        job = json.loads(run.text)
        staged = [key for key in aws.objects("staging") if key.endswith(".txt")]
        found = awsml("comprehend", "jobs", "result", job["id"])
        assert sorted(found.text.splitlines()) == [
            "a.txt:1\tPOSITIVE\t0.9625",
            "a.txt:2\tNEGATIVE\t0.9625",
            "b.txt:1\tNEUTRAL\t0.9625",
        ]
        assert (len(staged), job["output"].startswith("s3://staging/awsml/tmp/")) == (2, True)
        assert [key for key in aws.objects("staging") if key.endswith(".txt")] == []

    def test_a_text_from_a_pipe(self, aws, awsml, reviews):
        run = awsml("comprehend", "jobs", "start", "sentiment", "-", *reviews, "--query", "id", stdin="I love it all\n")
        found = awsml("comprehend", "jobs", "result", run.text.strip())
        assert found.text == "stdin:1\tPOSITIVE\t0.9625\n"

    @pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
    @pytest.mark.parametrize("number", range(1, 9))
    def test_killed_and_repeated_it_is_one_job_and_nothing_stays(self, aws, awsml, reviews, number, after):
        words = ["comprehend", "jobs", "start", "sentiment", "reviews/a.txt", *reviews, "--query", "id"]
        aws.kill_at(number, after=after)
        awsml(*words)
        aws.kill_at(10**6)
        job = awsml(*words).text.strip()
        run = awsml("comprehend", "jobs", "wait", job)
        assert (run.exit_code, len(aws.comprehend.jobs.jobs)) == (0, 1)
        assert [key for key in aws.objects("staging") if key.endswith(".txt")] == []

    def test_what_failed_leaves_nothing_either(self, aws, awsml, reviews):
        aws.comprehend.jobs.failing = "The role cannot read it."
        job = awsml("comprehend", "jobs", "start", "sentiment", "reviews/", *reviews, "--query", "id").text.strip()
        run = awsml("comprehend", "jobs", "wait", job)
        assert (run.exit_code, "The role cannot read it." in run.stderr, aws.objects("staging")) == (4, True, {})

    def test_other_files_or_another_question_are_another_job(self, aws, awsml, reviews, tmp_path):
        words = ["comprehend", "jobs", "start", "sentiment", "reviews/a.txt", *reviews, "--query", "id"]
        first = awsml(*words).text
        (tmp_path / "reviews/a.txt").write_text("I love it again\n")
        assert len({first, awsml(*words).text, awsml(*words, "--documents", "file").text}) == 3

    def test_files_and_a_folder_in_s3_do_not_go_together(self, data, awsml, reviews):
        run = awsml("comprehend", "jobs", "start", "sentiment", "reviews/", "s3://data/in/", *reviews)
        assert (run.exit_code, "one folder in S3, or files of this machine" in run.stderr) == (2, True)

    def test_a_dry_run_stages_nothing(self, aws, awsml, reviews):
        run = awsml("comprehend", "jobs", "start", "sentiment", "reviews/", *reviews, "--dry-run")
        assert (run.exit_code, "comprehend:StartSentimentDetectionJob" in run.text, aws.calls) == (0, True, [])
