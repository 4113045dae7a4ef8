"""The archive of a bot, as Lex V2 exports and imports it: read with suspicion, written so that the same is the same.

Its form is that of https://docs.aws.amazon.com/lexv2/latest/dg/import-export-format.html: a manifest, a folder with
the bot's name, in it `Bot.json` and a folder for each locale.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

from awsml_cli.core.errors import InputError, Retired
from awsml_cli.formats.documents.office.package import Package

MOST_BYTES: Final = 64 << 20  # of all files, unpacked
_DATE: Final = (1980, 1, 1, 0, 0, 0)  # the earliest that a ZIP file can say
_NAME: Final = re.compile(r"([0-9a-zA-Z][_-]?){1,100}")  # of a bot, by the service's model
_LOCALE: Final = re.compile(r"(?P<bot>[^/]+)/BotLocales/(?P<locale>[^/]+)/BotLocale\.json")
_V1: Final = "Amazon Lex V1 was retired on 2025-09-15"


@dataclass(frozen=True)
class Archive:
    """A bot in files: NAME, the ids of its LOCALES, BOT (what `Bot.json` says), FILES, and them as a ZIP file, DATA."""

    name: str
    locales: tuple[str, ...]
    bot: Mapping[str, Any]
    files: Mapping[str, bytes]
    data: bytes

    @property
    def digest(self) -> str:
        """What tells it from other bots, in hexadecimal; packing and blanks in JSON make no difference."""
        said = {path: _json(data, path) if path.endswith(".json") else data.hex() for path, data in self.files.items()}
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def from_zip(data: bytes, *, name: str) -> Archive:
    """The bot in the ZIP file DATA, which a message calls NAME. Raises InputError for what is damaged or harmful."""
    return from_files(unpacked(data, name=name), name=name)


def unpacked(data: bytes, *, name: str) -> dict[str, bytes]:
    """The files in the ZIP file DATA. Raises InputError for names that lead out of it, bombs, and damage."""
    package = Package(data, noun=name)
    total, files = 0, {}
    for member in package.members:
        if member.is_dir():
            continue
        total += member.file_size
        if total > MOST_BYTES:
            raise InputError(f"{name} unpacks to more than {MOST_BYTES >> 20} MiB", hint="no bot is so large")
        files[member.filename.replace("\\", "/")] = package.read(member.filename)
    return files


def from_files(files: Mapping[str, bytes], *, name: str) -> Archive:
    """The bot in FILES, by their paths. Raises InputError where they are none, Retired for a bot of Lex V1.

    One folder around everything (as an archive unpacked by hand has it) is taken off; hidden files are left out.
    """
    files = _without_folder({path: data for path, data in files.items() if not _hidden(path)})
    for path in files:
        if path.endswith(".json"):
            _json(files[path], f"{name}: {path}")
    _check_manifest(files, name)
    found = {match["bot"] for path in files if (match := _LOCALE.fullmatch(path))}
    bots = {path.partition("/")[0] for path in files if re.fullmatch(r"[^/]+/Bot\.json", path)}
    if len(bots) != 1 or not found <= bots:
        raise InputError(
            f"{name} holds {'no bot' if not bots else 'more than one bot'}",
            hint="one folder with Bot.json and BotLocales/, beside Manifest.json; `awsml lex export` writes such",
        )
    (folder,) = bots
    locales = sorted(match["locale"] for path in files if (match := _LOCALE.fullmatch(path)))
    if not locales:
        raise InputError(f"the bot in {name} has no locale", hint=f"{folder}/BotLocales/en_US/BotLocale.json")
    bot = _json(files[f"{folder}/Bot.json"], f"{name}: {folder}/Bot.json")
    called = str(bot.get("name") or folder)
    if not _NAME.fullmatch(called):
        raise InputError(f"`{called}` is no name of a bot", hint="letters and digits, parted by - or _")
    return Archive(called, tuple(locales), bot, files, packed(files))


def packed(files: Mapping[str, bytes]) -> bytes:
    """FILES as a ZIP file: in order, without dates or rights, so that the same files are the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:  # compressors differ between machines
        for path in sorted(files):
            entry = zipfile.ZipInfo(path, _DATE)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, files[path])
    return out.getvalue()


def _without_folder(files: dict[str, bytes]) -> dict[str, bytes]:
    tops = {path.partition("/")[0] for path in files}
    if len(tops) == 1 and any(re.fullmatch(r"[^/]+/manifest\.json", path, re.IGNORECASE) for path in files):
        (top,) = tops
        return {path.removeprefix(f"{top}/"): data for path, data in files.items()}
    return files


def _hidden(path: str) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in PurePosixPath(path).parts)


def _check_manifest(files: Mapping[str, bytes], name: str) -> None:
    manifest = next((path for path in files if path.lower() == "manifest.json"), None)
    if manifest is None:
        _refuse_v1(files)
        raise InputError(
            f"{name} has no Manifest.json",
            hint="a bot as Lex V2 exports it; `awsml lex export BOT -o FOLDER/` makes one",
        )
    content = _json(files[manifest], f"{name}: {manifest}")
    about = content.get("metaData") or content.get("metadata") or {}
    kind = str(about.get("resourceType", "")).lower().replace("_", "")
    if about.get("fileFormat") != "LexJson" or kind != "bot":
        what = about.get("resourceType") or "nothing that is known"
        raise InputError(f"{name} is no export of a bot: its manifest says {what}", hint="awsml lex export BOT")


def _refuse_v1(files: Mapping[str, bytes]) -> None:
    for path, data in files.items():
        if "/" not in path and path.endswith(".json"):
            about = _json(data, path).get("metadata")
            if isinstance(about, Mapping) and about.get("importType") == "LEX":
                raise Retired(
                    _V1, hint=f"{path} is a bot of it; instead: Amazon Lex V2, to which it must be written anew"
                )


def _json(data: bytes, place: str) -> dict[str, Any]:
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as problem:
        raise InputError(f"{place} is not JSON: {problem}") from None
    if not isinstance(content, dict):
        raise InputError(f"{place} is no JSON object")
    return content
