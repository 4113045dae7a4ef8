"""What is private in a document, blacked out: what patterns match, and what Comprehend takes for private."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar, Final

from pydantic import PrivateAttr

from awsml_cli.core import limits
from awsml_cli.core.errors import InputError, UsageError
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.formats.blocks import Document, Options, render
from awsml_cli.formats.blocks.data import record
from awsml_cli.formats.blocks.redaction import Finder, Hidden, Span, matching, redacted, render_pdf, render_png
from awsml_cli.services.textract.records import Reading

LANGUAGES: Final = limits.COMPREHEND_PII_LANGUAGES


class HiddenRow(Record):
    """A word that was blacked out: never the word itself."""

    columns: ClassVar = ("page", "kind")

    page: int
    kind: str


class Redacted(Record):
    """A document of which something is blacked out, in every format."""

    columns: ClassVar = ("text",)
    prose: ClassVar = "text"

    text: str
    hidden: int

    _document: Document = PrivateAttr(default_factory=Document)
    _places: list[Hidden] = PrivateAttr(default_factory=list)
    _options: Options = PrivateAttr(default_factory=Options)

    @property
    def raw(self) -> Any:
        """Refuse: AWS's own answer says everything."""
        raise UsageError("AWS's own answer is not redacted", hint="-f json")

    def rendered(self, format: str) -> str | bytes:
        """The document in one of the formats of its own, pages as pictures."""
        if format == "pdf":
            return render_pdf(self._document, self._places, self._options)
        if format == "png":
            return render_png(self._document, self._places, self._options)
        return render(self._document, format, options=replace(self._options, source=None))

    def fields(self) -> dict[str, Any]:
        """The record, masked, with how much of what was hidden on which page."""
        counts: dict[tuple[int, str], int] = {}
        for one in self._places:
            counts[one.page, one.kind] = counts.get((one.page, one.kind), 0) + 1
        hidden = [{"page": page, "kind": kind, "words": count} for (page, kind), count in counts.items()]
        return {**record(self._document), "hidden": hidden}

    def listing(self) -> Listing:
        """What was blacked out, word by word."""
        return Listing((HiddenRow(page=one.page, kind=one.kind) for one in self._places), "Hidden")


def check_redaction(patterns: Sequence[str], *, pii: bool, language: str) -> None:
    """Raises UsageError for a pattern that is none, and for a language that Comprehend does not know."""
    matching(patterns)
    if pii and language not in LANGUAGES:
        raise UsageError(f"Comprehend finds what is private in {' and '.join(LANGUAGES)}", hint="--language en")


def redact(
    session: Session, reading: Reading, *, patterns: Sequence[str], pii: Sequence[str] | None, language: str
) -> Redacted:
    """READING without what one of PATTERNS matches and, unless PII is None, what Comprehend finds of those types.

    No types are all of them. LANGUAGE is one of LANGUAGES. Raises UsageError for a pattern that is none.
    """
    finders: list[Finder] = [matching(patterns)] if patterns else []
    if pii is not None:
        finders.append(_private(session, frozenset(pii), language))

    def find(text: str) -> list[Span]:
        return [span for finder in finders for span in finder(text)]

    document, places = redacted(reading.document, find)
    made = Redacted(text=document.text, hidden=len(places))
    made._document = document
    made._places = places
    made._options = reading.options
    return made


def _private(session: Session, types: frozenset[str], language: str) -> Finder:
    def find(text: str) -> list[Span]:
        if not text.strip():
            return []
        if len(text.encode()) > limits.COMPREHEND_LONG_DOCUMENT_BYTES:
            raise InputError("a page has more text than Comprehend takes at once", hint="--match finds by patterns")
        answer = session.client("comprehend").detect_pii_entities(Text=text, LanguageCode=language)
        return [
            (one["BeginOffset"], one["EndOffset"], one["Type"])
            for one in answer.get("Entities", ())
            if not types or one["Type"] in types
        ]

    return find
