"""From a request to its answer: who is asked, what with, what is done here, and how AWS would say it."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from awsml_cli import __version__
from awsml_cli.core import clock
from awsml_cli.core.errors import AwsmlError, ConfigError, InputError, ServiceError
from awsml_cli.local import performing
from awsml_cli.local.operations import Machine, Refused
from awsml_cli.local.serve import beyond, models, page, reading, routing, writing
from awsml_cli.local.serve.http import Reply, Request
from awsml_cli.local.serve.routing import Route
from awsml_cli.local.store import Store

REGION: Final = "us-east-1"  # of those who do not say
# how a service calls a request against its model; all others say ValidationException
_REFUSALS: Final = {"transcribe": "BadRequestException", "s3": "InvalidRequest"}
NOT_HERE: Final = "NotImplemented"  # the code for what no engine on this machine can do; SDKs do not ask again at 501


Near = Callable[[], bool]


@dataclass(frozen=True)
class Ears:
    """Who hears what: a line for each request, and what the user has to know."""

    note: Callable[[str], None]
    warn: Callable[[str], None]


class Answering:
    """AWS on this machine, with the state below HOME."""

    def __init__(self, home: Path, ears: Ears) -> None:
        self.home = home
        self.store = Store(home)
        self._ears = ears

    def answer(self, request: Request, host: str, near: Near) -> Reply:
        """What REQUEST, which was sent to HOST, is answered; NEAR says whether our own user asks. Never raises."""
        begun = clock.monotonic()
        if not _is_of_aws(request):
            return self._plain(request)
        request = _with_bucket(request, host)
        asked = routing.route(request, also=beyond.SERVICES)
        reply = self._answered(asked, request, host, near)
        took = (clock.monotonic() - begun) * 1000
        what = f"{asked.service or 'unknown'} {asked.operation or request.path}"
        self._ears.note(f"{request.method} {what}: {reply.status} in {took:.0f} ms")
        return reply

    def _plain(self, request: Request) -> Reply:
        """What is not AWS's: the page, and whether we are well."""
        if request.path == "/health":
            told = {"status": "ok", "version": __version__, "services": [*performing.SERVICES, *beyond.SERVICES]}
            return Reply(200, json.dumps(told).encode(), {"Content-Type": "application/json"})
        return page.shown(self.store)

    def _answered(self, asked: Route, request: Request, host: str, near: Near) -> Reply:
        operation = _operation(asked)
        form = models.form(operation, cbor=asked.cbor) if operation is not None else _form(asked, request)
        warnings: list[str] = []

        def refused(code: str, message: str, status: int, **members: Any) -> Reply:
            return writing.error(operation, code, message, status=status, form=form, members=members)

        try:
            if asked.service in beyond.SERVICES:
                return beyond.answer(asked.service, request, routing.signed(request)[1] or REGION)
            if operation is None or asked.operation not in performing.operations(asked.service):
                known = "`awsml local engines` says what there is"
                raise ConfigError(f"no engine on this machine can do {_called(asked, request)}", hint=known)
            reply = self._performed(asked, operation, request, warnings, host=host, near=near)
        except Refused as refusal:
            reply = refused(refusal.code, refusal.message, refusal.status, **refusal.members)
        except reading.Unreadable as problem:
            reply = refused("MalformedXML" if form == "rest-xml" else "SerializationException", str(problem), 400)
        except AwsmlError as error:
            reply = refused(*_as_refusal(error, asked))
        except Exception as bug:  # noqa: BLE001 - whatever goes wrong with one request, the others are answered
            self._ears.warn(f"{asked.service} {asked.operation}: {type(bug).__name__}: {bug}")
            self._ears.note("".join(traceback.format_exception(bug)))
            reply = refused("InternalFailure", f"this is a bug in awsml: {type(bug).__name__}", 500)
        for number, warning in enumerate(warnings):
            reply.headers[f"x-awsml-warning-{number}" if number else "x-awsml-warning"] = _on_one_line(warning)
        return reply

    def _performed(
        self, asked: Route, operation: Any, request: Request, warnings: list[str], *, host: str, near: Near
    ) -> Reply:
        params = reading.parameters(request, operation, asked.labels, cbor_body=asked.cbor)
        _check(operation, params)

        def warn(text: str) -> None:
            warnings.append(text)
            self._ears.warn(text)

        region = routing.signed(request)[1] or REGION
        machine = Machine(
            self.store, self.home, region, self._ears.note, warn,
            address=f"http://{host}", near=near, log=partial(beyond.log, region),
        )  # fmt: skip
        done = performing.perform(operation, params, machine)
        reply = writing.answer(operation, done.answer, cbor_body=asked.cbor)
        reply.headers |= {name: _on_one_line(value) for name, value in done.headers.items()}
        if "ContentRange" in done.answer:
            reply.status = 206
        return reply


def _operation(asked: Route) -> Any | None:
    """botocore's model of what was asked for, if it knows it."""
    if asked.service and asked.operation in models.service(asked.service).operation_names:
        return models.operation(asked.service, asked.operation)
    return None


def _is_of_aws(request: Request) -> bool:
    """Whether AWS is asked; a browser that opens `/`, and whoever looks whether we are well, is not signed."""
    if request.method not in ("GET", "HEAD") or request.path not in ("/", "/health"):
        return True
    if request.path == "/" and "text/html" not in request.headers.get("accept", ""):
        return True
    return bool(routing.signed(request)[0])


def _with_bucket(request: Request, host: str) -> Request:
    """REQUEST with the bucket in its path, where it stands in the host's name."""
    bucket = routing.bucket_in_host(host)
    if bucket is None:
        return request
    return Request(request.method, f"/{bucket}{request.path}", request.query, request.headers, request.body)


def _check(operation: Any, params: Any) -> None:
    """Raise Refused for what the model forbids: a member that is missing, of another kind, or too short."""
    from botocore.validate import ParamValidator

    shape = operation.input_shape
    if shape is None:
        return
    payload = shape.serialization.get("payload")
    streams = payload is not None and shape.members[payload].serialization.get("streaming")
    told = {name: value for name, value in params.items() if not (streams and name == payload)}
    report = ParamValidator().validate(told, shape)
    if report.has_errors():
        service = operation.service_model.service_name
        raise Refused(_REFUSALS.get(service, "ValidationException"), report.generate_report())


def _as_refusal(error: AwsmlError, asked: Route) -> tuple[str, str, int]:
    message = f"{error.message} ({error.hint})" if error.hint else error.message
    if isinstance(error, ConfigError):
        return NOT_HERE, message, 501
    if isinstance(error, InputError):
        return _REFUSALS.get(asked.service, "ValidationException"), message, 400
    return (error.code if isinstance(error, ServiceError) and error.code else "InvalidRequestException"), message, 400


def _form(asked: Route, request: Request) -> str:
    """How a refusal is written where no operation says it."""
    if asked.cbor:
        return models.CBOR
    if asked.service:
        return str(models.service(asked.service).resolved_protocol)
    if "x-amz-target" in request.headers:
        return "json"
    return "query" if "x-www-form-urlencoded" in request.headers.get("content-type", "") else "rest-json"


def _called(asked: Route, request: Request) -> str:
    name = asked.service or routing.signed(request)[0]
    return " ".join(part for part in (name, asked.operation) if part) or f"{request.method} {request.path}"


def _on_one_line(text: str) -> str:
    return " ".join(str(text).split()).encode("ascii", "replace").decode()
