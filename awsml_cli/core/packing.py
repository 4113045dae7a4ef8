"""A folder in one archive, the same bytes for the same content: what a job's name can derive from.

Left out are what begins with a dot, what tools leave (`__pycache__`, `node_modules`), and links that lead out of the
folder.
"""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from awsml_cli.core.errors import InputError

_LEFT_OUT: Final = frozenset({"__pycache__", "node_modules"})
_DATE: Final = (1980, 1, 1, 0, 0, 0)


def files(root: Path) -> Iterator[tuple[str, Path]]:
    """The files below ROOT with their names in the archive, in order; ROOT itself where it is a file.

    Raises InputError where there are none.
    """
    if root.is_file():
        yield root.name, root
        return
    if not root.is_dir():
        raise InputError(f"no such file: {root}")
    top, found = root.resolve(), False
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        if any(part.startswith(".") or part in _LEFT_OUT for part in parts) or not path.is_file():
            continue
        if not path.resolve().is_relative_to(top):
            continue
        found = True
        yield "/".join(parts), path
    if not found:
        raise InputError(f"no files in {root}")


def zipped(root: Path) -> bytes:
    """ROOT as a zip."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in files(root):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, _read(path))
    return made.getvalue()


def tarred(root: Path) -> bytes:
    """ROOT as a tar compressed by gzip."""
    made = io.BytesIO()
    with gzip.GzipFile(fileobj=made, mode="wb", mtime=0) as packed, tarfile.open(fileobj=packed, mode="w") as archive:
        for name, path in files(root):
            entry, data = tarfile.TarInfo(name), _read(path)
            entry.size, entry.mode = len(data), 0o644
            archive.addfile(entry, io.BytesIO(data))
    return made.getvalue()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise InputError(f"cannot read {path}: {problem.strerror or problem}") from None
