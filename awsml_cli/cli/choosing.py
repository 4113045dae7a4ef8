"""Which of what is found a user wants, and what is to stand in its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.cli.app import Joined
from awsml_cli.core.errors import UsageError
from awsml_cli.core.tokens import TokenFile
from awsml_cli.formats.readings import Choice, checked_types
from awsml_cli.formats.redacted import Redaction, by_tokens
from awsml_cli.formats.redaction import mask as masked
from awsml_cli.formats.redaction import tag

TypesOption = Annotated[
    list[str] | None,
    typer.Option("--types", metavar="TYPE,…", help="Only these types, as NAME,EMAIL; may be repeated."),
]
MinConfidenceOption = Annotated[
    str | None,
    typer.Option("--min-confidence", metavar="SCORE", help="Only what is at least so sure: 0.9, 90 or 90%."),
]
MaskOption = Annotated[
    str | None, typer.Option("--mask", metavar="CHAR", help="Put this in the place of every character.")
]
TagsOption = Annotated[bool, typer.Option("--tags", help="Put the type there, as [NAME]; so it is if nothing is said.")]
TokensOption = Annotated[
    Path | None,
    typer.Option("--tokens", metavar="FILE", help="Put numbered tokens there; FILE will say for what."),
]


@dataclass(frozen=True)
class Wanted:
    """What was said about types and confidence."""

    types: tuple[str, ...] = ()
    min_confidence: float = 0.0

    def of(self, known: tuple[str, ...] | None) -> Choice:
        """The choice, its types among those that are KNOWN (None: any). Raises UsageError for another."""
        return Choice(checked_types(self.types, known), self.min_confidence)


@dataclass(frozen=True)
class Replaced:
    """What is to be replaced, and by what, which `by` makes once it is certain that it is."""

    wanted: Wanted
    by: Callable[[Choice], Redaction]


def wanted(types: TypesOption = None, *, min_confidence: MinConfidenceOption = None) -> Wanted:
    """What was asked for. Raises UsageError for what is no confidence."""
    least = options.confidence(min_confidence) if min_confidence is not None else 0.0
    return Wanted(tuple(types or ()), least)


def sure(min_confidence: MinConfidenceOption = None) -> Choice:
    """What was asked for, where types cannot be chosen."""
    return wanted(min_confidence=min_confidence).of(())


def replaced(
    types: TypesOption = None,
    *,
    min_confidence: MinConfidenceOption = None,
    mask: MaskOption = None,
    tags: TagsOption = False,
    tokens: TokensOption = None,
) -> Replaced:
    """What was asked for. Raises UsageError where it is two things at once."""
    if (mask is not None) + tags + (tokens is not None) > 1:
        raise UsageError("--mask, --tags and --tokens cannot be together", hint="choose one")
    if mask is not None and len(mask) != 1:
        raise UsageError("--mask takes one character", hint="--mask '*'")

    def by(choice: Choice) -> Redaction:
        if tokens is not None:
            return by_tokens(TokenFile(tokens), choice)
        return Redaction(tag if mask is None else masked(mask), choice=choice)

    return Replaced(wanted(types, min_confidence=min_confidence), by)


Chosen = Annotated[Wanted, Joined(wanted)]
Sure = Annotated[Choice, Joined(sure)]
Replacing = Annotated[Replaced, Joined(replaced)]
