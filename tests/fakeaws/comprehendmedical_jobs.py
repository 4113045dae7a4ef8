"""Comprehend Medical's jobs: every file in S3 is a text, and leaves a file with what was found in it.

A job moves on with every look at it. Files that are empty are not answered, and the job is then a PARTIAL_SUCCESS.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore import xform_name

from fakeaws import wire
from fakeaws.core import Call, FakeAws
from fakeaws.faults import AwsError

if TYPE_CHECKING:
    from fakeaws.comprehendmedical import ComprehendMedical

EXAMPLE = "0123abcd"  # the job that the examples of the help look at
WALK = ("SUBMITTED", "IN_PROGRESS", "COMPLETED")
FAMILIES = {
    "EntitiesDetectionV2": "detect_entities_v2",
    "PHIDetection": "detect_phi",
    "ICD10CMInference": "infer_icd10_cm",
    "RxNormInference": "infer_rx_norm",
    "SNOMEDCTInference": "infer_snomedct",
}


@dataclass
class Job:
    """A job as AWS has it: how often it was looked at, and how it ends."""

    noun: str
    number: str
    params: dict[str, Any]
    looks: int = 0
    stopped: bool = False
    written: bool = False
    failure: str = ""
    status: str = "COMPLETED"


class Jobs:
    """The jobs of all families. `failing` is what the next job ends with."""

    def __init__(self, aws: FakeAws, medical: ComprehendMedical) -> None:
        self.aws = aws
        self.medical = medical
        self.jobs: dict[str, Job] = {}
        self.failing = ""

    def methods(self) -> Iterator[tuple[str, Callable[[dict[str, Any], Call], dict[str, Any]]]]:
        """Every operation by its name in boto3."""
        for noun in FAMILIES:
            yield xform_name(f"Start{noun}Job"), lambda params, call, noun=noun: self.start(noun, params)
            yield xform_name(f"Describe{noun}Job"), lambda params, call, noun=noun: self.describe(noun, params)
            yield xform_name(f"List{noun}Jobs"), lambda params, call, noun=noun: self.list(noun, params)
            yield xform_name(f"Stop{noun}Job"), lambda params, call, noun=noun: self.stop(noun, params)

    def start(self, noun: str, params: dict[str, Any]) -> dict[str, Any]:
        """Start a job; the same token gives the same job."""
        for job in self.jobs.values():
            if job.params.get("ClientRequestToken") == params["ClientRequestToken"] and job.noun == noun:
                return {"JobId": job.number}
        number = f"{len(self.jobs) + 1:032x}"
        self.jobs[number] = Job(noun, number, dict(params), failure=self.failing)
        return {"JobId": number}

    def describe(self, noun: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """Look at a job, which moves it on."""
        job = self._job(noun, params["JobId"])
        job.looks += 1
        if job.looks >= len(WALK) and not (job.written or job.stopped or job.failure):
            self._write(job)
        return {"ComprehendMedicalAsyncJobProperties": self._properties(job)}

    def list(self, noun: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """List the jobs of one family, in pages of two."""
        wanted = params.get("Filter", {}).get("JobStatus")
        found = [
            self._properties(job)
            for job in reversed(self.jobs.values())
            if job.noun == noun and wanted in (None, self._status(job))
        ]
        first = int(params.get("NextToken", "0"))
        page: dict[str, Any] = {"ComprehendMedicalAsyncJobPropertiesList": found[first : first + 2]}
        return page | ({"NextToken": str(first + 2)} if first + 2 < len(found) else {})

    def stop(self, noun: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """Stop a job."""
        job = self._job(noun, params["JobId"])
        job.stopped = True
        return {"JobId": job.number}

    def _job(self, noun: str, number: str) -> Job:
        if number == EXAMPLE and number not in self.jobs:
            places = {name: {"S3Bucket": "my-bucket", "S3Key": f"{name[:2].lower()}/"} for name in ("Input", "Output")}
            self.jobs[number] = Job(noun, number, {f"{name}DataConfig": place for name, place in places.items()})
        if number not in self.jobs or self.jobs[number].noun != noun:
            raise AwsError("ResourceNotFoundException", "The specified job was not found.")
        return self.jobs[number]

    def _status(self, job: Job) -> str:
        if job.stopped:
            return "STOPPED"
        status = WALK[min(job.looks, len(WALK)) - 1] if job.looks else WALK[0]
        if status == "COMPLETED":
            return "FAILED" if job.failure else job.status
        return status

    def _folder(self, job: Job) -> str:
        return f"{job.params['OutputDataConfig'].get('S3Key', '')}{wire.ACCOUNT}-{job.noun}-{job.number}/"

    def _properties(self, job: Job) -> dict[str, Any]:
        now = datetime.datetime.fromtimestamp(self.aws.clock.now(), datetime.UTC)
        shown = {
            name: job.params[name]
            for name in ("JobName", "LanguageCode", "InputDataConfig", "DataAccessRoleArn")
            if name in job.params
        }
        more = {"Message": job.failure} if self._status(job) == "FAILED" else {}
        output = {**job.params["OutputDataConfig"], "S3Key": self._folder(job)}
        base = {"JobId": job.number, "JobStatus": self._status(job), "SubmitTime": now}
        return {**base, **shown, "OutputDataConfig": output, "ManifestFilePath": "Manifest", **more}

    def _write(self, job: Job) -> None:
        job.written = True
        place = job.params["InputDataConfig"]
        bucket, prefix = job.params["OutputDataConfig"]["S3Bucket"], place.get("S3Key", "")
        for key, data in sorted(self.aws.objects(place["S3Bucket"]).items()):
            if not key.startswith(prefix):
                continue
            if not data.strip():
                job.status = "PARTIAL_SUCCESS"
                continue
            found = getattr(self.medical, FAMILIES[job.noun])({"Text": data.decode()}, None)
            name = key.rpartition("/")[2]
            self.aws.put(bucket, f"{self._folder(job)}{name}.out", json.dumps(found).encode())
        self.aws.put(bucket, f"{self._folder(job)}Manifest", b"{}")
