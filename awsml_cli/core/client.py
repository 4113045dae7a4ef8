"""A client that answers whole or fails in our words: around every client of boto3's.

* after botocore's own retries comes our patience with throttling;
* a 200 answer that is cut short, or is not JSON, is the error that it is (botocore answers `{}`);
* only the errors of `core/errors.py` come out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Protocol

from awsml_cli.core import clock, lifecycle, prices, refusals, wanted
from awsml_cli.core.errors import AwsmlError, JobFailed, ServiceError
from awsml_cli.core.talk import Talk

PATIENCE = 600.0  # seconds that a throttled call is tried again before it fails
TRIES = 3  # times that an answer cut short is asked for
# what would be done twice if it were sent twice, since its requests have no token
ONCE = frozenset({"StartDocumentInsights"})
UNREACHED = frozenset({"EndpointConnectionError", "ConnectTimeoutError", "ProxyConnectionError"})


class Caller(Protocol):
    """What a client needs to know of the session that it belongs to."""

    talk: Talk

    @property
    def local(self) -> bool:
        """Whether this machine answers instead of AWS."""


class Client:
    """A boto3 client whose errors are ours, and which waits when AWS asks it to.

    Operations are called as boto3 spells them: `session.client("translate").translate_text(Text=…)`.
    """

    def __init__(self, session: Caller, service: str, boto: Any) -> None:
        self.boto = boto
        self._session = session
        self._service = service
        self._operations: Mapping[str, str] = boto.meta.method_to_api_mapping

    def __getattr__(self, name: str) -> Callable[..., Any]:
        operation = self._operations.get(name) or {"upload_file": "PutObject", "upload_fileobj": "PutObject"}.get(name)
        if operation is None:
            raise AttributeError(name)
        return partial(self._call, getattr(self.boto, name), operation)

    def knows(self, method: str) -> bool:
        """Whether the installed boto3 has METHOD (new operations come with new releases)."""
        return method in self._operations and hasattr(self.boto, method)

    def read(self, method: str, member: str, **params: Any) -> tuple[dict[str, Any], bytes]:
        """Call METHOD and read its streaming MEMBER to the end, again where the stream broke off."""
        for attempt in range(1, TRIES + 1):
            answer = getattr(self, method)(**params)
            try:
                return answer, answer[member].read()
            except Exception as problem:
                error = refusals.translate(problem, service=self._service, operation=self._operations[method])
                if error is None:
                    raise
                if attempt == TRIES:
                    raise error from None
        raise AssertionError("unreachable")

    def wait(self, waiter: Any, **params: Any) -> None:
        """Wait as botocore's WAITER does. Raises JobFailed where what is waited for failed, or took too long."""
        from botocore.exceptions import WaiterError

        try:
            waiter.wait(**params)
        except WaiterError as problem:
            raise JobFailed(f"{waiter.name} did not come about: {problem.kwargs['reason']}") from None
        except Exception as problem:
            raise self._ours(problem, waiter.config.operation) from None

    def _call(self, method: Callable[..., Any], operation: str, *args: Any, **params: Any) -> Any:
        talk = self._session.talk
        if talk.heard:
            talk.debug(f"{self._service} {operation} {_masked(params)}")
        begun = clock.monotonic()
        waited, pause = 0.0, 1.0
        while True:
            try:
                answer = method(*args, **params)
                break
            except Exception as problem:
                error = self._ours(problem, operation, params)
                if not (isinstance(error, ServiceError) and refusals.is_throttle(error)) or waited >= PATIENCE:
                    raise error from None
                wanted.check()
                talk.progress(f"{self._service} is throttling; going on in {pause:.0f} s")
                clock.sleep(pause)
                waited, pause = waited + pause, min(pause * 2, 20.0)
        if talk.heard:
            charge = None if self._session.local else prices.charge(self._service, operation, params)
            cost = f", {charge}" if charge else ""
            talk.note(f"{self._service} {operation}: {clock.monotonic() - begun:.2f} s{cost}")
        return answer

    def _ours(self, problem: Exception, operation: str, params: Mapping[str, Any] | None = None) -> Exception:
        if isinstance(problem, AwsmlError):
            return problem
        for cause in (problem, problem.__cause__, problem.__context__):
            if isinstance(cause, Exception):
                error = refusals.translate(cause, service=self._service, operation=operation)
                if isinstance(error, ServiceError):
                    line = lifecycle.smelling(self._service, operation, error.code, params or {})
                    error.hint = "; ".join(part for part in (error.hint, line) if part) or None
                if error is not None:
                    return error
        if type(problem).__name__ == "ResponseParserError":  # of an XML service, where a proxy's page came instead
            return _unreadable(self._service, operation, "it is not the XML that AWS sends")
        if isinstance(problem, ValueError | AttributeError | TypeError) and _raised_in_parser(problem):
            return _unreadable(self._service, operation, f"{problem}")
        return problem


