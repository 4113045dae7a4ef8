"""`awsml rekognition video`: any video in, what is seen in it out, nothing left at AWS."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from fakeaws import Aws, AwsError, FakeClock
from fakeaws.program import Program
from fakeaws.rekognition_video import label, moderated
from movies import STAGING, box, film, movie, nothing_is_left, track

KINDS = ("labels", "faces", "celebrities", "moderation", "text", "segments")
TOPIC, ROLE = "arn:aws:sns:us-east-1:123456789012:AmazonRekognitionDone", "arn:aws:iam::123456789012:role/tell"
SEEN = "Person\t95.5\t00:00:00.000\t00:00:00.000\t\t2\n"


@pytest.fixture(autouse=True)
def _bucket(aws: Aws) -> None:
    aws.bucket(STAGING)


@pytest.fixture
def video(awsml: Program, tmp_path: Path) -> Program:
    """`awsml rekognition video …` with a bucket."""

    def run(*words: object, **options: object) -> object:
        options.setdefault("env", {"AWSML_BUCKET": STAGING})
        options.setdefault("cwd", tmp_path)
        return awsml("rekognition", "video", *map(str, words), **options)  # type: ignore[arg-type]

    return run  # type: ignore[return-value]


class TestWays:
    def test_a_local_video_is_one_command(self, aws: Aws, video: Program, tmp_path: Path) -> None:
        run = video("labels", film(tmp_path))
        assert (run.exit_code, run.text.splitlines(True)[0], run.stderr) == (0, SEEN, "")
        assert (aws.operations, nothing_is_left(aws)) == (
            [
                *("HeadBucket", "HeadObject", "PutObject", "StartLabelDetection"),
                *["GetLabelDetection"] * 4,  # three until it has ended, one page of results
                "DeleteObject",
            ],
            True,
        )

    @pytest.mark.parametrize("kind", KINDS)
    def test_every_kind(self, aws: Aws, video: Program, tmp_path: Path, kind: str) -> None:
        run = video(kind, film(tmp_path))
        assert (run.exit_code, bool(run.text), run.stderr, nothing_is_left(aws)) == (0, True, "", True)

    def test_faces_of_a_collection(self, aws: Aws, video: Program, tmp_path: Path) -> None:
        run = video("search", film(tmp_path), "--collection", "players")
        assert [line.split("\t")[:3] for line in run.text.splitlines()] == [
            ["ann", "95.0", "00:00:00.000"],
            ["ann", "95.0", "00:00:00.500"],
            ["ann", "82.0", "00:00:03.500"],
        ]

    def test_a_collection_that_is_not_there(self, aws: Aws, video: Program, tmp_path: Path) -> None:
        run = video("search", film(tmp_path), "--collection", "nobody")
        assert (run.exit_code, nothing_is_left(aws)) == (3, True)
        assert run.stderr.startswith("error: there is no collection nobody in this region")

    def test_a_mov_and_a_film_with_its_headers_behind(self, aws: Aws, video: Program, tmp_path: Path) -> None:
        path = film(tmp_path, "clip.mov")
        path.write_bytes(movie(brand="qt  ", headers_last=True))
        assert video("labels", path).exit_code == 0
        (call,) = aws.calls_of("StartLabelDetection")
        assert call.params["Video"]["S3Object"]["Name"].endswith(".mov")

    def test_an_object_in_s3_stays_where_it_is(self, aws: Aws, video: Program) -> None:
        uri = aws.put(aws.bucket("theirs"), "a/match.mp4", movie())
        run = video("labels", uri)
        (start,) = aws.calls_of("StartLabelDetection")
        assert (run.exit_code, start.params["Video"]["S3Object"]) == (0, {"Bucket": "theirs", "Name": "a/match.mp4"})
        assert ("PutObject" in aws.operations, list(aws.objects("theirs"))) == (False, ["a/match.mp4"])

    def test_stdin(self, aws: Aws, video: Program) -> None:
        run = video("labels", "-", stdin=movie())
        assert (run.exit_code, run.text.splitlines(True)[0], nothing_is_left(aws)) == (0, SEEN, True)

    def test_an_address(self, aws: Aws, video: Program, monkeypatch: pytest.MonkeyPatch) -> None:
        class Page(io.BytesIO):
            pass

        monkeypatch.setattr("urllib.request.urlopen", lambda *_, **__: Page(movie()))
        run = video("labels", "https://example.com/match.mp4?x=1")
        assert (run.exit_code, nothing_is_left(aws)) == (0, True)

    def test_all_pages_are_merged(self, aws: Aws, video: Program, tmp_path: Path) -> None:
        aws.rekognition.page_size = 3
        run = video("labels", film(tmp_path), "-f", "raw")
        answer = json.loads(run.text)
        assert (len(answer["Labels"]), "NextToken" in answer, answer["JobStatus"]) == (11, False, "SUCCEEDED")
        assert len(aws.calls_of("GetLabelDetection")) == 3 + 4

    def test_a_token_of_a_page_that_has_expired_begins_anew(self, aws: Aws, video: Program, tmp_path: Path) -> None:
        aws.rekognition.page_size = 5
        turns = iter([None, None, None, None, AwsError("InvalidPaginationTokenException", "Old.")])
        for _ in range(5):
            aws.respond("rekognition", "GetLabelDetection", lambda _: next(turns))
        assert len(video("labels", film(tmp_path)).text.splitlines()) == 11

    def test_many_videos(self, aws: Aws, video: Program, tmp_path: Path) -> None:
        for number, name in enumerate(("in/a.mp4", "in/more/b.mov", "in/notes.txt")):
            film(tmp_path, name, fill=number)
        run = video("labels", "in", "--include", "Dog")
        assert run.text == (
            "in/a.mp4\tDog\t55.0\t00:00:03.500\t00:00:03.500\t\t0\n"
            "in/more/b.mov\tDog\t55.0\t00:00:03.500\t00:00:03.500\t\t0\n"
        )
        into = video("labels", "in", "-o", "out/", "-f", "vtt")
        assert (into.exit_code, sorted(path.name for path in tmp_path.glob("out/**/*.vtt"))) == (0, ["a.vtt", "b.vtt"])
        assert len(aws.rekognition.jobs) == 4  # filters are part of the question, and the plain one has none

    def test_one_of_many_fails(self, aws: Aws, video: Program, tmp_path: Path) -> None:
        film(tmp_path, "in/a.mp4")
        (tmp_path / "in/b.mp4").write_bytes(b"no film")
        run = video("labels", "in", "-f", "jsonl", "--errors", "failed.jsonl")
        assert (run.exit_code, json.loads((tmp_path / "failed.jsonl").read_text())["input"]) == (5, "in/b.mp4")

    def test_given_up_while_it_waits_for_its_turn_it_leaves_nothing(
        self, aws: Aws, video: Program, tmp_path: Path, clock: FakeClock
    ) -> None:
        full = AwsError("LimitExceededException", "Open jobs exceed maximum concurrent job limit", times=6)
        aws.respond("rekognition", "StartLabelDetection", full)
        clock.interrupt_in_wait(3)
        run = video("labels", film(tmp_path))
        assert (run.exit_code, nothing_is_left(aws)) == (130, True)
        clock.during_sleep.clear()
        assert video("labels", film(tmp_path)).exit_code == 0

    def test_as_many_jobs_as_may_run_wait_for_their_turn(
        self, aws: Aws, video: Program, tmp_path: Path, clock: FakeClock
    ) -> None:
        full = AwsError("LimitExceededException", "Open jobs exceed maximum concurrent job limit", times=6)
        aws.respond("rekognition", "StartLabelDetection", full)
        run = video("labels", film(tmp_path))
        assert (run.exit_code, len(aws.rekognition.jobs), nothing_is_left(aws)) == (0, 1, True)
        assert max(clock.slept) <= 30


class TestAsking:
    def start(self, aws: Aws, noun: str) -> dict[str, object]:
        (call,) = aws.calls_of(f"Start{noun}")
        return {k: v for k, v in call.params.items() if k not in ("Video", "ClientRequestToken")}

    def test_nothing_but_the_video(self, aws: Aws, video: Program, tmp_path: Path) -> None:
        video("labels", film(tmp_path))
        assert self.start(aws, "LabelDetection") == {}

    def test_a_low_threshold_is_asked_for_and_a_high_one_sifted_here(
        self, aws: Aws, video: Program, tmp_path: Path
    ) -> None:
        assert "Dog" not in video("labels", film(tmp_path), "--min-confidence", "90").text
        assert "Dog" in video("labels", film(tmp_path), "--min-confidence", "0.5").text
        assert len(aws.rekognition.jobs) == 1
        assert "Shadow" in video("labels", film(tmp_path), "--min-confidence", "20%").text
        assert "Shadow" in video("labels", film(tmp_path), "--min-confidence", "0").text
        assert [call.params.get("MinConfidence") for call in aws.calls_of("StartLabelDetection")] == [None, 20, 0]

    def test_filters(self, aws: Aws, video: Program, tmp_path: Path) -> None:
        words = ("--include", "Dog,Cat", "--include", "Ball", "--exclude", "Cat", "--categories", "Sports")
        run = video("labels", film(tmp_path), *words, "--without", "Weapons")
        assert [line.split("\t")[0] for line in run.text.splitlines()] == ["Ball", "Ball", "Dog"]
        assert self.start(aws, "LabelDetection") == {
            "Settings": {
                "GeneralLabels": {
                    "LabelInclusionFilters": ["Ball", "Cat", "Dog"],
                    "LabelExclusionFilters": ["Cat"],
                    "LabelCategoryInclusionFilters": ["Sports"],
                    "LabelCategoryExclusionFilters": ["Weapons"],
                }
            }
        }

    def test_an_answer_without_filters_answers_with_them(self, aws: Aws, video: Program, tmp_path: Path) -> None:
        video("labels", film(tmp_path))
        run = video("labels", film(tmp_path), "--include", "Dog")
        assert (run.text.split("\t")[0], len(aws.rekognition.jobs)) == ("Dog", 1)

    def test_all_of_a_face_answers_for_less_of_it(self, aws: Aws, video: Program, tmp_path: Path) -> None:
        run = video("faces", film(tmp_path), "--attributes", "all")
        assert run.text.splitlines()[0] == "Face\t99.0\t00:00:00.000\t00:00:00.000\t20\t30\tFemale\tHAPPY"
        video("faces", film(tmp_path))
        assert self.start(aws, "FaceDetection") == {"FaceAttributes": "ALL"}

    def test_other_orders_come_from_the_same_job(self, aws: Aws, video: Program, tmp_path: Path) -> None:
        video("labels", film(tmp_path))
        by_name = video("labels", film(tmp_path), "--sort", "name")
        spans = video("labels", film(tmp_path), "--aggregate", "segments")
        assert by_name.text.startswith("Ball\t")
        assert spans.text.splitlines()[0] == SEEN.replace("00:00:00.000\t\t", "00:00:03.500\t\t").rstrip("\n")
        assert (len(aws.rekognition.jobs), len(aws.calls_of("PutObject")), nothing_is_left(aws)) == (1, 1, True)
        asked = [call.params for call in aws.calls_of("GetLabelDetection") if call.params["MaxResults"] == 1000]
        assert [(one.get("SortBy"), one.get("AggregateBy")) for one in asked] == [
            (None, None),
            ("NAME", None),
            (None, "SEGMENTS"),
        ]

    def test_text_in_areas(self, aws: Aws, video: Program, tmp_path: Path) -> None:
        video("text", film(tmp_path), "--area", "0,0.8,1,0.2", "--min-confidence", "40")
        area = {"BoundingBox": {"Left": 0, "Top": 0.8, "Width": 1, "Height": 0.2}}
        assert self.start(aws, "TextDetection") == {
            "Filters": {"WordFilter": {"MinConfidence": 40}, "RegionsOfInterest": [area]}
        }

    def test_segments_of_one_type(self, aws: Aws, video: Program, tmp_path: Path) -> None:
        run = video("segments", film(tmp_path), "--type", "cue", "--black-coverage", "95", "--black-pixel", "0.1")
        assert run.text.split("\t")[0] == "BlackFrames"
        assert self.start(aws, "SegmentDetection") == {
            "SegmentTypes": ["TECHNICAL_CUE"],
            "Filters": {"TechnicalCueFilter": {"BlackFrame": {"MaxPixelThreshold": 0.1, "MinCoveragePercentage": 95}}},
        }

    def test_notification_and_tag(self, aws: Aws, video: Program, tmp_path: Path) -> None:
        video("faces", film(tmp_path), "--topic", TOPIC, "--role", ROLE, "--tag", "match-1")
        channel = {"SNSTopicArn": TOPIC, "RoleArn": ROLE}
        assert self.start(aws, "FaceDetection") == {"NotificationChannel": channel, "JobTag": "match-1"}

    @pytest.mark.parametrize(
        ("words", "complaint"),
        [
            (("labels", "--sort", "size"), "--sort is never `size`"),
            (("labels", "--aggregate", "hours"), "--aggregate is never `hours`"),
            (("faces", "--attributes", "eyes"), "--attributes is never `eyes`"),
            (("faces", "--topic", TOPIC), "a notification needs a topic and a role"),
            (("text", "--area", "0,0,2,1"), "`0,0,2,1` is no area"),
            (("text", *["--area", "0,0,1,1"] * 11), "11 areas: Rekognition takes 10"),
            (("segments", "--type", "scene"), "there is no segment `scene`"),
            (("search",), "whose faces shall be found?"),
            (("labels", "--min-confidence", "200"), "`200` is not a confidence"),
            (("labels", "--include", ",".join(map(str, range(101)))), "101 names in a filter: Rekognition takes 100"),
            (("moderation", "--no-wait", "--fail-on", "any"), "--fail-on needs the result"),
            (("labels", "--no-wait", "--contact-sheet", "a.png"), "--contact-sheet needs the result"),
            (("labels", "-f", "mp3"), "unknown format `mp3`"),
            (("labels", "--contact-sheet", "sheet.jpg"), "`sheet.jpg` is no name of a PNG"),
            (("labels", "--contact-sheet", "none/sheet.png"), "no such folder: none"),
        ],
    )
    def test_what_cannot_be_asked(
        self, aws: Aws, video: Program, tmp_path: Path, words: tuple[str, ...], complaint: str
    ) -> None:
        run = video(words[0], film(tmp_path), *words[1:])
        assert (run.exit_code, run.stdout, aws.calls) == (2, b"", [])
        assert run.stderr.startswith(f"error: {complaint}")


class TestFormats:
    def test_csv(self, video: Program, tmp_path: Path) -> None:
        rows = list(csv.DictReader(io.StringIO(video("segments", film(tmp_path), "-f", "csv").text)))
        assert rows[1] == {
            "name": "Shot 0",
            "confidence": "99.0",
            "start": "00:00:00.000",
            "end": "00:00:02.000",
            "type": "SHOT",
            "start_timecode": "00:00:00:00",
            "end_timecode": "00:00:02:00",
            "start_frame": "0",
            "end_frame": "50",
        }

    def test_jsonl_has_a_line_for_each_moment(self, video: Program, tmp_path: Path) -> None:
        lines = video("moderation", film(tmp_path), "-f", "jsonl").text.splitlines()
        assert json.loads(lines[1]) == {
            "name": "Weapons",
            "confidence": 91.0,
            "start": "00:00:01.000",
            "end": "00:00:01.000",
            "start_timestamp_millis": 1000,
            "end_timestamp_millis": 1000,
            "parent_name": "Violence",
            "taxonomy_level": 2,
            "content_types": [],
        }

    def test_a_place_has_the_keys_of_the_record(self, video: Program, tmp_path: Path) -> None:
        line = video("labels", film(tmp_path), "-f", "jsonl").text.splitlines()[0]
        assert json.loads(line)["instances"] == [{"left": 0.125, "top": 0.25, "width": 0.25, "height": 0.5}] * 2
        line = video("text", film(tmp_path), "-f", "jsonl").text.splitlines()[0]
        assert set(json.loads(line)["bounding_box"]) == {"left", "top", "width", "height"}

    def test_json_is_one_object_with_awss_names(self, video: Program, tmp_path: Path) -> None:
        made = json.loads(video("labels", film(tmp_path), "-f", "json", "--min-confidence", "90").text)
        assert (len(made["labels"]), made["labels"][0]["label"]["name"]) == (8, "Person")
        assert made["video_metadata"]["duration_millis"] == 4000
        query = video("labels", film(tmp_path), "--query", "labels[?label.name=='Dog'].timestamp")
        assert query.text.strip() == "3500"

    def test_the_ending_of_the_output_chooses(self, video: Program, tmp_path: Path) -> None:
        video("segments", film(tmp_path), "-o", "shots.edl")
        assert (tmp_path / "shots.edl").read_text().startswith("TITLE: match\nFCM: NON-DROP FRAME\n")

    def test_spans_are_a_row_for_each_time_that_something_is_there(self, video: Program, tmp_path: Path) -> None:
        assert video("labels", film(tmp_path), "--spans").text == (
            "Person\t95.5\t00:00:00.000\t00:00:04.000\t\t2\n"
            "Ball\t80.0\t00:00:01.000\t00:00:02.000\tSphere\t1\n"
            "Dog\t55.0\t00:00:03.500\t00:00:04.000\t\t0\n"
        )

    def test_at_a_terminal_it_is_a_table(self, video: Program, tmp_path: Path) -> None:
        shown = video("labels", film(tmp_path), tty={"stdout"}, env={"AWSML_BUCKET": STAGING, "NO_COLOR": "1"}).text
        assert shown.split("\n")[0].split()[:4] == ["name", "confidence", "start", "end"]

    def test_paid_once_rendered_many_times(self, aws: Aws, video: Program, tmp_path: Path) -> None:
        first = video("labels", film(tmp_path))
        before = len(aws.calls)
        for format in ("text", "csv", "json", "jsonl", "vtt", "edl", "raw", "yaml", "tsv"):
            assert video("labels", film(tmp_path), "-f", format).exit_code == 0
        assert (first.exit_code, len(aws.calls)) == (0, before)

    def test_a_saved_answer_is_rendered_offline(self, aws: Aws, video: Program, tmp_path: Path) -> None:
        video("labels", film(tmp_path), "-f", "raw", "-o", "match.json")
        before = len(aws.calls)
        rendered = video("render", "match.json", "-f", "vtt", "--min-confidence", "90")
        assert rendered.text == "WEBVTT\n\n1\n00:00:00.000 --> 00:00:04.000\nPerson\n"
        assert len(aws.calls) == before

    def test_the_reader_leaves(self, video: Program, tmp_path: Path) -> None:
        run = video("labels", film(tmp_path), head=1)
        assert (run.exit_code, run.text, run.stderr) == (0, SEEN, "")


class TestModeration:
    @pytest.mark.parametrize(
        ("wanted", "found"),
        [
            ("Violence", "Violence, Weapons"),
            ("weapons", "Weapons"),
            ("any", "Alcohol, Violence, Weapons"),
            ("any:90", "Violence, Weapons"),
            ("Alcohol:0.9,Weapons:90%", "Weapons"),
        ],
    )
    def test_a_check_that_does_not_pass(self, video: Program, tmp_path: Path, wanted: str, found: str) -> None:
        run = video("moderation", film(tmp_path), "--fail-on", wanted)
        assert (run.exit_code, len(run.text.splitlines()), run.stderr) == (7, 3, f"error: found: {found}\n")

    def test_what_is_not_sure_enough_does_not_fail(self, video: Program, tmp_path: Path) -> None:
        run = video("moderation", film(tmp_path), "--fail-on", "Alcohol,Drugs", "--min-confidence", "80")
        assert run.exit_code == 0

    def test_nothing_found(self, aws: Aws, video: Program, tmp_path: Path) -> None:
        aws.rekognition.scenes["match.mp4"] = {}
        aws.rekognition.scenes[movie()] = {"ModerationLabels": []}
        run = video("moderation", film(tmp_path), "--fail-on", "any")
        assert (run.exit_code, run.stdout) == (0, b"")

    def test_one_of_many_is_enough(self, aws: Aws, video: Program, tmp_path: Path) -> None:
        aws.rekognition.scenes[movie(fill=0)] = {"ModerationLabels": []}
        aws.rekognition.scenes[movie(fill=1)] = {"ModerationLabels": [moderated(0, "Drugs & Tobacco")]}
        film(tmp_path, "in/a.mp4", fill=0)
        film(tmp_path, "in/b.mp4", fill=1)
        run = video("moderation", "in", "--fail-on", "Drugs & Tobacco")
        assert (run.exit_code, run.text) == (7, "in/b.mp4\tDrugs & Tobacco\t90.0\t00:00:00.000\t00:00:00.000\t\t1\n")


class TestBadInput:
    @pytest.mark.parametrize(
        ("data", "complaint"),
        [
            (b"", "is empty"),
            (b"Dear Ann,\n", "is no MP4 or MOV: it looks like text"),
            (movie(track("hvc1")), "is HEVC (H.265); Rekognition takes H.264"),
            (movie(track("apcn")), "is ProRes; Rekognition takes H.264"),
            (movie(track("av01")), "is AV1; Rekognition takes H.264"),
            (movie(track("encv")), "is an encrypted codec; Rekognition takes H.264"),
            (movie(seconds=6 * 3600 + 1), "plays 6.0 h; Rekognition takes 6 h"),
            (movie()[:-1], "is cut short: 1 bytes are missing at its end"),
            (movie(track("mp4a", handler="soun")), "has no pictures: there is sound alone in it"),
        ],
    )
    def test_it_is_refused_and_nothing_is_sent(
        self, aws: Aws, video: Program, tmp_path: Path, data: bytes, complaint: str
    ) -> None:
        (tmp_path / "bad.mp4").write_bytes(data)
        run = video("labels", "bad.mp4")
        assert (run.exit_code, run.stdout, aws.calls) == (2, b"", [])
        assert run.stderr.startswith(f"error: bad.mp4 {complaint}")

    def test_ten_gigabytes(self, aws: Aws, video: Program, tmp_path: Path) -> None:
        size = 10 * 1024**3 + 1
        head = movie()[: -len(box("mdat", bytes(2000)))]
        with (tmp_path / "huge.mp4").open("wb") as file:
            file.write(head + b"\0\0\0\1mdat" + (size - len(head)).to_bytes(8, "big"))
            file.truncate(size)
        run = video("labels", "huge.mp4")
        assert (run.exit_code, aws.calls) == (2, [])
        assert run.stderr.startswith(f"error: huge.mp4 has {size:,} bytes; Rekognition takes 10 GB")

    def test_an_object_in_s3_is_looked_at_too(self, aws: Aws, video: Program) -> None:
        run = video("labels", aws.put(aws.bucket("theirs"), "a.mp4", movie(track("hvc1"), headers_last=True)))
        assert (run.exit_code, "StartLabelDetection" in aws.operations) == (2, False)
        assert run.stderr.startswith("error: s3://theirs/a.mp4 is HEVC (H.265); Rekognition takes H.264")

    @pytest.mark.parametrize(
        ("name", "complaint"),
        [
            ("s3://theirs/none.mp4", "there is no object s3://theirs/none.mp4"),
            ("s3://theirs/empty.mp4", "s3://theirs/empty.mp4 is empty"),
            ("s3://theirs", "`s3://theirs` is not an object in S3"),
            ("none.mp4", "no such file: none.mp4"),
        ],
    )
    def test_what_is_not_there(self, aws: Aws, video: Program, name: str, complaint: str) -> None:
        aws.put(aws.bucket("theirs"), "empty.mp4", b"")
        run = video("labels", name)
        assert (run.exit_code, run.stderr.splitlines()[0]) == (2, f"error: {complaint}")

    def test_people_pathing_is_retired(self, aws: Aws, video: Program, tmp_path: Path) -> None:
        run = video("people", film(tmp_path))
        assert (run.exit_code, aws.calls) == (6, [])
        assert run.stderr.startswith(
            "error: Rekognition people pathing was retired on 2025-10-31\nhint: instead: label"
        )

    def test_no_engine_of_this_machine_sees_videos(self, aws: Aws, video: Program, tmp_path: Path) -> None:
        run = video("labels", film(tmp_path), "--local")
        assert (run.exit_code, aws.calls) == (3, [])
        assert run.stderr.startswith("error: no engine on this machine can do rekognition StartLabelDetection\n")


class TestDryRun:
    def test_it_tells_the_price_and_sends_nothing(self, aws: Aws, video: Program, tmp_path: Path) -> None:
        run = video("segments", film(tmp_path), "--dry-run", "-f", "json")
        assert (json.loads(run.text)[1], aws.calls) == (
            {
                "operation": "rekognition:StartSegmentDetection",
                "on": str(tmp_path / "match.mp4"),
                "calls": 1,
                "units": 0.07,
                "unit": "minutes",
                "price": 0.006667,
            },
            [],
        )

    def test_a_dear_run_asks_at_a_terminal(self, aws: Aws, video: Program, tmp_path: Path) -> None:
        path = tmp_path / "long.mp4"
        path.write_bytes(movie(seconds=3600))
        run = video("labels", path, tty={"stdin", "stderr", "stdout"}, answers="n\n")
        assert (run.exit_code, aws.calls) == (2, [])
        assert "This run will cost about 6.00 USD. Go on?" in run.stderr


class TestJobs:
    def test_without_waiting_it_prints_an_id_that_is_enough(
        self, aws: Aws, video: Program, awsml: Program, tmp_path: Path
    ) -> None:
        job = video("labels", film(tmp_path), "--no-wait").text.strip()
        assert job.startswith("rekognition:us-east-1:labels/")
        assert json.loads(awsml("jobs", "get", job, "-f", "json").text)["job_status"] == "IN_PROGRESS"
        assert not nothing_is_left(aws)
        assert awsml("jobs", "wait", job).exit_code == 0
        assert nothing_is_left(aws)
        assert awsml("jobs", "result", job, "--min-confidence", "90").text.splitlines(True)[0] == SEEN
        before = len(aws.calls)
        assert video("labels", film(tmp_path)).text.splitlines(True)[0] == SEEN  # kept by `result`
        assert len(aws.calls) == before

    def test_in_the_list_of_all_jobs(self, video: Program, awsml: Program, tmp_path: Path) -> None:
        job = video("faces", film(tmp_path), "--no-wait").text.strip()
        assert json.loads(awsml("jobs", "--service", "rekognition", "-f", "json").text)[0]["id"] == job
        assert video("jobs", "ls").text == f"{job}\tSTARTED\t{tmp_path}/match.mp4\n"

    def test_what_has_ended_is_cleaned_up(self, aws: Aws, video: Program, awsml: Program, tmp_path: Path) -> None:
        video("faces", film(tmp_path), "--no-wait")
        aws.rekognition.walk = ("SUCCEEDED",)
        assert awsml("jobs", "clean").exit_code == 0
        assert nothing_is_left(aws)

    def test_removing(self, aws: Aws, video: Program, tmp_path: Path) -> None:
        job = video("faces", film(tmp_path), "--no-wait").text.strip()
        assert video("jobs", "rm", job).exit_code == 3
        assert (video("jobs", "rm", job, "-y").exit_code, nothing_is_left(aws)) == (0, True)

    def test_its_name_without_the_region(self, video: Program, tmp_path: Path) -> None:
        job = video("faces", film(tmp_path), "--no-wait").text.strip().split(":")[2]
        assert video("jobs", "get", job).exit_code == 0

    @pytest.mark.parametrize("name", ["123", "clouds/123", "transcribe:us-east-1:x"])
    def test_a_name_that_is_none(self, aws: Aws, video: Program, name: str) -> None:
        assert (video("jobs", "get", name).exit_code, aws.calls) == (2, [])

    def test_a_job_that_aws_does_not_know(self, video: Program) -> None:
        run = video("jobs", "get", "labels/123")
        assert (run.exit_code, "ResourceNotFoundException" in run.stderr) == (4, True)

    def test_a_timeout(self, aws: Aws, video: Program, tmp_path: Path) -> None:
        aws.rekognition.walk = ("IN_PROGRESS",) * 50 + ("SUCCEEDED",)
        run = video("labels", film(tmp_path), "--timeout", "30")
        assert (run.exit_code, run.stdout) == (8, b"")
        assert "it goes on: rekognition:us-east-1:labels/" in run.stderr
        assert "hint: awsml rekognition video jobs result rekognition:us-east-1:labels/" in run.stderr
        aws.rekognition.walk = ("SUCCEEDED",)
        again = video("labels", film(tmp_path))
        assert (again.exit_code, len(aws.rekognition.jobs), nothing_is_left(aws)) == (0, 1, True)

    def test_two_analyses_of_one_video_share_what_is_staged(self, aws: Aws, video: Program, tmp_path: Path) -> None:
        job = video("labels", film(tmp_path), "--no-wait").text.strip()
        video("faces", film(tmp_path))
        assert not nothing_is_left(aws)  # the labels need it still
        video("jobs", "wait", job)
        assert (len(aws.calls_of("PutObject")), nothing_is_left(aws)) == (1, True)

    def test_pauses_grow(self, aws: Aws, video: Program, tmp_path: Path, clock: FakeClock) -> None:
        aws.rekognition.walk = ("IN_PROGRESS",) * 12 + ("SUCCEEDED",)
        video("labels", film(tmp_path))
        assert clock.slept == sorted(clock.slept)
        assert (clock.slept[0], clock.slept[-1]) == (1.0, 15.0)

    def test_asked_anew(self, aws: Aws, video: Program, tmp_path: Path, clock: FakeClock) -> None:
        video("labels", film(tmp_path))
        clock.advance(5)
        video("labels", film(tmp_path), "--fresh")
        assert (len(aws.rekognition.jobs), nothing_is_left(aws)) == (2, True)

    def test_without_keeping_a_second_run_fetches_from_the_same_job(
        self, aws: Aws, video: Program, tmp_path: Path
    ) -> None:
        video("labels", film(tmp_path), "--no-cache")
        video("labels", film(tmp_path), "--no-cache")
        assert (len(aws.rekognition.jobs), nothing_is_left(aws)) == (1, True)


class TestContactSheet:
    @pytest.fixture(autouse=True)
    def _libraries(self) -> None:
        pytest.importorskip("av", reason="pip install '.[media]'")
        pytest.importorskip("PIL", reason="pip install '.[pages]'")

    @pytest.fixture
    def match(self, tmp_path: Path) -> Path:
        """A real film: four seconds, black, then a green shot, then a blue one."""
        path = tmp_path / "match.mp4"
        path.write_bytes((Path(__file__).parent.parent / "examples/match.mp4").read_bytes())
        return path

    def colours(self, path: Path) -> list[tuple[int, int, int]]:
        """The colour in the corner of each picture of the sheet."""
        from PIL import Image

        sheet = Image.open(path).convert("RGB")
        places = [(16, 16), (12 + 332 + 4, 16), (16, 16 + 300)]
        return [sheet.getpixel(place) for place in places]  # type: ignore[misc]

    def test_a_picture_for_each_chapter(self, video: Program, match: Path, tmp_path: Path) -> None:
        run = video("segments", match, "--contact-sheet", "sheet.png")
        black, green, blue = self.colours(tmp_path / "sheet.png")
        assert (run.exit_code, len(run.text.splitlines())) == (0, 3)
        assert max(black) < 20
        assert green[1] > max(green[0], green[2]) + 30
        assert blue[2] > max(blue[0], blue[1]) + 30

    def test_boxes_are_drawn_where_they_were_seen(self, video: Program, match: Path, tmp_path: Path) -> None:
        from PIL import Image

        video("labels", match, "--contact-sheet", "sheet.png")
        sheet = Image.open(tmp_path / "sheet.png").convert("RGB")
        assert sheet.getpixel((12 + 40, 12 + 100)) == (228, 87, 46)  # the left edge of BOX in the first picture

    def test_of_an_object_in_s3(self, aws: Aws, video: Program, match: Path, tmp_path: Path) -> None:
        uri = aws.put(aws.bucket("theirs"), "m.mp4", match.read_bytes())
        assert video("labels", uri, "--contact-sheet", "sheet.png").exit_code == 0
        assert (tmp_path / "sheet.png").read_bytes()[:4] == b"\x89PNG"

    def test_of_a_saved_answer(self, aws: Aws, video: Program, match: Path, tmp_path: Path) -> None:
        video("labels", match, "-f", "raw", "-o", "match.json", "--contact-sheet", "first.png")
        before = len(aws.calls)
        words = ("render", "match.json", "--source", match, "--contact-sheet", "again.png")
        assert (video(*words).exit_code, len(aws.calls)) == (0, before)
        assert (tmp_path / "again.png").read_bytes() == (tmp_path / "first.png").read_bytes()
        assert video("render", "match.json", "--contact-sheet", "again.png").exit_code == 2

    @pytest.mark.parametrize("words", [("--contact-sheet", "match.mp4"), ("-o", "match.mp4")])
    def test_the_video_is_not_written_over(
        self, video: Program, match: Path, tmp_path: Path, words: tuple[str, str]
    ) -> None:
        before = match.read_bytes()
        video("labels", match, "-f", "raw", "-o", "match.json")
        more = () if words[0] == "--contact-sheet" else ("--contact-sheet", "sheet.png")
        run = video("render", "match.json", "--source", match, *words, *more)
        another = "-o" if words[0] == "-o" else "file"
        assert (run.exit_code, run.stderr) == (
            2,
            f"error: match.mp4 would be written over the input {match}\nhint: name another {another}\n",
        )
        assert match.read_bytes() == before

    def test_a_sheet_is_not_written_over_its_answer(self, video: Program, match: Path, tmp_path: Path) -> None:
        video("labels", match, "-f", "raw", "-o", "match.json")
        before = (tmp_path / "match.json").read_bytes()
        run = video("render", "match.json", "--source", match, "--contact-sheet", "match.json")
        assert (run.exit_code, (tmp_path / "match.json").read_bytes()) == (2, before)

    def test_of_many(self, video: Program, match: Path, tmp_path: Path) -> None:
        (tmp_path / "second.mp4").write_bytes(match.read_bytes() + box("free", bytes(9)))
        (tmp_path / "sheets").mkdir()
        assert video("labels", match, "second.mp4", "--contact-sheet", "sheets").exit_code == 0
        assert sorted(path.name for path in (tmp_path / "sheets").iterdir()) == ["match.png", "second.png"]

    def test_what_cannot_be_drawn_is_said_and_the_answer_shown(
        self, aws: Aws, video: Program, match: Path, tmp_path: Path
    ) -> None:
        aws.rekognition.scenes[match.read_bytes()] = {"Labels": []}
        nothing = video("labels", match, "--contact-sheet", "sheet.png")
        torn = video("labels", film(tmp_path, "torn.mp4"), "--contact-sheet", "sheet.png")
        assert (nothing.exit_code, nothing.stderr) == (
            0,
            "warning: nothing was seen in match.mp4: there is nothing to draw\n",
        )
        assert (torn.exit_code, len(torn.text.splitlines())) == (0, 11)
        assert torn.stderr.startswith("warning: the frames of torn.mp4 cannot be read")

    def test_without_the_libraries_nothing_is_paid(
        self, aws: Aws, video: Program, match: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("awsml_cli.formats.timeline.frames.find_spec", lambda _: None)
        run = video("labels", match, "--contact-sheet", "sheet.png")
        assert (run.exit_code, aws.calls) == (3, [])
        assert run.stderr.endswith("hint: pip install 'awsml-cli[media,pages]'\n")

    def test_of_stdin_it_is_refused(self, aws: Aws, video: Program) -> None:
        run = video("labels", "-", "--contact-sheet", "sheet.png", stdin=movie())
        assert (run.exit_code, aws.calls) == (2, [])


def test_four_thousand_moments(aws: Aws, video: Program, tmp_path: Path) -> None:
    aws.rekognition.scenes[movie()] = {"Labels": [label(at * 500, f"Thing {at % 20}") for at in range(4000)]}
    run = video("labels", film(tmp_path), "-f", "csv")
    assert len(run.text.splitlines()) == 4001
