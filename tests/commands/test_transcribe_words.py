"""`awsml transcribe --hint` and `--vocab`: vocabularies that are checked, made, used, and gone again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fakeaws import Aws, AwsError, speech
from fakeaws.program import Program, Result
from recordings import STAGING, nothing_is_left, recording, sent, wav

SAID = "Doctor Gowda is here."
EN = ["--language", "en-US"]
TABLE = "Phrase\tSoundsLike\tIPA\tDisplayAs\nLos-Angeles\t\t\tLos Angeles\nF.B.I.\t\t\tFBI\n"
CALLS_WITH_A_TABLE = 17


@pytest.fixture
def talk(tmp_path: Path, aws: Aws) -> Path:
    """A recording in which SAID is said, and a bucket to stage it in."""
    aws.bucket(STAGING)
    aws.transcripts[wav()] = speech(SAID)
    return recording(tmp_path)


@pytest.fixture
def transcribe(awsml: Program, talk: Path) -> Callable[..., Result]:
    """`awsml transcribe talk.wav --language en-US --bucket staging …`."""
    return lambda *words, **options: awsml("transcribe", talk, *EN, "--bucket", STAGING, *words, **options)


def all_gone(aws: Aws) -> bool:
    """Whether AWS holds nothing of ours, vocabularies included."""
    return nothing_is_left(aws) and not aws.transcribe.vocabularies


class TestHints:
    def test_they_become_a_vocabulary_that_is_used_and_removed(
        self, aws: Aws, transcribe: Callable[..., Result]
    ) -> None:
        run = transcribe("--hint", "Gowda", "--hint", "New York", "--hint", "Gowda")
        (made,) = aws.calls_of("CreateVocabulary")
        (start,) = aws.calls_of("StartTranscriptionJob")
        assert (run.exit_code, run.text, run.stderr) == (0, f"{SAID}\n", "")
        assert (made.params["LanguageCode"], made.params["Phrases"]) == ("en-US", ["Gowda", "New-York"])
        assert start.params["Settings"] == {"VocabularyName": made.params["VocabularyName"]}
        assert all_gone(aws)

    def test_at_a_terminal_the_wait_is_seen(self, aws: Aws, transcribe: Callable[..., Result]) -> None:
        run = transcribe("--hint", "Gowda", tty={"stdout", "stderr"})
        assert (run.exit_code, run.text, "vocabulary awsml-list-" in run.stderr) == (0, f"{SAID}\n", True)

    def test_other_words_are_another_question_and_the_same_are_free(
        self, aws: Aws, transcribe: Callable[..., Result]
    ) -> None:
        for words in (["--hint", "Gowda"], ["--hint", "Gowda"], ["--hint", "Rao"], []):
            transcribe(*words)
        assert (len(aws.calls_of("StartTranscriptionJob")), len(aws.calls_of("CreateVocabulary"))) == (3, 2)
        assert all_gone(aws)

    def test_one_vocabulary_serves_all_inputs_of_a_run(self, aws: Aws, awsml: Program, talk: Path) -> None:
        others = [recording(talk.parent, f"{fill}.wav", fill=fill) for fill in range(1, 6)]
        run = awsml("transcribe", talk, *others, *EN, "--hint", "Gowda", "--bucket", STAGING, "-j", "2")
        operations = sent(aws)
        assert (run.exit_code, operations.count("CreateVocabulary"), operations.count("DeleteVocabulary")) == (0, 1, 1)
        assert all_gone(aws)

    def test_without_waiting_it_lives_as_long_as_the_job(
        self, aws: Aws, awsml: Program, transcribe: Callable[..., Result]
    ) -> None:
        job = transcribe("--hint", "Gowda", "--no-wait").text.strip()
        alive = len(aws.transcribe.vocabularies)
        run = awsml("transcribe", "jobs", "result", job)
        assert (alive, run.text, len(aws.transcribe.vocabularies)) == (1, f"{SAID}\n", 0)

    def test_an_input_in_s3_needs_no_bucket_for_them(self, aws: Aws, awsml: Program, talk: Path) -> None:
        uri = aws.put(aws.bucket("theirs"), "one.wav", talk.read_bytes())
        run = awsml("transcribe", uri, *EN, "--hint", "Gowda")
        assert (run.exit_code, run.text, "HeadBucket" in aws.operations, all_gone(aws)) == (0, f"{SAID}\n", False, True)


class TestFiles:
    def test_a_list(self, aws: Aws, transcribe: Callable[..., Result], tmp_path: Path) -> None:
        (tmp_path / "names.txt").write_bytes(b"\xef\xbb\xbfGowda\r\n\r\nRao\r\n")
        run = transcribe("--vocab", tmp_path / "names.txt", "--hint", "Ann")
        (made,) = aws.calls_of("CreateVocabulary")
        assert (run.exit_code, made.params["Phrases"], all_gone(aws)) == (0, ["Ann", "Gowda", "Rao"], True)

    def test_a_table_goes_over_s3(self, aws: Aws, transcribe: Callable[..., Result], tmp_path: Path) -> None:
        (tmp_path / "names.tsv").write_text(TABLE)
        staged: list[bytes] = []
        aws.respond(
            "transcribe",
            "CreateVocabulary",
            lambda params: staged.append(
                aws.objects(STAGING)[params["VocabularyFileUri"].removeprefix(f"s3://{STAGING}/")]
            ),
        )
        run = transcribe("--vocab", tmp_path / "names.tsv", "--hint", "Gowda")
        assert (run.exit_code, run.text, all_gone(aws)) == (0, f"{SAID}\n", True)
        assert staged == [f"{TABLE}Gowda\t\t\t\n".encode()]

    @pytest.mark.parametrize(
        ("content", "error"),
        [
            ("", "FILE holds no words"),
            ("Gowda\nNew York\n", "FILE, line 2: a blank in `New York`\nhint: hyphens instead: New-York"),
            ("Gowda\n\nR2D2\n", "FILE, line 3: a digit in `R2D2`\nhint: write numbers in words"),
            ("Gowda\nC&A\n", "FILE, line 2: the character `&` (U+0026) in `C&A` is not allowed"),
            (
                "Gowda\nRao\tRow\n",
                "FILE, line 2: a tab in a list\nhint: a table begins with the head Phrase, SoundsLike",
            ),
            ("x" * 257, "FILE, line 1: a phrase of 257 characters; 256 are allowed"),
            ("\n".join("abcdefghij" + chr(97 + n % 26) * (n % 200) for n in range(800)), "FILE: 8"),
            ("Word\tDisplayAs\nGowda\t\n", "FILE, line 1: the head of a vocabulary's table is Phrase, SoundsLike, IPA"),
            ("Phrase\tDisplayAs\nLos Angeles\tL.A.\n", "FILE, line 2: a blank in `Los Angeles`"),
            ("Phrase\tDisplayAs\n\tL.A.\n", "FILE, line 2: the phrase is missing"),
            ("Phrase\tDisplayAs\nA\tB\tC\n", "FILE, line 2: 3 columns, and the head has 2"),
            ("Phrase\tDisplayAs\n", "FILE holds no words"),
        ],
    )
    def test_what_transcribe_would_refuse_is_named_with_its_line(
        self, aws: Aws, transcribe: Callable[..., Result], tmp_path: Path, content: str, error: str
    ) -> None:
        (tmp_path / "words").write_text(content)
        run = transcribe("--vocab", tmp_path / "words")
        assert (run.exit_code, run.stdout, aws.calls) == (2, b"", [])
        assert run.stderr.replace(str(tmp_path / "words"), "FILE").startswith(f"error: {error}")

    @pytest.mark.parametrize(
        ("words", "error"),
        [
            (["--hint", "R2D2"], "the hint `R2D2`: a digit in `R2D2`"),
            (["--hint", ""], "the hint ``: the phrase is missing"),
            (
                ["--hint", "Rao", "--vocabulary", "names"],
                "give --vocabulary, or --hint and --vocab, not both: a job has one vocabulary",
            ),
            (["--hint", "Rao", "--language", "auto"], "--hint and --vocab need a language that is known beforehand"),
            (["--hint", "Rao", "--toxicity"], "--toxicity does not go with --hint or --vocab"),
            (["--vocab", "no-such-file"], "cannot read no-such-file: No such file or directory"),
        ],
    )
    def test_words_that_cannot_be_meant(
        self, aws: Aws, transcribe: Callable[..., Result], words: list[str], error: str
    ) -> None:
        run = transcribe(*words)
        assert (run.exit_code, run.stdout, aws.calls, run.stderr.splitlines()[0]) == (2, b"", [], f"error: {error}")


class TestTrouble:
    def test_a_vocabulary_that_fails_gives_its_reason_and_leaves_nothing(
        self, aws: Aws, transcribe: Callable[..., Result]
    ) -> None:
        aws.transcribe.refused_words = {"Gowda"}
        run = transcribe("--hint", "Gowda")
        assert (run.exit_code, run.stdout, all_gone(aws)) == (4, b"", True)
        assert run.stderr.splitlines()[0].endswith(" failed: The phrase Gowda is not allowed.")

    def test_a_job_that_is_refused_leaves_no_vocabulary(self, aws: Aws, transcribe: Callable[..., Result]) -> None:
        aws.respond("transcribe", "StartTranscriptionJob", AwsError("AccessDeniedException", "No.", status=403))
        assert (transcribe("--hint", "Gowda").exit_code, all_gone(aws)) == (4, True)

    def test_throttling_is_waited_for(self, aws: Aws, transcribe: Callable[..., Result]) -> None:
        for operation in ("CreateVocabulary", "GetVocabulary", "DeleteVocabulary"):
            aws.respond("transcribe", operation, AwsError("LimitExceededException", "Slower.", status=429, times=4))
        run = transcribe("--hint", "Gowda")
        assert (run.exit_code, run.text, run.stderr, all_gone(aws)) == (0, f"{SAID}\n", "", True)

    def test_a_removal_that_is_denied_is_said_and_done_by_the_next_run(
        self, aws: Aws, transcribe: Callable[..., Result]
    ) -> None:
        aws.respond("transcribe", "DeleteVocabulary", AwsError("AccessDeniedException", "No.", status=403))
        first = transcribe("--hint", "Gowda")
        again = transcribe("--hint", "Gowda")
        assert (first.exit_code, first.text, again.text, all_gone(aws)) == (0, f"{SAID}\n", f"{SAID}\n", True)
        assert first.stderr.startswith("warning: the vocabulary awsml-list-")

    def test_ctrl_c_while_it_is_made_leaves_nothing(self, aws: Aws, transcribe: Callable[..., Result]) -> None:
        aws.clock.interrupt_in_wait()
        assert (transcribe("--hint", "Gowda").exit_code, all_gone(aws)) == (130, True)

    def test_ctrl_c_while_the_job_runs_leaves_it_its_vocabulary(
        self, aws: Aws, transcribe: Callable[..., Result]
    ) -> None:
        aws.clock.interrupt_in_wait(2)
        stopped = transcribe("--hint", "Gowda")
        alive = len(aws.transcribe.vocabularies)
        run = transcribe("--hint", "Gowda")
        assert (stopped.exit_code, alive, run.text, all_gone(aws)) == (130, 1, f"{SAID}\n", True)

    @pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
    @pytest.mark.parametrize("number", range(1, CALLS_WITH_A_TABLE + 1))
    def test_killed_at_any_call_and_repeated(
        self, aws: Aws, transcribe: Callable[..., Result], tmp_path: Path, number: int, after: bool
    ) -> None:
        (tmp_path / "names.tsv").write_text(TABLE)
        aws.kill_at(number, after=after)
        killed = transcribe("--vocab", tmp_path / "names.tsv")
        repeated = transcribe("--vocab", tmp_path / "names.tsv")
        assert (killed.killed, repeated.exit_code, repeated.text, repeated.stderr) == (True, 0, f"{SAID}\n", "")
        assert (sent(aws).count("StartTranscriptionJob"), all_gone(aws)) == (1, True)
