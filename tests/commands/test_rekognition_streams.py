"""`awsml rekognition video stream`: processors made, started, stopped, and what they see read from Kinesis."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from fakeaws import Aws, AwsError, FakeClock
from fakeaws.program import Program

ROLE = "arn:aws:iam::123456789012:role/AmazonRekognitionStream"
TOPIC = "arn:aws:sns:us-east-1:123456789012:AmazonRekognitionYard"
CLOSED = "warning: Rekognition streaming video has been closed to new customers since 2026-04-30"
ANN = {"Similarity": 97.25, "Face": {"FaceId": "00000000-0000-4000-8000-000000000001", "ExternalImageId": "ann"}}


@pytest.fixture
def video(aws: Aws) -> str:
    """The ARN of a Kinesis video stream called `door`."""
    return str(boto3.client("kinesisvideo").create_stream(StreamName="door", DataRetentionInHours=1)["StreamARN"])


@pytest.fixture
def data(aws: Aws) -> str:
    """The ARN of a Kinesis data stream of two shards."""
    client = boto3.client("kinesis")
    client.create_stream(StreamName="AmazonRekognitionFaces", ShardCount=2)
    return str(
        client.describe_stream_summary(StreamName="AmazonRekognitionFaces")["StreamDescriptionSummary"]["StreamARN"]
    )


@pytest.fixture
def stream(awsml: Program) -> Program:
    """`awsml rekognition video stream …`."""
    return lambda *words, **more: awsml("rekognition", "video", "stream", *words, **more)  # type: ignore[return-value]


@pytest.fixture
def gate(aws: Aws, stream: Program, video: str, data: str) -> str:
    """A processor that looks for faces."""
    words = ("--video", "door", "--to", data, "--role", ROLE, "--collection", "players")
    assert stream("create", "gate", *words).exit_code == 0
    aws.calls.clear()
    return "gate"


@pytest.fixture
def yard(aws: Aws, stream: Program, video: str) -> str:
    """A processor that looks for people and pets."""
    words = ("--video", "door", "--to", "s3://finds/yard/", "--role", ROLE, "--topic", TOPIC)
    assert stream("create", "yard", *words, "--labels", "person,pet", "--area", "0,0,1,0.5").exit_code == 0
    return "yard"


def seen(video: str, at: float, *faces: dict[str, Any], key: str = "a") -> None:
    """Let the processor write what it has seen."""
    about = {"StreamArn": video, "FragmentNumber": "91343852", "ProducerTimestamp": at, "FrameOffsetInSeconds": 0.5}
    found = [{"DetectedFace": {"Confidence": 99.0}, "MatchedFaces": [face] if face else []} for face in faces]
    record = {"InputInformation": {"KinesisVideo": about}, "FaceSearchResponse": found}
    boto3.client("kinesis").put_record(
        StreamName="AmazonRekognitionFaces", Data=json.dumps(record).encode(), PartitionKey=key
    )


class TestCreating:
    def test_for_faces(self, aws: Aws, stream: Program, video: str, data: str, gate: str) -> None:
        held = aws.rekognition.processors["gate"]
        assert {name: held[name] for name in ("Input", "Output", "RoleArn", "Settings")} == {
            "Input": {"KinesisVideoStream": {"Arn": video}},
            "Output": {"KinesisDataStream": {"Arn": data}},
            "RoleArn": ROLE,
            "Settings": {"FaceSearch": {"CollectionId": "players"}},
        }

    def test_for_labels(self, aws: Aws, stream: Program, yard: str) -> None:
        held = aws.rekognition.processors["yard"]
        assert held["Settings"] == {"ConnectedHome": {"Labels": ["PERSON", "PET"]}}
        assert held["Output"] == {"S3Destination": {"Bucket": "finds", "KeyPrefix": "yard"}}
        assert held["RegionsOfInterest"] == [{"BoundingBox": {"Left": 0, "Top": 0, "Width": 1, "Height": 0.5}}]

    def test_that_it_is_closed_is_said_once(self, stream: Program, gate: str) -> None:
        run = stream("ls")
        assert (run.exit_code, run.stderr.count(CLOSED)) == (0, 1)
        assert stream("ls", "-q").stderr == ""

    def test_the_same_again_is_no_failure_and_another_is(self, aws: Aws, stream: Program, data: str, gate: str) -> None:
        words = ("--video", "door", "--to", data, "--role", ROLE)
        assert stream("create", "gate", *words, "--collection", "players").exit_code == 0
        other = stream("create", "gate", *words, "--collection", "guests")
        assert (other.exit_code, "there is another processor gate" in other.stderr) == (2, True)

    @pytest.mark.parametrize(
        ("words", "complaint"),
        [
            ((), "a processor needs --video NAME"),
            (("--video", "x"), "a processor needs --to PLACE"),
            (("--video", "x", "--to", "arn:x"), "a processor needs --role ARN"),
            (("--video", "x", "--to", "arn:x", "--role", ROLE), "a processor looks for faces or for labels"),
            (
                ("--video", "x", "--to", "s3://b/c", "--role", ROLE, "--labels", "car"),
                "streams are not watched for `CAR`",
            ),
            (("--video", "x", "--to", "s3://b/c", "--role", ROLE, "--labels", "PET"), "labels are told to a topic too"),
            (
                ("--video", "x", "--to", "arn:x", "--role", ROLE, "--labels", "PET"),
                "what is found of labels goes to S3",
            ),
            (("--video", "x", "--to", "s3://b/c", "--role", ROLE, "--collection", "c"), "faces that are found go to"),
            (
                ("--video", "x", "--to", "arn:x", "--role", ROLE, "--collection", "c", "--area", "0,0,1,1"),
                "--area, --kms-key, --topic and --share-data go with --labels",
            ),
        ],
    )
    def test_what_does_not_go_together(self, aws: Aws, stream: Program, words: tuple[str, ...], complaint: str) -> None:
        run = stream("create", "gate", *words)
        assert (run.exit_code, complaint in run.stderr, aws.calls) == (2, True, [])

    def test_a_video_stream_that_is_not_there(self, aws: Aws, stream: Program) -> None:
        words = ("--video", "none", "--to", "arn:aws:kinesis:us-east-1:123456789012:stream/x", "--role", ROLE)
        run = stream("create", "gate", *words, "--collection", "players")
        assert (run.exit_code, "there is no Kinesis video stream none in us-east-1" in run.stderr) == (2, True)

    def test_dry_run(self, aws: Aws, stream: Program, video: str, data: str) -> None:
        aws.calls.clear()
        words = ("--video", "door", "--to", data, "--role", ROLE, "--collection", "players", "--dry-run")
        assert stream("create", "gate", *words).text == "rekognition:CreateStreamProcessor\tgate\t1\t\t\t\n"
        assert aws.calls == []


class TestRunning:
    def test_faces_are_looked_for_until_it_is_stopped(self, aws: Aws, stream: Program, gate: str) -> None:
        run = stream("start", gate)
        assert (run.exit_code, run.text.split("\t")[:2]) == (0, ["gate", "RUNNING"])
        assert "gate bills for each minute until `awsml rekognition video stream stop gate`" in run.stderr
        assert aws.calls_of("StartStreamProcessor")[0].params == {"Name": "gate"}
        assert stream("start", gate).exit_code == 0
        assert stream("rm", gate, "-y").exit_code == 2
        assert stream("stop", gate).text.split("\t")[1] == "STOPPED"
        assert (stream("rm", gate, "-y").exit_code, aws.rekognition.processors) == (0, {})
        assert len(aws.calls_of("StartStreamProcessor")) == 1

    def test_labels_are_looked_for_a_while(self, aws: Aws, stream: Program, yard: str, clock: FakeClock) -> None:
        assert stream("start", yard, "--seconds", "30").exit_code == 0
        (call,) = aws.calls_of("StartStreamProcessor")
        assert call.params["StopSelector"] == {"MaxDurationInSeconds": 30}
        place = call.params["StartSelector"]["KVSStreamStartSelector"]["ProducerTimestamp"]
        assert abs(place / 1000 - clock.time) < 60
        stream("stop", yard)
        stream("start", yard, "--fragment", "123")
        place = aws.calls_of("StartStreamProcessor")[-1].params["StartSelector"]
        assert place == {"KVSStreamStartSelector": {"FragmentNumber": "123"}}

    def test_faces_have_no_end(self, aws: Aws, stream: Program, gate: str) -> None:
        run = stream("start", gate, "--seconds", "5")
        assert (run.exit_code, aws.calls_of("StartStreamProcessor")) == (2, [])

    def test_one_that_fails_says_why(self, aws: Aws, stream: Program, gate: str) -> None:
        aws.rekognition.unreadable = "The role may not read the stream."
        run = stream("start", gate)
        assert (run.exit_code, "failed: The role may not read the stream." in run.stderr) == (4, True)

    def test_it_is_found_with_the_command_that_ends_it(
        self, aws: Aws, awsml: Program, stream: Program, gate: str
    ) -> None:
        stream("start", gate)
        words = ("running", "--regions", "us-east-1", "--kind", "stream-processor", "-f", "json")
        (found,) = json.loads(awsml(*words).text)
        assert awsml(*found["stop"].split()[1:]).exit_code == 0
        assert json.loads(awsml(*words).text) == []

    @pytest.mark.parametrize("name", ["StartStreamProcessor", "StopStreamProcessor", "DescribeStreamProcessor"])
    def test_throttled(self, aws: Aws, stream: Program, gate: str, name: str) -> None:
        aws.respond("rekognition", name, AwsError("ThrottlingException", "Slower.", times=5))
        assert (stream("start", gate).exit_code, stream("stop", gate).exit_code) == (0, 0)

    @pytest.mark.parametrize("verb", ["get", "start", "stop", "rm", "results"])
    def test_one_that_is_not_there(self, aws: Aws, stream: Program, verb: str) -> None:
        run = stream(verb, "none", *(["-y"] if verb == "rm" else []))
        assert (run.exit_code, "error: there is no stream processor none" in run.stderr) == (2, True)

    def test_all_are_listed(self, aws: Aws, stream: Program, gate: str, yard: str) -> None:
        for number in range(3):
            aws.rekognition.processors[f"more-{number}"] = {
                **aws.rekognition.processors["gate"],
                "Name": f"more-{number}",
            }
        rows = [line.split("\t") for line in stream("ls").text.splitlines()]
        assert [row[0] for row in rows] == ["gate", "yard", "more-0", "more-1", "more-2"]
        assert [row[3] for row in rows[:2]] == ["faces of players", "PERSON, PET"]


class TestResults:
    def test_of_all_shards_in_order(self, stream: Program, video: str, gate: str) -> None:
        for number, key in enumerate("abcdef"):
            seen(video, 1_700_000_000 + number, ANN, key=key)
        run = stream("results", gate)
        rows = [line.split("\t") for line in run.text.splitlines()]
        assert (run.exit_code, sorted(row[2] for row in rows)) == (
            0,
            [f"2023-11-14T22:13:{20 + number}.500000Z" for number in range(6)],
        )
        assert {tuple(row[:2]) for row in rows} == {("ann", "97.2")}

    def test_strangers_when_asked_for(self, stream: Program, video: str, gate: str) -> None:
        seen(video, 1_700_000_000, {}, ANN)
        assert len(stream("results", gate).text.splitlines()) == 1
        assert [line.split("\t")[0] for line in stream("results", gate, "--all-faces").text.splitlines()] == ["", "ann"]

    def test_what_others_write_there_is_not_shown(self, stream: Program, video: str, gate: str) -> None:
        seen(video + "-other", 1_700_000_000, ANN)
        boto3.client("kinesis").put_record(StreamName="AmazonRekognitionFaces", Data=b"no json", PartitionKey="a")
        assert (stream("results", gate).exit_code, stream("results", gate).stdout) == (0, b"")

    def test_raw_is_what_was_written(self, stream: Program, video: str, gate: str) -> None:
        seen(video, 1_700_000_000, ANN)
        (record,) = json.loads(stream("results", gate, "-f", "raw").text)["Records"]
        assert record["FaceSearchResponse"][0]["MatchedFaces"] == [ANN]

    def test_since_a_time(self, stream: Program, video: str, gate: str) -> None:
        seen(video, 1_700_000_000, ANN)
        assert stream("results", gate, "--since", "2100-01-01").stdout == b""
        assert len(stream("results", gate, "--since", "2000-01-01T00:00").text.splitlines()) == 1
        assert stream("results", gate, "--since", "yesterday").exit_code == 2

    def test_followed_as_it_comes(self, aws: Aws, stream: Program, video: str, gate: str, clock: FakeClock) -> None:
        seen(video, 1_700_000_000, ANN)
        waits = 0

        def later(_: float) -> None:
            nonlocal waits
            waits += 1
            if waits == 3:
                seen(video, 1_700_000_060, ANN)

        clock.during_sleep.append(later)
        run = stream("results", gate, "--follow", "--limit", "2")
        assert (run.exit_code, len(run.text.splitlines()), waits >= 3) == (0, 2, True)

    def test_followed_until_the_reader_leaves_or_ctrl_c(
        self, stream: Program, video: str, gate: str, clock: FakeClock
    ) -> None:
        seen(video, 1_700_000_000, ANN)
        seen(video, 1_700_000_001, ANN)
        assert stream("results", gate, "--follow", head=1).exit_code == 0
        clock.interrupt_in_wait(3)
        assert stream("results", gate, "--follow").exit_code == 130

    def test_a_place_that_has_expired_is_found_again(self, aws: Aws, stream: Program, video: str, gate: str) -> None:
        seen(video, 1_700_000_000, ANN)
        aws.respond("kinesis", "GetRecords", AwsError("ExpiredIteratorException", "Old."))
        assert len(stream("results", gate).text.splitlines()) == 1

    @pytest.mark.parametrize("name", ["ListShards", "GetShardIterator", "GetRecords"])
    def test_throttled(self, aws: Aws, stream: Program, video: str, gate: str, name: str) -> None:
        seen(video, 1_700_000_000, ANN)
        aws.respond("kinesis", name, AwsError("ProvisionedThroughputExceededException", "Slower.", times=6))
        assert len(stream("results", gate).text.splitlines()) == 1

    def test_a_shard_that_was_split_is_read_with_its_children(
        self, aws: Aws, stream: Program, video: str, gate: str
    ) -> None:
        seen(video, 1_700_000_000, ANN)
        client = boto3.client("kinesis")
        (first, *_) = client.list_shards(StreamName="AmazonRekognitionFaces")["Shards"]
        middle = int(first["HashKeyRange"]["EndingHashKey"]) // 2
        client.split_shard(
            StreamName="AmazonRekognitionFaces", ShardToSplit=first["ShardId"], NewStartingHashKey=str(middle)
        )
        for key in "abcdef":
            seen(video, 1_700_000_001, ANN, key=key)
        times = [line.split("\t")[2] for line in stream("results", gate).text.splitlines()]
        assert (len(times), times) == (7, sorted(times))  # the parent before its children

    def test_of_labels_it_says_where_they_are(self, stream: Program, yard: str) -> None:
        run = stream("results", yard)
        assert (run.exit_code, run.stderr.splitlines()[-1]) == (2, "hint: aws s3 ls --recursive s3://finds/yard")
