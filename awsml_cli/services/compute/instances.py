"""Instance types: what each has, what an hour of it costs here, and whether it is still of this age.

Which types SageMaker takes is what botocore's model says; what they have, EC2, whose namesakes they are.
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypes.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, ClassVar, Final

from awsml_cli.core import lifecycle, paging, refusals
from awsml_cli.core.errors import InputError, ServiceError
from awsml_cli.core.hourly import INSTANCES
from awsml_cli.core.lifecycle import Family
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.compute import price_list
from awsml_cli.services.compute.price_list import Entry

EC2: Final = "ec2"
# what a machine is for: the name of its types in SageMaker's model, and of its part of the price list
USES: Final = {
    "training": ("TrainingInstanceType", "Training"),
    "hosting": ("ProductionVariantInstanceType", "Hosting"),
    "processing": ("ProcessingInstanceType", "Processing"),
    "transform": ("TransformInstanceType", "BatchTransform"),
    "notebook": ("InstanceType", "Notebook"),
    "accelerator": ("ProductionVariantAcceleratorType", ""),  # of Elastic Inference; no price, since it is no more
    EC2: ("", "EC2"),
}
USUAL: Final = ("training", "hosting", "accelerator")
LISTED: Final = "AWS Price List"
ELSEWHERE: Final = "not offered here"  # neither EC2 nor the price list of this region has it
_PAGE: Final = 100
_PATTERNS: Final = 100  # values of one filter; EC2 takes 200


class Instance(Record):
    """An instance type. Memory is in GiB, `price` in US dollars an hour on demand: of the first of its `uses`.

    `accelerators` are GPUs, or AWS's own chips; `price_source` says where prices come from.
    """

    columns: ClassVar = (
        *("instance_type", "vcpus", "memory", "accelerators", "accelerator", "accelerator_memory", "price", "state"),
    )

    instance_type: str
    family: str
    uses: list[str]
    vcpus: int | None = None
    memory: float | None = None
    accelerators: int | None = None
    accelerator: str | None = None
    accelerator_memory: float | None = None
    architecture: str | None = None
    price: float | None = None
    prices: dict[str, float]
    price_source: str | None = None
    state: str
    replacement: str | None = None


@dataclass(frozen=True)
class Wanted:
    """What is looked for. PATTERNS name types, as `ml.g5.*`; the least MEMORY is in GiB, the most to pay an hour's."""

    uses: Sequence[str] = USUAL
    patterns: Sequence[str] = ()
    gpu: bool | None = None
    accelerators: int | None = None
    vcpus: int | None = None
    memory: float | None = None
    price: float | None = None
    current: bool = False
    cheapest: bool = False


@dataclass
class _Known:
    """What was found out of all types: by EC2's name, and by use and name."""

    machines: Mapping[str, Mapping[str, Any]]
    entries: dict[str, Mapping[str, Entry]] = field(default_factory=dict)
    source: str = LISTED

    @property
    def complete(self) -> bool:
        """Whether both were read, so that what they have not is not there."""
        return bool(self.machines) and self.source == LISTED


def instances(session: Session, wanted: Wanted) -> Listing:
    """The types that are WANTED, by name or the cheapest first. Raises InputError for a pattern that names none."""

    def records() -> Iterator[Instance]:
        named = _named(session, wanted)
        known = _Known(_machines(session, named, wanted))
        if EC2 in wanted.uses:
            for name in known.machines:
                if _fits(name, wanted.patterns):
                    named.setdefault(name, []).append(EC2)
        for pattern in wanted.patterns:
            if not any(fnmatchcase(name, pattern) for name in named):
                raise InputError(
                    f"there is no instance type `{pattern}` for {', '.join(wanted.uses)}",
                    hint="a pattern, as 'ml.g5.*'; awsml compute instances",
                )
        _priced(session, known, named, wanted)
        found = [one for name, uses in named.items() if _wanted(one := _instance(name, uses, known), wanted)]
        if wanted.cheapest:
            found.sort(key=lambda one: (one.price is None, one.price or 0.0, one.instance_type))
        yield from found

    return Listing(records(), "Instances")


def _named(session: Session, wanted: Wanted) -> dict[str, list[str]]:
    """The types of SageMaker's that are asked for, and the uses of each, in the model's order."""
    found: dict[str, list[str]] = {}
    of_sagemaker = [use for use in wanted.uses if use != EC2]
    if not of_sagemaker:
        return found
    model = session.client("sagemaker").boto.meta.service_model
    for use in of_sagemaker:
        for name in model.shape_for(USES[use][0]).enum:
            if _fits(name, wanted.patterns):
                found.setdefault(name, []).append(use)
    return dict(sorted(found.items(), key=lambda item: _order(item[0])))


def _fits(name: str, patterns: Sequence[str]) -> bool:
    return not patterns or any(fnmatchcase(name, pattern) for pattern in patterns)


def _order(name: str) -> tuple[str, float, str]:
    """By family, and within it by size."""
    family, _, size = name.removeprefix("ml.").partition(".")
    sizes = ("nano", "micro", "small", "medium", "large", "xlarge")
    times = size.removesuffix("xlarge")
    return family, float(times) * 10 if times.isdigit() else sizes.index(size) if size in sizes else 1e6, size


