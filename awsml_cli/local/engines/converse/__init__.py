"""Conversations by a bot's sample utterances: what is meant is what sounds most like it.

No model is learned: utterances are compared by their words and the letters in them (TF-IDF), so what is said in other
words is not understood. That is weak, and called so.
"""

from __future__ import annotations

from awsml_cli.local.engines.converse.dialog import turn
from awsml_cli.local.engines.converse.match import Matcher
from awsml_cli.local.engines.declaration import Declaration

DECLARATION = Declaration(
    name="awsml-utterances",
    job="converse",
    package="awsml-cli",
    pin="",
    module="awsml_cli",
    licence="Apache-2.0",
    languages=("*",),
    quality="weak",
    measured="of 24 utterances in words of their own, 16 right (four intents); 5 of 6 about other things told apart",
    install="part of awsml",
)

__all__ = ["DECLARATION", "Matcher", "turn"]
