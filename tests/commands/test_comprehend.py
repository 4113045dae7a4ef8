"""`awsml comprehend`, as a person and as the next program in the pipe meet it."""

from __future__ import annotations

import csv
import io
import json
import re
import stat
import sys

import pytest
from fakeaws import AwsError, Refused

REVIEWS = "I love this phone very much\n\nThis was awful, really bad\nThe box was brown and square"
PERSON = "Jane Doe flew to Paris in 1999"
PRIVATE = "I am John Smith, call 555-0100 or write to js@example.com, please"


class TestOneText:
    @pytest.mark.parametrize(
        ("words", "text", "shown"),
        [
            (["sentiment"], "I love this phone very much", "POSITIVE\t0.9625\n"),
            (["language"], "Hello my dear friend", "en\t0.9954\n"),
            (
                ["entities"],
                PERSON,
                "PERSON\tJane Doe\t0.99\t0\t8\nLOCATION\tParis\t0.99\t17\t22\nDATE\t1999\t0.99\t26\t30\n",
            ),
            (["key-phrases"], "I saw the dog there", "KEY_PHRASE\tthe dog\t0.99\t6\t13\n"),
            (["syntax"], "She sells!", "NOUN\tShe\t0.98\t0\t3\nNOUN\tsells\t0.98\t4\t9\nPUNCT\t!\t0.98\t9\t10\n"),
            (["targeted"], "I love Paris", "LOCATION\tParis\t0.99\t7\t12\tPOSITIVE\t0.9625\n"),
            (["pii"], "🙂 call 555-0100", "PHONE\t555-0100\t0.99\t7\t15\n"),
            (["contains-pii"], PRIVATE, "NAME\t0.99\nPHONE\t0.99\nEMAIL\t0.99\n"),
            (["toxicity"], "You are an idiot", "0.9\tINSULT\t0.9\n"),
            (["redact"], PRIVATE, "I am [NAME], call [PHONE] or write to [EMAIL], please"),
        ],
    )
    def test_in_a_pipe_it_is_as_the_contract_says(self, aws, awsml, words, text, shown):
        language = [] if words == ["language"] else ["--language", "en"]
        run = awsml("comprehend", *words, *language, text)
        assert (run.exit_code, run.text, run.stderr) == (0, shown, "")

    def test_json_has_the_keys_of_aws_in_snake_case(self, aws, awsml):
        run = awsml("comprehend", "sentiment", "-f", "json", "I love this phone very much")
        scores = {"positive": 0.9625, "negative": 0.0125, "neutral": 0.0125, "mixed": 0.0125}
        assert json.loads(run.text) == {"sentiment": "POSITIVE", "sentiment_score": scores, "language_code": "en"}

    def test_raw_is_what_aws_said(self, aws, awsml):
        run = awsml("comprehend", "entities", "-f", "raw", "Paris is far away from here")
        span = {"Type": "LOCATION", "Text": "Paris", "Score": 0.99, "BeginOffset": 0, "EndOffset": 5}
        assert json.loads(run.text) == {"Entities": [span]}

    def test_a_query_looks_into_the_answer(self, aws, awsml):
        run = awsml("comprehend", "entities", "--query", "entities[].text", "-f", "json", PERSON)
        assert json.loads(run.text) == ["Jane Doe", "Paris", "1999"]

    def test_a_file_that_is_given_as_text_is_refused(self, aws, awsml, tmp_path):
        (tmp_path / "a.txt").write_text("x")
        run = awsml("comprehend", "sentiment", tmp_path / "a.txt")
        assert (run.exit_code, f"--file {tmp_path}/a.txt" in run.stderr, aws.calls) == (2, True, [])

    @pytest.mark.parametrize("command", ["sentiment", "entities", "redact", "language", "toxicity"])
    def test_empty_in_empty_out_and_no_call(self, aws, awsml, command):
        assert (awsml("comprehend", command, stdin="").text, awsml("comprehend", command, stdin="").exit_code) == (
            "",
            0,
        )
        assert aws.calls == []

    def test_types_and_confidence_choose(self, aws, awsml):
        run = awsml("comprehend", "entities", "--types", "person,date", PERSON)
        assert [line.split("\t")[0] for line in run.text.splitlines()] == ["PERSON", "DATE"]
        assert awsml("comprehend", "entities", "--min-confidence", "99.5%", PERSON).text == ""

    def test_a_type_that_there_is_not_is_refused_with_the_nearest(self, aws, awsml):
        run = awsml("comprehend", "pii", "--types", "EMIAL", "x")
        assert (run.exit_code, "did you mean EMAIL?" in run.stderr) == (2, True)

    def test_a_language_that_it_does_not_know_is_refused(self, aws, awsml):
        run = awsml("comprehend", "pii", "Das ist ein langer Satz auf Deutsch")
        assert (run.exit_code, "it knows en, es" in run.stderr, aws.calls) == (2, True, [])

    def test_a_guess_is_said_once(self, aws, awsml):
        run = awsml("comprehend", "sentiment", "--lines", stdin="ok\nok\nok\n")
        assert run.stderr == "warning: the language is a guess: en; --language settles it\n"

    def test_denied_says_what_is_missing(self, aws, awsml):
        said = "User: x is not authorized to perform: comprehend:DetectSentiment"
        aws.respond("comprehend", "DetectSentiment", AwsError("AccessDeniedException", said))
        run = awsml("comprehend", "sentiment", "I love it so much")
        assert (run.exit_code, "`comprehend:DetectSentiment` is missing" in run.stderr) == (4, True)

    def test_a_cluster_over_the_limit_is_refused_before_any_call(self, aws, awsml):
        run = awsml("comprehend", "sentiment", "--language", "en", stdin="a" + "\u0301" * 3_000)
        assert (run.exit_code, "over the limit of 5,000: offset 0" in run.stderr, aws.calls) == (2, True, [])

    def test_bytes_that_are_no_text_are_refused_with_their_place(self, aws, awsml):
        run = awsml("comprehend", "sentiment", stdin=b"fine so far \xff")
        assert (run.exit_code, "byte 0xff at offset 12" in run.stderr, aws.calls) == (2, True, [])


