"""`awsml translate`: a text of any length in, the same text in another language out, blank for blank."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from fakeaws import Aws, AwsError, HalfAnswer, Raw, Reset, translation
from fakeaws.faults import Fault
from fakeaws.process import PATIENCE, Process
from fakeaws.program import Program
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

MEASURED = """
import sys
from awsml_cli.main import main
code = main(sys.argv[1:])
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(peak, file=sys.stderr)  # kilobytes
sys.exit(code)
"""
LETTER = "Dear Ann,\n\n  thank you for your letter. It was\tlong!\n\n\nYours,\nBob\n"
TEXTS = st.text(
    alphabet=st.one_of(
        st.sampled_from("abcXYZéß漢字🙂. !?\n\n\t  ,;'"), st.characters(exclude_categories=("Cs", "Cc"))
    ),
    max_size=400,
)


class TestText:
    def test_the_translation_and_nothing_else(self, aws: Aws, awsml: Program) -> None:
        run = awsml("translate", "--to", "es", "Hello there.")
        assert (run.exit_code, run.text, run.stderr) == (0, "Hello~es there~es.", "")

    def test_at_a_terminal_the_line_is_ended(self, aws: Aws, awsml: Program) -> None:
        run = awsml("translate", "--to", "es", "Hello there.", tty={"stdout", "stderr"})
        assert (run.exit_code, run.text) == (0, "Hello~es there~es.\n")

    @pytest.mark.parametrize(
        "text", [LETTER, "no end", "\n\n", "   ", "\ufeffwith a mark\n", "tab\tand\r\nreturn\r\n", "a\n" * 50]
    )
    def test_every_blank_and_line_end_stays(self, aws: Aws, awsml: Program, text: str) -> None:
        run = awsml("translate", "--from", "en", "--to", "es", stdin=text)
        assert (run.exit_code, run.text) == (0, translation(text.removeprefix("\ufeff"), "es"))

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(text=TEXTS)
    def test_there_and_back_is_the_same_text(self, aws: Aws, awsml: Program, text: str) -> None:
        run = awsml("translate", "--from", "fr", "--to", "en", stdin=text)
        assert (run.exit_code, run.stdout) == (0, translation(text, "en").removeprefix("\ufeff").encode())

    def test_no_text_is_no_call(self, aws: Aws, awsml: Program) -> None:
        runs = [
            awsml("translate", "--to", "es", stdin=""),
            awsml("translate", "--to", "es", ""),
            awsml("translate", "--to", "es", stdin=" \n"),
        ]
        assert [(run.exit_code, run.text) for run in runs] == [(0, ""), (0, ""), (0, " \n")]
        assert aws.calls == []

    def test_after_two_dashes_everything_is_text(self, aws: Aws, awsml: Program) -> None:
        assert awsml("translate", "--to", "es", "--", "--from here").text == "--from~es here~es"

    @pytest.mark.parametrize("format", ["json", "jsonl", "yaml"])
    def test_a_record_says_both_languages(self, aws: Aws, awsml: Program, format: str) -> None:
        import yaml

        run = awsml("translate", "--to", "es", "Hello there.", "-f", format)
        assert yaml.safe_load(run.text) == {
            "translated_text": "Hello~es there~es.",
            "source_language_code": "en",
            "target_language_code": "es",
            "engine": None,
        }

    def test_raw_has_aws_s_keys(self, aws: Aws, awsml: Program) -> None:
        run = awsml("translate", "--to", "es", "Hello there.", "-f", "raw")
        assert json.loads(run.text) == {
            "TranslatedText": "Hello~es there~es.",
            "SourceLanguageCode": "en",
            "TargetLanguageCode": "es",
        }

    @pytest.mark.parametrize(
        ("words", "shown"),
        [
            (["-f", "csv"], "translated_text,source_language_code,target_language_code\nHi~es,en,es\n"),
            (["-f", "tsv"], "translated_text\tsource_language_code\ttarget_language_code\nHi~es\ten\tes\n"),
            (["--query", "source_language_code"], "en\n"),
            (["--query", "[source_language_code, target_language_code]"], "en\tes\n"),
            (["-f", "json", "--query", "translated_text"], '"Hi~es"\n'),
        ],
    )
    def test_a_translation_as_data(self, aws: Aws, awsml: Program, words: list[str], shown: str) -> None:
        assert awsml("translate", "--to", "es", "Hi", *words).text == shown

    def test_it_goes_into_a_file_whole_or_not_at_all(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        (tmp_path / "letter.txt").write_text("old")
        aws.respond("translate", "TranslateText", AwsError("AccessDeniedException", "No."))
        refused = awsml("translate", "--to", "es", "Hello", "-o", tmp_path / "letter.txt")
        kept = (tmp_path / "letter.txt").read_text()
        awsml("translate", "--to", "es", "Hello", "-o", tmp_path / "letter.txt")
        assert (refused.exit_code, kept, (tmp_path / "letter.txt").read_text()) == (4, "old", "Hello~es")
        assert os.listdir(tmp_path) == ["letter.txt"]

    def test_a_device_is_written_to_and_stays_a_device(self, aws: Aws, awsml: Program) -> None:
        run = awsml("translate", "--to", "es", "Hello", "-o", "/dev/null")
        assert (run.exit_code, Path("/dev/null").is_char_device()) == (0, True)

    def test_a_link_stays_a_link(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        (tmp_path / "link.txt").symlink_to(tmp_path / "target.txt")
        awsml("translate", "--to", "es", "Hello", "-o", tmp_path / "link.txt")
        assert ((tmp_path / "link.txt").is_symlink(), (tmp_path / "target.txt").read_text()) == (True, "Hello~es")


class TestLength:
    def test_pieces_fit_the_limit_and_come_in_order(self, aws: Aws, awsml: Program) -> None:
        text = "".join(f"Sentence {n} é漢字 {'word ' * (n % 40)}ends. " for n in range(600))
        run = awsml("translate", "--from", "en", "--to", "es", stdin=text)
        sizes = [len(call.params["Text"].encode()) for call in aws.calls]
        assert (run.exit_code, run.text == translation(text, "es")) == (0, True)
        assert (len(sizes) > 5, max(sizes) <= 10_000, min(sorted(sizes)[1:]) > 5_000) == (True, True, True)

    def test_no_piece_spans_a_blank_line(self, aws: Aws, awsml: Program) -> None:
        awsml("translate", "--from", "en", "--to", "es", stdin="One.\n\nTwo.\n\nThree.\n")
        assert sorted(call.params["Text"] for call in aws.calls) == ["One.", "Three.", "Two."]

    def test_a_slow_first_answer_does_not_change_the_order(self, aws: Aws, awsml: Program) -> None:
        later = threading.Event()

        def slow(params: dict[str, str]) -> None:
            later.set() if params["Text"] == "Five." else later.wait(PATIENCE) if params["Text"] == "One." else None

        aws_calls = ["One.", "Two.", "Three.", "Four.", "Five."]
        wire = aws.handle
        lock = threading.Lock()

        def answer(service: str, request: object, operation: str = "") -> object:
            text = json.loads(request.get_data())["Text"]  # type: ignore[attr-defined]
            slow({"Text": text})
            with lock:
                return wire(service, request, operation)  # type: ignore[arg-type]

        aws.handle = answer  # type: ignore[assignment,method-assign]
        run = awsml("translate", "--from", "en", "--to", "es", stdin="\n\n".join(aws_calls))
        assert run.text == translation("\n\n".join(aws_calls), "es")
        assert aws.calls[0].params["Text"] != "One."

    def test_one_character_over_the_limit_is_said_with_its_place(self, aws: Aws, awsml: Program) -> None:
        run = awsml("translate", "--from", "en", "--to", "es", stdin="ok. a" + "\u0301" * 6000)
        assert (run.exit_code, aws.calls) == (2, [])
        assert "over the limit of 10,000" in run.stderr

    @pytest.mark.slow
    @pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="measured as Linux tells it")
    def test_memory_does_not_grow_with_the_text(self, aws: Aws, awsml_process: Process, tmp_path: Path) -> None:
        def peak(size: int) -> int:
            source = tmp_path / f"{size}.txt"
            paragraph = "word " * 1900 + "end.\n\n"
            source.write_text(paragraph * (size // len(paragraph)))
            with source.open("rb") as text, (tmp_path / "out").open("wb") as out:
                run = subprocess.run(
                    [sys.executable, "-c", MEASURED, "translate", "--from", "en", "--to", "es"],
                    env=awsml_process.environment(), stdin=text, stdout=out, stderr=subprocess.PIPE, check=True,
                )  # fmt: skip
            assert (tmp_path / "out").stat().st_size > size * 0.99
            return int(run.stderr)

        small, large = peak(1_000_000), peak(50_000_000)
        assert large < small * 1.2


class TestLanguages:
    def test_it_is_found_out_once_and_then_named(self, aws: Aws, awsml: Program) -> None:
        run = awsml("translate", "--to", "es", stdin="\n\nBonjour les amis.\n\nHello.\n\nWorld.\n", env={})
        asked = [call.params["SourceLanguageCode"] for call in aws.calls]
        assert (run.exit_code, asked) == (0, ["auto", "fr", "fr"])

    def test_verbose_says_which(self, aws: Aws, awsml: Program) -> None:
        run = awsml("translate", "--to", "es", "Bonjour les amis.", "-v")
        assert "the text is in fr\n" in run.stderr
        assert ", 17 characters, about 0.000255 USD\n" in run.stderr

    def test_one_that_aws_is_not_sure_of_is_taken_with_a_warning(self, aws: Aws, awsml: Program) -> None:
        unsure = AwsError("DetectedLanguageLowConfidenceException", "Not sure.", members={"DetectedLanguageCode": "pt"})
        aws.respond("translate", "TranslateText", unsure)
        run = awsml("translate", "--to", "es", "ok\n\nfine")
        assert (run.exit_code, run.text) == (0, "ok~es\n\nfine~es")
        assert run.stderr == "warning: the language is probably pt; --from settles it\n"
        assert [call.params["SourceLanguageCode"] for call in aws.calls] == ["auto", "pt", "pt"]

    def test_a_pair_that_there_is_not(self, aws: Aws, awsml: Program) -> None:
        run = awsml("translate", "--from", "en", "--to", "xx", "Hello")
        assert (run.exit_code, run.stdout) == (2, b"")
        assert run.stderr.endswith("hint: `awsml translate languages` lists the languages there are\n")

    def test_without_a_target_nothing_is_sent(self, aws: Aws, awsml: Program) -> None:
        run = awsml("translate", "Hello")
        assert (run.exit_code, aws.calls) == (2, [])
        assert run.stderr.splitlines()[0] == "error: missing option '--to'"

    def test_the_list_in_a_pipe_and_at_a_terminal(self, aws: Aws, awsml: Program) -> None:
        pipe = awsml("translate", "languages")
        screen = awsml("translate", "languages", tty={"stdout"}, env={"NO_COLOR": "1"})
        assert "es\tSpanish\n" in pipe.text
        assert screen.text.split()[:2] == ["language_code", "language_name"]


class TestFiles:
    def test_many_into_a_folder(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        for name, text in (("a.txt", "One.\n"), ("deep/b.txt", "Two.\n")):
            (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "in" / name).write_text(text)
        run = awsml("translate", "--to", "es", "--file", tmp_path / "in", "-o", f"{tmp_path}/out/")
        made = {str(path.relative_to(tmp_path / "out")): path.read_text() for path in (tmp_path / "out").rglob("*.txt")}
        assert (run.exit_code, run.stdout, made) == (0, b"", {"a.txt": "One~es.\n", "deep/b.txt": "Two~es.\n"})

    def test_many_on_one_stdout_name_their_file(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        for name in ("a", "b"):
            (tmp_path / name).write_text(f"{name.upper()} one.\nTwo\twords.\n")
        run = awsml("translate", "--to", "es", "--file", "a", "--file", "b", cwd=tmp_path)
        assert run.text == "a\tA~es one~es. Two~es words~es. \ten\tes\nb\tB~es one~es. Two~es words~es. \ten\tes\n"

    def test_an_object_in_s3(self, aws: Aws, awsml: Program) -> None:
        uri = aws.put(aws.bucket("theirs"), "letter.txt", LETTER.encode())
        run = awsml("translate", "--from", "en", "--to", "es", "--file", uri)
        assert (run.exit_code, run.text) == (0, translation(LETTER, "es"))

    def test_an_object_whose_line_breaks_is_an_error_and_no_short_text(self, aws: Aws, awsml: Program) -> None:
        uri = aws.put(aws.bucket("theirs"), "letter.txt", LETTER.encode())
        aws.respond("s3", "GetObject", HalfAnswer())
        run = awsml("translate", "--from", "en", "--to", "es", "--file", uri)
        assert run.exit_code in (2, 4)
        assert run.stderr.startswith(f"error: {uri} broke off: ")

    def test_one_bad_file_stops_nobody_and_is_written_down(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        (tmp_path / "good.txt").write_text("Good.\n")
        (tmp_path / "bad.txt").write_bytes(b"caf\xe9\n")
        run = awsml(
            "translate",
            "--to",
            "es",
            "--file",
            "bad.txt",
            "--file",
            "good.txt",
            "-o",
            "out/",
            "--errors",
            "errors.jsonl",
            cwd=tmp_path,
        )
        (entry,) = [json.loads(line) for line in (tmp_path / "errors.jsonl").read_text().splitlines()]
        assert (run.exit_code, (tmp_path / "out/good.txt").read_text()) == (5, "Good~es.\n")
        assert sorted(os.listdir(tmp_path / "out")) == ["good.txt"]
        assert (entry["input"], entry["error"]) == ("bad.txt", "bad.txt is not UTF-8 text: byte 0xe9 at offset 3")

    @pytest.mark.parametrize("before", ["", "a" * 65_533, "a" * 65_534, "é" * 32_768, "漢" * 30_000])
    def test_what_is_not_text_is_told_with_its_place(
        self, aws: Aws, awsml: Program, tmp_path: Path, before: str
    ) -> None:
        (tmp_path / "bad.txt").write_bytes(before.encode() + b"\xe2\x82" + b"more")
        run = awsml("translate", "--from", "en", "--to", "es", "--file", tmp_path / "bad.txt")
        assert run.exit_code == 2
        assert run.stderr.splitlines()[0] == (
            f"error: {tmp_path}/bad.txt is not UTF-8 text: byte 0xe2 at offset {len(before.encode())}"
        )

    def test_a_text_that_ends_inside_a_character_is_not_cut(self, aws: Aws, awsml: Program) -> None:
        run = awsml("translate", "--from", "en", "--to", "es", stdin=b"price 5 \xe2\x82")
        assert run.exit_code == 2
        assert "stdin is not UTF-8 text: byte 0xe2 at offset 8" in run.stderr

    def test_the_name_of_a_file_is_no_text(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        (tmp_path / "letter.txt").write_text("Hello")
        run = awsml("translate", "--to", "es", "letter.txt", cwd=tmp_path)
        assert (run.exit_code, aws.calls) == (2, [])
        assert run.stderr == "error: `letter.txt` is a file, not the text\nhint: --file letter.txt\n"

    def test_text_and_file_do_not_go_together(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        run = awsml("translate", "--to", "es", "Hello", "--file", "letter.txt", cwd=tmp_path)
        assert (run.exit_code, run.stderr, aws.calls) == (2, "error: give either TEXT or --file, not both\n", [])

    @pytest.mark.parametrize("name", ["none.txt", "no*.txt"])
    def test_a_file_that_is_not_there(self, aws: Aws, awsml: Program, tmp_path: Path, name: str) -> None:
        run = awsml("translate", "--to", "es", "--file", name, cwd=tmp_path)
        assert (run.exit_code, run.stdout, aws.calls) == (2, b"", [])


class TestStream:
    def test_what_is_complete_goes_on_while_the_source_is_silent(self, aws: Aws, awsml_process: Process) -> None:
        child = awsml_process.start("translate", "--from", "en", "--to", "es", stdin=subprocess.PIPE)
        assert child.stdin is not None
        assert child.stdout is not None
        seen = []
        for line in (b"First line.\n", b"Second line.\n", b"Third line.\n"):
            child.stdin.write(line)
            child.stdin.flush()
            seen.append(child.stdout.readline())  # comes before anything more is written
        child.stdin.close()
        assert (seen, child.stdout.read(), child.wait(PATIENCE)) == (
            [b"First~es line~es.\n", b"Second~es line~es.\n", b"Third~es line~es.\n"],
            b"",
            0,
        )

    def test_half_a_line_waits_for_its_other_half(self, aws: Aws, awsml_process: Process) -> None:
        child = awsml_process.start("translate", "--from", "en", "--to", "es", stdin=subprocess.PIPE)
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(b"Done.\nHalf a ")
        child.stdin.flush()
        first = child.stdout.readline()
        child.stdin.write("sentence, é".encode()[:-1])
        child.stdin.flush()
        child.stdin.write("é".encode()[-1:] + b" and more.\n")
        child.stdin.close()
        assert (first, child.stdout.read().decode()) == (
            b"Done~es.\n",
            "Half~es a~es sentence~es, é~es and~es more~es.\n",
        )
        assert [call.params["Text"] for call in aws.calls] == ["Done.", "Half a sentence, é and more."]


def _deny(aws: Aws, text: str) -> None:
    refused = AwsError("AccessDeniedException", "No.")
    aws.respond_where("translate", "TranslateText", lambda params: params["Text"] == text, refused)


class TestKeeping:
    def test_with_cache_a_second_run_is_free(self, aws: Aws, awsml: Program) -> None:
        first = awsml("translate", "--to", "es", "--cache", stdin=LETTER)
        calls = len(aws.calls)
        second = awsml("translate", "--to", "es", "--cache", stdin=LETTER)
        assert (first.text, len(aws.calls)) == (second.text, calls)

    def test_after_a_failure_only_the_rest_is_paid(self, aws: Aws, awsml: Program) -> None:
        text = "One.\n\nTwo.\n\nThree.\n"
        _deny(aws, "Three.")
        failed = awsml("translate", "--from", "en", "--to", "es", "--cache", stdin=text)
        done = [call.params["Text"] for call in aws.calls if not call.error]
        awsml("translate", "--from", "en", "--to", "es", "--cache", stdin=text)
        assert (
            failed.exit_code,
            [call.params["Text"] for call in aws.calls if not call.error and call.params["Text"] in done],
        ) == (4, done)

    def test_without_it_nothing_is_kept(self, aws: Aws, awsml: Program) -> None:
        awsml("translate", "--to", "es", "Hello")
        awsml("translate", "--to", "es", "Hello")
        assert len(aws.calls) == 2
        assert [path for path in Path.home().rglob("*") if path.is_file()] == []

    def test_fresh_asks_anew(self, aws: Aws, awsml: Program) -> None:
        awsml("translate", "--to", "es", "--cache", "Hello")
        awsml("translate", "--to", "es", "--cache", "--fresh", "Hello")
        assert len(aws.calls) == 2


class TestPlans:
    def test_a_dry_run_counts_and_sends_nothing(self, aws: Aws, awsml: Program) -> None:
        run = awsml("translate", "--to", "es", "--dry-run", "-f", "jsonl", stdin=LETTER)
        assert json.loads(run.text) == {
            "operation": "translate:TranslateText",
            "on": "-",
            "calls": 3,
            "units": 58,
            "unit": "characters",
            "price": 0.00087,
        }
        assert aws.calls == []


class TestFaults:
    @pytest.mark.parametrize("times", [3, 12])
    def test_throttling_slows_down_and_does_not_fail(self, aws: Aws, awsml: Program, times: int) -> None:
        aws.respond("translate", "TranslateText", AwsError("ThrottlingException", "Slower.", times=times))
        run = awsml("translate", "--to", "es", stdin=LETTER)
        assert (run.exit_code, run.text, run.stderr) == (0, translation(LETTER, "es"), "")

    @pytest.mark.parametrize(
        "fault",
        [Reset(), HalfAnswer(), Raw(b"<html>"), Raw(b""), AwsError("InternalServerException", "Oops.", status=500)],
        ids=["reset", "half", "portal", "empty", "500"],
    )
    def test_what_passes_is_not_heard_of(self, aws: Aws, awsml: Program, fault: Fault) -> None:
        fault.times = 1
        aws.respond("translate", "TranslateText", fault)
        run = awsml("translate", "--to", "es", "Hello there.")
        assert (run.exit_code, run.text, run.stderr) == (0, "Hello~es there~es.", "")

    @pytest.mark.parametrize(
        ("fault", "times"),
        [
            (HalfAnswer(), 3),
            (Raw(b"<html>"), 3),
            (Raw(b""), 3),
            (Raw(b"[]"), 1),
            (Raw(b"null"), 1),
            (Raw(b'"text"'), 1),
        ],
        ids=["half", "portal", "empty", "list", "null", "string"],
    )
    def test_an_answer_that_is_never_whole_is_no_empty_text(
        self, aws: Aws, awsml: Program, fault: Fault, times: int
    ) -> None:
        fault.times = times
        aws.respond("translate", "TranslateText", fault)
        run = awsml("translate", "--to", "es", "Hello there.")
        assert (run.exit_code, run.stdout) == (4, b"")
        assert run.stderr.startswith("error: the answer of translate TranslateText cannot be used: ")

    def test_denied_names_the_permission(self, aws: Aws, awsml: Program) -> None:
        aws.respond("translate", "TranslateText", AwsError("AccessDeniedException", "No."))
        run = awsml("translate", "--to", "es", "Hello there.")
        assert (run.exit_code, run.stdout) == (4, b"")
        assert (
            run.stderr.splitlines()[1] == "hint: the IAM action `translate:TranslateText` is missing for this identity"
        )

    def test_what_was_translated_before_a_failure_is_out(self, aws: Aws, awsml: Program) -> None:
        _deny(aws, "Three.")
        run = awsml("translate", "--to", "es", stdin="One.\n\nTwo.\n\nThree.\n")
        assert (run.exit_code, run.text) == (4, "One~es.\n\nTwo~es.\n\n")

    def test_no_region(self, aws: Aws, awsml: Program) -> None:
        run = awsml("translate", "--to", "es", "Hello", env={"AWS_DEFAULT_REGION": None})
        assert (run.exit_code, run.stderr.splitlines()[0]) == (3, "error: no AWS region is set")

    @pytest.mark.parametrize(
        ("set_to", "used"),
        [
            ({"AWS_DEFAULT_REGION": "eu-west-1"}, "eu-west-1"),
            ({"AWS_REGION": "eu-west-2", "AWS_DEFAULT_REGION": "eu-west-1"}, "eu-west-2"),
            ({"AWSML_REGION": "eu-west-3", "AWS_REGION": "eu-west-2"}, "eu-west-3"),
        ],
    )
    def test_the_order_of_regions(self, aws: Aws, awsml: Program, set_to: dict[str, str | None], used: str) -> None:
        awsml("translate", "--to", "es", "Hello", env=set_to)
        awsml("translate", "--to", "es", "Hello", "--region", "ap-south-1", env=set_to)
        assert [call.region for call in aws.calls] == [used, "ap-south-1"]
