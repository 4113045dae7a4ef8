"""A script as a neural voice needs it: phrases of sounds, with punctuation, pauses, pace and loudness.

espeak-ng reads the script, SSML and figures and all, and tells the sounds of each word; the voice speaks them. What
its events do not tell stands in the script between the words: signs, breaks, paragraphs, prosody.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from awsml_cli.local.engines.speak import espeak
from awsml_cli.local.engines.speak.espeak import Event
from awsml_cli.local.engines.speak.marks import ABBREVIATIONS, nearest
from awsml_cli.local.engines.speak.script import Script, WordPlace

LONGEST = 380  # characters of sounds in a phrase; Kokoro takes 510
SENTENCE, PARAGRAPH = 0.35, 0.7  # seconds of pause after one
# of a break's strength: https://docs.aws.amazon.com/polly/latest/dg/break-tag.html gives no seconds but for a comma's,
# a sentence's and a paragraph's length
_STRENGTHS = {"none": 0.0, "x-weak": 0.0, "weak": 0.15, "medium": 0.15, "strong": 0.4, "x-strong": 0.7}
_RATES = {"x-slow": 0.5, "slow": 0.75, "medium": 1.0, "fast": 1.25, "x-fast": 1.5}
_VOLUMES = {"silent": -120.0, "x-soft": -12.0, "soft": -6.0, "medium": 0.0, "loud": 6.0, "x-loud": 12.0, "default": 0.0}

_TAG = re.compile(r"<(?P<closing>/?)(?P<name>[\w:-]+)(?P<attributes>[^>]*?)(?P<empty>/?)>")
_ATTRIBUTE = re.compile(r"([\w:-]+)=\"([^\"]*)\"")
_SIGN = re.compile(r"\.{3}|[.!?…,;:—–]")
_ENDS = ".!?…"


@dataclass(frozen=True)
class Sound:
    """A sound in espeak-ng's IPA, a sign, or the gap between words, and the events that happen as it begins."""

    text: str
    events: tuple[Event, ...] = ()


@dataclass(frozen=True)
class Phrase:
    """What is said in one breath. `rate` 1 is the voice's own pace, `gain` a factor, `pause` seconds after it."""

    sounds: tuple[Sound, ...] = ()
    rate: float = 1.0
    gain: float = 1.0
    pause: float = 0.0


@dataclass
class _Open:
    """The phrase that is being gathered."""

    sounds: list[Sound] = field(default_factory=list)
    waiting: list[Event] = field(default_factory=list)

    def add(self, text: str, *events: Event) -> None:
        self.sounds.append(Sound(text, (*self.waiting, *events)))
        self.waiting = []


def phrases(script: Script, events: list[Event]) -> Iterator[Phrase]:
    """The phrases of SCRIPT, of which EVENTS are what espeak-ng told when it read it."""
    places, manners = script.words(), _manners(script)
    begins = [place.at for place in places]
    open_, manner, last = _Open(), _manner(manners, 0), -1
    for event in events:
        if event.kind == espeak.MARK:
            open_.waiting.append(event)
        elif event.kind == espeak.PHONEME and event.name and not event.name.startswith("("):
            open_.add(event.name, event)
        elif event.kind == espeak.WORD:
            index = nearest(places, begins, event.at)
            if index is None or index <= last:  # one more word of a number
                _gap(open_)
                open_.waiting.append(event)
                continue
            between = script.text[places[last].end if last >= 0 else 0 : places[index].at]
            sign, pause = _pause(between, script, places[last] if last >= 0 else None)
            following = _manner(manners, places[index].at)
            if sign and open_.sounds:
                open_.add(sign)
            if pause is not None or following != manner:
                yield from _closed(open_, manner, pause or 0.0)
                open_ = _Open(waiting=open_.waiting)
            else:
                _gap(open_)
            open_.waiting.append(event)
            last, manner = index, following
    rest = script.text[places[last].end :] if last >= 0 else script.text
    sign, pause = _pause(rest, script, places[last] if last >= 0 else None)
    if open_.sounds:
        open_.add(sign or ".")
    elif open_.waiting:
        open_.add("")
    yield from _closed(open_, manner, pause or 0.0)


def _gap(open_: _Open) -> None:
    if open_.sounds and open_.sounds[-1].text != " ":
        open_.sounds.append(Sound(" "))


