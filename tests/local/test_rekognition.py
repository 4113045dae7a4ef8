"""Rekognition on this machine: faces, whose they are, text, colours, and whether a picture is fit for all eyes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from fakeaws.program import Program
from PIL import Image

from awsml_cli.core.errors import ConfigError
from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.engines.read import ppocr
from awsml_cli.local.engines.see import colours, faces, likeness, moderation
from local import drawn

BUCKET = "awsml-local"


def needs(*declared: Declaration):
    absent = next((one for one in declared if not one.installed()), None)
    return pytest.mark.skipif(absent is not None, reason=absent.install if absent else "")


needs_faces = needs(faces.DECLARATION)
needs_likeness = needs(faces.DECLARATION, likeness.DECLARATION)


@pytest.fixture(scope="module")
def photographs() -> dict[str, Image.Image]:
    """Pictures that ship with scikit-image: an astronaut, a man with a camera, and three without a person."""
    skimage = pytest.importorskip("skimage")
    folder = Path(skimage.__file__).parent / "data"
    names = {"astronaut": "png", "camera": "png", "coffee": "png", "chelsea": "png", "rocket": "jpg"}
    return {name: Image.open(folder / f"{name}.{end}").convert("RGB") for name, end in names.items()}


@pytest.fixture
def rekognition(client):
    return client("rekognition")


def sent(picture: Image.Image) -> dict[str, bytes]:
    return {"Bytes": drawn.png(picture)}


@needs_faces
class TestFaces:
    @pytest.mark.parametrize(
        ("name", "count"), [("astronaut", 1), ("camera", 1), ("coffee", 0), ("chelsea", 0), ("rocket", 0)]
    )
    def test_faces_are_counted(self, rekognition, photographs, name, count):
        answer = rekognition.detect_faces(Image=sent(photographs[name]))

        assert len(answer["FaceDetails"]) == count

    def test_a_face_stands_where_it_is_and_has_its_landmarks(self, rekognition, photographs):
        (face,) = rekognition.detect_faces(Image=sent(photographs["astronaut"]))["FaceDetails"]

        box = face["BoundingBox"]
        points = {one["Type"]: (one["X"], one["Y"]) for one in face["Landmarks"]}
        assert (box["Left"], box["Top"], box["Width"], box["Height"]) == pytest.approx(
            (0.35, 0.13, 0.17, 0.21), abs=0.04
        )
        assert points["eyeLeft"][0] < points["nose"][0] < points["eyeRight"][0]
        assert points["eyeLeft"][1] < points["nose"][1] < points["mouthLeft"][1]
        assert face["Confidence"] > 80

    @needs_likeness
    @pytest.mark.parametrize("degrees", [-20, 0, 20])
    def test_a_head_that_leans(self, rekognition, photographs, degrees):
        (face,) = rekognition.detect_faces(Image=sent(photographs["astronaut"].rotate(-degrees)))["FaceDetails"]

        assert face["Pose"]["Roll"] == pytest.approx(degrees, abs=5)

    def test_several_faces_the_largest_first(self, rekognition, photographs):
        wide = Image.new("RGB", (1100, 512), "grey")
        wide.paste(photographs["camera"], (0, 0))
        wide.paste(photographs["astronaut"], (560, 0))

        found = rekognition.detect_faces(Image=sent(wide))["FaceDetails"]

        assert [face["BoundingBox"]["Left"] > 0.5 for face in found] == [True, False]

    def test_what_is_left_out_of_all_is_said(self, rekognition, photographs, notes):
        rekognition.detect_faces(Image=sent(photographs["astronaut"]), Attributes=["ALL"])

        assert any("does not tell all: left out are" in note and "beards, glasses" in note for note in notes)

    def test_an_attribute_that_no_engine_can_tell(self, rekognition, photographs):
        with pytest.raises(ConfigError, match="no engine on this machine can tell smile"):
            rekognition.detect_faces(Image=sent(photographs["astronaut"]), Attributes=["DEFAULT", "SMILE"])


class TestRefusals:
    @pytest.mark.parametrize(
        ("image", "refusal"),
        [
            ({}, "InvalidParameterException"),
            ({"S3Object": {"Bucket": BUCKET, "Name": "nothing"}}, "InvalidS3ObjectException"),
            ({"Bytes": b"some text"}, "InvalidImageFormatException"),
            ({"Bytes": "some text"}, "InvalidImageFormatException"),
            ({"Bytes": b"\x89PNG\r\n\x1a\nnothing more"}, "InvalidImageFormatException"),
            ({"Bytes": bytes(5 * 1024 * 1024 + 1)}, "ImageTooLargeException"),
            (sent(Image.new("RGB", (79, 200))), "InvalidImageFormatException"),
        ],
    )
    def test_what_aws_refuses_is_refused(self, rekognition, image, refusal):
        with pytest.raises(getattr(rekognition.exceptions, refusal)):
            rekognition.detect_faces(Image=image)

    @pytest.mark.parametrize(
        ("method", "params"),
        [
            ("recognize_celebrities", {"Image": {"Bytes": b"x"}}),
            ("detect_protective_equipment", {"Image": {"Bytes": b"x"}}),
            ("start_face_detection", {"Video": {"S3Object": {"Bucket": BUCKET, "Name": "v"}}}),
        ],
    )
    def test_what_no_engine_can_do_is_said(self, rekognition, method, params):
        with pytest.raises(ConfigError, match="no engine on this machine can"):
            getattr(rekognition, method)(**params)

    def test_without_an_engine_the_command_that_installs_it_is_named(self, rekognition, photographs, monkeypatch):
        monkeypatch.setattr(Declaration, "installed", lambda self: False)

        with pytest.raises(ConfigError) as refused:
            rekognition.detect_faces(Image=sent(photographs["coffee"]))

        assert "pip install 'awsml-cli[sight]'" in (refused.value.hint or "")


@needs_likeness
class TestLikeness:
    def test_the_same_face_is_alike_and_another_is_not(self, rekognition, photographs, home):
        """Distances, and the similarity that AWS's threshold of 80 parts: .5."""
        own, leaning, other = (
            likeness.describe(picture, faces.find(picture)[0], home=home)
            for picture in (photographs["astronaut"], photographs["astronaut"].rotate(12), photographs["camera"])
        )
        same, stranger = (float(likeness.distances(own, one[None])[0]) for one in (leaning, other))

        assert same < 0.25
        assert stranger > 0.6
        assert likeness.similarity(same) > 99
        assert likeness.similarity(stranger) < 20
        assert likeness.similarity(0.5) == pytest.approx(80)

    def test_faces_are_compared(self, rekognition, photographs):
        both = Image.new("RGB", (1100, 512), "grey")
        both.paste(photographs["camera"], (0, 0))
        both.paste(photographs["astronaut"].rotate(8), (560, 0))

        answer = rekognition.compare_faces(SourceImage=sent(photographs["astronaut"]), TargetImage=sent(both))

        (match,), (stranger,) = answer["FaceMatches"], answer["UnmatchedFaces"]
        assert match["Similarity"] > 95
        assert match["Face"]["BoundingBox"]["Left"] > 0.5 > stranger["BoundingBox"]["Left"]
        assert answer["ResponseMetadata"]["HTTPHeaders"]["x-awsml-engine"].count(",") == 1

    def test_a_source_without_a_face(self, rekognition, photographs):
        with pytest.raises(rekognition.exceptions.InvalidParameterException):
            rekognition.compare_faces(
                SourceImage=sent(photographs["coffee"]), TargetImage=sent(photographs["astronaut"])
            )


