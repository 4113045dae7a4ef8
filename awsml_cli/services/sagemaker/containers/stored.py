"""What a registry holds of an image, looked at without an engine: manifest, platform, size, digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Final

from awsml_cli.core.errors import ConfigError, InputError, ServiceError
from awsml_cli.core.limits import SAGEMAKER_SERVERLESS_IMAGE_BYTES
from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker.containers import repository
from awsml_cli.services.sagemaker.containers.check import Check
from awsml_cli.services.sagemaker.containers.engine import PLATFORM
from awsml_cli.services.sagemaker.containers.registry import DOCKER, INDEXES, Manifest, Registry

TYPE: Final = "manifest is Docker's, version 2"
ONE: Final = "manifest is for one platform"
DIGEST: Final = "digest is that of the manifest"
SIZE: Final = "size for serverless, as stored"
STORED_PLATFORM: Final = "platform, as stored"


def is_stored(image: str) -> bool:
    """Whether IMAGE is called as one in a registry is."""
    host, slash, _ = image.partition("/")
    return bool(slash) and host != "localhost" and ("." in host or ":" in host)


def report(session: Session, image: str) -> Iterator[Check]:
    """What there is to say of IMAGE where it is stored, each promise as it is looked at.

    Raises InputError where there is none, or where the registry is not ECR's.
    """
    with repository.opened(session, image) as (registry, path, reference):
        found = registry.manifest(path, reference)
        if found is None:
            raise InputError(f"there is no image {image}", hint=f"awsml ecr ls {path}")
        yield from _report(registry, path, reference, found)


def report_if_can(session: Session, image: str) -> list[Check]:
    """The same; where the registry cannot be looked at, that is all there is to say."""
    try:
        return list(report(session, image))
    except (InputError, ConfigError, ServiceError) as error:
        return [Check(check=TYPE, result="skip", detail=error.message)]


def _report(registry: Registry, path: str, reference: str, found: Manifest) -> Iterator[Check]:
    yield _check(TYPE, found.media_type == DOCKER, found.media_type)
    counted = f"sha256:{hashlib.sha256(found.content).hexdigest()}"
    asked = reference if reference.startswith("sha256:") else found.digest
    same = counted == found.digest == asked
    yield _check(DIGEST, same, counted if same else f"{counted} instead of {asked}")
    if found.media_type in INDEXES:
        held = found.data.get("manifests") or ()
        names = [f"{one.get('platform', {}).get('os')}/{one.get('platform', {}).get('architecture')}" for one in held]
        yield _check(ONE, False, f"an index of {len(names)}: {', '.join(names)}")
        return
    yield _check(ONE, True, "no index")
    config = json.loads(registry.blob(path, found.data["config"]["digest"]))
    platform = f"{config.get('os')}/{config.get('architecture')}"
    yield _check(STORED_PLATFORM, platform == PLATFORM, platform)
    yield _check(SIZE, found.size <= SAGEMAKER_SERVERLESS_IMAGE_BYTES, f"{found.size / 1e9:.2f} GB of at most 10")


def _check(name: str, good: bool, detail: str) -> Check:
    return Check(check=name, result="pass" if good else "fail", detail=detail)
