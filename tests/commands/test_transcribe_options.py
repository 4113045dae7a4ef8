"""`awsml transcribe` with every option of a job: what is asked of AWS, and what is refused beforehand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from fakeaws import Aws, speech
from fakeaws.program import Program, Result
from recordings import STAGING, nothing_is_left, recording, wav

SAID = "Call me on 555-0100 please."
ROLE = "arn:aws:iam::123456789012:role/transcribe"
KEY = "arn:aws:kms:us-east-1:123456789012:key/one"
EN = ["--language", "en-US"]
TWO = ["--candidate", "en-US", "--candidate", "es-US"]
LABELS = {"ShowSpeakerLabels": True, "MaxSpeakerLabels": 2}
PII = {"RedactionType": "PII", "RedactionOutput": "redacted"}


@pytest.fixture
def talk(tmp_path: Path, aws: Aws) -> Path:
    """A recording in which SAID is said, a bucket to stage it in, and what a job may name."""
    aws.bucket(STAGING)
    aws.transcripts[wav()] = speech(SAID)
    client = boto3.client("transcribe")
    for name, code in (("names", "en-US"), ("nombres", "es-US")):
        client.create_vocabulary(VocabularyName=name, LanguageCode=code, Phrases=["Gowda"])
        client.get_vocabulary(VocabularyName=name)
        client.create_vocabulary_filter(VocabularyFilterName=name, LanguageCode=code, Words=["darn"])
    client.create_language_model(
        ModelName="mine",
        LanguageCode="en-US",
        BaseModelName="WideBand",
        InputDataConfig={"S3Uri": "s3://x/y", "DataAccessRoleArn": ROLE},
    )
    aws.calls.clear()
    return recording(tmp_path)


@pytest.fixture
def transcribe(awsml: Program, talk: Path) -> Callable[..., Result]:
    """`awsml transcribe talk.wav --bucket staging …`."""
    return lambda *words, **options: awsml("transcribe", talk, "--bucket", STAGING, *words, **options)


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        (["--languages", "auto"], {"IdentifyMultipleLanguages": True}),
        (["--languages", "en-US,es-US"], {"IdentifyMultipleLanguages": True, "LanguageOptions": ["en-US", "es-US"]}),
        ([*EN, "--channels"], {"LanguageCode": "en-US", "Settings": {"ChannelIdentification": True}}),
        ([*EN, "--vocabulary", "names"], {"LanguageCode": "en-US", "Settings": {"VocabularyName": "names"}}),
        (
            [*EN, "--vocabulary-filter", "names"],
            {"LanguageCode": "en-US", "Settings": {"VocabularyFilterName": "names", "VocabularyFilterMethod": "mask"}},
        ),
        (
            [*EN, "--vocabulary-filter", "names", "--filter-method", "tag"],
            {"LanguageCode": "en-US", "Settings": {"VocabularyFilterName": "names", "VocabularyFilterMethod": "tag"}},
        ),
        ([*EN, "--language-model", "mine"], {"LanguageCode": "en-US", "ModelSettings": {"LanguageModelName": "mine"}}),
        (
            [*TWO, "--vocabulary", "en-US=names", "--vocabulary", "es-US=nombres", "--language-model", "en-US=mine"],
            {
                "IdentifyLanguage": True,
                "LanguageOptions": ["en-US", "es-US"],
                "LanguageIdSettings": {
                    "en-US": {"VocabularyName": "names", "LanguageModelName": "mine"},
                    "es-US": {"VocabularyName": "nombres"},
                },
            },
        ),
        ([*EN, "--redact"], {"LanguageCode": "en-US", "ContentRedaction": PII}),
        (
            [*EN, "--redact=phone,NAME"],
            {"LanguageCode": "en-US", "ContentRedaction": {**PII, "PiiEntityTypes": ["NAME", "PHONE"]}},
        ),
        ([*EN, "--toxicity"], {"LanguageCode": "en-US", "ToxicityDetection": [{"ToxicityCategories": ["ALL"]}]}),
        ([*EN, "--alternatives", "3"], {"LanguageCode": "en-US", "Settings": {"ShowAlternatives": True, "MaxAlternatives": 3}}),
        ([*EN, "--kms-key", KEY], {"LanguageCode": "en-US", "OutputEncryptionKMSKeyId": KEY}),
        (
            [*EN, "--defer", "--role", ROLE],
            {"LanguageCode": "en-US", "JobExecutionSettings": {"AllowDeferredExecution": True, "DataAccessRoleArn": ROLE}},
        ),
        (
            [*EN, "--speakers=2", "--alternatives", "2", "--vocabulary", "names"],
            {
                "LanguageCode": "en-US",
                "Settings": {**LABELS, "ShowAlternatives": True, "MaxAlternatives": 2, "VocabularyName": "names"},
            },
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)  # fmt: skip
def test_the_request_says_what_was_asked(
    aws: Aws, transcribe: Callable[..., Result], words: list[str], asked: dict[str, Any]
) -> None:
    run = transcribe(*words)
    (start,) = aws.calls_of("StartTranscriptionJob")
    shape = {"TranscriptionJobName", "Media", "MediaFormat", "OutputBucketName", "OutputKey"}
    assert (run.exit_code, run.stderr) == (0, "")
    assert {key: value for key, value in start.params.items() if key not in shape} == asked
    assert nothing_is_left(aws)


def test_a_redacted_transcript_is_the_one_that_is_fetched_and_both_are_removed(
    aws: Aws, transcribe: Callable[..., Result]
) -> None:
    run = transcribe(*EN, "--redact")
    fetched = [call.params["Key"].rpartition("/")[2] for call in aws.calls_of("GetObject")]
    removed = [call.params["Key"].rpartition("/")[2] for call in aws.calls_of("DeleteObject")]
    assert (run.exit_code, run.text) == (0, "Call me on [PII] please.\n")
    assert [name.startswith("redacted-awsml-") for name in fetched] == [True]
    assert {fetched[0], fetched[0].removeprefix("redacted-")} <= set(removed)
    assert nothing_is_left(aws)


def test_a_redacted_job_is_fetched_by_its_id_too(aws: Aws, awsml: Program, transcribe: Callable[..., Result]) -> None:
    job = transcribe(*EN, "--redact", "--no-wait").text.strip()
    run = awsml("transcribe", "jobs", "result", job)
    assert (run.exit_code, run.text) == (0, "Call me on [PII] please.\n")


def test_channels_are_told_apart_by_their_roles(aws: Aws, talk: Path, transcribe: Callable[..., Result]) -> None:
    aws.transcripts[talk.read_bytes()] = speech("Good morning.", "Hello.")
    run = transcribe(*EN, "--channels", "--speaker", "ch_0=Agent", "--speaker", "ch_1=Ann")
    assert (run.exit_code, run.text) == (0, "Agent: Good morning.\nAnn: Hello.\n")


def test_a_key_needs_a_bucket_of_ours_even_for_what_lies_in_s3(aws: Aws, awsml: Program, talk: Path) -> None:
    uri = aws.put(aws.bucket("theirs"), "one.wav", talk.read_bytes())
    run = awsml("transcribe", uri, "--kms-key", KEY, "--bucket", STAGING)
    (start,) = aws.calls_of("StartTranscriptionJob")
    assert (run.exit_code, run.text, start.params["OutputBucketName"]) == (0, f"{SAID}\n", STAGING)
    assert (nothing_is_left(aws), list(aws.objects("theirs"))) == (True, ["one.wav"])


def test_every_option_is_another_question(aws: Aws, transcribe: Callable[..., Result]) -> None:
    several = ([], ["--redact"], ["--redact=NAME"], ["--channels"], ["--alternatives", "2"], ["--alternatives", "3"])
    runs = [transcribe(*EN, *words).exit_code for words in (*several, *several)]
    assert (set(runs), len(aws.calls_of("StartTranscriptionJob"))) == ({0}, len(several))


def test_the_role_comes_from_the_settings(aws: Aws, transcribe: Callable[..., Result]) -> None:
    run = transcribe(*EN, "--defer", env={"AWSML_ROLE": ROLE})
    (start,) = aws.calls_of("StartTranscriptionJob")
    assert (run.exit_code, start.params["JobExecutionSettings"]["DataAccessRoleArn"]) == (0, ROLE)


def test_a_deferred_job_without_a_role_is_a_matter_of_set_up(aws: Aws, transcribe: Callable[..., Result]) -> None:
    run = transcribe(*EN, "--defer")
    assert (run.exit_code, run.stdout, aws.calls) == (3, b"", [])
    assert run.stderr.startswith("error: a deferred job needs a role")


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["--speakers=2", "--channels"], "Transcribe tells either speakers or channels apart, not both"),
        ([*EN, "--languages", "en-US,es-US"], "give one --language, or several --candidate, not both"),
        (
            [*TWO, "--languages", "en-US,es-US"],
            "give --languages for several, or --candidate for one of them, not both",
        ),
        (["--languages", "en-US"], "Transcribe chooses among 2 to 5 candidates"),
        (["--languages", "en-US,xx-XX"], "Transcribe does not know the language `xx-XX`"),
        (["--vocabulary", "names"], "while the language is found out, --vocabulary says for which"),
        ([*TWO, "--vocabulary", "names"], "while the language is found out, --vocabulary says for which"),
        ([*TWO, "--vocabulary", "de-DE=names"], "while the language is found out, --vocabulary says for which"),
        (["--language-model", "mine"], "while the language is found out, --language-model says for which"),
        (["--languages", "en-US,es-US", "--language-model", "en-US=mine"], "a language model does not go with several"),
        ([*EN, "--vocabulary", "es-US=names"], "--vocabulary es-US=names does not go with --language en-US"),
        ([*EN, "--vocabulary", "a", "--vocabulary", "b"], "one --vocabulary at a time for one language"),
        ([*EN, "--vocabulary", "a b"], "`a b` is no name in Transcribe"),
        ([*EN, "--filter-method", "mask"], "--filter-method needs a --vocabulary-filter"),
        ([*EN, "--vocabulary-filter", "x", "--filter-method", "burn"], "a filter does not `burn`"),
        ([*EN, "--redact=SHOE"], "Transcribe knows no personal information of type SHOE"),
        (["--language", "ja-JP", "--redact"], "Transcribe does not redact ja-JP"),
        (["--toxicity"], "Transcribe looks for toxicity in en-US alone"),
        (["--language", "en-GB", "--toxicity"], "Transcribe looks for toxicity in en-US alone"),
        ([*EN, "--toxicity", "--speakers=2"], "--toxicity does not go with --speakers"),
        ([*EN, "--alternatives", "1"], "1 alternatives: Transcribe gives 2 to 10"),
        ([*EN, "--alternatives", "11"], "11 alternatives: Transcribe gives 2 to 10"),
        ([*EN, "--defer", "--role", "me"], "`me` is not the ARN of a role"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_aws_would_refuse_costs_nothing(
    aws: Aws, transcribe: Callable[..., Result], words: list[str], error: str
) -> None:
    run = transcribe(*words)
    assert (run.exit_code, run.stdout, aws.calls) == (2, b"", [])
    assert run.stderr.startswith(f"error: {error}")
