"""What is kept of a bot: a document, and in our own bucket the files of each version."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any, Final

from awsml_cli.formats import bots
from awsml_cli.local.operations import Machine, Params, Refused
from awsml_cli.local.store import BUCKET

KIND: Final = "lex-bot"
DRAFT: Final = "DRAFT"
TEST_ALIAS: Final = "TSTALIASID"

Kept = dict[str, Any]


def bot_of(params: Params, machine: Machine) -> Kept:
    """What is kept of the bot that PARAMS name."""
    kept = machine.store.document(KIND, params["botId"])
    if kept is None:
        raise absent("bot", params["botId"])
    return kept


def files_of(kept: Kept, version: str, machine: Machine) -> tuple[dict[str, bytes], str]:
    """The files of a VERSION of the bot KEPT, and what tells them from others."""
    found = machine.store.get(BUCKET, key_of(kept["id"], version))
    if found is None or (version != DRAFT and version not in kept["versions"]):
        raise absent("version", version)
    return bots.unpacked(found.path.read_bytes(), name=kept["name"]), found.etag


def alias_of(params: Params, kept: Kept) -> Kept:
    """The alias that PARAMS name."""
    found = kept["aliases"].get(params["botAliasId"])
    if found is None:
        raise absent("alias", params["botAliasId"])
    return dict(found)


def read(kept: Kept, version: str, machine: Machine) -> bots.Bot:
    """The bot KEPT in a VERSION."""
    return bots.read(kept["name"], files_of(kept, version, machine)[0])


def locale_of(params: Params, kept: Kept, machine: Machine) -> bots.Locale:
    """The locale that PARAMS name, of the bot KEPT."""
    locale = read(kept, params["botVersion"], machine).locales.get(params["localeId"])
    if locale is None:
        raise absent("locale", params["localeId"])
    return locale


def is_built(kept: Kept, locale: str) -> bool:
    """Whether a LOCALE of the draft is built."""
    built = kept["built"].get(locale)
    return built is not None and not built["reasons"]


def latest(kept: Kept) -> int:
    """The number of the newest version; 0 where there is none."""
    return max((int(number) for number in kept["versions"]), default=0)


def key_of(bot: str, version: str) -> str:
    """Where the files of a VERSION lie."""
    return f"lex/bots/{bot}/{version}.zip"


def ident(*parts: str) -> str:
    """Ten characters that stand for PARTS, as AWS's ids look."""
    number = int.from_bytes(hashlib.sha256("\0".join(parts).encode()).digest()[:8], "big")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    return "".join(letters[number // 36**place % 36] for place in range(10))


def time_of(seconds: float) -> datetime:
    """SECONDS since the epoch, as AWS gives times."""
    return datetime.fromtimestamp(seconds, UTC)


def absent(noun: str, name: str) -> Refused:
    """AWS's refusal for the want of something."""
    return Refused("ResourceNotFoundException", f"There is no {noun} {name}.", status=404)
