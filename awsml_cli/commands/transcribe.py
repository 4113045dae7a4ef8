"""`awsml transcribe`: media into words, subtitles, and the jobs behind them."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.cli import transcript_options as transcript
from awsml_cli.cli.app import CommandGroup
from awsml_cli.cli.transcript_options import VIA, AskedOptions, LiveOptions, LookOptions, StreamOption, ViaOption
from awsml_cli.core import batch, sources
from awsml_cli.core.errors import UsageError
from awsml_cli.core.jobs import JobId, job_id
from awsml_cli.core.limits import TRANSCRIBE_FORMATS
from awsml_cli.core.plan import approve, confirm
from awsml_cli.core.record import Checked, Listing, Many, Parts, Record
from awsml_cli.core.session import Session
from awsml_cli.formats.transcript import PRESETS, RENDERERS, preset
from awsml_cli.formats.transcript import check as check_subtitles
from awsml_cli.services import transcribe as service
from awsml_cli.services import transcribe_streaming as streaming
from awsml_cli.services.transcribe import resources

app = CommandGroup("Speech to text with Amazon Transcribe.", default="media")
jobs_app = app.group("jobs", "Transcription jobs: list, look at, wait for, fetch, remove.")
vocabulary_app = app.group("vocabulary", "Words that Transcribe learns to spell.")
filter_app = app.group("filter", "Words that transcripts shall not show.")
model_app = app.group("model", "Language models of your own texts.")
category_app = app.group("category", "Rules that sort calls, for Call Analytics.")

# a transcript in the formats of its own; json and jsonl are the record, as everywhere
_FORMATS = {
    name: (lambda record, name=name: record.rendered(name))
    for name in RENDERERS
    if name not in ("text", "json", "jsonl")
}


MediaArgument = Annotated[
    list[str] | None, typer.Argument(metavar="MEDIA", help="Files, folders, globs, s3://BUCKET/KEY, or - for stdin.")
]
JobArgument = Annotated[str, typer.Argument(metavar="JOB", help="The job's id, or its name.")]


@app.command(
    formats=_FORMATS,
    keeps=True,
    many=True,
    bare={"--speakers": "10", "--redact": "ALL"},
    examples="""
    awsml transcribe --local samples/talk.mp3
    awsml transcribe talk.mp3 -o talk.srt
    awsml transcribe interview.wav --language en-US --speakers=2
    awsml transcribe talk.mp3 --language en-US --hint Gowda --hint "New York" --redact
    awsml transcribe s3://my-bucket/call.flac -f json | jq -r .language_code
    awsml transcribe --stream interview.wav --language en-US --dry-run
    awsml transcribe talk.mp3 | awsml translate --to es | awsml polly > talk.es.mp3""",
)
def media(
    session: Session,
    media: MediaArgument = None,
    *,
    language: options.LanguageOption = "auto",
    candidate: Annotated[
        list[str] | None, typer.Option("--candidate", metavar="CODE", help="A language it may be in; may be repeated.")
    ] = None,
    speakers: Annotated[
        int | None, typer.Option("--speakers", metavar="[=N]", help="Tell speakers apart, N of them at the most.")
    ] = None,
    asked: AskedOptions,
    via: ViaOption = "auto",
    stream: StreamOption = False,
    live: LiveOptions,
    bucket: options.BucketOption = None,
    look: LookOptions,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
    jobs: options.JobsOption = 4,
    files_from: options.FilesFromOption = None,
    null: options.NullOption = False,
    format: str = "auto",
) -> Many | Listing | Parts | Record:
    """Transcribe MEDIA: the transcript, or subtitles with -f srt or -f vtt."""
    wanted = service.options(session, asked, language=language, candidates=candidate, speakers=speakers)
    shown = service.Look(**look)
    names = sources.names(media, files_from=files_from, null=null)
    found = sources.paths(names, endings=TRANSCRIBE_FORMATS)
    if via not in VIA:
        raise UsageError(f"unknown way `{via}`", hint=f"one of: {', '.join(VIA)}")
    if stream or via == "stream":
        return _live(session, found, wanted, streaming.Raw(**live), look=shown, format=format)
    if any(live.values()):
        raise UsageError("--rate and --encoding say what a live stream is", hint="--stream")
    if session.dry_run:
        return Listing(iter(list(service.plan(session, found, wanted, via=via))), "Plan")
    approve(session, lambda: service.plan(session, [source for source in found if source.path], wanted, via=via))

    def one(source: sources.Source) -> Record:
        return service.transcribe(
            session, source, wanted, look=shown, bucket=bucket, timeout=timeout, wait=wait, via=via
        )

    return Many(found, batch.each(found, one, jobs=jobs))


@app.command(
    "render",
    formats=_FORMATS,
    many=True,
    examples="""
    awsml transcribe render job.json -f srt --preset netflix
    awsml transcribe render calls/*.json -f md -o notes/""",
)
def render_(
    session: Session,
    document: Annotated[
        list[str] | None, typer.Argument(metavar="JSON", help="What Transcribe wrote, in any shape.")
    ] = None,
    *,
    look: LookOptions,
) -> Many:
    """Render a transcript that is here already, offline."""
    found = sources.paths(sources.names(document), endings=("json", "jsonl"))

    def one(source: sources.Source) -> Record:
        return service.transcription(sources.read_bytes(source, session), service.Look(**look))

    return Many(found, batch.each(found, one, jobs=1))


@app.command(examples="awsml transcribe check talk.srt --preset netflix")
def check(
    session: Session,
    subtitles: Annotated[list[str] | None, typer.Argument(metavar="FILE", help="SRT or WebVTT files.")] = None,
    *,
    preset_name: Annotated[str, typer.Option("--preset", help=f"The rules: {', '.join(PRESETS)}.")] = "default",
    language: Annotated[
        str | None, typer.Option("--language", metavar="CODE", help="Language of the subtitles.")
    ] = None,
) -> Checked:
    """Check subtitles against the rules of a house; exit 7 where a cue breaks one."""
    rules = preset(preset_name)
    found = sources.paths(sources.names(subtitles), endings=("srt", "vtt"))
    violations = [
        service.Violation(input=source.name, **asdict(violation))
        for source in found
        for violation in check_subtitles(sources.whole_text(source, session), rules, language=language)
    ]
    said = f"{len(violations)} breaches of the rules of {rules.name}" if violations else None
    return Checked(Listing(iter(violations), "Violations"), failure=said)


@jobs_app.command(examples="awsml transcribe jobs ls --status FAILED -f json")
def ls(
    session: Session,
    *,
    status: Annotated[str | None, typer.Option("--status", help="QUEUED, IN_PROGRESS, COMPLETED or FAILED.")] = None,
    limit: options.LimitOption = None,
) -> Listing:
    """List the jobs of this region, the newest first."""
    return service.list_jobs(session, status=status.upper() if status else None, limit=limit)


@jobs_app.command(examples="awsml transcribe jobs get transcribe:eu-west-1:my-job --query transcription_job_status")
def get(session: Session, job: JobArgument) -> Record:
    """Show what AWS says about JOB now."""
    return service.get_job(session, _job(session, job))


@jobs_app.command(examples="awsml transcribe jobs wait my-job --timeout 600")
def wait(session: Session, job: JobArgument, *, timeout: options.TimeoutOption = None) -> Record:
    """Wait until JOB has ended."""
    return service.wait_job(session, _job(session, job), timeout=timeout)


@jobs_app.command(formats=_FORMATS, keeps=True, examples="awsml transcribe jobs result my-job -f srt > talk.srt")
def result(session: Session, job: JobArgument, *, look: LookOptions, timeout: options.TimeoutOption = None) -> Record:
    """Show the transcript of JOB, waiting for it if need be."""
    return service.result(session, _job(session, job), look=service.Look(**look), timeout=timeout)


@jobs_app.command(examples="awsml transcribe jobs rm my-job -y")
def rm(session: Session, job: JobArgument) -> Record | None:
    """Remove JOB, and what it left in S3."""
    wanted = _job(session, job)
    if session.dry_run:
        return service.removal(wanted)
    confirm(session, f"Remove {wanted}?")
    service.remove_job(session, wanted)
    return None


def _job(session: Session, text: str) -> JobId:
    return job_id(text, service=service.SERVICE, region="" if ":" in text else session.region)


def _live(
    session: Session,
    found: list[sources.Source],
    wanted: service.Options,
    raw: streaming.Raw,
    *,
    look: service.Look,
    format: str,
) -> Listing | Parts | Record:
    """What is heard, while it is heard: lines as they are final, every result with jsonl, else the whole at its end."""
    if len(found) != 1:
        raise UsageError(f"{len(found)} inputs: one can be listened to at a time")
    asked = streaming.Options(**service.live_words(wanted))
    if wanted.channels:
        raw = replace(raw, channels=2)
    if session.dry_run:
        return Listing(iter([streaming.plan(found[0], asked, raw=raw)]), "Plan")
    results = streaming.stream(session, found[0], asked, raw=raw)
    if format == "jsonl":
        return Listing(iter(results), "Results")
    if format not in ("auto", "text"):
        return service.transcription(streaming.document(results), look)

    def repaint(text: str) -> None:
        session.talk.progress(text) if text else session.talk.settled()

    lines = streaming.lines(results, channels=wanted.channels, repaint=repaint)
    return Parts(lines, lambda text: streaming.LiveTranscript(transcript=text))


NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Its name.")]
ContainsOption = Annotated[
    str | None, typer.Option("--contains", metavar="TEXT", help="Only those whose name contains this.")
]
NeededLanguage = Annotated[str, typer.Option("--language", metavar="CODE", help="The language, as en-US.")]


def _managed(group: CommandGroup, word: str, sort: resources.Sort, plural: str, name: str) -> None:
    """Add `ls`, `get` and `rm` of SORT to GROUP, with NAME in the examples."""

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
    group.command("ls", examples=f"awsml transcribe {word} ls -f json")(ls)
    group.command("get", examples=f"awsml transcribe {word} get {name}")(get)
    group.command("rm", examples=f"awsml transcribe {word} rm {name} -y")(rm)


_managed(vocabulary_app, "vocabulary", resources.VOCABULARY, "vocabularies", "my-words")
_managed(filter_app, "filter", resources.FILTER, "vocabulary filters", "my-filter")
_managed(model_app, "model", resources.MODEL, "language models", "my-model")
_managed(category_app, "category", resources.CATEGORY, "categories", "my-category")


@vocabulary_app.command("put", examples="awsml transcribe vocabulary put my-names names.txt --language en-US")
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


@filter_app.command("put", examples="awsml transcribe filter put my-filter names.txt --language en-US")
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


@model_app.command(
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


@category_app.command("put", examples="awsml transcribe category put my-category rules.json")
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
