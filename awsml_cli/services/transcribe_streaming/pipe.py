"""Whether what comes in on stdin is being said right now, and not read from somewhere.

A program that records into a pipe cannot know how long it will: it writes a WAV header without an end. One that
converts a file writes the same header, but faster than it plays. So a pipe is live if its header has no end, and after
a moment no more is there than can have been recorded meanwhile.
"""

from __future__ import annotations

import os
import stat
import sys
from typing import BinaryIO, Final

from awsml_cli.core import clock
from awsml_cli.services.transcribe_streaming import waking

LOOK: Final = 0.3  # seconds that a pipe is looked at
RECORDED: Final = 1.0  # seconds of sound that a recorder may have written by then, with what it had buffered
ENDLESS: Final = 0x7FFF_0000  # a length from here on is none: arecord, sox and ffmpeg write different ones


def is_live() -> bool:
    """Whether stdin is a pipe in which sound comes as it is made. Waits for its first bytes; none of them is lost."""
    stream: BinaryIO = sys.stdin.buffer
    try:
        descriptor = stream.fileno()
    except (OSError, ValueError, AttributeError):
        return False
    if sys.platform == "win32" or not stat.S_ISFIFO(os.fstat(descriptor).st_mode):
        return False
    head: bytes = stream.peek(64)  # type: ignore[attr-defined]
    second = _endless(head)
    if second is None:
        return False
    clock.sleep(LOOK)
    live = _ahead(descriptor) + len(head) < second * RECORDED and not _ended(descriptor)
    if live:
        waking.seen(len(head))
    return live


def _endless(head: bytes) -> int | None:
    """The bytes that a second has in a WAV stream without an end that begins with HEAD; None for any other."""
    if len(head) < 44 or head[:4] != b"RIFF" or head[8:16] != b"WAVEfmt ":
        return None
    length = int.from_bytes(head[4:8], "little")
    if 0 < length < ENDLESS:
        return None
    return int.from_bytes(head[28:32], "little") or None


def _ahead(descriptor: int) -> int:
    """How many bytes wait in the pipe."""
    import array
    import fcntl
    import termios

    count = array.array("i", [0])
    fcntl.ioctl(descriptor, termios.FIONREAD, count)
    return count[0]


def _ended(descriptor: int) -> bool:
    """Whether nobody writes into the pipe any more."""
    import select

    poll = select.poll()
    poll.register(descriptor, select.POLLHUP)
    return any(event & select.POLLHUP for _, event in poll.poll(0))
