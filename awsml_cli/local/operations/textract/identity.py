"""AnalyzeID: the front and back of an identity document, its fields by rule."""

from __future__ import annotations

from typing import Any

from awsml_cli.core import clock
from awsml_cli.core.errors import ConfigError, InputError
from awsml_cli.local.engines import read
from awsml_cli.local.engines.read import identity
from awsml_cli.local.engines.read.found import Line
from awsml_cli.local.engines.read.identity import Entry
from awsml_cli.local.operations import Answer, Machine, Operation, Params
from awsml_cli.local.operations.textract import documents
from awsml_cli.local.operations.textract.blocks import Block, Blocks
from awsml_cli.local.operations.textract.reading import Made

VERSION = "1.0"


def analyze_id(params: Params, machine: Machine) -> Answer:
    """The fields of an identity document. Raises ConfigError for one that no rule here knows."""
    made = Made()
    lines: list[list[Line]] = []
    blocks: list[Block] = []
    for number, document in enumerate(params["DocumentPages"], start=1):
        data = documents.given(document, machine)
        try:
            with read.opened(data) as pages:
                documents.check_one(pages)
                sheet = pages.page(1)
                found = read.read(sheet, home=machine.home, warn=machine.warn)
        except InputError as problem:
            raise documents.bad(problem) from None
        made.by(*found.engines)
        page = Blocks(salt=documents.digest(data, f"id {number}"), number=number, size=sheet.size)
        page.text(found.lines)
        lines.append(found.lines)
        blocks += page.all
    entries = {entry.type: entry for entry in identity.fields(lines, today=clock.now())}
    if not entries:
        raise ConfigError(
            "no engine on this machine can read this identity document: neither a machine-readable zone nor the "
            "numbered fields of a driving licence were found on it",
            hint="`textract text` reads its words; or run without --local",
        )
    made.by(identity.DECLARATION)
    machine.warn("fields are told by a document's zone or numbers alone, and not whether it is genuine")
    told = [_told(entries.get(name, Entry(name, "", _absent(entries)))) for name in identity.TYPES]
    document = {"DocumentIndex": 1, "IdentityDocumentFields": told, "Blocks": blocks}
    answer = {
        "DocumentMetadata": {"Pages": len(lines)},
        "IdentityDocuments": [document],
        "AnalyzeIDModelVersion": VERSION,
    }
    return made.sign(answer, machine)


OPERATIONS: dict[str, Operation] = {"AnalyzeID": analyze_id}


def _absent(entries: dict[str, Entry]) -> float:
    """How sure it is that a field is not there: as sure as the least sure one that is."""
    return min(entry.confidence for entry in entries.values())


def _told(entry: Entry) -> dict[str, Any]:
    value: dict[str, Any] = {"Text": entry.text, "Confidence": entry.confidence}
    if entry.day is not None:
        value["NormalizedValue"] = {"Value": f"{entry.day.isoformat()}T00:00:00", "ValueType": "Date"}
    return {"Type": {"Text": entry.type}, "ValueDetection": value}
