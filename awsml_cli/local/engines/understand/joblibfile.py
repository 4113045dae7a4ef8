"""What scikit-learn has learnt, out of joblib's file, without either and without running anything that the file names.

Such a file is one pickle with the numbers of each array in the midst of it. A pickle may name any function of any
module; ours may name what is in the caller's list, which becomes a mapping of its attributes, and what makes numbers.
Format: https://github.com/joblib/joblib/blob/1.5.2/joblib/numpy_pickle.py (`NumpyArrayWrapper.read_array`)
"""

from __future__ import annotations

import math
import pickle
import struct
from collections.abc import Collection
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, Final

from awsml_cli.core.errors import ConfigError

_FORMS: Final = {"f8": "d", "i8": "q"}  # numpy's name of a number, and that of `struct`


def read(path: Path, *, classes: Collection[str]) -> Any:
    """The object in the file at PATH: objects of CLASSES as mappings, arrays as flat tuples of numbers.

    CLASSES are names with their modules. Raises ConfigError for a file that names another class or function, and for
    numbers that are neither float64 nor int64, little-endian.
    """
    with path.open("rb") as file:
        return _Reader(file, classes).load()


class _Object(dict[str, Any]):
    """An object as the file tells it: its attributes, and nothing of its class."""

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.update(state)


class _Number:
    """How a number is written."""

    def __init__(self, name: str, *_: Any) -> None:
        if name not in _FORMS:
            raise ConfigError(f"a file of joblib holds numbers of the kind {name}")
        self.form = _FORMS[name]

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        if state[1] != "<":
            raise ConfigError("a file of joblib holds numbers that are not little-endian")

    def read(self, data: bytes) -> tuple[Any, ...]:
        return struct.unpack(f"<{len(data) // 8}{self.form}", data)


class _Array(_Object):
    """An array whose numbers come next in the file."""

    def numbers(self, file: BinaryIO) -> tuple[Any, ...]:
        if self.get("numpy_array_alignment_bytes"):
            file.read(file.read(1)[0])
        return tuple(self["dtype"].read(file.read(8 * math.prod(self["shape"]))))


_NUMBERS: Final[dict[str, Any]] = {
    "numpy.dtype": _Number,
    "numpy._core.multiarray.scalar": lambda number, data: number.read(data)[0],
    "numpy.float64": float,  # these two as names alone
    "numpy.ndarray": tuple,
    "joblib.numpy_pickle.NumpyArrayWrapper": _Array,
}
_COMMANDS: Final[Any] = pickle._Unpickler.dispatch


# the one that is written in Python: that in C reads ahead, past the numbers. joblib's own reader stands on it, too
class _Reader(pickle._Unpickler):
    stack: list[Any]

    def __init__(self, file: BinaryIO, classes: Collection[str]) -> None:
        super().__init__(file)
        self._file, self._classes = file, classes

    def find_class(self, module: str, name: str) -> Any:
        whole = f"{module}.{name}"
        if whole in self._classes:
            return _Object
        if whole not in _NUMBERS:
            raise ConfigError(f"a file of joblib names {whole}, which is no part of what was learnt")
        return _NUMBERS[whole]

    def load_build(self) -> None:
        _COMMANDS[pickle.BUILD[0]](self)
        if isinstance(self.stack[-1], _Array):
            self.stack[-1] = self.stack[-1].numbers(self._file)

    dispatch: ClassVar = _COMMANDS | {pickle.BUILD[0]: load_build}
