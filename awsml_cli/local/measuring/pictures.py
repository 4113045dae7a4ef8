"""Engines that see: on photographs that packages bring, on groups of people, on painted colours."""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from awsml_cli.core import clock
from awsml_cli.core.errors import ConfigError
from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.engines.see import attributes, classes, colours, faces, head, likeness, moderation, objects
from awsml_cli.local.engines.see import shown as labels
from awsml_cli.local.measuring.measured import Measured, Place, Way, each, matched, of_package, shares, spent

if TYPE_CHECKING:
    from PIL.Image import Image

SECONDS: Final = "seconds a picture"
FACES: Final = {"astronaut.png": 1, "camera.png": 1, "coffee.png": 0, "chelsea.png": 0, "rocket.jpg": 0}
# what a person sees in each, as far as the networks have a word for it, and what is not wrong either
SHOWN: Final = {
    "astronaut.png": ({"Person"}, set[str]()),
    "camera.png": ({"Person", "Tripod"}, set[str]()),
    "chelsea.png": ({"Animal", "Mammal", "Cat"}, {"Feline", "Egyptian Cat"}),
    "coffee.png": ({"Beverage", "Espresso", "Cup", "Table"}, {"Furniture", "Dining Table"}),
    "horse.png": ({"Animal", "Mammal", "Horse"}, set[str]()),
    "motorcycle_left.png": ({"Vehicle", "Motorcycle"}, {"Transportation", "Moped"}),
    "rocket.jpg": ({"Missile"}, set[str]()),
    "china.jpg": ({"Architecture", "Building"}, set[str]()),
    "flower.jpg": ({"Plant", "Flower"}, set[str]()),
}
THINGS: Final = {  # those that the finder of things has a word for
    "astronaut.png": {"Person"}, "camera.png": {"Person"}, "chelsea.png": {"Cat"},
    "coffee.png": {"Cup", "Dining Table"}, "horse.png": {"Horse"}, "motorcycle_left.png": {"Motorcycle"},
}  # fmt: skip
TEXTURES: Final = ("brick", "grass", "gravel")
SIDE: Final = 100  # pixels of a piece of a texture
LEARNT: Final = 12  # pieces of 16
TOLD: Final = 55.0  # confidence from which Rekognition tells a label unless it is asked otherwise
SURE: Final = 50.0  # and from which a thing is counted here
HARMLESS: Final = 0.2  # a score of nudity below which nobody would look twice
PAINT: Final = {"#c81e1e": 50.0, "#1e64c8": 30.0, "#f0d214": 20.0}  # shares of a painted picture, in percent

# six photographs of groups, all of them women, of npm's @vladmandic/face-api; faces as a person counts them
GROUPS: Final = "vladmandic-face-api-1.7.15.tgz"
COUNTED: Final = (3, 3, 3, 4, 5, 4)
_DIGEST: Final = "0d77fffeef362ef9c0939cf6c567f3a2e8e177f114fa257a3270cbd2e509b031"


def counting(engine: Declaration, place: Place) -> Iterator[Measured]:
    """Faces, counted."""
    yield _counted("scikit-image's photographs", [photograph(name) for name in FACES], list(FACES.values()))
    if (archive := place.file(GROUPS)) is not None:
        yield _counted("photographs of groups", groups(archive), COUNTED)


def looking(engine: Declaration, place: Place) -> Iterator[Measured]:
    """An astronaut, a woman of 36 or 37 who smiles, and a man with a camera; women in groups."""
    people = [_with_face("astronaut.png"), _with_face("camera.png")]
    took = each(lambda: [attributes.look(*one, home=place.home) for one in people]) / len(people)
    woman, man = (attributes.look(*one, home=place.home) for one in people)
    right = (woman.gender == "Female") + (man.gender == "Male")
    aged = "within" if woman.ages[0] <= 36 and woman.ages[1] >= 37 else "not within"
    told = f"{right} of 2 genders; her age of 36 or 37 is {aged} {woman.ages[0]} to {woman.ages[1]}"
    yield Measured("scikit-image's astronaut and cameraman", took, SECONDS, f"{told}; she looks {woman.emotions[0][0]}")
    if (archive := place.file(GROUPS)) is not None:
        seen = [(picture, face) for picture in groups(archive) for face in faces.find(picture)]
        begun = clock.working()
        women = sum(attributes.look(*one, home=place.home).gender == "Female" for one in seen)
        told = f"{women} of {len(seen)} women called so"
        yield Measured("faces in photographs of groups", spent(begun) / max(1, len(seen)), "seconds a face", told)


