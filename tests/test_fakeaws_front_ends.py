"""The fake's two front ends, and the program run in front of them: in this process, in another, at a terminal."""

from __future__ import annotations

import importlib
import json
import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from botocore.httpsession import URLLib3Session
from fakeaws import Aws, AwsError, FakeClock, HalfAnswer, Hang, Reset
from fakeaws.names import FAKED, endpoint_variable, service_named
from fakeaws.process import Process, Terminal
from fakeaws.program import Program
from fakeaws.server import HttpFrontEnd


def client_of(service: str, front: HttpFrontEnd, **config: Any) -> Any:
    name = endpoint_variable(service)
    return boto3.client(
        service,
        endpoint_url=front.env.get(name, front.env["AWS_ENDPOINT_URL"]),
        config=Config(**({"read_timeout": 5} | config)),
    )


def translate(client: Any, text: str = "one") -> str:
    return str(client.translate_text(Text=text, SourceLanguageCode="en", TargetLanguageCode="es")["TranslatedText"])


@pytest.fixture
def main(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[list[str]], int]], None]:
    """Put a function in the place of the program's `main`."""
    module = importlib.import_module("awsml_cli.main")
    return lambda function: monkeypatch.setattr(module, "main", function)


class TestHttp:
    def test_the_same_fake_answers_over_http(self, aws: Aws, aws_http: HttpFrontEnd) -> None:
        aws.respond("translate", "TranslateText", AwsError("ThrottlingException"))
        assert translate(client_of("translate", aws_http)) == "one~es"
        assert [call.error for call in aws.calls] == ["ThrottlingException", ""]

    def test_s3_behind_it_is_motos_is_recorded_and_can_be_scripted(self, aws: Aws, aws_http: HttpFrontEnd) -> None:
        client = client_of("s3", aws_http)
        aws.respond("s3", "PutObject", AwsError("SlowDown", status=503))
        client.create_bucket(Bucket="bucket")
        client.put_object(Bucket="bucket", Key="a/b c.txt", Body=b"bytes")
        assert client.get_object(Bucket="bucket", Key="a/b c.txt")["Body"].read() == b"bytes"
        assert aws.operations == ["CreateBucket", "PutObject", "PutObject", "GetObject"]
        assert aws.objects("bucket") == {"a/b c.txt": b"bytes"}
        assert client_of("sts", aws_http).get_caller_identity()["Account"] == "123456789012"

    def test_the_line_breaks_over_http_as_in_process(self, aws: Aws, aws_http: HttpFrontEnd) -> None:
        aws.respond("translate", "TranslateText", Reset())
        assert translate(client_of("translate", aws_http)) == "one~es"
        aws.respond("translate", "TranslateText", Reset(3))
        with pytest.raises(ConnectionClosedError):
            translate(client_of("translate", aws_http))

    def test_a_hanging_answer_outlasts_the_clients_patience(self, aws: Aws, aws_http: HttpFrontEnd) -> None:
        aws.respond("translate", "TranslateText", Hang())
        with pytest.raises(ReadTimeoutError):
            translate(client_of("translate", aws_http, read_timeout=0.05, retries={"total_max_attempts": 1}))

    def test_half_an_answer_is_half_an_answer(self, aws: Aws, aws_http: HttpFrontEnd) -> None:
        aws.respond("translate", "TranslateText", HalfAnswer())
        answer = client_of("translate", aws_http).translate_text(
            Text="one", SourceLanguageCode="en", TargetLanguageCode="es"
        )
        assert "TranslatedText" not in answer

    def test_a_transcripts_link_leads_to_this_machine(self, aws: Aws, aws_http: HttpFrontEnd) -> None:
        aws.bucket("bucket")
        aws.transcripts["talk.wav"] = "Hello."
        uri = aws.put("bucket", "talk.wav", b"x")
        client = client_of("transcribe", aws_http)
        client.start_transcription_job(TranscriptionJobName="job", LanguageCode="en-US", Media={"MediaFileUri": uri})
        link = [client.get_transcription_job(TranscriptionJobName="job") for _ in range(3)][-1]["TranscriptionJob"][
            "Transcript"
        ]["TranscriptFileUri"]
        answer = URLLib3Session().send(AWSRequest("GET", link).prepare())
        assert json.loads(answer.content)["results"]["transcripts"] == [{"transcript": "Hello."}]

    def test_the_variables_are_those_that_botocore_reads(self) -> None:
        for service in FAKED:
            model = boto3.Session()._session.get_service_model(service)
            assert endpoint_variable(service) == "AWS_ENDPOINT_URL_" + model.service_id.replace(" ", "_").upper()
            assert service_named(model.service_id.hyphenize()) == service


