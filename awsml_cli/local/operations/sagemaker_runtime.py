"""What an endpoint of SageMaker's answers: its server's own words, or AWS's refusal with them."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from awsml_cli.core.errors import ServiceError
from awsml_cli.core.limits import SAGEMAKER_INVOKE_BYTES
from awsml_cli.local.operations import Answer, Machine, Operation, Params, Refused, blob
from awsml_cli.local.operations.sagemaker import endpoints, kept
from awsml_cli.services.sagemaker.local import serving

_CANNOT = {
    "TargetModel": "endpoints of many models",
    "TargetContainerHostname": "models of several containers",
    "InferenceComponentName": "inference components",
    "SessionId": "sessions",
    "EnableExplanations": "explainers",
}


def invoke_endpoint(params: Params, machine: Machine) -> Answer:
    """Ask an endpoint; one of several variants is chosen by chance, as their weights say."""
    name = params["EndpointName"]
    kept.refuse(params, _CANNOT)
    body = blob(params.get("Body", b""))
    if len(body) > SAGEMAKER_INVOKE_BYTES:
        raise Refused("ValidationError", f"The body has {len(body)} bytes, over {SAGEMAKER_INVOKE_BYTES}.")
    absent = Refused("ValidationError", f"Endpoint {name} of account {kept.ACCOUNT} not found.")
    found = endpoints.settled(
        name, machine, moving=("Creating",), absent=absent
    )  # while it is updated, the old answers
    status = endpoints.status_of(machine, name, found)
    if status == "Creating":
        raise Refused("ModelNotReadyException", f"Endpoint {name} is being created.", status=429)
    if status == "Failed":
        raise Refused("ValidationError", f"Endpoint {name} has failed: {found.get('Reason')}")
    ports = found["Serving"]["Ports"]
    variant = _chosen(params, found, ports)
    try:
        got = serving.ask(
            ports[variant],
            body,
            content_type=params.get("ContentType", "application/octet-stream"),
            accept=params.get("Accept", "*/*"),
            attributes=params.get("CustomAttributes", ""),
        )
    except ServiceError as problem:
        raise _model_error(machine, name, variant, found, 0, problem.message) from None
    if got.status >= 400:
        raise _model_error(machine, name, variant, found, got.status, got.body.decode("utf-8", "replace")) from None
    told: Answer = {"Body": got.body, "InvokedProductionVariant": variant}
    given = {"ContentType": got.content_type, "CustomAttributes": got.attributes}
    return told | {member: value for member, value in given.items() if value}


OPERATIONS: dict[str, Operation] = {"InvokeEndpoint": invoke_endpoint}


def _chosen(params: Params, found: Mapping[str, Any], ports: Mapping[str, int]) -> str:
    target = params.get("TargetVariant")
    if target is not None and target not in ports:
        raise Refused("ValidationError", f"Variant {target} not found.")
    if target is not None or len(ports) == 1:
        return str(target or next(iter(ports)))
    weights = {one["VariantName"]: float(one.get("InitialVariantWeight", 1.0)) for one in found["Wanted"]["Variants"]}
    names = [name for name in ports if weights.get(name, 1.0) > 0] or list(ports)
    return random.choices(names, [weights.get(name, 1.0) or 1.0 for name in names])[0]  # noqa: S311 - a share of requests


def _model_error(
    machine: Machine, name: str, variant: str, found: Mapping[str, Any], status: int, said: str
) -> Refused:
    """AWS's refusal for a model that refused, or did not answer (STATUS 0)."""
    group, stream = endpoints.group_of(name), endpoints.stream_of(variant, found)
    kind = "client error" if 400 <= status < 500 else "server error"
    return Refused(
        "ModelError",
        f'Received {kind} ({status}) from primary with message "{said[:1000].strip()}". '
        f"See {group} in account {kept.ACCOUNT} for more information: aws logs tail {group}",
        status=424,
        OriginalStatusCode=status,
        OriginalMessage=said,
        LogStreamArn=f"arn:aws:logs:{machine.region}:{kept.ACCOUNT}:log-group:{group}:log-stream:{stream}",
    )
