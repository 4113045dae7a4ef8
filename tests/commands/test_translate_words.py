"""`awsml translate` with words that are given: `--term`, `--glossary`, `--terminology`, and the manner of speaking."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fakeaws import Aws, AwsError
from fakeaws.program import KILLED, Program

CALLS = 3  # a terminology is made, used, removed
PAIR = ["--from", "en", "--to", "es"]


def asked(aws: Aws) -> dict[str, object]:
    """The parameters of the one translation."""
    (call,) = aws.calls_of("TranslateText")
    return dict(call.params)


class TestTermsForOneRun:
    def test_a_term_is_used_and_nothing_stays(self, aws: Aws, awsml: Program) -> None:
        run = awsml("translate", *PAIR, "--term", "Acme=Cumbre", "Acme is here.")
        assert (run.exit_code, run.text, run.stderr) == (0, "Cumbre is~es here~es.", "")
        assert (aws.operations, aws.translate.terminologies) == (
            ["ImportTerminology", "TranslateText", "DeleteTerminology"],
            {},
        )

    def test_a_glossary_is_a_file_of_them(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        (tmp_path / "terms.tsv").write_text("en\tes\nAcme\tCumbre\n", encoding="utf-8-sig")
        run = awsml("translate", *PAIR, "--glossary", tmp_path / "terms.tsv", "Acme is here.")
        (made,) = aws.calls_of("ImportTerminology")
        assert run.text == "Cumbre is~es here~es."
        assert made.params["TerminologyData"]["Format"] == "TSV"
        assert aws.translate.terminologies == {}

    def test_one_serves_all_languages_and_inputs(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        for name in ("a.txt", "b.txt"):
            (tmp_path / name).write_text("Acme is here.")
        out = tmp_path / "out"
        run = awsml(
            "translate",
            "--from",
            "en",
            "--to",
            "es,fr",
            "--term",
            "Acme=Acme",
            "--file",
            tmp_path / "*.txt",
            "-o",
            f"{out}/",
        )
        said = {path.name: path.read_text() for path in out.iterdir()}
        assert (run.exit_code, aws.operations.count("ImportTerminology"), said["a.fr.txt"], said["b.es.txt"]) == (
            0,
            1,
            "Acme is~fr here~fr.",
            "Acme is~es here~es.",
        )

    def test_a_kept_answer_is_for_the_same_terms_alone(self, aws: Aws, awsml: Program) -> None:
        for term in ("Acme=Cumbre", "Acme=Cumbre", "Acme=Pico"):
            run = awsml("translate", *PAIR, "--cache", "--term", term, "Acme is here.")
        assert (len(aws.calls_of("TranslateText")), run.text) == (2, "Pico is~es here~es.")

    @pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
    @pytest.mark.parametrize("number", range(1, CALLS + 1))
    def test_a_killed_run_leaves_nothing_once_it_is_repeated(
        self, aws: Aws, awsml: Program, number: int, after: bool
    ) -> None:
        aws.kill_at(number, after=after)
        killed = awsml("translate", *PAIR, "--term", "Acme=Cumbre", "Acme is here.")
        again = awsml("translate", *PAIR, "--term", "Acme=Cumbre", "Acme is here.")
        assert (killed.exit_code, again.exit_code, again.text) == (KILLED, 0, "Cumbre is~es here~es.")
        assert aws.translate.terminologies == {}

    def test_a_refused_translation_leaves_nothing(self, aws: Aws, awsml: Program) -> None:
        aws.respond("translate", "TranslateText", AwsError("AccessDeniedException", "No."))
        run = awsml("translate", *PAIR, "--term", "Acme=Cumbre", "Acme is here.")
        assert (run.exit_code, aws.translate.terminologies) == (4, {})

    def test_what_cannot_be_removed_is_said_and_removed_later(self, aws: Aws, awsml: Program) -> None:
        aws.respond("translate", "DeleteTerminology", AwsError("AccessDeniedException", "No."))
        first = awsml("translate", *PAIR, "--term", "Acme=Cumbre", "Acme is here.")
        assert (first.exit_code, "is left at AWS" in first.stderr, len(aws.translate.terminologies)) == (0, True, 1)
        awsml("translate", *PAIR, "--term", "Acme=Pico", "Acme is here.")
        assert aws.translate.terminologies == {}

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["--to", "es", "--term", "Acme=Cumbre"], "--term needs the language that it is in"),
            ([*PAIR, "--term", "Acme"], "`Acme` is not WORD=TRANSLATION"),
            ([*PAIR, "--term", "a=" + "b" * 201], "has 201 bytes; a term has at most 200"),
            ([*PAIR, "--term", "a=b", "--terminology", "c"], "--terminology and --term cannot both be"),
            ([*PAIR, "--glossary", "missing.csv"], "cannot read missing.csv"),
        ],
    )
    def test_bad_words_are_refused_before_anything_is_sent(
        self, aws: Aws, awsml: Program, words: list[str], said: str
    ) -> None:
        run = awsml("translate", *words, "Hello")
        assert (run.exit_code, said in run.stderr, aws.calls) == (2, True, [])

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"", "holds no terms"),
            (b"en,es\n", "holds no terms"),
            (b"word\na\n", "the first row names the languages"),
            (b"en,es,es\na,b,c\n", "a language stands there twice"),
            (b"en,es\na,b,c\n", "line 2: 3 cells, and the first row has 2"),
            (b"en,es\n,b\n", "line 2: the word is missing"),
            (b"en,es\na,b\na,c\n", "line 3: `a` stands in line 2 already"),
            (b"en,es\n" + b"x" * 201 + b",b\n", "line 2: a term of 201 bytes"),
            (b"en,es\n\xff,b\n", "is not UTF-8 text: invalid start byte at offset 6"),
            (b"en," + b",".join(b"l%d" % n for n in range(11)) + b"\na\n", "11 target languages; at most 10"),
            (b"en,es\n" + b"a,b\n" * (10 * 1024 * 1024 // 4), "a terminology has at most 10,485,760"),
        ],
    )
    def test_a_bad_glossary_is_refused_with_its_line(
        self, aws: Aws, awsml: Program, tmp_path: Path, content: bytes, said: str
    ) -> None:
        (tmp_path / "terms.csv").write_bytes(content)
        run = awsml("translate", *PAIR, "--glossary", tmp_path / "terms.csv", "Hello")
        assert (run.exit_code, said in run.stderr, aws.calls) == (2, True, [])

    def test_a_dry_run_makes_none(self, aws: Aws, awsml: Program) -> None:
        run = awsml("translate", *PAIR, "--term", "a=b", "Hello", "--dry-run")
        assert (run.exit_code, aws.calls) == (0, [])


class TestManner:
    @pytest.mark.parametrize(
        ("words", "settings"),
        [
            (["--formality", "formal"], {"Formality": "FORMAL"}),
            (["--mask-profanity"], {"Profanity": "MASK"}),
            (["--brevity"], {"Brevity": "ON"}),
            (["--formality", "informal", "--brevity"], {"Formality": "INFORMAL", "Brevity": "ON"}),
        ],
    )
    def test_it_is_in_the_request(self, aws: Aws, awsml: Program, words: list[str], settings: dict[str, str]) -> None:
        awsml("translate", *PAIR, *words, "Hello")
        assert asked(aws)["Settings"] == settings

    def test_an_unknown_formality_is_refused(self, aws: Aws, awsml: Program) -> None:
        run = awsml("translate", *PAIR, "--formality", "rude", "Hello")
        assert (run.exit_code, "one of: formal, informal" in run.stderr, aws.calls) == (2, True, [])

    def test_a_language_that_ignores_formality_is_said(self, aws: Aws, awsml: Program) -> None:
        run = awsml("translate", "--from", "en", "--to", "ru", "--formality", "formal", "Hello")
        assert (run.exit_code, "Translate ignores --formality for ru" in run.stderr) == (0, True)

    def test_a_terminology_that_aws_holds(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        (tmp_path / "terms.csv").write_text("en,es\nAcme,Cumbre\n")
        awsml("translate", "terminology", "put", "products", tmp_path / "terms.csv")
        run = awsml("translate", *PAIR, "--terminology", "products", "Acme is here.")
        assert (run.text, asked(aws)["TerminologyNames"]) == ("Cumbre is~es here~es.", ["products"])


class TestTerminologies:
    @pytest.fixture(autouse=True)
    def terms(self, aws: Aws, awsml: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A terminology `products` at AWS, and its file here."""
        monkeypatch.chdir(tmp_path)
        Path("terms.csv").write_text("en,es,fr\nAcme,Cumbre,Sommet\nbolt,perno,boulon\n")
        assert awsml("translate", "terminology", "put", "products", "terms.csv").exit_code == 0

    def test_it_is_made_anew(self, aws: Aws, awsml: Program) -> None:
        Path("terms.csv").write_text("en,es\nAcme,Pico\n")
        run = awsml("translate", "terminology", "put", "products", "terms.csv", "--direction", "multi", "-f", "json")
        told = json.loads(run.text)
        assert (told["term_count"], told["directionality"], told["target_language_codes"]) == (1, "MULTI", ["es"])

    def test_they_are_listed_page_after_page(self, aws: Aws, awsml: Program) -> None:
        for number in range(130):
            aws.translate.terminologies[f"t{number}"] = {
                "about": {"Name": f"t{number}"}, "rows": [["en", "es"]], "file": b""
            }  # fmt: skip
        found = json.loads(awsml("translate", "terminology", "ls", "-f", "json").text)
        few = awsml("translate", "terminology", "ls", "--limit", "2").text.splitlines()
        assert (len(found), found[0]["name"], len(few)) == (131, "products", 2)

    def test_one_is_looked_at(self, aws: Aws, awsml: Program) -> None:
        told = json.loads(awsml("translate", "terminology", "get", "products", "-f", "json").text)
        assert (told["source_language_code"], told["target_language_codes"], told["format"]) == (
            "en",
            ["es", "fr"],
            "CSV",
        )

    def test_its_file_is_fetched(self, aws: Aws, awsml: Program) -> None:
        run = awsml("translate", "terminology", "fetch", "products")
        assert run.stdout == Path("terms.csv").read_bytes()

    def test_it_is_removed_if_somebody_says_so(self, aws: Aws, awsml: Program) -> None:
        refused = awsml("translate", "terminology", "rm", "products")
        planned = awsml("translate", "terminology", "rm", "products", "--dry-run")
        assert (refused.exit_code, "translate:DeleteTerminology" in planned.text) == (2, True)
        assert "products" in aws.translate.terminologies
        done = awsml("translate", "terminology", "rm", "products", "-y")
        assert (done.exit_code, done.text, aws.translate.terminologies) == (0, "", {})

    @pytest.mark.parametrize("verb", [["get"], ["fetch"], ["rm", "-y"]])
    def test_one_that_is_not_there(self, aws: Aws, awsml: Program, verb: list[str]) -> None:
        run = awsml("translate", "terminology", verb[0], "nobody", *verb[1:])
        assert (run.exit_code, "there is no terminology nobody" in run.stderr) == (2, True)

    def test_a_tmx_is_sent_as_it_is(self, aws: Aws, awsml: Program) -> None:
        memory = '<?xml version="1.0"?><tmx version="1.4"><header/><body/></tmx>'
        Path("memory.tmx").write_text(memory)
        aws.respond("translate", "ImportTerminology", {"TerminologyProperties": {"Name": "m", "Format": "TMX"}})
        awsml("translate", "terminology", "put", "m", "memory.tmx")
        data = aws.calls_of("ImportTerminology")[-1].params["TerminologyData"]
        assert (data["Format"], data["File"], data["Directionality"]) == ("TMX", memory.encode(), "UNI")

    def test_what_is_no_tmx(self, aws: Aws, awsml: Program) -> None:
        Path("memory.tmx").write_text("en,es\na,b\n")
        run = awsml("translate", "terminology", "put", "m", "memory.tmx")
        assert (run.exit_code, "memory.tmx is no TMX" in run.stderr) == (2, True)

    def test_a_key_of_ones_own(self, aws: Aws, awsml: Program) -> None:
        awsml("translate", "terminology", "put", "m", "terms.csv", "--kms-key", "alias/mine", "--description", "Ours.")
        made = aws.calls_of("ImportTerminology")[-1].params
        assert (made["EncryptionKey"], made["Description"]) == ({"Type": "KMS", "Id": "alias/mine"}, "Ours.")


