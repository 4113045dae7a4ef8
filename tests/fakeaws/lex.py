"""Lex V2's bots: imported from archives, built, versioned, reached by aliases; every step takes a look or two.

What a bot says is the business of `lex_talk`.
"""

from __future__ import annotations

import copy
import datetime
import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fakeaws import wire
from fakeaws.core import Call, FakeAws
from fakeaws.faults import AwsError

PAGE = 2
ROLE = f"arn:aws:iam::{wire.ACCOUNT}:role/aws-service-role/lexv2.amazonaws.com/AWSServiceRoleForLexV2Bots_X"
TEST = "TSTALIASID"


@dataclass
class Version:
    """A bot's DRAFT or a number: the files of each locale, by their paths below it, and the locales' states."""

    locales: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    states: dict[str, dict[str, Any]] = field(default_factory=dict)
    description: str = ""
    looks: int = 0


@dataclass
class Bot:
    """A bot: what was said of it, its versions and aliases by id."""

    id: str
    name: str
    about: dict[str, Any]
    versions: dict[str, Version] = field(default_factory=dict)
    aliases: dict[str, dict[str, Any]] = field(default_factory=dict)
    busy: int = 0  # looks that it is yet busy for


class Lex:
    """Bots by id. `failing` are reasons for which the next build, import, export or version fails."""

    name = "lexv2-models"

    def __init__(self, aws: FakeAws) -> None:
        self.aws = aws
        self.bots: dict[str, Bot] = {}
        self.uploads: dict[str, bytes | None] = {}
        self.imports: dict[str, dict[str, Any]] = {}
        self.exports: dict[str, dict[str, Any]] = {}
        self.utterances: list[dict[str, Any]] = []
        self.failing: dict[str, list[str]] = {}
        self._count = 0

    # for tests

    def bot(self, folder: Path, *, alias: str = "live") -> Bot:
        """A bot from FOLDER, built, in version 1 with an ALIAS, as if somebody had deployed it."""
        files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.json")}
        bot = self._take(files, {"roleArn": ROLE, "dataPrivacy": {"childDirected": False}})
        for state in bot.versions["DRAFT"].states.values():
            state.update(status="Built", looks=9, built=self._now())
        bot.versions["1"] = copy.deepcopy(bot.versions["DRAFT"])
        bot.versions["1"].looks = 9
        self._alias(bot, alias, {"botVersion": "1", "botAliasLocaleSettings": self._enabled(bot)})
        return bot

    def named(self, name: str) -> Bot:
        """The bot NAME."""
        return next(bot for bot in self.bots.values() if bot.name == name)

    # bots

    def list_bots(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List bots, in pages of two."""
        found = [
            {
                "botId": bot.id,
                "botName": bot.name,
                "botStatus": self._status(bot),
                "latestBotVersion": self._latest(bot),
                "lastUpdatedDateTime": self._now(),
                "botType": "Bot",
            }
            for bot in self.bots.values()
        ]
        return page(found, "botSummaries", params)

    def describe_bot(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Look at a bot."""
        bot = self._bot(params)
        bot.busy = max(0, bot.busy - 1)
        return {"botId": bot.id, "botName": bot.name, "botStatus": self._status(bot), "botType": "Bot", **bot.about}

    def delete_bot(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Forget a bot."""
        bot = self._bot(params)
        if len(bot.aliases) > 1 and not params.get("skipResourceInUseCheck"):
            raise AwsError("PreconditionFailedException", "The bot is used by an alias.")
        del self.bots[bot.id]
        return {"botId": bot.id, "botStatus": "Deleting"}

    # imports and exports

    def create_upload_url(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Give an address for an archive."""
        number = self._id("IMP")
        root = self.aws.web_root or f"https://lex-imports-{call.region}.s3.amazonaws.com"
        address = f"{root}/{number}.zip?X-Amz-Signature=secret"
        self.uploads[number] = None

        def take(body: bytes) -> wire.Reply:
            self.uploads[number] = body
            return wire.Reply(200)

        self.aws.puts[address] = take
        return {"importId": number, "uploadUrl": address}

    def start_import(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Take an archive in; what it makes is there when the import has ended."""
        number = params["importId"]
        if not self.uploads.get(number):
            raise AwsError("ResourceNotFoundException", "Nothing was uploaded for this import.", status=404)
        if number in self.imports:
            raise AwsError("ConflictException", "The import has been started already.", status=409)
        self.imports[number] = {
            "asked": params,
            "looks": 0,
            "made": self._now(),
            "reasons": self.failing.pop("import", []),
        }
        return {"importId": number, "importStatus": "InProgress", "creationDateTime": self._now()}

    def describe_import(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Look at an import, which moves it on."""
        held = self.imports.get(params["importId"])
        if held is None:
            raise AwsError("ResourceNotFoundException", "There is no such import.", status=404)
        held["looks"] += 1
        told = {
            "importId": params["importId"],
            "mergeStrategy": held["asked"]["mergeStrategy"],
            "creationDateTime": held["made"],
            "lastUpdatedDateTime": self._now(),
        }
        if held["looks"] < 2:
            return {**told, "importStatus": "InProgress"}
        if held["reasons"]:
            return {**told, "importStatus": "Failed", "failureReasons": held["reasons"]}
        if "bot" not in held:
            about = held["asked"]["resourceSpecification"]["botImportSpecification"]
            files = unzipped(self.uploads[params["importId"]] or b"")
            if held["asked"]["mergeStrategy"] == "FailOnConflict" and any(
                bot.name == about["botName"] for bot in self.bots.values()
            ):
                held["reasons"] = [f"A bot with the name {about['botName']} exists already."]
                return {**told, "importStatus": "Failed", "failureReasons": held["reasons"]}
            kept = {name: about[name] for name in ("roleArn", "dataPrivacy") if name in about}
            held["bot"] = self._take(files, kept, name=about["botName"]).id
        return {
            **told,
            "importStatus": "Completed",
            "importedResourceId": held["bot"],
            "importedResourceName": self.bots[held["bot"]].name,
        }

    def create_export(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin an export of a bot."""
        about = params["resourceSpecification"]["botExportSpecification"]
        self._version(self._bot(about), about["botVersion"])
        number = self._id("EXP")
        self.exports[number] = {"about": about, "looks": 0, "reasons": self.failing.pop("export", [])}
        return {"exportId": number, "exportStatus": "InProgress", "fileFormat": params["fileFormat"]}

    def describe_export(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Look at an export, which moves it on; each look gives an address of its own."""
        held = self.exports.get(params["exportId"])
        if held is None:
            raise AwsError("ResourceNotFoundException", "There is no such export.", status=404)
        held["looks"] += 1
        told = {"exportId": params["exportId"], "fileFormat": "LexJson"}
        if held["looks"] < 2:
            return {**told, "exportStatus": "InProgress"}
        if held["reasons"]:
            return {**told, "exportStatus": "Failed", "failureReasons": held["reasons"]}
        root = self.aws.web_root or f"https://lex-exports-{call.region}.s3.amazonaws.com"
        address = f"{root}/{params['exportId']}-{held['looks']}.zip"
        self.aws.web[address] = self._zipped(held["about"])
        return {**told, "exportStatus": "Completed", "downloadUrl": address}

    def delete_export(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Forget an export."""
        self.exports.pop(params["exportId"], None)
        return {"exportId": params["exportId"], "exportStatus": "Deleting"}

    # locales

    def list_bot_locales(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List a version's locales, in pages of two."""
        version = self._version(self._bot(params), params["botVersion"])
        found = [self._locale(version, name) for name in version.locales]
        shown = ("localeId", "localeName", "botLocaleStatus", "lastUpdatedDateTime", "lastBuildSubmittedDateTime")
        listed = [{name: one[name] for name in shown if name in one} for one in found]
        return page(listed, "botLocaleSummaries", params)

    def describe_bot_locale(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Look at a locale, which moves its build on."""
        version = self._version(self._bot(params), params["botVersion"])
        state = self._state(version, params["localeId"])
        if state["status"] == "Building":
            state["looks"] += 1
            if state["looks"] >= 2:
                state["status"] = "Failed" if state["reasons"] else "Built"
        told = self._locale(version, params["localeId"])
        about = version.locales[params["localeId"]]["BotLocale.json"]
        told["nluIntentConfidenceThreshold"] = about.get("nluConfidenceThreshold", 0.4)
        if state["status"] == "Failed":
            told["failureReasons"] = state["reasons"]
        return {"botId": params["botId"], "botVersion": params["botVersion"], **told}

    def build_bot_locale(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to build a locale."""
        bot = self._bot(params)
        state = self._state(self._version(bot, "DRAFT"), params["localeId"])
        if state["status"] == "Building":
            raise AwsError("ConflictException", "The locale is being built.", status=409)
        state.update(status="Building", looks=0, built=self._now(), reasons=self.failing.pop("build", []))
        return {"botId": bot.id, "botVersion": "DRAFT", "localeId": params["localeId"], "botLocaleStatus": "Building"}

    def delete_bot_locale(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Forget a locale of the draft."""
        version = self._version(self._bot(params), "DRAFT")
        self._state(version, params["localeId"])
        del version.locales[params["localeId"]], version.states[params["localeId"]]
        return {"localeId": params["localeId"], "botLocaleStatus": "Deleting"}

    # versions

    def list_bot_versions(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List versions, in pages of two."""
        bot = self._bot(params)
        found = [
            {"botName": bot.name, "botVersion": name, "botStatus": self._made(one), "creationDateTime": self._now()}
            | ({"description": one.description} if one.description else {})
            for name, one in bot.versions.items()
            if not (bot.busy and self._made(one) == "Creating")  # what is just being made is not listed yet
        ]
        return page(found, "botVersionSummaries", params)

    def create_bot_version(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Make a version of the draft; a locale that is not built is refused."""
        bot = self._bot(params)
        draft = bot.versions["DRAFT"]
        for name in params["botVersionLocaleSpecification"]:
            if self._state(draft, name)["status"] != "Built":
                raise AwsError("PreconditionFailedException", f"The locale {name} is not built.", status=412)
        number = str(max((int(name) for name in bot.versions if name != "DRAFT"), default=0) + 1)
        made = copy.deepcopy(draft)
        made.locales = {name: made.locales[name] for name in params["botVersionLocaleSpecification"]}
        made.states = {name: made.states[name] for name in made.locales}
        made.looks, made.description = 0, params.get("description", "")
        bot.versions[number] = made
        bot.busy = 2
        return {"botId": bot.id, "botVersion": number, "botStatus": "Creating", "creationDateTime": self._now()}

    def describe_bot_version(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Look at a version: at first it is not even there."""
        bot = self._bot(params)
        version = self._version(bot, params["botVersion"])
        version.looks += 1
        if version.looks == 1:
            raise AwsError("ResourceNotFoundException", "There is no such version.", status=404)
        told = {"botId": bot.id, "botName": bot.name, "botVersion": params["botVersion"]}
        if version.looks > 2 and (reasons := self.failing.get("version")):
            return {**told, "botStatus": "Failed", "failureReasons": reasons}
        if self._made(version) == "Available":
            bot.busy = 0
        return {**told, "botStatus": self._made(version), "description": version.description}

    def delete_bot_version(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Forget a version."""
        bot = self._bot(params)
        self._version(bot, params["botVersion"])
        del bot.versions[params["botVersion"]]
        return {"botId": bot.id, "botVersion": params["botVersion"], "botStatus": "Deleting"}

    # aliases

    def list_bot_aliases(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List aliases, in pages of two."""
        shown = ("botAliasId", "botAliasName", "botVersion", "botAliasStatus", "description")
        found = [
            {name: one[name] for name in shown if name in one}
            for one in map(self._shown, self._bot(params).aliases.values())
        ]
        return page(found, "botAliasSummaries", params)

    def create_bot_alias(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Make an alias."""
        bot = self._bot(params)
        if any(one["botAliasName"] == params["botAliasName"] for one in bot.aliases.values()):
            raise AwsError("ConflictException", "An alias of that name exists already.", status=409)
        return self._shown(self._alias(bot, params["botAliasName"], params, looks=0))

    def update_bot_alias(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Set an alias anew: what is not said is not kept."""
        bot = self._bot(params)
        one = self._alias_of(bot, params["botAliasId"])
        kept = {name: one[name] for name in ("botAliasId", "botId")}
        one.clear()
        one.update(kept, **_settings(params), looks=0)
        return self._shown(one)

    def describe_bot_alias(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Look at an alias, which moves it on."""
        one = self._alias_of(self._bot(params), params["botAliasId"])
        one["looks"] += 1
        return self._shown(one)

    def delete_bot_alias(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Forget an alias."""
        bot = self._bot(params)
        self._alias_of(bot, params["botAliasId"])
        del bot.aliases[params["botAliasId"]]
        return {"botId": bot.id, "botAliasId": params["botAliasId"], "botAliasStatus": "Deleting"}

    # what is in a locale

    def list_intents(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List intents, in pages of two."""
        found = [
            {"intentId": ident("INT", one["name"]), "intentName": one["name"], "lastUpdatedDateTime": self._now()}
            for one in self._contents(params, r"Intents/[^/]+/Intent\.json")
        ]
        return page(found, "intentSummaries", params)

    def list_slots(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List an intent's slots, in pages of two."""
        intents = self._contents(params, r"Intents/[^/]+/Intent\.json")
        named = [one["name"] for one in intents if ident("INT", one["name"]) == params["intentId"]]
        if not named:
            raise AwsError("ResourceNotFoundException", "There is no such intent.", status=404)
        found = [
            {
                "slotId": ident("SLO", one["name"]),
                "slotName": one["name"],
                "slotConstraint": one["slotConstraint"],
                "slotTypeId": one["slotTypeName"] if "." in one["slotTypeName"] else ident("TYP", one["slotTypeName"]),
            }
            for one in self._contents(params, rf"Intents/{named[0]}/Slots/[^/]+/Slot\.json")
        ]
        return page(found, "slotSummaries", params)

    def list_slot_types(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List slot types, in pages of two."""
        found = [
            {"slotTypeId": ident("TYP", one["name"]), "slotTypeName": one["name"], "slotTypeCategory": "Custom"}
            for one in self._contents(params, r"SlotTypes/[^/]+/SlotType\.json")
        ]
        return page(found, "slotTypeSummaries", params)

    def list_aggregated_utterances(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List what was said to a bot, in pages of two."""
        self._bot(params)
        return {
            **page(self.utterances, "aggregatedUtterancesSummaries", params),
            "aggregationDuration": params["aggregationDuration"],
        }

    def delete_utterances(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Forget what was said to a bot."""
        self._bot(params)
        self.utterances.clear()
        return {}

    # inside

    def _take(self, files: Mapping[str, bytes], about: dict[str, Any], *, name: str = "") -> Bot:
        told = next(json.loads(data) for path, data in files.items() if path.endswith("/Bot.json"))
        name = name or told["name"]
        bot = next((one for one in self.bots.values() if one.name == name), None)
        if bot is None:
            bot = Bot(self._id("BOT"), name, {"idleSessionTTLInSeconds": told.get("idleSessionTTLInSeconds", 300)})
            self.bots[bot.id] = bot
            bot.aliases[TEST] = {
                **{"botId": bot.id, "botAliasId": TEST, "botAliasName": "TestBotAlias", "botVersion": "DRAFT"},
                **{"looks": 9},
            }
        bot.about |= about
        draft = bot.versions["DRAFT"] = Version()
        for path, data in files.items():
            if found := re.fullmatch(r"[^/]+/BotLocales/([^/]+)/(.+)", path):
                draft.locales.setdefault(found[1], {})[found[2]] = json.loads(data)
        draft.states = {one: {"status": "NotBuilt", "looks": 0, "reasons": []} for one in draft.locales}
        draft.looks = 9
        return bot

    def _zipped(self, about: Mapping[str, Any]) -> bytes:
        bot = self._bot(about)
        version = self._version(bot, about["botVersion"])
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            manifest = {"metaData": {"schemaVersion": "1", "fileFormat": "LexJson", "resourceType": "Bot"}}
            archive.writestr("Manifest.json", json.dumps(manifest))
            archive.writestr(f"{bot.name}/Bot.json", json.dumps({"name": bot.name, "version": about["botVersion"]}))
            for locale, files in version.locales.items():
                for path, content in files.items():
                    archive.writestr(f"{bot.name}/BotLocales/{locale}/{path}", json.dumps(content))
        return out.getvalue()

    def _contents(self, params: Mapping[str, Any], pattern: str) -> list[dict[str, Any]]:
        version = self._version(self._bot(params), params["botVersion"])
        self._state(version, params["localeId"])
        files = version.locales[params["localeId"]]
        return [content for path, content in files.items() if re.fullmatch(pattern, path)]

    def _locale(self, version: Version, name: str) -> dict[str, Any]:
        state = self._state(version, name)
        told = {"localeId": name, "botLocaleStatus": state["status"], "lastUpdatedDateTime": self._now()}
        told["localeName"] = version.locales[name]["BotLocale.json"].get("name", name)
        return told | ({"lastBuildSubmittedDateTime": state["built"]} if "built" in state else {})

    def _state(self, version: Version, name: str) -> dict[str, Any]:
        if name not in version.states:
            raise AwsError("ResourceNotFoundException", f"There is no locale {name}.", status=404)
        return version.states[name]

    def _version(self, bot: Bot, name: str) -> Version:
        if name not in bot.versions:
            raise AwsError("ResourceNotFoundException", f"There is no version {name}.", status=404)
        return bot.versions[name]

    def _bot(self, params: Mapping[str, Any]) -> Bot:
        if params["botId"] not in self.bots:
            raise AwsError("ResourceNotFoundException", f"There is no bot {params['botId']}.", status=404)
        return self.bots[params["botId"]]

    def _alias_of(self, bot: Bot, name: str) -> dict[str, Any]:
        if name not in bot.aliases:
            raise AwsError("ResourceNotFoundException", f"There is no alias {name}.", status=404)
        return bot.aliases[name]

    def _alias(self, bot: Bot, name: str, params: Mapping[str, Any], *, looks: int = 9) -> dict[str, Any]:
        one = {
            "botAliasId": self._id("ALI"),
            "botId": bot.id,
            **_settings(params),
            "botAliasName": name,
            "looks": looks,
        }
        bot.aliases[one["botAliasId"]] = one
        return one

    def _shown(self, one: Mapping[str, Any]) -> dict[str, Any]:
        told = {name: value for name, value in one.items() if name != "looks"}
        return told | {"botAliasStatus": "Available" if one["looks"] >= 2 else "Creating"}

    def _enabled(self, bot: Bot) -> dict[str, Any]:
        return {name: {"enabled": True} for name in bot.versions["DRAFT"].locales}

    def _made(self, version: Version) -> str:
        return "Available" if version.looks > 2 else "Creating"

    def _status(self, bot: Bot) -> str:
        return "Versioning" if bot.busy else "Available"

    def _latest(self, bot: Bot) -> str:
        return str(max((int(name) for name in bot.versions if name != "DRAFT"), default=0))

    def _id(self, kind: str) -> str:
        self._count += 1
        return f"{kind}{self._count:07}"

    def _now(self) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(self.aws.clock.now(), datetime.UTC)


def _settings(params: Mapping[str, Any]) -> dict[str, Any]:
    names = ("botAliasName", "botVersion", "description", "botAliasLocaleSettings")
    more = ("conversationLogSettings", "sentimentAnalysisSettings")
    return {name: params[name] for name in (*names, *more) if name in params}


def ident(kind: str, name: str) -> str:
    """An id for a thing of this NAME."""
    return kind + f"{sum(ord(sign) * 31**at for at, sign in enumerate(name)) % 10**7:07}"


def unzipped(data: bytes) -> dict[str, bytes]:
    """The files in an archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def page(found: list[dict[str, Any]], member: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """A page of what was FOUND."""
    first = int(params.get("nextToken", "0"))
    told: dict[str, Any] = {member: found[first : first + PAGE]}
    return told | ({"nextToken": str(first + PAGE)} if first + PAGE < len(found) else {})
