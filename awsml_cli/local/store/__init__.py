"""What AWS would keep, kept here: the objects of S3 in a folder, everything else as documents in SQLite.

Shared by processes: one short transaction a change, and nothing of the store is held between two of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from awsml_cli.core import clock
from awsml_cli.local.store.documents import Documents
from awsml_cli.local.store.objects import BUCKET, Object, Objects, Part

__all__ = ["BUCKET", "Held", "Object", "Part", "Store"]


@dataclass(frozen=True)
class Held:
    """So many things of one kind; `bytes` of those that are files."""

    kind: str
    count: int
    bytes: int | None = None


class Store(Objects, Documents):
    """The state below a folder."""

    def held(self) -> list[Held]:
        """What there is, by kind: buckets, objects, uploads in parts, and documents of every kind."""
        objects = self._all("SELECT count(*) AS number, total(size) AS size FROM objects")[0]
        parts = self._all("SELECT count(*) AS number, total(size) AS size FROM parts")[0]
        buckets = self._all("SELECT count(*) AS number FROM buckets WHERE name != ?", BUCKET)[0]
        found = [
            Held("buckets", buckets["number"]),
            Held("objects", objects["number"], int(objects["size"])),
            Held("parts of uploads", parts["number"], int(parts["size"])),
        ]
        rows = self._all("SELECT kind, count(*) AS number FROM documents GROUP BY kind ORDER BY kind")
        found += [Held(row["kind"], row["number"]) for row in rows]
        return [one for one in found if one.count]

    def clear(self) -> None:
        """Forget everything, at once; whoever works with the same state goes on with an empty one.

        A file that belongs to nothing, left by a process that was killed, goes too once it is an hour old.
        """
        with self._change() as base:
            gone = {row["file"] for row in base.execute("SELECT file FROM objects UNION SELECT file FROM parts")}
            for table in ("documents", "parts", "uploads", "objects", "buckets"):
                base.execute(f"DELETE FROM {table}")  # noqa: S608 - names of our own
            base.execute("INSERT INTO buckets VALUES (?, ?)", (BUCKET, clock.now()))
        for path in self.folder.iterdir():
            if path.name in gone or clock.now() - path.stat().st_mtime > 3600:
                self._discard(path)
        self._base().execute("VACUUM")
