"""What goes wrong at AWS while a recording is transcribed, at each operation of the way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fakeaws import Aws, AwsError, Failure, HalfAnswer, Hang, Raw, Refused, Reset, speech, wire
from fakeaws.faults import Fault
from fakeaws.program import Program, Result
from recordings import STAGING, nothing_is_left, recording, sent, wav

SAID = "Good morning."
PATH = [
    ("s3", "HeadBucket"),
    ("s3", "HeadObject"),
    ("s3", "PutObject"),
    ("transcribe", "StartTranscriptionJob"),
    ("transcribe", "GetTranscriptionJob"),
    ("s3", "GetObject"),
    ("transcribe", "DeleteTranscriptionJob"),
    ("s3", "DeleteObject"),
]
BEFORE_THE_JOB = PATH[:4]
PORTAL = b"<html><body>Welcome to the hotel</body></html>"

operation = pytest.mark.parametrize(("service", "name"), PATH, ids=[name for _, name in PATH])


@pytest.fixture
def talk(tmp_path: Path, aws: Aws) -> Path:
    """A recording in which SAID is said, and a bucket to stage it in."""
    aws.bucket(STAGING)
    aws.transcripts[wav()] = speech(SAID)
    return recording(tmp_path)


@pytest.fixture
def transcribe(awsml: Program, talk: Path) -> Callable[..., Result]:
    """`awsml transcribe talk.wav --bucket staging …`."""
    return lambda *words, **options: awsml("transcribe", talk, "--bucket", STAGING, *words, **options)


def done_once(aws: Aws, run: Result) -> bool:
    """Whether RUN gave the transcript, with one job, one upload and nothing left."""
    operations = sent(aws)
    return (
        run.exit_code == 0
        and run.text == f"{SAID}\n"
        and (operations.count("StartTranscriptionJob"), operations.count("PutObject")) == (1, 1)
        and nothing_is_left(aws)
    )


class TestPassing:
    """What passes is waited for, and nobody hears of it."""

    @operation
    @pytest.mark.parametrize("times", [3, 9], ids=["three times", "for a while"])
    def test_throttled(self, aws: Aws, transcribe: Callable[..., Result], service: str, name: str, times: int) -> None:
        code = {"s3": "SlowDown", "transcribe": "ThrottlingException"}[service]
        aws.respond(service, name, AwsError(code, "Slower.", status=503 if service == "s3" else None, times=times))
        run = transcribe()
        assert done_once(aws, run)
        assert run.stderr == ""

    @operation
    def test_too_many_requests(self, aws: Aws, transcribe: Callable[..., Result], service: str, name: str) -> None:
        aws.respond(service, name, AwsError("TooManyRequestsException", "Slower.", status=429, times=4))
        assert done_once(aws, transcribe())

    @operation
    @pytest.mark.parametrize(
        "fault",
        [AwsError("InternalError", "Oops.", status=500), Reset(), Hang()],
        ids=["500", "reset", "hanging"],
    )
    def test_once(self, aws: Aws, transcribe: Callable[..., Result], service: str, name: str, fault: Fault) -> None:
        fault.times = 1
        aws.respond(service, name, fault)
        run = transcribe()
        assert done_once(aws, run)
        assert run.stderr == ""

    @pytest.mark.parametrize("fault", [HalfAnswer(), Raw(PORTAL), Raw(b"")], ids=["half", "portal", "empty"])
    def test_an_answer_that_is_not_whole_is_asked_for_again(
        self, aws: Aws, transcribe: Callable[..., Result], fault: Fault
    ) -> None:
        fault.times = 1
        aws.respond("transcribe", "GetTranscriptionJob", fault)
        assert done_once(aws, transcribe())

    def test_a_page_of_a_hotel_is_no_answer_to_an_operation_that_says_nothing(self, aws: Aws, awsml: Program) -> None:
        aws.respond("transcribe", "DeleteTranscriptionJob", Raw(PORTAL, times=3))
        run = awsml("transcribe", "jobs", "rm", "old", "-y")
        assert (run.exit_code, "DeleteTranscriptionJob cannot be used: it is not the JSON" in run.stderr) == (4, True)

    def test_a_start_whose_answer_is_not_whole_is_known_when_it_is_asked_for_again(
        self, aws: Aws, transcribe: Callable[..., Result]
    ) -> None:
        aws.respond("transcribe", "StartTranscriptionJob", HalfAnswer())
        run = transcribe()
        assert done_once(aws, run)

    def test_a_result_cut_short_is_fetched_again(self, aws: Aws, transcribe: Callable[..., Result]) -> None:
        aws.respond("s3", "GetObject", HalfAnswer(times=2))
        assert done_once(aws, transcribe())

    def test_a_large_file_throttled_is_uploaded_whole(self, aws: Aws, awsml: Program, talk: Path) -> None:
        staged: list[bytes] = []
        content = wav() + bytes(9 * 1024**2)
        talk.write_bytes(content)
        aws.transcripts[content] = speech(SAID)
        aws.respond("s3", "UploadPart", AwsError("SlowDown", "Slower.", status=503, times=7))
        aws.respond("transcribe", "StartTranscriptionJob", lambda _: staged.extend(aws.objects(STAGING).values()))
        run = awsml("transcribe", talk, "--bucket", STAGING)
        assert (run.exit_code, run.text, staged == [content], nothing_is_left(aws)) == (0, f"{SAID}\n", True, True)


class TestStaying:
    """What does not pass ends the run with AWS's words; what was staged in vain is removed, and a repetition goes on."""

    @pytest.mark.parametrize(("service", "name"), BEFORE_THE_JOB, ids=[name for _, name in BEFORE_THE_JOB])
    @pytest.mark.parametrize(
        "fault", [AwsError("InternalError", "Oops.", status=500), Reset(), Refused()], ids=["500", "reset", "refused"]
    )
    def test_before_the_job_runs_nothing_stays(
        self, aws: Aws, transcribe: Callable[..., Result], service: str, name: str, fault: Fault
    ) -> None:
        fault.times = 3
        aws.respond(service, name, fault)
        failed = transcribe()
        left = nothing_is_left(aws)
        repeated = transcribe()
        assert (failed.exit_code, failed.stdout, left) == (4, b"", True)
        assert (repeated.exit_code, repeated.text, nothing_is_left(aws)) == (0, f"{SAID}\n", True)

    @pytest.mark.parametrize("name", ["GetTranscriptionJob", "GetObject"])
    def test_while_the_job_runs_a_repetition_picks_it_up(
        self, aws: Aws, transcribe: Callable[..., Result], name: str
    ) -> None:
        service = "s3" if name == "GetObject" else "transcribe"
        aws.respond(service, name, AwsError("InternalError", "Oops.", status=500, times=3))
        failed = transcribe()
        assert (failed.exit_code, failed.stdout) == (4, b"")
        assert done_once(aws, transcribe())

    @pytest.mark.parametrize("fault", [HalfAnswer(), Raw(PORTAL), Raw(b"")], ids=["half", "portal", "empty"])
    def test_an_answer_that_is_never_whole_is_no_empty_result(
        self, aws: Aws, transcribe: Callable[..., Result], fault: Fault
    ) -> None:
        fault.times = 3
        aws.respond("transcribe", "GetTranscriptionJob", fault)
        failed = transcribe()
        assert (failed.exit_code, failed.stdout) == (4, b"")
        assert failed.stderr.startswith("error: the answer of transcribe GetTranscriptionJob cannot be used: ")
        assert done_once(aws, transcribe())

    def test_a_start_whose_answer_never_came_whole_is_found_again(
        self, aws: Aws, transcribe: Callable[..., Result]
    ) -> None:
        aws.respond("transcribe", "StartTranscriptionJob", HalfAnswer(), Reset(2))
        transcribe()
        assert done_once(aws, transcribe())

    def test_a_result_that_never_comes_whole_is_no_transcript(
        self, aws: Aws, transcribe: Callable[..., Result]
    ) -> None:
        aws.respond("s3", "GetObject", HalfAnswer(times=3))
        failed = transcribe()
        assert (failed.exit_code, failed.stdout) == (4, b"")
        assert done_once(aws, transcribe())

    def test_a_document_that_is_no_transcript_is_refused_and_not_kept(
        self, aws: Aws, awsml: Program, talk: Path, transcribe: Callable[..., Result]
    ) -> None:
        aws.transcripts[talk.read_bytes()] = b"{}"
        refused = transcribe()
        ((key, _),) = [item for item in aws.objects(STAGING).items() if item[0].endswith(".json")]
        aws.put(STAGING, key, b'{"results": {"transcripts": [{"transcript": "Good morning."}], "items": []}}')
        assert (refused.exit_code, refused.stdout) == (4, b"")
        assert refused.stderr.startswith("error: the result of transcribe:us-east-1:awsml-")
        assert done_once(aws, transcribe())


