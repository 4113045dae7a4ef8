"""How a text is to sound: what was asked for, and the choices that this leaves to the voices and the text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from awsml_cli.core import limits
from awsml_cli.core.errors import InputError, UsageError
from awsml_cli.core.session import Session
from awsml_cli.formats import ssml
from awsml_cli.formats.ssml import Manner
from awsml_cli.formats.ssml.read import Tag, Text, read
from awsml_cli.services.polly.voices import ENGINES, Voice, fitting, named, order

RATES: Final = {
    "mp3": (8000, 16000, 22050, 24000, 44100, 48000),
    "ogg_vorbis": (8000, 16000, 22050, 24000, 44100, 48000),
    "ogg_opus": (48000,),
    "pcm": (8000, 16000),
    "wav": (8000, 16000),
    "mulaw": (8000,),
    "alaw": (8000,),
}  # hertz that SynthesizeSpeech takes, https://docs.aws.amazon.com/polly/latest/dg/API_SynthesizeSpeech.html
FORMATS: Final = tuple(RATES)
MARKS: Final = ("sentence", "word", "viseme", "ssml")
VIAS: Final = ("auto", "sync", "task", "stream")
# https://docs.aws.amazon.com/polly/latest/dg/ntts-speakingstyles.html
NEWSCASTERS: Final = ("Amy", "Joanna", "Lupe", "Matthew")
PARTLY: Final = ("mark", "phoneme")  # tags that generative voices know in part
# the words and figures of each attribute, https://docs.aws.amazon.com/polly/latest/dg/prosody-tag.html
_WORDS: Final = {
    "rate": ("x-slow slow medium fast x-fast", r"(\d+(?:\.\d+)?)%", "20% to 200%"),
    "pitch": ("default x-low low medium high x-high", r"[+-]\d+(?:\.\d+)?%", "+10% or -10%"),
    "volume": ("default silent x-soft soft medium loud x-loud", r"[+-]\d+(?:\.\d+)?dB", "+6dB or -6dB"),
    "pause": ("", r"(\d+(?:\.\d+)?)(ms|s)", "500ms or 2s, 10s at the most"),
}
_PACES: Final = {"x-slow": 50.0, "slow": 75.0}  # per cent, about; the words that make speech longer

PLAIN: Final = Manner()  # as the voice speaks by itself


@dataclass(frozen=True)
class Options:
    """How it shall sound; None leaves the choice to what the voice can do and the text's language."""

    voice: str | None = None
    engine: str | None = None
    language: str = "auto"
    format: str = "mp3"
    sample_rate: int | None = None
    ssml: bool = False
    lexicons: tuple[str, ...] = ()
    manner: Manner = PLAIN
    marks: tuple[str, ...] = ()

    @property
    def wrapped(self) -> bool:
        """Whether plain text is sent as SSML, since it is to be spoken in a manner of its own."""
        return self.manner != PLAIN

    @property
    def sent_as_ssml(self) -> bool:
        """Whether what is sent is SSML, whoever wrote it."""
        return self.ssml or self.wrapped

    def check(self) -> None:
        """Raises UsageError for what AWS would refuse."""
        if self.engine is not None and self.engine not in ENGINES:
            raise UsageError(f"unknown engine `{self.engine}`", hint=f"one of: {', '.join(ENGINES)}")
        if self.sample_rate is not None and self.sample_rate not in RATES[self.format]:
            rates = ", ".join(map(str, RATES[self.format]))
            raise UsageError(f"{self.format} has no sample rate of {self.sample_rate} Hz", hint=f"one of: {rates}")
        if len(self.lexicons) > limits.POLLY_LEXICONS:
            raise UsageError(f"{len(self.lexicons)} lexicons: Polly takes {limits.POLLY_LEXICONS} at once")
        if self.wrapped and self.ssml:
            raise UsageError("SSML says itself how it is spoken", hint="put <prosody …> around it, or leave --ssml out")
        for kind in self.marks:
            if kind not in MARKS:
                raise UsageError(f"unknown speech mark `{kind}`", hint=f"one or more of: {','.join(MARKS)}")
        if "ssml" in self.marks and not self.ssml:
            raise UsageError("ssml marks are those of <mark> tags, and this text is not SSML", hint="--ssml")


def manner(
    *,
    rate: str | None = None,
    pitch: str | None = None,
    volume: str | None = None,
    pause: str | None = None,
    whisper: bool = False,
    breaths: bool = False,
    newscaster: bool = False,
) -> Manner:
    """The manner that these words of the command line mean. Raises UsageError for a value that Polly would refuse."""
    return Manner(
        rate=_value("rate", rate),
        pitch=_value("pitch", pitch),
        volume=_value("volume", volume),
        pause=_value("pause", pause),
        whisper=whisper,
        breaths=breaths,
        newscaster=newscaster,
    )


