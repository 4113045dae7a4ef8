"""What Personalize would refuse in a table, all of it at once, each problem with its line and column.

https://docs.aws.amazon.com/personalize/latest/dg/data-prep-importing.html, …/limits.html
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping, Sequence

from awsml_cli.core import limits
from awsml_cli.formats.interactions.columns import Column, are_numbers
from awsml_cli.formats.interactions.joined import Text
from awsml_cli.formats.interactions.kinds import EVENT, Kind, headings
from awsml_cli.formats.interactions.moments import moment
from awsml_cli.formats.interactions.reading import batches, delimiter_of
from awsml_cli.formats.interactions.report import Report
from awsml_cli.formats.interactions.rows import Rows


def check(
    file: Text,
    kind: Kind,
    *,
    rename: Mapping[str, str] | None = None,
    columns: Sequence[str] = (),
    domain: str | None = None,
    least: bool = True,
) -> Report:
    """What the table in FILE (opened as UTF-8 with `newline=""`), of KIND, is like.

    RENAME gives columns other names; COLUMNS names those of a table without a header; a DOMAIN has demands of its own;
    LEAST asks for as many rows and users as a training needs.
    """
    report = Report(kind)
    try:
        _table(file, report, rename or {}, columns, domain, least=least)
    except UnicodeDecodeError as problem:
        byte = problem.object[problem.start]
        report.add(report.rows + 2, None, f"it is not UTF-8: a byte {byte:#04x} stands behind this line")
    except csv.Error as problem:
        report.add(report.rows + 2, None, f"it is no CSV behind this line: {problem}")
    return report


def _table(
    file: Text, report: Report, rename: Mapping[str, str], columns: Sequence[str], domain: str | None, *, least: bool
) -> None:
    first = file.readline()
    if not first.strip():
        report.add(1, None, "it is empty")
        return
    report.delimiter = delimiter_of(first)
    head = next(csv.reader([first], delimiter=report.delimiter))
    report.headless = bool(columns) or _is_data(report.kind, head)
    if report.headless:
        names = list(columns) or [f"column {number}" for number in range(1, len(head) + 1)]
        mend = "the first row becomes the header that --columns names" if columns else None
        report.add(1, None, "there is no header", value=first.strip(), mend=mend)
        file.seek(0)
    else:
        names = headings(report.kind, head, rename)
        _headings(report, first, head, names)
    report.columns = [Column(name) for name in names]
    if report.delimiter != ",":
        report.add(1, None, f"cells are parted by {report.delimiter!r}", mend="by a comma")
    _demands(report, domain)
    rows = Rows(report)
    for batch in batches(file, delimiter=report.delimiter, line=1 if report.headless else 2):
        rows.see(batch)
    if report.rows == 0:
        report.add(1, None, "there are no rows")
    elif least and report.kind.name == "Interactions":
        rows.enough()
    _limits(report)


def _is_data(kind: Kind, head: Sequence[str]) -> bool:
    """Whether the first row is no header: nothing in it is known, and a cell of it is a number or a moment."""
    names = [name.strip().removeprefix("\ufeff") for name in head]
    if any(kind.known(name) for name in names):
        return False
    return any(are_numbers([name]) or moment(name) is not None for name in names if name)


def _headings(report: Report, line: str, head: Sequence[str], names: Sequence[str]) -> None:
    if line.startswith("\ufeff"):
        report.add(1, names[0], "a byte order mark stands before its name", mend="it is taken away")
    if '"' in line:
        report.add(1, None, "names are quoted", mend="without quotes")
    for was, name in zip(head, names, strict=True):
        if was.removeprefix("\ufeff") != name:
            report.add(1, was.removeprefix("\ufeff"), f"Personalize must know it as {name}", mend=f"called {name}")
    for name, count in Counter(names).items():
        if count > 1:
            report.add(1, name, f"{count} columns have this name")
        if not name:
            report.add(1, name, "a column has no name")


def _demands(report: Report, domain: str | None) -> None:
    """The columns that must be there, and how many there may be."""
    kind, names = report.kind, report.names
    if report.headless and names[0] == "column 1":
        return
    for name in (*kind.needed, *kind.domains.get(domain or "", ())):
        if name not in names:
            report.add(1, name, "this column is missing")
    own = [name for name in names if name not in kind.needed and name not in kind.reserved]
    if len(own) > kind.metadata:
        report.add(1, own[-1], f"{len(own)} columns of your own; {kind.metadata} at the most")
    if len(names) - len(kind.ids) < kind.least:
        report.add(1, None, f"besides {kind.ids[0]} at least one column is needed")


def _limits(report: Report) -> None:
    own = [one for one in report.columns if one.name not in (*report.kind.needed, *report.kind.reserved)]
    if report.kind.name == "Interactions" and len(report.events) + len(own) > limits.PERSONALIZE_EVENT_TYPES:
        report.add(
            2,
            EVENT,
            f"{len(report.events)} event types and {len(own)} columns of your own; "
            f"{limits.PERSONALIZE_EVENT_TYPES} together at the most",
        )
