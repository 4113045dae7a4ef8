"""Find the parts of a package that hold text, and the paragraphs and cells in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape, unescape

from awsml_cli.core.errors import InputError
from awsml_cli.formats.documents.encoding import TextFile
from awsml_cli.formats.documents.model import Document, Draft, Options, Segment, Spliced
from awsml_cli.formats.documents.office.package import Package
from awsml_cli.formats.documents.office.paragraph import DRAWING, SHEET, WORD, Grammar, add_paragraph
from awsml_cli.formats.documents.prose import has_letter, is_machine
from awsml_cli.formats.documents.xml_file import Element, elements, read_xml

_PARTS = {
    "docx": r"word/(?:document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml",
    "pptx": r"ppt/(?:slides/slide|notesSlides/notesSlide)\d+\.xml",
    "xlsx": r"xl/(?:sharedStrings|worksheets/sheet\d+|comments\d*|comments/comment\d+)\.xml",
}
_PICTURES = re.compile(r"(?:word|ppt|xl)/(?:charts/chart\d+|diagrams/(?:data|drawing)\d+|drawings/drawing\d+)\.xml")
_GRAMMARS = {"docx": WORD, "pptx": DRAWING, "xlsx": SHEET}
_TABLE = re.compile(r"xl/tables/[^/]+\.xml")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class OfficeDocument:
    """A package and its parts that hold text."""

    kind: str
    package: Package
    parts: tuple[tuple[str, Spliced], ...]
    segments: tuple[Segment, ...]

    def write(self, translations: Sequence[str]) -> bytes:
        """The package with TRANSLATIONS in place; the very same bytes where nothing changed."""
        if len(translations) != len(self.segments):
            raise ValueError(f"{len(self.segments)} segments, {len(translations)} translations")
        changed: dict[str, bytes] = {}
        at = 0
        for name, part in self.parts:
            own = translations[at : at + len(part.segments)]
            at += len(part.segments)
            if any(text != segment.text for text, segment in zip(own, part.segments, strict=True)):
                changed[name] = part.write([_ILLEGAL.sub("", text) for text in own])
        return self.package.write(changed)


def read(kind: str, data: bytes, options: Options) -> Document:
    """The Office document in DATA. Raises InputError for a package that is damaged, locked or no such document."""
    package = Package(data)
    wanted = re.compile(_PARTS[kind])
    names = sorted((name for name in package.names if wanted.fullmatch(name) or _PICTURES.fullmatch(name)), key=_order)
    if not any(wanted.fullmatch(name) for name in names) and "[Content_Types].xml" not in package.names:
        raise InputError(f"the archive is no .{kind} document")
    headers = _table_headers(package) if kind == "xlsx" else frozenset()
    parts: list[tuple[str, Spliced]] = []
    segments: list[Segment] = []
    for name in names:
        content = package.read(name)
        if not wanted.fullmatch(name) and b":p>" not in content and b":p " not in content:
            continue
        file = read_xml(content, name=name)
        grammar = DRAWING if _PICTURES.fullmatch(name) else _GRAMMARS[kind]
        part = _part(kind, name, file, grammar, headers)
        if part.segments:
            parts.append((name, part))
            segments += part.segments
    return OfficeDocument(kind, package, tuple(parts), tuple(segments))


def _part(kind: str, name: str, file: TextFile, grammar: Grammar, headers: frozenset[str]) -> Spliced:
    draft = Draft()
    root = elements(file.text)
    if grammar is SHEET:
        for number, holder in enumerate(_strings(root), start=1):
            _add_string(draft, file.text, holder, f"{name}, text {number}", headers)
    else:
        prefix = _prefix(root, file.text, grammar)
        top = (each for each in root.walk() if each.start.name == f"{prefix}p" and not _inside(each, f"{prefix}p"))
        for number, paragraph in enumerate(top, start=1):
            add_paragraph(draft, file.text, paragraph, grammar, prefix, f"{name}, paragraph {number}")
    return draft.document(kind, file)


def _strings(root: Element) -> Iterator[Element]:
    """The texts of cells and comments: `si` of the shared strings, `is` of a sheet, `text` of a comment."""
    return (each for each in root.walk() if each.name in ("si", "is", "text") and each.children)


def _add_string(draft: Draft, text: str, holder: Element, id: str, headers: frozenset[str]) -> None:
    runs = [child for child in holder.children if child.name == "r"]
    if runs:
        add_paragraph(draft, text, holder, SHEET, runs[0].start.name.removesuffix("r"), id)
        return
    plain = holder.first("t")
    if plain is None or plain.empty:
        return
    raw = text[plain.start.end : plain.end.begin]
    value = unescape(raw)
    if not has_letter(value) or is_machine(value) or value in headers:
        return
    indexes, joined = draft.value(id, value)
    draft.slot(plain.start.end, plain.end.begin, indexes, partial(_escaped, joined))


def _escaped(joined: Callable[[Sequence[str]], str], texts: Sequence[str]) -> str:
    return escape(joined(texts), quote=False)


def _table_headers(package: Package) -> frozenset[str]:
    """The names of the columns of Excel's tables: Excel repairs a file whose header cells say something else."""
    found: set[str] = set()
    for name in package.names:
        if _TABLE.fullmatch(name):
            root = elements(read_xml(package.read(name), name=name).text)
            found |= {each.get("name") or "" for each in root.walk() if each.name == "tableColumn"}
    return frozenset(found)


def _prefix(root: Element, text: str, grammar: Grammar) -> str:
    """The prefix, with its colon, of GRAMMAR's namespace in a part; the usual one where it is not declared above."""
    head = text[: root.start.end + 20_000]
    found = re.search(rf"\bxmlns(?::([\w.-]+))?\s*=\s*[\"']{grammar.namespace}[\"']", head)
    return f"{found[1]}:" if found and found[1] else "" if found else grammar.prefix


def _inside(element: Element, name: str) -> bool:
    parent = element.parent
    while parent is not None:
        if parent.start.name == name:
            return True
        parent = parent.parent
    return False


def _order(name: str) -> tuple[str, int]:
    """Parts in the order of a reader: slide 2 before slide 10."""
    found = re.search(r"(\d+)\.xml\Z", name)
    main = name.replace("word/document", "word/!").replace("ppt/slides", "ppt/!")
    return re.sub(r"\d+\.xml\Z", "", main), int(found[1]) if found else 0
