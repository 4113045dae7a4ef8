"""`awsml polly`: text into speech, its voices, lexicons and long tasks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from awsml_cli.cli import destination, options, streams
from awsml_cli.cli import speech_options as words
from awsml_cli.cli.app import CommandGroup, Joined
from awsml_cli.core import batch, sources
from awsml_cli.core.errors import UsageError
from awsml_cli.core.jobs import JobId, job_id
from awsml_cli.core.plan import Step, approve, confirm
from awsml_cli.core.record import Blob, Checked, Listing, Many, Record
from awsml_cli.core.session import Session
from awsml_cli.services import polly as service
from awsml_cli.services.polly import dubbing, lexicons, linting, samples, tasks
from awsml_cli.services.polly.beside import STRUCTURED, Beside
from awsml_cli.services.polly.beside import beside as beside_of
from awsml_cli.services.polly.beside import way as way_of
from awsml_cli.services.polly.cues import Cast, cast

app = CommandGroup("Text to speech with Amazon Polly.", default="speech")
lexicon_app = app.group("lexicon", "How words are pronounced: lexicons, kept at AWS.")
tasks_app = app.group("tasks", "Long texts that AWS speaks into S3 by itself.")

TextArgument = Annotated[
    str | None, typer.Argument(metavar="TEXT", help="The text; without it, or with -, stdin is read.")
]
TaskArgument = Annotated[str, typer.Argument(metavar="TASK", help="The task's id.")]
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The lexicon's name, 1 to 20 letters and digits.")]


@dataclass(frozen=True)
class How:
    """How it shall sound, and who speaks."""

    options: service.Options
    cast: Cast

    def by_one(self, format: str) -> service.Options:
        """The options for one voice, the audio in FORMAT. Raises UsageError where speakers have voices of their own."""
        if self.cast.voices:
            raise UsageError("only subtitles have speakers with voices of their own", hint="--fit, or --voice Joanna")
        wanted = replace(self.options, voice=self.cast.default, format=format)
        wanted.check()
        return wanted


def how(
    *,
    voice: words.VoiceOption = None,
    engine: words.EngineOption = None,
    language: options.LanguageOption = "auto",
    sample_rate: words.SampleRateOption = None,
    ssml: words.SsmlOption = False,
    lexicon: words.LexiconOption = None,
    rate: words.RateOption = None,
    pitch: words.PitchOption = None,
    volume: words.VolumeOption = None,
    pause: words.PauseOption = None,
    whisper: words.WhisperOption = False,
    breaths: words.BreathsOption = False,
    newscaster: words.NewscasterOption = False,
) -> How:
    """How it shall sound."""
    manner = service.manner(
        rate=rate, pitch=pitch, volume=volume, pause=pause, whisper=whisper, breaths=breaths, newscaster=newscaster
    )
    names = tuple(lexicon or ())
    lexicons.check(names)
    wanted = service.Options(
        engine=engine, language=language, sample_rate=sample_rate, ssml=ssml, lexicons=names, manner=manner
    )
    return How(wanted, cast(voice or ()))


def beside(
    *,
    marks: words.MarksOption = None,
    marks_file: words.MarksFileOption = None,
    srt: words.SrtOption = None,
    vtt: words.VttOption = None,
    html: words.HtmlOption = None,
) -> Beside:
    """What is written beside the audio."""
    return beside_of(marks, [("marks", marks_file), ("srt", srt), ("vtt", vtt), ("html", html)])


HowOptions = Annotated[How, Joined(how)]
BesideOptions = Annotated[Beside, Joined(beside)]


def _sound(record: service.Speech) -> str | bytes:
    raise AssertionError("audio is streamed, not rendered")


@app.command(
    formats=dict.fromkeys(service.FORMATS, _sound),
    keeps=True,
    many=True,
    examples="""
    awsml polly --local "Good morning" > morning.mp3
    awsml polly --voice Joanna -o chapter.ogg --html chapter.html < chapter.txt
    awsml polly --ssml '<speak>One <break time="1s"/> two</speak>' -o count.wav
    awsml polly --fit --voice Lucia --file talk.es.srt -o dubbed.mp3
    awsml translate --to es < talk.txt | awsml polly > talk.es.mp3""",
)
def speech(
    session: Session,
    text: TextArgument = None,
    *,
    format: str = "auto",
    how: HowOptions,
    beside: BesideOptions,
    fit: words.FitOption = False,
    max_rate: words.MaxRateOption = 1.5,
    via: words.ViaOption = "auto",
    bucket: options.BucketOption = None,
    file: options.FileOption = None,
) -> Many | Listing:
    """Speak TEXT, or stdin, of any length: audio on stdout."""
    found = sources.text(text, files=file or ())
    way = way_of(via, beside, fit=fit, format=format, formats=service.FORMATS)
    audio = format if format in service.FORMATS else "mp3"

    def chunks_of(origin: sources.Source) -> sources.Chunks:
        chunks = sources.read_text(origin, session)
        return chunks if how.options.ssml or fit else service.refuse_markup(chunks)

    if way == "fit":
        wanted = replace(how.options, format=audio)
        dubbing.check(wanted, max_rate)
    else:
        wanted = replace(how.by_one(audio), marks=beside.needed)
        wanted.check()
    done = _done(beside, found)

    def steps(origin: sources.Source) -> list[Step]:
        if way == "fit":
            return [dubbing.plan(origin.name, chunks_of(origin), wanted, how.cast)]
        if way == "task":
            return [tasks.plan(origin.name, "".join(chunks_of(origin)), wanted)]
        return service.plan(origin.name, chunks_of(origin), wanted, sound=way != "marks" or bool(beside.outputs))

    def one(origin: sources.Source) -> Blob | Record | Listing:
        if way == "fit":
            speak = dubbing.dubbed if format in STRUCTURED else dubbing.dub
            return speak(session, chunks_of(origin), wanted, how.cast, max_rate=max_rate)
        if way == "task":
            by_task = tasks.speech if format in STRUCTURED else tasks.speak
            return by_task(session, chunks_of(origin), wanted, bucket=bucket)
        if way == "marks":
            return service.speech_marks(session, chunks_of(origin), wanted, kinds=beside.kinds, done=done[origin])
        speak_text = service.speech if format in STRUCTURED else service.speak
        return speak_text(session, chunks_of(origin), wanted, done=done[origin])

    if session.dry_run:
        return Listing((planned for one in found for planned in steps(one)), "Plan")
    approve(session, lambda: [planned for one in found if not one.slow for planned in steps(one)])
    return Many(found, batch.each(found, one, jobs=1))


def _done(wanted: Beside, found: list[sources.Source]) -> dict[sources.Source, service.Done | None]:
    """What is written when each of the sources has been spoken. Raises UsageError for a path that cannot be."""
    if not wanted.outputs:
        return dict.fromkeys(found)
    paths = {
        kind: destination.settle("jsonl" if kind == "marks" else kind, output, own=("srt", "vtt", "html")).files(found)
        for kind, output in wanted.outputs.items()
    }

    def writer(at: int) -> service.Done:
        def write(spoken: service.Spoken) -> None:
            for kind, named in paths.items():
                assert named is not None
                with streams.file(named[at]) as out:
                    for part in wanted.document(kind, spoken, title=named[at].stem):
                        out.text(part)

        return write

    return {source: writer(at) for at, source in enumerate(found)}


@app.command(
    examples="""
    awsml polly voices --language es --engine neural
    awsml polly voices --language en-GB --sample voices/""",
)
def voices(
    session: Session,
    *,
    language: Annotated[
        str | None, typer.Option("--language", metavar="CODE", help="Only those who speak this.")
    ] = None,
    engine: words.EngineOption = None,
    gender: Annotated[str | None, typer.Option("--gender", help="Only Female, or only Male.")] = None,
    sample: Annotated[
        Path | None, typer.Option("--sample", metavar="FOLDER", help="Let each say a sentence, into a file there.")
    ] = None,
    say: Annotated[str | None, typer.Option("--say", metavar="TEXT", help="What each says as its sample.")] = None,
) -> Listing:
    """List the voices."""
    listed = service.voices(session, language=language, engine=engine, gender=gender)
    if sample is None:
        return listed
    chosen = [voice for voice in listed.records if isinstance(voice, service.Voice)]
    if session.dry_run:
        return Listing((samples.plan(voice, engine=engine, text=say) for voice in chosen), "Plan")
    approve(session, lambda: [samples.plan(voice, engine=engine, text=say) for voice in chosen])
    destination.settle("auto", f"{sample}/")

    def spoken() -> Iterator[Record]:
        for voice, sound in samples.speak(session, chosen, engine=engine, text=say):
            path = sample / f"{voice.id}.mp3"
            with streams.file(path) as out:
                out.bytes(sound)
            yield samples.Sample(id=voice.id, language_code=voice.language_code, path=str(path))

    return Listing(spoken(), "Samples")


@app.command(examples="awsml polly lint speech.ssml --engine neural")
def lint(
    session: Session,
    documents: Annotated[list[str] | None, typer.Argument(metavar="FILE", help="SSML files; - is stdin.")] = None,
    *,
    engine: words.EngineOption = None,
) -> Checked:
    """Check SSML for tags that an engine does not know; exit 7 where there are any."""
    found = sources.paths(sources.names(documents), endings=("ssml", "xml"))
    texts = {source.name: sources.whole_text(source, session) for source in found}
    problems, failure = linting.lint(texts, engine=engine)
    return Checked(Listing(iter(problems), "Problems"), failure=failure)


@lexicon_app.command("put", examples="awsml polly lexicon put w3c w3c.pls")
def put_lexicon(
    session: Session,
    name: NameArgument,
    document: Annotated[Path, typer.Argument(metavar="FILE", help="A PLS document.")],
) -> Record:
    """Keep a lexicon at AWS, in place of an older one of that name."""
    if session.dry_run:
        return lexicons.putting(name, document)
    return lexicons.put_lexicon(session, name, document)


@lexicon_app.command("get", examples="awsml polly lexicon get w3c > w3c.pls")
def get_lexicon(session: Session, name: NameArgument) -> Record:
    """Print a lexicon's document; -f json tells more of it."""
    return lexicons.get_lexicon(session, name)


