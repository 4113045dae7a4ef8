"""All that belongs to an endpoint, found and removed together; and what is left without one, or without a use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ClassVar, Final

from awsml_cli.core import clock, paging, prices
from awsml_cli.core.errors import InputError
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Record
from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker.remote import components, endpoints, lifetime, scaling
from awsml_cli.services.sagemaker.remote.endpoints import HOUR, SERVICE
from awsml_cli.services.sagemaker.remote.following import ENDPOINT_GROUP
from awsml_cli.services.sagemaker.remote.there import if_allowed, or_none, ours

_CALLS: Final = {
    "alarm": "cloudwatch:DeleteAlarms",
    "scaling-target": "application-autoscaling:DeregisterScalableTarget",
    "inference-component": "sagemaker:DeleteInferenceComponent",
    "endpoint": "sagemaker:DeleteEndpoint",
    "schedule": "scheduler:DeleteSchedule",
    "endpoint-config": "sagemaker:DeleteEndpointConfig",
    "model": "sagemaker:DeleteModel",
    "log-group": "logs:DeleteLogGroup",
}


class Part(Record):
    """A part of an endpoint: a model, a configuration, a component, a schedule, …, the endpoint itself."""

    columns: ClassVar = ("kind", "name")

    kind: str
    name: str


class Idle(Record):
    """An endpoint, or a part of one that is gone: `hourly` is in US dollars, `delete` removes it."""

    columns: ClassVar = ("kind", "name", "why", "hourly", "delete")

    kind: str
    name: str
    why: str
    hourly: float | None = None
    delete: str


def parts(session: Session, name: str, *, every: bool = False) -> list[Part]:
    """What belongs to the endpoint NAME, in the order in which it is removed.

    A configuration or a model that somebody made by another name may serve others too, and is left out unless EVERY
    part is wanted.
    """
    client = session.client(SERVICE)
    about = endpoints.look(session, name)
    shared = list(_seen(session, lambda: components.of(session, name))) if about is not None else []
    found = [Part(kind="alarm", name=one) for one in _seen(session, lambda: scaling.alarms(session, name, shared))]
    found += [Part(kind="scaling-target", name=one) for one in scaling.targets(session, name, shared or [name])]
    found += [Part(kind="inference-component", name=one) for one in shared]
    if about is not None:
        found.append(Part(kind="endpoint", name=name))
    # the schedule goes behind what it would end: a delete that is killed leaves nothing that bills for ever
    found += [Part(kind="schedule", name=one) for one in _seen(session, lambda: [lifetime.found(session, name)]) if one]
    configs = endpoints.configs_of(session, name)
    models = list(ours(client.list_models, "Models", "ModelName", name))
    if about is not None and every:
        configs.append(about["EndpointConfigName"])
        answer = or_none(client.describe_endpoint_config, EndpointConfigName=about["EndpointConfigName"])
        models += [one["ModelName"] for one in (answer or {}).get("ProductionVariants", ()) if "ModelName" in one]
        models += [one for one in (components.model_of(session, name) for name in shared) if one]
    found += [Part(kind="endpoint-config", name=one) for one in dict.fromkeys(configs)]
    found += [Part(kind="model", name=one) for one in dict.fromkeys(models)]
    group = f"{ENDPOINT_GROUP}/{name}"
    logs = session.client("logs").describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    found += [Part(kind="log-group", name=one["logGroupName"]) for one in logs if one["logGroupName"] == group]
    return found


def delete(session: Session, name: str, *, keep_logs: bool = False, every: bool = False) -> list[Part]:
    """Remove the endpoint NAME with its parts, and say what was removed. Raises InputError where nothing is there."""
    found = [part for part in parts(session, name, every=every) if not (keep_logs and part.kind == "log-group")]
    if not found:
        raise InputError(f"there is no endpoint {name}, nor a part of one", hint="awsml sagemaker endpoints ls")
    _remove(session, found)
    return found


def delete_component(session: Session, name: str, component: str) -> list[Part]:
    """Remove COMPONENT of the endpoint NAME with its parts, and say what was removed. Raises InputError."""
    found = component_parts(session, name, component)
    _remove(session, found)
    if not components.of(session, name):
        session.talk.warn(
            f"{name} has no component left, and its machines may go on billing; awsml sagemaker delete {name}"
        )
    return found


def component_parts(session: Session, name: str, component: str) -> list[Part]:
    """What belongs to COMPONENT of the endpoint NAME alone. Raises InputError where it has none of that name."""
    there = components.of(session, name)
    if component not in there:
        raise InputError(
            f"{name} has no component {component}",
            hint=f"it has: {', '.join(there)}" if there else f"awsml sagemaker endpoints get {name}",
        )
    alarms = _seen(session, lambda: scaling.alarms(session, name, [component], alone=True))
    found = [Part(kind="alarm", name=one) for one in alarms]
    targets = scaling.targets(session, name, [component])
    found += [Part(kind="scaling-target", name=one) for one in targets if one == scaling.component(component)]
    found.append(Part(kind="inference-component", name=component))
    model = components.model_of(session, component)
    used = [components.model_of(session, one) for one in there if one != component]
    if model is not None and model not in used:
        made = ours(session.client(SERVICE).list_models, "Models", "ModelName", name)
        found += [Part(kind="model", name=one) for one in made if one == model]
    return found


def removal(found: list[Part]) -> list[Step]:
    """What removing what was FOUND would call."""
    return [step(_CALLS[part.kind], part.name) for part in found]


def _remove(session: Session, found: list[Part]) -> None:
    client = session.client(SERVICE)
    for part in found:
        if part.kind == "alarm":
            session.client("cloudwatch").delete_alarms(AlarmNames=[part.name])
        elif part.kind == "scaling-target":
            scaling.release(session, part.name)
        elif part.kind == "inference-component":
            components.remove(session, part.name)
        elif part.kind == "schedule":
            lifetime.remove(session, part.name)
        elif part.kind == "endpoint":
            client.delete_endpoint(EndpointName=part.name)
        elif part.kind == "endpoint-config":
            client.delete_endpoint_config(EndpointConfigName=part.name)
        elif part.kind == "model":
            client.delete_model(ModelName=part.name)
        else:
            session.client("logs").delete_log_group(logGroupName=part.name)


def idle(session: Session, *, hours: float) -> Iterator[Idle]:
    """Endpoints that nobody has asked for so many HOURS, and parts that no endpoint uses. Nothing is removed."""
    client = session.client(SERVICE)
    used: set[str] = set()
    for one in paging.items(client.list_endpoints, "Endpoints"):
        name = one["EndpointName"]
        about = endpoints.known(session, name)
        config = client.describe_endpoint_config(EndpointConfigName=about["EndpointConfigName"])
        used.add(about["EndpointConfigName"])
        used |= {variant["ModelName"] for variant in config["ProductionVariants"] if "ModelName" in variant}
        shared = _seen(session, lambda name=name: components.of(session, name))  # type: ignore[misc]
        used |= {components.model_of(session, one) or "" for one in shared}
        # what a careful update has kept for a rollback is the endpoint's, and goes with it
        kept = [one for one in endpoints.configs_of(session, name) if one != about["EndpointConfigName"]]
        used |= set(kept)
        if kept:
            used |= set(ours(client.list_models, "Models", "ModelName", name))
        why = None
        if about["EndpointStatus"] == "Failed":
            why = "it has failed"
        elif not _asked(session, name, config, hours):
            why = f"nobody has asked it for {hours:g} h"
        if why:
            yield Idle(
                kind="endpoint", name=name, why=why, hourly=_hourly(about, config),
                delete=f"awsml sagemaker delete {name} -y",
            )  # fmt: skip
    orphans = (
        ("endpoint-config", client.list_endpoint_configs, "EndpointConfigs", "EndpointConfigName"),
        ("model", client.list_models, "Models", "ModelName"),
    )
    for kind, call, key, member in orphans:
        for one in paging.items(call, key):
            name = one[member]
            if name not in used:
                yield Idle(
                    kind=kind, name=name, why="no endpoint uses it", hourly=0.0,
                    delete=f"awsml api sagemaker delete-{kind} --{kind}-name {name} -y",
                )  # fmt: skip


def _asked(session: Session, name: str, config: Mapping[str, Any], hours: float) -> bool:
    """Whether CloudWatch counted a request to the endpoint NAME in the last so many HOURS."""
    now = clock.now()
    for variant in config["ProductionVariants"]:
        answer = session.client("cloudwatch").get_metric_statistics(
            Namespace="AWS/SageMaker",
            MetricName="Invocations",
            Dimensions=[
                {"Name": "EndpointName", "Value": name},
                {"Name": "VariantName", "Value": variant["VariantName"]},
            ],
            StartTime=now - hours * HOUR,
            EndTime=now,
            Period=max(60, int(hours * HOUR) // 60 * 60),
            Statistics=["Sum"],
        )
        if sum(point["Sum"] for point in answer.get("Datapoints", ())) > 0:
            return True
    return False


def _hourly(about: Mapping[str, Any], config: Mapping[str, Any]) -> float | None:
    counts = {one["VariantName"]: one.get("CurrentInstanceCount", 0) for one in about.get("ProductionVariants") or ()}
    whole = 0.0
    for variant in config["ProductionVariants"]:
        if "InstancePools" in variant:
            return None  # which of its types were had is not said
        if "InstanceType" in variant:
            charge = prices.instances(variant["InstanceType"], counts.get(variant["VariantName"], 0), HOUR)
            if charge is None:
                return None
            whole += charge.dollars
    return round(whole, 4)


def _seen(session: Session, look: Callable[[], Iterable[str | None]]) -> list[str]:
    """What LOOK finds; nothing where whoever asks may not look there."""
    return if_allowed(session, lambda: [one for one in look() if one]) or []