class TestRefusals:
    @pytest.mark.parametrize(
        ("service", "name", "action"),
        [
            ("s3", "HeadBucket", "s3:ListBucket"),
            ("s3", "HeadObject", "s3:GetObject"),
            ("s3", "PutObject", "s3:PutObject"),
            ("transcribe", "StartTranscriptionJob", "transcribe:StartTranscriptionJob"),
            ("transcribe", "GetTranscriptionJob", "transcribe:GetTranscriptionJob"),
            ("s3", "GetObject", "s3:GetObject"),
        ],
    )
    def test_denied_names_the_permission_and_the_request(
        self, aws: Aws, transcribe: Callable[..., Result], service: str, name: str, action: str
    ) -> None:
        code = {"s3": "AccessDenied", "transcribe": "AccessDeniedException"}[service]
        aws.respond(service, name, AwsError(code, "User is not allowed.", status=403))
        run = transcribe()
        assert (run.exit_code, run.stdout) == (4, b"")
        error, hint = run.stderr.splitlines()
        assert error.startswith(f"error: {service} {name} was refused: ")
        assert "(request id " in error
        assert hint == f"hint: the IAM action `{action}` is missing for this identity"

    def test_the_action_that_aws_names_is_believed(self, aws: Aws, transcribe: Callable[..., Result]) -> None:
        said = "User: arn:aws:iam::123456789012:user/me is not authorized to perform: iam:PassRole because no policy allows it"
        aws.respond("transcribe", "StartTranscriptionJob", AwsError("AccessDeniedException", said))
        run = transcribe()
        assert run.stderr.endswith("hint: the IAM action `iam:PassRole` is missing for this identity\n")
        assert nothing_is_left(aws)

    @pytest.mark.parametrize("name", ["DeleteTranscriptionJob", "DeleteObject"])
    def test_a_removal_that_is_denied_costs_a_warning_and_not_the_transcript(
        self, aws: Aws, transcribe: Callable[..., Result], name: str
    ) -> None:
        service = "s3" if name == "DeleteObject" else "transcribe"
        aws.respond(service, name, AwsError("AccessDenied", "No.", status=403))
        first = transcribe()
        assert (first.exit_code, first.text) == (0, f"{SAID}\n")
        assert first.stderr.startswith("warning: something of transcribe:us-east-1:awsml-")
        assert f"the IAM action `{service}:{name}` is missing for this identity\n" in first.stderr
        assert done_once(aws, transcribe())  # the next run removes it

    @pytest.mark.parametrize(
        ("code", "hint"),
        [
            ("ExpiredTokenException", "hint: the credentials have expired: run `aws sso login`"),
            ("UnrecognizedClientException", "hint: AWS does not know these credentials"),
            ("InvalidSignatureException", "hint: check the machine's clock"),
        ],
    )
    def test_credentials_that_do_not_hold(
        self, aws: Aws, transcribe: Callable[..., Result], code: str, hint: str
    ) -> None:
        aws.respond("transcribe", "StartTranscriptionJob", AwsError(code, "No.", status=403))
        run = transcribe()
        assert (run.exit_code, run.stdout, nothing_is_left(aws)) == (4, b"", True)
        assert run.stderr.splitlines()[1].startswith(hint)

    def test_what_all_inputs_would_meet_stops_the_run_at_once(self, aws: Aws, awsml: Program, talk: Path) -> None:
        others = [recording(talk.parent, f"{fill}.wav", fill=fill) for fill in range(1, 20)]
        denied = AwsError("AccessDeniedException", "No.", status=403)
        aws.respond("transcribe", "StartTranscriptionJob", lambda _: denied)
        run = awsml("transcribe", talk, *others, "--bucket", STAGING, "-j", "1")
        assert (run.exit_code, run.stdout, aws.operations.count("StartTranscriptionJob")) == (4, b"", 1)
        assert nothing_is_left(aws)

    def test_a_failed_job_gives_its_reason_and_leaves_nothing(
        self, aws: Aws, talk: Path, transcribe: Callable[..., Result]
    ) -> None:
        aws.transcripts[talk.read_bytes()] = Failure(
            "The media format provided does not match the detected media format."
        )
        run = transcribe()
        assert (run.exit_code, run.stdout, nothing_is_left(aws)) == (4, b"", True)
        error, hint = run.stderr.splitlines()
        assert error.startswith(f"error: {talk}: the transcription job awsml-")
        assert error.endswith(" failed: The media format provided does not match the detected media format.")
        assert hint == "hint: convert it first, for example: ffmpeg -i FILE -ac 1 -ar 16000 out.flac"

    def test_a_failed_job_is_started_anew_when_the_run_is_repeated(
        self, aws: Aws, talk: Path, transcribe: Callable[..., Result]
    ) -> None:
        aws.transcripts[talk.read_bytes()] = Failure("Internal failure.")
        transcribe()
        aws.transcripts[talk.read_bytes()] = speech(SAID)
        run = transcribe()
        assert (run.exit_code, run.text, nothing_is_left(aws)) == (0, f"{SAID}\n", True)