@lexicon_app.command("ls", examples="awsml polly lexicon ls")
def list_lexicons(session: Session) -> Listing:
    """List the lexicons of this region."""
    return lexicons.list_lexicons(session)


@lexicon_app.command("rm", examples="awsml polly lexicon rm w3c -y")
def remove_lexicon(session: Session, name: NameArgument) -> Record | None:
    """Remove a lexicon."""
    if session.dry_run:
        return lexicons.deleting(name)
    confirm(session, f"Remove the lexicon {name}?")
    lexicons.delete_lexicon(session, name)
    return None


@tasks_app.command("start", examples="awsml polly tasks start --file chapter.txt --bucket my-bucket")
def start_task(
    session: Session,
    text: TextArgument = None,
    *,
    how: HowOptions,
    audio_format: Annotated[str, typer.Option("--audio-format", help="Format of the audio.")] = "mp3",
    bucket: options.BucketOption = None,
    prefix: Annotated[str, typer.Option("--prefix", metavar="KEY", help="How the audio's key begins.")] = "",
    file: options.FileOption = None,
) -> Record:
    """Start a task that speaks up to 100,000 characters into S3, and print its id."""
    if audio_format not in tasks.FORMATS:
        raise UsageError(f"a task gives no {audio_format}", hint=f"one of: {', '.join(tasks.FORMATS)}")
    found = sources.text(text, files=file or ())
    if len(found) != 1:
        raise UsageError(f"{len(found)} texts: a task speaks one", hint="awsml polly speaks many")
    wanted = how.by_one(audio_format)
    chunks = sources.read_text(found[0], session)
    said = "".join(chunks if wanted.ssml else service.refuse_markup(chunks))
    if session.dry_run:
        return tasks.plan(found[0].name, said, wanted)
    approve(session, lambda: [tasks.plan(found[0].name, said, wanted)])
    return tasks.start_task(session, said, wanted, bucket=bucket, prefix=prefix)


