"""Bots come in as archives and go out as such; what is listed of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from awsml_cli.core import clock
from awsml_cli.core.errors import InputError, Retired
from awsml_cli.formats import bots
from awsml_cli.local.operations import Answer, Machine, Operation, Params
from awsml_cli.local.operations.lexv2_models.kept import (
    DRAFT,
    KIND,
    TEST_ALIAS,
    Kept,
    absent,
    bot_of,
    files_of,
    ident,
    key_of,
    latest,
    time_of,
)
from awsml_cli.local.store import BUCKET

_IMPORT: Final = "lex-import"
_EXPORT: Final = "lex-export"


def create_upload_url(params: Params, machine: Machine) -> Answer:
    """A place in our own bucket for an archive."""
    number = ident("import", str(clock.now()), str(len(machine.store.documents(_IMPORT))))
    return {"importId": number, "uploadUrl": machine.url(BUCKET, f"lex/imports/{number}.zip")}


def start_import(params: Params, machine: Machine) -> Answer:
    """Take an archive in, at once; what is wrong with it is told by DescribeImport."""
    number = params["importId"]
    uploaded = machine.store.get(BUCKET, f"lex/imports/{number}.zip")
    about = params["resourceSpecification"].get("botImportSpecification")
    if uploaded is None or about is None:
        raise absent("upload", number)
    told: Kept = {"merge": params["mergeStrategy"], "made": clock.now(), "status": "Completed"}
    try:
        archive = bots.from_zip(uploaded.path.read_bytes(), name=about["botName"])
        bots.read(archive.name, archive.files)
        told["bot"] = _taken(archive, about, params["mergeStrategy"], machine)
    except (InputError, Retired) as problem:
        told |= {"status": "Failed", "reasons": [problem.message]}
    machine.store.set_document(_IMPORT, number, told)
    machine.store.remove(BUCKET, f"lex/imports/{number}.zip")
    return {"importId": number, "importStatus": "InProgress", "creationDateTime": time_of(told["made"])}


def describe_import(params: Params, machine: Machine) -> Answer:
    """How an import ended."""
    told = machine.store.document(_IMPORT, params["importId"])
    if told is None:
        raise absent("import", params["importId"])
    answer: Answer = {"importId": params["importId"], "importStatus": told["status"]}
    answer |= {"mergeStrategy": told["merge"], "creationDateTime": time_of(told["made"])}
    if told["status"] == "Failed":
        return {**answer, "failureReasons": told["reasons"]}
    kept = bot_of({"botId": told["bot"]}, machine)
    return {**answer, "importedResourceId": told["bot"], "importedResourceName": kept["name"]}


def create_export(params: Params, machine: Machine) -> Answer:
    """Remember what is to be exported."""
    about = params["resourceSpecification"].get("botExportSpecification") or {}
    files_of(bot_of(about, machine), about["botVersion"], machine)
    number = ident("export", about["botId"], about["botVersion"])
    machine.store.set_document(_EXPORT, number, dict(about))
    return {"exportId": number, "exportStatus": "InProgress", "fileFormat": "LexJson"}


def describe_export(params: Params, machine: Machine) -> Answer:
    """Where an export lies: in our own bucket."""
    about = machine.store.document(_EXPORT, params["exportId"])
    if about is None:
        raise absent("export", params["exportId"])
    where = machine.url(BUCKET, key_of(about["botId"], about["botVersion"]))
    return {"exportId": params["exportId"], "exportStatus": "Completed", "downloadUrl": where}


def delete_export(params: Params, machine: Machine) -> Answer:
    """Forget an export."""
    machine.store.remove_document(_EXPORT, params["exportId"])
    return {"exportId": params["exportId"], "exportStatus": "Deleting"}


def list_bots(params: Params, machine: Machine) -> Answer:
    """All bots, on one page."""
    found = [kept for _, kept in machine.store.documents(KIND)]
    return {
        "botSummaries": [
            {
                **{"botId": kept["id"], "botName": kept["name"], "botStatus": "Available", "botType": "Bot"},
                **{"latestBotVersion": str(latest(kept)), "lastUpdatedDateTime": time_of(kept["changed"])},
            }
            for kept in sorted(found, key=lambda kept: kept["name"])
        ]
    }


def describe_bot(params: Params, machine: Machine) -> Answer:
    """A bot."""
    kept = bot_of(params, machine)
    told = {"botId": kept["id"], "botName": kept["name"], "botStatus": "Available", "botType": "Bot"}
    return {**told, "roleArn": kept["role"], "dataPrivacy": kept["privacy"], "idleSessionTTLInSeconds": 300}


def delete_bot(params: Params, machine: Machine) -> Answer:
    """Forget a bot, with all that belongs to it."""
    kept = bot_of(params, machine)
    for version in (DRAFT, *kept["versions"]):
        machine.store.remove(BUCKET, key_of(kept["id"], version))
    machine.store.remove_document(KIND, kept["id"])
    return {"botId": kept["id"], "botStatus": "Deleting"}


OPERATIONS: dict[str, Operation] = {
    "CreateUploadUrl": create_upload_url,
    "StartImport": start_import,
    "DescribeImport": describe_import,
    "CreateExport": create_export,
    "DescribeExport": describe_export,
    "DeleteExport": delete_export,
    "ListBots": list_bots,
    "DescribeBot": describe_bot,
    "DeleteBot": delete_bot,
}


def _taken(archive: bots.Archive, about: Mapping[str, Any], merge: str, machine: Machine) -> str:
    """The id of the bot that ARCHIVE is now."""
    name = about["botName"]
    old = next((kept for _, kept in machine.store.documents(KIND) if kept["name"] == name), None)
    if old is not None and merge == "FailOnConflict":
        raise InputError(f"there is a bot {name} already")
    number = old["id"] if old else ident("bot", name)
    files = dict(archive.files)
    if old is not None and merge == "Append":
        files = {**files_of(old, DRAFT, machine)[0], **files}
    machine.store.put(BUCKET, key_of(number, DRAFT), bots.packed(files))
    new = {"id": number, "name": name, "versions": {}, "aliases": {TEST_ALIAS: _test_alias()}}
    kept = {**(old or new), "built": {}, "changed": clock.now()}
    kept |= {"role": about["roleArn"], "privacy": about["dataPrivacy"]}
    machine.store.set_document(KIND, number, kept)
    return number


def _test_alias() -> Kept:
    return {"botAliasId": TEST_ALIAS, "botAliasName": "TestBotAlias", "botVersion": DRAFT}
