"""The pictures that a model learns from: a folder of classes or a manifest, looked at and split beforehand."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from awsml_cli.core import limits, sources
from awsml_cli.core.cache import key_of
from awsml_cli.core.errors import InputError
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.formats import ground_truth, pages

PICTURES: Final = frozenset({"jpg", "jpeg", "png"})
_HINT: Final = "a folder with a folder for each class, or a manifest (JSON lines)"


@dataclass(frozen=True)
class Example:
    """A picture: a file here or an address in S3, and its labels; LINE is what a manifest says of it, if one does."""

    digest: str
    labels: tuple[str, ...]
    path: Path | None = None
    address: str = ""
    line: Mapping[str, Any] | None = None
    ending: str = "jpg"


@dataclass(frozen=True)
class Examples:
    """What is learned from, and what is measured on; `classes` are all labels, in one order."""

    train: tuple[Example, ...]
    test: tuple[Example, ...]
    classes: tuple[str, ...] = field(default=())

    @property
    def digest(self) -> str:
        """What tells them from others."""
        return key_of(*([[one.digest, one.labels, one.line] for one in part] for part in (self.train, self.test)))

    def files(self) -> Iterator[Example]:
        """Those that lie on this machine, each content once."""
        seen = {one.digest: one for one in (*self.train, *self.test) if one.path is not None}
        yield from seen.values()


def gathered(session: Session, source: str, test: str | None, *, share: float) -> Examples:
    """The examples in SOURCE, a folder of classes or a manifest; TEST is another, or SHARE of each label is held back.

    Raises InputError for what cannot be learned from.
    """
    train = _examples(session, source)
    if test is not None:
        held = _examples(session, test)
        both = {one.digest for one in train} & {one.digest for one in held}
        if both:
            raise InputError(f"{len(both)} pictures of {test} are in {source} too: the test would prove nothing")
    else:
        train, held = _split(train, share)
    classes = tuple(sorted({label for one in (*train, *held) for label in one.labels}))
    _check(train, held, classes, source)
    return Examples(tuple(train), tuple(held), classes)


def _examples(session: Session, source: str) -> list[Example]:
    path = Path(source)
    if sources.is_remote(source) or path.is_file():
        return _from_manifest(session, source)
    if not path.is_dir():
        raise InputError(f"no such folder or manifest: {source}", hint=_HINT)
    return _from_folder(path)


def _from_folder(folder: Path) -> list[Example]:
    classes = sorted(one for one in folder.iterdir() if one.is_dir() and not one.name.startswith("."))
    if not classes:
        raise InputError(f"{folder} has no folder of a class in it", hint=_HINT)
    labels: dict[str, list[str]] = {}
    made: dict[str, Example] = {}
    for place in classes:
        files = sorted(
            file
            for file in place.rglob("*")
            if file.is_file() and file.suffix.lower().lstrip(".") in PICTURES and not file.name.startswith(".")
        )
        if not files:
            raise InputError(f"there is no JPEG or PNG in {place}")
        for file in files:
            example = _picture(file)
            made[example.digest] = example
            if place.name not in labels.setdefault(example.digest, []):
                labels[example.digest].append(place.name)
    return [Example(one.digest, tuple(labels[one.digest]), one.path, ending=one.ending) for one in made.values()]


def _from_manifest(session: Session, source: str) -> list[Example]:
    (given,) = sources.paths([source])
    lines = ground_truth.read(sources.read_bytes(given, session), name=source)
    return [_from_line(one, given) for one in lines]


def _from_line(one: Mapping[str, Any], manifest: Source) -> Example:
    reference = str(one[ground_truth.SOURCE])
    labels = ground_truth.labels_of(one)
    rest = {name: value for name, value in one.items() if name != ground_truth.SOURCE}
    if reference.startswith("s3://"):
        return Example(key_of(reference, json.dumps(rest, sort_keys=True)), labels, address=reference, line=rest)
    if manifest.path is None:
        raise InputError(f"{manifest.name} names `{reference}`, which is not in S3", hint="s3://BUCKET/KEY")
    picture = _picture(manifest.path.parent / reference)
    return Example(picture.digest, labels, picture.path, line=rest, ending=picture.ending)


def _picture(path: Path) -> Example:
    """The picture in PATH, within the limits, as yet without labels."""
    if not path.is_file():
        raise InputError(f"no such picture: {path}")
    size = path.stat().st_size
    if size == 0:
        raise InputError(f"{path} is empty")
    if size > limits.CUSTOM_LABELS_PICTURE_BYTES:
        raise InputError(f"{path} has {size:,} bytes; Custom Labels takes 15 MB a picture")
    facts = pages.look(path, name=str(path))
    if facts.kind not in ("png", "jpeg"):
        raise InputError(f"{path} is neither JPEG nor PNG, but {facts.kind.upper()}")
    if not {facts.width, facts.height} <= set(limits.REKOGNITION_CUSTOM_SIDE):
        raise InputError(
            f"{path} is {facts.width:,} x {facts.height:,} pixels; Custom Labels takes sides of 64 to 4,096"
        )
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Example(digest, (), path, ending="png" if facts.kind == "png" else "jpg")


def _split(found: Sequence[Example], share: float) -> tuple[list[Example], list[Example]]:
    """FOUND without, and with, the SHARE of each label that is held back: always the same ones of the same pictures."""
    held: set[str] = set()
    by_label: dict[str, list[Example]] = {}
    for one in found:
        by_label.setdefault(one.labels[0] if one.labels else "", []).append(one)
    for examples in by_label.values():
        ordered = sorted(examples, key=lambda one: hashlib.sha256(f"test {one.digest}".encode()).digest())
        count = min(max(round(len(ordered) * share), 1), len(ordered) - 1) if share else 0
        held.update(one.digest for one in ordered[:count])
    return [one for one in found if one.digest not in held], [one for one in found if one.digest in held]


def _check(train: Sequence[Example], test: Sequence[Example], classes: Sequence[str], name: str) -> None:
    count = len(train) + len(test)
    if count not in limits.CUSTOM_LABELS_PICTURES:
        raise InputError(
            f"{name} has {count:,} pictures; Custom Labels takes {limits.CUSTOM_LABELS_PICTURES[0]} to 250,000"
        )
    if len(classes) < 2:
        raise InputError(f"{name} has {len(classes)} class: a model tells two at least apart", hint=_HINT)
    if len(classes) > limits.CUSTOM_LABELS_LABELS:
        raise InputError(f"{name} has {len(classes)} classes; Custom Labels takes {limits.CUSTOM_LABELS_LABELS}")
    if long := [one for one in classes if len(one) > 255]:
        raise InputError(f"the class {long[0][:40]}… has a name of {len(long[0])} characters; AWS takes 255")
    untaught = {label for one in test for label in one.labels} - {label for one in train for label in one.labels}
    if untaught:
        raise InputError(f"the class {sorted(untaught)[0]} is in the test alone: nothing would be learned of it")
    if not test:
        raise InputError("there is nothing to measure the model on", hint="--test FOLDER, or --test-share 0.2")
