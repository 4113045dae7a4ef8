"""The work of a job: the recording is read, heard stretch by stretch, and written down as AWS's document."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from awsml_cli.core.limits import TRANSCRIBE_CHANNELS, TRANSCRIBE_MEDIA_BYTES
from awsml_cli.formats import transcript
from awsml_cli.local import jobs
from awsml_cli.local.engines import audio, hear
from awsml_cli.local.engines.hear import speakers
from awsml_cli.local.operations import Machine
from awsml_cli.local.operations.transcribe.addresses import (
    NO_ACCESS,
    find,
    own_key,
    redacted_key,
    subtitle_key,
)
from awsml_cli.local.operations.transcribe.document import About, Passage, document, passages
from awsml_cli.local.operations.transcribe.languages import locale, spoken_language
from awsml_cli.local.operations.transcribe.shaping import filtered, redacted, shown
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
        code = identified.get("LanguageCode") or job["LanguageCode"]
        engine = hear.load(hear.choose(language, hints=bool(job.get("Words"))), home=machine.home)
        found, channels = _found(media, job, engine, language, machine, stopping)
    except audio.NotAudio:
        raise jobs.Failure("Unsupported media format.") from None
    made = engine.declaration
    settings = job.get("Settings") or {}
    about = About(
        name,
        code,
        made.label(),
        made.quality,
        score=identified.get("Score"),
        speakers=bool(settings.get("ShowSpeakerLabels")),
        channels=channels,
    )
    if machine.store.document(KIND, name) is None:
        raise jobs.Stopped
    _write(job, name, about, found, machine)
    return {"HeardBy": made.label(), "Quality": made.quality, "Identified": identified}


def _found(
    media: Object, job: dict[str, Any], engine: Any, language: str, machine: Machine, stopping: Callable[[], bool]
) -> tuple[list[Passage], int]:
    """What was heard, in order of time, and how many channels were heard apart (0: none)."""
    settings = job.get("Settings") or {}
    count = audio.channels(media.path) if settings.get("ChannelIdentification") else 0
    if count > TRANSCRIBE_CHANNELS:
        raise jobs.Failure(f"Your audio file has {count} channels; at most {TRANSCRIBE_CHANNELS} can be told apart.")
    found: list[Passage] = []
    for channel in range(count) if count else (None,):
        heard = []
        for words in hear.transcribe(
            engine,
            audio.blocks(media.path, channel=channel),
            language=language,
            hints=[phrase for phrase, _ in job.get("Words", ())],
        ):
            if stopping():
                raise jobs.Stopped
            heard.append(shown(words, job.get("Words", ())))
        if settings.get("ShowSpeakerLabels"):
            most = settings["MaxSpeakerLabels"]
            heard = speakers.told_apart(heard, audio.blocks(media.path), most=most, home=machine.home)
        found += passages(heard, channel=channel)
    return sorted(found, key=lambda passage: passage.start), count


def _write(job: dict[str, Any], name: str, about: About, found: list[Passage], machine: Machine) -> None:
    """Write the document, or the redacted one, or both; then subtitles where they were asked for."""
    settings, redaction = job.get("Settings") or {}, job.get("ContentRedaction") or {}
    phrases = [phrase for phrase, _ in job.get("Filter", ())]
    method = settings.get("VocabularyFilterMethod", "mask")
    kept = [replace(one, items=filtered(one.items, phrases, method)) for one in found] if phrases else found
    bucket, key = job["Output"]
    bucket, key = bucket or BUCKET, key or own_key(name)
    headers = {"ContentType": "application/json"}
    last = document(about, kept)
    if redaction.get("RedactionOutput") != "redacted":
        machine.store.put(bucket, key, last, headers=headers)
    if redaction:
        cleared = redacted([one.items for one in kept], redaction.get("PiiEntityTypes", ()), machine)
        clean = [replace(one, items=items) for one, items in zip(kept, cleared, strict=True)]
        last = document(about, clean, redacted=True)
        machine.store.put(bucket, redacted_key(key), last, headers=headers)
    for form in (job.get("Subtitles") or {}).get("Formats", ()):
        content = _subtitles(last, form, job["Subtitles"].get("OutputStartIndex", 0))
        machine.store.put(bucket, subtitle_key(key, form), content, headers={"ContentType": "text/plain"})


def _subtitles(content: bytes, form: str, first: int) -> bytes:
    """Subtitles of a document, numbered from FIRST; our own numbers begin with 1."""
    made = transcript.render(transcript.parse(content), form)
    text = made.decode() if isinstance(made, bytes) else made
    if form == "srt" and first != 1:
        text = re.sub(r"(?m)^(\d+)$(?=\n\d\d:)", lambda number: str(int(number[1]) - 1 + first), text)
    return text.encode()


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
