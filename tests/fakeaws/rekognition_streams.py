"""Amazon Rekognition's stream processors and its bulk analysis of pictures: states that each look moves on."""

from __future__ import annotations

import datetime
import hashlib
import json
from typing import Any

from fakeaws import wire
from fakeaws.core import Call, FakeAws
from fakeaws.faults import AwsError

MOVES = {"STARTING": "RUNNING", "STOPPING": "STOPPED"}
BULK = ("CREATED", "QUEUED", "IN_PROGRESS", "SUCCEEDED")
BULK_PICTURES = 10_000  # documents, bulk analysis


class Streams:
    """Processors by name, and bulk analyses by id. `unreadable` and `bulk_failing` are for tests to fill."""

    aws: FakeAws

    def __init__(self) -> None:
        self.processors: dict[str, dict[str, Any]] = {}
        self.unreadable = ""
        self.bulk: dict[str, dict[str, Any]] = {}
        self.bulk_failing = ""

    def create_stream_processor(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Make a processor."""
        name = params["Name"]
        if name in self.processors:
            raise AwsError("ResourceInUseException", "There is a processor of this name.")
        arn = f"arn:aws:rekognition:{call.region}:{wire.ACCOUNT}:streamprocessor/{name}"
        self.processors[name] = {
            **params,
            "StreamProcessorArn": arn,
            "Status": "STOPPED",
            "CreationTimestamp": self._at(),
        }
        return {"StreamProcessorArn": arn}

    def describe_stream_processor(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Look at a processor, which moves it on."""
        held = self._processor(params)
        shown = {name: value for name, value in held.items() if name not in ("looks", "Tags")}
        if held["Status"] in MOVES:
            held["looks"] = held.get("looks", 0) + 1
            if held["looks"] % 2 == 0:
                held["Status"] = MOVES[held["Status"]]
                if self.unreadable and held["Status"] == "RUNNING":
                    held |= {"Status": "FAILED", "StatusMessage": self.unreadable}
        return shown

    def list_stream_processors(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List processors, two in a page."""
        found = [{"Name": name, "Status": held["Status"]} for name, held in self.processors.items()]
        first = int(params.get("NextToken", "0"))
        more = {"NextToken": str(first + 2)} if len(found) > first + 2 else {}
        return {"StreamProcessors": found[first : first + 2], **more}

    def start_stream_processor(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to watch."""
        held = self._processor(params)
        if held["Status"] not in ("STOPPED", "FAILED"):
            raise AwsError("ResourceInUseException", f"The processor is {held['Status']}.")
        labels = "ConnectedHome" in held["Settings"]
        if labels != ("StartSelector" in params) or labels != ("StopSelector" in params):
            raise AwsError("InvalidParameterException", "The selectors are for label detection, and needed there.")
        held["Status"] = "STARTING"
        return {"SessionId": "1"} if labels else {}

    def stop_stream_processor(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to stop."""
        held = self._processor(params)
        if held["Status"] not in ("STARTING", "RUNNING"):
            raise AwsError("ResourceInUseException", f"The processor is {held['Status']}.")
        held["Status"] = "STOPPING"
        return {}

    def delete_stream_processor(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Forget a processor that does not run."""
        if self._processor(params)["Status"] not in ("STOPPED", "FAILED"):
            raise AwsError("ResourceInUseException", "The processor runs.")
        del self.processors[params["Name"]]
        return {}

    # bulk analysis

    def start_media_analysis_job(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to look at the pictures of a manifest, or give the job that the same token began."""
        token = params.get("ClientRequestToken", "")
        known = next((id for id, held in self.bulk.items() if token and held["token"] == token), None)
        if known is not None:
            return {"JobId": known}
        place = params["Input"]["S3Object"]
        found = (
            self.aws.store.get(place["Bucket"], place["Name"]) if place["Bucket"] in self.aws.store.buckets() else None
        )
        if found is None:
            raise AwsError("InvalidS3ObjectException", "Unable to access the manifest in S3.")
        lines = [json.loads(line) for line in found.decode().splitlines()]
        if len(lines) > BULK_PICTURES:
            raise AwsError("InvalidManifestException", "The manifest has too many entries.")
        id = hashlib.sha256(f"{token}{len(self.bulk)}".encode()).hexdigest()
        about = {
            name: params[name] for name in ("JobName", "OperationsConfig", "Input", "OutputConfig") if name in params
        }
        about |= {"JobId": id, "Status": "CREATED", "CreationTimestamp": self._at()}
        self.bulk[id] = {"about": about, "token": token, "lines": lines, "looks": 0}
        return {"JobId": id}

    def get_media_analysis_job(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Look at a job, which moves it on."""
        held = self.bulk.get(params["JobId"])
        if held is None:
            raise AwsError("ResourceNotFoundException", "No such job.")
        about = held["about"]
        if about["Status"] not in ("SUCCEEDED", "FAILED"):
            about["Status"] = BULK[min(held["looks"], len(BULK) - 1)]
            held["looks"] += 1
            if about["Status"] == "SUCCEEDED":
                self._finish_bulk(held)
        return about

    def list_media_analysis_jobs(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List jobs, two in a page."""
        found = [held["about"] for held in self.bulk.values()]
        first = int(params.get("NextToken", "0"))
        more = {"NextToken": str(first + 2)} if len(found) > first + 2 else {}
        return {"MediaAnalysisJobs": found[first : first + 2], **more}

    def _finish_bulk(self, held: dict[str, Any]) -> None:
        about = held["about"]
        if self.bulk_failing:
            about |= {"Status": "FAILED", "FailureDetails": {"Code": "INVALID_MANIFEST", "Message": self.bulk_failing}}
            return
        lines = []
        for line in held["lines"]:
            bucket, _, key = line["source-ref"].removeprefix("s3://").partition("/")
            data = self.aws.store.get(bucket, key) if bucket in self.aws.store.buckets() else None
            labels = (
                [{"Name": "Violence", "Confidence": 91.0, "ParentName": "", "TaxonomyLevel": 1}]
                if data and data[-1] % 2
                else []
            )
            answer = {"ModerationLabels": labels, "ModerationModelVersion": "7.0", "ContentTypes": []}
            lines.append(json.dumps({**line, "detect-moderation-labels": answer}))
        place = about["OutputConfig"]
        key = f"{place.get('S3KeyPrefix', '')}{about['JobId']}/results.jsonl"
        self.aws.put(place["S3Bucket"], key, "\n".join(lines).encode())
        about |= {
            "Results": {"S3Object": {"Bucket": place["S3Bucket"], "Name": key}, "ModelVersions": {"Moderation": "7.0"}},
            "CompletionTimestamp": self._at(),
        }

    def _processor(self, params: dict[str, Any]) -> dict[str, Any]:
        if params["Name"] not in self.processors:
            raise AwsError("ResourceNotFoundException", "No such processor.")
        return self.processors[params["Name"]]

    def _at(self) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(self.aws.clock.now(), datetime.UTC)
