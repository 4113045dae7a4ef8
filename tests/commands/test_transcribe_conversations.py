"""`awsml transcribe call`, `medical` and `scribe`: analysed calls, medical transcriptions, clinical notes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fakeaws import Aws, AwsError, Failure, speech
from fakeaws.program import Program
from recordings import STAGING, recording, sent, wav

ROLE = "arn:aws:iam::123456789012:role/scribe"
SAID = speech("How can I help you?", "My parcel has not arrived.")
KILLED = -9
WORDS = {"call": ["call"], "medical": ["medical"], "scribe": ["scribe", "--role", ROLE]}
MEMBER = {"call": "CallAnalyticsJob", "medical": "MedicalTranscriptionJob", "scribe": "MedicalScribeJob"}
each = pytest.mark.parametrize("kind", list(WORDS))


@pytest.fixture
def talk(tmp_path: Path, aws: Aws) -> Path:
    """A recording in which SAID is said, and a bucket to stage it in."""
    aws.bucket(STAGING)
    aws.transcripts[wav()] = SAID
    return recording(tmp_path)


def asked(aws: Aws, kind: str) -> dict[str, Any]:
    """What the one job that was started was asked."""
    (call,) = aws.calls_of(f"Start{MEMBER[kind]}")
    return {key: value for key, value in call.params.items() if key not in ("Media", "OutputLocation", "OutputKey")}


def nothing_is_left(aws: Aws) -> bool:
    return not any(aws.transcribe.work.values()) and not aws.objects(STAGING) and not aws.store.uploads(STAGING)


class TestAnswers:
    def test_a_call_is_its_turns(self, aws: Aws, awsml: Program, talk: Path) -> None:
        run = awsml("transcribe", "call", talk, "--bucket", STAGING)
        assert run.text == "AGENT: How can I help you?\nCUSTOMER: My parcel has not arrived.\n"
        assert nothing_is_left(aws)

    def test_the_page_of_a_call(self, aws: Aws, awsml: Program, talk: Path) -> None:
        run = awsml("transcribe", "call", talk, "--bucket", STAGING, "--summary", "-f", "md")
        assert run.text == (
            "## Summary\n\n- They spoke.\n\n## Issues\n\n- My parcel has not arrived.\n\n## Categories\n\n- late\n\n"
            "## Figures\n\n- sentiment of AGENT: 1.5\n- sentiment of CUSTOMER: -0.5\n\n## Conversation\n\n"
            "**AGENT:** How can I help you?\n\n**CUSTOMER:** My parcel has not arrived.\n"
        )

    def test_a_consultation_is_its_words(self, aws: Aws, awsml: Program, talk: Path) -> None:
        run = awsml("transcribe", "medical", talk, "--bucket", STAGING)
        assert run.text == "How can I help you? My parcel has not arrived.\n"
        assert nothing_is_left(aws)

    def test_a_note_is_its_sections(self, aws: Aws, awsml: Program, talk: Path) -> None:
        run = awsml("transcribe", "scribe", talk, "--bucket", STAGING, "--role", ROLE)
        assert run.text == "Chief complaint\n- My parcel has not arrived.\n"
        assert nothing_is_left(aws)

    def test_the_page_of_a_note_has_the_conversation(self, aws: Aws, awsml: Program, talk: Path) -> None:
        run = awsml("transcribe", "scribe", talk, "--bucket", STAGING, "--role", ROLE, "-f", "md")
        assert run.text.startswith("## Chief complaint\n\n- My parcel has not arrived.\n\n## Conversation\n")
        assert "**CLINICIAN\\_0:** How can I help you?" in run.text

    def test_evidence_is_in_the_json(self, aws: Aws, awsml: Program, talk: Path) -> None:
        run = awsml("transcribe", "scribe", talk, "--bucket", STAGING, "--role", ROLE, "-f", "json")
        note = json.loads(run.stdout)["details"]["clinical_documentation"]
        assert note["sections"][0]["summary"][0]["evidence_links"] == [{"segment_id": "s1"}]

    @each
    @pytest.mark.parametrize("format", ["srt", "vtt", "csv", "jsonl", "raw"])
    def test_other_formats_are_free(self, aws: Aws, awsml: Program, talk: Path, kind: str, format: str) -> None:
        awsml("transcribe", *WORDS[kind], talk, "--bucket", STAGING)
        before = len(aws.calls)
        run = awsml("transcribe", *WORDS[kind], talk, "--bucket", STAGING, "-f", format)
        assert (run.exit_code, len(aws.calls)) == (0, before)
        assert b"parcel" in run.stdout

    @each
    def test_an_object_in_s3_is_not_staged(self, aws: Aws, awsml: Program, talk: Path, kind: str) -> None:
        place = aws.put(aws.bucket("calls"), "call.wav", wav())
        run = awsml("transcribe", *WORDS[kind], place, "--bucket", STAGING)
        assert (run.exit_code, "parcel" in run.text) == (0, True)
        assert ("PutObject" in sent(aws), nothing_is_left(aws)) == (False, True)


class TestRequests:
    def test_a_call_with_everything(self, aws: Aws, awsml: Program, talk: Path) -> None:
        aws.transcribe.vocabularies["names"] = {"VocabularyState": "READY"}
        aws.transcribe.filters["rude"] = {}
        words = ["--agent", "1", "--language", "en-US", "--summary", "--redact=NAME", "--role", ROLE]
        more = ["--vocabulary", "names", "--vocabulary-filter", "rude", "--kms-key", "alias/k"]
        run = awsml("transcribe", "call", talk, "--bucket", STAGING, *words, *more)
        assert run.exit_code == 0, run.stderr
        sent = asked(aws, "call")
        assert sent.pop("CallAnalyticsJobName").startswith("awsml-")
        assert sent == {
            "ChannelDefinitions": [
                {"ChannelId": 0, "ParticipantRole": "CUSTOMER"},
                {"ChannelId": 1, "ParticipantRole": "AGENT"},
            ],
            "DataAccessRoleArn": ROLE,
            "OutputEncryptionKMSKeyId": "alias/k",
            "Settings": {
                "VocabularyName": "names",
                "VocabularyFilterName": "rude",
                "VocabularyFilterMethod": "mask",
                "ContentRedaction": {
                    "RedactionType": "PII",
                    "RedactionOutput": "redacted",
                    "PiiEntityTypes": ["NAME"],
                },
                "LanguageOptions": ["en-US"],
                "Summarization": {"GenerateAbstractiveSummary": True},
            },
        }
        assert nothing_is_left(aws)

    def test_words_of_a_call_are_a_vocabulary_for_it_alone(self, aws: Aws, awsml: Program, talk: Path) -> None:
        run = awsml("transcribe", "call", talk, "--bucket", STAGING, "--language", "en-US", "--hint", "Gowda")
        assert (run.exit_code, asked(aws, "call")["Settings"]["VocabularyName"][:11]) == (0, "awsml-list-")
        assert not aws.transcribe.vocabularies

    def test_a_dictation_with_everything(self, aws: Aws, awsml: Program, talk: Path) -> None:
        words = ["--type", "dictation", "--speakers=3", "--phi", "--alternatives", "2", "--vocabulary", "drugs"]
        run = awsml("transcribe", "medical", talk, "--bucket", STAGING, *words)
        assert run.exit_code == 0, run.stderr
        sent = asked(aws, "medical")
        assert sent.pop("MedicalTranscriptionJobName").startswith("awsml-")
        assert sent == {
            "LanguageCode": "en-US",
            "MediaFormat": "wav",
            "OutputBucketName": STAGING,
            "Specialty": "PRIMARYCARE",
            "Type": "DICTATION",
            "ContentIdentificationType": "PHI",
            "Settings": {
                "ShowSpeakerLabels": True,
                "MaxSpeakerLabels": 3,
                "ShowAlternatives": True,
                "MaxAlternatives": 2,
                "VocabularyName": "drugs",
            },
        }

    def test_a_note_with_everything(self, aws: Aws, awsml: Program, talk: Path) -> None:
        words = ["--role", ROLE, "--channels", "--clinician", "1", "--template", "girpp", "--pronouns", "they"]
        run = awsml("transcribe", "scribe", talk, "--bucket", STAGING, *words)
        assert run.exit_code == 0, run.stderr
        sent = asked(aws, "scribe")
        assert sent.pop("MedicalScribeJobName").startswith("awsml-")
        assert sent == {
            "OutputBucketName": STAGING,
            "DataAccessRoleArn": ROLE,
            "Settings": {
                "ChannelIdentification": True,
                "ClinicalNoteGenerationSettings": {"NoteTemplate": "GIRPP"},
            },
            "ChannelDefinitions": [
                {"ChannelId": 0, "ParticipantRole": "PATIENT"},
                {"ChannelId": 1, "ParticipantRole": "CLINICIAN"},
            ],
            "MedicalScribeContext": {"PatientContext": {"Pronouns": "THEY_THEM"}},
        }

    @each
    def test_a_dry_run_says_the_price_and_sends_nothing(self, aws: Aws, awsml: Program, talk: Path, kind: str) -> None:
        run = awsml("transcribe", *WORDS[kind], talk, "--dry-run", "-f", "json")
        stage, start = json.loads(run.stdout)
        assert (stage["operation"], start["operation"]) == ("s3:PutObject", f"transcribe:Start{MEMBER[kind]}")
        assert (start["price"] > 0.0060, aws.calls) == (True, [])


class TestRefused:
    @pytest.mark.parametrize(
        ("words", "code", "said"),
        [
            (["call", "--agent", "2"], 2, "the channels 0 and 1"),
            (["call", "--summary", "--language", "de-DE"], 2, "does not summarise calls in de-DE"),
            (["call", "--language", "tlh"], 2, "does not know the language"),
            (["call", "--role", "me"], 2, "not the ARN of a role"),
            (["call", "--hint", "Gowda"], 2, "need a language that is known beforehand"),
            (["call", "--vocab", "no.txt", "--language", "en-US"], 2, "cannot read no.txt"),
            (["medical", "--type", "song"], 2, "unknown type `song`"),
            (["medical", "--speakers=31"], 2, "tells 2 to 30 apart"),
            (["medical", "--speakers=2", "--channels"], 2, "either speakers or channels"),
            (["medical", "--alternatives", "11"], 2, "gives 2 to 10"),
            (["scribe"], 3, "needs a role"),
            (["scribe", "--role", "me"], 2, "not the ARN of a role"),
            (["scribe", "--role", ROLE, "--template", "poem"], 2, "unknown template `poem`"),
            (["scribe", "--role", ROLE, "--pronouns", "it"], 2, "unknown pronouns `it`"),
            (["scribe", "--role", ROLE, "--clinician", "7"], 2, "the channels 0 and 1"),
            (["scribe", "--role", ROLE, "--filter-method", "mask"], 2, "needs a --vocabulary-filter"),
        ],
    )
    def test_nothing_is_sent(
        self, aws: Aws, awsml: Program, talk: Path, words: list[str], code: int, said: str
    ) -> None:
        run = awsml("transcribe", *words, talk, "--bucket", STAGING)
        assert (run.exit_code, run.stdout, aws.calls) == (code, b"", [])
        assert said in run.stderr

    @each
    def test_a_text_called_mp3(self, aws: Aws, awsml: Program, tmp_path: Path, kind: str) -> None:
        (tmp_path / "a.mp3").write_text("this is no sound at all")
        run = awsml("transcribe", *WORDS[kind], tmp_path / "a.mp3", "--bucket", STAGING)
        assert (run.exit_code, aws.calls) == (2, [])
        assert "is not audio or video" in run.stderr


class TestFaults:
    @each
    def test_a_job_that_fails_says_why_and_leaves_nothing(
        self, aws: Aws, awsml: Program, talk: Path, kind: str
    ) -> None:
        aws.transcripts[wav()] = Failure("Unsupported audio.")
        run = awsml("transcribe", *WORDS[kind], talk, "--bucket", STAGING)
        assert (run.exit_code, run.stdout, nothing_is_left(aws)) == (4, b"", True)
        assert "failed: Unsupported audio." in run.stderr

    @each
    def test_throttled_three_times(self, aws: Aws, awsml: Program, talk: Path, kind: str) -> None:
        aws.respond("transcribe", f"Start{MEMBER[kind]}", AwsError("LimitExceededException", times=3))
        run = awsml("transcribe", *WORDS[kind], talk, "--bucket", STAGING)
        assert (run.exit_code, nothing_is_left(aws)) == (0, True), run.stderr

    @each
    @pytest.mark.parametrize("operation", ["PutObject", "Start", "Get", "GetObject", "Delete"])
    @pytest.mark.parametrize("when", ["before", "after"])
    def test_killed_and_repeated_it_is_paid_once(
        self, aws: Aws, awsml: Program, talk: Path, kind: str, operation: str, when: str
    ) -> None:
        name = operation if operation.endswith("Object") else f"{operation}{MEMBER[kind]}"
        getattr(aws, f"kill_{when}")(name)
        killed = awsml("transcribe", *WORDS[kind], talk, "--bucket", STAGING)
        done = awsml("transcribe", *WORDS[kind], talk, "--bucket", STAGING)
        assert (killed.exit_code, done.exit_code, "parcel" in done.text) == (KILLED, 0, True)
        assert sent(aws).count(f"Start{MEMBER[kind]}") == 1
        assert nothing_is_left(aws)


class TestJobs:
    @each
    def test_a_job_is_enough_by_its_id(self, aws: Aws, awsml: Program, talk: Path, kind: str) -> None:
        job = awsml("transcribe", *WORDS[kind], talk, "--bucket", STAGING, "--no-wait").text.strip()
        (name,) = aws.transcribe.work[MEMBER[kind]]
        assert job == f"transcribe-{kind}:us-east-1:{name}"
        listed = json.loads(awsml("transcribe", "jobs", "ls", "--kind", kind, "-f", "json").stdout)
        assert [one["id"] for one in listed] == [job]
        assert json.loads(awsml("transcribe", "jobs", "wait", job, "-f", "json").stdout)["id"] == job
        assert "parcel" in awsml("transcribe", "jobs", "result", job).text
        assert awsml("transcribe", "jobs", "rm", job, "-y").exit_code == 0
        assert nothing_is_left(aws)

    def test_an_unknown_kind(self, aws: Aws, awsml: Program) -> None:
        run = awsml("transcribe", "jobs", "ls", "--kind", "song")
        assert (run.exit_code, aws.calls) == (2, [])

    def test_no_engine_on_this_machine_does_it(self, awsml: Program, talk: Path) -> None:
        run = awsml("transcribe", "call", talk, "--local")
        assert (run.exit_code, run.stdout) == (3, b"")
