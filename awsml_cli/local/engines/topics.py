"""Topics of many documents: non-negative matrix factorization of their words' TF-IDF weights (scikit-learn).

Factorization finds clearer topics than LDA in short texts, which lines of a file mostly are, and starts from the data
(NNDSVD), so the same documents always have the same topics.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from awsml_cli.core.errors import InputError
from awsml_cli.local.engines.declaration import Declaration

DECLARATION: Final = Declaration(
    name="scikit-learn-nmf",
    job="topics",
    package="scikit-learn",
    pin=">=1.7,<2",
    module="sklearn",
    licence="BSD-3-Clause",
    languages=("*",),
    quality="good",
    measured="three subjects in 180 lines kept apart (all lines right); words of scripts without blanks are not cut",
    install="pip install 'awsml-cli[topics]'",
)
TERMS: Final = 10  # of a topic, as Comprehend gives
ROUNDS: Final = 400  # of the factorization at most
LEAST_SHARE: Final = 0.01  # of a topic in a document; Comprehend leaves less out, too
# words of two letters and more, no figures
_WORD: Final = r"(?u)\b[^\W\d_]{2,}\b"


@dataclass(frozen=True)
class Topics:
    """What was found: for each topic its terms with weights that sum to 1, for each document the shares of topics."""

    terms: list[list[tuple[str, float]]]
    shares: list[list[tuple[int, float]]]


def find(texts: Sequence[str], count: int) -> Topics:
    """At most COUNT topics of TEXTS. Raises ConfigError for want of the engine, InputError for too few words."""
    if not DECLARATION.installed():
        raise DECLARATION.missing()
    from sklearn.decomposition import NMF
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(
        token_pattern=_WORD,
        stop_words="english",
        max_df=0.6 if len(texts) > 10 else 1.0,
        min_df=2 if len(texts) > 50 else 1,
        sublinear_tf=True,
    )
    try:
        weights: Any = vectorizer.fit_transform(texts)
    except ValueError:
        raise InputError(f"there are not enough words in {len(texts)} documents for topics") from None
    count = min(count, *weights.shape)
    model = NMF(n_components=count, init="nndsvda", max_iter=ROUNDS, random_state=0)
    documents: Any = model.fit_transform(weights)
    names = vectorizer.get_feature_names_out()
    return Topics(
        [_terms(row, names) for row in model.components_],
        [_shares(row) for row in documents * model.components_.sum(axis=1)],
    )


def _terms(row: Any, names: Any) -> list[tuple[str, float]]:
    best = [int(at) for at in row.argsort()[::-1][:TERMS] if row[at] > 0]
    whole = float(sum(row[at] for at in best)) or 1.0
    return [(str(names[at]), float(row[at]) / whole) for at in best]


def _shares(row: Any) -> list[tuple[int, float]]:
    whole = float(row.sum())
    if not whole:
        return []
    shares = [(number, float(weight) / whole) for number, weight in enumerate(row)]
    return sorted(((number, share) for number, share in shares if share >= LEAST_SHARE), key=lambda one: -one[1])
