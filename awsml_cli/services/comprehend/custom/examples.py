"""What a model of one's own is trained with: read from a CSV as people have it, checked, split, written as AWS wants.

Pure. https://docs.aws.amazon.com/comprehend/latest/dg/prep-classifier-data.html, …/training-recognizers.html
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from awsml_cli.core.errors import InputError

# https://docs.aws.amazon.com/comprehend/latest/dg/guidelines-and-limits.html#limits-custom-class-general
LEAST_LABELS: Final = 2
LEAST_OF_A_LABEL: Final = 10  # documents, those for the test not counted
LEAST_OF_A_TYPE: Final = 25  # annotations of a type of entity
LEAST_DOCUMENTS: Final = 3  # of a recognizer
MOST_TYPES: Final = 25  # of a recognizer
ENTITY_LIST: Final = ("Text", "Type")
ANNOTATIONS: Final = ("File", "Line", "Begin Offset", "End Offset", "Type")
LABEL, TEXT = ("label", "class", "category", "intent"), ("text", "document", "utterance", "sentence", "message")


@dataclass(frozen=True)
class Example:
    """A text and its labels, from LINE of its file."""

    labels: tuple[str, ...]
    text: str
    line: int


@dataclass(frozen=True)
class Files:
    """What goes to AWS, by name (`train.csv`, `test.csv`, `documents.txt` …); TYPES are those of entities."""

    content: dict[str, bytes]
    types: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """What tells them from others."""
        told = hashlib.sha256()
        for name, data in sorted(self.content.items()):
            told.update(f"{name}\0{len(data)}\0".encode() + data)
        return told.hexdigest()


def for_classifier(
    data: bytes,
    *,
    name: str,
    label: str | None = None,
    text: str | None = None,
    delimiter: str | None = None,
    test: bytes | None = None,
    share: float = 0.1,
) -> Files:
    """The files for a classifier from the CSV DATA called NAME: its columns LABEL and TEXT.

    With a DELIMITER a document can have several labels. TEST is a CSV of its own for the test; else a SHARE of each
    label's documents is held back, always the same ones. Raises InputError with the line of what AWS would refuse.
    """
    found = _examples(data, name=name, label=label, text=text, delimiter=delimiter)
    held: list[Example] = []
    if test is not None:
        held = _examples(test, name="the test", label=label, text=text, delimiter=delimiter)
    elif share:
        found, held = _split(found, share)
    counts = Counter(one for example in found for one in example.labels)
    if len(counts) < LEAST_LABELS:
        raise InputError(f"{name}: {len(counts)} label; a classifier needs at least {LEAST_LABELS}")
    for one, count in sorted(counts.items()):
        if count < LEAST_OF_A_LABEL:
            raise InputError(
                f"{name}: the label `{one}` has {count} documents to train with; AWS wants at least {LEAST_OF_A_LABEL}",
                hint="more documents, or --test-share 0" if share and test is None else None,
            )
    if unknown := sorted({one for example in held for one in example.labels} - set(counts)):
        raise InputError(f"the test has labels that the training has not: {', '.join(unknown)}")
    content = {"train.csv": _written(found, delimiter)}
    return Files(content | ({"test.csv": _written(held, delimiter)} if held else {}))


def for_recognizer(data: bytes, documents: bytes, *, name: str) -> Files:
    """The files for a recognizer from the CSV DATA, a list of entities (Text, Type) or annotations, and DOCUMENTS.

    A line of DOCUMENTS is a document. Annotations say File, Line (from 0), Begin Offset, End Offset, Type. Raises
    InputError with the line of what AWS would refuse.
    """
    lines = _decoded(documents, "the documents").splitlines()
    if sum(1 for line in lines if line.strip()) < LEAST_DOCUMENTS:
        raise InputError(f"a recognizer needs at least {LEAST_DOCUMENTS} documents, one a line")
    rows = list(csv.reader(io.StringIO(_decoded(data, name))))
    head = [cell.strip() for cell in rows[0]] if rows else []
    if set(ENTITY_LIST) == set(head):
        types = _listed(rows, head, name)
        table = "entities.csv"
    elif set(ANNOTATIONS) == set(head):
        types = _annotated(rows, head, lines, name)
        table = "annotations.csv"
    else:
        raise InputError(
            f"{name}, line 1: a list of entities has the columns {', '.join(ENTITY_LIST)}, "
            f"annotations {', '.join(ANNOTATIONS)}"
        )
    if len(types) > MOST_TYPES:
        raise InputError(f"{name}: {len(types)} types; a recognizer has at most {MOST_TYPES}")
    return Files({table: data.removeprefix(b"\xef\xbb\xbf"), "documents.txt": documents}, tuple(types))


def _examples(data: bytes, *, name: str, label: str | None, text: str | None, delimiter: str | None) -> list[Example]:
    rows = csv.reader(io.StringIO(_decoded(data, name)))
    found: list[Example] = []
    columns: tuple[int, int] | None = None
    for row in rows:
        if columns is None:
            columns, is_head = _columns(row, name, label, text)
            if is_head:
                continue
        if not row:
            continue
        if len(row) <= max(columns):
            raise InputError(f"{name}, line {rows.line_num}: {len(row)} cells; the label and the text are missing")
        said, document = row[columns[0]].strip(), row[columns[1]]
        labels = tuple(one.strip() for one in said.split(delimiter)) if delimiter else (said,)
        if not all(labels):
            raise InputError(f"{name}, line {rows.line_num}: the label is missing")
        if not document.strip():
            raise InputError(f"{name}, line {rows.line_num}: the text is missing")
        found.append(Example(labels, document, rows.line_num))
    if not found:
        raise InputError(f"{name} holds no documents")
    return found


def _columns(head: Sequence[str], name: str, label: str | None, text: str | None) -> tuple[tuple[int, int], bool]:
    """Where label and text stand, and whether HEAD names them; without names, AWS's own order: label, text."""
    names = [cell.strip().lower() for cell in head]
    places = []
    for wanted, usual in ((label, LABEL), (text, TEXT)):
        if wanted is not None and wanted.lower() not in names:
            raise InputError(f"{name} has no column `{wanted}`; it has {', '.join(head)}")
        known = [wanted.lower()] if wanted is not None else [one for one in usual if one in names]
        places.append(names.index(known[0]) if known else None)
    if places[0] is not None and places[1] is not None:
        return (places[0], places[1]), True
    if len(head) != 2:
        raise InputError(f"{name}: which column is the label, which the text?", hint="--label COLUMN --text COLUMN")
    return (0, 1), False


