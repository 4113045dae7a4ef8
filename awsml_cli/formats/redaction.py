"""A text with what was found in it replaced, piece by piece, and the way back.

What is replaced is replaced line by line, so that a text keeps its lines; everything else stays as it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from awsml_cli.formats.spans import Span, covered

TOKEN: Final = re.compile(r"\[[A-Z][A-Z0-9_]*-[0-9]+\]")
LONGEST_TOKEN: Final = 64  # characters; the longest of AWS's types has 40
LITERAL: Final = "TEXT"  # the type of what only looks like a token and was there before

Replace = Callable[[str, str], str]  # type and text -> what stands there instead

_PART = re.compile(r"[^\r\n]+")


def tag(kind: str, text: str) -> str:
    """The type in brackets, as AWS's own redaction has it: `[NAME]`."""
    return f"[{kind}]"


def mask(char: str) -> Replace:
    """CHAR for every character."""
    return lambda kind, text: char * len(text)


class Tokens:
    """Numbered tokens, `[NAME-1]`: the same for the same text, so that it can be put back.

    KNOWN are those of earlier runs, text by token; KEEP is told each new one, before it is used.
    """

    def __init__(self, known: Mapping[str, str], keep: Callable[[str, str], None]) -> None:
        self._keep = keep
        self._tokens: dict[tuple[str, str], str] = {}
        self._count: dict[str, int] = {}
        for token, text in known.items():
            kind, _, number = token.strip("[]").rpartition("-")
            self._tokens[kind, text] = token
            self._count[kind] = max(self._count.get(kind, 0), int(number))

    def __call__(self, kind: str, text: str) -> str:
        """The token for TEXT of this KIND."""
        found = self._tokens.get((kind, text))
        if found is None:
            self._count[kind] = self._count.get(kind, 0) + 1
            found = self._tokens[kind, text] = f"[{kind}-{self._count[kind]}]"
            self._keep(found, text)
        return found


class Redactor:
    """Takes a text segment by segment with what was found in it, and gives it out redacted.

    With REVERSIBLE, what looks like a token in the text itself is replaced by one too, or it could not be told apart.
    """

    def __init__(self, replace: Replace, *, reversible: bool = False) -> None:
        self._replace = replace
        self._reversible = reversible
        self._text = ""
        self._base = 0  # of `_text` in the whole, in code points
        self._spans: list[Span] = []

    def feed(self, segment: str, found: Iterable[Span], *, settled: int) -> str:
        """Take the next SEGMENT and what was FOUND up to its end; give what is certain before the place SETTLED."""
        self._text += segment
        self._spans = covered([*self._spans, *found])
        cut = max(self._base, min(settled, self._base + len(self._text)))
        for span in self._spans:
            if span["BeginOffset"] < cut < span["EndOffset"]:
                cut = max(self._base, span["BeginOffset"])
        return self._given(self._whole_token(cut) if self._reversible else cut)

    def close(self) -> str:
        """Give the rest."""
        return self._given(self._base + len(self._text))

    def _given(self, cut: int) -> str:
        base, text, at = self._base, self._text, self._base
        pieces = []
        for span in self._spans:
            begin, end = max(at, span["BeginOffset"]), min(span["EndOffset"], base + len(text))
            if end > cut or begin >= end:
                continue
            pieces.append(self._left(text[at - base : begin - base]))
            pieces.append(self._replaced(str(span["Type"]), text[begin - base : end - base]))
            at = end
        pieces.append(self._left(text[at - base : cut - base]))
        self._text, self._base = text[cut - base :], cut
        self._spans = [span for span in self._spans if span["EndOffset"] > cut]
        return "".join(pieces)

    def _replaced(self, kind: str, text: str) -> str:
        return _PART.sub(lambda part: part[0] if part[0].isspace() else self._replace(kind, part[0]), text)

    def _left(self, text: str) -> str:
        return TOKEN.sub(lambda found: self._replace(LITERAL, found[0]), text) if self._reversible else text

    def _whole_token(self, cut: int) -> int:
        """CUT, or the place before it where something begins that may become a token."""
        text = self._text[: cut - self._base]
        at = text.rfind("[", max(0, len(text) - LONGEST_TOKEN))
        if at < 0 or "]" in text[at:] or any(span["EndOffset"] > self._base + at for span in self._spans):
            return cut
        return self._base + at


def restored(chunks: Iterable[str], texts: Mapping[str, str], *, unknown: Callable[[str], None]) -> Iterator[str]:
    """The text of CHUNKS with the TEXTS put back for their tokens; UNKNOWN is told of other tokens."""

    def back(found: re.Match[str]) -> str:
        if found[0] not in texts:
            unknown(found[0])
        return texts.get(found[0], found[0])

    held = ""
    for chunk in chunks:
        text = held + chunk
        at = text.rfind("[", max(0, len(text) - LONGEST_TOKEN))
        cut = at if at >= 0 and "]" not in text[at:] and "\n" not in text[at:] else len(text)
        held = text[cut:]
        if cut:
            yield TOKEN.sub(back, text[:cut])
    if held:
        yield TOKEN.sub(back, held)
