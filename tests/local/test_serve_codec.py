"""Every operation of the services that are served, as botocore writes it, read by us, and as we answer it, read by botocore."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import botocore.parsers
import botocore.serialize
import pytest
from botocore.compat import HTTPHeaders
from fakeaws import synth
from test_fakeaws_sweep import comparable

from awsml_cli.local import performing
from awsml_cli.local.serve import models, reading, routing, writing
from awsml_cli.local.serve.http import Request

CBOR = ("comprehend", "textract", "transcribe", "translate")
# what a model says and its wire cannot: two operations at one address, two members in one place, names that HTTP folds
LEFT_OUT = {
    "CopyObject", "CreateMultipartUpload", "GetBucketLocation", "GetBucketLifecycle", "GetBucketNotification", "ListDirectoryBuckets",
    "PutBucketLifecycle", "PutBucketNotification", "PutObject", "WriteGetObjectResponse",
}  # fmt: skip


def operations(service: str) -> Iterator[Any]:
    for name in models.service(service).operation_names:
        model = models.operation(service, name)
        if not (model.has_event_stream_input or model.has_event_stream_output or name in LEFT_OUT):
            yield model


def sent(model: Any, params: dict[str, Any], form: str) -> Request:
    """The request that botocore makes."""
    made = botocore.serialize.create_serializer(form, False).serialize_to_request(params, model)
    path, _, fixed = made["url_path"].partition("?")
    asked = (
        made["query_string"] if isinstance(made["query_string"], str) else urlencode(made["query_string"], doseq=True)
    )
    body = made["body"].encode() if isinstance(made["body"], str) else made["body"]
    headers = {name.lower(): str(value) for name, value in made["headers"].items()}
    scope = f"20261122/us-east-1/{model.service_model.signing_name}/aws4_request"
    headers["authorization"] = f"AWS4-HMAC-SHA256 Credential=local/{scope}"
    return Request(made["method"], path, "&".join(part for part in (fixed, asked) if part), headers, io.BytesIO(body))


def forms(service: str) -> Iterator[str]:
    yield str(models.service(service).resolved_protocol)
    if service in CBOR:
        yield models.CBOR


def read(value: Any) -> Any:
    return value.read() if hasattr(value, "read") else value


@pytest.mark.parametrize("service", performing.SERVICES)
def test_requests_are_read_as_they_were_meant(service: str) -> None:
    for form in forms(service):
        for model in operations(service):
            for optional in (True, False):
                shape = model.input_shape
                params = {} if shape is None else synth.value_for(shape, optional=optional)
                request = sent(model, params, form)
                route = routing.route(request)
                assert (route.service, route.operation, route.cbor) == (service, model.name, form == models.CBOR)
                found = {
                    name: read(value)
                    for name, value in reading.parameters(request, model, route.labels, cbor_body=route.cbor).items()
                }
                empty = {name: value for name, value in found.items() if value != b"" or name in params}
                assert comparable(shape, empty) == comparable(shape, params), model.name


@pytest.mark.parametrize("service", performing.SERVICES)
def test_answers_are_read_by_botocore_as_they_were_given(service: str) -> None:
    for form in forms(service):
        parser = botocore.parsers.create_parser(form)
        for model in operations(service):
            shape = model.output_shape
            told = {} if shape is None else synth.value_for(shape)
            reply = writing.answer(model, told, cbor_body=form == models.CBOR)
            headers = HTTPHeaders.from_dict(reply.headers)
            found = parser.parse(
                {"body": reply.body, "headers": headers, "status_code": reply.status, "context": {}}, shape
            )
            found.pop("ResponseMetadata")
            assert comparable(shape, found) == comparable(shape, told), model.name
