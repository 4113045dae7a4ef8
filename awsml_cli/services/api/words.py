"""The words of a command line as the parameters of an operation.

`--kebab-name value` for every member of the input, `--a.b value` for one inside another. A list takes several values
(or the option again, or one JSON array); a structure takes JSON or the short way of `aws` (`shorthand`); a boolean
takes none (`--no-name` is false). `@PATH` is a file's content (`file://` and `fileb://`, as `aws` has them, too), `-`
is stdin.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from awsml_cli.core import models
from awsml_cli.core.errors import InputError, UsageError
from awsml_cli.services.api import shorthand

_OPTION: Final = re.compile(r"--([A-Za-z][^\s=]*)(?:=(.*))?", re.DOTALL)

# what `aws` has for all operations, and what it is called here
_OF_AWS: Final = {
    **dict.fromkeys(("cli-input-json", "cli-input-yaml"), "--input FILE takes JSON with the parameters; - is stdin"),
    "generate-cli-skeleton": "--skeleton prints JSON to be filled in, for --input",
    "max-items": "--limit N ends after so many; all pages are followed up to there",
    **dict.fromkeys(("no-paginate", "page-size", "starting-token"), "all pages are followed; --limit N ends before"),
    **dict.fromkeys(("no-cli-pager", "no-cli-auto-prompt"), "there is no such thing here to be switched off"),
    "cli-binary-format": "@FILE is a file's bytes, and other values are taken as they are",
    "ca-bundle": "AWS_CA_BUNDLE names it, as for `aws`",
}


def parameters(
    operation: Any, words: Sequence[str], document: str | None = None, *, check: bool = True
) -> dict[str, Any]:
    """The parameters of OPERATION from WORDS, on top of those in the JSON file DOCUMENT (`-` is stdin).

    Raises UsageError for a word that means nothing and, with CHECK, one for all that AWS would refuse; nothing is sent.
    """
    params = _document(document) if document else {}
    shape = operation.input_shape
    said: set[str] = set()
    for name, values in _options(words):
        if shape is None:
            raise UsageError(f"{operation.name} takes no parameters, and there is --{name}")
        kind = _put(params, operation, name, values)
        if name in said and kind != "list":
            raise UsageError(f"--{name} is said twice", hint="it takes one value")
        said.add(name)
    found = list(models.faults(shape, params)) if shape is not None else [f"{name} is unknown" for name in params]
    if check and found:
        raise UsageError(
            f"{operation.name} would refuse this: {'; '.join(found)}",
            hint=f"awsml api {operation.service_model.service_name} {models.kebab(operation.name)} --help",
        )
    return params


def _document(name: str) -> dict[str, Any]:
    data = _read(_path(name) or name)
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except ValueError as problem:
        raise InputError(f"{name} is not JSON: {problem}") from None
    if not isinstance(found, dict):
        raise InputError(f"{name} holds no JSON object", hint="it names the parameters as AWS does")
    return found


def _options(words: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Each option of WORDS with its values: all up to the next one."""
    name: str | None = None
    values: list[str] = []
    for word in words:
        if option := _OPTION.fullmatch(word):
            if name is not None:
                yield name, values
            name, value = option[1], option[2]
            values = [value] if value is not None else []
        elif name is None:
            raise UsageError(f"`{word}` belongs to no parameter", hint="--name value; --help names them")
        else:
            values.append(word)
    if name is not None:
        yield name, values


def _put(params: dict[str, Any], operation: Any, name: str, values: list[str]) -> str:
    """Put VALUES where NAME (`voice-settings.engine`) says, and tell which type is wanted there."""
    shape, place = operation.input_shape, params
    parts = name.split(".")
    for number, part in enumerate(parts):
        if shape.type_name == "map":
            member, shape = part, shape.value
        else:
            member, shape, values = _member(shape, part, values, operation, before=".".join([*parts[:number], ""]))
        if number < len(parts) - 1:
            if shape.type_name not in ("structure", "map"):
                raise UsageError(f"--{name}: {member} has no members")
            place = place.setdefault(member, {})
    made = _value(shape, values, name)
    if isinstance(made, list) and isinstance(place.get(member), list):
        made = [*place[member], *made]
    place[member] = made
    return str(shape.type_name)


