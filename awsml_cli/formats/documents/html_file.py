"""HTML: the texts of paragraphs, headings, cells and the like, with the inline tags in them; and the attributes that
people read. Scripts, styles, code, comments and what is marked as not to be translated stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from html import escape

from awsml_cli.formats.documents.encoding import decode
from awsml_cli.formats.documents.model import Document, Draft, Options
from awsml_cli.formats.documents.prose import has_letter, is_machine
from awsml_cli.formats.documents.protection import has_words
from awsml_cli.formats.documents.protection.marks import VOID
from awsml_cli.formats.documents.tokens import Attribute, Token, tokens

_INLINE_NAMES = (
    "a abbr acronym b bdi bdo big br cite code data del dfn em font i img input ins kbd label mark math meter output "
    "progress q rp rt ruby s samp small span strike strong sub sup svg time tt u var wbr nobr picture source "
    "object map area audio video canvas embed iframe"
)
INLINE = frozenset(_INLINE_NAMES.split())
_KEPT_NAMES = "script style pre code kbd samp tt var svg math textarea template noembed noframes xmp listing plaintext"
_KEPT = frozenset(_KEPT_NAMES.split())
_RAW_TEXT = frozenset(("script", "style", "textarea", "xmp", "noembed", "noframes", "title"))
_CLOSED_BY = {
    "li": {"li"}, "dt": {"dt", "dd"}, "dd": {"dt", "dd"}, "td": {"td", "th"}, "th": {"td", "th"},
    "tr": {"tr", "td", "th"}, "option": {"option"}, "p": {"p"},
}  # fmt: skip
_ATTRIBUTES = frozenset(
    ("alt", "title", "placeholder", "aria-label", "aria-description", "aria-placeholder", "aria-roledescription")
)
_META = re.compile(
    r"(?:description|keywords|author-note|abstract|subject|application-name|(?:og|twitter):(?:title|description|site_name|image:alt))\Z"
)
_CHARSET = re.compile(rb"<meta[^>]{0,200}\bcharset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)


def read(data: bytes, options: Options) -> Document:
    """The HTML in DATA, in UTF-8 or the encoding that its `meta` names. Raises InputError for other bytes."""
    found = _CHARSET.search(data[:2048])
    declared = found[1].decode("ascii", "replace").lower() if found else None
    file = decode(
        data, declared="cp1252" if declared in ("iso-8859-1", "latin1", "ascii") else declared, references=True
    )
    draft = Draft()
    _Reader(draft).run(file.text)
    return draft.document("html", file)


class _Reader:
    """Walks over the tokens, and gathers runs of text and inline tags between the tags of blocks."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.run_tokens: list[Token] = []
        self.kept: list[str] = []  # the elements open inside one that is kept, itself first
        self.blocks: list[str] = []
        self.kept_in_run = False

    def run(self, text: str) -> None:
        """Read all of TEXT."""
        for token in tokens(text, raw_text=_RAW_TEXT):
            self._take(token)
        self._end()

    def _take(self, token: Token) -> None:
        name = token.name.lower()
        if self.kept:
            self._inside_kept(token, name)
        elif token.kind in ("text", "comment", "cdata", "other") or name in INLINE:
            if token.kind == "open" and name not in VOID and _is_kept(token):
                self.kept = [name]
            self.run_tokens.append(token)
        else:
            self._end()
            if token.kind == "open" and name not in VOID and _is_kept(token):
                self.kept = [name]
            elif token.kind in ("open", "empty"):
                self._attributes(token)

    def _inside_kept(self, token: Token, name: str) -> None:
        """Wait for the end of what is kept; elements whose end tag may be left out end with their next sibling."""
        in_run = bool(self.run_tokens)
        if token.kind == "open" and name not in VOID:
            if len(self.kept) == 1 and name in _CLOSED_BY and self.kept[0] in _CLOSED_BY[name] and not in_run:
                self.kept = []
                self._take(token)
                return
            self.kept.append(name)
        elif token.kind == "close":
            if name in self.kept:
                del self.kept[len(self.kept) - 1 - self.kept[::-1].index(name) :]
            elif not in_run and name not in INLINE:
                self.kept = []
        if in_run:
            self.run_tokens.append(token)

    def _end(self) -> None:
        """End the run: one segment for its words, without the blanks and the tags around all of them."""
        run, self.run_tokens = _stripped(self.run_tokens), []
        if not run:
            return
        begin, end = run[0].begin, run[-1].end
        text = "".join(token.raw for token in run)
        lead = len(text) - len(text.lstrip())
        begin, end, text = begin + lead, end - (len(text) - len(text.rstrip())), text.strip()
        inner = [token for token in run if token.kind in ("open", "empty")]
        speaks = has_words(text, "html")
        if not speaks:
            for token in inner:
                self._attributes(token)
            return
        body = self.draft.segment(f"text {len(self.draft.segments) + 1}", re.sub(r"\s+", " ", text), "html")
        used, tags = [body], []
        for token in inner:
            attributes = self._chosen(token)
            if attributes:
                places = [(each, *self._value(each)) for each in attributes]
                tags.append((re.sub(r"\s+", " ", token.raw), token, places))
                used += [index for _, indexes, _ in places for index in indexes]
        self.draft.slot(begin, end, used, partial(_written, tags))

    def _attributes(self, token: Token) -> None:
        for attribute in self._chosen(token):
            indexes, joined = self._value(attribute)
            self.draft.slot(attribute.begin, attribute.end, indexes, partial(_quoted, joined))

    def _value(self, attribute: Attribute) -> tuple[list[int], Callable[[Sequence[str]], str]]:
        return self.draft.value(f"{attribute.name} {len(self.draft.segments) + 1}", attribute.value)

    def _chosen(self, token: Token) -> list[Attribute]:
        """The attributes of TOKEN that people read."""
        if _is_marked(token):
            return []
        name, names = token.name.lower(), set(_ATTRIBUTES)
        if name == "meta" and _META.match((token.get("name") or token.get("property") or "").lower()):
            names = {"content"}
        elif name == "input" and (token.get("type") or "").lower() in ("submit", "button", "reset"):
            names.add("value")
        elif name in ("option", "optgroup", "track"):
            names.add("label")
        return [
            each
            for each in token.attributes()
            if each.name.lower() in names and has_letter(each.value) and not is_machine(each.value)
        ]