@needs_likeness
class TestCollections:
    @pytest.fixture
    def people(self, rekognition, photographs):
        rekognition.create_collection(CollectionId="people")
        for name in ("astronaut", "camera"):
            rekognition.index_faces(CollectionId="people", Image=sent(photographs[name]), ExternalImageId=name)
        return rekognition

    def test_a_face_is_found_again(self, people, photographs):
        turned = photographs["astronaut"].rotate(10)

        answer = people.search_faces_by_image(CollectionId="people", Image=sent(turned))

        (match,) = answer["FaceMatches"]
        assert (match["Face"]["ExternalImageId"], match["Similarity"] > 95) == ("astronaut", True)

    def test_the_threshold_and_the_number_are_obeyed(self, people, photographs):
        def names(**params):
            answer = people.search_faces_by_image(CollectionId="people", Image=sent(photographs["astronaut"]), **params)
            return [match["Face"]["ExternalImageId"] for match in answer["FaceMatches"]]

        assert names(FaceMatchThreshold=0) == ["astronaut", "camera"]
        assert names(FaceMatchThreshold=0, MaxFaces=1) == ["astronaut"]

    def test_a_picture_is_kept_once(self, people, photographs):
        again = people.index_faces(
            CollectionId="people", Image=sent(photographs["astronaut"]), ExternalImageId="astronaut"
        )

        listed = people.list_faces(CollectionId="people")["Faces"]
        assert people.describe_collection(CollectionId="people")["FaceCount"] == 2
        assert again["FaceRecords"][0]["Face"]["FaceId"] in {face["FaceId"] for face in listed}
        assert [face["ExternalImageId"] for face in listed] == ["astronaut", "camera"]

    def test_searched_by_a_face_of_it(self, people):
        own, other = (face["FaceId"] for face in people.list_faces(CollectionId="people")["Faces"])

        answer = people.search_faces(CollectionId="people", FaceId=own, FaceMatchThreshold=0)

        assert (answer["SearchedFaceId"], [one["Face"]["FaceId"] for one in answer["FaceMatches"]]) == (own, [other])

    def test_faces_that_are_left_out_have_their_reasons(self, people, photographs):
        small = photographs["astronaut"].resize((160, 160))
        both = Image.new("RGB", (1100, 512), "grey")
        both.paste(photographs["camera"], (0, 0))
        both.paste(photographs["astronaut"], (560, 0))

        left = [
            people.index_faces(CollectionId="people", Image=sent(picture), **more)["UnindexedFaces"]
            for picture, more in ((small, {"QualityFilter": "HIGH"}), (both, {"MaxFaces": 1}))
        ]

        assert "SMALL_BOUNDING_BOX" in left[0][0]["Reasons"]
        assert [face["Reasons"] for face in left[1]] == [["EXCEEDS_MAX_FACES"]]

    def test_faces_and_collections_are_forgotten(self, people):
        own, other = (face["FaceId"] for face in people.list_faces(CollectionId="people")["Faces"])

        answer = people.delete_faces(CollectionId="people", FaceIds=[own, "no-such-face"])
        left = [face["FaceId"] for face in people.list_faces(CollectionId="people")["Faces"]]
        people.delete_collection(CollectionId="people")
        people.create_collection(CollectionId="people")

        assert (answer["DeletedFaces"], left) == ([own], [other])
        assert answer["UnsuccessfulFaceDeletions"][0]["Reasons"] == ["FACE_NOT_FOUND"]
        assert people.list_faces(CollectionId="people")["Faces"] == []

    def test_two_processes_that_index_at_once_lose_nothing(self, people, home, tmp_path, photographs):
        code = """
import sys, botocore.session, boto3
from pathlib import Path
from awsml_cli.local import hook
core = botocore.session.Session()
hook.attach(core, home=Path(sys.argv[1]), note=lambda text: None)
client = boto3.Session(botocore_session=core, region_name="us-east-1").client("rekognition")
data = Path(sys.argv[2]).read_bytes()
for number in range(3):
    client.index_faces(CollectionId="people", Image={"Bytes": data}, ExternalImageId=f"{sys.argv[3]}-{number}")
"""
        photographs["astronaut"].save(tmp_path / "a.png")
        runs = [
            subprocess.Popen([sys.executable, "-c", code, str(home), str(tmp_path / "a.png"), name]) for name in "xy"
        ]

        assert [run.wait(240) for run in runs] == [0, 0]
        assert people.describe_collection(CollectionId="people")["FaceCount"] == 8

    def test_lists_come_in_pages(self, people):
        first = people.list_faces(CollectionId="people", MaxResults=1)
        second = people.list_faces(CollectionId="people", MaxResults=1, NextToken=first["NextToken"])

        assert [len(first["Faces"]), len(second["Faces"]), "NextToken" in second] == [1, 1, False]

    @pytest.mark.parametrize(
        ("method", "params", "refusal"),
        [
            ("create_collection", {"CollectionId": "people"}, "ResourceAlreadyExistsException"),
            ("create_collection", {"CollectionId": "a b"}, "InvalidParameterException"),
            ("list_faces", {"CollectionId": "nobody"}, "ResourceNotFoundException"),
            ("search_faces", {"CollectionId": "people", "FaceId": "nobody"}, "InvalidParameterException"),
        ],
    )
    def test_what_aws_refuses_is_refused(self, people, method, params, refusal):
        with pytest.raises(getattr(people.exceptions, refusal)):
            getattr(people, method)(**params)


