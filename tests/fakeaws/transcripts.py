"""What is said in a recording, and AWS's document of it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WORD_SECONDS = 0.4
PAUSE_SECONDS = 0.6  # after a sentence
VOCABULARY = [
    "time",
    "person",
    "year",
    "way",
    "day",
    "thing",
    "man",
    "world",
    "life",
    "hand",
    "part",
    "child",
    "eye",
    "woman",
    "place",
    "work",
    "week",
    "case",
    "point",
    "government",
    "company",
    "number",
    "group",
    "problem",
    "fact",
    "river",
    "garden",
    "window",
    "morning",
    "letter",
    "music",
    "paper",
]


@dataclass(frozen=True)
class Turn:
    """What one speaker says."""

    speaker: int
    text: str


@dataclass(frozen=True)
class Speech:
    """What a recording holds: the turns of its speakers and the languages heard, the first the chief one."""

    turns: tuple[Turn, ...]
    languages: tuple[str, ...] = ("en-US",)


@dataclass(frozen=True)
class Failure:
    """A recording that Transcribe cannot use, and the reason it gives."""

    reason: str


@dataclass(frozen=True)
class Word:
    """A spoken word with its time in seconds, or a punctuation mark (no time)."""

    content: str
    speaker: int
    start: float | None = None
    end: float | None = None


def speech(*turns: str, languages: Sequence[str] = ("en-US",)) -> Speech:
    """Make a conversation of two speakers who take turns."""
    return Speech(tuple(Turn(number % 2, text) for number, text in enumerate(turns)), tuple(languages))


def invented(media: bytes) -> Speech:
    """Make up what RECORDING says from its bytes: the same bytes always say the same."""
    picks = hashlib.sha256(media).digest()
    words = [VOCABULARY[pick % len(VOCABULARY)] for pick in picks[:12]]
    sentences = [
        " ".join(words[:4]).capitalize() + ".",
        " ".join(words[4:9]).capitalize() + "?",
        " ".join(words[9:]).capitalize() + ".",
    ]
    return speech(*sentences)


def words_of(said: Speech) -> list[Word]:
    """Lay the words out in time."""
    laid: list[Word] = []
    moment = 0.0
    for turn in said.turns:
        for token in re.findall(r"[\w'’-]+|[^\w\s]", turn.text):
            if re.match(r"\w", token):
                laid.append(Word(token, turn.speaker, round(moment, 3), round(moment + WORD_SECONDS - 0.05, 3)))
                moment += WORD_SECONDS
            else:
                laid.append(Word(token, turn.speaker))
                moment += PAUSE_SECONDS if token in ".?!。？！" else 0.0
    return laid


def text_of(said: Speech) -> str:
    """Give the whole text as the document's `transcript` has it."""
    return " ".join(turn.text for turn in said.turns)


def document(job: Mapping[str, Any], said: Speech, *, account: str, redacted: bool = False) -> dict[str, Any]:
    """Write the transcript as Transcribe does for JOB (its request's parameters).

    The shape is that of the documents in AWS's developer guide: times and confidences are strings, marks have no time.
    """
    settings = job.get("Settings", {})
    words = words_of(said)
    items = [_item(number, word, settings, redacted) for number, word in enumerate(words)]
    results: dict[str, Any] = {**_languages(job, said, words), "transcripts": [{"transcript": _text(said, redacted)}]}
    if settings.get("ShowSpeakerLabels"):
        results["speaker_labels"] = _speaker_labels(words)
    if settings.get("ChannelIdentification"):
        results["channel_labels"] = _channel_labels(items, words)
    results["items"] = items
    results["audio_segments"] = _audio_segments(said, words, settings, redacted)
    if settings.get("ShowAlternatives"):
        results["segments"] = [_alternatives(segment, items) for segment in results["audio_segments"]]
    whole: dict[str, Any] = {
        "jobName": job["TranscriptionJobName"],
        "accountId": account,
        "status": "COMPLETED",
        "results": results,
    }
    if redacted:
        whole["isRedacted"] = True
    return whole


def at_once(asked: Mapping[str, Any], said: Speech) -> dict[str, Any]:
    """Write the answer of TranscribeAudio: numbers for times, no confidence, no type (documents, SyncItem)."""
    redacted = "ContentRedaction" in asked
    items = []
    for number, word in enumerate(words_of(said)):
        item: dict[str, Any] = {"Id": number, "Content": word.content}
        if word.start is not None:
            item |= {"StartTime": word.start, "EndTime": word.end}
        if asked.get("ShowSpeakerLabels"):
            item["SpeakerLabel"] = f"spk_{word.speaker}"
        if redacted and _is_private(word.content):
            item |= {"Content": "[PII]", "Redactions": [{"Type": "PHONE"}]}
        items.append(item)
    text = " ".join("[PII]" if redacted and _is_private(word) else word for word in text_of(said).split(" "))
    response: dict[str, Any] = {"RedactedResults" if redacted else "Results": {"Transcript": text, "Items": items}}
    if "LanguageDetectionMode" in asked:
        code = said.languages[0]
        seconds = max((item.get("EndTime", 0.0) for item in items), default=0.0)
        response["Metadata"] = {
            "LanguageCode": code,
            "LanguageCodes": [{"LanguageCode": code, "DurationInSeconds": seconds}],
        }
    return {"TranscriptResponse": response}


def subtitles(said: Speech, form: str, first: int) -> str:
    """Write AWS's own subtitles (srt or vtt): a cue a sentence, never broken into lines."""
    cues = []
    for number, sentence in enumerate(_sentences(said), first):
        times = f"{_stamp(sentence[0], form)} --> {_stamp(sentence[1], form)}"
        cues.append(f"{number}\n{times}\n{sentence[2]}\n")
    return ("WEBVTT\n\n" if form == "vtt" else "") + "\n".join(cues)


