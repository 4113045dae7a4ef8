"""The bytes of a text file as text, and back: byte order mark, encoding and line ends stay what they were."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from awsml_cli.core.errors import InputError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")
_HINT = "convert it first, for example: iconv -f WINDOWS-1252 -t UTF-8"


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file's text with its line ends as they are, the encoding, and the byte order mark before it.

    With `references`, characters that the encoding lacks are written as `&#8364;`: XML and HTML can.
    """

    text: str
    codec: str = "utf-8"
    mark: bytes = b""
    references: bool = False

    def encode(self, text: str) -> bytes:
        """TEXT as bytes of this file. Raises InputError for a character that its encoding lacks."""
        try:
            return self.mark + text.encode(self.codec, "xmlcharrefreplace" if self.references else "strict")
        except UnicodeEncodeError as problem:
            sign = problem.object[problem.start]
            raise InputError(
                f"the file is in {self.codec}, which has no {sign!r}", hint="convert the file to UTF-8 first"
            ) from None

    @property
    def newline(self) -> str:
        """The line end that the file uses first."""
        found = _LINE.match(self.text)
        return (found[2] if found else "") or "\n"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a text without its line end: where it begins and ends there."""

    begin: int
    end: int
    text: str


def decode(data: bytes, *, declared: str | None = None, references: bool = False) -> TextFile:
    """DATA as text: by its byte order mark, else by what the file has DECLARED, else as UTF-8.

    Raises InputError, with the offset of the byte, for what is no such text.
    """
    mark, codec = next(((mark, codec) for mark, codec in _MARKS if data.startswith(mark)), (b"", declared or "utf-8"))
    try:
        return TextFile(data[len(mark) :].decode(codec), codec, mark, references)
    except LookupError:
        raise InputError(f"the file says that it is in {codec!r}, which is unknown here", hint=_HINT) from None
    except UnicodeError as problem:
        if not isinstance(problem, UnicodeDecodeError):
            raise InputError(f"the file says that it is in {codec!r}, which is no encoding of text") from None
        at = len(mark) + problem.start
        name = "UTF-8" if codec == "utf-8" else codec
        raise InputError(f"the file is not {name} text: byte {data[at]:#04x} at offset {at}", hint=_HINT) from None


def lines(text: str) -> Iterator[Line]:
    """The lines of TEXT, ended by LF, CRLF or CR; after a line end at the very end comes no line."""
    for found in _LINE.finditer(text):
        if found.end() == found.start():
            return
        yield Line(found.start(1), found.end(1), found[1])


def line_number(text: str, at: int) -> int:
    """The number, from 1, of the line in which the character at index AT stands."""
    return 1 + sum(1 for found in _LINE.finditer(text, 0, at) if found[2] and found.end() <= at)
