"""The fake of AWS: takes a request apart by botocore's models, checks it as AWS would, and answers.

An answer is, in this order: what the test has scripted, what a stateful service of ours says, a value made from the model.
S3, STS, IAM and every service that is not ours are moto's; they too can be scripted, and are recorded.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import pytest
from botocore import xform_name

from fakeaws import synth, validation, wire
from fakeaws.clock import FakeClock
from fakeaws.faults import AwsError, Fault, HalfAnswer, Hang, Killed, Raw, Refused, Reset
from fakeaws.names import FAKED

# what a service calls a request against its model; all others say ValidationException
REFUSALS = {"transcribe": "BadRequestException"}

Answer = Mapping[str, Any]
Script = Answer | Fault | Callable[[dict[str, Any]], "Answer | Fault | None"]
LineFault = Reset | Refused | Hang
Beyond = Callable[[wire.Request], wire.Reply | None]


@dataclass
class Call:
    """A request that arrived at AWS."""

    service: str
    operation: str
    params: dict[str, Any]
    region: str = field(default="", compare=False)
    headers: dict[str, str] = field(default_factory=dict, compare=False, repr=False)
    error: str = field(default="", compare=False)  # the code it was answered with; empty if it was carried out


class Service(Protocol):
    """A stateful service: its methods are named like boto3's and take (params, call)."""

    name: str


@dataclass
class _Scripted:
    script: Script
    left: int


@dataclass
class _Condition:
    when: Callable[[dict[str, Any]], bool]
    answer: Answer | Fault
    met: bool = False


@dataclass
class _Kill:
    number: int
    operation: str | None
    after: bool


