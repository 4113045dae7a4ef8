"""The seam: botocore asks before each call whether somebody answers it, and here this machine does.

Registered on a botocore session, so that every client, paginator and waiter of it is the same code as against AWS, but
needs no credentials and sends nothing. botocore checks the parameters before us and raises typed errors after us; we
check our answers against the service's model. What nothing here can do is an error, never an invented answer.
"""

from __future__ import annotations

import copy
import io
import uuid
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from awsml_cli.core.errors import AwsmlError, ConfigError
from awsml_cli.local.operations import Machine, Refused
from awsml_cli.local.store import Store

SERVICES = ("s3", "transcribe", "polly", "translate", "comprehend")
"""Services of which some operations are answered here; each has a module in `operations/`."""

_PARAMS = "awsml_local_params"


def attach(
    botocore_session: Any, *, home: Path, note: Callable[[str], None], warn: Callable[[str], None] | None = None
) -> None:
    """Answer all calls of BOTOCORE_SESSION's clients here.

    HOME is the folder of the state; NOTE gets a line that says which engine answered, once, and WARN what the user must
    know about an answer. A call that no engine can answer
    raises ConfigError.
    """
    machines: dict[str, Machine] = {}
    told: set[str] = set()

    def note_once(text: str) -> None:
        if text not in told:
            told.add(text)
            note(text)

    session = partial(_machine, machines, lambda region: Machine(Store(home), home, region, note_once, warn or note))
    events = botocore_session.get_component("event_emitter")
    events.register_first("provide-client-params.*.*", _keep)
    events.register_first("before-call.*.*", partial(_answer, session))
    # without this, signers of addresses and sessions would look for credentials all over the machine
    botocore_session.get_component("credential_provider").providers[:] = []


class Http:
    """As much of an HTTP answer as botocore looks at."""

    def __init__(self, status: int, headers: dict[str, str]) -> None:
        self.status_code = status
        self.headers = headers
        self.content = b""
        self.raw = None  # botocore's own S3 handlers would parse it


def _machine(machines: dict[str, Machine], make: Callable[[str], Machine], region: str) -> Machine:
    if region not in machines:
        machines[region] = make(region)
    return machines[region]


def _keep(params: Any, context: dict[str, Any], **_: Any) -> None:
    """Keep the caller's own parameters; botocore turns them into a request next."""
    context[_PARAMS] = copy.copy(params)


def _answer(
    session: Callable[[str], Machine], model: Any, context: dict[str, Any], **_: Any
) -> tuple[Http, dict[str, Any]]:
    service, operation = model.service_model.service_name, model.name
    function = _function(service, operation)
    machine = session(context.get("client_region") or "us-east-1")
    try:
        answer = function(context.get(_PARAMS) or {}, machine)
    except Refused as refusal:
        return _refusal(refusal)
    extra = answer.pop("ResponseMetadata", {}).get("HTTPHeaders", {})
    _check(answer, model)
    metadata = _metadata(200, extra)
    return Http(200, metadata["HTTPHeaders"]), {**_streamed(answer, model), "ResponseMetadata": metadata}


def _function(service: str, operation: str) -> Callable[[Any, Machine], dict[str, Any]]:
    if service in SERVICES:
        module = import_module(f"awsml_cli.local.operations.{service}")
        if operation in module.OPERATIONS:
            found: Callable[[Any, Machine], dict[str, Any]] = module.OPERATIONS[operation]
            return found
    raise ConfigError(
        f"no engine on this machine can do {service} {operation}",
        hint="run it without --local; `awsml local engines` says what there is",
    )


def _refusal(refusal: Refused) -> tuple[Http, dict[str, Any]]:
    metadata = _metadata(refusal.status, {})
    error = {"Code": refusal.code, "Message": refusal.message}
    return Http(refusal.status, metadata["HTTPHeaders"]), {
        "Error": error,
        "ResponseMetadata": metadata,
        **refusal.members,
    }


def _metadata(status: int, headers: dict[str, str]) -> dict[str, Any]:
    request = str(uuid.uuid4())
    return {
        "RequestId": request,
        "HTTPStatusCode": status,
        "HTTPHeaders": {"x-amzn-requestid": request, **headers},
        "RetryAttempts": 0,
    }


def _check(answer: dict[str, Any], model: Any) -> None:
    """Check ANSWER against the service's model. A mistake here is ours, so it is not an expected error."""
    from botocore.validate import validate_parameters

    shape = model.output_shape
    if shape is None:
        if answer:
            raise AwsmlError(f"{model.name} has no answer, and we gave one: {sorted(answer)}")
        return
    stray = sorted(set(answer) - set(shape.members))
    if stray:
        raise AwsmlError(f"the answer of {model.name} has members that AWS's has not: {', '.join(stray)}")
    payload = _stream_member(model)
    told = {name: value for name, value in answer.items() if name != payload and value is not None}
    validate_parameters(told, shape)


def _streamed(answer: dict[str, Any], model: Any) -> dict[str, Any]:
    """ANSWER with its streaming member as botocore gives it: a StreamingBody."""
    from botocore.response import StreamingBody

    name = _stream_member(model)
    if name is None or name not in answer:
        return answer
    body = answer[name]
    if isinstance(body, bytes):
        return {**answer, name: StreamingBody(io.BytesIO(body), len(body))}
    stream, length = body
    return {**answer, name: StreamingBody(stream, length)}


def _stream_member(model: Any) -> str | None:
    return str(model.output_shape.serialization["payload"]) if model.has_streaming_output else None
