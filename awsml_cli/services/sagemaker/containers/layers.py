"""A layer of code on top of an image in its registry: a new image in a fraction of a second, without an engine."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Mapping
from typing import Any, Final

from awsml_cli.core.errors import UsageError
from awsml_cli.services.sagemaker.containers.registry import (
    DOCKER,
    DOCKER_CONFIG,
    DOCKER_LAYER,
    INDEXES,
    Manifest,
    Registry,
)
from awsml_cli.services.sagemaker.project import Project

CODE: Final = "opt/ml/code"
OURS: Final = "com.awsml.code-layer"  # the label that names the layer which the next one replaces
LAYERS: Final = 127  # of an image, by Docker's own limit


def layer(project: Project) -> tuple[bytes, str]:
    """The code of PROJECT as a layer, and the digest of it uncompressed; the same code gives the same bytes.

    It hides what lies in that folder below it, so that a file which is gone is gone.
    """
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for folder in ("opt", "opt/ml", CODE):
            archive.addfile(_folder(folder))
        archive.addfile(tarfile.TarInfo(f"{CODE}/.wh..wh..opq"))
        seen: set[str] = set()
        for name in project.files():
            for parent in reversed(name.parents):
                if str(parent) not in (".", *seen):
                    seen.add(str(parent))
                    archive.addfile(_folder(f"{CODE}/{parent.as_posix()}"))
            path = project.root / name
            content = path.read_bytes()
            entry = tarfile.TarInfo(f"{CODE}/{name.as_posix()}")
            entry.size, entry.mode = len(content), 0o755 if path.stat().st_mode & 0o111 else 0o644
            archive.addfile(entry, io.BytesIO(content))
    raw = plain.getvalue()
    return gzip.compress(raw, compresslevel=6, mtime=0), f"sha256:{hashlib.sha256(raw).hexdigest()}"


def append(
    registry: Registry, name: str, under: Manifest, project: Project, *, tag: str, labels: Mapping[str, str]
) -> Manifest:
    """Put the code of PROJECT on top of the image UNDER of the repository NAME, and store that as TAG."""
    if under.media_type in INDEXES:
        raise UsageError(
            f"{name} holds an index of several images there, not one image", hint="push without --code-only"
        )
    manifest = under.data
    config = json.loads(registry.blob(name, manifest["config"]["digest"]))
    packed, plain_digest = layer(project)
    layers = [_docker(one) for one in manifest["layers"]]
    _take_off(config, layers)
    if len(layers) >= LAYERS:
        raise UsageError(f"the image has {len(layers)} layers already", hint="push without --code-only")
    layers.append({"mediaType": DOCKER_LAYER, "size": len(packed), "digest": registry.upload(name, packed)})
    config["rootfs"]["diff_ids"].append(plain_digest)
    config.setdefault("history", []).append({"created_by": "awsml: code", "created": config.get("created", "")})
    config.setdefault("config", {}).setdefault("Labels", None)
    config["config"]["Labels"] = {**(config["config"]["Labels"] or {}), **labels, OURS: plain_digest}
    content = json.dumps(config, sort_keys=True).encode()
    made = {
        "schemaVersion": 2,
        "mediaType": DOCKER,
        "config": {"mediaType": DOCKER_CONFIG, "size": len(content), "digest": registry.upload(name, content)},
        "layers": layers,
    }
    return registry.put(name, tag, json.dumps(made).encode(), DOCKER)


def _take_off(config: dict[str, Any], layers: list[dict[str, Any]]) -> None:
    """Take the layer of code that we put on last time off again, or they would pile up."""
    ours = ((config.get("config") or {}).get("Labels") or {}).get(OURS)
    if ours and config["rootfs"]["diff_ids"][-1] == ours:
        config["rootfs"]["diff_ids"].pop()
        config["history"].pop()
        layers.pop()


def _docker(one: dict[str, Any]) -> dict[str, Any]:
    if "zstd" in one["mediaType"]:
        raise UsageError("the image has layers packed with zstd, which SageMaker does not read", hint="build it anew")
    return {**one, "mediaType": DOCKER_LAYER}


def _folder(name: str) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.mode = tarfile.DIRTYPE, 0o755
    return entry