class TestAtATerminal:
    def test_places_are_marked_in_colour_above_their_table(self, aws, awsml):
        run = awsml("comprehend", "entities", PERSON, tty=["stdout"])
        assert "\x1b[44;97mJane Doe\x1b[0m\x1b[2m PERSON\x1b[0m flew to" in run.text
        assert re.search(r"LOCATION +Paris +0\.99 +17 +22", run.text)

    def test_without_colour_they_stand_in_brackets(self, aws, awsml):
        run = awsml("comprehend", "entities", PERSON, tty=["stdout"], env={"NO_COLOR": "1"})
        assert run.text.startswith("[Jane Doe PERSON] flew to [Paris LOCATION] in [1999 DATE]\n")
        assert "\x1b" not in run.text

    def test_feelings_have_colours(self, aws, awsml):
        run = awsml("comprehend", "sentiment", "I hate this phone so very much", tty=["stdout"])
        assert "\x1b[31mNEGATIVE\x1b[0m" in run.text

    def test_what_a_terminal_would_obey_is_taken_out(self, aws, awsml):
        run = awsml("comprehend", "entities", "--language", "en", stdin="\x1b]0;evil\x07Paris \x1b[2J", tty=["stdout"])
        assert "\x1b]0" not in run.text
        assert "\x1b[2J" not in run.text

    def test_a_real_one_shows_the_table(self, aws, terminal):
        run = terminal("comprehend", "sentiment", "I love this phone very much")
        run.finish()
        assert re.search(r"POSITIVE +0\.9625", run.text)

    def test_redacted_text_ends_in_a_line_end(self, aws, awsml):
        assert awsml("comprehend", "redact", "--language", "en", "Hello", tty=["stdout"]).text == "Hello\n"


