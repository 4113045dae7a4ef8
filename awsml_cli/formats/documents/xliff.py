"""XLIFF 1.2 and 2.x: `source` is translated into `target`, with the inline elements that are in it.

Units that have a translation keep it unless `overwrite` is given: in 1.2 a target with words whose state is not `new`
or `needs-translation`, in 2.x one whose segment is not `initial`. What is marked `translate="no"` stays. A target that
is written says so: `state="translated"`, in 1.2 with `state-qualifier="mt-suggestion"` (OASIS, XLIFF 1.2, 2.3).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial

from awsml_cli.core.errors import InputError
from awsml_cli.formats.documents.model import Document, Draft, Options
from awsml_cli.formats.documents.protection import has_words
from awsml_cli.formats.documents.xml_file import Element, elements, read_xml, set_attribute

_UNFINISHED = (None, "new", "needs-translation", "initial")
_CDATA = re.compile(r"\s*<!\[CDATA\[(.*?)\]\]>\s*", re.DOTALL)


def read(data: bytes, options: Options) -> Document:
    """The XLIFF in DATA. Raises InputError, with the line, where it is none or refers to what is not in it."""
    file = read_xml(data, typed=True)
    root = elements(file.text)
    if root.name != "xliff":
        raise InputError(f"the file is not XLIFF: its first element is <{root.name}>, line 1")
    draft = Draft()
    second = (root.get("version") or "1.2").startswith("2")
    for holder, about in _units(root, "", translated=True):
        source, target = holder.first("source"), holder.first("target")
        if source is None or source.empty:
            continue
        words = file.text[source.start.end : source.end.begin]
        cdata = _CDATA.fullmatch(words)
        text = cdata[1] if cdata else words if _keeps_blanks(source) else _shortened(words)
        if not has_words(text, "html") or not (
            options.overwrite or _is_open(file.text, holder, target, words, second=second)
        ):
            continue
        index = draft.segment(about, text, "html")
        state = holder if second else None
        before = "" if target else _between(file.text, source)
        write = partial(_written, target, state, before, bool(cdata), source.start.name.removesuffix("source"))
        place = (target.start.begin, target.end.end) if target else _after(holder, source)
        draft.slot(*place, [index], write, always=True)
        if state is not None and "state" in {each.name for each in holder.start.attributes()}:
            tag = set_attribute(holder.start.raw, "state", "translated")
            draft.slot(holder.start.begin, holder.start.end, [index], partial(_constant, tag), always=True)
    _note_language(draft, root, options, second=second)
    return draft.document("xliff", file)


def _units(element: Element, about: str, *, translated: bool) -> Iterator[tuple[Element, str]]:
    """What holds a source and a target: a trans-unit of 1.2, a segment of 2.x; with its place."""
    for child in element.children:
        wanted = translated if child.get("translate") is None else child.get("translate") != "no"
        name = child.get("original") or child.get("id") or child.get("resname") or ""
        inside = f"{about}/{name}" if about and name else about or name
        if child.name == "trans-unit" and wanted:
            yield child, inside
        elif child.name == "unit" and wanted:
            for number, segment in enumerate((each for each in child.children if each.name == "segment"), start=1):
                yield segment, f"{inside}/{segment.get('id') or number}"
        elif child.name in ("file", "body", "group"):
            yield from _units(child, inside, translated=wanted)


def _is_open(text: str, holder: Element, target: Element | None, source: str, *, second: bool) -> bool:
    """Whether a translation is still missing."""
    if holder.get("approved") == "yes":
        return False
    if target is None or target.empty:
        return True
    words = text[target.start.end : target.end.begin]
    state = holder.get("state") if second else target.get("state")
    if not words.strip():
        return True
    return state in _UNFINISHED[1:] or (state is None and words == source)


def _written(
    target: Element | None, state: Element | None, before: str, cdata: bool, prefix: str, texts: Sequence[str]
) -> str:
    words = f"<![CDATA[{texts[0]}]]>" if cdata else texts[0]
    if target is None:
        mark = "" if state is not None else ' state="translated" state-qualifier="mt-suggestion"'
        return f"{before}<{prefix}target{mark}>{words}</{prefix}target>"
    start = target.start.raw
    if state is None:
        start = set_attribute(start, "state", "translated")
        start = set_attribute(start, "state-qualifier", "mt-suggestion")
    start = re.sub(r"\s*/>\Z", ">", start)
    end = f"</{target.start.name}>" if target.empty else target.end.raw
    return start + words + end


def _after(holder: Element, source: Element) -> tuple[int, int]:
    """The place of a target that is not there: after the source, or the segmented source that follows it."""
    last = holder.first("seg-source") or source
    return last.end.end, last.end.end


def _between(text: str, source: Element) -> str:
    """The line end and indentation before SOURCE: a new target stands as it does."""
    found = re.search(r"(?:\r\n|\r|\n)[^\S\r\n]*\Z", text[: source.start.begin])
    return found[0] if found else ""


def _keeps_blanks(element: Element | None) -> bool:
    """Whether line ends mean something in ELEMENT: the nearest `xml:space` says so."""
    while element is not None:
        if (said := element.get("xml:space")) is not None:
            return said == "preserve"
        element = element.parent
    return False


def _shortened(words: str) -> str:
    """WORDS with line ends and indentation, which mean nothing there, as one blank."""
    return re.sub(r"[^\S\r\n]*[\r\n]\s*", " ", words)


def _note_language(draft: Draft, root: Element, options: Options, *, second: bool) -> None:
    """Name the language of the targets where the file leaves it out."""
    if not options.target:
        return
    name = "trgLang" if second else "target-language"
    for element in [root] if second else [child for child in root.children if child.name == "file"]:
        if element.get(name) is None:
            tag = set_attribute(element.start.raw, name, options.target)
            draft.slot(element.start.begin, element.start.end, [], partial(_constant, tag), always=True)


def _constant(text: str, _: Sequence[str]) -> str:
    return text
