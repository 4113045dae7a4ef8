"""Several answers about one document made one: AWS's own keys, all pages, numbered as the document has them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

_LISTS: Final = ("Blocks", "ExpenseDocuments", "IdentityDocuments", "Results")
_INDEXES: Final = {"ExpenseDocuments": "ExpenseIndex", "IdentityDocuments": "DocumentIndex"}
_QUALITIES: Final = ("weak", "fair", "good")
_PASSING: Final = ("ResponseMetadata", "NextToken", "DocumentMetadata", "Warnings", *_LISTS)


class Merged:
    """The answers so far, as the JSON that they will be: what has been added is not kept as objects."""

    def __init__(self) -> None:
        self._head: dict[str, Any] = {}
        self._pages = 0
        self._warnings: list[Any] = []
        self._lists: dict[str, list[bytes]] = {}
        self._counts: dict[str, int] = {}
        self._engines: dict[str, None] = {}

    def add(self, answer: Mapping[str, Any], *, number_of: Sequence[int] | None = None, whole: bool = True) -> None:
        """Add ANSWER. NUMBER_OF gives the numbers that its pages have in the document.

        A WHOLE answer stands for itself and counts its own pages; the pages of one job's result count them again.
        """
        pages = int((answer.get("DocumentMetadata") or {}).get("Pages") or 0)
        self._pages = self._pages + (pages or 1) if whole else max(self._pages, pages)
        self._sign(answer.get("ResponseMetadata") or {})
        for key, value in answer.items():
            if key not in _PASSING:
                self._head[key] = value
        for warning in answer.get("Warnings") or ():
            renumbered = {**warning, "Pages": [_number(page, number_of) for page in warning.get("Pages") or ()]}
            if renumbered not in self._warnings:
                self._warnings.append(renumbered)
        for name in _LISTS:
            if name in answer:
                self._extend(name, answer[name] or (), number_of, whole=whole)

    def _sign(self, metadata: Mapping[str, Any]) -> None:
        """Note the engines of this machine that have answered, and how good the weakest of them is."""
        headers = metadata.get("HTTPHeaders") or {}
        if engine := headers.get("x-awsml-engine"):
            self._engines |= dict.fromkeys(engine.split(", "))
            quality = min(headers["x-awsml-quality"], self._head.get("awsml_quality", "good"), key=_QUALITIES.index)
            self._head |= {"awsml_engine": ", ".join(self._engines), "awsml_quality": quality}

    def _extend(self, name: str, found: Sequence[Any], number_of: Sequence[int] | None, *, whole: bool) -> None:
        texts = self._lists.setdefault(name, [])
        for one in found:
            if number_of is not None:
                _renumber(one, number_of)
            if whole and name in _INDEXES:
                self._counts[name] = self._counts.get(name, 0) + 1
                one[_INDEXES[name]] = self._counts[name]
        if found:
            texts.append(_json(found)[1:-1].encode())

    def bytes(self) -> bytes:
        """The one answer."""
        head = {"DocumentMetadata": {"Pages": self._pages}, **self._head}
        if self._warnings:
            head["Warnings"] = self._warnings
        parts = [_json(head)[:-1].encode()]
        for name, texts in self._lists.items():
            parts.append(f',"{name}":['.encode())
            parts.append(b",".join(texts))
            parts.append(b"]")
        return b"".join([*parts, b"}\n"])


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def _number(page: int, number_of: Sequence[int] | None) -> int:
    return number_of[page - 1] if number_of is not None and 1 <= page <= len(number_of) else page


def _renumber(one: dict[str, Any], number_of: Sequence[int]) -> None:
    """Give a member of an answer's list the page numbers of the whole document."""
    if "BlockType" in one or "PageClassification" in one:
        one["Page"] = _number(one.get("Page") or 1, number_of)
    for block in one.get("Blocks") or ():
        block["Page"] = _number(block.get("Page") or 1, number_of)
    for found in _expense_fields(one):
        found["PageNumber"] = _number(found.get("PageNumber") or 1, number_of)


def _expense_fields(expense: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield from expense.get("SummaryFields") or ()
    for group in expense.get("LineItemGroups") or ():
        for item in group.get("LineItems") or ():
            yield from item.get("LineItemExpenseFields") or ()
