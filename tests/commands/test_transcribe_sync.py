"""`awsml transcribe --via`: one request where the installed boto3 has TranscribeAudio, a job where it has not.

No boto3 of today has the operation: the tests lay a model over the installed one, as AWS_DATA_PATH lets anybody do.
Names and limits are those of the API reference of November 2026 (SyncMedia, SyncItem, TranscribeAudioResults).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from fakeaws import Aws, AwsError, HalfAnswer, Reset, speech, wire
from fakeaws.program import Program, Result
from moto.core import routing, utils
from recordings import STAGING, nothing_is_left, recording, wav

SAID = "Good morning. How are you?"
ONCE = ["TranscribeAudio"]


@pytest.fixture
def overlay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A boto3 that has TranscribeAudio."""
    model = botocore.session.get_session().get_component("data_loader").load_service_model("transcribe", "service-2")
    folder = tmp_path_factory.mktemp("models")
    path = folder / "transcribe/2017-10-26/service-2.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(_with_transcribe_audio(model)))
    loaded = utils._load_service_model
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DATA_PATH", str(folder))
        patch.setattr(  # the fake reads its models through moto, which does not look there
            utils,
            "_load_service_model",
            lambda service, kind: json.loads(path.read_text()) if service == "transcribe" else loaded(service, kind),
        )
        _forget_models()
        yield
    _forget_models()


def _forget_models() -> None:
    for known in (utils.get_service_model, routing.get_service_router, wire.service_model, wire.operation_model):
        known.cache_clear()


def _with_transcribe_audio(model: dict[str, Any]) -> dict[str, Any]:
    def structure(**members: str) -> dict[str, Any]:
        return {"type": "structure", "members": {name: {"shape": shape} for name, shape in members.items()}}

    model = json.loads(json.dumps(model))
    model["operations"]["TranscribeAudio"] = {
        "name": "TranscribeAudio",
        "http": {"method": "POST", "requestUri": "/"},
        "input": {"shape": "TranscribeAudioRequest"},
        "output": {"shape": "TranscribeAudioResponse"},
        "errors": [{"shape": "BadRequestException"}, {"shape": "LimitExceededException"}],
    }
    model["shapes"] |= {
        "SyncBytes": {"type": "blob", "min": 1, "max": 26214400},
        "SyncNumber": {"type": "double"},
        "SyncId": {"type": "integer"},
        "SyncMedia": {**structure(MediaBytes="SyncBytes", MediaFileUri="Uri"), "union": True},
        "SyncSettings": structure(
            ShowSpeakerLabels="Boolean", MaxSpeakerLabels="MaxSpeakers", ChannelIdentification="Boolean"
        ),
        "TranscribeAudioRequest": structure(
            Media="SyncMedia",
            LanguageCode="LanguageCode",
            IdentifyLanguage="Boolean",
            IdentifyMultipleLanguages="Boolean",
            LanguageOptions="LanguageOptions",
            Settings="SyncSettings",
            ContentRedaction="ContentRedaction",
        ),
        "SyncItem": structure(
            Id="SyncId", Content="String", StartTime="SyncNumber", EndTime="SyncNumber", SpeakerLabel="String"
        ),
        "SyncItems": {"type": "list", "member": {"shape": "SyncItem"}},
        "TranscribeAudioResults": structure(Transcript="String", Items="SyncItems"),
        "TranscribeAudioResponse": structure(Results="TranscribeAudioResults", LanguageCode="LanguageCode"),
    }
    return model


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


class TestWithoutIt:
    def test_a_job_does_it(self, aws: Aws, transcribe: Callable[..., Result]) -> None:
        run = transcribe("--bucket", STAGING)
        assert (run.exit_code, run.text, "StartTranscriptionJob" in aws.operations) == (0, f"{SAID}\n", True)

    def test_insisting_on_it_says_how_to_get_it(self, aws: Aws, transcribe: Callable[..., Result]) -> None:
        run = transcribe("--via", "sync")
        assert (run.exit_code, run.stdout, aws.calls) == (3, b"", [])
        assert (
            run.stderr == "error: the installed boto3 does not know TranscribeAudio yet\nhint: pip install -U boto3\n"
        )

    def test_a_way_that_there_is_not(self, aws: Aws, transcribe: Callable[..., Result]) -> None:
        run = transcribe("--via", "pigeon")
        assert (run.exit_code, run.stderr) == (
            2,
            "error: unknown way `pigeon`\nhint: one of: auto, sync, batch, stream\n",
        )


