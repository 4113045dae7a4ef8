"""Deep Learning AMIs: the newest of each kind, from the public parameters that AWS keeps of them.

https://docs.aws.amazon.com/dlami/latest/devguide/find-dlami-id.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from awsml_cli.core import paging, refusals
from awsml_cli.core.errors import InputError, ServiceError
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session

PATH: Final = "/aws/service/deeplearning/ami"
ARCHITECTURES: Final = ("x86_64", "arm64")
KINDS: Final = ("base", "framework", "conda")
_NAME: Final = re.compile(rf"{PATH}/(?P<architecture>[^/]+)/(?P<kind>.+)/latest/ami-id")
_SYSTEM: Final = re.compile(r"-?((ubuntu|amazon-linux)-[\d.]+)$")
_FRAMEWORK: Final = re.compile(r"(pytorch|tensorflow|mxnet|jax)-?(\d[\d.]*)?")
_SAID: Final = re.compile(r"CUDA[ -]?(\d+\.\d+)", re.IGNORECASE)
_PAGE: Final = 10  # AWS gives no more parameters at a time
# The parameters do not say which CUDA there is; AWS's release notes do, as read in 2026-10:
# https://docs.aws.amazon.com/dlami/latest/devguide/appendix-ami-release-notes.html
# Of PyTorch's from 2.7 on the notes name none: it is that of PyTorch's own packages.
_STACKS: Final = (
    (re.compile(r"base-with-single-cuda-"), ("13.2",)),
    (re.compile(r"base-oss-nvidia-driver-"), ("12.8", "12.9", "13.0", "13.2")),
    (re.compile(r"-pytorch-2\.6-"), ("12.6",)),
)


class Ami(Record):
    """An AMI: the newest of its kind. `cuda` is what of it is known, and may be nothing."""

    columns: ClassVar[tuple[str, ...]] = (
        "image_id",
        "ami",
        "architecture",
        "os",
        "framework",
        "version",
        "cuda",
        "creation_date",
    )

    image_id: str
    ami: str
    kind: str
    architecture: str
    os: str | None = None
    framework: str | None = None
    version: str | None = None
    gpu: bool
    cuda: list[str]
    name: str | None = None
    creation_date: str | None = None
    deprecation_time: str | None = None
    parameter: str
    region: str


class Chosen(Ami):
    """One AMI, shown by its id alone."""

    columns: ClassVar[tuple[str, ...]] = ("image_id",)


@dataclass(frozen=True)
class Wanted:
    """What is looked for: a FRAMEWORK with the beginning of its VERSION, the beginning of an OS (`ubuntu`), a CUDA."""

    kind: str | None = None
    framework: str | None = None
    version: str | None = None
    architecture: str | None = None
    os: str | None = None
    cuda: str | None = None
    gpu: bool | None = None


def amis(session: Session, wanted: Wanted) -> Listing:
    """The AMIs that are WANTED, the newest version of a framework first."""
    return Listing(iter(_found(session, wanted)), "Parameters")


def newest(session: Session, wanted: Wanted) -> Chosen:
    """The one AMI to take: of the newest framework, the newest system. Raises InputError where none is as WANTED."""
    found = _found(session, wanted)
    if not found:
        raise InputError(f"no Deep Learning AMI in {session.region} is like that", hint="awsml compute amis")
    return Chosen(**found[0].fields()).with_raw(found[0].raw)


def _found(session: Session, wanted: Wanted) -> list[Ami]:
    path = f"{PATH}/{wanted.architecture}" if wanted.architecture else PATH
    told = paging.items(
        session.client("ssm").get_parameters_by_path, "Parameters", Path=path, Recursive=True, MaxResults=_PAGE
    )
    found = [one for parameter in told if (one := _ami(session, parameter)) and _fits(one, wanted)]
    found = list(_described(session, found))
    if wanted.cuda:
        silent = [one.ami for one in found if one.gpu and not one.cuda]
        if silent:
            session.talk.note(f"of {', '.join(silent)} it is not known which CUDA they have")
        found = [one for one in found if any(_begins(cuda, wanted.cuda) for cuda in one.cuda)]
    return sorted(found, key=_rank)


def _ami(session: Session, parameter: dict[str, Any]) -> Ami | None:
    """What a parameter's name tells; None for one that is not the newest of its kind."""
    named = _NAME.fullmatch(parameter.get("Name", ""))
    if named is None:
        return None
    system, framework = _SYSTEM.search(named["kind"]), _FRAMEWORK.search(named["kind"])
    conda = "conda" in named["kind"] or "multi-framework" in named["kind"]
    found = Ami(
        image_id=parameter["Value"],
        ami=named["kind"],
        kind="conda" if conda else "framework" if framework else "base",
        architecture=named["architecture"],
        os=system[1] if system else None,
        framework=framework[1] if framework else None,
        version=framework[2] if framework else None,
        gpu=re.search(r"gpu|nvidia|cuda", named["kind"]) is not None,
        cuda=next((list(cuda) for pattern, cuda in _STACKS if pattern.search(named["kind"])), []),
        creation_date=_day(parameter.get("LastModifiedDate")),
        parameter=parameter["Name"],
        region=session.region,
    )
    return found.with_raw(parameter)


