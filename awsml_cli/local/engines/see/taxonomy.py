"""What labels are called, what each is a sort of, and AWS's category for it: a tree over two networks' classes.

The 1,000 classes of ILSVRC 2012 are WordNet's (https://wordnet.princeton.edu/license-and-commercial-use), each by the
first of its synonyms, in `imagenet.txt`; `groups.txt` says which belong together, and `coco.txt` what COCO's 80 are
called. A class that no group holds has no parent and no category. AWS's categories:
https://docs.aws.amazon.com/rekognition/latest/dg/labels.html
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final


@dataclass(frozen=True)
class Group:
    """Classes of ILSVRC that are sorts of one thing; `parent` is the group that this one is a sort of."""

    name: str
    parent: str
    category: str
    classes: frozenset[int]


@cache
def names() -> tuple[str, ...]:
    """The names of ILSVRC's classes, in their order."""
    return tuple(_lines("imagenet.txt"))


@cache
def things() -> tuple[str, ...]:
    """The names of COCO's classes, in their order."""
    return tuple(_lines("coco.txt"))


@cache
def groups() -> dict[str, Group]:
    """The groups by name, a parent before its children."""
    found: dict[str, Group] = {}
    for line in _lines("groups.txt")[1:]:
        name, parent, category, classes = (part.strip() for part in line.split("|"))
        above = found[parent].category if parent else ""
        found[name] = Group(name, parent, category or above, _numbers(classes))
    return found


@cache
def parent_of(number: int) -> str:
    """The smallest group that holds the class NUMBER of ILSVRC, or ``."""
    holding = [group for group in groups().values() if number in group.classes]
    return min(holding, key=lambda group: len(group.classes)).name if holding else ""


def parents(name: str) -> tuple[str, ...]:
    """What the label NAME is a sort of, from the widest to the nearest."""
    chain: list[str] = []
    above = _above().get(name, "")
    while above:
        chain.insert(0, above)
        above = groups()[above].parent
    return tuple(chain)


def category(name: str) -> str:
    """AWS's category of the label NAME, or ``."""
    if name in _CATEGORIES:
        return _CATEGORIES[name]
    known = groups()
    if name in known:
        return known[name].category
    above = _above().get(name, "")
    return known[above].category if above else ""


@cache
def _above() -> dict[str, str]:
    """The group right above each label."""
    classes = {name: parent_of(number) for number, name in enumerate(names())}
    return {**classes, **_OBJECT_PARENTS, **{name: group.parent for name, group in groups().items()}}


def _lines(file: str) -> list[str]:
    return (Path(__file__).parent / file).read_text(encoding="utf-8").splitlines()


def _numbers(text: str) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split():
        first, _, last = part.partition("-")
        found.update(range(int(first), int(last or first) + 1))
    return frozenset(found)


_OBJECT_PARENTS: Final = {
    **dict.fromkeys(("Giraffe",), "Mammal"),
    "Cow": "Cattle",
    **dict.fromkeys(("Sandwich", "Hot Dog", "Pizza"), "Food"),
    **dict.fromkeys(("Banana", "Apple", "Orange"), "Fruit"),
    **dict.fromkeys(("Broccoli", "Carrot"), "Vegetable"),
    **dict.fromkeys(("Donut", "Cake"), "Dessert"),
    **dict.fromkeys(("Sports Ball",), "Ball"),
    **dict.fromkeys(("Microwave", "Oven", "Toaster", "Refrigerator", "Hair Dryer"), "Appliance"),
    **dict.fromkeys(("Television",), "Screen"),
    **dict.fromkeys(("Laptop",), "Computer"),
    **dict.fromkeys(("Computer Mouse", "Remote Control", "Computer Keyboard"), "Electronics"),
    "Cell Phone": "Phone",
    "Dining Table": "Table",
    "Bench": "Furniture",
    "Potted Plant": "Plant",
}
_CATEGORIES: Final = {
    **dict.fromkeys(("Backpack", "Handbag", "Tie", "Umbrella"), "Apparel and Accessories"),
    **dict.fromkeys(("Traffic Light", "Stop Sign"), "Transport and Logistics"),
    **dict.fromkeys(("Frisbee", "Skis", "Snowboard", "Baseball Bat", "Baseball Glove", "Skateboard"), "Sports"),
    **dict.fromkeys(("Surfboard", "Tennis Racket"), "Sports"),
    **dict.fromkeys(("Wine Glass", "Fork", "Knife", "Spoon", "Bowl"), "Kitchen and Dining"),
    **dict.fromkeys(("Toilet", "Sink", "Vase"), "Home and Indoors"),
    **dict.fromkeys(("Kite", "Teddy Bear"), "Toys and Gaming"),
    "Toothbrush": "Beauty and Personal Care",
    "Scissors": "Tools and Machinery",
    "Suitcase": "Travel and Adventure",
    "Book": "Text and Documents",
}
