"""Arguments and options that several commands about pictures and collections share."""

from __future__ import annotations

from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.core.errors import ConfigError
from awsml_cli.core.session import Session

CollectionArgument = Annotated[str, typer.Argument(metavar="COLLECTION", help="The collection's name.")]
UserArgument = Annotated[str, typer.Argument(metavar="USER", help="The user's name.")]
SureOption = Annotated[
    str | None, typer.Option("--min-confidence", help="Leave out what is less sure: 0.9, 90 or 90%.")
]
LikeOption = Annotated[
    str | None, typer.Option("--min-confidence", help="How alike faces must be: 0.9, 90 or 90%; 80 by default.")
]
QualityOption = Annotated[
    str | None,
    typer.Option("--quality", metavar="WORD", help="Faces at least so good: none, auto, low, medium, high."),
]
EveryOption = Annotated[
    bool, typer.Option("--all-faces", help="Every face of the picture, not its largest alone: a call for each.")
]


def at_least(text: str | None) -> float:
    """The confidence that TEXT says, 0 to 100; 0 where it says none."""
    return options.confidence(text) * 100 if text is not None else 0.0


def threshold(text: str | None) -> float | None:
    """The likeness that TEXT says, 0 to 100; None where it says none."""
    return options.confidence(text) * 100 if text is not None else None


def confirmed(session: Session, question: str) -> None:
    """Ask before something is removed. Raises ConfigError where nobody says yes."""
    if not (session.assume_yes or session.talk.confirm(question)):
        raise ConfigError("nothing was removed: nobody confirmed it", hint="-y removes without a question")
