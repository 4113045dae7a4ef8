"""The work of a job: the recording is read, heard stretch by stretch, and written down as AWS's document."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from awsml_cli.core.limits import TRANSCRIBE_MEDIA_BYTES
from awsml_cli.local import jobs
from awsml_cli.local.engines import audio, hear
from awsml_cli.local.operations import Machine
from awsml_cli.local.operations.transcribe.addresses import NO_ACCESS, find, own_key
from awsml_cli.local.operations.transcribe.document import document
from awsml_cli.local.operations.transcribe.languages import locale, spoken_language
from awsml_cli.local.store import BUCKET, Object

KIND = "transcription-job"
_SAME = {"m4a": "mp4", "mp4": "mp4"}  # one container under two names


def hear_job(machine: Machine, name: str, job: dict[str, Any], stopping: Callable[[], bool]) -> dict[str, Any]:
    """Do the work: hear the recording and write the document."""
    media = find(job["Media"]["MediaFileUri"], machine)
    if media is None:
        raise jobs.Failure(NO_ACCESS)
    _check_sound(media, job)
    try:
        language, identified = _language(job, media, machine)
        engine = hear.load(hear.choose(language), home=machine.home)
        heard = []
        for words in hear.transcribe(engine, audio.blocks(media.path), language=language):
            if stopping():
                raise jobs.Stopped
            heard.append(words)
    except audio.NotAudio:
        raise jobs.Failure("Unsupported media format.") from None
    code = identified.get("LanguageCode") or job["LanguageCode"]
    made = engine.declaration
    content = document(
        name, heard, language_code=code, score=identified.get("Score"), engine=made.label(), quality=made.quality
    )
    bucket, key = job["Output"]
    if machine.store.document(KIND, name) is None:
        raise jobs.Stopped
    machine.store.put(bucket or BUCKET, key or own_key(name), content, headers={"ContentType": "application/json"})
    return {"HeardBy": made.label(), "Quality": made.quality, "Identified": identified}


def _language(job: dict[str, Any], media: Object, machine: Machine) -> tuple[str, dict[str, Any]]:
    """The language to hear (ISO 639-1), and what is known if it had to be identified."""
    if not job.get("IdentifyLanguage"):
        return spoken_language(job["LanguageCode"]), {}
    options = job.get("LanguageOptions") or []
    if options and {spoken_language(option) for option in options} == {"en"}:
        return "en", {"LanguageCode": options[0], "Score": 1.0}
    if not hear.can_identify():
        machine.warn(
            "nothing here can tell which language is spoken, so it was heard as English; "
            "name it with --language, or pip install 'awsml-cli[whisper]'"
        )
        english = next((option for option in options if spoken_language(option) == "en"), "en-US")
        return "en", {"LanguageCode": english}
    likely = hear.identify(audio.blocks(media.path), home=machine.home)
    wanted = {spoken_language(option) for option in options}
    found = {code: score for code, score in likely.items() if not wanted or code in wanted}
    if not found:
        return "en", {"LanguageCode": (options or ["en-US"])[0], "Score": 0.0}
    best = max(found, key=lambda code: found[code])
    share = found[best] / sum(found.values())
    return best, {"LanguageCode": locale(best, options), "Score": round(share, 4)}


def _check_sound(media: Object, job: dict[str, Any]) -> None:
    found, said = audio.kind(media.path), job.get("MediaFormat")
    if media.size > TRANSCRIBE_MEDIA_BYTES:
        raise jobs.Failure("Invalid file size: file size too large.")
    if found is None:
        raise jobs.Failure("Unsupported media format.")
    if said and _SAME.get(said, said) != _SAME.get(found, found):
        raise jobs.Failure("The media format provided does not match the detected media format.")
