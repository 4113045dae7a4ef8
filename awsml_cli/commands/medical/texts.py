"""`awsml medical entities`, `phi` and the like: what clinical texts say, and who they are about."""

from __future__ import annotations

from awsml_cli.cli.answers import Documents
from awsml_cli.cli.choosing import Chosen, Replacing, Sure
from awsml_cli.cli.documents import asked, no_page
from awsml_cli.cli.texts import Given, Texts
from awsml_cli.commands.medical.group import app
from awsml_cli.core.record import Listing
from awsml_cli.core.session import Session
from awsml_cli.formats.readings import Choice
from awsml_cli.services import medical as service

Shown = Documents | Listing
MARKED = {"html": no_page}


@app.command(
    keeps=True,
    many=True,
    formats=MARKED,
    examples="""
    awsml medical entities "She takes aspirin 100 mg daily against headache"
    awsml medical entities --file 'notes/*.txt' -f csv -o notes.csv""",
)
def entities(session: Session, *, given: Given, choice: Sure) -> Shown:
    """Find medicines with their doses, conditions, procedures, anatomy and people."""
    return _asked(session, "entities", given, choice)


@app.command(
    keeps=True,
    many=True,
    formats=MARKED,
    examples="""
    awsml medical phi "Jane Doe, 54, was seen in Seattle on 3 May"
    awsml medical phi --lines --file notes.txt -f jsonl""",
)
def phi(session: Session, *, given: Given, chosen: Chosen) -> Shown:
    """Find what says who the patient is: protected health information."""
    return _asked(session, "phi", given, chosen.of(service.PHI_TYPES))


@app.command(
    keeps=True,
    many=True,
    formats=MARKED,
    examples="""
    awsml medical icd10 "Patient complains of headache and fever"
    awsml transcribe visit.mp3 | awsml medical icd10 | cut -f2,6,7""",
)
def icd10(session: Session, *, given: Given, choice: Sure) -> Shown:
    """Find conditions with their codes in ICD-10-CM."""
    return _asked(session, "icd10", given, choice)


@app.command(
    keeps=True,
    many=True,
    formats=MARKED,
    examples="""
    awsml medical rxnorm "aspirin 100 mg daily, ibuprofen when needed"
    awsml medical rxnorm --csv medication --file patients.csv > coded.csv""",
)
def rxnorm(session: Session, *, given: Given, choice: Sure) -> Shown:
    """Find medicines with their codes in RxNorm."""
    return _asked(session, "rxnorm", given, choice)


@app.command(
    keeps=True,
    many=True,
    formats=MARKED,
    examples="""
    awsml medical snomed "Patient complains of headache and fever"
    awsml medical snomed --file note.txt -f json | jq '.entities[].snomedct_concepts[0]'""",
)
def snomed(session: Session, *, given: Given, choice: Sure) -> Shown:
    """Find conditions, anatomy and procedures with their codes in SNOMED CT."""
    return _asked(session, "snomed", given, choice)


@app.command(
    keeps=True,
    many=True,
    examples="""
    awsml medical redact "Jane Doe takes aspirin"
    awsml medical redact --file 'notes/*.txt' -o shareable/
    awsml transcribe visit.mp3 | awsml medical redact | awsml medical entities -f json""",
)
def redact(session: Session, *, given: Given, replacing: Replacing) -> Shown:
    """Replace what says who the patient is, in a text of any length as it flows by."""
    choice = replacing.wanted.of(service.PHI_TYPES)
    how = None if session.dry_run else replacing.by(choice)
    return asked(
        session,
        given,
        plan=lambda found: [service.plan(service.ANALYSES["phi"], given.name, found)],
        ask=lambda found, parts: service.redact(session, found, how, parts=parts),
        columns=("redacted_text",),
        prose=True,
    )


def _asked(session: Session, name: str, given: Texts, choice: Choice) -> Shown:
    analysis = service.ANALYSES[name]
    return asked(
        session,
        given,
        plan=lambda found: [service.plan(analysis, given.name, found)],
        ask=lambda found, parts: service.analyse(session, analysis, found, choice=choice, parts=parts),
        columns=analysis.columns,
        cells=analysis.cells,
        listed=True,
    )
