"""Transcribe's streaming service on this machine: a WebSocket that checks what it is sent, and says what it heard.

What it hears: sound in which a word is a stretch of one value; the value 7 is the word `w7`, 0 is silence. So a test sees
from the words which audio came, how often, and when. A word is final with its sentence: ten words, half a second of
silence, or the end. FLAC and Ogg are only collected; what is said of them is scripted.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import logging
import ssl
import struct
import threading
import uuid
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import Server, ServerConnection, serve

from awsml_cli.formats.eventstream import Decoder, Timestamp, encode

ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE"
SECRET_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
PATH = "/stream-transcription-websocket"
STARVED = "Your request timed out because no new audio was received for 15 seconds."
KNOWN = {
    "language-code",
    "identify-language",
    "identify-multiple-languages",
    "language-options",
    "preferred-language",
    "sample-rate",
    "media-encoding",
    "vocabulary-name",
    "vocabulary-names",
    "vocabulary-filter-name",
    "vocabulary-filter-names",
    "vocabulary-filter-method",
    "show-speaker-label",
    "enable-channel-identification",
    "number-of-channels",
    "enable-partial-results-stabilization",
    "partial-results-stability",
    "content-identification-type",
    "content-redaction-type",
    "pii-entity-types",
    "language-model-name",
    "session-id",
    "session-resume-window",
    "transcript-format",
}


@dataclass
class Deny:
    """The door stays shut."""

    status: int = 403
    code: str = "AccessDeniedException"
    message: str = "User: arn:aws:iam::123456789012:user/ann is not authorized"
    after = 0


@dataclass
class Raise:
    """An exception of the service, AFTER so many events of audio; the stream ends with it."""

    code: str
    message: str = "no"
    after: int = 0


@dataclass
class Drop:
    """The line breaks, AFTER so many events of audio."""

    after: int


@dataclass
class Close:
    """The service closes the line properly, though nobody asked it to."""

    after: int


@dataclass
class Corrupt:
    """A frame comes with a bit changed."""

    after: int


@dataclass
class Say:
    """A scripted result, as AWS writes it."""

    result: dict[str, Any]
    after: int = 0


@dataclass
class Stay:
    """The service does not close the line after the end."""

    after = 1 << 30


Step = Deny | Raise | Drop | Close | Corrupt | Say | Stay


@dataclass
class Stream:
    """One stream that was opened, and what came over it."""

    params: dict[str, str]
    audio: bytearray = field(default_factory=bytearray)
    events: list[int] = field(default_factory=list)
    ended: bool = False
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def channels(self) -> int:
        return int(self.params.get("number-of-channels", 1))

    @property
    def rate(self) -> int:
        return int(self.params["sample-rate"])


class Streaming:
    """The service. SCRIPTS has the steps for each stream in turn; after them, all goes well.

    `streams` are those that were opened, `problems` what was wrong with them. With RESUMES, a stream of a session that is
    known goes on counting its time. CLOCK (`now`, `monotonic`) decides when a stream has starved.
    """

    def __init__(
        self,
        clock: Any,
        *scripts: Sequence[Step],
        resumes: bool = False,
        secret: str = SECRET_KEY,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.clock = clock
        self.scripts = [list(script) for script in scripts]
        self.resumes = resumes
        self.secret = secret
        self.tls = tls
        self.streams: list[Stream] = []
        self.problems: list[str] = []
        self.refused = 0
        self.on_event: Callable[[Stream], None] = lambda stream: None
        self._taken = threading.Condition()
        self._times: dict[str, float] = {}
        self._server: Server
        self._thread: threading.Thread

    def __enter__(self) -> Streaming:
        self._server = serve(
            self._serve,
            "127.0.0.1",
            0,
            process_request=self._door,
            ping_interval=None,
            compression=None,
            close_timeout=0.1,
            logger=_quiet(),
            ssl=self.tls,
        )
        self._thread = threading.Thread(target=self._server.serve_forever, name="fake streaming")
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()

    @property
    def endpoint(self) -> str:
        """The address for `--endpoint-url`."""
        return f"http{'s' if self.tls else ''}://127.0.0.1:{self._server.socket.getsockname()[1]}"

    def verify(self) -> None:
        """Fail if anything was sent that AWS would not take."""
        for stream in self.streams:
            assert stream.over.wait(5), "a stream is still open"
        assert self.problems == []

    def caught_up(self, sent: list[int]) -> None:
        """Wait until so many events, those SENT over the last stream of all, have been heard, or it is over."""
        with self._taken:
            assert self._taken.wait_for(lambda: self._has(sent), timeout=10), "the service does not keep up"

    def _has(self, sent: list[int]) -> bool:
        if not sent or len(self.streams) < len(sent):
            return not sent
        stream = self.streams[len(sent) - 1]
        return len(stream.events) >= sent[-1] or stream.over.is_set()

    # the door

    def _door(self, connection: ServerConnection, request: Request) -> Response | None:
        step = self.scripts[0][0] if self.scripts and self.scripts[0] else None
        if isinstance(step, Deny):
            self.scripts.pop(0)
            self.refused += 1
            return self._no(connection, step.status, step.code, step.message)
        fault = self._fault(request)
        if fault is None:
            return None
        self.refused += 1
        return self._no(connection, *fault)

    @staticmethod
    def _no(connection: ServerConnection, status: int, code: str, message: str) -> Response:
        response = connection.respond(status, json.dumps({"Message": message}))
        response.headers["x-amzn-ErrorType"] = f"{code}:http://internal.amazon.com/coral/"
        response.headers["x-amzn-RequestId"] = "0b1c-request"
        return response

    def _fault(self, request: Request) -> tuple[int, str, str] | None:
        """What is wrong with the signed address, worked out here from the documentation of Signature Version 4."""
        parts = urlsplit(request.path)
        query = parse_qsl(parts.query, keep_blank_values=True)
        said = dict(query)
        signature = said.pop("X-Amz-Signature", "")
        if parts.path != PATH or len(said) + 1 != len(query):
            return 404, "UnknownOperationException", f"there is nothing at {parts.path}"
        if not 1 <= int(said["X-Amz-Expires"]) <= 300 or said["X-Amz-SignedHeaders"] != "host":
            return 403, "InvalidSignatureException", "the address expires too late, or signs the wrong headers"
        signed = datetime.strptime(said["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        if abs(datetime.now(UTC) - signed) > timedelta(minutes=5):
            return 403, "InvalidSignatureException", "Signature expired"
        key_id, *scope = said["X-Amz-Credential"].split("/")
        if key_id != ACCESS_KEY:
            return 403, "UnrecognizedClientException", "The security token included in the request is invalid."
        ordered = "&".join(f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}" for k, v in sorted(said.items()))
        canonical = ["GET", PATH, ordered, f"host:{request.headers['Host']}\n", "host", hashlib.sha256(b"").hexdigest()]
        text = ["AWS4-HMAC-SHA256", said["X-Amz-Date"], "/".join(scope)]
        text.append(hashlib.sha256("\n".join(canonical).encode()).hexdigest())
        if scope[2] != "transcribe" or self._sign(scope, "\n".join(text)) != signature:
            return 403, "InvalidSignatureException", "The request signature we calculated does not match"
        return None

    def _sign(self, scope: Sequence[str], text: str) -> str:
        key = b"AWS4" + self.secret.encode()
        for part in (*scope, text):
            key = hmac.digest(key, part.encode(), "sha256")
        return key.hex()

    # the stream

    def _serve(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        query = dict(parse_qsl(urlsplit(connection.request.path).query))
        stream = Stream({name: value for name, value in query.items() if not name.startswith("X-Amz-")})
        self.streams.append(stream)
        script = self.scripts.pop(0) if self.scripts else []
        try:
            with contextlib.suppress(ConnectionClosed):
                fault = _bad_params(stream.params)
                if fault is not None:
                    _raise(connection, "BadRequestException", fault)
                    return
                _Listening(self, stream, connection, script, query).run()
        except Exception as problem:
            self.problems.append(f"{type(problem).__name__}: {problem}")
            raise
        finally:
            stream.over.set()
            with self._taken:
                self._taken.notify_all()

    def begins_at(self, stream: Stream) -> float:
        """The second at which the service begins to count."""
        return self._times.get(stream.params.get("session-id", ""), 0.0) if self.resumes else 0.0

    def had(self, stream: Stream) -> None:
        """Note what of the session there has been, for its resumption."""
        with self._taken:
            self._taken.notify_all()
        if self.resumes:
            seconds = stream.events[-1] / (2 * stream.channels) / stream.rate
            self._times[stream.params["session-id"]] = self.begins_at(stream) + seconds


class _Listening:
    """One stream being heard."""

    def __init__(
        self,
        service: Streaming,
        stream: Stream,
        connection: ServerConnection,
        script: list[Step],
        query: dict[str, str],
    ) -> None:
        self.service = service
        self.stream = stream
        self.connection = connection
        self.script = script
        self.query = query
        self.last = service.clock.monotonic()
        self.before = query["X-Amz-Signature"]
        self.begun = service.begins_at(stream)
        self.lanes = [_Lane(self, number) for number in range(stream.channels)]

    def run(self) -> None:
        decoder = Decoder()
        for message in self.connection:
            assert isinstance(message, bytes), "a message of text came"
            frames = list(decoder.feed(message))
            if len(frames) != 1 or decoder.pending:
                self.service.problems.append("a message is not one frame")
                return
            payload = self._event(frames[0].headers, frames[0].payload)
            if payload is None:
                return
            if not payload:
                self._end()
                return
            if not self._take(payload):
                return

    def _event(self, headers: Any, payload: bytes) -> bytes | None:
        """The audio in a frame, which may be wrapped in a signed one; b"" is the end."""
        if ":chunk-signature" in headers:
            self._check_signature(headers, payload)
            if not payload:
                return b""
            (inner,) = list(Decoder().feed(payload))
            headers, payload = inner.headers, inner.payload
        wanted = {
            ":content-type": "application/octet-stream",
            ":event-type": "AudioEvent",
            ":message-type": "event",
        }
        if headers != wanted:
            self.service.problems.append(f"the headers of an event are {headers}")
        return payload

    def _check_signature(self, headers: Any, payload: bytes) -> None:
        date = headers[":date"]
        if not isinstance(date, Timestamp):
            self.service.problems.append("the date of a frame is no timestamp")
        stamp = datetime.fromtimestamp(date // 1000, UTC).strftime("%Y%m%dT%H%M%SZ")
        scope = [stamp[:8], *self.query["X-Amz-Credential"].split("/")[2:]]
        hashed = hashlib.sha256(b"\x05:date\x08" + struct.pack(">q", date)).hexdigest()
        text = ["AWS4-HMAC-SHA256-PAYLOAD", stamp, "/".join(scope), self.before, hashed]
        text.append(hashlib.sha256(payload).hexdigest())
        self.before = self.service._sign(scope, "\n".join(text))
        if headers[":chunk-signature"].hex() != self.before:
            self.service.problems.append("the signature of a frame is wrong")

    def _take(self, audio: bytes) -> bool:
        """Hear AUDIO; False where the stream ends with it."""
        stream, now = self.stream, self.service.clock.monotonic()
        if now - self.last >= 15:
            _raise(self.connection, "BadRequestException", STARVED)
            return False
        self.last = now
        stream.events.append(len(audio))
        stream.audio += audio
        if stream.params["media-encoding"] == "pcm":
            width = 2 * stream.channels
            if len(audio) % width:
                self.service.problems.append(f"an event of {len(audio)} bytes tears samples apart")
            if len(audio) > width * stream.rate:
                self.service.problems.append("an event is longer than a second")
            samples = array("h", audio)
            for lane in self.lanes:
                lane.hear(samples[lane.number :: stream.channels])
        self.service.had(stream)
        self.service.on_event(stream)
        return self._act(len(stream.events))

    def _act(self, count: int) -> bool:
        """Do what the script has for now; False where the stream ends with it."""
        while self.script and self.script[0].after <= count:
            step = self.script.pop(0)
            if isinstance(step, Say):
                self.say(step.result)
                continue
            if isinstance(step, Raise):
                _raise(self.connection, step.code, step.message)
            elif isinstance(step, Corrupt):
                frame = bytearray(_event({"Transcript": {"Results": []}}))
                frame[20] ^= 1
                self.connection.send(bytes(frame))
            elif isinstance(step, Drop):
                self.connection.close_socket()
            return isinstance(step, Stay)
        return True

    def _end(self) -> None:
        self.stream.ended = True
        for lane in self.lanes:
            lane.end()
        for step in self.script:
            if isinstance(step, Say):
                self.say(step.result)
            if isinstance(step, Stay):
                for _ in self.connection:
                    self.service.problems.append("something came after the end")

    def say(self, result: dict[str, Any]) -> None:
        """Send RESULT."""
        self.connection.send(_event({"Transcript": {"Results": [result]}}))


class _Lane:
    """One channel: words out of samples."""

    def __init__(self, listening: _Listening, number: int) -> None:
        self.listening = listening
        self.number = number
        self.rate = listening.stream.rate
        self.count = 0
        self.value, self.since = 0, 0
        self.words: list[tuple[int, float, float]] = []
        self.shown = 0

    def hear(self, samples: array[int]) -> None:
        for value, group in groupby(samples):
            length = sum(1 for _ in group)
            if value != self.value:
                self._word()
                self.value, self.since = value, self.count
            self.count += length
        silence = 0 if self.value else self.count - self.since
        if len(self.words) >= 10 or (self.words and silence > self.rate // 2):
            self._say(partial=False)
        elif len(self.words) >= self.shown + 4:
            self._say(partial=True)

    def end(self) -> None:
        self._word()
        if self.words:
            self._say(partial=False)

    def _word(self) -> None:
        if self.value:
            begun = self.listening.begun
            self.words.append((self.value, begun + self.since / self.rate, begun + self.count / self.rate))
        self.value, self.since = 0, self.count

    def _say(self, *, partial: bool) -> None:
        items = [
            {"Content": f"w{value}", "StartTime": begin, "EndTime": end, "Type": "pronunciation", "Confidence": 1.0}
            for value, begin, end in self.words
        ]
        self.listening.say(
            {
                "ResultId": str(uuid.uuid4()),
                "ChannelId": f"ch_{self.number}",
                "StartTime": items[0]["StartTime"],
                "EndTime": items[-1]["EndTime"],
                "IsPartial": partial,
                "LanguageCode": None,
                "Alternatives": [
                    {"Transcript": " ".join(str(item["Content"]) for item in items), "Items": items, "Entities": None}
                ],
            }
        )
        self.shown = len(self.words) if partial else 0
        if not partial:
            self.words = []


def sound(words: Sequence[int], *, rate: int = 8000, seconds: float = 0.1) -> bytes:
    """Samples in which each of WORDS lasts SECONDS."""
    return b"".join(struct.pack("<h", word) * round(rate * seconds) for word in words)


def stereo(left: bytes, right: bytes) -> bytes:
    """The samples of two channels in turn."""
    pairs = zip(array("h", left), array("h", right), strict=True)
    return array("h", [sample for pair in pairs for sample in pair]).tobytes()


def wav(samples: bytes, *, rate: int = 8000, channels: int = 1, tag: int = 1, bits: int = 16) -> bytes:
    """A WAV file of SAMPLES."""
    width = channels * bits // 8
    form = struct.pack("<HHIIHH", tag, channels, rate, rate * width, width, bits)
    body = b"WAVE" + struct.pack("<4sI", b"fmt ", len(form)) + form
    body += struct.pack("<4sI", b"LIST", 4) + b"INFO" + struct.pack("<4sI", b"data", len(samples)) + samples
    return struct.pack("<4sI", b"RIFF", len(body)) + body


def _quiet() -> logging.Logger:
    log = logging.getLogger("fakeaws.streaming")
    log.propagate = False
    log.addHandler(logging.NullHandler())
    return log


def _event(said: dict[str, Any]) -> bytes:
    headers = {
        ":content-type": "application/json",
        ":event-type": "TranscriptEvent",
        ":message-type": "event",
    }
    return encode(headers, json.dumps(said).encode())


def _raise(connection: ServerConnection, code: str, message: str) -> None:
    headers = {
        ":content-type": "application/json",
        ":exception-type": code,
        ":message-type": "exception",
    }
    connection.send(encode(headers, json.dumps({"Message": message}).encode()))


def _bad_params(params: dict[str, str]) -> str | None:
    """What AWS would say to PARAMS."""
    unknown = set(params) - KNOWN
    if unknown:
        return f"unknown parameters: {sorted(unknown)}"
    ways = [name for name in ("language-code", "identify-language", "identify-multiple-languages") if name in params]
    if len(ways) != 1:
        return f"exactly one way to the language, not {ways}"
    if params.get("media-encoding") not in ("pcm", "flac", "ogg-opus", "g711-alaw", "g711-ulaw"):
        return "a bad media encoding"
    if not 8000 <= int(params.get("sample-rate", 0)) <= 48000:
        return "a bad sample rate"
    if ("enable-channel-identification" in params) != (params.get("number-of-channels") == "2"):
        return "channel identification needs two channels"
    return None


def words_of(results: Iterator[Any]) -> list[str]:
    """The words of the final results, in order."""
    return [word for result in results if not result.is_partial for word in result.transcript.split()]


__all__ = [
    "Close",
    "Corrupt",
    "Deny",
    "Drop",
    "Raise",
    "Say",
    "Stay",
    "Streaming",
    "sound",
    "stereo",
    "wav",
    "words_of",
]