class TestParallelData:
    CONTENT = b"en,es\nPress the button.,Pulse.\n"

    @pytest.fixture(autouse=True)
    def memory(self, aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A file of sentences, and a bucket to stage it in."""
        monkeypatch.chdir(tmp_path)
        Path("memory.csv").write_bytes(self.CONTENT)
        aws.bucket("staging")
        monkeypatch.setenv("AWSML_BUCKET", "staging")

    def test_a_file_is_staged_waited_for_and_gone(self, aws: Aws, awsml: Program) -> None:
        run = awsml("translate", "parallel-data", "put", "manuals", "memory.csv")
        made = aws.calls_of("CreateParallelData")[0].params
        assert (run.exit_code, run.text, aws.objects("staging")) == (0, "manuals\tACTIVE\ten\tes\t1\n", {})
        assert made["ParallelDataConfig"]["Format"] == "CSV"
        assert made["ParallelDataConfig"]["S3Uri"].startswith("s3://staging/awsml/tmp/")

    def test_made_anew_it_is_updated(self, aws: Aws, awsml: Program) -> None:
        awsml("translate", "parallel-data", "put", "manuals", "memory.csv")
        run = awsml("translate", "parallel-data", "put", "manuals", "memory.csv")
        assert (run.exit_code, len(aws.calls_of("UpdateParallelData")), aws.objects("staging")) == (0, 1, {})

    def test_without_waiting_the_file_stays_for_aws(self, aws: Aws, awsml: Program) -> None:
        run = awsml("translate", "parallel-data", "put", "manuals", "memory.csv", "--no-wait")
        assert (run.text.split("\t")[1], len(aws.objects("staging"))) == ("CREATING", 1)

    def test_a_failure_is_told_and_leaves_nothing(self, aws: Aws, awsml: Program) -> None:
        aws.translate.failing = "The file has no pairs."
        run = awsml("translate", "parallel-data", "put", "manuals", "memory.csv")
        assert (run.exit_code, "The file has no pairs." in run.stderr, aws.objects("staging")) == (4, True, {})

    def test_after_the_timeout_the_hint_works(self, aws: Aws, awsml: Program) -> None:
        run = awsml("translate", "parallel-data", "put", "manuals", "memory.csv", "--timeout", "0")
        assert (run.exit_code, "awsml translate parallel-data get manuals" in run.stderr) == (8, True)
        assert awsml("translate", "parallel-data", "get", "manuals").exit_code == 0

    def test_what_lies_in_s3_is_left_there(self, aws: Aws, awsml: Program) -> None:
        uri = aws.put(aws.bucket("theirs"), "memory.csv", self.CONTENT)
        run = awsml("translate", "parallel-data", "put", "manuals", uri)
        assert (run.exit_code, len(aws.objects("theirs"))) == (0, 1)

    def test_listed_fetched_and_removed(self, aws: Aws, awsml: Program) -> None:
        for name in ("one", "two", "three"):
            awsml("translate", "parallel-data", "put", name, "memory.csv")
        listed = awsml("translate", "parallel-data", "ls", "--query", "[].name").text.split()
        fetched = awsml("translate", "parallel-data", "fetch", "two").stdout
        removed = awsml("translate", "parallel-data", "rm", "two", "-y")
        assert (listed, fetched, removed.exit_code) == (["one", "two", "three"], self.CONTENT, 0)
        assert list(aws.translate.parallel) == ["one", "three"]

    @pytest.mark.parametrize("verb", [["get"], ["fetch"], ["rm", "-y"]])
    def test_one_that_is_not_there(self, aws: Aws, awsml: Program, verb: list[str]) -> None:
        run = awsml("translate", "parallel-data", verb[0], "nobody", *verb[1:])
        assert (run.exit_code, "there is no parallel data nobody" in run.stderr) == (2, True)

    def test_a_name_that_says_no_format(self, aws: Aws, awsml: Program) -> None:
        run = awsml("translate", "parallel-data", "put", "manuals", "memory.txt")
        assert (run.exit_code, "is no CSV, TSV or TMX by its name" in run.stderr, aws.calls) == (2, True, [])
