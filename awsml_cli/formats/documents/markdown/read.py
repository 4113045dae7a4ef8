"""Find the texts of a Markdown file, line by line, without building a tree of it.

A paragraph whose lines are broken softly is one segment; lines that end in a hard break are one each.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

from awsml_cli.formats.documents.encoding import Line, decode, lines
from awsml_cli.formats.documents.markdown import blocks, front_matter
from awsml_cli.formats.documents.markdown.write import Place, write_cell, write_paragraph
from awsml_cli.formats.documents.model import Document, Draft, Options
from awsml_cli.formats.documents.protection import has_words
from awsml_cli.formats.documents.wrapping import join

_LABEL = re.compile(r"[ ]{0,3}\[(?!\^)([^\]]+)\]:")
_SHY = re.compile(r"(?!1[.)])\d+[.)]|[-*+]\Z")  # items that cannot begin a list right behind a line of text
_SHORTCUT = re.compile(r"(?<![\]!\\])\[([^\[\]]+)\](?:\[\])?(?![\[(:])")


def read(data: bytes, options: Options) -> Document:
    """The Markdown in DATA. Raises InputError for bytes that are no text."""
    file = decode(data)
    draft = Draft()
    every = list(lines(file.text))
    reader = _Reader(draft, every, file.newline)
    reader.run(front_matter.read(draft, every))
    return draft.document("md", file)


class _Reader:
    """Walks over the lines; remembers what is open: a paragraph, a fence, a block of HTML, the lists around."""

    def __init__(self, draft: Draft, every: Sequence[Line], newline: str) -> None:
        self.draft = draft
        self.every = every
        self.newline = newline
        self.places: list[Place] = []  # the lines of the open paragraph
        self.columns: list[int] = []  # where the contents of the open list items begin
        self.number = 0
        self.labels = {" ".join(found[1].lower().split()) for line in every if (found := _LABEL.match(line.text))}

    def run(self, at: int) -> None:
        """Read from line AT on."""
        blank = True
        while at < len(self.every):
            line = self.every[at]
            if not line.text.strip(" \t>"):
                self._end()
                blank, at = True, at + 1
                continue
            at = self._block(at, blank=blank)
            blank = False
        self._end()

    def _block(self, at: int, *, blank: bool) -> int:
        """Take the block that line AT begins or goes on with; give the line after it."""
        line = self.every[at]
        prefix, new_item = self._prefix(line.text, blank=blank)
        if new_item or (self.places and line.text[:prefix].count(">") > self.places[-1].prefix.count(">")):
            self._end()
        text = line.text[prefix:]
        indent = len(text) - len(text.lstrip())
        if indent >= 4 and not self.places and not new_item:
            return at + 1  # indented code
        fence = blocks.FENCE.match(text)
        if fence:
            self._end()
            return self._after_fence(at + 1, fence[1])
        html = blocks.html_block(text, in_paragraph=bool(self.places))
        if html:
            self._end()
            return self._after_html(at, prefix, html[0])
        if self.places and blocks.UNDERLINE.match(text):
            self._end()
            return at + 1
        if (
            blocks.RULE.match(text)
            or (blocks.DEFINITION.match(text) and not self.places)
            or blocks.DIRECTIVE.match(text)
        ):
            self._end()
            return self._after_formula(at, text)
        heading = blocks.HEADING.match(text)
        if heading:
            self._end()
            end = blocks.HEADING_END.search(text, heading.end())
            self._take(line, prefix + heading.end(), prefix + (end.start() if end else len(text)))
            self._end()
            return at + 1
        if not self.places and self._is_table(at, prefix):
            return self._table(at, prefix)
        self._take(line, prefix + indent, len(line.text.rstrip()))
        return at + 1

    def _prefix(self, text: str, *, blank: bool) -> tuple[int, bool]:
        """How much of TEXT stands before its own words: quote signs, list markers, indentation; and whether an item
        begins."""
        at, new_item, in_list = 0, False, bool(self.columns)
        quote = blocks.QUOTE.match(text)
        while quote:
            at = quote.end()
            quote = blocks.QUOTE.match(text, at)
        column = at + len(text[at:]) - len(text[at:].lstrip())
        while self.columns and column < self.columns[-1] and (blank or blocks.MARKER.match(text, at)):
            self.columns.pop()
        base = self.columns[-1] if self.columns and column >= self.columns[-1] else at
        while (marker := blocks.MARKER.match(text, base)) and not blocks.RULE.match(text[base:]):
            if len(marker[0]) - len(marker[0].lstrip()) >= 4 and not self.columns:
                break
            if self.places and not (new_item or in_list) and _SHY.match(marker[0].strip()):
                break
            new_item, base = True, marker.end()
            self.columns.append(base)
            if quote := blocks.QUOTE.match(text, base):
                base = quote.end()
        return base, new_item

    def _take(self, line: Line, begin: int, end: int) -> None:
        """Add the words `[begin:end]` of LINE to the open paragraph."""
        hard = blocks.HARD_BREAK.search(line.text)
        if hard and hard[0] == "\\" and end == len(line.text):
            end -= 1
        if end > begin:
            place = Place(
                line.begin + begin, line.begin + end, line.text[begin:end], line.text[:begin], hard is not None
            )
            self.places.append(place)

    def _end(self) -> None:
        """End the open paragraph: a segment for its lines, or for each group of them that a hard break ends."""
        group: list[Place] = []
        for place in self.places:
            group.append(place)
            if place.hard:
                self._add(group)
                group = []
        if group:
            self._add(group)
        self.places = []

    def _add(self, group: Sequence[Place]) -> None:
        text = ""
        for place in group:
            text = join(text, place.text)
        self.number += 1
        if not has_words(text, "md"):
            return
        index = self.draft.segment(f"block {self.number}", self._labelled(text), "md")
        write = partial(write_paragraph, tuple(group), self.newline)
        self.draft.slot(group[0].begin, group[-1].end, [index], write)

    def _labelled(self, text: str) -> str:
        """TEXT with links that are their own label (`[label]`) given it twice, so that their text can change."""

        def full(found: re.Match[str]) -> str:
            label = found[1]
            return f"[{label}][{label}]" if " ".join(label.lower().split()) in self.labels else found[0]

        return _SHORTCUT.sub(full, text) if self.labels else text

    def _is_table(self, at: int, prefix: int) -> bool:
        if at + 1 >= len(self.every) or "|" not in self.every[at].text:
            return False
        following = self.every[at + 1].text.lstrip(" >")
        return (
            "|" in following
            and blocks.DELIMITERS.match(following) is not None
            and len(blocks.cells(following.strip().strip("|")))
            == len(blocks.cells(self.every[at].text[prefix:].strip().strip("|")))
        )

    def _table(self, at: int, prefix: int) -> int:
        row = 0
        while at < len(self.every):
            line = self.every[at]
            if not line.text.strip(" \t>") or blocks.FENCE.match(line.text[prefix:]) or blocks.HEADING.match(line.text):
                break
            if row != 1:
                for column, (begin, end) in enumerate(blocks.cells(line.text[prefix:]), start=1):
                    text = line.text[prefix + begin : prefix + end]
                    if has_words(text, "md"):
                        index = self.draft.segment(
                            f"block {self.number + 1}, row {row + 1}, cell {column}", self._labelled(text), "md"
                        )
                        self.draft.slot(line.begin + prefix + begin, line.begin + prefix + end, [index], write_cell)
            row, at = row + 1, at + 1
        self.number += 1
        return at

    def _after_fence(self, at: int, fence: str) -> int:
        close = re.compile(rf"[ \t>]*{re.escape(fence[0])}{{{len(fence)},}}[ \t]*$")
        while at < len(self.every):
            at += 1
            if close.match(self.every[at - 1].text):
                break
        return at

    def _after_html(self, at: int, prefix: int, end: re.Pattern[str] | None) -> int:
        while at < len(self.every):
            text = self.every[at].text[prefix:]
            if end is None and not text.strip(" \t>"):
                return at
            at += 1
            if end is not None and end.search(text):
                break
        return at

    def _after_formula(self, at: int, text: str) -> int:
        """The line after AT, or after the `$$` that ends what began there."""
        if text.strip() != "$$":
            return at + 1
        end = next(
            (after for after in range(at + 1, len(self.every)) if self.every[after].text.strip(" \t>") == "$$"), at
        )
        return end + 1
