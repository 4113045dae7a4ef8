"""The engine that understands what is said to a bot: by utterances that are not the bot's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from awsml_cli.local.engines import converse
from awsml_cli.local.engines.converse.match import Matcher
from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.measuring.measured import Measured, Place, Way, each
from awsml_cli.local.measuring.shop import ABOUT_OTHER_THINGS, IN_OTHER_WORDS, shop


def understanding(engine: Declaration, place: Place) -> Iterator[Measured]:
    """A shop's bot: which of its four intents is meant, and what is about other things."""
    matcher = Matcher(shop())
    took = each(lambda: [matcher.guesses(text) for text, _ in IN_OTHER_WORDS]) / len(IN_OTHER_WORDS)
    right = sum(taken(matcher, text) == intent for text, intent in IN_OTHER_WORDS)
    apart = sum(taken(matcher, text) is None for text in ABOUT_OTHER_THINGS)
    told = f"{right} of {len(IN_OTHER_WORDS)} understood, {apart} of {len(ABOUT_OTHER_THINGS)} told apart"
    yield Measured("utterances in words of their own, others about other things", 1 / took, "utterances a second", told)


def taken(matcher: Matcher, text: str) -> str | None:
    """The intent that TEXT is taken for, None where none is likely enough."""
    guess = next(iter(matcher.guesses(text)), None)
    return guess.intent.name if guess is not None and guess.score >= matcher.locale.threshold else None


WAYS: Final[dict[str, Way]] = {converse.DECLARATION.name: understanding}
