"""Where a stream is opened, and the proof of who opens it: a presigned address, and frames that are signed.

Sources: https://docs.aws.amazon.com/transcribe/latest/dg/streaming-websocket.html and, for the signatures of frames,
https://docs.aws.amazon.com/transcribe/latest/dg/streaming-http2.html (the chain is the same).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from awsml_cli.core import clock
from awsml_cli.core.errors import ConfigError
from awsml_cli.core.session import Session
from awsml_cli.formats.eventstream import Timestamp, encode, encode_headers

SIGNING_NAME: Final = "transcribe"
PATH: Final = "/stream-transcription-websocket"
PORT: Final = 8443
EXPIRES: Final = 300  # seconds, the longest that the service takes; only the opening must fall into them
LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
_SCHEMES: Final = {"https": "wss", "http": "ws", "wss": "wss", "ws": "ws"}


def address(session: Session) -> str:
    """The address of the service, without what is asked of it: `wss://HOST:8443/stream-transcription-websocket`.

    `--endpoint-url` counts before AWS_ENDPOINT_URL_TRANSCRIBE_STREAMING, AWS_ENDPOINT_URL and the profile's
    `services` section; with `--local` it is this machine. Raises ConfigError for an address that is not encrypted,
    unless it is this machine's.
    """
    given = session.ears() if session.local else session.config.endpoint_url or _configured(session)
    if not given:
        return f"wss://{_host(session)}:{PORT}{PATH}"
    parts = urlsplit(given)
    scheme = _SCHEMES.get(parts.scheme)
    if scheme is None or not parts.hostname:
        raise ConfigError(f"`{given}` is not an address for a stream", hint="wss://HOST:PORT, or https://HOST:PORT")
    if scheme == "ws" and parts.hostname not in LOOPBACK:
        raise ConfigError(
            f"the stream to {parts.hostname} would not be encrypted", hint="wss://… ; ws:// is for this machine alone"
        )
    return urlunsplit((scheme, parts.netloc, parts.path.rstrip("/") + PATH, "", ""))


def presign(session: Session, params: Mapping[str, str], *, credentials: Any = None) -> str:
    """The address to open a stream with PARAMS, good for five minutes. Raises ConfigError for want of credentials."""
    from botocore.auth import SigV4QueryAuth
    from botocore.awsrequest import AWSRequest

    parts = urlsplit(address(session))
    web = {"wss": "https", "ws": "http"}[parts.scheme]
    request = AWSRequest("GET", urlunsplit((web, parts.netloc, parts.path, urlencode(params), "")))
    credentials = credentials or whose(session)
    SigV4QueryAuth(credentials, SIGNING_NAME, session.region, expires=EXPIRES).add_auth(request)
    return str(urlunsplit((parts.scheme, *urlsplit(request.url)[1:])))


def whose(session: Session) -> Any:
    """Whose credentials a stream is signed with; this machine asks for nobody's. Raises ConfigError where none are."""
    if session.local:
        from botocore.credentials import Credentials

        return Credentials("local", "local")
    return session.credentials()


class Signer:
    """Wraps frames in signed ones, each signature holding for the one before; the first holds for the address."""

    def __init__(self, credentials: Any, region: str, url: str) -> None:
        self._secret = str(credentials.secret_key)
        self._region = region
        self._before = parse_qs(urlsplit(url).query)["X-Amz-Signature"][0]

    def wrap(self, frame: bytes) -> bytes:
        """Give the signed frame around FRAME, which is empty for the end of the stream."""
        now = clock.now()
        date = Timestamp(int(now * 1000))
        stamp = datetime.fromtimestamp(int(now), UTC).strftime("%Y%m%dT%H%M%SZ")
        scope = f"{stamp[:8]}/{self._region}/{SIGNING_NAME}/aws4_request"
        said = "\n".join(
            [
                "AWS4-HMAC-SHA256-PAYLOAD",
                stamp,
                scope,
                self._before,
                hashlib.sha256(encode_headers({":date": date})).hexdigest(),
                hashlib.sha256(frame).hexdigest(),
            ]
        )
        key = f"AWS4{self._secret}".encode()
        for part in (*scope.split("/"), said):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        self._before = key.hex()
        return encode({":date": date, ":chunk-signature": key}, frame)


def _host(session: Session) -> str:
    """The host of the region, from botocore's own table (which has it, though boto3 has no client)."""
    from botocore.regions import EndpointResolver

    core = _botocore(session)
    fips = bool(core.get_config_variable("use_fips_endpoint"))
    table = EndpointResolver(core.get_data("endpoints"))
    found = table.construct_endpoint("transcribestreaming", session.region, use_fips_endpoint=fips)
    return str(found["hostname"]) if found else f"transcribestreaming.{session.region}.amazonaws.com"


def _configured(session: Session) -> str | None:
    from botocore.configprovider import ConfiguredEndpointProvider

    core = _botocore(session)
    if core.get_config_variable("ignore_configured_endpoint_urls"):
        return None
    found = ConfiguredEndpointProvider(core.full_config, core.get_scoped_config(), "transcribe-streaming").provide()
    return str(found) if found else None


def _botocore(session: Session) -> Any:
    """botocore's reading of the profile: no client, no credentials."""
    import botocore.session
    from botocore.exceptions import ProfileNotFound

    core = botocore.session.Session(profile=session.config.profile)
    try:
        core.get_scoped_config()
    except ProfileNotFound as problem:
        raise ConfigError(str(problem), hint="`aws configure list-profiles` lists the profiles there are") from None
    return core


def trusted(session: Session) -> Any:
    """Whose certificates count: those of the system, or of the bundle that the settings or AWS_CA_BUNDLE name."""
    import ssl

    bundle = session.config.ca_bundle or _botocore(session).get_config_variable("ca_bundle")
    try:
        return ssl.create_default_context(cafile=bundle or None)
    except OSError as problem:
        raise ConfigError(f"cannot read the certificates in {bundle}: {problem.strerror or problem}") from None
