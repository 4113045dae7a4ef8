"""Comprehend's jobs: what the synchronous operations say about each document in S3, left there in an archive.

A job moves on with every look at it: SUBMITTED, IN_PROGRESS, COMPLETED. Its archive is written when it ends.
"""

from __future__ import annotations

import datetime
import io
import json
import tarfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore import xform_name

from fakeaws import wire
from fakeaws.core import Call, FakeAws
from fakeaws.faults import AwsError

if TYPE_CHECKING:
    from fakeaws.comprehend import Comprehend

EXAMPLE = "0123abcd"  # the job that the examples of the help look at
WALK = ("SUBMITTED", "IN_PROGRESS", "COMPLETED")
FAMILIES = {
    "SentimentDetection": "detect_sentiment",
    "TargetedSentimentDetection": "detect_targeted_sentiment",
    "EntitiesDetection": "detect_entities",
    "KeyPhrasesDetection": "detect_key_phrases",
    "DominantLanguageDetection": "detect_dominant_language",
    "PiiEntitiesDetection": "detect_pii_entities",
    "DocumentClassification": "classify_document",
    "TopicsDetection": "",
}


@dataclass
class Job:
    """A job as AWS has it: how often it was looked at, and where it is to end."""

    noun: str
    number: str
    params: dict[str, Any]
    looks: int = 0
    stopped: bool = False
    failure: str = ""


