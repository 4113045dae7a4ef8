"""Timelines: events from answers, spans, chapters, edit decision lists."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from fakeaws.rekognition_video import METADATA, cue, label, match, match_of_two, shot, written
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from awsml_cli.core.errors import InputError, UsageError
from awsml_cli.formats.timeline import Event, Look, Timeline, chapters, parse, spans
from awsml_cli.formats.timeline.edl import render_edl, timecode
from awsml_cli.formats.timeline.vtt import render_vtt

webvtt = pytest.importorskip("webvtt", reason="webvtt-py is in the group `test`")


def answer(member: str, entries: list[Any], **more: Any) -> bytes:
    return json.dumps({"JobStatus": "SUCCEEDED", "VideoMetadata": METADATA, member: entries, **more}).encode()


def labels(*entries: Any, look: Look | None = None) -> Timeline:
    return parse(answer("Labels", list(entries)), look)


def bare(events: list[Event]) -> list[tuple[str, int, int]]:
    return [(event.name, event.start, event.end) for event in events]


class TestParse:
    @pytest.mark.parametrize("member", match_of_two())
    def test_every_kind_is_told_by_its_list(self, member: str) -> None:
        timeline = parse(answer(member, match_of_two()[member]))
        assert timeline.events
        assert (timeline.milliseconds, timeline.frame_rate) == (4000, 25.0)

    def test_metadata_of_segments_is_a_list(self) -> None:
        timeline = parse(answer("Segments", [shot(0, 0, 50)], VideoMetadata=[METADATA]))
        assert timeline.milliseconds == 4000

    def test_what_is_less_sure_is_left_out_of_the_answer_too(self) -> None:
        timeline = labels(label(0, "Dog", 80), label(0, "Cat", 79), look=Look(min_confidence=80))
        assert [event.name for event in timeline.events] == ["Dog"]
        assert [entry["Label"]["Name"] for entry in timeline.answer["Labels"]] == ["Dog"]

    @pytest.mark.parametrize(
        ("look", "names"),
        [
            (Look(include=("dog",)), ["Dog"]),
            (Look(exclude=("DOG",)), ["Ball", "Tree"]),
            (Look(categories=("Sports",)), ["Ball"]),
            (Look(include=("Dog",), categories=("Sports",)), ["Dog", "Ball"]),
            (Look(without=("Sports",)), ["Dog", "Tree"]),
        ],
    )
    def test_names_and_categories_choose(self, look: Look, names: list[str]) -> None:
        entries = (label(0, "Dog", category="Pets"), label(0, "Ball", category="Sports"), label(0, "Tree"))
        assert [event.name for event in labels(*entries, look=look).events] == names

    def test_words_are_shown_when_asked_for(self) -> None:
        data = answer("TextDetections", [written(0, "KICK OFF"), written(0, "KICK", type="WORD")])
        assert [event.name for event in parse(data).events] == ["KICK OFF"]
        assert [event.name for event in parse(data, Look(words=True)).events] == ["KICK"]

    def test_a_person_whom_nobody_knows_is_no_event(self) -> None:
        timeline = parse(answer("Persons", [match(0, 0, "ann"), match(0, 1)]))
        assert [event.name for event in timeline.events] == ["ann"]

    @pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"Labels": []}', b'{"JobStatus": "SUCCEEDED"}', b"\xff"])
    def test_what_is_no_answer(self, data: bytes) -> None:
        with pytest.raises(InputError, match="no answer of Rekognition about a video"):
            parse(data)


class TestSpans:
    def test_moments_that_lie_close_are_one(self) -> None:
        timeline = labels(*(label(at, "Dog") for at in (0, 500, 1000, 3900)))
        assert bare(spans(timeline, Look(join=2.0))) == [("Dog", 0, 1500), ("Dog", 3900, 4000)]
        assert bare(spans(timeline, Look(join=3.0))) == [("Dog", 0, 4000)]

    def test_the_best_confidence_counts(self) -> None:
        (span,) = spans(labels(label(0, "Dog", 60), label(500, "Dog", 90), label(1000, "Dog", 70)), Look())
        assert span.confidence == 90

    def test_spans_of_aws_stay(self) -> None:
        entry = {**label(0, "Dog"), "StartTimestampMillis": 1000, "EndTimestampMillis": 2500}
        assert bare(spans(labels(entry), Look())) == [("Dog", 1000, 2500)]

    def test_chapters_change_where_something_comes_or_goes(self) -> None:
        events = [Event("A", 90, 0, 3000), Event("B", 90, 1000, 2000), Event("C", 90, 5000, 6000)]
        assert [(one.start, one.end, one.names) for one in chapters(events)] == [
            (0, 1000, ("A",)),
            (1000, 2000, ("A", "B")),
            (2000, 3000, ("A",)),
            (5000, 6000, ("C",)),
        ]

    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 3999)), max_size=30))
    def test_chapters_never_overlap_and_cover_every_moment(self, moments: list[tuple[str, int]]) -> None:
        timeline = labels(*(label(at, name) for name, at in moments))
        found = list(chapters(spans(timeline, Look())))
        assert all(one.end <= other.start for one, other in pairwise(found))
        for name, at in moments:
            assert any(one.start <= at < one.end and name in one.names for one in found)


class TestWebVtt:
    def test_chapters_that_another_reader_reads(self) -> None:
        text = render_vtt(labels(label(0, "Tom & Jerry"), label(500, "Tom & Jerry"), label(3500, "A -> B")), Look())
        cues = list(webvtt.from_string(text))
        assert [(cue.start, cue.end) for cue in cues] == [
            ("00:00:00.000", "00:00:01.000"),
            ("00:00:03.500", "00:00:04.000"),
        ]
        assert "Tom &amp; Jerry" in text

    def test_nothing_seen(self) -> None:
        assert render_vtt(labels(), Look()) == "WEBVTT\n"


class TestEdl:
    def test_shots_are_cut_by_their_frames(self) -> None:
        timeline = parse(answer("Segments", [shot(0, 0, 50), shot(1, 50, 50)]))
        assert render_edl(timeline, Look(title="My match.mp4")) == (
            "TITLE: My match\nFCM: NON-DROP FRAME\n\n"
            "001  MYMATCH  V     C        00:00:00:00 00:00:02:00 00:00:00:00 00:00:02:00\n"
            "* FROM CLIP NAME: My match.mp4\n* COMMENT: Shot 0\n"
            "002  MYMATCH  V     C        00:00:02:00 00:00:04:00 00:00:02:00 00:00:04:00\n"
            "* FROM CLIP NAME: My match.mp4\n* COMMENT: Shot 1\n"
        )

    def test_what_lies_over_another_comes_behind_it_on_the_record(self) -> None:
        timeline = parse(answer("Segments", [cue("BlackFrames", 0, 10), shot(0, 0, 50)]))
        lines = [line.split()[-2:] for line in render_edl(timeline, Look()).splitlines() if line[:3].isdigit()]
        assert lines == [["00:00:00:00", "00:00:00:10"], ["00:00:00:10", "00:00:02:10"]]

    @pytest.mark.parametrize(
        ("frame", "rate", "text"),
        [
            (0, 25, "00:00:00:00"),
            (90_000, 25, "01:00:00:00"),
            (1799, 29.97, "00:00:59;29"),
            (1800, 29.97, "00:01:00;02"),  # two numbers are dropped at each minute
            (17_981, 29.97, "00:09:59;29"),
            (17_982, 29.97, "00:10:00;00"),  # but at each tenth
            (107_892, 29.97, "01:00:00;00"),
            (3600, 59.94, "00:01:00;04"),
            (24, 23.976, "00:00:01:00"),
        ],
    )
    def test_time_codes(self, frame: int, rate: float, text: str) -> None:
        assert timecode(frame, rate) == text

    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.integers(0, 400_000))
    def test_drop_frame_numbers_rise_and_leave_out_what_they_must(self, frame: int) -> None:
        text = timecode(frame, 29.97)
        hours, minutes, seconds, frames = (int(part) for part in text.replace(";", ":").split(":"))
        number = ((hours * 60 + minutes) * 60 + seconds) * 30 + frames
        all_minutes = hours * 60 + minutes
        assert number - 2 * (all_minutes - all_minutes // 10) == frame

    @pytest.mark.parametrize(
        ("rate", "exact"), [(23.976, 24), (24.0, 24), (25.0, 25), (29.97, 30000 / 1001), (30.0, 30)]
    )
    def test_another_program_reads_the_same_frames(self, rate: float, exact: float) -> None:
        otio = pytest.importorskip("opentimelineio", reason="OpenTimelineIO is in the group `test`")
        pytest.importorskip("otio_cmx3600_adapter", reason="its reader of CMX 3600 is in the group `test`")
        entries = [shot(0, 0, 1800), shot(1, 1800, 50), cue("EndCredits", 40_000, 20)]
        metadata = {**METADATA, "FrameRate": rate, "DurationMillis": 2_000_000}
        text = render_edl(parse(answer("Segments", entries, VideoMetadata=metadata)), Look(title="match.mp4"))
        read = otio.adapters.read_from_string(text, adapter_name="cmx_3600", rate=exact)
        clips = [(one.source_range.start_time.value, one.source_range.duration.value) for one in read.video_tracks()[0]]
        assert clips == [(0, 1800), (1800, 50), (40_000, 20)]

    def test_more_than_999(self) -> None:
        timeline = parse(answer("Segments", [shot(at, at * 10, 10) for at in range(1000)]))
        with pytest.raises(UsageError, match="an EDL holds 999 events, and these are 1,000"):
            render_edl(timeline, Look())
