"""`comprehend train classify --local`: a classifier learnt here, its endpoint, and what it says; kept without pickles."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from fakeaws.program import Program
from house import ROOT

from awsml_cli.local.engines import classify
from awsml_cli.local.measuring import rated

RATED = ROOT / ".venv/data/vaderSentiment-3.3.2.tar.gz"
pytestmark = pytest.mark.skipif(not classify.DECLARATION.installed(), reason=classify.DECLARATION.install)

SUBJECTS = {
    "billing": "invoice payment refund charge card price receipt amount",
    "delivery": "parcel courier shipped address late box arrived tracking",
    "account": "password login email locked profile user reset sign",
}


def mails(count: int = 14) -> list[tuple[str, str]]:
    """Mails about three subjects, each of four words of it."""
    rows = []
    for label, words in SUBJECTS.items():
        known = words.split()
        for number in range(count):
            picked = [known[(number * step + step) % len(known)] for step in (1, 2, 3, 5)]
            rows.append((label, f"Hello, about my {' and the '.join(picked)}, number {number}."))
    return rows


def table(rows: list[tuple[str, str]]) -> str:
    return "label,text\n" + "".join(f'{label},"{text}"\n' for label, text in rows)


def test_from_a_table_to_an_answer(awsml: Program, tmp_path: Path) -> None:
    (tmp_path / "mails.csv").write_text(table(mails()))
    told = awsml(
        "comprehend", "train", "classify", "mails", "mails.csv", "--language", "en", "--local", "--endpoint",
        "-f", "json", cwd=tmp_path,
    )  # fmt: skip
    (metrics,) = json.loads(told.text)
    at = ("--endpoint", metrics["endpoint_arn"])
    said = awsml("comprehend", "classify", "--local", *at, "-f", "json", "The courier lost my parcel")
    listed = awsml("comprehend", "models", "ls", "--local", "-f", "json")
    serving = awsml("comprehend", "endpoints", "ls", "--local", "-f", "json")
    gone = awsml("comprehend", "models", "rm", "mails", "--local", "-y")

    assert (told.exit_code, told.stderr, metrics["accuracy"]) == (0, "", 1.0)
    classes = json.loads(said.text)["classes"]
    assert (said.exit_code, classes[0]["name"]) == (0, "delivery")
    assert sum(one["score"] for one in classes) == pytest.approx(1.0, abs=0.01)
    (model,) = json.loads(listed.text)
    assert (model["status"], model["number_of_labels"]) == ("TRAINED", 3)
    assert [one["status"] for one in json.loads(serving.text)] == ["IN_SERVICE"]
    assert gone.exit_code == 0
    assert json.loads(awsml("comprehend", "models", "ls", "--local", "-f", "json").text) == []
    assert json.loads(awsml("comprehend", "endpoints", "ls", "--local", "-f", "json").text) == []


def test_a_text_may_have_several_labels():
    texts = ["red paint", "blue paint", "red and blue paint", "green grass"] * 4
    labels = [["red"], ["blue"], ["red", "blue"], ["green"]] * 4

    model = classify.learn(texts, labels, several=True)

    scores = model.scores("blue and red")
    assert {name for name, score in scores.items() if score >= 0.5} == {"red", "blue"}


def test_what_was_learnt_is_kept_as_arrays_and_nothing_else():
    texts, labels = ["good", "bad"] * 6, [["yes"], ["no"]] * 6
    packed = classify.learn(texts, labels, several=False).packed()

    with np.load(io.BytesIO(packed), allow_pickle=False) as kept:
        assert set(kept) == {"idf", "weights", "biases", "about"}
    assert next(iter(classify.unpacked(packed).scores("good"))) == "yes"


def test_one_label_is_no_classifier(client):
    client("s3").put_object(Bucket="awsml-local", Key="c/train.csv", Body=b"one,text of it\none,another text\n")
    comprehend = client("comprehend")
    arn = comprehend.create_document_classifier(
        DocumentClassifierName="c",
        DataAccessRoleArn="arn:aws:iam::000000000000:role/local",
        LanguageCode="en",
        InputDataConfig={"S3Uri": "s3://awsml-local/c/train.csv"},
    )["DocumentClassifierArn"]

    about = comprehend.describe_document_classifier(DocumentClassifierArn=arn)["DocumentClassifierProperties"]

    assert (about["Status"], about["Message"]) == ("IN_ERROR", "a classifier needs at least 2 labels")


@pytest.mark.skipif(not RATED.exists(), reason="scripts/test fetches the rated texts")
def test_where_a_sentence_is_from() -> None:
    """Measured: .71."""
    sorts = ("tweets", "products", "films", "editorials")
    found = {sort: [text for _, text in rated.texts(RATED, sort)] for sort in sorts}
    learnt = [(sort, text) for sort in sorts for text in found[sort][:400]]
    model = classify.learn([text for _, text in learnt], [[sort] for sort, _ in learnt], several=False)

    others = [(sort, text) for sort in sorts for text in found[sort][1000:1400]]
    right = sum(next(iter(model.scores(text))) == sort for sort, text in others)
    assert right / len(others) >= 0.69
