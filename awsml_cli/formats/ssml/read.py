"""Read SSML into tags and text, each with its place; nothing is resolved from outside, and entities are XML's five."""

from __future__ import annotations

import re
import xml.parsers.expat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.parsers.expat import ExpatError

from awsml_cli.core.errors import InputError
from awsml_cli.formats.ssml.origin import Fragment

_TAG = re.compile(rb"<(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+>")
_MARKUP = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag as it stands in the source: `kind` is open, close or empty; `at` in code points, line and column from 1."""

    kind: str
    name: str
    raw: str
    at: int
    line: int
    column: int
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Text:
    """Text between two tags: what is spoken, and the fragments that write it in SSML."""

    spoken: str
    fragments: tuple[Fragment, ...]
    line: int


def read(ssml: str) -> list[Tag | Text]:
    """Take SSML apart. Comments and processing instructions are left out.

    Raises InputError with line and column for what is not well formed and for a DOCTYPE, with the line for a root that
    is not `speak`.
    """
    return _Reading(ssml).parts()


def billed(ssml: str) -> int:
    """Count the characters that Polly bills: all but the tags. Raises InputError as `read` does."""
    return sum(len(part.spoken) for part in read(ssml) if isinstance(part, Text))


class _Reading:
    def __init__(self, ssml: str) -> None:
        try:
            self._data = ssml.encode()
        except UnicodeEncodeError as error:
            raise InputError(f"the SSML holds half a character (a lone surrogate) at offset {error.start:,}") from None
        self._byte = self._character = 0  # the same place in both units; it only moves on
        self._parts: list[Tag | Text] = []
        self._run: list[Fragment] = []
        self._spoken: list[str] = []
        self._run_line = 1
        self._cdata = False
        self._open: list[str] = []  # kinds of the elements that are open

    def parts(self) -> list[Tag | Text]:
        # the encoding is said here since a declaration in the text may say another than it has by now
        self._parser = parser = xml.parsers.expat.ParserCreate("utf-8")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartCdataSectionHandler = self._set_cdata(True)
        parser.EndCdataSectionHandler = self._set_cdata(False)
        parser.StartDoctypeDeclHandler = self._doctype
        try:
            parser.Parse(self._data, True)
        except ExpatError as error:
            reason = xml.parsers.expat.errors.messages[error.code]
            raise InputError(
                f"the SSML is not well formed at line {error.lineno}, column {error.offset + 1}: {reason}",
                hint="write & as &amp; and < as &lt;, and close every tag",
            ) from None
        return self._parts

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._flush()
        if not self._open and name != "speak":
            raise InputError(f"the SSML begins with <{name}> at line {self._line}: <speak> must be around it all")
        raw = self._raw()
        kind = "empty" if raw.endswith("/>") else "open"
        self._open.append(kind)
        self._parts.append(Tag(kind, name, raw, self._place(), self._line, self._column, attributes))

    def _end(self, name: str) -> None:
        self._flush()
        if self._open.pop() == "open":
            self._parts.append(Tag("close", name, self._raw(), self._place(), self._line, self._column))

    def _text(self, spoken: str) -> None:
        if not self._run:
            self._run_line = self._line
        self._spoken.append(spoken)
        at, now = self._place(), self._parser.CurrentByteIndex
        begin = self._data[now : now + 2]
        if self._cdata and begin[:1] != b"\r":
            self._run += _escaped(spoken, at)
        elif begin[:1] == b"&":
            entity = self._data[now : self._data.index(b";", now) + 1].decode()
            self._run.append(Fragment(entity, at, len(entity), False))
        elif begin[:1] == b"\r":
            self._run.append(Fragment("\n", at, len(begin) if begin == b"\r\n" else 1, False))
        else:
            self._run.append(Fragment(spoken, at, len(spoken), True))

    def _set_cdata(self, inside: bool) -> Callable[[], None]:
        def set_cdata() -> None:
            self._cdata = inside

        return set_cdata

    def _doctype(self, *_: object) -> None:
        # the parser stands behind the name by now
        before = self._data[: self._data.index(b"<!DOCTYPE")].decode()
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise InputError(
            f"the SSML has a DOCTYPE at line {line}, column {column}; none is allowed",
            hint="take it out; entities of its own cannot be used",
        )

    def _flush(self) -> None:
        if self._run:
            self._parts.append(Text("".join(self._spoken), tuple(self._run), self._run_line))
            self._run, self._spoken = [], []

    def _raw(self) -> str:
        match = _TAG.match(self._data, self._parser.CurrentByteIndex)
        assert match is not None
        return match[0].decode()

    def _place(self) -> int:
        """Give the parser's place in code points."""
        now = self._parser.CurrentByteIndex
        self._character += len(self._data[self._byte : now].decode())
        self._byte = now
        return self._character

    @property
    def _line(self) -> int:
        return self._parser.CurrentLineNumber

    @property
    def _column(self) -> int:
        return self._parser.CurrentColumnNumber + 1


def _escaped(spoken: str, at: int) -> Iterator[Fragment]:
    """Write text of a CDATA section with entities, since a section cannot be cut."""
    begin = 0
    for match in re.finditer("[&<>]", spoken):
        if match.start() > begin:
            yield Fragment(spoken[begin : match.start()], at + begin, match.start() - begin, True)
        yield Fragment(_MARKUP[match[0]], at + match.start(), 1, False)
        begin = match.end()
    if begin < len(spoken):
        yield Fragment(spoken[begin:], at + begin, len(spoken) - begin, True)
