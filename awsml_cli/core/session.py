"""The one door to AWS: every client of every service is made here, and nothing else imports boto3.

A client from here
* knows region, profile and endpoint as the user settled them (`core/config.py`);
* has timeouts, retries as botocore does them, and after those our patience with throttling;
* takes a 200 answer that is cut short, or is not JSON, for the error that it is (botocore answers `{}`);
* raises only the errors of `core/errors.py`;
* with `--local`, is answered on this machine, which the services do not notice.
"""

from __future__ import annotations

import importlib
import json
import platform
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from functools import cache, partial
from typing import Any, TypeVar
from urllib.parse import urlsplit

from awsml_cli import __version__
from awsml_cli.core import clock, places, prices, refusals, wanted
from awsml_cli.core.config import Config
from awsml_cli.core.errors import AwsmlError, ServiceError
from awsml_cli.core.talk import Silence, Talk

T = TypeVar("T")

CONNECT_TIMEOUT = 10  # seconds
READ_TIMEOUT = 70  # seconds; Polly and Translate answer within a minute
POOL = 32  # connections a client keeps; no service of ours allows more calls at once
PATIENCE = 600.0  # seconds that a throttled call is tried again before it fails
TRIES = 3  # times that an answer cut short is asked for

LOCAL_REGION = "us-east-1"  # AWS's own names need a region; on this machine it means nothing


class Session:
    """What a command needs of the world: AWS, the settings, and somebody to talk to.

    `dry_run` means that nothing may be sent that costs or changes something; `fresh` that no kept answer is
    used; `keep` that answers are kept (None: as the service does by itself).
    """

    def __init__(
        self,
        config: Config,
        *,
        talk: Talk | None = None,
        dry_run: bool = False,
        assume_yes: bool = False,
        fresh: bool = False,
        keep: bool | None = None,
    ) -> None:
        self.config = config
        self.talk: Talk = talk or Silence()
        self.dry_run = dry_run
        self.assume_yes = assume_yes
        self.fresh = fresh
        self.keep = keep
        self.running: dict[str, str] = {}
        self._clients: dict[tuple[str, str | None], Client] = {}
        self._lock = threading.RLock()
        self._known: dict[Any, Any] = {}
        self._finding_out = threading.RLock()
        self._boto: Any = None
        self._held = ExitStack()

    @property
    def local(self) -> bool:
        """Whether this machine answers instead of AWS."""
        return self.config.local

    @property
    def region(self) -> str:
        """The region that holds. Raises ConfigError where none is set."""
        if self.local:
            return self.config.region or LOCAL_REGION
        region = self.config.region or self._boto_session().region_name
        if not region:
            raise refusals.no_region()
        return str(region)

    def client(self, service: str, *, region: str | None = None) -> Client:
        """The client of SERVICE (boto3's name), made once. Raises ConfigError for want of a region or a profile."""
        with self._lock:
            if (service, region) not in self._clients:
                self._clients[service, region] = self._make(service, region or self.region)
            return self._clients[service, region]

    def once(self, key: Any, find_out: Callable[[], T]) -> T:
        """What FIND_OUT says, asked for once in a run, however many threads want to know."""
        with self._finding_out:
            if key not in self._known:
                self._known[key] = find_out()
            known: T = self._known[key]
            return known

    def hold(self, thing: AbstractContextManager[T]) -> T:
        """Enter THING; it is left when the run ends, however it ends."""
        return self._held.enter_context(thing)

    def close(self) -> None:
        """Let go of what was held for the run, the last first."""
        self._held.close()

    def download(self, address: str, *, renew: Callable[[], str]) -> bytes:
        """What lies at an ADDRESS that AWS gave for a while; RENEW gives a new one where it has expired.

        Raises ServiceError for an address that is not https (loopback may be http), and for an answer cut short.
        """
        from botocore.awsrequest import AWSPreparedRequest
        from botocore.httpsession import URLLib3Session

        web = URLLib3Session(timeout=(CONNECT_TIMEOUT, READ_TIMEOUT), verify=self.config.ca_bundle or True)
        for attempt in range(1, TRIES + 1):
            if not _is_safe(address):
                raise ServiceError(f"AWS gave an address that cannot be used: {address.partition('?')[0]}")
            try:
                answer = web.send(AWSPreparedRequest("GET", address, {}, None, True))
                body, length = bytes(answer.content), answer.headers.get("content-length")
                whole = length is None or int(length) == len(body)
                fault = f"{len(body)} of {length} bytes came"
            except Exception as problem:
                error = refusals.translate(problem, service="the result's", operation="address")
                if error is None:
                    raise
                whole, fault, answer = False, error.message, None
            if answer is not None and answer.status_code == 200 and whole:
                return body
            if answer is not None and answer.status_code != 200:
                fault = f"HTTP {answer.status_code}"
                address = renew()
            if attempt == TRIES:
                break
        raise ServiceError(
            f"the result could not be fetched: {fault}",
            hint="run the same command again; the job is not started a second time",
            code="UnusableAnswer",
        )

    def credentials(self) -> Any:
        """What signs a request that boto3 has no client for (a live transcription): botocore's frozen credentials.

        Asked for anew each time, since they expire. Raises ConfigError where there are none, or they cannot be renewed.
        """
        from botocore.exceptions import NoCredentialsError

        try:
            found = self._boto_session().get_credentials()
            if found is None:
                raise NoCredentialsError
            return found.get_frozen_credentials()
        except Exception as problem:
            raise refusals.translate(problem, service="", operation="") or problem from None

    def _make(self, service: str, region: str) -> Client:
        from botocore.config import Config as BotoConfig

        settings = BotoConfig(
            connect_timeout=CONNECT_TIMEOUT,
            read_timeout=READ_TIMEOUT,
            max_pool_connections=POOL,
            user_agent=_user_agent(),  # botocore would put its own together anew for each call
            retries={"mode": "standard"},
        )
        try:
            boto = self._boto_session().client(
                service,
                region_name=region,
                endpoint_url=self.config.endpoint_url,
                config=settings,
                verify=self.config.ca_bundle,
            )
        except Exception as problem:
            raise refusals.translate(problem, service=service, operation="") or problem from None
        return Client(self, service, boto)

    def _boto_session(self) -> Any:
        with self._lock:
            if self._boto is None:
                import boto3
                import botocore.session

                core = botocore.session.Session(profile=self.config.profile)
                core.get_component("event_emitter").register_first("needs-retry", _notice_cut_answers)
                if self.local:
                    hook = importlib.import_module("awsml_cli.local.hook")
                    hook.attach(core, home=places.state_dir() / "local", note=self.talk.note, warn=self.talk.warn)
                try:
                    self._boto = boto3.Session(botocore_session=core)
                except Exception as problem:
                    raise refusals.translate(problem, service="", operation="") or problem from None
            return self._boto


