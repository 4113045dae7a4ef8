"""Endpoints: a server for each variant, held by the process that began it, until it ends or the endpoint is deleted.

An endpoint is a document. Whoever holds its lock serves it, and writes there at which ports; when that process has
ended, the next question about the endpoint has it served anew.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from awsml_cli.core import clock
from awsml_cli.local import jobs
from awsml_cli.local.operations import Answer, Machine, Operation, Params, Refused
from awsml_cli.local.operations.sagemaker import hosts, kept, models
from awsml_cli.local.operations.sagemaker.kept import CONFIG, ENDED, ENDPOINT, MODEL, arn, invalid, time_of
from awsml_cli.services.sagemaker import processes
from awsml_cli.services.sagemaker.local.serving import STARTUP, Server

LOGS: Final = "/aws/sagemaker/Endpoints"
MOVING: Final = ("Creating", "Updating")


def create_endpoint(params: Params, machine: Machine) -> Answer:
    """Have the models of a configuration answer."""
    kept.near(machine)
    name, config = params["EndpointName"], params["EndpointConfigName"]
    now = clock.now()
    document = {"Status": jobs.QUEUED, "Config": config, "Created": now, "Changed": now}
    document["Wanted"] = _wanted(config, machine)
    taken = invalid(f'Cannot create already existing endpoint "{arn(machine, ENDPOINT, name)}".')
    made = kept.add(machine, ENDPOINT, name, document, params, taken=taken)
    if machine.address:
        begin(name, machine)
    return {"EndpointArn": made}


def describe_endpoint(params: Params, machine: Machine) -> Answer:
    """What has become of an endpoint, waiting a few seconds where it is coming up; has it served if nobody does."""
    name = params["EndpointName"]
    found = settled(name, machine)
    status = status_of(machine, name, found)
    told: Answer = {
        "EndpointName": name,
        "EndpointArn": arn(machine, ENDPOINT, name),
        "EndpointConfigName": found["Config"],
        "EndpointStatus": status,
        "CreationTime": time_of(found["Created"]),
        "LastModifiedTime": time_of(found.get("Ended") or found["Changed"]),
    }
    if status != "Failed":
        told["ProductionVariants"] = [_variant(one, found) for one in found["Wanted"]["Variants"]]
    if found.get("Reason"):
        told["FailureReason"] = found["Reason"]
    return told


def list_endpoints(params: Params, machine: Machine) -> Answer:
    """Endpoints, the newest first; none is begun by this."""

    def summary(name: str, found: dict[str, Any]) -> dict[str, Any]:
        return {
            "EndpointName": name,
            "EndpointArn": arn(machine, ENDPOINT, name),
            "EndpointStatus": status_of(machine, name, found),
            "CreationTime": time_of(found["Created"]),
            "LastModifiedTime": time_of(found.get("Ended") or found["Changed"]),
        }

    return kept.listed(
        machine, ENDPOINT, params, summary, key="Endpoints", name="EndpointName", status="EndpointStatus"
    )


def update_endpoint(params: Params, machine: Machine) -> Answer:
    """Have another configuration answer: what answers now goes on until the new servers do."""
    kept.near(machine)
    name = params["EndpointName"]
    found = kept.the(machine, ENDPOINT, name)
    if status_of(machine, name, found) in MOVING:
        raise invalid("Cannot update in-progress endpoint.")
    if found["Status"] in ENDED:
        raise invalid("Cannot update a failed endpoint.")
    config = params["EndpointConfigName"]
    changes = {"Config": config, "Wanted": _wanted(config, machine), "Reason": None, "Changed": clock.now()}
    machine.store.change_document(kept.kind(machine, ENDPOINT), name, {**changes, "Turn": uuid.uuid4().hex})
    return {"EndpointArn": arn(machine, ENDPOINT, name)}


def delete_endpoint(params: Params, machine: Machine) -> Answer:
    """End an endpoint and forget it."""
    kept.forget(machine, ENDPOINT, params["EndpointName"])
    jobs.stop(machine.store, kept.kind(machine, ENDPOINT), params["EndpointName"])
    return {}


def list_inference_components(params: Params, machine: Machine) -> Answer:
    """None: no endpoint of this machine has any, and whoever deletes an endpoint asks."""
    return {"InferenceComponents": []}


OPERATIONS: dict[str, Operation] = {
    "CreateEndpoint": create_endpoint,
    "DescribeEndpoint": describe_endpoint,
    "ListEndpoints": list_endpoints,
    "UpdateEndpoint": update_endpoint,
    "DeleteEndpoint": delete_endpoint,
    "ListInferenceComponents": list_inference_components,
}


def begin(name: str, machine: Machine) -> None:
    """Have the endpoint NAME served, if nobody does."""
    kind = kept.kind(machine, ENDPOINT)
    found = machine.store.document(kind, name)
    if found is None or found["Status"] in ENDED:
        return
    if found.get("Serving") and jobs.state(machine.store, kind, name, found) == jobs.QUEUED:
        machine.store.change_document(kind, name, {"Serving": None})  # left by a process that has ended
    jobs.begin(machine.store, kind, name, partial(_serve, machine, name))


def settled(
    name: str, machine: Machine, *, moving: Sequence[str] = MOVING, absent: Refused | None = None
) -> dict[str, Any]:
    """The endpoint NAME, when it has left the states MOVING, or after a few seconds; served by this if by nobody."""
    begin(name, machine)
    for _ in range(round(jobs.PATIENCE / processes.GLANCE)):
        found = kept.the(machine, ENDPOINT, name, absent=absent)
        if status_of(machine, name, found) not in moving:
            return found
        processes.pause()
    return kept.the(machine, ENDPOINT, name, absent=absent)


def status_of(machine: Machine, name: str, found: Mapping[str, Any]) -> str:
    """AWS's word for what the endpoint is doing."""
    if found["Status"] in ENDED:
        return "Failed"
    serving = found.get("Serving")
    if not serving or jobs.state(machine.store, kept.kind(machine, ENDPOINT), name, dict(found)) == jobs.QUEUED:
        return "Creating"
    return "InService" if serving["Turn"] == found.get("Turn", "") else "Updating"


