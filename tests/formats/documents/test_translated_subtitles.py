"""Sentences that run over cues are translated whole and dealt out again; times stay, and no word is lost."""

from __future__ import annotations

import re

import pytest
from document_samples import SRT, TRANSLATORS, VTT
from hypothesis import given
from hypothesis import strategies as st

from awsml_cli.core.errors import InputError
from awsml_cli.formats.documents import Options, read, translate
from awsml_cli.formats.documents.wrapping import deal, lay
from awsml_cli.formats.transcript import Cue, Rules, parse_subtitles, write_srt, write_vtt

WORDS = st.lists(st.sampled_from(["ship", "sailed", "a", "away", "end.", "why?", "well,", "Über", "straße", "ok!", "extraordinarily"]), min_size=1, max_size=14)  # fmt: skip
CUES = st.lists(st.tuples(st.integers(0, 3000), WORDS, st.booleans()), min_size=1, max_size=12)


def cues_of(found) -> list[Cue]:
    cues, at = [], 0
    for gap, words, broken in found:
        text = " ".join(words)
        if broken and len(words) > 3:
            text = " ".join(words[:3]) + "\n" + " ".join(words[3:])
        cues.append(Cue(len(cues) + 1, (at + gap) / 1000, (at + gap + 1500) / 1000, text))
        at += gap + 1500
    return cues


