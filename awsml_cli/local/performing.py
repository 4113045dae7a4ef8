"""One operation done here: found by its name, carried out, and what it answered checked against AWS's own model.

Both doors stand on this: the hook inside a botocore session (`--local`), and the server (`awsml local serve`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from awsml_cli.core.errors import AwsmlError, ConfigError
from awsml_cli.local.operations import Machine, Params

SERVICES = (
    "s3", "transcribe", "polly", "translate", "comprehend", "comprehendmedical", "textract", "rekognition",
    "lexv2-models", "lexv2-runtime", "braket", "forecast", "forecastquery", "personalize", "personalize-runtime",
    "personalize-events", "sagemaker", "sagemaker-runtime",
)  # fmt: skip
"""Services of which some operations are answered here; each has a module in `operations/`, `_` for `-`."""


@dataclass(frozen=True)
class Performed:
    """What an operation answered, and the headers that name its engine."""

    answer: dict[str, Any]
    headers: dict[str, str]


def perform(model: Any, params: Params, machine: Machine) -> Performed:
    """Do the operation of MODEL (botocore's) with PARAMS.

    Raises Refused as AWS does, and ConfigError for what nothing on this machine can do.
    """
    answer = function(model.service_model.service_name, model.name)(params, machine)
    headers = answer.pop("ResponseMetadata", {}).get("HTTPHeaders", {})
    _check(answer, model)
    return Performed(answer, headers)


def operations(service: str) -> dict[str, Callable[[Params, Machine], dict[str, Any]]]:
    """What can be done here of SERVICE (boto3's name), by the operation's name."""
    if service not in SERVICES:
        return {}
    found: dict[str, Any] = import_module(f"awsml_cli.local.operations.{service.replace('-', '_')}").OPERATIONS
    return found


def function(service: str, operation: str) -> Callable[[Params, Machine], dict[str, Any]]:
    """What does OPERATION of SERVICE. Raises ConfigError where nothing here does."""
    found = operations(service).get(operation)
    if found is None:
        raise ConfigError(
            f"no engine on this machine can do {service} {operation}",
            hint="run it without --local; `awsml local engines` says what there is",
        )
    return found


def stream_member(model: Any) -> str | None:
    """The member of the answer that is a stream, if one is."""
    return str(model.output_shape.serialization["payload"]) if model.has_streaming_output else None


def _check(answer: dict[str, Any], model: Any) -> None:
    """Check ANSWER against the service's model. A mistake here is ours, so it is not an expected error."""
    from botocore.validate import validate_parameters

    shape = model.output_shape
    if shape is None:
        if answer:
            raise AwsmlError(f"{model.name} has no answer, and we gave one: {sorted(answer)}")
        return
    stray = sorted(set(answer) - set(shape.members))
    if stray:
        raise AwsmlError(f"the answer of {model.name} has members that AWS's has not: {', '.join(stray)}")
    payload = stream_member(model)
    # what streams is not looked into, but may be a member that has to be there
    told = {name: b"" if name == payload else value for name, value in answer.items() if value is not None}
    validate_parameters(told, shape)
