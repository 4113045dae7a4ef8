"""Amazon Transcribe's other jobs: analysed calls, medical transcriptions, HealthScribe. They hear what `heard` says, too."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fakeaws import transcripts, wire
from fakeaws.core import Call
from fakeaws.faults import AwsError
from fakeaws.transcripts import Failure, Speech

ROLE_NEEDED = "HealthScribe needs DataAccessRoleArn."


@dataclass(frozen=True)
class Family:
    """What AWS calls a job of a sort."""

    member: str
    status: str

    @property
    def name(self) -> str:
        """Give the key of its name."""
        return f"{self.member}Name"


CALL = Family("CallAnalyticsJob", "CallAnalyticsJobStatus")
MEDICAL = Family("MedicalTranscriptionJob", "TranscriptionJobStatus")
SCRIBE = Family("MedicalScribeJob", "MedicalScribeJobStatus")


@dataclass
class Work:
    """A job: what was asked, and how far it has come."""

    request: dict[str, Any]
    region: str
    media: bytes
    walk: tuple[str, ...]
    gets: int = 0
    answer: dict[str, Any] = field(default_factory=dict)


class Analysed:
    """Jobs that walk like transcriptions; `work` has those of each family by name."""

    work: dict[str, dict[str, Work]]

    def start_call_analytics_job(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to analyse a call."""
        return self._start(CALL, params, call, _place(params.get("OutputLocation", "")))

    def start_medical_transcription_job(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin a medical transcription."""
        return self._start(MEDICAL, params, call, params["OutputBucketName"])

    def start_medical_scribe_job(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to write a note."""
        settings = params["Settings"]
        if bool(settings.get("ShowSpeakerLabels")) == bool(settings.get("ChannelIdentification")):
            raise AwsError("BadRequestException", "Set exactly one of ShowSpeakerLabels and ChannelIdentification.")
        if bool(settings.get("ChannelIdentification")) != ("ChannelDefinitions" in params):
            raise AwsError("BadRequestException", "ChannelDefinitions go with ChannelIdentification.")
        return self._start(SCRIBE, params, call, params["OutputBucketName"])

    def get_call_analytics_job(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Tell how a call's analysis is."""
        return self._get(CALL, params)

    def get_medical_transcription_job(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Tell how a medical transcription is."""
        return self._get(MEDICAL, params)

    def get_medical_scribe_job(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Tell how a note is."""
        return self._get(SCRIBE, params)

    def list_call_analytics_jobs(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List calls."""
        return self._list(CALL, params)

    def list_medical_transcription_jobs(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List medical transcriptions."""
        return self._list(MEDICAL, params)

    def list_medical_scribe_jobs(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List notes."""
        return self._list(SCRIBE, params)

    def delete_call_analytics_job(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Forget a call."""
        return self._delete(CALL, params)

    def delete_medical_transcription_job(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Forget a medical transcription."""
        return self._delete(MEDICAL, params)

    def delete_medical_scribe_job(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Forget a note."""
        return self._delete(SCRIBE, params)

    def _start(self, family: Family, params: dict[str, Any], call: Call, bucket: str | None) -> dict[str, Any]:
        held = self.work.setdefault(family.member, {})
        if params[family.name] in held:
            raise AwsError("ConflictException", "The requested job name already exists.", status=400)
        self.check_resources({"Settings": params.get("Settings", {})} if family is not MEDICAL else {})  # type: ignore[attr-defined]
        media = self._media(params["Media"]["MediaFileUri"], call.region)  # type: ignore[attr-defined]
        if bucket:
            self._check_bucket(bucket, call.region)  # type: ignore[attr-defined]
        work = Work(params, call.region, media, self.walk)  # type: ignore[attr-defined]
        kept = {name: value for name, value in params.items() if name in _KEPT}
        work.answer = {**kept, family.status: work.walk[0], "CreationTime": self._now()}  # type: ignore[attr-defined]
        held[params[family.name]] = work
        return {family.member: work.answer}

    def _get(self, family: Family, params: dict[str, Any]) -> dict[str, Any]:
        work = self.work.get(family.member, {}).get(params[family.name])
        if work is None:
            raise AwsError("BadRequestException", "The requested job couldn't be found.")
        status = work.walk[min(work.gets, len(work.walk) - 1)]
        work.gets += 1
        if status != work.answer[family.status]:
            heard = self._said(work)  # type: ignore[attr-defined]
            if status == "COMPLETED" and isinstance(heard, Failure):
                status, work.walk, work.answer["FailureReason"] = "FAILED", ("FAILED",), heard.reason
            work.answer[family.status] = status
            if status == "COMPLETED":
                self._write(family, work, heard)
        return {family.member: work.answer}

    def _list(self, family: Family, params: dict[str, Any]) -> dict[str, Any]:
        found = list(reversed(self.work.get(family.member, {}).values()))
        found = [one for one in found if params.get("Status") in (None, one.answer[family.status])]
        first = int(params.get("NextToken", "0"))
        named = (family.name, family.status, "CreationTime", "LanguageCode", "FailureReason")
        page = [{key: one.answer[key] for key in named if key in one.answer} for one in found[first : first + 5]]
        more = {"NextToken": str(first + 5)} if first + 5 < len(found) else {}
        return {f"{family.member}Summaries": page, **more}

    def _delete(self, family: Family, params: dict[str, Any]) -> dict[str, Any]:
        self.work.get(family.member, {}).pop(params[family.name], None)
        return {}

    def _write(self, family: Family, work: Work, heard: Any) -> None:
        name = work.request[family.name]
        documents: dict[str, Any] = heard if isinstance(heard, dict) else _WRITERS[family.member](work.request, heard)
        bucket = work.request.get("OutputBucketName") or _place(work.request.get("OutputLocation", ""))
        redacted = "ContentRedaction" in work.request.get("Settings", {})
        links = {}
        for what, document in documents.items():
            key = _key(family, work.request, name, what)
            if redacted:
                folder, _, last = key.rpartition("/")
                key = f"{folder}/redacted-{last}"
            data = json.dumps(document).encode()
            if bucket:
                self.aws.store.put(bucket, key, data)  # type: ignore[attr-defined]
                links[what] = f"https://s3.{work.region}.amazonaws.com/{bucket}/{key}"
            else:
                address = f"https://s3.{work.region}.amazonaws.com/aws-transcribe-{work.region}-prod/{name}/{key}"
                self.aws.web[address] = data  # type: ignore[attr-defined]
                links[what] = f"{address}?X-Amz-Signature=fake"
        if family is SCRIBE:
            output = {"TranscriptFileUri": links["transcript"], "ClinicalDocumentUri": links["summary"]}
            work.answer["MedicalScribeOutput"] = output
        else:
            uri = "RedactedTranscriptFileUri" if redacted else "TranscriptFileUri"
            work.answer["Transcript"] = {uri: links["transcript"]}


_KEPT = {
    *(
        "CallAnalyticsJobName",
        "MedicalTranscriptionJobName",
        "MedicalScribeJobName",
        "Media",
        "MediaFormat",
        "Settings",
    ),
    *("LanguageCode", "Specialty", "Type", "DataAccessRoleArn", "ChannelDefinitions"),
}


def _place(uri: str) -> str | None:
    return uri.removeprefix("s3://").partition("/")[0] or None


def _key(family: Family, request: Mapping[str, Any], name: str, what: str) -> str:
    if family is SCRIBE:
        return f"{name}/{what}.json"
    if family is CALL:
        return request.get("OutputLocation", "s3://x/analytics.json").removeprefix("s3://").partition("/")[2]
    return str(request.get("OutputKey") or f"medical/{name}.json")


def call_document(request: Mapping[str, Any], said: Speech) -> dict[str, Any]:
    """Write the analysis of a call as AWS does."""
    roles = {one["ChannelId"]: one["ParticipantRole"] for one in request["ChannelDefinitions"]}
    turns: list[dict[str, Any]] = []
    for number, turn in enumerate(said.turns):
        words = transcripts.words_of(Speech((turn,)))
        begin = 5_000 * number
        items = [
            {"Type": "punctuation", "Content": word.content, "Confidence": "0.0"}
            if word.start is None
            else {
                "Type": "pronunciation",
                "Content": word.content,
                "Confidence": "0.98",
                "BeginOffsetMillis": begin + int(1000 * word.start),
                "EndOffsetMillis": begin + int(1000 * (word.end or 0)),
            }
            for word in words
        ]
        turns.append(
            {
                "Content": turn.text,
                "Items": items,
                "Id": f"turn-{number}",
                "BeginOffsetMillis": begin,
                "EndOffsetMillis": begin + 4_000,
                "Sentiment": "NEUTRAL",
                "ParticipantRole": roles[turn.speaker],
                "IssuesDetected": [{"CharacterOffsets": {"Begin": 0, "End": len(turn.text)}}] if number == 1 else [],
            }
        )
    summary = request.get("Settings", {}).get("Summarization", {}).get("GenerateAbstractiveSummary")
    written = {"ContactSummary": {"AutoGenerated": {"OverallSummary": {"Content": "They spoke."}}}} if summary else {}
    return {
        "JobStatus": "COMPLETED",
        "LanguageCode": said.languages[0],
        "Transcript": turns,
        "AccountId": wire.ACCOUNT,
        "Categories": {"MatchedCategories": ["late"], "MatchedDetails": {}},
        "ConversationCharacteristics": {"Sentiment": {"OverallSentiment": {"AGENT": 1.5, "CUSTOMER": -0.5}}},
        "Channel": "VOICE",
        **written,
    }


def scribe_documents(request: Mapping[str, Any], said: Speech) -> dict[str, Any]:
    """Write the conversation and the note as AWS does."""
    items: list[dict[str, Any]] = []
    segments: list[dict[str, Any]] = []
    for number, turn in enumerate(said.turns):
        begin = 5.0 * number
        for word in transcripts.words_of(Speech((turn,))):
            start = begin + (word.start if word.start is not None else 3.9)
            kind = "punctuation" if word.start is None else "pronunciation"
            spoken = [{"Confidence": 0.95, "Content": word.content}]
            items.append(
                {
                    "Alternatives": spoken,
                    "BeginAudioTime": start,
                    "EndAudioTime": start + 0.3,
                    "Id": f"i{len(items)}",
                    "Type": kind,
                }
            )
        role = ("CLINICIAN", "PATIENT")[turn.speaker]
        details = {"ParticipantRole": f"{role}_0"}
        segments.append({"BeginAudioTime": begin, "EndAudioTime": begin + 4, "Content": turn.text, "ParticipantDetails": details, "SegmentId": f"s{number}"})  # fmt: skip
    conversation = {"ConversationId": "c", "JobName": request["MedicalScribeJobName"], "LanguageCode": "en-US", "TranscriptItems": items, "TranscriptSegments": segments}  # fmt: skip
    evidence = [{"EvidenceLinks": [{"SegmentId": "s1"}], "SummarizedSegment": said.turns[-1].text}]
    note = {
        "Sections": [{"SectionName": "CHIEF_COMPLAINT", "Summary": evidence}, {"SectionName": "PLAN", "Summary": []}]
    }
    return {"transcript": {"Conversation": conversation}, "summary": {"ClinicalDocumentation": note}}


_WRITERS = {
    "CallAnalyticsJob": lambda request, said: {"transcript": call_document(request, said)},
    "MedicalTranscriptionJob": lambda request, said: {
        "transcript": transcripts.document(
            {**request, "TranscriptionJobName": request["MedicalTranscriptionJobName"]}, said, account=wire.ACCOUNT
        )
    },
    "MedicalScribeJob": scribe_documents,
}
