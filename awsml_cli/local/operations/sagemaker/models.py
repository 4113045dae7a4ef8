"""Models, and configurations of endpoints: kept, and what this machine cannot serve refused when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from awsml_cli.core import clock
from awsml_cli.local import jobs
from awsml_cli.local.operations import Answer, Machine, Operation, Params
from awsml_cli.local.operations.sagemaker import hosts, kept, places
from awsml_cli.local.operations.sagemaker.hosts import Brought, Ears
from awsml_cli.local.operations.sagemaker.kept import CONFIG, MODEL, arn, cannot, invalid, refuse, time_of
from awsml_cli.services.sagemaker.local import serving
from awsml_cli.services.sagemaker.local.serving import Server

_CANNOT_HOLD: Final = {
    "ModelPackageName": "packages of models",
    "AdditionalModelDataSources": "further sources of a model",
    "MultiModelConfig": "endpoints of many models",
}
_CANNOT_SERVE: Final = {
    "AsyncInferenceConfig": "asynchronous endpoints",
    "ExplainerConfig": "explainers",
    "ShadowProductionVariants": "shadow variants",
}
_CANNOT_VARY: Final = {"ServerlessConfig": "serverless endpoints", "ManagedInstanceScaling": "endpoints that scale"}


def create_model(params: Params, machine: Machine) -> Answer:
    """Keep a model. Raises ConfigError for one that nothing here could serve."""
    kept.near(machine)
    name = params["ModelName"]
    container = container_of(params)
    refuse(container, _CANNOT_HOLD)
    if container.get("Mode", "SingleModel") != "SingleModel":
        raise cannot("endpoints of many models (Mode)")
    uri = data_of(container)
    if uri:
        places.bucket_of(machine, uri, "ModelDataUrl")
        if next(places.below(machine, uri), None) is None:
            raise invalid(f"Could not find model data at {uri}.")
    brought(container).check(machine)
    taken = invalid(f'Cannot create already existing model "{arn(machine, MODEL, name)}".')
    document = {"Asked": dict(params), "Created": clock.now()}
    return {"ModelArn": kept.add(machine, MODEL, name, document, params, taken=taken)}


def describe_model(params: Params, machine: Machine) -> Answer:
    """A model as it was asked for."""
    name = params["ModelName"]
    return {"ModelArn": arn(machine, MODEL, name), **_again(kept.the(machine, MODEL, name))}


def list_models(params: Params, machine: Machine) -> Answer:
    """Models, the newest first."""
    return kept.listed(machine, MODEL, params, _brief(machine, MODEL, "Model"), key="Models", name="ModelName")


def delete_model(params: Params, machine: Machine) -> Answer:
    """Forget a model; what serves it goes on."""
    kept.forget(machine, MODEL, params["ModelName"])
    return {}


def create_endpoint_config(params: Params, machine: Machine) -> Answer:
    """Keep a configuration. Raises ConfigError for what nothing here could serve."""
    name = params["EndpointConfigName"]
    refuse(params, _CANNOT_SERVE)
    refuse(params.get("DataCaptureConfig", {}), {"EnableCapture": "capture of requests"}, "DataCaptureConfig.")
    names = [variant["VariantName"] for variant in params["ProductionVariants"]]
    if len(set(names)) < len(names):
        raise invalid("Two variants have the same name.")
    for variant in params["ProductionVariants"]:
        refuse(variant, _CANNOT_VARY, f"{variant['VariantName']}.")
        if not variant.get("ModelName"):
            raise cannot(f"inference components (the variant {variant['VariantName']} has no model)")
        kept.the(machine, MODEL, variant["ModelName"])
    taken = invalid(f'Cannot create already existing endpoint configuration "{arn(machine, CONFIG, name)}".')
    document = {"Asked": dict(params), "Created": clock.now()}
    return {"EndpointConfigArn": kept.add(machine, CONFIG, name, document, params, taken=taken)}


def describe_endpoint_config(params: Params, machine: Machine) -> Answer:
    """A configuration as it was asked for."""
    name = params["EndpointConfigName"]
    return {"EndpointConfigArn": arn(machine, CONFIG, name), **_again(kept.the(machine, CONFIG, name))}


def list_endpoint_configs(params: Params, machine: Machine) -> Answer:
    """Configurations, the newest first."""
    summary = _brief(machine, CONFIG, "EndpointConfig")
    return kept.listed(machine, CONFIG, params, summary, key="EndpointConfigs", name="EndpointConfigName")


def delete_endpoint_config(params: Params, machine: Machine) -> Answer:
    """Forget a configuration; an endpoint made of it goes on."""
    kept.forget(machine, CONFIG, params["EndpointConfigName"])
    return {}


OPERATIONS: dict[str, Operation] = {
    "CreateModel": create_model,
    "DescribeModel": describe_model,
    "ListModels": list_models,
    "DeleteModel": delete_model,
    "CreateEndpointConfig": create_endpoint_config,
    "DescribeEndpointConfig": describe_endpoint_config,
    "ListEndpointConfigs": list_endpoint_configs,
    "DeleteEndpointConfig": delete_endpoint_config,
}


def container_of(params: Params) -> Mapping[str, Any]:
    """The one container of a model. Raises Refused where there is none, ConfigError where there are several."""
    several = params.get("Containers", ())
    if len(several) > 1:
        raise cannot("models of several containers (Containers)")
    found = params.get("PrimaryContainer") or next(iter(several), None)
    if not found:
        raise invalid("A model needs a PrimaryContainer.")
    return dict(found)


def data_of(container: Mapping[str, Any]) -> str:
    """Where the model's data lie; empty where it has none."""
    source = container.get("ModelDataSource", {}).get("S3DataSource", {})
    return str(container.get("ModelDataUrl") or source.get("S3Uri") or "")