def notice_cut_answers(response: Any, attempts: int, operation: Any, **_: Any) -> float | None:
    """Ask again for an answer that says 200 and is not whole, up to three times, then fail.

    botocore parses half a JSON document, an HTML page and an empty body as `{}` and calls that success.
    """
    if response is None:
        return None
    http, _parsed = response
    fault = _fault(http, operation)
    if fault is None:
        return None
    if attempts < TRIES and operation.name not in ONCE:
        return 0.2 * attempts
    raise _unreadable(operation.service_model.service_name, operation.name, fault)


def send_once(operation: Any, caught_exception: Exception | None = None, **_: Any) -> None:
    """Keep botocore from sending again what would be done twice, where it may have arrived."""
    unreached = type(caught_exception).__name__ in UNREACHED
    if operation.name in ONCE and caught_exception is not None and not unreached:
        raise caught_exception


def _fault(http: Any, operation: Any) -> str | None:
    if http.status_code >= 300 or http.status_code == 204 or operation.http.get("method") == "HEAD":
        return None
    if operation.has_streaming_output or operation.has_event_stream_output:
        return None
    if "content-encoding" in http.headers:
        return None
    length = http.headers.get("content-length")
    if length is not None and str(length).isdigit() and int(length) != len(http.content):
        return f"{len(http.content)} of {length} bytes came"
    output = operation.output_shape
    if "json" not in operation.service_model.resolved_protocol:
        return None
    if output is not None and "payload" in output.serialization:
        return None
    if not http.content and (output is None or not output.members):
        return None
    try:
        whole = isinstance(json.loads(http.content), dict)
    except ValueError:
        whole = False
    return None if whole else "it is not the JSON that AWS sends"


def _unreadable(service: str, operation: str, fault: str) -> ServiceError:
    return ServiceError(
        f"the answer of {service} {operation} cannot be used: {fault}",
        hint="something between here and AWS (a proxy, a captive portal) may have cut or replaced it; try again",
        code="UnusableAnswer",
        operation=operation,
    )


def _raised_in_parser(problem: Exception) -> bool:
    trace, module = problem.__traceback__, ""
    while trace is not None:
        module = trace.tb_frame.f_globals.get("__name__", "")
        if module == "botocore.parsers":
            return True
        trace = trace.tb_next
    return module == "botocore.endpoint"  # what it does with an answer that is no object


def _masked(value: Any) -> str:
    """VALUE for a trace: no payload, no secret, its size instead."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_masked(part)}" for name, part in value.items()) + "}"
    if isinstance(value, list | tuple):
        return f"[{len(value)} items]" if len(value) > 8 else "[" + ", ".join(_masked(part) for part in value) + "]"
    if isinstance(value, bytes | bytearray):
        return f"<{len(value)} bytes>"
    if isinstance(value, str) and len(value) > 64:
        return f"<{len(value)} characters>"
    return repr(value) if isinstance(value, str | int | float | bool) or value is None else f"<{type(value).__name__}>"
