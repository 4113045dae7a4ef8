"""Lines, and the cells of a table, each a text of its own, into another language."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Any, Final

from awsml_cli.core import documents
from awsml_cli.core.documents import Answer, Document, Reading, Window
from awsml_cli.core.session import Session
from awsml_cli.formats.readings import OneReading
from awsml_cli.services.translate.texts import WORKERS, Translator
from awsml_cli.services.translate.wanted import Wanted

COLUMNS: Final = ("translated_text",)


def translate_rows(
    session: Session, found: Iterable[Document | None], wanted: Wanted, *, parts: bool = False
) -> Iterator[list[Answer]]:
    """The rows FOUND in another language, in order; what cannot be translated is in its answer.

    With `source` auto, AWS finds out the language of each.
    """
    return documents.answers(_Method(session, wanted), found, workers=WORKERS, parts=parts)


class _Method:
    """How Translate is asked about rows: `core.documents.Method`."""

    most = 1

    def __init__(self, session: Session, wanted: Wanted) -> None:
        self._session = session
        self._wanted = wanted

    def whole(self, document: Document) -> Window | None:
        """All of a row, however long it is: the translator cuts it."""
        text = document.row.text if document.row else ""
        return Window(text, 0, 0, text) if text and not text.isspace() else None

    def windows(self, document: Document) -> Iterator[Window | None]:
        """Nothing: a row of blanks has no words."""
        return iter(())

    def key(self, window: Window, language: str) -> Hashable:
        """Each is asked about alone."""
        return None

    def language(self, document: Document, window: Window) -> str:
        """The language as it is known."""
        return self._wanted.source

    def ask(self, texts: Sequence[str], language: str, *, alone: bool) -> Sequence[Any]:
        """The translation of each of TEXTS."""
        return [self._one(text) for text in texts]

    def reading(self, language: str) -> Reading:
        """A new reading."""
        return OneReading(compose=_impossible, row=lambda fields: [(fields["translated_text"],)], language="")

    def _one(self, text: str) -> dict[str, Any]:
        work = Translator(self._session, self._wanted)
        translated = work.line(text)
        return {
            "TranslatedText": translated,
            "SourceLanguageCode": work.source,
            "TargetLanguageCode": work.target,
        }


def _impossible(_found: Any) -> dict[str, Any]:
    raise AssertionError("a row is one window")
