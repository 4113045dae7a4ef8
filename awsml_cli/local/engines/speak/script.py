"""What is given to a voice: text, and where in the source each part of it stands.

A mark of a word or a sentence has to say where in the source it is, in UTF-8 bytes, markup counted; the engine says
where in the text that it was given. A script keeps both.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

# One word: letters and digits, with what joins them. In scripts without spaces every character is one.
_WORD = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff]|[^\W\u2e80-\u9fff\uf900-\ufaff]+(?:['’.,:\-][^\W_\u2e80-\u9fff]+)*")


@dataclass(frozen=True)
class Part:
    """A run of text: `at` in the script (characters), and what it stands for in the source (bytes).

    `plain` parts are the source's own characters one by one; others (an entity, an alias) stand for all of it.
    """

    at: int
    text: str
    source: int
    source_end: int
    plain: bool = True

    @property
    def end(self) -> int:
        """Where it ends in the script."""
        return self.at + len(self.text)

    def place(self, character: int) -> int:
        """The byte of the source at CHARACTER of the script."""
        if not self.plain:
            return self.source if character < self.end else self.source_end
        return self.source + len(self.text[: character - self.at].encode())


@dataclass(frozen=True)
class WordPlace:
    """A word: where it is in the script (characters) and in the source (bytes)."""

    at: int
    end: int
    source: int
    source_end: int


@dataclass
class Script:
    """`text` is what the engine gets, `parts` are its spoken runs in order; `is_ssml` says how to read it."""

    source: bytes
    text: str = ""
    parts: list[Part] = field(default_factory=list)
    is_ssml: bool = False

    @property
    def spoken(self) -> int:
        """Characters of the source that are spoken, which is what Polly charges."""
        return sum(len(self.source[part.source : part.source_end].decode()) if part.plain else 1 for part in self.parts)

    def words(self) -> list[WordPlace]:
        """The words in order. One that is made of several parts (`AT&amp;T`) is several."""
        places = []
        for part in self.parts:
            found = [match.span() for match in _WORD.finditer(part.text)]
            if not part.plain and found:
                places.append(WordPlace(part.at, part.end, part.source, part.source_end))
                continue
            for start, end in found:
                places.append(
                    WordPlace(part.at + start, part.at + end, part.place(part.at + start), part.place(part.at + end))
                )
        return places

    def source_at(self, character: int) -> int:
        """The byte of the source at CHARACTER of the script, the next spoken one if that is not spoken."""
        index = bisect.bisect_right([part.end for part in self.parts], character)
        if index == len(self.parts):
            return self.parts[-1].source_end if self.parts else 0
        return self.parts[index].place(max(character, self.parts[index].at))


def plain(text: str, *, lexemes: Mapping[str, str] | None = None) -> Script:
    """The script of plain TEXT. LEXEMES are words to be said as another (`W3C` → World Wide Web Consortium)."""
    script = Script(text.encode())
    add(script, substituted(text, lexemes or {}), 0)
    return script


def add(script: Script, runs: Iterable[tuple[str, str]], source: int, *, escape: bool = False) -> None:
    """Add RUNS, pairs of (text in the source, text to be said), which stand at byte SOURCE."""
    for written, said in runs:
        length = len(written.encode())
        sent = _escaped(said) if escape else said
        is_plain = sent == written
        script.parts.append(Part(len(script.text), sent, source, source + length, is_plain))
        script.text += sent
        source += length


def substituted(text: str, lexemes: Mapping[str, str]) -> list[tuple[str, str]]:
    """TEXT in runs of (written, said): whole words that are LEXEMES, exactly as written there, are said as those."""
    if not lexemes:
        return [(text, text)] if text else []
    alternatives = "|".join(re.escape(word) for word in sorted(lexemes, key=len, reverse=True))
    runs, at = [], 0
    for match in re.finditer(rf"(?<!\w)(?:{alternatives})(?!\w)", text):
        if match.start() > at:
            runs.append((text[at : match.start()],) * 2)
        runs.append((match.group(), lexemes[match.group()]))
        at = match.end()
    if at < len(text):
        runs.append((text[at:],) * 2)
    return runs


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
