"""SageMaker's inference components, and transforms that move on with each look and leave their answers in S3."""

from __future__ import annotations

import datetime
from typing import Any

from fakeaws.core import Call, FakeAws
from fakeaws.faults import AwsError


class Components:
    """Components by name. They need an endpoint that serves, and go one look after they were removed."""

    endpoints: dict[str, dict[str, Any]]

    def __init__(self, aws: FakeAws) -> None:
        super().__init__(aws)  # type: ignore[call-arg]
        self.components: dict[str, dict[str, Any]] = {}
        self.component_failing = ""

    def create_inference_component(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Make one."""
        self._find(self.endpoints, params["EndpointName"], "endpoint")  # type: ignore[attr-defined]
        if self.endpoints[params["EndpointName"]]["looks"] <= 2:
            raise AwsError("ValidationException", "The endpoint is not InService.")
        self._find(self.models, params["Specification"]["ModelName"], "model")  # type: ignore[attr-defined]
        name = params["InferenceComponentName"]
        if name in self.components:
            raise AwsError("ValidationException", f'Cannot create already existing inference component "{name}".')
        self.components[name] = {**params, "looks": 0, "updating": False, "leaving": False, "made": self._at()}
        return {"InferenceComponentArn": self._of(name)}

    def update_inference_component(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Change one."""
        held = self._component(params["InferenceComponentName"])
        held |= {**params, "looks": 0, "updating": True}
        return {"InferenceComponentArn": self._of(params["InferenceComponentName"])}

    def update_inference_component_runtime_config(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Change how many copies of one there are."""
        held = self._component(params["InferenceComponentName"])
        held |= {"RuntimeConfig": params["DesiredRuntimeConfig"], "looks": 0, "updating": True}
        return {"InferenceComponentArn": self._of(params["InferenceComponentName"])}

    def describe_inference_component(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Look at one, which moves it on."""
        name = params["InferenceComponentName"]
        held = self._component(name)
        held["looks"] += 1
        status = "Updating" if held["updating"] else "Creating"
        if held["looks"] > 2:
            status = "Failed" if self.component_failing else "InService"
        if held["leaving"]:
            status = "Deleting"
            del self.components[name]
        about = {
            **self._summary(name, held),
            "InferenceComponentStatus": status,
            "Specification": held["Specification"],
            "RuntimeConfig": {
                "DesiredCopyCount": held["RuntimeConfig"]["CopyCount"],
                "CurrentCopyCount": held["RuntimeConfig"]["CopyCount"],
            },
        }
        return about | ({"FailureReason": self.component_failing} if status == "Failed" else {})

    def list_inference_components(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List them."""
        wanted = params.get("EndpointNameEquals")
        found = [
            self._summary(name, held)
            for name, held in self.components.items()
            if wanted in (None, held["EndpointName"])
        ]
        return {"InferenceComponents": found}

    def delete_inference_component(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to remove one."""
        self._component(params["InferenceComponentName"])["leaving"] = True
        return {}

    def _component(self, name: str) -> dict[str, Any]:
        if name not in self.components:
            raise AwsError("ValidationException", f'Could not find inference component "{name}".')
        return self.components[name]

    def _summary(self, name: str, held: dict[str, Any]) -> dict[str, Any]:
        return {
            "InferenceComponentName": name,
            "InferenceComponentArn": self._of(name),
            "EndpointName": held["EndpointName"],
            "EndpointArn": f"arn:aws:sagemaker:us-east-1:123456789012:endpoint/{held['EndpointName']}",
            "VariantName": held["VariantName"],
            "CreationTime": held["made"],
            "LastModifiedTime": held["made"],
        }

    def _of(self, name: str) -> str:
        return f"arn:aws:sagemaker:us-east-1:123456789012:inference-component/{name}"

    def _at(self) -> datetime.datetime:
        moment: datetime.datetime = self._now()  # type: ignore[attr-defined]
        return moment


class Transforms:
    """Transforms by name; `transform_answers` maps what a file holds to what the model makes of it."""

    aws: FakeAws

    def __init__(self, aws: FakeAws) -> None:
        super().__init__(aws)  # type: ignore[call-arg]
        self.transforms: dict[str, dict[str, Any]] = {}
        self.transform_failing = ""
        self.transform_answers: dict[bytes, bytes] = {}

    def create_transform_job(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin one."""
        name = params["TransformJobName"]
        if name in self.transforms:
            raise AwsError("ResourceInUse", f"Job name must be unique within an AWS account and region: {name}")
        self._find(self.models, params["ModelName"], "model")  # type: ignore[attr-defined]
        self.transforms[name] = {"params": params, "looks": 0, "status": "InProgress", "begun": self._now()}  # type: ignore[attr-defined]
        return {"TransformJobArn": f"arn:aws:sagemaker:us-east-1:123456789012:transform-job/{name}"}

    def describe_transform_job(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Look at one, which moves it on."""
        held = self._transform(params["TransformJobName"])
        held["looks"] += 1
        if held["status"] == "Stopping":
            held["status"] = "Stopped"
        elif held["status"] == "InProgress" and held["looks"] > 2:
            held["status"] = "Failed" if self.transform_failing else "Completed"
            if held["status"] == "Completed":
                self._leave(held["params"])
        return self._told(held, whole=True)

    def stop_transform_job(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Ask one to stop."""
        held = self._transform(params["TransformJobName"])
        if held["status"] != "InProgress":
            raise AwsError("ValidationException", f"The transform job is {held['status']}.")
        held["status"] = "Stopping"
        return {}

    def list_transform_jobs(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List them, the newest first."""
        found = [self._told(held, whole=False) for held in reversed(self.transforms.values())]
        wanted = params.get("StatusEquals")
        return {"TransformJobSummaries": [one for one in found if wanted in (None, one["TransformJobStatus"])]}

    def _leave(self, params: dict[str, Any]) -> None:
        bucket, prefix = params["TransformInput"]["DataSource"]["S3DataSource"]["S3Uri"][5:].split("/", 1)
        to, place = params["TransformOutput"]["S3OutputPath"][5:].split("/", 1)
        for key, data in self.aws.store.objects(bucket).items():
            if key.startswith(prefix):
                below = key.removeprefix(prefix).lstrip("/") or key.rpartition("/")[2]
                self.aws.store.put(to, f"{place.rstrip('/')}/{below}.out", self.transform_answers.get(data, data))

    def _transform(self, name: str) -> dict[str, Any]:
        if name not in self.transforms:
            raise AwsError("ValidationException", "Requested resource not found.")
        return self.transforms[name]

    def _told(self, held: dict[str, Any], *, whole: bool) -> dict[str, Any]:
        params, status = held["params"], held["status"]
        about = {
            "TransformJobName": params["TransformJobName"],
            "TransformJobArn": f"arn:aws:sagemaker:us-east-1:123456789012:transform-job/{params['TransformJobName']}",
            "CreationTime": held["begun"],
            "TransformJobStatus": status,
        }
        if status in ("Completed", "Failed", "Stopped"):
            about["TransformEndTime"] = held["begun"] + datetime.timedelta(seconds=360)
        if status == "Failed":
            about["FailureReason"] = self.transform_failing
        if not whole:
            return {**about, "LastModifiedTime": held["begun"]}
        kept = (
            "ModelName",
            "TransformInput",
            "TransformOutput",
            "TransformResources",
            "MaxPayloadInMB",
            "BatchStrategy",
        )
        about |= {name: params[name] for name in kept if name in params}
        return {**about, "TransformStartTime": held["begun"] + datetime.timedelta(seconds=240)}


class Scaling:
    """Application Auto Scaling, as far as SageMaker goes: targets by what is scaled, policies by their name."""

    name = "application-autoscaling"

    def __init__(self) -> None:
        self.targets: dict[str, dict[str, Any]] = {}
        self.policies: dict[str, dict[str, Any]] = {}

    def register_scalable_target(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Have something scaled."""
        self.targets[params["ResourceId"]] = params
        return {"ScalableTargetARN": f"arn:aws:application-autoscaling:us-east-1:123456789012:{params['ResourceId']}"}

    def describe_scalable_targets(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Show what is scaled."""
        now, wanted = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC), params.get("ResourceIds")
        kept = ("ServiceNamespace", "ResourceId", "ScalableDimension", "MinCapacity", "MaxCapacity")
        return {
            "ScalableTargets": [
                {
                    **{name: one[name] for name in kept},
                    "RoleARN": "arn:aws:iam::123456789012:role/x",
                    "CreationTime": now,
                }
                for one in self.targets.values()
                if not wanted or one["ResourceId"] in wanted
            ]
        }

    def deregister_scalable_target(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Leave something as it is, and forget its policies."""
        if params["ResourceId"] not in self.targets:
            raise AwsError("ObjectNotFoundException", "No scalable target found.")
        del self.targets[params["ResourceId"]]
        self.policies = {name: one for name, one in self.policies.items() if one["ResourceId"] != params["ResourceId"]}
        return {}

    def put_scaling_policy(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Keep a policy for a target."""
        if params["ResourceId"] not in self.targets:
            raise AwsError("ObjectNotFoundException", "No scalable target registered.")
        self.policies[params["PolicyName"]] = params
        place = f"resource/sagemaker/{params['ResourceId']}:policyName/{params['PolicyName']}"
        return {"PolicyARN": f"arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:0:{place}", "Alarms": []}