@needs_likeness
class TestUsers:
    @pytest.fixture
    def ann(self, rekognition, photographs):
        """A collection with two faces of one woman, who is the user `ann`, and a man's, which is nobody's."""
        rekognition.create_collection(CollectionId="people")
        pictures = (photographs["astronaut"], photographs["astronaut"].rotate(8), photographs["camera"])
        ids = [
            rekognition.index_faces(CollectionId="people", Image=sent(one))["FaceRecords"][0]["Face"]["FaceId"]
            for one in pictures
        ]
        rekognition.create_user(CollectionId="people", UserId="ann")
        answer = rekognition.associate_faces(CollectionId="people", UserId="ann", FaceIds=ids)
        return rekognition, ids, answer

    def test_faces_of_another_person_are_not_taken(self, ann):
        rekognition, ids, answer = ann

        assert [one["FaceId"] for one in answer["AssociatedFaces"]] == ids[:2]
        assert [(one["FaceId"], one["Reasons"]) for one in answer["UnsuccessfulFaceAssociations"]] == [
            (ids[2], ["LOW_MATCH_CONFIDENCE"])
        ]
        assert answer["UserStatus"] == "ACTIVE"
        assert [face.get("UserId") for face in rekognition.list_faces(CollectionId="people")["Faces"]] == [
            "ann", "ann", None,
        ]  # fmt: skip

    def test_a_user_is_found_by_picture_and_by_face(self, ann, photographs):
        rekognition, ids, _ = ann
        turned, other = photographs["astronaut"].rotate(-9), photographs["camera"]

        by_picture, by_stranger = (
            rekognition.search_users_by_image(CollectionId="people", Image=sent(one))["UserMatches"]
            for one in (turned, other)
        )
        by_face = rekognition.search_users(CollectionId="people", FaceId=ids[0])["UserMatches"]

        assert [one["User"]["UserId"] for one in by_picture] == ["ann"]
        assert [one["User"]["UserId"] for one in by_face] == ["ann"]
        assert by_stranger == []

    def test_a_user_without_faces_and_none_at_all(self, ann):
        rekognition, ids, _ = ann
        rekognition.disassociate_faces(CollectionId="people", UserId="ann", FaceIds=ids[:2])
        listed = rekognition.list_users(CollectionId="people")["Users"]
        rekognition.delete_user(CollectionId="people", UserId="ann")

        assert listed == [{"UserId": "ann", "UserStatus": "CREATED"}]
        assert rekognition.list_users(CollectionId="people")["Users"] == []
        with pytest.raises(rekognition.exceptions.ResourceNotFoundException):
            rekognition.associate_faces(CollectionId="people", UserId="ann", FaceIds=ids)


