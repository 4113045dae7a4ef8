"""Endpoints at AWS: a model, a configuration and an endpoint made together, changed together, removed together.

Each part is tagged with the endpoint's name before the next is made, and named after it; so a run that was killed is
picked up by the same command, and `delete` finds what it left without a note on one machine.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final

from awsml_cli.core import jobs, paging, prices, refusals
from awsml_cli.core.errors import InputError, JobFailed, ServiceError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Listing
from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker import machines
from awsml_cli.services.sagemaker.records import Endpoint
from awsml_cli.services.sagemaker.remote import components, lifetime, scaling, updates
from awsml_cli.services.sagemaker.remote.deployments import Deployment
from awsml_cli.services.sagemaker.remote.following import ENDPOINT_GROUP, Log
from awsml_cli.services.sagemaker.remote.lifetime import Lifetime
from awsml_cli.services.sagemaker.remote.there import if_allowed, or_none, ours, unless_there
from awsml_cli.services.sagemaker.remote.updates import Update

SERVICE: Final = "sagemaker"
AT_ONCE: Final = Update()
MOVING: Final = ("Updating", "RollingBack", "SystemUpdating")
HOUR: Final = 3600
LAST_LINES: Final = 8


def deploy(
    session: Session,
    wanted: Deployment,
    *,
    how: Update = AT_ONCE,
    life: Lifetime | None = None,
    wait: bool,
    timeout: float | None,
) -> Endpoint:
    """Serve what is WANTED; an endpoint of that name serves it from then on.

    Raises JobFailed, with its last lines, and where an update was taken back.
    """
    client = session.client(SERVICE)
    before = look(session, wanted.name)
    if before is not None and before["EndpointStatus"] == "Failed":
        raise InputError(
            f"{wanted.name} has failed, and a failed endpoint can only be removed",
            hint=f"awsml sagemaker delete {wanted.name} -y, then deploy again",
        )
    updates.check_alarms(session, how.alarms, updates=before is not None)
    moving = before is not None and before["EndpointStatus"] in MOVING
    if moving:  # an earlier run was killed while AWS was at it; AWS takes one update at a time
        wait_for(session, wanted.name, timeout=timeout)
        before = look(session, wanted.name)
    if before is not None:
        wanted = components.beside(session, wanted, before["EndpointConfigName"])
    for model in wanted.models():
        unless_there(client.create_model, **model, Tags=wanted.tagged())
    if not wanted.kept:
        unless_there(client.create_endpoint_config, **wanted.configuration(), Tags=wanted.tagged())
    # its end is settled before it begins: a run that is killed leaves nothing that bills for ever
    end = lifetime.limit(session, wanted.name, life) if life else None
    if before is None:
        session.talk.tell(f"{wanted.name}: creating")
        unless_there(
            client.create_endpoint,
            EndpointName=wanted.name,
            EndpointConfigName=wanted.config,
            Tags=wanted.tagged(),
        )
    elif before["EndpointConfigName"] != wanted.config:
        session.talk.tell(f"{wanted.name}: updating")
        _update(session, wanted.name, wanted.config, how)
    else:
        session.talk.tell(f"{wanted.name}: unchanged")
    if end:
        session.talk.tell(f"{wanted.name}: will be deleted at {end:%Y-%m-%d %H:%M} UTC")
    if not wait:
        return describe(session, wanted.name).model_copy(update={"expires": end})
    made = wait_for(session, wanted.name, timeout=timeout)
    if made.endpoint_config_name != wanted.config:
        raise _taken_back(session, made)
    if wanted.component:
        components.put(session, wanted, how=how, timeout=timeout)
    scaling.scale(session, wanted)
    changed = before is not None and before["EndpointConfigName"] != wanted.config
    kept = {wanted.config}
    if before is not None and how.careful:
        kept.add(before["EndpointConfigName"])
    if changed or (moving and not how.careful) or (before is not None and wanted.component):
        tidy(session, wanted.name, kept)
    return made.model_copy(update={"expires": end})


def rollback(session: Session, name: str, *, wait: bool, timeout: float | None) -> Endpoint:
    """Serve again what NAME served before its last careful update. Raises InputError where nothing was kept."""
    config = replaced(session, name)
    session.talk.tell(f"{name}: going back to {config}")
    _update(session, name, config, AT_ONCE)
    if not wait:
        return describe(session, name)
    return wait_for(session, name, timeout=timeout)


def replaced(session: Session, name: str) -> str:
    """The configuration that NAME had before its last careful update. Raises InputError where none was kept."""
    about = describe(session, name)
    if about.endpoint_status in ("Updating", "RollingBack"):
        raise InputError(
            f"{name} is being updated, which AWS ends by itself or takes back by its alarms",
            hint=f"awsml sagemaker endpoints wait {name}, then roll back",
        )
    kept = [one for one in configs_of(session, name) if one != about.endpoint_config_name]
    if not kept:
        raise InputError(
            f"nothing is kept of what {name} served before",
            hint="an update with --canary, --linear, --rolling or --alarm keeps it; else deploy the former model again",
        )
    return kept[-1]


def plan(wanted: Deployment, *, life: Lifetime | None = None) -> Iterator[Step]:
    """What deploying would call, and what an hour of it costs."""
    for model in wanted.models():
        yield step("sagemaker:CreateModel", model["ModelName"])
    yield step("sagemaker:CreateEndpointConfig", wanted.config)
    if life:
        yield step("scheduler:CreateSchedule", lifetime.schedule(wanted.name))
    yield step("sagemaker:CreateEndpoint", wanted.name, charge=_hour(wanted))
    if wanted.component:
        yield step("sagemaker:CreateInferenceComponent", wanted.component_name)
    if wanted.autoscale:
        target = scaling.component(wanted.component_name) if wanted.component else scaling.resource(wanted.name)
        yield step("application-autoscaling:RegisterScalableTarget", target)


def describe(session: Session, name: str) -> Endpoint:
    """What AWS says about the endpoint NAME. Raises InputError where there is none."""
    about = look(session, name)
    if about is None:
        raise InputError(f"there is no endpoint {name}", hint="awsml sagemaker endpoints ls")
    return Endpoint.of(about)


def shown(session: Session, name: str) -> Endpoint:
    """What AWS says about the endpoint NAME, with its components, None where those may not be seen.

    Raises InputError where there is no endpoint.
    """
    made = describe(session, name)
    there = if_allowed(session, lambda: components.of(session, name))
    return made.model_copy(update={"components": there}).with_raw(made.raw)


def listed(session: Session) -> Listing:
    """The endpoints of this region."""
    found = paging.items(session.client(SERVICE).list_endpoints, "Endpoints")
    return Listing((Endpoint.of(one) for one in found), "Endpoints")


def wait_for(session: Session, name: str, *, timeout: float | None = None) -> Endpoint:
    """Wait until the endpoint NAME serves. Raises JobFailed with the reason and the last lines of its log."""
    kind = jobs.Kind(
        service=SERVICE,
        noun="endpoint",
        describe=lambda session, job: known(session, job.name),
        status=lambda answer: str(answer["EndpointStatus"]),
        reason=lambda answer: str(answer.get("FailureReason", "")),
        done=frozenset({"InService"}),
        failed=frozenset({"Failed", "OutOfService", "UpdateRollbackFailed"}),
        group="endpoints",
        resource=True,
    )
    try:
        answer = jobs.wait(session, kind, JobId(SERVICE, session.region, name), timeout=timeout)
    except JobFailed as failure:
        last = [line.message for line in Log(session, f"{ENDPOINT_GROUP}/{name}", "").new()][-LAST_LINES:]
        raise JobFailed(
            failure.message, hint=" | ".join(last) or f"it wrote no log; awsml sagemaker delete {name} -y removes it"
        ) from None
    session.talk.tell(f"{name}: {answer['EndpointStatus']}")
    return Endpoint.of(answer)


def check(session: Session, wanted: Deployment, types: list[str]) -> None:
    """What is doubtful about what is WANTED, as warnings; TYPES are those that the installed boto3 knows."""
    for kind in dict.fromkeys(wanted.types):
        if types and kind not in types:
            session.talk.warn(f"boto3 knows no instance type {kind} for endpoints; it is asked for anyway")
        if newer := machines.age(kind):
            session.talk.warn(f"{kind} is of a family that is gone or going; take {newer}")


def tidy(session: Session, name: str, kept: Collection[str]) -> None:
    """Remove the configurations of the endpoint NAME that are not KEPT, and the models that none of those use.

    What others made by another name is left. Where it may not be seen what is in use, all is left, with a warning.
    """
    try:
        _tidy(session, name, kept)
    except ServiceError as error:
        if error.code not in refusals.DENIED:
            raise
        session.talk.warn(f"what {name} served before is left, and costs nothing: {error.message}")


def _tidy(session: Session, name: str, kept: Collection[str]) -> None:
    client = session.client(SERVICE)
    used = {components.model_of(session, one) for one in components.of(session, name)}
    for config in [*configs_of(session, name), *kept]:
        if config not in kept:
            client.delete_endpoint_config(EndpointConfigName=config)
        elif (answer := or_none(client.describe_endpoint_config, EndpointConfigName=config)) is not None:
            used |= {variant.get("ModelName") for variant in answer["ProductionVariants"]}
    for model in ours(client.list_models, "Models", "ModelName", name):
        if model not in used:
            client.delete_model(ModelName=model)


def configs_of(session: Session, name: str) -> list[str]:
    """The configurations that we made for the endpoint NAME, the oldest first."""
    return list(ours(session.client(SERVICE).list_endpoint_configs, "EndpointConfigs", "EndpointConfigName", name))


def known(session: Session, name: str) -> dict[str, Any]:
    """AWS's answer about the endpoint NAME."""
    return dict(session.client(SERVICE).describe_endpoint(EndpointName=name))


