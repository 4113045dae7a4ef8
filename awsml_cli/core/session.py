"""The one door to AWS: every client of every service is made here, and nothing else imports boto3.

A client from here
* knows region, profile and endpoint as the user settled them (`core/config.py`);
* has timeouts, retries as botocore does them, and after those our patience with throttling;
* takes a 200 answer that is cut short, or is not JSON, for the error that it is (botocore answers `{}`);
* raises only the errors of `core/errors.py`;
* with `--local`, is answered on this machine, which the services do not notice.
"""

from __future__ import annotations

import copy
import importlib
import platform
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from functools import cache
from typing import Any, TypeVar
from urllib.parse import urlsplit

from awsml_cli import __version__
from awsml_cli.core import clock, places, refusals
from awsml_cli.core.client import TRIES, Client, notice_cut_answers, send_once
from awsml_cli.core.config import Config
from awsml_cli.core.errors import ServiceError
from awsml_cli.core.talk import Silence, Talk

T = TypeVar("T")

CONNECT_TIMEOUT = 10  # seconds
READ_TIMEOUT = 70  # seconds; Polly and Translate answer within a minute
POOL = 32  # connections a client keeps; no service of ours allows more calls at once

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

    def regions(self, service: str) -> list[str]:
        """The regions in which SERVICE is, as the installed boto3 knows them; on this machine there is one."""
        return [self.region] if self.local else list(self._boto_session().get_available_regions(service))

    def at(self, region: str) -> Session:
        """The same session in another REGION, for what has to lie where a device is."""
        if self.local or region == self.region:
            return self

        def there() -> Session:
            self._boto_session()
            other = copy.copy(self)
            other.config = replace(self.config, region=region)
            other._clients, other._known = {}, {}
            return other

        return self.once(("at", region), there)

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
        for attempt in range(1, TRIES + 1):
            answer, fault = self._sent("GET", address)
            if answer is not None and answer.status_code == 200 and not fault:
                return bytes(answer.content)
            if answer is not None and answer.status_code != 200:
                address = renew()
            if attempt == TRIES:
                break
        raise ServiceError(
            f"the result could not be fetched: {fault}",
            hint="run the same command again; the job is not started a second time",
            code="UnusableAnswer",
        )

    def upload(self, address: str, data: bytes) -> None:
        """Put DATA at an ADDRESS that AWS gave for a while; put again where the line broke, which changes nothing.

        Raises ServiceError for an address that is not https (loopback may be http), and where it cannot be put.
        """
        for attempt in range(1, TRIES + 1):
            answer, fault = self._sent("PUT", address, data)
            if answer is not None and not fault:
                return
            if attempt == TRIES or (answer is not None and 400 <= answer.status_code < 500):
                break
            clock.sleep(float(attempt))
        raise ServiceError(
            f"the upload did not succeed: {fault}", hint="run the same command again", code="UnusableAnswer"
        )

    def _sent(self, method: str, address: str, data: bytes | None = None) -> tuple[Any, str]:
        """The answer of an ADDRESS (or None), and what is wrong with it; the query, a secret, is not told."""
        from botocore.awsrequest import AWSPreparedRequest
        from botocore.httpsession import URLLib3Session

        shown = address.partition("?")[0]
        if not _is_safe(address):
            raise ServiceError(f"AWS gave an address that cannot be used: {shown}")
        web = URLLib3Session(timeout=(CONNECT_TIMEOUT, READ_TIMEOUT), verify=self.config.ca_bundle or True)
        headers = {} if data is None else {"Content-Length": str(len(data))}
        try:
            answer = web.send(AWSPreparedRequest(method, address, headers, data, True))
            body, length = bytes(answer.content), answer.headers.get("content-length")
        except Exception as problem:
            error = refusals.translate(problem, service="the result's", operation="address")
            if error is None:
                raise
            return None, error.message.replace(address, shown)
        if answer.status_code not in (200, 201, 204):
            return answer, f"HTTP {answer.status_code}"
        whole = length is None or int(length) == len(body)
        return answer, "" if whole else f"{len(body)} of {length} bytes came"

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

    def ears(self) -> str:
        """Where, with `--local`, speech is streamed to on this machine: `ws://127.0.0.1:PORT`."""
        loopback = importlib.import_module("awsml_cli.local.loopback")
        return str(loopback.address(places.state_dir() / "local", note=self.talk.note))

    def _boto_session(self) -> Any:
        with self._lock:
            if self._boto is None:
                import boto3
                import botocore.session

                core = botocore.session.Session(profile=self.config.profile)
                core.get_component("event_emitter").register_first("needs-retry", notice_cut_answers)
                core.get_component("event_emitter").register_first("needs-retry", send_once)
                if self.local:
                    hook = importlib.import_module("awsml_cli.local.hook")
                    hook.attach(core, home=places.state_dir() / "local", note=self.talk.note, warn=self.talk.warn)
                try:
                    self._boto = boto3.Session(botocore_session=core)
                except Exception as problem:
                    raise refusals.translate(problem, service="", operation="") or problem from None
            return self._boto


@cache
def _user_agent() -> str:
    import boto3

    return f"awsml/{__version__} Boto3/{boto3.__version__} Python/{platform.python_version()} {platform.system()}"


def _is_safe(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost"))
