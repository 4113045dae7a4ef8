"""The front end for programs in processes of their own: HTTP on 127.0.0.1.

`/_svc/<service>/…` is a faked service (rest-json addresses have no service in them, and signing names collide),
`/_web/…` what the fake holds at other addresses, and everything else is moto's: S3, STS, IAM.
"""

from __future__ import annotations

import io
import os
import socket
import struct
import threading
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.serving import make_server

from fakeaws import wire
from fakeaws.core import LineFault
from fakeaws.faults import Hang, Killed
from fakeaws.names import FAKED, endpoint_variable
from fakeaws.whole import Aws

StartResponse = Callable[..., Any]


class HttpFrontEnd:
    """One server for the whole run; each test lends it its fake."""

    def __init__(self) -> None:
        self.aws: Aws | None = None
        self._moto = wire.moto_application()
        self._over = threading.Event()  # lets hanging answers go when their test ends
        self._server = make_server("127.0.0.1", 0, self, threaded=True, request_handler=_Quiet)
        self._thread = threading.Thread(target=self._server.serve_forever, name="fakeaws", daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """Give the address at which moto's services answer."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def lend(self, aws: Aws) -> None:
        """Answer from AWS from now on."""
        self._over.clear()
        self.aws = aws
        aws.web_root = f"{self.address}/_web"

    def give_back(self) -> None:
        """Answer nobody until the next test."""
        self.aws = None
        self._over.set()

    def stop(self) -> None:
        """End the server."""
        self._over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def env(self) -> dict[str, str]:
        """Give what a program's environment must hold to find this AWS and no other."""
        return {
            "AWS_ENDPOINT_URL": self.address,
            **{endpoint_variable(service): f"{self.address}/_svc/{service}" for service in FAKED},
            "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "AWS_DEFAULT_REGION": wire.REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if self.aws is None:
            start_response("503 No test runs", [("Content-Length", "0")])
            return []
        request = wire.Request(environ)
        path = request.raw_path
        try:
            answer = self._answer(self.aws, request, path)
        except Killed:
            return _reset(environ)
        if answer is None:
            answer = self._ask_moto(request)
        if isinstance(answer, wire.Reply):
            return _send(answer, start_response)
        if isinstance(answer, Hang):
            self._over.wait(60)
        return _reset(environ)

    def _answer(self, aws: Aws, request: wire.Request, path: str) -> wire.Reply | LineFault | None:
        if path.startswith("/_svc/"):
            service, _, rest = path.removeprefix("/_svc/").partition("/")
            return aws.handle(service, wire.request_at(request, f"/{rest}"))
        if path.startswith("/_web/"):
            return aws.fetch(request) or wire.Reply(404)
        if path.startswith("/moto-api"):
            return None
        service, _ = wire.signed_for(request)
        return aws.handle(wire.SIGNING_NAMES.get(service, service) or "s3", _whole(request), beyond=self._ask_moto)

    def _ask_moto(self, request: wire.Request) -> wire.Reply:
        return wire.moto_answer_over_http(self._moto, request)


class _Quiet(wire.MotoRequestHandler):
    def connection_dropped(self, error: BaseException, environ: Any = None) -> None:
        """Leave a line that the test broke."""
        self.close_connection = True

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing."""


def _whole(request: wire.Request) -> wire.Request:
    """Read the body, so that it can be parsed here and then by moto."""
    body = request.get_data()
    request.environ["wsgi.input"] = io.BytesIO(body)
    request.environ["CONTENT_LENGTH"] = str(len(body))
    return request


def _send(reply: wire.Reply, start_response: StartResponse) -> Iterable[bytes]:
    headers = [(name, value) for name, value in reply.headers.items() if name.lower() != "content-length"]
    length = next(
        (value for name, value in reply.headers.items() if name.lower() == "content-length"), str(len(reply.body))
    )
    start_response(f"{reply.status} Fake", [*headers, ("Content-Length", length)])
    return [reply.body[: reply.cut_at]]


def _reset(environ: dict[str, Any]) -> Iterable[bytes]:
    """Break the line with RST."""
    connection: socket.socket = environ["werkzeug.socket"]
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii" if os.name != "nt" else "hh", 1, 0))
    socket.close(connection.detach())  # not `connection.close()`, which waits for the streams made from it
    raise ConnectionError("reset by the test")