class TestLines:
    def test_line_n_of_the_answer_belongs_to_line_n_of_the_input(self, aws, awsml):
        run = awsml("comprehend", "sentiment", "--lines", stdin=REVIEWS)
        assert run.text == "POSITIVE\t0.9625\n\nNEGATIVE\t0.9625\nNEUTRAL\t0.9625\n"
        assert len(aws.calls) == 1

    def test_jsonl_keeps_the_lines_too(self, aws, awsml):
        lines = awsml("comprehend", "sentiment", "--lines", "-f", "jsonl", stdin=REVIEWS).text.split("\n")
        assert [line and json.loads(line)["input"] for line in lines] == [1, "", 3, 4, ""]

    def test_json_is_an_array_with_a_place_for_each_line(self, aws, awsml):
        found = json.loads(awsml("comprehend", "sentiment", "--lines", "-f", "json", stdin=REVIEWS).text)
        assert [one and one["sentiment"] for one in found] == ["POSITIVE", None, "NEGATIVE", "NEUTRAL"]

    def test_csv_has_a_head_and_the_number_of_the_line(self, aws, awsml):
        run = awsml("comprehend", "sentiment", "--lines", "-f", "csv", stdin=REVIEWS)
        assert run.text.splitlines()[:3] == ["input,sentiment,score", "1,POSITIVE,0.9625", "2,,"]

    def test_where_a_line_gives_several_rows_they_name_it(self, aws, awsml):
        given = f"{PERSON}\n\nBob Brown stayed in Seattle\n"
        run = awsml("comprehend", "entities", "--lines", stdin=given)
        assert [line.split("\t")[:2] for line in run.text.splitlines()] == [
            ["1", "PERSON"],
            ["1", "LOCATION"],
            ["1", "DATE"],
            ["3", "PERSON"],
            ["3", "LOCATION"],
        ]
        bare = awsml("comprehend", "entities", "--lines", "--no-input", stdin=given)
        assert [line.split("\t")[0] for line in bare.text.splitlines()] == [
            "PERSON",
            "LOCATION",
            "DATE",
            "PERSON",
            "LOCATION",
        ]

    def test_a_line_that_fails_is_empty_and_told_and_the_rest_goes_on(self, aws, awsml, tmp_path):
        aws.comprehend.faulty = {"This was awful, really bad": 99}
        run = awsml("comprehend", "sentiment", "--lines", "--errors", tmp_path / "failed.jsonl", stdin=REVIEWS)
        assert (run.exit_code, run.text) == (5, "POSITIVE\t0.9625\n\n\nNEUTRAL\t0.9625\n")
        assert "error: line 3: " in run.stderr
        entry = json.loads((tmp_path / "failed.jsonl").read_text())
        assert (entry["input"], entry["text"]) == (3, "This was awful, really bad")
        aws.comprehend.faulty = {}
        again = awsml("comprehend", "sentiment", "--jsonl", "text", "--file", tmp_path / "failed.jsonl")
        assert json.loads(again.text)["sentiment"] == "NEGATIVE"

    def test_a_failed_line_among_many_keeps_the_file(self, aws, awsml, tmp_path):
        aws.comprehend.faulty = {"This was awful, really bad": 99}
        run = awsml("comprehend", "sentiment", "--lines", "-o", tmp_path / "out.csv", stdin=REVIEWS)
        assert run.exit_code == 5
        assert (tmp_path / "out.csv").read_text().splitlines() == [
            "input,sentiment,score",
            "1,POSITIVE,0.9625",
            "2,,",
            "3,,",
            "4,NEUTRAL,0.9625",
        ]

    def test_a_service_that_nobody_reaches_is_told_once(self, aws, awsml):
        aws.respond("comprehend", "BatchDetectSentiment", Refused(times=3))
        run = awsml("comprehend", "sentiment", "--lines", stdin="I love this phone very much\n" * 25)
        assert (run.exit_code, run.stderr.count("cannot reach comprehend")) == (4, 1)

    def test_bytes_that_are_no_text_end_the_run_when_all_before_them_is_done(self, aws, awsml):
        given = b"I love this phone very much\n" * 4_000 + b"\xff\n"
        run = awsml("comprehend", "sentiment", "--lines", stdin=given)
        assert (run.exit_code, "at offset 112000" in run.stderr) == (2, True)
        assert 0 < run.text.count("POSITIVE") <= 4_000

    def test_a_reader_that_leaves_stops_the_calls(self, aws, awsml):
        run = awsml("comprehend", "sentiment", "--lines", stdin="I love this phone very much\n" * 20_000, head=1)
        assert run.exit_code == 0
        assert len(aws.calls) < 100

    def test_a_slow_source_is_answered_at_once(self, aws, awsml_process):
        import subprocess

        child = awsml_process.start("comprehend", "sentiment", "--lines", stdin=subprocess.PIPE, real_time=True)
        for line, answer in ((b"I love it, I really do\n", b"POSITIVE"), (b"I hate it, I really do\n", b"NEGATIVE")):
            child.stdin.write(line)
            child.stdin.flush()
            assert child.stdout.readline().startswith(answer)
        child.communicate()


