"""SageMaker's processings: each look moves one on; at its end every input but the code lies in capitals in each output."""

from __future__ import annotations

import datetime
from typing import Any

from fakeaws import wire
from fakeaws.core import Call, FakeAws
from fakeaws.faults import AwsError

GROUP = "/aws/sagemaker/ProcessingJobs"
LASTS = 90  # seconds of each


class Processings:
    """Processings by name; a part of the fake SageMaker. `processing_failing` is what the next ends with."""

    aws: FakeAws
    logs: wire.Logs

    def __init__(self, aws: FakeAws) -> None:
        super().__init__(aws)  # type: ignore[call-arg]
        self.processings: dict[str, dict[str, Any]] = {}
        self.processing_failing = ""

    def create_processing_job(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin a processing."""
        name = params["ProcessingJobName"]
        if name in self.processings:
            raise AwsError("ResourceInUse", f"Job name must be unique: {name}")
        self.processings[name] = {
            "params": params, "looks": 0, "status": "InProgress", "begun": self._now(), "region": call.region,
            "failing": self.processing_failing,
        }  # fmt: skip
        return {"ProcessingJobArn": self._arn("processing-job", name)}

    def describe_processing_job(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Look at a processing, which moves it on."""
        held = self._processing(params["ProcessingJobName"])
        held["looks"] += 1
        if held["status"] == "Stopping":
            self._over(held, "Stopped")
        elif held["status"] == "InProgress" and held["looks"] in (2, 3):
            for host in range(1, held["params"]["ProcessingResources"]["ClusterConfig"]["InstanceCount"] + 1):
                at = int(held["begun"].timestamp() * 1000) + held["looks"] * 10 + host
                stream = f"{params['ProcessingJobName']}/algo-{host}-1"
                self.logs.put(GROUP, stream, [(at, f"step {held['looks'] - 1}")], held["region"])
        elif held["status"] == "InProgress" and held["looks"] > 3:
            self._over(held, "Failed" if held["failing"] else "Completed")
        return self._about_processing(held)

    def list_processing_jobs(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List processings, the newest first."""
        kept = ("ProcessingJobName", "ProcessingJobArn", "CreationTime", "ProcessingJobStatus")
        found = [self._about_processing(held) for held in reversed(self.processings.values())]
        wanted = params.get("StatusEquals")
        shown = [one for one in found if wanted in (None, one["ProcessingJobStatus"])]
        return {"ProcessingJobSummaries": [{name: one[name] for name in kept} for one in shown]}

    def stop_processing_job(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Ask a processing to stop."""
        self._processing(params["ProcessingJobName"])["status"] = "Stopping"
        return {}

    def _over(self, held: dict[str, Any], status: str) -> None:
        held["status"] = status
        held["ended"] = held["begun"] + datetime.timedelta(seconds=LASTS)
        if status != "Completed":
            return
        for output in held["params"].get("ProcessingOutputConfig", {}).get("Outputs", ()):
            bucket, key = output["S3Output"]["S3Uri"].removeprefix("s3://").split("/", 1)
            for read in held["params"].get("ProcessingInputs", ()):
                if read["InputName"] != "code":
                    source, prefix = read["S3Input"]["S3Uri"].removeprefix("s3://").split("/", 1)
                    for name, data in self.aws.store.objects(source).items():
                        if name.startswith(prefix):
                            self.aws.store.put(bucket, f"{key.rstrip('/')}/{name[len(prefix) :]}", data.upper())

    def _about_processing(self, held: dict[str, Any]) -> dict[str, Any]:
        params = held["params"]
        about = {
            "ProcessingJobArn": self._arn("processing-job", params["ProcessingJobName"]),
            "ProcessingJobStatus": held["status"],
            "CreationTime": held["begun"],
            "ProcessingStartTime": held["begun"],
            **{name: value for name, value in params.items() if name != "Tags"},
        }
        if "ended" in held:
            about["ProcessingEndTime"] = held["ended"]
        if held["status"] == "Failed":
            about["FailureReason"] = held["failing"]
        return about

    def _processing(self, name: str) -> dict[str, Any]:
        if name not in self.processings:
            raise AwsError("ValidationException", "Could not find requested job with name: " + name)
        return self.processings[name]

    def _now(self) -> datetime.datetime:
        raise NotImplementedError

    def _arn(self, kind: str, name: str) -> str:
        raise NotImplementedError