def _split(found: list[Example], share: float) -> tuple[list[Example], list[Example]]:
    """FOUND for the training and for the test: of each label's documents, the same SHARE every time."""
    by_label: dict[tuple[str, ...], list[Example]] = {}
    for one in found:
        by_label.setdefault(one.labels, []).append(one)
    held: set[int] = set()
    for examples in by_label.values():
        ordered = sorted(examples, key=lambda one: hashlib.sha256(f"{one.line}\0{one.text}".encode()).digest())
        held.update(one.line for one in ordered[: int(len(ordered) * share)])
    return [one for one in found if one.line not in held], [one for one in found if one.line in held]


def _written(examples: Iterable[Example], delimiter: str | None) -> bytes:
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerows(((delimiter or "|").join(one.labels), one.text) for one in examples)
    return out.getvalue().encode()


def _listed(rows: list[list[str]], head: list[str], name: str) -> dict[str, int]:
    types: Counter[str] = Counter()
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(head) or not all(cell.strip() for cell in row):
            raise InputError(f"{name}, line {number}: a text and its type were wanted")
        types[row[head.index("Type")].strip()] += 1
    if not types:
        raise InputError(f"{name} holds no entities")
    return dict(types)


def _annotated(rows: list[list[str]], head: list[str], lines: list[str], name: str) -> dict[str, int]:
    types: Counter[str] = Counter()
    for number, row in enumerate(rows[1:], 2):
        try:
            cells = dict(zip(head, row, strict=True))
            line, begin, end = (int(cells[key]) for key in ("Line", "Begin Offset", "End Offset"))
        except ValueError:
            raise InputError(f"{name}, line {number}: five cells were wanted, three of them numbers") from None
        if not (0 <= line < len(lines) and 0 <= begin < end <= len(lines[line])):
            raise InputError(f"{name}, line {number}: line {line} of the documents has no place {begin} to {end}")
        types[cells["Type"].strip()] += 1
    for one, count in sorted(types.items()):
        if count < LEAST_OF_A_TYPE:
            raise InputError(f"{name}: {count} annotations of `{one}`; AWS wants at least {LEAST_OF_A_TYPE}")
    if not types:
        raise InputError(f"{name} holds no annotations")
    return dict(types)


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise InputError(f"{name} is not UTF-8 text: {problem.reason} at offset {problem.start}") from None
