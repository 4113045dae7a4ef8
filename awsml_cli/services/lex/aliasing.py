"""Aliases: to which version each points, and which Lambda function it calls in which locale.

UpdateBotAlias forgets what it is not told, so whatever is not to change is told again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from awsml_cli.core.errors import InputError, ServiceError, UsageError
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.lex import waiting
from awsml_cli.services.lex.finding import MODELS, TEST_ALIAS, aliases, find_alias, find_bot
from awsml_cli.services.lex.waiting import Patience

INTERFACE: Final = "1.0"  # of the events that Lex sends to a function: the only one there is
_ARN: Final = re.compile(r"arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w$-]+)?")
_NAME: Final = re.compile(r"([0-9a-zA-Z][_-]?){1,100}")  # by the service's model
_KEPT: Final = (
    "botAliasName", "description", "botVersion", "botAliasLocaleSettings",
    "conversationLogSettings", "sentimentAnalysisSettings",
)  # fmt: skip


class Hook(Record):
    """The Lambda function that an alias calls in a locale; None where it calls none."""

    columns: ClassVar = ("bot_alias_name", "locale_id", "enabled", "lambda_arn")

    bot_name: str
    bot_alias_name: str
    locale_id: str
    enabled: bool
    lambda_arn: str | None = None
    code_hook_interface_version: str | None = None


def check_name(name: str) -> None:
    """Raises UsageError for what no alias can be called."""
    if not _NAME.fullmatch(name):
        raise UsageError(f"`{name}` is no name of an alias", hint="letters and digits, parted by - or _")


def check_function(arn: str) -> str:
    """ARN, of a Lambda function. Raises UsageError for another."""
    if not _ARN.fullmatch(arn):
        raise UsageError(
            f"`{arn}` is not the ARN of a Lambda function", hint="arn:aws:lambda:REGION:ACCOUNT:function:NAME"
        )
    return arn


def point(
    session: Session,
    bot: Mapping[str, Any],
    name: str,
    *,
    version: str,
    locales: Sequence[str],
    hooks: Mapping[str, str],
    patience: Patience,
) -> tuple[str, bool]:
    """Have the alias NAME of BOT point to VERSION, its LOCALES enabled; its id, and whether it had to be set.

    The alias is made where there is none. Waits for it.
    """
    client = session.client(MODELS)
    found = next((one for one in aliases(session, bot) if one["botAliasName"] == name), None)
    kept = dict(client.describe_bot_alias(botId=bot["botId"], botAliasId=found["botAliasId"])) if found else {}
    settings = {**(kept.get("botAliasLocaleSettings") or {})}
    for locale in locales:
        settings[locale] = {**settings.get(locale, {}), "enabled": True}
        if function := hooks.get(locale, hooks.get("")):
            settings[locale]["codeHookSpecification"] = _hook(function)
    if kept.get("botVersion") == version and settings == kept.get("botAliasLocaleSettings"):
        _wait(session, bot, name, kept["botAliasId"], patience)
        return str(kept["botAliasId"]), False
    asked = {**{one: kept[one] for one in _KEPT if one in kept}, "botAliasName": name}
    asked |= {"botVersion": version, "botAliasLocaleSettings": settings}
    try:
        if found:
            answer = client.update_bot_alias(botId=bot["botId"], botAliasId=found["botAliasId"], **asked)
        else:
            answer = client.create_bot_alias(botId=bot["botId"], **asked)
    except ServiceError as error:
        if found or error.code != "ConflictException":  # asked twice, as a broken line can make it
            raise
        answer = find_alias(session, bot, name)
    _wait(session, bot, name, answer["botAliasId"], patience)
    return str(answer["botAliasId"]), True


def hooks(session: Session, bot: str, *, alias: str | None, locale: str | None = None) -> Listing:
    """The functions that an alias of BOT calls, in each of its locales."""
    found = find_bot(session, bot)
    one = _described(session, found, alias)
    settings = one.get("botAliasLocaleSettings") or {}
    return Listing(iter([_told(found, one, name, settings[name]) for name in sorted(_wanted(one, locale))]), "Hooks")


def set_hook(session: Session, bot: str, *, alias: str | None, locale: str | None, function: str | None) -> Listing:
    """Have an alias of BOT call FUNCTION in LOCALE, or in all of its locales; None takes its hook away."""
    found = find_bot(session, bot)
    one = _described(session, found, alias)
    settings = {**(one.get("botAliasLocaleSettings") or {})}
    wanted = _wanted(one, locale)
    if not wanted:
        raise InputError(
            f"the alias {one['botAliasName']} has no locale to set a hook in",
            hint=f"awsml lex deploy FOLDER --alias {one['botAliasName']} gives it some",
        )
    for name in wanted:
        settings[name] = {key: value for key, value in settings[name].items() if key != "codeHookSpecification"}
        if function is not None:
            settings[name]["codeHookSpecification"] = _hook(function)
    asked = {**{name: one[name] for name in _KEPT if name in one}, "botAliasLocaleSettings": settings}
    session.client(MODELS).update_bot_alias(botId=found["botId"], botAliasId=one["botAliasId"], **asked)
    _wait(session, found, one["botAliasName"], one["botAliasId"], Patience())
    if function is not None:
        session.talk.note(
            f"the function must let Lex call it: aws lambda add-permission --function-name {function} "
            "--statement-id lex --action lambda:InvokeFunction --principal lexv2.amazonaws.com"
        )
    return hooks(session, bot, alias=alias, locale=locale)


def setting(bot: str, alias: str | None) -> Step:
    """What setting an alias would call."""
    return step("lexv2-models:UpdateBotAlias", f"{bot} {alias or ''}".strip())


def _wanted(one: Mapping[str, Any], locale: str | None) -> list[str]:
    known = list(one.get("botAliasLocaleSettings") or {})
    if locale is None:
        return known
    if (name := locale.replace("-", "_")) not in known:
        raise InputError(
            f"the alias {one['botAliasName']} has no locale `{locale}`",
            hint=f"it has {', '.join(known)}" if known else "awsml lex deploy FOLDER gives it some",
        )
    return [name]


def _told(bot: Mapping[str, Any], one: Mapping[str, Any], locale: str, settings: Mapping[str, Any]) -> Hook:
    hook = (settings.get("codeHookSpecification") or {}).get("lambdaCodeHook") or {}
    return Hook(
        bot_name=bot["botName"],
        bot_alias_name=one["botAliasName"],
        locale_id=locale,
        enabled=bool(settings.get("enabled")),
        lambda_arn=hook.get("lambdaARN"),
        code_hook_interface_version=hook.get("codeHookInterfaceVersion"),
    ).with_raw(dict(settings))


def _described(session: Session, bot: Mapping[str, Any], alias: str | None) -> dict[str, Any]:
    one = find_alias(session, bot, alias)
    return dict(session.client(MODELS).describe_bot_alias(botId=bot["botId"], botAliasId=one["botAliasId"]))


def _hook(function: str) -> dict[str, Any]:
    return {"lambdaCodeHook": {"lambdaARN": function, "codeHookInterfaceVersion": INTERFACE}}


def _wait(session: Session, bot: Mapping[str, Any], name: str, number: str, patience: Patience) -> None:
    if number == TEST_ALIAS:
        return
    waiting.wait(
        session,
        "alias",
        f"{bot['botName']}/{name}",
        lambda: session.client(MODELS).describe_bot_alias(botId=bot["botId"], botAliasId=number),
        "botAliasStatus",
        done=frozenset({"Available"}),
        patience=patience,
        late=True,
    )