class TestAddresses:
    """The result at an address that AWS gives for a while: inputs that already lie in S3."""

    @pytest.fixture
    def uri(self, aws: Aws, talk: Path) -> str:
        return aws.put(aws.bucket("theirs"), "one.wav", talk.read_bytes())

    def test_one_that_expired_is_renewed(self, aws: Aws, awsml: Program, uri: str) -> None:
        aws.web = Closed(times=1)
        run = awsml("transcribe", uri)
        assert (run.exit_code, run.text) == (0, f"{SAID}\n")
        assert len(aws.calls_of("GetTranscriptionJob")) == 4  # one more, for a new address

    def test_one_that_gives_nothing_but_errors_is_an_error(self, aws: Aws, awsml: Program, uri: str) -> None:
        aws.web = Closed(times=3)
        run = awsml("transcribe", uri)
        assert (run.exit_code, run.stdout) == (4, b"")
        assert run.stderr == (
            "error: the result could not be fetched: HTTP 403\n"
            "hint: run the same command again; the job is not started a second time\n"
        )

    def test_an_object_that_is_not_there(self, aws: Aws, awsml: Program, uri: str) -> None:
        run = awsml("transcribe", "s3://theirs/none.wav")
        assert (run.exit_code, run.stderr) == (2, "error: there is no object s3://theirs/none.wav\n")

    def test_a_bucket_that_is_not_there(self, aws: Aws, awsml: Program) -> None:
        run = awsml("transcribe", "s3://nobodys/none.wav")
        assert (run.exit_code, run.stdout) == (2, b"")

    @pytest.mark.parametrize("uri", ["s3://", "s3://theirs", "s3://theirs/"])
    def test_an_address_without_a_key(self, aws: Aws, awsml: Program, uri: str) -> None:
        run = awsml("transcribe", uri)
        assert (run.exit_code, run.stderr, aws.calls) == (
            2,
            f"error: `{uri}` is not an object in S3\nhint: s3://BUCKET/KEY\n",
            [],
        )

    def test_an_input_in_another_region(self, aws: Aws, awsml: Program, talk: Path) -> None:
        uri = aws.put(aws.bucket("far", "eu-west-1"), "one.wav", talk.read_bytes())
        run = awsml("transcribe", uri)
        assert (run.exit_code, run.stdout) == (3, b"")
        assert run.stderr.splitlines()[-1] == "hint: --region with the region of its bucket"