class Client:
    """A boto3 client whose errors are ours, and which waits when AWS asks it to.

    Operations are called as boto3 spells them: `session.client("translate").translate_text(Text=…)`.
    """

    def __init__(self, session: Session, service: str, boto: Any) -> None:
        self.boto = boto
        self._session = session
        self._service = service
        self._operations: Mapping[str, str] = boto.meta.method_to_api_mapping

    def __getattr__(self, name: str) -> Callable[..., Any]:
        operation = self._operations.get(name) or {"upload_file": "PutObject"}.get(name)
        if operation is None:
            raise AttributeError(name)
        return partial(self._call, getattr(self.boto, name), operation)

    def knows(self, method: str) -> bool:
        """Whether the installed boto3 has METHOD (new operations come with new releases)."""
        return method in self._operations

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
                error = self._ours(problem, operation)
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

    def _ours(self, problem: Exception, operation: str) -> Exception:
        if isinstance(problem, AwsmlError):
            return problem
        for cause in (problem, problem.__cause__, problem.__context__):
            if isinstance(cause, Exception):
                error = refusals.translate(cause, service=self._service, operation=operation)
                if error is not None:
                    return error
        if isinstance(problem, ValueError | AttributeError | TypeError) and _raised_in_parser(problem):
            return _unreadable(self._service, operation, f"{problem}")
        return problem


@cache
def _user_agent() -> str:
    import boto3

    return f"awsml/{__version__} Boto3/{boto3.__version__} Python/{platform.python_version()} {platform.system()}"


def _is_safe(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost"))


def _notice_cut_answers(response: Any, attempts: int, operation: Any, **_: Any) -> float | None:
    """Ask again for an answer that says 200 and is not whole, up to three times, then fail.

    botocore parses half a JSON document, an HTML page and an empty body as `{}` and calls that success.
    """
    if response is None:
        return None
    http, _parsed = response
    fault = _fault(http, operation)
    if fault is None:
        return None
    if attempts < TRIES:
        return 0.2 * attempts
    raise _unreadable(operation.service_model.service_name, operation.name, fault)


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
    if output is None or "payload" in output.serialization or "json" not in operation.service_model.resolved_protocol:
        return None
    if not http.content and not output.members:
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
