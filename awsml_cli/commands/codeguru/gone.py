"""`awsml codeguru associate` and `security`: no more, and what took their place."""

from __future__ import annotations

from awsml_cli.commands.codeguru.group import WordsArgument, app
from awsml_cli.core.record import Record
from awsml_cli.core.session import Session
from awsml_cli.services import lifecycle as service


@app.command(others=True, examples="awsml codeguru associate")
def associate(session: Session, words: WordsArgument = None) -> Record:
    """Say why no new repository can be associated, and what takes its place."""
    if words:
        service.refuse("new repositories with CodeGuru Reviewer")
    return service.system("new repositories with CodeGuru Reviewer")


@app.command(others=True, examples="awsml codeguru security -f json | jq -r .replacement")
def security(session: Session, words: WordsArgument = None) -> Record:
    """Say what became of CodeGuru Security, and what took its place."""
    if words:
        service.refuse("CodeGuru Security")
    return service.system("CodeGuru Security")
