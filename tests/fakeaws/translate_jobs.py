"""Translate's jobs over folders in S3, and its parallel data.

Both move on with every look at them. A job leaves, for each language, a translation of each document and a file that
tells of those it failed at: documents that are not UTF-8 (as text), empty, or named `broken`.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fakeaws import wire
from fakeaws.core import Call, FakeAws
from fakeaws.faults import AwsError

EXAMPLE = "0123abcd"  # the job that the examples of the help look at
WALK = ("SUBMITTED", "IN_PROGRESS", "COMPLETED")
MAKING = ("CREATING", "CREATING", "ACTIVE")


@dataclass
class Job:
    """A job as AWS has it: how often it was looked at, and what it failed at."""

    number: str
    params: dict[str, Any]
    looks: int = 0
    stopped: bool = False
    failure: str = ""
    counts: dict[str, int] = field(default_factory=dict)


class Jobs:
    """The operations of jobs and parallel data. `failing` is what the next job, or parallel data, ends with."""

    aws: FakeAws

    def __init__(self, translate: Callable[[str, str, list[str]], str]) -> None:
        self.translate = translate
        self.jobs: dict[str, Job] = {}
        self.parallel: dict[str, dict[str, Any]] = {}
        self.failing = ""

    def start_text_translation_job(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Start a job; the same token gives the same job."""
        if not params["InputDataConfig"]["S3Uri"].endswith("/"):
            raise AwsError("InvalidParameterValueException", "The input must be a folder.")
        for name in params.get("ParallelDataNames", []):
            self._parallel(name)
        for job in self.jobs.values():
            if job.params.get("ClientToken") == params["ClientToken"]:
                return {"JobId": job.number, "JobStatus": self._status(job)}
        number = f"{len(self.jobs) + 1:032x}"
        self.jobs[number] = Job(number, dict(params), failure=self.failing)
        return {"JobId": number, "JobStatus": "SUBMITTED"}

    def describe_text_translation_job(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Look at a job, which moves it on."""
        job = self._job(params["JobId"])
        job.looks += 1
        if self._status(job).startswith("COMPLETED") and not job.counts:
            self._write(job)
        return {"TextTranslationJobProperties": self._properties(job)}

    def list_text_translation_jobs(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List jobs, in pages of two."""
        wanted = params.get("Filter", {}).get("JobStatus")
        found = [self._properties(job) for job in reversed(self.jobs.values()) if wanted in (None, self._status(job))]
        first = int(params.get("NextToken", "0"))
        page: dict[str, Any] = {"TextTranslationJobPropertiesList": found[first : first + 2]}
        return page | ({"NextToken": str(first + 2)} if first + 2 < len(found) else {})

    def stop_text_translation_job(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Stop a job."""
        job = self._job(params["JobId"])
        job.stopped = True
        return {"JobId": job.number, "JobStatus": "STOP_REQUESTED"}

    def create_parallel_data(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to make parallel data of a file in S3."""
        if params["Name"] in self.parallel:
            raise AwsError("ConflictException", f"Parallel data {params['Name']} exists already.")
        self.parallel[params["Name"]] = self._made(params, call)
        return {"Name": params["Name"], "Status": "CREATING"}

    def update_parallel_data(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to make parallel data anew; what was there stays until then."""
        held = self._parallel(params["Name"])
        held |= {**self._made(params, call), "updating": True}
        return {"Name": params["Name"], "Status": "ACTIVE", "LatestUpdateAttemptStatus": "UPDATING"}

    def get_parallel_data(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Tell how parallel data is, which moves it on."""
        held = self._parallel(params["Name"])
        held["looks"] += 1
        root = self.aws.web_root or "https://aws-translate-parallel-data-prod.s3.amazonaws.com"
        address = f"{root}/{params['Name']}"
        self.aws.web[address] = held["file"]
        location = {"RepositoryType": "S3", "Location": f"{address}?X-Amz-Signature=fake"}
        return {"ParallelDataProperties": self._about(held), "DataLocation": location}

    def list_parallel_data(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List parallel data, in pages of two."""
        found = [self._about(held) for held in self.parallel.values()]
        first = int(params.get("NextToken", "0"))
        page: dict[str, Any] = {"ParallelDataPropertiesList": found[first : first + 2]}
        return page | ({"NextToken": str(first + 2)} if first + 2 < len(found) else {})

    def delete_parallel_data(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Forget parallel data."""
        self._parallel(params["Name"])
        del self.parallel[params["Name"]]
        return {"Name": params["Name"], "Status": "DELETING"}

    def _made(self, params: Mapping[str, Any], call: Call) -> dict[str, Any]:
        bucket, _, key = params["ParallelDataConfig"]["S3Uri"].removeprefix("s3://").partition("/")
        if key not in self.aws.objects(bucket):
            raise AwsError("InvalidParameterValueException", f"There is no file at s3://{bucket}/{key}.")
        arn = f"arn:aws:translate:{call.region}:{wire.ACCOUNT}:parallel-data/{params['Name']}"
        about = {"Name": params["Name"], "Arn": arn, "ParallelDataConfig": params["ParallelDataConfig"]}
        file = self.aws.objects(bucket)[key]
        return {"about": about, "file": file, "looks": 0, "updating": False, "failure": self.failing}

    def _about(self, held: Mapping[str, Any]) -> dict[str, Any]:
        status = MAKING[min(held["looks"], len(MAKING)) - 1] if held["looks"] else MAKING[0]
        if held["failure"] and status == "ACTIVE":
            status = "FAILED"
        update = {"LatestUpdateAttemptStatus": status.replace("CREATING", "UPDATING")} if held["updating"] else {}
        shown = "ACTIVE" if held["updating"] else status
        lines = held["file"].decode("utf-8", "replace").splitlines()
        codes = lines[0].replace("\t", ",").split(",") if lines else ["en"]
        counts = {"ImportedRecordCount": len(lines) - 1, "FailedRecordCount": 0, "SkippedRecordCount": 0}
        languages = {"SourceLanguageCode": codes[0], "TargetLanguageCodes": codes[1:]}
        message = {"Message": held["failure"]} if held["failure"] else {}
        return {**held["about"], **languages, **counts, **message, "Status": shown, **update}

    def _parallel(self, name: str) -> dict[str, Any]:
        if name not in self.parallel:
            raise AwsError("ResourceNotFoundException", f"There is no parallel data {name}.")
        return self.parallel[name]

    def _job(self, number: str) -> Job:
        if number == EXAMPLE and number not in self.jobs:
            self.jobs[number] = Job(number, {
                "JobName": "example", "SourceLanguageCode": "en", "TargetLanguageCodes": ["es"],
                "InputDataConfig": {"S3Uri": "s3://my-bucket/letters/", "ContentType": "text/plain"},
                "OutputDataConfig": {"S3Uri": "s3://my-bucket/out/"},
            })  # fmt: skip
        if number not in self.jobs:
            raise AwsError("ResourceNotFoundException", f"There is no job {number}.")
        return self.jobs[number]

    def _status(self, job: Job) -> str:
        if job.stopped:
            return "STOPPED"
        status = WALK[min(job.looks, len(WALK)) - 1] if job.looks else WALK[0]
        if status == "COMPLETED":
            if job.failure:
                return "FAILED"
            if job.counts.get("DocumentsWithErrorsCount"):
                return "COMPLETED_WITH_ERROR"
        return status

    def _where(self, job: Job) -> str:
        return f"{job.params['OutputDataConfig']['S3Uri']}{wire.ACCOUNT}-TranslateText-{job.number}/"

    def _properties(self, job: Job) -> dict[str, Any]:
        shown = {name: job.params[name] for name in job.params if name not in ("ClientToken", "OutputDataConfig")}
        now = datetime.datetime.fromtimestamp(self.aws.clock.now(), datetime.UTC)
        status = self._status(job)
        more = {"Message": job.failure} if status == "FAILED" else {}
        counts = {"JobDetails": job.counts} if job.counts else {}
        return {
            **{"JobId": job.number, "JobStatus": status, "SubmittedTime": now, **shown, **counts, **more},
            "OutputDataConfig": {**job.params["OutputDataConfig"], "S3Uri": self._where(job)},
        }

    def _write(self, job: Job) -> None:
        bucket, _, prefix = job.params["InputDataConfig"]["S3Uri"].removeprefix("s3://").partition("/")
        to, _, folder = self._where(job).removeprefix("s3://").partition("/")
        job.counts = {"InputDocumentsCount": 0, "TranslatedDocumentsCount": 0, "DocumentsWithErrorsCount": 0}
        found = {key: data for key, data in sorted(self.aws.objects(bucket).items()) if key.startswith(prefix)}
        for target in job.params["TargetLanguageCodes"]:
            details = []
            for key, data in found.items():
                name = key.removeprefix(prefix)
                job.counts["InputDocumentsCount"] += 1
                entry: dict[str, Any] = {"sourceFile": name, "targetFile": f"{target}.{name}", "auxiliaryData": {}}
                if not data or "broken" in name:
                    job.counts["DocumentsWithErrorsCount"] += 1
                    error = {"errorCode": "InvalidDocument", "errorMessage": "The document cannot be read."}
                    entry["auxiliaryData"]["error"] = error
                else:
                    job.counts["TranslatedDocumentsCount"] += 1
                    text = self.translate(data.decode(), target, job.params.get("TerminologyNames", []))
                    parent, _, last = name.rpartition("/")
                    place = f"{parent}/{target}.{last}" if parent else f"{target}.{last}"
                    self.aws.put(to, f"{folder}{place}", text.encode())
                details.append(entry)
            about = {"sourceLanguageCode": "en", "targetLanguageCode": target, "details": details}
            told = json.dumps(about).encode()
            self.aws.put(to, f"{folder}details/{target}.auxiliary-translation-details.json", told)
