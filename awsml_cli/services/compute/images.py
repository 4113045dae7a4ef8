"""Deep Learning Containers: AWS's own images to train in and serve from, as they stand in ECR today.

https://aws.github.io/deep-learning-containers/reference/available_images/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from awsml_cli.core import paging, refusals
from awsml_cli.core.containers import account
from awsml_cli.core.errors import InputError, ServiceError, UsageError
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session

# the repositories of a framework, by what they are for; of the table in core/containers.py
FRAMEWORKS: Final = {
    "pytorch": {"training": "pytorch-training", "inference": "pytorch-inference"},
    "tensorflow": {"training": "tensorflow-training", "inference": "tensorflow-inference"},
    "huggingface": {"training": "huggingface-pytorch-training", "inference": "huggingface-pytorch-inference"},
    "huggingface-neuronx": {
        "training": "huggingface-pytorch-training-neuronx",
        "inference": "huggingface-pytorch-inference-neuronx",
    },
    "autogluon": {"training": "autogluon-training", "inference": "autogluon-inference"},
    "neuronx": {"training": "pytorch-training-neuronx", "inference": "pytorch-inference-neuronx"},
    "tgi": {"inference": "huggingface-pytorch-tgi-inference"},
    "djl": {"inference": "djl-inference"},
    "vllm": {"inference": "vllm"},
    "sglang": {"inference": "sglang"},
}
DEVICES: Final = ("gpu", "cpu", "neuronx")
PLATFORMS: Final = ("sagemaker", "ec2")
SOURCE: Final = "https://aws.github.io/deep-learning-containers/reference/available_images/"
_PAGE: Final = 1000
_VERSION: Final = re.compile(r"(\d+(?:\.\d+)+)(?:[-_]|$)")
_OF_A_DAY: Final = re.compile(r"-v\d+(\.\d+)*(-|$)|-\d{4}-\d\d-\d\d|soci")  # the same image, as it was on a day


class Image(Record):
    """An image: `image` is what to say where one is asked for. The size in bytes is that of what is stored."""

    columns: ClassVar[tuple[str, ...]] = ("image", "version", "device", "python", "cuda", "image_pushed_at")

    image: str
    repository_name: str
    tag: str
    version: str
    device: str | None = None
    python: str | None = None
    cuda: str | None = None
    os: str | None = None
    platform: str | None = None
    image_digest: str
    image_size_in_bytes: int | None = None
    image_pushed_at: Any = None


class Chosen(Image):
    """One image, shown by its URI alone."""

    columns: ClassVar[tuple[str, ...]] = ("image",)


@dataclass(frozen=True)
class Wanted:
    """What is looked for: of a FRAMEWORK (or a repository's own name), what it is FOR, the beginning of a VERSION."""

    framework: str
    use: str = "training"
    version: str | None = None
    device: str | None = None
    python: str | None = None
    cuda: str | None = None
    platform: str | None = None


def images(session: Session, wanted: Wanted, *, limit: int | None = None) -> Listing:
    """The images that are WANTED, the newest version first. Raises UsageError, InputError."""
    return Listing(iter(_found(session, wanted)[:limit]), "imageDetails")


def newest(session: Session, wanted: Wanted) -> Chosen:
    """The one image to take: of the newest version, the one pushed last. Raises InputError where none is as WANTED."""
    found = _found(session, wanted)
    if not found:
        raise InputError(
            f"no image of {_repository(wanted)} is like that", hint=f"awsml compute images {wanted.framework}"
        )
    return Chosen(**found[0].fields()).with_raw(found[0].raw)


def _repository(wanted: Wanted) -> str:
    """What ECR calls it; a name that is in no table of ours is taken for a repository's."""
    uses = FRAMEWORKS.get(wanted.framework)
    if uses is None:
        return wanted.framework
    # one that only serves needs not be told what it is for
    only = next(iter(uses.values())) if len(uses) == 1 else None
    name = uses.get(wanted.use) or only
    if name is None:
        raise UsageError(f"{wanted.framework} has no images for {wanted.use}", hint=f"one of: {', '.join(uses)}")
    return name


def _found(session: Session, wanted: Wanted) -> list[Image]:
    name, owner = _repository(wanted), account(session.region)
    ecr = session.client("ecr")
    try:
        # the registry's address is what ECR says, with the domain of its partition
        (entry,) = ecr.get_authorization_token(registryIds=[owner])["authorizationData"]
        host = urlsplit(entry["proxyEndpoint"]).netloc
        told = list(
            paging.items(
                ecr.describe_images,
                "imageDetails",
                registryId=owner,
                repositoryName=name,
                filter={"tagStatus": "TAGGED"},
                maxResults=_PAGE,
            )
        )
    except ServiceError as error:
        if error.code == "RepositoryNotFoundException":
            raise InputError(
                f"there are no images called {name} in {session.region}", hint=f"one of: {', '.join(FRAMEWORKS)}"
            ) from None
        if error.code in refusals.DENIED:
            error.hint = f"{error.hint or ''}; what there is: {SOURCE}".lstrip("; ")
        raise
    found = [image for about in told for image in _read(host, about) if _fits(image, wanted)]
    found.sort(
        key=lambda one: (_numbers(one.version), one.platform != "ec2", str(one.image_pushed_at), one.tag), reverse=True
    )
    return found


def _read(host: str, about: dict[str, Any]) -> Iterator[Image]:
    """An image by the fullest of its tags that moves on with it; one with none but those of a day is an old one."""
    tags = [tag for tag in about.get("imageTags") or () if not _OF_A_DAY.search(tag) and _VERSION.match(tag)]
    if not tags:
        return
    tag = max(tags, key=lambda tag: (_numbers(tag.partition("-")[0]), len(tag)))
    words = tag.split("-")
    python, cuda = _one(words, r"py(\d)(\d+)"), _one(words, r"cu(\d\d)(\d+)")
    device = next((word for word in words if word in DEVICES), None)
    yield Image(
        image=f"{host}/{about['repositoryName']}:{tag}",
        repository_name=about["repositoryName"],
        tag=tag,
        version=(_VERSION.match(tag) or ["", tag])[1],
        device=device or ("gpu" if cuda else None),
        python=python,
        cuda=cuda,
        os=next((word for word in words if re.match(r"ubuntu|amzn|al\d", word)), None),
        platform=next((word for word in words if word in PLATFORMS), None),
        image_digest=about["imageDigest"],
        image_size_in_bytes=about.get("imageSizeInBytes"),
        image_pushed_at=about.get("imagePushedAt"),
    ).with_raw(about)


def _one(words: list[str], pattern: str) -> str | None:
    """`py312` as 3.12, `cu126` as 12.6."""
    found = next((match for word in words if (match := re.fullmatch(pattern, word))), None)
    return f"{found[1]}.{found[2]}" if found else None


def _fits(one: Image, wanted: Wanted) -> bool:
    return (
        (wanted.version is None or _begins(one.version, wanted.version))
        and (wanted.device is None or one.device == wanted.device)
        and (wanted.python is None or one.python == wanted.python)
        and (wanted.cuda is None or (one.cuda is not None and _begins(one.cuda, wanted.cuda)))
        and (wanted.platform is None or one.platform in (None, wanted.platform))
    )


def _begins(version: str, wanted: str) -> bool:
    """Whether VERSION is WANTED, or a part of it: 2.6.0 is 2.6, and 2.10 is not 2.1."""
    parts = wanted.split(".")
    return version.split(".")[: len(parts)] == parts


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))
