"""Numbers in a log, by regular expressions: what SageMaker makes of MetricDefinitions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

POINTS: Final = 512  # of a curve, at most; with more, every second one goes


class Metrics:
    """The values of each name: the last one, how many there were, and their curve in memory that does not grow."""

    def __init__(self, expressions: Mapping[str, str]) -> None:
        self._expressions = {name: re.compile(text) for name, text in expressions.items()}
        self.last: dict[str, float] = {}
        self.count: dict[str, int] = {}
        self._curves: dict[str, _Curve] = {}

    def read(self, line: str) -> None:
        """Look for values in LINE."""
        for name, expression in self._expressions.items():
            for found in expression.finditer(line):
                try:
                    self.take(name, float(found[1]))
                except (TypeError, ValueError):
                    continue

    def take(self, name: str, value: float) -> None:
        """Note a VALUE of NAME."""
        self.last[name] = value
        self.count[name] = self.count.get(name, 0) + 1
        self._curves.setdefault(name, _Curve()).add(value)

    @property
    def curves(self) -> dict[str, Sequence[float]]:
        """The values of each name in their order, thinned out where they are many; the newest is always the last."""
        return {name: curve.shown(self.last[name]) for name, curve in self._curves.items()}


class _Curve:
    """Values at even distances, every second dropped and the distance doubled whenever there are too many."""

    def __init__(self) -> None:
        self.values: list[float] = []
        self._count, self._distance = 0, 1
        self._newest = False

    def add(self, value: float) -> None:
        """Keep VALUE, where it lies at a distance."""
        self._newest = self._count % self._distance == 0
        if self._newest:
            self.values.append(value)
            if len(self.values) >= POINTS:
                del self.values[1::2]
                self._distance *= 2
                self._newest = False
        self._count += 1

    def shown(self, last: float) -> list[float]:
        """The values that are kept, and the LAST one."""
        return list(self.values) if self._newest else [*self.values, last]
