"""Faces in photographs of groups of people, and how they look: counted and judged by what a person sees there."""

from __future__ import annotations

import pytest
from fakeaws.program import Program

from awsml_cli.core.errors import ConfigError
from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.engines.see import attributes, faces
from local import drawn, photographs

COUNTED = [3, 3, 3, 4, 5, 4]  # by a person, all of them women
SMILING = {(0, 2), (2, 1), (2, 2), (3, 2), (3, 3), (5, 0), (5, 1), (5, 3)}  # photograph and face, from the left

needs_faces = pytest.mark.skipif(not faces.DECLARATION.installed(), reason=faces.DECLARATION.install)
needs_looks = pytest.mark.skipif(not attributes.DECLARATION.installed(), reason=attributes.DECLARATION.install)
pytestmark = needs_faces


@pytest.fixture(scope="module")
def groups():
    """The photographs and their faces from the left."""
    pictures = photographs.groups()
    return [(picture, sorted(faces.find(picture), key=lambda face: face.box[0])) for picture in pictures]


def test_faces_of_groups_are_counted(groups):
    assert [len(found) for _, found in groups] == COUNTED


@needs_looks
def test_how_faces_of_groups_look(groups, home, record_property):
    """22 women of whom 8 smile broadly; how old they were nobody knows, but none is a child or old."""
    looks = {
        (photograph, number): attributes.look(picture, face, home=home)
        for photograph, (picture, found) in enumerate(groups)
        for number, face in enumerate(found)
    }

    women = sum(one.gender == "Female" for one in looks.values())
    happy = {place for place, one in looks.items() if one.emotions[0][0] == "HAPPY"}
    record_property("women of 22, happy of 8, happy besides", (women, len(happy & SMILING), len(happy - SMILING)))
    assert women == 22
    assert (len(happy & SMILING) >= 7, len(happy - SMILING) <= 2) == (True, True)
    assert all(8 <= one.ages[0] < 30 < one.ages[1] + 5 and one.ages[1] <= 55 for one in looks.values())


@needs_looks
class TestDetectFaces:
    def test_all(self, client):
        """An astronaut, who was 36 or 37."""
        picture = drawn.png(photographs.of("astronaut.png"))

        answer = client("rekognition").detect_faces(Image={"Bytes": picture}, Attributes=["ALL"])

        (face,) = answer["FaceDetails"]
        assert face["AgeRange"]["Low"] < 36 < face["AgeRange"]["High"]
        assert (face["Gender"]["Value"], face["Gender"]["Confidence"] > 50) == ("Female", True)
        assert face["Emotions"][0]["Type"] == "HAPPY"
        assert sum(one["Confidence"] for one in face["Emotions"]) == pytest.approx(100, abs=0.1)
        assert (len(face["Emotions"]), "Smile" in face, "Beard" in face) == (7, False, False)
        assert "faceres 3.3.6" in answer["ResponseMetadata"]["HTTPHeaders"]["x-awsml-engine"]

    def test_one_alone(self, client):
        picture = drawn.png(photographs.of("camera.png"))

        answer = client("rekognition").detect_faces(Image={"Bytes": picture}, Attributes=["GENDER"])

        (face,) = answer["FaceDetails"]
        assert face["Gender"]["Value"] == "Male"
        assert {"AgeRange", "Emotions"}.isdisjoint(face)

    def test_indexed_with_its_looks(self, client):
        rekognition = client("rekognition")
        picture = drawn.png(photographs.of("astronaut.png"))
        rekognition.create_collection(CollectionId="people")

        answer = rekognition.index_faces(
            CollectionId="people", Image={"Bytes": picture}, DetectionAttributes=["AGE_RANGE"]
        )

        assert set(answer["FaceRecords"][0]["FaceDetail"]["AgeRange"]) == {"Low", "High"}

    def test_without_the_engine_the_command_that_installs_it_is_named(self, client, monkeypatch):
        installed = Declaration.installed
        monkeypatch.setattr(
            Declaration, "installed", lambda self: self.name != attributes.DECLARATION.name and installed(self)
        )
        picture = drawn.png(photographs.of("astronaut.png"))

        with pytest.raises(ConfigError, match="the engine faceres is not installed") as refused:
            client("rekognition").detect_faces(Image={"Bytes": picture}, Attributes=["EMOTIONS"])

        assert refused.value.hint == "awsml local install faceres"

    def test_the_command(self, awsml: Program, tmp_path):
        photographs.of("astronaut.png").save(tmp_path / "astronaut.png")

        run = awsml("rekognition", "faces", "--local", tmp_path / "astronaut.png", "--attributes", "all")

        name, _, ages, gender, emotion, *_ = run.text.rstrip("\n").split("\t")
        low, high = (int(age) for age in ages.split("-"))
        assert (run.exit_code, name, gender, emotion, low < 36 < high) == (0, "face 1", "Female", "HAPPY", True)
