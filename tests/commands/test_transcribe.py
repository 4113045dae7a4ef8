"""`awsml transcribe`: any medium in, words out, nothing left at AWS."""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import webvtt
import yaml
from fakeaws import Aws, AwsError, FakeClock, speech
from fakeaws.program import Program
from recordings import STAGING, nothing_is_left, recording, sent, wav

WHOLE_PATH = [
    "HeadBucket",
    "HeadObject",
    "PutObject",
    "StartTranscriptionJob",
    *["GetTranscriptionJob"] * 3,
    "GetObject",
    "DeleteTranscriptionJob",
    "DeleteObject",
    "DeleteObject",
]
SAID = "Good morning. How are you?"
FORMATS = ("raw", "text", "txt", "srt", "vtt", "json", "jsonl", "tsv", "csv", "yaml", "table")


@pytest.fixture
def talk(tmp_path: Path, aws: Aws) -> Path:
    """A recording in which SAID is said, and a bucket to stage it in."""
    aws.bucket(STAGING)
    aws.transcripts[wav()] = speech(SAID)
    return recording(tmp_path)


@pytest.fixture
def transcribe(awsml: Program, tmp_path: Path) -> Program:
    """`awsml transcribe … --bucket staging`, from an empty folder."""
    folder = tmp_path / "here"
    folder.mkdir()

    def run(*args: object, **options: object) -> object:
        options.setdefault("cwd", folder)
        return awsml("transcribe", *map(str, args), "--bucket", STAGING, **options)  # type: ignore[arg-type]

    return run  # type: ignore[return-value]


