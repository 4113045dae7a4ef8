"""Write translated Markdown so that it is read again as what it was: no word of it may begin a block."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from awsml_cli.formats.documents.protection import Mark, scan
from awsml_cli.formats.documents.wrapping import atoms, one_line

_BEGINS_BLOCK = re.compile(r"(?:[-+*]|\#{1,6}|\d{1,9}[.)]|=+|-{2,})\Z|>|`{3}|~{3}|<[A-Za-z!?/]|\||:{3}|\[\^?[^\]]*\]:")
_SPECIAL_START = re.compile(r"([-+*](?=\s)|\#{1,6}(?=\s|\Z)|>|={2,}\s*\Z|-{2,}\s*\Z|~{3}|\|)")
_NUMBER_START = re.compile(r"(\d{1,9})([.)])(?=\s)")
_HELD = "\ue000"  # a blank inside a mark, where a line must not be broken
_LEAST = 40  # characters: lines of a paragraph are not laid narrower


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a paragraph: where its words stand in the file, the words, what stands before them in the line, and
    whether a hard break follows.
    """

    begin: int
    end: int
    text: str
    prefix: str
    hard: bool = False


def write_paragraph(places: Sequence[Place], newline: str, texts: Sequence[str]) -> str:
    """The translation in lines about as wide as those of PLACES, each after the prefix of its line; one stays one."""
    text = _escaped_start(one_line(texts[0]))
    if len(places) == 1:
        return text
    room = max(_LEAST, *(len(place.prefix) + len(place.text) for place in places))
    done = [""]
    prefix = places[0].prefix
    for atom in atoms(_unbroken(text)):
        if done[-1] and len(prefix) + len(done[-1]) + len(atom.blank) + len(atom.text) > room and _may_begin(atom.text):
            done.append(atom.text)
            prefix = places[min(len(done), len(places)) - 1].prefix
        else:
            done[-1] += (atom.blank if done[-1] else "") + atom.text
    done = [line.replace(_HELD, " ") for line in done]
    return "".join(
        line if at == 0 else newline + places[min(at, len(places) - 1)].prefix + line for at, line in enumerate(done)
    )


def write_cell(texts: Sequence[str]) -> str:
    """The translation as a cell: its bars escaped."""
    return re.sub(r"(?<!\\)((?:\\\\)*)\|", r"\1\\|", one_line(texts[0]))


def _unbroken(text: str) -> str:
    """TEXT with the blanks in code, addresses and the like held."""
    return "".join(
        item.raw.replace(" ", _HELD) if isinstance(item, Mark) else item.raw for item in scan(text, "md").items
    )


def _may_begin(word: str) -> bool:
    return _BEGINS_BLOCK.match(word) is None


def _escaped_start(text: str) -> str:
    """TEXT whose beginning is no sign of a block."""
    if _SPECIAL_START.match(text):
        return "\\" + text
    found = _NUMBER_START.match(text)
    return f"{found[1]}\\{text[found.end(1) :]}" if found else text
