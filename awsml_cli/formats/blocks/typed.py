"""Receipts, identity documents and mortgage pages: fields with a type, from the answers that give such."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from awsml_cli.formats.blocks.block import NOWHERE, Box
from awsml_cli.formats.blocks.model import Expense, Field, Identity, LendingPage, Signature

Found = Mapping[str, Any]


def expenses(answer: Found) -> Iterator[Expense]:
    """The receipts of ANSWER."""
    for place, one in enumerate(answer.get("ExpenseDocuments") or (), start=1):
        yield expense(one, place)


def expense(found: Found, place: int) -> Expense:
    """The receipt FOUND, the PLACE-th of its answer."""
    groups = (group.get("LineItems") or () for group in found.get("LineItemGroups") or ())
    return Expense(
        index=found.get("ExpenseIndex") or place,
        fields=tuple(_expense_field(one) for one in found.get("SummaryFields") or ()),
        groups=tuple(
            tuple(tuple(_expense_field(one) for one in item.get("LineItemExpenseFields") or ()) for item in items)
            for items in groups
        ),
    )


def _expense_field(found: Found) -> Field:
    value = found.get("ValueDetection") or {}
    return Field(
        type=(found.get("Type") or {}).get("Text") or "OTHER",
        value=value.get("Text") or "",
        label=(found.get("LabelDetection") or {}).get("Text") or "",
        confidence=value.get("Confidence"),
        page=found.get("PageNumber"),
        currency=(found.get("Currency") or {}).get("Code"),
        groups=tuple(kind for group in found.get("GroupProperties") or () for kind in group.get("Types") or ()),
        box=_box(value),
    )


def identities(answer: Found) -> Iterator[Identity]:
    """The identity documents of ANSWER."""
    for place, one in enumerate(answer.get("IdentityDocuments") or (), start=1):
        yield identity(one, place)


def identity(found: Found, place: int) -> Identity:
    """The identity document FOUND, the PLACE-th of its answer."""
    return Identity(
        index=found.get("DocumentIndex") or place,
        fields=tuple(_identity_field(one) for one in found.get("IdentityDocumentFields") or ()),
    )


def _identity_field(found: Found) -> Field:
    value = found.get("ValueDetection") or {}
    return Field(
        type=(found.get("Type") or {}).get("Text") or "OTHER",
        value=value.get("Text") or "",
        confidence=value.get("Confidence"),
        normalized=(value.get("NormalizedValue") or {}).get("Value"),
    )


def lending(answer: Found) -> Iterator[LendingPage]:
    """The pages of a mortgage application in ANSWER."""
    for place, one in enumerate(answer.get("Results") or (), start=1):
        page = one.get("Page") or place
        kind = _best((one.get("PageClassification") or {}).get("PageType"))
        number = _best((one.get("PageClassification") or {}).get("PageNumber"))
        extractions = one.get("Extractions") or ()
        documents = [part["LendingDocument"] for part in extractions if part.get("LendingDocument")]
        yield LendingPage(
            page=page,
            type=kind.get("Value") or "UNCLASSIFIED",
            confidence=kind.get("Confidence"),
            number=number.get("Value") or "",
            fields=tuple(
                field
                for part in documents
                for found in part.get("LendingFields") or ()
                for field in _lending_fields(found, page)
            ),
            signatures=tuple(
                Signature(page, found.get("Confidence"), _box(found))
                for part in documents
                for found in part.get("SignatureDetections") or ()
            ),
            expenses=tuple(
                expense(part["ExpenseDocument"], place)
                for place, part in enumerate(extractions, start=1)
                if part.get("ExpenseDocument")
            ),
            identities=tuple(
                identity(part["IdentityDocument"], place)
                for place, part in enumerate(extractions, start=1)
                if part.get("IdentityDocument")
            ),
        )


def _lending_fields(found: Found, page: int) -> Iterator[Field]:
    label = (found.get("KeyDetection") or {}).get("Text") or ""
    for value in list[Found](found.get("ValueDetections") or ({},)):
        status = value.get("SelectionStatus")
        ticked = None if status is None else status == "SELECTED"
        yield Field(
            type=found.get("Type") or "OTHER",
            value=value.get("Text") or ("" if ticked is None else str(ticked).lower()),
            label=label,
            confidence=value.get("Confidence"),
            page=page,
            selected=ticked,
            box=_box(value),
        )


def _best(predictions: Any) -> Found:
    """The surest of PREDICTIONS; nothing if there is none."""
    return max(predictions or ({},), key=lambda one: one.get("Confidence") or 0.0)


def _box(found: Found) -> Box:
    box: Box = (found.get("Geometry") or (NOWHERE, ()))[0]
    return box
