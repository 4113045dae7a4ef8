"""Amazon Polly: text of any length into one gapless stream of speech.

The text is cut at sentence ends into pieces that one request takes; they are spoken several at a time and joined
without encoding anew, so that the first sentence sounds while the last one is still being asked for. Speech marks are
asked for at the same time, and stand on the timeline of the whole.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from typing import ClassVar

from awsml_cli.core import batch, prices, wanted
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Blob, Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.formats import audio
from awsml_cli.formats import speech_marks as marks
from awsml_cli.formats.ssml import SsmlPiece
from awsml_cli.services.polly import lexicons
from awsml_cli.services.polly.asking import WORKERS, Asking
from awsml_cli.services.polly.choices import Options, Settled, settle
from awsml_cli.services.polly.pieces import billed, empty, pieces
from awsml_cli.services.polly.voices import ENGINES


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


class Mark(Record):
    """A speech mark: milliseconds on the timeline of the whole speech, code points of the whole text."""

    columns: ClassVar = ("time", "type", "start", "end", "value")
    prose: ClassVar = "line"

    time: int
    type: str
    start: int | None = None
    end: int | None = None
    value: str

    @property
    def line(self) -> str:
        """The mark as Polly writes it: one line of JSON."""
        return next(marks.json_lines([self.fields()]))

    def fields(self) -> dict[str, object]:
        """Without the place that a viseme has not."""
        return {name: value for name, value in super().fields().items() if value is not None}


@dataclass(frozen=True)
class Spoken:
    """A whole speech, for what is written beside it: the text as it came, its marks, seconds, and all of the sound."""

    text: str
    is_ssml: bool
    sent_as_ssml: bool
    marks: list[marks.Mark]
    duration: float
    sound: bytes
    settled: Settled


Done = Callable[[Spoken], None]


def speak(session: Session, chunks: Iterable[str], options: Options, *, done: Done | None = None) -> Blob:
    """Speak the text that CHUNKS make up, of any length; DONE is told of the whole when it has been spoken.

    A PAUSE among the chunks sends on what is complete. Raises InputError where there is nothing to speak or a
    piece cannot be cut, UsageError for a voice, engine or rate that do not go together.
    """
    options.check()
    return Blob(lambda seekable: Speaking(session, options, done).run(chunks, seekable=seekable), finish=audio.finish)


def speech(session: Session, chunks: Iterable[str], options: Options, *, done: Done | None = None) -> Speech:
    """Speak like `speak`, and return the whole of it as one record."""
    options.check()
    work = Speaking(session, options, done)
    sound = b"".join(work.run(chunks, seekable=False))
    assert work.settled is not None
    assert work.joined is not None
    return record(sound, work.settled, characters=work.characters, duration=work.joined.duration)


def record(sound: bytes, settled: Settled, *, characters: int, duration: float) -> Speech:
    """The record of SOUND."""
    made = Speech(
        voice_id=settled.voice.id,
        engine=settled.engine,
        language_code=settled.language,
        output_format=settled.format,
        sample_rate=settled.sample_rate,
        request_characters=characters,
        duration=round(duration, 3),
        audio_stream=base64.b64encode(sound).decode("ascii"),
    )
    return made.with_raw(made.fields())


def speech_marks(
    session: Session, chunks: Iterable[str], options: Options, *, kinds: tuple[str, ...], done: Done | None = None
) -> Listing:
    """The speech marks of the text that CHUNKS make up, in order, those of KINDS.

    Where a piece begins is known from the sound before it, so that is asked for too, but for the last piece; with
    DONE, which wants the sound, all of it is.
    """
    options.check()
    work = Speaking(session, options, done)

    def found() -> Iterator[marks.Mark]:
        if done is None:
            yield from work.marks_alone(chunks)
            return
        for _ in work.run(chunks, seekable=False):
            pass
        yield from work.marks

    return Listing((_mark(mark) for mark in found() if mark["type"] in kinds), "SpeechMarks")


def plan(name: str, chunks: Iterable[str], options: Options, *, sound: bool = True) -> list[Step]:
    """What speaking CHUNKS, the text called NAME, would cost, and its marks. Nothing is sent.

    Without SOUND, that of the last piece is not asked for.
    """
    options.check()
    sizes = [billed(piece.ssml, options) for piece in pieces(chunks, options)]
    engine = options.engine or ENGINES[0]

    def asked(on: str, sizes: list[int]) -> Step:
        charge = prices.speech(sum(sizes), engine=engine)
        return step("polly:SynthesizeSpeech", on, calls=len(sizes), charge=charge)

    steps = [asked(name, sizes if sound else sizes[:-1])] if sound or len(sizes) > 1 else []
    return [*steps, asked(f"{name} (speech marks)", sizes)] if options.marks else steps


class Speaking:
    """One text on its way to sound."""

    def __init__(self, session: Session, options: Options, done: Done | None = None) -> None:
        self.session = session
        self.options = options
        self.done = done
        self.settled: Settled | None = None
        self.joined: audio.Joined | None = None
        self.characters = 0
        self.marks: list[marks.Mark] = []
        self._answers: list[tuple[SsmlPiece, bytes]] = []

    def run(self, chunks: Iterable[str], *, seekable: bool) -> Iterator[bytes]:
        """The audio, joined, as it comes."""
        text: list[str] = []
        found, settled = self._begun(_noted(chunks, text) if self.done else chunks)
        asking, workers = Asking(self.session), WORKERS[settled.engine]
        beside = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="awsml-marks")

        def ask(piece: SsmlPiece) -> tuple[SsmlPiece, bytes, bytes]:
            if not self.options.marks:
                return piece, asking.sound(settled, piece.ssml), b""
            ended = wanted.ended()

            def ask_marks() -> bytes:
                wanted.until(ended)
                return asking.marks(settled, piece.ssml, self.options.marks)

            lines = beside.submit(ask_marks)
            return piece, asking.sound(settled, piece.ssml), lines.result()

        sounds: list[bytes] = []
        try:
            answers = batch.in_order(ask, found, workers=workers)
            rate, wav = settled.sample_rate, settled.format == "wav"
            self.joined = audio.join(settled.wire, self._sounds(answers), sample_rate=rate, wav=wav, seekable=seekable)
            for block in self.joined:
                if self.done:
                    sounds.append(block)
                yield block
        finally:
            beside.shutdown(wait=False, cancel_futures=True)
        self.marks = list(self._merged())
        if self.done:
            self.done(self._spoken("".join(text), b"".join(sounds), settled))

    def marks_alone(self, chunks: Iterable[str]) -> Iterator[marks.Mark]:
        """The marks, as they come, without the sound of the last piece."""
        found, settled = self._begun(chunks)
        asking = Asking(self.session)

        def ask(pair: tuple[SsmlPiece | None, SsmlPiece]) -> tuple[SsmlPiece, float, bytes]:
            before, piece = pair
            length = 0.0
            if before is not None:
                sound = asking.sound(settled, before.ssml)
                length = audio.duration(settled.wire, sound, sample_rate=settled.sample_rate)
            return piece, length, asking.marks(settled, piece.ssml, self.options.marks)

        start = 0.0
        answers = batch.in_order(ask, _with_previous(found), workers=WORKERS[settled.engine])
        for number, (piece, length, lines) in enumerate(answers, 1):
            start += length
            yield from marks.shift(marks.parse(lines, number=number), start, origin=piece.origin)

    def _begun(self, chunks: Iterable[str]) -> tuple[Iterator[SsmlPiece], Settled]:
        """The pieces of CHUNKS, and all choices made; what cannot be spoken is refused by then."""
        document = None
        if self.options.ssml:
            document = "".join(chunks)
            chunks = [document]
        found = self._counted(pieces(chunks, self.options))
        first = next(found, None)
        if first is None:
            raise empty()
        settled = settle(self.session, self.options, first.ssml, document=document)
        self.settled = lexicons.put_in(self.session, self.options, settled)
        return chain([first], found), self.settled

    def _sounds(self, answers: Iterator[tuple[SsmlPiece, bytes, bytes]]) -> Iterator[bytes]:
        for piece, sound, lines in answers:
            if self.options.marks:
                self._answers.append((piece, lines))
            yield sound

    def _merged(self) -> Iterator[marks.Mark]:
        assert self.joined is not None
        for number, ((piece, lines), start) in enumerate(zip(self._answers, self.joined.starts, strict=False), 1):
            yield from marks.shift(marks.parse(lines, number=number), start, origin=piece.origin)

    def _spoken(self, text: str, sound: bytes, settled: Settled) -> Spoken:
        assert self.joined is not None
        return Spoken(
            text=text,
            is_ssml=self.options.ssml,
            sent_as_ssml=self.options.sent_as_ssml,
            marks=self.marks,
            duration=self.joined.duration,
            sound=sound,
            settled=settled,
        )

    def _counted(self, found: Iterator[SsmlPiece]) -> Iterator[SsmlPiece]:
        for piece in found:
            self.characters += billed(piece.ssml, self.options)
            yield piece


def _mark(found: marks.Mark) -> Mark:
    return Mark(**found).with_raw(found)


def _noted(chunks: Iterable[str], text: list[str]) -> Iterator[str]:
    for chunk in chunks:
        text.append(chunk)
        yield chunk


def _with_previous(found: Iterator[SsmlPiece]) -> Iterator[tuple[SsmlPiece | None, SsmlPiece]]:
    before = None
    for piece in found:
        yield before, piece
        before = piece