def likening(engine: Declaration, place: Place) -> Iterator[Measured]:
    """One woman in her photograph and in changed ones, a stranger; and strangers who stand side by side."""
    from PIL import ImageOps

    picture, face = _with_face("astronaut.png")
    took = each(lambda: likeness.describe(picture, face, home=place.home))
    own = likeness.describe(picture, face, home=place.home)
    changed = [picture.rotate(10), ImageOps.mirror(picture), picture.resize((picture.width // 2, picture.height // 2))]
    farthest = max(_apart(own, _described(one, place)) for one in changed)
    stranger = _apart(own, _described(photograph("camera.png"), place))
    told = f"she herself {farthest:.2f} apart at most, a stranger {stranger:.2f}; a match is {likeness.ALIKE} or less"
    yield Measured("an astronaut turned, mirrored and halved, a stranger", took, "seconds a face", told)
    if (archive := place.file(GROUPS)) is not None:
        begun, count, nearest = clock.working(), 0, []
        for one in groups(archive):
            rows = [likeness.describe(one, each_face, home=place.home) for each_face in faces.find(one)]
            count += len(rows)
            nearest += [_apart(a, b) for at, a in enumerate(rows) for b in rows[at + 1 :]]
        right = sum(one > likeness.ALIKE for one in nearest)
        told = f"{right} of {len(nearest)} pairs told apart, {min(nearest):.2f} apart at least"
        yield Measured("who stand side by side in groups", spent(begun) / max(1, count), "seconds a face", told)


def naming(engine: Declaration, place: Place) -> Iterator[Measured]:
    """Labels of pictures as a whole."""
    pictures = {name: photograph(name) for name in SHOWN}
    took = each(lambda: classes.look(pictures["coffee.png"], home=place.home))
    found = [
        (name, one.name)
        for name, picture in pictures.items()
        for one in labels.labels(picture, home=place.home)
        if one.confidence >= TOLD
    ]
    there = [(name, label) for name, (seen, _) in SHOWN.items() for label in seen]
    kept = [one for one in found if one[1] not in SHOWN[one[0]][1]]
    right, had, wanted = matched(kept, there)
    by = " and ".join(one.name for one in labels.engines())
    told = f"{right} of {wanted} labels, {had - right} wrong, by {by}"
    yield Measured(f"{len(SHOWN)} photographs", took, SECONDS, told)


def finding(engine: Declaration, place: Place) -> Iterator[Measured]:
    """Things and people, at their places."""
    pictures = {name: photograph(name) for name in THINGS}
    took = each(lambda: objects.find(pictures["coffee.png"], home=place.home))
    found = {(name, one.name) for name, picture in pictures.items() for one in _things(picture, place)}
    there = [(name, thing) for name, things in THINGS.items() for thing in things]
    right, had, wanted = matched(found, there)
    yield Measured(f"{len(THINGS)} photographs", took, SECONDS, f"things: {shares(right, had, wanted)}")
    if (archive := place.file(GROUPS)) is not None:
        begun = clock.working()
        people = sum(one.name == "Person" for picture in groups(archive) for one in _things(picture, place))
        told = f"{people} of {sum(COUNTED)} people"
        yield Measured("photographs of groups", spent(begun) / len(COUNTED), SECONDS, told)


def learning(engine: Declaration, place: Place) -> Iterator[Measured]:
    """Three textures, told apart from a dozen pieces each."""
    import numpy

    pieces = {name: _pieces(photograph(f"{name}.png")) for name in TEXTURES}
    rows = {name: [classes.features(one, home=place.home) for one in parts] for name, parts in pieces.items()}
    given = numpy.stack([row for name in TEXTURES for row in rows[name][:LEARNT]])
    names = [frozenset({name}) for name in TEXTURES for _ in range(LEARNT)]
    took = each(lambda: head.learn(given, names))
    others = numpy.stack([row for name in TEXTURES for row in rows[name][LEARNT:]])
    there = [frozenset({name}) for name in TEXTURES for _ in rows[name][LEARNT:]]
    _, scores, _ = head.judged(head.learn(given, names), others, there)
    told = f"F1 {sum(one.f1 for one in scores) / len(scores):.3f}"
    yield Measured(f"{len(TEXTURES)} textures, {LEARNT} pieces each", took, "seconds to learn", told)


def minding(engine: Declaration, place: Place) -> Iterator[Measured]:
    """Photographs that everybody may see."""
    pictures = [photograph(name) for name in SHOWN]
    moderation.score(pictures[0], home=place.home)
    begun = clock.working()
    scores = [moderation.score(one, home=place.home) for one in pictures]
    told = f"{sum(one < HARMLESS for one in scores)} of {len(scores)} below {HARMLESS}, {max(scores):.2f} at most"
    yield Measured("harmless photographs", spent(begun) / len(pictures), SECONDS, told)


def painting(engine: Declaration, place: Place) -> Iterator[Measured]:
    """Stripes in known colours."""
    from PIL import Image, ImageDraw

    picture, top = Image.new("RGB", (400, 400)), 0.0
    for colour, share in PAINT.items():
        ImageDraw.Draw(picture).rectangle((0, top, 400, top + 4 * share), fill=colour)
        top += 4 * share
    took = each(lambda: colours.dominant(picture, len(PAINT)))
    found = {one.hex: one.percent for one in colours.dominant(picture, len(PAINT))}
    right = sum(name in found for name in PAINT)
    off = max(abs(found.get(name, 0.0) - share) for name, share in PAINT.items())
    yield Measured("painted stripes", took, SECONDS, f"{right} of {len(PAINT)} colours, shares {off:.1f} % off at most")


def photograph(name: str) -> Image:
    """A photograph that scikit-image or scikit-learn brings, in RGB. Raises ConfigError where it is not here."""
    from PIL import Image

    if name in ("china.jpg", "flower.jpg"):
        path = of_package("sklearn", f"datasets/images/{name}", brought_by="pip install 'awsml-cli[topics]'")
    else:
        path = of_package("skimage", f"data/{name}", brought_by="pip install scikit-image")
    return Image.open(path).convert("RGB")


def groups(archive: Path) -> list[Image]:
    """The photographs of groups of people. Raises ConfigError for another archive than the one that was counted."""
    from PIL import Image

    data = archive.read_bytes()
    if hashlib.sha256(data).hexdigest() != _DIGEST:
        raise ConfigError(f"{archive.name} is not the package in which faces were counted", hint="fetch it anew")
    found = []
    with tarfile.open(fileobj=io.BytesIO(data)) as files:
        for number in range(1, len(COUNTED) + 1):
            inside = files.extractfile(f"package/demo/sample{number}.jpg")
            assert inside is not None
            found.append(Image.open(io.BytesIO(inside.read())).convert("RGB"))
    return found


def _counted(data: str, pictures: Sequence[Image], counts: Sequence[int]) -> Measured:
    faces.find(pictures[0])
    begun = clock.working()
    found = [len(faces.find(one)) for one in pictures]
    took = spent(begun) / len(pictures)
    right = sum(map(min, found, counts))
    told = f"{right} of {sum(counts)} faces, {sum(found) - right} others"
    return Measured(f"{len(pictures)} of {data}", took, SECONDS, told)


def _things(picture: Image, place: Place) -> list[objects.Thing]:
    return [one for one in objects.find(picture, home=place.home) if one.confidence >= SURE]


def _with_face(name: str) -> tuple[Image, faces.Face]:
    picture = photograph(name)
    return picture, faces.find(picture)[0]


def _described(picture: Image, place: Place) -> Any:
    return likeness.describe(picture, faces.find(picture)[0], home=place.home)


def _apart(one: Any, other: Any) -> float:
    return float(likeness.distances(one, other[None])[0])


def _pieces(whole: Image) -> list[Image]:
    """Sixteen that do not overlap."""
    places = [(x, y) for y in range(0, 4 * SIDE, SIDE) for x in range(0, 4 * SIDE, SIDE)]
    return [whole.crop((x, y, x + SIDE, y + SIDE)) for x, y in places]


WAYS: Final[dict[str, Way]] = {
    faces.DECLARATION.name: counting,
    attributes.DECLARATION.name: looking,
    likeness.DECLARATION.name: likening,
    classes.DECLARATION.name: naming,
    objects.DECLARATION.name: finding,
    head.DECLARATION.name: learning,
    moderation.DECLARATION.name: minding,
    colours.DECLARATION.name: painting,
}
