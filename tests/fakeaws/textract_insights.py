"""Textract's document insights: projects, blueprints, and jobs that write their files into S3.

What a job finds is what the test put into `found` (files by their path below the job's folder), else it is made from
what stands in the document, as its project or its blueprints say.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fakeaws import wire
from fakeaws.core import Call, FakeAws
from fakeaws.faults import AwsError

# documents, "Limits and quotas" (insights-quotas)
JOBS_AT_ONCE = 20
WALK = ("IN_PROGRESS", "IN_PROGRESS", "SUCCEEDED")
PAGE = 2  # of a list, so that lists have pages
ENDINGS = {"PLAIN_TEXT": "txt", "MARKDOWN": "md", "HTML": "html"}


@dataclass
class Job:
    """A job, and how far it has come."""

    id: str
    request: dict[str, Any]
    region: str
    gets: int = 0
    status: str = "IN_PROGRESS"

    @property
    def place(self) -> tuple[str, str]:
        """Give the bucket and the prefix that it writes into."""
        bucket, _, prefix = self.request["OutputConfiguration"]["S3Uri"].removeprefix("s3://").partition("/")
        return bucket, "/".join(part for part in (prefix.rstrip("/"), self.id) if part)


class InsightsOperations:
    """The operations; Textract's fake has them beside its own."""

    aws: FakeAws

    def _begin_insights(self) -> None:
        self.insights_walk: tuple[str, ...] = WALK
        self.insights_at_once = JOBS_AT_ONCE
        self.insights: dict[str, Job] = {}
        self.found: dict[str, bytes] = {}  # what every job writes, if it is anything
        self.failure: tuple[str, str] | None = None  # type and message of what every job ends with
        self.projects: dict[str, dict[str, Any]] = {}  # by ARN
        self.blueprints: dict[str, dict[str, Any]] = {}  # by ARN; `Versions` is how many there are
        self._owned("public-w2-form", "Invoice", ["vendor", "TOTAL_DUE"], owner="aws")

    def project(self, name: str, *, formats: tuple[str, ...] = ("PLAIN_TEXT", "MARKDOWN", "CSV"), **more: Any) -> str:
        """Let there be a project, and give its ARN."""
        arn = self._insights_arn("project", hashlib.sha256(name.encode()).hexdigest()[:12])
        self.projects[arn] = {
            "ProjectArn": arn,
            "ProjectName": name,
            "Status": "COMPLETED",
            "ExtractionConfiguration": {
                "BoundingBox": {"State": "DISABLED"},
                "Granularity": {"Types": ["DOCUMENT"]},
                "OutputFormat": {
                    "AdditionalFileFormat": {"State": "ENABLED"},
                    "TextFormat": {"Types": list(formats)},
                },
            },
            "CreationTime": self._insights_now(),
            "LastModifiedTime": self._insights_now(),
            **more,
        }
        return arn

    def blueprint(self, name: str, fields: list[str]) -> str:
        """Let there be a blueprint of the account's, and give its ARN."""
        return self._owned(hashlib.sha256(name.encode()).hexdigest()[:12], name, fields, owner=wire.ACCOUNT)

    def list_projects(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List projects, two in a page."""
        shown = ("ProjectArn", "ProjectName", "CreationTime", "LastModifiedTime")
        return _page([{key: one[key] for key in shown} for one in self.projects.values()], "Projects", params)

    def get_project(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Describe a project."""
        return dict(_there(self.projects, params["ProjectArn"]))

    def list_blueprints(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List blueprints of an owner, two in a page."""
        owner = params.get("ResourceOwner", "ACCOUNT")
        found = [one for one in self.blueprints.values() if one["ResourceOwner"] == owner]
        shown = (
            *("BlueprintArn", "BlueprintName", "BlueprintVersion", "ResourceOwner"),
            *("CreationTime", "LastModifiedTime"),
        )
        return _page([{key: one[key] for key in shown} for one in found], "Blueprints", params)

    def get_blueprint(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Describe a blueprint, or a version of it."""
        one = _there(self.blueprints, params["BlueprintArn"])
        version = params.get("BlueprintVersion", one["BlueprintVersion"])
        if int(version) > int(one["BlueprintVersion"]):
            raise AwsError("ResourceNotFoundException", "The blueprint has no such version.")
        about = {key: value for key, value in one.items() if key not in ("ResourceOwner", "Fields")}
        return {**about, "BlueprintVersion": version}

    def start_document_insights(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to look into a document. There is no token: the same request is another job."""
        if ("ProjectArn" in params) == bool(params.get("Blueprints")):
            raise AwsError("ValidationException", "Exactly one of ProjectArn and Blueprints must be given.")
        if "ProjectArn" in params:
            _there(self.projects, params["ProjectArn"])
        for one in params.get("Blueprints", ()):
            _there(self.blueprints, one["BlueprintArn"])
        self._insights_document(params)
        if (
            params["OutputConfiguration"]["S3Uri"].removeprefix("s3://").partition("/")[0]
            not in self.aws.store.buckets()
        ):
            raise AwsError("InvalidParameterException", "The output bucket does not exist.")
        if sum(job.status == "IN_PROGRESS" for job in self.insights.values()) >= self.insights_at_once:
            raise AwsError("LimitExceededException", "Open jobs exceed maximum concurrent job limit")
        id = hashlib.sha256(f"{params}{len(self.insights)}".encode()).hexdigest()[:12]
        self.insights[id] = Job(id, params, call.region)
        return {"JobArn": self._insights_arn("job", id, region=call.region)}

    def get_document_insights(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Tell how a job is, which takes it one step on."""
        job = self.insights.get(params["JobArn"].rpartition("/")[2])
        if job is None or params["JobArn"] != self._insights_arn("job", job.id, region=job.region):
            raise AwsError("InvalidJobIdException", "Request has invalid Job Id")
        if job.status == "IN_PROGRESS":
            self._step(job)
        if job.status == "FAILED":
            kind, message = self.failure or ("InternalError", "Failed.")
            return {"Status": "FAILED", "ErrorType": kind, "ErrorMessage": message}
        if job.status == "IN_PROGRESS":
            return {"Status": "IN_PROGRESS"}
        bucket, prefix = job.place
        return {"Status": job.status, "OutputConfiguration": {"S3Uri": f"s3://{bucket}/{prefix}/job_metadata.json"}}

    def end_insights(self) -> None:
        """Let all jobs end now, whether anybody asks or not."""
        for job in self.insights.values():
            while job.status == "IN_PROGRESS":
                self._step(job)

    def _step(self, job: Job) -> None:
        job.status = self.insights_walk[min(job.gets, len(self.insights_walk) - 1)]
        job.gets += 1
        if job.status != "IN_PROGRESS" and self.failure is not None:
            job.status = "FAILED"
        if job.status in ("SUCCEEDED", "PARTIAL_SUCCESS"):
            bucket, prefix = job.place
            for name, data in (self.found or self._made_of(job)).items():
                self.aws.put(bucket, f"{prefix}/{name}", data)

    def _made_of(self, job: Job) -> dict[str, bytes]:
        """Give the files of what stands in the document."""
        data, names = self._insights_document(job.request)
        texts = [page.text.strip() for page in self._said(data, names)]  # type: ignore[attr-defined]
        made: dict[str, bytes] = {}
        if arn := job.request.get("ProjectArn"):
            output = self.projects[arn]["ExtractionConfiguration"]["OutputFormat"]
            kinds = output["TextFormat"]["Types"]
            said = {"PLAIN_TEXT": "\n".join(texts), "MARKDOWN": "\n\n".join(f"# {text}" for text in texts)}
            said["HTML"] = "".join(f"<p>{text}</p>" for text in texts)
            keys = {"PLAIN_TEXT": "text", "MARKDOWN": "markdown", "HTML": "html"}
            representation = {keys[kind]: said[kind] for kind in kinds if kind in keys}
            result = {"metadata": {"number_of_pages": len(texts)}, "document": {"representation": representation}}
            made["0/extraction/0/result.json"] = _json(result)
            for kind in kinds if output["AdditionalFileFormat"]["State"] == "ENABLED" else ():
                if kind in ENDINGS:
                    made[f"0/extraction/0/result.{ENDINGS[kind]}"] = said[kind].encode()
        for item in job.request.get("Blueprints", ())[:1]:
            blueprint = self.blueprints[item["BlueprintArn"]]
            made["0/custom/0/result.json"] = _json(_inferred(blueprint, texts))
        made["job_metadata.json"] = _json({"job_id": job.id, "job_status": job.status})
        return made

    def _insights_document(self, params: Mapping[str, Any]) -> tuple[bytes, list[str]]:
        bucket, _, key = params["InputConfiguration"]["S3Uri"].removeprefix("s3://").partition("/")
        data = self.aws.store.get(bucket, key) if bucket in self.aws.store.buckets() else None
        if data is None:
            raise AwsError("InvalidParameterException", "The input document cannot be read.")
        return data, [key, key.rsplit("/", 1)[-1]]

    def _owned(self, id: str, name: str, fields: list[str], *, owner: str) -> str:
        arn = f"arn:aws:textract:{wire.REGION}:{owner}:blueprint/{id}"
        self.blueprints[arn] = {
            "BlueprintArn": arn,
            "BlueprintName": name,
            "BlueprintVersion": "1",
            "ResourceOwner": "SERVICE" if owner == "aws" else "ACCOUNT",
            "Schema": json.dumps({"class": name, "properties": {field: {"type": "string"} for field in fields}}),
            "CreationTime": self._insights_now(),
            "LastModifiedTime": self._insights_now(),
            "Fields": fields,
        }
        return arn

    def _insights_arn(self, kind: str, id: str, *, region: str = wire.REGION) -> str:
        return f"arn:aws:textract:{region}:{wire.ACCOUNT}:{kind}/{id}"

    def _insights_now(self) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(self.aws.clock.now(), datetime.UTC)


def _inferred(blueprint: Mapping[str, Any], texts: list[str]) -> dict[str, Any]:
    """Give the custom result: each field has a word of the document."""
    words = re.findall(r"\S+", " ".join(texts)) or [""]
    values = {field: words[number % len(words)] for number, field in enumerate(blueprint["Fields"])}
    return {
        "matched_blueprint": {
            "arn": blueprint["BlueprintArn"],
            "name": blueprint["BlueprintName"],
            "confidence": 1,
        },
        "document_class": {"type": blueprint["BlueprintName"]},
        "inference_result": values,
        "explainability_info": [
            {
                name: {"value": value, "type": "string", "success": True, "confidence": 0.98}
                for name, value in values.items()
            }
        ],
    }


def _there(known: Mapping[str, dict[str, Any]], arn: str) -> dict[str, Any]:
    if arn not in known:
        raise AwsError("ResourceNotFoundException", "There is no such resource.")
    return known[arn]


def _page(found: list[Any], name: str, params: Mapping[str, Any]) -> dict[str, Any]:
    first = int(params.get("NextToken", "0"))
    more = {"NextToken": str(first + PAGE)} if len(found) > first + PAGE else {}
    return {name: found[first : first + PAGE], **more}


def _json(what: Any) -> bytes:
    return json.dumps(what).encode()