def _value(name: str, given: str | None) -> str | None:
    if given is None:
        return None
    words, pattern, figures = _WORDS[name]
    value = f"{given}%" if name == "rate" and given.isdecimal() else given
    known = words.split()
    match = re.fullmatch(pattern, value)
    good = value in known or match is not None
    if match and name == "rate":
        good = 20 <= float(match[1]) <= 200
    if match and name == "pause":
        good = float(match[1]) / (1000 if match[2] == "ms" else 1) <= limits.POLLY_BREAK_SECONDS
    if not good:
        hint = ", ".join([*known, f"or {figures}"]) if known else figures
        raise UsageError(f"`{given}` is not a value for --{name}", hint=hint)
    return value


def stretched(manner: Manner) -> float:
    """How much longer than usual speech in MANNER takes, 1 or more."""
    rate = manner.rate or "100%"
    pace = _PACES.get(rate, 100.0) if not rate.endswith("%") else float(rate[:-1])
    return max(1.0, 100.0 / pace)


@dataclass(frozen=True)
class Settled:
    """The options with every choice made; `params` are those of SynthesizeSpeech but for the text."""

    voice: Voice
    engine: str
    language: str
    format: str
    sample_rate: int
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def wire(self) -> str:
        """The format as Polly calls it: a WAV file is PCM to it."""
        return "pcm" if self.format == "wav" else self.format


def settle(session: Session, options: Options, text: str, *, document: str | None = None) -> Settled:
    """Make every choice that OPTIONS leave open, for a text of which TEXT, as it is sent, is the beginning.

    DOCUMENT is the whole of it where that is SSML: an engine is chosen that knows its tags, and where there is none,
    or another one was asked for, UsageError says which it does not know, and where.
    """
    if options.voice:
        voice = named(session, options.voice)
    else:
        words = spoken(text) if options.sent_as_ssml else text
        voice = fitting(session, language=options.language, engine=options.engine, text=words)
    engine = _engine(session, options, voice, document or (text if options.sent_as_ssml else None))
    language = _dialect(options.language, voice)
    rate = options.sample_rate or _default_rate(options.format, engine)
    settled = Settled(voice, engine, language, options.format, rate)
    settled.params.update(
        VoiceId=voice.id,
        Engine=engine,
        OutputFormat=settled.wire,
        SampleRate=str(settled.sample_rate),
        TextType="ssml" if options.sent_as_ssml else "text",
    )
    if language != voice.language_code:
        settled.params["LanguageCode"] = language
    return settled


def spoken(document: str) -> str:
    """The words of an SSML document."""
    return " ".join(part.spoken for part in read(document) if isinstance(part, Text))


def refuse_unknown_tags(document: str, engine: str) -> None:
    """Raises InputError, with line and column of the first, where ENGINE does not know tags of DOCUMENT."""
    problems = ssml.lint(document, engine)
    if problems:
        first = problems[0]
        more = f", and {len(problems) - 1} more like it" if len(problems) > 1 else ""
        raise InputError(
            f"line {first.line}, column {first.column}: {first.message}{more}",
            hint="awsml polly lint FILE lists them all; another --engine may know them",
        )


def _engine(session: Session, options: Options, voice: Voice, document: str | None) -> str:
    if options.engine is not None and options.engine not in voice.supported_engines:
        has = ", ".join(voice.supported_engines)
        raise UsageError(f"{voice.id} does not speak with the {options.engine} engine", hint=f"it has: {has}")
    able = [options.engine] if options.engine else [one for one in order(session) if one in voice.supported_engines]
    able = able or ["standard"]
    if document is None:
        return able[0]
    newscaster = options.manner.newscaster
    if newscaster and voice.id not in NEWSCASTERS:
        raise UsageError(f"{voice.id} is no newscaster", hint=f"--voice {' or '.join(NEWSCASTERS)}")
    engine = next((one for one in able if not ssml.lint(document, one)), None)
    if engine is not None:
        if engine != able[0]:
            session.talk.note(f"engine: {engine}, since {able[0]} does not know all that is asked for")
        if engine == "generative" and (partly := _used(document) & set(PARTLY)):
            session.talk.warn(f"generative voices know <{'>, <'.join(sorted(partly))}> only in part")
        return engine
    if options.wrapped:
        knows = [one for one in ENGINES if not ssml.lint(document, one)]
        raise UsageError(
            f"{voice.id} cannot speak so with the {able[0]} engine: {ssml.lint(document, able[0])[0].message}",
            hint=f"another voice, with --engine {' or '.join(knows)}"
            if knows
            else "no engine can do all of it at once",
        )
    refuse_unknown_tags(document, able[0])
    return able[0]


def _used(document: str) -> set[str]:
    return {part.name for part in read(document) if isinstance(part, Tag)}


def _dialect(language: str, voice: Voice) -> str:
    """The code among the voice's own that LANGUAGE means; a code it does not know is AWS's to refuse."""
    if language == "auto":
        return voice.language_code
    return next((code for code in voice.spoken if code == language or code.split("-")[0] == language), language)


def _default_rate(format: str, engine: str) -> int:
    if format in ("mp3", "ogg_vorbis"):
        return 22050 if engine == "standard" else 24000
    return RATES[format][-1]
