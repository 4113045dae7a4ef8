from __future__ import annotations

import io

import pytest
from botocore.exceptions import ParamValidationError

from awsml_cli.core.errors import AwsmlError, ConfigError
from awsml_cli.local import performing
from awsml_cli.local.operations import translate


def test_a_call_needs_no_credentials_and_its_answer_names_the_engine(client, notes):
    polly = client("polly")

    answer = polly.synthesize_speech(Text="Hello.", VoiceId="Joanna", OutputFormat="pcm")

    assert polly._request_signer._credentials is None
    assert answer["ResponseMetadata"]["HTTPHeaders"]["x-awsml-engine"].startswith("espeak-ng ")
    assert answer["ResponseMetadata"]["HTTPHeaders"]["x-awsml-quality"] == "fair"
    assert notes == ["answered on this machine by espeak-ng 0.2.4 (fair)"]


def test_botocore_still_checks_the_parameters(client):
    with pytest.raises(ParamValidationError):
        client("translate").translate_text(Text="x")


def test_a_refusal_is_the_service_s_own_exception(client):
    s3 = client("s3")

    with pytest.raises(s3.exceptions.NoSuchKey) as refused:
        s3.get_object(Bucket="awsml-local", Key="nothing")

    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


@pytest.mark.parametrize(
    ("service", "method", "params"),
    [
        ("comprehend", "detect_targeted_sentiment", {"Text": "fine", "LanguageCode": "en"}),
        ("translate", "list_parallel_data", {}),
        ("sts", "get_caller_identity", {}),
    ],
)
def test_what_nothing_here_can_do_is_a_matter_of_configuration(client, service, method, params):
    with pytest.raises(ConfigError, match="no engine on this machine can do") as refused:
        getattr(client(service), method)(**params)

    assert (refused.value.exit_code, bool(refused.value.hint)) == (3, True)


@pytest.mark.parametrize("answer", [{"TranslatedText": "x"}, {"Sentiment": "GOOD"}])
def test_our_own_answers_are_checked_against_the_model(client, monkeypatch, answer):
    monkeypatch.setitem(translate.OPERATIONS, "TranslateText", lambda params, machine: dict(answer))

    with pytest.raises((ParamValidationError, AwsmlError)):
        client("translate").translate_text(Text="x", SourceLanguageCode="en", TargetLanguageCode="es")


def test_paginators_turn_pages(client):
    s3 = client("s3")
    for number in range(5):
        s3.put_object(Bucket="awsml-local", Key=f"k{number}", Body=b"x")

    pages = s3.get_paginator("list_objects_v2").paginate(Bucket="awsml-local", PaginationConfig={"PageSize": 2})

    assert [[found["Key"] for found in page["Contents"]] for page in pages] == [["k0", "k1"], ["k2", "k3"], ["k4"]]


def test_every_service_has_its_module():
    assert all(performing.operations(service) for service in performing.SERVICES)


def test_a_file_is_read_in_chunks(client):
    class Watched(io.BytesIO):
        largest = 0

        def read(self, size: int | None = -1, /) -> bytes:
            self.largest = max(self.largest, len(self.getvalue()) if size in (None, -1) else size or 0)
            return super().read(size)

    body = Watched(b"x" * 5_000_000)
    client("s3").put_object(Bucket="awsml-local", Key="big", Body=body)

    assert client("s3").head_object(Bucket="awsml-local", Key="big")["ContentLength"] == 5_000_000
    assert body.largest <= 1 << 20
