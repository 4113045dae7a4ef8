"""One WebSocket to Transcribe: opened, spoken into, listened to.

The only module that knows `websockets`, and imports it when a stream is opened.
Source: https://docs.aws.amazon.com/transcribe/latest/dg/streaming-websocket.html
"""

from __future__ import annotations

import json
import logging
import socket
import threading
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from awsml_cli import __version__
from awsml_cli.formats.eventstream import DamagedFrame, decode, encode
from awsml_cli.services.transcribe_streaming.address import LOOPBACK, Signer

if TYPE_CHECKING:
    import ssl

    from websockets.sync.client import ClientConnection

OPEN_TIMEOUT: Final = 10.0  # seconds
CLOSE_TIMEOUT: Final = 2.0  # seconds
DEAD: Final = 20  # seconds after which a line that takes nothing in is given up
EVENTS: Final = 1024  # messages kept for a reader that is slow
_HEADERS: Final = {":content-type": "application/octet-stream", ":event-type": "AudioEvent", ":message-type": "event"}


class Broken(Exception):
    """The line is gone; `clean` if the service closed it properly."""

    def __init__(self, message: str, *, clean: bool = False) -> None:
        super().__init__(message)
        self.clean = clean


class Refused(Exception):
    """The service said no: its code, its message, and the HTTP status where it was at the door."""

    def __init__(self, code: str, message: str, *, status: int = 0, request_id: str = "") -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.request_id = request_id


class Line:
    """An open stream. One thread may send while another one receives."""

    def __init__(self, connection: ClientConnection, signer: Signer | None) -> None:
        self._connection = connection
        self._signer = signer
        self._lock = threading.Lock()
        response = connection.response
        self.request_id = response.headers.get("x-amzn-request-id", "") if response is not None else ""

    def send(self, audio: bytes) -> None:
        """Send AUDIO as one event; none is the end of the stream. Raises Broken."""
        from websockets.exceptions import ConnectionClosed

        with self._lock:
            frame = encode(_HEADERS, audio)
            if self._signer is not None:
                frame = self._signer.wrap(frame if audio else b"")
            try:
                self._connection.send(frame)
            except (ConnectionClosed, OSError) as problem:
                raise Broken(_said(problem)) from None

    def receive(self, timeout: float) -> dict[str, Any] | None:
        """The next event of a transcript, or None after TIMEOUT seconds without one.

        Raises Broken where the line is closed or damaged, Refused for an exception of the service.
        """
        from websockets.exceptions import ConnectionClosed, ConnectionClosedOK

        try:
            message = self._connection.recv(timeout=timeout)
            frame = decode(message.encode() if isinstance(message, str) else message)
            said = json.loads(frame.payload or b"{}")
        except TimeoutError:
            return None
        except ConnectionClosed as problem:
            raise Broken(_said(problem), clean=isinstance(problem, ConnectionClosedOK)) from None
        except (DamagedFrame, ValueError) as problem:
            raise Broken(f"what came cannot be read: {problem}") from None
        said = said if isinstance(said, dict) else {}
        if frame.headers.get(":message-type") == "event":
            return said
        code = str(frame.headers.get(":exception-type") or frame.headers.get(":error-code") or "Unknown")
        why = said.get("Message") or said.get("message") or frame.headers.get(":error-message") or "no message"
        raise Refused(code[:1].upper() + code[1:], str(why), request_id=self.request_id)

    def close(self) -> None:
        """Leave the line, properly if it is still there."""
        self._connection.close()

    def cut(self) -> None:
        """Leave the line at once: a sender that waits in it wakes up."""
        self._connection.close_socket()


def opened(url: str, *, trusted: ssl.SSLContext | None, signer: Signer | None) -> Line:
    """Open the presigned URL. TRUSTED is for wss alone; proxies are taken from the environment, as websockets does.

    Raises Refused for an answer of the service, Broken where it cannot be reached.
    """
    from websockets.exceptions import InvalidStatus, WebSocketException
    from websockets.sync.client import connect

    try:
        connection = connect(
            url,
            ssl=trusted,
            legacy=True,
            compression=None,
            proxy=None if urlsplit(url).hostname in LOOPBACK else True,
            user_agent_header=f"awsml/{__version__}",
            open_timeout=OPEN_TIMEOUT,
            close_timeout=CLOSE_TIMEOUT,
            ping_interval=None,  # it is nowhere said that the service answers; `_give_up_when_dead` instead
            max_queue=EVENTS,
            logger=_quiet(),
        )
    except InvalidStatus as problem:
        raise _refusal(problem) from None
    except (OSError, TimeoutError, WebSocketException) as problem:
        raise Broken(_said(problem)) from None
    _give_up_when_dead(connection.socket)
    return Line(connection, signer)


def _quiet() -> logging.Logger:
    """A log that nobody reads: what goes wrong with the line is raised, and an address in a log would be a key."""
    log = logging.getLogger("awsml.stream")
    log.propagate = False
    if not log.handlers:
        log.addHandler(logging.NullHandler())
    return log


def _refusal(problem: Any) -> Refused:
    """What the service said at the door: an error in JSON, its code in a header or in the body."""
    response = problem.response
    try:
        said = json.loads(response.body or b"{}")
    except ValueError:
        said = {}
    said = said if isinstance(said, dict) else {}
    code = response.headers.get("x-amzn-errortype") or said.get("__type") or said.get("code") or ""
    code = str(code).partition(":")[0].rpartition("#")[2]
    return Refused(
        code or {403: "AccessDeniedException", 429: "LimitExceededException"}.get(response.status_code, "Unknown"),
        str(said.get("Message") or said.get("message") or f"HTTP {response.status_code} {response.reason_phrase}"),
        status=response.status_code,
        request_id=response.headers.get("x-amzn-requestid") or response.headers.get("x-amzn-request-id") or "",
    )


def _give_up_when_dead(connected: socket.socket) -> None:
    """Break a line on which what we send is not taken in, where the system can: audio goes out all the time."""
    option = getattr(socket, "TCP_USER_TIMEOUT", None)
    if option is not None:
        connected.setsockopt(socket.IPPROTO_TCP, option, DEAD * 1000)


def _said(problem: Exception) -> str:
    """PROBLEM in words, never with the address: that is a key."""
    from websockets.exceptions import ConnectionClosed, InvalidProxy, InvalidURI

    if isinstance(problem, ConnectionClosed):
        received = problem.rcvd
        if received is None:
            return "the line broke"
        return f"the service closed the line ({received.code}{': ' + received.reason if received.reason else ''})"
    if isinstance(problem, TimeoutError):
        return f"no answer within {OPEN_TIMEOUT:.0f} s"
    if isinstance(problem, InvalidURI | InvalidProxy):
        return f"the address of the {'proxy' if isinstance(problem, InvalidProxy) else 'service'} cannot be used"
    return " ".join(str(problem).split()) or type(problem).__name__
