"""`awsml rekognition faces`, `celebrities`, `ppe`, `moderation`, `text`, `compare`: who and what is on a picture."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fakeaws import Aws, AwsError
from fakeaws.program import Program
from fakeaws.rekognition import Scene
from photographs import ANN, BOB, photograph, taken

pytest.importorskip("PIL", reason="pip install '.[pages]'")

SMALL = (0.8, 0.1, 0.1, 0.2)
ADAPTER = "arn:aws:rekognition:us-east-1:123456789012:project/mine/version/mine.1/1700000000000"
FLOW = "arn:aws:sagemaker:us-east-1:123456789012:flow-definition/looking"
FIGHT = (
    ("Violence", "", 1, 91.5),
    ("Graphic Violence", "Violence", 2, 91.5),
    ("Weapon Violence", "Graphic Violence", 3, 88.0),
    ("Smoking", "Drugs & Tobacco Paraphernalia & Use", 3, 35.0),
)


def names(text: str) -> list[str]:
    return [line.split("\t")[0] for line in text.splitlines()]


class TestFaces:
    def test_the_line_of_a_face(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        run = awsml("rekognition", "faces", taken(tmp_path / "one.png", {"ann": ANN, "bob": BOB}))
        assert (run.exit_code, run.stderr) == (0, "")
        assert run.text == (
            "face 1\t99.5\t25-33\tFemale\tHAPPY\t0.1\t0.2\t0.2\t0.4\n"
            "face 2\t99.5\t41-49\tMale\tHAPPY\t0.6\t0.25\t0.15\t0.3\n"
        )
        assert aws.calls[0].params["Attributes"] == ["ALL"]

    @pytest.mark.parametrize(
        ("word", "sent"),
        [
            ("default", ["DEFAULT"]),
            ("emotions,age-range", ["AGE_RANGE", "EMOTIONS"]),
            ("face_occluded", ["FACE_OCCLUDED"]),
        ],
    )
    def test_attributes(self, aws: Aws, awsml: Program, tmp_path: Path, word: str, sent: list[str]) -> None:
        awsml("rekognition", "faces", taken(tmp_path / "one.png", {"ann": ANN}), "--attributes", word)
        assert aws.calls[0].params["Attributes"] == sent

    def test_nobody_is_no_failure(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        run = awsml("rekognition", "faces", taken(tmp_path / "one.png"))
        assert (run.exit_code, run.text, run.stderr) == (0, "", "")

    def test_the_record(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        run = awsml("rekognition", "faces", taken(tmp_path / "one.png", {"ann": ANN}), "-f", "json")
        face = json.loads(run.text)["face_details"][0]
        assert (face["age_range"], face["landmarks"][0]["type"]) == ({"low": 25, "high": 33}, "eyeLeft")


class TestCelebrities:
    def test_who_is_known(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        path = taken(tmp_path / "one.png", {"joe": ANN, "bob": BOB})
        run = awsml("rekognition", "celebrities", path)
        assert run.text == "Joe Star\t97.2\t3Ab9x\twww.example.com/3Ab9x\t0.1\t0.2\t0.2\t0.4\n"
        assert len(json.loads(awsml("rekognition", "celebrities", path, "-f", "json").text)["unrecognized_faces"]) == 1

    def test_who_that_is(self, aws: Aws, awsml: Program) -> None:
        run = awsml("rekognition", "celebrities", "info", "3Ab9x", "-f", "json")
        assert json.loads(run.text) == {
            "name": "Joe Star",
            "id": "3Ab9x",
            "urls": ["www.example.com/3Ab9x"],
            "known_gender": {"type": "Male"},
        }

    def test_nobody_has_the_id(self, aws: Aws, awsml: Program) -> None:
        run = awsml("rekognition", "celebrities", "info", "none")
        assert (run.exit_code, "ResourceNotFoundException" in run.stderr) == (4, True)


class TestEquipment:
    @pytest.fixture
    def site(self, aws: Aws, tmp_path: Path) -> Path:
        path = taken(tmp_path / "site.png", {"ann": ANN, "bob": BOB})
        worn = {"ann": ("HEAD_COVER", "FACE_COVER"), "bob": ("HEAD_COVER",)}
        aws.rekognition.pictures[path.read_bytes()] = Scene(worn=worn)
        return path

    def test_who_wears_what(self, aws: Aws, awsml: Program, site: Path) -> None:
        assert awsml("rekognition", "ppe", site).text == (
            "person 0\t99.8\tFACE_COVER,HEAD_COVER\t\t0.1\t0.2\t0.2\t0.4\n"
            "person 1\t99.8\tHEAD_COVER\t\t0.6\t0.25\t0.15\t0.3\n"
        )
        assert set(aws.calls[0].params) == {"Image"}

    def test_what_is_required(self, aws: Aws, awsml: Program, site: Path) -> None:
        run = awsml("rekognition", "ppe", site.name, "--require", "head,face", cwd=site.parent)
        assert (run.exit_code, [line.split("\t")[3] for line in run.text.splitlines()]) == (7, ["yes", "no"])
        assert run.stderr == "error: without what is required: site.png: person 1\n"
        assert aws.calls[0].params["SummarizationAttributes"] == {
            "MinConfidence": 80.0,
            "RequiredEquipmentTypes": ["FACE_COVER", "HEAD_COVER"],
        }
        assert awsml("rekognition", "ppe", site, "--require", "head").exit_code == 0

    def test_the_check_holds_where_the_answer_goes_to_a_file(self, aws: Aws, awsml: Program, site: Path) -> None:
        run = awsml("rekognition", "ppe", site, "--require", "hand", "-o", site.with_suffix(".json"))
        assert (run.exit_code, site.with_suffix(".json").exists()) == (7, True)


class TestModeration:
    @pytest.fixture
    def fight(self, aws: Aws, tmp_path: Path) -> Path:
        path = taken(tmp_path / "fight.png")
        aws.rekognition.pictures[path.read_bytes()] = Scene(moderation=FIGHT)
        return path

    def test_the_lines(self, aws: Aws, awsml: Program, fight: Path) -> None:
        run = awsml("rekognition", "moderation", fight)
        assert (run.exit_code, run.text) == (
            0,
            "Violence\t91.5\t\t1\nGraphic Violence\t91.5\tViolence\t2\nWeapon Violence\t88.0\tGraphic Violence\t3\n",
        )

    @pytest.mark.parametrize("name", ["Violence", "violence", "Violence:90", "Weapon Violence:0.88", "any", "any:91%"])
    def test_it_fails_on_a_label_or_a_category(self, aws: Aws, awsml: Program, fight: Path, name: str) -> None:
        run = awsml("rekognition", "moderation", fight.name, "--fail-on", name, cwd=fight.parent)
        assert (run.exit_code, len(run.text.splitlines())) == (7, 3)
        assert run.stderr.startswith("error: not to be shown: fight.png: ")

    @pytest.mark.parametrize("name", ["Explicit", "Violence:95", "Weapon Violence:89", "any:99"])
    def test_it_does_not_fail_on_others(self, aws: Aws, awsml: Program, fight: Path, name: str) -> None:
        run = awsml("rekognition", "moderation", fight, "--fail-on", name)
        assert (run.exit_code, run.stderr) == (0, "")

    def test_a_low_bar_is_asked_for_and_shows_no_more(self, aws: Aws, awsml: Program, fight: Path) -> None:
        run = awsml("rekognition", "moderation", fight, "--fail-on", "Smoking:30")
        assert (run.exit_code, len(run.text.splitlines())) == (7, 3)
        assert aws.calls[0].params["MinConfidence"] == 30.0

    def test_a_name_that_nothing_has_is_said(self, aws: Aws, awsml: Program, fight: Path) -> None:
        run = awsml("rekognition", "moderation", fight, "--fail-on", "Violense")
        assert (run.exit_code, run.stderr) == (
            0,
            "warning: no label of version 7 is called `Violense`; did you mean `Violence`?\n",
        )

    def test_all_pictures_are_looked_at_before_it_fails(self, aws: Aws, awsml: Program, fight: Path) -> None:
        taken(fight.parent / "a.png", salt=1)
        taken(fight.parent / "z.png", salt=2)
        run = awsml("rekognition", "moderation", ".", "--fail-on", "any", "-f", "jsonl", cwd=fight.parent)
        assert (run.exit_code, len(run.text.splitlines())) == (7, 3)
        assert run.stderr.endswith("fight.png: Violence 91.5, Graphic Violence 91.5, Weapon Violence 88.0\n")

    def test_an_adapter(self, aws: Aws, awsml: Program, fight: Path) -> None:
        run = awsml("rekognition", "moderation", fight, "--adapter", ADAPTER)
        assert (run.exit_code, aws.calls[0].params["ProjectVersion"]) == (0, ADAPTER)

    @pytest.mark.parametrize("flow", [FLOW, "looking"])
    def test_people_look_again(self, aws: Aws, awsml: Program, fight: Path, flow: str) -> None:
        run = awsml("rekognition", "moderation", fight, "--human-review", flow, "-f", "json")
        asked = aws.calls_of("DetectModerationLabels")[0].params["HumanLoopConfig"]
        assert (asked["FlowDefinitionArn"], asked["HumanLoopName"][:6]) == (FLOW, "awsml-")
        made = json.loads(run.text)["human_loop_activation_output"]
        assert made["human_loop_arn"].endswith(asked["HumanLoopName"])
        assert run.stderr.startswith("warning: Amazon Augmented AI (A2I) has been closed to new customers")
        awsml("rekognition", "moderation", fight, "--human-review", flow)
        assert len(aws.calls_of("DetectModerationLabels")) == 1  # one picture, one loop

    def test_a_flow_that_is_refused(self, aws: Aws, awsml: Program, fight: Path) -> None:
        aws.respond("rekognition", "DetectModerationLabels", AwsError("ResourceNotFoundException", "No such flow."))
        run = awsml("rekognition", "moderation", fight, "--human-review", FLOW)
        assert (run.exit_code, "closed to new customers" in run.stderr) == (4, True)


class TestText:
    @pytest.fixture
    def sign(self, aws: Aws, tmp_path: Path) -> Path:
        path = taken(tmp_path / "sign.png")
        said = [("Way out", (0.1, 0.1, 0.4, 0.1)), ("Mind\tthe gap", (0.2, 0.8, 0.6, 0.05))]
        aws.rekognition.pictures[path.read_bytes()] = Scene(texts=said)
        return path

    def test_lines(self, aws: Aws, awsml: Program, sign: Path) -> None:
        assert awsml("rekognition", "text", sign).text == (
            "Way out\t98.8\tLINE\t0.1\t0.1\t0.4\t0.1\nMind the gap\t97.8\tLINE\t0.2\t0.8\t0.6\t0.05\n"
        )

    def test_words(self, aws: Aws, awsml: Program, sign: Path) -> None:
        assert names(awsml("rekognition", "text", sign, "--words").text) == ["Way", "out", "Mind", "the", "gap"]

    @pytest.mark.parametrize("area", ["0,0,1,0.5", "0 0 100% 50%", "0,0,1,0,1,0.5,0,0.5"])
    def test_an_area_alone(self, aws: Aws, awsml: Program, sign: Path, area: str) -> None:
        assert names(awsml("rekognition", "text", sign, "--area", area).text) == ["Way out"]

    def test_high_and_wide_words_alone(self, aws: Aws, awsml: Program, sign: Path) -> None:
        assert names(awsml("rekognition", "text", sign, "--min-height", "0.08").text) == ["Way out"]
        assert names(awsml("rekognition", "text", sign, "--min-width", "0.5").text) == ["Mind the gap"]
        assert [call.params["Filters"]["WordFilter"] for call in aws.calls] == [
            {"MinBoundingBoxHeight": 0.08},
            {"MinBoundingBoxWidth": 0.5},
        ]

    def test_more_than_aws_tells_of_is_said(self, aws: Aws, awsml: Program, sign: Path) -> None:
        many = [(f"word{number}", (0.1, 0.1, 0.1, 0.01)) for number in range(100)]
        aws.rekognition.pictures[sign.read_bytes()] = Scene(texts=many)
        run = awsml("rekognition", "text", sign.name, cwd=sign.parent)
        assert (run.exit_code, run.stderr) == (
            0,
            "warning: AWS tells of 100 words at the most, and sign.png may have more: cut it into parts\n",
        )

    def test_it_is_piped_on(self, aws: Aws, awsml: Program, sign: Path) -> None:
        found = awsml("rekognition", "text", sign, "--query", "text_detections[?type=='LINE'].[detected_text]")
        assert found.text == "Way out\nMind the gap\n"


class TestCompare:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        taken(tmp_path / "ann.png", {"ann": ANN})
        taken(tmp_path / "both.png", {"bob": ANN, "ann": BOB})
        taken(tmp_path / "bob.png", {"bob": BOB})
        (tmp_path / "torn.png").write_bytes(photograph()[:90])
        return tmp_path

    def test_the_largest_face_of_the_source(self, aws: Aws, awsml: Program, folder: Path) -> None:
        run = awsml("rekognition", "compare", "ann.png", "both.png", cwd=folder)
        assert (run.exit_code, run.text) == (0, "face 1\t99.2\t0.6\t0.25\t0.15\t0.3\n")
        (call,) = aws.calls
        assert call.params == {
            "SourceImage": {"Bytes": (folder / "ann.png").read_bytes()},
            "TargetImage": {"Bytes": (folder / "both.png").read_bytes()},
        }

    def test_many_targets(self, aws: Aws, awsml: Program, folder: Path) -> None:
        run = awsml("rekognition", "compare", "ann.png", "both.png", "bob.png", "ann.png", cwd=folder)
        assert [line.split("\t")[:3] for line in run.text.splitlines()] == [
            ["both.png", "face 1", "99.2"],
            ["ann.png", "face 1", "99.2"],
        ]

    def test_every_face_of_the_source(self, aws: Aws, awsml: Program, folder: Path) -> None:
        run = awsml("rekognition", "compare", "both.png", "ann.png", "bob.png", "--all-faces", cwd=folder)
        assert [line.split("\t")[:2] for line in run.text.splitlines()] == [
            ["ann.png", "face 2"],
            ["bob.png", "face 1"],
        ]
        assert [call.operation for call in aws.calls].count("DetectFaces") == 1
        made = json.loads(
            awsml("rekognition", "compare", "both.png", "bob.png", "--all-faces", "-f", "json", cwd=folder).text
        )
        boxes = [one["source_image_face"]["bounding_box"]["left"] for one in made["faces"]]
        assert boxes == pytest.approx([0.1, 0.6])  # where they are in the source, not in what was cut out
        assert len(aws.calls_of("CompareFaces")) == 4  # the second run cost nothing

    def test_it_is_required(self, aws: Aws, awsml: Program, folder: Path) -> None:
        run = awsml("rekognition", "compare", "ann.png", "bob.png", "both.png", "--require", cwd=folder)
        assert (run.exit_code, run.stderr) == (7, "error: nobody alike on bob.png\n")
        assert awsml("rekognition", "compare", "ann.png", "both.png", "--require", cwd=folder).exit_code == 0

    def test_how_alike(self, aws: Aws, awsml: Program, folder: Path) -> None:
        words = ("--min-confidence", "2", "--quality", "high")
        run = awsml("rekognition", "compare", "ann.png", "both.png", *words, cwd=folder)
        assert len(run.text.splitlines()) == 2
        assert aws.calls[0].params["SimilarityThreshold"] == 2.0
        assert aws.calls[0].params["QualityFilter"] == "HIGH"

    def test_objects_in_s3(self, aws: Aws, awsml: Program, folder: Path) -> None:
        bucket = aws.bucket("theirs")
        uris = [aws.put(bucket, name, (folder / name).read_bytes()) for name in ("ann.png", "both.png")]
        assert awsml("rekognition", "compare", *uris).text.startswith("face 1\t99.2")
        assert set(aws.calls_of("CompareFaces")[0].params["SourceImage"]) == {"S3Object"}

    def test_a_source_without_a_face(self, aws: Aws, awsml: Program, folder: Path) -> None:
        taken(folder / "empty.png")
        run = awsml("rekognition", "compare", "empty.png", "both.png", cwd=folder)
        assert run.exit_code == 4
        assert run.stderr.endswith("hint: is there a face on the source? awsml rekognition faces empty.png\n")
        run = awsml("rekognition", "compare", "empty.png", "both.png", "--all-faces", cwd=folder)
        assert (run.exit_code, run.text, run.stderr) == (0, "", "warning: there is no face on empty.png\n")

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["-", "-"], "stdin can be read once"),
            (["*.png", "ann.png"], "`*.png` is 4 pictures"),
            (["none.png", "ann.png"], "no such file: none.png"),
            (["torn.png", "ann.png", "both.png"], "torn.png is damaged"),
            (["ann.png", "both.png", "--quality", "best"], "there is no quality `best`"),
        ],
    )
    def test_what_cannot_be_meant(self, aws: Aws, awsml: Program, folder: Path, words: list[str], said: str) -> None:
        run = awsml("rekognition", "compare", *words, stdin=photograph(), cwd=folder)
        assert (run.exit_code, aws.calls) == (2, [])
        assert run.stderr.startswith(f"error: {said}")

    def test_the_price_beforehand(self, aws: Aws, awsml: Program, folder: Path) -> None:
        run = awsml("rekognition", "compare", "ann.png", "both.png", "--dry-run", cwd=folder)
        assert (run.text, aws.calls) == ("rekognition:CompareFaces\tboth.png\t1\t1\tpictures\t0.001\n", [])