class TestTables:
    TABLE = 'id;review;price\r\n1;"I love it; so much";1,50\r\n2;;2,00\r\n007;"Awful, really bad";3,00\r\n'

    def test_a_csv_comes_back_with_columns_added_and_its_rows_as_they_were(self, aws, awsml):
        run = awsml("comprehend", "sentiment", "--csv", "review", "--language", "en", stdin=self.TABLE)
        lines = run.text.split("\r\n")
        assert lines[0].startswith("id;review;price;sentiment;sentiment_positive;")
        assert lines[1].startswith('1;"I love it; so much";1,50;POSITIVE;0.9625;')
        assert lines[2] == "2;;2,00;;;;;"
        assert lines[3].startswith('007;"Awful, really bad";3,00;NEGATIVE;')

    def test_lists_go_into_a_cell_as_json(self, aws, awsml):
        run = awsml("comprehend", "entities", "--csv", "t", "--language", "en", stdin="t\nParis\n")
        (row,) = csv.DictReader(io.StringIO(run.text))
        assert json.loads(row["entities"])[0]["type"] == "LOCATION"

    def test_json_lines_come_back_with_fields_added(self, aws, awsml):
        run = awsml(
            "comprehend",
            "sentiment",
            "--jsonl",
            "a.t",
            "--language",
            "en",
            stdin='{"n": 1.00, "a": {"t": "I love it"}}\n',
        )
        assert run.text.startswith('{"n": 1.00, "a": {"t": "I love it"}, "sentiment": "POSITIVE", "sentiment_score": {')

    def test_a_line_that_is_not_json_stays_and_is_told(self, aws, awsml):
        run = awsml(
            "comprehend", "sentiment", "--jsonl", "t", "--language", "en", stdin='{"t": "good"}\nnope\n{"t": "bad"}\n'
        )
        assert (run.exit_code, "error: line 2: the line is not JSON" in run.stderr) == (5, True)
        assert [line[:12] for line in run.text.splitlines()] == ['{"t": "good"', "nope", '{"t": "bad",']

    def test_a_column_that_is_not_there_is_refused_before_any_call(self, aws, awsml):
        run = awsml("comprehend", "sentiment", "--csv", "body", stdin=self.TABLE)
        assert (run.exit_code, "its columns are: id, review, price" in run.stderr, aws.calls) == (2, True, [])

    def test_another_format_is_about_the_documents(self, aws, awsml):
        run = awsml("comprehend", "sentiment", "--csv", "review", "--language", "en", "-f", "jsonl", stdin=self.TABLE)
        assert [json.loads(line)["input"] for line in run.text.splitlines() if line] == [2, 4]

    def test_two_forms_at_once_are_refused(self, aws, awsml):
        run = awsml("comprehend", "sentiment", "--lines", "--csv", "t", "x")
        assert (run.exit_code, "--lines and --csv cannot both be" in run.stderr) == (2, True)


class TestManyFiles:
    @pytest.fixture
    def folder(self, tmp_path):
        texts = {"a.txt": "I love Jane Doe so very much", "b.txt": "I hate Paris so very much", "sub/c.txt": ""}
        for name, text in texts.items():
            (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "in" / name).write_text(text)
        return tmp_path / "in"

    def test_rows_begin_with_their_file(self, aws, awsml, folder):
        run = awsml("comprehend", "sentiment", "--file", folder)
        assert run.text == f"{folder}/a.txt\tPOSITIVE\t0.9625\n{folder}/b.txt\tNEGATIVE\t0.9625\n"
        assert aws.operations == ["BatchDetectSentiment"]

    def test_a_folder_gets_a_file_for_each_with_the_fewest_calls(self, aws, awsml, folder, tmp_path):
        run = awsml("comprehend", "entities", "--file", folder, "-f", "json", "-o", f"{tmp_path}/out/")
        assert run.exit_code == 0
        assert json.loads((tmp_path / "out/a.json").read_text())["entities"][0]["text"] == "Jane Doe"
        assert (tmp_path / "out/sub/c.json").read_bytes() == b""
        assert aws.operations == ["BatchDetectEntities"]

    def test_one_file_for_all_has_an_array(self, aws, awsml, folder, tmp_path):
        awsml("comprehend", "entities", "--file", folder, "-o", tmp_path / "all.json")
        assert [one["input"] for one in json.loads((tmp_path / "all.json").read_text())] == [
            f"{folder}/a.txt",
            f"{folder}/b.txt",
        ]

    def test_one_that_cannot_be_read_fails_alone_and_leaves_its_old_file(self, aws, awsml, folder, tmp_path):
        (folder / "b.txt").write_bytes(b"\xff")
        (tmp_path / "out").mkdir()
        (tmp_path / "out/b.txt").write_text("old")
        run = awsml("comprehend", "redact", "--file", folder, "--language", "en", "-o", tmp_path / "out")
        assert run.exit_code == 5
        assert (tmp_path / "out/a.txt").read_text() == "I love [NAME] so very much"
        assert (tmp_path / "out/b.txt").read_text() == "old"
        assert f"error: {folder}/b.txt is not UTF-8 text" in run.stderr

    def test_an_output_over_the_input_is_refused(self, aws, awsml, folder):
        run = awsml("comprehend", "redact", "--file", folder / "a.txt", "-o", folder / "a.txt")
        assert (run.exit_code, aws.calls) == (2, [])

    def test_html_marks_what_was_found_and_escapes_the_rest(self, aws, awsml, tmp_path):
        (tmp_path / "x.txt").write_text("<b>Paris</b> & Jane Doe")
        run = awsml(
            "comprehend", "entities", "--language", "en", "--file", tmp_path / "x.txt", "-o", tmp_path / "x.html"
        )
        page = (tmp_path / "x.html").read_text()
        assert run.exit_code == 0
        assert (
            '&lt;b&gt;<mark class="k0" title="LOCATION">Paris<small>LOCATION</small></mark>&lt;/b&gt; &amp; <mark'
            in page
        )
        assert "<b>" not in page


