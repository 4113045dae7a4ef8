"""`awsml transcribe MEDIA`, `render` and `check`: media into words and subtitles."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.cli.transcript_options import VIA, AskedOptions, LiveOptions, LookOptions, StreamOption, ViaOption
from awsml_cli.commands.transcribe.group import FORMATS, app
from awsml_cli.commands.transcribe.running import MediaArgument, over_jobs, recordings
from awsml_cli.core import batch, sources
from awsml_cli.core.errors import UsageError
from awsml_cli.core.record import Checked, Listing, Many, Parts, Record
from awsml_cli.core.session import Session
from awsml_cli.formats.transcript import PRESETS, preset
from awsml_cli.formats.transcript import check as check_subtitles
from awsml_cli.services import transcribe as service
from awsml_cli.services import transcribe_streaming as streaming


@app.command(
    formats=FORMATS,
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
    found = recordings(media, files_from, null=null)
    if via not in VIA:
        raise UsageError(f"unknown way `{via}`", hint=f"one of: {', '.join(VIA)}")
    if stream or via == "stream" or (via == "auto" and wait and _is_live(session, found, wanted)):
        return _live(session, found, wanted, streaming.Raw(**live), look=shown, format=format)
    if any(live.values()):
        raise UsageError("--rate and --encoding say what a live stream is", hint="--stream")
    return over_jobs(session, found, wanted, look=shown, bucket=bucket, timeout=timeout, wait=wait, jobs=jobs, via=via)


@app.command(
    "render",
    formats=FORMATS,
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


def _is_live(session: Session, found: list[sources.Source], wanted: service.Options) -> bool:
    """Whether the one input is a pipe with sound that is being made now, and it can be listened to."""
    if session.local or session.dry_run or [one.name for one in found] != ["-"] or not streaming.is_live():
        return False
    try:
        service.live_words(wanted)
    except UsageError as problem:
        session.talk.warn(f"this is recorded right now, and transcribed when it ends: {problem}")
        return False
    session.talk.note("this is recorded right now: it is transcribed as it comes; --via batch waits for its end")
    return True


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
