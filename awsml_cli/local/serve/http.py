"""What comes in over HTTP and what goes out, without the server that carries it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import IO, Any
from urllib.parse import parse_qsl


@dataclass(frozen=True)
class Request:
    """A request: `path` is as it was sent, percent signs and all; names of `headers` are in lower case."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: IO[bytes] = field(default_factory=io.BytesIO)

    @cached_property
    def asked(self) -> list[tuple[str, str]]:
        """The query's names and values, in order; names without a value have an empty one."""
        return parse_qsl(self.query, keep_blank_values=True)

    @cached_property
    def content(self) -> bytes:
        """The whole body."""
        self.body.seek(0)
        return self.body.read()


@dataclass
class Reply:
    """An answer; `stream`, where there is one, is the body, and `length` its bytes."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    stream: Any = None
    length: int | None = None

    @property
    def size(self) -> int | None:
        """How many bytes the body has, where that is known."""
        return len(self.body) if self.stream is None else self.length
