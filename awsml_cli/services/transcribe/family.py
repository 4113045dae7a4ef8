"""The families of Transcribe's jobs: transcriptions, analysed calls, medical transcriptions, HealthScribe.

All are started, asked after, listed and deleted alike; what differs is their words, and where they write.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from awsml_cli.core import jobs, sources, staging
from awsml_cli.core.errors import InputError, ServiceError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.ledger import Entry
from awsml_cli.core.record import Record
from awsml_cli.core.session import Session
from awsml_cli.services.transcribe.records import CallJob, Job, MedicalJob, ScribeJob

SERVICE: Final = "transcribe"


@dataclass(frozen=True)
class Family:
    """A sort of jobs.

    `service` begins their ids (`transcribe-call:eu-west-1:NAME`), `member` is what AWS calls one, `status` the member
    that says how it is. One that `writes` always needs a bucket of ours for its answer; `places` gives the parameters
    that name it, `files` the keys that it is written to there, `addresses` those of an answer.
    """

    service: str
    noun: str
    member: str
    status: str
    record: type[Record]
    places: Callable[[str, str], dict[str, Any]]
    files: Callable[[str], tuple[str, ...]]
    addresses: Callable[[Mapping[str, Any]], tuple[str, ...]]
    writes: bool = False

    @property
    def name(self) -> str:
        """AWS's key for a job's name."""
        return f"{self.member}Name"

    @property
    def listed(self) -> str:
        """AWS's key for a list of them."""
        return f"{self.member}Summaries"

    @property
    def kind(self) -> jobs.Kind:
        """How they are waited for."""
        return jobs.Kind(
            service=SERVICE,
            noun=self.noun,
            describe=self.describe,
            status=lambda answer: str(answer.get(self.status, "")),
            reason=lambda answer: str(answer.get("FailureReason", "")),
            done=frozenset({"COMPLETED"}),
            failed=frozenset({"FAILED"}),
        )

    def call(
        self, session: Session, verb: str, *, plural: bool = False, region: str | None = None
    ) -> Callable[..., Any]:
        """The method of a client that does VERB (`start`, `get`, `list`, `delete`) to one, or to all of them."""
        method: Callable[..., Any] = getattr(
            session.client(SERVICE, region=region), f"{verb}_{self._stem}{'s' * plural}"
        )
        return method

    def describe(self, session: Session, job: JobId) -> dict[str, Any]:
        """AWS's description of JOB. Raises ServiceError where there is no such job."""
        return dict(self.call(session, "get", region=job.region)(**{self.name: job.name})[self.member])

    @property
    def _stem(self) -> str:
        return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in self.member).lstrip("_")

    def documents(self, session: Session, job: JobId, answer: Mapping[str, Any]) -> bytes:
        """What the ended JOB that AWS described as ANSWER wrote; several documents become one object."""
        found = [self._fetched(session, job, number, uri) for number, uri in enumerate(self.addresses(answer))]
        if len(found) == 1:
            return found[0]
        whole: dict[str, Any] = {}
        for document in found:
            try:
                whole.update(json.loads(document))
            except ValueError as problem:
                raise ServiceError(f"the result of {job} is not JSON: {problem}", code="UnusableAnswer") from None
        return json.dumps(whole, ensure_ascii=False).encode()

    def _fetched(self, session: Session, job: JobId, number: int, uri: str) -> bytes:
        own = own_object(uri, region=job.region)
        if own is not None and "?" not in uri:
            return staging.fetch(session, bucket=own[0], key=own[1], region=job.region)
        return session.download(uri, renew=lambda: self.addresses(self.describe(session, job))[number])


def _transcript(answer: Mapping[str, Any]) -> tuple[str, ...]:
    transcript = answer.get("Transcript") or {}
    return (str(transcript.get("RedactedTranscriptFileUri") or transcript.get("TranscriptFileUri") or ""),)


def _clinical(answer: Mapping[str, Any]) -> tuple[str, ...]:
    output = answer.get("MedicalScribeOutput") or {}
    return (str(output.get("TranscriptFileUri") or ""), str(output.get("ClinicalDocumentUri") or ""))


def _json(name: str) -> tuple[str, ...]:
    return (f"{staging.PREFIX}{name}.json",)


TRANSCRIPTION: Final = Family(
    SERVICE,
    "transcription job",
    "TranscriptionJob",
    "TranscriptionJobStatus",
    Job,
    places=lambda bucket, key: {"OutputBucketName": bucket, "OutputKey": key},
    files=_json,
    addresses=_transcript,
)
# https://docs.aws.amazon.com/transcribe/latest/APIReference/API_StartCallAnalyticsJob.html
CALL: Final = Family(
    "transcribe-call",
    "call analytics job",
    "CallAnalyticsJob",
    "CallAnalyticsJobStatus",
    CallJob,
    places=lambda bucket, key: {"OutputLocation": f"s3://{bucket}/{key}"},
    files=_json,
    addresses=_transcript,
)
# https://docs.aws.amazon.com/transcribe/latest/APIReference/API_StartMedicalTranscriptionJob.html
MEDICAL: Final = Family(
    "transcribe-medical",
    "medical transcription job",
    "MedicalTranscriptionJob",
    "TranscriptionJobStatus",
    MedicalJob,
    places=lambda bucket, key: {"OutputBucketName": bucket, "OutputKey": key},
    files=_json,
    addresses=_transcript,
    writes=True,
)
# https://docs.aws.amazon.com/transcribe/latest/dg/health-scribe-job.html: two files under the job's name
SCRIBE: Final = Family(
    "transcribe-scribe",
    "HealthScribe job",
    "MedicalScribeJob",
    "MedicalScribeJobStatus",
    ScribeJob,
    places=lambda bucket, _key: {"OutputBucketName": bucket},
    files=lambda name: (f"{name}/transcript.json", f"{name}/summary.json"),
    addresses=_clinical,
    writes=True,
)
FAMILIES: Final = {family.service: family for family in (TRANSCRIPTION, CALL, MEDICAL, SCRIBE)}


def family_of(job: JobId | Entry) -> Family:
    """The family of JOB, by its id. Raises InputError for the id of something else."""
    if job.service not in FAMILIES:
        raise InputError(f"`{job}` is not the id of a job of Transcribe", hint="transcribe:REGION:NAME")
    return FAMILIES[job.service]


def own_object(address: str, *, region: str) -> tuple[str, str] | None:
    """Bucket and key of `https://s3.REGION.amazonaws.com/BUCKET/KEY`, which is how Transcribe writes its own output."""
    for host in (
        f"https://s3.{region}.amazonaws.com/",
        f"https://s3-{region}.amazonaws.com/",
        "https://s3.amazonaws.com/",
        "s3://",
    ):
        if address.startswith(host):
            return sources.split_uri("s3://" + address.removeprefix(host).partition("?")[0])
    return None
