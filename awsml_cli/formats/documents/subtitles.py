"""SRT and WebVTT: sentences are translated whole, and dealt out again to the cues that they ran over.

Times, numbers, identifiers, settings, notes and styles stay as they are. In a cue that is translated the lines are
laid anew, and the times before each word of a karaoke cue go, since the words are others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from awsml_cli.core.errors import InputError
from awsml_cli.formats.documents.encoding import Line, TextFile, decode, lines
from awsml_cli.formats.documents.model import Document, Draft, Markup, Options
from awsml_cli.formats.documents.sentences import Share, Unit, share_out, unit
from awsml_cli.formats.documents.wrapping import deal, join, lay, one_line
from awsml_cli.formats.transcript.rules import Rules
from awsml_cli.formats.transcript.subtitle_file import Cue, parse_subtitles

_DASH = re.compile(r"\s*(?:<[^<>]*>)*\s*[-–—‐]\s?(?=[^\s\d>-])")
_VOICE = re.compile(r"\s*<v[.\s]")
_TAG = re.compile(r"<(/?)([a-z]+)[^<>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Place:
    """A cue in the file: its times, and where its text stands, as lines."""

    cue: Cue
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


def read(kind: str, data: bytes, options: Options) -> Document:
    """The subtitles in DATA. Raises InputError where there are none (a WebVTT file may have none)."""
    file = decode(data)
    places = list(_vtt_places(file) if kind == "vtt" else _srt_places(file))
    if kind == "srt" and not places:
        parse_subtitles(file.text)  # says what is missing
    draft = Draft()
    units = [[unit(text) for text in _turns(place)] for place in places]
    shares = share_out([(place.cue.start, place.cue.end, parts) for place, parts in zip(places, units, strict=True)])
    markup: Markup = "html" if kind == "vtt" else "text"
    segments = {
        number: draft.segment(f"cue {sentence.first + 1}", sentence.text, markup)
        for number, sentence in enumerate(shares.sentences)
    }
    weights = {segments[number]: sentence.weights for number, sentence in enumerate(shares.sentences)}
    for place, parts, cue_shares in zip(places, units, shares.cues, strict=True):
        used = list(
            dict.fromkeys(segments[share.sentence] for shares_of_unit in cue_shares for share in shares_of_unit)
        )
        if used:
            local = [
                [Share(used.index(segments[share.sentence]), share.part) for share in shares_of_unit]
                for shares_of_unit in cue_shares
            ]
            write = partial(
                _written, place, parts, local, [weights[index] for index in used], options.rules, file.newline
            )
            draft.slot(place.lines[0].begin, place.lines[-1].end, used, write)
    return draft.document(kind, file)


def _written(
    place: _Place,
    units: Sequence[Unit],
    shares: Sequence[Sequence[Share]],
    weights: Sequence[tuple[float, ...]],
    rules: Rules,
    newline: str,
    texts: Sequence[str],
) -> str:
    """The text of one cue: for each of its units the shares of the sentences that run through it."""
    done: list[str] = []
    for each, own in zip(units, shares, strict=True):
        words = ""
        for share in own:
            dealt = _balanced(deal(_clean(texts[share.sentence]), weights[share.sentence], rules.width))
            words = join(words, dealt[share.part])
        if not own:
            words = each.body
        most = max(rules.max_lines, len(place.lines)) if len(units) == 1 else 1
        laid = _balanced(lay(words, width=rules.width, room=_room(place, rules), most=most))
        done.append(each.before + newline.join(laid) + each.after)
    return newline.join(done)


def _clean(text: str) -> str:
    """A text that cannot end its cue: without line ends and arrows."""
    return one_line(text).replace("-->", "->")


def _balanced(parts: Sequence[str]) -> list[str]:
    """PARTS with a tag that reaches over several of them closed and opened again in each."""
    done: list[str] = []
    opened: list[tuple[str, str]] = []
    for part in parts:
        text = "".join(raw for _, raw in opened) + part if part else part
        for found in _TAG.finditer(part):
            if not found[1]:
                opened.append((found[2], found[0]))
            elif opened and opened[-1][0] == found[2]:
                opened.pop()
        done.append(text + "".join(f"</{name}>" for name, _ in reversed(opened)) if part else part)
    return done


def _room(place: _Place, rules: Rules) -> float:
    """How wide the lines of a cue may be: as RULES say, or as its own are."""
    return max([float(rules.line_width), *(rules.width(re.sub(r"<[^<>]*>", "", line.text)) for line in place.lines)])


def _turns(place: _Place) -> list[str]:
    """The texts of a cue: one, or one for each speaker where lines begin with dashes or voices."""
    found: list[str] = []
    marks = [bool(_DASH.match(line.text) or _VOICE.match(line.text)) for line in place.lines]
    several = sum(marks) > 1 or (len(marks) > 1 and marks[-1])
    for line, marked in zip(place.lines, marks, strict=True):
        if not found or (several and marked):
            found.append(line.text.strip())
        else:
            found[-1] = join(found[-1], line.text.strip())
    return found


def _timing(line: Line) -> Cue | None:
    """The cue that a line of times begins, or None for any other line."""
    if "->" not in line.text:
        return None
    try:
        return parse_subtitles(line.text)[0]
    except InputError:
        return None


def _srt_places(file: TextFile) -> Iterator[_Place]:
    """What stands between two lines of times is text, less the number of the next one."""
    every = list(lines(file.text))
    timings = [(at, cue) for at, line in enumerate(every) if (cue := _timing(line))]
    numbered = [at - 1 if at and every[at - 1].text.strip().isdecimal() else at for at, _ in timings]
    for index, (at, cue) in enumerate(timings):
        until = numbered[index + 1] if index + 1 < len(numbered) else len(every)
        yield from _place(cue, every[at + 1 : until])


def _vtt_places(file: TextFile) -> Iterator[_Place]:
    """The blocks, parted by empty lines, whose first or second line has times."""
    block: list[Line] = []
    for line in [*lines(file.text), Line(len(file.text), len(file.text), "")]:
        if line.text.strip():
            block.append(line)
            continue
        for at, each in enumerate(block[:2]):
            if cue := _timing(each):
                yield from _place(cue, block[at + 1 :])
                break
        block = []


def _place(cue: Cue, found: list[Line]) -> Iterator[_Place]:
    while found and not found[-1].text.strip():
        found = found[:-1]
    while found and not found[0].text.strip():
        found = found[1:]
    if found:
        yield _Place(cue, tuple(found))
