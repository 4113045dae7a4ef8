"""What Polly hears in a text or in SSML, with the byte offsets of its speech marks.

Read with expat and no namespaces, since AWS takes `<amazon:effect>` without a declaration.
"""

from __future__ import annotations

import re
import xml.parsers.expat
from dataclasses import dataclass
from typing import Any

from fakeaws import limits
from fakeaws.faults import AwsError

# documents: Polly, supported SSML tags, by engine
_STANDARD = {"speak", "break", "lang", "mark", "p", "phoneme", "prosody", "s", "say-as", "sub", "w"}
_STANDARD |= {"emphasis", "amazon:auto-breaths", "amazon:effect"}
_NEURAL = _STANDARD - {"emphasis", "amazon:auto-breaths"} | {"amazon:domain"}
TAGS = {
    "standard": _STANDARD,
    "neural": _NEURAL,
    "long-form": _NEURAL - {"amazon:domain"},
    "generative": _NEURAL - {"amazon:domain", "amazon:effect"},
}
_RATES = {"x-slow": 0.5, "slow": 0.75, "medium": 1.0, "default": 1.0, "fast": 1.25, "x-fast": 1.5}
_STRENGTHS = {"none": 0.0, "x-weak": 0.0, "weak": 0.15, "medium": 0.25, "strong": 0.4, "x-strong": 0.7}


@dataclass(frozen=True)
class Piece:
    """A run of spoken text at one speed; BEGIN is its offset in bytes."""

    text: str
    begin: int
    rate: float = 1.0


@dataclass(frozen=True)
class Pause:
    """A silence, or with 0 seconds a named mark."""

    seconds: float
    begin: int = 0
    end: int = 0
    mark: str = ""


def heard(text: str, *, is_ssml: bool, engine: str) -> list[Piece | Pause]:
    """Take TEXT apart; raises InvalidSsmlException as Polly would."""
    return _Reader(text.encode(), engine).parts() if is_ssml else [Piece(text, 0)]


def billed_characters(parts: list[Piece | Pause]) -> int:
    """Count what Polly bills: the text without its tags."""
    return sum(len(part.text) for part in parts if isinstance(part, Piece))


def seconds_of(parts: list[Piece | Pause], per_character: float) -> float:
    """Give the length of the speech."""
    return sum(
        part.seconds if isinstance(part, Pause) else len(part.text) * per_character / part.rate for part in parts
    )


def speech_marks(
    source: bytes, parts: list[Piece | Pause], kinds: list[str], per_character: float
) -> list[dict[str, Any]]:
    """Write the speech marks: times in milliseconds, offsets in bytes of SOURCE as it was sent."""
    marks: list[dict[str, Any]] = []
    sentence: dict[str, Any] | None = None
    moment = 0.0
    for part in parts:
        if isinstance(part, Pause):
            if part.mark:
                marks.append(
                    {
                        "time": round(moment * 1000),
                        "type": "ssml",
                        "start": part.begin,
                        "end": part.end,
                        "value": part.mark,
                    }
                )
            moment += part.seconds
            continue
        pace = per_character / part.rate
        for word in re.finditer(r"\S+", part.text):
            time = round((moment + word.start() * pace) * 1000)
            begin = part.begin + len(part.text[: word.start()].encode())
            end = begin + len(word[0].encode())
            if sentence is None:
                sentence = {"time": time, "type": "sentence", "start": begin, "end": end, "value": ""}
                marks.append(sentence)
            sentence["end"] = end
            if bare := re.search(r"\w[\w'’-]*", word[0]):
                start = begin + len(word[0][: bare.start()].encode())
                marks.append(
                    {
                        "time": time,
                        "type": "word",
                        "start": start,
                        "end": start + len(bare[0].encode()),
                        "value": bare[0],
                    }
                )
                marks.append({"time": time, "type": "viseme", "value": "p"})
            if re.search(r"[.?!。？！][\"')\]]*$", word[0]):
                sentence = None
        moment += len(part.text) * pace
    marks.append({"time": round(moment * 1000), "type": "viseme", "value": "sil"})
    for mark in marks:
        if mark["type"] == "sentence":
            mark["value"] = source[mark["start"] : mark["end"]].decode()
    return [mark for mark in marks if mark["type"] in kinds]


class _Reader:
    """Walks through SSML and notes what is spoken."""

    def __init__(self, source: bytes, engine: str) -> None:
        self.source = source
        self.engine = engine
        self.found: list[Piece | Pause] = []
        self.rates = [1.0]
        self.depth = 0
        self.parser = xml.parsers.expat.ParserCreate("utf-8")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def parts(self) -> list[Piece | Pause]:
        """Read the whole."""
        try:
            self.parser.Parse(self.source, True)
        except xml.parsers.expat.ExpatError as error:
            raise AwsError("InvalidSsmlException", "Invalid SSML request") from error
        return self.found

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if (tag == "speak") != (self.depth == 0) or tag not in TAGS["standard"] | TAGS["neural"]:
            raise AwsError("InvalidSsmlException", "Invalid SSML request")
        if tag not in TAGS[self.engine]:
            raise AwsError("InvalidSsmlException", f"Unsupported {self.engine.capitalize()} feature")
        self.depth += 1
        rate = self.rates[-1]
        if tag == "prosody":
            rate *= _rate(attributes.get("rate", "medium"))
        self.rates.append(rate)
        begin = self.parser.CurrentByteIndex
        if tag == "break":
            self.found.append(Pause(_pause(attributes), begin))
        if tag == "mark":
            end = self.source.index(b">", begin) + 1
            self.found.append(Pause(0.0, begin, end, attributes.get("name", "")))

    def _end(self, tag: str) -> None:
        self.depth -= 1
        self.rates.pop()

    def _text(self, text: str) -> None:
        self.found.append(Piece(text, self.parser.CurrentByteIndex, self.rates[-1]))


def _rate(value: str) -> float:
    if value in _RATES:
        return _RATES[value]
    number = re.fullmatch(r"(\d+(?:\.\d+)?)%", value)
    if number is None or not 20 <= float(number[1]) <= 200:  # documents: prosody rate, 20% to 200%
        raise AwsError("InvalidSsmlException", "Invalid SSML request")
    return float(number[1]) / 100


def _pause(attributes: dict[str, str]) -> float:
    if "time" not in attributes:
        return _STRENGTHS.get(attributes.get("strength", "medium"), 0.25)
    number = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s)", attributes["time"])
    seconds = -1.0 if number is None else float(number[1]) / (1000 if number[2] == "ms" else 1)
    if not 0 <= seconds <= limits.POLLY_BREAK_SECONDS:
        raise AwsError("InvalidSsmlException", "Invalid SSML request")
    return seconds
