"""Amazon Polly: text of any length into one gapless stream of speech.

The text is cut at sentence ends into pieces that one request takes; they are spoken several at a time and joined
without encoding anew, so that the first sentence sounds while the last one is still being asked for.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, ClassVar, Final

from awsml_cli.core import batch, limits, prices
from awsml_cli.core.cache import Cache, key_of
from awsml_cli.core.errors import InputError, ServiceError, UsageError
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Blob, Record
from awsml_cli.core.session import Session
from awsml_cli.core.sources import PAUSE
from awsml_cli.formats import audio, ssml
from awsml_cli.formats.pieces import Cutter, Piece
from awsml_cli.formats.ssml.read import Text, read
from awsml_cli.services.polly import voices
from awsml_cli.services.polly.voices import ENGINES, SERVICE, Voice

FIRST_PIECE: Final = 300  # characters; a short first piece sounds early
WORKERS: Final = {"standard": 8, "neural": 8, "long-form": 4, "generative": 4}
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


class Speech(Record):
    """A text as speech: the audio in Base64, so that JSON holds all of it."""

    columns: ClassVar = ("voice_id", "engine", "output_format", "sample_rate", "request_characters", "duration")

    voice_id: str
    engine: str
    language_code: str | None
    output_format: str
    sample_rate: int
    request_characters: int
    duration: float
    audio_stream: str


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

    def check(self) -> None:
        """Raises UsageError for what AWS would refuse."""
        if self.engine is not None and self.engine not in ENGINES:
            raise UsageError(f"unknown engine `{self.engine}`", hint=f"one of: {', '.join(ENGINES)}")
        if self.sample_rate is not None and self.sample_rate not in RATES[self.format]:
            rates = ", ".join(map(str, RATES[self.format]))
            raise UsageError(f"{self.format} has no sample rate of {self.sample_rate} Hz", hint=f"one of: {rates}")
        if len(self.lexicons) > limits.POLLY_LEXICONS:
            raise UsageError(f"{len(self.lexicons)} lexicons: Polly takes {limits.POLLY_LEXICONS} at once")


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


def speak(session: Session, chunks: Iterable[str], options: Options) -> Blob:
    """Speak the text that CHUNKS make up, of any length.

    A PAUSE among the chunks sends on what is complete. Raises InputError where there is nothing to speak or a
    piece cannot be cut, UsageError for a voice, engine or rate that do not go together.
    """
    options.check()
    return Blob(lambda seekable: _Work(session, options).run(chunks, seekable=seekable), finish=audio.finish)


def speech(session: Session, chunks: Iterable[str], options: Options) -> Speech:
    """Speak like `speak`, and return the whole of it as one record."""
    options.check()
    work = _Work(session, options)
    sound = b"".join(work.run(chunks, seekable=False))
    settled = work.settled
    assert settled is not None
    assert work.joined is not None
    record = Speech(
        voice_id=settled.voice.id,
        engine=settled.engine,
        language_code=settled.language,
        output_format=settled.format,
        sample_rate=settled.sample_rate,
        request_characters=work.characters,
        duration=round(work.joined.duration, 3),
        audio_stream=base64.b64encode(sound).decode("ascii"),
    )
    return record.with_raw(record.fields())


def pieces(chunks: Iterable[str], options: Options) -> Iterator[str]:
    """CHUNKS cut into what one request takes: SSML at its safe points, plain text at sentence ends."""
    if options.ssml:
        whole = "".join(chunks)
        if whole.strip():
            yield from ssml.split(whole)
        return
    cutter = Cutter(limits.POLLY_BILLED_CHARACTERS, len, paragraphs=False, first=FIRST_PIECE)
    for chunk in chunks:
        yield from _texts(cutter.pause() if chunk == PAUSE else cutter.feed(chunk))
    yield from _texts(cutter.close())


def refuse_markup(chunks: Iterable[str]) -> Iterator[str]:
    """CHUNKS of plain text as they are. Raises UsageError where they are SSML, which would be read out tag by tag."""
    begun = False
    for chunk in chunks:
        if not begun and chunk.strip():
            begun = True
            if chunk.lstrip().startswith("<speak"):
                raise UsageError("this text is SSML", hint="--ssml")
        yield chunk


def plan(name: str, chunks: Iterable[str], options: Options) -> Step:
    """What speaking CHUNKS, the text called NAME, would cost. Nothing is sent."""
    options.check()
    calls = characters = 0
    for piece in pieces(chunks, options):
        calls += 1
        characters += billed(piece, options)
    engine = options.engine or ENGINES[0]
    return step("polly:SynthesizeSpeech", name, calls=calls, charge=prices.speech(characters, engine=engine))


def billed(piece: str, options: Options) -> int:
    """The characters of PIECE that Polly bills: all of a text, none of SSML's tags."""
    return ssml.billed(piece) if options.ssml else len(piece)


