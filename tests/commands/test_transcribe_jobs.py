"""`awsml transcribe --no-wait`, `--timeout` and `awsml transcribe jobs`: a job is enough by its id, anywhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fakeaws import Aws, AwsError, Failure, speech
from fakeaws.program import Program
from recordings import STAGING, nothing_is_left, recording, sent, wav

SAID = "Good morning."


@pytest.fixture
def talk(tmp_path: Path, aws: Aws) -> Path:
    """A recording in which SAID is said, and a bucket to stage it in."""
    aws.bucket(STAGING)
    aws.transcripts[wav()] = speech(SAID)
    return recording(tmp_path)


@pytest.fixture
def job(aws: Aws, awsml: Program, talk: Path) -> str:
    """A job under way, by its id."""
    return awsml("transcribe", talk, "--bucket", STAGING, "--no-wait").text.strip()


class TestStarting:
    def test_without_waiting_the_id_is_the_answer(self, aws: Aws, job: str) -> None:
        (name,) = aws.jobs
        assert job == f"transcribe:us-east-1:{name}"
        assert list(aws.objects(STAGING)) == [
            aws.jobs[name].request["Media"]["MediaFileUri"].removeprefix(f"s3://{STAGING}/")
        ]

    def test_a_second_start_finds_the_first(self, aws: Aws, awsml: Program, talk: Path, job: str) -> None:
        again = awsml("transcribe", talk, "--bucket", STAGING, "--no-wait", "-f", "json")
        assert (again.exit_code, json.loads(again.text)) == (0, {"id": job})
        assert (len(aws.calls_of("StartTranscriptionJob")), len(aws.calls_of("PutObject"))) == (1, 1)

    def test_several_starts_give_an_id_a_line(self, aws: Aws, awsml: Program, talk: Path) -> None:
        other = recording(talk.parent, "other.wav", fill=1)
        run = awsml("transcribe", talk, other, "--bucket", STAGING, "--no-wait")
        lines = [line.split("\t") for line in run.text.splitlines()]
        assert [line[0] for line in lines] == [str(talk), str(other)]
        assert sorted(line[1].rpartition(":")[2] for line in lines) == sorted(aws.jobs)

    def test_a_timeout_leaves_the_job_and_names_it(self, aws: Aws, awsml: Program, talk: Path) -> None:
        aws.transcribe.walk = ("QUEUED", "IN_PROGRESS")
        run = awsml("transcribe", talk, "--bucket", STAGING, "--timeout", "30")
        (name,) = aws.jobs
        assert (run.exit_code, run.stdout, sum(aws.clock.slept)) == (8, b"", pytest.approx(30))
        assert run.stderr == (
            f"error: the transcription job has not ended after 30 s; it goes on: transcribe:us-east-1:{name}\n"
            f"hint: awsml transcribe jobs result transcribe:us-east-1:{name}\n"
        )
        assert len(aws.objects(STAGING)) == 1

    def test_what_a_timeout_left_is_finished_by_its_id(self, aws: Aws, awsml: Program, talk: Path) -> None:
        aws.transcribe.walk = ("QUEUED", "IN_PROGRESS", "IN_PROGRESS", "IN_PROGRESS", "COMPLETED")
        awsml("transcribe", talk, "--bucket", STAGING, "--timeout", "0")
        (name,) = aws.jobs
        run = awsml("transcribe", "jobs", "result", f"transcribe:us-east-1:{name}")
        assert (run.exit_code, run.text) == (0, f"{SAID}\n")
        assert not [key for key in aws.objects(STAGING) if key.endswith(".wav")]

    def test_a_status_that_nobody_knows_is_waited_through(self, aws: Aws, awsml: Program, talk: Path) -> None:
        aws.transcribe.walk = ("QUEUED", "IN_PROGRESS", "COMPLETED")
        waiting = {"TranscriptionJobName": "x", "TranscriptionJobStatus": "IN_PROGRESS"}
        aws.respond("transcribe", "GetTranscriptionJob", {"TranscriptionJob": waiting})
        job = {"TranscriptionJobName": "x", "CreationTime": 0}
        aws.respond("transcribe", "GetTranscriptionJob", {"TranscriptionJob": job})
        run = awsml("transcribe", talk, "--bucket", STAGING)
        assert (run.exit_code, run.text) == (0, f"{SAID}\n")


class TestLooking:
    def test_ls_shows_all_pages_the_newest_first(self, aws: Aws, awsml: Program, talk: Path) -> None:
        for fill in range(12):
            awsml("transcribe", recording(talk.parent, f"{fill}.wav", fill=fill), "--bucket", STAGING, "--no-wait")
        run = awsml("transcribe", "jobs", "ls")
        assert [line.split("\t")[0] for line in run.text.splitlines()] == [
            f"transcribe:us-east-1:{name}" for name in reversed(aws.jobs)
        ]
        assert {line.split("\t")[1] for line in run.text.splitlines()} == {"QUEUED"}
        assert len(aws.calls_of("ListTranscriptionJobs")) == 3

    def test_ls_at_a_terminal_is_a_table(self, aws: Aws, awsml: Program, job: str) -> None:
        run = awsml("transcribe", "jobs", "ls", tty={"stdout"}, env={"COLUMNS": "200", "NO_COLOR": "1"})
        assert run.text.splitlines()[0].split() == ["id", "transcription_job_status", "language_code", "creation_time"]
        assert run.text.splitlines()[2].split()[:2] == [job, "QUEUED"]

    def test_a_reader_that_leaves_ends_the_paging(self, aws: Aws, awsml: Program, talk: Path) -> None:
        for fill in range(12):
            awsml("transcribe", recording(talk.parent, f"{fill}.wav", fill=fill), "--bucket", STAGING, "--no-wait")
        run = awsml("transcribe", "jobs", "ls", head=1)
        assert (run.exit_code, run.stderr, len(aws.calls_of("ListTranscriptionJobs"))) == (0, "", 1)

    def test_no_more_than_the_limit_is_asked_for(self, aws: Aws, awsml: Program, talk: Path) -> None:
        for fill in range(7):
            awsml("transcribe", recording(talk.parent, f"{fill}.wav", fill=fill), "--bucket", STAGING, "--no-wait")
        run = awsml("transcribe", "jobs", "ls", "--limit", "5")
        assert (len(run.text.splitlines()), len(aws.calls_of("ListTranscriptionJobs"))) == (5, 1)

    def test_a_token_that_comes_again_ends_the_list_loudly(self, aws: Aws, awsml: Program) -> None:
        for token in ("one", "two", "one"):
            aws.respond("transcribe", "ListTranscriptionJobs", {"TranscriptionJobSummaries": [], "NextToken": token})
        run = awsml("transcribe", "jobs", "ls")
        assert (run.exit_code, run.stderr) == (4, "error: AWS gave the page `one` twice; its list does not end\n")

    @pytest.mark.parametrize(
        ("format", "empty"),
        [("text", ""), ("json", "[]\n"), ("jsonl", ""), ("csv", ""), ("table", ""), ("yaml", "[]\n")],
    )
    def test_an_empty_list_is_empty(self, aws: Aws, awsml: Program, format: str, empty: str) -> None:
        run = awsml("transcribe", "jobs", "ls", "-f", format)
        assert (run.exit_code, run.text, run.stderr) == (0, empty, "")

    def test_raw_is_all_pages_merged_with_aws_s_keys(self, aws: Aws, awsml: Program, talk: Path) -> None:
        for fill in range(7):
            awsml("transcribe", recording(talk.parent, f"{fill}.wav", fill=fill), "--bucket", STAGING, "--no-wait")
        merged = json.loads(awsml("transcribe", "jobs", "ls", "-f", "raw").text)
        assert list(merged) == ["TranscriptionJobSummaries"]
        assert [job["TranscriptionJobName"] for job in merged["TranscriptionJobSummaries"]] == list(reversed(aws.jobs))

    def test_a_status_that_there_is_not_is_refused(self, aws: Aws, awsml: Program) -> None:
        run = awsml("transcribe", "jobs", "ls", "--status", "done")
        assert (run.exit_code, aws.calls) == (2, [])
        assert run.stderr == "error: a job is never `DONE`\nhint: one of: QUEUED, IN_PROGRESS, COMPLETED, FAILED\n"

    def test_get_by_id_and_by_bare_name(self, aws: Aws, awsml: Program, job: str) -> None:
        name = job.rpartition(":")[2]
        by_id = json.loads(awsml("transcribe", "jobs", "get", job, "-f", "json").text)
        by_name = json.loads(awsml("transcribe", "jobs", "get", name, "-f", "json").text)
        assert (by_id["id"], by_name["id"], by_id["transcription_job_name"]) == (job, job, name)

    def test_an_id_names_its_region(self, aws: Aws, awsml: Program) -> None:
        awsml("transcribe", "jobs", "get", "transcribe:eu-west-1:mine")
        assert [(call.operation, call.region) for call in aws.calls] == [("GetTranscriptionJob", "eu-west-1")]

    def test_another_service_s_id_is_refused(self, aws: Aws, awsml: Program) -> None:
        run = awsml("transcribe", "jobs", "get", "polly:eu-west-1:mine")
        assert (run.exit_code, aws.calls) == (2, [])
        assert (
            run.stderr
            == "error: `polly:eu-west-1:mine` is not the id of a job of transcribe\nhint: transcribe:REGION:NAME\n"
        )

    def test_a_job_that_there_is_not_is_aws_s_own_refusal(self, aws: Aws, awsml: Program) -> None:
        run = awsml("transcribe", "jobs", "get", "none")
        assert (run.exit_code, run.stdout) == (4, b"")
        assert "BadRequestException: The requested job couldn't be found" in run.stderr


class TestEnding:
    def test_wait_gives_the_job_and_removes_what_was_staged(self, aws: Aws, awsml: Program, job: str) -> None:
        run = awsml("transcribe", "jobs", "wait", job, "--query", "transcription_job_status")
        assert (run.exit_code, run.text) == (0, "COMPLETED\n")
        assert not [key for key in aws.objects(STAGING) if key.endswith(".wav")]

    def test_wait_for_a_failed_job_says_why_and_removes_what_was_staged(
        self, aws: Aws, awsml: Program, talk: Path, job: str
    ) -> None:
        aws.transcripts[talk.read_bytes()] = Failure("The audio is silent.")
        run = awsml("transcribe", "jobs", "wait", job)
        assert (run.exit_code, run.stdout) == (4, b"")
        assert run.stderr == f"error: the transcription job {job.rpartition(':')[2]} failed: The audio is silent.\n"
        assert aws.objects(STAGING) == {}

    def test_wait_knows_its_limit(self, aws: Aws, awsml: Program, job: str) -> None:
        run = awsml("transcribe", "jobs", "wait", job, "--timeout", "0")
        assert (run.exit_code, job in run.stderr) == (8, True)

    def test_result_in_any_format_and_twice_for_one_fetch(self, aws: Aws, awsml: Program, job: str) -> None:
        text = awsml("transcribe", "jobs", "result", job)
        srt = awsml("transcribe", "jobs", "result", job, "-f", "srt")
        assert (text.text, srt.text.splitlines()[2]) == (f"{SAID}\n", SAID)
        assert sent(aws).count("GetObject") == 1

    def test_result_of_a_job_that_another_machine_started(
        self, aws: Aws, awsml: Program, job: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        for name in ("XDG_STATE_HOME", "XDG_CACHE_HOME"):
            monkeypatch.setenv(name, str(tmp_path / "elsewhere"))
        run = awsml("transcribe", "jobs", "result", job)
        assert (run.exit_code, run.text) == (0, f"{SAID}\n")

    def test_result_through_the_address_that_aws_gives(self, aws: Aws, awsml: Program, talk: Path) -> None:
        uri = aws.put(aws.bucket("theirs"), "one.wav", talk.read_bytes())
        job = awsml("transcribe", uri, "--no-wait").text.strip()
        run = awsml("transcribe", "jobs", "result", job)
        assert (run.exit_code, run.text, "GetObject" in aws.operations) == (0, f"{SAID}\n", False)

    def test_rm_asks_and_a_yes_removes_all_of_it(self, aws: Aws, awsml: Program, job: str) -> None:
        asked = awsml("transcribe", "jobs", "rm", job, tty={"stderr"}, answers="y\n")
        assert (asked.exit_code, asked.stdout, nothing_is_left(aws)) == (0, b"", True)
        assert asked.stderr == f"Remove {job}? [y/N] "

    def test_rm_without_a_yes_removes_nothing(self, aws: Aws, awsml: Program, job: str) -> None:
        no = awsml("transcribe", "jobs", "rm", job, tty={"stderr"}, answers="n\n")
        nobody = awsml("transcribe", "jobs", "rm", job)
        assert (no.exit_code, nobody.exit_code, len(aws.jobs)) == (2, 2, 1)
        assert nobody.stderr == f"error: nobody confirmed: remove {job}\nhint: -y does it without a question\n"

    def test_rm_dry_run_says_what_it_would_call(self, aws: Aws, awsml: Program, job: str) -> None:
        run = awsml("transcribe", "jobs", "rm", job, "--dry-run", "--query", "operation")
        assert (run.text, len(aws.jobs)) == ("transcribe:DeleteTranscriptionJob\n", 1)

    def test_rm_of_what_is_gone_is_done(self, aws: Aws, awsml: Program) -> None:
        assert awsml("transcribe", "jobs", "rm", "none", "-y").exit_code == 0

    def test_a_job_fetched_by_its_id_is_not_paid_again_by_its_file(
        self, aws: Aws, awsml: Program, talk: Path, job: str
    ) -> None:
        awsml("transcribe", "jobs", "result", job)
        run = awsml("transcribe", talk, "--bucket", STAGING)
        assert (run.text, sent(aws).count("StartTranscriptionJob"), nothing_is_left(aws)) == (f"{SAID}\n", 1, True)

    def test_a_refused_removal_names_the_permission(self, aws: Aws, awsml: Program, job: str) -> None:
        aws.respond("transcribe", "DeleteTranscriptionJob", AwsError("AccessDeniedException", "no"))
        run = awsml("transcribe", "jobs", "rm", job, "-y")
        assert run.exit_code == 4
        assert run.stderr.endswith(
            "hint: the IAM action `transcribe:DeleteTranscriptionJob` is missing for this identity\n"
        )
