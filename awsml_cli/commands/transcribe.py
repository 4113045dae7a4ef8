"""`awsml transcribe`: media into words, subtitles, and the jobs behind them."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, cast

import typer

from awsml_cli.cli import options
from awsml_cli.cli.app import CommandGroup, Joined
from awsml_cli.core import batch, sources
from awsml_cli.core.errors import InputError, UsageError
from awsml_cli.core.jobs import JobId, job_id
from awsml_cli.core.limits import TRANSCRIBE_FORMATS
from awsml_cli.core.plan import approve, confirm
from awsml_cli.core.record import Checked, Listing, Many, Record
from awsml_cli.core.session import Session
from awsml_cli.formats.transcript import PRESETS, RENDERERS, Granularity, Options, preset, read_names
from awsml_cli.formats.transcript import check as check_subtitles
from awsml_cli.services import transcribe as service

app = CommandGroup("Speech to text with Amazon Transcribe.", default="media")
jobs_app = app.group("jobs", "Transcription jobs: list, look at, wait for, fetch, remove.")

# a transcript in the formats of its own; json and jsonl are the record, as everywhere
_FORMATS = {
    name: (lambda record, name=name: record.rendered(name))
    for name in RENDERERS
    if name not in ("text", "json", "jsonl")
}


def look(
    preset_name: Annotated[
        str, typer.Option("--preset", help=f"Rules for subtitles: {', '.join(PRESETS)}.")
    ] = "default",
    line_width: Annotated[
        int | None, typer.Option("--line-width", metavar="N", help="Characters in a subtitle's line.")
    ] = None,
    max_lines: Annotated[int | None, typer.Option("--max-lines", metavar="N", help="Lines in a subtitle.")] = None,
    granularity: Annotated[
        str, typer.Option("--granularity", help="What a row of csv and tsv is: word, cue or turn.")
    ] = "cue",
    timestamps: Annotated[bool, typer.Option("--timestamps", help="Times before paragraphs and turns.")] = False,
    karaoke: Annotated[bool, typer.Option("--karaoke", help="The time of each word in vtt.")] = False,
    mark_below: Annotated[
        str | None,
        typer.Option("--mark-below", metavar="CONFIDENCE", help="Mark words less sure than this: 0.8, 80 or 80%."),
    ] = None,
    speaker: Annotated[
        list[str] | None,
        typer.Option("--speaker", metavar="LABEL=NAME", help="Name a speaker, as spk_0=Ann; may be repeated."),
    ] = None,
    speakers_from: Annotated[
        Path | None,
        typer.Option("--speakers-from", metavar="FILE", help="Read the names of speakers, one LABEL=NAME a line."),
    ] = None,
) -> service.Look:
    """How a transcript is shown."""
    rules = preset(preset_name)
    rules = replace(rules, line_width=line_width or rules.line_width, max_lines=max_lines or rules.max_lines)
    if granularity not in ("word", "cue", "turn"):
        raise UsageError(f"unknown granularity `{granularity}`", hint="one of: word, cue, turn")
    return service.Look(
        options=Options(
            rules=rules,
            granularity=cast(Granularity, granularity),
            timestamps=timestamps,
            karaoke=karaoke,
            mark_below=options.confidence(mark_below) if mark_below is not None else None,
        ),
        names={**(read_names(_lines(speakers_from)) if speakers_from else {}), **read_names(speaker or ())},
    )


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        raise InputError(f"cannot read {path}: {problem}") from None


LookOptions = Annotated[service.Look, Joined(look)]

MediaArgument = Annotated[
    list[str] | None, typer.Argument(metavar="MEDIA...", help="Files, folders, globs, s3://BUCKET/KEY, or - for stdin.")
]
JobArgument = Annotated[str, typer.Argument(metavar="JOB", help="The job's id, or its name.")]


@app.command(
    formats=_FORMATS,
    keeps=True,
    many=True,
    bare={"--speakers": "10"},
    examples="""
    awsml transcribe --local samples/talk.mp3
    awsml transcribe talk.mp3 -o talk.srt
    awsml transcribe interview.wav --language en-US --speakers=2
    awsml transcribe s3://my-bucket/call.flac -f json | jq -r .language_code
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
    bucket: options.BucketOption = None,
    look: LookOptions,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
    jobs: options.JobsOption = 4,
    files_from: options.FilesFromOption = None,
    null: options.NullOption = False,
) -> Many | Listing:
    """Transcribe MEDIA: the transcript, or subtitles with -f srt or -f vtt."""
    wanted = service.Options(language=language, languages=tuple(candidate or ()), speakers=speakers)
    wanted.check()
    names = sources.names(media, files_from=files_from, null=null)
    found = sources.paths(names, endings=TRANSCRIBE_FORMATS)
    if session.dry_run:
        return Listing(iter(list(service.plan(session, found, wanted))), "Plan")
    approve(session, lambda: service.plan(session, [source for source in found if source.path], wanted))

    def one(source: sources.Source) -> Record:
        return service.transcribe(session, source, wanted, look=look, bucket=bucket, timeout=timeout, wait=wait)

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
        list[str] | None, typer.Argument(metavar="JSON...", help="What Transcribe wrote, in any shape.")
    ] = None,
    *,
    look: LookOptions,
) -> Many:
    """Render a transcript that is here already, offline."""
    found = sources.paths(sources.names(document), endings=("json", "jsonl"))

    def one(source: sources.Source) -> Record:
        return service.transcription(sources.read_bytes(source, session), look)

    return Many(found, batch.each(found, one, jobs=1))


@app.command(examples="awsml transcribe check talk.srt --preset netflix")
def check(
    session: Session,
    subtitles: Annotated[list[str] | None, typer.Argument(metavar="FILE...", help="SRT or WebVTT files.")] = None,
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
    return service.result(session, _job(session, job), look=look, timeout=timeout)


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
