"""A paragraph of runs as one text with tags, and back: every run keeps its look, wherever its words have gone.

The look that most of the words have is the paragraph's; words that look otherwise stand in `<g1>…</g1>`, what holds
runs (links, insertions) is `<c1>…</c1>`, all else (pictures, breaks, notes, fields) is `<x1/>`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from html import escape, unescape

from awsml_cli.formats.documents.model import Draft, Slot
from awsml_cli.formats.documents.prose import has_letter, is_machine
from awsml_cli.formats.documents.tokens import tokens
from awsml_cli.formats.documents.xml_file import Element

_SCHEMAS = r"https?://(?:schemas\.openxmlformats\.org|purl\.oclc\.org/ooxml)"


@dataclass(frozen=True, slots=True)
class Grammar:
    """What elements are called: their usual prefix and namespace, what goes before the runs, what holds runs.

    `space` is what a text with blanks at its ends needs; `looks` are the parts of a run's look that cannot be seen.
    """

    prefix: str
    namespace: str
    space: str
    looks: re.Pattern[str]
    holders: frozenset[str] = frozenset()
    dropped: frozenset[str] = frozenset()


WORD = Grammar(
    "w:",
    rf"{_SCHEMAS}/wordprocessingml/(?:2006/)?main",
    ' xml:space="preserve"',
    re.compile(r"<\w+:(?:lang|noProof|proofErr|webHidden)\b[^>]*/>"),
    frozenset(("hyperlink", "ins", "moveTo", "smartTag", "customXml", "dir", "bdo")),
    frozenset(("proofErr", "lastRenderedPageBreak")),
)
DRAWING = Grammar(
    "a:",
    rf"{_SCHEMAS}/drawingml/(?:2006/)?main",
    "",
    re.compile(r"\s(?:lang|altLang|dirty|err|smtClean|noProof|bmk)=\"[^\"]*\""),
)
SHEET = Grammar("", rf"{_SCHEMAS}/spreadsheetml/(?:2006/)?main", ' xml:space="preserve"', re.compile(r"(?!)"))


@dataclass(slots=True)
class _Piece:
    """A piece of a paragraph: `text` in a look, a whole (`x`), or the beginning (`c`) or end (`/c`) of a holder."""

    kind: str
    text: str = ""
    look: str = ""
    number: int = 0
    nested: list[Slot] = field(default_factory=list)  # of the paragraphs inside it
    begin: int = 0


@dataclass(slots=True)
class _Reading:
    """A paragraph while it is read."""

    draft: Draft
    source: str
    grammar: Grammar
    prefix: str
    id: str
    pieces: list[_Piece] = field(default_factory=list)
    looks: dict[str, str] = field(default_factory=dict)  # what can be seen of it, and how it is written
    field_depth: int = 0
    field_kept: bool = False

    def is_named(self, element: Element, name: str) -> bool:
        return element.start.name == self.prefix + name


def add_paragraph(draft: Draft, source: str, paragraph: Element, grammar: Grammar, prefix: str, id: str) -> None:
    """Add PARAGRAPH's text as one segment, if it has words; paragraphs inside it (in text boxes) as their own."""
    if paragraph.empty:
        return
    reading = _Reading(draft, source, grammar, prefix, id)
    children = paragraph.children
    begin = paragraph.start.end
    if children and children[0].start.name == f"{prefix}pPr":
        begin = children[0].end.end
        children = children[1:]
    for child in children:
        _take(reading, child)
    pieces = reading.pieces
    first = next(
        (at for at, piece in enumerate(pieces) if piece.kind != "x" and (piece.kind != "text" or piece.text.strip())), 0
    )
    last = max(
        (at for at, piece in enumerate(pieces) if piece.kind != "x" and (piece.kind != "text" or piece.text.strip())),
        default=-1,
    )
    inner = pieces[first : last + 1]
    words = "".join(piece.text for piece in inner if piece.kind == "text")
    nested = [slot for piece in pieces for slot in piece.nested]
    if not has_letter(words) or is_machine(words):
        draft.slots.extend(nested)
        return
    base = Counter(dict.fromkeys(reading.looks, 0))
    for piece in inner:
        if piece.kind == "text":
            base[piece.look] += len(piece.text)
    main = base.most_common(1)[0][0]
    index = draft.segment(id, _tagged(inner, main, list(reading.looks)), "html")
    inside = tuple(number for slot in nested for number in slot.segments)
    write = partial(_written, reading, pieces[:first], inner, pieces[last + 1 :], main, nested)
    draft.slot(begin, paragraph.end.begin, (index, *inside), write)


def _take(reading: _Reading, element: Element) -> None:
    """Add ELEMENT, something in a paragraph beside its properties."""
    name = element.name
    if name in reading.grammar.dropped:
        return
    if reading.is_named(element, "r") and not element.empty:
        _take_run(reading, element)
    elif name in reading.grammar.holders and not element.empty and not reading.field_kept:
        number = len(reading.pieces)
        reading.pieces.append(_Piece("c", element.start.raw, number=number))
        for child in element.children:
            _take(reading, child)
        reading.pieces.append(_Piece("/c", element.end.raw, number=number))
    elif name == "sdt" and (content := element.first("sdtContent")) and not content.empty and not reading.field_kept:
        number = len(reading.pieces)
        reading.pieces.append(_Piece("c", reading.source[element.start.begin : content.start.end], number=number))
        for child in content.children:
            _take(reading, child)
        reading.pieces.append(_Piece("/c", reading.source[content.end.begin : element.end.end], number=number))
    else:
        _add_whole(reading, element.start.begin, element.end.end, element)


