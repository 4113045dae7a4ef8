"""Amazon Transcribe: jobs that hear the media in the fake's S3 and write their transcripts there."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from fakeaws import limits, media, transcripts, wire
from fakeaws.core import Call, FakeAws
from fakeaws.faults import AwsError
from fakeaws.transcribe_analysed import Analysed, Work
from fakeaws.transcribe_resources import Resources
from fakeaws.transcripts import Failure, Speech

Heard = str | Speech | Failure | dict[str, Any] | bytes
WALK = ("QUEUED", "IN_PROGRESS", "COMPLETED")
LANGUAGE_CHOICES = ("LanguageCode", "IdentifyLanguage", "IdentifyMultipleLanguages")


@dataclass
class Job:
    """A transcription job: what was asked, and how far it has come."""

    request: dict[str, Any]
    region: str
    media: bytes
    created: datetime.datetime
    walk: tuple[str, ...]
    gets: int = 0
    answer: dict[str, Any] = field(default_factory=dict)

    @property
    def status(self) -> str:
        """Give the status as the last answer gave it."""
        return str(self.answer["TranscriptionJobStatus"])


class Transcribe(Analysed, Resources):
    """Jobs go through `walk`, one step each time they are asked after.

    `heard` says what a recording holds, by its bytes, its S3 key or the key's last part; what is not there is invented from the bytes.
    A value is the text, a Speech, a Failure, or the very document to be written (a dict, or bytes as they are).
    """

    name = "transcribe"

    def __init__(self, aws: FakeAws) -> None:
        super().__init__(aws)
        self.walk = WALK
        self.heard: dict[str | bytes, Heard] = {}
        self.jobs: dict[str, Job] = {}
        self.work: dict[str, dict[str, Work]] = {}

    def start_transcription_job(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Queue a job."""
        name = params["TranscriptionJobName"]
        if name in self.jobs:
            # AWS answers 400 here, its model says 409: documents, StartTranscriptionJob
            raise AwsError(
                "ConflictException", "The requested job name already exists. Use a different job name.", status=400
            )
        _check(params)
        self.check_resources(params)
        recording = self._media(params["Media"].get("MediaFileUri", ""), call.region)
        if "OutputBucketName" in params:
            self._check_bucket(params["OutputBucketName"], call.region)
        job = Job(params, call.region, recording, self._now(), self.walk)
        self.jobs[name] = job
        job.answer = self._first_answer(job)
        return {"TranscriptionJob": job.answer}

    def get_transcription_job(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Tell how a job is, which takes it one step on."""
        job = self.jobs.get(params["TranscriptionJobName"])
        if job is None:
            raise AwsError(
                "BadRequestException",
                "The requested job couldn't be found. Check the job name and try your request again.",
            )
        status = job.walk[min(job.gets, len(job.walk) - 1)]
        job.gets += 1
        if status != job.status:
            self._step(job, status)
        elif status == "COMPLETED" and "OutputBucketName" not in job.request:
            job.answer |= self._addresses(job)  # a fresh link with every Get
        return {"TranscriptionJob": job.answer}

    def list_transcription_jobs(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List jobs, the newest first, in pages."""
        found = [job for job in reversed(self.jobs.values()) if params.get("Status") in (None, job.status)]
        found = [
            job
            for job in found
            if params.get("JobNameContains", "").lower() in job.request["TranscriptionJobName"].lower()
        ]
        first = int(params.get("NextToken", "0"))
        last = first + int(params.get("MaxResults", limits.TRANSCRIBE_LIST_PAGE))
        answer: dict[str, Any] = {"TranscriptionJobSummaries": [_summary(job) for job in found[first:last]]}
        if "Status" in params:
            answer["Status"] = params["Status"]
        if last < len(found):
            answer["NextToken"] = str(last)
        return answer

    def delete_transcription_job(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Forget a job and the transcript that the service held for it."""
        self.jobs.pop(params["TranscriptionJobName"], None)
        return {}

    def transcribe_audio(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Transcribe at once."""
        if ("Language" in params) == ("LanguageDetectionMode" in params):
            raise AwsError("BadRequestException", "Specify either Language or LanguageDetectionMode.")
        if len(params.get("LanguageOptions", ("en", "es"))) < 2:
            raise AwsError("BadRequestException", "LanguageOptions must have two languages at least.")
        media_ = params["Media"]
        recording = media_["MediaBytes"] if "MediaBytes" in media_ else self._media(media_["MediaFileUri"], call.region)
        heard = self.heard.get(bytes(recording), transcripts.invented(recording))
        said = transcripts.speech(heard) if isinstance(heard, str) else heard
        if isinstance(said, Failure):
            raise AwsError("BadRequestException", said.reason)
        assert isinstance(said, Speech)
        return transcripts.at_once(params, said)

    def _media(self, uri: str, region: str) -> bytes:
        place = re.fullmatch(r"s3://([^/]+)/(.+)", uri) or re.fullmatch(r"https://s3[.-][^/]*/([^/]+)/(.+)", uri)
        if place is None:
            raise AwsError("BadRequestException", "The URI that you provided isn't a valid S3 URI.")
        self._check_bucket(place[1], region)
        found = self.aws.store.get(place[1], place[2])
        if found is None:
            raise AwsError(
                "BadRequestException",
                "The S3 URI that you provided can't be accessed. Make sure that you have read permission and try your request again.",
            )
        return found

    def _check_bucket(self, bucket: str, region: str) -> None:
        buckets = self.aws.store.buckets()
        if bucket not in buckets:
            raise AwsError(
                "BadRequestException",
                "The specified S3 bucket can't be accessed. Make sure that it exists and try again.",
            )
        if buckets[bucket] != region:
            raise AwsError(
                "BadRequestException",
                f"The specified S3 bucket isn't in the same region. Make sure the bucket is in the {region} region and try your request again.",
            )

    def _first_answer(self, job: Job) -> dict[str, Any]:
        kept = (
            "TranscriptionJobName",
            *LANGUAGE_CHOICES,
            "LanguageOptions",
            "Media",
            "MediaFormat",
            "Settings",
            "ContentRedaction",
            "Tags",
        )
        answer = {name: job.request[name] for name in kept if name in job.request}
        return answer | {"TranscriptionJobStatus": job.walk[0], "CreationTime": job.created, "StartTime": job.created}

    def _step(self, job: Job, status: str) -> None:
        heard = self._said(job)
        if status == "COMPLETED":
            reason = heard.reason if isinstance(heard, Failure) else _unusable(job)
            if reason:
                status, job.answer["FailureReason"] = "FAILED", reason
                job.walk = ("FAILED",)
        job.answer["TranscriptionJobStatus"] = status
        if status in ("COMPLETED", "FAILED"):
            job.answer["CompletionTime"] = self._now()
        if status == "COMPLETED":
            self._finish(job, heard)

    def _finish(self, job: Job, heard: Heard) -> None:
        job.answer |= {
            "MediaFormat": job.request.get("MediaFormat") or media.format_of(job.media) or "mp3",
            "MediaSampleRateHertz": 44100,
        }
        if isinstance(heard, Speech):
            job.answer |= _languages(job.request, heard)
        for target, data in self._documents(job, heard).items():
            if "OutputBucketName" in job.request:
                self.aws.store.put(job.request["OutputBucketName"], target, data)
        job.answer |= self._addresses(job)

    def _documents(self, job: Job, heard: Heard) -> dict[str, bytes]:
        """Give what the job writes: key -> bytes."""
        if isinstance(heard, bytes):
            return {_key(job): heard}
        if isinstance(heard, dict):
            return {_key(job): json.dumps(heard).encode()}
        assert isinstance(heard, Speech)
        redaction = job.request.get("ContentRedaction", {}).get("RedactionOutput")
        written: dict[str, bytes] = {}
        if redaction != "redacted":
            written[_key(job)] = _json(transcripts.document(job.request, heard, account=wire.ACCOUNT))
        if redaction:
            written[_key(job, "redacted-")] = _json(
                transcripts.document(job.request, heard, account=wire.ACCOUNT, redacted=True)
            )
        for form in job.request.get("Subtitles", {}).get("Formats", []):
            first = job.request["Subtitles"].get("OutputStartIndex", 0)
            written[_subtitle_key(job, form)] = transcripts.subtitles(heard, form, first).encode()
        return written

    def _addresses(self, job: Job) -> dict[str, Any]:
        written = self._documents(job, self._said(job))
        links = {key: self._link(job, key, data) for key, data in written.items()}
        answer: dict[str, Any] = {"Transcript": {}}
        if _key(job) in links:
            answer["Transcript"]["TranscriptFileUri"] = links[_key(job)]
        if _key(job, "redacted-") in links:
            answer["Transcript"]["RedactedTranscriptFileUri"] = links[_key(job, "redacted-")]
        if "Subtitles" in job.request:
            formats = job.request["Subtitles"].get("Formats", [])
            uris = [links[_subtitle_key(job, form)] for form in formats]
            answer["Subtitles"] = {
                "Formats": formats,
                "SubtitleFileUris": uris,
                "OutputStartIndex": job.request["Subtitles"].get("OutputStartIndex", 0),
            }
        return answer

    def _link(self, job: Job, key: str, data: bytes) -> str:
        if "OutputBucketName" in job.request:
            return f"https://s3.{job.region}.amazonaws.com/{job.request['OutputBucketName']}/{key}"
        root = self.aws.web_root or f"https://s3.{job.region}.amazonaws.com"
        path = f"/aws-transcribe-{job.region}-prod/{wire.ACCOUNT}/{job.request['TranscriptionJobName']}/{job.gets}/{key.rsplit('/')[-1]}"
        dies = self.aws.clock.now() + limits.TRANSCRIPT_ADDRESS_SECONDS

        def page() -> wire.Reply:
            if self.aws.clock.now() > dies or job not in self.jobs.values():
                return wire.Reply(
                    403, b"<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"
                )
            return wire.Reply(200, data, {"Content-Type": "application/octet-stream"})

        self.aws.web[root + path] = page
        return f"{root}{path}?X-Amz-Security-Token=FAKE&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=900&X-Amz-Signature=fake"

    def _said(self, job: Job | Work) -> Heard:
        key = urlsplit(job.request["Media"]["MediaFileUri"]).path.lstrip("/")
        names = (job.media, key, key.rsplit("/", 1)[-1])
        heard = next((self.heard[name] for name in names if name in self.heard), transcripts.invented(job.media))
        if isinstance(heard, str):
            return transcripts.speech(heard, languages=[job.request.get("LanguageCode", "en-US")])
        return heard

    def _now(self) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(self.aws.clock.now(), datetime.UTC)


def _check(params: Mapping[str, Any]) -> None:
    """Refuse what the model cannot express: documents, StartTranscriptionJob and Settings."""
    settings = params.get("Settings", {})
    if sum(1 for choice in LANGUAGE_CHOICES if params.get(choice)) != 1:
        raise AwsError(
            "BadRequestException",
            "You must specify exactly one of LanguageCode, IdentifyLanguage or IdentifyMultipleLanguages in your request.",
        )
    if bool(settings.get("ShowSpeakerLabels")) != ("MaxSpeakerLabels" in settings):
        raise AwsError("BadRequestException", "ShowSpeakerLabels and MaxSpeakerLabels must be given together.")
    if bool(settings.get("ShowAlternatives")) != ("MaxAlternatives" in settings):
        raise AwsError("BadRequestException", "ShowAlternatives and MaxAlternatives must be given together.")
    if settings.get("ShowSpeakerLabels") and settings.get("ChannelIdentification"):
        raise AwsError("BadRequestException", "You can't use ShowSpeakerLabels and ChannelIdentification together.")
    if ("VocabularyFilterName" in settings or _filters(params)) != ("VocabularyFilterMethod" in settings):
        raise AwsError("BadRequestException", "VocabularyFilterName and VocabularyFilterMethod go together.")
    if len(params.get("LanguageOptions", ["", ""])) < 2:
        raise AwsError("BadRequestException", "LanguageOptions must have at least two language codes.")


def _filters(params: Mapping[str, Any]) -> bool:
    return any("VocabularyFilterName" in held for held in params.get("LanguageIdSettings", {}).values())


def _unusable(job: Job) -> str:
    """Give the reason why AWS could not use the media, in the words that the model lists."""
    given, found = job.request.get("MediaFormat"), media.format_of(job.media)
    if given and found and given != found and {given, found} != {"mp4", "m4a"}:
        return "The media format provided does not match the detected media format."
    if not job.media:
        return "Failed to parse audio file."
    return ""


def _languages(request: Mapping[str, Any], said: Speech) -> dict[str, Any]:
    if request.get("IdentifyMultipleLanguages"):
        return {"LanguageCodes": [{"LanguageCode": code, "DurationInSeconds": 1.5} for code in said.languages]}
    if request.get("IdentifyLanguage"):
        return {"LanguageCode": said.languages[0], "IdentifiedLanguageScore": 0.9781}
    return {}


def _summary(job: Job) -> dict[str, Any]:
    kept = (
        "TranscriptionJobName",
        "CreationTime",
        "StartTime",
        "CompletionTime",
        "LanguageCode",
        "TranscriptionJobStatus",
        "FailureReason",
        "IdentifyLanguage",
    )
    place = "CUSTOMER_BUCKET" if "OutputBucketName" in job.request else "SERVICE_BUCKET"
    return {name: job.answer[name] for name in kept if name in job.answer} | {"OutputLocationType": place}


def _key(job: Job, prefix: str = "") -> str:
    """Give the transcript's key: OutputKey is a key if it ends in .json, else a folder (documents, OutputKey)."""
    key = job.request.get("OutputKey", "") if "OutputBucketName" in job.request else "asrOutput.json"
    if not key or key.endswith("/"):
        key += f"{job.request['TranscriptionJobName']}.json"
    elif not key.endswith(".json"):
        key += f"/{job.request['TranscriptionJobName']}.json"
    folder, slash, name = key.rpartition("/")
    return f"{folder}{slash}{prefix}{name}"


def _subtitle_key(job: Job, form: str) -> str:
    return f"{_key(job).removesuffix('.json')}.{form}"


def _json(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()
