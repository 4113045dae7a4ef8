"""Which intent an utterance means: the one whose samples it is most like, with values in the places of slots."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from awsml_cli.formats.bots import Intent, Locale, Slot
from awsml_cli.local.engines.converse import values
from awsml_cli.local.engines.converse.values import Value

_WORD: Final = re.compile(r"<[^>]+>|[^\W_]+(?:'[^\W_]+)?")
_SLOT: Final = re.compile(r"\{([\w.-]+)\}")
_LETTERS: Final = 3  # letters of a piece of a word
_LETTERS_WEIGHT: Final = 0.5  # of all pieces of a word together, beside the word's own
_PAIR_WEIGHT: Final = 0.5
_BY_HEART: Final = 0.99  # how likely a sample is that is said word for word
_MOST: Final = 5  # interpretations of an answer, as Lex gives at most

Vector = Mapping[str, float]


@dataclass(frozen=True)
class Guess:
    """An INTENT that may be meant, how likely it is (0 … 1), and the SLOTS that were said with it."""

    intent: Intent
    score: float
    slots: Mapping[str, Value]


class Matcher:
    """What a locale knows of its intents, weighed once."""

    def __init__(self, locale: Locale) -> None:
        self.locale = locale
        samples = [(intent, sample) for intent in locale.intents if not intent.fallback for sample in intent.samples]
        counted = [(intent, sample, _features(_typed(sample, intent))) for intent, sample in samples]
        known = Counter(feature for _, _, features in counted for feature in features)
        self._weights = {feature: math.log((1 + len(samples)) / (1 + count)) + 1 for feature, count in known.items()}
        self._unknown = math.log(1 + len(samples)) + 1
        self._vectors = [(intent, self._weighed(features)) for intent, _, features in counted]
        self._patterns = [(intent, _pattern(sample)) for intent, sample in samples]

    def guesses(self, text: str) -> list[Guess]:
        """The intents that TEXT may mean, the likeliest first; at most five."""
        best: dict[str, Guess] = {}
        for intent in self.locale.intents:
            if not intent.fallback:
                said = self.slots(intent, text)
                score = self._likeness(intent, text, said)
                best[intent.name] = Guess(intent, score, said)
        for intent, pattern in self._patterns:
            guess = self._by_heart(intent, pattern, text)
            if guess is not None and guess.score >= best[intent.name].score:
                best[intent.name] = guess
        found = [guess for guess in best.values() if guess.score > 0]
        return sorted(found, key=lambda one: -one.score)[:_MOST]

    def slots(self, intent: Intent, text: str) -> dict[str, Value]:
        """The values for INTENT's slots in TEXT, each place of it used once."""
        taken: list[tuple[int, int]] = []
        said: dict[str, Value] = {}
        for slot in intent.slots:
            for value in values.found(slot.type, text, self.locale.types):
                if all(value.end <= begin or value.begin >= end for begin, end in taken):
                    said[slot.name] = value
                    taken.append((value.begin, value.end))
                    break
        return said

    def _likeness(self, intent: Intent, text: str, said: Mapping[str, Value]) -> float:
        kinds = {slot.name: slot.type for slot in intent.slots}
        ways = [text, _replaced(text, {f"<{kinds[name]}>": value for name, value in said.items()})]
        asked = [self._weighed(_features(way)) for way in dict.fromkeys(ways)]
        samples = [vector for one, vector in self._vectors if one is intent]
        return round(max((_cosine(one, other) for one in asked for other in samples), default=0.0), 4)

    def _by_heart(self, intent: Intent, pattern: re.Pattern[str], text: str) -> Guess | None:
        """INTENT, where TEXT is a sample of it word for word, with values where it has slots."""
        match = pattern.fullmatch(_bare(text))
        if match is None:
            return None
        said: dict[str, Value] = {}
        sure = _BY_HEART
        for slot in intent.slots:
            if (words := match.groupdict().get(_group(slot.name))) is None:
                continue
            value = next(values.found(slot.type, words, self.locale.types), None)
            if value is None:
                value = self._as_said(slot, words)
                sure = 0.7
            if value is None:
                return None
            said[slot.name] = value
        return Guess(intent, sure, {**self.slots(intent, text), **said})

    def _as_said(self, slot: Slot, words: str) -> Value | None:
        return values.answer(slot.type, words, self.locale.types, language=self.locale.id[:2])

    def _weighed(self, features: Mapping[str, float]) -> Vector:
        found = {name: count * self._weights.get(name, self._unknown) for name, count in features.items()}
        length = math.sqrt(sum(weight * weight for weight in found.values())) or 1.0
        return {name: weight / length for name, weight in found.items()}


def _features(text: str) -> dict[str, float]:
    """What TEXT is compared by: its words, pairs of them, and the pieces of each."""
    words = _WORD.findall(text.casefold())
    weights: dict[str, float] = {}
    for word in words:
        weights[f"w:{word}"] = weights.get(f"w:{word}", 0.0) + 1.0
        if word.startswith("<"):
            continue
        padded = f" {word} "
        pieces = [padded[at : at + _LETTERS] for at in range(len(padded) - _LETTERS + 1)]
        for piece in pieces:
            weights[f"p:{piece}"] = weights.get(f"p:{piece}", 0.0) + _LETTERS_WEIGHT / len(pieces)
    for pair in pairwise(words):
        weights["b:" + " ".join(pair)] = _PAIR_WEIGHT
    return weights


def _cosine(one: Vector, other: Vector) -> float:
    small, large = sorted((one, other), key=len)
    return min(1.0, sum(weight * large[name] for name, weight in small.items() if name in large))


def _typed(sample: str, intent: Intent) -> str:
    """SAMPLE with the types of its slots in their places."""
    kinds = {slot.name: slot.type for slot in intent.slots}
    return _SLOT.sub(lambda match: f"<{kinds.get(match[1], match[1])}>", sample)


def _replaced(text: str, said: Mapping[str, Value]) -> str:
    for kind, value in sorted(said.items(), key=lambda one: -one[1].begin):
        text = f"{text[: value.begin]} {kind} {text[value.end :]}"
    return text


def _pattern(sample: str) -> re.Pattern[str]:
    """SAMPLE as a pattern that any values fit into."""
    parts, seen = [], set()
    for at, part in enumerate(_SLOT.split(_bare(sample, slots=True))):
        if at % 2 == 0:
            parts.append(re.escape(part).replace("\\ ", r"\s+"))
        elif part in seen:
            parts.append(f"(?P={_group(part)})")
        else:
            seen.add(part)
            parts.append(f"(?P<{_group(part)}>.+?)")
    return re.compile("".join(parts), re.IGNORECASE)


def _group(name: str) -> str:
    return "s_" + re.sub(r"\W", "_", name)


def _bare(text: str, *, slots: bool = False) -> str:
    """TEXT without marks at its ends, with single blanks."""
    return " ".join(text.strip(" \t.?!," + ("" if slots else "{}")).split())


def best_of(guesses: Iterable[Guess], threshold: float) -> Guess | None:
    """The first of GUESSES that is likely enough."""
    return next((guess for guess in guesses if guess.score >= threshold), None)
