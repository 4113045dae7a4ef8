"""What is said when and by whom, from subtitles (SRT or WebVTT) that may still be arriving."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from awsml_cli.core.errors import InputError, UsageError
from awsml_cli.core.sources import PAUSE
from awsml_cli.formats.transcript.subtitle_file import Cue, parse_subtitles

WEBVTT: Final = "WEBVTT"
_TIMING: Final = re.compile(r"^[^\n]*-->[^\n]*$", re.MULTILINE)
_VOICE: Final = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]*)>")
_HINT: Final = "a subtitle begins with a line such as 00:00:01,000 --> 00:00:02,500"
_DASH: Final = re.compile(r"^\s*[-–—]\s+")
_WIDE: Final = re.compile(r"[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff]")
_DIGIT: Final = re.compile(r"\d")
_WIDTH: Final = 2.7  # how much longer a syllable of Chinese, Japanese or Korean takes than a letter
_FIGURE: Final = 4.0  # and a digit: 1874 is eighteen seventy-four


@dataclass(frozen=True)
class Line:
    """What one speaker says in a cue, which has this NUMBER: from `begin` to `end` (seconds); `text` may be empty."""

    number: int
    begin: float
    end: float
    text: str
    speaker: str | None = None

    @property
    def weight(self) -> float:
        """How long it takes to say, in letters."""
        return weight(self.text)


@dataclass(frozen=True)
class Cast:
    """Who speaks: the voice of each speaker (by name, case-folded), and that of all others."""

    voices: Mapping[str, str] = field(default_factory=dict)
    default: str | None = None

    def voice(self, speaker: str | None) -> str | None:
        """The voice that was named for SPEAKER."""
        return self.voices.get((speaker or "").casefold(), self.default)


def cast(given: Sequence[str]) -> Cast:
    """The cast of `--voice` options, `NAME` or `SPEAKER=NAME`. Raises UsageError where two say different things."""
    named: dict[str, str] = {}
    default: str | None = None
    for word in given:
        speaker, equals, voice = (part.strip() for part in word.rpartition("="))
        if not voice or (equals and not speaker):
            raise UsageError(f"`{word}` names no voice", hint="--voice Joanna, or --voice spk_0=Joanna")
        if not equals and default is not None:
            raise UsageError(f"two voices for everybody: {default} and {voice}", hint="--voice spk_0=Joanna")
        if not equals:
            default = voice
        elif speaker.casefold() in named:
            raise UsageError(f"two voices for {speaker}", hint="give each speaker one")
        else:
            named[speaker.casefold()] = voice
    return Cast(named, default)


def weight(text: str) -> float:
    """How long TEXT takes to say, in letters."""
    return len(text) + (_WIDTH - 1) * len(_WIDE.findall(text)) + (_FIGURE - 1) * len(_DIGIT.findall(text))


def lines(chunks: Iterable[str], *, speakers: Collection[str] = ()) -> Iterator[list[Line]]:
    """What is said in the subtitles that CHUNKS make up, as far as each chunk tells; a PAUSE among them sends on.

    A voice span (`<v Ann>`) names its speaker, and so does `Ann: ` where Ann is one of SPEAKERS (case-folded). Raises
    InputError for text in which there is no cue.
    """
    count = 0
    for cues in _cues(chunks):
        found: list[Line] = []
        for cue in cues:
            count += 1
            found += _said(replace(cue, index=count), speakers)
        if found:
            yield found
    if not count:
        raise InputError("there is nothing to speak: no subtitle in this text", hint=_HINT)


def _cues(chunks: Iterable[str]) -> Iterator[list[Cue]]:
    text, head = "", ""
    for chunk in chunks:
        text = _unix(text + chunk)
        if not head and not text.lstrip().startswith(WEBVTT[: len(text.lstrip())]):
            head = "\n"  # SRT
        if head != f"{WEBVTT}\n\n" and text.lstrip().startswith(WEBVTT):
            head = f"{WEBVTT}\n\n"
            text = text.lstrip()
        cut = len(text) if chunk == PAUSE and text.endswith("\n\n") and _TIMING.search(text) else _complete(text)
        if cut:
            yield _parsed(text[:cut], head)
            text = text[cut:]
    if _TIMING.search(text):
        yield _parsed(text, head)


def _unix(text: str) -> str:
    """TEXT with its line ends as ours; a return at the very end may be half of one."""
    if "\r" not in text:
        return text
    held = "\r" if text.endswith("\r") else ""
    return text.removesuffix("\r").replace("\r\n", "\n").replace("\r", "\n") + held


def _complete(text: str) -> int:
    """Where the cue begins that may still go on: all before it is whole."""
    timings = list(_TIMING.finditer(text))
    if len(timings) < 2:
        return 0
    at = timings[-1].start()
    before = text[:at].removesuffix("\n").rsplit("\n", 2)
    # the cue's number or name stands on the line before, behind an empty one
    if before[-1].strip() and (before[-1].strip().isdecimal() or (len(before) > 1 and not before[-2].strip())):
        at -= len(before[-1]) + 1
    return at


def _parsed(text: str, head: str) -> list[Cue]:
    if head.startswith(WEBVTT) and not text.startswith(WEBVTT):
        text = head + text
    return parse_subtitles(text)


def _said(cue: Cue, speakers: Collection[str]) -> list[Line]:
    """The parts of a cue by speaker, each with its share of the time."""
    parts = [(speaker, _plain(cue, text)) for speaker, text in _by_voice(cue)]
    parts = [part for speaker, text in parts for part in _by_name(speaker, text, speakers)]
    spoken = [(speaker, text) for speaker, text in parts if any(letter.isalnum() for letter in text)]
    if not spoken:
        return [Line(cue.index, cue.start, cue.end, "")]
    total = sum(weight(text) for _, text in spoken)
    found, begin = [], cue.start
    for speaker, text in spoken:
        end = begin + (cue.end - cue.start) * weight(text) / total
        found.append(Line(cue.index, begin, end, text, speaker))
        begin = end
    return found


def _by_voice(cue: Cue) -> list[tuple[str | None, str]]:
    spans = list(_VOICE.finditer(cue.text))
    if not spans:
        return [(cue.voice, cue.text)]
    ends = [*(span.start() for span in spans[1:]), len(cue.text)]
    parts: list[tuple[str | None, str]] = [(None, cue.text[: spans[0].start()])]
    parts += [(span[1].strip(), cue.text[span.end() : end]) for span, end in zip(spans, ends, strict=True)]
    return parts


def _plain(cue: Cue, text: str) -> str:
    return replace(cue, text=text).plain


def _by_name(speaker: str | None, text: str, speakers: Collection[str]) -> Iterator[tuple[str | None, str]]:
    """The lines of TEXT, joined as long as the same person speaks."""
    said: list[str] = []
    for line in text.split("\n"):
        line = _DASH.sub("", line).strip()
        name, colon, rest = line.partition(":")
        if colon and name.strip().casefold() in speakers:
            if said:
                yield speaker, " ".join(said)
            speaker, line, said = name.strip(), rest.strip(), []
        said += [line] if line else []
    if said:
        yield speaker, " ".join(said)
