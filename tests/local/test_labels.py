"""What a picture shows, on this machine: labels in AWS's shape, on photographs that ship in packages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fakeaws.program import Program
from PIL import Image

from awsml_cli.core.errors import ConfigError
from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.engines.see import classes, objects, taxonomy
from local import drawn, photographs

absent = [one.install for one in (classes.DECLARATION, objects.DECLARATION) if not one.installed()]
pytestmark = pytest.mark.skipif(bool(absent), reason=", ".join(absent))

SHOWN = {  # what a person sees in each, as far as the networks have a word for it
    ("skimage", "astronaut.png"): {"Person"},
    ("skimage", "camera.png"): {"Person", "Tripod"},
    ("skimage", "chelsea.png"): {"Animal", "Mammal", "Cat"},
    ("skimage", "coffee.png"): {"Beverage", "Espresso", "Cup", "Table"},
    ("skimage", "horse.png"): {"Animal", "Mammal", "Horse"},
    ("skimage", "motorcycle_left.png"): {"Vehicle", "Motorcycle"},
    ("skimage", "rocket.jpg"): {"Missile"},
    ("sklearn", "china.jpg"): {"Architecture", "Building"},
    ("sklearn", "flower.jpg"): {"Plant", "Flower"},
}
ALSO = {  # and what is not wrong either
    "chelsea.png": {"Feline", "Egyptian Cat"},
    "coffee.png": {"Furniture", "Dining Table"},
    "motorcycle_left.png": {"Transportation", "Moped"},
}


@pytest.fixture
def rekognition(client):
    return client("rekognition")


def sent(picture: Image.Image) -> dict[str, bytes]:
    return {"Bytes": drawn.png(picture)}


def labels(rekognition, picture: Image.Image, **params) -> dict[str, dict]:
    return {one["Name"]: one for one in rekognition.detect_labels(Image=sent(picture), **params)["Labels"]}


def test_photographs_are_named(rekognition, record_property):
    """Of 20 labels that a person would give, those that are found; and none of those told is wrong."""
    right, wrong = 0, []
    for (_, name), expected in SHOWN.items():
        told = set(labels(rekognition, photographs.of(name)))
        right += len(told & expected)
        wrong += sorted(told - expected - ALSO.get(name, set()))
    wanted = sum(len(expected) for expected in SHOWN.values())

    record_property("labels found, wanted, wrong", (right, wanted, wrong))
    assert (right >= 17, wanted, wrong) == (True, 20, [])


def test_a_label_has_aws_s_shape(rekognition):
    answer = rekognition.detect_labels(Image=sent(photographs.of("motorcycle_left.png")))

    motorcycle = next(one for one in answer["Labels"] if one["Name"] == "Motorcycle")
    (instance,) = motorcycle.pop("Instances")
    box = instance["BoundingBox"]
    assert motorcycle.pop("Confidence") > 75
    assert motorcycle == {
        "Name": "Motorcycle",
        "Parents": [{"Name": "Transportation"}, {"Name": "Vehicle"}],
        "Aliases": [],
        "Categories": [{"Name": "Vehicles and Automotive"}],
    }
    assert (box["Left"], box["Top"], box["Width"], box["Height"]) == pytest.approx((0.16, 0.11, 0.75, 0.79), abs=0.04)
    assert answer["ResponseMetadata"]["HTTPHeaders"]["x-awsml-quality"] == "weak"
    assert answer["ResponseMetadata"]["HTTPHeaders"]["x-awsml-engine"].count(",") == 1


def test_people_are_found_one_by_one(home, record_property):
    """In six photographs of groups; those who stand behind others are missed."""
    found = [
        sum(one.name == "Person" and one.confidence >= 50 for one in objects.find(picture, home=home))
        for picture in photographs.groups()
    ]

    record_property("people found of 22", found)
    assert (sum(found) >= 15, sum(found) <= 22) == (True, True)


def test_filters_and_numbers_are_obeyed(rekognition):
    picture = photographs.of("coffee.png")

    def names(**params) -> list[str]:
        return list(labels(rekognition, picture, **params))

    def filtered(**filters) -> list[str]:
        return names(Settings={"GeneralLabels": filters})

    assert names(MaxLabels=2) == ["Beverage", "Espresso"]
    assert names(MinConfidence=80) == ["Beverage", "Espresso"]
    assert filtered(LabelInclusionFilters=["Cup", "Dog"]) == ["Cup"]
    assert filtered(LabelCategoryInclusionFilters=["Kitchen and Dining"]) == ["Cup"]
    assert filtered(LabelExclusionFilters=["Espresso"], LabelCategoryExclusionFilters=["Furniture and Furnishings"]) == [
        "Beverage", "Cup",
    ]  # fmt: skip


def test_labels_and_colours_at_once(rekognition):
    answer = rekognition.detect_labels(
        Image=sent(photographs.of("coffee.png")),
        Features=["GENERAL_LABELS", "IMAGE_PROPERTIES"],
        Settings={"ImageProperties": {"MaxDominantColors": 3}},
    )

    cup = next(one for one in answer["Labels"] if one["Name"] == "Cup")
    assert len(answer["ImageProperties"]["DominantColors"]) == 3
    assert len(cup["Instances"][0]["DominantColors"]) == 3


def test_one_engine_is_enough(rekognition, monkeypatch):
    """Without the one that finds things there are no places; without the other no classes."""
    picture = photographs.of("coffee.png")
    installed = Declaration.installed

    def only(wanted: Declaration) -> set[str]:
        with monkeypatch.context() as patch:
            patch.setattr(Declaration, "installed", lambda self: self in (wanted,) and installed(self))
            return set(labels(rekognition, picture))

    assert (only(classes.DECLARATION), only(objects.DECLARATION)) == (
        {"Beverage", "Espresso"},
        {"Cup", "Furniture", "Table", "Dining Table"},
    )


def test_without_an_engine_the_commands_that_install_them_are_named(rekognition, monkeypatch):
    monkeypatch.setattr(Declaration, "installed", lambda self: False)

    with pytest.raises(ConfigError, match="no engine on this machine can name what a picture shows") as refused:
        labels(rekognition, Image.new("RGB", (100, 100)))

    assert "pip install 'awsml-cli[labels]'" in (refused.value.hint or "")
    assert "awsml local install centernet-mobilenet" in (refused.value.hint or "")


class TestTaxonomy:
    def test_a_group_is_part_of_its_parent(self):
        known = taxonomy.groups()

        assert [one.name for one in known.values() if one.parent and not one.classes <= known[one.parent].classes] == []

    def test_every_class_has_a_name(self):
        assert (len(taxonomy.names()), len(taxonomy.things()), taxonomy.names()[281]) == (1000, 80, "Tabby")

    @pytest.mark.parametrize(
        ("name", "parents", "category"),
        [
            ("Tiger Cat", ("Animal", "Mammal", "Feline", "Cat"), "Animals and Pets"),
            ("Zebra", ("Animal", "Mammal"), "Animals and Pets"),
            ("Cell Phone", ("Electronics", "Phone"), "Technology and Computing"),
            ("Scissors", (), "Tools and Machinery"),
            ("Tripod", (), ""),
        ],
    )
    def test_what_a_label_is_a_sort_of(self, name, parents, category):
        assert (taxonomy.parents(name), taxonomy.category(name)) == (parents, category)


def test_the_command(awsml: Program, tmp_path: Path) -> None:
    for name in ("coffee.png", "chelsea.png"):
        photographs.of(name).save(tmp_path / name)

    many = awsml("rekognition", "--local", tmp_path / "coffee.png", tmp_path / "chelsea.png", "--no-input")
    one = awsml("rekognition", "labels", "--local", tmp_path / "chelsea.png", "-f", "json", "--include", "Cat")
    marked = awsml("rekognition", "labels", "--local", tmp_path / "coffee.png", "--annotate", tmp_path / "marked.png")

    assert [line.split("\t")[0] for line in many.text.splitlines()][:2] == ["Beverage", "Espresso"]
    assert "Cat" in {line.split("\t")[0] for line in many.text.splitlines()}
    assert [label["name"] for label in json.loads(one.text)["labels"]] == ["Cat"]
    assert (many.exit_code, one.exit_code, marked.exit_code) == (0, 0, 0)
    assert Image.open(tmp_path / "marked.png").size == (600, 400)
