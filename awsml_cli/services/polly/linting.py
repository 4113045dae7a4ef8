"""Which tags of SSML an engine does not know, found out before anything is paid for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from awsml_cli.core.errors import UsageError
from awsml_cli.core.record import Record
from awsml_cli.formats import ssml
from awsml_cli.services.polly.voices import ENGINES


class Problem(Record):
    """A tag that an engine does not know; line and column count from 1."""

    columns: ClassVar = ("input", "line", "column", "engine", "tag", "message")

    input: str
    line: int
    column: int
    engine: str
    tag: str
    message: str


def lint(texts: Mapping[str, str], *, engine: str | None = None) -> tuple[list[Problem], str | None]:
    """What ENGINE (all of them otherwise) does not know in the SSML TEXTS, by name; and in words what is wrong, if any.

    Without ENGINE a text is wrong only where no engine can speak it. Raises InputError for what is not well formed.
    """
    if engine is not None and engine not in ENGINES:
        raise UsageError(f"unknown engine `{engine}`", hint=f"one of: {', '.join(ENGINES)}")
    engines = (engine,) if engine else ENGINES
    problems: list[Problem] = []
    wrong: list[str] = []
    for name, text in texts.items():
        found = [
            Problem(input=name, line=one.line, column=one.column, engine=which, tag=one.tag, message=one.message)
            for which in engines
            for one in ssml.lint(text, which)
        ]
        if len({problem.engine for problem in found}) == len(engines):
            wrong.append(name)
        problems += found
    who = f"the {engine} engine cannot" if engine else "no engine can"
    return problems, f"{who} speak {', '.join(wrong)}" if wrong else None
