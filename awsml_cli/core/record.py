"""What commands return: records, streams of records, and bytes.

A command never prints. It returns one of these, and `cli/render.py` shows it in the format asked for:

* a `Record`: one thing (a translation, a job);
* a `Listing`: records from all pages of a list, shown line by line as they come;
* `Parts`: one thing that is ready piece by piece (a long translation), shown as it grows;
* a `Blob`: bytes (audio, a PDF);
* `Many`: one of these for each of many inputs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

from pydantic import AliasChoices, AliasGenerator, BaseModel, ConfigDict, PrivateAttr
from pydantic.alias_generators import to_camel, to_pascal

from awsml_cli.core.errors import AwsmlError
from awsml_cli.core.sources import Source


def _spellings(name: str) -> AliasChoices:
    """AWS writes `JobName` in most services and `jobName` in Personalize and Lex; we write `job_name`."""
    return AliasChoices(name, to_pascal(name), to_camel(name))


class Record(BaseModel):
    """One answer, with the snake_case of AWS's own names.

    `columns` are the fields that a table and `text` show, the first of them its identity;
    `prose` names the field that is shown by itself where the record is a text (a transcript, a translation); `looks`
    names the methods that show it in formats where it looks unlike all others (a report of several tables).
    """

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        populate_by_name=True,
        alias_generator=AliasGenerator(validation_alias=_spellings),
        defer_build=True,  # most records of a module are not those of the command at hand
    )

    columns: ClassVar[tuple[str, ...]] = ()
    prose: ClassVar[str | None] = None
    looks: ClassVar[dict[str, str]] = {}

    _raw: Any = PrivateAttr(default=None)

    @classmethod
    def of(cls, answer: Any, /, **more: Any) -> Self:
        """Make the record of AWS's ANSWER, which it keeps for `-f raw`."""
        record = cls.model_validate({**answer, **more})
        record._raw = answer
        return record

    @property
    def raw(self) -> Any:
        """AWS's own answer with AWS's keys, or None where there is none."""
        return self._raw

    def with_raw(self, answer: Any) -> Self:
        """The same record, keeping ANSWER for `-f raw`."""
        self._raw = answer
        return self

    def fields(self) -> dict[str, Any]:
        """The record as plain data, ready for JSON."""
        return self.model_dump(mode="json")


@dataclass(frozen=True)
class Parts:
    """One answer that comes piece by piece.

    `text` gives the pieces as they are to be written, one after the other, nothing between them;
    `whole` makes the one record of it, given everything that `text` gave. `failure`, asked when all is written, is
    what went wrong with some of it.
    """

    text: Iterator[str]
    whole: Callable[[str], Record]
    failure: Callable[[], AwsmlError | None] | None = None


@dataclass(frozen=True)
class Blob:
    """Bytes for a file or a pipe, refused on a terminal.

    `chunks` gives them one after the other, told whether they go to a file; `finish`, if given, is called with the
    path of the finished file, to put in what only the end knows. One whose `content_type` is that of text is shown on a
    terminal too.
    """

    chunks: Callable[[bool], Iterable[bytes]]
    finish: Callable[[Path], None] | None = None
    content_type: str = ""

    @property
    def readable(self) -> bool:
        """Whether it is text."""
        return self.content_type.startswith(("text/", "application/json", "application/jsonlines"))


@dataclass(frozen=True)
class Listing:
    """A list from AWS, whatever the number of its pages; NAME is AWS's key of the list, for `-f raw`.

    `failure`, asked when all is written, is what went wrong with some of it.
    """

    records: Iterator[Record]
    name: str
    failure: Callable[[], AwsmlError | None] | None = None


@dataclass(frozen=True)
class Checked:
    """What a check found; FAILURE, in words, where it did not pass (exit 7), or the error that it was."""

    found: Listing | Record
    failure: str | AwsmlError | None = None


@dataclass(frozen=True)
class Drawing:
    """A picture in characters, made for where it goes: its colours, if it has any, are ours."""

    text: str


@dataclass(frozen=True)
class Outcome:
    """What became of one input of many: a value, or the error."""

    source: Source
    value: Record | Parts | Blob | Listing | None = None
    error: AwsmlError | None = None


@dataclass(frozen=True)
class Many:
    """One answer an input, in the order of the inputs; nothing is done before `outcomes` is read."""

    sources: Sequence[Source]
    outcomes: Iterator[Outcome]
