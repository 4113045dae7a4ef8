"""A choice of a document's pages: `1-3,7,9-`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from awsml_cli.core.errors import UsageError

_PART = re.compile(r"(?P<first>\d+)(?:(?P<dash>-)(?P<last>\d+|\*)?)?")


@dataclass(frozen=True)
class Pages:
    """A choice of pages: `1-3,7,9-`. None at the end of a span is the last page."""

    spans: tuple[tuple[int, int | None], ...] = ((1, None),)

    @property
    def all(self) -> bool:
        """Whether no page is left out."""
        return self.spans == ((1, None),)

    def __contains__(self, page: int) -> bool:
        return any(first <= page and (last is None or page <= last) for first, last in self.spans)

    def among(self, count: int) -> list[int]:
        """The pages chosen of a document of COUNT pages, each once, in order."""
        return [page for page in range(1, count + 1) if page in self]

    def words(self) -> list[str]:
        """As AWS writes them."""
        if self.all:
            return ["*"]
        return [
            f"{first}" if first == last else f"{first}-{'*' if last is None else last}" for first, last in self.spans
        ]


EVERY_PAGE: Final = Pages()


def pages(text: str) -> Pages:
    """The choice that TEXT says: `3`, `1-3`, `4-`, `1,5-7`; `*` is all. Raises UsageError for anything else."""
    if text.strip() in ("*", ""):
        return EVERY_PAGE
    spans: list[tuple[int, int | None]] = []
    for part in text.split(","):
        found = _PART.fullmatch(part.strip())
        if found is None:
            raise UsageError(f"`{text}` is no choice of pages", hint="1-3, 5 or 1,4-")
        first = int(found["first"])
        last = None if found["dash"] and found["last"] in (None, "*") else int(found["last"] or first)
        if first < 1 or (last is not None and last < first):
            raise UsageError(f"`{part.strip()}` holds no page", hint="pages count from 1: 1-3, 5 or 1,4-")
        spans.append((first, last))
    return Pages(tuple(sorted(spans)))
