"""Loaded by Python itself in each process of the tests: it reaches no host but this one, and its waits are short."""

from __future__ import annotations

import os
import socket
import time
from typing import Any

_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_connect = socket.socket.connect
_getaddrinfo = socket.getaddrinfo
_sleep = time.sleep


def _guarded_connect(self: socket.socket, address: Any) -> None:
    if isinstance(address, tuple) and address[0] not in _LOOPBACK:
        raise SystemExit(f"a test tried to reach {address[0]}")
    _connect(self, address)


def _guarded_getaddrinfo(host: Any, *args: Any, **options: Any) -> Any:
    if host is not None and (host.decode() if isinstance(host, bytes) else host) not in _LOOPBACK:
        raise SystemExit(f"a test tried to reach {host}")
    return _getaddrinfo(host, *args, **options)


socket.socket.connect = _guarded_connect  # type: ignore[method-assign, assignment]
socket.getaddrinfo = _guarded_getaddrinfo
if not os.environ.get("FAKEAWS_REAL_TIME"):
    time.sleep = lambda seconds: _sleep(min(float(seconds), 0.01))
