"""Tables of one's own: opened, looked at as Personalize will, mended; the same content always has the same name."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from pydantic import ConfigDict

from awsml_cli.core import sources, staging
from awsml_cli.core.cache import key_of
from awsml_cli.core.errors import InputError
from awsml_cli.core.record import Checked, Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.core.staging import Media
from awsml_cli.formats import interactions
from awsml_cli.formats.interactions import KINDS, Joined, Problem, Report
from awsml_cli.formats.interactions.repair import Tally


class Fault(Record):
    """Something in a table that Personalize refuses (level error) or that a person should know (warning).

    It stands in `count` rows, first in `line`, and in the other `lines` (the first twenty); `repair` says what
    mends it, None where nothing does.
    """

    model_config = ConfigDict(defer_build=True)
    columns: ClassVar = ("input", "line", "column", "level", "problem", "count", "value", "repair")

    input: str
    line: int
    column: str | None = None
    level: str
    problem: str
    count: int
    value: str = ""
    repair: str | None = None
    lines: tuple[int, ...] = ()


class Schema(Record):
    """A schema in Avro, as CreateSchema takes it; as text it is that very JSON."""

    model_config = ConfigDict(defer_build=True)
    columns: ClassVar = ("schema_text",)
    prose: ClassVar = "schema_text"

    name: str
    dataset_type: str
    schema_text: str


@dataclass(frozen=True)
class Reading:
    """How tables are read: columns under other names, names for one without a header, a domain's demands."""

    rename: Mapping[str, str]
    columns: tuple[str, ...] = ()
    domain: str | None = None


@dataclass(frozen=True)
class Table:
    """A table of a kind (`interactions`, `users` …): its files, and what it is like.

    `begun` has the line, counted over all files, that the first row of each stands on.
    """

    sort: str
    files: tuple[Media, ...]
    report: Report
    begun: tuple[int, ...] = (1,)

    @property
    def media(self) -> Media:
        """Its first file."""
        return self.files[0]

    @property
    def name(self) -> str:
        """What a message calls it."""
        more = f" and {len(self.files) - 1} more" if len(self.files) > 1 else ""
        return f"{self.media.source.shown}{more}"

    @property
    def size(self) -> int:
        """Its size in bytes."""
        return sum(one.size for one in self.files)

    def place(self, line: int) -> tuple[str, int]:
        """The file that a LINE, counted over all, stands in, and its number there."""
        at = max(0, bisect_right(self.begun, line) - 1)
        skipped = 0 if at == 0 or self.report.headless else 1
        return self.files[at].source.shown, line - self.begun[at] + 1 + skipped

    @property
    def schema(self) -> dict[str, Any]:
        """Its schema."""
        return interactions.avro(self.report)

    @property
    def dataset(self) -> str:
        """The type of its dataset."""
        return self.report.kind.dataset.upper()

    @property
    def digest(self) -> str:
        """What tells it, and how it is read, from others."""
        digests = [one.digest for one in self.files]
        return key_of(self.sort, digests[0] if len(digests) == 1 else digests, self.report.names)

    @property
    def fine(self) -> bool:
        """Whether it can go to AWS as it is."""
        return not self.report.errors


def looked_at(
    session: Session, named: Mapping[str, str | Sequence[str]], how: Reading, *, least: bool = True
) -> list[Table]:
    """The tables NAMED by their sort, each looked at as a whole; several files of a sort are one table.

    Raises InputError for what cannot be read, and for files that have not the same header.
    """
    found = []
    for sort, names in named.items():
        files = []
        for source in sources.paths([names] if isinstance(names, str) else names):
            parts = (part for part in sources.read_chunks(source, session) if part) if source.path is None else ()
            files.append(session.hold(staging.spooled(source, parts)))
        found.append(_seen(sort, tuple(files), how, least=least))
    return found


def _seen(sort: str, files: tuple[Media, ...], how: Reading, *, least: bool) -> Table:
    with _text(files, headless=bool(how.columns)) as file:
        report = interactions.check(
            file, KINDS[sort], rename=how.rename, columns=how.columns, domain=how.domain, least=least
        )
        return Table(sort, files, report, tuple(file.begun))


def _text(files: Sequence[Media], *, headless: bool) -> Joined:
    return Joined([one.path for one in files], [one.source.shown for one in files], headless=headless)


def faults(tables: Sequence[Table]) -> Checked:
    """What is wrong with TABLES; an error where AWS would refuse one."""
    found = (_fault(table, problem) for table in tables for problem in table.report.in_order)
    return Checked(Listing(found, "Problems"), failure=refusal(tables))


