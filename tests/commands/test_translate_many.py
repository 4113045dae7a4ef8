"""`awsml translate` over several languages, many files, lines, tables, and in one request."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from fakeaws import Aws, AwsError, translation
from fakeaws.program import Program

PAIR = ["--from", "en", "--to", "es"]
PAGE = (
    "<html><body>"
    + "".join(f"<p>This is the line of <b>number</b> {number}.</p>" for number in range(60))
    + "</body></html>"
)


def word_file(text: str, *, filler: int = 0) -> bytes:
    """A Word file with one paragraph of TEXT, and FILLER bytes that do not compress."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr(
            "[Content_Types].xml",
            '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/></Types>',
        )
        if filler:
            package.writestr("word/media/image1.png", bytes(filler))
        package.writestr(
            "word/document.xml",
            '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
            f"<w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>",
        )
    return out.getvalue()


def words_of(data: bytes) -> str:
    """The body of the Word file DATA."""
    return zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()


class TestSeveralLanguages:
    @pytest.mark.parametrize("said", [["--to", "fr,de"], ["--to", "fr", "--to", "de"], ["--to", "fr, de,fr"]])
    def test_each_is_a_record_of_its_own(self, aws: Aws, awsml: Program, said: list[str]) -> None:
        run = awsml("translate", "--from", "en", *said, "Hello", "-f", "jsonl")
        found = [
            (one["target_language_code"], one["translated_text"]) for one in map(json.loads, run.text.splitlines())
        ]
        assert (run.exit_code, found) == (0, [("fr", "Hello~fr"), ("de", "Hello~de")])

    def test_files_have_the_language_in_their_names_and_keep_their_kind(
        self, aws: Aws, awsml: Program, tmp_path: Path
    ) -> None:
        (tmp_path / "in/sub").mkdir(parents=True)
        (tmp_path / "in/a.md").write_text("# Hello\n")
        (tmp_path / "in/sub/b.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nHello\n")
        (tmp_path / "in/c").write_text("Hello")
        run = awsml("translate", "--from", "en", "--to", "fr,de", "--file", tmp_path / "in", "-o", f"{tmp_path}/out/")
        out = tmp_path / "out"
        assert run.exit_code == 0, run.stderr
        assert sorted(str(path.relative_to(out)) for path in out.rglob("*.*")) == [
            "a.de.md", "a.fr.md", "c.de.txt", "c.fr.txt", "sub/b.de.srt", "sub/b.fr.srt",
        ]  # fmt: skip
        assert (out / "a.fr.md").read_text() == "# Hello~fr\n"

    def test_stdin_is_read_once(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        run = awsml("translate", "--from", "en", "--to", "fr,de", "-o", f"{tmp_path}/", stdin="Hello there.")
        assert (run.exit_code, (tmp_path / "stdin.fr.txt").read_text(), (tmp_path / "stdin.de.txt").read_text()) == (
            0, "Hello~fr there~fr.", "Hello~de there~de.",
        )  # fmt: skip

    def test_an_unsupported_one_is_told_and_the_other_done(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text("Hello")
        run = awsml("translate", "--from", "en", "--to", "fr,xx", "--file", tmp_path / "a.txt", "-f", "jsonl")
        assert (run.exit_code, "`awsml translate languages` lists" in run.stderr) == (2, True)

    def test_no_language_at_all(self, aws: Aws, awsml: Program) -> None:
        run = awsml("translate", "--to", ",", "Hello")
        assert (run.exit_code, "--to names no language" in run.stderr, aws.calls) == (2, True, [])

    def test_a_dry_run_counts_each(self, aws: Aws, awsml: Program) -> None:
        run = awsml("translate", "--to", "fr,de", "Hello", "--dry-run", "-f", "json")
        assert [(one["calls"], one["units"]) for one in json.loads(run.text)] == [(1, 5), (1, 5)]
        assert aws.calls == []


class TestFiles:
    def test_without_another_name_a_file_keeps_its_ending(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        (tmp_path / "page.html").write_text("<html><body><p>Hello</p></body></html>")
        awsml("translate", *PAIR, "--file", tmp_path / "page.html", "-o", f"{tmp_path}/out/")
        assert "<p>Hello~es</p>" in (tmp_path / "out/page.html").read_text()

    def test_a_list_of_files(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        for name in ("a.txt", "b.txt"):
            (tmp_path / name).write_text(f"This is {name[0]}.")
        run = awsml("translate", *PAIR, "--files-from", "-", "-f", "text", stdin="a.txt\0b.txt\0", cwd=tmp_path)
        assert run.exit_code == 2  # without -0, it is one name
        run = awsml("translate", *PAIR, "--files-from", "-", "-0", "-f", "jsonl", stdin="a.txt\0b.txt\0", cwd=tmp_path)
        found = [(one["input"], one["translated_text"]) for one in map(json.loads, run.text.splitlines())]
        assert found == [("a.txt", "This~es is~es a~es."), ("b.txt", "This~es is~es b~es.")]

    def test_a_kind_that_does_not_show(self, aws: Aws, awsml: Program) -> None:
        plain = awsml("translate", *PAIR, stdin="# Hello `ls`\n")
        marked = awsml("translate", *PAIR, "--as", "md", stdin="# Hello [one](a.md)\n")
        assert (plain.text, marked.text) == ("# Hello~es `ls`\n", "# Hello~es [one~es](a.md)\n")

    def test_an_unknown_kind(self, aws: Aws, awsml: Program) -> None:
        run = awsml("translate", *PAIR, "--as", "wav", "Hello")
        assert (run.exit_code, "there is no kind `wav` of file" in run.stderr, aws.calls) == (2, True, [])

    def test_values_in_json_by_their_path(self, aws: Aws, awsml: Program) -> None:
        data = json.dumps({"title": "Hello", "items": [{"name": "One", "key": "Two"}]})
        run = awsml("translate", *PAIR, "--path", "$.items[*].name", stdin=data)
        assert json.loads(run.text) == {"title": "Hello", "items": [{"name": "One~es", "key": "Two"}]}

    def test_columns_of_a_table(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        (tmp_path / "t.csv").write_text("id,said\nalpha,Hello\n")
        run = awsml("translate", *PAIR, "--column", "said", "--file", tmp_path / "t.csv")
        assert run.text == "id,said\nalpha,Hello~es\n"

    def test_json_of_any_length_from_a_pipe_keeps_its_form(self, aws: Aws, awsml: Program) -> None:
        data = json.dumps({f"key{number}": "Hello {name}" for number in range(8000)})
        run = awsml("translate", *PAIR, stdin=data)
        assert (len(data) > 1 << 17, set(json.loads(run.text).values())) == (True, {"Hello~es {name}"})

    def test_a_word_file_from_a_pipe_larger_than_one_read(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        run = awsml("translate", *PAIR, "-o", tmp_path / "out.docx", stdin=word_file("Hello", filler=200_000))
        assert (run.exit_code, "Hello~es" in words_of((tmp_path / "out.docx").read_bytes())) == (0, True)

    def test_a_word_file_is_not_for_a_terminal(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        (tmp_path / "a.docx").write_bytes(word_file("Hello"))
        run = awsml("translate", *PAIR, "--file", tmp_path / "a.docx", tty={"stdout", "stderr"})
        assert (run.exit_code, "it is binary" in run.stderr, aws.calls) == (2, True, [])

    def test_a_dry_run_looks_into_files(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        (tmp_path / "a.docx").write_bytes(word_file("Hello"))
        run = awsml("translate", *PAIR, "--file", tmp_path / "a.docx", "--dry-run", "-f", "json")
        (found,) = json.loads(run.text)
        assert (found["operation"], found["calls"], found["units"]) == ("translate:TranslateText", 1, 5)

    def test_placeholders_survive_in_a_piece_over_the_limit(self, aws: Aws, awsml: Program) -> None:
        text = "Dear {name}, you have %d letters. " * 600
        run = awsml("translate", *PAIR, stdin=text)
        assert len(aws.calls) > 1
        assert (run.text.count("{name}"), run.text.count("%d"), run.text.replace("~es", "")) == (600, 600, text)


class TestRows:
    def test_line_for_line(self, aws: Aws, awsml: Program) -> None:
        run = awsml("translate", *PAIR, "--lines", stdin="One here.\n\nTwo {x}.\n")
        assert (run.exit_code, run.text) == (0, "One~es here~es.\n\nTwo~es {x}.\n")

    def test_a_line_that_fails_is_an_empty_line(self, aws: Aws, awsml: Program) -> None:
        refused = AwsError("InvalidRequestException", "No.")
        aws.respond_where("translate", "TranslateText", lambda params: params["Text"] == "Two", refused)
        run = awsml("translate", *PAIR, "--lines", stdin="One\nTwo\nThree\n")
        assert (run.exit_code, run.text) == (5, "One~es\n\nThree~es\n")

    def test_a_column_of_a_table(self, aws: Aws, awsml: Program) -> None:
        run = awsml("translate", *PAIR, "--csv", "said", stdin='id,said\n1,"Hello, you"\n2,\n')
        rows = list(csv.reader(io.StringIO(run.text)))
        assert rows == [["id", "said", "translated_text"], ["1", "Hello, you", "Hello~es, you~es"], ["2", "", ""]]

    def test_a_field_of_json_lines(self, aws: Aws, awsml: Program) -> None:
        run = awsml(
            "translate", *PAIR, "--jsonl", "said", stdin='{"id": 1, "said": "Hello"}\n{"id": 2, "said": "Yes"}\n'
        )
        assert [json.loads(line)["translated_text"] for line in run.text.splitlines()] == ["Hello~es", "Yes~es"]

    def test_a_long_row_is_cut_and_whole_again(self, aws: Aws, awsml: Program) -> None:
        text = "A sentence of some words. " * 1000
        run = awsml("translate", *PAIR, "--lines", stdin=f"{text}\n")
        assert (run.text, len(aws.calls)) == (translation(text, "es") + "\n", 3)

    def test_each_row_has_its_own_language(self, aws: Aws, awsml: Program) -> None:
        run = awsml("translate", "--to", "en", "--lines", "-f", "jsonl", stdin="Bonjour les gens\nEl perro está\n")
        assert [json.loads(line)["source_language_code"] for line in run.text.splitlines()] == ["fr", "es"]

    @pytest.mark.parametrize(
        ("words", "stdin", "said"),
        [
            (["--csv", "nothing"], "id,said\n1,a\n", "nothing"),
            (["--jsonl", "said"], '{"said": "a"}\n{broken\n', "line 2"),
        ],
    )
    def test_a_broken_table(self, aws: Aws, awsml: Program, words: list[str], stdin: str, said: str) -> None:
        run = awsml("translate", *PAIR, *words, stdin=stdin)
        assert (run.exit_code in (2, 5), said in run.stderr) == (True, True)

    def test_a_table_has_one_language(self, aws: Aws, awsml: Program) -> None:
        run = awsml("translate", "--to", "es,fr", "--lines", stdin="a\n")
        assert (run.exit_code, aws.calls) == (2, [])

    def test_a_dry_run_counts_rows(self, aws: Aws, awsml: Program) -> None:
        run = awsml("translate", *PAIR, "--lines", "--dry-run", "-f", "json", stdin="One\n\nTwo\n")
        assert [(one["calls"], one["units"]) for one in json.loads(run.text)] == [(2, 6)]


class TestOneRequest:
    def test_a_page_of_many_parts_goes_in_one(self, aws: Aws, awsml: Program) -> None:
        run = awsml("translate", *PAIR, stdin=PAGE)
        assert (run.exit_code, aws.operations) == (0, ["TranslateDocument"])
        assert "<p>This~es is~es the~es line~es of~es <b>number~es</b> 7.</p>" in run.text

    @pytest.mark.parametrize(
        ("page", "words"),
        [
            (PAGE.replace("number</b> 7", "{name}</b> 7"), PAIR),
            (PAGE.replace("<b>number</b> 7", "<code>number</code> 7"), PAIR),
            (PAGE, ["--from", "de", "--to", "es"]),
            (PAGE, ["--to", "es"]),
            (PAGE, [*PAIR, "--brevity"]),
            (PAGE, [*PAIR, "--via", "text"]),
            (PAGE + "<!-- -->", PAIR),
        ],
        ids=["placeholder", "code", "pair", "auto", "brevity", "forced", "comment"],
    )
    def test_where_one_would_lose_something_it_goes_by_text(
        self, aws: Aws, awsml: Program, page: str, words: list[str]
    ) -> None:
        run = awsml("translate", *words, stdin=page)
        assert (run.exit_code, set(aws.operations)) == (0, {"TranslateText"})

    def test_a_word_file_if_it_is_wanted(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        (tmp_path / "a.docx").write_bytes(word_file("Hello there"))
        run = awsml("translate", *PAIR, "--via", "document", "--file", tmp_path / "a.docx", "-o", f"{tmp_path}/out/")
        assert (run.exit_code, aws.operations) == (0, ["TranslateDocument"])
        assert "Hello~es there~es" in words_of((tmp_path / "out/a.docx").read_bytes())

    def test_its_price_is_another(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        (tmp_path / "a.docx").write_bytes(word_file("Hello there"))
        words = ["--via", "document", "--file", tmp_path / "a.docx", "--dry-run", "-f", "json"]
        (found,) = json.loads(awsml("translate", *PAIR, *words).text)
        assert (found["operation"], found["units"], found["price"]) == ("translate:TranslateDocument", 11, 0.00033)

    def test_it_is_kept_with_the_cache(self, aws: Aws, awsml: Program) -> None:
        runs = [awsml("translate", *PAIR, "--via", "document", "--cache", stdin=PAGE) for _ in range(2)]
        assert (runs[0].text == runs[1].text, len(aws.calls)) == (True, 1)

    def test_a_text_too(self, aws: Aws, awsml: Program) -> None:
        assert awsml("translate", *PAIR, "--via", "document", stdin="Hello\n").text == "Hello~es\n"

    @pytest.mark.parametrize(
        ("words", "stdin", "said"),
        [
            (["--from", "de", "--to", "es"], "Hallo", "from or into English alone, not de into es"),
            (PAIR, "x" * 100_001, "it takes 100,000 bytes, and this has 100,001"),
            (PAIR, '{"a": "b"}', "it takes text, html, docx, and this is json"),
            ([*PAIR, "--brevity"], "Hello", "it knows no --brevity"),
            (["--from", "en", "--to", "ru", "--formality", "formal"], "Hello", "it knows no --formality for ru"),
        ],
    )
    def test_what_it_does_not_take(self, aws: Aws, awsml: Program, words: list[str], stdin: str, said: str) -> None:
        run = awsml("translate", *words, "--via", "document", stdin=stdin)
        assert (run.exit_code, said in run.stderr, aws.calls) == (2, True, [])
