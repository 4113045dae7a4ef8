"""Amazon Rekognition's models of one's own: projects, datasets, versions that are trained with each look, start and stop.

The pictures of a manifest must lie in S3. A model's F1 score is the share of test pictures whose labels are learned too.
"""

from __future__ import annotations

import datetime
import json
from typing import Any

from fakeaws import wire
from fakeaws.core import Call, FakeAws
from fakeaws.faults import AwsError

# documents, "Guidelines and quotas in Amazon Rekognition Custom Labels"
PROJECTS = 100
RUNNING_MODELS = 2
PAGE = 2
TRAINING = ("TRAINING_IN_PROGRESS", "TRAINING_IN_PROGRESS", "TRAINING_COMPLETED")
MOVES = {"STARTING": "RUNNING", "STOPPING": "STOPPED", "COPYING_IN_PROGRESS": "COPYING_COMPLETED"}


class Models:
    """Projects by name. `failing` is what the next training ends with; `trainings` counts those that were paid for."""

    aws: FakeAws

    def __init__(self) -> None:
        self.projects: dict[str, dict[str, Any]] = {}
        self.trainings = 0
        self.failing = ""
        self.dataset_failing = ""
        self.training: tuple[str, ...] = TRAINING
        self._serial = 1_600_000_000_000

    # projects

    def create_project(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Make a project."""
        name = params["ProjectName"]
        if name in self.projects:
            raise AwsError("ResourceInUseException", "There is a project of this name.")
        if len(self.projects) >= PROJECTS:
            raise AwsError("LimitExceededException", "Too many projects.")
        arn = f"arn:aws:rekognition:{call.region}:{wire.ACCOUNT}:project/{name}/{self._number()}"
        about = {"ProjectArn": arn, "Status": "CREATED", "CreationTimestamp": self._now()}
        about["Feature"] = params.get("Feature", "CUSTOM_LABELS")
        self.projects[name] = {"about": about, "datasets": {}, "versions": {}}
        return {"ProjectArn": arn}

    def describe_projects(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List projects, two in a page."""
        names = params.get("ProjectNames")
        found = [
            {
                **one["about"],
                "Datasets": [
                    {"DatasetType": kind, "DatasetArn": data["arn"], "Status": data["status"]}
                    for kind, data in one["datasets"].items()
                ],
            }
            for name, one in self.projects.items()
            if names is None or name in names
        ]
        return _page(found, "ProjectDescriptions", params)

    def delete_project(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Remove a project that has no model and no dataset any more."""
        one = self._project(params["ProjectArn"])
        if one["versions"] or one["datasets"]:
            raise AwsError("ResourceInUseException", "The project has models.")
        del self.projects[params["ProjectArn"].split("/")[1]]
        return {"Status": "DELETING"}

    # datasets

    def create_dataset(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to make a dataset of a manifest."""
        one = self._project(params["ProjectArn"])
        kind = params["DatasetType"]
        if kind in one["datasets"]:
            raise AwsError("ResourceAlreadyExistsException", "There is a dataset of this type.")
        lines = self._manifest(params["DatasetSource"]["GroundTruthManifest"]["S3Object"])
        arn = params["ProjectArn"].rpartition("/")[0] + f"/dataset/{kind.lower()}/{self._number()}"
        one["datasets"][kind] = {"arn": arn, "lines": lines, "status": "CREATE_IN_PROGRESS", "looks": 0}
        return {"DatasetArn": arn}

    def describe_dataset(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Look at a dataset, which moves it on."""
        one, kind = self._dataset(params["DatasetArn"])
        data = one["datasets"][kind]
        data["looks"] += 1
        if data["status"] == "DELETE_IN_PROGRESS":
            del one["datasets"][kind]
        elif data["looks"] >= 2 and data["status"] == "CREATE_IN_PROGRESS":
            data["status"] = "CREATE_FAILED" if self.dataset_failing else "CREATE_COMPLETE"
        missing = sum(not self._is_there(line["source-ref"]) for line in data["lines"])
        about = {
            "Status": data["status"],
            "CreationTimestamp": self._now(),
            "DatasetStats": {
                "LabeledEntries": len(data["lines"]),
                "TotalEntries": len(data["lines"]),
                "TotalLabels": len({label for line in data["lines"] for label in labels_of(line)}),
                "ErrorEntries": missing,
            },
        }
        if data["status"] == "CREATE_FAILED":
            about |= {"StatusMessage": self.dataset_failing, "StatusMessageCode": "CLIENT_ERROR"}
        return {"DatasetDescription": about}

    def list_dataset_entries(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List the lines of a dataset."""
        one, kind = self._dataset(params["DatasetArn"])
        data = one["datasets"][kind]
        if data["status"].endswith("IN_PROGRESS"):
            raise AwsError("ResourceNotReadyException", "The dataset is not ready.")
        return {"DatasetEntries": [json.dumps(line) for line in data["lines"]][: params.get("MaxResults", 100)]}

    def delete_dataset(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to remove a dataset."""
        one, kind = self._dataset(params["DatasetArn"])
        if one["datasets"][kind]["status"].endswith("IN_PROGRESS"):
            raise AwsError("ResourceInUseException", "The dataset is being made.")
        one["datasets"][kind]["status"] = "DELETE_IN_PROGRESS"
        return {}

    # versions

    def create_project_version(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin a training."""
        one = self._project(params["ProjectArn"])
        name = params["VersionName"]
        if name in one["versions"]:
            raise AwsError("ResourceInUseException", "There is a version of this name.")
        ready = [data["status"] for data in one["datasets"].values()]
        if len(ready) != 2 or set(ready) - {"CREATE_COMPLETE"}:
            raise AwsError("InvalidParameterException", "The project has no datasets that can be used.")
        self.trainings += 1
        arn = params["ProjectArn"].rpartition("/")[0] + f"/version/{name}/{self._number()}"
        about = {
            "ProjectVersionArn": arn,
            "CreationTimestamp": self._now(),
            "OutputConfig": params["OutputConfig"],
            "Feature": one["about"]["Feature"],
            "Status": "TRAINING_IN_PROGRESS",
            **({"VersionDescription": params["VersionDescription"]} if "VersionDescription" in params else {}),
        }
        sets = {kind: data["lines"] for kind, data in one["datasets"].items()}
        one["versions"][name] = {"about": about, "looks": 0, "sets": sets}
        return {"ProjectVersionArn": arn}

    def describe_project_versions(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List versions, two in a page; each look moves them on."""
        one = self._project(params["ProjectArn"])
        names = params.get("VersionNames")
        if "NextToken" not in params:
            for name in list(one["versions"]):
                if names is None or name in names:
                    self._move(one, name)
        found = [held["about"] for name, held in one["versions"].items() if names is None or name in names]
        return _page(found, "ProjectVersionDescriptions", params)

    def start_project_version(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to run a version."""
        about = self._version(params["ProjectVersionArn"])["about"]
        if about["Status"] not in ("TRAINING_COMPLETED", "STOPPED", "FAILED", "COPYING_COMPLETED"):
            raise AwsError("ResourceInUseException", f"The version is {about['Status']}.")
        running = sum(
            held["about"]["Status"] in ("STARTING", "RUNNING")
            for one in self.projects.values()
            for held in one["versions"].values()
        )
        if running >= RUNNING_MODELS:
            raise AwsError("LimitExceededException", "Too many models run.")
        about |= {"Status": "STARTING", "MinInferenceUnits": params["MinInferenceUnits"]}
        if "MaxInferenceUnits" in params:
            about["MaxInferenceUnits"] = params["MaxInferenceUnits"]
        return {"Status": "STARTING"}

    def stop_project_version(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to stop a version."""
        about = self._version(params["ProjectVersionArn"])["about"]
        if about["Status"] not in ("RUNNING", "STARTING"):
            raise AwsError("ResourceInUseException", f"The version is {about['Status']}.")
        about["Status"] = "STOPPING"
        return {"Status": "STOPPING"}

    def delete_project_version(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to remove a version that neither runs nor is trained."""
        about = self._version(params["ProjectVersionArn"])["about"]
        if about["Status"] in ("RUNNING", "STARTING", "STOPPING", "TRAINING_IN_PROGRESS"):
            raise AwsError("ResourceInUseException", f"The version is {about['Status']}.")
        about["Status"] = "DELETING"
        return {"Status": "DELETING"}

    def copy_project_version(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to copy a version."""
        source = self._version(params["SourceProjectVersionArn"])
        target = self._project(params["DestinationProjectArn"])
        name = params["VersionName"]
        if name in target["versions"]:
            raise AwsError("ResourceInUseException", "There is a version of this name.")
        arn = params["DestinationProjectArn"].rpartition("/")[0] + f"/version/{name}/{self._number()}"
        about = {
            **source["about"],
            "ProjectVersionArn": arn,
            "Status": "COPYING_IN_PROGRESS",
            "SourceProjectVersionArn": params["SourceProjectVersionArn"],
            "OutputConfig": params["OutputConfig"],
        }
        target["versions"][name] = {"about": about, "looks": 0, "sets": source["sets"]}
        return {"ProjectVersionArn": arn}

    # the inside

    def trained(self, project: str, *, version: str = "v-1", bucket: str, status: str = "TRAINING_COMPLETED") -> str:
        """Let there be a model of two classes, with what AWS wrote about it in BUCKET, and give its ARN."""
        if project not in self.projects:
            self.create_project({"ProjectName": project}, Call("rekognition", "", {}, wire.REGION))
        one = self.projects[project]
        arn = one["about"]["ProjectArn"].rpartition("/")[0] + f"/version/{version}/{self._number()}"
        about = {
            "ProjectVersionArn": arn,
            "CreationTimestamp": self._now(),
            "OutputConfig": {"S3Bucket": bucket, "S3KeyPrefix": f"awsml/models/{project}/{version}"},
            "Feature": "CUSTOM_LABELS",
            "Status": status,
            **({"MinInferenceUnits": 1} if status == "RUNNING" else {}),
        }
        picture = self.aws.put(bucket, "one.png", b"picture")
        lines = [{"source-ref": picture, "a": 1, "a-metadata": {"class-name": name}} for name in ("rose", "tulip")]
        one["versions"][version] = {"about": about, "looks": 0, "sets": {"TRAIN": lines, "TEST": lines}}
        self._finish(one["versions"][version])
        return arn

    def _move(self, one: dict[str, Any], name: str) -> None:
        held = one["versions"][name]
        about = held["about"]
        if about["Status"] == "DELETING":
            del one["versions"][name]
        elif about["Status"] == "TRAINING_IN_PROGRESS":
            held["looks"] += 1
            about["Status"] = self.training[min(held["looks"], len(self.training)) - 1]
            if about["Status"] == "TRAINING_COMPLETED":
                self._finish(held)
        else:
            held["looks"] += 1
            if held["looks"] % 2 == 0:  # stays as it is for a look
                about["Status"] = MOVES.get(about["Status"], about["Status"])

    def _finish(self, held: dict[str, Any]) -> None:
        about, sets = held["about"], held["sets"]
        missing = [
            line["source-ref"] for lines in sets.values() for line in lines if not self._is_there(line["source-ref"])
        ]
        if self.failing or missing:
            about |= {"Status": "TRAINING_FAILED", "StatusMessage": self.failing or f"No access to {missing[0]}."}
            return
        place, name = about["OutputConfig"], "/".join(about["ProjectVersionArn"].split("/")[1:4:2])
        learned = {label for line in sets["TRAIN"] for label in labels_of(line)}
        known = [line for line in sets["TEST"] if set(labels_of(line)) <= learned]
        score = len(known) / len(sets["TEST"])
        scores = {"F1Score": score, "Precision": score, "Recall": score}
        summary = {
            "Version": 1,
            "AggregatedEvaluationResults": {
                **scores,
                "ConfusionMatrix": [
                    {"GroundTruthLabel": a, "PredictedLabel": b, "Value": float(a == b)}
                    for a in sorted(learned)
                    for b in sorted(learned)
                ],
            },
            "EvaluationDetails": {
                "Labels": sorted(learned),
                "NumberOfTrainingImages": len(sets["TRAIN"]),
                "NumberOfTestingImages": len(sets["TEST"]),
                "ProjectVersionArn": about["ProjectVersionArn"],
            },
            "LabelEvaluationResults": [
                {
                    "Label": label,
                    "Metrics": {**scores, "Threshold": 0.5},
                    "NumberOfTestingImages": sum(label in labels_of(line) for line in sets["TEST"]),
                }
                for label in sorted(learned)
            ],
        }
        key = f"{place['S3KeyPrefix']}/EvaluationSummary-{name.replace('/', '-')}.json"
        self.aws.put(place["S3Bucket"], key, json.dumps(summary).encode())
        about["EvaluationResult"] = {
            "F1Score": score,
            "Summary": {"S3Object": {"Bucket": place["S3Bucket"], "Name": key}},
        }
        about |= {"BillableTrainingTimeInSeconds": 3600, "TrainingEndTimestamp": self._now()}

    def _manifest(self, place: dict[str, Any]) -> list[dict[str, Any]]:
        found = (
            self.aws.store.get(place["Bucket"], place["Name"]) if place["Bucket"] in self.aws.store.buckets() else None
        )
        if found is None:
            raise AwsError("InvalidS3ObjectException", "Unable to access the manifest in S3.")
        return [json.loads(line) for line in found.decode().splitlines()]

    def _is_there(self, address: str) -> bool:
        bucket, _, key = address.removeprefix("s3://").partition("/")
        return bucket in self.aws.store.buckets() and self.aws.store.get(bucket, key) is not None

    def _project(self, arn: str) -> dict[str, Any]:
        one = self.projects.get(arn.split("/")[1])
        if one is None or one["about"]["ProjectArn"] != arn:
            raise AwsError("ResourceNotFoundException", "No such project.")
        return one

    def _dataset(self, arn: str) -> tuple[dict[str, Any], str]:
        one = self.projects.get(arn.split("/")[1])
        kind = next((kind for kind, data in one["datasets"].items() if data["arn"] == arn), None) if one else None
        if one is None or kind is None:
            raise AwsError("ResourceNotFoundException", "No such dataset.")
        return one, kind

    def _version(self, arn: str) -> dict[str, Any]:
        one = self.projects.get(arn.split("/")[1], {"versions": {}})
        held = one["versions"].get(arn.split("/")[3])
        if held is None or held["about"]["ProjectVersionArn"] != arn:
            raise AwsError("ResourceNotFoundException", "No such version.")
        found: dict[str, Any] = held
        return found

    def _number(self) -> int:
        self._serial += 1
        return self._serial

    def _now(self) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(self.aws.clock.now(), datetime.UTC)


def labels_of(line: dict[str, Any]) -> list[str]:
    """List the labels that a line of a manifest gives."""
    found = []
    for name, about in line.items():
        if name.endswith("-metadata") and "class-name" in about:
            found.append(about["class-name"])
        elif name.endswith("-metadata"):
            boxes = line[name.removesuffix("-metadata")]["annotations"]
            found += [about["class-map"][str(box["class_id"])] for box in boxes]
    return found


def _page(found: list[Any], name: str, params: dict[str, Any]) -> dict[str, Any]:
    first = int(params.get("NextToken", "0"))
    more = {"NextToken": str(first + PAGE)} if len(found) > first + PAGE else {}
    return {name: found[first : first + PAGE], **more}
