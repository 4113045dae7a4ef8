"""A network that also tells one of its inner values: how long it makes each sound, which no exported voice gives out.

An ONNX file is a protocol buffer, and two of them one after the other are read as one message, lists joined. So an
output is added by writing a graph with this output alone behind the file; the weights are not touched.
Fields: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

_GRAPH, _OUTPUT, _NAME, _TYPE, _TENSOR = 7, 12, 1, 2, 1
_FLOATS = b"\x08\x01"  # elem_type: FLOAT


def session(model: Path, *, inner: str) -> Any:
    """The network at MODEL, ready to run, with its value INNER (of floats) as the last output."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = os.cpu_count() or 1
    options.log_severity_level = 3
    content = model.read_bytes() + _output(inner)
    return onnxruntime.InferenceSession(content, sess_options=options, providers=["CPUExecutionProvider"])


def _output(name: str) -> bytes:
    about = _field(_NAME, name.encode()) + _field(_TYPE, _field(_TENSOR, _FLOATS))
    return _field(_GRAPH, _field(_OUTPUT, about))


def _field(number: int, content: bytes) -> bytes:
    """A field of bytes: its key, its length, itself."""
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])
