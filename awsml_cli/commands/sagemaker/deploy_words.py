"""The words of `awsml sagemaker deploy` about what an endpoint runs on, and which of them go together."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Annotated, Any

import typer

from awsml_cli.core.errors import UsageError
from awsml_cli.services.sagemaker.asked import NAME
from awsml_cli.services.sagemaker.remote.deployments import VARIANT, Capture, Component, Deployment, Variant
from awsml_cli.services.sagemaker.remote.updates import Update


@dataclass(frozen=True)
class Shape:
    """What an endpoint runs on, as it was said; INSTANCE and COUNT are None where nothing was."""

    instance: str | None
    count: int | None
    more: dict[str, Any]

    def of(self, wanted: Deployment, *, instance: str, count: int) -> Deployment:
        """WANTED in this shape, on INSTANCE and COUNT of them where nothing else was said."""
        chosen = bool(self.instance or self.count or self.more["pools"] or self.more["ami"])
        shaped = replace(wanted, instance=self.instance or instance, count=self.count or count, chosen=chosen)
        return replace(shaped, counted=self.count is not None, **self.more)


def shape(
    instance: Annotated[str | None, typer.Option("--instance", metavar="TYPE", help="As ml.m5.large.")] = None,
    count: Annotated[int | None, typer.Option("--count", metavar="N", min=1, help="How many machines.")] = None,
    pool: Annotated[
        list[str] | None,
        typer.Option("--pool", metavar="TYPE[:N]", help="Any of these types, the lowest N first; may be repeated."),
    ] = None,
    pool_timeout: Annotated[
        int | None,
        typer.Option("--pool-timeout", metavar="SECONDS", min=300, max=3600, help="How long to wait for machines."),
    ] = None,
    serverless: Annotated[
        str | None, typer.Option("--serverless", metavar="MB,N", help="No machines: memory, and requests at a time.")
    ] = None,
    async_: Annotated[
        str | None, typer.Option("--async", metavar="S3URI", help="Asynchronous: answers are left there.")
    ] = None,
    multi_model: Annotated[
        bool, typer.Option("--multi-model", help="Many models: --model-data is a folder of archives, here or in S3.")
    ] = False,
    variant: Annotated[
        list[str] | None,
        typer.Option(
            "--variant",
            metavar="NAME=MODEL,…",
            help="A second model, with weight=, instance=, count=, image= behind it; may be repeated.",
        ),
    ] = None,
    weight: Annotated[
        float | None, typer.Option("--weight", metavar="N", min=0, help="Share of the first; that of a variant is 1.")
    ] = None,
    component: Annotated[
        str | None,
        typer.Option(
            "--component", metavar="[NAME=]MB[,CPUS[,GPUS]]", help="As an inference component that needs so much."
        ),
    ] = None,
    copies: Annotated[int | None, typer.Option("--copies", metavar="N", min=1, help="Of the component.")] = None,
    autoscale: Annotated[
        str | None,
        typer.Option("--autoscale", metavar="MIN,MAX,N", help="Machines or copies, by N requests a minute for each."),
    ] = None,
    scale_to_zero: Annotated[
        bool, typer.Option("--scale-to-zero", help="None at all while nobody asks: --autoscale with a MIN of 0.")
    ] = False,
    capture: Annotated[
        str | None, typer.Option("--capture", metavar="S3URI", help="Keep requests and answers there.")
    ] = None,
    capture_percent: Annotated[
        int | None, typer.Option("--capture-percent", metavar="N", min=1, max=100, help="So many of them, of 100.")
    ] = None,
    endpoint_startup: Annotated[
        int | None,
        typer.Option("--startup-timeout", metavar="SECONDS", min=60, max=3600, help="How long it may take to answer."),
    ] = None,
    ami: Annotated[str | None, typer.Option("--ami", metavar="VERSION", help="An InferenceAmiVersion.")] = None,
) -> Shape:
    """What was said. Raises UsageError for what cannot be meant."""
    if pool and instance:
        raise UsageError("--pool takes the place of --instance", hint="--pool ml.g5.xlarge:1 --pool ml.g6.xlarge:2")
    if pool_timeout and not pool:
        raise UsageError("--pool-timeout is about --pool")
    if copies is not None and component is None:
        raise UsageError("--copies are those of a component", hint="--component 2048 --copies 2")
    if capture_percent is not None and capture is None:
        raise UsageError("--capture-percent is about --capture", hint="--capture s3://BUCKET/PREFIX/")
    if weight is not None and not variant:
        raise UsageError("a --weight is one among several", hint="--variant NAME=MODEL,weight=0.1")
    if capture is not None and not capture.startswith("s3://"):
        raise UsageError(f"--capture takes a place in S3, and `{capture}` is none", hint="s3://BUCKET/PREFIX/")
    scaled = _autoscale(autoscale)
    if scale_to_zero:
        scaled = (0, *(scaled[1:] if scaled else (max(count or 1, copies or 1), 10.0)))
    return Shape(
        instance,
        count,
        {
            "serverless": _serverless(serverless),
            "async_s3": async_,
            "autoscale": scaled,
            "startup": endpoint_startup,
            "ami": ami,
            "multiple": multi_model,
            "pools": _pools(pool or []),
            "pool_timeout": pool_timeout,
            "weight": weight,
            "variants": _variants(variant or []),
            "component": _component(component, copies),
            "capture": Capture(capture, 100 if capture_percent is None else capture_percent) if capture else None,
        },
    )


def refuse(wanted: Deployment, update: Update, *, wait: bool, ends: bool) -> None:
    """Raises UsageError for what AWS would refuse, or what nobody can want."""
    if wanted.serverless:
        _refuse_serverless(wanted, update)
    if wanted.async_s3 and not wanted.async_s3.startswith("s3://"):
        raise UsageError(f"--async takes a place in S3, and `{wanted.async_s3}` is none", hint="s3://BUCKET/PREFIX/")
    if wanted.autoscale and wanted.autoscale[0] < 1 and not wanted.async_s3 and not wanted.component:
        raise UsageError(
            "only an asynchronous endpoint, or a component, scales to no machine at all",
            hint="--autoscale 1,4,100, or --component MB",
        )
    if wanted.component:
        _refuse_component(wanted, update, ends=ends)
    if wanted.multiple and wanted.model_data is None:
        raise UsageError("--multi-model serves the archives of a folder", hint="--model-data models/, or s3://…/")
    if wanted.variants and update.kind == "rolling":
        raise UsageError("an endpoint of several variants is not updated in place", hint="--canary or --linear")
    if not wait and (wanted.autoscale or wanted.component):
        raise UsageError(
            "scaling and components are made when the endpoint serves, so it has to be waited for",
            hint="leave out --no-wait",
        )


def _refuse_serverless(wanted: Deployment, update: Update) -> None:
    assert wanted.serverless is not None
    memory, concurrency = wanted.serverless
    if memory not in range(1024, 6145, 1024) or concurrency not in range(1, 201):
        raise UsageError(
            "a serverless endpoint has 1024 to 6144 MB in steps of 1024, and 1 to 200 requests at a time",
            hint="--serverless 2048,5",
        )
    if wanted.async_s3 or wanted.autoscale:
        raise UsageError("a serverless endpoint is neither asynchronous nor scaled by machines")
    # https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html, feature exclusions
    barred = {
        "--multi-model": wanted.multiple, "--capture": wanted.capture, "--pool": wanted.pools, "--ami": wanted.ami,
        "--component": wanted.component, "--variant": wanted.variants, "--canary and the like": update.careful,
    }  # fmt: skip
    if words := [word for word, given in barred.items() if given]:
        raise UsageError(f"a serverless endpoint knows no {words[0]}", hint="leave out --serverless")


def _refuse_component(wanted: Deployment, update: Update, *, ends: bool) -> None:
    barred = {
        "--async": wanted.async_s3, "--multi-model": wanted.multiple, "--variant": wanted.variants,
        "--capture": wanted.capture,
    }  # fmt: skip
    if words := [word for word, given in barred.items() if given]:
        raise UsageError(f"a component goes without {words[0]}")
    if update.careful and update.kind != "rolling":
        raise UsageError("a component is updated at once, or --rolling", hint="--rolling 1")
    if ends:
        raise UsageError(
            "SageMaker deletes no endpoint that has components, so a schedule cannot end it",
            hint="--scale-to-zero: it costs nothing while nobody asks",
        )


def _pools(words: list[str]) -> tuple[tuple[str, int], ...]:
    """Types with their priority: the one that was said, else their place in the order."""
    found = []
    for place, word in enumerate(words, 1):
        kind, colon, rank = word.partition(":")
        if not kind or (colon and rank not in ("1", "2", "3", "4", "5")):
            raise UsageError(f"--pool takes TYPE:N with N from 1 to 5, and `{word}` is none", hint="ml.g5.xlarge:1")
        found.append((kind, int(rank) if colon else place))
    if len(found) > 5:
        raise UsageError("an endpoint has five pools at most")
    return tuple(found)


def _variants(words: list[str]) -> tuple[Variant, ...]:
    found = []
    for word in words:
        first, *rest = word.split(",")
        name, equals, model = first.partition("=")
        given = dict(part.partition("=")[::2] for part in rest)
        unknown = set(given) - {"weight", "instance", "count", "image"}
        if not equals or not NAME.fullmatch(name) or unknown:
            raise UsageError(
                f"--variant takes NAME=MODEL,weight=N,instance=TYPE,count=N,image=URI, and `{word}` is none",
                hint="--variant b=model-b.tar.gz,weight=0.1",
            )
        try:
            weight, count = float(given.get("weight", 1)), int(given["count"]) if "count" in given else None
        except ValueError:
            raise UsageError(f"weight and count of a variant are numbers, and `{word}` has none") from None
        found.append(Variant(name, model or None, weight, given.get("image"), given.get("instance"), count))
    names = [VARIANT, *(one.name for one in found)]
    if len(set(names)) < len(names):
        raise UsageError(f"each variant has a name of its own, and the first is called {VARIANT}")
    if len(names) > 10:
        raise UsageError("an endpoint has ten variants at most")
    return tuple(found)


def _component(said: str | None, copies: int | None) -> Component | None:
    if said is None:
        return None
    name, equals, needs = said.replace(" ", "").rpartition("=")
    found = re.fullmatch(r"(\d+)(?:,(\d+(?:\.\d+)?))?(?:,(\d+))?", needs)
    if not found or int(found[1]) < 128 or (equals and not NAME.fullmatch(name)):
        raise UsageError(
            f"--component takes NAME=MB,CPUS,GPUS, from 128 MB on, and `{said}` is none",
            hint="--component 4096,1,1, or small=2048 beside another",
        )
    cores, accelerators = (float(word) if word else None for word in found.groups()[1:])
    return Component(int(found[1]), cores, accelerators, copies, name or None)


def _serverless(said: str | None) -> tuple[int, int] | None:
    if said is None:
        return None
    found = re.fullmatch(r"(\d+),(\d+)", said.replace(" ", ""))
    if not found:
        raise UsageError(f"--serverless takes MB,N, and `{said}` is none", hint="--serverless 2048,5")
    return int(found[1]), int(found[2])


def _autoscale(said: str | None) -> tuple[int, int, float] | None:
    if said is None:
        return None
    found = re.fullmatch(r"(\d+),(\d+),(\d+(?:\.\d+)?)", said.replace(" ", ""))
    if not found or int(found[1]) > int(found[2]):
        raise UsageError(f"--autoscale takes MIN,MAX,N, and `{said}` is none", hint="--autoscale 1,4,100")
    return int(found[1]), int(found[2]), float(found[3])
