"""Manifests of labelled pictures, as SageMaker Ground Truth writes them: JSON lines, a picture each.

https://docs.aws.amazon.com/rekognition/latest/customlabels-dg/md-create-manifest-file-classification.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from awsml_cli.core.errors import InputError

SOURCE: Final = "source-ref"
_KINDS: Final = ("groundtruth/image-classification", "groundtruth/object-detection")
_HINT: Final = 'a line is {"source-ref": "s3://BUCKET/KEY", "label": 1, "label-metadata": {…}}'


def line(picture: str, labels: Sequence[str], *, classes: Sequence[str], date: str) -> str:
    """The line of the PICTURE (its s3:// address), which shows LABELS of CLASSES; DATE is of the labelling, in ISO."""
    made: dict[str, Any] = {SOURCE: picture}
    for label in labels:
        name = f"class-{classes.index(label)}"
        made[name] = 1
        made[f"{name}-metadata"] = {
            "confidence": 1,
            "job-name": f"labeling-job/{name}",
            "class-name": label,
            "human-annotated": "yes",
            "creation-date": date,
            "type": "groundtruth/image-classification",
        }
    return json.dumps(made, ensure_ascii=False)


def read(data: bytes, *, name: str) -> list[dict[str, Any]]:
    """The lines of a manifest, which the user calls NAME. Raises InputError with the number of the first bad one."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{name} is no manifest: it is not UTF-8 text", hint=_HINT) from None
    found = []
    for number, one in enumerate(text.splitlines(), start=1):
        if not one.strip():
            continue
        try:
            made = json.loads(one)
            if not isinstance(made, dict) or not isinstance(made[SOURCE], str):
                raise TypeError
        except (ValueError, KeyError, TypeError):
            raise InputError(f"{name}, line {number}: this is no line of a manifest", hint=_HINT) from None
        found.append(made)
    if not found:
        raise InputError(f"{name} has no line", hint=_HINT)
    return found


def labels_of(one: Mapping[str, Any]) -> tuple[str, ...]:
    """The labels that a line gives its picture, of whole pictures and of boxes in it."""
    found: dict[str, None] = {}
    for name, about in one.items():
        if not name.endswith("-metadata") or not isinstance(about, Mapping):
            continue
        if about.get("type") == _KINDS[0] and "class-name" in about:
            found[str(about["class-name"])] = None
        elif about.get("type") == _KINDS[1]:
            names = about.get("class-map") or {}
            value = one.get(name.removesuffix("-metadata"))
            boxes = value.get("annotations") if isinstance(value, Mapping) else ()
            for box in boxes or ():
                found[str(names.get(str(box.get("class_id")), box.get("class_id")))] = None
    return tuple(found)


def identity(one: Mapping[str, Any]) -> str:
    """What tells a line from others: its picture, its labels and where in the picture they are, not when or by whom."""
    said = {name: value for name, value in one.items() if not name.endswith("-metadata")}
    return json.dumps([said, labels_of(one)], sort_keys=True)


def text(lines: Iterable[str]) -> bytes:
    """LINES as the file that AWS reads."""
    return "".join(f"{one}\n" for one in lines).encode()
