"""Classes of one's own: logistic regression on the TF-IDF weights of words and pairs of words.

scikit-learn learns; what it has learnt is kept as arrays (npz, nothing pickled) and is applied with numpy alone.
"""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from awsml_cli.local.engines.declaration import Declaration

DECLARATION: Final = Declaration(
    name="scikit-learn-logistic",
    job="classify",
    package="scikit-learn",
    pin=">=1.7,<2",
    module="sklearn",
    licence="BSD-3-Clause",
    languages=("*",),
    quality="fair",
    measured="which of tweets, products, films and editorials a sentence is from, by 400 examples of each: "
    "right for .71 of 400 others each; words of scripts without blanks are not cut",
    install="pip install 'awsml-cli[topics]'",
    needs=("numpy",),
)
MOST_FEATURES: Final = 50_000
STRENGTH: Final = 10.0  # C of the regression; texts have many features and few examples
_WORD: Final = re.compile(r"(?u)\b\w\w+\b")


@dataclass(frozen=True)
class Classifier:
    """What was learnt: for each label a weight for each feature, and a bias. `several`: a text has several labels."""

    labels: tuple[str, ...]
    features: dict[str, int]
    idf: Any
    weights: Any
    biases: Any
    several: bool

    def scores(self, text: str) -> dict[str, float]:
        """How likely each label is, the likeliest first; of several each by itself, else together 1."""
        import numpy as np

        values = self._vector(text) @ self.weights.T + self.biases
        if self.several:
            likely = 0.5 + 0.5 * np.tanh(0.5 * values)
        else:
            odds = np.exp(values - values.max())
            likely = odds / odds.sum()
        pairs = zip(self.labels, map(float, likely), strict=True)
        return dict(sorted(pairs, key=lambda pair: -pair[1]))

    def packed(self) -> bytes:
        """The classifier as a file of arrays."""
        import numpy as np

        about = {"labels": self.labels, "features": self.features, "several": self.several}
        out = io.BytesIO()
        text = np.frombuffer(json.dumps(about).encode(), np.uint8)
        np.savez_compressed(out, idf=self.idf, weights=self.weights, biases=self.biases, about=text)
        return out.getvalue()

    def _vector(self, text: str) -> Any:
        import numpy as np

        vector = np.zeros(len(self.idf), dtype=np.float32)
        for feature, count in Counter(_features(text)).items():
            at = self.features.get(feature)
            if at is not None:
                vector[at] = (1 + np.log(count)) * self.idf[at]
        return vector / (np.linalg.norm(vector) or 1.0)


def unpacked(content: bytes) -> Classifier:
    """The classifier of a file of arrays; nothing in it is run."""
    import numpy as np

    with np.load(io.BytesIO(content), allow_pickle=False) as kept:
        about = json.loads(kept["about"].tobytes())
        arrays = {name: kept[name] for name in ("idf", "weights", "biases")}
    return Classifier(tuple(about["labels"]), about["features"], several=about["several"], **arrays)


def learn(texts: Sequence[str], labels: Sequence[Sequence[str]], *, several: bool) -> Classifier:
    """Learn from TEXTS and the LABELS of each. Raises ConfigError for want of the engine, ValueError for one label."""
    if not DECLARATION.installed():
        raise DECLARATION.missing()
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    names = tuple(sorted({label for one in labels for label in one}))
    if len(names) < 2:
        raise ValueError("a classifier needs at least 2 labels")
    vectorizer = TfidfVectorizer(analyzer=_features, sublinear_tf=True, max_features=MOST_FEATURES)
    matrix = vectorizer.fit_transform(texts)
    # one regression for each label where a text may have several; else each label against all others at once
    if several:
        models = [_fitted(LogisticRegression, matrix, [name in one for one in labels]) for name in names]
        weights = np.stack([model.coef_[0] for model in models])
        biases = np.array([model.intercept_[0] for model in models])
    else:
        model = _fitted(LogisticRegression, matrix, [names.index(one[0]) for one in labels])
        weights, biases = model.coef_, model.intercept_
        if len(names) == 2:  # scikit-learn keeps the second label alone
            weights, biases = np.vstack([-weights / 2, weights / 2]), np.concatenate([-biases / 2, biases / 2])
    features = {str(name): int(at) for name, at in vectorizer.vocabulary_.items()}
    idf = vectorizer.idf_.astype(np.float32)
    return Classifier(names, features, idf, weights.astype(np.float32), biases.astype(np.float32), several)


def _fitted(regression: Any, matrix: Any, answers: Sequence[int]) -> Any:
    return regression(C=STRENGTH, class_weight="balanced", max_iter=1000).fit(matrix, answers)


def _features(text: str) -> list[str]:
    """The words of TEXT in lower case, and each with its follower."""
    words = _WORD.findall(text.lower())
    return [*words, *(f"{one} {two}" for one, two in pairwise(words))]