class Jobs:
    """The jobs of all families. `failing` is what the next job ends with."""

    def __init__(self, aws: FakeAws, comprehend: Comprehend) -> None:
        self.aws = aws
        self.comprehend = comprehend
        self.jobs: dict[str, Job] = {}
        self.failing = ""

    def methods(self) -> Iterator[tuple[str, Callable[[dict[str, Any], Call], dict[str, Any]]]]:
        """Every operation by its name in boto3."""
        for noun in FAMILIES:
            yield xform_name(f"Start{noun}Job"), lambda params, call, noun=noun: self.start(noun, params, call)
            yield xform_name(f"Describe{noun}Job"), lambda params, call, noun=noun: self.describe(noun, params)
            yield xform_name(f"List{noun}Jobs"), lambda params, call, noun=noun: self.list(noun, params)
            yield xform_name(f"Stop{noun}Job"), lambda params, call, noun=noun: self.stop(noun, params)

    def start(self, noun: str, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Start a job; the same token gives the same job."""
        token = params.get("ClientRequestToken")
        for job in self.jobs.values():
            if token and job.params.get("ClientRequestToken") == token and job.noun == noun:
                return self._brief(job)
        number = f"{len(self.jobs) + 1:032x}"
        self.jobs[number] = Job(noun, number, dict(params), failure=self.failing)
        return self._brief(self.jobs[number])

    def describe(self, noun: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """Look at a job, which moves it on."""
        job = self._job(noun, params["JobId"])
        job.looks += 1
        if self._status(job) == "COMPLETED" and "output" not in job.params:
            self._write(job)
        return {f"{noun}JobProperties": self._properties(job)}

    def list(self, noun: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """List the jobs of one family, in pages of two."""
        wanted = params.get("Filter", {}).get("JobStatus")
        found = [
            self._properties(job)
            for job in reversed(self.jobs.values())
            if job.noun == noun and wanted in (None, self._status(job))
        ]
        first = int(params.get("NextToken", "0"))
        page: dict[str, Any] = {f"{noun}JobPropertiesList": found[first : first + 2]}
        return page | ({"NextToken": str(first + 2)} if first + 2 < len(found) else {})

    def stop(self, noun: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """Stop a job."""
        job = self._job(noun, params["JobId"])
        job.stopped = True
        return {"JobId": job.number, "JobStatus": "STOP_REQUESTED"}

    def _job(self, noun: str, number: str) -> Job:
        if number == EXAMPLE and number not in self.jobs:
            place = {
                "InputDataConfig": {"S3Uri": "s3://my-bucket/in/"},
                "OutputDataConfig": {"S3Uri": "s3://my-bucket/out/"},
            }
            self.jobs[number] = Job(noun, number, place)
        if number not in self.jobs or self.jobs[number].noun != noun:
            raise AwsError("JobNotFoundException", "The specified job was not found.")
        return self.jobs[number]

    def _status(self, job: Job) -> str:
        if job.stopped:
            return "STOPPED"
        status = WALK[min(job.looks, len(WALK)) - 1] if job.looks else WALK[0]
        return "FAILED" if job.failure and status == "COMPLETED" else status

    def _brief(self, job: Job) -> dict[str, Any]:
        arn = f"arn:aws:comprehend:{wire.REGION}:{wire.ACCOUNT}:{xform_name(job.noun, '-')}-job/{job.number}"
        return {"JobId": job.number, "JobArn": arn, "JobStatus": self._status(job)}

    def _properties(self, job: Job) -> dict[str, Any]:
        now = datetime.datetime.fromtimestamp(self.aws.clock.now(), datetime.UTC)
        shown = {
            name: job.params[name]
            for name in ("JobName", "LanguageCode", "InputDataConfig", "DataAccessRoleArn", "Mode", "NumberOfTopics")
            if name in job.params
        }
        where = job.params.get("output") or f"{job.params['OutputDataConfig']['S3Uri'].rstrip('/')}/{job.number}/"
        more = {"Message": job.failure} if self._status(job) == "FAILED" else {}
        return {**self._brief(job), **shown, "OutputDataConfig": {"S3Uri": where}, "SubmitTime": now, **more}

    def _write(self, job: Job) -> None:
        bucket, _, prefix = job.params["OutputDataConfig"]["S3Uri"].removeprefix("s3://").partition("/")
        folder = f"{prefix.rstrip('/')}/{wire.ACCOUNT}-{job.number}/output/".lstrip("/")
        if job.noun == "TopicsDetection":
            files = {
                "topic-terms.csv": "topic,term,weight\n0,apple,0.12\n1,engine,0.34\n",
                "doc-topics.csv": "docname,topic,proportion\na.txt:0,0,0.75\n",
            }
        else:
            lines = [json.dumps(entry) for entry in self._entries(job)]
            files = {"output": "\n".join(reversed(lines)) + "\n"}
        if job.noun == "PiiEntitiesDetection":
            job.params["output"] = f"s3://{bucket}/{folder}"
            self.aws.put(bucket, f"{folder}in.txt.out", files["output"].encode())
            return
        job.params["output"] = self.aws.put(bucket, f"{folder}output.tar.gz", archive(files))

    def _entries(self, job: Job) -> Iterator[dict[str, Any]]:
        about = job.params["InputDataConfig"]
        ask = getattr(self.comprehend, FAMILIES[job.noun])
        bucket, _, prefix = about["S3Uri"].removeprefix("s3://").partition("/")
        for key, data in sorted(self.aws.objects(bucket).items()):
            if not key.startswith(prefix):
                continue
            name = key.rpartition("/")[2]
            text = data.decode()
            by_line = about.get("InputFormat", "ONE_DOC_PER_LINE") == "ONE_DOC_PER_LINE"
            for line, document in enumerate(text.splitlines() if by_line else [text]):
                place: dict[str, Any] = {"File": name, **({"Line": line} if by_line else {})}
                if not document.strip():
                    yield {**place, "ErrorCode": "EMPTY_DOCUMENT", "ErrorMessage": "The document is empty."}
                else:
                    params = {"Text": document, "LanguageCode": job.params.get("LanguageCode", "en")}
                    yield {**place, **ask(params, None)}


def archive(files: Mapping[str, str]) -> bytes:
    """Make a gzipped tar of the FILES."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for name, text in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text.encode())
            tar.addfile(entry, io.BytesIO(text.encode()))
    return out.getvalue()