@pytest.mark.usefixtures("overlay")
class TestWithIt:
    def test_a_file_needs_one_request_and_no_bucket(
        self, aws: Aws, talk: Path, transcribe: Callable[..., Result]
    ) -> None:
        run = transcribe("--language", "en-US")
        assert (run.exit_code, run.text, run.stderr, aws.operations) == (0, f"{SAID}\n", "", ONCE)
        assert aws.calls[0].params == {"Media": {"MediaBytes": talk.read_bytes()}, "LanguageCode": "en-US"}

    def test_an_object_in_s3_stays_there(self, aws: Aws, awsml: Program, talk: Path) -> None:
        uri = aws.put(aws.bucket("theirs"), "one.wav", talk.read_bytes())
        run = awsml("transcribe", uri)
        assert (run.exit_code, run.text, aws.operations) == (0, f"{SAID}\n", ["HeadObject", "TranscribeAudio"])
        assert aws.calls[1].params["Media"] == {"MediaFileUri": uri}

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
        assert json.loads(transcribe("-f", "raw").text)["Results"]["Transcript"] == SAID

    def test_speakers_take_turns(self, aws: Aws, talk: Path, transcribe: Callable[..., Result]) -> None:
        aws.transcripts[talk.read_bytes()] = speech("Good morning.", "Hello.")
        run = transcribe("--speakers=2")
        assert (run.text, aws.operations) == ("spk_0: Good morning.\nspk_1: Hello.\n", ONCE)

    @pytest.mark.parametrize(
        "words",
        [
            ["--via", "batch"],
            ["--language", "sw-KE"],
            ["--language", "en-US", "--hint", "Rao"],
            ["--language", "en-US", "--alternatives", "2"],
            ["--language", "en-US", "--toxicity"],
            ["--kms-key", "arn:aws:kms:us-east-1:123456789012:key/one"],
        ],
        ids=" ".join,
    )
    def test_what_it_does_not_take_goes_over_a_job(
        self, aws: Aws, transcribe: Callable[..., Result], words: list[str]
    ) -> None:
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
            (
                ["--language", "en-US", "--hint", "Rao"],
                "--via sync does not go with --hint, --vocab, --defer and --kms-key",
            ),
            (["--language", "en-US", "--alternatives", "2"], "TranscribeAudio does not take Settings.ShowAlternatives"),
        ],
    )
    def test_insisting_names_what_stands_against_it(
        self, aws: Aws, transcribe: Callable[..., Result], words: list[str], error: str
    ) -> None:
        run = transcribe("--via", "sync", *words)
        assert (run.exit_code, aws.calls, run.stderr.splitlines()[0]) == (2, [], f"error: {error}")

    def test_a_refusal_goes_on_with_a_job(self, aws: Aws, transcribe: Callable[..., Result]) -> None:
        aws.respond("transcribe", "TranscribeAudio", AwsError("BadRequestException", "Too long."))
        run = transcribe("--bucket", STAGING)
        assert (run.exit_code, run.text, "StartTranscriptionJob" in aws.operations) == (0, f"{SAID}\n", True)

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
        run = transcribe("--bucket", STAGING)
        assert (run.text, "TranscribeAudio" in aws.operations, nothing_is_left(aws)) == (f"{SAID}\n", False, True)

    def test_a_dry_run_names_it_and_its_price(self, aws: Aws, talk: Path, transcribe: Callable[..., Result]) -> None:
        plan = json.loads(transcribe("--dry-run", "-f", "json").text)
        assert [(step["operation"], step["price"]) for step in plan] == [("transcribe:TranscribeAudio", 0.000117)]
        assert aws.calls == []
