"""Transcribe's streaming door on this machine, for this process alone: a WebSocket on loopback, at a free port."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from awsml_cli.local import streaming

_doors: dict[Path, str] = {}
_opening = threading.Lock()


def address(home: Path, *, note: Callable[[str], None]) -> str:
    """Where streams are heard, as `ws://127.0.0.1:PORT`; the door is opened when it is asked for first.

    HOME is where this machine keeps its state; NOTE hears which engine answers.
    """
    with _opening:
        if home not in _doors:
            from websockets.sync.server import serve

            def answer(connection: Any) -> None:
                note(f"heard on this machine by {streaming.DECLARATION.label()} ({streaming.DECLARATION.quality})")
                _answer(connection, home)

            server = serve(answer, "127.0.0.1", 0, compression=None, process_response=_response, logger=_quiet())
            threading.Thread(target=server.serve_forever, name="awsml-ears", daemon=True).start()
            _doors[home] = f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        return _doors[home]


def _answer(connection: Any, home: Path) -> None:
    from websockets.exceptions import ConnectionClosed

    parts = urlsplit(connection.request.path)
    if parts.path != streaming.PATH:
        connection.close(1008)
        return
    stream = streaming.Stream(dict(parse_qsl(parts.query)), home)
    try:
        while not stream.over:
            message = connection.recv()
            for frame in stream.take(message if isinstance(message, bytes) else message.encode()):
                connection.send(frame)
    except ConnectionClosed:
        pass
    finally:
        stream.close()


def _response(_connection: Any, _request: Any, response: Any) -> Any:
    for name, value in streaming.headers().items():
        response.headers[name] = value
    return response


def _quiet() -> Any:
    import logging

    log = logging.getLogger("awsml.ears")
    log.propagate = False
    log.addHandler(logging.NullHandler())
    return log
