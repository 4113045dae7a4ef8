"""`awsml medical`: clinical texts, and who they are about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from awsml_cli.cli import options
from awsml_cli.cli.answers import Documents
from awsml_cli.cli.app import Joined
from awsml_cli.cli.documents import DocumentGroup, no_page
from awsml_cli.cli.texts import (
    MaskOption,
    MinConfidenceOption,
    TagsOption,
    Texts,
    TokensOption,
    TypesOption,
    redaction,
    texts,
)
from awsml_cli.core.documents import Answer
from awsml_cli.core.plan import approve
from awsml_cli.core.record import Listing
from awsml_cli.core.session import Session
from awsml_cli.formats.readings import Choice, checked_types
from awsml_cli.services import medical as service

app = DocumentGroup("Clinical texts in English, with Amazon Comprehend Medical.")

Given = Annotated[Texts, Joined(texts)]
MARKED = {"html": no_page}


@app.command(
    keeps=True,
    many=True,
    formats=MARKED,
    examples="""
    awsml medical entities "She takes aspirin 100 mg daily against headache"
    awsml medical entities --file 'notes/*.txt' -f csv -o notes.csv""",
)
def entities(session: Session, *, given: Given, min_confidence: MinConfidenceOption = None) -> Documents | Listing:
    """Find medicines with their doses, conditions, procedures, anatomy and people."""
    return _analysed(session, "entities", given, _choice(min_confidence))


@app.command(
    keeps=True,
    many=True,
    formats=MARKED,
    examples="""
    awsml medical phi "Jane Doe, 54, was seen in Seattle on 3 May"
    awsml medical phi --lines --file notes.txt -f jsonl""",
)
def phi(
    session: Session,
    *,
    given: Given,
    types: TypesOption = None,
    min_confidence: MinConfidenceOption = None,
) -> Documents | Listing:
    """Find what says who the patient is: protected health information."""
    return _analysed(session, "phi", given, _choice(min_confidence, types))


@app.command(
    keeps=True,
    many=True,
    formats=MARKED,
    examples="""
    awsml medical icd10 "Patient complains of headache and fever"
    awsml transcribe visit.mp3 | awsml medical icd10 | cut -f2,6,7""",
)
def icd10(session: Session, *, given: Given, min_confidence: MinConfidenceOption = None) -> Documents | Listing:
    """Find conditions with their codes in ICD-10-CM."""
    return _analysed(session, "icd10", given, _choice(min_confidence))


@app.command(
    keeps=True,
    many=True,
    formats=MARKED,
    examples="""
    awsml medical rxnorm "aspirin 100 mg daily, ibuprofen when needed"
    awsml medical rxnorm --csv medication --file patients.csv > coded.csv""",
)
def rxnorm(session: Session, *, given: Given, min_confidence: MinConfidenceOption = None) -> Documents | Listing:
    """Find medicines with their codes in RxNorm."""
    return _analysed(session, "rxnorm", given, _choice(min_confidence))


@app.command(
    keeps=True,
    many=True,
    formats=MARKED,
    examples="""
    awsml medical snomed "Patient complains of headache and fever"
    awsml medical snomed --file note.txt -f json | jq '.entities[].snomedct_concepts[0]'""",
)
def snomed(session: Session, *, given: Given, min_confidence: MinConfidenceOption = None) -> Documents | Listing:
    """Find conditions, anatomy and procedures with their codes in SNOMED CT."""
    return _analysed(session, "snomed", given, _choice(min_confidence))


@app.command(
    keeps=True,
    many=True,
    examples="""
    awsml medical redact "Jane Doe takes aspirin"
    awsml medical redact --file 'notes/*.txt' -o shareable/
    awsml transcribe visit.mp3 | awsml medical redact | awsml medical entities -f json""",
)
def redact(
    session: Session,
    *,
    given: Given,
    types: TypesOption = None,
    min_confidence: MinConfidenceOption = None,
    mask: MaskOption = None,
    tags: TagsOption = False,
    tokens: TokensOption = None,
) -> Documents | Listing:
    """Replace what says who the patient is, in a text of any length as it flows by."""
    how = redaction(_choice(min_confidence, types), mask=mask, tags=tags, tokens=tokens)
    if session.dry_run:
        return _plan(session, "phi", given)
    _approve(session, "phi", given)
    table, replaced = given.table(), how()

    def answers(parts: bool, keep: bool) -> Iterator[list[Answer]]:
        return service.redact(session, given.read(session, table, keep=keep), replaced, parts=parts)

    return Documents(given.sources, table, answers, ("redacted_text",), lambda fields: dict(fields), prose=True)


def _analysed(session: Session, name: str, given: Texts, choice: Choice) -> Documents | Listing:
    analysis = service.ANALYSES[name]
    if session.dry_run:
        return _plan(session, name, given)
    _approve(session, name, given)
    added = tuple(analysis.cells({}))
    table = given.table(cells=added, members=added)

    def answers(parts: bool, keep: bool) -> Iterator[list[Answer]]:
        found = given.read(session, table, keep=keep)
        return service.analyse(session, analysis, found, choice=choice, parts=parts)

    return Documents(given.sources, table, answers, analysis.columns, analysis.cells, listed=True)


def _plan(session: Session, name: str, given: Texts) -> Listing:
    found = given.read(session, given.table())
    return Listing(iter([service.plan(service.ANALYSES[name], given.name, found)]), "Plan")


def _approve(session: Session, name: str, given: Texts) -> None:
    if given.known:
        approve(
            session,
            lambda: [service.plan(service.ANALYSES[name], given.name, given.read(session, given.table()))],
        )


def _choice(min_confidence: str | None, types: list[str] | None = None) -> Choice:
    least = options.confidence(min_confidence) if min_confidence is not None else 0.0
    return Choice(checked_types(types or (), service.PHI_TYPES), least)