def _machines(session: Session, named: Mapping[str, Sequence[str]], wanted: Wanted) -> Mapping[str, Mapping[str, Any]]:
    """What EC2 says of the types in this region; nothing where it may not be asked."""
    if EC2 in wanted.uses:
        asked = [pattern for pattern in wanted.patterns if not pattern.startswith("ml.")]
    else:
        asked = sorted({name.removeprefix("ml.") for name in named})
    if EC2 not in wanted.uses and not asked:
        return {}
    # a list of all types is shorter asked for as a whole
    filters = [{"Name": "instance-type", "Values": asked}] if 0 < len(asked) <= _PATTERNS else []
    more: dict[str, Any] = {"Filters": filters} if filters else {}
    try:
        found = paging.items(session.client("ec2").describe_instance_types, "InstanceTypes", MaxResults=_PAGE, **more)
        by_name = {one["InstanceType"]: one for one in found}
    except ServiceError as error:
        if error.code not in refusals.DENIED or EC2 in wanted.uses:
            raise
        session.talk.warn(f"EC2 may not be asked what the types have: {error.message}")
        return {}
    return dict(sorted(by_name.items(), key=lambda item: _order(item[0])))


def _priced(session: Session, known: _Known, named: Mapping[str, Sequence[str]], wanted: Wanted) -> None:
    """Put the prices of each use into what is KNOWN; a table of ours stands in where the list may not be read."""
    alone = next(iter(named)) if len(named) == 1 else None
    try:
        for use in wanted.uses:
            if USES[use][1] and any(use in uses for uses in named.values()):
                known.entries[use] = price_list.hours(session, USES[use][1], instance=alone)
    except ServiceError as error:
        if error.code not in {*refusals.DENIED, "UnrecognizedClientException", "InvalidClientTokenId"}:
            raise
        session.talk.warn(
            f"AWS's price list may not be read ({error.message}); prices are those of US East as of 2025, where known"
        )
        known.source = "as of 2025, us-east-1"
        table = {name: Entry(hour, None, None, None) for name, hour in INSTANCES.items()}
        known.entries = {use: {} if use == EC2 else table for use in wanted.uses}


def _instance(name: str, uses: Sequence[str], known: _Known) -> Instance:
    bare = name.removeprefix("ml.")
    machine = known.machines.get(bare, {})
    entries = {use: entry for use in uses if (entry := known.entries.get(use, {}).get(name))}
    listed = next(iter(entries.values()), None)
    memory = machine.get("MemoryInfo", {}).get("SizeInMiB")
    count, kind, size = _accelerators(machine)
    old = lifecycle.family_of(name)
    found = Instance(
        instance_type=name,
        family=bare.partition(".")[0],
        uses=list(uses),
        vcpus=machine.get("VCpuInfo", {}).get("DefaultVCpus") or (listed.vcpus if listed else None),
        memory=memory / 1024 if memory else listed.memory if listed else None,
        accelerators=count if machine else listed.gpus if listed else None,
        accelerator=kind,
        accelerator_memory=size,
        architecture=next(iter(machine.get("ProcessorInfo", {}).get("SupportedArchitectures", ())[-1:]), None),
        price=listed.hour if listed else None,
        prices={use: entry.hour for use, entry in entries.items()},
        price_source=known.source if listed else None,
        state=_state(old, machine, offered=bool(machine or listed or not known.complete)),
        replacement=old.replacement if old else None,
    )
    return found.with_raw(dict(machine) or None)


def _state(old: Family | None, machine: Mapping[str, Any], *, offered: bool) -> str:
    if old is not None:
        return old.state
    if machine.get("CurrentGeneration") is False:
        return lifecycle.PREVIOUS
    return lifecycle.ACTIVE if offered else ELSEWHERE


def _accelerators(machine: Mapping[str, Any]) -> tuple[int, str | None, float | None]:
    """How many, which, and their memory together in GiB."""
    for info, devices, total in (
        ("GpuInfo", "Gpus", "TotalGpuMemoryInMiB"),
        ("NeuronInfo", "NeuronDevices", "TotalNeuronDeviceMemoryInMiB"),
        ("InferenceAcceleratorInfo", "Accelerators", "TotalInferenceMemoryInMiB"),
    ):
        about = machine.get(info) or {}
        if found := about.get(devices):
            size = about.get(total)
            # a part of a GPU is counted by EC2 as none, and as one that is seen
            count = sum(one.get("Count") or one.get("LogicalGpuCount") or 0 for one in found)
            return count, found[0].get("Name"), round(size / 1024, 1) if size else None
    return 0, None, None


def _wanted(one: Instance, wanted: Wanted) -> bool:
    """Whether ONE has what is WANTED; what is not known does not fit."""
    gpu = one.family[:1] in ("g", "p")
    least: Iterable[tuple[float | None, float | None]] = (
        (wanted.accelerators, one.accelerators),
        (wanted.vcpus, one.vcpus),
        (wanted.memory, one.memory),
    )
    return (
        (wanted.gpu is None or wanted.gpu == gpu)
        and all(want is None or (have is not None and have >= want) for want, have in least)
        and (wanted.price is None or (one.price is not None and one.price <= wanted.price))
        and (not wanted.current or one.state == lifecycle.ACTIVE)
    )
