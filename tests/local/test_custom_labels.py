"""Custom Labels on this machine: from a folder of pictures to a model that answers, with textures of scikit-image."""

from __future__ import annotations

import io
import json
import random
from pathlib import Path

import pytest
from fakeaws.program import Program
from PIL import Image

from awsml_cli.core.errors import ConfigError
from awsml_cli.local.engines.see import classes, head
from local import drawn, photographs

pytestmark = pytest.mark.skipif(not head.DECLARATION.installed(), reason=head.DECLARATION.install)

numpy = pytest.importorskip("numpy")
BUCKET = "awsml-local"
TEXTURES = ("brick", "grass", "gravel")
SIDE = 100


@pytest.fixture(scope="module")
def pieces() -> dict[str, list[Image.Image]]:
    """Of each texture, 16 pieces that do not overlap."""
    found = {}
    for name in TEXTURES:
        whole = photographs.of(f"{name}.png")
        places = [(x, y) for y in range(0, 400, SIDE) for x in range(0, 400, SIDE)]
        found[name] = [whole.crop((x, y, x + SIDE, y + SIDE)) for x, y in places]
    return found


@pytest.fixture
def folder(pieces, tmp_path: Path) -> Path:
    """A folder for each texture with 10 of its pieces."""
    for name in TEXTURES:
        (tmp_path / "textures" / name).mkdir(parents=True)
        for at, piece in enumerate(pieces[name][:10]):
            piece.save(tmp_path / "textures" / name / f"{at}.png")
    return tmp_path / "textures"


class TestHead:
    def test_textures_are_told_apart(self, pieces, home):
        rows = {name: [classes.features(one, home=home) for one in pieces[name]] for name in TEXTURES}
        learned = head.learn(
            numpy.stack([row for name in TEXTURES for row in rows[name][:12]]),
            [frozenset({name}) for name in TEXTURES for _ in range(12)],
        )

        _, scores, shares = head.judged(
            learned,
            numpy.stack([row for name in TEXTURES for row in rows[name][12:]]),
            [frozenset({name}) for name in TEXTURES for _ in range(4)],
        )

        assert [(one.label, one.f1, one.pictures) for one in scores] == [(name, 1.0, 4) for name in TEXTURES]
        assert shares.tolist() == numpy.eye(3).tolist()

    def test_faces_from_what_is_none(self, home, record_property):
        """The 200 crops of LFW that ship with scikit-image, 100 of them faces; 40 are held back."""
        import skimage

        crops = numpy.load(Path(skimage.__file__).parent / "data" / "lfw_subset.npy")
        shown = [frozenset({"face"})] * 100 + [frozenset({"none"})] * 100
        order = random.Random(1).sample(range(200), 200)
        rows = numpy.stack(
            [
                classes.features(
                    Image.fromarray((255 * one).astype("uint8")).convert("RGB").resize((64, 64)), home=home
                )
                for one in crops
            ]
        )
        train, test = order[:160], order[160:]
        learned = head.learn(rows[train], [shown[at] for at in train])

        _, scores, _ = head.judged(learned, rows[test], [shown[at] for at in test])

        record_property("F1 of faces", scores[0].f1)
        assert scores[0].f1 >= 0.92

    def test_pictures_with_several_labels(self):
        """Numbers made up: a label each for two of their sides."""
        chance = numpy.random.default_rng(3)
        rows = chance.normal(size=(200, 20))
        shown = [frozenset({*(["a"] if row[0] > 0 else []), *(["b"] if row[1] > 0 else []), "any"}) for row in rows]

        _, scores, _ = head.judged(head.learn(rows[:150], shown[:150]), rows[150:], shown[150:])

        assert min(one.f1 for one in scores) > 0.85

    def test_a_model_is_a_file_of_arrays(self, tmp_path):
        made = head.learn(numpy.eye(4), [frozenset({"é"}), frozenset({"b"})] * 2)

        again = head.Head.of(made.data())

        assert (again.labels, again.exclusive) == (("b", "é"), True)
        assert numpy.allclose(again.likely(numpy.eye(4)), made.likely(numpy.eye(4)), atol=1e-4)
        with numpy.load(io.BytesIO(made.data()), allow_pickle=False) as kept:
            assert sorted(kept) == ["exclusive", "labels", "mean", "thresholds", "weights"]


