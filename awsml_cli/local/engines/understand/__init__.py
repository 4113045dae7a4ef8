"""What a text says: its mood (`sentiment`), what it names (`words`), what is private, how rude it is (`toxicity`)."""

from __future__ import annotations

from awsml_cli.local.engines.understand import private, sentiment, toxicity, words

DECLARED = (sentiment.DECLARATION, words.DECLARATION, private.DECLARATION, toxicity.DECLARATION)

__all__ = ["DECLARED", "private", "sentiment", "toxicity", "words"]
