"""Amazon Comprehend Medical: medicines, conditions, procedures and people in clinical texts, in English."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from awsml_cli.core import documents, limits, prices
from awsml_cli.core.cache import Cache, key_of
from awsml_cli.core.documents import Answer, Document, Reading, Window
from awsml_cli.core.keys import snake
from awsml_cli.core.plan import Step, step
from awsml_cli.core.session import Session
from awsml_cli.formats.readings import Choice, Rows, SpanReading
from awsml_cli.formats.redacted import RedactedReading, Redaction
from awsml_cli.formats.windows import windows

SERVICE: Final = "comprehendmedical"
WORKERS: Final = 8  # calls at a time
KEY: Final = "Entities"
PLACE: Final = ("type", "text", "score", "begin_offset", "end_offset")
# https://docs.aws.amazon.com/comprehend-medical/latest/dev/textanalysis-phi.html
PHI_TYPES: Final = (
    *("ADDRESS", "AGE", "CONTACT_POINT", "DATE", "EMAIL", "ID", "IDENTIFIER"),
    *("NAME", "PHONE_OR_FAX", "PROFESSION", "URL"),
)


@dataclass(frozen=True)
class Analysis:
    """One question: AWS's OPERATION, its LIMIT in code points, and how a place that was found becomes rows."""

    name: str
    operation: str
    limit: int
    columns: tuple[str, ...]
    row: Callable[[Mapping[str, Any]], Rows]
    added: str

    def cells(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """The column that a table of the user's gets."""
        return {self.added: fields.get("entities")}

    def reading(self) -> Reading:
        """A new reading of a document that was asked about as a whole."""
        return SpanReading(KEY, row=self.row, choice=Choice())


def analyse(
    session: Session,
    analysis: Analysis,
    found: Iterable[Document | None],
    *,
    choice: Choice | None = None,
    parts: bool = False,
) -> Iterator[list[Answer]]:
    """Ask about the documents FOUND; answers in order.

    Raises ServiceError for what every document would meet; what one meets is in its answer.
    """
    method = _Method(session, analysis, choice=choice)
    return documents.answers(method, found, workers=WORKERS, parts=parts)


def redact(
    session: Session, found: Iterable[Document | None], how: Redaction | None, *, parts: bool = False
) -> Iterator[list[Answer]]:
    """The documents FOUND with what says who the patient is replaced; with `parts`, as soon as it is certain."""
    return documents.answers(_Redacting(session, how or Redaction()), found, workers=WORKERS, parts=parts)


def plan(analysis: Analysis, name: str, found: Iterable[Document | None]) -> Step:
    """What asking about the documents FOUND in what is called NAME would cost. Nothing is sent."""
    sizes = [
        len(window.text)
        for document in found
        if document is not None
        for window in _windows(analysis, document)
        if window is not None and window.text
    ]
    charge = prices.language(SERVICE, analysis.operation, sizes)
    return step(f"{SERVICE}:{analysis.operation}", name, calls=len(sizes), charge=charge)


def _windows(analysis: Analysis, document: Document) -> Iterator[Window | None]:
    if (whole := _uncut(analysis, document)) is not None:
        yield whole
    elif document.row is None:
        yield from windows(document.chunks or (), analysis.limit, len, overlap=True)
    elif document.row.text and not document.row.text.isspace():
        yield from windows((document.row.text,), analysis.limit, len, overlap=True)


def _uncut(analysis: Analysis, document: Document) -> Window | None:
    text = document.row.text if document.row is not None else ""
    return Window(text, 0, 0, text) if text and not text.isspace() and len(text) <= analysis.limit else None


class _Method:
    """How Comprehend Medical is asked: one text at a time (`core.documents.Method`)."""

    most = 1

    def __init__(self, session: Session, analysis: Analysis, *, choice: Choice | None) -> None:
        self.analysis = analysis
        self._choice = choice or Choice()
        self._session = session
        self._call = getattr(session.client(SERVICE), snake(analysis.operation))
        self._cache = Cache(session.config) if session.keep else None

    def whole(self, document: Document) -> Window | None:
        """The one window of a short row."""
        return _uncut(self.analysis, document)

    def windows(self, document: Document) -> Iterator[Window | None]:
        """The windows of DOCUMENT."""
        return _windows(self.analysis, document)

    def key(self, window: Window, language: str) -> Hashable:
        """There are no batches."""
        return None

    def language(self, document: Document, window: Window) -> str:
        """The service knows English alone, and is not told."""
        return ""

    def reading(self, language: str) -> Reading:
        """A new reading."""
        return SpanReading(KEY, row=self.analysis.row, choice=self._choice, overlap=True)

    def ask(self, texts: Sequence[str], language: str, *, alone: bool) -> Sequence[Any]:
        """What Comprehend Medical, or the cache, says about the one text."""
        return [self._asked(text) for text in texts]

    def _asked(self, text: str) -> Any:
        key = key_of(SERVICE, self._session.local, self.analysis.operation, text)
        if self._cache is not None and not self._session.fresh and (kept := self._cache.find(key)) is not None:
            return json.loads(kept)
        answer = {name: value for name, value in self._call(Text=text).items() if name != "ResponseMetadata"}
        if self._cache is not None:
            self._cache.keep(key, json.dumps(answer).encode())
        return answer


class _Redacting(_Method):
    def __init__(self, session: Session, how: Redaction) -> None:
        super().__init__(session, ANALYSES["phi"], choice=how.choice)
        self._how = how

    def reading(self, language: str) -> Reading:
        return RedactedReading(self._how)


def _entity_rows(entity: Mapping[str, Any]) -> Rows:
    """An entity, and each attribute of it, a dose or a side, as a row that names what it belongs to."""
    rows = [(*_place(entity), entity.get("Category"), _traits(entity), None)]
    for attribute in entity.get("Attributes") or ():
        rows.append((*_place(attribute), attribute.get("Category"), _traits(attribute), entity["Text"]))
    return rows


def _code_rows(concepts: str) -> Callable[[Mapping[str, Any]], Rows]:
    def rows(entity: Mapping[str, Any]) -> Rows:
        best: Mapping[str, Any] = next(iter(entity.get(concepts) or ()), {})
        return [(*_place(entity), best.get("Code"), best.get("Description"), best.get("Score"))]

    return rows


def _place(span: Mapping[str, Any]) -> tuple[Any, ...]:
    return (span["Type"], span["Text"], span.get("Score"), span["BeginOffset"], span["EndOffset"])


def _traits(span: Mapping[str, Any]) -> str:
    return ",".join(trait["Name"] for trait in span.get("Traits") or ())


_FOUND = (*PLACE, "category", "traits", "attribute_of")
_CODED = (*PLACE, "code", "description", "code_score")
_LONG, _SHORT = limits.MEDICAL_CHARACTERS, limits.MEDICAL_INFER_CHARACTERS

ANALYSES: Final[Mapping[str, Analysis]] = {
    analysis.name: analysis
    for analysis in (
        Analysis("entities", "DetectEntitiesV2", _LONG, _FOUND, _entity_rows, "medical_entities"),
        Analysis("phi", "DetectPHI", _LONG, PLACE, lambda span: [_place(span)], "phi_entities"),
        Analysis("icd10", "InferICD10CM", _SHORT, _CODED, _code_rows("ICD10CMConcepts"), "icd10_entities"),
        Analysis("rxnorm", "InferRxNorm", _SHORT, _CODED, _code_rows("RxNormConcepts"), "rxnorm_entities"),
        Analysis("snomed", "InferSNOMEDCT", _SHORT, _CODED, _code_rows("SNOMEDCTConcepts"), "snomed_entities"),
    )
}