class TestRedact:
    def test_a_mask_hides_every_character(self, aws, awsml):
        run = awsml("comprehend", "redact", "--mask", "*", stdin=f"{PRIVATE}\n")
        assert run.text == "I am **********, call ******** or write to **************, please\n"

    def test_only_the_types_that_were_asked_for(self, aws, awsml):
        run = awsml("comprehend", "redact", "--types", "PHONE", PRIVATE)
        assert run.text == "I am John Smith, call [PHONE] or write to js@example.com, please"

    def test_what_spans_lines_keeps_them(self, aws, awsml):
        run = awsml("comprehend", "redact", "--language", "en", stdin="at 12 Main Street\nWA 98101 today\n")
        assert run.text == "at [ADDRESS]\n[ADDRESS] today\n"

    def test_tokens_can_be_put_back(self, aws, awsml, tmp_path):
        text = f"{PRIVATE}\nJohn Smith said [NAME-1] and Bob Brown agreed.\n"
        kept = tmp_path / "tokens.jsonl"
        safe = awsml("comprehend", "redact", "--tokens", kept, stdin=text)
        assert safe.text == (
            "I am [NAME-1], call [PHONE-1] or write to [EMAIL-1], please\n[NAME-1] said [TEXT-1] and [NAME-2] agreed.\n"
        )
        back = awsml("comprehend", "unredact", "--tokens", kept, stdin=safe.text)
        assert (back.text, back.stderr) == (text, "")
        if sys.platform != "win32":
            assert stat.S_IMODE(kept.stat().st_mode) == 0o600

    def test_tokens_are_the_same_in_the_next_run(self, aws, awsml, tmp_path):
        kept = tmp_path / "tokens.jsonl"
        awsml("comprehend", "redact", "--tokens", kept, "--language", "en", "I am John Smith")
        run = awsml("comprehend", "redact", "--tokens", kept, "--language", "en", "Bob Brown met John Smith")
        assert run.text == "[NAME-2] met [NAME-1]"

    def test_a_token_that_is_not_in_the_file_stays_and_is_told(self, aws, awsml, tmp_path):
        (tmp_path / "t").write_text('{"token": "[NAME-1]", "text": "Ann"}\n')
        run = awsml("comprehend", "unredact", "--tokens", tmp_path / "t", stdin="[NAME-1] and [NAME-2]\n")
        assert (run.text, "[NAME-2] is not in" in run.stderr) == ("Ann and [NAME-2]\n", True)

    def test_a_file_of_something_else_is_refused(self, aws, awsml, tmp_path):
        (tmp_path / "t").write_text("hello\n")
        run = awsml("comprehend", "redact", "--tokens", tmp_path / "t", "x")
        assert (run.exit_code, "is not a file of tokens: line 1" in run.stderr, aws.calls) == (2, True, [])

    def test_a_call_that_fails_gives_no_text_away(self, aws, awsml):
        aws.respond("comprehend", "DetectPiiEntities", AwsError("InternalServerException", status=500, times=3))
        run = awsml("comprehend", "redact", "--language", "en", PRIVATE)
        assert (run.exit_code, run.text) == (4, "")
        aws.respond("comprehend", "DetectPiiEntities", AwsError("InternalServerException", status=500, times=3))
        table = awsml("comprehend", "redact", "--csv", "t", "--language", "en", stdin=f'id,t\n1,"{PRIVATE}"\n')
        assert (table.exit_code, table.text) == (5, 'id,t\n1,""\n')

    def test_a_column_is_redacted_in_its_table(self, aws, awsml):
        run = awsml(
            "comprehend", "redact", "--csv", "t", "--language", "en", stdin='id,t,n\n1,"Hi, John Smith",x\n2,,y\n'
        )
        assert run.text == 'id,t,n\n1,"Hi, [NAME]",x\n2,,y\n'
        lines = awsml(
            "comprehend", "redact", "--jsonl", "t", "--language", "en", stdin='{"t": "Hi, John Smith", "n": 1.0}\n'
        )
        assert lines.text == '{"t": "Hi, [NAME]", "n": 1.0}\n'

    def test_lines_stay_lines(self, aws, awsml):
        run = awsml("comprehend", "redact", "--lines", "--language", "en", stdin="John Smith\r\n  \r\nno one")
        assert run.text == "[NAME]\r\n  \r\nno one"

    def test_json_says_what_was_found_but_not_the_words(self, aws, awsml):
        found = json.loads(awsml("comprehend", "redact", "-f", "json", PRIVATE).text)
        assert found["redacted_text"] == "I am [NAME], call [PHONE] or write to [EMAIL], please"
        assert [one["type"] for one in found["entities"]] == ["NAME", "PHONE", "EMAIL"]
        assert "Smith" not in json.dumps(found)

    def test_a_slow_source_is_sent_on_line_by_line(self, aws, awsml_process):
        import subprocess

        child = awsml_process.start("comprehend", "redact", "--language", "en", stdin=subprocess.PIPE, real_time=True)
        for number in range(3):
            child.stdin.write(b"%d John Smith was here\n" % number)
            child.stdin.flush()
            assert child.stdout.readline() == b"%d [NAME] was here\n" % number
        child.communicate()

    def test_a_log_without_end_takes_many_windows(self, aws, awsml):
        lines = [f"{number} 🙂 John Smith called 555-0{number % 900 + 100} from Paris\n" for number in range(6_000)]
        run = awsml("comprehend", "redact", "--language", "en", stdin="".join(lines))
        assert run.text == "".join(f"{number} 🙂 [NAME] called [PHONE] from Paris\n" for number in range(6_000))
        assert len(aws.calls) == 3

    def test_mask_tags_and_tokens_exclude_each_other(self, aws, awsml):
        run = awsml("comprehend", "redact", "--mask", "*", "--tags", "x")
        assert (run.exit_code, "cannot be together" in run.stderr) == (2, True)


