"""Weights that PyTorch saved before 1.6, read without it and without running anything that is in the file.

Such a file is a pickle that names arrays, and the arrays behind it. A pickle may call any function; this reader knows
the three that weights need and refuses every other.
"""

from __future__ import annotations

import pickle
from collections import OrderedDict
from pathlib import Path
from typing import IO, Any, Final

from awsml_cli.core.errors import ConfigError

_MAGIC: Final = 0x1950A86A20F9469CFC6C
_PROTOCOL: Final = 1001
_TYPES: Final = {"FloatStorage": "<f4", "LongStorage": "<i8"}


def read(path: Path, *, inside: str | None = None) -> dict[str, Any]:
    """The arrays of the file at PATH by name; INSIDE is what holds them where the file has more than arrays.

    Raises ConfigError for a file of another form, and for one that names what is no part of weights.
    """
    import numpy

    with path.open("rb") as file:
        if [_Reader(file).load(), _Reader(file).load()] != [_MAGIC, _PROTOCOL]:
            raise ConfigError(f"{path.name} holds no weights of PyTorch's older form")
        _Reader(file).load()  # the machine that wrote it: sizes of C's types
        reader = _Reader(file)
        told = reader.load()
        storages: dict[str, Any] = {}
        for key in _Reader(file).load():
            kind = reader.kinds[key]
            count = int(numpy.frombuffer(file.read(8), "<i8")[0])
            storages[key] = numpy.frombuffer(file.read(count * numpy.dtype(kind).itemsize), kind)
    return {name: array.of(storages) for name, array in (told[inside] if inside else told).items()}


class _Array:
    """An array as the pickle tells it: which storage, where in it, of what shape."""

    def __init__(self, key: str, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: Any) -> None:
        self._key, self._offset, self._shape, self._strides = key, offset, shape, strides

    def of(self, storages: dict[str, Any]) -> Any:
        import numpy

        whole = storages[self._key]
        last = self._offset + sum((side - 1) * step for side, step in zip(self._shape, self._strides, strict=True))
        if min((self._offset, *self._strides), default=0) < 0 or last >= len(whole):
            raise ConfigError("the weights name an array that goes beyond its file")
        steps = [step * whole.itemsize for step in self._strides]
        laid = numpy.lib.stride_tricks.as_strided(whole[self._offset :], self._shape, steps, writeable=False)
        return numpy.ascontiguousarray(laid)


class _Reader(pickle.Unpickler):
    """A pickle's reader that makes arrays' descriptions, and nothing else."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(file)
        self.kinds: dict[str, str] = {}

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if module == "torch._utils" and name in ("_rebuild_tensor", "_rebuild_tensor_v2"):
            return _Array
        if module == "torch" and name in _TYPES:
            return _TYPES[name]
        raise ConfigError(f"the weights name {module}.{name}, which is no part of weights")

    def persistent_load(self, told: Any) -> str:
        _, kind, key, *_ = told
        self.kinds[key] = kind
        return str(key)
