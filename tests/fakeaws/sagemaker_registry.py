"""SageMaker's registry: groups and versions in pages of two; `package_failing` is why the next version fails."""

from __future__ import annotations

import datetime
from copy import deepcopy
from typing import Any

from fakeaws import wire
from fakeaws.core import Call, FakeAws
from fakeaws.faults import AwsError

PAGE = 2


class Packages:
    """Groups by name and packages by ARN; a version is made after `package_looks` looks. A part of the fake SageMaker."""

    def __init__(self, aws: FakeAws) -> None:
        super().__init__(aws)  # type: ignore[call-arg]
        self.groups: dict[str, dict[str, Any]] = {}
        self.packages: dict[str, dict[str, Any]] = {}
        self.package_failing = ""
        self.package_looks = 0
        self._made: dict[str, str] = {}  # ARNs by token
        self._counts: dict[str, int] = {}

    def create_model_package_group(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Make a group."""
        name = params["ModelPackageGroupName"]
        arn = self._arn("model-package-group", name)
        if name in self.groups:
            raise AwsError("ValidationException", f"Model Package Group already exists: {arn}")
        self.groups[name] = {
            "ModelPackageGroupName": name, "ModelPackageGroupArn": arn, "CreationTime": self._now(),
            "ModelPackageGroupStatus": "Completed",
        }  # fmt: skip
        return {"ModelPackageGroupArn": arn}

    def describe_model_package_group(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Describe a group."""
        return {**self._group(params["ModelPackageGroupName"]), "CreatedBy": {}}

    def list_model_package_groups(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List groups, the newest first."""
        return _page(list(reversed(self.groups.values())), "ModelPackageGroupSummaryList", params)

    def delete_model_package_group(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Forget a group that is empty."""
        name = self._group(params["ModelPackageGroupName"])["ModelPackageGroupName"]
        if any(one.get("ModelPackageGroupName") == name for one in self.packages.values()):
            raise AwsError("ConflictException", "Model Package Group still contains Model Packages.")
        del self.groups[name]
        return {}

    def create_model_package(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Make a version, or a package without any; the same token is the same package."""
        token = params.get("ClientToken")
        if token in self._made:
            return {"ModelPackageArn": self._made[token]}
        about = {key: deepcopy(value) for key, value in params.items() if key not in ("ClientToken", "Tags")}
        if "ModelPackageGroupName" in params:
            name = about["ModelPackageGroupName"] = self._group(params["ModelPackageGroupName"])[
                "ModelPackageGroupName"
            ]
            number = self._counts[name] = self._counts.get(name, 0) + 1
            about |= {"ModelPackageVersion": number, "ModelPackageName": name}
            arn = self._arn("model-package", f"{name}/{number}")
        else:
            arn = self._arn("model-package", params["ModelPackageName"])
        for one in about["InferenceSpecification"]["Containers"]:
            one["ImageDigest"] = "sha256:" + "0" * 64
        self.packages[arn] = {
            **about, "ModelPackageArn": arn, "CreationTime": self._now(), "LastModifiedTime": self._now(),
            "looks": self.package_looks, "failing": self.package_failing,
        }  # fmt: skip
        if token:
            self._made[token] = arn
        return {"ModelPackageArn": arn}

    def describe_model_package(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Describe a package, which is made by being looked at."""
        held = self._package(params["ModelPackageName"])
        held["looks"] -= 1
        return {
            **_told(held),
            "ModelPackageStatusDetails": {
                "ValidationStatuses": [
                    {"Name": "check", "Status": "Failed", "FailureReason": held["failing"]}
                ] if held["failing"] else []
            },
        }  # fmt: skip

    def batch_describe_model_package(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Describe several by their ARNs."""
        kept = ("ModelPackageGroupName", "ModelPackageVersion", "ModelPackageArn", "CreationTime",
                "InferenceSpecification", "ModelPackageStatus", "ModelApprovalStatus")  # fmt: skip
        found = {}
        for arn in params["ModelPackageArnList"]:
            about = _told(self._package(arn))
            found[arn] = {name: about[name] for name in kept if name in about}
        return {"ModelPackageSummaries": found}

    def list_model_packages(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List the versions of a group, or packages without a group, the newest first."""
        kept = ("ModelPackageName", "ModelPackageGroupName", "ModelPackageVersion", "ModelPackageArn",
                "ModelPackageDescription", "CreationTime", "ModelPackageStatus", "ModelApprovalStatus")  # fmt: skip
        name = None
        if "ModelPackageGroupName" in params:
            name = self._group(params["ModelPackageGroupName"])["ModelPackageGroupName"]
        wanted = params.get("ModelApprovalStatus")
        found = [
            {key: about[key] for key in kept if key in about}
            for about in map(_told, reversed(self.packages.values()))
            if about.get("ModelPackageGroupName") == name and wanted in (None, about.get("ModelApprovalStatus"))
        ]
        return _page(found, "ModelPackageSummaryList", params)

    def update_model_package(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Approve a version, or reject it."""
        held = self._package(params["ModelPackageArn"])
        kept = ("ModelApprovalStatus", "ApprovalDescription")
        held |= {name: params[name] for name in kept if name in params}
        return {"ModelPackageArn": params["ModelPackageArn"]}

    def delete_model_package(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Forget a package."""
        del self.packages[self._package(params["ModelPackageName"])["ModelPackageArn"]]
        return {}

    def approved(self, name: str) -> None:
        """Refuse a version of a group that is not approved."""
        held = self._package(name)
        if "ModelPackageVersion" in held and held["ModelApprovalStatus"] != "Approved":
            raise AwsError("ValidationException", f"Model package {held['ModelPackageArn']} is not Approved.")

    def isolated(self, name: str, is_so: bool) -> None:
        """Refuse a package of the marketplace that is to have a network."""
        held = self._package(name)
        if not is_so and any("ProductId" in one for one in held["InferenceSpecification"]["Containers"]):
            raise AwsError(
                "ValidationException", f"Network isolation must be enabled for model package {held['ModelPackageArn']}."
            )

    def _group(self, name: str) -> dict[str, Any]:
        held = self.groups.get(name.rpartition("/")[2])
        if held is None:
            arn = self._arn("model-package-group", name)
            raise AwsError("ValidationException", f"ModelPackageGroup {arn} does not exist.")
        return held

    def _package(self, name: str) -> dict[str, Any]:
        """One by its ARN, or by the name of a package without versions."""
        arn = name if name.startswith("arn:") else self._arn("model-package", name)
        if arn not in self.packages:
            raise AwsError("ValidationException", f"ModelPackage {arn} does not exist.")
        return self.packages[arn]

    def _now(self) -> datetime.datetime:
        raise NotImplementedError

    def _arn(self, kind: str, name: str) -> str:
        return f"arn:aws:sagemaker:{wire.REGION}:{wire.ACCOUNT}:{kind}/{name}"


def _told(held: dict[str, Any]) -> dict[str, Any]:
    status = "InProgress" if held["looks"] > 0 else "Failed" if held["failing"] else "Completed"
    about = {name: value for name, value in held.items() if name not in ("looks", "failing")}
    return {**about, "ModelPackageStatus": status}


def _page(found: list[dict[str, Any]], key: str, params: dict[str, Any]) -> dict[str, Any]:
    begin = int(params.get("NextToken", 0))
    more = {"NextToken": str(begin + PAGE)} if begin + PAGE < len(found) else {}
    return {key: found[begin : begin + PAGE], **more}
