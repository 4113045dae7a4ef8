"""Braket's devices over all regions, each with its queue, its qubits and its price; one is found by name or ARN.

What a device can do is a JSON document in a string, of some ten kilobytes; what is not understood in it is left out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Final

from awsml_cli.core import batch, paging, prices, refusals
from awsml_cli.core.errors import AwsmlError, InputError, Retired, ServiceError
from awsml_cli.core.session import Session
from awsml_cli.services.braket.records import Device

SERVICE: Final = "braket"
WORKERS: Final = 8
SIMULATORS: Final = {name: f"arn:aws:braket:::device/quantum-simulator/amazon/{name}" for name in ("sv1", "dm1", "tn1")}
QPU: Final = "QPU"
_OPENQASM: Final = "braket.ir.openqasm.program"


def devices(session: Session, *, every: bool = False, regions: Sequence[str] = (), queues: bool = True) -> list[Device]:
    """The devices of all REGIONS in which Braket is, those that can be used first; with EVERY, retired ones too.

    A region that fails is told and hides no other; where all fail, the first failure is raised.
    """
    places = list(regions) or session.regions(SERVICE)
    problems: list[AwsmlError] = []

    def one(region: str) -> list[tuple[str, dict[str, Any]]]:
        try:
            client = session.client(SERVICE, region=region)
            return [(region, about) for about in paging.items(client.search_devices, "devices", filters=[])]
        except ServiceError as error:
            problems.append(error)
            if error.code not in refusals.UNKNOWN_KEY | {"OptInRequired"}:
                session.talk.warn(f"{region}: {error.message}")
            return []

    found = [entry for entries in batch.in_order(one, places, workers=WORKERS) for entry in entries]
    if problems and len(problems) == len(places):
        raise problems[0]
    kept: dict[str, tuple[str, dict[str, Any]]] = {}
    for region, about in found:  # the simulators are the same in every region
        arn = about["deviceArn"]
        if (every or about.get("deviceStatus") != "RETIRED") and (arn not in kept or region == session.region):
            kept[arn] = (region, about)

    def look(entry: tuple[str, dict[str, Any]]) -> Device:
        region, about = entry
        if not queues or about.get("deviceStatus") == "RETIRED":
            return _device(about, region)
        try:
            return described(session, about["deviceArn"], region=region)
        except ServiceError as error:
            session.talk.warn(f"{about['deviceName']}: {error.message}")
            return _device(about, region)

    made = list(batch.in_order(look, kept.values(), workers=WORKERS))
    order = ("ONLINE", "PAUSED", "OFFLINE", "RETIRED")
    rank = {status: place for place, status in enumerate(order)}
    return sorted(made, key=lambda one: (one.device_type == QPU, rank.get(one.device_status, 2), one.name.lower()))


def find(session: Session, name: str) -> Device:
    """The device NAME, an ARN, `sv1`, `dm1`, `tn1`, or the name of a QPU in any region, whatever the case.

    Raises InputError where there is none, Retired where it is no more.
    """
    return session.once(("device", name), lambda: _found(session, name))


def _found(session: Session, name: str) -> Device:
    arn = SIMULATORS.get(name.lower(), name if name.startswith("arn:") else None)
    if arn is None:
        listed = devices(session, every=True, queues=False)
        named = [one for one in listed if name.lower() in (one.name.lower(), one.device_arn.rpartition("/")[2].lower())]
        if not named:
            known = [one.name for one in listed if one.device_status != "RETIRED"]
            near = get_close_matches(name.lower(), [one.lower() for one in known], n=1)
            meant = [one for one in known if near and one.lower() == near[0]]
            hint = f"did you mean `{meant[0]}`? " if meant else ""
            raise InputError(f"there is no device `{name}`", hint=f"{hint}awsml braket devices lists them")
        arn = min(named, key=lambda one: one.device_status == "RETIRED").device_arn
    region = region_of(session, arn)
    try:
        return session.once(("device", "arn", arn), lambda: described(session, arn, region=region))
    except ServiceError as error:
        if error.code in ("ResourceNotFoundException", "ValidationException"):
            raise InputError(f"there is no device `{name}` in {region}", hint="awsml braket devices") from None
        raise


def region_of(session: Session, arn: str) -> str:
    """Where the device ARN is; the simulators are in each of Braket's regions."""
    parts = arn.split(":")
    return (parts[3] if len(parts) > 3 else "") or session.region


