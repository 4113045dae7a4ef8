"""Turns in speech: what a recording says, and answers that are spoken.

RecognizeUtterance puts what it knows into headers, each compressed and in base64.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import json
import zlib
from collections.abc import Mapping
from typing import Any, Final

from awsml_cli.core import limits
from awsml_cli.core.errors import ServiceError
from awsml_cli.core.record import Blob
from awsml_cli.core.session import Session
from awsml_cli.formats.audio import pcm
from awsml_cli.services.lex.finding import RUNTIME, Place
from awsml_cli.services.lex.sound import Sound
from awsml_cli.services.lex.turns import Asked, Turn, check_text, turn_of

# our name of a format -> what Lex is asked for
FORMATS: Final = {"mp3": "audio/mpeg", "ogg_vorbis": "audio/ogg", "pcm": "audio/pcm", "wav": "audio/pcm"}
PCM_RATE: Final = 16_000  # Hz of what Lex speaks as samples
_TEXT: Final = "text/plain; charset=utf-8"
_PACKED: Final = ("messages", "interpretations", "sessionState", "requestAttributes", "recognizedBotMember")
_LARGEST: Final = 10 << 20  # bytes of one header unpacked; AWS sends some kilobytes


def listen(session: Session, where: Place, sound: Sound, asked: Asked) -> Turn:
    """Let the bot at WHERE hear SOUND; its answer, and what it heard."""
    if sound.seconds is not None and sound.seconds > limits.LEX_SPEECH_SECONDS:
        session.talk.warn(
            f"the recording plays {sound.seconds:.0f} s, and Lex hears {limits.LEX_SPEECH_SECONDS} s of an utterance"
        )
    answer, _ = _recognized(session, where, sound.data, sound.content_type, asked, wanted=_TEXT)
    turn = turn_of(answer, said=answer.get("inputTranscript"))
    session.talk.note(f"session {asked.session}: heard `{turn.said or ''}`; {turn.told}")
    return turn


def speak(session: Session, where: Place, text: str, asked: Asked, *, format: str) -> Blob:
    """Say TEXT at WHERE; the bot's answer as sound in FORMAT. Raises ServiceError where it answers nothing."""
    said = check_text(text)

    def chunks(_to_file: bool) -> list[bytes]:
        answer, sound = _recognized(session, where, said.encode(), _TEXT, asked, wanted=FORMATS[format])
        session.talk.note(f"session {asked.session}: {turn_of(answer, said=said).told}")
        if not sound:
            raise ServiceError("the bot answered nothing that could be spoken", hint="awsml lex say shows its answer")
        head = pcm.wav_header("pcm", sample_rate=PCM_RATE, size=len(sound)) if format == "wav" else b""
        return [head + sound]

    return Blob(chunks)


def spoken_turn(session: Session, where: Place, text: str, asked: Asked) -> Turn:
    """The turn that `speak` would make heard, for those who want it as data."""
    said = check_text(text)
    answer, _ = _recognized(session, where, said.encode(), _TEXT, asked, wanted=FORMATS["mp3"])
    return turn_of(answer, said=said)


def unpacked(text: str | None) -> Any:
    """What stands in a header of Lex's: JSON, compressed and in base64. Raises ServiceError for anything else."""
    if not text:
        return None
    try:
        packed = zlib.decompressobj(wbits=31)
        data = packed.decompress(base64.b64decode(text, validate=True), _LARGEST)
        if packed.unconsumed_tail or not packed.eof:
            raise ValueError("it is cut, or too large")
        said = data.decode()
    except (binascii.Error, zlib.error, ValueError) as problem:
        raise ServiceError(f"the answer of {RUNTIME} cannot be used: {problem}", code="UnusableAnswer") from None
    try:
        return json.loads(said)
    except ValueError:
        return said  # a transcript may come as it is


def packed(value: Any) -> str:
    """VALUE as Lex takes it in a header; the same value is the same text."""
    return base64.b64encode(gzip.compress(json.dumps(value).encode(), mtime=0)).decode()


def _recognized(
    session: Session, where: Place, data: bytes, content_type: str, asked: Asked, *, wanted: str
) -> tuple[dict[str, Any], bytes]:
    """AWS's answer, its headers unpacked, and the sound in it."""
    more = {
        name: packed(value) if isinstance(value, Mapping) else value for name, value in asked.params(first=True).items()
    }
    answer, sound = session.client(RUNTIME).read(
        "recognize_utterance",
        "audioStream",
        requestContentType=content_type,
        responseContentType=wanted,
        inputStream=data,
        **where.params,
        **more,
    )
    told = {name: value for name, value in answer.items() if name != "audioStream"}
    told |= {name: unpacked(answer[name]) for name in _PACKED if name in answer}
    if "inputTranscript" in answer:
        told["inputTranscript"] = str(unpacked(answer["inputTranscript"]) or "")
    return told, sound
