"""JSON and JSONL: chosen string values are translated, all else stays to the character.

Which values: those on the paths that were given; without any, those that read as text (`prose.is_prose`). A file
whose every value is a string, as catalogues of messages are, has single words translated too. Values under keys that
begin with `@` or `$` describe (ARB, JSON Schema) and stay.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from awsml_cli.core.errors import InputError
from awsml_cli.formats.documents.encoding import TextFile, decode, line_number, lines
from awsml_cli.formats.documents.jsonpath import Path, Step, spelled
from awsml_cli.formats.documents.model import Document, Draft, Options
from awsml_cli.formats.documents.prose import is_prose

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Value:
    """A string value: the way to it, what it says, and where it stands, quotes included."""

    steps: tuple[Step, ...]
    text: str
    begin: int
    end: int


def read(data: bytes, options: Options) -> Document:
    """The JSON document in DATA. Raises InputError with line and column where it is none."""
    file = decode(data)
    _check(file.text, 0, len(file.text))
    draft = Draft()
    _add(draft, file, list(_values(file.text, 0, len(file.text))), options, prefix="")
    _refuse_nothing(draft, options)
    return draft.document("json", file)


def read_lines(data: bytes, options: Options) -> Document:
    """The JSONL in DATA: a document a line, blank lines left alone. Raises InputError with the line."""
    file = decode(data)
    draft = Draft()
    for number, line in enumerate(lines(file.text), start=1):
        if line.text.strip():
            _check(file.text, line.begin, line.end, number=number)
            _add(draft, file, list(_values(file.text, line.begin, line.end)), options, prefix=f"line {number}: ")
    _refuse_nothing(draft, options)
    return draft.document("jsonl", file)


def _add(draft: Draft, file: TextFile, values: Sequence[_Value], options: Options, *, prefix: str) -> None:
    paths = [Path(spelling) for spelling in options.paths]
    catalogue = not prefix and _is_catalogue(file.text, values)
    ascii_only = file.text.isascii() and "\\u" in file.text
    for value in values:
        if paths:
            chosen = any(path.holds(value.steps) for path in paths)
        else:
            key = next((step for step in reversed(value.steps) if isinstance(step, str)), "")
            hidden = any(isinstance(step, str) and step.startswith(("@", "$")) for step in value.steps)
            chosen = not hidden and is_prose(value.text, key=key, catalogue=catalogue)
        if chosen:
            indexes, joined = draft.value(prefix + spelled(value.steps), value.text)
            if indexes:
                draft.slot(value.begin, value.end, indexes, partial(_written, joined, ascii_only))


def _written(joined: Callable[[Sequence[str]], str], ascii_only: bool, texts: Sequence[str]) -> str:
    return json.dumps(joined(texts), ensure_ascii=ascii_only)


def _is_catalogue(text: str, values: Sequence[_Value]) -> bool:
    """Whether TEXT is an object in which nothing but strings, and objects of them, are."""
    if (
        not values
        or not text.lstrip().startswith("{")
        or any(isinstance(step, int) for v in values for step in v.steps)
    ):
        return False
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', "", text)
    return re.search(r"[^\s{},:]", bare) is None


def _refuse_nothing(draft: Draft, options: Options) -> None:
    if options.paths and not draft.segments:
        raise InputError(f"there is no text at {', '.join(options.paths)}", hint="for example $.items[*].title")


def _check(text: str, begin: int, end: int, *, number: int | None = None) -> None:
    try:
        json.loads(text[begin:end])
    except json.JSONDecodeError as problem:
        line = number or line_number(text, begin + problem.pos)
        raise InputError(f"the file is not JSON: {problem.msg.lower()}, line {line}, column {problem.colno}") from None
    except RecursionError:
        raise InputError("the JSON is nested too deeply to be read") from None


def _values(text: str, begin: int, end: int) -> Iterator[_Value]:
    """The string values in the valid JSON `[begin:end]`, in order."""
    steps: list[Step] = []
    is_key = False  # whether the next string is one
    for token in _TOKEN.finditer(text, begin, end):
        sign = token[0]
        if sign in "{[":
            steps.append("" if sign == "{" else 0)
            is_key = sign == "{"
        elif sign in "}]":
            steps.pop()
            is_key = False
        elif sign == ",":
            last = steps[-1]
            is_key = isinstance(last, str)
            if isinstance(last, int):
                steps[-1] = last + 1
        elif sign == ":":
            is_key = False
        elif sign[0] == '"':
            value = json.loads(sign, strict=False)
            if is_key:
                steps[-1] = value
            else:
                yield _Value(tuple(steps), value, token.start(), token.end())
