"""`awsml polly`: text into speech."""

from __future__ import annotations

from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.cli.app import CommandGroup
from awsml_cli.core import batch, sources
from awsml_cli.core.plan import approve
from awsml_cli.core.record import Blob, Listing, Many, Record
from awsml_cli.core.session import Session
from awsml_cli.services import polly as service

app = CommandGroup("Text to speech with Amazon Polly.", default="speech")

TextArgument = Annotated[
    str | None, typer.Argument(metavar="[TEXT]", help="The text; without it, or with -, stdin is read.")
]
STRUCTURED = ("table", "json", "jsonl", "csv", "tsv", "yaml", "raw")


def _sound(record: service.Speech) -> str | bytes:
    raise AssertionError("audio is streamed, not rendered")


@app.command(
    formats=dict.fromkeys(service.FORMATS, _sound),
    keeps=True,
    many=True,
    examples="""
    awsml polly --local "Good morning" > morning.mp3
    awsml polly --voice Joanna -o chapter.ogg < chapter.txt
    awsml polly --ssml '<speak>One <break time="1s"/> two</speak>' -o count.wav
    awsml translate --to es < talk.txt | awsml polly > talk.es.mp3""",
)
def speech(
    session: Session,
    text: TextArgument = None,
    *,
    format: str = "auto",
    voice: Annotated[str | None, typer.Option("--voice", metavar="NAME", help="Voice, as Joanna.")] = None,
    engine: Annotated[
        str | None,
        typer.Option("--engine", help="standard, neural, long-form or generative; the voice's best otherwise."),
    ] = None,
    language: options.LanguageOption = "auto",
    sample_rate: Annotated[int | None, typer.Option("--sample-rate", metavar="HZ", help="Samples a second.")] = None,
    ssml: Annotated[bool, typer.Option("--ssml", help="The text is SSML.")] = False,
    lexicon: Annotated[
        list[str] | None, typer.Option("--lexicon", metavar="NAME", help="Apply this lexicon; may be repeated.")
    ] = None,
    file: options.FileOption = None,
) -> Many | Listing:
    """Speak TEXT, or stdin, of any length: audio on stdout."""
    found = sources.text(text, files=file or ())
    wanted = service.Options(
        voice=voice,
        engine=engine,
        language=language,
        format=format if format in service.FORMATS else "mp3",
        sample_rate=sample_rate,
        ssml=ssml,
        lexicons=tuple(lexicon or ()),
    )
    wanted.check()
    if session.dry_run:
        return Listing((service.plan(one.name, _words(session, one, ssml=ssml), wanted) for one in found), "Plan")
    known = [one for one in found if not one.slow]
    approve(session, lambda: [service.plan(one.name, _words(session, one, ssml=ssml), wanted) for one in known])

    def one(origin: sources.Source) -> Blob | Record:
        words = _words(session, origin, ssml=ssml)
        return service.speech(session, words, wanted) if format in STRUCTURED else service.speak(session, words, wanted)

    return Many(found, batch.each(found, one, jobs=1))


@app.command(examples="awsml polly voices --language es --engine neural")
def voices(
    session: Session,
    *,
    language: Annotated[
        str | None, typer.Option("--language", metavar="CODE", help="Only those who speak this.")
    ] = None,
    engine: Annotated[str | None, typer.Option("--engine", help="Only those with this engine.")] = None,
    gender: Annotated[str | None, typer.Option("--gender", help="Female or Male.")] = None,
) -> Listing:
    """List the voices."""
    return service.voices(session, language=language, engine=engine, gender=gender)


def _words(session: Session, origin: sources.Source, *, ssml: bool) -> sources.Chunks:
    chunks = sources.read_text(origin, session)
    return chunks if ssml else service.refuse_markup(chunks)
