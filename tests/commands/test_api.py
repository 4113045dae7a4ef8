"""`awsml api`: any operation, its parameters as words, its answer whole."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from fakeaws import Aws, AwsError, Raw
from fakeaws.program import Program
from pictures import png

from awsml_cli.core import models
from awsml_cli.services import api

OF_A_VOICE = models.service_model("polly").shape_for("Voice").members  # newer releases of boto3 add to them
VOICES = [{"Id": "Joanna", "LanguageCode": "en-US"}, {"Id": "Lucia", "LanguageCode": "es-ES"}]


class TestAnswers:
    def test_an_answer_has_aws_s_own_keys(self, aws: Aws, awsml: Program) -> None:
        aws.respond("polly", "DescribeVoices", {"Voices": VOICES})
        run = awsml("api", "polly", "describe-voices", "--language-code", "es-ES")
        assert (run.exit_code, json.loads(run.stdout)) == (0, {"Voices": VOICES})
        assert aws.calls[-1].params == {"LanguageCode": "es-ES"}

    def test_all_pages_are_one_answer(self, aws: Aws, awsml: Program) -> None:
        aws.respond("polly", "DescribeVoices", {"Voices": VOICES[:1], "NextToken": "2"}, {"Voices": VOICES[1:]})
        run = awsml("api", "polly", "describe-voices")
        assert json.loads(run.stdout) == {"Voices": VOICES}

    @pytest.mark.parametrize(
        ("format", "expected"),
        [
            ("jsonl", "".join(json.dumps(voice) + "\n" for voice in VOICES)),
            ("text", "".join("\t".join(str(voice.get(name, "")) for name in OF_A_VOICE) + "\n" for voice in VOICES)),
        ],
    )
    def test_rows_are_the_members_of_its_list(self, aws: Aws, awsml: Program, format: str, expected: str) -> None:
        aws.respond("polly", "DescribeVoices", {"Voices": VOICES[:1], "NextToken": "2"}, {"Voices": VOICES[1:]})
        assert awsml("api", "polly", "describe-voices", "-f", format).text == expected

    def test_no_more_pages_than_the_limit_needs(self, aws: Aws, awsml: Program) -> None:
        aws.respond("polly", "DescribeVoices", {"Voices": VOICES[:1], "NextToken": "2"})
        run = awsml("api", "polly", "describe-voices", "--limit", "1")
        assert (json.loads(run.stdout), len(aws.calls)) == ({"Voices": VOICES[:1]}, 1)

    def test_a_query_is_over_aws_s_keys(self, aws: Aws, awsml: Program) -> None:
        aws.respond("polly", "DescribeVoices", {"Voices": VOICES})
        run = awsml("api", "polly", "describe-voices", "--query", "Voices[].Id", "-f", "json")
        assert json.loads(run.stdout) == ["Joanna", "Lucia"]

    @pytest.mark.parametrize("format", ["text", "csv", "json", "jsonl", "table"])
    def test_a_query_is_over_the_whole_in_every_format(self, aws: Aws, awsml: Program, format: str) -> None:
        aws.respond("polly", "DescribeVoices", {"Voices": VOICES})
        run = awsml("api", "polly", "describe-voices", "--query", "Voices[].Id", "-f", format)
        assert (run.exit_code, "Joanna" in run.text, "Lucia" in run.text) == (0, True, True)

    def test_a_stream_is_its_bytes(self, aws: Aws, awsml: Program) -> None:
        aws.respond("polly", "SynthesizeSpeech", Raw(b"ID3 sound"))
        words = ["--text", "Hi", "--voice-id", "Joanna", "--output-format", "mp3"]
        assert awsml("api", "polly", "synthesize-speech", *words).stdout == b"ID3 sound"

    def test_a_stream_is_not_for_a_terminal(self, aws: Aws, awsml: Program) -> None:
        words = ["--text", "Hi", "--voice-id", "Joanna", "--output-format", "mp3"]
        run = awsml("api", "polly", "synthesize-speech", *words, tty={"stdout"})
        assert (run.exit_code, run.stdout, aws.calls) == (2, b"", [])

    def test_a_refusal_of_aws_is_told(self, aws: Aws, awsml: Program) -> None:
        aws.respond("polly", "DescribeVoices", AwsError("AccessDeniedException", "not authorized", status=403))
        run = awsml("api", "polly", "describe-voices")
        assert (run.exit_code, run.stdout) == (4, b"")
        assert "the IAM action `polly:DescribeVoices` is missing" in run.stderr


class TestWords:
    @pytest.mark.parametrize(
        "words",
        [
            ["--text-list", "one", "two", "--language-code", "en"],
            ["--text-list", "one", "--text-list", "two", "--language-code=en"],
            ["--text-list", '["one", "two"]', "--language-code", "en"],
            ["--input", "-"],
        ],
    )
    def test_ways_to_say_a_list(self, aws: Aws, awsml: Program, words: list[str]) -> None:
        document = json.dumps({"TextList": ["one", "two"], "LanguageCode": "en"})
        run = awsml("api", "comprehend", "batch-detect-sentiment", *words, stdin=document if "-" in words else None)
        assert run.exit_code == 0
        assert aws.calls[-1].params == {"TextList": ["one", "two"], "LanguageCode": "en"}

    @pytest.mark.parametrize(
        "words",
        [
            ["--human-loop-config", "HumanLoopName=a,FlowDefinitionArn=arn:aws:sagemaker:us-east-1:123456789012:flow-definition/f"],
            ["--human-loop-config", '{"HumanLoopName": "a", "FlowDefinitionArn": "arn:aws:sagemaker:us-east-1:123456789012:flow-definition/f"}'],
            ["--human-loop-config.human-loop-name", "a", "--human-loop-config.flow-definition-arn", "arn:aws:sagemaker:us-east-1:123456789012:flow-definition/f"],
        ],
    )  # fmt: skip
    def test_ways_to_say_a_structure(self, aws: Aws, awsml: Program, tmp_path: Path, words: list[str]) -> None:
        (tmp_path / "a.png").write_bytes(PICTURE)
        picture = ["--image.bytes", f"@{tmp_path / 'a.png'}"]
        assert awsml("api", "rekognition", "detect-moderation-labels", *picture, *words).exit_code == 0
        sent = aws.calls[-1].params
        flow = "arn:aws:sagemaker:us-east-1:123456789012:flow-definition/f"
        assert sent["HumanLoopConfig"] == {"HumanLoopName": "a", "FlowDefinitionArn": flow}
        assert sent["Image"] == {"Bytes": PICTURE}

    def test_a_blob_from_stdin(self, aws: Aws, awsml: Program) -> None:
        run = awsml("api", "rekognition", "detect-faces", "--image.bytes", "-", stdin=PICTURE)
        assert run.exit_code == 0
        assert aws.calls[-1].params == {"Image": {"Bytes": PICTURE}}

    @pytest.mark.parametrize(
        ("words", "sent"),
        [
            ("rekognition start-label-detection --video S3Object={Bucket=abc,Name=v.mp4}", {"Video": {"S3Object": {"Bucket": "abc", "Name": "v.mp4"}}}),
            ("lexv2-models list-bots --filters name=BotName,values=a,b,operator=EQ", {"filters": [{"name": "BotName", "values": ["a", "b"], "operator": "EQ"}]}),
            ("lexv2-models list-bots --filters name=BotName,operator=EQ,values=[a,'b,c']", {"filters": [{"name": "BotName", "operator": "EQ", "values": ["a", "b,c"]}]}),
            ('lexv2-models list-bots --filters name=BotName,operator=EQ,values=["a"]', {"filters": [{"name": "BotName", "operator": "EQ", "values": ["a"]}]}),
            ("comprehend tag-resource --resource-arn arn:aws:comprehend:us-east-1:123456789012:endpoint/a --tags Key=a,Value= Key=b,Value=c=d", {"ResourceArn": "arn:aws:comprehend:us-east-1:123456789012:endpoint/a", "Tags": [{"Key": "a", "Value": ""}, {"Key": "b", "Value": "c=d"}]}),
        ],
    )  # fmt: skip
    def test_the_short_way_of_aws(self, words: str, sent: dict[str, object]) -> None:
        service, operation, *more = words.split()
        assert api.parameters(models.operation_model(service, operation), more, check=False) == sent

    def test_text_may_begin_with_dashes(self) -> None:
        asked = api.parameters(
            models.operation_model("comprehend", "detect-sentiment"), ["--text", "-- so", "--language-code", "en"]
        )
        assert asked == {"Text": "-- so", "LanguageCode": "en"}

    @pytest.mark.parametrize(("word", "value"), [("--include-additional-language-codes", True), ("--no-include-additional-language-codes", False)])  # fmt: skip
    def test_a_boolean_needs_no_value(self, aws: Aws, awsml: Program, word: str, value: bool) -> None:
        assert awsml("api", "polly", "describe-voices", word).exit_code == 0
        assert aws.calls[0].params == {"IncludeAdditionalLanguageCodes": value}


class TestRefused:
    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["poly"], "did you mean polly?"),
            (["polly", "describe-voice"], "did you mean describe-voices"),
            (["polly", "describe-voices", "--langage-code", "x"], "did you mean --language-code"),
            (["polly", "describe-voices", "--language-code", "es_ES"], "did you mean es-ES"),
            (["polly", "describe-voices", "es-ES"], "`es-ES` belongs to no parameter"),
            (["polly", "synthesize-speech"], "OutputFormat is missing; Text is missing; VoiceId is missing"),
            (["polly", "describe-voices", "--input", "no.json"], "cannot read no.json"),
            (["rekognition", "detect-labels", "--image", "{", "--max-labels", "1"], "--image is not JSON"),
            (["rekognition", "detect-labels", "--max-labels", "many"], "`many` is not a number"),
            (["rekognition", "detect-labels", "--min-confidence", "101"], "101.0, at most 100"),
            (["comprehend", "batch-detect-sentiment", "--text-list", "a", "--language-code", "xx"], "none of its values"),
            (["comprehend", "list-endpoints", "--max-items", "1"], "hint: --limit N"),
            (["comprehend", "list-endpoints", "--no-paginate"], "hint: all pages are followed"),
            (["polly", "synthesize-speech", "--generate-cli-skeleton"], "hint: --skeleton prints JSON"),
            (["polly", "describe-voices", "--cli-input-json", "file://a.json"], "hint: --input FILE"),
            (["rekognition", "detect-labels", "--image-bytes", "fileb://a.png"], "did you mean --image.bytes?"),
            (["polly", "wait", "voices"], "polly has no waiter `voices`"),
            (["sagemaker", "wait", "endpoint-in-servic"], "did you mean endpoint-in-service"),
            (["lex-models", "wait", "bot"], "lex-models has no waiter `bot`"),
            (["sagemaker", "wait", "endpoint-in-service"], "EndpointName is missing"),
            (["lex", "list-bots"], "did you mean lexv2-models or lexv2-runtime?"),
            (["comprehend", "list-endpoints", "--filter.statu", "a"], "did you mean --filter.status?"),
            (["comprehend", "list-endpoints", "--filter.nothing", "a"], "no parameter --filter.nothing"),
            (["comprehend", "detect-sentiment", "--text", "a", "--text", "b"], "--text is said twice"),
            (["sagemaker", "list-endpoints", "--creation-time-after", "yesterday"], "`yesterday` is no time; 2026-01-31"),
            (["comprehend", "list-endpoints", "--filter", "Status={"], "--filter: `{` is not Key=value"),
            (["comprehend", "list-endpoints", "--filter", "Status=a,b"], "Filter.Status: ['a', 'b'] is no string"),
            (["lexv2-runtime", "start-conversation"], "StartConversation: it streams both ways"),
            (["polly", "start-speech-synthesis-stream", "--engine", "generative", "--voice-id", "Joanna", "--output-format", "mp3"], "streams both ways"),
        ],
    )  # fmt: skip
    def test_nothing_is_sent(self, aws: Aws, awsml: Program, words: list[str], said: str) -> None:
        run = awsml("api", *words)
        assert (run.exit_code, run.stdout, aws.calls) == (2, b"", [])
        assert said in run.stderr

    def test_a_file_is_not_taken_for_bytes(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        (tmp_path / "a.png").write_bytes(b"png")
        run = awsml("api", "rekognition", "detect-labels", "--image.bytes", "a.png", cwd=tmp_path)
        assert (run.exit_code, aws.calls) == (2, [])
        assert run.stderr == "error: `a.png` names a file\nhint: @a.png is its content\n"

    def test_a_document_that_is_not_text(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        (tmp_path / "a.json").write_bytes(b"\xff\xfe")
        run = awsml("api", "polly", "describe-voices", "--input", "a.json", cwd=tmp_path)
        assert (run.exit_code, run.stderr.startswith("error: a.json is not JSON: "), aws.calls) == (2, True, [])

    def test_aws_may_judge_what_our_boto3_does_not_know(self, aws: Aws, awsml: Program) -> None:
        aws.respond("polly", "DescribeVoices", {"Voices": []})
        run = awsml("api", "polly", "describe-voices", "--engine", "telepathic", "--no-check")
        assert aws.calls_of("DescribeVoices") or run.exit_code == 4

    def test_nothing_is_deleted_without_a_yes(self, aws: Aws, awsml: Program) -> None:
        aws.respond("polly", "DeleteLexicon", {})
        words = ["api", "polly", "delete-lexicon", "--name", "w3c"]
        assert (awsml(*words).exit_code, aws.calls) == (2, [])
        assert awsml(*words, "-y").exit_code == 0
        assert aws.operations == ["DeleteLexicon"]

    def test_a_dry_run_sends_nothing(self, aws: Aws, awsml: Program) -> None:
        run = awsml("api", "polly", "delete-lexicon", "--name", "w3c", "--dry-run", "-f", "jsonl")
        assert (json.loads(run.stdout)["operation"], aws.calls) == ("polly:DeleteLexicon", [])


class TestLifecycle:
    @pytest.mark.parametrize(
        "words",
        [
            ["lex-models", "get-bots"],
            ["codeguru-security", "list-scans"],
            ["rekognition", "get-person-tracking", "--job-id", "1"],
            ["rekognition", "start-person-tracking", "--no-such-parameter", "1"],
            ["lookoutvision", "list-projects"],
            ["lookoutequipment"],
            ["panorama", "list-devices"],
            ["deepracer"],
            ["elastic-inference", "describe-accelerators"],
        ],
    )
    def test_what_is_gone_is_refused_before_a_call(self, aws: Aws, awsml: Program, words: list[str]) -> None:
        run = awsml("api", *words)
        assert (run.exit_code, run.stdout, aws.calls) == (6, b"", [])
        assert "hint: instead: " in run.stderr

    def test_what_takes_no_new_customers_is_said_once(self, aws: Aws, awsml: Program) -> None:
        aws.respond("forecast", "ListForecasts", {"Forecasts": []})
        run = awsml("api", "forecast", "list-forecasts")
        assert run.exit_code == 0
        assert run.stderr.count("closed to new customers since 2024-07-29") == 1


class TestHelp:
    def test_the_services(self, awsml: Program) -> None:
        lines = awsml("api").text.splitlines()
        count = len(models.service_model("polly").operation_names)
        assert any(line.startswith(f"polly\t{count}\t") for line in lines)

    def test_the_operations(self, awsml: Program) -> None:
        assert "describe-voices\tReturns the list of voices" in awsml("api", "polly").text

    def test_an_operation(self, aws: Aws, awsml: Program) -> None:
        page = awsml("api", "polly", "describe-voices", "--help").text
        assert page.startswith("Usage: awsml api polly describe-voices [OPTIONS]\n")
        assert "  --language-code  string\n      one of arb, cmn-CN" in page
        assert aws.calls == []

    def test_a_skeleton_is_what_input_takes(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        made = awsml("api", "polly", "describe-voices", "--skeleton")
        wanted = {"Engine": "", "LanguageCode": "", "IncludeAdditionalLanguageCodes": False, "NextToken": ""}
        assert (json.loads(made.text), aws.calls) == (wanted, [])
        asked = json.loads(made.text.replace('"LanguageCode": ""', '"LanguageCode": "es-ES"'))
        (tmp_path / "asked.json").write_text(json.dumps({**asked, "Engine": "neural", "NextToken": "0"}))
        run = awsml("api", "polly", "describe-voices", "--input", "file://asked.json", cwd=tmp_path)
        assert (run.exit_code, aws.calls[0].params["LanguageCode"]) == (0, "es-ES")

    def test_a_skeleton_goes_all_the_way_down(self, awsml: Program) -> None:
        made = json.loads(awsml("api", "comprehend", "tag-resource", "--skeleton").text)
        assert made == {"ResourceArn": "", "Tags": [{"Key": "", "Value": ""}]}
        assert json.loads(awsml("api", "lexv2-runtime", "put-session", "--skeleton").text)["messages"]

    def test_waiting(self, aws: Aws, awsml: Program) -> None:
        states = iter(["Creating", "Updating", "InService"])
        for _ in range(3):
            aws.respond("sagemaker", "DescribeEndpoint", lambda _: {**_ENDPOINT, "EndpointStatus": next(states)})
        run = awsml("api", "sagemaker", "wait", "endpoint-in-service", "--endpoint-name", "churn")
        assert (run.exit_code, run.stdout, len(aws.calls)) == (0, b"", 3)

    @pytest.mark.parametrize("waiter", ["EndpointInService", "endpoint_in_service"])
    def test_waiting_with_a_document(self, aws: Aws, awsml: Program, waiter: str) -> None:
        aws.respond("sagemaker", "DescribeEndpoint", {**_ENDPOINT, "EndpointStatus": "InService"})
        run = awsml("api", "sagemaker", "wait", waiter, "--input", "-", stdin='{"EndpointName": "churn"}')
        assert (run.exit_code, run.stdout, aws.calls[0].params) == (0, b"", {"EndpointName": "churn"})

    def test_what_can_be_waited_for(self, aws: Aws, awsml: Program) -> None:
        listed = awsml("api", "sagemaker", "wait")
        assert "endpoint-in-service\tdescribe-endpoint\t30\t120\n" in listed.text
        assert awsml("api", "sagemaker", "wait", "--help").text == listed.text
        assert awsml("api", "lex-models", "wait").text == ""
        page = awsml("api", "sagemaker", "wait", "endpoint-in-service", "--help").text
        assert page.startswith("Usage: awsml api sagemaker wait endpoint-in-service [OPTIONS]\n")
        assert "  --endpoint-name  string  required\n" in page
        made = awsml("api", "sagemaker", "wait", "endpoint-in-service", "--skeleton")
        assert (json.loads(made.text), aws.calls) == ({"EndpointName": ""}, [])

    def test_a_dry_run_does_not_wait(self, aws: Aws, awsml: Program) -> None:
        words = ["api", "sagemaker", "wait", "endpoint-in-service", "--endpoint-name", "churn"]
        run = awsml(*words, "--dry-run", "-f", "jsonl")
        assert (json.loads(run.text)["operation"], aws.calls) == ("sagemaker:DescribeEndpoint", [])

    def test_waiting_for_what_fails(self, aws: Aws, awsml: Program) -> None:
        aws.respond("sagemaker", "DescribeEndpoint", {**_ENDPOINT, "EndpointStatus": "Failed"})
        run = awsml("api", "sagemaker", "wait", "endpoint-in-service", "--endpoint-name", "churn")
        assert (run.exit_code, run.stdout) == (4, b"")
        assert "did not come about" in run.stderr


_SESSION = "12345678-1234-1234-1234-123456789012"
PICTURE = png(width=100, height=100)
_ENDPOINT = {
    "EndpointName": "churn",
    "EndpointArn": "arn:aws:sagemaker:us-east-1:123456789012:endpoint/churn",
    "CreationTime": 1,
    "LastModifiedTime": 1,
}


def test_bytes_in_an_answer_are_base64(aws: Aws, awsml: Program) -> None:
    aws.respond("rekognition", "GetFaceLivenessSessionResults", {"SessionId": _SESSION, "Status": "SUCCEEDED", "ReferenceImage": {"Bytes": b"\xff\xd8"}})  # fmt: skip
    run = awsml(
        "api",
        "rekognition",
        "get-face-liveness-session-results",
        "--session-id",
        "12345678-1234-1234-1234-123456789012",
    )
    assert json.loads(run.stdout)["ReferenceImage"]["Bytes"] == base64.b64encode(b"\xff\xd8").decode()
