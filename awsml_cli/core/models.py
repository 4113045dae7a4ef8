"""AWS's own models of its services, as botocore brings them: which operations there are, and what they take.

Read without a client, so that names and limits are known before there is a region or a credential.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any, Final

from awsml_cli.core import lifecycle
from awsml_cli.core.errors import UsageError

# boto3's names of the services that this program is about, and of those that their commands need
SERVICES: Final = (
    *("transcribe", "polly", "translate", "comprehend", "comprehendmedical"),
    *("rekognition", "textract", "forecast", "forecastquery"),
    *("personalize", "personalize-runtime", "personalize-events", "lexv2-models", "lexv2-runtime"),
    *("sagemaker", "sagemaker-runtime", "sagemaker-a2i-runtime", "sagemaker-metrics", "sagemaker-featurestore-runtime"),
    *("codeguru-reviewer", "codeguruprofiler", "braket", "ecr", "lex-models", "lex-runtime", "codeguru-security"),
    "service-quotas",
)
_BOUNDS: Final = {"string": "characters", "blob": "bytes", "list": "members", "map": "entries"}


def kebab(name: str) -> str:
    """NAME as a word of the command line: `DescribeVoices` is `describe-voices`."""
    from botocore import xform_name

    return str(xform_name(name, "-"))


@cache
def service_model(name: str) -> Any:
    """botocore's model of the service NAME. Raises Retired for one that is no more, UsageError for one not of ours."""
    if name not in SERVICES:
        lifecycle.refuse_if_gone(name)
        raise UsageError(f"there is no service `{name}` here", hint=_nearest_service(name) or "`awsml api` lists them")
    import botocore.session

    return botocore.session.get_session().get_service_model(name)


def operation_model(service: str, word: str) -> Any:
    """The operation of SERVICE that WORD names (`describe-voices`, `describe_voices` or `DescribeVoices`).

    Raises UsageError with the names that come near.
    """
    names = {kebab(name): name for name in service_model(service).operation_names}
    wanted = as_said(word)
    if wanted not in names:
        hint = nearest(wanted, names) or f"`awsml api {service}` lists them"
        raise UsageError(f"{service} has no operation `{word}`", hint=hint)
    return service_model(service).operation_model(names[wanted])


def as_said(word: str) -> str:
    """WORD (`DescribeVoices`, `describe_voices`) in the words of the command line."""
    return word.replace("_", "-") if word[:1].islower() else kebab(word)


def waiter_models(service: str) -> dict[str, Any]:
    """What botocore knows of each waiter of SERVICE, by its word of the command line (`endpoint-in-service`)."""
    import botocore.session
    from botocore.exceptions import DataNotFoundError

    service_model(service)
    try:
        found = botocore.session.get_session().get_waiter_model(service)
    except (DataNotFoundError, ValueError):
        return {}
    return {kebab(name): found.get_waiter(name) for name in found.waiter_names}


def nearest(name: str, known: Iterable[str], *, before: str = "") -> str | None:
    """A hint with the names in KNOWN that come near NAME, if any do; BEFORE is what each of them begins with."""
    near = get_close_matches(name, list(known), n=3, cutoff=0.5)
    return f"did you mean {' or '.join(before + one for one in near)}?" if near else None


def _nearest_service(name: str) -> str | None:
    """A hint with the living services that have NAME in theirs (`lex`), or come near it."""
    alive = [one for one in SERVICES if lifecycle.state_of(one) != lifecycle.RETIRED]
    within = [one for one in alive if len(name) > 1 and name in one][:3]
    return f"did you mean {' or '.join(within)}?" if within else nearest(name, alive)


def faults(shape: Any, value: Any, path: str = "") -> Iterator[str]:
    """What AWS would refuse in VALUE: names, types and limits of the model, each with the way to the place."""
    if shape is None or getattr(shape, "is_document_type", False) or shape.serialization.get("eventstream"):
        return
    kind = shape.type_name
    if kind == "structure":
        yield from _structure(shape, value, path)
    elif kind == "list":
        if not isinstance(value, list | tuple):
            yield f"{path}: a list is wanted"
            return
        yield from _bounds(shape, len(value), path)
        for number, member in enumerate(value):
            yield from faults(shape.member, member, f"{path}[{number}]")
    elif kind == "map":
        if not isinstance(value, Mapping):
            yield f"{path}: an object is wanted"
            return
        yield from _bounds(shape, len(value), path)
        for key, member in value.items():
            yield from faults(shape.key, key, f"{path}.{key}")
            yield from faults(shape.value, member, f"{path}.{key}")
    else:
        yield from _scalar(shape, value, path)


def _structure(shape: Any, value: Any, path: str) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield f"{path}: an object is wanted"
        return
    before = f"{path}." if path else ""
    for name in shape.required_members:
        if name not in value:
            yield f"{before}{name} is missing"
    for name, member in value.items():
        if name in shape.members:
            yield from faults(shape.members[name], member, f"{before}{name}")
        else:
            hint = nearest(name, shape.members)
            yield f"{before}{name} is unknown" + (f"; {hint}" if hint else "")
    if getattr(shape, "is_tagged_union", False) and len(value) != 1:
        yield f"{path or shape.name}: exactly one of {', '.join(shape.members)} is wanted"


def _scalar(shape: Any, value: Any, path: str) -> Iterator[str]:
    kind = shape.type_name
    if kind in ("integer", "long"):
        right = isinstance(value, int) and not isinstance(value, bool)
    elif kind in ("float", "double"):
        right = isinstance(value, int | float) and not isinstance(value, bool)
    elif kind == "boolean":
        right = isinstance(value, bool)
    elif kind == "string":
        right = isinstance(value, str)
    elif kind == "timestamp":
        right = _is_time(value)
        if not right:
            yield f"{path}: `{value}` is no time; 2026-01-31T12:00:00Z is one, and so are seconds since 1970"
            return
    else:
        right = True  # blobs: what boto3 takes is made from words elsewhere
    if not right:
        yield f"{path}: {value!r} is no {kind}"
        return
    if kind == "string":
        if shape.enum and value not in shape.enum:
            near = nearest(value, shape.enum) or f"one of: {', '.join(shape.enum[:12])}"
            yield f"{path}: `{value}` is none of its values; {near}"
        yield from _bounds(shape, len(value), path)
        pattern = compiled(shape.metadata.get("pattern", ""))
        if pattern is not None and not pattern.fullmatch(value):
            yield f"{path}: `{value[:60]}` does not match {shape.metadata['pattern']}"
    elif kind == "blob" and isinstance(value, bytes):
        yield from _bounds(shape, len(value), path)
    elif kind in ("integer", "long", "float", "double"):
        yield from _bounds(shape, value, path)


def _is_time(value: Any) -> bool:
    """Whether boto3 can make a time of VALUE."""
    from botocore.utils import parse_to_aware_datetime

    try:
        parse_to_aware_datetime(value)
    except (ValueError, TypeError, AttributeError, OverflowError, RuntimeError):
        return False
    return True


def _bounds(shape: Any, size: float, path: str) -> Iterator[str]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    unit = _BOUNDS.get(shape.type_name, "")
    if high is not None and size > float(high):
        yield f"{path}: {size} {unit}".rstrip() + f", at most {high}"
    if low is not None and size < float(low):
        yield f"{path}: {size} {unit}".rstrip() + f", at least {low}"


@cache
def compiled(pattern: str) -> re.Pattern[str] | None:
    """A model's PATTERN, or None for one in Java's own dialect, which is AWS's to check."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return re.compile(pattern) if pattern else None
    except re.error:
        return None
