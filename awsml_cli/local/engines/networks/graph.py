"""A network as ONNX Runtime reads it, written node by node: as much of the format as image networks need.

ONNX is protocol buffers (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto); the few messages that are needed are
laid down here by their field numbers, so that nothing of 20 MB must be installed to write them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from typing import Any, Final

OPSET: Final = 13
_IR: Final = 7  # the version of the format that goes with it
_VARINT, _BYTES, _FLOAT32 = 0, 2, 5  # wire types
_TYPES: Final = {"float32": 1, "int64": 7}
_FLOAT, _INT, _STRING, _INTS = 1, 2, 3, 7  # kinds of attributes


class Graph:
    """A network that grows: `add` makes a node and returns the name of what it gives."""

    def __init__(self) -> None:
        self._nodes: list[bytes] = []
        self._constants: dict[str, bytes] = {}
        self._inputs: list[bytes] = []
        self._names = 0

    def input(self, name: str, shape: Sequence[int | str]) -> str:
        """An input of 32-bit floats; a size that is a word is free."""
        self._inputs.append(_value(name, shape))
        return name

    def constant(self, array: Any) -> str:
        """Numbers that are part of the network: float32 or int64."""
        name = self._name()
        self._constants[name] = b"".join(
            (
                *(_number(1, side) for side in array.shape),
                _number(2, _TYPES[str(array.dtype)]),
                _text(8, name),
                _bytes(9, array.tobytes()),
            )
        )
        return name

    def add(self, kind: str, *inputs: str, name: str = "", **attributes: int | float | str | Sequence[int]) -> str:
        """A node of KIND over INPUTS (`` for one that is left out); its output is called NAME, or by a number."""
        output = name or self._name()
        body = [_text(1, one) for one in inputs]
        body += [_text(2, output), _text(4, kind)]
        body += [_bytes(5, _attribute(key, value)) for key, value in attributes.items()]
        self._nodes.append(b"".join(body))
        return output

    def model(self, outputs: Iterable[str]) -> bytes:
        """The file, whose results are OUTPUTS."""
        graph = [_bytes(1, node) for node in self._nodes]
        graph += [_text(2, "awsml")]
        graph += [_bytes(5, constant) for constant in self._constants.values()]
        graph += [_bytes(11, one) for one in self._inputs]
        graph += [_bytes(12, _value(name, None)) for name in outputs]
        return b"".join((_number(1, _IR), _text(2, "awsml"), _bytes(7, b"".join(graph)), _bytes(8, _number(2, OPSET))))

    def _name(self) -> str:
        self._names += 1
        return f"n{self._names}"


def _value(name: str, shape: Sequence[int | str] | None) -> bytes:
    tensor = _number(1, _TYPES["float32"])
    if shape is not None:
        sides = [_number(1, side) if isinstance(side, int) else _text(2, side) for side in shape]
        tensor += _bytes(2, b"".join(_bytes(1, side) for side in sides))
    return _text(1, name) + _bytes(2, _bytes(1, tensor))


def _attribute(name: str, value: int | float | str | Sequence[int]) -> bytes:
    if isinstance(value, str):
        return _text(1, name) + _text(4, value) + _number(20, _STRING)
    if isinstance(value, float):
        return _text(1, name) + _key(2, _FLOAT32) + struct.pack("<f", value) + _number(20, _FLOAT)
    if isinstance(value, int):
        return _text(1, name) + _number(3, value) + _number(20, _INT)
    return _text(1, name) + b"".join(_number(8, one) for one in value) + _number(20, _INTS)


def _key(field: int, kind: int) -> bytes:
    return _varint(field << 3 | kind)


def _number(field: int, value: int) -> bytes:
    return _key(field, _VARINT) + _varint(value & (1 << 64) - 1)


def _bytes(field: int, value: bytes) -> bytes:
    return _key(field, _BYTES) + _varint(len(value)) + value


def _text(field: int, value: str) -> bytes:
    return _bytes(field, value.encode())


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
