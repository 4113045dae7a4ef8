"""Inference components: a model's copies on machines that an endpoint shares out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from awsml_cli.core import clock, jobs, paging
from awsml_cli.core.errors import InputError, TimedOut
from awsml_cli.core.jobs import JobId
from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker.records import InferenceComponent
from awsml_cli.services.sagemaker.remote import scaling
from awsml_cli.services.sagemaker.remote.deployments import VARIANT, Deployment
from awsml_cli.services.sagemaker.remote.there import if_allowed, or_none
from awsml_cli.services.sagemaker.remote.updates import Update

SERVICE: Final = "sagemaker"
LEAVING: Final = 600.0  # seconds that a component may take to go
PAUSE: Final = 5.0
_STARTUP: Final = "StartupParameters"
_SPECIFIED: Final = ("ModelName", "ComputeResourceRequirements", _STARTUP)


def put(session: Session, wanted: Deployment, *, how: Update, timeout: float | None) -> None:
    """Have the component that is WANTED on its endpoint, and wait until it serves. Raises JobFailed.

    Of one that is there, what WANTED says nothing of stays: its copies, and how long it may take to start.
    """
    client, name = session.client(SERVICE), wanted.component_name
    request = wanted.component_request()
    before = _free(session, wanted)
    if before is None:
        session.talk.tell(f"{wanted.name}: creating the component {name}")
        client.create_inference_component(
            **request, EndpointName=wanted.name, VariantName=VARIANT, Tags=wanted.tagged()
        )
    else:
        _change(session, wanted, before, request, how)
    # AWS's answer about an endpoint says nothing of its components, and `endpoints get` takes an endpoint's name
    kind = replace(_KIND, look=f"awsml sagemaker endpoints components {wanted.name}")
    jobs.wait(session, kind, JobId(SERVICE, session.region, name), timeout=timeout)


def beside(session: Session, wanted: Deployment, config: str) -> Deployment:
    """WANTED on the machines that its endpoint has by CONFIG, where components run on them already, this one or others.

    They stay as they are, or may become more, unless others were named, or how many.
    Raises InputError where the endpoint has components and this is none, or its component's name is taken elsewhere.
    """
    client = session.client(SERVICE)
    if wanted.component is None:
        if wanted.config == config:
            return wanted
        answer = if_allowed(session, lambda: or_none(client.describe_endpoint_config, EndpointConfigName=config))
        if answer is not None and all("ModelName" not in one for one in answer["ProductionVariants"]):
            there = if_allowed(session, lambda: of(session, wanted.name))
            raise InputError(
                f"{wanted.name} serves components" + (f": {', '.join(there)}" if there else ""),
                hint="--component NAME=MB adds one, or updates the one of that name",
            )
        return wanted
    _free(session, wanted)
    there = of(session, wanted.name)
    others = [one for one in there if one != wanted.component_name]
    answer = or_none(client.describe_endpoint_config, EndpointConfigName=config) if there else None
    if answer is None:
        return wanted
    variant, own = answer["ProductionVariants"][0], wanted.managed()
    has = variant.get("ManagedInstanceScaling") or {}
    assert own is not None
    least, most = has.get("MinInstanceCount", own[0]), max(own[1], has.get("MaxInstanceCount", 0))
    if wanted.chosen:
        return replace(wanted, machines=own if wanted.counted else (own[0], most))
    if own[0] == 0 and least > 0 and (not others or scaling.all_to_zero(session, others)):
        least = 0
    if (least, most) == (has.get("MinInstanceCount"), has.get("MaxInstanceCount")):
        return replace(wanted, kept=config)
    return replace(
        wanted,
        instance=variant.get("InstanceType", wanted.instance),
        count=variant.get("InitialInstanceCount", wanted.count),
        pools=tuple((one["InstanceType"], one["Priority"]) for one in variant.get("InstancePools", ())),
        pool_timeout=variant.get("VariantInstanceProvisionTimeoutInSeconds"),
        ami=variant.get("InferenceAmiVersion"),
        machines=(least, most),
    )


def of(session: Session, endpoint: str) -> list[str]:
    """The components of ENDPOINT."""
    found = paging.items(
        session.client(SERVICE).list_inference_components, "InferenceComponents", EndpointNameEquals=endpoint
    )
    return [str(one["InferenceComponentName"]) for one in found]


def listed(session: Session, endpoint: str) -> Iterator[InferenceComponent]:
    """The components of ENDPOINT, with what each needs and has."""
    for name in of(session, endpoint):
        answer = or_none(session.client(SERVICE).describe_inference_component, InferenceComponentName=name)
        if answer is not None:
            said = answer.get("Specification") or {}
            needs, copies = said.get("ComputeResourceRequirements") or {}, answer.get("RuntimeConfig") or {}
            yield InferenceComponent.of(
                answer,
                model_name=said.get("ModelName"),
                current_copy_count=copies.get("CurrentCopyCount"),
                desired_copy_count=copies.get("DesiredCopyCount"),
                memory_mb=needs.get("MinMemoryRequiredInMb"),
                cpu_cores=needs.get("NumberOfCpuCoresRequired"),
                accelerators=needs.get("NumberOfAcceleratorDevicesRequired"),
            )


def model_of(session: Session, name: str) -> str | None:
    """The model of the component NAME."""
    answer = or_none(session.client(SERVICE).describe_inference_component, InferenceComponentName=name) or {}
    return (answer.get("Specification") or {}).get("ModelName")


def remove(session: Session, name: str) -> None:
    """Remove the component NAME, and wait until it has gone: its endpoint cannot go before."""
    client = session.client(SERVICE)
    client.delete_inference_component(InferenceComponentName=name)
    begun = clock.monotonic()
    while or_none(client.describe_inference_component, InferenceComponentName=name) is not None:
        if clock.monotonic() - begun > LEAVING:
            raise TimedOut(f"the component {name} has not gone after {LEAVING:.0f} s", hint="run the same again")
        session.talk.progress(f"component {name}: leaving")
        clock.sleep(PAUSE)


def _free(session: Session, wanted: Deployment) -> dict[str, Any] | None:
    """AWS's answer about the component that is WANTED, where it is there. Raises InputError where it is another's."""
    name = wanted.component_name
    found = or_none(session.client(SERVICE).describe_inference_component, InferenceComponentName=name)
    if found is not None and found["EndpointName"] != wanted.name:
        raise InputError(
            f"there is a component {name} already, of the endpoint {found['EndpointName']}",
            hint="--component OTHER=MB: the names of components are a region's",
        )
    return None if found is None else dict(found)


def _change(session: Session, wanted: Deployment, before: dict[str, Any], request: dict[str, Any], how: Update) -> None:
    """Make the component that AWS described BEFORE as the REQUEST for the one that is WANTED, where it is not so."""
    client, name, copies = session.client(SERVICE), wanted.component_name, wanted.component and wanted.component.copies
    if copies is None or wanted.autoscale:
        del request["RuntimeConfig"]  # nothing was said, or how many there are is scaling's business
    has, specification = before.get("Specification") or {}, request["Specification"]
    if has.get(_STARTUP) and _STARTUP not in specification:
        specification[_STARTUP] = has[_STARTUP]
    if any(has.get(part) != specification.get(part) for part in _SPECIFIED):
        session.talk.tell(f"{wanted.name}: updating the component {name}")
        policy = how.of_component()
        client.update_inference_component(**request, **({"DeploymentConfig": policy} if policy else {}))
    elif "RuntimeConfig" in request and copies != (before.get("RuntimeConfig") or {}).get("DesiredCopyCount"):
        session.talk.tell(f"{wanted.name}: copies of the component {name}: {copies}")
        client.update_inference_component_runtime_config(
            InferenceComponentName=name, DesiredRuntimeConfig=request["RuntimeConfig"]
        )


_KIND: Final = jobs.Kind(
    service=SERVICE,
    noun="inference component",
    describe=lambda session, job: dict(
        session.client(SERVICE).describe_inference_component(InferenceComponentName=job.name)
    ),
    status=lambda answer: str(answer.get("InferenceComponentStatus", "")),
    reason=lambda answer: str(answer.get("FailureReason", "")),
    done=frozenset({"InService"}),
    failed=frozenset({"Failed"}),
)
