"""SRT and WebVTT files: read with patience, written to the letter.

What people's files hold is kept: tags, cue settings, identifiers, notes and styles. A cue's text is in the markup
of the file that it came from; `srt_to_vtt` and `vtt_to_srt` change it from one to the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from html import unescape
from typing import Literal

from awsml_cli.core.errors import InputError

_TIME = r"(?:(\d+)\s*:\s*)?(\d{1,2})\s*:\s*(\d{1,2})(?:\s*[,.]\s*(\d{1,3})\d*)?"
_TIMING = re.compile(rf"^\s*{_TIME}\s*--+>\s*{_TIME}\s*(.*)$")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]*)>")
_VOICE_END = re.compile(r"</v\s*>")
_VTT_TAGS = re.compile(r"</?(?:v|c|lang|ruby|rt)(?:[.\s][^>]*)?>|<(?:\d+:)?\d{2}:\d{2}\.\d{3}>")
_TAGS = re.compile(r"<[^<>]*>|\{\\[^{}]*\}")
_SRT_TAG = re.compile(r"<(/?)([biu])>", re.IGNORECASE)
_SRT_MARKUP = re.compile(r"</?font[^>]*>|\{\\[^{}]*\}", re.IGNORECASE)
_HINT = "a cue begins with a line such as 00:00:01,000 --> 00:00:02,500"

Kind = Literal["srt", "vtt"]


@dataclass(frozen=True, slots=True)
class Cue:
    """A text with the time in which it is shown (seconds).

    `index` counts from 1 in the file's order; `identifier` is what the file itself called the cue. `settings` are what
    follows the times. `voice` is the speaker of a WebVTT voice span that holds the whole text (and is then no longer in
    the text), or the first of several (which stay). `before` are the notes, styles and regions that stood before it.
    """

    index: int
    start: float
    end: float
    text: str
    settings: str = ""
    voice: str | None = None
    identifier: str = ""
    before: tuple[str, ...] = ()

    @property
    def plain(self) -> str:
        """The text without tags and entities, line ends kept."""
        return unescape(_TAGS.sub("", self.text))


@dataclass(frozen=True, slots=True)
class SubtitleFile:
    """A whole file: its kind, its cues, and in WebVTT the header after the word WEBVTT and what follows the last
    cue.
    """

    kind: Kind
    cues: tuple[Cue, ...]
    header: str = ""
    after: tuple[str, ...] = ()

    def write(self) -> str:
        """The file as text, in its own kind."""
        if self.kind == "srt":
            return write_srt(self.cues)
        return write_vtt(self.cues, header=self.header, after=self.after)


def read_subtitle_file(text: str) -> SubtitleFile:
    """The file in TEXT. A BOM, CR or CRLF line ends, point or comma in times, missing or odd numbers, missing hours and
    empty lines inside an SRT cue are all taken as they come.

    Raises InputError for text in which there is no cue; a WebVTT file may have none.
    """
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines[0].split(maxsplit=1)[:1] == ["WEBVTT"]:
        return _read_vtt(lines)
    cues = tuple(_srt_cues(lines))
    if not cues:
        raise InputError("there is no subtitle in this text", hint=_HINT)
    return SubtitleFile("srt", cues)


def parse_subtitles(text: str) -> list[Cue]:
    """The cues in TEXT, SRT or WebVTT, in the file's order. Raises InputError where there are none."""
    return list(read_subtitle_file(text).cues)


def write_srt(cues: Iterable[Cue]) -> str:
    """SRT of CUES, numbered anew from 1; texts as they are, but an arrow or an empty line inside one, which would
    end it.
    """
    return "\n".join(
        f"{number}\n{_srt_time(cue.start)} --> {_srt_time(cue.end)}{_after_space(cue.settings)}\n{_safe(cue.text)}\n"
        for number, cue in enumerate(cues, start=1)
    )


def write_vtt(cues: Iterable[Cue], *, header: str = "", after: Iterable[str] = ()) -> str:
    """WebVTT of CUES: HEADER follows the word WEBVTT, AFTER the last cue. The text of a cue is WebVTT markup
    already; its voice, if it is not in the text, is put around it."""
    blocks = ["WEBVTT" + (header if header.startswith("\n") else _after_space(header))]
    for cue in cues:
        blocks.extend(cue.before)
        identifier = f"{cue.identifier}\n" if cue.identifier else ""
        timing = f"{_vtt_time(cue.start)} --> {_vtt_time(cue.end)}{_after_space(cue.settings)}"
        blocks.append(f"{identifier}{timing}\n{_safe(_voiced(cue))}")
    return "\n\n".join([*blocks, *after]) + "\n"


