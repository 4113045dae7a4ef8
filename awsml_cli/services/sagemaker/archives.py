"""model.tar.gz: packed from a folder and unpacked into one, with the model where SageMaker looks for it."""

from __future__ import annotations

import gzip
import hashlib
import os
import tarfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from awsml_cli.core.errors import ConfigError, InputError

_MODEL_FILES = (
    ".json",
    ".joblib",
    ".pkl",
    ".pt",
    ".pth",
    ".bin",
    ".onnx",
    ".safetensors",
    ".ubj",
    ".h5",
    ".keras",
    ".pb",
)


def pack(folders: Iterable[Path], target: Path) -> int:
    """Write what lies in FOLDERS into TARGET, without a folder around it; the number of files.

    Of a file that two folders have, the first is taken. The same content gives the same bytes.
    """
    seen: set[str] = set()
    fresh = target.with_name(target.name + ".new")
    with fresh.open("wb") as raw, _archive(raw) as archive:
        for folder in folders:
            for path, name in _files(folder):
                if name in seen:
                    continue
                seen.add(name)
                try:
                    _add(archive, path, name)
                except OSError as problem:
                    raise _unreadable(path, problem) from None
    os.replace(fresh, target)
    return len(seen)


def digest(folder: Path) -> str | None:
    """What tells the files in FOLDER from others, as 64 hexadecimal digits; None where there are none."""
    sum, empty = hashlib.sha256(), True
    for path, name in _files(folder):
        empty = False
        try:
            with path.open("rb") as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as problem:
            raise _unreadable(path, problem) from None
        sum.update(f"{name}\0{content}\n".encode())
    return None if empty else sum.hexdigest()


class Streamed:
    """A folder as an archive that is packed while it is read: a file to be read once. A context manager.

    A file that cannot be read fails the reading, so that no archive without it is taken for whole.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        reading, self._writing = os.pipe()
        self._packed = os.fdopen(reading, "rb")
        self._problem: OSError | None = None
        self._packing = threading.Thread(target=self._write, daemon=True)

    def __enter__(self) -> Streamed:
        self._packing.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._packed.close()
        self._packing.join()

    def read(self, size: int = -1) -> bytes:
        """The next SIZE bytes, fewer at the end. Raises InputError where a file cannot be read."""
        data = self._packed.read(size)
        if size < 0 or len(data) < size:
            self._packing.join()
            if self._problem is not None:
                raise _unreadable(self._folder, self._problem)
        return data

    def _write(self) -> None:
        try:
            with os.fdopen(self._writing, "wb") as raw, _archive(raw) as archive:
                for path, name in _files(self._folder):
                    _add(archive, path, name)
        except BrokenPipeError:
            return  # nobody reads any more, and says why
        except OSError as problem:
            self._problem = problem


@contextmanager
def _archive(raw: IO[bytes]) -> Iterator[tarfile.TarFile]:
    """A .tar.gz that is written to RAW; the same content gives the same bytes."""
    with (
        gzip.GzipFile("", "wb", compresslevel=6, fileobj=raw, mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.PAX_FORMAT, dereference=True) as archive,
    ):
        yield archive


def unpack(archive: Path, folder: Path) -> None:
    """Unpack ARCHIVE into FOLDER. Raises InputError for what is no such archive, or would leave the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    if not hasattr(tarfile, "data_filter"):  # what keeps an archive inside the folder
        raise ConfigError("unpacking a model safely needs Python 3.11.4 or newer", hint="update Python")
    try:
        with tarfile.open(archive, "r:*") as opened:
            opened.extractall(folder, filter="data")
    except (tarfile.TarError, EOFError, OSError) as problem:
        raise InputError(f"{archive} cannot be unpacked: {problem}", hint="a .tar.gz, as training makes it") from None


def checked(archive: Path) -> list[str]:
    """The names in ARCHIVE. Raises InputError where the model is one folder too deep, or there is nothing."""
    try:
        with tarfile.open(archive, "r:*") as opened:
            names = [entry.name.removeprefix("./") for entry in opened if entry.isfile()]
    except (tarfile.TarError, EOFError, OSError) as problem:
        raise InputError(f"{archive} is no archive of a model: {problem}", hint="a .tar.gz, or a folder") from None
    if not names:
        raise InputError(f"there is nothing in {archive}")
    tops = {name.partition("/")[0] for name in names}
    if len(tops) == 1 and all("/" in name for name in names) and tops != {"code"}:
        (top,) = tops
        inside = [name for name in names if name.endswith(_MODEL_FILES) or name.startswith(f"{top}/code/")]
        if inside:
            raise InputError(
                f"the model lies one folder too deep in {archive}: {inside[0]}",
                hint=f"pack what is in {top}/, not the folder: tar -czf model.tar.gz -C {top} .",
            )
    return names


def _add(archive: tarfile.TarFile, path: Path, name: str) -> None:
    """Put PATH into ARCHIVE as NAME, without an owner or a time, so that it is the same for everybody."""
    entry = archive.gettarinfo(path, arcname=name)
    entry.uid = entry.gid = entry.mtime = 0
    entry.uname = entry.gname = ""
    with path.open("rb") as file:
        archive.addfile(entry, file)


def _unreadable(path: Path, problem: OSError) -> InputError:
    return InputError(f"cannot read {problem.filename or path}: {problem.strerror or problem}")


def _files(folder: Path) -> Iterator[tuple[Path, str]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() or not path.exists():  # a link that leads nowhere is a file that cannot be read
            yield path, path.relative_to(folder).as_posix()
