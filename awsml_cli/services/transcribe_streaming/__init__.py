"""Amazon Transcribe, live: sound in, words out while it is still going on.

boto3 has no client for it, so the WebSocket is spoken here (decision 0012). `stream` gives every result as it comes,
partial ones too; `finals`, `lines` and `document` make of them what somebody wants to see.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from awsml_cli.core import prices, staging
from awsml_cli.core.plan import Step, step
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.formats import media
from awsml_cli.services.transcribe_streaming.audio import Audio, Raw, opened
from awsml_cli.services.transcribe_streaming.live import OPERATION, SERVICE, Transcribing
from awsml_cli.services.transcribe_streaming.options import LANGUAGES, Options
from awsml_cli.services.transcribe_streaming.pipe import is_live
from awsml_cli.services.transcribe_streaming.results import LiveTranscript, Result, document, event_line, finals, lines

__all__ = [
    "LANGUAGES",
    "LiveTranscript",
    "Options",
    "Raw",
    "Result",
    "document",
    "event_line",
    "finals",
    "is_live",
    "lines",
    "plan",
    "stream",
]


def stream(
    session: Session, source: Source | Iterable[bytes], options: Options, *, raw: Raw | None = None
) -> Iterator[Result]:
    """Transcribe SOURCE while it is heard: the results, partial and final, as they come.

    SOURCE is a file (sent at the pace of real time), stdin, an address, or an iterable of chunks (an empty one wherever
    it has nothing at the moment). RAW says what bytes without a header are. Everything is checked and opened before
    this returns; AWS is called when the first result is asked for, and the stream closed when nobody asks any more.

    Raises UsageError and InputError for what cannot be streamed, ConfigError for want of credentials, region or
    decoder; while iterating, ServiceError as AWS refuses, and for a line that stays broken for five minutes. Ctrl-C
    sends the end; what is heard until then is given before KeyboardInterrupt goes on.
    """
    options.check()
    audio = opened(session, source, raw or Raw(), two=options.channels)
    return _results(session, audio, options)


def plan(source: Source, options: Options, *, raw: Raw | None = None) -> Step:
    """What streaming SOURCE would call, and the price where the length is known. Nothing is read but a file's head."""
    options.check()
    (raw or Raw()).check()
    charge = None
    if source.path is not None:
        file = staging.glance(source)
        length = media.seconds(file.head, file.size)
        charge = prices.transcription(length) if length is not None else None
    return step(f"{SERVICE}:{OPERATION}", source.name, charge=charge)


def _results(session: Session, audio: Audio, options: Options) -> Iterator[Result]:
    try:
        yield from Transcribing(session, audio, options).results()
    finally:
        audio.close()
