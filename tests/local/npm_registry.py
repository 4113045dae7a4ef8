"""A registry of npm's on loopback: packages as it tells of them, and their tarballs."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import tarfile
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote


def tarball(files: Mapping[str, bytes], *, name: str, version: str) -> bytes:
    """A package of FILES as npm packs them."""
    out = io.BytesIO()
    about = json.dumps({"name": name, "version": version}).encode()
    with tarfile.open(fileobj=out, mode="w:gz") as packed:
        for path, content in {"package.json": about, **files}.items():
            entry = tarfile.TarInfo(f"package/{path}")
            entry.size = len(content)
            packed.addfile(entry, io.BytesIO(content))
    return out.getvalue()


class Registry:
    """Serves PACKAGES, tarballs by name and version; `asked` are the paths in the order in which they were asked for."""

    def __init__(self, packages: Mapping[tuple[str, str], bytes]) -> None:
        self.asked: list[str] = []
        self._packages = packages
        registry = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = unquote(self.path).partition("?")[0]
                registry.asked.append(path)
                kind, found = registry._answer(path)
                self.send_response(200 if found is not None else 404)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(found or b"{}")))
                self.end_headers()
                self.wfile.write(found or b"{}")

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Stop it."""
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, path: str) -> tuple[str, bytes | None]:
        for (name, version), data in self._packages.items():
            if path == f"/{name}":
                return "application/json", json.dumps(self._told(name, version, data)).encode()
            if path == f"/{name}/-/{version}.tgz":
                return "application/octet-stream", data
        return "application/json", None

    def _told(self, name: str, version: str, data: bytes) -> dict[str, object]:
        """What a registry says of a package: https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md."""
        digest = base64.b64encode(hashlib.sha512(data).digest()).decode()
        dist = {
            "tarball": f"{self.address}{name}/-/{version}.tgz",
            "shasum": hashlib.sha1(data).hexdigest(),
            "integrity": f"sha512-{digest}",
        }
        return {
            "name": name,
            "dist-tags": {"latest": version},
            "versions": {version: {"name": name, "version": version, "dist": dist}},
        }
