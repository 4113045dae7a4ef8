"""Who did what and when, as arrays: read from tables, parted into what is learnt and what is held back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from awsml_cli.core.errors import InputError
from awsml_cli.formats.interactions.kinds import EVENT, ITEM, TIME, USER, VALUE
from awsml_cli.formats.interactions.reading import batches

HELD_BACK: Final = 0.1  # of each user's interactions, the newest, rounded up


@dataclass(frozen=True)
class History:
    """Interactions in the order of time: `users`, `items` are places in `user_ids`, `item_ids`; `times` are seconds."""

    user_ids: Any
    item_ids: Any
    users: Any
    items: Any
    times: Any

    def __len__(self) -> int:
        return len(self.users)

    def where(self, mask: Any) -> History:
        """The interactions that MASK chooses, with the ids of all."""
        return History(self.user_ids, self.item_ids, self.users[mask], self.items[mask], self.times[mask])

    def matrix(self) -> Any:
        """How often each user (row) met each item (column), sparse."""
        import numpy as np
        from scipy.sparse import csr_matrix

        ones = np.ones(len(self), dtype=np.float32)
        shape = (len(self.user_ids), len(self.item_ids))
        found = csr_matrix((ones, (self.users, self.items)), shape=shape)
        found.sum_duplicates()
        return found


def read(paths: Iterable[Path], *, event: str | None = None, threshold: float | None = None) -> History:
    """The interactions in the CSVs at PATHS, of EVENT alone if given, with a value of at least THRESHOLD.

    Raises InputError for a table that lacks a column.
    """
    import numpy as np

    user_index: dict[str, int] = {}
    item_index: dict[str, int] = {}
    users: list[Any] = []
    items: list[Any] = []
    times: list[Any] = []
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            head = file.readline().strip().split(",")
            at = {name: head.index(name) for name in (USER, ITEM, TIME, EVENT, VALUE) if name in head}
            if missing := [name for name in (USER, ITEM, TIME) if name not in at]:
                raise InputError(f"the interactions have no column {missing[0]}")
            for batch in batches(file, delimiter=","):
                columns = batch.columns(len(head))
                if columns is None:
                    rows = [row for _, row in batch.numbered() if len(row) == len(head)]
                    columns = [list(cells) for cells in zip(*rows, strict=True)]
                if not columns:
                    continue
                columns = _chosen(columns, at, event, threshold)
                users.append(_numbered(columns[at[USER]], user_index))
                items.append(_numbered(columns[at[ITEM]], item_index))
                times.append(np.array(columns[at[TIME]], dtype="U10").astype(np.int64))
    if not users:
        raise InputError("there are no interactions")
    order = np.argsort(np.concatenate(times), kind="stable")
    return History(
        np.array(list(user_index)),
        np.array(list(item_index)),
        np.concatenate(users)[order],
        np.concatenate(items)[order],
        np.concatenate(times)[order],
    )


def _chosen(
    columns: list[list[str]], at: dict[str, int], event: str | None, threshold: float | None
) -> list[list[str]]:
    if event is None:
        return columns
    events = columns[at[EVENT]] if EVENT in at else []
    kept = [number for number, one in enumerate(events) if one == event]
    if threshold is not None and VALUE in at:
        values = columns[at[VALUE]]
        kept = [number for number in kept if values[number] and float(values[number]) >= threshold]
    return [[cells[number] for number in kept] for cells in columns]


def _numbered(ids: list[str], index: dict[str, int]) -> Any:
    import numpy as np

    return np.fromiter((index.setdefault(one, len(index)) for one in ids), dtype=np.int32, count=len(ids))


def parted(history: History) -> tuple[History, History]:
    """HISTORY as what is learnt and what is held back: of each user with two or more the newest tenth."""
    import numpy as np

    order = np.lexsort((history.times, history.users))
    users = history.users[order]
    counts = np.bincount(users, minlength=len(history.user_ids))
    begins = np.concatenate([[0], np.cumsum(counts)[:-1]])
    held = np.where(counts >= 2, np.ceil(counts * HELD_BACK).astype(np.int64), 0)
    place = np.arange(len(users)) - begins[users]
    newest = np.zeros(len(history), dtype=bool)
    newest[order] = place >= (counts - held)[users]
    return history.where(~newest), history.where(newest)
