"""Find what stays in a text: the one reader behind `protect` and `split_around`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape

from awsml_cli.formats.documents.model import Markup
from awsml_cli.formats.documents.prose import has_letter
from awsml_cli.formats.documents.protection import markdown, patterns
from awsml_cli.formats.documents.protection.marks import Item, Mark, Text, settled, tag

_PLAIN = patterns.spelled(
    first={
        "code": patterns.CODE,
        "comment": patterns.COMMENT,
        "tag": patterns.TAG,
        "time": r"<(?:\d+:)?\d{2}:\d{2}\.\d{3}>",
        "entity": patterns.ENTITY,
    },
    last={"stray": patterns.STRAY},
)
_MARKDOWN = patterns.spelled(
    first={
        "escape": r"\\[!-/:-@\[-`{-~]",
        "code": patterns.CODE,
        "math": r"\$\$.{1,500}?\$\$|(?<![\\$\w])\$(?![\s${])[^$\n]{0,200}?(?<![\s\\])\$(?![\w$])",
        "comment": patterns.COMMENT,
        "auto": r"<(?:[A-Za-z][\w+.-]{1,31}:[^<>\s]*|[\w.+-]+@[\w.-]+)>",
        "tag": patterns.TAG,
        "note": r"\[\^[^\]\s]+\]|\[[ xX]\](?=\s)",
        "picture": r"!\[",
        "bracket": r"[\[\]]",
        "name": r"(?<!\w)[^\W_]+(?:_+[^\W_]+)+(?!\w)",  # snake_case
        "run": r"\*+|_+|~~+",
        "entity": patterns.ENTITY,
    },
    last={"stray": patterns.STRAY + "|`+"},
)
_SPEAKABLE = frozenset(("Pi", "Pf", "Pd", "Ps", "Pe"))
_QUOTES = frozenset("\"'&")


@dataclass(frozen=True, slots=True)
class Scan:
    """The items of a text, and for each character that stands in it as an entity, how it was written."""

    items: list[Item]
    entities: Mapping[str, str]


def scan(text: str, markup: Markup) -> Scan:
    """TEXT as words and marks; their raw spellings, joined, are TEXT."""
    entities: dict[str, str] = {}
    items: list[Item] = []
    at = 0
    for name, begin, end in patterns.matches(_MARKDOWN if markup == "md" else _PLAIN, text):
        raw = text[begin:end]
        _words(items, text[at:begin])
        at = end
        if name == "entity":
            items.append(_entity(text, begin, end, entities, markup))
        elif name == "tag":
            items.append(tag(raw))
        elif name in ("picture", "bracket", "run") and markup == "md":
            items.append(Mark(raw, "whole", name))
        else:
            items.append(Mark(raw))
    _words(items, text[at:])
    if markup == "md":
        items = markdown.paired(items)
    return Scan(settled(items), entities)


def has_words(text: str, markup: Markup) -> bool:
    """Whether there is a letter in TEXT beside what stays."""
    return any(isinstance(item, Text) and has_letter(item.value) for item in scan(text, markup).items)


def _words(items: list[Item], text: str) -> None:
    if text:
        items.append(Text(text, text))


def _entity(text: str, begin: int, end: int, entities: dict[str, str], markup: Markup) -> Item:
    """A letter or quotation mark written as an entity is a word's part, and is written that way again; others stay."""
    raw = text[begin:end]
    char = unescape(raw)
    speakable = len(char) == 1 and (
        char.isalnum() or char in _QUOTES or unicodedata.category(char) in _SPEAKABLE or unicodedata.combining(char)
    )
    if not speakable or (char == "&" and re.match(r"#?\w+;", text[end:])):
        return Mark(raw)
    if entities.get(char, raw) != raw or (char in text and not (markup == "html" and char == "&")):
        return Mark(raw)  # written in two ways: which of them to use again could not be known
    entities[char] = raw
    return Text(char, raw)