def _take_run(reading: _Reading, run: Element) -> None:
    properties = next((child for child in run.children if child.name == "rPr"), None)
    raw = reading.source[properties.start.begin : properties.end.end] if properties else ""
    for child in run.children:
        if child is properties or child.name in reading.grammar.dropped:
            continue
        kept = reading.field_kept
        if child.name == "fldChar":
            _note_field(reading, child)
        elif child.name == "instrText" and reading.field_depth == 1:
            code = reading.source[child.start.end : child.end.begin]
            reading.field_kept = kept = "HYPERLINK" not in code
        if reading.is_named(child, "t") and not kept:
            look = reading.grammar.looks.sub("", raw)
            look = "" if re.fullmatch(r"<[\w:]+(\s*/>|></[\w:]+>)", look) else look
            reading.looks.setdefault(look, raw)
            text = "" if child.empty else unescape(reading.source[child.start.end : child.end.begin])
            last = reading.pieces[-1] if reading.pieces else None
            if last and last.kind == "text" and last.look == look:
                last.text += text
            else:
                reading.pieces.append(_Piece("text", text, look))
        else:
            _add_whole(reading, child.start.begin, child.end.end, child, around=(f"{run.start.raw}{raw}", run.end.raw))


def _note_field(reading: _Reading, mark: Element) -> None:
    """Fields are kept with their results, but for links: what they show is text."""
    kind = mark.get(f"{reading.prefix}fldCharType")
    if kind == "begin":
        reading.field_depth += 1
        reading.field_kept = True
    elif kind == "separate" and reading.field_depth > 1:
        reading.field_kept = True
    elif kind == "end":
        reading.field_depth = max(0, reading.field_depth - 1)
        reading.field_kept = reading.field_depth > 0


def _add_whole(reading: _Reading, begin: int, end: int, element: Element, around: tuple[str, str] = ("", "")) -> None:
    """Add what stays: its spelling, and the paragraphs inside it as slots of their own, relative to it."""
    before = len(reading.draft.slots)
    inner = [
        each for each in element.walk() if reading.is_named(each, "p") and not _between(each, element, reading.prefix)
    ]
    for number, paragraph in enumerate(inner, start=1):
        add_paragraph(
            reading.draft, reading.source, paragraph, reading.grammar, reading.prefix, f"{reading.id}, box {number}"
        )
    nested = reading.draft.slots[before:]
    del reading.draft.slots[before:]
    if around[0]:
        last = reading.pieces[-1] if reading.pieces else None
        if last and last.kind == "x" and not nested and not last.nested and last.look == around[0]:
            last.text = last.text.removesuffix(around[1]) + reading.source[begin:end] + around[1]
            return
    text = around[0] + reading.source[begin:end] + around[1]
    piece = _Piece("x", text, around[0], len(reading.pieces), nested, begin - len(around[0]))
    reading.pieces.append(piece)


def _between(element: Element, outer: Element, prefix: str) -> bool:
    """Whether another paragraph stands between ELEMENT and OUTER, which holds it."""
    parent = element.parent
    while parent is not None and parent is not outer:
        if parent.start.name == f"{prefix}p":
            return True
        parent = parent.parent
    return False


def _tagged(pieces: Sequence[_Piece], main: str, looks: Sequence[str]) -> str:
    """PIECES as a text with tags."""
    done: list[str] = []
    for piece in pieces:
        if piece.kind == "text":
            words = escape(piece.text, quote=False)
            name = f"g{looks.index(piece.look)}"
            done.append(words if piece.look == main or not piece.text.strip() else f"<{name}>{words}</{name}>")
        elif piece.kind == "x":
            done.append(f"<x{piece.number}/>")
        else:
            done.append(f"<{piece.kind}{piece.number}>")
    return "".join(done)


def _written(
    reading: _Reading,
    before: Sequence[_Piece],
    inner: Sequence[_Piece],
    after: Sequence[_Piece],
    main: str,
    nested: Sequence[Slot],
    texts: Sequence[str],
) -> str:
    """The paragraph's contents with its translation: texts[0]; the others are those of the paragraphs inside."""
    rest = list(texts[1:])
    raw: dict[str, str] = {}
    for piece in (*before, *inner, *after):
        text, at = piece.text, 0
        if piece.nested:
            parts = []
            for slot in piece.nested:
                own, rest = rest[: len(slot.segments)], rest[len(slot.segments) :]
                parts += [text[at : slot.begin - piece.begin], slot.render(own)]
                at = slot.end - piece.begin
            text = "".join([*parts, text[at:]])
        raw[f"{piece.kind}{piece.number}"] = text
    looks = list(reading.looks)
    look = [main]
    known = {f"g{number}" for number in range(len(looks))} | {name.removeprefix("/") for name in raw}
    done = [_edge(reading, piece, raw) for piece in before]
    for token in tokens(texts[0]):
        name = token.name
        if token.kind == "text" or name not in known:
            done.append(_run(reading, look[-1], unescape(token.raw)))
        elif name.startswith("g"):
            look = [*look, looks[int(name[1:])]] if token.kind == "open" else look[:-1] or [main]
        elif token.kind == "close":
            done.append(raw[f"/{name}"])
        else:
            done.append(raw[name])
    return "".join(done + [_edge(reading, piece, raw) for piece in after])


def _edge(reading: _Reading, piece: _Piece, raw: dict[str, str]) -> str:
    return _run(reading, piece.look, piece.text) if piece.kind == "text" else raw[f"{piece.kind}{piece.number}"]


def _run(reading: _Reading, look: str, text: str) -> str:
    """TEXT as a run that looks like LOOK."""
    if not text:
        return ""
    p = reading.prefix
    properties = reading.looks.get(look, "")
    return f"<{p}r>{properties}<{p}t{reading.grammar.space}>{escape(text, quote=False)}</{p}t></{p}r>"
