"""The fake itself: what stands on it must be able to trust it."""

from __future__ import annotations

import importlib.metadata
import io
import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
import soundfile
from botocore.awsrequest import AWSRequest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    IncompleteReadError,
    ReadTimeoutError,
    ResponseStreamingError,
)
from botocore.httpsession import URLLib3Session
from fakeaws import (
    Aws,
    AwsError,
    Failure,
    FakeClock,
    HalfAnswer,
    Hang,
    Killed,
    Raw,
    Reset,
    speech,
    spoken_seconds,
    translation,
)


def translate(text: str, target: str = "es", **more: Any) -> Any:
    return boto3.client("translate").translate_text(
        Text=text, SourceLanguageCode="auto", TargetLanguageCode=target, **more
    )


def speak(text: str = "Hello there.", **more: Any) -> Any:
    return boto3.client("polly").synthesize_speech(**{"Text": text, "VoiceId": "Joanna", "OutputFormat": "mp3", **more})


def refusal(call: Callable[..., object], *args: Any, **params: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(*args, **params)
    return f"{caught.value.response['Error']['Code']} {caught.value.response['ResponseMetadata']['HTTPStatusCode']}"


def test_moto_is_the_one_that_the_fake_stands_on() -> None:
    assert importlib.metadata.version("moto") == "5.2.5", "wire.py uses moto's internals: check it, then change this"


class TestScripts:
    def test_scripted_answers_come_first_and_in_order(self, aws: Aws) -> None:
        scripted = [
            {"TranslatedText": word, "SourceLanguageCode": "en", "TargetLanguageCode": "es"} for word in ("uno", "dos")
        ]
        aws.respond("translate", "TranslateText", *scripted)
        assert [translate("one")["TranslatedText"] for _ in range(3)] == ["uno", "dos", "one~es"]

    def test_throttling_is_retried_by_botocore_itself_without_waiting(self, aws: Aws, clock: FakeClock) -> None:
        aws.respond("translate", "TranslateText", AwsError("ThrottlingException", "slow down", times=2))
        assert translate("one")["TranslatedText"] == "one~es"
        assert [call.error for call in aws.calls] == ["ThrottlingException", "ThrottlingException", ""]
        assert len(clock.slept) == 2

    def test_an_error_has_its_models_status_and_members(self, aws: Aws) -> None:
        aws.respond(
            "translate",
            "TranslateText",
            AwsError("DetectedLanguageLowConfidenceException", members={"DetectedLanguageCode": "nl"}),
        )
        with pytest.raises(ClientError) as caught:
            translate("one")
        assert caught.value.response["DetectedLanguageCode"] == "nl"
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400

    def test_what_breaks_the_line_breaks_it(self, aws: Aws) -> None:
        for fault, error in ((Reset(3), ConnectionClosedError), (Hang(3), ReadTimeoutError)):
            aws.respond("translate", "TranslateText", fault)
            with pytest.raises(error):
                translate("one")

    def test_half_an_answer_keeps_the_length_of_the_whole(self, aws: Aws) -> None:
        aws.respond("polly", "SynthesizeSpeech", HalfAnswer())
        with pytest.raises((IncompleteReadError, ResponseStreamingError)):
            speak()["AudioStream"].read()

    def test_a_captive_portal_answers_with_a_page(self, aws: Aws) -> None:
        aws.respond("translate", "TranslateText", Raw(b"<html>Welcome to the airport"))
        assert "TranslatedText" not in translate("one")

    def test_a_function_can_look_at_the_request(self, aws: Aws) -> None:
        aws.respond(
            "translate",
            "TranslateText",
            lambda params: AwsError("InternalServerException", times=1) if "bad" in params["Text"] else None,
        )
        assert translate("good")["TranslatedText"] == "good~es"

    def test_a_condition_holds_for_every_request_that_meets_it_and_for_no_other(self, aws: Aws) -> None:
        refused = AwsError("InvalidRequestException")
        aws.respond_where("translate", "TranslateText", lambda params: params["Text"] == "bad", refused)
        for _ in range(2):
            assert translate("good")["TranslatedText"] == "good~es"
            with pytest.raises(ClientError):
                translate("bad")

    def test_s3_can_be_scripted_too_and_then_does_nothing(self, aws: Aws) -> None:
        aws.bucket("bucket")
        aws.respond("s3", "PutObject", AwsError("AccessDenied", status=403))
        assert refusal(boto3.client("s3").put_object, Bucket="bucket", Key="k", Body=b"x") == "AccessDenied 403"
        assert aws.objects("bucket") == {}

    def test_an_answer_that_aws_would_never_give_is_refused_where_it_is_written(self, aws: Aws) -> None:
        with pytest.raises(pytest.fail.Exception, match="AppliedSettings"):
            aws.respond(
                "translate",
                "TranslateText",
                {"TranslatedText": "x", "SourceLanguageCode": "en", "TargetLanguageCode": "es", "AppliedSettings": 7},
            )

    def test_events_stream(self, aws: Aws) -> None:
        events = [{"PayloadPart": {"Bytes": b"one "}}, {"PayloadPart": {"Bytes": b"two"}}]
        aws.respond("sagemaker-runtime", "InvokeEndpointWithResponseStream", {"Body": events})
        answer = boto3.client("sagemaker-runtime").invoke_endpoint_with_response_stream(EndpointName="e", Body=b"x")
        assert b"".join(event["PayloadPart"]["Bytes"] for event in answer["Body"]) == b"one two"

    def test_what_was_scripted_and_never_asked_for_fails_the_test(self, aws: Aws) -> None:
        aws.respond("polly", "SynthesizeSpeech", Reset())
        with pytest.raises(pytest.fail.Exception, match=r"never asked for: polly\.SynthesizeSpeech"):
            aws.verify()
        speak()

    def test_calls_are_noted_with_their_parameters_and_region(self, aws: Aws) -> None:
        boto3.client("translate", region_name="eu-west-1").list_languages(MaxResults=2)
        (call,) = aws.calls
        assert (call.service, call.operation, call.params, call.region) == (
            "translate",
            "ListLanguages",
            {"MaxResults": 2},
            "eu-west-1",
        )


class TestKilling:
    def test_killed_before_a_call_nothing_arrives(self, aws: Aws) -> None:
        aws.bucket("bucket")
        aws.kill_before("PutObject")
        with pytest.raises(Killed):
            boto3.client("s3").put_object(Bucket="bucket", Key="k", Body=b"x")
        assert (aws.objects("bucket"), aws.calls) == ({}, [])

    def test_killed_after_a_call_its_work_is_done(self, aws: Aws) -> None:
        aws.bucket("bucket")
        aws.kill_after("PutObject")
        with pytest.raises(Killed):
            boto3.client("s3").put_object(Bucket="bucket", Key="k", Body=b"x")
        assert aws.objects("bucket") == {"k": b"x"}

    def test_the_dead_make_no_calls_until_they_are_started_again(self, aws: Aws) -> None:
        aws.kill_at(2)
        translate("one")
        for _ in range(2):
            with pytest.raises(Killed):
                translate("two")
        aws.restart()
        translate("three")
        assert [call.params["Text"] for call in aws.calls] == ["one", "three"]


class TestValidation:
    @pytest.mark.parametrize(
        ("service", "method", "params", "expected"),
        [
            (
                "polly",
                "synthesize_speech",
                {"Text": "x", "VoiceId": "Nobody", "OutputFormat": "mp3"},
                "ValidationException 400",
            ),
            (
                "polly",
                "synthesize_speech",
                {"Text": "x", "VoiceId": "Amy", "OutputFormat": "flac"},
                "ValidationException 400",
            ),
            ("translate", "list_languages", {"MaxResults": 501}, "ValidationException 400"),
            ("transcribe", "get_transcription_job", {"TranscriptionJobName": "a b"}, "BadRequestException 400"),
            ("transcribe", "get_transcription_job", {"TranscriptionJobName": "x" * 201}, "BadRequestException 400"),
        ],
    )
    def test_what_botocore_lets_pass_is_refused_as_aws_does(
        self, aws: Aws, service: str, method: str, params: dict[str, Any], expected: str
    ) -> None:
        assert refusal(getattr(boto3.client(service), method), **params) == expected
        assert len(aws.rejected) == 1

    def test_the_message_is_aws_own(self, aws: Aws) -> None:
        with pytest.raises(
            ClientError, match="1 validation error detected: Value 'Nobody' at 'voiceId' failed to satisfy constraint"
        ):
            speak(VoiceId="Nobody")


class TestTranslate:
    def test_words_are_marked_and_all_else_is_kept(self, aws: Aws) -> None:
        text = 'Hello, <b class="x">big world</b> 42 &amp; <i translate="no">awsml</i>!\n\n  Don\'t.\n'
        there = translate(text)["TranslatedText"]
        assert (
            there
            == 'Hello~es, <b class="x">big~es world~es</b> 42 &amp; <i translate="no">awsml</i>!\n\n  Don\'t~es.\n'
        )
        assert translation(there, "en") == text

    def test_pieces_cut_between_words_join_to_the_translation_of_the_whole(self, aws: Aws) -> None:
        first, second = "One two. ", "Three four."
        assert translation(first, "de") + translation(second, "de") == translation(first + second, "de")

    def test_the_source_is_detected(self, aws: Aws) -> None:
        detected = [
            translate(text, "en")["SourceLanguageCode"]
            for text in ("Hello", "Hola, ¿qué?", "Guten Tag", "你好", "こんにちは", "x~pt-PT")
        ]
        assert detected == ["en", "es", "de", "zh", "ja", "pt-PT"]

    def test_the_limit_is_in_bytes(self, aws: Aws) -> None:
        assert translate("é" * 5000)["TranslatedText"]
        assert refusal(translate, "é" * 5001) == "TextSizeLimitExceededException 400"
        assert refusal(translate, "e" * 10001) == "TextSizeLimitExceededException 400"

    def test_an_unknown_language_is_no_pair(self, aws: Aws) -> None:
        assert refusal(translate, "Hello", "xx") == "UnsupportedLanguagePairException 400"

    def test_a_terminology_wins(self, aws: Aws) -> None:
        client = boto3.client("translate")
        client.import_terminology(
            Name="brand", MergeStrategy="OVERWRITE", TerminologyData={"File": b"en,es\nCloud,Nube\n", "Format": "CSV"}
        )
        assert translate("Cloud now", TerminologyNames=["brand"])["TranslatedText"] == "Nube now~es"
        assert refusal(translate, "x", TerminologyNames=["other"]) == "ResourceNotFoundException 404"

    def test_languages_come_in_pages(self, aws: Aws) -> None:
        client = boto3.client("translate")
        first = client.list_languages(MaxResults=50)
        second = client.list_languages(MaxResults=50, NextToken=first["NextToken"])
        assert len(first["Languages"]) + len(second["Languages"]) == 76
        assert "NextToken" not in second


class TestPolly:
    @pytest.mark.parametrize("form", ["mp3", "ogg_vorbis", "ogg_opus"])
    def test_the_sound_is_real_and_as_long_as_the_text(self, aws: Aws, form: str) -> None:
        sound = speak("Hello there, everybody.", OutputFormat=form)["AudioStream"].read()
        assert soundfile.info(io.BytesIO(sound)).duration == pytest.approx(
            spoken_seconds("Hello there, everybody."), abs=0.1
        )

    @pytest.mark.parametrize(("form", "bytes_per_second"), [("pcm", 32000), ("mulaw", 8000), ("alaw", 8000)])
    def test_raw_sound_is_exactly_as_long_as_the_text(self, aws: Aws, form: str, bytes_per_second: int) -> None:
        sound = speak("Hello.", OutputFormat=form)["AudioStream"].read()
        assert len(sound) == spoken_seconds("Hello.") * bytes_per_second

    def test_ssml_changes_the_length_and_is_not_billed(self, aws: Aws) -> None:
        text = '<speak>Hi <prosody rate="50%">you</prosody><break time="1s"/></speak>'
        answer = speak(text, TextType="ssml", OutputFormat="pcm")
        assert answer["RequestCharacters"] == 6
        assert len(answer["AudioStream"].read()) / 32000 == pytest.approx((3 + 3 * 2) * 0.06 + 1)

    def test_more_than_ten_minutes_are_cut_off_without_a_word(self, aws: Aws) -> None:
        text = f'<speak><prosody rate="20%">{"word " * 590}</prosody></speak>'
        assert len(speak(text, TextType="ssml", OutputFormat="mulaw")["AudioStream"].read()) == 600 * 8000

    def test_limits_and_combinations_are_checked(self, aws: Aws) -> None:
        assert refusal(speak, "x" * 3001) == "TextLengthExceededException 400"
        assert (
            refusal(speak, "<speak>" + "<s>x</s>" * 750 + "</speak>", TextType="ssml")
            == "TextLengthExceededException 400"
        )
        assert refusal(speak, "<speak>fish & chips</speak>", TextType="ssml") == "InvalidSsmlException 400"
        assert (
            refusal(speak, "<speak><emphasis>x</emphasis></speak>", TextType="ssml", Engine="neural")
            == "InvalidSsmlException 400"
        )
        assert (
            refusal(speak, VoiceId="Kajal") == "ValidationException 400"
        )  # has no standard engine, which is the default
        assert refusal(speak, LanguageCode="fr-FR") == "LanguageNotSupportedException 400"
        assert refusal(speak, OutputFormat="pcm", SampleRate="22050") == "InvalidSampleRateException 400"
        assert refusal(speak, SpeechMarkTypes=["word"]) == "MarksNotSupportedForFormatException 400"
        assert refusal(speak, LexiconNames=["none"]) == "LexiconNotFoundException 404"
        assert len(speak("x" * 3000)["AudioStream"].read()) > 1000

    def test_speech_marks_point_at_bytes_of_what_was_sent(self, aws: Aws) -> None:
        text = '<speak>Olé, <mark name="here"/>señor. Sí.</speak>'
        answer = speak(text, TextType="ssml", OutputFormat="json", SpeechMarkTypes=["sentence", "word", "ssml"])
        marks = [json.loads(line) for line in answer["AudioStream"].read().splitlines()]
        assert [(mark["type"], mark["value"]) for mark in marks] == [
            ("sentence", 'Olé, <mark name="here"/>señor.'),
            ("word", "Olé"),
            ("ssml", "here"),
            ("word", "señor"),
            ("sentence", "Sí."),
            ("word", "Sí"),
        ]
        assert all(
            text.encode()[mark["start"] : mark["end"]].decode() == mark["value"]
            for mark in marks
            if mark["type"] != "ssml"
        )

    def test_voices_come_in_pages_and_know_their_engines(self, aws: Aws) -> None:
        pages = list(boto3.client("polly").get_paginator("describe_voices").paginate(Engine="generative"))
        voices = [voice["Id"] for page in pages for voice in page["Voices"]]
        assert (len(pages), "Joanna" in voices, "Hans" in voices) == (2, True, False)

    def test_a_lexicon_is_kept_until_it_is_deleted(self, aws: Aws) -> None:
        client = boto3.client("polly")
        client.put_lexicon(Name="w3c", Content='<lexicon alphabet="ipa" xml:lang="en-US"><lexeme/></lexicon>')
        assert client.get_lexicon(Name="w3c")["LexiconAttributes"]["LexemesCount"] == 1
        client.delete_lexicon(Name="w3c")
        assert client.list_lexicons()["Lexicons"] == []

    def test_a_task_writes_its_sound_when_it_is_completed(self, aws: Aws) -> None:
        client = boto3.client("polly")
        task = {
            "Text": "x" * 5000,
            "VoiceId": "Amy",
            "OutputFormat": "mulaw",
            "OutputS3BucketName": aws.bucket("bucket"),
            "OutputS3KeyPrefix": "tmp/a",
        }
        number = client.start_speech_synthesis_task(**task)["SynthesisTask"]["TaskId"]
        states = [client.get_speech_synthesis_task(TaskId=number)["SynthesisTask"]["TaskStatus"] for _ in range(3)]
        assert states == ["scheduled", "inProgress", "completed"]
        assert {key: len(data) for key, data in aws.objects("bucket").items()} == {f"tmp/a.{number}.mulaw": 5000 * 480}


class TestTranscribe:
    def start(self, aws: Aws, media: bytes = b"RIFF....WAVEmedia", **more: Any) -> Any:
        if "bucket" not in aws.store.buckets():
            aws.bucket("bucket")
        uri = aws.put("bucket", "talk.wav", media)
        client = boto3.client("transcribe")
        given = {"TranscriptionJobName": "job", "Media": {"MediaFileUri": uri}} | (
            {} if "IdentifyLanguage" in more else {"LanguageCode": "en-US"}
        )
        client.start_transcription_job(**given, **more)
        return client

    def finish(self, client: Any) -> Any:
        return [client.get_transcription_job(TranscriptionJobName="job") for _ in range(3)][-1]["TranscriptionJob"]

    def test_a_job_walks_one_step_with_each_get(self, aws: Aws) -> None:
        client = self.start(aws)
        states = [
            client.get_transcription_job(TranscriptionJobName="job")["TranscriptionJob"]["TranscriptionJobStatus"]
            for _ in range(4)
        ]
        assert states == ["QUEUED", "IN_PROGRESS", "COMPLETED", "COMPLETED"]

    def test_its_transcript_is_written_to_the_bucket_asked_for(self, aws: Aws) -> None:
        aws.transcripts[b"media"] = speech("Hello there.", "Who is it?")
        client = self.start(
            aws,
            b"media",
            OutputBucketName="bucket",
            OutputKey="out/t.json",
            Settings={"ShowSpeakerLabels": True, "MaxSpeakerLabels": 2},
        )
        job = self.finish(client)
        assert job["Transcript"]["TranscriptFileUri"] == "https://s3.us-east-1.amazonaws.com/bucket/out/t.json"
        written = json.loads(aws.objects("bucket")["out/t.json"])
        results = written["results"]
        assert results["transcripts"] == [{"transcript": "Hello there. Who is it?"}]
        assert results["items"][0] == {
            "id": 0,
            "type": "pronunciation",
            "alternatives": [{"confidence": "0.996", "content": "Hello"}],
            "start_time": "0.0",
            "end_time": "0.35",
            "speaker_label": "spk_0",
        }
        assert [
            (segment["speaker_label"], len(segment["items"])) for segment in results["speaker_labels"]["segments"]
        ] == [("spk_0", 2), ("spk_1", 3)]
        assert [segment["transcript"] for segment in results["audio_segments"]] == ["Hello there.", "Who is it?"]

    def test_without_a_bucket_the_transcript_is_at_a_link_that_dies(self, aws: Aws, clock: FakeClock) -> None:
        aws.transcripts["talk.wav"] = "Hello."
        uri = self.finish(self.start(aws))["Transcript"]["TranscriptFileUri"]

        def fetch() -> Any:
            return URLLib3Session().send(AWSRequest("GET", uri).prepare())

        assert json.loads(fetch().content)["results"]["transcripts"] == [{"transcript": "Hello."}]
        clock.advance(901)
        assert fetch().status_code == 403

    def test_languages_are_identified(self, aws: Aws) -> None:
        aws.transcripts["talk.wav"] = speech("Hola.", languages=["es-ES"])
        job = self.finish(
            self.start(aws, IdentifyLanguage=True, LanguageOptions=["en-US", "es-ES"], OutputBucketName="bucket")
        )
        assert (job["LanguageCode"], job["IdentifiedLanguageScore"]) == ("es-ES", pytest.approx(0.9781))
        results = json.loads(aws.objects("bucket")["job.json"])["results"]
        assert (results["language_code"], [entry["code"] for entry in results["language_identification"]]) == (
            "es-ES",
            ["es-ES", "en-US"],
        )

    def test_a_recording_can_be_unusable(self, aws: Aws) -> None:
        aws.transcripts["talk.wav"] = Failure("Invalid file size: file size too large.")
        job = self.finish(self.start(aws))
        assert (job["TranscriptionJobStatus"], job["FailureReason"]) == (
            "FAILED",
            "Invalid file size: file size too large.",
        )

    def test_a_wrong_media_format_fails_the_job(self, aws: Aws) -> None:
        job = self.finish(self.start(aws, MediaFormat="flac"))
        assert job["FailureReason"] == "The media format provided does not match the detected media format."

    def test_subtitles_and_redaction_are_written(self, aws: Aws) -> None:
        aws.transcripts["talk.wav"] = "Call 555 now."
        redaction = {"RedactionType": "PII", "RedactionOutput": "redacted_and_unredacted"}
        self.finish(
            self.start(
                aws, OutputBucketName="bucket", Subtitles={"Formats": ["srt", "vtt"]}, ContentRedaction=redaction
            )
        )
        written = aws.objects("bucket")
        assert sorted(written) == ["job.json", "job.srt", "job.vtt", "redacted-job.json", "talk.wav"]
        assert written["job.srt"] == b"0\n00:00:00,000 --> 00:00:01,150\nCall 555 now.\n"
        assert json.loads(written["redacted-job.json"])["results"]["transcripts"] == [{"transcript": "Call [PII] now."}]

    def test_wrong_requests_are_refused(self, aws: Aws) -> None:
        client = self.start(aws)
        start = client.start_transcription_job
        media = {"Media": {"MediaFileUri": "s3://bucket/talk.wav"}}
        aws.bucket("elsewhere", region="eu-west-1")
        aws.put("elsewhere", "talk.wav", b"x")
        assert refusal(start, TranscriptionJobName="job", LanguageCode="en-US", **media) == "ConflictException 400"
        assert refusal(start, TranscriptionJobName="a", **media) == "BadRequestException 400"
        assert (
            refusal(start, TranscriptionJobName="a", LanguageCode="en-US", IdentifyLanguage=True, **media)
            == "BadRequestException 400"
        )
        assert (
            refusal(
                start, TranscriptionJobName="a", LanguageCode="en-US", Settings={"ShowSpeakerLabels": True}, **media
            )
            == "BadRequestException 400"
        )
        for place in ("s3://bucket/none.wav", "s3://nowhere/talk.wav", "s3://elsewhere/talk.wav"):
            assert (
                refusal(start, TranscriptionJobName="a", LanguageCode="en-US", Media={"MediaFileUri": place})
                == "BadRequestException 400"
            )
        assert refusal(client.get_transcription_job, TranscriptionJobName="none") == "BadRequestException 400"

    def test_jobs_are_listed_in_pages_newest_first(self, aws: Aws) -> None:
        client = self.start(aws)
        for number in range(6):
            client.start_transcription_job(
                TranscriptionJobName=f"more-{number}",
                LanguageCode="en-US",
                Media={"MediaFileUri": "s3://bucket/talk.wav"},
            )
        first = client.list_transcription_jobs()
        second = client.list_transcription_jobs(NextToken=first["NextToken"])
        names = [job["TranscriptionJobName"] for page in (first, second) for job in page["TranscriptionJobSummaries"]]
        assert names == ["more-5", "more-4", "more-3", "more-2", "more-1", "more-0", "job"]

    def test_the_same_bytes_always_say_the_same(self, aws: Aws) -> None:
        said = []
        for name in ("job", "job"):
            client = self.start(aws, b"any bytes", OutputBucketName="bucket")
            self.finish(client)
            said.append(json.loads(aws.objects("bucket")["job.json"])["results"]["transcripts"])
            client.delete_transcription_job(TranscriptionJobName=name)
        assert said[0] == said[1]
