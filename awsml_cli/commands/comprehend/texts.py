"""`awsml comprehend sentiment`, `entities` and the like: what texts are about, and what in them is private."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from pydantic import ConfigDict

from awsml_cli.cli import options
from awsml_cli.cli.answers import Documents
from awsml_cli.cli.choosing import Chosen, Replacing, Sure
from awsml_cli.cli.documents import asked, no_page
from awsml_cli.cli.texts import Given, GivenInLanguage, TextArgument, Texts
from awsml_cli.commands.comprehend.group import app
from awsml_cli.core import batch, sources
from awsml_cli.core.record import Listing, Many, Parts, Record
from awsml_cli.core.session import Session
from awsml_cli.core.tokens import TokenFile
from awsml_cli.formats.readings import Choice
from awsml_cli.formats.redacted import unredact as put_back
from awsml_cli.services import comprehend as service

Shown = Documents | Listing
EndpointOption = Annotated[
    str | None, typer.Option("--endpoint", metavar="ARN", help="Ask the endpoint of a model of your own.")
]
ClassifierOption = Annotated[
    str, typer.Option("--endpoint", metavar="ARN", help="The endpoint of a classifier of your own.")
]
TokensOption = Annotated[Path, typer.Option("--tokens", metavar="FILE", help="The file that `redact` wrote.")]
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
def sentiment(session: Session, *, given: GivenInLanguage) -> Shown:
    """Tell how a text feels: positive, negative, neutral or mixed."""
    return _asked(session, "sentiment", given)


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
def entities(session: Session, *, given: GivenInLanguage, chosen: Chosen, endpoint: EndpointOption = None) -> Shown:
    """Find people, places, organizations, dates and the like."""
    choice = chosen.of(service.ENTITY_TYPES if endpoint is None else None)
    return _asked(session, "entities", given, choice, endpoint=endpoint)


@app.command(
    name="key-phrases",
    keeps=True,
    many=True,
    formats=MARKED,
    examples="""
    awsml comprehend key-phrases "The quick brown fox jumps over the lazy dog"
    awsml comprehend key-phrases --min-confidence 0.95 < article.txt | cut -f2""",
)
def key_phrases(session: Session, *, given: GivenInLanguage, choice: Sure) -> Shown:
    """Find the phrases that a text is about."""
    return _asked(session, "key-phrases", given, choice)


@app.command(
    keeps=True,
    many=True,
    examples="""
    awsml comprehend language "Dove si trova la stazione?"
    awsml comprehend language --jsonl body --file mails.jsonl > mails.with-language.jsonl
    cut -f3 mails.tsv | awsml comprehend language --lines | sort | uniq -c""",
)
def language(session: Session, *, given: Given) -> Shown:
    """Tell which language a text is in."""
    return _asked(session, "language", given)


@app.command(
    keeps=True,
    many=True,
    formats=MARKED,
    examples="""
    awsml comprehend syntax "She sells sea shells"
    awsml comprehend syntax --language en < poem.txt | grep ^VERB""",
)
def syntax(session: Session, *, given: GivenInLanguage) -> Shown:
    """Tell the part of speech of every word."""
    return _asked(session, "syntax", given)


@app.command(
    keeps=True,
    many=True,
    formats=MARKED,
    examples="""
    awsml comprehend targeted "The pizza was great, the waiter was awful"
    awsml comprehend targeted --lines --file reviews.txt -f jsonl""",
)
def targeted(session: Session, *, given: GivenInLanguage, choice: Sure) -> Shown:
    """Tell what is felt about each person or thing that is mentioned."""
    return _asked(session, "targeted", given, choice)


@app.command(
    keeps=True,
    many=True,
    formats=MARKED,
    examples="""
    awsml comprehend pii --language en "Write to jane@example.com or call 555-0100"
    awsml comprehend pii --types EMAIL,PHONE --file 'mails/*.txt' -f csv""",
)
def pii(session: Session, *, given: GivenInLanguage, chosen: Chosen) -> Shown:
    """Find what is private: names, addresses, numbers of cards and accounts."""
    return _asked(session, "pii", given, chosen.of(service.PII_TYPES))


@app.command(
    name="contains-pii",
    keeps=True,
    many=True,
    examples="""
    awsml comprehend contains-pii --language en "Call me at 555-0100"
    awsml comprehend contains-pii --csv comment --file survey.csv > flagged.csv""",
)
def contains_pii(session: Session, *, given: GivenInLanguage) -> Shown:
    """Tell which kinds of private data a text has, for a fiftieth of the price of finding them."""
    return _asked(session, "contains-pii", given)


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
def redact(session: Session, *, given: GivenInLanguage, replacing: Replacing) -> Shown:
    """Replace what is private in a text of any length, as it flows by."""
    choice = replacing.wanted.of(service.PII_TYPES)
    how = None if session.dry_run else replacing.by(choice)
    return asked(
        session,
        given,
        plan=lambda found: service.plan(service.ANALYSES["pii"], given.name, found),
        ask=lambda found, parts: service.redact(session, found, how, language=given.language, parts=parts),
        columns=("redacted_text",),
        prose=True,
    )


@app.command(
    examples="""
    awsml comprehend unredact --tokens names.jsonl < letter.safe.txt
    awsml comprehend redact --tokens names.jsonl < letter.txt | awsml comprehend unredact --tokens names.jsonl""",
)
def unredact(
    session: Session, text: TextArgument = None, *, tokens: TokensOption, file: options.FileOption = None
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
def toxicity(session: Session, *, given: GivenInLanguage) -> Shown:
    """Tell how toxic an English text is, and in what way."""
    return _asked(session, "toxicity", given)


@app.command(
    keeps=True,
    many=True,
    examples="""
    awsml comprehend classify --endpoint "$ARN" --file mail.txt
    awsml comprehend classify --endpoint "$ARN" --csv subject --file tickets.csv > sorted.csv""",
)
def classify(session: Session, *, given: Given, endpoint: ClassifierOption) -> Shown:
    """Sort texts into the classes of a classifier of your own."""
    return _asked(session, "classify", given, endpoint=endpoint)


class Unredacted(Record):
    """A text with what was private put back."""

    model_config = ConfigDict(defer_build=True)
    columns = ("text",)
    prose = "text"

    text: str


def _asked(
    session: Session, name: str, given: Texts, choice: Choice | None = None, *, endpoint: str | None = None
) -> Shown:
    analysis = service.ANALYSES[name]
    return asked(
        session,
        given,
        plan=lambda found: service.plan(analysis, given.name, found, endpoint=endpoint),
        ask=lambda found, parts: service.analyse(
            session, analysis, found, language=given.language, choice=choice, endpoint=endpoint, parts=parts
        ),
        columns=analysis.columns,
        cells=analysis.added,
        members=analysis.for_json,
        listed=analysis.listed,
    )
