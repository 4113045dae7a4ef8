"""Say which tags of an SSML text an engine does not know, before it is paid for.

Source: Amazon Polly Developer Guide, "Supported SSML tags" and the page of each tag, as read in 2026.
"""

from __future__ import annotations

from dataclasses import dataclass

from awsml_cli.core.errors import InputError
from awsml_cli.formats.ssml.read import Tag, read

ENGINES = ("standard", "neural", "long-form", "generative")
_ALL = frozenset(ENGINES)
_STANDARD = frozenset({"standard"})

# the engines that know a tag
_TAGS = dict.fromkeys(("speak", "break", "lang", "mark", "p", "phoneme", "prosody", "s", "say-as", "sub", "w"), _ALL)
_TAGS |= {"emphasis": _STANDARD, "amazon:auto-breaths": _STANDARD, "amazon:breath": _STANDARD}
_TAGS |= {"amazon:effect": _ALL - {"generative"}, "amazon:domain": frozenset({"neural"})}

# the engines that know an attribute, with its value where that matters
_ATTRIBUTES: dict[tuple[str, str, str | None], frozenset[str]] = {
    ("prosody", "pitch", None): _STANDARD,
    ("prosody", "amazon:max-duration", None): _STANDARD,
    ("amazon:effect", "name", "whispered"): _STANDARD,
    ("amazon:effect", "phonation", None): _STANDARD,
    ("amazon:effect", "vocal-tract-length", None): _STANDARD,
}


@dataclass(frozen=True, slots=True)
class Problem:
    """A tag that an engine will refuse; line and column count from 1."""

    line: int
    column: int
    tag: str
    message: str


def lint(ssml: str, engine: str) -> list[Problem]:
    """List what ENGINE (standard, neural, long-form or generative) does not know in SSML.

    Raises InputError for SSML that is not well formed, and for an engine that does not exist.
    """
    if engine not in _ALL:
        raise InputError(f"there is no engine {engine!r}", hint=f"one of {', '.join(ENGINES)}")
    tags = [part for part in read(ssml) if isinstance(part, Tag) and part.kind != "close"]
    return [Problem(tag.line, tag.column, tag.name, message) for tag in tags for message in _messages(tag, engine)]


def _messages(tag: Tag, engine: str) -> list[str]:
    known = _TAGS.get(tag.name)
    if known is None:
        return [f"<{tag.name}> is no tag of Polly's"]
    if engine not in known:
        return [f"<{tag.name}> is not known to {engine} voices{_instead(known)}"]
    return [
        f'<{tag.name} {name}="{value}"> is not known to {engine} voices{_instead(engines)}'
        for name, value in tag.attributes.items()
        for engines in (_ATTRIBUTES.get((tag.name, name, value)) or _ATTRIBUTES.get((tag.name, name, None)),)
        if engines is not None and engine not in engines
    ]


def _instead(engines: frozenset[str]) -> str:
    return f", only to {' and '.join(name for name in ENGINES if name in engines)} ones"
