"""Documents that were read, in a SQLite database with full-text search: a page a row, found by its words."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, ClassVar, Final

from awsml_cli.core import clock
from awsml_cli.core.errors import InputError, OutputError, UsageError
from awsml_cli.core.record import Listing, Record
from awsml_cli.services.textract.records import Reading

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS documents (
    id INTEGER PRIMARY KEY, input TEXT NOT NULL UNIQUE, pages INTEGER NOT NULL, read_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS pages (
    id INTEGER PRIMARY KEY, document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    page INTEGER NOT NULL, text TEXT NOT NULL, UNIQUE (document_id, page)
);
CREATE TABLE IF NOT EXISTS tables (
    document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE, page INTEGER NOT NULL, rows TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS fields (
    document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE, page INTEGER, key TEXT, value TEXT
);
CREATE VIRTUAL TABLE IF NOT EXISTS pages_fts USING fts5 (text, content='pages', content_rowid='id');
CREATE TRIGGER IF NOT EXISTS pages_added AFTER INSERT ON pages BEGIN
    INSERT INTO pages_fts (rowid, text) VALUES (new.id, new.text);
END;
CREATE TRIGGER IF NOT EXISTS pages_removed AFTER DELETE ON pages BEGIN
    INSERT INTO pages_fts (pages_fts, rowid, text) VALUES ('delete', old.id, old.text);
END;
"""
_SEARCH: Final = """
SELECT documents.input, pages.page, snippet(pages_fts, 0, '', '', '…', 16)
FROM pages_fts JOIN pages ON pages.id = pages_fts.rowid JOIN documents ON documents.id = pages.document_id
WHERE pages_fts MATCH ? ORDER BY rank, documents.input, pages.page
"""


class Hit(Record):
    """A page on which the words stand, and those around them."""

    columns: ClassVar = ("input", "page", "text")

    input: str
    page: int
    text: str


def store(path: Path, name: str, reading: Reading) -> None:
    """Put READING into the database PATH under NAME, in the place of an earlier one. Raises OutputError."""
    document = reading.document
    try:
        with closing(_open(path)) as rows, rows:
            rows.execute("DELETE FROM documents WHERE input = ?", (name,))
            at = _when(clock.now())
            added = rows.execute(
                "INSERT INTO documents (input, pages, read_at) VALUES (?, ?, ?)", (name, document.page_count, at)
            ).lastrowid
            rows.executemany(
                "INSERT INTO pages (document_id, page, text) VALUES (?, ?, ?)",
                ((added, page.number, page.text) for page in document.pages),
            )
            rows.executemany(
                "INSERT INTO tables VALUES (?, ?, ?)",
                ((added, table.page, json.dumps(table.rows(), ensure_ascii=False)) for table in document.tables),
            )
            rows.executemany("INSERT INTO fields VALUES (?, ?, ?, ?)", (_field(added, one) for one in _fields(reading)))
    except sqlite3.Error as problem:
        raise OutputError(
            f"cannot write into {path}: {problem}", hint="the answer is kept; name another file"
        ) from None


def search(path: Path, words: str) -> Listing:
    """The pages in the database PATH on which WORDS stand, the best first. Raises InputError, UsageError."""
    if not path.is_file():
        raise InputError(f"no such file: {path}", hint=f"awsml textract scans/ --sqlite {path} makes it")
    if not words.strip():
        raise UsageError("there is no word to search for")
    try:
        with closing(_open(path)) as rows:
            try:
                found = rows.execute(_SEARCH, (words,)).fetchall()
            except sqlite3.OperationalError:  # what SQLite takes for an operator is only a word to most people
                quoted = " ".join(f'"{word.replace(chr(34), "")}"' for word in words.split())
                found = rows.execute(_SEARCH, (quoted,)).fetchall()
    except sqlite3.OperationalError as problem:
        raise UsageError(f"`{words}` cannot be searched for: {problem}") from None
    except sqlite3.Error as problem:
        raise InputError(f"{path} is no database of documents: {problem}") from None
    return Listing(_hits(found), "Hits")


def _hits(found: list[tuple[str, int, str]]) -> Iterator[Hit]:
    for name, page, text in found:
        yield Hit(input=name, page=page, text=" ".join(text.split()))


def _fields(reading: Reading) -> Iterator[tuple[int | None, str, str]]:
    for pair in reading.document.key_values:
        yield pair.page, pair.key, pair.value
    for expense in reading.document.expenses:
        for found in expense.fields:
            yield found.page, found.type, found.value


def _field(document: int | None, found: tuple[int | None, str, str]) -> tuple[Any, ...]:
    return (document, *found)


def _open(path: Path) -> sqlite3.Connection:
    rows = sqlite3.connect(path, timeout=30)
    rows.execute("PRAGMA foreign_keys = ON")
    rows.executescript(_SCHEMA)
    return rows


def _when(seconds: float) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