class TestOperations:
    @pytest.fixture
    def rekognition(self, client):
        return client("rekognition")

    @staticmethod
    def dataset(client, project: str, kind: str, pictures: dict[str, list[Image.Image]]) -> str:
        lines = []
        for label, found in pictures.items():
            for at, picture in enumerate(found):
                key = f"{kind}/{label}-{at}.png"
                client("s3").put_object(Bucket=BUCKET, Key=key, Body=drawn.png(picture))
                about = {"class-name": label, "type": "groundtruth/image-classification"}
                lines.append({"source-ref": f"s3://{BUCKET}/{key}", "x": 1, "x-metadata": about})
        body = "\n".join(json.dumps(line) for line in lines).encode()
        client("s3").put_object(Bucket=BUCKET, Key=f"{kind}.manifest", Body=body)
        place = {"GroundTruthManifest": {"S3Object": {"Bucket": BUCKET, "Name": f"{kind}.manifest"}}}
        made = client("rekognition").create_dataset(ProjectArn=project, DatasetType=kind, DatasetSource=place)
        return made["DatasetArn"]

    @pytest.fixture
    def project(self, client, rekognition, pieces) -> str:
        made = rekognition.create_project(ProjectName="textures")["ProjectArn"]
        self.dataset(client, made, "TRAIN", {name: pieces[name][:6] for name in TEXTURES})
        self.dataset(client, made, "TEST", {name: pieces[name][6:8] for name in TEXTURES})
        return made

    @staticmethod
    def train(rekognition, project: str) -> str:
        arn = rekognition.create_project_version(
            ProjectArn=project, VersionName="v1", OutputConfig={"S3Bucket": BUCKET, "S3KeyPrefix": "out"}
        )["ProjectVersionArn"]
        waiter = rekognition.get_waiter("project_version_training_completed")
        waiter.wait(ProjectArn=project, VersionNames=["v1"], WaiterConfig={"Delay": 0, "MaxAttempts": 20})
        return arn

    def test_from_pictures_to_answers(self, rekognition, project, pieces):
        arn = self.train(rekognition, project)
        with pytest.raises(rekognition.exceptions.ResourceNotReadyException):
            rekognition.detect_custom_labels(ProjectVersionArn=arn, Image={"Bytes": drawn.png(pieces["grass"][9])})
        rekognition.start_project_version(ProjectVersionArn=arn, MinInferenceUnits=1)

        told = [
            rekognition.detect_custom_labels(ProjectVersionArn=arn, Image={"Bytes": drawn.png(pieces[name][9])})
            for name in TEXTURES
        ]
        everything = rekognition.detect_custom_labels(
            ProjectVersionArn=arn, Image={"Bytes": drawn.png(pieces["grass"][9])}, MinConfidence=0
        )["CustomLabels"]

        (about,) = rekognition.describe_project_versions(ProjectArn=project)["ProjectVersionDescriptions"]
        assert [[one["Name"] for one in answer["CustomLabels"]] for answer in told] == [[name] for name in TEXTURES]
        assert sum(one["Confidence"] for one in everything) == pytest.approx(100, abs=0.1)
        assert (about["Status"], about["EvaluationResult"]["F1Score"]) == ("RUNNING", 1.0)
        assert "linear-head" in told[0]["ResponseMetadata"]["HTTPHeaders"]["x-awsml-engine"]

    def test_a_version_is_copied_stopped_and_removed(self, rekognition, project, pieces):
        arn = self.train(rekognition, project)
        other = rekognition.create_project(ProjectName="other")["ProjectArn"]
        copied = rekognition.copy_project_version(
            SourceProjectArn=project, SourceProjectVersionArn=arn, DestinationProjectArn=other, VersionName="c",
            OutputConfig={"S3Bucket": BUCKET, "S3KeyPrefix": "out"},
        )["ProjectVersionArn"]  # fmt: skip
        rekognition.start_project_version(ProjectVersionArn=copied, MinInferenceUnits=1)
        with pytest.raises(rekognition.exceptions.ResourceInUseException):
            rekognition.delete_project_version(ProjectVersionArn=copied)
        with pytest.raises(rekognition.exceptions.ResourceInUseException):
            rekognition.delete_project(ProjectArn=project)
        rekognition.delete_project_version(ProjectVersionArn=arn)

        answer = rekognition.detect_custom_labels(
            ProjectVersionArn=copied, Image={"Bytes": drawn.png(pieces["brick"][9])}
        )
        rekognition.stop_project_version(ProjectVersionArn=copied)
        rekognition.delete_project_version(ProjectVersionArn=copied)
        rekognition.delete_project(ProjectArn=other)

        assert [one["Name"] for one in answer["CustomLabels"]] == ["brick"]
        assert [one["ProjectArn"] for one in rekognition.describe_projects()["ProjectDescriptions"]] == [project]

    def test_datasets(self, client, rekognition, project):
        arn = rekognition.describe_projects()["ProjectDescriptions"][0]["Datasets"][0]["DatasetArn"]
        line = {
            "source-ref": "s3://nowhere/x.png",
            "x": 1,
            "x-metadata": {"class-name": "moss", "type": "groundtruth/image-classification"},
        }
        rekognition.update_dataset_entries(DatasetArn=arn, Changes={"GroundTruth": json.dumps(line).encode()})

        stats = rekognition.describe_dataset(DatasetArn=arn)["DatasetDescription"]["DatasetStats"]
        labels = rekognition.list_dataset_labels(DatasetArn=arn)["DatasetLabelDescriptions"]
        broken = rekognition.list_dataset_entries(DatasetArn=arn, HasErrors=True)["DatasetEntries"]
        moss = rekognition.list_dataset_entries(DatasetArn=arn, ContainsLabels=["moss"])["DatasetEntries"]
        rekognition.delete_dataset(DatasetArn=arn)

        assert stats == {"LabeledEntries": 7, "TotalEntries": 7, "TotalLabels": 4, "ErrorEntries": 1}
        assert [one["LabelName"] for one in labels] == ["brick", "grass", "gravel", "moss"]
        assert [json.loads(one) for one in (*broken, *moss)] == [line, line]
        with pytest.raises(rekognition.exceptions.ResourceNotFoundException):
            rekognition.describe_dataset(DatasetArn=arn)

    def test_what_is_refused(self, client, rekognition, project, pieces):
        again = {"ProjectName": "textures"}
        output = {"OutputConfig": {"S3Bucket": BUCKET, "S3KeyPrefix": "x"}}
        empty = rekognition.create_project(ProjectName="empty")["ProjectArn"]

        with pytest.raises(rekognition.exceptions.ResourceInUseException):
            rekognition.create_project(**again)
        with pytest.raises(rekognition.exceptions.InvalidParameterException):
            rekognition.create_project_version(ProjectArn=empty, VersionName="v", **output)
        with pytest.raises(rekognition.exceptions.ResourceAlreadyExistsException):
            rekognition.create_dataset(ProjectArn=project, DatasetType="TRAIN")
        with pytest.raises(ConfigError, match="no engine on this machine can train an adapter"):
            rekognition.create_project(ProjectName="m", Feature="CONTENT_MODERATION")

    def test_a_training_that_cannot_be_fails_with_its_reason(self, client, rekognition, pieces):
        project = rekognition.create_project(ProjectName="one")["ProjectArn"]
        self.dataset(client, project, "TRAIN", {"brick": pieces["brick"][:3]})
        self.dataset(client, project, "TEST", {"brick": pieces["brick"][3:4]})
        rekognition.create_project_version(
            ProjectArn=project, VersionName="v", OutputConfig={"S3Bucket": BUCKET, "S3KeyPrefix": "x"}
        )

        (about,) = rekognition.describe_project_versions(ProjectArn=project)["ProjectVersionDescriptions"]

        assert (about["Status"], about["StatusMessage"]) == (
            "TRAINING_FAILED", "The training dataset has 1 label: a model tells two at least apart.",
        )  # fmt: skip


