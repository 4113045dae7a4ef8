"""Speech marks of pieces become marks of the whole speech and its original text, and subtitles."""

from __future__ import annotations

import datetime
import io
import json

import pytest
import srt as srt_reader
import webvtt
from hypothesis import given
from hypothesis import strategies as st

from awsml_cli.core.errors import InputError
from awsml_cli.formats.pieces import cut
from awsml_cli.formats.speech_marks import cues, json_lines, parse, shift, srt, vtt, word_times
from awsml_cli.formats.ssml import Manner, SsmlPiece, plain, split_pieces, wrap


def spoken_by_polly(piece: SsmlPiece, *words: str) -> bytes:
    """Answer as Polly does: a word every 100 ms, offsets in bytes of what was sent."""
    data, lines, at = piece.ssml.encode(), [], 0
    for number, word in enumerate(words):
        begin = at = data.index(word.encode(), at)
        mark = {"time": number * 100, "type": "word", "start": begin, "end": begin + len(word.encode()), "value": word}
        lines.append(json.dumps(mark))
    return "\n".join(lines).encode()


def sentence(time: int, value: str) -> dict[str, object]:
    return {"time": time, "type": "sentence", "start": 0, "end": 1, "value": value}


def test_marks_of_pieces_stand_on_one_timeline_and_in_one_text():
    text = "Grüße 👍. Für dich."
    pieces = [plain("Grüße 👍."), plain("Für dich.", at=9)]
    answers = [spoken_by_polly(pieces[0], "Grüße"), spoken_by_polly(pieces[1], "Für", "dich")]
    merged = [
        mark
        for piece, answer, start in zip(pieces, answers, (0.0, 1.2344), strict=True)
        for mark in shift(parse(answer), start, origin=piece.origin)
    ]
    assert [(mark["time"], text[mark["start"] : mark["end"]]) for mark in merged] == [
        (0, "Grüße"),
        (1234, "Für"),
        (1334, "dich"),
    ]


def test_marks_of_split_ssml_stand_in_the_whole_ssml():
    ssml = "<speak><p>One <emphasis>zwölf</emphasis>.</p><p>AT&amp;T three.</p></speak>"
    one, two = split_pieces(ssml, limit_billed=12)
    [moved] = shift(parse(spoken_by_polly(two, "three")), 2.0, origin=two.origin)
    assert ssml[moved["start"] : moved["end"]] == "three"
    [moved] = shift(parse(spoken_by_polly(one, "zwölf")), 0.0, origin=one.origin)
    assert ssml[moved["start"] : moved["end"]] == "zwölf"


@given(st.lists(st.sampled_from(["word", "für", "👍🏽", "a<b", "AT&T", "日本"]), min_size=1, max_size=40))
def test_every_word_is_found_again_however_it_was_cut_and_wrapped(words):
    text = " ".join(words)
    at, found = 0, []
    for piece in cut([text], 30, measure=len, paragraphs=False):
        at += len(piece.before)
        sent = wrap(piece.text, Manner(rate="fast"), at=at)
        at += len(piece.text) + len(piece.after)
        escaped = [word.replace("&", "&amp;").replace("<", "&lt;") for word in piece.text.split()]
        found += shift(parse(spoken_by_polly(sent, *escaped)), 0.0, origin=sent.origin)
    assert [text[mark["start"] : mark["end"]] for mark in found] == words


def test_a_viseme_has_no_place_in_the_text():
    [moved] = shift(parse(b'{"time":125,"type":"viseme","value":"p"}\n'), 1.0, origin=plain("x").origin)
    assert moved == {"time": 1125, "type": "viseme", "value": "p"}


def test_json_lines_are_polly_s_own():
    line = '{"time":6,"type":"word","start":0,"end":5,"value":"Grüße"}\n'
    assert list(json_lines(parse(line.encode()))) == [line]


@pytest.mark.parametrize(
    "answer", [b"<html>", b'{"time": 1}', b"[1]", b'{"time": "x", "type": "word"}', b"\xff\xfb\x90"]
)
def test_other_answers_are_refused(answer):
    with pytest.raises(InputError, match="the speech marks of piece 3 are not what was expected"):
        parse(answer, number=3)


MARKS = [sentence(0, "One & two."), sentence(1500, "Three\n\nfour <x>."), sentence(3_661_001, "Five.")]


def test_subrip_is_read_by_others():
    read = list(srt_reader.parse("".join(srt(MARKS, 3_662.5))))
    assert [(cue.index, cue.start, cue.end, cue.content) for cue in read] == [
        (1, datetime.timedelta(0), datetime.timedelta(seconds=1.5), "One & two."),
        (2, datetime.timedelta(seconds=1.5), datetime.timedelta(seconds=3661.001), "Three four <x>."),
        (3, datetime.timedelta(seconds=3661.001), datetime.timedelta(seconds=3662.5), "Five."),
    ]


def test_webvtt_is_read_by_others():
    written = "".join(vtt(MARKS, 3_662.5))
    read = webvtt.from_buffer(io.StringIO(written))
    assert [(cue.start, cue.end) for cue in read] == [
        ("00:00:00.000", "00:00:01.500"),
        ("00:00:01.500", "01:01:01.001"),
        ("01:01:01.001", "01:01:02.500"),
    ]
    assert "One &amp; two.\n" in written
    assert "Three four &lt;x&gt;.\n" in written


def test_tags_of_ssml_are_no_words():
    marks = [sentence(0, 'Mary had <break time="1s"/>a &lt;lamb&gt; &amp;amp; <mark name="x"/>ate.')]
    assert [cue.text for cue in cues(marks, 1.0, is_ssml=True)] == ["Mary had a <lamb> &amp; ate."]


def test_words_make_the_cues_where_there_are_no_sentences():
    words = [{"time": time, "type": "word", "value": str(time)} for time in (200, 0)]
    assert [(cue.begin, cue.end, cue.text) for cue in cues(words, 0.5)] == [(0.0, 0.2, "0"), (0.2, 0.5, "200")]
    assert cues([], 1.0) == []
    assert "".join(srt([], 1.0)) == ""


def test_a_word_ends_where_the_next_begins_and_the_last_with_the_sound():
    marks = [{"time": 0, "type": "word", "value": "a"}, sentence(0, "a b"), {"time": 300, "type": "word", "value": "b"}]
    assert [(mark["value"], begin, end) for mark, begin, end in word_times(marks, 0.9)] == [
        ("a", 0.0, 0.3),
        ("b", 0.3, 0.9),
    ]