def _member(shape: Any, word: str, values: list[str], operation: Any, *, before: str) -> tuple[str, Any, list[str]]:
    """The member of SHAPE that WORD names, its shape, and its VALUES; BEFORE is what the option begins with."""
    members = {models.kebab(name): name for name in shape.members}
    known = members.get(word.replace("_", "-"))
    if known is None and word in shape.members:
        known = word
    if known is not None:
        return known, shape.members[known], values
    plain = members.get(word.removeprefix("no-"))
    if word.startswith("no-") and plain and shape.members[plain].type_name == "boolean" and not values:
        return plain, shape.members[plain], ["false"]
    raise UsageError(
        f"{operation.name} has no parameter --{before}{word}",
        hint=_inner(shape, word)
        or _OF_AWS.get(word)
        or models.nearest(word, members, before=f"--{before}")
        or f"its parameters: {', '.join(f'--{before}{name}' for name in members)}",
    )


def _inner(shape: Any, word: str) -> str | None:
    """A hint where WORD is a member of a member, written with dashes, as `aws` has a few (`--image-bytes`)."""
    for name, member in shape.members.items():
        outer = models.kebab(name) + "-"
        if word.startswith(outer) and member.type_name == "structure":
            for inner in member.members:
                if models.kebab(inner) == word.removeprefix(outer):
                    return f"did you mean --{models.kebab(name)}.{models.kebab(inner)}?"
    return None


def _value(shape: Any, values: list[str], name: str) -> Any:
    kind = shape.type_name
    if kind == "list":
        if len(values) == 1 and _text(values[0]).lstrip().startswith("["):
            return _json(_text(values[0]), name)
        return [_value(shape.member, [value], name) for value in values]
    if kind == "boolean" and not values:
        return True
    if len(values) != 1:
        raise UsageError(f"--{name} takes one value, not {len(values)}", hint="quote what has blanks in it")
    value = values[0]
    if kind == "blob":
        return _blob(value)
    if kind in ("structure", "map"):
        return _structure(shape, _text(value), name)
    text = _text(value)
    if kind == "boolean":
        if text.lower() not in ("true", "false"):
            raise UsageError(f"--{name} is true or false, not `{text}`")
        return text.lower() == "true"
    if kind in ("integer", "long", "float", "double"):
        try:
            return int(text) if kind in ("integer", "long") else float(text)
        except ValueError:
            raise UsageError(f"--{name}: `{text}` is not a number") from None
    return text


def _structure(shape: Any, text: str, name: str) -> Any:
    if text.lstrip().startswith(("{", "[")) or getattr(shape, "is_document_type", False):
        return _json(text, name)
    try:
        found = shorthand.parse(text)
    except ValueError as problem:
        rest = str(problem)[:40]
        raise UsageError(f"--{name}: `{rest}` is not Key=value", hint="or give JSON: '{…}' or @FILE") from None
    return _shaped(shape, found, name)


def _shaped(shape: Any, found: Any, name: str) -> Any:
    """FOUND in the short way as SHAPE wants it; what does not fit stays as it is, for the check."""
    kind = shape.type_name if shape is not None else ""
    if isinstance(found, shorthand.Plain):
        return found.value
    if isinstance(found, dict):
        inner = {key: _within(shape, key) for key in found}
        return {key: _shaped(inner[key], value, f"{name}.{key}") for key, value in found.items()}
    if kind == "list":
        many = found if isinstance(found, list) else [found] if found else []
        return [_shaped(shape.member, value, name) for value in many]
    return found if isinstance(found, list) or not kind else _value(shape, [found], name)


def _within(shape: Any, key: str) -> Any:
    """The shape of the member KEY of SHAPE; None where there is none."""
    kind = shape.type_name if shape is not None else ""
    return shape.members.get(key) if kind == "structure" else shape.value if kind == "map" else None


def _json(text: str, name: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as problem:
        raise UsageError(f"--{name} is not JSON: {problem}") from None


def _text(value: str) -> str:
    """VALUE, or the content of the file that it names with @ or file://."""
    path = _path(value)
    if path is None:
        return value
    try:
        return _read(path).decode("utf-8").rstrip("\n")
    except UnicodeDecodeError as problem:
        raise InputError(f"{path} is not UTF-8 at byte {problem.start}") from None


def _blob(value: str) -> bytes:
    if value == "-":
        return sys.stdin.buffer.read()
    path = _path(value)
    if path is None and Path(value).is_file():
        raise UsageError(f"`{value}` names a file", hint=f"@{value} is its content")
    return value.encode() if path is None else _read(path)


def _path(value: str) -> str | None:
    for mark in ("fileb://", "file://", "@"):
        if value.startswith(mark) and len(value) > len(mark):
            return value.removeprefix(mark)
    return None


def _read(path: str) -> bytes:
    if path == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(path).expanduser().read_bytes()
    except OSError as problem:
        raise InputError(f"cannot read {path}: {problem.strerror or problem}") from None
