"""How rude an English text is: one score, by the words in it (the model of alt-profanity-check).

A linear classifier on words weighed by TF-IDF, learnt five times on other parts of comments that people had judged; the
score is the mean of the five, each turned into a probability as Platt does. It is applied here from the numbers alone:
neither the package's code nor scikit-learn is run, and its pickles are read by a reader that calls nothing.
https://victorzhou.com/blog/better-profanity-detection-with-scikit-learn/
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from awsml_cli.local.engines import weights
from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.engines.once import once
from awsml_cli.local.engines.understand import joblibfile

DECLARATION: Final = Declaration(
    name="profanity-svm",
    job="toxicity",
    package="alt-profanity-check",
    pin="1.9.1",
    module="profanity_check",
    licence="MIT",
    languages=("en",),
    quality="weak",
    measured="of sentences of ours it takes for rude (0.5 and more): 12 of 12 rude ones, 3 of 10 threats, none of 10 "
    "hateful ones without a rude word, 2 of 20 harmless ones",
    install="pip install --no-deps alt-profanity-check==1.9.1",
    weights={
        "data/model.joblib": "aeafc04849d4d93db4721cf30a86ebf22085595294b8a07d51918e7fa98f538b",
        "data/vectorizer.joblib": "19c5200dc6a41f026e0558e2f164f5fe8d8f58e502b46b37e4385037fcfa4831",
    },
)
_WORD: Final = re.compile(r"\b\w\w+\b")  # the vectorizer's own; what it leaves out stands in no vocabulary
_LEARNT: Final = (
    "sklearn.calibration.CalibratedClassifierCV",
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
    "sklearn.svm._classes.LinearSVC",
)
_WEIGHED: Final = (
    "sklearn.feature_extraction.text.TfidfVectorizer",
    "sklearn.feature_extraction.text.TfidfTransformer",
)


_END: Final = re.compile(r"[.!?…\n]+")  # of a sentence, well enough: rude texts have few capitals
LONGEST: Final = 30  # words of a sentence that are judged together


def score(text: str, *, home: Path) -> float:
    """How likely people would call TEXT offensive, from 0 to 1: the worst of its sentences.

    Judged whole, many decent words would hide a rude one. Raises ConfigError where the engine is not installed.
    """
    model = _model(home)
    return max(model.score(words) for words in _sentences(text.lower()))


@dataclass(frozen=True)
class _Classifier:
    """One of the five: a weight for each word, and what turns their sum into a probability."""

    weights: Sequence[float]
    intercept: float
    slope: float
    offset: float

    def probability(self, shares: Mapping[int, float]) -> float:
        """Platt's: 1 / (1 + exp(slope · sum + offset))."""
        total = sum(self.weights[word] * share for word, share in shares.items()) + self.intercept
        return 1 / (1 + math.exp(self.slope * total + self.offset))


@dataclass(frozen=True)
class _Model:
    vocabulary: Mapping[str, int]
    rarity: Sequence[float]
    classifiers: Sequence[_Classifier]

    def score(self, words: Sequence[str]) -> float:
        known = (self.vocabulary.get(word) for word in words)
        weighed = {word: count * self.rarity[word] for word, count in Counter(known).items() if word is not None}
        length = math.hypot(*weighed.values()) or 1.0
        shares = {word: weight / length for word, weight in weighed.items()}
        return sum(one.probability(shares) for one in self.classifiers) / len(self.classifiers)


def _sentences(text: str) -> list[list[str]]:
    """The words of each sentence of TEXT, those of a long one in runs; without words, one sentence without any."""
    parts = [_WORD.findall(part) for part in _END.split(text)]
    runs = [words[at : at + LONGEST] for words in parts for at in range(0, len(words), LONGEST)]
    return runs or [[]]


@once
def _model(home: Path) -> _Model:
    if not DECLARATION.installed():
        raise DECLARATION.missing()
    folder = weights.verify(DECLARATION, home=home)
    words = joblibfile.read(folder / "data/vectorizer.joblib", classes=_WEIGHED)
    learnt = joblibfile.read(folder / "data/model.joblib", classes=_LEARNT)
    return _Model(
        words["vocabulary_"],
        words["_tfidf"]["idf_"],
        [
            _Classifier(
                one["estimator"]["coef_"],
                one["estimator"]["intercept_"][0],
                one["calibrators"][0]["a_"],
                one["calibrators"][0]["b_"],
            )
            for one in learnt["calibrated_classifiers_"]
        ],
    )