def escape_vtt(text: str) -> str:
    """Plain TEXT as WebVTT markup: `&`, `<` and `>` (which also makes an arrow harmless) as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def vtt_to_srt(cues: Iterable[Cue]) -> list[Cue]:
    """CUES of a WebVTT file for an SRT one: voices become `Ann: `, bold and italics stay, the rest of the markup goes.

    SRT has no entities, so text that looks like a tag ("&lt;b&gt;") is one from then on.
    """
    return [replace(cue, text=_srt_text(cue), settings="", voice=None, identifier="", before=()) for cue in cues]


def srt_to_vtt(cues: Iterable[Cue]) -> list[Cue]:
    """CUES of an SRT file for a WebVTT one: bold, italics and underline stay tags, fonts go, all else is text."""
    return [replace(cue, text=_vtt_text(cue.text), settings="", identifier="") for cue in cues]


def _read_vtt(lines: list[str]) -> SubtitleFile:
    blocks = list(_blocks(lines))
    header = blocks[0].removeprefix("WEBVTT").strip(" \t")
    cues: list[Cue] = []
    before: list[str] = []
    for block in blocks[1:]:
        cue = _vtt_cue(block, index=len(cues) + 1, before=tuple(before))
        if cue is None:
            before.append(block)
        else:
            cues.append(cue)
            before = []
    return SubtitleFile("vtt", tuple(cues), header, tuple(before))


def _blocks(lines: Iterable[str]) -> Iterator[str]:
    block: list[str] = []
    for line in lines:
        if line.strip():
            block.append(line.rstrip())
        elif block:
            yield "\n".join(block)
            block = []
    if block:
        yield "\n".join(block)


def _vtt_cue(block: str, *, index: int, before: tuple[str, ...]) -> Cue | None:
    """The cue of a block, whose times stand in its first or second line; None for a note, a style or a region."""
    lines = block.split("\n")
    for at, line in enumerate(lines[:2]):
        match = _TIMING.match(line)
        if match:
            text, voice = _unvoiced("\n".join(lines[at + 1 :]))
            start, end, settings = _times(match)
            return Cue(index, start, end, text, settings, voice, lines[0] if at else "", before)
    return None


def _srt_cues(lines: list[str]) -> Iterator[Cue]:
    """Cues by their timing lines: what stands between two is text, less the number of the next one."""
    timings = [(at, match) for at, line in enumerate(lines) if (match := _TIMING.match(line))]
    numbered = [at - 1 if at and lines[at - 1].strip().isdecimal() else at for at, _ in timings]
    for index, ((at, match), number) in enumerate(zip(timings, numbered, strict=True), start=1):
        until = numbered[index] if index < len(numbered) else len(lines)
        start, end, settings = _times(match)
        text = "\n".join(line.rstrip() for line in lines[at + 1 : until]).strip("\n")
        yield Cue(index, start, end, text, settings, None, lines[number].strip() if number < at else "")


def _times(match: re.Match[str]) -> tuple[float, float, str]:
    return _seconds(match.groups()[:4]), _seconds(match.groups()[4:8]), match[9].strip()


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, fraction = (part or "0" for part in parts)
    return (int(hours) * 3_600_000 + int(minutes) * 60_000 + int(seconds) * 1000 + int(fraction.ljust(3, "0"))) / 1000


def _unvoiced(text: str) -> tuple[str, str | None]:
    """The text without the one voice span that holds all of it, and its voice; several spans stay where they are."""
    voices = list(_VOICE.finditer(text))
    if not voices:
        return text, None
    voice = unescape(voices[0][1]).strip()
    if len(voices) > 1 or voices[0].start() > 0:
        return text, voice
    return _VOICE_END.sub("", text[voices[0].end() :]), voice


def _voiced(cue: Cue) -> str:
    if cue.voice is None or "<v" in cue.text:
        return cue.text
    return f"<v {escape_vtt(cue.voice)}>{cue.text}</v>"


def _srt_text(cue: Cue) -> str:
    text = cue.text
    if "<v" in text:
        text = _VOICE.sub(lambda match: f"{match[1]}: ", text)
    elif cue.voice:
        text = f"{cue.voice}: {text}"
    return unescape(_VTT_TAGS.sub("", text))


def _vtt_text(text: str) -> str:
    escaped = escape_vtt(_SRT_MARKUP.sub("", text)).replace("&lt;", "<").replace("&gt;", ">")
    kept = _SRT_TAG.sub(lambda match: f"\0{match[1]}{match[2].lower()}\1", escaped)
    return kept.replace("<", "&lt;").replace(">", "&gt;").replace("\0", "<").replace("\1", ">")


def _safe(text: str) -> str:
    """A text that ends where it should: without empty lines and arrows."""
    return re.sub(r"\n\s*\n", "\n", text.strip("\n")).replace("-->", "->")


def _after_space(text: str) -> str:
    return f" {text}" if text else ""


def _srt_time(seconds: float) -> str:
    return _vtt_time(seconds).replace(".", ",")


def _vtt_time(seconds: float) -> str:
    """Hours always: every player takes them, some do not take their absence."""
    whole = max(round(seconds * 1000), 0)
    minutes, milliseconds = divmod(whole, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{milliseconds // 1000:02d}.{milliseconds % 1000:03d}"
