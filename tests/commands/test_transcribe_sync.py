"""`awsml transcribe` in one request, where there is no bucket or `--via sync` insists on it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fakeaws import Aws, AwsError, HalfAnswer, Reset, speech
from fakeaws.program import Program, Result
from recordings import STAGING, nothing_is_left, recording, wav

SAID = "Good morning. How are you?"
ONCE = ["TranscribeAudio"]


@pytest.fixture
def talk(tmp_path: Path, aws: Aws) -> Path:
    """A recording in which SAID is said, and a bucket to stage it in."""
    aws.bucket(STAGING)
    aws.transcripts[wav()] = speech(SAID)
    return recording(tmp_path)


@pytest.fixture
def transcribe(awsml: Program, talk: Path) -> Callable[..., Result]:
    """`awsml transcribe talk.wav …`."""
    return lambda *words, **options: awsml("transcribe", talk, *words, **options)


class TestRoutes:
    def test_with_a_bucket_a_job_does_it_since_it_survives_a_kill(
        self, aws: Aws, transcribe: Callable[..., Result]
    ) -> None:
        run = transcribe("--bucket", STAGING)
        assert (run.exit_code, run.text) == (0, f"{SAID}\n")
        assert ("StartTranscriptionJob" in aws.operations, "TranscribeAudio" in aws.operations) == (True, False)

    def test_with_a_bucket_it_can_be_insisted_on(self, aws: Aws, transcribe: Callable[..., Result]) -> None:
        run = transcribe("--bucket", STAGING, "--via", "sync")
        assert (run.exit_code, run.text, aws.operations) == (0, f"{SAID}\n", ONCE)

    def test_a_way_that_there_is_not(self, aws: Aws, transcribe: Callable[..., Result]) -> None:
        run = transcribe("--via", "pigeon")
        assert (run.exit_code, run.stderr) == (
            2,
            "error: unknown way `pigeon`\nhint: one of: auto, sync, batch, stream\n",
        )

    def test_on_this_machine_there_is_none(self, aws: Aws, transcribe: Callable[..., Result]) -> None:
        run = transcribe("--via", "sync", "--local")
        assert (run.exit_code, "no engine on this machine answers TranscribeAudio" in run.stderr) == (3, True)


class TestOneRequest:
    def test_a_file_needs_one_request_and_no_bucket(
        self, aws: Aws, talk: Path, transcribe: Callable[..., Result]
    ) -> None:
        run = transcribe("--language", "en-US")
        assert (run.exit_code, run.text, run.stderr, aws.operations) == (0, f"{SAID}\n", "", ONCE)
        assert aws.calls[0].params == {"Media": {"MediaBytes": talk.read_bytes()}, "Language": "en"}

    def test_an_object_in_s3_stays_there(self, aws: Aws, awsml: Program, talk: Path) -> None:
        uri = aws.put(aws.bucket("theirs"), "one.wav", talk.read_bytes())
        run = awsml("transcribe", uri, "--via", "sync")
        assert (run.exit_code, run.text, aws.operations) == (0, f"{SAID}\n", ["HeadObject", "TranscribeAudio"])
        assert aws.calls[1].params == {"Media": {"MediaFileUri": uri}, "LanguageDetectionMode": "IDENTIFY_LANGUAGE"}

    @pytest.mark.parametrize(
        ("words", "params"),
        [
            (["--candidate", "en-US", "--candidate", "es-ES"], {"LanguageDetectionMode": "IDENTIFY_LANGUAGE", "LanguageOptions": ["en", "es"]}),
            (["--candidate", "en-US", "--candidate", "en-GB"], {"Language": "en"}),
            (["--language", "zh-TW"], {"Language": "zh-TW"}),
            (["--language", "en-US", "--channels"], {"Language": "en", "ChannelIdentification": True}),
            (["--language", "en-US", "--hint", "Los Angeles"], {"Language": "en", "VocabularySettings": [{"Language": "en", "Phrases": [{"Text": "Los Angeles"}]}]}),
            (["--language", "en-US", "--vocabulary", "mine"], {"Language": "en", "VocabularySettings": [{"Language": "en", "VocabularyName": "mine"}]}),
            (
                ["--candidate", "en-US", "--candidate", "fr-FR", "--vocabulary-filter", "fr-FR=mots", "--filter-method", "remove"],
                {
                    "LanguageDetectionMode": "IDENTIFY_LANGUAGE", "LanguageOptions": ["en", "fr"],
                    "VocabularyFilterSettings": {"VocabularyFilterMethod": "remove", "Filters": [{"Language": "fr", "VocabularyFilterName": "mots"}]},
                },
            ),
            (["--language", "en-US", "--redact"], {"Language": "en", "ContentRedaction": {"RedactionType": "PII", "RedactionOutput": "redacted"}}),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, list) else "",
    )  # fmt: skip
    def test_what_is_asked_for_in_its_own_words(
        self, aws: Aws, transcribe: Callable[..., Result], words: list[str], params: dict[str, Any]
    ) -> None:
        run = transcribe(*words)
        assert (run.exit_code, run.stderr, aws.operations) == (0, "", ONCE)
        assert {name: value for name, value in aws.calls[0].params.items() if name != "Media"} == params

    def test_a_table_of_words_says_how_they_are_shown(
        self, aws: Aws, transcribe: Callable[..., Result], tmp_path: Path
    ) -> None:
        (tmp_path / "words.txt").write_text("Phrase\tDisplayAs\nA-W-S\tAWS\nGowda\t\n")
        transcribe("--language", "en-US", "--vocab", tmp_path / "words.txt")
        assert aws.calls[0].params["VocabularySettings"][0]["Phrases"] == [
            {"Text": "A W S", "DisplayAs": "AWS"},
            {"Text": "Gowda"},
        ]

    def test_the_language_that_was_found_is_in_the_record(self, aws: Aws, transcribe: Callable[..., Result]) -> None:
        found = json.loads(transcribe("-f", "json").text)
        asked = json.loads(transcribe("-f", "json", "--language", "en-GB").text)
        assert (found["language_code"], asked["language_code"]) == ("en-US", "en-GB")

    def test_what_is_private_is_taken_out(self, aws: Aws, talk: Path, transcribe: Callable[..., Result]) -> None:
        aws.transcripts[talk.read_bytes()] = speech("Call 555-0100 today.")
        run = transcribe("--language", "en-US", "--redact")
        assert (run.text, aws.operations) == ("Call [PII] today.\n", ONCE)

    def test_stdin_too(self, aws: Aws, awsml: Program, talk: Path) -> None:
        run = awsml("transcribe", "-", stdin=talk.read_bytes())
        assert (run.exit_code, run.text, aws.operations) == (0, f"{SAID}\n", ONCE)

    def test_another_format_is_free(self, aws: Aws, transcribe: Callable[..., Result]) -> None:
        texts = [transcribe("-f", form).text for form in ("text", "srt", "json")]
        assert (texts[0], texts[1][:1], json.loads(texts[2])["transcript"], aws.operations) == (
            f"{SAID}\n",
            "1",
            SAID,
            ONCE,
        )

    def test_fresh_asks_anew_and_no_cache_keeps_nothing(self, aws: Aws, transcribe: Callable[..., Result]) -> None:
        for words in (["--no-cache"], ["--no-cache"], [], ["--fresh"], []):
            transcribe(*words)
        assert aws.operations == ONCE * 4

    def test_raw_is_aws_s_answer(self, aws: Aws, transcribe: Callable[..., Result]) -> None:
        assert json.loads(transcribe("-f", "raw").text)["TranscriptResponse"]["Results"]["Transcript"] == SAID

    def test_speakers_take_turns(self, aws: Aws, talk: Path, transcribe: Callable[..., Result]) -> None:
        aws.transcripts[talk.read_bytes()] = speech("Good morning.", "Hello.")
        run = transcribe("--speakers=2")
        assert (run.text, aws.operations) == ("spk_0: Good morning.\nspk_1: Hello.\n", ONCE)

    @pytest.mark.parametrize(
        "words",
        [
            ["--via", "batch"],
            ["--language", "sw-KE"],
            ["--languages", "en-US,es-ES"],
            ["--language", "en-US", "--alternatives", "2"],
            ["--language", "en-US", "--toxicity"],
            ["--kms-key", "arn:aws:kms:us-east-1:123456789012:key/one"],
        ],
        ids=" ".join,
    )
    def test_what_it_does_not_take_goes_over_a_job(
        self, aws: Aws, transcribe: Callable[..., Result], words: list[str]
    ) -> None:
        assert transcribe(*words).exit_code == 3  # for want of a bucket
        run = transcribe(*words, "--bucket", STAGING)
        assert (run.exit_code, "TranscribeAudio" in aws.operations, nothing_is_left(aws)) == (0, False, True)

    def test_what_is_too_large_or_too_short_goes_over_a_job(self, aws: Aws, awsml: Program, talk: Path) -> None:
        for content in (wav(0.2), wav() + bytes(26_214_400)):
            talk.write_bytes(content)
            assert awsml("transcribe", talk, "--bucket", STAGING).exit_code == 0
        assert ("TranscribeAudio" in aws.operations, aws.operations.count("StartTranscriptionJob")) == (False, 2)

    @pytest.mark.parametrize(
        ("words", "error"),
        [
            (["--language", "sw-KE"], "TranscribeAudio does not hear sw-KE"),
            (["--language", "en-US", "--alternatives", "2"], "TranscribeAudio does not take alternatives"),
            (
                ["--language", "en-US", "--vocab", "sounds.txt"],
                "TranscribeAudio takes no vocabulary that says how words sound",
            ),
            (
                ["--candidate", "en-US", "--candidate", "ja-JP", "--redact"],
                "TranscribeAudio redacts where it knows that the language is one of en, es, fr, de, it, pt",
            ),
        ],
    )
    def test_insisting_names_what_stands_against_it(
        self, aws: Aws, talk: Path, transcribe: Callable[..., Result], words: list[str], error: str
    ) -> None:
        (talk.parent / "sounds.txt").write_text("Phrase\tSoundsLike\nGowda\tgow-da\n")
        words = [str(talk.parent / word) if word.endswith(".txt") else word for word in words]
        run = transcribe("--via", "sync", *words)
        assert (run.exit_code, aws.calls, run.stderr.splitlines()[0]) == (2, [], f"error: {error}")

    def test_a_refusal_says_that_a_job_would_need_a_bucket(self, aws: Aws, transcribe: Callable[..., Result]) -> None:
        aws.respond("transcribe", "TranscribeAudio", AwsError("BadRequestException", "Too long."))
        run = transcribe()
        assert (run.exit_code, run.stdout, aws.operations[0]) == (3, b"", "TranscribeAudio")
        refused, wanting, *_ = run.stderr.splitlines()
        assert refused.startswith("warning: transcribe TranscribeAudio was refused: BadRequestException: Too long.")
        assert (refused.endswith("; going on with a job"), "there is no bucket for it" in wanting) == (True, True)

    def test_a_refusal_of_what_was_insisted_on_is_the_end(self, aws: Aws, transcribe: Callable[..., Result]) -> None:
        aws.respond("transcribe", "TranscribeAudio", AwsError("BadRequestException", "Too long."))
        run = transcribe("--via", "sync")
        assert (run.exit_code, run.stdout, aws.operations, "Too long." in run.stderr) == (4, b"", ONCE, True)

    @pytest.mark.parametrize(
        "fault", [AwsError("LimitExceededException", "Slower.", status=429, times=3), Reset(), HalfAnswer()]
    )
    def test_what_passes_is_waited_for(self, aws: Aws, transcribe: Callable[..., Result], fault: Any) -> None:
        aws.respond("transcribe", "TranscribeAudio", fault)
        assert (transcribe().text, set(aws.operations)) == (f"{SAID}\n", set(ONCE))

    def test_a_job_that_runs_already_is_picked_up(self, aws: Aws, transcribe: Callable[..., Result]) -> None:
        transcribe("--via", "batch", "--no-wait", "--bucket", STAGING)
        run = transcribe()
        assert (run.text, "TranscribeAudio" in aws.operations, nothing_is_left(aws)) == (f"{SAID}\n", False, True)

    def test_a_dry_run_names_it_and_its_price(self, aws: Aws, talk: Path, transcribe: Callable[..., Result]) -> None:
        plan = json.loads(transcribe("--dry-run", "-f", "json").text)
        assert [(step["operation"], step["price"]) for step in plan] == [("transcribe:TranscribeAudio", 0.000117)]
        assert aws.calls == []