def look(session: Session, name: str) -> dict[str, Any] | None:
    """AWS's answer about the endpoint NAME, None where there is none."""
    found = or_none(session.client(SERVICE).describe_endpoint, EndpointName=name)
    return None if found is None else dict(found)


def _update(session: Session, name: str, config: str, how: Update) -> None:
    policy = how.config()
    session.client(SERVICE).update_endpoint(
        EndpointName=name, EndpointConfigName=config, **({"DeploymentConfig": policy} if policy else {})
    )


def _taken_back(session: Session, made: Endpoint) -> JobFailed:
    """What to say of an update that AWS took back, after its parts have gone."""
    name, config = made.endpoint_name, made.endpoint_config_name or ""
    tidy(session, name, {config})
    return JobFailed(
        f"the update of {name} was taken back: {made.failure_reason or 'an alarm rang'}",
        hint=f"it serves {config} as before; awsml sagemaker endpoints logs {name}",
    )


def _hour(wanted: Deployment) -> prices.Charge | None:
    """What an hour of all machines costs at first; None where that is not known."""
    if wanted.serverless:
        return None
    kind = min(wanted.pools, key=lambda one: one[1])[0] if wanted.pools else wanted.instance
    counts = {kind: wanted.count}
    for one in wanted.variants:
        counts[one.instance or kind] = counts.get(one.instance or kind, 0) + (one.count or wanted.count)
    found = [prices.instances(kind, count, HOUR) for kind, count in counts.items()]
    if len(found) == 1:
        return found[0]
    known = [one for one in found if one is not None]
    if len(known) < len(found):
        return None
    return prices.Charge(sum(one.count for one in known), "hours of machines", sum(one.dollars for one in known))
