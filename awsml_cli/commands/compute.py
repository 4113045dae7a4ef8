"""`awsml compute`: machines and images to train and serve on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.cli.app import CommandGroup
from awsml_cli.core.errors import UsageError
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.compute import amis as ami_service
from awsml_cli.services.compute import images as image_service
from awsml_cli.services.compute import instances as instance_service

app = CommandGroup("Machines and images to train and serve on: types, prices, ids.")

GpuOption = Annotated[bool | None, typer.Option("--gpu/--cpu", help="Only those for GPUs, or for none.")]
NewestOption = Annotated[
    bool, typer.Option("--newest", help="Only the newest that fits, as the bare word that other commands take.")
]
CudaOption = Annotated[
    str | None, typer.Option("--cuda", metavar="VERSION", help="Only with this CUDA, as 12.8, or 12 for any of them.")
]
VersionOption = Annotated[
    str | None, typer.Option("--version", metavar="VERSION", help="Of the framework; 2.7 is any 2.7.")
]


@app.command(
    examples="""
    awsml compute instances 'ml.g5.*'
    awsml compute instances 'ml.g*' --for hosting --gpus 1 --cheapest | head -3
    awsml compute instances 'ml.m4.*' 'ml.p2.*' -f json --query '[].[instance_type, state, replacement]'
    awsml compute instances 'm7g.*' --for ec2 --memory 32 -f csv"""
)
def instances(
    session: Session,
    pattern: Annotated[
        list[str] | None, typer.Argument(metavar="TYPE", help="Types, as 'ml.g5.*'; may be many.")
    ] = None,
    *,
    use: Annotated[
        list[str] | None,
        typer.Option("--for", metavar="USE", help=f"One of: {', '.join(instance_service.USES)}; may be repeated."),
    ] = None,
    gpu: GpuOption = None,
    gpus: Annotated[
        int | None, typer.Option("--gpus", metavar="N", min=1, help="At least N GPUs, or chips of AWS's own.")
    ] = None,
    vcpus: Annotated[int | None, typer.Option("--vcpus", metavar="N", min=1, help="At least N of them.")] = None,
    memory: Annotated[float | None, typer.Option("--memory", metavar="GIB", min=0, help="At least so much.")] = None,
    max_price: Annotated[
        float | None, typer.Option("--max-price", metavar="USD", min=0, help="No dearer than that an hour.")
    ] = None,
    current: Annotated[bool, typer.Option("--current", help="Only those of today's generation.")] = False,
    cheapest: Annotated[bool, typer.Option("--cheapest", help="The cheapest first, instead of by name.")] = False,
) -> Listing:
    """List instance types with what they have and what an hour costs in this region."""
    uses = _known(use or instance_service.USUAL, instance_service.USES, "use")
    wanted = instance_service.Wanted(
        uses=uses,
        patterns=tuple(pattern or ()),
        gpu=gpu,
        accelerators=gpus,
        vcpus=vcpus,
        memory=memory,
        price=max_price,
        current=current,
        cheapest=cheapest,
    )
    return instance_service.instances(session, wanted)


@app.command(
    examples="""
    awsml compute images pytorch --limit 5
    awsml compute images pytorch --for inference --cpu --newest
    awsml compute images pytorch --gpu --version 2.6 --platform sagemaker --newest -f json --query image_digest
    awsml compute images vllm -f jsonl"""
)
def images(
    session: Session,
    framework: Annotated[
        str,
        typer.Argument(metavar="FRAMEWORK", help=f"One of: {', '.join(image_service.FRAMEWORKS)}, or a repository."),
    ],
    *,
    use: Annotated[str, typer.Option("--for", metavar="USE", help="To do what: training or inference.")] = "training",
    version: VersionOption = None,
    gpu: GpuOption = None,
    python: Annotated[
        str | None, typer.Option("--python", metavar="VERSION", help="Only with this Python, as 3.12.")
    ] = None,
    cuda: CudaOption = None,
    platform: Annotated[
        str | None, typer.Option("--platform", metavar="WHERE", help="Where they are to run: sagemaker or ec2.")
    ] = None,
    newest: NewestOption = False,
    limit: options.LimitOption = None,
) -> Listing | Record:
    """List AWS's Deep Learning Containers for a framework, as this region's account holds them today."""
    _known([use], ("training", "inference"), "use")
    _known([platform] if platform else [], image_service.PLATFORMS, "platform")
    wanted = image_service.Wanted(
        framework=framework,
        use=use,
        version=version,
        device=None if gpu is None else "gpu" if gpu else "cpu",
        python=python,
        cuda=cuda,
        platform=platform,
    )
    if newest:
        return image_service.newest(session, wanted)
    return image_service.images(session, wanted, limit=limit)


@app.command(
    examples="""
    awsml compute amis
    awsml compute amis --framework pytorch --os ubuntu --newest
    awsml compute amis --kind base --arch arm64 --cuda 13 -f json --query '[].[image_id, cuda]'
    echo "aws ec2 run-instances --image-id $(awsml compute amis --framework pytorch --newest)" """
)
def amis(
    session: Session,
    *,
    kind: Annotated[
        str | None, typer.Option("--kind", metavar="KIND", help="One of: base, framework, conda (several frameworks).")
    ] = None,
    framework: Annotated[
        str | None, typer.Option("--framework", metavar="NAME", help="As pytorch or tensorflow.")
    ] = None,
    version: VersionOption = None,
    arch: Annotated[str | None, typer.Option("--arch", metavar="NAME", help="One of: x86_64, arm64.")] = None,
    system: Annotated[
        str | None, typer.Option("--os", metavar="NAME", help="As ubuntu, amazon-linux or ubuntu-24.04.")
    ] = None,
    cuda: CudaOption = None,
    gpu: GpuOption = None,
    newest: NewestOption = False,
) -> Listing | Record:
    """List the newest Deep Learning AMI of each kind in this region."""
    _known([kind] if kind else [], ami_service.KINDS, "kind")
    _known([arch] if arch else [], ami_service.ARCHITECTURES, "architecture")
    wanted = ami_service.Wanted(
        kind=kind, framework=framework, version=version, architecture=arch, os=system, cuda=cuda, gpu=gpu
    )
    return ami_service.newest(session, wanted) if newest else ami_service.amis(session, wanted)


def _known(given: Sequence[str], known: Sequence[str] | dict[str, tuple[str, str]], noun: str) -> tuple[str, ...]:
    for word in given:
        if word not in known:
            raise UsageError(f"there is no {noun} `{word}`", hint=f"one of: {', '.join(known)}")
    return tuple(given)