@tasks_app.command("get", examples="awsml polly tasks get polly:us-east-1:my-task")
def get_task(session: Session, task: TaskArgument) -> Record:
    """Show what AWS says about TASK now."""
    return tasks.get_task(session, _task(session, task))


@tasks_app.command("ls", examples="awsml polly tasks ls --status completed")
def list_tasks(
    session: Session,
    *,
    status: Annotated[str | None, typer.Option("--status", help="Only those, as completed or failed.")] = None,
    limit: options.LimitOption = None,
) -> Listing:
    """List the tasks of the last 72 hours."""
    return tasks.list_tasks(session, status=status, limit=limit)


@tasks_app.command("wait", examples="awsml polly tasks wait polly:us-east-1:my-task")
def wait_task(session: Session, task: TaskArgument, *, timeout: options.TimeoutOption = None) -> Record:
    """Wait until TASK has ended."""
    return tasks.wait_task(session, _task(session, task), timeout=timeout)


@tasks_app.command(
    "result",
    formats=dict.fromkeys(service.FORMATS, _sound),
    examples="awsml polly tasks result polly:us-east-1:my-task > chapter.mp3",
)
def task_result(session: Session, task: TaskArgument, *, timeout: options.TimeoutOption = None) -> Blob:
    """Fetch the audio of TASK, waiting for it if need be; it stays in S3 too."""
    return tasks.result(session, _task(session, task), timeout=timeout)


def _task(session: Session, text: str) -> JobId:
    return job_id(text, service=service.SERVICE, region="" if ":" in text else session.region)
