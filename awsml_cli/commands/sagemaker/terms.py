"""The terms of a training at AWS, as they are said: role, image, machines, network, cost."""

from __future__ import annotations

from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.cli.app import Joined
from awsml_cli.core.errors import UsageError
from awsml_cli.core.limits import SAGEMAKER_KEEP_ALIVE_SECONDS, SAGEMAKER_PENDING_SECONDS
from awsml_cli.services.sagemaker import durations
from awsml_cli.services.sagemaker.asked import Words, pair
from awsml_cli.services.sagemaker.remote.wanted import Terms

RoleOption = Annotated[
    str | None, typer.Option("--role", metavar="ARN", help="Role that SageMaker takes on; it must trust sagemaker.")
]
ImageOption = Annotated[
    str | None, typer.Option("--image", metavar="URI", help="An image of a registry; the project's own otherwise.")
]


def said(
    role: RoleOption = None,
    *,
    image: ImageOption = None,
    bucket: options.BucketOption = None,
    output_s3: Annotated[
        str | None, typer.Option("--output-s3", metavar="S3URI", help="Where the model goes; awsml/models/ otherwise.")
    ] = None,
    spot: Annotated[
        bool | None, typer.Option("--spot/--no-spot", help="On spot machines, cheaper and taken away at times.")
    ] = None,
    max_wait: Annotated[
        str | None, typer.Option("--max-wait", metavar="TIME", help="For spot: how long it may take in all.")
    ] = None,
    checkpoint_s3: Annotated[
        str | None, typer.Option("--checkpoint-s3", metavar="S3URI", help="Where /opt/ml/checkpoints is kept.")
    ] = None,
    prefer: Annotated[
        str | None, typer.Option("--prefer", metavar="TYPE,…", help="Any of these types, the first that can be had.")
    ] = None,
    max_pending: Annotated[
        str | None, typer.Option("--max-pending", metavar="TIME", help="How long to wait for a machine, from 30m on.")
    ] = None,
    keep_alive: Annotated[
        str | None, typer.Option("--keep-alive", metavar="TIME", help="Keep the machines warm so long; they bill.")
    ] = None,
    retry: Annotated[
        int | None, typer.Option("--retry", metavar="N", min=1, max=30, help="Start again after errors of SageMaker's.")
    ] = None,
    volume: Annotated[
        int | None, typer.Option("--volume", metavar="GB", min=1, help="The disk of each machine.")
    ] = None,
    kms_key: Annotated[
        str | None, typer.Option("--kms-key", metavar="KEY", help="What disks and the model are encrypted with.")
    ] = None,
    subnet: Annotated[
        list[str] | None, typer.Option("--subnet", metavar="ID", help="Of a VPC; may be repeated.")
    ] = None,
    security_group: Annotated[
        list[str] | None, typer.Option("--security-group", metavar="ID", help="Of that VPC; may be repeated.")
    ] = None,
    network_isolation: Annotated[
        bool | None, typer.Option("--network-isolation/--no-network-isolation", help="Without any network.")
    ] = None,
    tag: Annotated[list[str] | None, typer.Option("--tag", metavar="KEY=VALUE", help="May be repeated.")] = None,
    max_cost: Annotated[
        float | None, typer.Option("--max-cost", metavar="USD", min=0, help="Refuse where --max-run could cost more.")
    ] = None,
) -> Terms:
    """What was said about it."""
    if bool(subnet) != bool(security_group):
        raise UsageError("--subnet and --security-group go together")
    for option, place in (("--output-s3", output_s3), ("--checkpoint-s3", checkpoint_s3)):
        if place is not None and not place.startswith("s3://"):
            raise UsageError(f"{option} takes a place in S3, and `{place}` is none", hint="s3://BUCKET/PREFIX/")
    if (_span(keep_alive) or 0) > SAGEMAKER_KEEP_ALIVE_SECONDS:
        raise UsageError(f"machines are kept warm for {SAGEMAKER_KEEP_ALIVE_SECONDS // 3600} hours at most")
    if max_pending and _span(max_pending) not in SAGEMAKER_PENDING_SECONDS:
        raise UsageError("a training waits for machines from 30 minutes to 28 days", hint="--max-pending 30m")
    return Terms(
        role=role,
        image=image,
        bucket=bucket,
        output_s3=output_s3,
        spot=spot,
        max_wait=_span(max_wait),
        checkpoint_s3=checkpoint_s3,
        prefer=tuple(word.strip() for word in (prefer or "").split(",") if word.strip()),
        max_pending=_span(max_pending),
        keep_alive=_span(keep_alive),
        retry=retry,
        volume_gb=volume,
        kms_key=kms_key,
        subnets=tuple(subnet or ()),
        security_groups=tuple(security_group or ()),
        network_isolation=network_isolation,
        tags=dict(pair(word, "--tag", takes="KEY=VALUE") for word in tag or ()),
        max_cost=max_cost,
    )


TrainingTerms = Annotated[Terms, Joined(said)]


def refuse(words: Words, terms: Terms) -> None:
    """Raises UsageError for WORDS and TERMS that do not go together."""
    if words.instance and terms.prefer:
        raise UsageError("--prefer takes the place of --instance", hint=f"--prefer {words.instance},TYPE")


def _span(word: str | None) -> int | None:
    return durations.seconds(word) if word else None
