"""Building locales: several at a time, each waited for, what fails told with Lex's reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final

from awsml_cli.core import limits
from awsml_cli.core.errors import JobFailed, ServiceError
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.lex import waiting
from awsml_cli.services.lex.finding import DRAFT, MODELS, find_bot, find_locale, locales
from awsml_cli.services.lex.waiting import Patience

_BUILT: Final = frozenset({"Built"})
_STATES: Final = frozenset({"NotBuilt", "Built", "ReadyExpressTesting", "Failed", "Building"})


class Build(Record):
    """A locale that was built."""

    columns: ClassVar = ("bot_name", "locale_id", "bot_locale_status", "intents_count", "slot_types_count")

    bot_name: str
    bot_id: str
    locale_id: str
    locale_name: str | None = None
    bot_locale_status: str
    intents_count: int | None = None
    slot_types_count: int | None = None
    nlu_intent_confidence_threshold: float | None = None
    last_build_submitted_date_time: Any = None
    recommended_actions: list[str] | None = None


def build(session: Session, bot: str, names: Sequence[str], *, timeout: float | None = None) -> Listing:
    """Build the locales NAMES of the draft of BOT, or all of them, and wait. Raises JobFailed, TimedOut."""
    found = find_bot(session, bot)
    if names:
        wanted = [find_locale(session, found, DRAFT, name)["localeId"] for name in names]
    else:
        wanted = [one["localeId"] for one in locales(session, found, DRAFT)]
    return Listing(iter(built(session, found, wanted, Patience.of(timeout))), "Builds")


def built(
    session: Session,
    bot: Mapping[str, Any],
    wanted: Sequence[str],
    patience: Patience,
    *,
    since: datetime | None = None,
) -> list[Build]:
    """The locales WANTED of the draft of BOT, built, five at a time, as many as Lex builds.

    One whose build was begun SINCE then is not built again.
    """
    done, failures = [], []
    for at in range(0, len(wanted), limits.LEX_PARALLEL_BUILDS):
        some = wanted[at : at + limits.LEX_PARALLEL_BUILDS]
        for locale in some:
            _begin(session, bot, locale, patience, since)
        for locale in some:
            try:
                done.append(_ended(session, bot, locale, patience))
            except JobFailed as failure:
                failures.append(failure)
    if failures:
        raise JobFailed(
            "; ".join(failure.message for failure in failures),
            hint=f"mend the bot, and deploy it again, or: awsml lex build {bot['botName']}",
        )
    return done


def building(bot: str, locales: Sequence[str]) -> list[Step]:
    """What building would call."""
    return [step("lexv2-models:BuildBotLocale", f"{bot} {locale}") for locale in locales]


def _begin(session: Session, bot: Mapping[str, Any], locale: str, patience: Patience, since: datetime | None) -> None:
    state = waiting.wait(
        session,
        "locale",
        f"{bot['botName']}/{locale}",
        lambda: _described(session, bot, locale),
        "botLocaleStatus",
        done=_STATES,
        patience=patience,
        late=True,
    )
    if state["botLocaleStatus"] == "Building":
        return
    submitted = state.get("lastBuildSubmittedDateTime")
    if since is not None and state["botLocaleStatus"] == "Built" and submitted is not None and submitted >= since:
        return
    try:
        session.client(MODELS).build_bot_locale(botId=bot["botId"], botVersion=DRAFT, localeId=locale)
    except ServiceError as error:
        if error.code != "ConflictException" or _described(session, bot, locale)["botLocaleStatus"] != "Building":
            raise


def _ended(session: Session, bot: Mapping[str, Any], locale: str, patience: Patience) -> Build:
    looks = 0

    def look() -> dict[str, Any]:
        nonlocal looks
        looks += 1
        answer = _described(session, bot, locale)
        if answer["botLocaleStatus"] == "NotBuilt" and looks > waiting.LATE:
            return answer | {"botLocaleStatus": "Failed", "failureReasons": ["Lex has not begun to build it"]}
        return answer

    answer = waiting.wait(
        session,
        "build",
        f"{bot['botName']}/{locale}",
        look,
        "botLocaleStatus",
        done=_BUILT,
        patience=patience,
    )
    return Build.of(answer, bot_name=bot["botName"], bot_id=bot["botId"])


def _described(session: Session, bot: Mapping[str, Any], locale: str) -> dict[str, Any]:
    answer = session.client(MODELS).describe_bot_locale(botId=bot["botId"], botVersion=DRAFT, localeId=locale)
    return dict(answer)
