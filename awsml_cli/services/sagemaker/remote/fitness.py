"""What an image would fail for as an endpoint, found before anything is made: its size, its CUDA, its models."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from awsml_cli.core import refusals
from awsml_cli.core.errors import InputError, ServiceError
from awsml_cli.core.limits import SAGEMAKER_SERVERLESS_IMAGE_BYTES
from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker import machines
from awsml_cli.services.sagemaker.containers import repository
from awsml_cli.services.sagemaker.containers.registry import INDEXES
from awsml_cli.services.sagemaker.remote.deployments import Deployment

_MISSING: Final = ("ImageNotFoundException", "RepositoryNotFoundException")
_CONDITION: Final = re.compile(r"(cuda|driver)(>=|<=|<|>|=)([\d.]+)")


@dataclass(frozen=True)
class Driver:
    """The driver of a machine image for endpoints, and the newest CUDA that it knows."""

    version: int
    cuda: tuple[int, int]


# SageMaker's model, InferenceAmiVersion of ProductionVariant; what the default one has is not said there
AMIS: Final = {
    "al2-ami-sagemaker-inference-gpu-2": Driver(535, (12, 2)),
    "al2-ami-sagemaker-inference-gpu-2-1": Driver(535, (12, 2)),
    "al2-ami-sagemaker-inference-gpu-3-1": Driver(550, (12, 4)),
    "al2023-ami-sagemaker-inference-gpu-4-1": Driver(580, (13, 0)),
}
OLDEST: Final = (12, 0)  # of CUDA: what is newer than that may be more than the default image's driver knows


def check(session: Session, wanted: Deployment) -> None:
    """Raises InputError where an image of what is WANTED cannot serve there; what is doubtful is a warning."""
    gpu = any(machines.is_gpu(kind) for kind in wanted.types)
    for image in filter(None, wanted.images):  # that of a package may be kept from us
        if wanted.serverless:
            _size(session, image)
        if gpu:
            about = _about(session, image)
            if wanted.multiple and not _is_triton(image, about):
                raise InputError(
                    "SageMaker serves many models on GPUs with Triton alone, and this image is none",
                    hint="an instance without GPUs, or an image of Triton's",
                )
            if about is not None:
                _cuda(session, _variables(about), wanted.ami)


def _size(session: Session, image: str) -> None:
    stored = _stored(session, image)
    if stored is not None and stored > SAGEMAKER_SERVERLESS_IMAGE_BYTES:
        raise InputError(
            f"the image {image} has {stored / 1024**3:.1f} GB as it is stored, and a serverless endpoint takes "
            f"{SAGEMAKER_SERVERLESS_IMAGE_BYTES // 1024**3}",
            hint="leave out --serverless, or a smaller image: without build tools, with the CPU's wheels of PyTorch",
        )


def _stored(session: Session, image: str) -> int | None:
    """The bytes of IMAGE in ECR, packed as they are; None where that cannot be known."""
    try:
        host, path, reference = repository.split(image)
    except InputError:
        return None
    which = {"imageDigest": reference} if reference.startswith("sha256:") else {"imageTag": reference}
    owner = {"registryId": host.partition(".")[0]} if ".dkr.ecr." in host else {}
    try:
        (found,) = session.client("ecr").describe_images(repositoryName=path, imageIds=[which], **owner)["imageDetails"]
    except ServiceError as error:
        if error.code not in {*refusals.DENIED, *_MISSING}:
            raise
        session.talk.note(f"the size of {image} is not known: {error.message}")
        return None
    return int(found.get("imageSizeInBytes", 0))


def _about(session: Session, image: str) -> Mapping[str, Any] | None:
    """What IMAGE says of itself in its registry; None where it is none of this account's, or cannot be read."""
    try:
        host, _, reference = repository.split(image)
        found = repository.find(session, image.partition("/")[2].partition("@")[0].partition(":")[0])
        if found is None or found.host != host:
            return None
        with repository.entered(session, found) as registry:
            manifest = registry.manifest(found.path, reference)
            if manifest is None or manifest.media_type in INDEXES:
                return None
            about = json.loads(registry.blob(found.path, manifest.data["config"]["digest"])).get("config") or {}
    except (ServiceError, InputError) as error:
        session.talk.note(f"{image} is not looked at: {error.message}")
        return None
    return dict(about)


def _variables(about: Mapping[str, Any]) -> dict[str, str]:
    """What an image says by its environment, and by labels of the same names."""
    found = {str(name).upper(): str(value) for name, value in (about.get("Labels") or {}).items()}
    return found | {word.partition("=")[0]: word.partition("=")[2] for word in about.get("Env") or ()}


def _is_triton(image: str, about: Mapping[str, Any] | None) -> bool:
    return "triton" in image.lower() or "TRITON_SERVER_VERSION" in _variables(about or {})


def _cuda(session: Session, said: Mapping[str, str], ami: str | None) -> None:
    """Whether the driver of AMI knows the CUDA that an image has, by what was SAID of it."""
    cuda = _pair(said.get("CUDA_VERSION", ""))
    requires = said.get("NVIDIA_REQUIRE_CUDA", "")
    needed = cuda or _pair((re.search(r"cuda>=([\d.]+)", requires) or ["", ""])[1])
    if needed is None:
        return
    shown = ".".join(map(str, needed))
    fit = [name for name, driver in AMIS.items() if _knows(driver, needed, requires)]
    hint = f"--ami {fit[0]}" if fit else "an image with an older CUDA"
    if ami is None:
        if needed > OLDEST:
            session.talk.warn(f"the image has CUDA {shown}, which the default machine image may not know; {hint}")
        return
    driver = AMIS.get(ami)
    if driver is None:
        return
    known = ".".join(map(str, driver.cuda))
    if ami not in fit:
        raise InputError(f"the image needs CUDA {shown}, and the driver of {ami} knows {known}", hint=hint)
    if needed > driver.cuda:
        session.talk.warn(f"the image has CUDA {shown}, and the driver of {ami} knows {known}: what is new may fail")


def _knows(driver: Driver, needed: tuple[int, int], requires: str) -> bool:
    """Whether DRIVER is enough: by the image's own words, one of which has to hold, else by CUDA's major version.

    https://docs.nvidia.com/deploy/cuda-compatibility/: within a major version, a driver runs newer minor ones too.
    """
    if requires:
        return any(all(_holds(driver, one) for one in words.split(",")) for words in requires.split())
    return needed[0] <= driver.cuda[0]


def _holds(driver: Driver, condition: str) -> bool:
    """Whether CONDITION holds, as `cuda>=12.4` or `driver<551`; what is about the brand of a card always does."""
    found = _CONDITION.fullmatch(condition)
    if not found:
        return True
    is_cuda = found[1] == "cuda"
    have: Any = driver.cuda if is_cuda else (driver.version, 0)
    want: Any = _pair(found[3]) or (0, 0)
    return bool(
        {">=": have >= want, "<=": have <= want, "<": have < want, ">": have > want, "=": have == want}[found[2]]
    )


def _pair(text: str) -> tuple[int, int] | None:
    """`12.6.3` as (12, 6)."""
    found = re.match(r"(\d+)(?:\.(\d+))?", text)
    return (int(found[1]), int(found[2] or 0)) if found else None
