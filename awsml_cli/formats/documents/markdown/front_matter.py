"""The lines of YAML or TOML before a Markdown text: titles and descriptions are translated, all else stays."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from functools import partial

from awsml_cli.formats.documents.encoding import Line
from awsml_cli.formats.documents.model import Draft
from awsml_cli.formats.documents.prose import has_letter, is_machine

_FENCES = {"---": ("---", "..."), "+++": ("+++",)}
_FIELD = re.compile(
    r"""(?P<key>["']?(?:title|description|summary|subtitle|lead|abstract|linkTitle|sidebar_label)["']?)\s*(?P<sign>[:=])\s*"""
    r"""(?P<value>"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'|>&*!%@`\[\]{}#][^#]*?)(?:\s+\#.*)?\s*\Z"""
)
_NOT_PLAIN = re.compile(
    r":(?:\s|\Z)|\s#|\A[\s\-?:,\[\]{}#&*!|>'\"%@`]|\A(?:true|false|null|yes|no|on|off|~)\Z|\s\Z", re.IGNORECASE
)


def read(draft: Draft, lines: Sequence[Line]) -> int:
    """Add what is to be translated in the front matter that LINES begin with; give the number of its lines."""
    ends = _FENCES.get(lines[0].text.rstrip()) if lines else None
    if ends is None:
        return 0
    last = next((at for at, line in enumerate(lines[1:], start=1) if line.text.rstrip() in ends), None)
    if last is None:
        return 0
    for line in lines[1:last]:
        found = _FIELD.match(line.text)
        if found is None:
            continue
        raw = found["value"]
        value = _value(raw)
        if value is None or not has_letter(value) or is_machine(value):
            continue
        indexes, joined = draft.value(found["key"].strip("\"'"), value)
        begin = line.begin + found.start("value")
        draft.slot(begin, begin + len(raw), indexes, partial(_written, raw[0], found["sign"], joined))
    return last + 1


def _value(raw: str) -> str | None:
    if raw.startswith('"'):
        try:
            return str(json.loads(raw, strict=False))
        except ValueError:
            return None  # an escape of YAML that JSON lacks
    return raw[1:-1].replace("''", "'") if raw.startswith("'") else raw


def _written(quote: str, sign: str, joined: Callable[[Sequence[str]], str], texts: Sequence[str]) -> str:
    text = joined(texts)
    if quote == "'" and (sign == ":" or "'" not in text):
        return "'" + text.replace("'", "''") + "'"
    if quote == '"' or quote == "'" or sign == "=" or _NOT_PLAIN.search(text):
        return json.dumps(text, ensure_ascii=False)
    return text
