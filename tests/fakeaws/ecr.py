"""ECR: repositories, tokens and what is said of images. `registry` is the host that images are pushed to."""

from __future__ import annotations

import base64
import datetime
from typing import Any

from fakeaws import wire
from fakeaws.core import Call, FakeAws
from fakeaws.faults import AwsError

HOST = f"{wire.ACCOUNT}.dkr.ecr.{wire.REGION}.amazonaws.com"


class Ecr:
    """Repositories by name, images by repository and tag. `password` is what the token holds, as long as ECR's are."""

    name = "ecr"

    def __init__(self, aws: FakeAws) -> None:
        self.aws = aws
        self.repositories: dict[str, dict[str, Any]] = {}
        self.policies: dict[str, str] = {}
        self.images: dict[str, list[dict[str, Any]]] = {}
        self.others: dict[tuple[str, str], list[dict[str, Any]]] = {}  # of other accounts, by account and repository
        self.registry = HOST
        self.hosts: dict[str, str] = {}  # registries of other accounts that are not where ECR has them
        self.scheme = "https"
        self.password = "p" * 1900
        self.findings: list[tuple[str, str, str]] = []
        self.scan_failing = ""
        self.looks = 1

    def image(self, name: str, tag: str, *, digest: str = "", media_type: str = "", size: int = 100_000_000) -> str:
        """Have an image of this TAG, and give its URI."""
        if name not in self.repositories:
            self.create_repository({"repositoryName": name}, None)
        about = {
            "repositoryName": name,
            "registryId": wire.ACCOUNT,
            "imageDigest": digest or f"sha256:{len(self.images):064x}",
            "imageTags": [tag],
            "imageSizeInBytes": size,
            "imageManifestMediaType": media_type or "application/vnd.docker.distribution.manifest.v2+json",
            "imagePushedAt": self._now(),
        }
        self.images.setdefault(name, []).append(about)
        return f"{self.registry}/{name}:{tag}"

    def image_of(self, account: str, name: str, *tags: str, days: int = 0) -> None:
        """Have an image of another ACCOUNT, pushed so many DAYS ago."""
        held = self.others.setdefault((account, name), [])
        held.append(
            {
                "repositoryName": name,
                "registryId": account,
                "imageDigest": f"sha256:{len(held):064x}",
                "imageTags": list(tags),
                "imageSizeInBytes": 9_000_000_000,
                "imagePushedAt": self._now() - datetime.timedelta(days=days),
            }
        )

    def describe_repositories(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Show repositories."""
        names = params.get("repositoryNames") or list(self.repositories)
        return {"repositories": [self._repository(name) for name in names]}

    def create_repository(self, params: dict[str, Any], call: Call | None) -> dict[str, Any]:
        """Make a repository."""
        name = params["repositoryName"]
        if name in self.repositories:
            raise AwsError("RepositoryAlreadyExistsException", f"The repository with name '{name}' already exists")
        self.repositories[name] = {
            "repositoryName": name,
            "repositoryArn": f"arn:aws:ecr:{wire.REGION}:{wire.ACCOUNT}:repository/{name}",
            "registryId": wire.ACCOUNT,
            "repositoryUri": f"{self.registry}/{name}",
            "createdAt": self._now(),
            "imageTagMutability": params.get("imageTagMutability", "MUTABLE"),
            "imageScanningConfiguration": params.get("imageScanningConfiguration", {"scanOnPush": False}),
        }
        return {"repository": self.repositories[name]}

    def put_lifecycle_policy(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Keep a policy."""
        self._repository(params["repositoryName"])
        self.policies[params["repositoryName"]] = params["lifecyclePolicyText"]
        return {"repositoryName": params["repositoryName"], "lifecyclePolicyText": params["lifecyclePolicyText"]}

    def get_authorization_token(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Give a token, with a time of expiry that nobody should read."""
        token = base64.b64encode(f"AWS:{self.password}".encode()).decode()
        (owner,) = params.get("registryIds") or [wire.ACCOUNT]
        host = (
            self.registry
            if owner == wire.ACCOUNT
            else self.hosts.get(owner, f"{owner}.dkr.ecr.{call.region}.amazonaws.com")
        )
        about = {
            "authorizationToken": token,
            "expiresAt": datetime.datetime(2015, 1, 1, tzinfo=datetime.UTC),
            "proxyEndpoint": f"{self.scheme}://{host}",
        }
        return {"authorizationData": [about]}

    def describe_images(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Show images."""
        name, owner = params["repositoryName"], params.get("registryId", wire.ACCOUNT)
        if owner != wire.ACCOUNT and (owner, name) not in self.others:
            raise AwsError("RepositoryNotFoundException", f"The repository with name '{name}' does not exist")
        if owner == wire.ACCOUNT:
            self._repository(name)
        held = self.images.get(name, []) if owner == wire.ACCOUNT else self.others[owner, name]
        if "imageIds" not in params:
            return {"imageDetails": held}
        found = []
        for wanted in params["imageIds"]:
            fits = [
                one
                for one in held
                if wanted.get("imageDigest") == one["imageDigest"] or wanted.get("imageTag") in one["imageTags"]
            ]
            if not fits:
                raise AwsError("ImageNotFoundException", f"The image with imageId {wanted} does not exist")
            found += fits
        return {"imageDetails": found}

    def batch_delete_image(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Forget images."""
        found = self.describe_images(params, call)["imageDetails"]
        held = self.images[params["repositoryName"]]
        self.images[params["repositoryName"]] = [one for one in held if one not in found]
        return {"imageIds": [{"imageDigest": one["imageDigest"]} for one in found], "failures": []}

    def start_image_scan(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to look for weaknesses."""
        self.describe_images({**params, "imageIds": [params["imageId"]]}, call)
        self.looks = 0
        return {"imageScanStatus": {"status": "IN_PROGRESS"}}

    def describe_image_scan_findings(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Show what was found, from the second look on."""
        self.looks += 1
        if self.scan_failing:
            return {"imageScanStatus": {"status": "FAILED", "description": self.scan_failing}}
        if self.looks < 2:
            return {"imageScanStatus": {"status": "IN_PROGRESS"}}
        found = [
            {"name": name, "severity": severity, "attributes": [{"key": "package_name", "value": package}]}
            for name, severity, package in self.findings
        ]
        return {"imageScanStatus": {"status": "COMPLETE"}, "imageScanFindings": {"findings": found}}

    def _repository(self, name: str) -> dict[str, Any]:
        if name not in self.repositories:
            raise AwsError("RepositoryNotFoundException", f"The repository with name '{name}' does not exist")
        return self.repositories[name]

    def _now(self) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(int(self.aws.clock.now()), datetime.UTC)