def _described(session: Session, found: Sequence[Ami]) -> Iterator[Ami]:
    """The same with what EC2 says of each: its name, its day and its end; without, where EC2 may not be asked."""
    if not found:
        return
    ids = sorted({one.image_id for one in found})
    try:
        told = {
            image["ImageId"]: image
            for begin in range(0, len(ids), 100)
            for image in paging.items(
                session.client("ec2").describe_images,
                "Images",
                Filters=[{"Name": "image-id", "Values": ids[begin : begin + 100]}],
            )
        }
    except ServiceError as error:
        if error.code not in refusals.DENIED:
            raise
        session.talk.note(f"EC2 may not be asked about the images: {error.message}")
        told = {}
    for one in found:
        about = told.get(one.image_id, {})
        said = _SAID.findall(f"{about.get('Name', '')} {about.get('Description', '')}")
        more = {
            "name": about.get("Name"),
            "creation_date": _day(about.get("CreationDate")) or one.creation_date,
            "deprecation_time": _day(about.get("DeprecationTime")),
            "cuda": sorted(set(said), key=_numbers) or one.cuda,
        }
        yield one.model_copy(update=more).with_raw(one.raw)


def _fits(one: Ami, wanted: Wanted) -> bool:
    return (
        (wanted.kind is None or one.kind == wanted.kind)
        and (wanted.framework is None or one.framework == wanted.framework)
        and (wanted.version is None or _begins(one.version or "", wanted.version))
        and (wanted.os is None or (one.os or "").startswith(wanted.os))
        and (wanted.gpu is None or one.gpu == wanted.gpu)
    )


def _begins(version: str, wanted: str) -> bool:
    """Whether VERSION is WANTED, or a part of it: 2.7.1 is 2.7 and 2, and 2.10 is not 2.1."""
    parts = wanted.split(".")
    return version.split(".")[: len(parts)] == parts


def _rank(one: Ami) -> tuple[Any, ...]:
    """Bases first, then each framework with its newest version, on x86, on Ubuntu's newest."""
    return (
        KINDS.index(one.kind),
        one.framework or "",
        tuple(-part for part in _numbers(one.version or "")),
        ARCHITECTURES.index(one.architecture) if one.architecture in ARCHITECTURES else 9,
        not one.gpu,
        "ubuntu" not in (one.os or ""),
        tuple(-part for part in _numbers((one.os or "").rpartition("-")[2])),
        one.ami,
    )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


def _day(moment: Any) -> str | None:
    return str(moment)[:10] if moment else None
