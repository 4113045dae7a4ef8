"""`awsml lex chat` and `say`: a conversation with a bot, in text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from awsml_cli.cli import bot_words as words
from awsml_cli.cli import conversation, report
from awsml_cli.cli.cells import flat
from awsml_cli.commands.lex.group import app
from awsml_cli.core import batch, sources
from awsml_cli.core.errors import AwsmlError, PartialFailure, UsageError
from awsml_cli.core.record import Listing, Parts, Record
from awsml_cli.core.session import Session
from awsml_cli.services import lex as service


@app.command(
    examples="""
    awsml lex chat Flowers --alias live --locale en_US < lines.txt
    awsml lex chat Flowers -f jsonl < lines.txt
    awsml transcribe talk.mp3 | awsml lex chat Flowers --alias live"""
)
def chat(
    session: Session,
    spoken: words.With,
    *,
    format: str = "auto",
    session_id: words.SessionOption = None,
    attribute: words.AttributeOption = None,
    request_attribute: words.RequestAttributeOption = None,
) -> Listing | Parts | Record:
    """Talk with a bot: at a terminal, or line by line through a pipe, each answered at once."""
    asked = asked_of(session_id, attribute, request_attribute)
    if session.dry_run:
        return service.saying(spoken.bot)
    where = service.place(session, spoken.bot, alias=spoken.alias, locale=spoken.locale)
    session.talk.note(f"session {asked.session} with {where.bot_name}, {where.alias_name}, {where.locale}")
    talk = _Talk(session, where, asked)
    if format in ("auto", "text"):
        shown = _lines if not conversation.at_a_terminal() or format == "text" else _shown
        return Parts(shown(talk.turns()), _no_whole, talk.failure)
    return Listing((turn for turn in talk.turns() if turn is not None), "Turns", talk.failure)


@app.command(
    examples="""
    awsml lex say Flowers "order roses" --alias live
    awsml lex say Flowers "tomorrow" --session ann --query slots
    echo "when are you open" | awsml lex say Flowers"""
)
def say(
    session: Session,
    bot: words.BotArgument,
    text: Annotated[
        str | None, typer.Argument(metavar="TEXT", help="What to say; without it, or with -, stdin is read.")
    ] = None,
    *,
    alias: words.AliasOption = None,
    locale: words.LocaleOption = None,
    session_id: words.SessionOption = None,
    attribute: words.AttributeOption = None,
    request_attribute: words.RequestAttributeOption = None,
) -> Record:
    """Say one thing to a bot, and print its answer."""
    asked = asked_of(session_id, attribute, request_attribute)
    said = text_of(session, text, bot)
    if session.dry_run:
        return service.saying(bot)
    where = service.place(session, bot, alias=alias, locale=locale)
    return service.say(session, where, said, asked)


def text_of(session: Session, text: str | None, bot: str) -> str:
    """What is to be said: TEXT, or stdin. Raises InputError for nothing and too much, UsageError for a file's name."""
    try:
        (source,) = sources.text(text)
    except UsageError as error:
        raise UsageError(error.message, hint=f"awsml lex chat {bot} < {text} says its lines") from None
    return service.check_text(sources.whole_text(source, session))


def asked_of(session_id: str | None, attributes: list[str] | None, request: list[str] | None) -> service.Asked:
    """How the conversation is held. Raises UsageError for what cannot be."""
    given = {"session": session_id} if session_id is not None else {}
    asked = service.Asked(
        **given,
        attributes=words.pairs(attributes, "--attribute"),
        request=words.pairs(request, "--request-attribute"),
    )
    asked.check()
    return asked


class _Talk:
    """A conversation under way: a line that fails is told, and the others are answered all the same."""

    def __init__(self, session: Session, where: service.Place, asked: service.Asked) -> None:
        self._session, self._where, self._asked = session, where, asked
        self._failed = self._said = 0
        self._terminal = conversation.at_a_terminal()

    def turns(self) -> Iterator[service.Turn | None]:
        """The answer to each line; None for a blank one, and for one that failed."""
        buttons: dict[str, str] = {}
        for number, line in enumerate(conversation.lines(self._session), start=1):
            if not line.strip():
                yield None
                continue
            turn = self._answer(number, buttons.get(line.strip().casefold(), line))
            if turn is not None and self._terminal:  # a pipe's lines are sent as they are
                buttons = {text.casefold(): value for text, value in turn.buttons.items()}
            yield turn

    def failure(self) -> AwsmlError | None:
        """What went wrong with some of the lines; a person has seen it, and gone on."""
        if not self._failed or self._terminal:
            return None
        return PartialFailure(f"{self._failed} line{'s were' if self._failed > 1 else ' was'} not answered")

    def _answer(self, number: int, line: str) -> service.Turn | None:
        try:
            turn = service.say(self._session, self._where, line, self._asked, first=not self._said)
        except AwsmlError as error:
            if batch.shared(error):
                raise
            report.error_line(error, about="" if self._terminal else f"line {number}: ")
            self._failed += 1
            return None
        self._said += 1
        return turn


def _lines(turns: Iterator[service.Turn | None]) -> Iterator[str]:
    """One line for each: the answer to line N is line N."""
    return (f"{flat(turn.text) if turn is not None else ''}\n" for turn in turns)


def _shown(turns: Iterator[service.Turn | None]) -> Iterator[str]:
    return (turn.shown for turn in turns if turn is not None)


def _no_whole(_text: str) -> Record:
    raise UsageError("a conversation is no single record", hint="-f jsonl, or -f json")
