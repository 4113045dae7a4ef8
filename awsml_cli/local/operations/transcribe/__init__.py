"""Amazon Transcribe's batch jobs, heard by the engines in `engines/hear`.

`StartTranscriptionJob` keeps the job and returns. The work is done in this process, beside the caller: over HTTP it
begins at once, else with the first `GetTranscriptionJob`, which waits a few seconds for it. A process that is killed
leaves the job QUEUED, and whoever asks next does it.

Without OutputBucketName the result is the object `transcripts/NAME.json` of the bucket `awsml-local`, and
`TranscriptFileUri` is its address, `s3://awsml-local/transcripts/NAME.json`; with it the address is as AWS writes it,
`https://s3.REGION.amazonaws.com/BUCKET/KEY`. Both are read with GetObject.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from awsml_cli.core import clock
from awsml_cli.local import jobs
from awsml_cli.local.engines import audio
from awsml_cli.local.operations import Answer, Machine, Operation, Params, Refused, made_by
from awsml_cli.local.operations.transcribe import lists
from awsml_cli.local.operations.transcribe.addresses import (
    media_of,
    output_of,
    own_key,
    redacted_key,
    subtitle_key,
)
from awsml_cli.local.operations.transcribe.checks import bad, check_able, check_combinations, engine_for
from awsml_cli.local.operations.transcribe.work import KIND, hear_job
from awsml_cli.local.store import BUCKET

_TOLD = ("Media", "MediaFormat", "MediaSampleRateHertz", "Settings", "LanguageOptions")
_KEPT = (*_TOLD, "LanguageCode", "IdentifyLanguage", "ContentRedaction", "Subtitles")


def start_transcription_job(params: Params, machine: Machine) -> Answer:
    """Keep a job; ConflictException where its name is taken. Raises ConfigError for what no engine here can do."""
    name = params["TranscriptionJobName"]
    if not re.fullmatch(r"[0-9a-zA-Z._-]{1,200}", name):
        raise bad("the job name can only have letters, digits, dots, underscores and hyphens, 200 at most")
    check_combinations(params)
    if machine.store.document(KIND, name) is not None:
        raise _taken()
    media = media_of(params, machine)
    bucket, key = output_of(params, machine)
    check_able(params)
    found = audio.kind(media.path)
    if found is not None:
        audio.check_reader(found)
    engine = engine_for(params)
    settings, language = params.get("Settings") or {}, params.get("LanguageCode") or ""
    job = {
        **{member: params[member] for member in _KEPT if member in params},
        "MediaFormat": params.get("MediaFormat") or found,
        "Status": jobs.QUEUED,
        "Created": clock.now(),
        "Engine": engine.name if engine else None,
        "Output": [bucket, key],
        "Words": lists.entries(lists.VOCABULARY, settings.get("VocabularyName"), language, machine),
        "Filter": lists.entries(lists.FILTER, settings.get("VocabularyFilterName"), language, machine),
        "Tags": params.get("Tags", []),
    }
    if not machine.store.add_document(KIND, name, job):
        raise _taken()
    machine.begin(KIND, name, partial(hear_job, machine, name))
    return {"TranscriptionJob": _described(name, {**job, "Status": jobs.QUEUED}, machine)}


def get_transcription_job(params: Params, machine: Machine) -> Answer:
    """What has become of a job, waiting a few seconds for its end; begins it if nobody works on it."""
    name = params["TranscriptionJobName"]
    job = jobs.look(machine.store, KIND, name, partial(hear_job, machine, name))
    if job is None:
        raise _absent()
    answer = {"TranscriptionJob": _described(name, job, machine)}
    if job["Status"] != jobs.COMPLETED:
        return answer
    return made_by(answer, engine=job["HeardBy"], quality=job["Quality"], machine=machine)


def list_transcription_jobs(params: Params, machine: Machine) -> Answer:
    """Jobs, newest first, 5 a page if MaxResults does not say otherwise. A status filter holds for every page."""
    status, part = params.get("Status"), params.get("JobNameContains", "").lower()
    found = []
    for name, job in machine.store.documents(KIND):
        now = jobs.state(machine.store, KIND, name, job)
        if part in name.lower() and status in (None, now):
            found.append(_summary(name, {**job, "Status": now}))
    first, size = int(params.get("NextToken") or 0), int(params.get("MaxResults") or 5)
    answer: Answer = {"TranscriptionJobSummaries": found[first : first + size]}
    if status:
        answer["Status"] = status
    if first + size < len(found):
        answer["NextToken"] = str(first + size)
    return answer


def delete_transcription_job(params: Params, machine: Machine) -> Answer:
    """Forget a job, and its result if that is not in a bucket of the caller's."""
    name = params["TranscriptionJobName"]
    job = machine.store.document(KIND, name)
    if job is None:
        raise _absent()
    jobs.stop(machine.store, KIND, name)
    machine.store.remove_document(KIND, name)
    if not job["Output"][0]:
        key = own_key(name)
        for made in (key, redacted_key(key), *(subtitle_key(key, form) for form in _subtitles(job))):
            machine.store.remove(BUCKET, made)
    return {}


