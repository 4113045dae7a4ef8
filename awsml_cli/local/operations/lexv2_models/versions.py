"""Locales that are built, versions of the draft, aliases that point to them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from awsml_cli.core import clock
from awsml_cli.formats import bots
from awsml_cli.local.operations import Answer, Machine, Operation, Params, Refused
from awsml_cli.local.operations.lexv2_models.kept import (
    DRAFT,
    KIND,
    Kept,
    absent,
    alias_of,
    bot_of,
    ident,
    is_built,
    key_of,
    latest,
    locale_of,
    read,
    time_of,
)
from awsml_cli.local.store import BUCKET

_SETTINGS: Final = ("botAliasName", "description", "botVersion", "botAliasLocaleSettings", "sentimentAnalysisSettings")


def list_bot_locales(params: Params, machine: Machine) -> Answer:
    """The locales of a version, on one page."""
    kept, version = bot_of(params, machine), params["botVersion"]
    bot = read(kept, version, machine)
    names = ("localeId", "localeName", "botLocaleStatus", "lastUpdatedDateTime", "lastBuildSubmittedDateTime")
    found = [_locale(kept, version, locale) for locale in bot.locales.values()]
    return {"botLocaleSummaries": [{name: one[name] for name in names if name in one} for one in found]}


def describe_bot_locale(params: Params, machine: Machine) -> Answer:
    """A locale of a version."""
    kept, version = bot_of(params, machine), params["botVersion"]
    locale = locale_of(params, kept, machine)
    told = {"intentsCount": len(locale.intents), "slotTypesCount": len(locale.types)}
    where = {"botId": kept["id"], "botVersion": version, "nluIntentConfidenceThreshold": locale.threshold}
    reasons = kept["built"].get(locale.id, {}).get("reasons") if version == DRAFT else None
    return {**where, **_locale(kept, version, locale), **told, **({"failureReasons": reasons} if reasons else {})}


def build_bot_locale(params: Params, machine: Machine) -> Answer:
    """Read a locale as a conversation will; what Lex would refuse in it is told by DescribeBotLocale."""
    kept = bot_of(params, machine)
    locale = locale_of({**params, "botVersion": DRAFT}, kept, machine)
    built = {**kept["built"], locale.id: {"at": clock.now(), "reasons": list(_faults(locale))}}
    machine.store.change_document(KIND, kept["id"], {"built": built})
    return {"botId": kept["id"], "botVersion": DRAFT, "localeId": locale.id, "botLocaleStatus": "Building"}


def list_bot_versions(params: Params, machine: Machine) -> Answer:
    """The versions, on one page."""
    kept = bot_of(params, machine)
    found = [{"botName": kept["name"], "botVersion": DRAFT, "botStatus": "Available"}]
    found += [{"botName": kept["name"], **_version(number, one)} for number, one in kept["versions"].items()]
    return {"botId": kept["id"], "botVersionSummaries": found}


def create_bot_version(params: Params, machine: Machine) -> Answer:
    """Keep the draft as a version."""
    kept = bot_of(params, machine)
    for locale in params["botVersionLocaleSpecification"]:
        if not is_built(kept, locale):
            raise Refused("PreconditionFailedException", f"The locale {locale} has not been built.", status=412)
    number = str(latest(kept) + 1)
    draft = machine.store.get(BUCKET, key_of(kept["id"], DRAFT))
    assert draft is not None
    machine.store.put(BUCKET, key_of(kept["id"], number), draft.path.read_bytes())
    made = {"description": params.get("description", ""), "made": clock.now()}
    machine.store.change_document(KIND, kept["id"], {"versions": {**kept["versions"], number: made}})
    return {"botId": kept["id"], **_version(number, made)}


def describe_bot_version(params: Params, machine: Machine) -> Answer:
    """A version."""
    kept, number = bot_of(params, machine), params["botVersion"]
    if number not in kept["versions"]:
        raise absent("version", number)
    return {"botId": kept["id"], "botName": kept["name"], **_version(number, kept["versions"][number])}


def delete_bot_version(params: Params, machine: Machine) -> Answer:
    """Forget a version."""
    kept, number = bot_of(params, machine), params["botVersion"]
    if number not in kept["versions"]:
        raise absent("version", number)
    if any(one.get("botVersion") == number for one in kept["aliases"].values()):
        raise Refused("PreconditionFailedException", "The version is used by an alias.", status=412)
    left = {name: one for name, one in kept["versions"].items() if name != number}
    machine.store.change_document(KIND, kept["id"], {"versions": left})
    machine.store.remove(BUCKET, key_of(kept["id"], number))
    return {"botId": kept["id"], "botVersion": number, "botStatus": "Deleting"}


def list_bot_aliases(params: Params, machine: Machine) -> Answer:
    """The aliases, on one page."""
    kept = bot_of(params, machine)
    names = ("botAliasId", "botAliasName", "description", "botVersion")
    found = [
        {name: one[name] for name in names if name in one} | {"botAliasStatus": "Available"}
        for one in kept["aliases"].values()
    ]
    return {"botId": kept["id"], "botAliasSummaries": found}


def create_bot_alias(params: Params, machine: Machine) -> Answer:
    """Make an alias."""
    kept, name = bot_of(params, machine), params["botAliasName"]
    if any(one["botAliasName"] == name for one in kept["aliases"].values()):
        raise Refused("ConflictException", f"There is an alias {name} already.", status=409)
    return _set_alias(kept, ident("alias", kept["id"], name), params, machine)


def update_bot_alias(params: Params, machine: Machine) -> Answer:
    """Set an alias anew."""
    kept = bot_of(params, machine)
    alias_of(params, kept)
    return _set_alias(kept, params["botAliasId"], params, machine)


def describe_bot_alias(params: Params, machine: Machine) -> Answer:
    """An alias."""
    kept = bot_of(params, machine)
    return {**alias_of(params, kept), "botId": kept["id"], "botAliasStatus": "Available"}


def delete_bot_alias(params: Params, machine: Machine) -> Answer:
    """Forget an alias."""
    kept, number = bot_of(params, machine), params["botAliasId"]
    alias_of(params, kept)
    left = {name: one for name, one in kept["aliases"].items() if name != number}
    machine.store.change_document(KIND, kept["id"], {"aliases": left})
    return {"botId": kept["id"], "botAliasId": number, "botAliasStatus": "Deleting"}


OPERATIONS: dict[str, Operation] = {
    "ListBotLocales": list_bot_locales,
    "DescribeBotLocale": describe_bot_locale,
    "BuildBotLocale": build_bot_locale,
    "ListBotVersions": list_bot_versions,
    "CreateBotVersion": create_bot_version,
    "DescribeBotVersion": describe_bot_version,
    "DeleteBotVersion": delete_bot_version,
    "ListBotAliases": list_bot_aliases,
    "CreateBotAlias": create_bot_alias,
    "UpdateBotAlias": update_bot_alias,
    "DescribeBotAlias": describe_bot_alias,
    "DeleteBotAlias": delete_bot_alias,
}


def _set_alias(kept: Kept, number: str, params: Params, machine: Machine) -> Answer:
    one = {"botAliasId": number, **{name: params[name] for name in _SETTINGS if name in params}}
    machine.store.change_document(KIND, kept["id"], {"aliases": {**kept["aliases"], number: one}})
    return {**one, "botId": kept["id"], "botAliasStatus": "Creating"}


def _locale(kept: Kept, version: str, locale: bots.Locale) -> dict[str, Any]:
    told = {"localeId": locale.id, "localeName": locale.name, "lastUpdatedDateTime": time_of(kept["changed"])}
    if version != DRAFT:
        return {**told, "botLocaleStatus": "Built"}
    built = kept["built"].get(locale.id)
    if built is None:
        return {**told, "botLocaleStatus": "NotBuilt"}
    status = "Failed" if built["reasons"] else "Built"
    return {**told, "botLocaleStatus": status, "lastBuildSubmittedDateTime": time_of(built["at"])}


def _faults(locale: bots.Locale) -> Iterable[str]:
    """What Lex does not build."""
    if all(intent.fallback or not intent.samples for intent in locale.intents):
        yield "No intent has a sample utterance."
    for intent in locale.intents:
        names = {slot.name for slot in intent.slots}
        for sample in intent.samples:
            yield from (
                f"The utterance `{sample}` of {intent.name} names a slot that the intent has not: {name}."
                for name in re.findall(r"\{([^{}]+)\}", sample)
                if name not in names
            )
        for slot in intent.slots:
            if slot.required and not slot.prompt:
                yield f"The slot {slot.name} of {intent.name} is required and has no prompt."
            if "." not in slot.type and slot.type not in locale.types:
                yield f"The slot {slot.name} of {intent.name} has a type that is not there: {slot.type}."


def _version(number: str, one: Kept) -> dict[str, Any]:
    told = {"botVersion": number, "botStatus": "Available", "creationDateTime": time_of(one["made"])}
    return {**told, **({"description": one["description"]} if one["description"] else {})}