def _closed(open_: _Open, manner: tuple[float, float], pause: float) -> Iterator[Phrase]:
    """The gathered phrase, in pieces where it is too long; the pause is after the last."""
    rate, gain = manner
    whole = Phrase((), rate, gain)
    sounds = open_.sounds
    while sum(len(sound.text) for sound in sounds) > LONGEST:
        at = _cut(sounds)
        yield replace(whole, sounds=tuple(sounds[:at]))
        sounds = sounds[at:]
    if sounds or pause:
        yield replace(whole, sounds=tuple(sounds), pause=pause)


def _cut(sounds: list[Sound]) -> int:
    """Where SOUNDS are parted: after the last comma that leaves a piece short enough, else between two words."""
    length, comma, gap, at = 0, 0, 0, 0
    for at, sound in enumerate(sounds):
        length += len(sound.text)
        if length > LONGEST:
            break
        if sound.text == " ":
            gap = at + 1
            comma = at + 1 if at and _SIGN.fullmatch(sounds[at - 1].text) else comma
    return comma or gap or at


def _pause(between: str, script: Script, before: WordPlace | None) -> tuple[str, float | None]:
    """The sign in what stands BETWEEN two words, and the seconds of pause that it asks for; None for no pause."""
    tags = list(_TAG.finditer(between)) if script.is_ssml else []
    plain = _TAG.sub(" ", between) if script.is_ssml else between
    found = _SIGN.search(plain)
    sign = found.group() if found and before is not None else ""
    if sign == "." and before is not None and _abbreviated(script, before, plain):
        sign = ""
    pause = SENTENCE if sign and sign[0] in _ENDS else None
    sign = {"...": "…", "–": "—"}.get(sign, sign)
    if re.search(r"\n\s*\n", plain) or any(tag["name"] == "p" for tag in tags):
        pause = PARAGRAPH
    elif pause is None and any(tag["name"] == "s" for tag in tags):
        pause = SENTENCE
    breaks = [_break(tag["attributes"]) for tag in tags if tag["name"] == "break" and not tag["closing"]]
    if breaks:
        pause = max(sum(breaks), 0.0)
    return sign, pause


def _abbreviated(script: Script, word: WordPlace, after: str) -> bool:
    written = script.text[word.at : word.end].lower()
    return after.rstrip() == "." and (written in ABBREVIATIONS or (len(written) == 1 and written.isalpha()))


def _break(attributes: str) -> float:
    given = dict(_ATTRIBUTE.findall(attributes))
    found = re.fullmatch(r"\+?(\d+(?:\.\d+)?)(ms|s)", given.get("time", ""))
    if found:
        return float(found[1]) / (1000 if found[2] == "ms" else 1)
    return _STRENGTHS.get(given.get("strength", "medium"), 0.15)


def _manners(script: Script) -> list[tuple[int, tuple[float, float]]]:
    """From which character on the script is spoken at which rate and with which gain."""
    stack, found = [(1.0, 1.0)], [(0, (1.0, 1.0))]
    for tag in _TAG.finditer(script.text) if script.is_ssml else ():
        if tag["name"] != "prosody":
            continue
        if tag["closing"]:
            stack.pop()
        else:
            given, (rate, gain) = dict(_ATTRIBUTE.findall(tag["attributes"])), stack[-1]
            stack.append((rate * _rate(given.get("rate", "medium")), gain * _gain(given.get("volume", "medium"))))
        found.append((tag.end(), stack[-1]))
    return found


def _manner(manners: list[tuple[int, tuple[float, float]]], at: int) -> tuple[float, float]:
    return manners[bisect.bisect_right([begin for begin, _ in manners], at) - 1][1]


def _rate(value: str) -> float:
    if value.endswith("%") and re.fullmatch(r"\d+(?:\.\d+)?", value[:-1]):
        return min(2.0, max(0.2, float(value[:-1]) / 100))  # Polly's range
    return _RATES.get(value, 1.0)


def _gain(value: str) -> float:
    found = re.fullmatch(r"([+-]?\d+(?:\.\d+)?)dB", value)
    decibels = float(found[1]) if found else _VOLUMES.get(value, 0.0)
    return 0.0 if decibels <= -100 else float(10 ** (decibels / 20))
