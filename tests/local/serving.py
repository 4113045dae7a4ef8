"""This machine behind HTTP, in this process: a server with a state folder of its own, and clients that reach it."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

from awsml_cli.local.serve import Server
from awsml_cli.local.store import Store


class Reached:
    """A server at URL."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session = boto3.Session(
            aws_access_key_id="local",
            aws_secret_access_key="local",
            region_name="us-east-1",
            botocore_session=botocore.session.Session(),
        )

    def client(self, service: str, *, region: str = "us-east-1", **config: Any) -> Any:
        """A client of boto3's for REGION, without second tries."""
        settled = Config(retries={"total_max_attempts": 1}, **config)
        return self._session.client(service, region, endpoint_url=self.url, config=settled)


class Serving(Reached):
    """A server of this process; `said` are the lines that it wrote of itself."""

    def __init__(self, home: Path, **more: Any) -> None:
        self.said: list[str] = []
        self.home = home
        self.store = Store(home)
        self.server = Server(home, port=0, note=self.said.append, warn=self.said.append, **more)
        super().__init__(self.server.url)

    def ask(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> tuple[int, dict[str, str], bytes]:
        """A request as it stands: the status, the headers (names in lower case) and the body of the answer."""
        line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        try:
            line.request(method, path, body, dict(headers or {}))
            got = line.getresponse()
            return got.status, {name.lower(): value for name, value in got.getheaders()}, got.read()
        finally:
            line.close()
