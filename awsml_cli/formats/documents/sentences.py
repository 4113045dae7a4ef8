"""Sentences that run over several cues: found, and shared out among them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from awsml_cli.formats.documents.prose import has_letter
from awsml_cli.formats.documents.protection.marks import Mark, mates, tag
from awsml_cli.formats.documents.wrapping import join
from awsml_cli.formats.pieces.boundaries import sentence_ends

MOST_CUES = 6  # cues that one sentence may run over: text without stops would never end
PAUSE = 2.0  # seconds of silence over which no sentence runs

_SIGN = re.compile(r"<[^<>]*>|\{\\[^{}]*\}")
_TIME = re.compile(r"<(?:\d+:)?\d{2}:\d{2}\.\d{3}>")
_LEADING = re.compile(r"(?:\{\\[^{}]*\}|<v[^<>]*>|\s|[-–—‐](?=\s?[^\s\d>-])|[♪♫#]\s)+")
_NO_SENTENCE = re.compile(r"[\[(（【♪♫#].*|.*[\])）】♪♫:：]", re.DOTALL)
_GOES_ON = re.compile(r"(?:\.\.\.|…|,|;|-|–|—)[\"'”’»]*\Z")


@dataclass(frozen=True, slots=True)
class Unit:
    """What one speaker says in one cue: the words, and the signs before and after all of them."""

    before: str
    body: str
    after: str


@dataclass(frozen=True, slots=True)
class Share:
    """A unit's share of a sentence: the sentence's number, and which of its parts."""

    sentence: int
    part: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """One or more sentences to translate together; `weights` are the lengths of its parts, `first` its first cue."""

    text: str
    weights: tuple[float, ...]
    first: int


@dataclass(frozen=True, slots=True)
class Shares:
    """The sentences of a file, and for each cue and each of its units the shares that it gets, in order."""

    sentences: list[Sentence] = field(default_factory=list)
    cues: list[list[list[Share]]] = field(default_factory=list)


def unit(text: str) -> Unit:
    """TEXT with the signs around it taken off: voice, dash, position, and tags that hold all of it."""
    text = _TIME.sub("", text)
    found = _LEADING.match(text)
    before = found[0] if found else ""
    body, after = text[len(before) :], ""
    while inner := _held(body):
        opened, body, closed = inner
        before, after = before + opened, closed + after
    stripped = body.rstrip()
    after = body[len(stripped) :] + after
    if before.lstrip().startswith("<v") and stripped.lower().endswith("</v>"):
        stripped, after = stripped[:-4], stripped[-4:] + after
    return Unit(before, stripped, after)


def share_out(cues: Sequence[tuple[float, float, Sequence[Unit]]]) -> Shares:
    """Find the sentences in CUES, each given as its begin and end in seconds and its units."""
    shares = Shares(cues=[[[] for _ in units] for _, _, units in cues])
    for run in _runs(cues):
        _share_run(run, shares)
    return shares


_Run = list[tuple[int, int, str]]  # cue, unit, words


def _runs(cues: Sequence[tuple[float, float, Sequence[Unit]]]) -> Iterator[_Run]:
    """Units that one sentence may run through: of cues that follow each other, with one speaker each."""
    run: _Run = []
    before: tuple[float, Unit] | None = None
    for number, (begin, end, units) in enumerate(cues):
        for at, each in enumerate(units):
            if not has_letter(_SIGN.sub("", each.body)):
                before = None
                continue
            goes_on = (
                len(units) == 1 and before is not None and begin - before[0] <= PAUSE and _follows(before[1], each)
            )
            if run and not goes_on:
                yield run
                run = []
            run.append((number, at, each.body))
            before = (end, each) if len(units) == 1 else None
    if run:
        yield run


def _follows(one: Unit, two: Unit) -> bool:
    """Whether the words of TWO may go on with a sentence of ONE."""
    plain, following = _SIGN.sub("", one.body).strip(), _SIGN.sub("", two.body).strip()
    if (
        _NO_SENTENCE.fullmatch(plain)
        or _NO_SENTENCE.fullmatch(following)
        or re.search(r"[-–—‐]\s?\Z|[♪♫#]", two.before)
    ):
        return False
    if _voice(one.before) != _voice(two.before):
        return False
    return _GOES_ON.search(plain) is not None or len(plain) not in sentence_ends(plain)


def _voice(before: str) -> str:
    found = re.search(r"<v[^<>]*>", before)
    return found[0] if found else ""


def _share_run(run: _Run, shares: Shares) -> None:
    text, places = "", []
    for _, _, words in run:
        text = join(text, words)
        places.append((len(text) - len(words), len(text)))
    last: tuple[int, ...] = ()
    for begin, end in _spans(text, places):
        through = tuple(
            at
            for at, (one, two) in enumerate(places)
            if has_letter(text[max(begin, one) : min(end, two)]) or one <= begin < two
        )
        cue = run[through[0]][0]
        if len(through) == 1 and last == through:  # another sentence of the same unit: translated along with the last
            before = shares.sentences[-1]
            shares.sentences[-1] = Sentence(join(before.text, text[begin:end].strip()), before.weights, before.first)
            continue
        last = through
        weights = tuple(
            float(max(1, len(_SIGN.sub("", text[max(begin, places[at][0]) : min(end, places[at][1])]))))
            for at in through
        )
        for part, at in enumerate(through):
            shares.cues[run[at][0]][run[at][1]].append(Share(len(shares.sentences), part))
        shares.sentences.append(Sentence(text[begin:end].strip(), weights, cue))


def _spans(text: str, places: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The sentences of TEXT, each through MOST_CUES of PLACES at most."""
    begin = 0
    for end in [*sentence_ends(text), len(text)]:
        while has_letter(text[begin:end]) or end == len(text):
            if begin >= end:
                break
            inside = [two for one, two in places if two > begin and one < end]
            cut = inside[MOST_CUES - 1] if len(inside) > MOST_CUES else end
            if not has_letter(text[cut:]):
                cut = len(text)
            yield begin, cut
            begin = cut
        if begin >= len(text):
            return


def _held(text: str) -> tuple[str, str, str] | None:
    """TEXT as opening tag, inside and closing tag, where one pair of tags holds all of it."""
    signs = list(_SIGN.finditer(text))
    if len(signs) < 2 or signs[0].start() or signs[-1].end() != len(text.rstrip()):
        return None
    marks: list[Mark] = [tag(sign[0]) if sign[0].startswith("<") else Mark(sign[0]) for sign in signs]
    if mates(marks).get(0) != len(marks) - 1:
        return None
    return signs[0][0], text[signs[0].end() : signs[-1].start()], text[signs[-1].start() :]
