"""A channel as a pipe: a FIFO for each epoch, `NAME_0`, `NAME_1` …, written while the script reads.

The next epoch's is there as soon as this one's is opened, so that whoever has read enough, or all, finds it.
https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-running-container.html
"""

from __future__ import annotations

import errno
import os
import select
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from awsml_cli.core import wanted
from awsml_cli.core.errors import InputError
from awsml_cli.services.sagemaker.local.channels.parts import Part

GLANCE: Final = 0.05  # seconds between two looks whether somebody reads, or all is over
PATIENCE: Final = 5.0  # seconds that a thread may take to see that it is over
MAGIC: Final = 0xCED7230A  # of a record: https://mxnet.apache.org/api/architecture/note_data_loading#data-format
_LONGEST: Final = 1 << 29


class Pipe:
    """The FIFOs of the channel NAME in FOLDER, which a thread writes STREAM to, once for each epoch that is read."""

    def __init__(self, folder: Path, name: str, stream: Callable[[], Iterator[bytes]]) -> None:
        self.name = name
        self.problem: BaseException | None = None
        self._folder, self._stream = folder, stream
        self._over = threading.Event()
        self._made: list[Path] = [self._make(0)]
        self._thread = threading.Thread(target=self._run, daemon=True, name=f"awsml-pipe-{name}")
        self._thread.start()

    def close(self) -> None:
        """End it, whoever reads or not, and remove what is left of it."""
        self._over.set()
        self._thread.join(PATIENCE)
        for place in self._made:
            place.unlink(missing_ok=True)

    def _make(self, epoch: int) -> Path:
        place = self._folder / f"{self.name}_{epoch}"
        os.mkfifo(place)
        place.chmod(0o644)  # whoever the container runs as may read it
        return place

    def _run(self) -> None:
        wanted.until(self._over)
        try:
            while (out := self._opened(self._made[-1])) is not None:
                try:
                    self._made.append(self._make(len(self._made)))
                    self._write_all(out)
                except BrokenPipeError:
                    pass  # whoever read had enough of this epoch
                except BaseException as problem:  # noqa: BLE001 - handed over; before the reader sees an end
                    self.problem = problem
                    return
                finally:
                    os.close(out)
                self._made[-2].unlink(missing_ok=True)
        except BaseException as problem:  # noqa: BLE001 - handed over to the thread that waits
            self.problem = problem

    def _opened(self, place: Path) -> int | None:
        """PLACE, open for writing once somebody reads it; None where it is over."""
        while not self._over.is_set():
            try:
                return os.open(place, os.O_WRONLY | os.O_NONBLOCK)
            except OSError as problem:
                if problem.errno != errno.ENXIO:
                    raise
            self._over.wait(GLANCE)
        return None

    def _write_all(self, out: int) -> None:
        for chunk in self._stream():
            left = memoryview(chunk)
            while left:
                if self._over.is_set():
                    return
                if select.select([], [out], [], GLANCE)[1]:
                    try:
                        left = left[os.write(out, left) :]
                    except BlockingIOError:  # less room than one atomic piece
                        self._over.wait(GLANCE)


def stream(parts: Sequence[Part], read: Callable[[Part], Iterator[bytes]], *, wrapped: bool) -> Iterator[bytes]:
    """The bytes of PARTS one after the other; WRAPPED, each is a record of RecordIO."""
    for part in parts:
        size = part.size
        if wrapped:
            if size >= _LONGEST:
                raise InputError(f"{part.name} has {size} bytes, and a record of RecordIO at most {_LONGEST - 1}")
            yield struct.pack("<II", MAGIC, size)
        yield from read(part)
        if wrapped and size % 4:
            yield bytes(4 - size % 4)
