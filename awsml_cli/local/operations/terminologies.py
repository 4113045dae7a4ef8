"""Translate's terminologies: kept as they are imported, applied around the engine.

A term goes into the engine as a word that no dictionary has, which the engine leaves as it is, and comes out as its
translation. Where the engine loses such a word, the text is translated in pieces, between its terms.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from awsml_cli.core import clock
from awsml_cli.core.errors import ConfigError
from awsml_cli.local.operations import Answer, Machine, Operation, Params, Refused, blob
from awsml_cli.local.store.objects import BUCKET

KIND = "terminology"

_DELIMITERS = {"CSV": ",", "TSV": "\t"}
_LETTERS = "bcdfghjkmp"  # a number in them is a word that is none


def import_terminology(params: Params, machine: Machine) -> Answer:
    """Keep a terminology, in the place of one of the same name."""
    name, data = params["Name"], params["TerminologyData"]
    if data["Format"] not in _DELIMITERS:
        raise ConfigError("on this machine a terminology is CSV or TSV", hint="run it without --local")
    text = blob(data["File"]).decode("utf-8-sig")
    rows = [row for row in csv.reader(io.StringIO(text), delimiter=_DELIMITERS[data["Format"]]) if row]
    if len(rows) < 2 or len(rows[0]) < 2:
        raise Refused("InvalidParameterValueException", "The terminology has no terms.")
    machine.store.put(BUCKET, _key(name), blob(data["File"]))
    about = {
        "rows": rows,
        "format": data["Format"],
        "directionality": data.get("Directionality", "UNI"),
        "description": params.get("Description"),
        "size": len(blob(data["File"])),
        "changed": clock.now(),
    }
    machine.store.set_document(KIND, name, about)
    return {"TerminologyProperties": _properties(name, about)}


def get_terminology(params: Params, machine: Machine) -> Answer:
    """A terminology, and the address of its file."""
    kept = _kept(params["Name"], machine)
    location = {"RepositoryType": "S3", "Location": machine.url(BUCKET, _key(params["Name"]))}
    return {"TerminologyProperties": _properties(params["Name"], kept), "TerminologyDataLocation": location}


def list_terminologies(params: Params, machine: Machine) -> Answer:
    """All terminologies, on one page."""
    found = machine.store.documents(KIND)
    return {"TerminologyPropertiesList": [_properties(name, kept) for name, kept in found]}


def delete_terminology(params: Params, machine: Machine) -> Answer:
    """Forget a terminology."""
    if not machine.store.remove_document(KIND, params["Name"]):
        raise _absent(params["Name"])
    machine.store.remove(BUCKET, _key(params["Name"]))
    return {}


OPERATIONS: dict[str, Operation] = {
    "ImportTerminology": import_terminology,
    "GetTerminology": get_terminology,
    "ListTerminologies": list_terminologies,
    "DeleteTerminology": delete_terminology,
}


def terms(names: Iterable[str], source: str, target: str, machine: Machine) -> dict[str, str]:
    """What the terminologies NAMES say from SOURCE into TARGET."""
    found: dict[str, str] = {}
    for name in names:
        kept = _kept(name, machine)
        head, *rows = kept["rows"]
        if target not in head or (kept["directionality"] == "UNI" and head[0] != source) or source not in head:
            continue
        one, other = head.index(source), head.index(target)
        found |= {
            row[one]: row[other] for row in rows if len(row) > max(one, other) and row[one].strip() and row[other]
        }
    return found


def applied(text: str, given: dict[str, str], translate: Callable[[str], str]) -> str:
    """TEXT through TRANSLATE, in which each of the terms GIVEN, as a whole word, becomes its translation."""
    if not given:
        return translate(text)
    longest_first = sorted(given, key=len, reverse=True)
    term = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)")
    found = [match[0] for match in term.finditer(text)]
    if not found:
        return translate(text)
    numbers = iter(range(len(found)))
    answer = translate(term.sub(lambda _: _sign(next(numbers)), text))
    places = [list(re.finditer(_sign(number), answer, re.IGNORECASE)) for number in range(len(found))]
    if all(len(place) == 1 for place in places):
        parts, at = [], 0
        for start, end, one in sorted((*place[0].span(), one) for place, one in zip(places, found, strict=True)):
            parts += [answer[at:start], given[one]]
            at = end
        return "".join([*parts, answer[at:]])
    between = term.split(text)
    ends = [*(given[one] for one in found), ""]
    return "".join((translate(part) if part.strip() else part) + end for part, end in zip(between, ends, strict=True))


def _sign(number: int) -> str:
    return "Xq" + "".join(_LETTERS[int(digit)] for digit in str(number)) + "xz"


def _key(name: str) -> str:
    return f"terminologies/{name}"


def _kept(name: str, machine: Machine) -> dict[str, Any]:
    kept = machine.store.document(KIND, name)
    if kept is None:
        raise _absent(name)
    return kept


def _absent(name: str) -> Refused:
    return Refused("ResourceNotFoundException", f"The terminology was not found: {name}", status=404)


def _properties(name: str, kept: dict[str, Any]) -> dict[str, Any]:
    changed = datetime.fromtimestamp(int(kept["changed"]), UTC)
    return {
        "Name": name,
        "Arn": f"arn:aws:translate:us-east-1:000000000000:terminology/{name}/LATEST",
        "SourceLanguageCode": kept["rows"][0][0],
        "TargetLanguageCodes": kept["rows"][0][1:],
        "SizeBytes": kept["size"],
        "TermCount": len(kept["rows"]) - 1,
        "CreatedAt": changed,
        "LastUpdatedAt": changed,
        "Directionality": kept["directionality"],
        "Format": kept["format"],
        **({"Description": kept["description"]} if kept["description"] else {}),
    }
