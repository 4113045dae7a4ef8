"""A document in one request: TranslateDocument, for HTML, Word and plain text of at most 100,000 bytes.

https://docs.aws.amazon.com/translate/latest/APIReference/API_TranslateDocument.html
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

from awsml_cli.core import prices
from awsml_cli.core.cache import Cache, key_of
from awsml_cli.core.errors import ServiceError, UsageError
from awsml_cli.core.limits import TRANSLATE_DOCUMENT_BYTES
from awsml_cli.core.plan import Step, step
from awsml_cli.core.session import Session
from awsml_cli.services.translate.texts import explained
from awsml_cli.services.translate.wanted import AUTO, FORMAL_LANGUAGES, SERVICE, Wanted

WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TYPES: Final = {"text": "text/plain", "html": "text/html", "docx": WORD}
MANY: Final = 50  # segments from which one request is better than one for each
# what must stay and TranslateDocument does not know of: placeholders and addresses in the text, code
_MUST_STAY: Final = re.compile(
    rb"[{}%$`]|<(?:code|pre|kbd|samp|var|script|style)\b|>[^<]*(?:https?://|www\.)|<!--", re.IGNORECASE
)


def misfit(kind: str, size: int, wanted: Wanted) -> str | None:
    """Why TranslateDocument does not take a document of KIND and SIZE in bytes; None where it does."""
    if kind not in TYPES:
        return f"it takes {', '.join(TYPES)}, and this is {kind}"
    if size > TRANSLATE_DOCUMENT_BYTES:
        return f"it takes {TRANSLATE_DOCUMENT_BYTES:,} bytes, and this has {size:,}"
    if "en" not in (wanted.source, wanted.target) and wanted.source != AUTO:
        return f"it translates from or into English alone, not {wanted.source} into {wanted.target}"
    if wanted.brevity:
        return "it knows no --brevity"
    if wanted.formality and wanted.target not in FORMAL_LANGUAGES:
        return f"it knows no --formality for {wanted.target}"
    return None


def fits(kind: str, data: bytes, wanted: Wanted, segments: int) -> bool:
    """Whether one request is as good as many: a page of many segments, with nothing in it but tags that must stay."""
    return (
        kind == "html"
        and segments >= MANY
        and (wanted.source == "en" or wanted.target == "en")
        and misfit(kind, len(data), wanted) is None
        and _MUST_STAY.search(data) is None
    )


def check(kind: str, size: int, wanted: Wanted) -> None:
    """Raises UsageError for what TranslateDocument does not take."""
    if (reason := misfit(kind, size, wanted)) is not None:
        raise UsageError(f"this cannot go to TranslateDocument: {reason}", hint="--via text, or leave --via out")


def translate(session: Session, data: bytes, kind: str, wanted: Wanted) -> bytes:
    """The document DATA of KIND in another language. Raises ServiceError, UsageError for a pair that there is not."""
    cache = Cache(session.config) if session.keep else None
    key = key_of(
        SERVICE,
        "document",
        kind,
        session.local,
        wanted.source,
        wanted.target,
        hashlib.sha256(data).hexdigest(),
        *wanted.key,
    )
    if cache is not None and not session.fresh and (kept := cache.find(key)) is not None:
        return kept
    try:
        answer = session.client(SERVICE).translate_document(
            Document={"Content": data, "ContentType": TYPES[kind]},
            SourceLanguageCode=wanted.source,
            TargetLanguageCode=wanted.target,
            **wanted.params,
        )
    except ServiceError as error:
        raise explained(error) from None
    if wanted.source == AUTO:
        session.talk.note(f"the document is in {answer['SourceLanguageCode']}")
    found = bytes(answer["TranslatedDocument"]["Content"])
    if cache is not None:
        cache.keep(key, found)
    return found


def plan(name: str, kind: str, characters: int) -> Step:
    """What translating a document of so many characters would cost."""
    return step("translate:TranslateDocument", name, charge=prices.translation(characters, word_file=kind == "docx"))