def _languages(job: Mapping[str, Any], said: Speech, words: list[Word]) -> dict[str, Any]:
    if job.get("IdentifyMultipleLanguages"):
        seconds = max((word.end or 0.0) for word in words) if words else 0.0
        share = round(seconds / len(said.languages), 3)
        return {"language_codes": [{"language_code": code, "duration_in_seconds": share} for code in said.languages]}
    if job.get("IdentifyLanguage"):
        others = [code for code in job.get("LanguageOptions", ["es-US", "fr-FR"]) if code != said.languages[0]]
        scores = [
            (said.languages[0], "0.9781"),
            *((code, f"0.0{9 - number}1") for number, code in enumerate(others[:4])),
        ]
        return {
            "language_code": said.languages[0],
            "language_identification": [{"score": score, "code": code} for code, score in scores],
        }
    return {}


def _item(number: int, word: Word, settings: Mapping[str, Any], redacted: bool) -> dict[str, Any]:
    spoken = word.start is not None
    item: dict[str, Any] = {"id": number, "type": "pronunciation" if spoken else "punctuation"}
    if redacted and _is_private(word.content):
        item["alternatives"] = [
            {"content": "[PII]", "redactions": [{"confidence": "0.9997", "type": "PHONE", "category": "PII"}]}
        ]
    else:
        item["alternatives"] = [{"confidence": "0.996" if spoken else "0.0", "content": word.content}]
    if spoken:
        item |= {"start_time": _seconds(word.start), "end_time": _seconds(word.end)}
    if settings.get("ShowSpeakerLabels"):
        item["speaker_label"] = f"spk_{word.speaker}"
    if settings.get("ChannelIdentification"):
        item["channel_label"] = f"ch_{word.speaker}"
    return item


def _speaker_labels(words: list[Word]) -> dict[str, Any]:
    segments: list[dict[str, Any]] = []
    for word in words:
        label = f"spk_{word.speaker}"
        if word.start is None:
            continue
        if not segments or segments[-1]["speaker_label"] != label:
            segments.append({"start_time": _seconds(word.start), "speaker_label": label, "end_time": "", "items": []})
        segments[-1]["end_time"] = _seconds(word.end)
        segments[-1]["items"].append(
            {"start_time": _seconds(word.start), "speaker_label": label, "end_time": _seconds(word.end)}
        )
    return {"segments": segments, "channel_label": "ch_0", "speakers": len({word.speaker for word in words})}


def _channel_labels(items: list[dict[str, Any]], words: list[Word]) -> dict[str, Any]:
    channels = [
        {
            "channel_label": f"ch_{channel}",
            "items": [item for item, word in zip(items, words, strict=True) if word.speaker == channel],
        }
        for channel in range(2)
    ]
    return {"channels": channels, "number_of_channels": 2}


def _audio_segments(
    said: Speech, words: list[Word], settings: Mapping[str, Any], redacted: bool
) -> list[dict[str, Any]]:
    segments = []
    first = 0
    for number, turn in enumerate(said.turns):
        count = len(words_of(Speech((turn,))))
        spoken = [word for word in words[first : first + count] if word.start is not None]
        if spoken:
            segment: dict[str, Any] = {
                "id": number,
                "transcript": _text(Speech((turn,)), redacted),
                "start_time": _seconds(spoken[0].start),
                "end_time": _seconds(spoken[-1].end),
                "items": list(range(first, first + count)),
            }
            if settings.get("ShowSpeakerLabels"):
                segment["speaker_label"] = f"spk_{turn.speaker}"
            segments.append(segment)
        first += count
    return segments


def _alternatives(segment: Mapping[str, Any], items: list[dict[str, Any]]) -> dict[str, Any]:
    chosen = [items[number] for number in segment["items"]]
    first = {"transcript": segment["transcript"], "items": [_flat(item) for item in chosen]}
    second = {"transcript": segment["transcript"].lower(), "items": [_flat(item) for item in chosen]}
    return {"start_time": segment["start_time"], "end_time": segment["end_time"], "alternatives": [first, second]}


def _flat(item: Mapping[str, Any]) -> dict[str, Any]:
    times = {name: item[name] for name in ("start_time", "end_time") if name in item}
    return {**times, "type": item["type"], **item["alternatives"][0]}


def _sentences(said: Speech) -> list[tuple[float, float, str]]:
    found = []
    pending: list[Word] = []
    for word in [*words_of(said), Word(".", -1)]:
        ended = word.start is None and word.content in ".?!" and any(w.start is not None for w in pending)
        if word.speaker >= 0:
            pending.append(word)
        if ended:
            spoken = [w for w in pending if w.start is not None]
            text = "".join((" " if w.start is not None else "") + w.content for w in pending).strip()
            found.append((spoken[0].start or 0.0, spoken[-1].end or 0.0, text))
            pending = []
    return found


def _text(said: Speech, redacted: bool) -> str:
    return re.sub(r"\b[\w-]*\d[\w-]*", "[PII]", text_of(said)) if redacted else text_of(said)


def _is_private(content: str) -> bool:
    return any(letter.isdigit() for letter in content)


def _seconds(value: float | None) -> str:
    return f"{value or 0.0:.3f}".rstrip("0").ljust(3, "0") if value else "0.0"


def _stamp(seconds: float, form: str) -> str:
    whole, thousandths = divmod(round(seconds * 1000), 1000)
    mark = "," if form == "srt" else "."
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}{mark}{thousandths:03}"