def words_of(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", " ".join(cue.plain for cue in parse_subtitles(text)))


@pytest.mark.parametrize("kind", ["srt", "vtt"])
@given(CUES)
def test_no_word_is_lost_and_no_time_changes(kind, found):
    cues = cues_of(found)
    text = write_srt(cues) if kind == "srt" else write_vtt(cues)
    document = read(kind, text.encode())

    done = document.write(translate(document.segments, TRANSLATORS["growing"])).decode()

    before, after = parse_subtitles(text), parse_subtitles(done)
    assert [(cue.start, cue.end, cue.identifier) for cue in after] == [
        (cue.start, cue.end, cue.identifier) for cue in before
    ]
    assert words_of(done) == [each for word in words_of(text) for each in (word * 2, word)]
    assert all(cue.text for cue in after)


@given(CUES)
def test_unchanged_sentences_leave_every_byte(found):
    data = write_srt(cues_of(found)).encode()
    document = read("srt", data)

    assert document.write([segment.text for segment in document.segments]) == data
    assert (
        " ".join(segment.text for segment in document.segments).split()
        == " ".join(cue.text for cue in parse_subtitles(data.decode())).split()
    )


@given(WORDS, st.lists(st.integers(1, 50), min_size=1, max_size=6))
def test_shares_join_to_the_text(words, weights):
    text = " ".join(words)

    parts = deal(text, tuple(map(float, weights)), Rules().width)

    assert len(parts) == len(weights)
    assert " ".join(part for part in parts if part) == text
    assert sum(map(bool, parts)) == min(len(weights), len(words))


@given(WORDS, st.integers(5, 45), st.integers(1, 4))
def test_lines_join_to_the_text(words, room, most):
    lines = lay(" ".join(words), width=Rules().width, room=room, most=most)

    assert " ".join(lines) == " ".join(words)
    assert len(lines) <= most


@given(
    st.text("你好世界，。、の「」abc", min_size=1, max_size=40), st.lists(st.integers(1, 20), min_size=1, max_size=4)
)
def test_text_without_blanks_is_dealt_out_too(text, weights):
    parts = deal(text, tuple(map(float, weights)), Rules().width)

    assert "".join(parts) == text
    assert not any(part.startswith(("，", "。", "、")) for part in parts[1:] if not text.startswith(part))


def test_sentences_are_found_across_cues():
    assert [segment.text for segment in read("srt", SRT.encode()).segments][:4] == [
        "The ship that sailed from the harbour at dawn was never seen again.",
        "Nobody knew why, and nobody asked.",
        "Dear {name} and {0}, give %s or %(count)d to %1$s for ${total}, {{ user }}; see https://example.com/a?b=1 or ask ann@example.com.",
        "Who is there?",
    ]


def test_a_translated_srt_file():
    document = read("srt", SRT.encode())

    done = document.write(translate(document.segments, TRANSLATORS["shouting"])).decode()

    assert done.startswith(
        "1\n00:00:01,000 --> 00:00:03,500\nTHE SHIP THAT SAILED FROM THE\nHARBOUR AT DAWN WAS NEVER\n\n"
        "2\n00:00:03,600 --> 00:00:06,000\nSEEN AGAIN. NOBODY KNEW WHY, AND\n\n"
        "3\n00:00:06,100 --> 00:00:09,000 X1:40 X2:600\n<i>NOBODY ASKED.</i>\n\n"
        "4\n00:00:10,000 --> 00:00:14,000\n{\\an8}DEAR {name}"
    )
    assert done.endswith(
        "5\n00:00:15,000 --> 00:00:17,000\n- WHO IS THERE?\n- ONLY <b>ME</b>!\n\n6\n00:00:20,000 --> 00:00:21,000\n♪ ♪\n"
    )


def test_a_translated_vtt_file_keeps_what_surrounds_its_words():
    document = read("vtt", VTT.encode())

    done = document.write(translate(document.segments, TRANSLATORS["shouting"])).decode()

    assert done.split("\n\n")[3:7] == [
        "intro\n00:01.000 --> 00:02.500 line:0 align:start\n<v Ann>HELLO &amp; <i>WELCOME</i> TO THE SHOW",
        "00:02.600 --> 00:05.000\n<v Ann>THAT NEVER ENDS. AND SO IT BEGINS.",
        "01:00:00.000 --> 01:00:01.000\n<v.loud Ann>YES! &lt;3</v>\n<v Bob>NO.</v>",
        done.split("\n\n")[6],
    ]
    assert done.split("\n\n")[:3] == VTT.split("\n\n")[:3]


def test_a_tag_that_reaches_over_cues_is_closed_and_opened_again():
    text = "1\n00:00:01,000 --> 00:00:02,000\nHe said <i>that it\n\n2\n00:00:02,000 --> 00:00:03,000\nwas so</i> of course.\n"
    document = read("srt", text.encode())

    done = parse_subtitles(
        document.write(
            [segment.text.upper().replace("<I>", "<i>").replace("</I>", "</i>") for segment in document.segments]
        ).decode()
    )

    assert [cue.text for cue in done] == ["HE SAID <i>THAT IT</i>", "<i>WAS SO</i> OF COURSE."]


def test_more_cues_than_words_leave_the_last_ones_empty():
    text = "1\n00:00:01,000 --> 00:00:02,000\nall of\n\n2\n00:00:02,000 --> 00:00:03,000\nthat is one.\n"

    done = read("srt", text.encode()).write(["Alles."]).decode()

    assert [cue.text for cue in parse_subtitles(done)] == ["Alles.", ""]


def test_a_translation_cannot_end_its_cue():
    text = "1\n00:00:01,000 --> 00:00:02,000\nHello\n"

    done = read("srt", text.encode()).write(["a\n\n2\n00:00:05,000 --> 00:00:06,000\nb"]).decode()

    assert len(parse_subtitles(done)) == 1


def test_long_silence_other_speakers_and_endless_talk_end_a_sentence():
    cues = [Cue(at, at * 10.0, at * 10.0 + 2, "words without end") for at in range(3)]
    assert len(read("srt", write_srt(cues).encode()).segments) == 3

    cues = [Cue(at, at * 2.0, at * 2.0 + 2, "words without end") for at in range(30)]
    assert len(read("srt", write_srt(cues).encode()).segments) == 5

    cues = [Cue(at, at * 2.0, at * 2.0 + 2, "words without end", voice=who) for at, who in enumerate("AAB")]
    assert [segment.text for segment in read("vtt", write_vtt(cues).encode()).segments] == [
        "words without end words without end",
        "words without end",
    ]


def test_lines_are_as_wide_as_the_rules_say():
    text = "1\n00:00:01,000 --> 00:00:09,000\nHello there\n"
    long = "one two three four five six seven eight nine ten"

    assert read("srt", text.encode(), options=Options(rules=Rules(line_width=28))).write([long]).decode().split("\n")[
        2:4
    ] == [
        "one two three four five",
        "six seven eight nine ten",
    ]


def test_a_file_without_cues_is_refused_as_srt_and_empty_as_vtt():
    with pytest.raises(InputError):
        read("srt", b"no subtitles")
    assert read("vtt", b"WEBVTT\n").segments == ()
