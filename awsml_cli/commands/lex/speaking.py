"""`awsml lex listen` and `speak`: turns in speech; `session`: where a conversation stands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from awsml_cli.cli import bot_words as words
from awsml_cli.cli import options
from awsml_cli.commands.lex.chatting import asked_of, text_of
from awsml_cli.commands.lex.group import app, session_group
from awsml_cli.core import batch, sources
from awsml_cli.core.errors import InputError
from awsml_cli.core.plan import approve, confirm
from awsml_cli.core.record import Blob, Listing, Many, Record
from awsml_cli.core.session import Session
from awsml_cli.services import lex as service
from awsml_cli.services.lex import sessions, sound, voice

IdArgument = Annotated[str, typer.Argument(metavar="SESSION", help="The session's id.")]


@app.command(
    many=True,
    examples="""
    awsml lex listen Flowers order.wav --alias live
    awsml lex listen Flowers order.wav -f json --query '[said, text]'
    awsml lex listen Flowers - < order.wav""",
)
def listen(
    session: Session,
    bot: words.BotArgument,
    audio: Annotated[
        list[str] | None, typer.Argument(metavar="AUDIO", help="Recordings: WAV, MP3, FLAC, Ogg, …; - is stdin.")
    ] = None,
    *,
    alias: words.AliasOption = None,
    locale: words.LocaleOption = None,
    session_id: words.SessionOption = None,
    content_type: Annotated[
        str | None,
        typer.Option("--content-type", metavar="TYPE", help="What bytes without a header are, in AWS's words."),
    ] = None,
    attribute: words.AttributeOption = None,
    request_attribute: words.RequestAttributeOption = None,
    files_from: options.FilesFromOption = None,
    null: options.NullOption = False,
) -> Many | Listing:
    """Let a bot hear recordings, and print what it heard and answers."""
    found = sources.paths(sources.names(audio, files_from=files_from, null=null))
    asked = asked_of(session_id, attribute, request_attribute)
    if session.dry_run:
        return Listing((service.saying(one.name, speech=True) for one in found), "Plan")
    approve(session, lambda: [service.saying(one.name, speech=True) for one in found])
    where = service.place(session, bot, alias=alias, locale=locale)

    def one(source: sources.Source) -> Record:
        data = sources.read_bytes(source, session)
        heard = sound.prepared(data, name=source.shown, content_type=content_type)
        return service.Heard.of_turn(voice.listen(session, where, heard, asked))

    return Many(found, batch.each(found, one, jobs=1))  # one conversation: each hears what came before


def _sound(record: Record) -> bytes:
    raise AssertionError("sound is bytes already")


@app.command(
    formats=dict.fromkeys(voice.FORMATS, _sound),
    examples="""
    awsml lex speak Flowers "order roses" -o answer.mp3
    awsml lex speak Flowers "when are you open" -o answer.wav
    echo "when are you open" | awsml lex speak Flowers > answer.mp3""",
)
def speak(
    session: Session,
    bot: words.BotArgument,
    text: Annotated[
        str | None, typer.Argument(metavar="TEXT", help="What to say; without it, or with -, stdin is read.")
    ] = None,
    *,
    format: str = "auto",
    alias: words.AliasOption = None,
    locale: words.LocaleOption = None,
    session_id: words.SessionOption = None,
    attribute: words.AttributeOption = None,
    request_attribute: words.RequestAttributeOption = None,
) -> Blob | Record:
    """Say one thing to a bot, and get its answer as speech on stdout."""
    asked = asked_of(session_id, attribute, request_attribute)
    said = text_of(session, text, bot)
    if session.dry_run:
        return service.saying(bot)
    where = service.place(session, bot, alias=alias, locale=locale)
    if format != "auto" and format not in voice.FORMATS:
        return voice.spoken_turn(session, where, said, asked)
    return voice.speak(session, where, said, asked, format="mp3" if format == "auto" else format)


@session_group.command(examples="awsml lex session get Flowers ann --alias live -f json")
def get(
    session: Session,
    bot: words.BotArgument,
    number: IdArgument,
    *,
    alias: words.AliasOption = None,
    locale: words.LocaleOption = None,
) -> Record:
    """Show where a conversation stands."""
    service.Asked(number).check()
    where = service.place(session, bot, alias=alias, locale=locale)
    return service.State.of_turn(sessions.get(session, where, number))


@session_group.command(
    examples="""
    awsml lex session put Flowers ann --intent Order --slot Kind=roses --elicit Day
    awsml lex session put Flowers ann --state state.json --dry-run"""
)
def put(
    session: Session,
    bot: words.BotArgument,
    number: IdArgument,
    *,
    alias: words.AliasOption = None,
    locale: words.LocaleOption = None,
    intent: Annotated[str | None, typer.Option("--intent", metavar="NAME", help="The intent that it is about.")] = None,
    slot: Annotated[
        list[str] | None, typer.Option("--slot", metavar="NAME=VALUE", help="A slot's value; may be repeated.")
    ] = None,
    elicit: Annotated[str | None, typer.Option("--elicit", metavar="SLOT", help="The slot to ask for next.")] = None,
    action: Annotated[
        str | None, typer.Option("--action", metavar="TYPE", help="What comes next, as ConfirmIntent or Close.")
    ] = None,
    attribute: words.AttributeOption = None,
    state: Annotated[
        Path | None, typer.Option("--state", metavar="FILE", help="All of it, in AWS's own JSON (sessionState).")
    ] = None,
) -> Record:
    """Set where a conversation stands, or begin one there."""
    service.Asked(number).check()
    standing = sessions.Standing(
        intent=intent,
        slots=words.pairs(slot, "--slot"),
        attributes=words.pairs(attribute, "--attribute"),
        elicit=elicit,
        action=action,
        state=sessions.read_state(_text(state), name=str(state)) if state is not None else None,
    ).session_state()
    if session.dry_run:
        return sessions.doing("PutSession", number)
    where = service.place(session, bot, alias=alias, locale=locale)
    return service.State.of_turn(sessions.put(session, where, number, standing))


@session_group.command(examples="awsml lex session rm Flowers ann -y")
def rm(
    session: Session,
    bot: words.BotArgument,
    number: IdArgument,
    *,
    alias: words.AliasOption = None,
    locale: words.LocaleOption = None,
) -> Record | None:
    """End a conversation."""
    service.Asked(number).check()
    if session.dry_run:
        return sessions.doing("DeleteSession", number)
    confirm(session, f"End the session {number} of {bot}?")
    sessions.remove(session, service.place(session, bot, alias=alias, locale=locale), number)
    return None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        raise InputError(f"cannot read {path}: {getattr(problem, 'strerror', None) or problem}") from None
