"""Split SSML where a pause is natural, so that every piece is a whole document within Polly's limits.

Elements that are open at a cut are closed and opened again, with all their attributes. Nothing is cut inside an element
that is one thing (`say-as`, `sub`, `phoneme`, `w`, `prosody` with a longest duration). Breaks and marks stay with what
comes before them.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import IntEnum
from itertools import zip_longest

from awsml_cli.core.errors import InputError
from awsml_cli.formats.pieces import boundaries
from awsml_cli.formats.pieces.graphemes import is_boundary, last_boundary
from awsml_cli.formats.ssml.origin import Fragment, Origin, SsmlPiece
from awsml_cli.formats.ssml.read import Tag, Text, read

LIMIT_BILLED = 3_000  # characters of one SynthesizeSpeech request without its tags
LIMIT_TOTAL = 6_000  # and with them

# Polly gives no pause at the end of a request, so that of a paragraph that ends there is said
PARAGRAPH_PAUSE = '<break strength="x-strong"/>'
_WHOLE = ("say-as", "sub", "phoneme", "w")
_SEPARATE = ("speak", "p", "s", "break")  # words on both sides are never one word
_LONGEST_WORD = 100  # characters; longer ones are offered in parts, under a small limit even shorter ones
_WORD = re.compile(r"\S+\s*|\s+")


class Rank(IntEnum):
    """How good a place is to cut at."""

    NONE = 0
    GRAPHEME = 1
    WORD = 2
    CLAUSE = 3
    SENTENCE = 4
    PARAGRAPH = 5


_BREAKS = {"p": Rank.PARAGRAPH, "s": Rank.SENTENCE}


@dataclass(frozen=True, slots=True)
class _Part:
    """A tag or a few characters of text, and how good a cut behind it would be."""

    tag: Tag | None
    fragments: tuple[Fragment, ...]
    billed: int
    blank: bool
    line: int
    rank: Rank

    @property
    def size(self) -> int:
        return sum(len(fragment.text) for fragment in self.fragments)


@dataclass(slots=True)
class _Run:
    """What would be one piece: parts from `begin`, with the places at which it could end."""

    begin: int
    open: list[Tag]  # elements to open again
    places: dict[Rank, tuple[int, int, list[Tag]]] = field(default_factory=dict)  # end, billed until there, open there


def split(ssml: str, *, limit_billed: int = LIMIT_BILLED, limit_total: int = LIMIT_TOTAL) -> list[str]:
    """Split SSML into documents of at most LIMIT_BILLED characters of text and LIMIT_TOTAL characters in all.

    Raises InputError with the line for what is not well formed, or cannot be cut and is over a limit.
    """
    return [piece.ssml for piece in split_pieces(ssml, limit_billed=limit_billed, limit_total=limit_total)]


def split_pieces(ssml: str, *, limit_billed: int = LIMIT_BILLED, limit_total: int = LIMIT_TOTAL) -> list[SsmlPiece]:
    """Split as `split` does; the pieces know where in SSML their bytes come from."""
    source = read(ssml)
    if len(ssml) <= limit_total and sum(len(part.spoken) for part in source if isinstance(part, Text)) <= limit_billed:
        origin = Origin()
        origin.verbatim(ssml, at=0)
        return [SsmlPiece(ssml, origin)]
    return _Splitting(_parts(source, limit_billed), limit_billed, limit_total).pieces()


class _Splitting:
    def __init__(self, parts: list[_Part], limit_billed: int, limit_total: int) -> None:
        self._parts = parts
        self._limit_billed = limit_billed
        self._limit_total = limit_total

    def pieces(self) -> list[SsmlPiece]:
        pieces, run = [], _Run(0, [])
        while run.begin < len(self._parts):
            end, opened = self._end(run)
            if any(not part.blank for part in self._parts[run.begin : end]):
                pieces.append(self._written(run, end, opened))
            run = _Run(end, opened)
        return pieces

    def _end(self, run: _Run) -> tuple[int, list[Tag]]:
        """Find where the piece that begins with RUN ends: the part behind it, and what is open there."""
        opened = list(run.open)
        billed, total = 0, sum(len(tag.raw) + len(tag.name) + 3 for tag in opened)
        for index in range(run.begin, len(self._parts)):
            part = self._parts[index]
            billed += part.billed
            total += part.size
            if part.tag and part.tag.kind == "open":
                opened.append(part.tag)
                total += len(part.tag.name) + 3
            elif part.tag and part.tag.kind == "close":
                total -= len(opened.pop().name) + 3
            last = index == len(self._parts) - 1
            reserve = 0 if last else len(PARAGRAPH_PAUSE)
            if billed > self._limit_billed or total + reserve > self._limit_total:
                return self._best(run, index)
            if part.rank and not any(map(_is_whole, opened)):
                run.places[part.rank] = (index + 1, billed, list(opened))
        return len(self._parts), []

    def _best(self, run: _Run, index: int) -> tuple[int, list[Tag]]:
        """Choose among the places up to part INDEX, which is over a limit."""
        places = run.places
        if not places:
            part = self._parts[index]
            tag = next(filter(_is_whole, self._opened(run.begin, index)), part.tag)
            what = f"<{tag.name}> at line {tag.line}" if tag else f"the text at line {part.line}"
            raise InputError(
                f"{what} cannot be cut and is over the limit of {self._limit_billed:,} characters"
                f" ({self._limit_total:,} with tags)",
                hint="shorten it, or put fewer tags around it",
            )
        furthest = max(billed for _, billed, _ in places.values())
        paragraph = places.get(Rank.PARAGRAPH)
        if paragraph and paragraph[1] * 2 > furthest:
            return paragraph[0], paragraph[2]
        good = [places[rank] for rank in (Rank.SENTENCE, Rank.PARAGRAPH) if rank in places]
        end, _, opened = max(good) if good else places[max(places)]
        return end, opened

    def _opened(self, begin: int, index: int) -> list[Tag]:
        opened: list[Tag] = []
        for part in self._parts[begin : index + 1]:
            if part.tag and part.tag.kind == "open":
                opened.append(part.tag)
            elif part.tag and part.tag.kind == "close" and opened:
                opened.pop()
        return opened

    def _written(self, run: _Run, end: int, opened: list[Tag]) -> SsmlPiece:
        parts = self._parts[run.begin : end]
        begins, ends = parts[0].fragments[0].at, parts[-1].fragments[-1]
        origin = Origin()
        for tag in run.open:
            origin.instead(tag.raw, at=begins)
        for fragment in (fragment for part in parts for fragment in part.fragments):
            if fragment.verbatim:
                origin.verbatim(fragment.text, at=fragment.at)
            else:
                origin.instead(fragment.text, at=fragment.at, length=fragment.length)
        behind = ends.at + ends.length
        if end < len(self._parts) and parts[-1].rank is Rank.PARAGRAPH:
            origin.instead(PARAGRAPH_PAUSE, at=behind)
        for tag in reversed(opened):
            origin.instead(f"</{tag.name}>", at=behind)
        return SsmlPiece(origin.text, origin)


def _is_whole(tag: Tag) -> bool:
    return tag.name in _WHOLE or "amazon:max-duration" in tag.attributes


def _parts(source: list[Tag | Text], limit: int) -> list[_Part]:
    """Break the source into the smallest parts that are moved, each with the rank of a cut behind it."""
    spoken = _Spoken(source, max(1, min(_LONGEST_WORD, limit // 2)))
    parts: list[_Part] = []
    for index, item in enumerate(source):
        before = parts[-1].rank if parts else Rank.NONE
        if isinstance(item, Tag):
            fragment = Fragment(item.raw, item.at, len(item.raw), True)
            parts.append(_Part(item, (fragment,), 0, item.kind != "empty", item.line, _rank_of(item, before)))
            continue
        for part in spoken.parts(item, spoken.begins[index]):
            # a blank behind a tag is as good a place as the tag, and behind an opening one none
            after_tag = part.blank and parts and parts[-1].tag
            parts.append(replace(part, rank=parts[-1].rank) if after_tag else part)
    return [_with_following(part, following) for part, following in zip_longest(parts, parts[1:])]


def _with_following(part: _Part, following: _Part | None) -> _Part:
    """Raise the rank in front of a paragraph or sentence that is about to open."""
    tag = following.tag if following else None
    if tag is None or tag.kind != "open" or tag.name not in _BREAKS or (part.tag and part.tag.kind == "open"):
        return part
    return replace(part, rank=max(part.rank, _BREAKS[tag.name]))


def _rank_of(tag: Tag, before: Rank) -> Rank:
    if tag.kind == "open":
        return Rank.NONE
    if tag.kind == "empty":
        return max(before, Rank.WORD)
    return max(before, _BREAKS.get(tag.name, Rank.NONE))


class _Spoken:
    """All that is spoken, as one text in which sentences can be found across tags."""

    def __init__(self, source: list[Tag | Text], longest: int) -> None:
        self._longest = longest
        self.begins: dict[int, int] = {}
        written: list[str] = []
        size = 0
        for index, item in enumerate(source):
            if isinstance(item, Text):
                self.begins[index] = size
                written.append(item.spoken)
            else:
                written.append("\n" if item.name in _SEPARATE else "")
            size += len(written[-1])
        self._text = "".join(written)
        self._ranks = dict.fromkeys(boundaries.clause_ends(self._text), Rank.CLAUSE)
        self._ranks |= dict.fromkeys(boundaries.sentence_ends(self._text), Rank.SENTENCE)

    def parts(self, item: Text, begin: int) -> list[_Part]:
        """Break one text into words, or where there are no blanks at the ends of sentences and clauses."""
        parts, fragments, used, line = [], deque(item.fragments), begin, item.line
        for end in self._ends(begin, begin + len(item.spoken)):
            taken = tuple(_taken(fragments, end - used))
            spoken = self._text[used:end]
            parts.append(_Part(None, taken, end - used, spoken.isspace(), line, self._rank(end)))
            line += spoken.count("\n")
            used = end
        return parts

    def _ends(self, begin: int, stop: int) -> list[int]:
        ends: list[int] = []
        for match in _WORD.finditer(self._text, begin, stop):
            at = match.start()
            inner = [end for end in range(at + 1, match.end()) if end in self._ranks and not self._text[end].isspace()]
            for end in [*inner, match.end()]:
                while end - at > self._longest:
                    at = last_boundary(self._text, at + self._longest, begin=at) or end
                    ends.append(at)
                if end > at:
                    ends.append(end)
                at = end
        return ends

    def _rank(self, end: int) -> Rank:
        at = end
        while at and self._text[at - 1].isspace():
            at -= 1
        if at in self._ranks:
            return self._ranks[at]
        if at < end or end == len(self._text) or self._text[end].isspace():
            return Rank.WORD
        return Rank.GRAPHEME if is_boundary(self._text, end) else Rank.NONE


def _taken(fragments: deque[Fragment], count: int) -> Iterator[Fragment]:
    """Take the fragments that write the first COUNT characters spoken."""
    while count:
        fragment = fragments.popleft()
        spoken = len(fragment.text) if fragment.verbatim else 1
        if spoken > count:
            fragments.appendleft(_slice(fragment, count, spoken))
            fragment = _slice(fragment, 0, count)
        yield fragment
        count -= min(count, spoken)


def _slice(fragment: Fragment, begin: int, end: int) -> Fragment:
    return Fragment(fragment.text[begin:end], fragment.at + begin, end - begin, True)