def settle(session: Session, options: Options, text: str) -> Settled:
    """Make every choice that OPTIONS leave open, for a text that begins with TEXT."""
    if options.voice:
        voice = voices.named(session, options.voice)
    else:
        words = _spoken(text) if options.ssml else text
        voice = voices.fitting(session, language=options.language, engine=options.engine, text=words)
    engine = options.engine or voice.best_engine()
    if engine not in voice.supported_engines:
        has = ", ".join(voice.supported_engines)
        raise UsageError(f"{voice.id} does not speak with the {engine} engine", hint=f"it has: {has}")
    language = _dialect(options.language, voice)
    settled = Settled(
        voice, engine, language, options.format, options.sample_rate or _default_rate(options.format, engine)
    )
    settled.params.update(
        VoiceId=voice.id,
        Engine=engine,
        OutputFormat=settled.wire,
        SampleRate=str(settled.sample_rate),
        TextType="ssml" if options.ssml else "text",
    )
    if language != voice.language_code:
        settled.params["LanguageCode"] = language
    if options.lexicons:
        settled.params["LexiconNames"] = list(options.lexicons)
    return settled


class _Work:
    """One text on its way to sound."""

    def __init__(self, session: Session, options: Options) -> None:
        self.session = session
        self.options = options
        self.settled: Settled | None = None
        self.joined: audio.Joined | None = None
        self.characters = 0
        self.cache = Cache(session.config) if session.keep else None

    def run(self, chunks: Iterable[str], *, seekable: bool) -> Iterator[bytes]:
        """The audio, joined, as it comes."""
        found = self._counted(pieces(chunks, self.options))
        first = next(found, None)
        if first is None:
            raise InputError("there is nothing to speak")
        settled = self.settled = settle(self.session, self.options, first)
        answers = batch.in_order(self.spoken, chain([first], found), workers=WORKERS[settled.engine])
        rate, wav = settled.sample_rate, settled.format == "wav"
        self.joined = audio.join(settled.wire, answers, sample_rate=rate, wav=wav, seekable=seekable)
        yield from self.joined

    def spoken(self, text: str) -> bytes:
        """One piece as audio."""
        assert self.settled is not None
        params = {**self.settled.params, "Text": text}
        key = key_of(SERVICE, self.session.local, params)
        if self.cache is not None and not self.session.fresh and (kept := self.cache.find(key)) is not None:
            return kept
        _answer, sound = self.session.client(SERVICE).read("synthesize_speech", "AudioStream", **params)
        self._refuse_cut(sound, self.settled)
        if self.cache is not None:
            self.cache.keep(key, sound)
        return sound

    def _counted(self, found: Iterator[str]) -> Iterator[str]:
        for piece in found:
            self.characters += billed(piece, self.options)
            yield piece

    def _refuse_cut(self, sound: bytes, settled: Settled) -> None:
        """Polly cuts an answer off at ten minutes and says nothing; we do say it."""
        if len(sound) < 1_000_000:
            return
        length = audio.duration(settled.wire, sound, sample_rate=settled.sample_rate)
        if length >= limits.POLLY_OUTPUT_SECONDS - 0.5:
            raise ServiceError(
                "Polly cut a piece of this speech off at ten minutes",
                hint="speak faster, or break the text into paragraphs",
            )


def _dialect(language: str, voice: Voice) -> str:
    """The code among the voice's own that LANGUAGE means; a code it does not know is AWS's to refuse."""
    if language == "auto":
        return voice.language_code
    return next((code for code in voice.spoken if code == language or code.split("-")[0] == language), language)


def _default_rate(format: str, engine: str) -> int:
    if format in ("mp3", "ogg_vorbis"):
        return 22050 if engine == "standard" else 24000
    return RATES[format][-1]


def _spoken(document: str) -> str:
    """The words of an SSML document."""
    return " ".join(part.spoken for part in read(document) if isinstance(part, Text))


def _texts(cut: Iterable[Piece]) -> Iterator[str]:
    return (piece.text for piece in cut if piece.text)