def refuse(tables: Sequence[Table], *, repair: bool = False) -> None:
    """Raises InputError with all for which AWS would refuse TABLES; with REPAIR, the hint names that option."""
    bad = [table for table in tables if not table.fine]
    if not bad:
        return
    lines = [_said(table, one) for table in bad for one in table.report.errors]
    names = " and ".join(table.name for table in bad)
    mendable = all(table.report.mendable for table in bad)
    raise InputError(
        "\n  ".join([f"{names} cannot be sent: {len(lines)} error{'s' * (len(lines) != 1)}", *lines]),
        hint="--repair mends all on the way" if repair and mendable else _way(bad),
    )


def refusal(tables: Sequence[Table]) -> InputError | None:
    """Why AWS would refuse one of TABLES, in short."""
    bad = [table for table in tables if not table.fine]
    if not bad:
        return None
    count = sum(len(table.report.errors) for table in bad)
    problem = bad[0].report.errors[0]
    more = f" (and {count - 1} more)" if count > 1 else ""
    return InputError(f"{_place(bad[0], problem)}: {problem.text}{more}", hint=_way(bad))


def listed(tables: Sequence[Table]) -> list[str]:
    """Every problem of TABLES in a line, with what mends it."""
    problems = ((table, one) for table in tables for one in table.report.in_order)
    return [f"{_said(table, one)}{f'; {one.mend}' if one.mend else ''}" for table, one in problems]


def tell(session: Session, tables: Sequence[Table]) -> None:
    """Say every problem of TABLES as a warning."""
    for line in listed(tables):
        session.talk.warn(line)


def mended(session: Session, table: Table) -> Iterator[bytes]:
    """TABLE with everything mended that can be, some lines at a time; what was left out is told."""
    tally = Tally()
    for piece in mended_text(table, tally):
        yield piece.encode()
    if tally.left_out:
        session.talk.warn(f"{table.name}: {tally.left_out} rows were left out, {tally.kept} kept")


def mended_text(table: Table, tally: Tally) -> Iterator[str]:
    """TABLE mended, as text."""
    if not table.report.open:
        hopeless = [one for one in table.report.errors if not one.mend and not one.amount]
        where = f", {hopeless[0].column}" if hopeless[0].column else ""
        name, line = table.place(hopeless[0].line)
        raise InputError(f"{name}, line {line}{where}: {hopeless[0].text}; nothing can mend that")
    with _text(table.files, headless=table.report.headless) as file:
        yield from interactions.repaired(file, table.report, tally)


def made_good(session: Session, tables: Sequence[Table], how: Reading) -> list[Table]:
    """TABLES with those that AWS would refuse mended, in temporary files, and looked at again."""
    good = []
    for table in tables:
        if table.fine:
            good.append(table)
            continue
        pieces = mended(session, table)
        source = replace(table.media.source, path=None)
        media = session.hold(staging.spooled(source, pieces))
        again = _seen(table.sort, (media,), replace(how, rename={}, columns=()), least=True)
        refuse([again])
        good.append(again)
    return good


def schemas(tables: Iterable[Table]) -> list[Schema]:
    """The schemas of TABLES."""
    import json

    return [
        Schema(name=one.report.kind.name, dataset_type=one.dataset, schema_text=json.dumps(one.schema, indent=2) + "\n")
        for one in tables
    ]


def _fault(table: Table, one: Problem) -> Fault:
    name, line = table.place(one.line)
    return Fault(
        input=name,
        line=line,
        column=one.column,
        level=one.level,
        problem=one.text,
        count=one.count,
        value=one.value,
        repair=one.mend,
        lines=tuple(number for file, number in map(table.place, one.lines) if file == name),
    )


def _said(table: Table, one: Problem) -> str:
    rows = f" in {one.count} rows" if one.count > 1 else ""
    return f"{_place(table, one)}: {one.text}{f' ({one.value})' if one.value else ''}{rows}"


def _place(table: Table, one: Problem) -> str:
    name, line = table.place(one.line)
    return f"{name}, line {line}{f', {one.column}' if one.column else ''}"


def _way(bad: Sequence[Table]) -> str | None:
    """What mends BAD tables, or a part of what is wrong with the first."""
    if not any(one.mend for one in bad[0].report.errors):
        return None
    what = "all" if all(table.report.mendable for table in bad) else "what can be mended"
    return f"awsml personalize check {bad[0].media.source.shown} -o mended.csv mends {what}"
