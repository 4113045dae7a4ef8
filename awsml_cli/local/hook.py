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
from pathlib import Path
from typing import Any

from awsml_cli.local import performing
from awsml_cli.local.operations import Machine, Refused
from awsml_cli.local.store import Store

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
    tell, alarm = _once(note), _once(warn or note)
    session = partial(_machine, machines, lambda region: Machine(Store(home), home, region, tell, alarm))
    events = botocore_session.get_component("event_emitter")
    events.register_first("provide-client-params.*.*", _keep)
    events.register_first("before-call.*.*", partial(_answer, session))
    # without this, signers of addresses and sessions would look for credentials all over the machine
    botocore_session.get_component("credential_provider").providers[:] = []


def _once(tell: Callable[[str], None]) -> Callable[[str], None]:
    """TELL, but each thing once: a hundred pictures have the same engine and the same lack."""
    told: set[str] = set()

    def tell_once(text: str) -> None:
        if text not in told:
            told.add(text)
            tell(text)

    return tell_once


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
    machine = session(context.get("client_region") or "us-east-1")
    try:
        done = performing.perform(model, context.get(_PARAMS) or {}, machine)
    except Refused as refusal:
        return _refusal(refusal)
    metadata = _metadata(200, done.headers)
    return Http(200, metadata["HTTPHeaders"]), {**_streamed(done.answer, model), "ResponseMetadata": metadata}


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


def _streamed(answer: dict[str, Any], model: Any) -> dict[str, Any]:
    """ANSWER with its streaming member as botocore gives it: a StreamingBody."""
    from botocore.response import StreamingBody

    name = performing.stream_member(model)
    if name is None or name not in answer:
        return answer
    body = answer[name]
    if isinstance(body, bytes):
        return {**answer, name: StreamingBody(io.BytesIO(body), len(body))}
    stream, length = body
    return {**answer, name: StreamingBody(stream, length)}
