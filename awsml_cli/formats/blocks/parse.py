"""Read any JSON that Textract writes, and know which answer it is.

Blocks are made small while the JSON is read (`object_hook`), so that the tree of dicts, several times as large as the
text, never exists as a whole.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from typing import Any

from awsml_cli.core.errors import InputError
from awsml_cli.formats.blocks.assemble import document
from awsml_cli.formats.blocks.block import NOWHERE, Block, Box
from awsml_cli.formats.blocks.model import Document

_HINT = "give the JSON that Textract wrote: one answer, or a list of the answers about one document's pages"
_KEYS = ("Blocks", "ExpenseDocuments", "IdentityDocuments", "Results", "Summary")
# What an answer of a known shape can still have wrong inside: a list for a text, a word for a number.
_MISSHAPEN = (KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError, struct.error)


def parse(data: bytes | str | Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> Document:
    """The document in DATA: the answer of any operation of Textract, or a list of them.

    A list holds either the pages of one job's result (`NextToken`), in order, or one synchronous answer for each page.
    JSON Lines will do too. Takes time in proportion to the size. Raises InputError for what is not JSON, for JSON of
    something else, and for an answer that is damaged inside.
    """
    try:
        found = read(_text(data)) if isinstance(data, bytes | str) else _walk(data)
        return document(_answers(found))
    except _MISSHAPEN as error:
        reason = f"{type(error).__name__}: {error}"
        raise InputError(f"this answer of Textract is damaged inside: {reason}", hint=_HINT) from error


def read(text: str) -> Any:
    """The JSON in TEXT with its blocks made small."""
    try:
        return json.loads(text, object_hook=_small)
    except json.JSONDecodeError as error:
        return _lines(text, error)
    except RecursionError as error:
        raise InputError("this JSON is nested too deeply to be an answer of Textract", hint=_HINT) from error


def _small(found: dict[str, Any]) -> Any:
    """FOUND, an object of the JSON, as we keep it: called for the innermost first."""
    if "BlockType" in found:
        return Block(found)
    if len(found) == 2 and "X" in found:
        return (found["X"], found["Y"])
    if "Left" in found and "Top" in found:
        return Box(found["Left"], found["Top"], found["Width"], found["Height"])
    if "BoundingBox" in found or "Polygon" in found:
        points = tuple(number for point in found.get("Polygon") or () for number in point)
        box = found.get("BoundingBox") or _box(points)
        return (box, points or box.points)
    return found


def _box(points: tuple[float, ...]) -> Box:
    if len(points) < 4:
        return NOWHERE
    left, top = min(points[::2]), min(points[1::2])
    return Box(left, top, max(points[::2]) - left, max(points[1::2]) - top)


def _walk(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _small({key: _walk(part) for key, part in value.items()})
    if isinstance(value, list | tuple):
        return [_walk(part) for part in value]
    return value


def _text(data: bytes | str) -> str:
    try:
        text = data.decode("utf-8") if isinstance(data, bytes) else data
    except UnicodeDecodeError as error:
        raise InputError(f"this is not text: byte {error.start} is not UTF-8", hint=_HINT) from error
    if text[:1] == "\ufeff":
        text = text[1:]
    if not text or text.isspace():
        raise InputError("the answer is empty", hint=_HINT)
    return text


def _lines(text: str, whole: json.JSONDecodeError) -> list[Any]:
    """The lines as JSON each; broken in its first line it is no list of lines, and the whole says more."""
    answers = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            answers.append(json.loads(line, object_hook=_small))
        except json.JSONDecodeError as error:
            at, problem = (number, error) if answers else (whole.lineno, whole)
            said = f"this is not JSON: {problem.msg} at line {at}, column {problem.colno}"
            raise InputError(said, hint=_HINT) from error
    return answers


def _answers(found: Any) -> list[dict[str, Any]]:
    """FOUND as the list of answers that it holds. Raises InputError for JSON of something else."""
    answers = found if isinstance(found, list) else [found]
    if answers and all(isinstance(answer, Block) for answer in answers):
        return [{"Blocks": answers}]
    if not answers:
        raise InputError("this JSON is an empty list, not an answer of Textract", hint=_HINT)
    for answer in answers:
        if not isinstance(answer, dict):
            raise InputError("this JSON is not an answer of Textract", hint=_HINT)
        if not any(key in answer for key in _KEYS) and "JobStatus" not in answer:
            raise _foreign(answer)
    return answers


def _foreign(answer: dict[str, Any]) -> InputError:
    if set(answer) & {"JobId", "JobTag"}:
        return InputError("this names a job of Textract, it is not its result", hint="awsml textract jobs result ID")
    keys = ", ".join(list(answer)[:8]) or "none"
    more = " and more" if len(answer) > 8 else ""
    return InputError(f"this JSON is not an answer of Textract: its keys are {keys}{more}", hint=_HINT)
