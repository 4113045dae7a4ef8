"""Every shape in which Transcribe writes gives the words, their times and their speakers."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from awsml_cli.core.errors import InputError
from awsml_cli.formats.transcript import Segment, Transcript, Turn, Word, parse, record, turns

Shape = Callable[[str], Transcript]


def told(transcript: Transcript) -> list[tuple[str | None, str]]:
    """Who says what."""
    return [(turn.speaker, turn.text) for turn in turns(transcript)]


def test_a_plain_job_has_punctuation_on_its_words_and_no_speakers(shape: Shape) -> None:
    transcript = shape("batch_plain.json")

    assert (transcript.job_name, transcript.speakers, len(transcript.words)) == ("museum", (), 38)
    assert transcript.words[:5] == (
        Word("Welcome", 0.54, 1.04, 0.9),
        Word("to", 1.06, 1.2, 0.937),
        Word("the", 1.22, 1.44, 0.974),
        Word("harbour", 1.46, 1.96, 0.911),
        Word("museum.", 1.98, 2.41, 0.948),
    )


def test_speakers_of_older_jobs_are_found_in_their_segments(shape: Shape) -> None:
    assert told(shape("diarized_segments.json")) == [
        ("spk_0", "Good morning, Doctor Lee. Thank you for coming."),
        ("spk_1", "Good morning. It is a pleasure to be here with you."),
        ("spk_0", "Let us begin with your new book."),
        ("spk_10", "May I ask something first?"),
    ]


def test_a_word_that_no_segment_lists_belongs_to_the_segment_it_lies_in() -> None:
    document = job(items=[pronounced("one", "0.5"), pronounced("two", "2.5")])
    document["results"]["speaker_labels"] = {
        "segments": [
            {"start_time": "0.0", "end_time": "1.0", "speaker_label": "spk_0"},
            {"start_time": "2.0", "end_time": "3.0", "speaker_label": "spk_1", "items": []},
        ]
    }

    assert told(parse(document)) == [("spk_0", "one"), ("spk_1", "two")]


def test_speakers_of_newer_jobs_stand_on_the_items(shape: Shape) -> None:
    transcript = shape("diarized_items.json")

    assert (transcript.language_code, transcript.speakers) == ("en-GB", ("spk_0", "spk_1", "spk_2"))
    assert told(transcript)[2:4] == [("spk_0", "Okay."), ("spk_1", "And Maria Lopez wrote that the export is slow.")]


def test_channels_are_interleaved_by_time(shape: Shape) -> None:
    assert told(shape("channels.json")) == [
        ("ch_0", "Thank you for calling Blue River Bank. How can I help you today?"),
        ("ch_1", "Hi, I think that I lost my card. Can you block it, please?"),
        ("ch_0", "I am sorry to hear that. Let me look at your account."),
    ]


@pytest.mark.parametrize("without", ["channel_labels", "items"])
def test_channels_named_in_one_place_alone_are_interleaved_all_the_same(without: str) -> None:
    document = two_channels()
    del document["results"][without]

    assert told(parse(document)) == [("ch_0", "Hello."), ("ch_1", "Hi."), ("ch_0", "Bye.")]


def test_several_languages_keep_theirs_on_each_word(shape: Shape) -> None:
    transcript = shape("languages.json")

    assert transcript.text == "And now our guest from Madrid. Muchas gracias. ¿Cómo están ustedes? 今日は東京からです。"
    assert transcript.language_code == "en-US"
    assert transcript.language_codes == (("en-US", 2.4), ("es-US", 2.1), ("ja-JP", 1.8))
    assert [word.language_code for word in transcript.words][5:8] == ["en-US", "es-US", "es-US"]


def test_redacted_words_have_types_and_no_confidence(shape: Shape) -> None:
    transcript = shape("redacted.json")

    hidden = [(word.content, word.confidence, word.redactions) for word in transcript.words if word.redactions]
    assert transcript.is_redacted
    assert hidden == [("[PII]", None, ("NAME",)), ("[PII].", None, ("CREDIT_DEBIT_NUMBER",))]


def test_alternatives_are_kept_with_their_segment(shape: Shape) -> None:
    readings = ("I need two tickets to Aachen.", "I need to take it to Aachen.", "I needed tickets to Aachen.")

    assert shape("alternatives.json").segments == (Segment(0.1, 1.9, readings[0], alternatives=readings),)


def test_words_can_come_from_the_best_alternative_alone(shape: Shape) -> None:
    whole = shape("alternatives.json")
    item = {"type": "pronunciation", "content": "Aachen", "start_time": "0.1", "end_time": "0.6", "confidence": "0.9"}
    mark = {"type": "punctuation", "content": "."}
    segment = {"start_time": "0", "end_time": "1", "alternatives": [{"transcript": "Aachen.", "items": [item, mark]}]}

    assert whole.text == "I need two tickets to Aachen."
    assert parse({"results": {"segments": [segment]}}).words == (Word("Aachen.", 0.1, 0.6, 0.9),)


def test_toxicity_is_handed_on_as_it_is(shape: Shape) -> None:
    transcript = shape("toxicity.json")

    assert transcript.words[3].content == "***"
    assert [found["toxicity"] for found in transcript.toxicity_detection] == [0.8931, 0.0201]


def test_words_of_the_vocabulary_filter_are_marked(shape: Shape) -> None:
    words = shape("vocabulary_filter.json").words

    assert [word.content for word in words if word.vocabulary_filter_match] == ["darn"]


def test_calls_come_in_order_with_roles_sentiments_and_what_was_found(shape: Shape) -> None:
    transcript = shape("call_analytics.json")

    assert told(transcript) == [
        ("CUSTOMER", "Hello, my parcel has not arrived and I am leaving on Friday."),
        ("AGENT", "I am very sorry to hear that. May I have your name?"),
        ("CUSTOMER", "Yes, this is [PII]."),
    ]
    assert [segment.sentiment for segment in transcript.segments] == ["NEGATIVE", "NEUTRAL", "NEUTRAL"]
    assert transcript.details["categories"]["matched_categories"] == ["lost-parcel"]
    assert transcript.details["conversation_characteristics"]["sentiment"]["overall_sentiment"] == {
        "AGENT": 0.5,
        "CUSTOMER": -1.7,
    }


def test_a_turn_without_items_shares_its_time_among_its_words(shape: Shape) -> None:
    last = [word for word in shape("call_analytics.json").words if word.start_time >= 9.1]

    assert [word.content for word in last] == ["Yes,", "this", "is", "[PII]."]
    assert (last[0].start_time, last[-1].end_time) == (9.1, 10.16)


def test_a_medical_job_reads_like_any_other(shape: Shape) -> None:
    assert shape("medical.json").text == "Patient reports chest pain for three days. Start aspirin 81 mg daily."


def test_a_clinical_conversation_has_its_roles(shape: Shape) -> None:
    assert told(shape("health_scribe.json")) == [
        ("CLINICIAN", "Okay, how are you feeling?"),
        ("PATIENT", "My knee still hurts in the morning."),
    ]


def test_the_synchronous_answer_has_punctuation_known_by_its_characters(shape: Shape) -> None:
    transcript = shape("synchronous.json")

    assert told(transcript) == [("spk_0", "The train to Graz leaves at ten. Mind the gap, please.")]
    assert {word.confidence for word in transcript.words} == {None}


def test_synchronous_channels_are_interleaved_though_their_text_is_not() -> None:
    items = [
        {"Content": "Hello", "StartTime": 0.0, "EndTime": 0.4, "ChannelLabel": "ch_0"},
        {"Content": ".", "ChannelLabel": "ch_0"},
        {"Content": "Bye", "StartTime": 3.0, "EndTime": 3.4, "ChannelLabel": "ch_0"},
        {"Content": "Hi", "StartTime": 1.0, "EndTime": 1.4, "ChannelLabel": "ch_1"},
    ]

    transcript = parse({"Results": {"Transcript": "Hello. Bye Hi", "Items": items}})

    assert told(transcript) == [("ch_0", "Hello."), ("ch_1", "Hi"), ("ch_0", "Bye")]


def test_a_stream_counts_final_results_and_the_last_unfinished_one(shape: Shape) -> None:
    assert shape("stream.jsonl").text == (
        "The weather tomorrow will be mild. In the north, expect light rain. And later some"
    )


def test_a_stream_cut_in_the_middle_of_its_last_line_is_read_up_to_there(any_stream: bytes) -> None:
    assert parse(any_stream[:-40]).text == "The weather tomorrow will be mild. In the north, expect light rain."


def test_a_stream_as_an_array_is_the_same_stream(any_stream: bytes) -> None:
    array = json.dumps([json.loads(line) for line in any_stream.splitlines()])

    assert parse(array) == parse(any_stream)


def test_a_stream_of_a_call_has_its_roles() -> None:
    item = {"Content": "Hello", "ItemType": "pronunciation", "BeginOffsetMillis": 500, "EndOffsetMillis": 900}
    event = {"UtteranceEvent": {"IsPartial": False, "ParticipantRole": "AGENT", "Transcript": "Hello", "Items": [item]}}

    assert parse(json.dumps(event)).words == (Word("Hello", 0.5, 0.9, channel_label="AGENT"),)


def test_chinese_words_stand_without_spaces(shape: Shape) -> None:
    assert shape("chinese.json").text == (
        "我们明天上午十点在上海开会，请大家准时参加。会议将讨论新产品的发布计划和市场预算。"
    )


def test_a_job_without_speech_is_an_empty_transcript(shape: Shape) -> None:
    assert shape("silence.json") == Transcript((), job_name="silence")


def test_a_job_of_which_only_segments_are_left_gives_their_words() -> None:
    segments = [{"start_time": "1.0", "end_time": "2.0", "transcript": "Ab cd", "speaker_label": "spk_0"}]

    assert parse({"results": {"audio_segments": segments}}).words == (
        Word("Ab", 1.0, 1.5, speaker_label="spk_0"),
        Word("cd", 1.5, 2.0, speaker_label="spk_0"),
    )


def test_every_shape_tells_the_same_words_after_our_own_json(any_shape: bytes) -> None:
    transcript = parse(any_shape)

    assert parse(record(transcript)) == transcript


def test_every_shape_may_have_a_byte_order_mark_and_windows_line_ends(any_shape: bytes) -> None:
    assert parse(b"\xef\xbb\xbf" + any_shape.replace(b"\n", b"\r\n")) == parse(any_shape)


def test_every_shape_has_times_that_do_not_go_back_inside_a_turn(any_shape: bytes) -> None:
    def in_order(turn: Turn) -> bool:
        return all(a.start_time <= a.end_time and a.start_time <= b.start_time for a, b in pairwise(turn.words))

    assert all(map(in_order, turns(parse(any_shape))))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ("", "the transcript is empty"),
        (" \n", "the transcript is empty"),
        ("hello", "this is not JSON: Expecting value at line 1, column 1"),
        ('{"results": ', "this is not JSON: Expecting value at line 1, column 12"),
        ('{"a": 1}\n{"b": 2}\nnope\n{"c": 3}', "this is not JSON: Expecting value at line 3, column 1"),
        (b"\xff\xfe\x00", "this is not text: byte 0 is not UTF-8"),
        ("42", "this JSON is a single value, not a transcript"),
        ("[]", "this JSON is a list, but not of a stream's events"),
        ("{}", "this JSON is not a transcript: its keys are none"),
        (
            '{"Blocks": [], "DocumentMetadata": {}}',
            "this JSON is not a transcript: its keys are Blocks, DocumentMetadata",
        ),
        ('{"results": {"foo": 1}}', "this JSON is not a transcript: its keys are results"),
        ('{"TranscriptionJob": {}}', "this describes a job (TranscriptionJob), it is not its transcript"),
        (
            '{"results": {"items": [7]}}',
            "this transcript is damaged inside: AttributeError: 'int' object has no attribute 'get'",
        ),
    ],
)
def test_what_is_no_transcript_is_refused_with_a_sentence(data: bytes | str, sentence: str) -> None:
    with pytest.raises(InputError) as refused:
        parse(data)

    assert refused.value.message == sentence
    assert refused.value.hint


@pytest.mark.parametrize("time", ["NaN", "-1", "1e300"])
def test_a_time_that_no_medium_has_is_refused(time: str) -> None:
    with pytest.raises(InputError, match="has a time that no media has"):
        parse(job(items=[pronounced("word", time)]))


def test_odd_items_lose_nothing() -> None:
    items = [
        {"type": "punctuation", "alternatives": [{"content": "¿"}]},
        pronounced("Qué", "1.0"),
        {"type": "pronunciation", "alternatives": []},
        pronounced("", "1.2"),
        {"type": "pronunciation", "alternatives": [{"content": "no\ntimes", "confidence": ""}]},
        {"type": "punctuation", "alternatives": [{"content": "?"}]},
        {"type": "punctuation", "alternatives": [{"content": "»"}]},
    ]

    assert parse(job(items=items)).words == (Word("¿Qué", 1.0, 1.5, 0.5), Word("no times?»", 1.5, 1.5))


def job(items: list[dict[str, Any]]) -> dict[str, Any]:
    return {"jobName": "job", "results": {"transcripts": [{"transcript": ""}], "items": items}}


def pronounced(content: str, start: str, **more: Any) -> dict[str, Any]:
    alternatives = [{"content": content, "confidence": "0.5"}]
    end = str(float(start) + 0.5)
    return {"type": "pronunciation", "alternatives": alternatives, "start_time": start, "end_time": end, **more}


def two_channels() -> dict[str, Any]:
    mark = {"type": "punctuation", "alternatives": [{"content": "."}]}
    left = [pronounced("Hello", "0.0"), mark, pronounced("Bye", "3.0"), mark]
    right = [pronounced("Hi", "1.0"), mark]
    document = job(
        items=[{**item, "channel_label": "ch_0"} for item in left]
        + [{**item, "channel_label": "ch_1"} for item in right]
    )
    channels = [{"channel_label": "ch_0", "items": left}, {"channel_label": "ch_1", "items": right}]
    document["results"]["channel_labels"] = {"channels": channels, "number_of_channels": 2}
    return document
