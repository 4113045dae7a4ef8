"""What is sent to AWS, from whatever the user gave: the form that the service is told, and pieces of it.

A WAV header is taken off, FLAC and Ogg Opus go as they are, other recordings are decoded, bytes without a header are
what the user says they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import BinaryIO, Final

from awsml_cli.core import sources
from awsml_cli.core.errors import InputError, UsageError
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.formats import media
from awsml_cli.formats.audio import decoding
from awsml_cli.services.transcribe_streaming import containers, flac, ogg, pieces
from awsml_cli.services.transcribe_streaming.options import ENCODINGS, SAMPLE_RATES
from awsml_cli.services.transcribe_streaming.pieces import Pieces, Window
from awsml_cli.services.transcribe_streaming.waking import CHUNK, Waking, stdin

WIDTHS: Final = {"pcm": 2, "g711-alaw": 1, "g711-ulaw": 1}  # bytes of a sample
_SILENCE: Final = {"pcm": b"\0\0", "g711-alaw": b"\xd5", "g711-ulaw": b"\xff"}
_HEAD: Final = 64  # bytes that show what a file is


@dataclass(frozen=True)
class Raw:
    """What the user says of bytes that have no header: `rate` in Hz. None: not said."""

    rate: int | None = None
    channels: int | None = None
    encoding: str | None = None

    def check(self) -> None:
        """Raises UsageError for what no stream can be of."""
        if self.encoding is not None and self.encoding not in ENCODINGS:
            raise UsageError(f"a stream is not heard in `{self.encoding}`", hint=f"--encoding {', '.join(ENCODINGS)}")
        if self.rate is not None and self.rate not in SAMPLE_RATES:
            raise UsageError(f"a stream is heard at 8,000 to 48,000 Hz, not at {self.rate:,}")
        if self.channels is not None and self.channels not in (1, 2):
            raise UsageError(f"a stream has one channel or two, not {self.channels}")


@dataclass
class Audio:
    """Audio on its way: RATE in Hz, BLOCK the bytes that must stay together, SILENCE one block of it (None where it
    cannot be made), HEAD what every stream begins with; RENUMBER makes what counts the pieces of a further stream anew.
    """

    encoding: str
    rate: int
    channels: int
    pieces: Pieces
    head: bytes = b""
    block: int = 1
    silence: bytes | None = None
    renumber: Callable[[], Callable[[bytes], bytes]] | None = None
    _open: ExitStack = field(default_factory=ExitStack)

    def close(self) -> None:
        """Leave the source."""
        self._open.close()

    def params(self) -> dict[str, str]:
        """What the service is told of it."""
        return {"media-encoding": self.encoding, "sample-rate": str(self.rate)}


def opened(session: Session, source: Source | Iterable[bytes], raw: Raw, *, two: bool) -> Audio:
    """Open SOURCE as audio; TWO keeps the channels of stereo apart, else they are mixed where we can.

    An iterable gives chunks, an empty one wherever it has nothing at the moment. Raises InputError for what is no
    audio, UsageError where RAW must say more, or says what is not so, ConfigError where nothing here can decode it.
    """
    raw.check()
    name, stack = "the audio", ExitStack()
    try:
        file: BinaryIO | None = None
        chunks: Iterator[bytes]
        if not isinstance(source, Source):
            chunks = iter(source)
        else:
            name = "stdin" if source.name == "-" else source.name
            if source.path is not None:
                file = stack.enter_context(sources.open_media(source))
                chunks = iter(lambda: file.read(CHUNK), b"")
            else:
                chunks = sources.remote(source, session) if source.remote else stdin()
        head, chunks = _peek(chunks)
        if not head:
            raise InputError(f"{name} is empty")
        slow = isinstance(source, Source) and source.slow
        audio = _Opening(name, head, chunks, raw, two=two, file=file, wake=_waking(stack) if slow else None).audio()
    except BaseException:
        stack.close()
        raise
    audio._open = stack
    return audio


def _waking(stack: ExitStack) -> Callable[[Iterator[bytes]], Iterator[bytes]]:
    return lambda chunks: iter(stack.enter_context(closing(Waking(chunks))))


def _peek(chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """The first bytes of CHUNKS, enough to see what they are, and all of them."""
    head = b""
    while len(head) < _HEAD:
        chunk = next(chunks, None)
        if chunk is None:
            break
        head += chunk
    return head, chain([head], chunks)


@dataclass
class _Opening:
    """The choice of a way to read an input, by its first bytes and by what the user said."""

    name: str
    head: bytes
    chunks: Iterator[bytes]
    raw: Raw
    two: bool
    file: BinaryIO | None
    wake: Callable[[Iterator[bytes]], Iterator[bytes]] | None

    def audio(self) -> Audio:
        kind = media.sniff(self.head)
        said = self.raw.encoding in WIDTHS or (self.raw.encoding is None and self.raw.rate is not None)
        if kind in ("wav", "flac", "ogg"):
            return getattr(self, f"_{kind}")()  # type: ignore[no-any-return]
        if said:
            return self._bytes()
        if self.raw.encoding is not None:
            raise UsageError(
                f"{self.name} is not {self.raw.encoding}: it looks like {kind or media.describe(self.head)}"
            )
        if kind is not None:
            return self._decoded(kind)
        looks = media.describe(self.head)
        if looks != "unknown bytes":
            raise InputError(f"{self.name} is not audio: it looks like {looks}")
        raise UsageError(
            f"{self.name} has no header that says what it is",
            hint="--rate 16000, and --channels and --encoding if need be",
        )

    def _bytes(self) -> Audio:
        if self.raw.rate is None:
            raise UsageError(f"{self.name} has no header that says its sample rate", hint="--rate 16000")
        chunks = self._live(self.chunks)
        return self._samples(self.raw.encoding or "pcm", self.raw.rate, self.raw.channels or 1, chunks)

    def _wav(self) -> Audio:
        window = self._window()
        head = containers.wav_head(window)
        self._compare(head)
        fits = head.rate in SAMPLE_RATES and (head.encoding == "pcm" or head.channels == 1)
        if head.encoding is None or not fits:
            return self._decoded("wav", window, what="WAV of other than 16-bit samples at 8,000 to 48,000 Hz")
        window.past = None
        return self._samples(head.encoding, head.rate, head.channels, self._live(window.rest(head.size)))

    def _flac(self) -> Audio:
        window = self._window()
        head = flac.read_head(window)
        self._compare(head)
        if head.rate not in SAMPLE_RATES:
            return self._decoded("flac", window, what=f"FLAC at {head.rate:,} Hz")
        window.past = None
        self._check_channels(head.channels)
        frames = flac.frames(Window(self._live(window.rest()), name=self.name), head.rate)
        return Audio("flac", head.rate, head.channels, frames, head=head.data, renumber=flac.Numbers)

    def _ogg(self) -> Audio:
        if not ogg.is_opus(self.head):
            return self._decoded("ogg", what="Ogg of other than Opus")
        window = self._window()
        head = ogg.read_head(window)
        window.past = None
        self._compare(head, rate=False)
        self._check_channels(head.channels)
        pages = ogg.pages(Window(self._live(window.rest()), name=self.name))
        numbers = partial(ogg.Numbers, head.data)
        rate = self.raw.rate or head.rate
        return Audio("ogg-opus", rate, head.channels, pages, head=head.data, renumber=numbers)

    def _decoded(self, kind: str, window: Window | None = None, *, what: str | None = None) -> Audio:
        decoding.check(f"{self.name} ({what or kind})")
        if self.file is not None:
            self.file.seek(0)
        past = [bytes(window.past)] if window is not None and window.past is not None else []
        file = self.file or decoding.Reading(chain(past, window.rest() if window else self.chunks))
        decoded = decoding.Decoded(file, kind, name=self.name, two=self.two)
        return self._samples("pcm", decoded.rate, decoded.channels, self._live(iter(decoded)))

    def _samples(self, encoding: str, rate: int, channels: int, chunks: Iterator[bytes]) -> Audio:
        self._check_channels(channels)
        if channels > 1 and not self.two:
            if encoding != "pcm":
                raise InputError(f"{self.name} has {channels} channels of {encoding}, and a stream takes one")
            chunks, channels = pieces.mixed(chunks, channels=channels), 1
        block = WIDTHS[encoding] * channels
        return Audio(
            encoding,
            rate,
            channels,
            pieces.samples(chunks, rate=rate, block=block),
            block=block,
            silence=_SILENCE[encoding] * channels,
        )

    def _window(self) -> Window:
        window = Window(self.chunks, name=self.name)
        window.past = bytearray()
        return window

    def _live(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """CHUNKS such that nobody waits for long."""
        return self.wake(chunks) if self.wake else chunks

    def _check_channels(self, channels: int) -> None:
        if self.two and channels != 2:
            raise InputError(f"{self.name} has {channels} channel{'s' * (channels != 1)}, and two are to be told apart")

    def _compare(self, head: containers.Head, *, rate: bool = True) -> None:
        """Refuse what the user said where the file says otherwise."""
        pairs = [("channels", self.raw.channels, head.channels), ("encoding", self.raw.encoding, head.encoding)]
        pairs += [("rate", self.raw.rate, head.rate)] if rate else []
        for word, said, is_so in pairs:
            if said is not None and is_so is not None and said != is_so:
                raise UsageError(f"{self.name} says that its {word} is {is_so}, not {said}", hint=f"leave --{word} out")
