"""Questions about a page, answered where it has a field or a table's cell that is called as the question is worded.

Nothing is understood: a question that names no label of the page, or none of its rows and columns, has no answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.engines.read.fields import Field
from awsml_cli.local.engines.read.found import Word
from awsml_cli.local.engines.read.tables import Table

DECLARATION: Final = Declaration(
    name="questions-by-label",
    job="read",
    package="awsml-cli",
    pin="",
    module="awsml_cli",
    licence="Apache-2.0",
    languages=("en",),
    quality="weak",
    measured="8 of 8 questions that name a drawn page's labels, rows or columns right; no answer to 4 that do not",
    install="pip install 'awsml-cli[ocr-light]'",
    needs=("numpy", "Pillow"),
)
LEAST: Final = 0.65  # how well a label must fit the question, 0 to 1
_WORD = re.compile(r"[^\W_]+")
_EMPTY: Final = frozenset(
    _WORD.findall(
        "a an and are as at be by can did do does for from give had has have how i in is it its list many me much my"
        " of on our please s she he tell that the their there they this to us was were what whats when where which who"
        " whose why will with you your show find called value"
    )
)
_SAME: Final = {"no": "number", "num": "number", "nr": "number", "id": "number", "amt": "amount", "qty": "quantity"}


@dataclass(frozen=True)
class Answer:
    """What the page says to a question. `confidence` is 0 to 100."""

    words: tuple[Word, ...]
    confidence: float


def answer(question: str, fields: Sequence[Field], tables: Sequence[Table]) -> Answer | None:
    """The best answer that the page has to QUESTION; None if nothing on it is called so."""
    asked = _meant(question)
    if not asked:
        return None
    found = [*_in_fields(asked, fields), *_in_tables(asked, tables)]
    score, best = max(found, key=lambda one: one[0], default=(0.0, None))
    return best if score >= LEAST else None


def _meant(text: str) -> frozenset[str]:
    """The words of TEXT that carry a meaning, each in one form."""
    words = (word.lower() for word in _WORD.findall(text))
    return frozenset(_plain(word) for word in words if word not in _EMPTY)


def _plain(word: str) -> str:
    word = _SAME.get(word, word)
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _fit(asked: frozenset[str], label: frozenset[str]) -> float:
    """How well LABEL is what was ASKED for: the words that both have, against those that either has."""
    both = len(asked & label)
    return 2 * both / (len(asked) + len(label)) if both else 0.0


def _in_fields(asked: frozenset[str], fields: Sequence[Field]) -> Iterator[tuple[float, Answer]]:
    for field in fields:
        if field.value:
            score = _fit(asked, _meant(" ".join(word.text for word in field.key)))
            yield score, Answer(field.value, field.confidence * score)


def _in_tables(asked: frozenset[str], tables: Sequence[Table]) -> Iterator[tuple[float, Answer]]:
    """Cells whose row begins with words of the question, and whose column is headed by others."""
    for table in tables:
        heads = (
            {column: _of(table, table.heads, column) for column in range(2, len(table.grid.xs))} if table.heads else {}
        )
        for row in range(table.heads + 1, len(table.grid.ys)):
            name = _of(table, row, 1)
            if not name or not name <= asked:
                continue
            for column, head in heads.items():
                words = table.words.get((row, column), ())
                if words and head and head & (asked - name):
                    mean = sum(word.confidence for word in words) / len(words)
                    score = _fit(asked, name | head)
                    yield score, Answer(tuple(words), mean * score)


def _of(table: Table, row: int, column: int) -> frozenset[str]:
    return _meant(" ".join(word.text for word in table.words.get((row, column), ())))