class TestInputs:
    def test_a_file_takes_one_way_through_aws_and_leaves_nothing(
        self, aws: Aws, transcribe: Program, talk: Path
    ) -> None:
        run = transcribe(talk)
        assert (run.exit_code, run.text, run.stderr) == (0, f"{SAID}\n", "")
        assert aws.operations == WHOLE_PATH
        assert nothing_is_left(aws)

    def test_at_a_terminal_the_words_stand_by_themselves(self, aws: Aws, transcribe: Program, talk: Path) -> None:
        run = transcribe(talk, tty={"stdout", "stderr"})
        assert (run.exit_code, run.text) == (0, f"{SAID}\n")
        assert "transcription job" in run.stderr  # progress, drawn over
        assert run.stderr.endswith("\r\x1b[K")

    def test_several_files_name_their_input(self, aws: Aws, transcribe: Program, talk: Path) -> None:
        other = recording(talk.parent, "other.wav", fill=1)
        aws.transcripts[other.read_bytes()] = "Never mind."
        run = transcribe(other, talk)
        assert (run.exit_code, run.text) == (0, f"{other}\tNever mind.\ten-US\n{talk}\t{SAID}\ten-US\n")
        assert nothing_is_left(aws)

    def test_several_files_at_a_terminal_are_a_table(self, aws: Aws, transcribe: Program, talk: Path) -> None:
        other = recording(talk.parent, "other.wav", fill=1)
        run = transcribe(talk.name, other.name, tty={"stdout"}, cwd=talk.parent, env={"NO_COLOR": "1"})
        heads = run.text.splitlines()[0].split()
        assert (run.exit_code, heads) == (0, ["input", "transcript", "language_code"])

    def test_a_folder_gives_its_media_and_nothing_else(self, aws: Aws, transcribe: Program, talk: Path) -> None:
        recording(talk.parent, "b/two.WAV", fill=2)
        recording(talk.parent, ".hidden/three.wav", fill=3)
        (talk.parent / "notes.txt").write_text("no sound")
        run = transcribe(talk.parent, "--query", "input", "-f", "json")
        assert (run.exit_code, json.loads(run.text)) == (0, [f"{talk.parent}/b/two.WAV", str(talk)])

    def test_a_glob_is_searched_here_and_a_path_that_looks_like_one_is_a_path(
        self, aws: Aws, transcribe: Program, talk: Path
    ) -> None:
        recording(talk.parent, "[x].wav", fill=4)
        globbed = transcribe("t*.wav", "-f", "text", cwd=talk.parent)
        itself = transcribe("[x].wav", "-f", "text", cwd=talk.parent)
        assert (globbed.text, itself.exit_code, len(aws.calls_of("StartTranscriptionJob"))) == (f"{SAID}\n", 0, 2)

    def test_stdin_is_spooled_and_the_spool_is_gone(self, aws: Aws, transcribe: Program, talk: Path) -> None:
        run = transcribe("-", stdin=talk.read_bytes())
        assert (run.exit_code, run.text) == (0, f"{SAID}\n")
        assert list(Path.home().rglob("stdin-*")) == []

    def test_with_no_word_at_all_a_pipe_is_the_input(self, aws: Aws, awsml: Program, talk: Path) -> None:
        run = awsml("transcribe", stdin=talk.read_bytes(), env={"AWSML_BUCKET": STAGING})
        assert (run.exit_code, run.text) == (0, f"{SAID}\n")

    def test_with_no_word_at_all_a_person_gets_the_help(self, aws: Aws, awsml: Program) -> None:
        run = awsml("transcribe", tty={"stdin", "stdout", "stderr"})
        assert "Usage: awsml transcribe" in run.text + run.stderr

    def test_an_object_in_s3_is_not_copied_and_not_removed(self, aws: Aws, transcribe: Program, talk: Path) -> None:
        uri = aws.put(aws.bucket("theirs"), "calls/one.wav", talk.read_bytes())
        run = transcribe(uri)
        assert (run.exit_code, run.text) == (0, f"{SAID}\n")
        assert sent(aws) == [
            "HeadObject",
            "StartTranscriptionJob",
            *["GetTranscriptionJob"] * 3,
            "DeleteTranscriptionJob",
        ]
        assert (list(aws.objects("theirs")), nothing_is_left(aws)) == (["calls/one.wav"], True)

    def test_the_web_is_read_once_and_staged(self, aws: Aws, transcribe: Program, talk: Path, web: Web) -> None:
        web.pages["/talk.wav"] = talk.read_bytes()
        run = transcribe(f"{web.address}/talk.wav?token=x")
        assert (run.exit_code, run.text, web.asked) == (0, f"{SAID}\n", ["/talk.wav?token=x"])
        assert nothing_is_left(aws)

    def test_what_the_web_does_not_have_is_said(self, aws: Aws, transcribe: Program, talk: Path, web: Web) -> None:
        run = transcribe(f"{web.address}/none.wav")
        assert (run.exit_code, run.stdout, aws.calls) == (2, b"", [])
        assert run.stderr == f"error: cannot fetch {web.address}/none.wav: Not Found\n"

    def test_names_come_from_a_file_too(self, aws: Aws, transcribe: Program, talk: Path) -> None:
        other = recording(talk.parent, "a b.wav", fill=1)
        lines = transcribe("--files-from", "-", "--query", "input", "-f", "jsonl", stdin=f"{talk}\r\n\n{other}\n")
        nuls = transcribe("--files-from", "-", "-0", "--query", "input", "-f", "jsonl", stdin=f"{talk}\0{other}\0")
        assert lines.text == nuls.text == f'"{talk}"\n"{other}"\n'

    def test_copies_of_one_recording_are_paid_once(self, aws: Aws, transcribe: Program, talk: Path) -> None:
        for name in ("a.wav", "b.wav", "c.wav"):
            recording(talk.parent, name)
        run = transcribe(talk.parent, "--query", "transcript", "-f", "jsonl")
        assert (run.exit_code, run.text) == (0, f'"{SAID}"\n' * 4)
        assert sorted(aws.operations) == sorted(WHOLE_PATH)

    def test_with_an_input_named_stdin_is_left_to_the_loop_around_it(
        self, aws: Aws, transcribe: Program, talk: Path
    ) -> None:
        assert transcribe(talk, stdin=None).exit_code == 0  # reading stdin would fail the test


