"""Whether a text speaks well or ill of something: VADER, a lexicon with rules for negation and emphasis.

Hutto & Gilbert, VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social Media Text, ICWSM 2014.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Final, NamedTuple

from awsml_cli.local.engines import weights
from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.engines.once import once

DECLARATION: Final = Declaration(
    name="vader",
    job="sentiment",
    package="vaderSentiment",
    pin="3.3.2",
    module="vaderSentiment",
    licence="MIT",
    languages=("en",),
    quality="weak",
    measured="of 1,500 texts each that people rated, the right one of three: tweets .82, films .70, products .62, "
    "editorials .56; never MIXED",
    install="pip install vaderSentiment==3.3.2",
    weights={"vader_lexicon.txt": "1ec9c6e9ee19aade328f8beb393a6afa71a5bb3acf7d3cc22d4ef568df374bf5"},
)
EDGE: Final = 0.05  # VADER's own: a compound score nearer to 0 is neutral
# The slope with which its compound score tells most about what people said (the least log loss over the rated texts).
SLOPE: Final = 2.0


class Feeling(NamedTuple):
    """How likely a text is positive, negative or neutral: 0 to 1, together 1."""

    positive: float
    negative: float
    neutral: float


def feel(text: str, *, home: Path) -> Feeling:
    """How TEXT feels. Raises ConfigError where VADER is not installed."""
    if not DECLARATION.installed():
        raise DECLARATION.missing()
    weights.verify_once(DECLARATION, home=home)
    compound = float(_analyser().polarity_scores(text)["compound"])
    likely = [math.exp(SLOPE * (compound - EDGE)), math.exp(SLOPE * (-compound - EDGE)), 1.0]
    return Feeling(*(one / sum(likely) for one in likely))


@once
def _analyser() -> Any:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer()
