"""`awsml transcribe vocabulary`, `filter`, `model`, `category`: what AWS holds for transcriptions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.cli import transcript_options as transcript
from awsml_cli.cli.app import CommandGroup
from awsml_cli.commands.transcribe import group
from awsml_cli.core.plan import confirm
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services import transcribe as service
from awsml_cli.services.transcribe import resources

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Its name.")]
ContainsOption = Annotated[
    str | None, typer.Option("--contains", metavar="TEXT", help="Only those whose name contains this.")
]
NeededLanguage = Annotated[str, typer.Option("--language", metavar="CODE", help="The language, as en-US.")]


def _managed(managed: CommandGroup, word: str, sort: resources.Sort, plural: str, name: str) -> None:
    """Add `ls`, `get` and `rm` of SORT to MANAGED, with NAME in the examples."""

    def ls(session: Session, *, contains: ContainsOption = None, limit: options.LimitOption = None) -> Listing:
        return resources.list_(session, sort, contains=contains, limit=limit)

    def get(session: Session, name: NameArgument) -> Record:
        return resources.get(session, sort, name)

    def rm(session: Session, name: NameArgument) -> Record | None:
        if session.dry_run:
            return resources.removal(sort, name)
        confirm(session, f"Remove the {sort.noun} {name}?")
        resources.remove(session, sort, name)
        return None

    ls.__doc__ = f"List the {plural} of this region."
    get.__doc__ = f"Show the {sort.noun} NAME."
    rm.__doc__ = f"Remove the {sort.noun} NAME."
    managed.command("ls", examples=f"awsml transcribe {word} ls -f json")(ls)
    managed.command("get", examples=f"awsml transcribe {word} get {name}")(get)
    managed.command("rm", examples=f"awsml transcribe {word} rm {name} -y")(rm)


_managed(group.vocabulary, "vocabulary", resources.VOCABULARY, "vocabularies", "my-words")
_managed(
    group.medical_vocabulary, "medical-vocabulary", resources.MEDICAL_VOCABULARY, "medical vocabularies", "my-drugs"
)
_managed(group.filters, "filter", resources.FILTER, "vocabulary filters", "my-filter")
_managed(group.models, "model", resources.MODEL, "language models", "my-model")
_managed(group.categories, "category", resources.CATEGORY, "categories", "my-category")


@group.vocabulary.command("put", examples="awsml transcribe vocabulary put my-names names.txt --language en-US")
def put_vocabulary(
    session: Session,
    name: NameArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A list, one phrase a line, or a table.")],
    *,
    language: NeededLanguage,
    bucket: options.BucketOption = None,
    timeout: options.TimeoutOption = None,
) -> Record:
    """Make the vocabulary NAME of FILE, or make it anew, and wait until it is ready."""
    phrases = service.words((), "\n".join(transcript.lines(file)), source=str(file))
    if session.dry_run or phrases is None:
        return resources.making(resources.VOCABULARY, name)
    return service.put_vocabulary(session, name, phrases, language=language, bucket=bucket, timeout=timeout)


@group.medical_vocabulary.command("put", examples="awsml transcribe medical-vocabulary put my-drugs names.txt")
def put_medical_vocabulary(
    session: Session,
    name: NameArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A list, one phrase a line, or a table.")],
    *,
    bucket: options.BucketOption = None,
    timeout: options.TimeoutOption = None,
) -> Record:
    """Make the medical vocabulary NAME of FILE (US English), or make it anew, and wait until it is ready."""
    phrases = service.words((), "\n".join(transcript.lines(file)), source=str(file))
    if session.dry_run or phrases is None:
        return resources.making(resources.MEDICAL_VOCABULARY, name)
    return service.put_vocabulary(
        session, name, phrases, language=service.MEDICAL_LANGUAGE, bucket=bucket, timeout=timeout, medical=True
    )


@group.filters.command("put", examples="awsml transcribe filter put my-filter names.txt --language en-US")
def put_filter(
    session: Session,
    name: NameArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The words, one a line.")],
    *,
    language: NeededLanguage,
) -> Record:
    """Make the vocabulary filter NAME of FILE, or make it anew."""
    asked = service.filter_words(transcript.lines(file), source=str(file))
    if session.dry_run:
        return resources.making(resources.FILTER, name)
    asked["LanguageCode"] = language
    return resources.put(session, resources.FILTER, name, asked, only_new=("LanguageCode",))


@group.models.command(
    "put",
    examples="awsml transcribe model put my-model-2 s3://my-bucket/texts/ --language en-US "
    "--role arn:aws:iam::123456789012:role/transcribe --no-wait",
)
def put_model(
    session: Session,
    name: NameArgument,
    texts: Annotated[str, typer.Argument(metavar="S3URI", help="The folder of texts to learn from.")],
    *,
    language: NeededLanguage,
    base: Annotated[
        str, typer.Option("--base", help="The audio it is for: wide (16 kHz and more) or narrow.")
    ] = "wide",
    tuning: Annotated[
        str | None, typer.Option("--tuning", metavar="S3URI", help="Transcripts to tune it with.")
    ] = None,
    role: Annotated[str | None, typer.Option("--role", metavar="ARN", help="Role that Transcribe reads in.")] = None,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
) -> Record:
    """Train the language model NAME, which takes hours and costs by the size of the texts."""
    asked = service.model_data(session, texts, language=language, base=base, tuning=tuning, role=role)
    if session.dry_run:
        return resources.making(resources.MODEL, name)
    return resources.put(session, resources.MODEL, name, asked, wait=wait, timeout=timeout)


@group.categories.command("put", examples="awsml transcribe category put my-category rules.json")
def put_category(
    session: Session,
    name: NameArgument,
    rules: Annotated[Path, typer.Argument(metavar="JSON", help="The rules, as AWS writes them.")],
    *,
    live: Annotated[bool, typer.Option("--live", help="For calls that are still going on.")] = False,
) -> Record:
    """Make the category NAME of calls, or make it anew."""
    asked = service.category_rules("\n".join(transcript.lines(rules)), source=str(rules), live=live)
    if session.dry_run:
        return resources.making(resources.CATEGORY, name)
    return resources.put(session, resources.CATEGORY, name, asked)
