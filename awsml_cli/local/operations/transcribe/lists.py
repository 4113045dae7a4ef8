"""Lists of words that are kept: vocabularies, which say what is likely, and filters, which say what is not shown.

A vocabulary goes to Whisper as words that are likely; how they sound (`SoundsLike`, `IPA`) no engine here can be told,
and such columns are refused. https://docs.aws.amazon.com/transcribe/latest/dg/custom-vocabulary.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from awsml_cli.core import clock
from awsml_cli.core.errors import ConfigError
from awsml_cli.local.operations import Answer, Machine, Operation, Params, Refused
from awsml_cli.local.operations.transcribe.addresses import NO_ACCESS, find
from awsml_cli.local.operations.transcribe.checks import bad

LONGEST = 50 * 1024  # bytes of a list, https://docs.aws.amazon.com/transcribe/latest/dg/limits-guidelines.html
PAGE = 100

Entries = list[list[str]]
"""Pairs of a phrase and how it is shown, which is empty where it is shown as it is."""


@dataclass(frozen=True)
class Sort:
    """One sort of list, and AWS's words for it."""

    kind: str
    name: str
    words: str
    uri: str
    listed: str
    state: bool


VOCABULARY = Sort("vocabulary", "VocabularyName", "Phrases", "VocabularyFileUri", "Vocabularies", True)
FILTER = Sort(
    "vocabulary-filter", "VocabularyFilterName", "Words", "VocabularyFilterFileUri", "VocabularyFilters", False
)


def entries(sort: Sort, name: str | None, language: str, machine: Machine) -> Entries:
    """What the list NAME holds; BadRequestException where there is none, or where it is of another language."""
    if not name:
        return []
    kept = machine.store.document(sort.kind, name)
    if kept is None or kept["LanguageCode"].split("-")[0] != language.split("-")[0]:
        raise bad(f"The requested {sort.kind.replace('-', ' ')} couldn't be found. Check the name and the language.")
    return [list(pair) for pair in kept["Entries"]]


def _create(sort: Sort) -> Operation:
    def create(params: Params, machine: Machine) -> Answer:
        name = params[sort.name]
        if not re.fullmatch(r"[0-9a-zA-Z._-]{1,200}", name):
            raise bad("a name can only have letters, digits, dots, underscores and hyphens, 200 at most")
        kept = {"LanguageCode": params["LanguageCode"], "Entries": _read(sort, params, machine), "Changed": clock.now()}
        if not machine.store.add_document(sort.kind, name, kept):
            raise Refused("ConflictException", "The requested name already exists.", status=409)
        return _told(sort, name, kept)

    return create


def _update(sort: Sort) -> Operation:
    def update(params: Params, machine: Machine) -> Answer:
        name = params[sort.name]
        old = _found(sort, name, machine)
        language = params.get("LanguageCode", old["LanguageCode"])
        kept = {"LanguageCode": language, "Entries": _read(sort, params, machine), "Changed": clock.now()}
        machine.store.set_document(sort.kind, name, kept)
        return _told(sort, name, kept)

    return update


def _get(sort: Sort) -> Operation:
    def get(params: Params, machine: Machine) -> Answer:
        return _told(sort, params[sort.name], _found(sort, params[sort.name], machine))

    return get


def _list(sort: Sort) -> Operation:
    def list_(params: Params, machine: Machine) -> Answer:
        part = params.get("NameContains", "").lower()
        found = [
            _told(sort, name, kept)
            for name, kept in sorted(machine.store.documents(sort.kind))
            if part in name.lower() and params.get("StateEquals") in (None, "READY")
        ]
        first, size = int(params.get("NextToken") or 0), int(params.get("MaxResults") or PAGE)
        answer: Answer = {sort.listed: found[first : first + size]}
        if first + size < len(found):
            answer["NextToken"] = str(first + size)
        return answer

    return list_


def _delete(sort: Sort) -> Operation:
    def delete(params: Params, machine: Machine) -> Answer:
        if not machine.store.remove_document(sort.kind, params[sort.name]):
            raise _absent(sort)
        return {}

    return delete


OPERATIONS: dict[str, Operation] = {
    "CreateVocabulary": _create(VOCABULARY),
    "UpdateVocabulary": _update(VOCABULARY),
    "GetVocabulary": _get(VOCABULARY),
    "ListVocabularies": _list(VOCABULARY),
    "DeleteVocabulary": _delete(VOCABULARY),
    "CreateVocabularyFilter": _create(FILTER),
    "UpdateVocabularyFilter": _update(FILTER),
    "GetVocabularyFilter": _get(FILTER),
    "ListVocabularyFilters": _list(FILTER),
    "DeleteVocabularyFilter": _delete(FILTER),
}


def _read(sort: Sort, params: Params, machine: Machine) -> Entries:
    given, uri = params.get(sort.words), params.get(sort.uri)
    if (given is None) == (uri is None):
        raise bad(f"exactly one of {sort.words} and {sort.uri} has to be given")
    if given is not None:
        return [[_spoken(sort, phrase), ""] for phrase in given]
    found = find(uri or "", machine)
    if found is None:
        raise bad(NO_ACCESS)
    text = found.path.read_text(encoding="utf-8-sig", errors="replace")
    if len(text.encode()) > LONGEST:
        raise Refused("LimitExceededException", f"a list has at most {LONGEST} bytes")
    return list(_lines(sort, [line for line in text.splitlines() if line.strip()]))


def _lines(sort: Sort, lines: list[str]) -> Iterator[list[str]]:
    head = lines[0].split("\t") if lines else []
    if sort is FILTER or "Phrase" not in head:
        yield from ([_spoken(sort, line.strip()), ""] for line in lines)
        return
    for line in lines[1:]:
        row = dict(zip(head, (cell.strip() for cell in line.split("\t")), strict=False))
        if row.get("SoundsLike") or row.get("IPA"):
            raise ConfigError(
                f"no engine on this machine can be told how `{row['Phrase']}` sounds",
                hint="leave out SoundsLike and IPA; DisplayAs is obeyed",
            )
        yield [_spoken(sort, row["Phrase"]), row.get("DisplayAs", "")]


def _spoken(sort: Sort, phrase: str) -> str:
    """A vocabulary's phrase has hyphens where it has blanks: `Los-Angeles`."""
    return phrase.replace("-", " ").strip() if sort is VOCABULARY else phrase.strip()


def _found(sort: Sort, name: str, machine: Machine) -> dict[str, Any]:
    kept = machine.store.document(sort.kind, name)
    if kept is None:
        raise _absent(sort)
    return kept


def _told(sort: Sort, name: str, kept: dict[str, Any]) -> Answer:
    changed = datetime.fromtimestamp(kept["Changed"], UTC)
    told = {sort.name: name, "LanguageCode": kept["LanguageCode"], "LastModifiedTime": changed}
    return {**told, "VocabularyState": "READY"} if sort.state else told


def _absent(sort: Sort) -> Refused:
    return Refused("NotFoundException", f"The requested {sort.kind.replace('-', ' ')} couldn't be found.", status=404)