def described(session: Session, arn: str, *, region: str) -> Device:
    """The device ARN as it is now."""
    answer = session.client(SERVICE, region=region).get_device(deviceArn=arn)
    return _device(answer, region, free=session.local)


def usable(session: Session, device: Device) -> None:
    """Warn where DEVICE lets tasks wait. Raises Retired for one that takes none."""
    if device.device_status == "RETIRED":
        raise Retired(f"the device {device.name} was retired", hint="awsml braket devices lists those that are there")
    if device.device_status in ("OFFLINE", "PAUSED"):
        because = f" ({device.status_reason})" if device.status_reason else ""
        session.talk.warn(f"{device.name} is {device.device_status.lower()}{because}: a task waits until it is back")


def _device(answer: Mapping[str, Any], region: str, *, free: bool = False) -> Device:
    about = _capabilities(answer.get("deviceCapabilities"))
    service, paradigm = _part(about, "service"), _part(about, "paradigm")
    kind, cost = str(answer.get("deviceType", "")), _part(service, "deviceCost")
    price, unit = cost.get("price"), cost.get("unit")
    name = str(answer["deviceArn"]).rpartition("/")[2].lower()
    if price is None and not free and kind != QPU and name in prices.BRAKET_MINUTE:
        price, unit = prices.BRAKET_MINUTE[name], "minute"
    queues = {
        (one.get("queue"), one.get("queuePriority", "Normal")): str(one.get("queueSize"))
        for one in answer.get("deviceQueueInfo") or ()
    }
    reason = answer.get("deviceStatusReason") or {}
    reach = service.get("shotsRange")
    action = _part(_part(about, "action"), _OPENQASM)
    made = Device(
        name=answer["deviceName"],
        device_arn=answer["deviceArn"],
        provider_name=answer.get("providerName", ""),
        device_type=kind,
        device_status=answer.get("deviceStatus", ""),
        region=region,
        qubits=paradigm.get("qubitCount"),
        queue=queues.get(("QUANTUM_TASKS_QUEUE", "Normal")),
        priority_queue=queues.get(("QUANTUM_TASKS_QUEUE", "Priority")),
        jobs_queue=queues.get(("JOBS_QUEUE", "Normal")),
        price=price,
        unit=unit,
        task_price=prices.BRAKET_TASK if kind == QPU else None,
        cost=_cost(price, unit, kind),
        shots=tuple(reach) if isinstance(reach, list) and len(reach) == 2 else None,
        gates=tuple(str(one).lower() for one in action.get("supportedOperations") or ()),
        native_gates=tuple(str(one).lower() for one in paradigm.get("nativeGateSet") or ()),
        windows=tuple(_window(one) for one in service.get("executionWindows") or () if isinstance(one, dict)),
        location=service.get("deviceLocation"),
        status_reason=str(reason.get("reason", "")).lower().replace("_", " ") or None,
    )
    return made.with_raw({name: value for name, value in answer.items() if name != "ResponseMetadata"})


def _cost(price: float | None, unit: str | None, kind: str) -> str | None:
    if price is None:
        return None
    return f"{prices.BRAKET_TASK:g} a task + {price:g} a {unit}" if kind == QPU else f"{price:g} a {unit}"


def _capabilities(text: object) -> dict[str, Any]:
    try:
        found = json.loads(str(text))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _part(whole: Mapping[str, Any], name: str) -> dict[str, Any]:
    part = whole.get(name)
    return part if isinstance(part, dict) else {}


def _window(one: Mapping[str, Any]) -> str:
    return f"{one.get('executionDay')} {one.get('windowStartHour')}-{one.get('windowEndHour')} UTC"
