"""What AWS would keep, kept here: the objects of S3 in a folder, everything else as documents in SQLite.

Shared by processes: one short transaction a change, and nothing of the store is held between two of them.
"""

from __future__ import annotations

from awsml_cli.local.store.documents import Documents
from awsml_cli.local.store.objects import BUCKET, Object, Objects, Part

__all__ = ["BUCKET", "Object", "Part", "Store"]


class Store(Objects, Documents):
    """The state below a folder."""
