"""`awsml rekognition collections`, `index`, `search`, `prune`, `users`: faces that are kept, and found again."""

from __future__ import annotations

import io
import json
from pathlib import Path

import boto3
import pytest
from fakeaws import Aws, AwsError
from fakeaws.program import Program
from photographs import ANN, BOB, photograph, taken

pytest.importorskip("PIL", reason="pip install '.[pages]'")

from fakeaws.rekognition import seen
from PIL import Image

NOBODY = "00000000-0000-0000-0000-000000000000"
STEPS = {"ListFaces", "DescribeCollection"}


@pytest.fixture
def people(aws: Aws) -> dict[str, dict[str, object]]:
    """The faces of a collection `people`, by their ids."""
    boto3.client("rekognition").create_collection(CollectionId="people")
    aws.calls.clear()
    return aws.rekognition.collections["people"].faces


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three pictures: Ann, Bob, and both with somebody in the dark."""
    taken(tmp_path / "in/Ann Lee.png", {"ann": ANN})
    taken(tmp_path / "in/bob.jpg", {"bob": BOB}, quality=95)
    taken(tmp_path / "in/party/all.png", {"ann": BOB, "bob": ANN, "dim": (0.8, 0.7, 0.15, 0.2)})
    return tmp_path


def put(who: str, *, name: str | None = None, salt: int = 0) -> str:
    """Put somebody into `people`; the id of the face."""
    answer = boto3.client("rekognition").index_faces(
        CollectionId="people", ExternalImageId=name or who, Image={"Bytes": photograph({who: ANN}, salt=salt)}
    )
    return str(answer["FaceRecords"][0]["Face"]["FaceId"])


def cells(text: str, *columns: int) -> list[list[str]]:
    return [[line.split("\t")[column] for column in columns] for line in text.splitlines()]


class TestCollections:
    def test_from_the_first_to_the_last(self, aws: Aws, awsml: Program) -> None:
        words = ("rekognition", "collections")
        made = json.loads(awsml(*words, "create", "friends", "-f", "json").text)
        assert (made["collection_id"], made["face_model_version"]) == ("friends", "7.0")
        assert awsml(*words, "ls").text == "friends\t7.0\n"
        shown = json.loads(awsml(*words, "show", "friends", "-f", "json").text)
        assert (shown["face_count"], shown["user_count"]) == (0, 0)
        assert awsml(*words, "rm", "friends", "-y").exit_code == 0
        assert awsml(*words, "ls").text == ""

    def test_all_pages_of_the_list(self, aws: Aws, awsml: Program) -> None:
        aws.rekognition.page_size = 2
        for number in range(5):
            boto3.client("rekognition").create_collection(CollectionId=f"c{number}")
        aws.calls.clear()
        assert len(awsml("rekognition", "collections", "ls").text.splitlines()) == 5
        assert len(awsml("rekognition", "collections", "ls", "--limit", "1").text.splitlines()) == 1
        assert len(aws.calls) == 3 + 1  # no page is asked for that nobody wants
        assert json.loads(awsml("rekognition", "collections", "ls", "-f", "raw").text)["CollectionIds"][0] == "c0"

    @pytest.mark.parametrize("words", [["show", "none"], ["rm", "none", "-y"]])
    def test_one_that_is_not_there(self, aws: Aws, awsml: Program, words: list[str]) -> None:
        run = awsml("rekognition", "collections", *words)
        assert (run.exit_code, run.stderr) == (
            3,
            "error: there is no collection `none`\nhint: awsml rekognition collections create none\n",
        )

    def test_one_that_is_there_already(self, aws: Aws, awsml: Program, people: object) -> None:
        run = awsml("rekognition", "collections", "create", "people")
        assert (run.exit_code, "ResourceAlreadyExistsException" in run.stderr) == (4, True)

    def test_a_name_that_cannot_be(self, aws: Aws, awsml: Program) -> None:
        run = awsml("rekognition", "collections", "create", "my people")
        assert (run.exit_code, aws.calls) == (2, [])

    @pytest.mark.parametrize(
        "words",
        [["collections", "rm", "people"], ["faces", "rm", "people", "ann"], ["users", "rm", "people", "ann"]],
    )
    def test_nothing_is_removed_without_a_yes(
        self, aws: Aws, awsml: Program, people: dict[str, object], words: list[str]
    ) -> None:
        put("ann")
        run = awsml("rekognition", *words)
        assert (run.exit_code, run.stderr) == (
            3,
            "error: nothing was removed: nobody confirmed it\nhint: -y removes without a question\n",
        )
        assert awsml("rekognition", *words, "--dry-run").exit_code == 0
        assert len(people) == 1


class TestIndexing:
    def test_a_folder_in_one_command(
        self, aws: Aws, awsml: Program, people: dict[str, dict[str, object]], folder: Path
    ) -> None:
        run = awsml("rekognition", "index", "people", "in/", "--quality", "low", cwd=folder)
        assert (run.exit_code, run.stderr) == (0, "")
        assert cells(run.text, 0, 1, 4) == [
            ["in/Ann Lee.png", "Ann_Lee", ""],
            ["in/bob.jpg", "bob", ""],
            ["in/party/all.png", "all", ""],
            ["in/party/all.png", "all", ""],
            ["in/party/all.png", "all", "LOW_BRIGHTNESS"],
        ]
        assert {str(face["ExternalImageId"]) for face in people.values()} == {"Ann_Lee", "bob", "all"}
        assert sorted(line.split("\t")[3] for line in run.text.splitlines())[1:] == sorted(people)

    @pytest.mark.parametrize(
        ("pattern", "names"),
        [
            ("{folder}", ["in", "in", "party"]),
            ("{path}", ["Ann_Lee", "bob", "party:all"]),
            ("x-{name}", ["x-Ann_Lee.png", "x-bob.jpg", "x-all.png"]),
        ],
    )
    def test_names_by_a_pattern(
        self, aws: Aws, awsml: Program, people: object, folder: Path, pattern: str, names: list[str]
    ) -> None:
        awsml("rekognition", "index", "people", "in/", "--id", pattern, "-j", "1", cwd=folder)
        assert [call.params["ExternalImageId"] for call in aws.calls_of("IndexFaces")] == names

    @pytest.mark.parametrize(
        ("name", "made"), [("Zoë Müller", "Zoe_Muller"), ("a/b", "b"), ("x" * 250, "x" * 250), ("Ünï:1", "Uni:1")]
    )
    def test_names_as_aws_takes_them(
        self, aws: Aws, awsml: Program, people: object, tmp_path: Path, name: str, made: str
    ) -> None:
        taken(tmp_path / f"{name}.png", {"ann": ANN})
        assert awsml("rekognition", "index", "people", tmp_path / f"{name}.png").exit_code == 0
        assert aws.calls_of("IndexFaces")[0].params["ExternalImageId"] == made

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["people", "--id", "{who}"], "`{who}` is no part of a file's name"),
            (["people", "--id", "{nothing"], ""),
            (["my people"], "a collection cannot be called `my people`"),
            (["people", "--quality", "best"], "there is no quality `best`"),
        ],
    )
    def test_what_cannot_be_meant(
        self, aws: Aws, awsml: Program, people: object, folder: Path, words: list[str], said: str
    ) -> None:
        run = awsml("rekognition", "index", words[0], "in/bob.jpg", *words[1:], cwd=folder)
        if said:
            assert (run.exit_code, aws.calls_of("IndexFaces")) == (2, [])
            assert run.stderr.startswith(f"error: {said}")

    def test_options_arrive(self, aws: Aws, awsml: Program, people: object, folder: Path) -> None:
        words = ("--max-faces", "1", "--quality", "high", "--attributes", "all")
        run = awsml("rekognition", "index", "people", "in/party/all.png", *words, "-f", "json", cwd=folder)
        params = aws.calls_of("IndexFaces")[0].params
        assert (params["MaxFaces"], params["QualityFilter"], params["DetectionAttributes"]) == (1, "HIGH", ["ALL"])
        made = json.loads(run.text)
        assert [left["reasons"] for left in made["unindexed_faces"]] == [["EXCEEDS_MAX_FACES"]] * 2
        assert made["face_records"][0]["face_detail"]["age_range"] == {"low": 41, "high": 49}

    def test_a_picture_without_a_face_says_so(self, aws: Aws, awsml: Program, people: object, tmp_path: Path) -> None:
        taken(tmp_path / "empty.png")
        run = awsml("rekognition", "index", "people", "empty.png", cwd=tmp_path)
        assert (run.exit_code, run.text, run.stderr) == (0, "", "warning: there is no face on empty.png\n")

    def test_a_collection_that_is_not_there(self, aws: Aws, awsml: Program, folder: Path) -> None:
        run = awsml("rekognition", "index", "people", "in/", cwd=folder)
        assert (run.exit_code, aws.operations) == (3, ["DescribeCollection"])
        run = awsml("rekognition", "index", "people", "in/", "--create", cwd=folder)
        assert (run.exit_code, len(aws.rekognition.collections["people"].faces)) == (0, 5)

    def test_what_is_in_it_is_not_sent_again(
        self, aws: Aws, awsml: Program, people: dict[str, object], folder: Path
    ) -> None:
        first = awsml("rekognition", "index", "people", "in/", cwd=folder)
        taken(folder / "in/new.png", {"joe": ANN})
        second = awsml("rekognition", "index", "people", "in/", cwd=folder)
        assert len(aws.calls_of("IndexFaces")) == 4
        assert set(first.text.splitlines()) < set(second.text.splitlines())
        assert len(people) == 6

    def test_after_it_was_removed_it_is(
        self, aws: Aws, awsml: Program, people: dict[str, object], folder: Path
    ) -> None:
        awsml("rekognition", "index", "people", "in/bob.jpg", cwd=folder)
        awsml("rekognition", "faces", "rm", "people", "bob", "-y")
        assert people == {}
        awsml("rekognition", "index", "people", "in/bob.jpg", cwd=folder)
        assert len(people) == 1

    def test_a_new_collection_of_the_name_is_another(
        self, aws: Aws, awsml: Program, people: object, folder: Path
    ) -> None:
        awsml("rekognition", "index", "people", "in/bob.jpg", cwd=folder)
        aws.clock.advance(60)
        awsml("rekognition", "collections", "rm", "people", "-y")
        awsml("rekognition", "index", "people", "in/bob.jpg", "--create", cwd=folder)
        assert len(aws.rekognition.collections["people"].faces) == 1

    def test_one_that_is_refused_does_not_stop_the_others(
        self, aws: Aws, awsml: Program, people: dict[str, object], folder: Path
    ) -> None:
        (folder / "in/torn.png").write_bytes(photograph()[:100])
        run = awsml("rekognition", "index", "people", "in/", cwd=folder)
        assert (run.exit_code, len(people)) == (5, 5)
        assert run.stderr.startswith("error: in/torn.png is damaged")

    def test_the_price_beforehand(self, aws: Aws, awsml: Program, people: object, folder: Path) -> None:
        run = awsml("rekognition", "index", "people", "in/", "--dry-run", "-f", "json", cwd=folder)
        assert (sum(step["price"] for step in json.loads(run.text)), aws.calls) == (pytest.approx(0.003), [])

    def test_what_was_put_in_is_marked(self, aws: Aws, awsml: Program, people: object, folder: Path) -> None:
        awsml("rekognition", "index", "people", "in/party/all.png", "--annotate", "marked.png", cwd=folder)
        assert Image.open(folder / "marked.png").size == (400, 300)


class TestSearching:
    def test_the_largest_face(self, aws: Aws, awsml: Program, people: object, folder: Path) -> None:
        ann, bob = put("ann"), put("bob")
        run = awsml("rekognition", "search", "people", "in/party/all.png", cwd=folder)
        assert (run.exit_code, run.text) == (0, f"bob\t99.2\tface 1\t{bob}\t0.1\t0.2\t0.2\t0.4\n")
        assert ann not in run.text

    def test_every_face(self, aws: Aws, awsml: Program, people: object, folder: Path) -> None:
        ids = {who: put(who) for who in ("ann", "bob")}
        aws.calls.clear()
        run = awsml("rekognition", "search", "people", "in/party/all.png", "--all-faces", cwd=folder)
        assert cells(run.text, 0, 2, 3) == [["bob", "face 1", ids["bob"]], ["ann", "face 2", ids["ann"]]]
        assert cells(run.text, 4, 5) == [["0.1", "0.2"], ["0.6", "0.25"]]  # where they are in the whole picture
        sent = [call.params["Image"]["Bytes"] for call in aws.calls_of("SearchFacesByImage")]
        assert [[who for who, _ in seen(data)] for data in sent] == [["bob"], ["ann"], ["dim"]]
        assert all(min(Image.open(io.BytesIO(data)).size) >= 80 for data in sent)
        assert aws.operations.count("DetectFaces") == 1

    def test_what_is_found_is_never_kept(
        self, aws: Aws, awsml: Program, people: dict[str, object], folder: Path
    ) -> None:
        put("bob")
        assert awsml("rekognition", "search", "people", "in/bob.jpg", cwd=folder).text.startswith("bob\t")
        people.clear()
        assert awsml("rekognition", "search", "people", "in/bob.jpg", cwd=folder).text == ""

    def test_many_pictures(self, aws: Aws, awsml: Program, people: object, folder: Path) -> None:
        put("ann")
        run = awsml("rekognition", "search", "people", "in/", "--all-faces", cwd=folder)
        assert cells(run.text, 0, 1) == [["in/Ann Lee.png", "ann"], ["in/party/all.png", "ann"]]

    def test_nobody_on_it(self, aws: Aws, awsml: Program, people: object, tmp_path: Path) -> None:
        taken(tmp_path / "empty.png")
        for words in ([], ["--all-faces"]):
            run = awsml("rekognition", "search", "people", "empty.png", *words, cwd=tmp_path)
            assert (run.exit_code, run.text, run.stderr) == (0, "", "warning: there is no face on empty.png\n")

    def test_options_arrive(self, aws: Aws, awsml: Program, people: object, folder: Path) -> None:
        put("bob")
        put("ann")
        words = ("--min-confidence", "2", "--limit", "1", "--quality", "none")
        run = awsml("rekognition", "search", "people", "in/bob.jpg", *words, cwd=folder)
        params = aws.calls_of("SearchFacesByImage")[0].params
        assert (params["FaceMatchThreshold"], params["MaxFaces"], params["QualityFilter"]) == (2.0, 1, "NONE")
        assert len(run.text.splitlines()) == 1

    def test_all_that_are_alike(self, aws: Aws, awsml: Program, people: object, folder: Path) -> None:
        for number in range(12):
            put("bob", salt=number)
        assert len(awsml("rekognition", "search", "people", "in/bob.jpg", cwd=folder).text.splitlines()) == 12

    def test_more_than_aws_gives(self, aws: Aws, awsml: Program, folder: Path) -> None:
        run = awsml("rekognition", "search", "people", "in/bob.jpg", "--limit", "4097", cwd=folder)
        assert (run.exit_code, aws.calls) == (2, [])

    def test_a_collection_that_is_not_there_stops_the_run(self, aws: Aws, awsml: Program, folder: Path) -> None:
        run = awsml("rekognition", "search", "none", "in/", "-j", "1", cwd=folder)
        assert (run.exit_code, len(aws.calls)) == (3, 1)

    def test_for_users(self, aws: Aws, awsml: Program, people: object, folder: Path) -> None:
        put("bob")
        awsml("rekognition", "users", "create", "people", "Bob", "--faces", "bob")
        run = awsml("rekognition", "search", "people", "in/party/all.png", "--users", cwd=folder)
        assert run.text == "Bob\t99.2\tface 1\t\t0.1\t0.2\t0.2\t0.4\n"

    def test_who_is_who_on_one_sheet(self, aws: Aws, awsml: Program, people: object, folder: Path) -> None:
        put("ann")
        words = ("--all-faces", "--contact-sheet", "who.png", "--annotate", "marked.svg")
        awsml("rekognition", "search", "people", "in/party/all.png", *words, cwd=folder)
        assert Image.open(folder / "who.png").width == 2 * 232 + 12
        text = (folder / "marked.svg").read_text()
        assert (text.count("<polygon"), text.count(">ann 99%</text>"), text.count(">unknown</text>")) == (3, 1, 2)

    def test_a_face_of_its_own(self, aws: Aws, awsml: Program, people: object) -> None:
        ids = [put("ann"), put("ann", name="again", salt=1), put("bob")]
        run = awsml("rekognition", "faces", "search", "people", ids[0])
        assert run.text == f"{ids[1]}\t99.25\tagain\t\n"


class TestFacesOfACollection:
    def test_all_pages(self, aws: Aws, awsml: Program, people: dict[str, object]) -> None:
        ids = [put("ann", salt=number) for number in range(5)]
        aws.rekognition.page_size = 2
        aws.calls.clear()
        run = awsml("rekognition", "faces", "ls", "people")
        assert (cells(run.text, 0), len(aws.calls)) == ([[id] for id in ids], 3)

    def test_of_one_picture_or_user(self, aws: Aws, awsml: Program, people: object) -> None:
        ann, _bob = put("ann"), put("bob")
        awsml("rekognition", "users", "create", "people", "Ann", "--faces", ann)
        assert cells(awsml("rekognition", "faces", "ls", "people", "--of", "bob").text, 1) == [["bob"]]
        assert cells(awsml("rekognition", "faces", "ls", "people", "--user", "Ann").text, 0, 3) == [[ann, "Ann"]]

    def test_removed_by_id_or_name(self, aws: Aws, awsml: Program, people: dict[str, object]) -> None:
        ann, bob = put("ann"), put("bob")
        put("eve")
        run = awsml("rekognition", "faces", "rm", "people", ann, "bob", NOBODY, "-y")
        assert cells(run.text, 0, 2) == [[ann, ""], [bob, ""], [NOBODY, "FACE_NOT_FOUND"]]
        assert len(people) == 1

    def test_a_name_that_nothing_has(self, aws: Aws, awsml: Program, people: object) -> None:
        run = awsml("rekognition", "faces", "rm", "people", "joe", "-y")
        assert (run.exit_code, run.stderr) == (
            2,
            "error: no face in `people` is of a picture called `joe`\nhint: awsml rekognition faces ls people\n",
        )

    def test_what_has_no_picture_any_more_is_pruned(
        self, aws: Aws, awsml: Program, people: dict[str, dict[str, object]], folder: Path
    ) -> None:
        awsml("rekognition", "index", "people", "in/", cwd=folder)
        (folder / "in/bob.jpg").unlink()
        planned = awsml("rekognition", "prune", "people", "in/", "--dry-run", cwd=folder)
        assert planned.text.startswith("rekognition:DeleteFaces\tbob\t")
        asked = awsml("rekognition", "prune", "people", "in/", cwd=folder)
        assert (asked.exit_code, len(people)) == (3, 5)
        run = awsml("rekognition", "prune", "people", "in/", "-y", cwd=folder)
        assert (run.exit_code, cells(run.text, 1, 2)) == (0, [["bob", ""]])
        assert {str(face["ExternalImageId"]) for face in people.values()} == {"Ann_Lee", "all"}
        assert awsml("rekognition", "prune", "people", "in/", cwd=folder).exit_code == 0  # nothing to ask about


class TestUsers:
    def test_from_the_first_to_the_last(self, aws: Aws, awsml: Program, people: dict[str, dict[str, object]]) -> None:
        ann, bob = put("ann"), put("bob")
        words = ("rekognition", "users")
        assert awsml(*words, "create", "people", "Ann").text == "Ann\tCREATED\n"
        assert awsml(*words, "associate", "people", "Ann", "ann").text == f"{ann}\tAnn\t\n"
        refused = awsml(*words, "associate", "people", "Ann", bob, "--min-confidence", "90")
        assert refused.text == f"{bob}\tAnn\tLOW_MATCH_CONFIDENCE\n"
        assert awsml(*words, "ls", "people").text == "Ann\tACTIVE\n"
        assert awsml(*words, "search", "people", "--face", ann).text == "Ann\t99.25\tACTIVE\n"
        kept = awsml("rekognition", "faces", "rm", "people", ann, "-y")
        assert kept.text == f"{ann}\t\tASSOCIATED_TO_AN_EXISTING_USER\n"
        assert awsml(*words, "disassociate", "people", "Ann", ann).text == f"{ann}\tAnn\t\n"
        assert awsml(*words, "rm", "people", "Ann", "-y").exit_code == 0
        assert (awsml(*words, "ls", "people").text, len(people)) == ("", 2)

    def test_a_hundred_at_a_time(self, aws: Aws, awsml: Program, people: object) -> None:
        ids = [put("ann", salt=number) for number in range(101)]
        awsml("rekognition", "users", "create", "people", "Ann")
        run = awsml("rekognition", "users", "associate", "people", "Ann", "ann")
        sizes = [len(call.params["FaceIds"]) for call in aws.calls_of("AssociateFaces")]
        assert (cells(run.text, 0), sizes) == ([[id] for id in ids], [100, 1])

    def test_users_like_a_user(self, aws: Aws, awsml: Program, people: object) -> None:
        for number, user in enumerate(("Ann", "Annie")):
            awsml("rekognition", "users", "create", "people", user, "--faces", put("ann", name=user, salt=number))
        run = awsml("rekognition", "users", "search", "people", "Ann", "--limit", "5")
        assert run.text == "Annie\t99.25\tACTIVE\n"

    @pytest.mark.parametrize(
        ("words", "code"),
        [
            (["search", "people"], 2),
            (["search", "people", "Ann", "--face", NOBODY], 2),
            (["create", "people", "Ann Lee"], 2),
            (["ls", "none"], 3),
            (["rm", "people", "none", "-y"], 4),
            (["associate", "people", "none", NOBODY], 4),
        ],
    )
    def test_what_cannot_be(self, aws: Aws, awsml: Program, people: object, words: list[str], code: int) -> None:
        assert awsml("rekognition", "users", *words).exit_code == code

    def test_all_pages(self, aws: Aws, awsml: Program, people: object) -> None:
        for number in range(5):
            boto3.client("rekognition").create_user(CollectionId="people", UserId=f"u{number}")
        aws.rekognition.page_size = 2
        assert len(awsml("rekognition", "users", "ls", "people").text.splitlines()) == 5


def test_a_list_that_does_not_end_is_noticed(aws: Aws, awsml: Program, people: object) -> None:
    page = {"Faces": [{"FaceId": NOBODY}], "NextToken": "again"}
    aws.respond("rekognition", "ListFaces", page, page)
    run = awsml("rekognition", "faces", "ls", "people")
    assert (run.exit_code, "its list does not end" in run.stderr) == (4, True)


def test_a_full_collection(aws: Aws, awsml: Program, people: object, folder: Path) -> None:
    aws.respond("rekognition", "IndexFaces", AwsError("ServiceQuotaExceededException", "Full."))
    run = awsml("rekognition", "index", "people", "in/bob.jpg", cwd=folder)
    assert (run.exit_code, "ServiceQuotaExceededException" in run.stderr) == (4, True)
