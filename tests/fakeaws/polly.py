"""Amazon Polly: real sound whose length follows from the text, speech marks, voices, lexicons and tasks."""

from __future__ import annotations

import datetime
import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fakeaws import limits, ssml, tones, wire
from fakeaws.core import Call, FakeAws
from fakeaws.faults import AwsError
from fakeaws.voices import VOICES

SECONDS_PER_CHARACTER = 0.06
PAGE = 10
_PLS = "{http://www.w3.org/2005/01/pronunciation-lexicon}"


def spoken_seconds(text: str, *, is_ssml: bool = False) -> float:
    """Give the length of what SynthesizeSpeech answers to TEXT, in whole hundredths of a second."""
    return _hundredths(ssml.heard(text, is_ssml=is_ssml, engine="standard")) / 100


@dataclass
class _Task:
    about: dict[str, Any]
    request: dict[str, Any]
    key: str
    gets: int = 0


class Polly:
    """Speech, voices, lexicons and tasks. `voices` may be changed by a test."""

    name = "polly"

    def __init__(self, aws: FakeAws) -> None:
        self.aws = aws
        self.voices = dict(VOICES)
        self.lexicons: dict[str, dict[str, Any]] = {}
        self.tasks: dict[str, _Task] = {}
        self.walk = ("scheduled", "inProgress", "completed")

    def synthesize_speech(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Speak a text, or give its speech marks; what is longer than ten minutes is cut off."""
        parts = self._parts(params, limits.POLLY_BILLED_CHARACTERS, limits.POLLY_TOTAL_CHARACTERS)
        return {
            "AudioStream": self._stream(params, parts),
            "ContentType": tones.CONTENT_TYPES[params["OutputFormat"]],
            "RequestCharacters": ssml.billed_characters(parts),
        }

    def describe_voices(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List voices of an engine and a language, in pages."""
        found = [voice for voice in self.voices.values() if params.get("Engine") in (None, *voice["SupportedEngines"])]
        if wanted := params.get("LanguageCode"):
            more = params.get("IncludeAdditionalLanguageCodes", False)
            found = [
                v
                for v in found
                if wanted == v["LanguageCode"] or (more and wanted in v.get("AdditionalLanguageCodes", []))
            ]
        first = int(params.get("NextToken") or 0)
        answer: dict[str, Any] = {"Voices": found[first : first + PAGE]}
        return answer | ({"NextToken": str(first + PAGE)} if first + PAGE < len(found) else {})

    def put_lexicon(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Keep a lexicon (PLS)."""
        try:
            root = ElementTree.fromstring(params["Content"])
        except ElementTree.ParseError as error:
            raise AwsError("InvalidLexiconException", f"Lexicon file could not be parsed: {error}") from error
        if root.tag not in (f"{_PLS}lexicon", "lexicon"):
            raise AwsError("InvalidLexiconException", "Lexicon file has no lexicon element")
        if len(self.lexicons) >= limits.POLLY_LEXICONS:
            raise AwsError("MaxLexiconsNumberExceededException", "Maximum number of lexicons exceeded")
        about = {
            "Alphabet": root.get("alphabet", "ipa"),
            "LanguageCode": root.get("{http://www.w3.org/XML/1998/namespace}lang", "en-US"),
            "LastModified": self._now(),
            "LexiconArn": f"arn:aws:polly:{call.region}:{wire.ACCOUNT}:lexicon/{params['Name']}",
            "LexemesCount": len([entry for entry in root if entry.tag.endswith("lexeme")]),
            "Size": len(params["Content"].encode()),
        }
        self.lexicons[params["Name"]] = {"Content": params["Content"], "Attributes": about}
        return {}

    def get_lexicon(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Give a lexicon back."""
        kept = self._lexicon(params["Name"])
        return {
            "Lexicon": {"Content": kept["Content"], "Name": params["Name"]},
            "LexiconAttributes": kept["Attributes"],
        }

    def list_lexicons(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List lexicons."""
        return {
            "Lexicons": [
                {"Name": name, "Attributes": kept["Attributes"]} for name, kept in sorted(self.lexicons.items())
            ]
        }

    def delete_lexicon(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Forget a lexicon."""
        self._lexicon(params["Name"])
        del self.lexicons[params["Name"]]
        return {}

    def start_speech_synthesis_task(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Queue a task whose sound goes to S3."""
        bucket = params["OutputS3BucketName"]
        if bucket not in self.aws.store.buckets():
            raise AwsError("InvalidS3BucketException", "The provided Amazon S3 bucket name is invalid")
        parts = self._parts(params, limits.POLLY_TASK_BILLED_CHARACTERS, limits.POLLY_TASK_TOTAL_CHARACTERS)
        number = f"00000000-0000-0000-0000-{len(self.tasks) + 1:012}"
        suffix = {"ogg_vorbis": "ogg", "ogg_opus": "ogg", "json": "marks"}.get(
            params["OutputFormat"], params["OutputFormat"]
        )
        key = f"{params.get('OutputS3KeyPrefix', '')}.{number}.{suffix}".removeprefix(".")
        kept = [
            "Engine",
            "SnsTopicArn",
            "LexiconNames",
            "OutputFormat",
            "SampleRate",
            "SpeechMarkTypes",
            "TextType",
            "VoiceId",
            "LanguageCode",
        ]
        about = {name: params[name] for name in kept if name in params}
        about |= {
            "TaskId": number,
            "TaskStatus": self.walk[0],
            "CreationTime": self._now(),
            "RequestCharacters": ssml.billed_characters(parts),
        }
        about["OutputUri"] = f"https://s3.{call.region}.amazonaws.com/{bucket}/{key}"
        self.tasks[number] = _Task(about, params, key)
        return {"SynthesisTask": about}

    def get_speech_synthesis_task(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Tell how a task is, which takes it one step on; its sound is in S3 when it is completed."""
        task = self.tasks.get(params["TaskId"])
        if task is None:
            raise AwsError("SynthesisTaskNotFoundException", "The task you specified does not exist")
        status = self.walk[min(task.gets, len(self.walk) - 1)]
        task.gets += 1
        if status == "completed" != task.about["TaskStatus"]:
            parts = self._parts(task.request, limits.POLLY_TASK_BILLED_CHARACTERS, limits.POLLY_TASK_TOTAL_CHARACTERS)
            self.aws.store.put(
                task.request["OutputS3BucketName"], task.key, self._stream(task.request, parts, whole=True)
            )
        task.about["TaskStatus"] = status
        return {"SynthesisTask": task.about}

    def list_speech_synthesis_tasks(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List tasks, in pages."""
        found = [task.about for task in self.tasks.values() if params.get("Status") in (None, task.about["TaskStatus"])]
        first = int(params.get("NextToken") or 0)
        last = first + int(params.get("MaxResults", PAGE))
        return {"SynthesisTasks": found[first:last]} | ({"NextToken": str(last)} if last < len(found) else {})

    def _parts(self, params: Mapping[str, Any], billed: int, total: int) -> list[ssml.Piece | ssml.Pause]:
        engine = params.get("Engine", "standard")
        if len(params["Text"]) > total:
            raise AwsError("TextLengthExceededException", "Maximum text length has been exceeded")
        self._check(params, engine)
        parts = ssml.heard(params["Text"], is_ssml=params.get("TextType") == "ssml", engine=engine)
        if ssml.billed_characters(parts) > billed:
            raise AwsError("TextLengthExceededException", "Maximum text length has been exceeded")
        return parts

    def _check(self, params: Mapping[str, Any], engine: str) -> None:
        voice = self.voices.get(params["VoiceId"])
        if voice is None or engine not in voice["SupportedEngines"]:
            raise AwsError("ValidationException", f"This voice does not support the selected engine: {engine}")
        if params.get("LanguageCode") not in (None, voice["LanguageCode"], *voice.get("AdditionalLanguageCodes", [])):
            raise AwsError(
                "LanguageNotSupportedException", "The language specified is not currently supported by this voice"
            )
        rates = limits.POLLY_SAMPLE_RATES[params["OutputFormat"]]
        if "SampleRate" in params and params["SampleRate"] not in map(str, rates):
            raise AwsError("InvalidSampleRateException", "The specified sample rate is not valid")
        marks = params.get("SpeechMarkTypes", [])
        if bool(marks) != (params["OutputFormat"] == "json"):
            raise AwsError(
                "MarksNotSupportedForFormatException", "Speech marks are not supported for the selected output format"
            )
        if "ssml" in marks and params.get("TextType") != "ssml":
            raise AwsError("SsmlMarksNotSupportedForTextTypeException", "SSML marks are not supported for plain text")
        for name in params.get("LexiconNames", []):
            self._lexicon(name)

    def _stream(self, params: Mapping[str, Any], parts: list[ssml.Piece | ssml.Pause], *, whole: bool = False) -> bytes:
        if params["OutputFormat"] == "json":
            marks = ssml.speech_marks(params["Text"].encode(), parts, params["SpeechMarkTypes"], SECONDS_PER_CHARACTER)
            return b"".join(
                json.dumps(mark, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" for mark in marks
            )
        engine = params.get("Engine", "standard")
        usual = {"pcm": 16000, "ogg_opus": 48000, "mulaw": 8000, "alaw": 8000}.get(
            params["OutputFormat"], 22050 if engine == "standard" else 24000
        )
        length = _hundredths(parts)
        if not whole:
            length = min(length, limits.POLLY_SECONDS * 100)
        return tones.sound(params["OutputFormat"], int(params.get("SampleRate", usual)), length)

    def _lexicon(self, name: str) -> dict[str, Any]:
        if name not in self.lexicons:
            raise AwsError("LexiconNotFoundException", f"Lexicon not found: {name}")
        return self.lexicons[name]

    def _now(self) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(self.aws.clock.now(), datetime.UTC)


def _hundredths(parts: list[ssml.Piece | ssml.Pause]) -> int:
    return round(ssml.seconds_of(parts, SECONDS_PER_CHARACTER) * 100)
