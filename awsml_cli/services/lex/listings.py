"""What there is: bots, their versions, aliases and locales, what is in a locale, and what was said to a bot."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, ClassVar, Final

from awsml_cli.core import paging
from awsml_cli.core.errors import InputError, UsageError
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.lex import finding
from awsml_cli.services.lex.finding import DRAFT, MODELS

_SPANS: Final = {"h": "Hours", "d": "Days", "w": "Weeks"}


class Bot(Record):
    """A bot."""

    columns: ClassVar = ("bot_name", "bot_id", "bot_status", "latest_bot_version", "last_updated_date_time")

    bot_name: str
    bot_id: str
    bot_status: str | None = None
    description: str | None = None
    latest_bot_version: str | None = None
    last_updated_date_time: Any = None
    bot_type: str | None = None


class Version(Record):
    """A version of a bot."""

    columns: ClassVar = ("bot_version", "bot_status", "description", "creation_date_time")

    bot_version: str
    bot_name: str | None = None
    bot_status: str | None = None
    description: str | None = None
    creation_date_time: Any = None


class Alias(Record):
    """An alias of a bot, and the version that it points to."""

    columns: ClassVar = ("bot_alias_name", "bot_alias_id", "bot_version", "bot_alias_status")

    bot_alias_name: str
    bot_alias_id: str
    bot_version: str | None = None
    bot_alias_status: str | None = None
    description: str | None = None
    last_updated_date_time: Any = None


class Locale(Record):
    """A locale of a version."""

    columns: ClassVar = ("locale_id", "locale_name", "bot_locale_status", "last_build_submitted_date_time")

    locale_id: str
    locale_name: str | None = None
    bot_locale_status: str | None = None
    description: str | None = None
    last_updated_date_time: Any = None
    last_build_submitted_date_time: Any = None


class Intent(Record):
    """An intent of a locale."""

    columns: ClassVar = ("intent_name", "intent_id", "description", "parent_intent_signature")

    intent_name: str
    intent_id: str
    description: str | None = None
    parent_intent_signature: str | None = None
    last_updated_date_time: Any = None


class Slot(Record):
    """A slot of an intent; `slot_type` is the name of its type."""

    columns: ClassVar = ("slot_name", "slot_type", "slot_constraint", "description")

    slot_name: str
    slot_id: str
    slot_type: str | None = None
    slot_type_id: str | None = None
    slot_constraint: str | None = None
    description: str | None = None


class SlotType(Record):
    """A type of slots."""

    columns: ClassVar = ("slot_type_name", "slot_type_id", "slot_type_category", "description")

    slot_type_name: str
    slot_type_id: str
    slot_type_category: str | None = None
    description: str | None = None
    parent_slot_type_signature: str | None = None


class Utterance(Record):
    """What was said to a bot, and how often it was understood (hit) and not (missed)."""

    columns: ClassVar = ("utterance", "hit_count", "missed_count", "last_recorded")

    utterance: str
    hit_count: int = 0
    missed_count: int = 0
    first_recorded: Any = None
    last_recorded: Any = None
    contains_data_from_deleted_resources: bool | None = None


def bots(session: Session, *, limit: int | None = None) -> Listing:
    """The bots of this region."""
    return _listing(finding.bots(session), Bot.of, "botSummaries", limit)


def versions(session: Session, bot: str, *, limit: int | None = None) -> Listing:
    """The versions of BOT."""
    found = finding.find_bot(session, bot)
    listed = paging.items(session.client(MODELS).list_bot_versions, "botVersionSummaries", botId=found["botId"])
    return _listing(listed, Version.of, "botVersionSummaries", limit)


def aliases(session: Session, bot: str, *, limit: int | None = None) -> Listing:
    """The aliases of BOT."""
    found = finding.find_bot(session, bot)
    return _listing(finding.aliases(session, found), Alias.of, "botAliasSummaries", limit)


def locales(session: Session, bot: str, *, version: str = DRAFT, limit: int | None = None) -> Listing:
    """The locales of a VERSION of BOT."""
    found = finding.find_bot(session, bot)
    return _listing(finding.locales(session, found, version), Locale.of, "botLocaleSummaries", limit)


def intents(
    session: Session, bot: str, *, locale: str | None, version: str = DRAFT, limit: int | None = None
) -> Listing:
    """The intents in a LOCALE of a VERSION of BOT."""
    _, where = _where(session, bot, version, locale)
    listed = paging.items(session.client(MODELS).list_intents, "intentSummaries", **where)
    return _listing(listed, Intent.of, "intentSummaries", limit)


def slots(
    session: Session, bot: str, intent: str, *, locale: str | None, version: str = DRAFT, limit: int | None = None
) -> Listing:
    """The slots of an INTENT in a LOCALE of a VERSION of BOT."""
    found, where = _where(session, bot, version, locale)
    one = finding.find_intent(session, found, version, where["localeId"], intent)
    client = session.client(MODELS)
    types: dict[str, str] = {}

    def record(answer: Mapping[str, Any]) -> Slot:
        number = str(answer.get("slotTypeId", ""))
        if number and "." not in number and not types:  # AMAZON.Date is its own name
            listed = paging.items(client.list_slot_types, "slotTypeSummaries", **where)
            types.update({kind["slotTypeId"]: kind["slotTypeName"] for kind in listed})
        return Slot.of(answer, slot_type=types.get(number, number) or None)

    listed = paging.items(client.list_slots, "slotSummaries", intentId=one["intentId"], **where)
    return _listing(listed, record, "slotSummaries", limit)


def slot_types(
    session: Session, bot: str, *, locale: str | None, version: str = DRAFT, limit: int | None = None
) -> Listing:
    """The types of slots in a LOCALE of a VERSION of BOT."""
    _, where = _where(session, bot, version, locale)
    listed = paging.items(session.client(MODELS).list_slot_types, "slotTypeSummaries", **where)
    return _listing(listed, SlotType.of, "slotTypeSummaries", limit)


def utterances(
    session: Session,
    bot: str,
    *,
    alias: str | None,
    locale: str | None,
    last: str = "7d",
    missed: bool = False,
    limit: int | None = None,
) -> Listing:
    """What was said to BOT in the LAST hours, days or weeks (`24h`, `7d`, `2w`), the most frequent first."""
    span = re.fullmatch(r"([1-9]\d*)([hdw])", last)
    if span is None:
        raise UsageError(f"`{last}` is no span of time", hint="24h, 7d or 2w")
    where = finding.place(session, bot, alias=alias, locale=locale)
    duration = {"timeDimension": _SPANS[span[2]], "timeValue": int(span[1])}
    listed = paging.items(
        session.client(MODELS).list_aggregated_utterances,
        "aggregatedUtterancesSummaries",
        botId=where.bot,
        botAliasId=where.alias,
        localeId=where.locale,
        aggregationDuration={"relativeAggregationDuration": duration},
        sortBy={"attribute": "MissedCount" if missed else "HitCount", "order": "Descending"},
    )
    wanted = (one for one in listed if not missed or one.get("missedCount"))
    return _listing(wanted, _utterance, "aggregatedUtterancesSummaries", limit)


def remove(session: Session, bot: str, *, alias: str | None, version: str | None, locale: str | None) -> None:
    """Remove an ALIAS, a VERSION or a LOCALE (of the draft) of BOT; with none of them, the whole bot."""
    client, found = session.client(MODELS), finding.find_bot(session, bot)
    number = found["botId"]
    if alias is not None:
        one = finding.find_alias(session, found, alias)
        client.delete_bot_alias(botId=number, botAliasId=one["botAliasId"], skipResourceInUseCheck=False)
    elif version is not None:
        if not version.isdecimal():
            raise InputError(f"`{version}` is no number of a version", hint=f"awsml lex versions {found['botName']}")
        client.delete_bot_version(botId=number, botVersion=version, skipResourceInUseCheck=False)
    elif locale is not None:
        one = finding.find_locale(session, found, DRAFT, locale)
        client.delete_bot_locale(botId=number, botVersion=DRAFT, localeId=one["localeId"])
    else:  # its aliases go with it, which the question has said
        client.delete_bot(botId=number, skipResourceInUseCheck=True)


def removal(bot: str, *, alias: str | None, version: str | None, locale: str | None) -> Step:
    """What removing would call."""
    kind = "BotAlias" if alias else "BotVersion" if version else "BotLocale" if locale else "Bot"
    return step(f"lexv2-models:Delete{kind}", " ".join(part for part in (bot, alias or version or locale) if part))


def _where(session: Session, bot: str, version: str, locale: str | None) -> tuple[dict[str, Any], dict[str, str]]:
    found = finding.find_bot(session, bot)
    one = finding.find_locale(session, found, version, locale)
    return found, {"botId": found["botId"], "botVersion": version, "localeId": one["localeId"]}


def _utterance(answer: Mapping[str, Any]) -> Utterance:
    return Utterance.of(
        answer,
        first_recorded=answer.get("utteranceFirstRecordedInAggregationDuration"),
        last_recorded=answer.get("utteranceLastRecordedInAggregationDuration"),
    )


def _listing(
    found: Iterable[Mapping[str, Any]], record: Callable[[Any], Record], name: str, limit: int | None
) -> Listing:
    def records() -> Iterator[Record]:
        yield from (record(one) for one in islice(found, limit))

    return Listing(records(), name)