class TestOptions:
    @pytest.mark.parametrize(
        ("words", "asked"),
        [
            ([], {"IdentifyLanguage": True}),
            (["--language", "auto"], {"IdentifyLanguage": True}),
            (["--language", "de-DE"], {"LanguageCode": "de-DE"}),
            (
                ["--candidate", "de-DE", "--candidate", "en-GB"],
                {"IdentifyLanguage": True, "LanguageOptions": ["de-DE", "en-GB"]},
            ),
            (
                ["--language", "en-US", "--speakers"],
                {"LanguageCode": "en-US", "Settings": {"ShowSpeakerLabels": True, "MaxSpeakerLabels": 10}},
            ),
            (
                ["--language", "en-US", "--speakers=3"],
                {"LanguageCode": "en-US", "Settings": {"ShowSpeakerLabels": True, "MaxSpeakerLabels": 3}},
            ),
        ],
    )
    def test_the_request_says_what_was_asked(
        self, aws: Aws, transcribe: Program, talk: Path, words: list[str], asked: dict[str, object]
    ) -> None:
        assert transcribe(talk, *words).exit_code == 0
        (start,) = aws.calls_of("StartTranscriptionJob")
        name, staged = start.params["TranscriptionJobName"], start.params["Media"]["MediaFileUri"]
        assert start.params == {
            "TranscriptionJobName": name,
            "Media": {"MediaFileUri": staged},
            "MediaFormat": "wav",
            "OutputBucketName": STAGING,
            "OutputKey": f"awsml/tmp/{name}.json",
            **asked,
        }
        assert staged.startswith(f"s3://{STAGING}/awsml/tmp/")

    def test_a_number_of_speakers_without_its_sign_is_explained(self, awsml: Program, aws: Aws, tmp_path: Path) -> None:
        run = awsml("transcribe", "--speakers", "3", recording(tmp_path))
        assert (run.exit_code, "--speakers=3" in run.stderr, aws.calls) == (2, True, [])

    def test_a_document_is_not_written_to_a_terminal_and_nothing_is_paid(
        self, awsml: Program, aws: Aws, tmp_path: Path
    ) -> None:
        run = awsml("transcribe", recording(tmp_path), "-f", "docx", tty={"stdout", "stderr"})
        assert (run.exit_code, "it is binary" in run.stderr, aws.calls) == (2, True, [])

    def test_speakers_take_turns(self, aws: Aws, transcribe: Program, talk: Path) -> None:
        aws.transcripts[talk.read_bytes()] = speech("Good morning.", "Hello.")
        run = transcribe(talk, "--speakers=2")
        assert run.text == "spk_0: Good morning.\nspk_1: Hello.\n"

    @pytest.mark.parametrize(
        ("words", "error"),
        [
            (["--language", "english"], "error: Transcribe does not know the language `english`\nhint: "),
            (
                ["--language", "en_us"],
                "error: Transcribe does not know the language `en_us`\nhint: it knows en-AB, en-AU",
            ),
            (["--speakers=1"], "error: 1 speakers: Transcribe tells 2 to 30 apart\n"),
            (["--speakers=31"], "error: 31 speakers: Transcribe tells 2 to 30 apart\n"),
            (["--candidate", "en-US"], "error: Transcribe chooses among 2 to 5 candidates\nhint: repeat --candidate"),
            (["--candidate", "en-US", "--candidate", "en-US"], "error: Transcribe chooses among 2 to 5 candidates\n"),
            (["--language", "en-US", "--candidate", "de-DE", "--candidate", "es-ES"], "error: give one --language, or"),
            (["-f", "srtt"], "error: unknown format `srtt`\nhint: did you mean `srt`?\n"),
            (["-o", "json"], "error: -o takes a path, and `json` is a format\nhint: -f json"),
            (["--query", "a..b"], "error: --query cannot be used: "),
            (["-f", "srt", "--query", "items"], "error: --query does not go with -f srt\nhint: -f json"),
            (["-j", "0"], "error: invalid value for '-j' / '--jobs'"),
            (["--timeout", "-1"], "error: invalid value for '--timeout'"),
        ],
    )
    def test_words_that_cannot_be_meant_cost_nothing(
        self, aws: Aws, transcribe: Program, talk: Path, words: list[str], error: str
    ) -> None:
        run = transcribe(talk, *words)
        assert (run.exit_code, run.stdout, aws.calls) == (2, b"", [])
        assert run.stderr.startswith(error)


