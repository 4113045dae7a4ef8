"""Recordings for the tests, made on the spot, and the bucket they are staged in."""

from __future__ import annotations

import io
import wave
from pathlib import Path

from fakeaws import Aws

RATE = 8000
STAGING = "staging"


def wav(seconds: float = 1.0, *, fill: int = 0) -> bytes:
    """A WAV file of that length; another FILL makes another recording."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 2, RATE, 0, "NONE", ""))
        sound.writeframes(bytes((fill, 0)) * int(seconds * RATE))
    return file.getvalue()


def recording(folder: Path, name: str = "talk.wav", *, fill: int = 0) -> Path:
    """A recording on disk; its name's folders are made."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(wav(fill=fill))
    return path


def nothing_is_left(aws: Aws, bucket: str = STAGING) -> bool:
    """Whether AWS holds no job, no object and no part of an upload."""
    return not aws.jobs and not aws.objects(bucket) and not aws.store.uploads(bucket)


def sent(aws: Aws) -> list[str]:
    """The operations that AWS carried out."""
    return [call.operation for call in aws.calls if not call.error]
