"""A registry of images in memory, on loopback: the distribution API as far as a client of ours goes, with a login."""

from __future__ import annotations

import base64
import hashlib
import http.server
import json
import re
import threading
from typing import Any

DOCKER = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json"
DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"


def digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


class Registry:
    """`blobs` by repository and digest, `manifests` by repository and reference; PASSWORD is what AWS gave out."""

    def __init__(self, password: str) -> None:
        self.blobs: dict[tuple[str, str], bytes] = {}
        self.manifests: dict[tuple[str, str], tuple[str, bytes]] = {}
        self.requests: list[str] = []
        self.password = password
        self.elsewhere = False  # whether blobs lie at another address, as ECR's do in S3
        self.key_elsewhere: str | None = None
        self.immutable = True
        owner = self

        class Here(_Handler):
            registry = owner

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Here)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.host = f"127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def image(
        self,
        name: str,
        tag: str,
        *,
        media_type: str = DOCKER,
        architecture: str = "amd64",
        labels: dict[str, str] | None = None,
        env: tuple[str, ...] = (),
    ) -> dict[str, Any]:
        """Store an image with one layer, and give its manifest."""
        config = {
            "os": "linux",
            "architecture": architecture,
            "config": {"Labels": labels, "Env": list(env)},
            "rootfs": {"type": "layers", "diff_ids": [digest(b"plain")]},
            "history": [{"created_by": "base"}],
        }
        content, layer = json.dumps(config).encode(), b"a layer"
        self.blobs[name, digest(content)] = content
        self.blobs[name, digest(layer)] = layer
        manifest = {
            "schemaVersion": 2,
            "mediaType": media_type,
            "config": {"mediaType": DOCKER_CONFIG, "size": len(content), "digest": digest(content)},
            "layers": [{"mediaType": DOCKER_LAYER, "size": len(layer), "digest": digest(layer)}],
        }
        self.store(name, tag, media_type, json.dumps(manifest).encode())
        return manifest

    def store(self, name: str, tag: str, media_type: str, content: bytes) -> None:
        self.manifests[name, tag] = (media_type, content)
        self.manifests[name, digest(content)] = (media_type, content)

    def tags(self, name: str) -> list[str]:
        return [tag for repository, tag in self.manifests if repository == name and not tag.startswith("sha256:")]


class _Handler(http.server.BaseHTTPRequestHandler):
    registry: Registry
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        registry = self.registry
        if self.path.startswith("/elsewhere/"):
            registry.key_elsewhere = self.headers.get("Authorization")
            _, _, name, wanted = self.path.split("/", 3)
            return self.answer(200, registry.blobs[name.replace("+", "/"), wanted])
        if not self.allowed():
            return None
        if found := re.fullmatch(r"/v2/(.+)/tags/list", self.path):
            tags = registry.tags(found[1])
            return self.answer(200, json.dumps({"name": found[1], "tags": tags}).encode()) if tags else self.answer(404)
        if found := re.fullmatch(r"/v2/(.+)/manifests/(.+)", self.path):
            kind, content = registry.manifests.get((found[1], found[2]), ("", b""))
            heads = {"Content-Type": kind, "Docker-Content-Digest": digest(content)}
            return self.answer(200, content, heads) if content else self.answer(404)
        if found := re.fullmatch(r"/v2/(.+)/blobs/(sha256:.+)", self.path):
            content = registry.blobs.get((found[1], found[2]), b"")
            if content and registry.elsewhere and self.command == "GET":
                place = f"http://{registry.host}/elsewhere/{found[1].replace('/', '+')}/{found[2]}"
                return self.answer(307, b"", {"Location": place})
            return self.answer(200, content) if content else self.answer(404)
        return self.answer(404)

    do_HEAD = do_GET

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        assert body == b""
        if self.allowed() and (found := re.fullmatch(r"/v2/(.+)/blobs/uploads/", self.path)):
            self.answer(202, b"", {"Location": f"http://{self.registry.host}/v2/{found[1]}/blobs/uploads/7?state=x"})

    def do_PUT(self) -> None:
        registry = self.registry
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if not self.allowed():
            return None
        if found := re.fullmatch(r"/v2/(.+)/blobs/uploads/7\?state=x&digest=sha256%3A(\w+)", self.path):
            if digest(body) != f"sha256:{found[2]}":
                return self.answer(400, b'{"errors": [{"code": "DIGEST_INVALID", "message": "no"}]}')
            registry.blobs[found[1], digest(body)] = body
            return self.answer(201, b"", {"Docker-Content-Digest": digest(body)})
        found = re.fullmatch(r"/v2/(.+)/manifests/(.+)", self.path)
        assert found
        if registry.immutable and (found[1], found[2]) in registry.manifests:
            return self.answer(400, b'{"errors": [{"code": "TAG_INVALID", "message": "ImageTagAlreadyExists"}]}')
        for part in [(made := json.loads(body))["config"], *made["layers"]]:
            if (found[1], part["digest"]) not in registry.blobs:
                return self.answer(400, b'{"errors": [{"code": "BLOB_UNKNOWN", "message": "blob unknown"}]}')
        registry.store(found[1], found[2], self.headers["Content-Type"], body)
        return self.answer(201, b"", {"Docker-Content-Digest": digest(body)})

    def allowed(self) -> bool:
        self.registry.requests.append(f"{self.command} {self.path}")
        key = base64.b64encode(f"AWS:{self.registry.password}".encode()).decode()
        if self.headers.get("Authorization") == f"Basic {key}":
            return True
        self.answer(401, b'{"errors": [{"code": "UNAUTHORIZED", "message": "authentication required"}]}')
        return False

    def answer(self, status: int, body: bytes = b"", heads: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (heads or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