class TestFormats:
    def test_every_format_says_the_same(self, aws: Aws, transcribe: Program, talk: Path) -> None:
        document: list[bytes] = []
        aws.respond("s3", "GetObject", lambda params: document.append(aws.objects(STAGING)[params["Key"]]))
        runs = {name: transcribe(talk, "-f", name) for name in FORMATS}
        assert {name: (run.exit_code, run.stderr) for name, run in runs.items()} == dict.fromkeys(runs, (0, ""))
        assert [runs["raw"].stdout] == document
        assert runs["text"].text == runs["txt"].text == f"{SAID}\n"
        assert "".join(runs["srt"].text.splitlines()[2:]).replace("\n", " ") == SAID
        assert " ".join(cue.text for cue in webvtt.from_buffer(io.StringIO(runs["vtt"].text))) == SAID
        for whole in (json.loads(runs["json"].text), json.loads(runs["jsonl"].text), yaml.safe_load(runs["yaml"].text)):
            assert (whole["transcript"], whole["language_code"], len(whole["items"])) == (SAID, "en-US", 5)
        assert [row["text"] for row in csv.DictReader(io.StringIO(runs["csv"].text))] == [SAID]
        assert [row["text"] for row in csv.DictReader(io.StringIO(runs["tsv"].text), delimiter="\t")] == [SAID]
        assert "transcript" in runs["table"].text
        assert aws.operations == WHOLE_PATH  # all but the first came from what was kept

    def test_a_query_is_asked_of_the_record_and_with_raw_of_aws_s_document(
        self, aws: Aws, transcribe: Program, talk: Path
    ) -> None:
        asked = {
            "record": transcribe(talk, "--query", "items[0].content").text,
            "as json": transcribe(talk, "-f", "json", "--query", "items[:2].content").text,
            "raw": transcribe(talk, "-f", "raw", "--query", "results.transcripts[0].transcript").text,
            "nothing": transcribe(talk, "--query", "no_such_key").text,
            "as csv": transcribe(talk, "-f", "csv", "--query", "items[:2].[content, start_time]").text,
        }
        assert asked.pop("as csv") == "Good,0.0\nmorning.,0.4\n"
        assert asked == {
            "record": "Good\n",
            "as json": '[\n  "Good",\n  "morning."\n]\n',
            "raw": f'"{SAID}"\n',
            "nothing": "\n",
        }

    def test_another_format_is_free_and_fresh_is_not(
        self, aws: Aws, transcribe: Program, talk: Path, clock: FakeClock
    ) -> None:
        transcribe(talk)
        clock.advance(10)
        transcribe(talk, "--fresh")
        starts = [call.params["TranscriptionJobName"] for call in aws.calls_of("StartTranscriptionJob")]
        assert (len(set(starts)), nothing_is_left(aws)) == (2, True)

    def test_other_options_are_another_question(self, aws: Aws, transcribe: Program, talk: Path) -> None:
        for words in ([], ["--language", "en-US"], ["--speakers=2"], ["--speakers=3"]):
            transcribe(talk, *words)
        assert len(aws.calls_of("StartTranscriptionJob")) == 4

    def test_without_cache_nothing_is_kept_here(self, aws: Aws, transcribe: Program, talk: Path) -> None:
        assert transcribe(talk, "--no-cache").text == f"{SAID}\n"
        kept = [path for path in Path.home().rglob("*") if path.is_file() and SAID.encode() in path.read_bytes()]
        assert (kept, nothing_is_left(aws)) == ([], True)

    def test_without_cache_what_was_paid_before_is_still_free(self, aws: Aws, transcribe: Program, talk: Path) -> None:
        transcribe(talk)
        assert transcribe(talk, "--no-cache").text == f"{SAID}\n"
        assert aws.operations == WHOLE_PATH

    def test_what_is_kept_is_for_its_owner_alone(self, aws: Aws, transcribe: Program, talk: Path) -> None:
        transcribe(talk)
        kept = [path for path in (Path.home() / ".cache").rglob("*") if path.is_file()]
        assert [path.stat().st_mode & 0o777 for path in kept] == [0o600]


