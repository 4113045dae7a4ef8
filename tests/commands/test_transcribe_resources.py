"""`awsml transcribe vocabulary|filter|model|category`: what AWS holds for transcriptions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fakeaws import Aws, AwsError
from fakeaws.program import Program
from recordings import STAGING

ROLE = "arn:aws:iam::123456789012:role/transcribe"
RULES = [{"SentimentFilter": {"Sentiments": ["NEGATIVE"], "ParticipantRole": "CUSTOMER"}}]
LIST_AND_DELETE = {
    "vocabulary": ("ListVocabularies", "DeleteVocabulary"),
    "medical-vocabulary": ("ListMedicalVocabularies", "DeleteMedicalVocabulary"),
    "filter": ("ListVocabularyFilters", "DeleteVocabularyFilter"),
    "model": ("ListLanguageModels", "DeleteLanguageModel"),
    "category": ("ListCallAnalyticsCategories", "DeleteCallAnalyticsCategory"),
}


@pytest.fixture
def files(tmp_path: Path, aws: Aws) -> Path:
    """The files that the commands are given, and a bucket."""
    aws.bucket(STAGING)
    (tmp_path / "names.txt").write_text("Gowda\nRao\n")
    (tmp_path / "names.tsv").write_text("Phrase\tDisplayAs\nLos-Angeles\tLos Angeles\n")
    (tmp_path / "rules.json").write_text(json.dumps(RULES))
    return tmp_path


def make(awsml: Program, files: Path, word: str, name: str) -> int:
    """Make one of each sort; the exit code."""
    given = {
        "vocabulary": [files / "names.txt", "--language", "en-US"],
        "medical-vocabulary": [files / "names.txt", "--bucket", STAGING],
        "filter": [files / "names.txt", "--language", "en-US"],
        "model": ["s3://texts/here/", "--language", "en-US", "--role", ROLE],
        "category": [files / "rules.json"],
    }[word]
    return awsml("transcribe", word, "put", name, *given).exit_code


@pytest.mark.parametrize("word", LIST_AND_DELETE)
class TestEverySort:
    def test_it_is_made_shown_listed_and_removed(self, aws: Aws, awsml: Program, files: Path, word: str) -> None:
        made = make(awsml, files, word, "mine")
        shown = json.loads(awsml("transcribe", word, "get", "mine", "-f", "json").text)
        listed = awsml("transcribe", word, "ls").text
        removed = awsml("transcribe", word, "rm", "mine", "-y")
        assert (made, "mine" in shown.values(), listed.split("\t")[0]) == (0, True, "mine")
        assert (removed.exit_code, removed.text, awsml("transcribe", word, "ls").text) == (0, "", "")

    def test_all_pages_are_listed_and_no_more_than_wanted(
        self, aws: Aws, awsml: Program, files: Path, word: str
    ) -> None:
        for number in range(7):
            make(awsml, files, word, f"n{number}")
        aws.calls.clear()
        all_of_them = awsml("transcribe", word, "ls").text.splitlines()
        some = awsml("transcribe", word, "ls", "--limit", "2").text.splitlines()
        assert (len(all_of_them), len(some), len(aws.calls_of(LIST_AND_DELETE[word][0]))) == (7, 2, 3)

    def test_at_a_terminal_they_are_a_table(self, aws: Aws, awsml: Program, files: Path, word: str) -> None:
        make(awsml, files, word, "mine")
        run = awsml("transcribe", word, "ls", tty={"stdout"}, env={"COLUMNS": "200", "NO_COLOR": "1"})
        assert (run.exit_code, run.text.splitlines()[2].split()[0]) == (0, "mine")

    def test_one_that_is_not_there(self, aws: Aws, awsml: Program, files: Path, word: str) -> None:
        shown, removed = awsml("transcribe", word, "get", "none"), awsml("transcribe", word, "rm", "none", "-y")
        assert (shown.exit_code, removed.exit_code) == (2, 2)
        assert shown.stderr.startswith("error: there is no ")

    def test_nothing_is_removed_unasked(self, aws: Aws, awsml: Program, files: Path, word: str) -> None:
        run = awsml("transcribe", word, "rm", "mine")
        assert (run.exit_code, aws.calls) == (2, [])

    def test_a_person_is_asked(self, aws: Aws, awsml: Program, files: Path, word: str) -> None:
        make(awsml, files, word, "mine")
        run = awsml("transcribe", word, "rm", "mine", tty={"stdout", "stderr"}, answers="y\n")
        assert (run.exit_code, len(aws.calls_of(LIST_AND_DELETE[word][1]))) == (0, 1)

    def test_a_dry_run_names_the_operation(self, aws: Aws, awsml: Program, files: Path, word: str) -> None:
        run = awsml("transcribe", word, "rm", "mine", "--dry-run")
        assert (run.exit_code, run.text.split("\t")[0], aws.calls) == (0, f"transcribe:{LIST_AND_DELETE[word][1]}", [])

    def test_denied_names_the_permission(self, aws: Aws, awsml: Program, files: Path, word: str) -> None:
        operation = LIST_AND_DELETE[word][0]
        aws.respond("transcribe", operation, AwsError("AccessDeniedException", "No.", status=403))
        run = awsml("transcribe", word, "ls")
        assert (run.exit_code, f"transcribe:{operation}` is missing" in run.stderr) == (4, True)


class TestMaking:
    def test_a_vocabulary_is_waited_for(self, aws: Aws, awsml: Program, files: Path) -> None:
        run = awsml("transcribe", "vocabulary", "put", "mine", files / "names.txt", "--language", "en-US", "-f", "json")
        made = json.loads(run.text)
        assert (made["vocabulary_state"], aws.operations) == (
            "READY",
            ["CreateVocabulary", "GetVocabulary", "GetVocabulary"],
        )

    def test_one_that_is_there_is_made_anew(self, aws: Aws, awsml: Program, files: Path) -> None:
        for word in ("vocabulary", "filter", "category"):
            assert (make(awsml, files, word, "mine"), make(awsml, files, word, "mine")) == (0, 0)
        updates = [call.operation for call in aws.calls if call.operation.startswith("Update")]
        assert updates == ["UpdateVocabulary", "UpdateVocabularyFilter", "UpdateCallAnalyticsCategory"]

    def test_a_model_cannot_be_changed(self, aws: Aws, awsml: Program, files: Path) -> None:
        assert (make(awsml, files, "model", "mine"), make(awsml, files, "model", "mine")) == (0, 2)

    def test_a_table_is_staged_and_removed(self, aws: Aws, awsml: Program, files: Path) -> None:
        run = awsml(
            "transcribe", "vocabulary", "put", "m", files / "names.tsv", "--language", "en-US", "--bucket", STAGING
        )
        assert (run.exit_code, aws.transcribe.vocabularies["m"]["phrases"], aws.objects(STAGING)) == (
            0,
            ["Los-Angeles"],
            {},
        )

    def test_a_vocabulary_that_fails_gives_the_reason(self, aws: Aws, awsml: Program, files: Path) -> None:
        aws.transcribe.refused_words = {"Rao"}
        run = awsml("transcribe", "vocabulary", "put", "mine", files / "names.txt", "--language", "en-US")
        assert (run.exit_code, run.stderr) == (4, "error: the vocabulary mine failed: The phrase Rao is not allowed.\n")

    def test_a_model_is_asked_for_with_its_texts(self, aws: Aws, awsml: Program, files: Path) -> None:
        awsml(
            "transcribe",
            "model",
            "put",
            "mine",
            "s3://t/a/",
            "--language",
            "en-US",
            "--base",
            "narrow",
            "--role",
            ROLE,
            "--no-wait",
        )
        (made,) = aws.calls_of("CreateLanguageModel")
        assert made.params == {
            "ModelName": "mine",
            "LanguageCode": "en-US",
            "BaseModelName": "NarrowBand",
            "InputDataConfig": {"S3Uri": "s3://t/a/", "DataAccessRoleArn": ROLE},
        }

    @pytest.mark.parametrize(
        ("words", "code", "error"),
        [
            (
                ["filter", "put", "x", "two.txt", "--language", "en-US"],
                2,
                "two.txt, line 1: `two words` is more than a word",
            ),
            (["filter", "put", "x", "empty", "--language", "en-US"], 2, "empty holds no words"),
            (
                ["vocabulary", "put", "x", "two.txt", "--language", "en-US"],
                2,
                "two.txt, line 1: a blank in `two words`",
            ),
            (
                ["model", "put", "x", "s3://a/b/", "--language", "fr-FR", "--role", ROLE],
                2,
                "there are no language models in fr-FR",
            ),
            (["model", "put", "x", "here", "--language", "en-US", "--role", ROLE], 2, "`here` is not a folder in S3"),
            (
                ["model", "put", "x", "s3://a/b/", "--language", "en-US"],
                3,
                "training needs a role that lets Transcribe read the texts",
            ),
            (["category", "put", "x", "two.txt"], 2, "two.txt is not JSON: Expecting value: line 1 column 1 (char 0)"),
            (["category", "put", "x", "none.json"], 2, "none.json is not a list of 1 to 20 rules"),
        ],
    )
    def test_what_cannot_be_made_costs_nothing(
        self, aws: Aws, awsml: Program, files: Path, words: list[str], code: int, error: str
    ) -> None:
        (files / "two.txt").write_text("two words\n")
        (files / "empty").write_text("\n")
        (files / "none.json").write_text("[]")
        run = awsml("transcribe", *words, cwd=files)
        assert (run.exit_code, run.stdout, aws.calls, run.stderr.splitlines()[0]) == (code, b"", [], f"error: {error}")
