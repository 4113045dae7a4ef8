"""The application (ASGI): a request comes off the line, is answered in a thread, and its answer goes on the line."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Executor
from functools import partial
from typing import IO, Any, Final
from urllib.parse import parse_qsl

from awsml_cli.local import streaming
from awsml_cli.local.serve.answering import Answering
from awsml_cli.local.serve.doors import Door, is_own
from awsml_cli.local.serve.http import Reply, Request

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

_IN_MEMORY: Final = 1 << 20  # bytes of a body; a longer one waits in a file
_PIECE: Final = 1 << 18


class Gone(Exception):
    """Whoever asked has left."""


class App:
    """Answers by ANSWERING whom DOOR lets in, in THREADS."""

    def __init__(self, answering: Answering, door: Door, threads: Executor) -> None:
        self._answering = answering
        self._door = door
        self._threads = threads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        path = scope["raw_path"].decode("latin-1")
        refusal = self._door.refusal(scope["method"], path, headers)
        if refusal is not None:
            await _send(Reply(403, f"{refusal}\n".encode(), {"Content-Type": "text/plain"}), "GET", send, self._run)
            return
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as body:
            try:
                await self._receive(receive, body)
            except Gone:
                return
            request = Request(scope["method"], path, scope["query_string"].decode("latin-1"), headers, body)
            near = partial(is_own, scope.get("client"), scope.get("server"))
            reply = await self._run(self._answering.answer, request, headers["host"], near)
            await _send(reply, scope["method"], send, self._run)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A stream of Transcribe's; every other door is closed."""
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        await receive()  # that somebody knocks
        if scope["path"] != streaming.PATH or self._door.refusal("GET", scope["path"], headers) is not None:
            await send({"type": "websocket.close", "code": 1008})
            return
        told = [(name.encode(), value.encode("latin-1", "replace")) for name, value in streaming.headers().items()]
        await send({"type": "websocket.accept", "headers": told})
        params = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        stream = await self._run(streaming.Stream, params, self._answering.home)
        try:
            while not stream.over:
                message = await receive()
                if message["type"] == "websocket.disconnect":
                    return
                for frame in await self._run(_taken, stream, message.get("bytes") or b""):
                    await send({"type": "websocket.send", "bytes": frame})
            await send({"type": "websocket.close", "code": 1000})
        finally:
            await self._run(stream.close)

    async def _receive(self, receive: Receive, body: IO[bytes]) -> None:
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Gone
            piece = message.get("body", b"")
            if len(piece) < _IN_MEMORY:
                body.write(piece)
            else:
                await self._run(body.write, piece)
            if not message.get("more_body"):
                return

    async def _run(self, function: Callable[..., Any], *words: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, function, *words)


def _taken(stream: streaming.Stream, message: bytes) -> list[bytes]:
    return list(stream.take(message))


async def _send(reply: Reply, method: str, send: Send, run: Callable[..., Awaitable[Any]]) -> None:
    headers = {name.lower(): value for name, value in reply.headers.items()}
    if reply.size is not None and "content-length" not in headers and reply.status != 204:
        headers["content-length"] = str(reply.size)
    told = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": reply.status, "headers": told})
    try:
        if method == "HEAD" or reply.stream is None:
            await send({"type": "http.response.body", "body": b"" if method == "HEAD" else reply.body})
            return
        while piece := await run(reply.stream.read, _PIECE):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    finally:
        if reply.stream is not None and hasattr(reply.stream, "close"):
            reply.stream.close()