class TestSafety:
    def test_no_request_leaves_this_machine(self) -> None:
        with pytest.raises(pytest.fail.Exception, match=r"tried to reach GET https://example\.com/"):
            URLLib3Session().send(AWSRequest("GET", "https://example.com/").prepare())
        with pytest.raises(pytest.fail.Exception, match=r"tried to reach POST https://translate"):
            boto3.client("translate").list_languages()
        with pytest.raises(pytest.fail.Exception, match=r"look up example\.com"):
            urllib.request.urlopen("http://example.com/")
        with socket.socket() as bare, pytest.raises(RuntimeError, match=r"192\.0\.2\.1"), pytest.warns(match="socket"):
            bare.connect(("192.0.2.1", 80))

    def test_a_file_of_the_tests_can_be_had_over_https(self, aws: Aws) -> None:
        aws.web["https://example.com/talk.mp3"] = b"sound"
        assert URLLib3Session().send(AWSRequest("GET", "https://example.com/talk.mp3").prepare()).content == b"sound"

    def test_no_process_leaves_this_machine(self, awsml_process: Process) -> None:
        run = [sys.executable, "-c", "import urllib.request; urllib.request.urlopen('http://example.com/')"]
        done = subprocess.run(run, env=awsml_process.environment(), capture_output=True, check=False)
        assert b"a test tried to reach example.com" in done.stderr

    def test_nothing_of_the_outside_environment_is_left(self) -> None:
        assert os.environ["AWS_ACCESS_KEY_ID"] == "AKIAIOSFODNN7EXAMPLE"
        assert os.environ["AWS_CONFIG_FILE"].startswith(os.environ["HOME"])
        ours = {"AWSML_MODELS"}  # set by the tests themselves, since scripts/test fetches networks for them
        assert {name for name in os.environ if name.endswith("_proxy") or name.startswith("AWSML_")} == ours


class TestProgram:
    def test_streams_are_what_the_test_says(self, awsml: Program, main: Any) -> None:
        def program(args: list[str]) -> int:
            sys.stdout.buffer.write(sys.stdin.buffer.read())
            print(
                args,
                sys.stdin.isatty(),
                sys.stdout.isatty(),
                sys.stderr.isatty(),
                os.environ.get("LANG_OF"),
                file=sys.stderr,
            )
            return 5

        main(program)
        result = awsml("polly", "--to", "es", stdin=b"\xffraw", tty={"stderr"}, env={"LANG_OF": "x"})
        assert (result.exit_code, result.stdout, result.stderr) == (
            5,
            b"\xffraw",
            "['polly', '--to', 'es'] False False True x\n",
        )

    def test_reading_a_stdin_that_was_not_given_fails_the_test(self, awsml: Program, main: Any) -> None:
        def program(_: list[str]) -> int:
            try:
                sys.stdin.read()
            except OSError:
                return 2
            return 0

        main(program)
        with pytest.raises(pytest.fail.Exception, match="read stdin, although none was given"):
            awsml("polly")

    def test_a_reader_can_leave(self, awsml: Program, main: Any) -> None:
        def program(_: list[str]) -> int:
            sys.stdout.write("0\n")
            sys.stdout.write("1\n")
            with pytest.raises(BrokenPipeError):
                sys.stdout.write("2\n")
            return 0

        main(program)
        assert awsml(head=2).stdout == b"0\n1\n"

    def test_a_killed_run_says_so_and_the_next_lives(self, awsml: Program, aws: Aws, main: Any) -> None:
        def program(_: list[str]) -> int:
            translate(boto3.client("translate"))
            return 0

        main(program)
        aws.kill_at(1)
        assert [awsml().killed, awsml().exit_code] == [True, 0]

    def test_the_program_waits_on_the_clock(self, clock: FakeClock) -> None:
        ours = importlib.import_module("awsml_cli.core.clock")
        before = ours.now()
        ours.sleep(3600)
        assert (ours.now() - before, clock.slept) == (3600, [3600])
        clock.interrupt_in_wait()
        with pytest.raises(KeyboardInterrupt):
            ours.sleep(1)


class TestProcesses:
    @pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
    def test_single_streams_can_be_pipes_in_spite_of_the_terminal(
        self, terminal: Callable[..., Terminal], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        code = "import sys; sys.stdout.write(sys.stdin.read() * 100_000); print(sys.stderr.isatty(), file=sys.stderr)"
        monkeypatch.setattr("fakeaws.process.COMMAND", ("-c", code))
        run = terminal(piped={"stdout"}, stdin=b"12")
        assert (run.finish().stdout, run.text) == (b"12" * 100_000, "True\n")

    def test_the_program_runs_as_a_process(self, awsml_process: Process) -> None:
        result = awsml_process("--version")
        assert (result.exit_code, result.stderr) == (0, "")
        assert "0." in result.text

    @pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
    def test_the_program_runs_at_a_terminal(self, terminal: Callable[..., Terminal]) -> None:
        run = terminal("--version")
        assert run.finish().exit_code == 0
        assert "0." in run.text

    @pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
    def test_ctrl_c_reaches_the_program(
        self, terminal: Callable[..., Terminal], awsml_process: Process, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        code = "import sys,time\ntry:\n  print(sys.stdout.isatty(), flush=True)\n  time.sleep(60)\nexcept KeyboardInterrupt:\n  sys.exit(130)"
        monkeypatch.setattr("fakeaws.process.COMMAND", ("-c", code))
        run = terminal(real_time=True)
        run.wait_for("True")
        run.interrupt()
        assert run.finish().exit_code == 130

    def test_a_process_is_killed_at_a_call(
        self, awsml_process: Process, aws: Aws, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        code = "import boto3; boto3.client('translate').list_languages(); print('survived')"
        monkeypatch.setattr("fakeaws.process.COMMAND", ("-c", code))
        aws.kill_after("ListLanguages")
        result = awsml_process()
        assert (result.killed, result.stdout, aws.operations) == (True, b"", ["ListLanguages"])
