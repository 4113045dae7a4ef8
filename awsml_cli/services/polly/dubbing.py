"""Dubbing: subtitles spoken at their times, each cue within its own, the length of the whole kept.

How fast a cue has to be spoken is worked out from the pace of its voice, which the voice's first cues show; so a cue is
normally asked for, and paid for, once. No word is left out: speech that is too long at the highest rate goes on, which
is said, and the next cue begins when it has ended.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from math import ceil
from typing import Final

from awsml_cli.core import batch, prices
from awsml_cli.core.errors import UsageError
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Blob
from awsml_cli.core.session import Session
from awsml_cli.formats import audio, ssml
from awsml_cli.formats.audio.silence import silence
from awsml_cli.services.polly import lexicons
from awsml_cli.services.polly.asking import WORKERS, Asking
from awsml_cli.services.polly.choices import Options, Settled, settle
from awsml_cli.services.polly.cues import Cast, Line, lines
from awsml_cli.services.polly.pieces import empty, pieces
from awsml_cli.services.polly.speech import Speech, record
from awsml_cli.services.polly.voices import ENGINES, candidates

PACE: Final = 0.065  # seconds that a letter takes, until the voice has shown its own pace
ENOUGH: Final = 60.0  # letters after which a voice has shown it
MARGIN: Final = 1.03  # predicted lengths are taken for this much longer
SLACK: Final = 0.1  # seconds of overrun that are let pass: codecs pad the end of a piece with nearly as much
HIGHEST: Final = 2.0  # times the usual rate, Polly's own bound


@dataclass
class Role:
    """A voice of the dub, and what is known of its pace: seconds and letters of what it has said so far."""

    settled: Settled
    seconds: float = 0.0
    letters: float = 0.0
    heard: threading.Event | None = None

    @property
    def pace(self) -> float:
        """Seconds a letter at the usual rate."""
        return self.seconds / self.letters if self.letters else PACE

    @property
    def known(self) -> bool:
        """Whether its pace is settled; from then on it stays, so that a run repeated asks for the same."""
        return self.letters >= ENOUGH


@dataclass(frozen=True)
class Take:
    """A line on its way: who speaks it, how fast, and its sound when it is there."""

    line: Line
    role: Role | None
    rate: float = 1.0
    heard: threading.Event | None = None
    sounds: tuple[bytes, ...] = field(default=(), repr=False)


def dub(session: Session, chunks: Iterable[str], options: Options, cast: Cast, *, max_rate: float) -> Blob:
    """Speak the subtitles that CHUNKS make up, each cue at its time, at most MAX_RATE times as fast as usual.

    Raises InputError where there is no cue with words, UsageError for options that do not go together.
    """
    check(options, max_rate)
    return Blob(
        lambda seekable: Dubbing(session, options, cast, max_rate).run(chunks, seekable=seekable), finish=audio.finish
    )


def dubbed(session: Session, chunks: Iterable[str], options: Options, cast: Cast, *, max_rate: float) -> Speech:
    """Dub like `dub`, and return the whole of it as one record."""
    check(options, max_rate)
    work = Dubbing(session, options, cast, max_rate)
    sound = b"".join(work.run(chunks, seekable=False))
    assert work.first is not None
    assert work.joined is not None
    return record(sound, work.first, characters=work.characters, duration=work.joined.duration)


def plan(name: str, chunks: Iterable[str], options: Options, cast: Cast) -> Step:
    """What dubbing CHUNKS, the subtitles called NAME, would cost. Nothing is sent."""
    said = [line for found in lines(chunks, speakers=cast.voices) for line in found if line.text]
    charge = prices.speech(sum(len(line.text) for line in said), engine=options.engine or ENGINES[0])
    return step("polly:SynthesizeSpeech", name, calls=len(said), charge=charge)


def check(options: Options, max_rate: float) -> None:
    """Raises UsageError for what cannot be had with `--fit`."""
    options.check()
    if options.ssml:
        raise UsageError("--fit speaks subtitles, which are not SSML", hint="leave out --fit or --ssml")
    if options.manner.rate or options.manner.pause:
        raise UsageError("--fit chooses the rate and the pauses itself", hint="--max-rate bounds the rate")
    if not 1 <= max_rate <= HIGHEST:
        raise UsageError(f"--max-rate {max_rate:g} is not between 1 and {HIGHEST:g}", hint="1.5 is half as fast again")


class Dubbing:
    """One dub from its first cue to its last."""

    def __init__(self, session: Session, options: Options, cast: Cast, max_rate: float) -> None:
        self.session = session
        self.options = options
        self.cast = cast
        self.max_rate = max_rate
        self.first: Settled | None = None
        self.joined: audio.Joined | None = None
        self.characters = 0
        self._roles: dict[str | None, Role] = {}
        self._asking: Asking | None = None
        self._sample = ""  # words by which the language is told
        self._over = threading.Event()

    def run(self, chunks: Iterable[str], *, seekable: bool) -> Iterator[bytes]:
        """The audio, joined, as it comes."""
        found = lines(chunks, speakers=self.cast.voices)
        ahead: list[Line] = []
        while not any(line.text for line in ahead):
            more = next(found, None)
            if more is None:
                raise empty()
            ahead += more
        self._sample = " ".join(line.text for line in ahead)
        first = self.first = self._role(next(line for line in ahead if line.text)).settled
        self._asking = Asking(self.session)
        takes = self._planned(chain(ahead, chain.from_iterable(found)))
        try:
            answers = batch.in_order(self._spoken, takes, workers=WORKERS[first.engine])
            self.joined = audio.join(
                first.wire,
                self._timed(answers, first),
                sample_rate=first.sample_rate,
                wav=first.format == "wav",
                seekable=seekable,
            )
            yield from self.joined
        finally:
            self._over.set()

    def _planned(self, found: Iterable[Line]) -> Iterator[Take]:
        """The lines with their rates. While a voice's pace is not known, it speaks one line at a time."""
        for line in found:
            if not line.text:
                yield Take(line, None)
                continue
            role = self._role(line)
            while role.heard is not None and not role.heard.wait(0.2):
                if self._over.is_set():
                    return
            self.characters += len(line.text)
            window = line.end - line.begin
            rate = line.weight * role.pace * MARGIN / window if window > 0 else self.max_rate
            role.heard = None if role.known else threading.Event()
            yield Take(line, role, self._bounded(rate), role.heard)

    def _bounded(self, rate: float) -> float:
        """RATE as Polly is told it, in whole per cent."""
        return min(self.max_rate, max(1.0, ceil(round(rate * 100, 6)) / 100))

    def _role(self, line: Line) -> Role:
        name = self.cast.voice(line.speaker)
        key = name or line.speaker
        if key in self._roles:
            return self._roles[key]
        if name is None:
            name = self._next_voice()
        rate = self.first.sample_rate if self.first else self.options.sample_rate
        options = replace(self.options, voice=name, sample_rate=rate)
        document = ssml.wrap("", replace(options.manner, rate="150%")).ssml
        settled = lexicons.put_in(self.session, options, settle(self.session, options, "", document=document))
        self._roles[key] = Role(settled)
        return self._roles[key]

    def _next_voice(self) -> str:
        """A voice that nobody has yet, as long as there are any."""
        options = self.options
        able = candidates(self.session, language=options.language, engine=options.engine, text=self._sample)
        taken = {role.settled.voice.id for role in self._roles.values()}
        return next((voice.id for voice in able if voice.id not in taken), able[len(taken) % len(able)].id)

    def _spoken(self, take: Take) -> Take:
        if take.role is None:
            return take
        try:
            sounds, seconds = self._asked(take, take.rate)
            if take.heard is not None:
                take.role.seconds += seconds * take.rate
                take.role.letters += take.line.weight
            window = take.line.end - take.line.begin
            better = self._bounded(seconds * take.rate * MARGIN / window) if window > 0 else take.rate
            if seconds > window + SLACK and better > take.rate * MARGIN:
                self.session.talk.note(f"cue {take.line.number} is asked for again, at {better:.0%} of the usual rate")
                sounds, _ = self._asked(take, better)
                return replace(take, rate=better, sounds=sounds)
            return replace(take, sounds=sounds)
        finally:
            if take.heard is not None:
                take.heard.set()

    def _asked(self, take: Take, rate: float) -> tuple[tuple[bytes, ...], float]:
        """The sound of a line, spoken at RATE, and its seconds."""
        assert take.role is not None
        assert self._asking is not None
        manner = self.options.manner
        options = replace(self.options, manner=manner if rate <= 1 else replace(manner, rate=f"{rate:.0%}"))
        base = take.role.settled
        settled = replace(base, params={**base.params, "TextType": "ssml" if options.wrapped else "text"})
        sounds = tuple(self._asking.sound(settled, piece.ssml) for piece in pieces([take.line.text], options))
        seconds = sum(audio.duration(base.wire, sound, sample_rate=base.sample_rate) for sound in sounds)
        return sounds, seconds

    def _timed(self, answers: Iterator[Take], first: Settled) -> Iterator[audio.Chunk]:
        """The sounds in their order, with the silences that put each at its time, and fill up the end."""
        end, like, begun = 0.0, b"", False

        def gap(until: float, like: bytes) -> Iterator[audio.Chunk]:
            assert self.joined is not None
            quiet = silence(
                first.wire, until - self.joined.duration, like=like, sample_rate=first.sample_rate, first=not begun
            )
            if (block := next(quiet, None)) is not None:
                yield chain([block], quiet)

        for take in answers:
            end = max(end, take.line.end)
            if not take.sounds:
                continue
            like = take.sounds[0]
            yield from gap(take.line.begin, like)
            begun = True
            assert self.joined is not None
            began = self.joined.duration
            yield from take.sounds
            self._report(take, began)
        if not begun:
            raise empty()
        yield from gap(end, like)
        self._report_cast()

    def _report(self, take: Take, began: float) -> None:
        assert self.joined is not None
        line, warn = take.line, self.session.talk.warn
        late, over = began - line.begin, self.joined.duration - line.end
        if late > SLACK:
            warn(f"cue {line.number} at {_clock(line.begin)} begins {late:.1f} s late")
        if over > SLACK:
            pace = f"at {take.rate:.0%} of the usual rate"
            warn(f"cue {line.number} at {_clock(line.begin)} ends {over:.1f} s late, {pace}")

    def _report_cast(self) -> None:
        heard = {str(key).casefold() for key in self._roles}
        for speaker, voice in self.cast.voices.items():
            if voice.casefold() not in heard:
                self.session.talk.warn(f"nobody called {speaker} speaks in these subtitles")


def _clock(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes // 60)}:{int(minutes % 60):02}:{rest:04.1f}"
