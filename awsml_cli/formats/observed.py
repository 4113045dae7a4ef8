"""Values of result types out of shots: Braket gives the measurements, and leaves it to the reader to reckon with them.

The device has turned the qubits into the observable's basis before it measured, so a bit says which eigenvalue was had.
https://docs.aws.amazon.com/braket/latest/developerguide/braket-result-types.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import prod, sqrt
from statistics import fmean, pvariance
from typing import Any, Final

Bits = Sequence[int]
_PAULI: Final = {"x": (1.0, -1.0), "y": (1.0, -1.0), "z": (1.0, -1.0), "h": (1.0, -1.0), "i": (1.0, 1.0)}
_PROBABILITIES: Final = 16  # qubits, of which all shares are listed


def value(kind: Mapping[str, Any], shots: Sequence[Bits], qubits: Sequence[int]) -> Any:
    """What the result type KIND is in SHOTS of QUBITS; None for what shots do not tell, or not without linear algebra.

    A probability is a list over all bit strings; an observable without targets gives a value for each qubit.
    """
    if not shots:
        return None
    places = [qubits.index(target) for target in kind.get("targets") or qubits]
    if kind["type"] == "probability":
        return _shares([[shot[place] for place in places] for shot in shots])
    if kind["type"] not in ("expectation", "variance", "sample"):
        return None
    factors = [_eigenvalues(one) for one in kind.get("observable") or ()]
    if not factors or None in factors:
        return None
    if not kind.get("targets"):
        return [_of(kind["type"], factors, [place], shots) for place in places]
    return _of(kind["type"], factors, places, shots) if len(factors) == len(places) else None


def _of(name: str, factors: Sequence[Any], places: Sequence[int], shots: Sequence[Bits]) -> Any:
    had = [prod(factor[shot[place]] for factor, place in zip(factors, places, strict=True)) for shot in shots]
    return had if name == "sample" else fmean(had) if name == "expectation" else pvariance(had)


def _shares(strings: Sequence[Bits]) -> list[float] | None:
    width = len(strings[0])
    if width > _PROBABILITIES:
        return None
    found = Counter(int("".join(map(str, bits)), 2) for bits in strings)
    return [found[number] / len(strings) for number in range(2**width)]


def _eigenvalues(observable: Any) -> tuple[float, ...] | None:
    """Those of OBSERVABLE, the first where the bit is 0: a letter, or for one qubit a matrix of (real, imaginary)."""
    if isinstance(observable, str):
        return _PAULI.get(observable.lower())
    if len(observable) != 2:
        return None
    (first, second), (_, last) = observable
    middle, half = (first[0] + last[0]) / 2, (first[0] - last[0]) / 2
    reach = sqrt(half**2 + second[0] ** 2 + second[1] ** 2)
    return (middle - reach, middle + reach)