class Closed(dict[str, Any]):
    """A web where the first so many questions are refused."""

    def __init__(self, *, times: int) -> None:
        super().__init__()
        self.times = times

    def get(self, key: str, default: Any = None) -> Any:
        if "?" not in key or self.times == 0:  # the fake looks for the address with and without its signature
            return super().get(key, default)
        self.times -= 1
        return wire.Reply(403, b"<Error><Code>AccessDenied</Code></Error>")


class TestBuckets:
    def test_one_that_is_not_there(self, aws: Aws, awsml: Program, talk: Path) -> None:
        run = awsml("transcribe", talk, "--bucket", "none")
        assert (run.exit_code, run.stdout, aws.operations) == (3, b"", ["HeadBucket"])
        assert run.stderr == "error: there is no bucket none\nhint: awsml setup bucket none\n"

    def test_one_in_another_region(self, aws: Aws, awsml: Program, talk: Path) -> None:
        aws.bucket("far", "eu-west-1")
        run = awsml("transcribe", talk, "--bucket", "far")
        assert (run.exit_code, run.stdout, "PutObject" in aws.operations) == (3, b"", False)
        assert run.stderr == (
            "error: the bucket far is in eu-west-1, and this run is in us-east-1: AWS needs both in one region\n"
            "hint: --region eu-west-1, or another --bucket\n"
        )

    def test_without_one_nobody_to_ask_is_a_refusal(self, aws: Aws, awsml: Program, talk: Path) -> None:
        run = awsml("transcribe", "--via", "batch", talk)
        assert (run.exit_code, run.stdout, aws.operations) == (3, b"", ["GetCallerIdentity", "HeadBucket"])
        assert run.stderr == (
            "error: AWS has to read this input from S3, and there is no bucket for it\n"
            "hint: awsml setup bucket (makes a private one), or --bucket NAME\n"
        )

    def test_a_person_who_says_no_gets_the_same_refusal(self, aws: Aws, awsml: Program, talk: Path) -> None:
        run = awsml("transcribe", "--via", "batch", talk, tty={"stdout", "stderr"}, answers="n\n")
        assert (run.exit_code, run.stdout, "CreateBucket" in aws.operations) == (3, b"", False)
        assert "Make the private S3 bucket awsml-123456789012-us-east-1 for staging? [y/N] " in run.stderr

    def test_a_person_who_says_yes_gets_a_private_bucket(self, aws: Aws, awsml: Program, talk: Path) -> None:
        run = awsml("transcribe", "--via", "batch", talk, tty={"stdout", "stderr"}, answers="y\n")
        assert (run.exit_code, run.text) == (0, f"{SAID}\n")
        assert [name for name in aws.operations if "Bucket" in name or "Block" in name][1:] == [
            "CreateBucket",
            "PutPublicAccessBlock",
            "PutBucketEncryption",
            "PutBucketLifecycleConfiguration",
        ]
        assert nothing_is_left(aws, "awsml-123456789012-us-east-1")

    def test_a_yes_beforehand_asks_nobody(self, aws: Aws, awsml: Program, talk: Path) -> None:
        run = awsml("transcribe", "--via", "batch", talk, "-y")
        assert (run.exit_code, run.text, run.stderr) == (0, f"{SAID}\n", "")

    def test_many_inputs_ask_once(self, aws: Aws, awsml: Program, talk: Path) -> None:
        others = [recording(talk.parent, f"{fill}.wav", fill=fill) for fill in range(1, 6)]
        run = awsml("transcribe", "--via", "batch", talk, *others, tty={"stderr"}, answers="y\nn\nn\nn\nn\n")
        assert (
            run.exit_code,
            run.stderr.count("Make the private S3 bucket"),
            aws.operations.count("CreateBucket"),
        ) == (0, 1, 1)


