"""`awsml comprehend`: what texts are about, and what in them is private."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.cli.answers import Documents
from awsml_cli.cli.app import Joined
from awsml_cli.cli.documents import DocumentGroup, no_page
from awsml_cli.cli.texts import (
    MaskOption,
    MinConfidenceOption,
    TagsOption,
    TextArgument,
    Texts,
    TokensOption,
    TypesOption,
    redaction,
    texts,
)
from awsml_cli.core import batch, sources
from awsml_cli.core.documents import Answer
from awsml_cli.core.plan import approve
from awsml_cli.core.record import Listing, Many, Parts, Record
from awsml_cli.core.session import Session
from awsml_cli.core.tokens import TokenFile
from awsml_cli.formats.readings import Choice, checked_types
from awsml_cli.formats.redacted import unredact as put_back
from awsml_cli.services import comprehend as service

app = DocumentGroup("What texts say, feel and give away, with Amazon Comprehend.")

Given = Annotated[Texts, Joined(texts)]
EndpointArnOption = Annotated[
    str | None, typer.Option("--endpoint", metavar="ARN", help="Ask the endpoint of a model of your own.")
]
MARKED = {"html": no_page}


@app.command(
    keeps=True,
    many=True,
    examples="""
    awsml comprehend sentiment "I love this phone"
    awsml comprehend sentiment --lines --file reviews.txt -f csv -o sentiment.csv
    awsml comprehend sentiment --csv review --file reviews.csv > rated.csv
    tail -f chat.log | awsml comprehend sentiment --lines | grep NEGATIVE""",
)
def sentiment(session: Session, *, given: Given, language: options.LanguageOption = "auto") -> Documents | Listing:
    """Tell how a text feels: positive, negative, neutral or mixed."""
    return _analysed(session, "sentiment", given, language=language)


@app.command(
    keeps=True,
    many=True,
    formats=MARKED,
    examples="""
    awsml comprehend entities "Jane Doe flew to Paris in 1999"
    awsml comprehend entities --types PERSON,LOCATION --file 'letters/*.txt' -f csv
    awsml comprehend entities --file letter.txt -o letter.html
    awsml transcribe talk.mp3 | awsml comprehend entities | cut -f2 | sort | uniq -c""",
)
def entities(
    session: Session,
    *,
    given: Given,
    language: options.LanguageOption = "auto",
    types: TypesOption = None,
    min_confidence: MinConfidenceOption = None,
    endpoint: EndpointArnOption = None,
) -> Documents | Listing:
    """Find people, places, organizations, dates and the like."""
    known = service.ENTITY_TYPES if endpoint is None else None
    choice = _choice(types, min_confidence, known=known)
    return _analysed(session, "entities", given, language=language, choice=choice, endpoint=endpoint)


@app.command(
    name="key-phrases",
    keeps=True,
    many=True,
    formats=MARKED,
    examples="""
    awsml comprehend key-phrases "The quick brown fox jumps over the lazy dog"
    awsml comprehend key-phrases --min-confidence 0.95 < article.txt | cut -f2""",
)
def key_phrases(
    session: Session,
    *,
    given: Given,
    language: options.LanguageOption = "auto",
    min_confidence: MinConfidenceOption = None,
) -> Documents | Listing:
    """Find the phrases that a text is about."""
    return _analysed(session, "key-phrases", given, language=language, choice=_choice(None, min_confidence))


@app.command(
    keeps=True,
    many=True,
    examples="""
    awsml comprehend language "Dove si trova la stazione?"
    awsml comprehend language --jsonl body --file mails.jsonl > mails.with-language.jsonl
    cut -f3 mails.tsv | awsml comprehend language --lines | sort | uniq -c""",
)
def language(session: Session, *, given: Given) -> Documents | Listing:
    """Tell which language a text is in."""
    return _analysed(session, "language", given)


@app.command(
    keeps=True,
    many=True,
    formats=MARKED,
    examples="""
    awsml comprehend syntax "She sells sea shells"
    awsml comprehend syntax --language en < poem.txt | grep ^VERB""",
)
def syntax(session: Session, *, given: Given, language: options.LanguageOption = "auto") -> Documents | Listing:
    """Tell the part of speech of every word."""
    return _analysed(session, "syntax", given, language=language)


@app.command(
    keeps=True,
    many=True,
    formats=MARKED,
    examples="""
    awsml comprehend targeted "The pizza was great, the waiter was awful"
    awsml comprehend targeted --lines --file reviews.txt -f jsonl""",
)
def targeted(
    session: Session,
    *,
    given: Given,
    language: options.LanguageOption = "auto",
    min_confidence: MinConfidenceOption = None,
) -> Documents | Listing:
    """Tell what is felt about each person or thing that is mentioned."""
    return _analysed(session, "targeted", given, language=language, choice=_choice(None, min_confidence))


@app.command(
    keeps=True,
    many=True,
    formats=MARKED,
    examples="""
    awsml comprehend pii --language en "Write to jane@example.com or call 555-0100"
    awsml comprehend pii --types EMAIL,PHONE --file 'mails/*.txt' -f csv""",
)
def pii(
    session: Session,
    *,
    given: Given,
    language: options.LanguageOption = "auto",
    types: TypesOption = None,
    min_confidence: MinConfidenceOption = None,
) -> Documents | Listing:
    """Find what is private: names, addresses, numbers of cards and accounts."""
    choice = _choice(types, min_confidence, known=service.PII_TYPES)
    return _analysed(session, "pii", given, language=language, choice=choice)


@app.command(
    name="contains-pii",
    keeps=True,
    many=True,
    examples="""
    awsml comprehend contains-pii --language en "Call me at 555-0100"
    awsml comprehend contains-pii --csv comment --file survey.csv > flagged.csv""",
)
def contains_pii(session: Session, *, given: Given, language: options.LanguageOption = "auto") -> Documents | Listing:
    """Tell which kinds of private data a text has, for a fiftieth of the price of finding them."""
    return _analysed(session, "contains-pii", given, language=language)


@app.command(
    keeps=True,
    many=True,
    examples="""
    awsml comprehend redact --language en "I am John Smith, call 555-0100"
    awsml comprehend redact --mask '*' < letter.txt > letter.safe.txt
    awsml comprehend redact --csv comment --file survey.csv > survey.safe.csv
    awsml comprehend redact --tokens names.jsonl < letter.txt | awsml translate --to es |
      awsml comprehend unredact --tokens names.jsonl""",
)
def redact(
    session: Session,
    *,
    given: Given,
    language: options.LanguageOption = "auto",
    types: TypesOption = None,
    min_confidence: MinConfidenceOption = None,
    mask: MaskOption = None,
    tags: TagsOption = False,
    tokens: TokensOption = None,
) -> Documents | Listing:
    """Replace what is private in a text of any length, as it flows by."""
    how = redaction(_choice(types, min_confidence, known=service.PII_TYPES), mask=mask, tags=tags, tokens=tokens)
    if session.dry_run:
        return _plan(session, "pii", given)
    _approve(session, "pii", given)
    table, replaced = given.table(), how()

    def answers(parts: bool, keep: bool) -> Iterator[list[Answer]]:
        found = given.read(session, table, keep=keep)
        return service.redact(session, found, replaced, language=language, parts=parts)

    columns = ("redacted_text",)
    return Documents(given.sources, table, answers, columns, lambda fields: dict(fields), prose=True)


@app.command(
    examples="""
    awsml comprehend unredact --tokens names.jsonl < letter.safe.txt
    awsml comprehend redact --tokens names.jsonl < letter.txt | awsml comprehend unredact --tokens names.jsonl""",
)
def unredact(
    session: Session,
    text: TextArgument = None,
    *,
    tokens: Annotated[Path, typer.Option("--tokens", metavar="FILE", help="The file that `redact --tokens` wrote.")],
    file: options.FileOption = None,
) -> Many | Listing:
    """Put back what `redact --tokens` has replaced, without a call to AWS."""
    found = sources.text(text, files=file or ())
    kept = TokenFile(tokens)
    kept.read()

    def one(origin: sources.Source) -> Parts:
        return Parts(put_back(sources.read_text(origin, session), kept, session), lambda whole: Unredacted(text=whole))

    return Many(found, batch.each(found, one, jobs=1))


@app.command(
    keeps=True,
    many=True,
    examples="""
    awsml comprehend toxicity --language en "You are all wonderful"
    awsml comprehend toxicity --lines --file comments.txt | awk '$1 > 0.5'""",
)
def toxicity(session: Session, *, given: Given, language: options.LanguageOption = "auto") -> Documents | Listing:
    """Tell how toxic an English text is, and in what way."""
    return _analysed(session, "toxicity", given, language=language)


@app.command(
    keeps=True,
    many=True,
    examples="""
    awsml comprehend classify --endpoint "$ARN" --file mail.txt
    awsml comprehend classify --endpoint "$ARN" --csv subject --file tickets.csv > sorted.csv""",
)
def classify(
    session: Session,
    *,
    given: Given,
    endpoint: Annotated[
        str, typer.Option("--endpoint", metavar="ARN", help="The endpoint of a classifier of your own.")
    ],
) -> Documents | Listing:
    """Sort texts into the classes of a classifier of your own."""
    return _analysed(session, "classify", given, endpoint=endpoint)


class Unredacted(Record):
    """A text with what was private put back."""

    columns = ("text",)
    prose = "text"

    text: str


def _analysed(
    session: Session,
    name: str,
    given: Texts,
    *,
    language: str = "auto",
    choice: Choice | None = None,
    endpoint: str | None = None,
) -> Documents | Listing:
    analysis = service.ANALYSES[name]
    if session.dry_run:
        return _plan(session, name, given, endpoint=endpoint)
    _approve(session, name, given, endpoint=endpoint)
    table = given.table(cells=tuple(analysis.added({})), members=tuple(analysis.for_json({})))
    added = analysis.for_json if given.jsonl is not None else analysis.added

    def answers(parts: bool, keep: bool) -> Iterator[list[Answer]]:
        found = given.read(session, table, keep=keep)
        return service.analyse(
            session, analysis, found, language=language, choice=choice, endpoint=endpoint, parts=parts
        )

    return Documents(given.sources, table, answers, analysis.columns, added, listed=analysis.listed)


def _plan(session: Session, name: str, given: Texts, *, endpoint: str | None = None) -> Listing:
    found = given.read(session, given.table())
    return Listing(iter(service.plan(service.ANALYSES[name], given.name, found, endpoint=endpoint)), "Plan")


def _approve(session: Session, name: str, given: Texts, *, endpoint: str | None = None) -> None:
    if given.known:
        approve(
            session,
            lambda: service.plan(
                service.ANALYSES[name], given.name, given.read(session, given.table()), endpoint=endpoint
            ),
        )


def _choice(types: list[str] | None, min_confidence: str | None, *, known: tuple[str, ...] | None = None) -> Choice:
    least = options.confidence(min_confidence) if min_confidence is not None else 0.0
    return Choice(checked_types(types or (), known), least)