@needs(ppocr.DECLARATION)
class TestText:
    @pytest.fixture
    def sign(self) -> Image.Image:
        return drawn.picture(dots=100).crop((0, 60, 850, 200))

    def test_lines_and_their_words(self, rekognition, sign):
        found = rekognition.detect_text(Image=sent(sign))["TextDetections"]

        lines = {one["Id"]: one["DetectedText"] for one in found if one["Type"] == "LINE"}
        words = [one for one in found if one["Type"] == "WORD"]
        assert "Invoice Number: 2024-0815" in lines.values()
        assert all(word["DetectedText"] in lines[word["ParentId"]] for word in words)
        assert sorted(one["Id"] for one in found) == list(range(len(found)))

    def test_filters(self, rekognition, sign):
        left = {"RegionsOfInterest": [{"BoundingBox": {"Left": 0, "Top": 0, "Width": 0.5, "Height": 1}}]}

        found = rekognition.detect_text(Image=sent(sign), Filters=left)["TextDetections"]

        said = " ".join(one["DetectedText"] for one in found if one["Type"] == "WORD")
        assert "Schmidt" in said
        assert "April" not in said


class TestColours:
    @pytest.fixture
    def flag(self) -> Image.Image:
        made = Image.new("RGB", (300, 200), (255, 255, 255))
        made.paste((220, 20, 60), (0, 0, 300, 120))
        made.paste((0, 0, 128), (0, 120, 100, 200))
        return made

    def test_painted_colours_and_their_shares(self, rekognition, flag):
        properties = rekognition.detect_labels(Image=sent(flag), Features=["IMAGE_PROPERTIES"])["ImageProperties"]

        told = [
            (one["HexCode"], one["CSSColor"], one["SimplifiedColor"], round(one["PixelPercent"], 1))
            for one in properties["DominantColors"]
        ]
        assert told == [
            ("#dc143c", "crimson", "red", 60.0),
            ("#ffffff", "white", "white", 26.7),
            ("#000080", "navy", "blue", 13.3),
        ]

    def test_light(self, photographs):
        from PIL import ImageFilter

        picture = photographs["astronaut"]
        clear, blurred, dark = (
            colours.light(one)
            for one in (picture, picture.filter(ImageFilter.GaussianBlur(4)), picture.point(lambda level: level // 4))
        )

        assert clear.sharpness > 2 * blurred.sharpness
        assert clear.brightness > 3 * dark.brightness
        assert clear.contrast > 3 * dark.contrast

    def test_the_number_is_obeyed(self, rekognition, photographs):
        answer = rekognition.detect_labels(
            Image=sent(photographs["coffee"]),
            Features=["IMAGE_PROPERTIES"],
            Settings={"ImageProperties": {"MaxDominantColors": 3}},
        )

        assert len(answer["ImageProperties"]["DominantColors"]) == 3


@needs(moderation.DECLARATION)
class TestModeration:
    @pytest.mark.parametrize("name", ["astronaut", "camera", "coffee", "chelsea", "rocket"])
    def test_harmless_pictures(self, photographs, name, home):
        assert moderation.score(photographs[name], home=home) < 0.2

    def test_it_says_that_nothing_but_nudity_is_looked_for(self, rekognition, photographs, notes):
        answer = rekognition.detect_moderation_labels(Image=sent(photographs["astronaut"]))

        assert answer["ModerationLabels"] == []
        assert answer["ResponseMetadata"]["HTTPHeaders"]["x-awsml-quality"] == "weak"
        assert any("nudity alone is looked for" in note for note in notes)

    def test_a_score_above_the_threshold_is_a_label(self, rekognition, photographs):
        answer = rekognition.detect_moderation_labels(Image=sent(photographs["astronaut"]), MinConfidence=0)

        (label,) = answer["ModerationLabels"]
        assert (label["Name"], label["TaxonomyLevel"], 0 < label["Confidence"] < 20) == ("Explicit", 1, True)


class TestCommands:
    """The commands about pictures, over a real photograph."""

    @pytest.fixture
    def photograph(self, photographs: dict[str, Image.Image], tmp_path: Path) -> Path:
        photographs["astronaut"].save(tmp_path / "astronaut.png")
        photographs["coffee"].save(tmp_path / "coffee.png")
        return tmp_path / "astronaut.png"

    @needs_faces
    def test_a_face_is_found_and_made_unrecognisable(self, awsml: Program, photograph: Path) -> None:
        run = awsml("rekognition", "faces", "--local", photograph, "--blur", photograph.with_name("safe.png"))
        name, confidence, *_, left, top, width, height = run.text.rstrip("\n").split("\t")
        before, after = (
            Image.open(photograph).convert("RGB"),
            Image.open(photograph.with_name("safe.png")).convert("RGB"),
        )
        there = [float(left), float(top), float(left) + float(width), float(top) + float(height)]
        face = tuple(round(part * 512) for part in there)
        assert (run.exit_code, name, float(confidence) > 80) == (0, "face 1", True)
        assert before.crop((0, 0, 512, 40)).tobytes() == after.crop((0, 0, 512, 40)).tobytes()
        assert before.crop(face).tobytes() != after.crop(face).tobytes()

    @needs_likeness
    def test_the_same_face_is_known_again(self, awsml: Program, photograph: Path) -> None:
        run = awsml("rekognition", "compare", "--local", photograph, photograph, "-f", "json")
        assert (run.exit_code, json.loads(run.text)["face_matches"][0]["similarity"] > 99) == (0, True)

    def test_colours(self, awsml: Program, photograph: Path) -> None:
        run = awsml("rekognition", "properties", "--local", photograph)
        assert (run.exit_code, run.text.splitlines()[0].split("\t")[0]) == (0, "black")

    def test_what_no_engine_can_do(self, awsml: Program, photograph: Path) -> None:
        for command in ("celebrities", "ppe"):
            run = awsml("rekognition", command, "--local", photograph)
            assert (run.exit_code, run.stdout, "no engine on this machine can" in run.stderr) == (3, b"", True)
