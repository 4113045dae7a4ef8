"""The labels of a picture, of what two networks see: things with their places, and classes of the picture as a whole.

Classes add up: a picture that is a tabby by .4 and a Persian cat by .4 is a cat by .8, and so are the groups above it.
Where both name an animal, the surer one is believed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from awsml_cli.core.errors import ConfigError
from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.engines.see import classes, objects, taxonomy
from awsml_cli.local.engines.see.objects import Thing

if TYPE_CHECKING:
    from PIL.Image import Image

ANIMAL: Final = "Animal"
LEAST: Final = 1.0  # confidence below which a class is not told at all
LARGE: Final = 0.1  # of the picture's area: an animal so large is what the picture is of


@dataclass
class Label:
    """A label: `confidence` is 0 to 100, `things` are where it is seen."""

    name: str
    confidence: float
    things: list[Thing] = field(default_factory=list)

    @property
    def parents(self) -> tuple[str, ...]:
        """What it is a sort of."""
        return taxonomy.parents(self.name)

    @property
    def category(self) -> str:
        """AWS's category, or ``."""
        return taxonomy.category(self.name)


def engines() -> tuple[Declaration, ...]:
    """The engines that are here. Raises ConfigError where there is none."""
    here = tuple(one for one in (objects.DECLARATION, classes.DECLARATION) if one.installed())
    if not here:
        raise ConfigError(
            "no engine on this machine can name what a picture shows",
            hint=f"{classes.DECLARATION.install}; and, for things and their places, {objects.DECLARATION.install}",
        )
    return here


def labels(picture: Image, *, home: Path) -> list[Label]:
    """What PICTURE (RGB) shows, the surest first, each label's parents among them. Raises ConfigError as `engines`."""
    here = engines()
    things = objects.find(picture, home=home) if objects.DECLARATION in here else []
    wholes = dict(_wholes(classes.look(picture, home=home))) if classes.DECLARATION in here else {}
    things, wholes = _agreed(things, wholes, picture.width * picture.height)
    found: dict[str, Label] = {name: Label(name, sure) for name, sure in wholes.items()}
    for thing in things:
        label = found.setdefault(thing.name, Label(thing.name, 0.0))
        label.things.append(thing)
    for label in list(found.values()):
        label.confidence = max([label.confidence, *(thing.confidence for thing in label.things)])
        for parent in label.parents:
            above = found.setdefault(parent, Label(parent, 0.0))
            above.confidence = max(above.confidence, label.confidence)
    return sorted(found.values(), key=lambda one: (-one.confidence, len(one.parents), one.name))


def _wholes(likely: Any) -> Iterator[tuple[str, float]]:
    """Name and confidence of the classes and groups that a picture as a whole is LIKELY of."""
    sums: dict[str, float] = {}
    for number, name in enumerate(taxonomy.names()):
        sums[name] = sums.get(name, 0.0) + 100 * float(likely[number])
    for name, group in taxonomy.groups().items():
        sums[name] = 100 * float(likely[list(group.classes)].sum())
    return ((name, min(sure, 100.0)) for name, sure in sums.items() if sure >= LEAST)


def _agreed(things: Sequence[Thing], wholes: dict[str, float], area: float) -> tuple[list[Thing], dict[str, float]]:
    """THINGS and WHOLES without what contradicts them: about a large animal, the surer of the two is believed."""
    large = [one for one in things if _is_animal(one.name) and one.box[2] * one.box[3] >= LARGE * area]
    if not large:
        return list(things), wholes
    seen = max(large, key=lambda one: one.confidence)
    known = {name: sure for name, sure in wholes.items() if name in taxonomy.things() and _is_animal(name)}
    whole = max(known, key=lambda name: known[name], default=seen.name)
    if whole == seen.name:
        return list(things), wholes
    if known[whole] > seen.confidence:  # the boxes are where they are, and called as the picture is
        renamed = [replace(one, name=whole) if one.name == seen.name else one for one in things]
        return [one for one in renamed if not _is_animal(one.name) or one.name == whole], wholes
    own = {seen.name, *taxonomy.parents(seen.name)}
    return list(things), {name: sure for name, sure in wholes.items() if name in own or not _is_animal(name)}


def _is_animal(name: str) -> bool:
    return name == ANIMAL or ANIMAL in taxonomy.parents(name)
