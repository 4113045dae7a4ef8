"""What is to be served as an endpoint, on which terms, and the requests that make it so.

Each part is named after the endpoint and its own content, so that the same again is the same part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from awsml_cli.core.cache import key_of

VARIANT: Final = "main"
TAG: Final = "awsml-endpoint"


@dataclass(frozen=True)
class Variant:
    """A further variant, which gets WEIGHT of the requests; what is None is as with the first."""

    name: str
    model_data: str | None
    weight: float = 1.0
    image: str | None = None
    instance: str | None = None
    count: int | None = None


@dataclass(frozen=True)
class Component:
    """What a copy of the model needs on a machine that others share: MEMORY in MB, cores, GPUs; and how many COPIES.

    NAME is None where it is called as its endpoint; COPIES where nothing was said: one, or as many as there are.
    """

    memory: int
    cores: float | None = None
    accelerators: float | None = None
    copies: int | None = None
    name: str | None = None


@dataclass(frozen=True)
class Capture:
    """Requests and answers that are kept below S3, PERCENT of them."""

    s3: str
    percent: int = 100


@dataclass(frozen=True)
class Deployment:
    """What is to be served as NAME. Sizes are in MB, times in seconds.

    Either machines (INSTANCE, COUNT; or POOLS, types with their priority, of which the first that can be had is
    taken), or SERVERLESS with its concurrency; ASYNC_S3 makes it asynchronous; AUTOSCALE is the least and most machines
    (copies of a COMPONENT) and the requests a minute that each shall have. MULTIPLE are the models of a folder in S3.
    CHOSEN says whether its machines were named, COUNTED whether it was said how many; MACHINES are the least and most
    of them below several components, KEPT is the configuration that an endpoint has already and keeps.
    PACKAGE, by its ARN, is what the first model is made of, in place of MODEL_DATA; IMAGE is then the one in it.
    ISOLATED says that its package is one that SageMaker serves without a network alone.
    """

    name: str
    image: str
    model_data: str | None
    role: str
    instance: str = "ml.m5.large"
    count: int = 1
    serverless: tuple[int, int] | None = None
    async_s3: str | None = None
    autoscale: tuple[int, int, float] | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    startup: int | None = None
    ami: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    multiple: bool = False
    pools: tuple[tuple[str, int], ...] = ()
    pool_timeout: int | None = None
    weight: float | None = None
    variants: tuple[Variant, ...] = ()
    component: Component | None = None
    capture: Capture | None = None
    package: str | None = None
    isolated: bool = False
    chosen: bool = False
    counted: bool = False
    machines: tuple[int, int] | None = None
    kept: str | None = None

    @property
    def component_name(self) -> str:
        """The component's name, which is the endpoint's where none was said."""
        return (self.component.name if self.component else None) or self.name

    @property
    def model(self) -> str:
        """The first model's name, which its content gives."""
        return self._model_name(self.image, self.model_data, self.package)

    @property
    def config(self) -> str:
        """The configuration's name."""
        if self.kept:
            return self.kept
        place = (self.instance, self.count, self.startup, self.ami)
        more = (self.pools, self.pool_timeout, self.weight, self._others(), self.capture, self.managed())
        # what was deployed before there was more to say keeps its name
        rest = [str(more)] if any(one is not None and one != () for one in more) else []
        model = None if self.component else self.model
        return f"{self.name}-{key_of(model, place, self.serverless, self.async_s3, *rest)[:10]}"

    @property
    def types(self) -> list[str]:
        """The types of machine that it may run on."""
        if self.serverless:
            return []
        first = [kind for kind, _ in self.pools] or [self.instance]
        return [*first, *(one.instance for one in self.variants if one.instance)]

    @property
    def images(self) -> list[str]:
        """The images that it runs."""
        return list(dict.fromkeys([self.image, *(one.image for one in self.variants if one.image)]))

    def tagged(self) -> list[dict[str, str]]:
        """The tags of each part."""
        return [{"Key": key, "Value": value} for key, value in {TAG: self.name, **self.tags}.items()]

    def managed(self) -> tuple[int, int] | None:
        """The least and most machines below components; SageMaker adds one where a copy finds no room."""
        if self.component is None:
            return None
        if self.machines:
            return self.machines
        copies = self.component.copies or 1
        least, most, _ = self.autoscale or (copies, copies, 0.0)
        return (0, max(1, most)) if least == 0 else (self.count, max(self.count, most))

    def models(self) -> Iterator[dict[str, Any]]:
        """CreateModel's parameters for each model."""
        yield self._model_request(self.image, self.model_data, self.package)
        for one in self.variants:
            yield self._model_request(one.image or self.image, one.model_data)

    def configuration(self) -> dict[str, Any]:
        """CreateEndpointConfig's parameters."""
        made: dict[str, Any] = {
            "EndpointConfigName": self.config,
            "ProductionVariants": [self._first(), *map(self._further, self.variants)],
        }
        if self.component is not None:
            made["ExecutionRoleArn"] = self.role
        if self.async_s3:
            place = self.async_s3.rstrip("/")
            made["AsyncInferenceConfig"] = {
                "OutputConfig": {"S3OutputPath": f"{place}/answers/", "S3FailurePath": f"{place}/failures/"}
            }
        if self.capture:
            made["DataCaptureConfig"] = {
                "EnableCapture": True,
                "InitialSamplingPercentage": self.capture.percent,
                "DestinationS3Uri": self.capture.s3,
                "CaptureOptions": [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}],
            }
        return made

    def component_request(self) -> dict[str, Any]:
        """The parameters that CreateInferenceComponent and UpdateInferenceComponent have in common."""
        assert self.component is not None
        needs: dict[str, Any] = {"MinMemoryRequiredInMb": self.component.memory}
        if self.component.cores is not None:
            needs["NumberOfCpuCoresRequired"] = self.component.cores
        if self.component.accelerators is not None:
            needs["NumberOfAcceleratorDevicesRequired"] = self.component.accelerators
        specification: dict[str, Any] = {"ModelName": self.model, "ComputeResourceRequirements": needs}
        if self.startup:
            specification["StartupParameters"] = {
                "ContainerStartupHealthCheckTimeoutInSeconds": self.startup,
                "ModelDataDownloadTimeoutInSeconds": self.startup,
            }
        return {
            "InferenceComponentName": self.component_name,
            "Specification": specification,
            "RuntimeConfig": {"CopyCount": self.component.copies or 1},
        }

    def _model_name(self, image: str, model_data: str | None, package: str | None = None) -> str:
        isolated = "isolated" if package and self.isolated else None
        more = [word for word in ("multiple" if self.multiple else None, package, isolated) if word]
        return f"{self.name}-{key_of(image, model_data, self.role, sorted(self.environment.items()), *more)[:10]}"

    def _model_request(self, image: str, model_data: str | None, package: str | None = None) -> dict[str, Any]:
        container: dict[str, Any] = {"ModelPackageName": package} if package else {"Image": image}
        if self.environment or not package:  # a package has an environment of its own
            container["Environment"] = dict(self.environment)
        if self.multiple:
            container["Mode"] = "MultiModel"
        if model_data:
            container["ModelDataUrl"] = model_data
        name = self._model_name(image, model_data, package)
        made = {"ModelName": name, "ExecutionRoleArn": self.role, "PrimaryContainer": container}
        return {**made, "EnableNetworkIsolation": True} if package and self.isolated else made

    def _first(self) -> dict[str, Any]:
        variant: dict[str, Any] = {"VariantName": VARIANT}
        if self.component is None:
            variant["ModelName"] = self.model
        if self.weight is not None or self.variants:
            variant["InitialVariantWeight"] = 1.0 if self.weight is None else self.weight
        if self.serverless:
            memory, concurrency = self.serverless
            variant["ServerlessConfig"] = {"MemorySizeInMB": memory, "MaxConcurrency": concurrency}
            return variant
        if self.pools:
            variant["InstancePools"] = [{"InstanceType": kind, "Priority": rank} for kind, rank in self.pools]
            if self.pool_timeout:
                variant["VariantInstanceProvisionTimeoutInSeconds"] = self.pool_timeout
        else:
            variant["InstanceType"] = self.instance
        variant["InitialInstanceCount"] = self.count
        if (scaling := self.managed()) is not None:
            least, most = scaling
            variant["ManagedInstanceScaling"] = {
                "Status": "ENABLED", "MinInstanceCount": least, "MaxInstanceCount": most,
            }  # fmt: skip
            variant["RoutingConfig"] = {"RoutingStrategy": "LEAST_OUTSTANDING_REQUESTS"}
        return variant | self._starting()

    def _further(self, one: Variant) -> dict[str, Any]:
        return {
            "VariantName": one.name,
            "ModelName": self._model_name(one.image or self.image, one.model_data),
            "InitialVariantWeight": one.weight,
            "InstanceType": one.instance or self.instance,
            "InitialInstanceCount": one.count or self.count,
        } | self._starting()

    def _starting(self) -> dict[str, Any]:
        made: dict[str, Any] = {}
        if self.startup and self.component is None:
            made["ContainerStartupHealthCheckTimeoutInSeconds"] = self.startup
            made["ModelDataDownloadTimeoutInSeconds"] = self.startup
        if self.ami:
            made["InferenceAmiVersion"] = self.ami
        return made

    def _others(self) -> tuple[Any, ...]:
        return tuple(
            (one.name, one.model_data, one.weight, one.image, one.instance, one.count) for one in self.variants
        )