OPERATIONS: dict[str, Operation] = {
    "StartTranscriptionJob": start_transcription_job,
    "GetTranscriptionJob": get_transcription_job,
    "ListTranscriptionJobs": list_transcription_jobs,
    "DeleteTranscriptionJob": delete_transcription_job,
    **lists.OPERATIONS,
}


def _described(name: str, job: dict[str, Any], machine: Machine) -> Answer:
    """The job as GetTranscriptionJob tells it."""
    done = job["Status"] == jobs.COMPLETED
    answer = {
        **_summary(name, job),
        **{member: job[member] for member in (*_TOLD, "ContentRedaction") if job.get(member)},
        "Transcript": _addresses(name, job, machine) if done else {},
    }
    if forms := _subtitles(job):
        asked = dict(job["Subtitles"])
        uris = [_address(name, job, machine, partial(subtitle_key, form=form)) for form in forms]
        answer["Subtitles"] = {**asked, **({"SubtitleFileUris": uris} if done else {})}
    answer.pop("OutputLocationType")
    if job.get("Tags"):
        answer["Tags"] = job["Tags"]
    return answer


def _addresses(name: str, job: dict[str, Any], machine: Machine) -> Answer:
    """Where the documents of a job that has ended are."""
    redaction = (job.get("ContentRedaction") or {}).get("RedactionOutput")
    found: Answer = {}
    if redaction != "redacted":
        found["TranscriptFileUri"] = _address(name, job, machine, str)
    if redaction:
        found["RedactedTranscriptFileUri"] = _address(name, job, machine, redacted_key)
    return found


def _address(name: str, job: dict[str, Any], machine: Machine, key_of: Callable[[str], str]) -> str:
    bucket, key = job["Output"]
    if bucket:
        return f"https://s3.{machine.region}.amazonaws.com/{bucket}/{key_of(key)}"
    return machine.url(BUCKET, key_of(own_key(name)))


def _subtitles(job: dict[str, Any]) -> list[str]:
    return list((job.get("Subtitles") or {}).get("Formats", ()))


def _summary(name: str, job: dict[str, Any]) -> Answer:
    identified = job.get("Identified") or {}
    answer: Answer = {
        "TranscriptionJobName": name,
        "TranscriptionJobStatus": job["Status"],
        "CreationTime": _time(job["Created"]),
        "OutputLocationType": "CUSTOMER_BUCKET" if job["Output"][0] else "SERVICE_BUCKET",
    }
    for member, value in (("StartTime", job.get("Begun")), ("CompletionTime", job.get("Ended"))):
        if value:
            answer[member] = _time(value)
    if code := job.get("LanguageCode") or identified.get("LanguageCode"):
        answer["LanguageCode"] = code
    if job.get("IdentifyLanguage"):
        answer["IdentifyLanguage"] = True
        if "Score" in identified:
            answer["IdentifiedLanguageScore"] = identified["Score"]
    if job.get("Reason"):
        answer["FailureReason"] = job["Reason"]
    return answer


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _taken() -> Refused:
    return Refused("ConflictException", "The requested job name already exists.", status=409)


def _absent() -> Refused:
    return Refused(
        "BadRequestException",
        "The requested job couldn't be found. Check the job name and try your request again.",
    )
