"""The front end for programs that run in the test's own process.

One `before-send` handler in every botocore session: the request has been built, signed and is retried and parsed by botocore
itself; only the wire is ours. moto's own handler is taken out and asked by ours, since botocore runs all handlers even when one has answered.
"""

from __future__ import annotations

import functools
from typing import Any
from urllib.parse import urlsplit

import botocore.handlers
import botocore.httpsession
import botocore.session
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError, ReadTimeoutError

from fakeaws import wire
from fakeaws.core import FakeAws, LineFault
from fakeaws.faults import Hang, Refused
from fakeaws.names import service_named

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class FrontEnd:
    """What stands in each session's `before-send`: hands every request to the fake of the running test."""

    def __init__(self) -> None:
        self.aws: FakeAws | None = None

    def __call__(self, event_name: str, request: AWSPreparedRequest, **more: Any) -> AWSResponse | None:
        if self.aws is None or _host(request.url) in LOOPBACK:
            return None
        _, service_id, operation = event_name.split(".", 2)
        return self._answer(self.aws, request, service_named(service_id), operation)

    def fetch(self, request: AWSPreparedRequest) -> AWSResponse | None:
        """Answer a request that is no operation: a result's link, a file of the test's."""
        reply = self.aws.fetch(wire.normalized(request)) if self.aws else None
        return None if reply is None else response(request, reply)

    def _answer(self, aws: FakeAws, request: AWSPreparedRequest, service: str, operation: str) -> AWSResponse | None:
        reply = aws.handle(service, wire.normalized(request), operation)
        if reply is None:
            return None
        if isinstance(reply, wire.Reply):
            return response(request, reply)
        raise _exception(reply, request.url)


front_end = FrontEnd()


def install() -> None:
    """Put the front end into every session made from now on, once for the whole run; sessions share one loader of models."""
    handlers = botocore.handlers.BUILTIN_HANDLERS
    handlers[:] = [entry for entry in handlers if entry[1] is not wire.botocore_stubber]
    handlers.append(("before-send", front_end))
    make_loader = functools.cache(botocore.session.create_loader)

    def shared_loader(path: str | None = None) -> Any:
        loader = make_loader(path)
        loader._search_paths = list(dict.fromkeys(loader.search_paths))  # boto3 adds its own folder each time
        return loader

    botocore.session.create_loader = shared_loader


def guard_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail the test at the first request that no fake has answered and that is not for this machine.

    `pytest.fail` raises a BaseException, so botocore neither swallows nor retries it.
    """
    really_send = botocore.httpsession.URLLib3Session.send

    def send(session: Any, request: AWSPreparedRequest) -> Any:
        if _host(request.url) in LOOPBACK:
            return really_send(session, request)
        answered = front_end.fetch(request)
        if answered is not None:
            return answered
        pytest.fail(f"a test tried to reach {request.method} {request.url.split('?')[0]}")

    monkeypatch.setattr(botocore.httpsession.URLLib3Session, "send", send)


def response(request: AWSPreparedRequest, reply: wire.Reply) -> AWSResponse:
    """Give REPLY as botocore's HTTP layer would."""
    headers = dict(reply.headers)
    if not any(name.lower() == "content-length" for name in headers):
        headers["Content-Length"] = str(len(reply.body))
    return AWSResponse(request.url, reply.status, headers, wire.RawStream(reply.body[: reply.cut_at]))


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _exception(fault: LineFault, url: str) -> Exception:
    error: Exception = ConnectionClosedError(endpoint_url=url)
    if isinstance(fault, Refused):
        error = EndpointConnectionError(endpoint_url=url, error="connection refused")
    if isinstance(fault, Hang):
        error = ReadTimeoutError(endpoint_url=url)
    return error
