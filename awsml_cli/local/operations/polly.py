"""Amazon Polly's synchronous half: speech and speech marks, voices, lexicons; spoken by `engines/speak`."""

from __future__ import annotations

import json
from typing import Any

from awsml_cli.core.errors import ConfigError
from awsml_cli.core.limits import POLLY_BILLED_CHARACTERS, POLLY_CHARACTERS, POLLY_LEXICONS
from awsml_cli.local.engines import audio, speak
from awsml_cli.local.engines.speak import neural, script, ssml
from awsml_cli.local.engines.speak.voices import LANGUAGES, VOICES, Voice
from awsml_cli.local.operations import Answer, Machine, Operation, Params, Refused, lexicons, made_by

PAGE = 100  # voices in one answer

_TYPES = {
    "json": "application/x-json-stream", "mp3": "audio/mpeg", "ogg_vorbis": "audio/ogg", "ogg_opus": "audio/ogg",
    "pcm": "audio/pcm", "mulaw": "audio/mulaw", "alaw": "audio/alaw",
}  # fmt: skip

# Sample rates of each format, the default first; where that is 22050, it is 24000 for neural voices
# https://docs.aws.amazon.com/polly/latest/dg/API_SynthesizeSpeech.html
_RATES = {
    "json": ("22050", "8000", "16000", "24000", "44100", "48000"),
    "mp3": ("22050", "8000", "16000", "24000", "44100", "48000"),
    "ogg_vorbis": ("22050", "8000", "16000", "24000", "44100", "48000"),
    "ogg_opus": ("48000",),
    "pcm": ("16000", "8000"),
    "mulaw": ("8000",),
    "alaw": ("8000",),
}


def synthesize_speech(params: Params, machine: Machine) -> Answer:
    """Text or SSML as sound in any of Polly's formats, or as its speech marks, one JSON object a line."""
    form, text = params["OutputFormat"], params["Text"]
    engine = params.get("Engine", "standard")
    voice = _voice(params, engine)
    rate = _checked(params, form, engine)
    language = _language(params, voice)
    read = _read(params, text, voice, machine)
    if len(text) > POLLY_CHARACTERS or read.spoken > POLLY_BILLED_CHARACTERS:
        raise Refused("TextLengthExceededException", "Maximum text length has been exceeded")
    say = speak.speak_neural if engine == "neural" else speak.speak
    speech = say(read, voice=voice, language=language, home=machine.home)
    if form == "json":
        wanted = set(params.get("SpeechMarkTypes", ()))
        marks = [mark.fields() for mark in speech.marks if mark.type in wanted]
        sound = "".join(json.dumps(mark, ensure_ascii=False, separators=(",", ":")) + "\n" for mark in marks).encode()
    else:
        sound = _encoded(speech, rate, form)
    answer = {"AudioStream": sound, "ContentType": _TYPES[form], "RequestCharacters": read.spoken}
    made = speech.engine
    return made_by(answer, engine=made.label(), quality=made.quality, machine=machine)


def describe_voices(params: Params, machine: Machine) -> Answer:
    """The voices that can be had here, `standard` and `neural`, some at a time."""
    if not speak.DECLARATION.installed():
        raise speak.DECLARATION.missing()
    natural = neural.voices()
    code, more = params.get("LanguageCode"), params.get("IncludeAdditionalLanguageCodes", False)
    found = [
        _described(voice, engines)
        for name, voice in sorted({**natural, **VOICES}.items())
        if code is None or code == voice.language_code or (more and code in voice.additional)
        for engines in ([one for one, known in (("neural", natural), ("standard", VOICES)) if name in known],)
        if params.get("Engine") in (None, *engines)
    ]
    first = _first(params)
    answer: Answer = {"Voices": found[first : first + PAGE]}
    if first + PAGE < len(found):
        answer["NextToken"] = str(first + PAGE)
    return answer