class TestOutput:
    @pytest.mark.parametrize(
        ("name", "begins"),
        [
            ("talk.srt", "1\n00:00:00,000"),
            ("talk.vtt", "WEBVTT"),
            ("talk.json", "{"),
            ("talk.txt", SAID),
            ("talk.yml", "trans"),
        ],
    )
    def test_the_extension_chooses_the_format(
        self, aws: Aws, transcribe: Program, talk: Path, tmp_path: Path, name: str, begins: str
    ) -> None:
        run = transcribe(talk, "-o", tmp_path / name)
        assert (run.exit_code, run.stdout, run.stderr) == (0, b"", "")
        assert (tmp_path / name).read_text().startswith(begins)

    def test_the_format_wins_over_the_extension(
        self, aws: Aws, transcribe: Program, talk: Path, tmp_path: Path
    ) -> None:
        transcribe(talk, "-f", "vtt", "-o", tmp_path / "talk.txt")
        assert (tmp_path / "talk.txt").read_text().startswith("WEBVTT")

    def test_a_folder_mirrors_the_inputs_folders(
        self, aws: Aws, transcribe: Program, talk: Path, tmp_path: Path
    ) -> None:
        recording(tmp_path / "in", "one.wav")
        recording(tmp_path / "in", "deep/two.wav", fill=1)
        run = transcribe(tmp_path / "in", "-f", "srt", "-o", f"{tmp_path}/out/")
        made = sorted(str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*.srt"))
        assert (run.exit_code, run.stdout, made) == (0, b"", ["deep/two.srt", "one.srt"])

    def test_a_pattern_takes_the_inputs_name(self, aws: Aws, transcribe: Program, talk: Path, tmp_path: Path) -> None:
        recording(tmp_path / "in", "one.wav")
        recording(tmp_path / "in", "two.wav", fill=1)
        run = transcribe(tmp_path / "in", "-o", f"{tmp_path}/{{index}}-{{stem}}.vtt")
        assert (run.exit_code, sorted(path.name for path in tmp_path.glob("*.vtt"))) == (0, ["1-one.vtt", "2-two.vtt"])

    @pytest.mark.parametrize(
        ("output", "error"),
        [
            ("out.srt", "error: 2 inputs cannot go into one file\nhint: name a folder: -o out/, or a pattern"),
            ("{stem}.txt", "error: {first} and {second} would both be written to x.txt\nhint: -o {index}-{stem}.txt\n"),
            ("no/such/out.srt", "error: no such folder: no/such\nhint: mkdir -p no/such\n"),
        ],
    )
    def test_outputs_that_cannot_be_cost_nothing(
        self, aws: Aws, transcribe: Program, talk: Path, tmp_path: Path, output: str, error: str
    ) -> None:
        first, second = recording(tmp_path, "a/x.wav"), recording(tmp_path, "b/x.wav", fill=1)
        run = transcribe(first, second, "-o", output)
        assert (run.exit_code, run.stdout, aws.calls) == (2, b"", [])
        assert run.stderr.startswith(error.replace("{first}", str(first)).replace("{second}", str(second)))

    def test_an_output_over_an_input_is_refused(self, aws: Aws, transcribe: Program, talk: Path) -> None:
        before = talk.read_bytes()
        run = transcribe(talk, "-f", "text", "-o", talk)
        assert (run.exit_code, aws.calls, talk.read_bytes() == before) == (2, [], True)
        assert run.stderr == f"error: {talk} would be written over the input {talk}\nhint: name another -o\n"

    @pytest.mark.parametrize("output", ["{file}/", "{file}/x.txt", "{file}/x/y/"])
    def test_a_folder_that_is_a_file_is_refused_before_anything_is_paid(
        self, aws: Aws, transcribe: Program, talk: Path, tmp_path: Path, output: str
    ) -> None:
        (tmp_path / "file").write_text("mine")
        run = transcribe(talk, "-o", output.replace("{file}", str(tmp_path / "file")))
        assert (run.exit_code, run.stdout, aws.calls, (tmp_path / "file").read_text()) == (2, b"", [], "mine")
        assert run.stderr.startswith("error: ")

    def test_a_folder_without_the_right_to_write_is_refused(
        self, aws: Aws, transcribe: Program, talk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("os.access", lambda path, mode: False)
        run = transcribe(talk, "-o", f"{tmp_path}/out/")
        assert (run.exit_code, run.stderr, aws.calls) == (2, f"error: cannot write in {tmp_path}\n", [])

    def test_several_subtitles_do_not_go_into_one_stdout(self, aws: Aws, transcribe: Program, talk: Path) -> None:
        run = transcribe(talk, recording(talk.parent, "b.wav", fill=1), "-f", "srt")
        assert (run.exit_code, run.stdout, aws.calls) == (2, b"", [])
        assert run.stderr == "error: several inputs give several srt files\nhint: name a folder: -o out/\n"

    def test_the_old_file_stays_when_the_run_fails(
        self, aws: Aws, transcribe: Program, talk: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "talk.srt").write_text("old")
        aws.respond("transcribe", "StartTranscriptionJob", AwsError("BadRequestException", "no"))
        run = transcribe(talk, "-o", tmp_path / "talk.srt")
        assert (run.exit_code, (tmp_path / "talk.srt").read_text()) == (4, "old")
        assert sorted(path.name for path in tmp_path.iterdir()) == ["here", "talk.srt", "talk.wav"]

    def test_a_minus_is_stdout(self, aws: Aws, transcribe: Program, talk: Path) -> None:
        assert transcribe(talk, "-o", "-").text == f"{SAID}\n"


class TestPlans:
    def test_a_dry_run_sends_nothing_at_all(self, aws: Aws, awsml: Program, talk: Path) -> None:
        run = awsml("transcribe", talk, "s3://theirs/call.flac", "--bucket", STAGING, "--dry-run", "-f", "jsonl")
        assert run.exit_code == 0
        assert [json.loads(line) for line in run.text.splitlines()] == [
            {"operation": "s3:PutObject", "on": str(talk), "calls": 1, "units": None, "unit": None, "price": None},
            {
                "operation": "transcribe:StartTranscriptionJob",
                "on": str(talk),
                "calls": 1,
                "units": 0.25,
                "unit": "minutes",
                "price": 0.006,
            },
            {
                "operation": "transcribe:StartTranscriptionJob",
                "on": "s3://theirs/call.flac",
                "calls": 1,
                "units": None,
                "unit": None,
                "price": None,
            },
        ]
        assert aws.calls == []

    def test_a_dry_run_finds_a_bad_input(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        (tmp_path / "notes.mp3").write_text("no sound\n")
        run = awsml("transcribe", tmp_path / "notes.mp3", "--dry-run")
        assert (run.exit_code, run.stdout, aws.calls) == (2, b"", [])

    def test_a_dear_run_asks_a_person_first(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        files = [long_recording(tmp_path / f"{n}.wav", hours=3.9, fill=n) for n in range(2)]
        run = awsml("transcribe", *files, tty={"stdout", "stderr"}, answers="n\n", env={"NO_COLOR": "1"})
        assert (run.exit_code, run.stdout, aws.calls) == (2, b"", [])
        assert run.stderr == (
            "This run will cost about 11.23 USD. Go on? [y/N] "
            "error: not confirmed; nothing was sent\nhint: -y goes on without a question\n"
        )

    def test_verbose_says_each_call_on_stderr(self, aws: Aws, transcribe: Program, talk: Path) -> None:
        run = transcribe(talk, "-v")
        assert run.text == f"{SAID}\n"
        assert [line.split(":")[0] for line in run.stderr.splitlines()] == [
            "s3 HeadBucket",
            "s3 PutObject",
            "transcribe StartTranscriptionJob",
            *["transcribe GetTranscriptionJob"] * 3,
            "s3 GetObject",
            "transcribe DeleteTranscriptionJob",
            *["s3 DeleteObject"] * 2,
        ]

    def test_debug_masks_what_is_nobodys_business(self, aws: Aws, transcribe: Program, talk: Path) -> None:
        run = transcribe(talk, "--debug")
        assert run.text == f"{SAID}\n"
        assert "wJalrXUtnFEMI" not in run.stderr


class TestBadMedia:
    @pytest.mark.parametrize(
        ("name", "content", "error"),
        [
            ("none.mp3", None, "error: no such file: none.mp3\n"),
            ("empty.mp3", b"", "error: empty.mp3 is empty\n"),
            (
                "text.mp3",
                b"Dear all,\n",
                "error: text.mp3 is not audio or video: it looks like text\nhint: Transcribe reads mp3",
            ),
            ("paper.mp3", b"%PDF-1.7\n", "error: paper.mp3 is not audio or video: it looks like a PDF\n"),
            (
                "photo.mp3",
                b"\x89PNG\r\n\x1a\n\0\0",
                "error: photo.mp3 is not audio or video: it looks like a picture\n",
            ),
            ("noise.mp3", bytes(range(256)), "error: noise.mp3 is not audio or video: it looks like unknown bytes\n"),
            ("no*.mp3", None, "error: nothing matches `no*.mp3`\n"),
        ],
    )
    def test_what_is_no_media_is_told_apart_before_any_call(
        self, aws: Aws, awsml: Program, tmp_path: Path, name: str, content: bytes | None, error: str
    ) -> None:
        if content is not None:
            (tmp_path / name).write_bytes(content)
        runs = [awsml("transcribe", name, cwd=tmp_path), awsml("transcribe", name, cwd=tmp_path, tty={"stdout"})]
        assert [(run.exit_code, run.stdout, run.stderr.startswith(error)) for run in runs] == [(2, b"", True)] * 2
        assert aws.calls == []

    def test_empty_stdin_is_an_empty_input(self, aws: Aws, awsml: Program) -> None:
        run = awsml("transcribe", stdin=b"")
        assert (run.exit_code, run.stderr, aws.calls) == (2, "error: stdin is empty\n", [])

    def test_a_folder_without_media_is_named(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        (tmp_path / "notes.txt").write_text("no sound")
        run = awsml("transcribe", tmp_path)
        assert (run.exit_code, run.stderr.startswith("error: no files with mp3, "), aws.calls) == (2, True, [])

    def test_a_glob_of_folders_is_not_nothing(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        (tmp_path / "album").mkdir()
        run = awsml("transcribe", "al*", cwd=tmp_path)
        assert (run.exit_code, run.stderr) == (2, "error: nothing but folders matches `al*`\nhint: name one of them\n")

    def test_over_two_gigabytes_is_said_before_anything_is_sent(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        path = tmp_path / "long.mp4"
        with path.open("wb") as file:
            file.write(b"\0\0\0\x18ftypmp42" + bytes(64))
            file.truncate(2 * 1024**3 + 1)
        run = awsml("transcribe", path, "--dry-run")
        assert (run.exit_code, aws.calls) == (2, [])
        assert run.stderr == f"error: {path} has 2,147,483,649 bytes; Transcribe takes 2 GB\nhint: split it first\n"

    def test_five_hours_are_told_by_the_header(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        path = long_recording(tmp_path / "long.wav", hours=5)
        run = awsml("transcribe", path)
        assert (run.exit_code, aws.calls) == (2, [])
        assert run.stderr == f"error: {path} plays 5.0 h; Transcribe takes 4 h\nhint: split it first\n"

    def test_in_s3_the_size_is_looked_at_before_the_job(self, aws: Aws, awsml: Program) -> None:
        uri = aws.put(aws.bucket("theirs"), "long.mp4", b"x")
        aws.respond("s3", "HeadObject", {"ContentLength": 3 * 1024**3, "ETag": '"x"', "LastModified": 1})
        run = awsml("transcribe", uri)
        assert (run.exit_code, aws.operations) == (2, ["HeadObject"])
        assert run.stderr == f"error: {uri} has 3,221,225,472 bytes; Transcribe takes 2 GB\nhint: split it first\n"

    def test_one_bad_file_among_many_stops_nobody(
        self, aws: Aws, transcribe: Program, talk: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "bad.wav").write_text("no sound")
        run = transcribe(talk, tmp_path / "bad.wav", "--errors", tmp_path / "errors.jsonl")
        assert (run.exit_code, run.text) == (5, f"{talk}\t{SAID}\ten-US\n")
        assert run.stderr.startswith(f"error: {tmp_path}/bad.wav is not audio or video: ")
        (entry,) = [json.loads(line) for line in (tmp_path / "errors.jsonl").read_text().splitlines()]
        assert entry["input"] == str(tmp_path / "bad.wav")

    def test_a_place_for_errors_that_cannot_be_is_refused(self, aws: Aws, transcribe: Program, talk: Path) -> None:
        run = transcribe(talk, "--errors", "no/such/file")
        assert (run.exit_code, aws.calls) == (2, [])
        assert run.stderr == "error: cannot write no/such/file: No such file or directory\nhint: --errors FILE\n"


def long_recording(path: Path, *, hours: float, fill: int = 0) -> Path:
    """A WAV of so many hours at 1,000 bytes a second, sparse on disk."""
    head = bytearray(wav(0.0))
    head[28:32] = (1000).to_bytes(4, "little")
    with path.open("wb") as file:
        file.write(head + bytes((fill,)))
        file.truncate(len(head) + int(hours * 3600 * 1000))
    return path


class Web:
    """A web server on this machine: `pages` are what it has, `asked` what was asked for."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes] = {}
        self.asked: list[str] = []
        web = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                web.asked.append(self.path)
                page = web.pages.get(self.path.split("?")[0])
                self.send_response(404 if page is None else 200)
                self.send_header("Content-Length", str(len(page or b"")))
                self.end_headers()
                self.wfile.write(page or b"")

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def web() -> Iterator[Web]:
    """A web server on this machine."""
    server = Web()
    yield server
    server.server.shutdown()
    server.server.server_close()