_Places = Sequence[tuple[Attribute, list[int], Callable[[Sequence[str]], str]]]


def _written(tags: Sequence[tuple[str, Token, _Places]], texts: Sequence[str]) -> str:
    """The translated run, its tags with their translated attributes."""
    body, rest = texts[0], list(texts[1:])
    for raw, token, places in tags:
        parts, at = [], token.begin
        for attribute, indexes, joined in places:
            parts += [
                token.raw[at - token.begin : attribute.begin - token.begin],
                _quoted(joined, rest[: len(indexes)]),
            ]
            rest = rest[len(indexes) :]
            at = attribute.end
        body = body.replace(raw, "".join(parts) + token.raw[at - token.begin :], 1)
    return body


def _quoted(joined: Callable[[Sequence[str]], str], texts: Sequence[str]) -> str:
    return '"' + escape(joined(texts), quote=False).replace('"', "&quot;") + '"'


def _stripped(run: Sequence[Token]) -> list[Token]:
    """RUN without blank texts and comments at its ends, and without a pair of tags around all that is left."""
    found = list(run)
    while found:
        if _is_blank(found[0]):
            found = found[1:]
        elif _is_blank(found[-1]):
            found = found[:-1]
        elif _is_plain_frame(found):
            found = found[1:-1]
        else:
            break
    return found


def _is_plain_frame(run: Sequence[Token]) -> bool:
    """Whether one element is all of RUN, and nothing but its contents is to be translated."""
    first = run[0]
    if first.kind != "open" or _is_kept(first) or _mate(run) != len(run) - 1:
        return False
    return all(each.name.lower() not in _ATTRIBUTES for each in first.attributes())


def _is_kept(token: Token) -> bool:
    return token.name.lower() in _KEPT or _is_marked(token)


def _is_marked(token: Token) -> bool:
    """Whether the author wants this element left alone."""
    if (token.get("translate") or "").lower() == "no":
        return True
    return "notranslate" in (token.get("class") or "").lower().split()


def _is_blank(token: Token) -> bool:
    return token.kind in ("comment", "other") or (token.kind == "text" and not token.raw.strip())


def _mate(run: Sequence[Token]) -> int:
    """The index of the end tag that belongs to the first token of RUN, or -1."""
    depth = 0
    for at, token in enumerate(run):
        if token.name.lower() == run[0].name.lower():
            depth += (token.kind == "open") - (token.kind == "close")
            if depth == 0:
                return at
    return -1