def test_the_commands(awsml: Program, folder: Path, pieces, tmp_path: Path) -> None:
    pieces["gravel"][12].save(tmp_path / "new.png")

    def run(*args: object):
        return awsml("rekognition", *args, "--local")

    planned = run("models", "train", folder, "--project", "textures", "--dry-run", "-f", "json")
    trained = run("models", "train", folder, "--project", "textures", "-f", "json")
    again = run("models", "train", folder, "--project", "textures", "-f", "json")
    started = run("models", "start", "textures", "-f", "json")
    model = json.loads(started.text)
    told = run("labels", tmp_path / "new.png", "--model", model["arn"])
    confusion = run("models", "metrics", "textures", "--confusion", "-f", "csv")
    stopped = run("models", "stop", "textures", "--query", "status")
    removed = run("models", "rm", "textures", "-y")
    left = run("models", "projects", "-f", "json")

    whole = json.loads(trained.text)[0]
    assert (planned.exit_code, any(step.get("price") for step in json.loads(planned.text))) == (0, False)
    assert (whole["f1_score"], whole["number_of_training_images"], whole["number_of_testing_images"]) == (1.0, 24, 6)
    assert again.text == trained.text
    assert (started.exit_code, model["status"], model["hourly"], "USD" in started.stderr) == (0, "RUNNING", 0.0, False)
    assert told.text.split("\t")[0] == "gravel"
    assert "gravel,gravel,1.0" in confusion.text
    assert (stopped.text.strip(), removed.exit_code, json.loads(left.text)) == ("STOPPED", 0, [])
