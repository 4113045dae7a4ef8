"""Weights are what they were when an engine was measured: their SHA-256 is checked before they are loaded.

Packages with models are often re-publications, and another version may carry another model or none.
A file is read once; as long as its size and time of change stay the same, the answer is remembered.
"""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from collections.abc import Mapping
from pathlib import Path

from awsml_cli.core.errors import ConfigError
from awsml_cli.local.engines.declaration import Declaration

_VERIFIED: set[tuple[str, Path]] = set()


def verify(engine: Declaration, *, home: Path) -> Path:
    """Check the weights of ENGINE and return the package's folder.

    HOME is where answers are remembered. Raises ConfigError for a file that is missing or not the expected one.
    """
    folder = engine.folder()
    verify_files(engine, {str(folder / name): digest for name, digest in engine.weights.items()}, home=home)
    return folder


def verify_once(engine: Declaration, *, home: Path) -> None:
    """Check the weights of ENGINE as `verify` does, once in a process: for engines asked thousands of times."""
    if (engine.name, home) not in _VERIFIED:
        verify(engine, home=home)
        _VERIFIED.add((engine.name, home))


def verify_files(engine: Declaration, files: Mapping[str, str], *, home: Path) -> None:
    """Check FILES (path to SHA-256), which belong to ENGINE. Raises ConfigError as `verify` does."""
    record = home / "verified.json"
    known = _read(record)
    fresh = {path: _state(path) for path in files if os.path.exists(path)}
    for path, digest in files.items():
        if path not in fresh:
            raise ConfigError(f"{engine.name}: the file {Path(path).name} is not in its package", hint=engine.install)
        if known.get(path) == [fresh[path], digest]:
            continue
        if sha256(path) != digest:
            raise ConfigError(
                f"{engine.name}: {Path(path).name} is not the model that was measured (its SHA-256 differs)",
                hint=f"{engine.install}; exactly {engine.package} {engine.pin}",
            )
        known[path] = [fresh[path], digest]
        _write(record, known)


def sha256(path: str | Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _state(path: str) -> str:
    found = os.stat(path)
    return f"{found.st_size}:{found.st_mtime_ns}"


def _read(record: Path) -> dict[str, list[str]]:
    try:
        known = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _write(record: Path, known: dict[str, list[str]]) -> None:
    record.parent.mkdir(parents=True, exist_ok=True)
    temporary = record.with_name(f"{record.name}.{uuid.uuid4().hex}")
    temporary.write_text(json.dumps(known), encoding="utf-8")
    os.replace(temporary, record)
