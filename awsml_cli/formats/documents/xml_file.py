"""XML that is not trusted: checked by a parser that knows no entities but the five of XML itself, then read as tokens.

No document type is taken but one that only names itself: it is not fetched, and it cannot define anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from xml.parsers import expat

from awsml_cli.core.errors import InputError
from awsml_cli.formats.documents.encoding import TextFile, decode
from awsml_cli.formats.documents.tokens import Token, tokens

_ENCODING = re.compile(rb"<\?xml[^>]{0,200}?\bencoding\s*=\s*[\"']([\w.:-]+)[\"']")


@dataclass(slots=True)
class Element:
    """An element: its start and end tag (the same, if it is empty), its parent, and the elements in it."""

    start: Token
    end: Token
    parent: Element | None
    children: list[Element] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name without a prefix."""
        return self.start.name.rpartition(":")[2]

    @property
    def empty(self) -> bool:
        """Whether it is written as one tag, `<x/>`."""
        return self.start.kind == "empty"

    def get(self, name: str) -> str | None:
        """The value of the attribute NAME, or None."""
        return self.start.get(name)

    def first(self, *names: str) -> Element | None:
        """The first element in it that has one of NAMES."""
        return next((each for each in self.children if each.name in names), None)

    def walk(self) -> Iterator[Element]:
        """It, and all elements in it, in the file's order."""
        yield self
        for each in self.children:
            yield from each.walk()


def read_xml(data: bytes, *, name: str = "the file", typed: bool = False) -> TextFile:
    """The XML in DATA as text, having been checked. With TYPED, a document type without contents is let through.

    Raises InputError, with line and column, for XML that is not well-formed or that defines entities.
    """
    check(data, name=name, typed=typed)
    found = _ENCODING.match(data[:400].lstrip(b"\xef\xbb\xbf \t\r\n"))
    declared = found[1].decode("ascii").lower() if found else None
    return decode(data, declared=None if declared and declared.startswith("utf-16") else declared, references=True)


def check(data: bytes, *, name: str, typed: bool) -> None:
    """Raise InputError where DATA, the file NAME, is not well-formed XML, or has a document type of its own."""
    parser = expat.ParserCreate()
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    depth = 0

    def doctype(_name: str, _system: str | None, _public: str | None, has_contents: bool) -> None:
        if has_contents or not typed:
            raise InputError(
                f"{name} has a document type (DOCTYPE), line {parser.CurrentLineNumber}: it is not read",
                hint="remove the declaration",
            )

    def start(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > 500:
            raise InputError(f"{name} is nested too deeply, line {parser.CurrentLineNumber}")

    def end(*_: object) -> None:
        nonlocal depth
        depth -= 1

    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        parser.Parse(data, True)
    except expat.ExpatError as problem:
        reason = expat.ErrorString(problem.code)
        raise InputError(f"{name} is not XML: {reason}, line {problem.lineno}, column {problem.offset + 1}") from None
    except (ValueError, LookupError) as problem:
        raise InputError(f"{name} is not XML: {problem}") from None


def elements(text: str) -> Element:
    """The root element of well-formed XML."""
    return tree(list(tokens(text)))


def tree(found: Sequence[Token]) -> Element:
    """The root element among the tokens of well-formed XML."""
    root: Element | None = None
    open_: list[Element] = []
    for token in found:
        if token.kind in ("open", "empty"):
            element = Element(token, token, open_[-1] if open_ else None)
            if open_:
                open_[-1].children.append(element)
            root = root or element
            if token.kind == "open":
                open_.append(element)
        elif token.kind == "close" and open_:
            open_.pop().end = token
    assert root is not None
    return root


def set_attribute(tag: str, name: str, value: str) -> str:
    """The start tag TAG with the attribute NAME set to VALUE, which needs no escaping."""
    for each in next(tokens(tag)).attributes():
        if each.name == name:
            return f'{tag[: each.begin]}"{value}"{tag[each.end :]}'
    end = -2 if tag.endswith("/>") else -1
    return f'{tag[:end].rstrip()} {name}="{value}"{tag[end:]}'
