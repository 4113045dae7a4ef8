"""`awsml comprehend`: what texts are about, and what in them is private."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ConfigDict

from awsml_cli.cli import options
from awsml_cli.cli.answers import Documents
from awsml_cli.cli.choosing import Chosen, MaskOption, Replacing, Sure, TagsOption
from awsml_cli.cli.documents import DocumentGroup, asked, no_page
from awsml_cli.cli.job_words import (
    DocumentLanguageOption,
    JobArgument,
    KindArgument,
    KindOption,
    ModelOption,
    Over,
    StatusOption,
    TopicsOption,
)
from awsml_cli.cli.texts import Given, GivenInLanguage, TextArgument, Texts
from awsml_cli.core import batch, sources
from awsml_cli.core.documents import Answer
from awsml_cli.core.plan import step
from awsml_cli.core.record import Listing, Many, Parts, Record
from awsml_cli.core.session import Session
from awsml_cli.core.tokens import TokenFile
from awsml_cli.formats.readings import Choice
from awsml_cli.formats.redacted import unredact as put_back
from awsml_cli.services import comprehend as service

app = DocumentGroup("What texts say, feel and give away, with Amazon Comprehend.")
jobs_app = app.group("jobs", "Jobs over documents in S3: start, list, look at, wait for, stop, read.")

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


@app.command(
    examples="""
    awsml comprehend topics s3://my-bucket/in/ --to s3://my-bucket/out/ --role arn:aws:iam::123456789012:role/nlp""",
)
def topics(
    session: Session,
    *,
    over: Over,
    number: TopicsOption = None,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
) -> Listing | Record:
    """Find the topics of many documents in S3; closed to accounts that did not use it before April 2026."""
    family = service.family_named("topics")
    wanted = service.Start(**vars(over), topics=number)
    if session.dry_run:
        return Listing(iter([service.plan_job(family, wanted)]), "Plan")
    session.talk.warn("topic modelling has been closed to new customers since 2026-04-30")
    job = service.start(session, family, wanted)
    return service.topics(session, service.job_named(job.id, session), timeout=timeout) if wait else job


@jobs_app.command(
    examples="""
    awsml comprehend jobs start language s3://my-bucket/ --to s3://my-bucket/ --role arn:aws:iam::123456789012:role/nlp
    awsml comprehend jobs start pii --tags --language en s3://my-bucket/in/ --to s3://my-bucket/safe/ --dry-run""",
)
def start(
    session: Session,
    kind: KindArgument,
    *,
    over: Over,
    language: DocumentLanguageOption = "",
    mask: MaskOption = None,
    tags: TagsOption = False,
    model: ModelOption = None,
) -> Record | Listing:
    """Start a job over documents in S3; the same once more is the same job."""
    family = service.family_named(kind)
    wanted = service.Start(**vars(over), language=language, mask="tags" if tags else mask, model=model)
    if session.dry_run:
        return Listing(iter([service.plan_job(family, wanted)]), "Plan")
    return service.start(session, family, wanted)


@jobs_app.command(
    examples="""
    awsml comprehend jobs ls
    awsml comprehend jobs ls sentiment --status IN_PROGRESS -f json""",
)
def ls(
    session: Session, kind: KindOption = None, *, status: StatusOption = None, limit: options.LimitOption = None
) -> Listing:
    """List the jobs of this region."""
    family = service.family_named(kind) if kind else None
    return service.listed(session, family, status=status.upper() if status else None, limit=limit)


@jobs_app.command(examples="awsml comprehend jobs get sentiment/0123abcd --query job_status")
def get(session: Session, job: JobArgument) -> Record:
    """Show what AWS says about a job now."""
    return service.get_job(session, service.job_named(job, session))


@jobs_app.command(examples="awsml comprehend jobs wait sentiment/0123abcd --timeout 600")
def wait(session: Session, job: JobArgument, *, timeout: options.TimeoutOption = None) -> Record:
    """Wait until a job has ended."""
    return service.wait_job(session, service.job_named(job, session), timeout=timeout)


@jobs_app.command(examples="awsml comprehend jobs stop sentiment/0123abcd")
def stop(session: Session, job: JobArgument) -> Record | Listing:
    """Stop a job."""
    named = service.job_named(job, session)
    return Listing(iter([step("comprehend:Stop", job)]), "Plan") if session.dry_run else service.stop(session, named)


@jobs_app.command(many=True, examples="awsml comprehend jobs result sentiment/0123abcd -f csv > sentiment.csv")
def result(session: Session, job: JobArgument, *, timeout: options.TimeoutOption = None) -> Shown:
    """Show what a job found, read from its archive in S3, waited for if it has not ended."""
    named = service.job_named(job, session)
    if named.name.startswith("topics/"):
        return service.topics(session, named, timeout=timeout)
    analysis = service.ANALYSES[named.name.partition("/")[0]]

    def answers(parts: bool, keep: bool) -> Iterator[list[Answer]]:
        return ([answer] for answer in service.result(session, named, timeout=timeout))

    columns, origin = analysis.columns, [sources.Source(job)]
    return Documents(origin, None, answers, columns, analysis.added, listed=analysis.listed, unknown=True)


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
