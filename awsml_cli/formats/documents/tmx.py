"""TMX translation memories: each unit gets a variant in the target language, unless it has one (LISA, TMX 1.4b)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

from awsml_cli.core.errors import InputError, UsageError
from awsml_cli.formats.documents.model import Document, Draft, Options
from awsml_cli.formats.documents.protection import has_words
from awsml_cli.formats.documents.xml_file import Element, elements, read_xml


def read(data: bytes, options: Options) -> Document:
    """The memory in DATA. Raises InputError where it is none, UsageError without a target language."""
    if not options.target:
        raise UsageError("a translation memory needs the language to add", hint="--to CODE")
    file = read_xml(data, typed=True)
    root = elements(file.text)
    if root.name != "tmx":
        raise InputError(f"the file is not TMX: its first element is <{root.name}>, line 1")
    header = root.first("header")
    main = options.source if options.source not in (None, "auto") else header.get("srclang") if header else None
    draft = Draft()
    units = [element for element in root.walk() if element.name == "tu"]
    for number, unit in enumerate(units, start=1):
        variants = [child for child in unit.children if child.name == "tuv"]
        if not variants or any(_covers(options.target, _language(each)) for each in variants):
            continue
        wanted = unit.get("srclang") or main or ""
        source = next((each for each in variants if _is_in(each, wanted)), variants[0])
        seg = source.first("seg")
        if seg is None or seg.empty:
            continue
        text = file.text[seg.start.end : seg.end.begin]
        if not has_words(text, "html"):
            continue
        index = draft.segment(unit.get("tuid") or f"unit {number}", re.sub(r"[^\S\r\n]*[\r\n]\s*", " ", text), "html")
        last = variants[-1].end.end
        draft.slot(last, last, [index], partial(_written, *_frame(file.text, source, options.target)), always=True)
    return draft.document("tmx", file)


def _language(variant: Element) -> str:
    return variant.get("xml:lang") or variant.get("lang") or ""


def _is_in(variant: Element, language: str) -> bool:
    return _covers(language, _language(variant)) or _covers(_language(variant), language)


def _covers(wide: str, code: str) -> bool:
    """Whether the language CODE is WIDE, or a region's form of it."""
    wide, code = (each.lower().replace("_", "-") for each in (wide, code))
    return code == wide or code.startswith(wide + "-")


def _frame(text: str, variant: Element, target: str) -> tuple[str, str]:
    """What stands around the words of a new variant: the blanks of VARIANT, and its tags without their attributes."""
    found = re.search(r"\s*\Z", text[: variant.start.begin])
    seg = variant.first("seg")
    assert seg is not None
    inner_before = re.sub(r"\S.*", "", text[variant.start.end : seg.start.begin], flags=re.DOTALL)
    inner_after = re.sub(r".*\S", "", text[seg.end.end : variant.end.begin], flags=re.DOTALL)
    return (
        f'{found[0] if found else ""}<tuv xml:lang="{target}">{inner_before}<seg>',
        f"</seg>{inner_after}</tuv>",
    )


def _written(before: str, after: str, texts: Sequence[str]) -> str:
    return before + texts[0] + after