def group_of(name: str) -> str:
    """Where the endpoint's log is."""
    return f"{LOGS}/{name}"


def stream_of(variant: str, found: Mapping[str, Any]) -> str:
    """The stream of VARIANT in that log, called by an instance as at AWS."""
    return f"{variant}/i-{found['Id'][:17]}"


def _wanted(config: str, machine: Machine) -> dict[str, Any]:
    """What the configuration and its models say now, so that an endpoint needs them no more, as at AWS."""
    variants = kept.the(machine, CONFIG, config)["Asked"]["ProductionVariants"]
    names = {one["ModelName"] for one in variants}
    return {"Variants": variants, "Models": {name: kept.the(machine, MODEL, name)["Asked"] for name in names}}


def _variant(variant: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    weight, count = float(variant.get("InitialVariantWeight", 1.0)), int(variant.get("InitialInstanceCount", 1))
    told = {"VariantName": variant["VariantName"], "DesiredWeight": weight, "DesiredInstanceCount": count}
    image = models.container_of(found["Wanted"]["Models"][variant["ModelName"]]).get("Image")
    images = {"DeployedImages": [{"SpecifiedImage": image, "ResolvedImage": image}]} if image else {}
    return {**told, "CurrentWeight": weight, "CurrentInstanceCount": count, **images}


# what is done


@dataclass
class _Live:
    """The servers of one configuration, by variant; `held` ends them."""

    servers: dict[str, Server]
    held: ExitStack


def _serve(machine: Machine, name: str, job: dict[str, Any], stopping: Callable[[], bool]) -> dict[str, Any]:
    """Serve the endpoint until it is deleted, or STOPPING. Raises Failure where its first servers never answer."""
    live, turn = _up(machine, name, job, stopping), str(job.get("Turn", ""))
    before = {member: job[member] for member in ("Config", "Wanted")}
    try:
        _tell(machine, name, live, turn)
        while True:
            now = machine.store.document(kept.kind(machine, ENDPOINT), name)
            if stopping() or now is None or now["Id"] != job["Id"]:
                raise jobs.Stopped
            if now.get("Turn", "") != turn:
                turn = now["Turn"]
                try:
                    fresh = _up(machine, name, now, stopping)
                except jobs.Failure as failure:  # what answered goes on, as AWS rolls back
                    machine.store.change_document(
                        kept.kind(machine, ENDPOINT), name, {**before, "Reason": str(failure)}
                    )
                    _tell(machine, name, live, turn)
                    continue
                live, old = fresh, live
                before = {member: now[member] for member in before}
                _tell(machine, name, live, turn)
                old.held.close()
            elif any(server.host.code is not None for server in live.servers.values()):
                live.held.close()  # as SageMaker does with a container that ended
                machine.store.change_document(kept.kind(machine, ENDPOINT), name, {"Serving": None})
                live = _up(machine, name, now, stopping)
                _tell(machine, name, live, turn)
            processes.pause()
    finally:
        live.held.close()


def _tell(machine: Machine, name: str, live: _Live, turn: str) -> None:
    ports = {variant: server.port for variant, server in live.servers.items()}
    machine.store.change_document(
        kept.kind(machine, ENDPOINT), name, {"Serving": {"Turn": turn, "Ports": ports}, "Changed": clock.now()}
    )


def _up(machine: Machine, name: str, found: Mapping[str, Any], stopping: Callable[[], bool]) -> _Live:
    """The servers that FOUND wants, which answer. Raises Failure where one never does."""
    with ExitStack() as held:
        servers = {}
        for variant in found["Wanted"]["Variants"]:
            called = variant["VariantName"]
            line = partial(machine.log, group_of(name), stream_of(called, found))
            ears = hosts.Ears(line, hosts.unless(stopping))
            startup = float(variant.get("ContainerStartupHealthCheckTimeoutInSeconds") or STARTUP)
            asked = found["Wanted"]["Models"][variant["ModelName"]]
            try:
                server = models.served(machine, asked, ears, variables={}, startup=startup)
                servers[called] = held.enter_context(server)
            except jobs.Stopped:
                raise
            except Exception as problem:  # noqa: BLE001 - else every question about it would begin it anew
                raise models.failure(problem, called) from None
        return _Live(servers, held.pop_all())
