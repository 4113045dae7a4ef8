"""Everything else that AWS would keep (jobs, lexicons): JSON documents, each with a kind and a name."""

from __future__ import annotations

import json
from typing import Any

from awsml_cli.core import clock
from awsml_cli.local.store.database import Database


class Documents(Database):
    """Documents by kind and name."""

    def add_document(self, kind: str, name: str, content: dict[str, Any]) -> bool:
        """Keep CONTENT (JSON data) unless there is one of that KIND and NAME; False if there is."""
        with self._change() as base:
            row = (kind, name, clock.now(), json.dumps(content))
            return base.execute("INSERT OR IGNORE INTO documents VALUES (?, ?, ?, ?)", row).rowcount == 1

    def set_document(self, kind: str, name: str, content: dict[str, Any]) -> None:
        """Keep CONTENT in the place of what was there."""
        with self._change() as base:
            base.execute(
                "INSERT INTO documents VALUES (?, ?, ?, ?)"
                " ON CONFLICT (kind, name) DO UPDATE SET content = excluded.content",
                (kind, name, clock.now(), json.dumps(content)),
            )

    def change_document(self, kind: str, name: str, changes: dict[str, Any]) -> bool:
        """Change members of a document; False if it is not there (any more)."""
        with self._change() as base:
            row = base.execute("SELECT content FROM documents WHERE kind = ? AND name = ?", (kind, name)).fetchone()
            if row is None:
                return False
            content = json.dumps({**json.loads(row["content"]), **changes})
            base.execute("UPDATE documents SET content = ? WHERE kind = ? AND name = ?", (content, kind, name))
            return True

    def document(self, kind: str, name: str) -> dict[str, Any] | None:
        """The document, or None."""
        row = self._one("SELECT content FROM documents WHERE kind = ? AND name = ?", kind, name)
        return dict(json.loads(row["content"])) if row else None

    def documents(self, kind: str) -> list[tuple[str, dict[str, Any]]]:
        """All documents of KIND with their names, newest first."""
        rows = self._all("SELECT name, content FROM documents WHERE kind = ? ORDER BY made DESC, rowid DESC", kind)
        return [(row["name"], dict(json.loads(row["content"]))) for row in rows]

    def jobs(self) -> list[tuple[str, str, dict[str, Any]]]:
        """Kind, name and content of all documents that are jobs (they have a `Status`), newest first."""
        rows = self._all(
            "SELECT kind, name, content FROM documents WHERE json_extract(content, '$.Status') IS NOT NULL"
            " ORDER BY made DESC, rowid DESC"
        )
        return [(row["kind"], row["name"], dict(json.loads(row["content"]))) for row in rows]

    def remove_document(self, kind: str, name: str) -> bool:
        """Remove a document; False if it was not there."""
        with self._change() as base:
            return base.execute("DELETE FROM documents WHERE kind = ? AND name = ?", (kind, name)).rowcount == 1
