"""From files to an alias that answers: imported, built, made a version, pointed to; once for the same bot.

What a version was made from stands in its description, so that it is found again, from whichever machine.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, ClassVar, Final

from awsml_cli.core import clock, paging, sources
from awsml_cli.core.cache import key_of
from awsml_cli.core.errors import ConfigError, JobFailed, ServiceError, UsageError
from awsml_cli.core.ledger import Entry, Ledger
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Record
from awsml_cli.core.session import Session
from awsml_cli.formats.bots import Archive
from awsml_cli.services.lex import aliasing, building, waiting
from awsml_cli.services.lex.finding import DRAFT, MODELS, look_for_bot
from awsml_cli.services.lex.waiting import GONE, Patience

MERGES: Final = {"overwrite": "Overwrite", "append": "Append", "fail": "FailOnConflict"}
_FRESH_FOR: Final = 24 * 3600  # seconds that an import is gone on with: later, the draft may be another
_CONFLICT: Final = "ConflictException"
_LOCAL_ROLE: Final = "arn:aws:iam::000000000000:role/awsml-local"


class Deployment(Record):
    """A bot that answers at an alias; `changed` says whether anything had to be done."""

    columns: ClassVar = ("bot_name", "bot_version", "bot_alias_name", "locales", "changed")

    bot_name: str
    bot_id: str
    bot_version: str
    bot_alias_name: str
    bot_alias_id: str
    locales: list[str]
    digest: str
    changed: bool


@dataclass(frozen=True)
class Asked:
    """How a bot is deployed: to which ALIAS, how it is MERGEd with one of its name, with which ROLE.

    HOOKS are Lambda functions by locale, "" for every locale.
    """

    alias: str = "live"
    merge: str = "overwrite"
    role: str | None = None
    child_directed: bool | None = None
    description: str = ""
    hooks: Mapping[str, str] = field(default_factory=dict)

    def check(self, archive: Archive) -> None:
        """Raises UsageError for what cannot be."""
        if self.merge not in MERGES:
            raise UsageError(f"a bot is not merged by `{self.merge}`", hint=f"--merge {', '.join(MERGES)}")
        aliasing.check_name(self.alias)
        for locale in self.hooks:
            if locale and locale not in archive.locales:
                raise UsageError(
                    f"the bot has no locale `{locale}` for a hook", hint=f"it has {', '.join(archive.locales)}"
                )


def plan(archive: Archive, asked: Asked) -> list[Step]:
    """What deploying ARCHIVE would call, where it has not been deployed before."""
    return [
        step("lexv2-models:CreateUploadUrl", archive.name),
        step("PUT", f"{len(archive.data):,} bytes"),
        step("lexv2-models:StartImport", archive.name),
        *building.building(archive.name, archive.locales),
        step("lexv2-models:CreateBotVersion", archive.name),
        step("lexv2-models:CreateBotAlias", asked.alias),
    ]


def deploy(session: Session, archive: Archive, asked: Asked, *, timeout: float | None = None) -> Deployment:
    """Have ARCHIVE answer at the alias, and wait. Raises JobFailed with Lex's reasons, TimedOut, ConfigError.

    A run that was killed is picked up where it ended.
    """
    patience = Patience.of(timeout)
    row = _row(session, archive, asked)
    tag = row.output or ""
    bot = look_for_bot(session, archive.name)
    version = None
    if bot is not None:
        waiting.bot(session, bot, patience)
        version = next(_versions(session, bot, tag), None)
    made = version is None
    if version is None:
        bot, since = _imported(session, archive, asked, row, bot, patience)
        building.built(session, bot, archive.locales, patience, since=since)
        version = _version_made(session, bot, archive, asked, tag, patience)
    assert bot is not None
    _wait_for_version(session, bot, version, patience)
    alias, set_anew = aliasing.point(
        session, bot, asked.alias, version=version, locales=archive.locales, hooks=asked.hooks, patience=patience
    )
    Ledger().move(row, "clean")
    return Deployment(
        bot_name=bot["botName"],
        bot_id=bot["botId"],
        bot_version=version,
        bot_alias_name=asked.alias,
        bot_alias_id=alias,
        locales=list(archive.locales),
        digest=archive.digest,
        changed=made or set_anew,
    )


def _row(session: Session, archive: Archive, asked: Asked) -> Entry:
    """The ledger's row of this work; its `output` is the tag of the version that is made.

    With `--fresh` the tag is a new one, unless a run like this was killed.
    """
    tag = f"sha256:{key_of(archive.digest, asked.merge)[:40]}"
    key = key_of("lex-deploy", session.region, session.local, archive.name, tag, session.fresh)
    found = Ledger().find(key)
    if found is not None and found.state != "clean":
        return found
    if session.fresh:
        tag += f" fresh:{uuid.uuid4().hex[:12]}"
    return Ledger().put(Entry(key, "lex", session.region, "", input=archive.name, output=tag))


def _imported(
    session: Session,
    archive: Archive,
    asked: Asked,
    row: Entry,
    bot: dict[str, Any] | None,
    patience: Patience,
) -> tuple[dict[str, Any], datetime]:
    """The bot that ARCHIVE was imported as, and when the import was begun."""
    number = _under_way(session, row.job) or _started(session, archive, asked, row, bot)
    answer = waiting.wait(
        session,
        "import",
        archive.name,
        lambda: session.client(MODELS).describe_import(importId=number),
        "importStatus",
        done=frozenset({"Completed"}),
        patience=patience,
        late=True,
    )
    made = {"botId": answer["importedResourceId"], "botName": answer.get("importedResourceName", archive.name)}
    return made, answer["creationDateTime"]


def _under_way(session: Session, number: str) -> str:
    """NUMBER, if it is an import that is to be gone on with, else nothing."""
    if not number:
        return ""
    try:
        answer = session.client(MODELS).describe_import(importId=number)
    except ServiceError as error:
        if error.code != GONE:
            raise
        return ""
    young = clock.now() - answer["creationDateTime"].timestamp() < _FRESH_FOR
    return number if young and answer["importStatus"] in ("InProgress", "Completed") else ""


def _started(session: Session, archive: Archive, asked: Asked, row: Entry, bot: dict[str, Any] | None) -> str:
    client = session.client(MODELS)
    about = _about(session, archive, asked, bot)
    given = client.create_upload_url()
    number, address = str(given["importId"]), str(given["uploadUrl"])
    row = Ledger().put(replace(row, job=number))
    if session.local and address.startswith("s3://"):
        bucket, key = sources.split_address(address)
        session.client("s3").put_object(Bucket=bucket, Key=key, Body=archive.data)
    else:
        session.upload(address, archive.data)
    session.talk.note(f"{len(archive.data):,} bytes of {archive.name} uploaded")
    try:
        client.start_import(
            importId=number,
            resourceSpecification={"botImportSpecification": about},
            mergeStrategy=MERGES[asked.merge],
        )
    except ServiceError as error:
        if error.code != _CONFLICT or not _under_way(session, number):  # asked twice, as a broken line can make it
            raise
    Ledger().move(row, "started")
    return number


def _about(session: Session, archive: Archive, asked: Asked, bot: dict[str, Any] | None) -> dict[str, Any]:
    """What an import is told of the bot: what the bot there has already, unless it was said otherwise."""
    kept: Mapping[str, Any] = session.client(MODELS).describe_bot(botId=bot["botId"]) if bot is not None else {}
    role = asked.role or kept.get("roleArn") or session.config.role or (_LOCAL_ROLE if session.local else None)
    if not role:
        raise ConfigError(
            f"a new bot needs a role: there is no bot {archive.name} in {session.region} yet",
            hint="--role ARN, or `awsml config set role ARN`; it must trust lexv2.amazonaws.com",
        )
    directed = asked.child_directed
    if directed is None:
        privacy = archive.bot.get("dataPrivacy") or kept.get("dataPrivacy") or {}
        directed = bool(privacy.get("childDirected", False))
    return {"botName": archive.name, "roleArn": role, "dataPrivacy": {"childDirected": directed}}


def _versions(session: Session, bot: Mapping[str, Any], tag: str) -> Iterator[str]:
    """The versions of BOT that were made from what TAG names, the first made first."""
    found = paging.items(session.client(MODELS).list_bot_versions, "botVersionSummaries", botId=bot["botId"])
    tagged = [
        one["botVersion"]
        for one in found
        if tag in str(one.get("description", "")) and one.get("botStatus") != "Failed" and one["botVersion"] != DRAFT
    ]
    return iter(sorted(tagged, key=int))


def _version_made(
    session: Session, bot: Mapping[str, Any], archive: Archive, asked: Asked, tag: str, patience: Patience
) -> str:
    """A version of the draft. Asked for twice, as a broken line can make it, the second is taken back."""
    client = session.client(MODELS)
    made: set[str] = set()  # what is listed lags behind
    try:
        answer = client.create_bot_version(
            botId=bot["botId"],
            description=" ".join(part for part in (asked.description, f"awsml {tag}") if part),
            botVersionLocaleSpecification={locale: {"sourceBotVersion": DRAFT} for locale in archive.locales},
        )
        made.add(answer["botVersion"])
    except ServiceError as error:
        if error.code != _CONFLICT:
            raise
    waiting.bot(session, client.describe_bot(botId=bot["botId"]), patience)
    found = sorted({*_versions(session, bot, tag), *made}, key=int)
    if not found:
        raise JobFailed(f"no version of {bot['botName']} was made", hint="run the same command again")
    for surplus in found[1:]:
        _remove_surplus(session, bot, surplus)
    return found[0]


def _remove_surplus(session: Session, bot: Mapping[str, Any], version: str) -> None:
    try:
        session.client(MODELS).delete_bot_version(botId=bot["botId"], botVersion=version, skipResourceInUseCheck=False)
    except ServiceError as error:
        session.talk.warn(f"the version {version} was made twice, and could not be removed: {error.message}")


def _wait_for_version(session: Session, bot: Mapping[str, Any], version: str, patience: Patience) -> None:
    waiting.wait(
        session,
        "version",
        f"{bot['botName']}/{version}",
        lambda: session.client(MODELS).describe_bot_version(botId=bot["botId"], botVersion=version),
        "botStatus",
        done=frozenset({"Available", "Inactive"}),
        patience=patience,
        late=True,
    )