class TestDryRun:
    @pytest.mark.parametrize(
        ("words", "stdin", "shown"),
        [
            (["sentiment", "--lines"], "x\n" * 60, "comprehend:BatchDetectSentiment\t-\t3\t180\t"),
            (["sentiment"], "x" * 450, "comprehend:DetectSentiment\t-\t1\t5\t"),
            (["redact"], "word " * 40_000, "comprehend:DetectPiiEntities\t-\t3\t"),
            (["toxicity", "--lines"], "x\n" * 11, "comprehend:DetectToxicContent\t-\t2\t33\t"),
        ],
    )
    def test_it_says_the_calls_the_units_and_the_price_and_sends_nothing(self, aws, awsml, words, stdin, shown):
        run = awsml("comprehend", *words, "--dry-run", stdin=stdin)
        assert (run.exit_code, aws.calls) == (0, [])
        assert run.text.startswith(shown)

    def test_a_dear_run_asks_first(self, aws, awsml, tmp_path):
        (tmp_path / "big.txt").write_text("This sentence is repeated many, many times. " * 150_000)
        run = awsml(
            "comprehend", "pii", "--language", "en", "--file", tmp_path / "big.txt", tty=["stderr"], answers="n\n"
        )
        assert (run.exit_code, "This run will cost about 6." in run.stderr, aws.calls) == (2, True, [])


def test_classes_are_those_of_a_classifier_of_ones_own(aws, awsml):
    arn = "arn:aws:comprehend:us-east-1:123456789012:document-classifier-endpoint/sorter"
    run = awsml("comprehend", "classify", "--endpoint", arn, "Kick the ball")
    assert (run.text, aws.calls[0].params["EndpointArn"]) == ("sport\t0.9\nother\t0.1\n", arn)


def test_kept_answers_cost_nothing(aws, awsml):
    for _ in range(2):
        run = awsml("comprehend", "sentiment", "--cache", "I love this phone very much")
    assert (run.text, len(aws.calls)) == ("POSITIVE\t0.9625\n", 1)