class FakeAws:
    """AWS as the tests see it. The lists of `calls` and `rejected` are theirs to read, `respond` and `kill_at` to script."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.calls: list[Call] = []
        self.rejected: list[Call] = []  # those that the model forbids
        self.services: dict[str, Service] = {}
        self.web: dict[str, bytes | wire.Reply | Callable[[], wire.Reply]] = {}  # other addresses, and what is there
        self.puts: dict[
            str, Callable[[bytes], wire.Reply]
        ] = {}  # addresses where something may be put, and who takes it
        self.web_root = ""  # where the HTTP front end shows `web`; empty in process
        self.store = wire.Store()
        self.killed = False
        self.problems: list[str] = []
        self.on_kill: Callable[[], None] | None = None
        self._scripts: dict[tuple[str, str], list[_Scripted]] = {}
        self._conditions: dict[tuple[str, str], list[_Condition]] = {}
        self._kill: _Kill | None = None
        self._lock = threading.RLock()

    # scripting

    def respond(self, service: str, operation: str, *scripts: Script) -> None:
        """Answer the next requests for OPERATION so, in this order; the test fails if one stays unused.

        A dict is the answer (checked against the model), a fault is what goes wrong, a function is given the parameters and
        gives either, or None for the usual answer.
        """
        for script in scripts:
            if isinstance(script, Mapping):
                _check_answer(service, operation, script)
            times = 1 if isinstance(script, Mapping) or callable(script) else script.times
            self._scripts.setdefault((service, operation), []).append(_Scripted(script, times))

    def respond_where(
        self, service: str, operation: str, when: Callable[[dict[str, Any]], bool], answer: Answer | Fault
    ) -> None:
        """Answer every request for OPERATION whose parameters satisfy WHEN so, whichever of many at once comes first.

        The test fails if none comes.
        """
        if isinstance(answer, Mapping):
            _check_answer(service, operation, answer)
        self._conditions.setdefault((service, operation), []).append(_Condition(when, answer))

    def kill_at(self, number: int, *, after: bool = False) -> None:
        """Kill the client at the call of that NUMBER from now: before it arrives, or AFTER it was done but before its answer."""
        self._kill = _Kill(number, None, after)

    def kill_before(self, operation: str, number: int = 1) -> None:
        """Kill the client when it asks for OPERATION the NUMBER-th time; the request never arrives."""
        self._kill = _Kill(number, operation, after=False)

    def kill_after(self, operation: str, number: int = 1) -> None:
        """Kill the client when OPERATION has been done the NUMBER-th time; the answer never arrives."""
        self._kill = _Kill(number, operation, after=True)

    def restart(self) -> None:
        """Let a new client process live; a kill that has not happened stays due."""
        self.killed = False

    # looking

    def calls_of(self, operation: str) -> list[Call]:
        """List the calls of OPERATION, in order."""
        return [call for call in self.calls if call.operation == operation]

    @property
    def operations(self) -> list[str]:
        """Name the operations called, in order."""
        return [call.operation for call in self.calls]

    def bucket(self, name: str, region: str = wire.REGION) -> str:
        """Make a bucket, and give its name."""
        self.store.make(name, region)
        return name

    def put(self, bucket: str, key: str, data: bytes) -> str:
        """Store an object, and give its s3:// address."""
        self.store.put(bucket, key, data)
        return f"s3://{bucket}/{key}"

    def objects(self, bucket: str) -> dict[str, bytes]:
        """Map the keys in BUCKET to their bytes."""
        return self.store.objects(bucket)

    def verify(self) -> None:
        """Fail the test if the fake met something wrong, or a scripted answer was never asked for."""
        unused = [
            f"{service}.{operation}"
            for (service, operation), scripts in self._scripts.items()
            for s in scripts
            if s.left
        ]
        unused += [
            f"{service}.{operation}"
            for (service, operation), conditions in self._conditions.items()
            for one in conditions
            if not one.met
        ]
        if self.problems:
            pytest.fail("the fake met: " + "\n".join(self.problems))
        if unused:
            pytest.fail("scripted but never asked for: " + ", ".join(unused))

    # answering

    def handle(
        self, service: str, request: wire.Request, operation: str = "", *, beyond: Beyond = wire.moto_answer
    ) -> wire.Reply | LineFault | None:
        """Answer REQUEST to SERVICE; None where nobody knows it. Raises Killed where the test said so.

        OPERATION is what the front end knows it to be, BEYOND who answers for services that are not ours.
        """
        with self._lock:
            if self.killed:
                raise Killed
            routed = wire.route(service, request)
            operation, labels = routed or (operation, {})
            due = self._kill_due(operation)
            if due and not due.after:
                self._die()
            reply = self._record_and_answer(service, operation, labels, request, beyond)
            if due:
                self._die()
            return reply

    def fetch(self, request: wire.Request) -> wire.Reply | None:
        """Answer an address that is no AWS endpoint: a result's link, a file of the test's."""
        url = request.raw_url
        if request.method == "PUT":
            return self._taken(url, request.get_data())
        found = self.web.get(url, self.web.get(url.split("?")[0]))
        if callable(found):
            return found()
        if isinstance(found, bytes):
            return wire.Reply(200, found)
        return found

    def _taken(self, url: str, body: bytes) -> wire.Reply | None:
        """Take what is put at an address; a kill may be due there as at an operation, which is called `PUT`."""
        with self._lock:
            if self.killed:
                raise Killed
            due = self._kill_due("PUT")
            if due and not due.after:
                self._die()
            taken = self.puts.get(url)
            reply = taken(body) if taken else None
            if due:
                self._die()
            return reply

    def _record_and_answer(
        self, service: str, operation: str, labels: dict[str, Any], request: wire.Request, beyond: Beyond
    ) -> wire.Reply | LineFault | None:
        if not operation:
            self._problem(f"{service}: no operation for {request.method} {request.raw_url}")
            return wire.Reply(
                404, b'{"__type":"UnknownOperationException"}', {"Content-Type": "application/x-amz-json-1.1"}
            )
        _, region = wire.signed_for(request)
        params = wire.parse(service, operation, request, labels)
        call = Call(service, operation, params, region or wire.REGION, dict(request.headers))
        self.calls.append(call)
        try:
            return self._answer(call, lambda: self._usual(call, request, beyond))
        except AwsError as error:
            call.error = error.code
            return _error_reply(call, error)

    def _answer(self, call: Call, usual: Callable[[], wire.Reply | None]) -> wire.Reply | LineFault | None:
        script = self._next_script(call)
        if isinstance(script, AwsError):
            raise script
        if isinstance(script, (Reset, Refused, Hang)):
            call.error = type(script).__name__
            return script
        if isinstance(script, Raw):
            return wire.Reply(script.status, script.body, dict(script.headers))
        if isinstance(script, HalfAnswer):
            reply = usual() if script.answer is None else wire.serialize(call.service, call.operation, script.answer)
            if reply is not None:
                reply.cut_at = len(reply.body) // 2
            return reply
        if script is not None:
            return wire.serialize(call.service, call.operation, script)
        return usual()

    def _usual(self, call: Call, request: wire.Request, beyond: Beyond) -> wire.Reply | None:
        if call.service not in FAKED:
            return beyond(request)
        self._check_request(call)
        done = getattr(self.services.get(call.service), xform_name(call.operation), None)
        if done is None:
            return wire.serialize(call.service, call.operation, synthesised(call.service, call.operation))
        answer = done(call.params, call)
        if found := _complaints(call.service, call.operation, answer):
            self._problem(f"the fake's own answer to {call.operation} is wrong: {found}")
        return wire.serialize(call.service, call.operation, answer)

    def _check_request(self, call: Call) -> None:
        if refuse_first := getattr(self.services.get(call.service), "refuse_first", None):
            refuse_first(call.operation, call.params)
        found = validation.complaints(wire.operation_model(call.service, call.operation).input_shape, call.params)
        if found:
            self.rejected.append(call)
            raise AwsError(REFUSALS.get(call.service, "ValidationException"), validation.message(found))

    def _next_script(self, call: Call) -> Answer | Fault | None:
        for scripted in self._scripts.get((call.service, call.operation), []):
            if scripted.left:
                scripted.left -= 1
                if not callable(scripted.script):
                    return scripted.script
                answer = scripted.script(call.params)
                if isinstance(answer, Mapping):
                    _check_answer(call.service, call.operation, answer)
                return answer
        for condition in self._conditions.get((call.service, call.operation), []):
            if condition.when(call.params):
                condition.met = True
                return condition.answer
        return None

    def _kill_due(self, operation: str) -> _Kill | None:
        kill = self._kill
        if kill is None or kill.operation not in (None, operation):
            return None
        kill.number -= 1
        return kill if kill.number == 0 else None

    def _die(self) -> None:
        self.killed = True
        self._kill = None
        if self.on_kill:
            self.on_kill()
        raise Killed

    def _problem(self, text: str) -> None:
        self.problems.append(text)


@functools.cache
def synthesised(service: str, operation: str) -> Any:
    """Make the answer that nobody scripted, with no member that would ask for a next page."""
    shape = wire.operation_model(service, operation).output_shape
    if shape is None:
        return {}
    if wire.operation_model(service, operation).has_event_stream_output:
        return {}
    return synth.value_for(shape, paging=False)


def _complaints(service: str, operation: str, answer: Answer) -> list[str]:
    """What is wrong with an answer, by the model."""
    shape = wire.operation_model(service, operation).output_shape
    stream = getattr(
        shape, "event_stream_name", None
    )  # given as a list of events, which the model's checker does not know
    plain = {name: {} if name == stream else value for name, value in answer.items()}
    return validation.complaints(shape, plain, patterns=False)


def _check_answer(service: str, operation: str, answer: Answer) -> None:
    if found := _complaints(service, operation, answer):
        pytest.fail(f"AWS would never answer {operation} so: {'; '.join(found)}")


def _error_reply(call: Call, error: AwsError) -> wire.Reply:
    reply = wire.serialize_error(
        call.service, call.operation, wire.ErrorAnswer(error.code, error.message, error.members), status=error.status
    )
    reply.headers.update(error.headers)
    return reply
