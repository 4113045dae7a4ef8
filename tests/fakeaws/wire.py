"""AWS's wire formats, read and written from the server's side.

The only module that touches moto's internals, so that a new moto breaks one file; `test_fakeaws.py` pins the names it uses.
"""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.awsrequest import AWSPreparedRequest
from moto import mock_aws
from moto.backends import get_backend
from moto.core.base_backend import BackendDict
from moto.core.models import DEFAULT_ACCOUNT_ID, botocore_stubber
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, normalize_request
from moto.core.routing import get_service_router
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.exceptions import NotFound
from werkzeug.test import run_wsgi_app

ACCOUNT = DEFAULT_ACCOUNT_ID
REGION = "us-east-1"
# where the name in a signature's scope is not the service's
SIGNING_NAMES = {"monitoring": "cloudwatch"}
REQUEST_ID = "7a62c49f-347e-4fc4-9331-6e8eEXAMPLE"

__all__ = [
    "ACCOUNT",
    "REGION",
    "DomainDispatcherApplication",
    "MotoRequestHandler",
    "Reply",
    "Request",
    "botocore_stubber",
]


@dataclass
class Reply:
    """An HTTP answer: what both front ends send."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut_at: int | None = None  # the line breaks after so many bytes of the body


class ErrorAnswer(Exception):
    """An error in the form that moto's serializers take: attributes are the members."""

    def __init__(self, code: str, message: str, members: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        for name, value in members.items():
            setattr(self, name, value)


@functools.cache
def service_model(service: str) -> Any:
    """Give botocore's model of SERVICE (as moto subclasses it), read once."""
    return get_service_model(service)


@functools.cache
def operation_model(service: str, operation: str) -> Any:
    """Give the model of OPERATION."""
    return service_model(service).operation_model(operation)


def normalized(request: AWSPreparedRequest | Request) -> Request:
    """Turn what a front end received into one kind of request."""
    return normalize_request(request)


def request_at(request: Request, path: str) -> Request:
    """Copy REQUEST as if it had been sent to PATH (the prefix of the HTTP front end taken off)."""
    query = request.query_string.decode()
    url = f"{request.scheme}://{request.host}{path}" + (f"?{query}" if query else "")
    return Request.from_primitives(request.method, url, request.headers, request.get_data())


def route(service: str, request: Request) -> tuple[str, dict[str, Any]] | None:
    """Name the operation that REQUEST asks of SERVICE, and its labels in the address."""
    try:
        operation, labels = get_service_router(service).match(request)
    except (NotFound, NotImplementedError):
        return None
    return str(operation.name), labels


def parse(service: str, operation: str, request: Request, labels: Mapping[str, Any]) -> dict[str, Any]:
    """Read the parameters of OPERATION out of REQUEST, as botocore's caller gave them."""
    model = operation_model(service, operation)
    parser = PROTOCOL_PARSERS[service_model(service).resolved_protocol](model)
    parsed = parser.parse(
        {
            "method": request.method,
            "values": request.values,
            "headers": request.headers,
            "body": request.get_data(),
            "url_params": dict(labels),
            "url_path": request.path,
        }
    )
    if parsed.get("ContentEncoding") == "aws-chunked":
        parsed["Body"] = _without_chunks(parsed.get("Body", b""))
    return _without_absent_lists(model.input_shape, parsed)


def serialize(service: str, operation: str, answer: Mapping[str, Any] | list[Any]) -> Reply:
    """Write ANSWER as the service would."""
    model = operation_model(service, operation)
    reply = _reply(service, operation, _serializer(service, model).serialize(answer))
    members = model.output_shape.members if model.output_shape is not None and isinstance(answer, Mapping) else {}
    for name, shape in members.items():
        if shape.serialization.get("name") == "Content-Type" and name in answer:  # moto writes its own over it
            reply.headers["Content-Type"] = str(answer[name])
    return reply


def serialize_error(service: str, operation: str, error: ErrorAnswer, *, status: int | None) -> Reply:
    """Write an error as the service would; its status is the model's unless STATUS says otherwise."""
    import warnings

    model = operation_model(service, operation)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # moto warns of codes that the model does not list; AWS has many
        reply = _reply(service, operation, _serializer(service, model).serialize(error))
    if status is not None:
        reply.status = status
    return reply


def moto_answer(request: Request) -> Reply | None:
    """Let moto answer, in process."""
    try:
        answer = botocore_stubber.process_request(request)
    except NotImplementedError as lacking:
        return _lacking(request, lacking)
    if answer is None:
        return None
    status, headers, body = answer
    if isinstance(body, str):
        body = body.encode()
    return Reply(int(status), bytes(body), {str(name): str(value) for name, value in dict(headers).items()})


def moto_answer_over_http(application: Any, request: Request) -> Reply:
    """Let moto's server answer."""
    try:
        body, status, headers = run_wsgi_app(application, request.environ, buffered=True)
    except NotImplementedError as lacking:
        return _lacking(request, lacking)
    return Reply(int(status.split()[0]), b"".join(body), dict(headers))


def _lacking(request: Request, lacking: NotImplementedError) -> Reply:
    """What moto does not know, as an answer of AWS's; else it would look like a bug of the program's."""
    if "json" in request.headers.get("Content-Type", ""):
        return Reply(501, b'{"__type": "NotImplemented"}')
    text = f"<ErrorResponse><Error><Code>NotImplemented</Code><Message>{lacking}</Message></Error></ErrorResponse>"
    return Reply(501, text.encode())


def moto_application() -> DomainDispatcherApplication:
    """Give moto's own server as a WSGI application."""
    return DomainDispatcherApplication(create_backend_app)


def start_moto() -> Any:
    """Start moto's in-process mock, with the keys of the environment left alone."""
    mock = mock_aws(config={"core": {"mock_credentials": False}})
    mock.start()
    return mock


def reset_moto() -> None:
    """Forget all that moto holds."""
    BackendDict.reset()


class Store:
    """S3 as moto holds it, for the fake's own use: nothing here is recorded as a call."""

    @property
    def _backend(self) -> Any:
        return get_backend("s3")[ACCOUNT]["aws"]

    def make(self, bucket: str, region: str) -> None:
        """Make BUCKET."""
        self._backend.create_bucket(bucket, region)

    def buckets(self) -> dict[str, str]:
        """Map each bucket to its region."""
        return {name: str(bucket.region_name) for name, bucket in self._backend.buckets.items()}

    def put(self, bucket: str, key: str, data: bytes) -> None:
        """Store DATA."""
        self._backend.put_object(bucket, key, data)

    def get(self, bucket: str, key: str) -> bytes | None:
        """Give an object's bytes, or None."""
        if bucket not in self._backend.buckets:
            return None
        found = self._backend.get_object(bucket, key)
        return None if found is None else bytes(found.value)

    def objects(self, bucket: str) -> dict[str, bytes]:
        """Map the keys of BUCKET to their bytes."""
        keys = self._backend.buckets[bucket].keys
        return {str(name): bytes(keys[name].value) for name in keys}

    def policy(self, bucket: str) -> str:
        """Give the policy of BUCKET, or nothing."""
        held = self._backend.buckets[bucket].policy or b""
        return held.decode() if isinstance(held, bytes) else str(held)

    def uploads(self, bucket: str) -> list[str]:
        """List the keys of multipart uploads neither completed nor aborted."""
        return [str(upload.key_name) for upload in self._backend.buckets[bucket].multiparts.values()]


class Logs:
    """CloudWatch's logs as moto holds them, written to as a machine of AWS's would."""

    def put(self, group: str, stream: str, events: list[tuple[int, str]], region: str) -> None:
        """Write EVENTS, each a time in milliseconds and a line."""
        backend = get_backend("logs")[ACCOUNT][region]
        if group not in backend.groups:
            backend.create_log_group(group, {})
        if stream not in backend.groups[group].streams:
            backend.create_log_stream(group, stream)
        backend.put_log_events(group, stream, [{"timestamp": at, "message": text} for at, text in events])

    def groups(self, region: str = REGION) -> list[str]:
        """Name the groups that there are."""
        return list(get_backend("logs")[ACCOUNT][region].groups)


class RawStream(io.BytesIO):
    """A body as urllib3 gives it; breaks off where the line did."""

    def stream(self, amt: int = 65536, **_: Any) -> Iterator[bytes]:
        """Give the body piece by piece."""
        while piece := self.read(amt):
            yield piece

    def release_conn(self) -> None:
        """Do nothing: there is no connection."""


def signed_for(request: Request) -> tuple[str, str]:
    """Read the service and region out of the signature's scope, or ("", "") if unsigned."""
    text = request.headers.get("Authorization", "") or request.values.get("X-Amz-Credential", "")
    scope = re.search(r"/\d{8}/([^/]+)/([^/]+)/aws4_request", text)
    return (scope[2], scope[1]) if scope else ("", "")


def _serializer(service: str, model: Any) -> Any:
    return get_serializer_class(service, service_model(service).resolved_protocol)(model)


def _reply(service: str, operation: str, response: Mapping[str, Any]) -> Reply:
    body = response["body"]
    headers = {str(name): str(value) for name, value in response["headers"].items()}
    headers.setdefault("x-amzn-RequestId", REQUEST_ID)
    if service_model(service).resolved_protocol == "json" and "eventstream" not in headers.get("Content-Type", ""):
        headers["Content-Type"] = f"application/x-amz-json-{service_model(service).metadata.get('jsonVersion', '1.1')}"
    return Reply(int(response["status_code"]), body.encode() if isinstance(body, str) else bytes(body), headers)


def _without_chunks(body: bytes) -> bytes:
    """Take the chunks' sizes and the trailing checksum out of a body that is sent as `aws-chunked`."""
    data = b""
    while body:
        size, _, rest = body.partition(b"\r\n")
        length = int(size.split(b";")[0], 16)
        if length == 0:
            break
        data, body = data + rest[:length], rest[length + 2 :]
    return data


def _without_absent_lists(shape: Any, parsed: dict[str, Any]) -> dict[str, Any]:
    """Drop what moto's parser invents: an empty list for a list that the query string does not have."""
    if shape is None:
        return parsed
    return {
        name: value
        for name, value in parsed.items()
        if not (value in ([], None) and shape.members[name].serialization.get("location") == "querystring")
    }
