"""Which bot, alias and locale a name means: found in Lex's own lists, where ids are known too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from awsml_cli.core import paging, refusals
from awsml_cli.core.errors import InputError, ServiceError
from awsml_cli.core.models import nearest
from awsml_cli.core.session import Session

MODELS: Final = "lexv2-models"
RUNTIME: Final = "lexv2-runtime"
DRAFT: Final = "DRAFT"
TEST_ALIAS: Final = "TSTALIASID"  # of every bot: it speaks for the draft
USABLE: Final = frozenset({"Built", "ReadyExpressTesting"})  # of a locale
_ID: Final = re.compile(r"[0-9A-Z]{10}")  # of a bot or an alias; ten capitals may be a name, too


@dataclass(frozen=True)
class Place:
    """Where a conversation takes place; VERSION is the bot's that the alias points to, BUILT when that was built."""

    bot: str
    alias: str
    locale: str
    bot_name: str
    alias_name: str
    version: str = ""
    built: str = ""

    @property
    def params(self) -> dict[str, str]:
        """The members of a request that name it."""
        return {"botId": self.bot, "botAliasId": self.alias, "localeId": self.locale}


def place(session: Session, bot: str, *, alias: str | None, locale: str | None) -> Place:
    """The alias and the locale of BOT, by names or ids; where there is but one, it need not be named.

    Raises InputError for what is not there, with the names that come near. Who may not read the lists can give ids.
    """
    try:
        return _listed(session, bot, alias=alias, locale=locale)
    except ServiceError as error:
        known = alias and locale and _ID.fullmatch(bot) and _ID.fullmatch(alias)
        if error.code not in refusals.DENIED or not known:
            raise
        return Place(bot, str(alias), str(locale), bot, str(alias))


def _listed(session: Session, bot: str, *, alias: str | None, locale: str | None) -> Place:
    found = find_bot(session, bot)
    spoken = find_alias(session, found, alias)
    version = spoken.get("botVersion")
    if not version:
        raise InputError(
            f"the alias {spoken['botAliasName']} of {found['botName']} points to no version",
            hint=f"awsml lex deploy FOLDER --alias {spoken['botAliasName']}",
        )
    of = found["botName"]
    wanted = find_locale(session, found, str(version), locale, what=f"the alias {spoken['botAliasName']} of {of}")
    if wanted.get("botLocaleStatus", "Built") not in USABLE:
        raise InputError(
            f"the locale {wanted['localeId']} of {of} is not built: {wanted['botLocaleStatus']}",
            hint=f"awsml lex build {of} --locale {wanted['localeId']}",
        )
    return Place(
        found["botId"],
        spoken["botAliasId"],
        wanted["localeId"],
        of,
        spoken["botAliasName"],
        str(version),
        str(wanted.get("lastBuildSubmittedDateTime", "")),
    )


def bots(session: Session) -> Iterator[dict[str, Any]]:
    """What Lex lists of every bot."""
    return paging.items(session.client(MODELS).list_bots, "botSummaries")


def look_for_bot(session: Session, name: str) -> dict[str, Any] | None:
    """What Lex lists of the bot NAME (or of that id), or None."""
    return _named(bots(session), name, "botName", "botId")[0]


def find_bot(session: Session, name: str) -> dict[str, Any]:
    """What Lex lists of the bot NAME (or of that id). Raises InputError where there is none."""
    found, names = _named(bots(session), name, "botName", "botId")
    if found is None:
        raise _absent(f"there is no bot `{name}` in {session.region}", name, names, "awsml lex bots")
    return found


def aliases(session: Session, bot: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What Lex lists of every alias of BOT."""
    return paging.items(session.client(MODELS).list_bot_aliases, "botAliasSummaries", botId=bot["botId"])


def find_alias(session: Session, bot: Mapping[str, Any], name: str | None) -> dict[str, Any]:
    """The alias NAME (or of that id) of BOT; without a name, the only one beside that for tests."""
    if name is None:
        found = [one for one in aliases(session, bot) if one["botAliasId"] != TEST_ALIAS]
        if len(found) == 1:
            return found[0]
        names = ", ".join(one["botAliasName"] for one in found)
        said = f"{bot['botName']} has {'several aliases' if found else 'no alias but that for tests'}"
        raise InputError(said, hint=f"--alias with one of: {names}" if found else f"--alias {TEST_ALIAS} is the draft")
    if not name.strip():
        raise InputError("the alias has no name", hint=f"awsml lex aliases {bot['botName']}")
    one, known = _named(aliases(session, bot), name, "botAliasName", "botAliasId")
    if one is None:
        raise _absent(f"{bot['botName']} has no alias `{name}`", name, known, f"awsml lex aliases {bot['botName']}")
    return one


def locales(session: Session, bot: Mapping[str, Any], version: str) -> Iterator[dict[str, Any]]:
    """What Lex lists of every locale of a VERSION of BOT."""
    call = session.client(MODELS).list_bot_locales
    return paging.items(call, "botLocaleSummaries", botId=bot["botId"], botVersion=version)


def find_locale(
    session: Session, bot: Mapping[str, Any], version: str, name: str | None, *, what: str | None = None
) -> dict[str, Any]:
    """The locale NAME (`en_US`, `en-US` or `English (US)`) of a VERSION of BOT; without a name, the only one.

    Raises InputError where there is none; WHAT it is that has none.
    """
    what = what or f"the version {version} of {bot['botName']}"
    if name is None:
        found = list(locales(session, bot, version))
        if len(found) == 1:
            return found[0]
        names = ", ".join(one["localeId"] for one in found)
        hint = f"--locale with one of: {names}" if found else f"awsml lex locales {bot['botName']} --version {version}"
        raise InputError(f"{what} has {'several locales' if found else 'no locale'}", hint=hint)
    one, known = _named(locales(session, bot, version), name.replace("-", "_"), "localeId", "localeName")
    if one is None:
        raise InputError(
            f"{what} has no locale `{name}`",
            hint=f"it has {', '.join(known)}" if known else f"awsml lex deploy FOLDER gives {bot['botName']} locales",
        )
    return one


def find_intent(session: Session, bot: Mapping[str, Any], version: str, locale: str, name: str) -> dict[str, Any]:
    """The intent NAME (or of that id) in a LOCALE of a VERSION of BOT. Raises InputError where there is none."""
    call = session.client(MODELS).list_intents
    found = paging.items(call, "intentSummaries", botId=bot["botId"], botVersion=version, localeId=locale)
    one, known = _named(found, name, "intentName", "intentId")
    if one is None:
        raise _absent(
            f"{bot['botName']} has no intent `{name}` in {locale}", name, known, f"awsml lex intents {bot['botName']}"
        )
    return one


def _named(found: Iterable[dict[str, Any]], name: str, *members: str) -> tuple[dict[str, Any] | None, list[str]]:
    """The first of FOUND whose first of MEMBERS is NAME, else one where another is; and all names there are."""
    other: dict[str, Any] | None = None
    names: list[str] = []
    for one in found:
        if one.get(members[0]) == name:
            return one, names
        if other is None and any(one.get(member) == name for member in members[1:]):
            other = one
        names.append(str(one.get(members[0], "")))
    return other, names


def _absent(message: str, name: str, names: list[str], command: str) -> InputError:
    return InputError(message, hint=nearest(name, names) or f"`{command}` lists them")
