"""How well something was told apart: accuracy, precision and recall of each label, what was taken for what."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Score:
    """One LABEL: how often it was EXPECTED, PREDICTED, and both (RIGHT). Shares of nothing are None."""

    label: str
    expected: int
    predicted: int
    right: int

    @property
    def precision(self) -> float | None:
        """Of what was predicted, the share that is right."""
        return self.right / self.predicted if self.predicted else None

    @property
    def recall(self) -> float | None:
        """Of what was expected, the share that was found."""
        return self.right / self.expected if self.expected else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of both; 0 where nothing is right."""
        together = self.expected + self.predicted
        return 2 * self.right / together if together else None


@dataclass(frozen=True)
class Confusion:
    """What was taken for what: how often each pair of an expected and a predicted label came."""

    pairs: Counter[tuple[str, str]]

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> Confusion:
        """Count PAIRS of expected and predicted."""
        return cls(Counter(pairs))

    @property
    def labels(self) -> list[str]:
        """All labels there are, in the order of the alphabet."""
        return sorted({label for pair in self.pairs for label in pair})

    @property
    def total(self) -> int:
        """How many there were."""
        return self.pairs.total()

    @property
    def right(self) -> int:
        """How many were as expected."""
        return sum(count for (expected, predicted), count in self.pairs.items() if expected == predicted)

    @property
    def accuracy(self) -> float:
        """The share that was as expected; 1 of none."""
        return self.right / self.total if self.total else 1.0

    def scores(self) -> list[Score]:
        """Every label's."""
        expected: Counter[str] = Counter()
        predicted: Counter[str] = Counter()
        for (one, other), count in self.pairs.items():
            expected[one] += count
            predicted[other] += count
        return [Score(label, expected[label], predicted[label], self.pairs[label, label]) for label in self.labels]


SCORES = ("intent", "expected", "predicted", "right", "precision", "recall", "f1")


def score_rows(found: Confusion) -> list[list[str]]:
    """The scores as rows below SCORES."""
    return [
        [score.label, *map(str, (score.expected, score.predicted, score.right)), *map(_share, _shares(score))]
        for score in found.scores()
    ]


def matrix_rows(found: Confusion) -> tuple[list[str], list[list[str]]]:
    """The head and the rows of the matrix: a row is what was expected, a column what was predicted."""
    labels = found.labels
    rows = [[one, *(str(found.pairs[one, other]) for other in labels)] for one in labels]
    return ["expected \\ predicted", *labels], rows


def text(found: Confusion, before: Sequence[str] = (), after: Sequence[str] = ()) -> str:
    """For reading, in columns; BEFORE and AFTER are lines around it."""
    head, rows = matrix_rows(found)
    parts = ["\n".join(before), _aligned([list(SCORES), *score_rows(found)]), _aligned([head, *rows]), "\n".join(after)]
    return "\n\n".join(part for part in parts if part) + "\n"


def markdown(found: Confusion, before: Sequence[str] = (), after: Sequence[str] = ()) -> str:
    """As Markdown."""
    head, rows = matrix_rows(found)
    tables = [_table(list(SCORES), score_rows(found)), _table(head, rows)]
    parts = ["\n".join(f"- {line}" for line in before), *tables, "\n".join(f"- {line}" for line in after)]
    return "\n\n".join(part for part in parts if part) + "\n"


def comma_separated(found: Confusion) -> str:
    """The scores as CSV, and the matrix below an empty line."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    head, rows = matrix_rows(found)
    table.writerows([list(SCORES), *score_rows(found)])
    out.write("\n")
    table.writerows([head, *rows])
    return out.getvalue()


def _shares(score: Score) -> tuple[float | None, ...]:
    return score.precision, score.recall, score.f1


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


def _aligned(rows: list[list[str]]) -> str:
    """ROWS in columns: the first to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for first, *others in rows:
        cells = [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
