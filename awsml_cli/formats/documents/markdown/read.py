"""Find the texts of a Markdown file, line by line, without building a tree of it.

A paragraph whose lines are broken softly is one segment; lines that end in a hard break are one each.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

from awsml_cli.formats.documents.encoding import Line, decode, lines
from awsml_cli.formats.documents.markdown import blocks, front_matter
from awsml_cli.formats.documents.markdown.containers import enter, is_inside, leave
from awsml_cli.formats.documents.markdown.write import Place, write_cell, write_paragraph
from awsml_cli.formats.documents.model import Document, Draft, Options
from awsml_cli.formats.documents.protection import has_words
from awsml_cli.formats.documents.wrapping import join

_LABEL = re.compile(r"[ ]{0,3}\[(?!\^)([^\]]+)\]:")
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
    """Walks over the lines; remembers what is open: a paragraph, and the quotes and list items around it."""

    def __init__(self, draft: Draft, every: Sequence[Line], newline: str) -> None:
        self.draft = draft
        self.every = every
        self.newline = newline
        self.places: list[Place] = []  # the lines of the open paragraph
        self.stack: tuple[int, ...] = ()
        self.number = 0
        self.labels = {" ".join(found[1].lower().split()) for line in every if (found := _LABEL.match(line.text))}

    def run(self, at: int) -> None:
        """Read from line AT on."""
        while at < len(self.every):
            line = self.every[at]
            if line.text.strip(" \t>"):
                at = self._block(at)
            else:
                self._end()
                self.stack = leave(line.text, self.stack)
                at += 1
        self._end()

    def _block(self, at: int) -> int:
        """Take the block that line AT begins or goes on with; give the line after it."""
        line = self.every[at]
        entry = enter(line.text, self.stack, in_paragraph=bool(self.places))
        self.stack, prefix = entry.stack, entry.begin
        if entry.new:
            self._end()
        text = line.text[prefix:]
        indent = len(text) - len(text.lstrip())
        if len(text[:indent].expandtabs(4)) >= 4 and not self.places:
            return at + 1  # indented code
        if fence := blocks.FENCE.match(text):
            self._end()
            return self._after_fence(at + 1, fence[1])
        if html := blocks.html_block(text, in_paragraph=bool(self.places)):
            self._end()
            return self._after_html(at, prefix, html[0])
        if self.places and blocks.UNDERLINE.match(text):
            self._end()
            return at + 1
        if (
            blocks.RULE.match(text)
            or blocks.DIRECTIVE.match(text)
            or (blocks.DEFINITION.match(text) and not self.places)
        ):
            self._end()
            return self._after_formula(at, text)
        if heading := blocks.HEADING.match(text):
            self._end()
            end = blocks.HEADING_END.search(text, heading.end())
            self._take(line, prefix + heading.end(), prefix + (end.start() if end else len(text)))
            self._end()
            return at + 1
        if self._is_table(at, prefix):
            self._end()
            return self._table(at, prefix)
        task = blocks.TASK.match(text, indent) if entry.new else None
        self._take(line, prefix + (task.end() if task else indent), len(line.text.rstrip()))
        return at + 1

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
            if row > 1 and self._leaves_table(line.text):
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

    def _leaves_table(self, line: str) -> bool:
        entry = enter(line, self.stack, in_paragraph=True)
        rest = line[entry.begin :]
        outside = entry.new or entry.stack != self.stack or not line.strip(" \t>")
        return outside or rest.expandtabs(4).startswith("    ") or blocks.interrupts(rest)

    def _after_fence(self, at: int, fence: str) -> int:
        close = re.compile(rf"[ \t>]*{re.escape(fence[0])}{{{len(fence)},}}[ \t]*$")
        while at < len(self.every) and is_inside(self.every[at].text, self.stack):
            at += 1
            if close.match(self.every[at - 1].text):
                break
        return at

    def _after_html(self, at: int, prefix: int, end: re.Pattern[str] | None) -> int:
        """The line after the block of HTML that line AT begins: behind its END, at a blank line, or outside it."""
        first = at
        while at < len(self.every) and (at == first or is_inside(self.every[at].text, self.stack)):
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