def brought(container: Mapping[str, Any]) -> Brought:
    """What of a model's CONTAINER is run. Code may come with the model, as `code/inference.py`."""
    around = container.get("Environment", {})
    code = places.plain(around.get("SAGEMAKER_SUBMIT_DIRECTORY", ""))
    program = places.plain(around.get("SAGEMAKER_PROGRAM", ""))
    where = code if code.startswith("s3://") else ""
    return Brought(image=container.get("Image", ""), code=where, program=program or "inference.py")


@contextmanager
def served(
    machine: Machine, params: Params, ears: Ears, *, variables: Mapping[str, str], startup: float
) -> Iterator[Server]:
    """A server of the model that PARAMS made, which answers. Raises AwsmlError where it never does."""
    container = container_of(params)
    made = TemporaryDirectory(prefix="awsml-model-", ignore_cleanup_errors=True)
    with made as place, hosts.session(ears) as session:
        folder = Path(place)
        uri, model = data_of(container), None
        if uri.endswith((".tar.gz", ".tgz")):
            model = places.the_object(machine, uri).path
        elif uri:
            model = folder / "model"
            places.fetch(machine, uri, model)
        what = brought(container)
        runner = hosts.runner(machine, what, "serve", folder / "code")
        around = {**hosts.variables(machine, runner), **container.get("Environment", {}), **variables}
        if what.code:
            around |= {"SAGEMAKER_SUBMIT_DIRECTORY": hosts.CODE}
        around["SAGEMAKER_INFERENCE"] = what.program
        try:
            with serving.served(session, runner, model, variables=around, startup=startup) as server:
                yield server
        finally:
            if what.code:
                runner.tidy(folder / "code")


def failure(problem: Exception, variant: str) -> jobs.Failure:
    """Why the server of VARIANT never answered, as AWS says it."""
    said = f"The primary container for production variant {variant} did not pass the ping health check."
    return jobs.Failure(f"{said} Please check CloudWatch logs for this endpoint. {problem}")


def _again(document: Mapping[str, Any]) -> dict[str, Any]:
    asked = {member: value for member, value in document["Asked"].items() if member != "Tags"}
    return {**asked, "CreationTime": time_of(document["Created"])}


def _brief(machine: Machine, noun: str, word: str) -> Any:
    def summary(name: str, document: dict[str, Any]) -> dict[str, Any]:
        made = {f"{word}Name": name, f"{word}Arn": arn(machine, noun, name)}
        return {**made, "CreationTime": time_of(document["Created"])}

    return summary
