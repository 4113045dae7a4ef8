"""A registry of images over HTTP, by Python alone: manifests and blobs, read and written.

https://github.com/opencontainers/distribution-spec/blob/main/spec.md
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from awsml_cli.core.errors import InputError, ServiceError

DOCKER: Final = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_CONFIG: Final = "application/vnd.docker.container.image.v1+json"
DOCKER_LAYER: Final = "application/vnd.docker.image.rootfs.diff.tar.gzip"
OCI: Final = "application/vnd.oci.image.manifest.v1+json"
INDEXES: Final = (
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.index.v1+json",
)
TIMEOUT: Final = 60  # seconds
CHUNK: Final = 1 << 20


@dataclass(frozen=True)
class Manifest:
    """A manifest: its bytes as they are stored, their media type and digest."""

    content: bytes
    media_type: str
    digest: str

    @property
    def data(self) -> dict[str, Any]:
        """What it says."""
        return dict(json.loads(self.content))

    @property
    def size(self) -> int:
        """Of the layers as they are stored, in bytes."""
        return sum(int(layer.get("size", 0)) for layer in self.data.get("layers", ()))


class Registry:
    """The registry at HOST, entered with USER and PASSWORD; one connection, kept open. A context manager."""

    def __init__(
        self, host: str, *, secure: bool = True, user: str = "", password: str = "", root: Path | None = None
    ) -> None:
        self.host = host
        self._connection: http.client.HTTPConnection
        if secure:
            trusted = ssl.create_default_context(cafile=str(root) if root else None)
            self._connection = http.client.HTTPSConnection(host, timeout=TIMEOUT, context=trusted)
        else:
            self._connection = http.client.HTTPConnection(host, timeout=TIMEOUT)
        self._trusted = trusted if secure else None
        key = base64.b64encode(f"{user}:{password}".encode()).decode()
        self._entry = {"Authorization": f"Basic {key}"} if user else {}

    def __enter__(self) -> Registry:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def manifest(self, name: str, reference: str) -> Manifest | None:
        """The manifest of REFERENCE, a tag or a digest, in the repository NAME; None where there is none."""
        accept = ", ".join((DOCKER, OCI, *INDEXES))
        status, heads, body = self._ask("GET", f"/v2/{name}/manifests/{reference}", heads={"Accept": accept})
        if status == 404:
            return None
        _expect(status, (200,), body, f"reading {name}:{reference}")
        digest = heads.get("docker-content-digest") or _sha256(body)
        return Manifest(body, heads.get("content-type", "").partition(";")[0], digest)

    def tags(self, name: str) -> list[str]:
        """The tags of the repository NAME, none where there is no such."""
        status, _, body = self._ask("GET", f"/v2/{name}/tags/list")
        if status == 404:
            return []
        _expect(status, (200,), body, f"listing {name}")
        return list(json.loads(body).get("tags") or [])

    def blob(self, name: str, digest: str) -> bytes:
        """A blob that fits in memory, such as a configuration; what it says is what its DIGEST promises."""
        status, heads, body = self._ask("GET", f"/v2/{name}/blobs/{digest}")
        if status in (301, 302, 303, 307):
            status, body = self._elsewhere(heads["location"])
        _expect(status, (200,), body, f"reading {digest[:19]}")
        if _sha256(body) != digest:
            raise ServiceError(f"{self.host} gave a blob that is not {digest[:19]}", code="UnusableAnswer")
        return body

    def upload(self, name: str, content: bytes) -> str:
        """Put CONTENT into the repository NAME unless it is there, and return its digest."""
        digest = _sha256(content)
        if self._ask("HEAD", f"/v2/{name}/blobs/{digest}")[0] == 200:
            return digest
        status, heads, body = self._ask("POST", f"/v2/{name}/blobs/uploads/", b"")
        _expect(status, (202,), body, f"an upload to {name}")
        place = heads["location"]
        joint = "&" if "?" in place else "?"
        status, _, body = self._ask(
            "PUT",
            f"{self._path(place)}{joint}{urlencode({'digest': digest})}",
            content,
            heads={"Content-Type": "application/octet-stream"},
        )
        _expect(status, (201,), body, f"an upload to {name}")
        return digest

    def put(self, name: str, reference: str, content: bytes, media_type: str) -> Manifest:
        """Store a manifest as REFERENCE. Raises InputError where the tag is taken and may not be moved."""
        status, heads, body = self._ask(
            "PUT", f"/v2/{name}/manifests/{reference}", content, heads={"Content-Type": media_type}
        )
        if status == 400 and b"ImageTagAlreadyExists" in body:
            raise InputError(f"the tag {reference} of {name} is taken, and tags there do not move")
        _expect(status, (201,), body, f"storing {name}:{reference}")
        return Manifest(content, media_type, heads.get("docker-content-digest") or _sha256(content))

    def _ask(
        self, method: str, path: str, body: bytes | None = None, *, heads: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        for attempt in (1, 2):
            try:
                self._connection.request(method, path, body, {**self._entry, **(heads or {})})
                answer = self._connection.getresponse()
                content = answer.read()
                break
            except (OSError, http.client.HTTPException) as problem:
                self._connection.close()
                if attempt == 2 or not isinstance(problem, http.client.RemoteDisconnected | BrokenPipeError):
                    raise ServiceError(
                        f"cannot talk to the registry {self.host}: {problem or type(problem).__name__}",
                        hint="check the network, and AWS_CA_BUNDLE where the registry has a certificate of its own",
                    ) from None
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, content

    def _elsewhere(self, address: str) -> tuple[int, bytes]:
        """What lies at ADDRESS, where the registry sent us: without our key, which is not that place's business."""
        parts = urlsplit(address)
        line = http.client.HTTPConnection(parts.netloc, timeout=TIMEOUT)
        if parts.scheme == "https":
            line = http.client.HTTPSConnection(parts.netloc, timeout=TIMEOUT, context=self._trusted)
        try:
            line.request("GET", f"{parts.path}?{parts.query}" if parts.query else parts.path)
            answer = line.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException) as problem:
            raise ServiceError(f"cannot fetch what {self.host} keeps at {parts.netloc}: {problem}") from None
        finally:
            line.close()

    def _path(self, place: str) -> str:
        parts = urlsplit(place)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _expect(status: int, wanted: tuple[int, ...], body: bytes, what: str) -> None:
    if status in wanted:
        return
    try:
        first = json.loads(body)["errors"][0]
        said = f"{first.get('code', '')}: {first.get('message', '')}"
    except (ValueError, LookupError, TypeError):
        said = body[:200].decode("utf-8", "replace").strip()
    hint = "the login is not valid there" if status == 401 else None
    raise ServiceError(f"{what} was refused: HTTP {status} {said}".strip(), hint=hint, code=str(status), status=status)


def _sha256(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
