"""Transcribe's streams on this machine: what is asked for in the address, and frames in, frames out.

It knows no network: `loopback` and `serve` bring it the frames of a WebSocket.
Source of the protocol: https://docs.aws.amazon.com/transcribe/latest/dg/streaming-websocket.html
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from awsml_cli.core.errors import AwsmlError
from awsml_cli.formats.eventstream import DamagedFrame, decode, encode
from awsml_cli.local.engines.hear import Word
from awsml_cli.local.engines.hear.live import Listening, Stretch
from awsml_cli.local.engines.hear.moonshine import DECLARATION

PATH: Final = "/stream-transcription-websocket"
# what shapes an answer and no engine here can do, by what asks for it
_CANNOT: Final = {
    "identify-language": "find out the language while it listens",
    "identify-multiple-languages": "find out languages while it listens",
    "show-speaker-label": "tell speakers apart while it listens",
    "enable-channel-identification": "keep channels apart while it listens",
    "vocabulary-name": "use a vocabulary while it listens",
    "vocabulary-names": "use a vocabulary while it listens",
    "vocabulary-filter-name": "filter words while it listens",
    "vocabulary-filter-names": "filter words while it listens",
    "language-model-name": "use a language model of one's own",
    "content-redaction-type": "redact while it listens",
    "content-identification-type": "find what is private while it listens",
}
__all__ = ["DECLARATION", "PATH", "Stream", "headers"]
_HEADERS: Final = {":content-type": "application/json", ":event-type": "TranscriptEvent", ":message-type": "event"}


class Stream:
    """One stream, opened with PARAMS (the address's query); HOME is where this machine keeps its state."""

    def __init__(self, params: Mapping[str, str], home: Path) -> None:
        self.over = False
        self.language = params.get("language-code", "")
        self._rest = b""
        self._ids: dict[float, str] = {}
        self._refusal = _refusal(params)
        self._ear: Listening | None = None
        if self._refusal is None:
            try:
                self._ear = Listening(home, rate=int(params["sample-rate"]))
            except AwsmlError as error:
                self._refusal = f"{error.message} ({error.hint})"

    def take(self, message: bytes) -> Iterator[bytes]:
        """The frames that answer MESSAGE, which is a frame of audio, signed or not; an empty one is the end."""
        if self._ear is None:
            yield self._refused(str(self._refusal))
            return
        try:
            frame = decode(message)
            if ":chunk-signature" in frame.headers:
                frame = decode(frame.payload) if frame.payload else frame
        except DamagedFrame as problem:
            yield self._refused(f"a frame cannot be read: {problem}")
            return
        if not frame.payload:
            yield from self._said(self._ear.end())
            self.over = True
            return
        import numpy as np

        sound = self._rest + frame.payload
        whole = len(sound) - len(sound) % 2
        sound, self._rest = sound[:whole], sound[whole:]
        samples = np.frombuffer(sound, "<i2").astype(np.float32) / 32_768
        if len(samples):
            yield from self._said(self._ear.hear(samples))

    def close(self) -> None:
        """Forget it, however it ended."""
        self.over = True
        if self._ear is not None:
            self._ear.close()

    def _refused(self, message: str) -> bytes:
        self.over = True
        headers = {":content-type": "application/json", ":exception-type": "BadRequestException"}
        return encode({**headers, ":message-type": "exception"}, json.dumps({"Message": message}).encode())

    def _said(self, stretches: Iterable[Stretch]) -> Iterator[bytes]:
        for stretch in stretches:
            result = {
                "ResultId": self._ids.setdefault(stretch.start, str(uuid.uuid4())),
                "StartTime": round(stretch.start, 3),
                "EndTime": round(stretch.end, 3),
                "IsPartial": not stretch.final,
                "LanguageCode": self.language,
                "Alternatives": [
                    {
                        "Transcript": " ".join(word.content for word in stretch.words),
                        "Items": [item for word in stretch.words for item in _items(word)],
                    }
                ],
            }
            yield encode(_HEADERS, json.dumps({"Transcript": {"Results": [result]}}, ensure_ascii=False).encode())


def headers() -> dict[str, str]:
    """What the door says of who hears."""
    return {
        "x-amzn-request-id": str(uuid.uuid4()),
        "x-awsml-engine": DECLARATION.label(),
        "x-awsml-quality": DECLARATION.quality,
    }


def _refusal(params: Mapping[str, str]) -> str | None:
    """Why a stream with PARAMS is not heard here, or None."""
    for name, what in _CANNOT.items():
        if params.get(name):
            return f"no engine on this machine can {what}"
    language = params.get("language-code", "")
    if language.partition("-")[0] != "en":
        return f"no engine on this machine hears {language or 'an unnamed language'} while somebody speaks"
    if params.get("media-encoding") != "pcm":
        return f"streams of {params.get('media-encoding', 'no encoding')} are not heard on this machine, but pcm is"
    rate = params.get("sample-rate", "")
    if not rate.isdigit() or not 8_000 <= int(rate) <= 48_000:
        return "a stream has 8,000 to 48,000 samples a second"
    return None


def _items(word: Word) -> Iterator[dict[str, Any]]:
    content, sign = word.parted()
    start, end = round(word.start, 3), round(word.end, 3)
    for kind, said, begin in (("pronunciation", content, start), ("punctuation", sign, end)):
        if said:
            yield {"StartTime": begin, "EndTime": end, "Type": kind, "Content": said, "VocabularyFilterMatch": False}
