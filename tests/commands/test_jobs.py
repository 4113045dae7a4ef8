"""`awsml jobs`: what runs and has ended, across services, and each of them by its id."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fakeaws import Aws, AwsError, speech
from fakeaws.program import KILLED, Program
from house import commands
from recordings import STAGING, recording, wav

from awsml_cli.cli.job_ids import CANNOT, GROUPS, VERBS, WORDS

ENDPOINT = {
    "EndpointArn": "arn:aws:comprehend:us-east-1:123456789012:document-classifier-endpoint/mails",
    "Status": "IN_SERVICE",
    "CurrentInferenceUnits": 1,
    "CreationTime": 4_000_000_000,
}
ROLE = "arn:aws:iam::123456789012:role/reader"


@pytest.fixture(autouse=True)
def desk(aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A recording, a note, and a bucket."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWSML_BUCKET", STAGING)
    aws.bucket(STAGING)
    aws.transcripts[wav()] = speech("Good morning.")
    recording(tmp_path, "talk.wav")
    Path("note.txt").write_text("Jane Doe has fever\n")


@pytest.fixture
def ids(awsml: Program) -> dict[str, str]:
    """The ids of a job of each service."""
    started = {
        "transcribe": awsml("transcribe", "talk.wav", "--no-wait"),
        "comprehend": awsml("comprehend", "jobs", "start", "sentiment", "note.txt", "--language", "en", "--role", ROLE),
        "medical": awsml("medical", "jobs", "start", "phi", "note.txt", "--role", ROLE),
        "polly": awsml("polly", "tasks", "start", "Hello.", "--bucket", STAGING),
    }
    assert {name: run.exit_code for name, run in started.items()} == dict.fromkeys(started, 0), started
    return {name: run.text.split("\t")[0].strip() for name, run in started.items()}


class TestList:
    def test_every_service_is_asked(self, aws: Aws, awsml: Program, ids: dict[str, str]) -> None:
        found = json.loads(awsml("jobs", "-f", "json").text)
        assert {one["service"]: one["id"] for one in found} == ids
        assert {one["state"] for one in found} == {"running"}

    def test_states_and_services_choose(self, aws: Aws, awsml: Program, ids: dict[str, str]) -> None:
        awsml("jobs", "wait", ids["medical"])
        assert awsml("jobs", "--state", "ended", "--query", "[].id").text.strip() == ids["medical"]
        assert awsml("jobs", "--service", "polly", "--query", "[].id").text.strip() == ids["polly"]

    def test_what_bills_while_it_idles_is_listed_with_them(self, aws: Aws, awsml: Program, ids: dict[str, str]) -> None:
        aws.respond("comprehend", "ListEndpoints", *[{"EndpointPropertiesList": [ENDPOINT]}] * 2)
        found = json.loads(awsml("jobs", "--service", "comprehend", "-f", "json").text)
        assert [(one["id"], one["state"], one["status"]) for one in found] == [
            ("comprehend-endpoint:us-east-1:mails", "idle", "IN_SERVICE"),
            (ids["comprehend"], "running", "SUBMITTED"),
        ]
        alone = awsml("jobs", "--service", "comprehend", "--state", "idle", "--query", "[].id")
        assert alone.text == "comprehend-endpoint:us-east-1:mails\n"

    def test_a_region_that_boto3_does_not_know_is_asked_all_the_same(self, aws: Aws, awsml: Program) -> None:
        run = awsml("jobs", "--service", "comprehend", "--region", "here-1", "--state", "idle")
        assert (run.exit_code, run.stderr, {call.region for call in aws.calls}) == (0, "", {"here-1"})

    def test_what_serves_is_no_job_to_wait_for(self, awsml: Program) -> None:
        run = awsml("jobs", "stop", "comprehend-endpoint:us-east-1:mails")
        assert (run.exit_code, run.stderr) == (
            2,
            "error: comprehend-endpoint:us-east-1:mails is no job: it serves\n"
            "hint: awsml running --kind comprehend-endpoint says what ends it\n",
        )

    def test_what_is_closed_is_said_to_who_names_it_alone(self, aws: Aws, awsml: Program) -> None:
        assert "closed to new customers" not in awsml("jobs").stderr
        assert awsml("jobs", "--service", "codeguru").stderr.count("closed to new customers") == 1

    def test_a_service_that_refuses_hides_no_other(self, aws: Aws, awsml: Program, ids: dict[str, str]) -> None:
        aws.respond("polly", "ListSpeechSynthesisTasks", AwsError("AccessDeniedException", "No."))
        run = awsml("jobs", "--query", "[].service")
        assert (run.exit_code, sorted(run.text.split())) == (0, ["comprehend", "medical", "transcribe"])
        assert "warning: polly: polly ListSpeechSynthesisTasks was refused" in run.stderr

    def test_where_all_refuse_that_is_the_answer(self, aws: Aws, awsml: Program) -> None:
        aws.respond("polly", "ListSpeechSynthesisTasks", AwsError("AccessDeniedException", "No."))
        run = awsml("jobs", "--service", "polly")
        assert (run.exit_code, "polly:ListSpeechSynthesisTasks" in run.stderr) == (4, True)

    def test_on_this_machine_they_are_those_that_engines_have(self, aws: Aws, awsml: Program) -> None:
        run = awsml("jobs", "--local")
        assert (run.exit_code, run.text, aws.calls) == (0, "", [])

    def test_none_is_nothing(self, awsml: Program) -> None:
        run = awsml("jobs")
        assert (run.exit_code, run.text) == (0, "")

    @pytest.mark.parametrize(
        ("words", "said"), [(["--state", "odd"], "never `odd`"), (["--service", "s4"], "`s4` has no")]
    )
    def test_words_that_mean_nothing(self, aws: Aws, awsml: Program, words: list[str], said: str) -> None:
        run = awsml("jobs", *words)
        assert (run.exit_code, said in run.stderr, aws.calls) == (2, True, [])


class TestById:
    @pytest.mark.parametrize("service", ["transcribe", "comprehend", "medical", "polly"])
    def test_an_id_is_enough(self, aws: Aws, awsml: Program, ids: dict[str, str], service: str) -> None:
        got = awsml("jobs", "get", ids[service], "--query", "id")
        waited = awsml("jobs", "wait", ids[service])
        result = awsml("jobs", "result", ids[service])
        assert (got.text.strip(), waited.exit_code, result.exit_code) == (ids[service], 0, 0), result.stderr

    def test_it_gives_what_the_service_gives_with_its_options(
        self, aws: Aws, awsml: Program, ids: dict[str, str]
    ) -> None:
        assert awsml("jobs", "result", ids["transcribe"], "-f", "srt").text.endswith("Good morning.\n")
        assert awsml("jobs", "result", "-f", "csv", ids["comprehend"]).text.startswith("input,sentiment,score\n")

    def test_options_may_stand_before_it(self, aws: Aws, awsml: Program, ids: dict[str, str]) -> None:
        assert awsml("jobs", "wait", "--timeout", "0", ids["comprehend"]).exit_code == 8

    def test_one_is_stopped_and_one_removed(self, aws: Aws, awsml: Program, ids: dict[str, str]) -> None:
        assert awsml("jobs", "stop", ids["comprehend"], "--query", "job_status").text == "STOPPED\n"
        assert awsml("jobs", "rm", ids["transcribe"], "-y").exit_code == 0
        assert aws.jobs == {}

    @pytest.mark.parametrize("verb", ["get", "wait", "result", "stop", "rm"])
    @pytest.mark.parametrize("word", ["my-job", "bedrock:us-east-1:x"])
    def test_a_bare_name_does_not_say_whose_it_is(self, aws: Aws, awsml: Program, verb: str, word: str) -> None:
        run = awsml("jobs", verb, word)
        assert (run.exit_code, f"`{word}` is not a job's id" in run.stderr, aws.calls) == (2, True, [])

    @pytest.mark.parametrize(
        ("words", "hint"),
        [
            (("stop", "transcribe:us-east-1:x"), "awsml jobs rm transcribe:us-east-1:x"),
            (("rm", "comprehend:us-east-1:pii/x"), "awsml jobs stop comprehend:us-east-1:pii/x"),
            (("rm", "polly:us-east-1:x"), "it ends by itself, and AWS forgets it by itself"),
        ],
    )
    def test_what_a_service_cannot_do(self, aws: Aws, awsml: Program, words: tuple[str, str], hint: str) -> None:
        run = awsml("jobs", *words)
        service = words[1].partition(":")[0]
        assert (run.exit_code, aws.calls) == (2, [])
        assert run.stderr == f"error: {service} has no `{words[0]}` for its jobs\nhint: {hint}\n"

    def test_a_service_has_the_verbs_that_are_said_of_it(self) -> None:
        there = {command.words for command in commands()}
        for group in set(GROUPS.values()):
            has = {verb for verb in VERBS if (*group, WORDS.get(group, {}).get(verb, verb)) in there}
            assert has == set(VERBS) - set(CANNOT.get(group, ())), group


class TestClean:
    def test_what_was_staged_for_a_job_that_has_ended_is_removed(
        self, aws: Aws, awsml: Program, ids: dict[str, str]
    ) -> None:
        staged = set(aws.objects(STAGING))
        kept = awsml("jobs", "clean")
        still = set(aws.objects(STAGING))
        for service in ("transcribe", "comprehend", "medical"):
            awsml("jobs", "get", ids[service])  # time goes by: the jobs end
        planned = {one["job"] for one in json.loads(awsml("jobs", "clean", "--dry-run", "-f", "json").text)}
        there = set(aws.objects(STAGING)) & staged
        run = {one["job"] for one in json.loads(awsml("jobs", "clean", "-f", "json").text)}
        assert (kept.text, still, there) == ("", staged, staged)
        assert planned == run == {ids[service] for service in ("transcribe", "comprehend", "medical")}
        assert set(aws.objects(STAGING)) & staged == set()

    def test_what_a_killed_run_has_staged_for_no_job_is_removed(self, aws: Aws, awsml: Program) -> None:
        words = ["comprehend", "jobs", "start", "sentiment", "note.txt", "--language", "en", "--role", ROLE]
        number = next(n for n, call in enumerate(_calls(aws, awsml, words), 1) if call == "StartSentimentDetectionJob")
        for job in tuple(aws.comprehend.jobs.jobs):
            del aws.comprehend.jobs.jobs[job]
        Path("note.txt").write_text("another note\n")
        aws.kill_at(number)
        assert awsml(*words).exit_code == KILLED
        before = len(aws.objects(STAGING))
        awsml("jobs", "clean")
        assert len(aws.objects(STAGING)) < before

    def test_words_of_a_killed_run_are_removed(self, aws: Aws, awsml: Program) -> None:
        aws.kill_at(2)
        assert awsml("translate", "--from", "en", "--to", "es", "--term", "a=b", "a c").exit_code == KILLED
        held = len(aws.translate.terminologies)
        awsml("jobs", "clean")
        assert (held, aws.translate.terminologies) == (1, {})

    def test_nothing_is_nothing(self, aws: Aws, awsml: Program) -> None:
        run = awsml("jobs", "clean")
        assert (run.exit_code, run.text, aws.calls) == (0, "", [])


def _calls(aws: Aws, awsml: Program, words: list[str]) -> list[str]:
    awsml(*words)
    return list(aws.operations)
