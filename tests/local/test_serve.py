"""`awsml local serve`: what boto3, `aws` and browsers get from it."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import os
import socket
import sys
import threading
import time
import urllib.request
import wave
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from fakeaws.program import Program

from awsml_cli.core.errors import InputError
from awsml_cli.local import performing
from awsml_cli.local.operations import polly
from awsml_cli.local.serve import Server, beyond, cbor, doors, routing
from local.serving import Serving

SIGNED = "AWS4-HMAC-SHA256 Credential=local/20261122/eu-west-1/{}/aws4_request, SignedHeaders=host, Signature=0"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    serving = Serving(tmp_path_factory.mktemp("served"))
    yield serving
    serving.server.stop()


@pytest.fixture
def hello(served: Serving, tmp_path: Path) -> Path:
    """Two words, said here."""
    said = served.client("polly").synthesize_speech(
        Text="Good morning.", VoiceId="Joanna", OutputFormat="pcm", SampleRate="16000"
    )
    with wave.open(str(tmp_path / "hello.wav"), "wb") as file:
        file.setparams((1, 2, 16000, 0, "NONE", ""))
        file.writeframes(said["AudioStream"].read())
    return tmp_path / "hello.wav"


class TestProtocols:
    def test_json(self, served: Serving) -> None:
        found = served.client("comprehend").detect_sentiment(Text="What a lovely day", LanguageCode="en")
        headers = found["ResponseMetadata"]["HTTPHeaders"]
        assert (found["Sentiment"], headers["x-awsml-engine"], headers["content-type"]) == (
            "POSITIVE",
            "vader 3.3.2",
            "application/x-amz-json-1.1",
        )

    def test_rest_with_a_stream_in_the_answer(self, served: Serving) -> None:
        found = served.client("polly").synthesize_speech(Text="Hello.", VoiceId="Joanna", OutputFormat="mp3")
        assert (found["ContentType"], found["AudioStream"].read()[:1]) == ("audio/mpeg", b"\xff")

    def test_rest_with_a_name_in_the_address(self, served: Serving) -> None:
        polly = served.client("polly")
        content = Path("tests/examples/w3c.pls").read_text(encoding="utf-8")
        polly.put_lexicon(Name="w3c", Content=content)
        assert polly.get_lexicon(Name="w3c")["Lexicon"]["Content"] == content

    def test_xml(self, served: Serving) -> None:
        s3 = served.client("s3")
        s3.put_object(Bucket="awsml-local", Key="a b/ü&<\x01", Body=b"x", Metadata={"who": "ann"}, ContentType="text/x")
        found = s3.head_object(Bucket="awsml-local", Key="a b/ü&<\x01")
        listed = s3.list_objects_v2(Bucket="awsml-local", Prefix="a b/")["Contents"]
        assert (found["Metadata"], found["ContentType"]) == ({"who": "ann"}, "text/x")
        assert [(one["Key"], one["Size"]) for one in listed] == [("a b/ü&<\x01", 1)]

    def test_query_which_moto_answers(self, served: Serving) -> None:
        iam = served.client("iam")
        iam.create_role(RoleName="nlp", AssumeRolePolicyDocument="{}")
        assert [role["RoleName"] for role in iam.list_roles()["Roles"]] == ["nlp"]
        assert served.client("sts").get_caller_identity()["Account"]

    def test_cbor(self, served: Serving) -> None:
        body = cbor.encode({"Text": "What a lovely day", "LanguageCode": "en"})
        path = "/service/Comprehend_20171127/operation/DetectSentiment"
        headers = {"authorization": SIGNED.format("comprehend"), "smithy-protocol": "rpc-v2-cbor"}
        status, told, answer = served.ask("POST", path, headers, body)
        assert (status, told["smithy-protocol"], cbor.decode(answer)["Sentiment"]) == (200, "rpc-v2-cbor", "POSITIVE")
        status, _, answer = served.ask("POST", path, headers, cbor.encode({"Text": "x"}))
        assert (status, cbor.decode(answer)["__type"]) == (400, "ValidationException")

    @pytest.mark.parametrize(
        "value",
        [0, 23, 24, 255, 65536, 1 << 33, -1, -500, 1.5, "ü", b"\x00", [1, "a", None], {"a": {"b": [True, False]}},
         datetime(2026, 11, 22, tzinfo=UTC)],
    )  # fmt: skip
    def test_cbor_there_and_back(self, value: Any) -> None:
        assert cbor.decode(cbor.encode(value)) == value

    @pytest.mark.parametrize(
        "data", [b"", b"\x5f\x41a", b"\x82\x01", b"\xff", b"\x01\x01", b"\x81" * 5000, b"\xa1\x01\x01"]
    )
    def test_what_is_no_cbor_is_refused(self, data: bytes) -> None:
        with pytest.raises(cbor.Malformed):
            cbor.decode(data)

    def test_a_body_in_signed_chunks(self, served: Serving) -> None:
        chunks = b"5;chunk-signature=0\r\nhello\r\n6;chunk-signature=0\r\n world\r\n0;chunk-signature=0\r\n\r\n"
        headers = {
            "authorization": SIGNED.format("s3"),
            "content-encoding": "aws-chunked",
            "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        }
        assert served.ask("PUT", "/awsml-local/chunks", headers, chunks)[0] == 200
        found = served.client("s3").get_object(Bucket="awsml-local", Key="chunks")
        assert (found["Body"].read(), found.get("ContentEncoding")) == (b"hello world", None)
        status, _, answer = served.ask("PUT", "/awsml-local/chunks", headers, b"5\r\nhel")
        assert (status, b"<Code>MalformedXML</Code>" in answer) == (400, True)

    def test_an_object_in_a_range_in_parts_and_copied(self, served: Serving) -> None:
        s3, content = served.client("s3"), bytes(range(256)) * 70_000
        s3.upload_fileobj(io.BytesIO(content), "awsml-local", "large")
        s3.copy_object(Bucket="awsml-local", Key="copy", CopySource={"Bucket": "awsml-local", "Key": "large"})
        part = s3.get_object(Bucket="awsml-local", Key="copy", Range="bytes=250-260")
        status = part["ResponseMetadata"]["HTTPStatusCode"]
        assert (part["Body"].read(), status, part["ContentRange"]) == (
            content[250:261],
            206,
            f"bytes 250-260/{len(content)}",
        )
        back = io.BytesIO()
        s3.download_fileobj("awsml-local", "large", back)
        assert back.getvalue() == content

    def test_a_bucket_in_the_host_s_name(self, served: Serving) -> None:
        served.client("s3").put_object(Bucket="awsml-local", Key="k", Body=b"v")
        for host in ("awsml-local.localhost", "awsml-local.s3.eu-west-1.localhost:4566"):
            assert served.ask("GET", "/k", {"host": host})[2] == b"v"

    def test_an_address_that_was_signed_beforehand(self, served: Serving) -> None:
        s3 = served.client("s3", signature_version="s3v4")
        s3.put_object(Bucket="awsml-local", Key="k", Body=b"v")
        url = s3.generate_presigned_url("get_object", Params={"Bucket": "awsml-local", "Key": "k"})
        assert urllib.request.urlopen(url).read() == b"v"

    def test_services_that_sign_alike_are_told_apart(self, served: Serving) -> None:
        assert served.client("personalize").list_schemas()["schemas"] == []
        assert served.client("forecast").list_dataset_groups()["DatasetGroups"] == []
        with pytest.raises(ClientError, match="ResourceNotFound"):
            served.client("forecastquery").query_forecast(ForecastArn="arn:aws:forecast:x", Filters={"item_id": "a"})
        with pytest.raises(ClientError, match="ResourceNotFound"):
            served.client("personalize-runtime").get_recommendations(campaignArn="arn:aws:personalize:x", userId="1")
        assert served.client("lexv2-models").list_bots()["botSummaries"] == []
        session = {"botId": "ABCDEFGHIJ", "botAliasId": "TSTALIASID", "localeId": "en_US", "sessionId": "ann"}
        with pytest.raises(ClientError, match="ResourceNotFound"):
            served.client("lexv2-runtime").get_session(**session)

    @pytest.mark.parametrize("service", [*performing.SERVICES, *beyond.SERVICES])
    def test_boto3_reaches_every_service(self, served: Serving, service: str) -> None:
        client = served.client(service)
        for name in client.meta.service_model.operation_names:
            model = client.meta.service_model.operation_model(name)
            if model.input_shape is None or not model.input_shape.required_members:
                break
        else:
            return
        with contextlib.suppress(client.exceptions.ClientError):  # whatever it says, it was asked
            client._make_api_call(name, {})
        assert any(f"{service} {name}: " in line for line in served.said)


class TestRefusals:
    def test_a_refusal_is_the_service_s_own_exception(self, served: Serving) -> None:
        polly, s3 = served.client("polly"), served.client("s3")
        with pytest.raises(polly.exceptions.LexiconNotFoundException):
            polly.get_lexicon(Name="nobody")
        with pytest.raises(s3.exceptions.NoSuchKey) as refused:
            s3.get_object(Bucket="awsml-local", Key="nothing")
        assert refused.value.response["Error"]["Key"] == "nothing"

    def test_what_no_engine_can_do_is_said_once_and_not_tried_again(self, served: Serving) -> None:
        with pytest.raises(ClientError) as refused:
            served.client("comprehend").detect_targeted_sentiment(Text="x", LanguageCode="en")
        error = refused.value.response["Error"]
        assert (error["Code"], refused.value.response["ResponseMetadata"]["HTTPStatusCode"]) == ("NotImplemented", 501)
        assert error["Message"].startswith("no engine on this machine can do comprehend DetectTargetedSentiment")

    @pytest.mark.parametrize("service", ["dynamodb", "ec2", "lambda", "sagemaker", "cloudformation"])
    def test_services_that_are_not_here_say_so_in_their_own_protocol(self, served: Serving, service: str) -> None:
        method = {"dynamodb": "list_tables", "ec2": "describe_vpcs", "lambda": "list_functions",
                  "sagemaker": "list_pipelines", "cloudformation": "list_stacks"}[service]  # fmt: skip
        with pytest.raises(ClientError, match="no engine on this machine") as refused:
            getattr(served.client(service), method)()
        assert refused.value.response["Error"]["Code"] == "NotImplemented"

    @pytest.mark.parametrize(
        ("body", "code"),
        [(b"{", "SerializationException"), (b"[]", "SerializationException"), (b"{}", "ValidationException"),
         (b'{"Text": 7, "LanguageCode": "en"}', "ValidationException"), (b"\xff\xfe", "SerializationException"),
         (b'{"Text": "\\ud800", "LanguageCode": "en"}', "SerializationException")],
    )  # fmt: skip
    def test_what_cannot_be_read_is_refused(self, served: Serving, body: bytes, code: str) -> None:
        headers = {"authorization": SIGNED.format("comprehend"), "x-amz-target": "Comprehend_20171127.DetectSentiment"}
        status, _, answer = served.ask("POST", "/", headers, body)
        assert (status, json.loads(answer)["__type"]) == (400, code)

    @pytest.mark.parametrize("action", ["nonsense", "[]", "{}", '{"source": 1}', '{"source": "x", "inputs": []}'])
    def test_a_program_that_is_none_is_refused_before_it_is_kept(self, served: Serving, action: str) -> None:
        simulator = "arn:aws:braket:::device/quantum-simulator/amazon/sv1"
        place = {"outputS3Bucket": "awsml-local", "outputS3KeyPrefix": "tasks", "clientToken": action, "shots": 1}
        with pytest.raises(ClientError, match="ValidationException"):
            served.client("braket").create_quantum_task(deviceArn=simulator, action=action, **place)

    def test_entities_of_a_document_are_not_expanded(self, served: Serving) -> None:
        bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><Delete><Object><Key>&a;</Key></Object></Delete>'
        status, _, answer = served.ask("POST", "/awsml-local?delete", {}, bomb)
        assert (status, b"MalformedXML" in answer) == (400, True)

    def test_a_fault_of_ours_leaves_the_server_standing(self, served: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(polly.OPERATIONS, "ListLexicons", lambda params, machine: {"Lexicons": 7})
        with pytest.raises(ClientError, match="InternalFailure"):
            served.client("polly").list_lexicons()
        assert served.ask("GET", "/health")[0] == 200


class TestDoors:
    @pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:4566", "localhost.evil.example", ""])
    def test_a_name_that_is_not_this_machine_s_is_refused(self, served: Serving, host: str) -> None:
        assert served.ask("GET", "/health", {"host": host})[0] in (400, 403)

    @pytest.mark.parametrize("host", ["localhost:1", "127.0.0.1", "[::1]:4566", "192.168.1.7:4566"])
    def test_this_machine_s_names_are_let_in(self, served: Serving, host: str) -> None:
        assert served.ask("GET", "/health", {"host": host})[0] == 200

    @pytest.mark.parametrize(
        "headers",
        [{"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"},
         {"sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors"}, {"origin": "http://localhost:9999"}],
    )  # fmt: skip
    @pytest.mark.parametrize("method", ["GET", "POST", "PUT", "OPTIONS"])
    def test_pages_of_other_sites_are_refused(self, served: Serving, method: str, headers: dict[str, str]) -> None:
        status, told, _ = served.ask(method, "/awsml-local/stolen", headers, b"x")
        assert (status, [name for name in told if name.startswith("access-control")]) == (403, [])

    def test_a_link_from_elsewhere_may_open_the_page(self, served: Serving) -> None:
        headers = {"accept": "text/html", "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
        assert served.ask("GET", "/", headers)[0] == 200

    def test_whose_a_program_is_that_asks(self) -> None:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            listener_at = listener.getsockname()
            with socket.create_connection(listener_at):
                _, client = listener.accept()
                mapped = (f"::ffff:{client[0]}", client[1])
                ours = [doors.is_own(one, listener_at) for one in (client, mapped)]
        assert ours == [True, True]
        elsewhere = [doors.is_own(one, listener_at) for one in (None, ("192.168.1.7", client[1]))]
        assert elsewhere == [False, False]

    @pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells whose a line is")
    def test_a_line_that_was_let_go_or_leads_elsewhere_is_nobody_s(self) -> None:
        with socket.socket() as listener, socket.socket() as other:
            for one in (listener, other):
                one.bind(("127.0.0.1", 0))
                one.listen()
            line = socket.create_connection(listener.getsockname())
            accepted, client = listener.accept()
            elsewhere = doors.is_own(client, other.getsockname())
            line.close()
            with accepted:
                left = doors.is_own(client, listener.getsockname())
        assert (elsewhere, left) == (False, False)

    @pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells whose a line is")
    @pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can be somebody else")
    def test_another_user_of_this_machine_is_not_ours(self) -> None:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            child = os.fork()
            if child == 0:  # pragma: no cover
                try:
                    os.setuid(65534)
                    socket.create_connection(listener.getsockname()).recv(1)
                finally:
                    os._exit(0)
            line, client = listener.accept()
            own = doors.is_own(client, listener.getsockname())
            line.close()
            os.waitpid(child, 0)
        assert not own


class TestPages:
    def test_health(self, served: Serving) -> None:
        status, _, body = served.ask("GET", "/health")
        assert (status, json.loads(body)["status"]) == (200, "ok")
        assert {"comprehend", "s3", "iam"} <= set(json.loads(body)["services"])

    def test_the_page_names_services_operations_engines_and_jobs(self, served: Serving) -> None:
        job = "<script>alert(1)</script>"
        served.client("s3").put_object(Bucket="awsml-local", Key=job, Body=b"RIFF")
        client = served.client("transcribe")
        media = {"MediaFileUri": f"s3://awsml-local/{job}"}
        client.start_transcription_job(TranscriptionJobName="page", Media=media, LanguageCode="en-US")
        _, headers, body = served.ask("GET", "/", {"accept": "text/html,*/*"})
        page = body.decode()
        for word in ("DetectSentiment", "vader", "<td>page</td>", "iam, by moto"):
            assert word in page
        assert ("<script" in page, "default-src 'none'" in headers["content-security-policy"]) == (False, True)

    def test_who_is_signed_gets_the_buckets(self, served: Serving) -> None:
        assert "awsml-local" in [one["Name"] for one in served.client("s3").list_buckets()["Buckets"]]


class TestJobs:
    def test_a_result_has_an_address_that_anybody_can_open(self, served: Serving, hello: Path) -> None:
        served.client("s3").upload_file(str(hello), "awsml-local", "hello.wav")
        transcribe = served.client("transcribe")
        media = {"MediaFileUri": "s3://awsml-local/hello.wav"}
        transcribe.start_transcription_job(TranscriptionJobName="talk", Media=media, LanguageCode="en-US")
        while True:
            job = transcribe.get_transcription_job(TranscriptionJobName="talk")["TranscriptionJob"]
            if job["TranscriptionJobStatus"] not in ("QUEUED", "IN_PROGRESS"):
                break
        address = job["Transcript"]["TranscriptFileUri"]
        assert address == f"{served.url}/awsml-local/transcripts/talk.json"
        document = json.load(urllib.request.urlopen(address))
        assert document["results"]["transcripts"][0]["transcript"]

    def test_a_job_is_done_though_nobody_asks_about_it(self, served: Serving, hello: Path) -> None:
        served.client("s3").upload_file(str(hello), "awsml-local", "hello.wav")
        transcribe = served.client("transcribe")
        media = {"MediaFileUri": "s3://awsml-local/hello.wav"}
        transcribe.start_transcription_job(TranscriptionJobName="alone", Media=media, LanguageCode="en-US")
        until = time.monotonic() + 60
        while time.monotonic() < until:
            (found,) = transcribe.list_transcription_jobs(JobNameContains="alone")["TranscriptionJobSummaries"]
            if found["TranscriptionJobStatus"] == "COMPLETED":
                break
        assert found["TranscriptionJobStatus"] == "COMPLETED"


class TestEnding:
    def test_what_is_being_answered_is_answered(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        serving = Serving(tmp_path)
        begun, may_end = threading.Event(), threading.Event()

        def slow(params: Any, machine: Any) -> dict[str, Any]:
            begun.set()
            may_end.wait(30)
            return {"Lexicons": []}

        monkeypatch.setitem(polly.OPERATIONS, "ListLexicons", slow)
        got: list[Any] = []
        asking = threading.Thread(target=lambda: got.append(serving.client("polly").list_lexicons()["Lexicons"]))
        asking.start()
        begun.wait(30)
        ending = threading.Thread(target=serving.server.stop)
        ending.start()
        may_end.set()
        ending.join(30)
        asking.join(30)
        assert (got, serving.server.wait(0)) == ([[]], False)

    def test_what_takes_too_long_is_given_up_and_that_is_said_without_a_traceback(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shown: list[str] = []
        handler = logging.Handler()
        monkeypatch.setattr(handler, "emit", lambda record: shown.append(record.name))
        monkeypatch.setattr(logging.getLogger(), "handlers", [handler])  # as Python shows what nobody else takes
        monkeypatch.setattr("awsml_cli.local.serve.GRACE", 2)
        serving = Serving(tmp_path)
        begun, may_end = threading.Event(), threading.Event()

        def endless(params: Any, machine: Any) -> dict[str, Any]:
            begun.set()
            may_end.wait(60)
            return {"Lexicons": []}

        monkeypatch.setitem(polly.OPERATIONS, "ListLexicons", endless)
        asking = threading.Thread(target=lambda: serving.ask("GET", "/v1/lexicons"))
        asking.start()
        begun.wait(30)
        serving.server.stop()
        may_end.set()
        asking.join(30)
        assert [line for line in serving.said if line.startswith("ending")] == [
            "ending when what is being answered has been, in 2 s at most; ended again, it does not wait"
        ]
        assert [name for name in shown if name.startswith("uvicorn")] == []

    def test_a_port_that_is_taken(self, served: Serving, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="cannot listen at"):
            Server(tmp_path, port=served.server.port, note=print, warn=print)


class TestTogether:
    def test_two_servers_on_one_state_that_write_at_once_lose_nothing(self, tmp_path: Path) -> None:
        servers = [Serving(tmp_path), Serving(tmp_path)]

        def write(serving: Serving, name: str) -> None:
            s3, faces = serving.client("s3"), serving.client("rekognition")
            for number in range(15):
                s3.put_object(Bucket="awsml-local", Key=f"{name}/{number:02}", Body=name.encode())
                faces.create_collection(CollectionId=f"{name}-{number:02}")

        with ThreadPoolExecutor(6) as threads:
            writing = [
                threads.submit(write, serving, f"{which}{thread}")
                for which, serving in enumerate(servers)
                for thread in range(3)
            ]
        assert [one.exception() for one in writing] == [None] * 6
        listed = servers[0].client("s3").list_objects_v2(Bucket="awsml-local")["Contents"]
        pages = servers[1].client("rekognition").get_paginator("list_collections").paginate()
        collections = [name for page in pages for name in page["CollectionIds"]]
        for serving in servers:
            serving.server.stop()
        assert (len(listed), len(collections)) == (90, 90)


class TestAwsml:
    @pytest.fixture
    def over_http(self, awsml: Program, served: Serving) -> Callable[..., Any]:
        return lambda *words: awsml(*words, "--endpoint-url", served.url)

    def test_the_same_words_come_by_endpoint_url(self, awsml: Program, over_http: Callable[..., Any]) -> None:
        words = ("comprehend", "sentiment", "What a lovely day", "-f", "json")
        here, there = awsml(*words, "--local"), over_http(*words)
        assert (there.exit_code, there.stdout) == (0, here.stdout)

    @pytest.mark.usefixtures("clock")
    def test_a_stream(self, awsml: Program, over_http: Callable[..., Any], first_sentence: Path) -> None:
        words = ("transcribe", "--stream", first_sentence, "--language", "en-US")
        here, there = awsml(*words, "--local"), over_http(*words)
        assert (there.exit_code, there.stdout) == (0, here.stdout)
        assert there.text.startswith("And Mr. John Dashwood")

    def test_a_recording(self, awsml: Program, over_http: Callable[..., Any], hello: Path) -> None:
        words = ("transcribe", hello, "--language", "en-US")
        here, there = awsml(*words, "--local"), over_http(*words, "--bucket", "awsml-local")
        assert (there.exit_code, there.stdout) == (0, here.stdout)

    def test_jobs_that_there_cannot_be_are_no_warning(self, over_http: Callable[..., Any]) -> None:
        for words in (("jobs",), ("running",)):
            run = over_http(*words, "-f", "json")
            assert (run.exit_code, run.stderr, isinstance(json.loads(run.text), list)) == (0, "", True)

    def test_what_no_engine_can_do(self, over_http: Callable[..., Any]) -> None:
        run = over_http("comprehend", "targeted", "It was fine.", "--language", "en")
        assert (run.exit_code, "no engine on this machine" in run.stderr) == (4, True)


def test_signing_names_and_hosts() -> None:
    assert [routing.bucket_in_host(host) for host in ("localhost:1", "s3.localhost", "b.localhost", "a.b.s3.localhost")] == [
        None, None, "b", "a.b",
    ]  # fmt: skip
