"""Take what must stay out of a text before it is translated, and put it back afterwards.

What stays is sent as `<span translate="no">0</span>`, a number in an element that Amazon Translate leaves alone, in
text calls too (documents: "Using do-not-translate in Amazon Translate"); signs of our own, as `{xx0xx}`, it has been
seen to translate for Traditional Chinese. What has words in it is sent as `<b id="0">words</b>`. No other `<` or `>`
is ever sent: beside one, the service answered with its own inner names for what it had kept (`DNT_…`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from awsml_cli.formats.documents.model import Markup
from awsml_cli.formats.documents.prose import has_letter
from awsml_cli.formats.documents.protection.marks import Text, mates
from awsml_cli.formats.documents.protection.scan import scan

# a service may change blanks, quotes and the script of figures, or leave the quotes out
_OURS = re.compile(
    r"""<\s*span\s+translate\s*=\s*["'“”„«»]?\s*no\s*["'“”„«»]?\s*>\s*(?P<whole>\d+)\s*<\s*/\s*span\s*>"""
    r"""|<\s*b\s+id\s*=\s*["'“”„«»]?\s*(?P<open>\d+)\s*["'“”„«»]?\s*>|(?P<close><\s*/\s*b\s*>)""",
    re.IGNORECASE,
)
_ESCAPED = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&#x27;": "'", "&apos;": "'"}
_ENTITY = re.compile("|".join(map(re.escape, _ESCAPED)))
_INNER_NAME = re.compile(r"DNT_[A-Za-z]{8}")
_TIGHT = frozenset(".,)]}\"'”’»。，、）］｝」』") | frozenset("([{\"'“‘«（［｛「『@#/\\=+-_~&")
_WIDE = {".": "。", ",": "，", ")": "）", "(": "（"}


@dataclass(frozen=True, slots=True)
class Token:
    """What stays: a whole, or the beginning and the end of something."""

    raw: str
    end: str | None = None


@dataclass(frozen=True, slots=True)
class Protected:
    """A text ready to be sent: `text` goes to the service, token N stands in it as number N."""

    text: str
    tokens: tuple[Token, ...]
    original: str
    markup: Markup
    entities: Mapping[str, str]

    @property
    def has_words(self) -> bool:
        """Whether there is anything to translate; if not, the original is its own translation."""
        return has_letter(_OURS.sub("", self.text))


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of a text that was or came back from being sent: words, or a token's whole, beginning or end."""

    kind: str
    text: str = ""
    number: int = -1


def protect(text: str, markup: Markup = "text") -> Protected:
    """TEXT with all that must stay as numbered elements."""
    found = scan(text, markup)
    ends = mates(found.items)
    numbers = {end: begin for begin, end in ends.items()}
    tokens: list[Token] = []
    at_number: dict[int, int] = {}
    sent: list[str] = []
    for at, item in enumerate(found.items):
        if isinstance(item, Text):
            sent.append(item.value)
        elif at in numbers:
            sent.append("</b>")
        else:
            at_number[at] = len(tokens)
            end = ends.get(at)
            sent.append(f'<span translate="no">{len(tokens)}</span>' if end is None else f'<b id="{len(tokens)}">')
            tokens.append(Token(item.raw, None if end is None else found.items[end].raw))
    return Protected("".join(sent), tuple(tokens), text, markup, found.entities)


def restore(translation: str, protected: Protected) -> str | None:
    """TRANSLATION with the tokens of PROTECTED in their places.

    None where one is missing, is there twice, or is torn: then `split_around` cuts the text between them.
    """
    if translation == protected.text:
        return protected.original
    parts = _parts(translation)
    if parts is None or not _complete(parts, protected.tokens):
        return None
    if _INNER_NAME.search(translation) and not _INNER_NAME.search(protected.text):
        return None
    source = _parts(protected.text)
    assert source is not None
    parts = _tightened(_blanks_outside(parts, source), source)
    return "".join(_written(part, protected) for part in parts)


def write_words(words: str, markup: Markup, entities: Mapping[str, str]) -> str:
    """WORDS that came back from the service, in MARKUP; characters that were entities are entities again."""
    words = _ENTITY.sub(lambda found: _ESCAPED[found[0]], words)
    if markup == "html":
        words = escape(words, quote=False)
        entities = {char: entity for char, entity in entities.items() if char not in "&<>"}
    elif markup == "md":
        words = re.sub(r"([*`\[\]<]|(?<!\w)_|_(?!\w))", r"\\\1", words)
    if not entities:
        return words
    return re.sub("|".join(map(re.escape, entities)), lambda found: entities[found[0]], words)