class TestSetUp:
    def test_no_credentials(self, aws: Aws, awsml: Program, talk: Path) -> None:
        run = awsml(
            "transcribe", "--via", "batch", talk, env={"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}
        )
        assert (run.exit_code, run.stdout, aws.calls) == (3, b"", [])
        assert run.stderr == (
            "error: no AWS credentials found\n"
            "hint: run `aws configure` or `aws sso login`, name a profile with --profile, or work here with --local\n"
        )

    def test_no_region(self, aws: Aws, awsml: Program, talk: Path) -> None:
        run = awsml("transcribe", "--via", "batch", talk, env={"AWS_DEFAULT_REGION": None})
        assert (run.exit_code, run.stdout, aws.calls) == (3, b"", [])
        assert run.stderr == (
            "error: no AWS region is set\n"
            "hint: give --region, set AWS_REGION, or run `awsml config set region us-east-1`\n"
        )

    def test_a_profile_that_there_is_not(self, aws: Aws, awsml: Program, talk: Path) -> None:
        run = awsml("transcribe", "--via", "batch", talk, "--profile", "nobody")
        assert (run.exit_code, run.stdout, aws.calls) == (3, b"", [])
        assert run.stderr == (
            "error: the config profile (nobody) could not be found\n"
            "hint: `aws configure list-profiles` lists the profiles there are\n"
        )

    def test_a_region_that_is_no_region(self, aws: Aws, awsml: Program, talk: Path) -> None:
        run = awsml("transcribe", "--via", "batch", talk, "--region", "not a region")
        assert (run.exit_code in (2, 3), run.stdout, aws.calls, "bug" in run.stderr) == (True, b"", [], False)

    def test_a_state_folder_that_cannot_be_made(self, aws: Aws, awsml: Program, talk: Path, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        run = awsml("transcribe", talk, "--bucket", STAGING, env={"XDG_STATE_HOME": str(tmp_path / "file")})
        assert (run.exit_code, run.stdout, "PutObject" in aws.operations) == (3, b"", False)
        assert run.stderr.startswith(f"error: cannot make the folder {tmp_path}/file/awsml: ")

    def test_a_cache_that_cannot_be_written_costs_a_warning_and_aws_keeps_the_answer(
        self, aws: Aws, awsml: Program, talk: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "file").write_text("")
        run = awsml("transcribe", talk, "--bucket", STAGING, env={"XDG_CACHE_HOME": str(tmp_path / "file")})
        assert (run.exit_code, run.text, len(aws.jobs)) == (0, f"{SAID}\n", 1)
        assert run.stderr.startswith("warning: cannot keep the answer in ")
        assert done_once(aws, awsml("transcribe", talk, "--bucket", STAGING))
