"""How a text feels costs little more than VADER alone takes, since nothing is looked up anew for each text."""

from __future__ import annotations

from pathlib import Path

import pytest

from awsml_cli.core import clock
from awsml_cli.local.engines.understand import sentiment

pytestmark = pytest.mark.skipif(not sentiment.DECLARATION.installed(), reason=sentiment.DECLARATION.install)
TEXTS = [f"The room number {number} was clean, and the people there were very friendly." for number in range(2_000)]


@pytest.mark.slow
def test_a_feeling_costs_at_most_twice_what_vader_takes(tmp_path: Path) -> None:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    vader = SentimentIntensityAnalyzer()
    sentiment.feel(TEXTS[0], home=tmp_path)

    begun = clock.working()
    for text in TEXTS:
        vader.polarity_scores(text)
    bare = clock.working() - begun

    begun = clock.working()
    for text in TEXTS:
        sentiment.feel(text, home=tmp_path)
    ours = clock.working() - begun
    print(f"{bare / len(TEXTS) * 1e6:.0f} us by VADER, {ours / len(TEXTS) * 1e6:.0f} us here")
    assert ours <= 2 * bare
