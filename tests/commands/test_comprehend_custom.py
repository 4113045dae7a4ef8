"""`awsml comprehend train`, `models`, `endpoints`, `flywheels`, `datasets`: models of one's own."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from pathlib import Path

import pytest
from fakeaws import Aws
from fakeaws.program import KILLED, Program

ROLE = "arn:aws:iam::123456789012:role/trainer"
GO = ["--language", "en", "--role", ROLE]
MAILS = "label,text\n" + "".join(
    f'{kind},"a {kind} mail, number {number}"\n' for number in range(20) for kind in ("bill", "spam")
)
CALLS = 12


@pytest.fixture(autouse=True)
def desk(aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with examples, and a bucket to stage them in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWSML_BUCKET", "staging")
    aws.bucket("staging")
    Path("mails.csv").write_text(MAILS)
    Path("parts.csv").write_text("Text,Type\nbolt M8,PART\nAcme,MAKER\n")
    Path("manual.txt").write_text("Take a bolt M8.\nIt is from Acme.\nTake another bolt M8.\n")


def staged(aws: Aws) -> dict[str, bytes]:
    """What lies in the staging bucket, by the last part of its key."""
    return {key.rpartition("/")[2]: data for key, data in aws.objects("staging").items()}


class TestTrain:
    def test_a_classifier_in_one_command(self, aws: Aws, awsml: Program) -> None:
        run = awsml("comprehend", "train", "classify", "mails", "mails.csv", *GO, "-f", "json")
        (told,) = json.loads(run.text)
        assert run.exit_code == 0, run.stderr
        assert (
            told["f1_score"],
            told["model_arn"].split(":")[-1].startswith("document-classifier/mails/version/v-"),
        ) == (
            1.0,
            True,
        )
        assert staged(aws) == {}

    def test_the_request_and_the_split(self, aws: Aws, awsml: Program) -> None:
        awsml("comprehend", "train", "classify", "mails", "mails.csv", *GO, "--no-wait")
        (made,) = aws.calls_of("CreateDocumentClassifier")
        files = {name: list(csv.reader(io.StringIO(data.decode()))) for name, data in staged(aws).items()}
        assert (made.params["Mode"], made.params["LanguageCode"], made.params["DataAccessRoleArn"]) == (
            "MULTI_CLASS", "en", ROLE,
        )  # fmt: skip
        assert {name: Counter(label for label, _ in rows) for name, rows in files.items()} == {
            "train.csv": {"bill": 18, "spam": 18},
            "test.csv": {"bill": 2, "spam": 2},
        }
        texts = [text for rows in files.values() for _, text in rows]
        assert sorted(texts) == sorted(row["text"] for row in csv.DictReader(io.StringIO(MAILS)))

    def test_the_same_examples_are_trained_with_once(self, aws: Aws, awsml: Program) -> None:
        runs = [awsml("comprehend", "train", "classify", "mails", "mails.csv", *GO) for _ in range(2)]
        assert (runs[0].text == runs[1].text, len(aws.calls_of("CreateDocumentClassifier"))) == (True, 1)
        Path("mails.csv").write_text(MAILS + "bill,one more bill\n")
        awsml("comprehend", "train", "classify", "mails", "mails.csv", *GO)
        assert len(aws.comprehend.models) == 2

    @pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
    @pytest.mark.parametrize("number", range(1, CALLS))
    def test_killed_and_repeated_it_is_one_training_and_nothing_stays(
        self, aws: Aws, awsml: Program, number: int, after: bool
    ) -> None:
        aws.kill_at(number, after=after)
        killed = awsml("comprehend", "train", "classify", "mails", "mails.csv", *GO)
        aws.kill_at(10**6)
        run = awsml("comprehend", "train", "classify", "mails", "mails.csv", *GO)
        assert (killed.exit_code in (0, KILLED), run.exit_code, len(aws.comprehend.models)) == (True, 0, 1)
        assert staged(aws) == {}

    def test_several_labels(self, aws: Aws, awsml: Program) -> None:
        Path("many.csv").write_text("".join(f"a|b,text a {n}\nb,text b {n}\n" for n in range(12)))
        run = awsml("comprehend", "train", "classify", "many", "many.csv", *GO, "--multi-label", "|")
        (made,) = aws.calls_of("CreateDocumentClassifier")
        assert (run.exit_code, made.params["Mode"], made.params["InputDataConfig"]["LabelDelimiter"]) == (
            0, "MULTI_LABEL", "|",
        )  # fmt: skip

    def test_columns_by_name_and_a_test_of_ones_own(self, aws: Aws, awsml: Program) -> None:
        Path("wide.csv").write_text("id,kind,said\n" + "".join(f"{n},{k},{k} {n}\n" for n in range(10) for k in "ab"))
        Path("test.csv").write_text("id,kind,said\n1,a,a\n2,b,nothing\n")
        words = ["--label", "kind", "--text", "said", "--test", "test.csv"]
        run = awsml("comprehend", "train", "classify", "wide", "wide.csv", *GO, *words, "-f", "json")
        assert json.loads(run.text)[0]["accuracy"] == 0.5

    def test_a_recognizer_from_a_list(self, aws: Aws, awsml: Program) -> None:
        run = awsml("comprehend", "train", "entities", "parts", "parts.csv", "--documents", "manual.txt", *GO)
        (made,) = aws.calls_of("CreateEntityRecognizer")
        assert [line.split("\t")[0] for line in run.text.splitlines()] == ["", "PART", "MAKER"]
        assert made.params["InputDataConfig"]["EntityTypes"] == [{"Type": "PART"}, {"Type": "MAKER"}]
        assert "EntityList" in made.params["InputDataConfig"]

    def test_a_recognizer_from_annotations(self, aws: Aws, awsml: Program) -> None:
        rows = "".join("documents.txt,0,7,14,PART\n" for _ in range(25))
        Path("notes.csv").write_text("File,Line,Begin Offset,End Offset,Type\n" + rows)
        run = awsml("comprehend", "train", "entities", "parts", "notes.csv", "--documents", "manual.txt", *GO)
        (made,) = aws.calls_of("CreateEntityRecognizer")
        assert (run.exit_code, "Annotations" in made.params["InputDataConfig"]) == (0, True)

    def test_with_an_endpoint_it_answers_and_what_that_costs_is_said(self, aws: Aws, awsml: Program) -> None:
        run = awsml(
            "comprehend", "train", "classify", "mails", "mails.csv", *GO, "--endpoint", "--units", "2", "-f", "json"
        )
        arn = json.loads(run.text)[0]["endpoint_arn"]
        assert (run.exit_code, "bills 3.60 USD an hour until" in run.stderr) == (0, True)
        asked = awsml("comprehend", "classify", "--endpoint", arn, "a ball game")
        assert asked.text.splitlines()[0].startswith("sport\t")

    def test_a_failure_says_why_and_leaves_nothing(self, aws: Aws, awsml: Program) -> None:
        aws.comprehend.failing = "The examples are too alike."
        run = awsml("comprehend", "train", "classify", "mails", "mails.csv", *GO)
        assert (run.exit_code, "The examples are too alike." in run.stderr, staged(aws)) == (4, True, {})

    def test_a_warning_is_passed_on(self, aws: Aws, awsml: Program) -> None:
        aws.comprehend.warning = "One file was skipped."
        run = awsml("comprehend", "train", "classify", "mails", "mails.csv", *GO)
        assert (run.exit_code, "trained with a warning: One file was skipped." in run.stderr) == (0, True)

    def test_after_the_timeout_the_hint_works_and_the_examples_stay(self, aws: Aws, awsml: Program) -> None:
        run = awsml("comprehend", "train", "classify", "mails", "mails.csv", *GO, "--timeout", "0")
        hint = run.stderr.partition("hint: awsml ")[2].split()
        assert (run.exit_code, len(staged(aws)), awsml(*hint).exit_code) == (8, 2, 0)

    def test_a_dry_run_trains_nothing(self, aws: Aws, awsml: Program) -> None:
        run = awsml(
            "comprehend", "train", "classify", "mails", "mails.csv", *GO, "--endpoint", "--dry-run", "-f", "json"
        )
        assert [one["operation"] for one in json.loads(run.text)] == [
            "comprehend:CreateDocumentClassifier", "comprehend:CreateEndpoint",
        ]  # fmt: skip
        assert (json.loads(run.text)[1]["price"], aws.calls) == (1.8, [])

    @pytest.mark.parametrize(
        ("words", "content", "code", "said"),
        [
            (["poetry", "x", "bad.csv", *GO], "", 2, "there is no kind `poetry` of model"),
            (["classify", "x", "nothing.csv", *GO], "", 2, "cannot read nothing.csv"),
            (["classify", "x", "bad.csv", *GO], "", 2, "holds no documents"),
            (["classify", "x", "bad.csv", *GO], "a,b,c\n1,2,3\n", 2, "which column is the label"),
            (["classify", "x", "bad.csv", *GO, "--label", "z"], "a,b\n1,2\n", 2, "has no column `z`; it has a, b"),
            (["classify", "x", "bad.csv", *GO], "label,text\na\n", 2, "bad.csv, line 2: 1 cells"),
            (["classify", "x", "bad.csv", *GO], "label,text\n,b\n", 2, "bad.csv, line 2: the label is missing"),
            (["classify", "x", "bad.csv", *GO], "label,text\na,\n", 2, "bad.csv, line 2: the text is missing"),
            (["classify", "x", "bad.csv", *GO], "label,text\n" + "a,x\n" * 20, 2, "1 label; a classifier needs at least 2"),
            (["classify", "x", "bad.csv", *GO], "a,x\n" * 30 + "b,y\n" * 5, 2, "the label `b` has 5 documents"),
            (["classify", "x", "mails.csv", "--role", ROLE], "", 2, "a model needs the language of its examples"),
            (["classify", "x", "mails.csv", "--language", "en"], "", 3, "--role ARN"),
            (["entities", "x", "parts.csv", *GO], "", 2, "--documents FILE"),
            (["entities", "x", "bad.csv", "--documents", "manual.txt", *GO], "a,b\n", 2, "a list of entities has the columns"),
            (["entities", "x", "parts.csv", "--documents", "bad.csv", *GO], "one\n", 2, "needs at least 3 documents"),
            (
                ["entities", "x", "bad.csv", "--documents", "manual.txt", *GO],
                "File,Line,Begin Offset,End Offset,Type\nd,9,0,1,X\n", 2, "line 2: line 9 of the documents has no place",
            ),
            (
                ["entities", "x", "bad.csv", "--documents", "manual.txt", *GO],
                "File,Line,Begin Offset,End Offset,Type\nd,0,0,1,X\n", 2, "1 annotations of `X`; AWS wants at least 25",
            ),
        ],
    )  # fmt: skip
    def test_what_cannot_be_trained_with_is_refused_before_any_call(
        self, aws: Aws, awsml: Program, words: list[str], content: str, code: int, said: str
    ) -> None:
        Path("bad.csv").write_text(content)
        run = awsml("comprehend", "train", *words)
        assert (run.exit_code, said in run.stderr, aws.calls) == (code, True, []), run.stderr


class TestAfterwards:
    @pytest.fixture(autouse=True)
    def model(self, awsml: Program) -> None:
        """A classifier `mails` with an endpoint `live`."""
        assert awsml("comprehend", "train", "classify", "mails", "mails.csv", *GO).exit_code == 0
        assert awsml("comprehend", "endpoints", "create", "live", "--model", "mails").exit_code == 0

    def test_models_are_listed_page_after_page(self, aws: Aws, awsml: Program) -> None:
        for name in ("a", "b", "c"):
            awsml("comprehend", "train", "classify", name, "mails.csv", *GO, "--no-wait")
        awsml("comprehend", "train", "entities", "parts", "parts.csv", "--documents", "manual.txt", *GO)
        found = json.loads(awsml("comprehend", "models", "ls", "-f", "json").text)
        assert [(one["name"], one["kind"]) for one in found] == [
            ("mails", "classify"), ("a", "classify"), ("b", "classify"), ("c", "classify"), ("parts", "entities"),
        ]  # fmt: skip

    def test_one_is_looked_at_and_measured(self, aws: Aws, awsml: Program) -> None:
        told = json.loads(awsml("comprehend", "models", "get", "mails", "-f", "json").text)
        assert (told["status"], told["number_of_labels"], told["number_of_trained_documents"]) == ("TRAINED", 2, 36)
        assert awsml("comprehend", "models", "metrics", "mails", "--query", "[0].f1_score").text == "1\n"

    def test_a_training_is_stopped(self, aws: Aws, awsml: Program) -> None:
        awsml("comprehend", "train", "classify", "slow", "mails.csv", *GO, "--no-wait")
        assert awsml("comprehend", "models", "stop", "slow", "--query", "status").text == "STOPPED\n"

    def test_a_model_is_removed_with_its_endpoints(self, aws: Aws, awsml: Program) -> None:
        refused = awsml("comprehend", "models", "rm", "mails")
        planned = awsml("comprehend", "models", "rm", "mails", "--dry-run").text.splitlines()
        kept = (len(aws.comprehend.models), len(aws.comprehend.endpoints))
        assert (refused.exit_code, len(planned), kept) == (2, 2, (1, 1))
        awsml("comprehend", "models", "rm", "mails", "-y")
        assert (aws.comprehend.models, aws.comprehend.endpoints) == ({}, {})

    def test_endpoints_say_what_they_cost(self, aws: Aws, awsml: Program) -> None:
        (one,) = json.loads(awsml("comprehend", "endpoints", "ls", "-f", "json").text)
        assert (one["name"], one["status"], one["hourly"]) == ("live", "IN_SERVICE", 1.8)
        told = json.loads(awsml("comprehend", "endpoints", "update", "live", "--units", "3", "-f", "json").text)
        assert (told["current_inference_units"], told["hourly"]) == (3, 5.4)

    def test_an_endpoint_is_made_once(self, aws: Aws, awsml: Program) -> None:
        again = awsml("comprehend", "endpoints", "create", "live", "--model", "mails")
        awsml("comprehend", "train", "classify", "other", "mails.csv", *GO)
        other = awsml("comprehend", "endpoints", "create", "live", "--model", "other")
        assert (again.exit_code, len(aws.calls_of("CreateEndpoint"))) == (0, 1)
        assert (other.exit_code, "another model answers" in other.stderr) == (2, True)

    def test_an_endpoint_is_removed_if_somebody_says_so(self, aws: Aws, awsml: Program) -> None:
        assert awsml("comprehend", "endpoints", "rm", "live").exit_code == 2
        assert awsml("comprehend", "endpoints", "rm", "live", "-y").exit_code == 0
        assert aws.comprehend.endpoints == {}

    def test_a_flywheel_turns(self, aws: Aws, awsml: Program) -> None:
        uri = aws.put("staging", "more.csv", MAILS.encode())
        made = awsml(
            "comprehend",
            "flywheels",
            "create",
            "wheel",
            "--model",
            "mails",
            "--lake",
            "s3://staging/lake/",
            "--role",
            ROLE,
        )
        taken = awsml("comprehend", "datasets", "add", "wheel", "november", uri)
        turned = json.loads(awsml("comprehend", "flywheels", "run", "wheel", "-f", "json").text)
        assert (made.exit_code, taken.exit_code, turned["status"]) == (0, 0, "COMPLETED")
        assert (turned["evaluated_f1_score"], turned["trained_f1_score"]) == (0.8, 0.9)
        assert len(awsml("comprehend", "flywheels", "history", "wheel").text.splitlines()) == 1
        assert awsml("comprehend", "datasets", "ls", "wheel", "--query", "[0].number_of_documents").text == "41\n"
        assert awsml("comprehend", "flywheels", "ls", "--query", "[].name").text == "wheel\n"
        assert awsml("comprehend", "flywheels", "get", "wheel", "--query", "status").text == "ACTIVE\n"
        assert awsml("comprehend", "flywheels", "rm", "wheel", "-y").exit_code == 0
        assert aws.comprehend.flywheels == {}

    def test_a_turn_that_fails_says_why(self, aws: Aws, awsml: Program) -> None:
        awsml(
            "comprehend",
            "flywheels",
            "create",
            "wheel",
            "--model",
            "mails",
            "--lake",
            "s3://staging/lake/",
            "--role",
            ROLE,
        )
        aws.comprehend.failing = "There is no new data."
        run = awsml("comprehend", "flywheels", "run", "wheel")
        assert (run.exit_code, "There is no new data." in run.stderr) == (4, True)

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["models", "get", "nobody"], "there is no model nobody"),
            (["models", "get", "arn:aws:comprehend:us-east-1:1:thing/x"], "is no model's ARN"),
            (["endpoints", "get", "nobody"], "there is no endpoint nobody"),
            (["endpoints", "create", "x"], "which model shall answer?"),
            (["endpoints", "update", "live"], "what shall change?"),
            (["flywheels", "get", "nobody"], "there is no flywheel nobody"),
            (
                ["flywheels", "create", "x", "--model", "mails", "--lake", "here", "--role", ROLE],
                "the data lake lies in S3",
            ),
        ],
    )
    def test_what_is_not_there(self, aws: Aws, awsml: Program, words: list[str], said: str) -> None:
        run = awsml("comprehend", *words)
        assert (run.exit_code, said in run.stderr) == (2, True)