def _parts(text: str) -> list[_Part] | None:
    """TEXT as parts, or None where pairs are not one inside or beside another, or a tag is torn."""
    parts: list[_Part] = []
    opened: list[int] = []
    at = 0
    for found in _OURS.finditer(text):
        if found.start() > at:
            parts.append(_Part("words", text[at : found.start()]))
        at = found.end()
        if found["whole"]:
            parts.append(_Part("whole", number=int(found["whole"])))
        elif found["open"]:
            opened.append(int(found["open"]))
            parts.append(_Part("open", number=opened[-1]))
        elif not opened:
            return None
        else:
            parts.append(_Part("close", number=opened.pop()))
    if at < len(text):
        parts.append(_Part("words", text[at:]))
    torn = any("<" in part.text or ">" in part.text for part in parts)
    return None if torn or opened else parts


def _complete(parts: Sequence[_Part], tokens: Sequence[Token]) -> bool:
    expected = sorted(
        (kind, number)
        for number, token in enumerate(tokens)
        for kind in (("whole",) if token.end is None else ("open", "close"))
    )
    found = sorted((part.kind, part.number) for part in parts if part.kind != "words")
    hollow = any(one.kind == "open" and two.kind == "close" for one, two in pairwise(parts))
    return found == expected and not hollow


def _written(part: _Part, protected: Protected) -> str:
    if part.kind == "words":
        return write_words(part.text, protected.markup, protected.entities)
    token = protected.tokens[part.number]
    return (token.end or "") if part.kind == "close" else token.raw


def _sides(parts: Sequence[_Part]) -> dict[tuple[str, int], tuple[str, str]]:
    """For every part of a token, the characters before and behind it, where words stand there."""
    sides: dict[tuple[str, int], tuple[str, str]] = {}
    for at, part in enumerate(parts):
        if part.kind != "words":
            before = parts[at - 1].text[-1:] if at else ""
            after = parts[at + 1].text[:1] if at + 1 < len(parts) else ""
            sides[part.kind, part.number] = before, after
    return sides


def _blanks_outside(parts: list[_Part], source: Sequence[_Part]) -> list[_Part]:
    """Blanks that the service put just inside a pair go outside, where Markdown wants them."""
    sides = _sides(source)
    done = list(parts)
    for at, part in enumerate(done):
        if part.kind == "open" and done[at + 1].kind == "words" and not sides["open", part.number][1].isspace():
            inner = done[at + 1].text
            if inner != inner.lstrip() and inner.strip():
                done[at + 1] = _Part("words", inner.lstrip())
                if at and done[at - 1].kind == "words" and not done[at - 1].text[-1:].isspace():
                    done[at - 1] = _Part("words", done[at - 1].text + " ")
        if part.kind == "close" and done[at - 1].kind == "words" and not sides["close", part.number][0].isspace():
            inner = done[at - 1].text
            if inner != inner.rstrip() and inner.strip():
                done[at - 1] = _Part("words", inner.rstrip())
                if at + 1 < len(done) and done[at + 1].kind == "words" and done[at + 1].text[:1].isalnum():
                    done[at + 1] = _Part("words", " " + done[at + 1].text)
    return done


def _tightened(parts: list[_Part], source: Sequence[_Part]) -> list[_Part]:
    """Take out a blank that the service put between a token and the sign that stood right beside it."""
    sides = _sides(source)
    done = list(parts)
    for at, part in enumerate(parts):
        if part.kind == "words":
            continue
        before, after = sides[part.kind, part.number]
        if before in _TIGHT and at and _same(done[at - 1].text.rstrip()[-1:], before):
            done[at - 1] = _Part("words", done[at - 1].text.rstrip())
        if after in _TIGHT and at + 1 < len(parts) and _same(done[at + 1].text.lstrip()[:1], after):
            done[at + 1] = _Part("words", done[at + 1].text.lstrip())
    return done


def _same(found: str, sign: str) -> bool:
    return bool(found) and found in (sign, _WIDE.get(sign))
