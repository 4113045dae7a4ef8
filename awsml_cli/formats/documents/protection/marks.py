"""What a text is made of: words, and marks between them that stay as they are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from awsml_cli.formats.documents.prose import has_letter

_VOID = "area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr"
VOID = frozenset(_VOID.split())
"""Elements without an end tag, in HTML; an `<x/>` is one in any markup."""

_KEPT = "code kbd samp tt var pre script style svg math textarea template ph bpt ept it"
KEPT = frozenset(_KEPT.split())
"""Elements that are kept with all that is in them: code in HTML, native code in XLIFF and TMX."""

_UNTRANSLATED = re.compile(
    r"\btranslate\s*=\s*[\"']?no\b|\bclass\s*=\s*(?:\"[^\"]*|'[^']*|)\bnotranslate\b|\bmtype\s*=\s*[\"']protected",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Text:
    """Words: what a reader sees, and how that is written in the file."""

    value: str
    raw: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that stays: as a whole, or as the beginning or the end of something that has words in it.

    `name` says which ends belong to which beginnings.
    """

    raw: str
    role: Literal["whole", "open", "close"] = "whole"
    name: str = ""


Item = Text | Mark


def tag(raw: str) -> Mark:
    """The mark of a tag: of HTML, XML or WebVTT."""
    found = re.match(r"<(/?)([A-Za-z_][\w:-]*(?:\.[\w-]+)*)", raw)
    if found is None or raw.endswith("/>"):
        return Mark(raw)
    name = found[2].lower()
    if name in VOID and not found[1]:
        return Mark(raw)
    return Mark(raw, "close" if found[1] else "open", name.partition(".")[0])


def is_kept(mark: Mark) -> bool:
    """Whether what MARK begins is kept with all that is in it."""
    return mark.name in KEPT or (mark.raw.startswith("<") and _UNTRANSLATED.search(mark.raw) is not None)


def mates(items: Sequence[Item]) -> dict[int, int]:
    """The indexes of beginnings and of the ends that belong to them; pairs lie inside or beside each other."""
    found: dict[int, int] = {}
    open_: list[int] = []
    for at, item in enumerate(items):
        if not isinstance(item, Mark) or item.role == "whole":
            continue
        if item.role == "open":
            open_.append(at)
            continue
        for back in range(len(open_) - 1, -1, -1):
            begun = items[open_[back]]
            if isinstance(begun, Mark) and begun.name == item.name:
                found[open_[back]] = at
                del open_[back:]
                break
    return found


def settled(items: Sequence[Item]) -> list[Item]:
    """ITEMS with every beginning paired: what has no end, no words or must be kept has become a whole mark.

    Whole marks with nothing between them are one.
    """
    paired = mates(items)
    ends = set(paired.values())
    done: list[Item] = []
    at = 0
    while at < len(items):
        item = items[at]
        if isinstance(item, Text):
            _append(done, item)
        elif at in paired:
            end = paired[at]
            if is_kept(item) or not _has_words(items[at + 1 : end]):
                _append(done, Mark("".join(each.raw for each in items[at : end + 1])))
                at = end
            else:
                done.append(item)
        elif at in ends:
            done.append(item)
        else:
            _append(done, Mark(item.raw))
        at += 1
    return done


def _append(done: list[Item], item: Item) -> None:
    last = done[-1] if done else None
    if isinstance(item, Text) and isinstance(last, Text):
        done[-1] = Text(last.value + item.value, last.raw + item.raw)
    elif isinstance(item, Mark) and isinstance(last, Mark) and last.role == "whole":
        done[-1] = Mark(last.raw + item.raw)
    elif item.raw:
        done.append(item)


def _has_words(items: Sequence[Item]) -> bool:
    return any(isinstance(item, Text) and has_letter(item.value) for item in items)
