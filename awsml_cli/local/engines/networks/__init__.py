"""Networks in files that ONNX Runtime does not read, written as ONNX once: what comes out is kept and loaded again."""

from __future__ import annotations

import hashlib
import os
import threading
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from awsml_cli.local.engines import weights
from awsml_cli.local.engines.declaration import Declaration

VERSION = 1
"""Of what is written here: files of another one are made anew."""

_loaded: dict[tuple[str, str, Path], Any] = {}
_loading = threading.Lock()


def ready(engine: Declaration, write: Callable[[Path], bytes], *, home: Path, part: str = "") -> Any:
    """The network of ENGINE, checked, converted and loaded once in a process, however many threads ask for it.

    WRITE makes the ONNX file of the folder with the weights; it is kept below HOME. PART tells networks of one engine
    apart. Raises ConfigError where the engine is not installed or its weights are others.
    """
    key = (engine.name, part, home)
    with _loading:
        if key not in _loaded:
            if not engine.installed():
                raise engine.missing()
            folder = weights.verify(engine, home=home)
            _loaded[key] = session(_converted(engine, part, lambda: write(folder), home))
        return _loaded[key]


def session(path: Path) -> Any:
    """The network at PATH, ready to run."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = os.cpu_count() or 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # waiting threads leave the cores alone
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _converted(engine: Declaration, part: str, write: Callable[[], bytes], home: Path) -> Path:
    digest = hashlib.sha256("".join(sorted(engine.weights.values())).encode()).hexdigest()[:12]
    name = "-".join(word for word in (engine.name, part, digest, str(VERSION)) if word)
    path = home / "models" / f"{name}.onnx"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
        temporary.write_bytes(write())
        os.replace(temporary, path)
    return path