OPERATIONS: dict[str, Operation] = {
    "SynthesizeSpeech": synthesize_speech,
    "DescribeVoices": describe_voices,
    **lexicons.OPERATIONS,
}


def _read(params: Params, text: str, voice: Voice, machine: Machine) -> script.Script:
    lexemes = lexicons.lexemes(params.get("LexiconNames", ()), voice.language_code, machine)
    if params.get("TextType", "text") == "text":
        return script.plain(text, lexemes=lexemes)
    try:
        return ssml.parse(text, lexemes=lexemes, engine=params.get("Engine", "standard"))
    except ssml.InvalidSsml as problem:
        raise Refused("InvalidSsmlException", f"Invalid SSML request: {problem}") from None


def _voice(params: Params, engine: str) -> Voice:
    if engine not in ("standard", "neural", "long-form", "generative"):
        raise Refused("ValidationException", f"{engine} is not an engine")
    if engine not in ("standard", "neural"):
        raise ConfigError(f"no engine on this machine has {engine} voices", hint="--engine neural, or standard")
    name = params["VoiceId"]
    if engine == "neural":
        if name not in neural.NEURAL and name in VOICES:
            raise ConfigError(
                f"no engine on this machine can speak as {name} with the neural engine", hint="--engine standard"
            )
        if name in neural.NEURAL and not neural.engine_of(name).installed():
            raise neural.engine_of(name).missing()
    voice = (neural.NEURAL if engine == "neural" else VOICES).get(name)
    if voice is None:
        raise ConfigError(
            f"no engine on this machine can speak as {params['VoiceId']}",
            hint="`awsml polly voices --local` says which voices there are",
        )
    return voice


def _language(params: Params, voice: Voice) -> str | None:
    """The voice file for the language that is asked for, None for the voice's own."""
    code = params.get("LanguageCode")
    if code in (None, voice.language_code):
        return None
    if code not in voice.additional:
        raise Refused("LanguageNotSupportedException", f"{voice.id} does not speak {code}")
    return LANGUAGES[code]


def _checked(params: Params, form: str, engine: str) -> int:
    """The sample rate, once what AWS refuses has been refused."""
    if form not in _RATES:
        raise Refused("ValidationException", f"{form} is not an output format")
    usual = "24000" if engine == "neural" and _RATES[form][0] == "22050" else _RATES[form][0]
    rate = params.get("SampleRate") or usual
    if rate not in _RATES[form]:
        raise Refused("InvalidSampleRateException", f"{form} has no sample rate of {rate}: {', '.join(_RATES[form])}")
    marks = params.get("SpeechMarkTypes") or ()
    if bool(marks) != (form == "json"):
        raise Refused("MarksNotSupportedForFormatException", "Speech marks are only supported with the format json")
    if "ssml" in marks and params.get("TextType", "text") != "ssml":
        raise Refused("SsmlMarksNotSupportedForTextTypeException", "SSML speech marks need SSML")
    if len(params.get("LexiconNames", ())) > POLLY_LEXICONS:
        raise Refused("ValidationException", f"more than {POLLY_LEXICONS} lexicons")
    return int(rate)


def _encoded(speech: speak.Speech, rate: int, form: str) -> bytes:
    import numpy as np

    samples = np.frombuffer(speech.pcm, "<i2").astype(np.float32) / 32768
    return audio.encode(audio.resample(samples, speech.rate, rate), rate, form)


def _described(voice: Voice, engines: list[str]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "Gender": voice.gender,
        "Id": voice.id,
        "LanguageCode": voice.language_code,
        "LanguageName": voice.language_name,
        "Name": voice.name,
        "SupportedEngines": engines,
    }
    if voice.additional:
        described["AdditionalLanguageCodes"] = list(voice.additional)
    return described


def _first(params: Params) -> int:
    token = params.get("NextToken", "0")
    if not token.isdigit():
        raise Refused("InvalidNextTokenException", "the token is not one of ours")
    return int(token)
