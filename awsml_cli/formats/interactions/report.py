"""What was found in a table: its columns and rows, and its problems, each with the lines that it stands in."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from awsml_cli.formats.interactions.columns import Column
from awsml_cli.formats.interactions.kinds import Kind

SHOWN: Final = 20  # lines of one problem that are named
ERROR, WARNING = "error", "warning"


@dataclass(slots=True)
class Problem:
    """What is wrong in COLUMN (None: with the table): first on LINE, `count` times; `mend` says what a repair does.

    `level` is error for what AWS refuses, warning for what it takes and a person should know.
    """

    line: int
    column: str | None
    text: str
    level: str = ERROR
    value: str = ""
    mend: str | None = None
    amount: bool = False  # there is too little: nothing in the table is wrong
    count: int = 0
    lines: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Report:
    """What a table is like: its KIND, the columns as Personalize will know them, how many rows, what is wrong."""

    kind: Kind
    delimiter: str = ","
    columns: list[Column] = field(default_factory=list)
    rows: int = 0
    headless: bool = False
    events: Counter[str] = field(default_factory=Counter)
    first: int | None = None
    last: int | None = None
    problems: dict[tuple[str | None, str], Problem] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """The names of the columns."""
        return [column.name for column in self.columns]

    @property
    def in_order(self) -> list[Problem]:
        """All problems, by line."""
        return sorted(self.problems.values(), key=lambda one: one.line)

    @property
    def errors(self) -> list[Problem]:
        """What AWS refuses."""
        return [one for one in self.in_order if one.level == ERROR]

    @property
    def mendable(self) -> bool:
        """Whether a repair takes away everything that AWS refuses."""
        return all(one.mend for one in self.errors)

    @property
    def open(self) -> bool:
        """Whether a repair can be made at all: what it cannot mend is that there is too little."""
        return all(one.mend or one.amount for one in self.errors)

    def add(self, line: int, column: str | None, text: str, *, value: str = "", mend: str | None = None) -> None:
        """Note a problem on LINE; one that is known counts on."""
        self._note(Problem(line, column, text, value=value[:80], mend=mend))

    def lacks(self, column: str | None, text: str) -> None:
        """Note that there is too little."""
        self._note(Problem(1, column, text, amount=True))

    def warn(self, line: int, column: str | None, text: str, *, value: str = "", mend: str | None = None) -> None:
        """Note what AWS takes, and a person should know."""
        self._note(Problem(line, column, text, level=WARNING, value=value[:80], mend=mend))

    def _note(self, problem: Problem) -> None:
        held = self.problems.setdefault((problem.column, problem.text), problem)
        held.count += 1
        if len(held.lines) < SHOWN:
            held.lines.append(problem.line)
