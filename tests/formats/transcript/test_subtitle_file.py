"""SRT and WebVTT files are read as people write them, and written as players want them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awsml_cli.core.errors import InputError
from awsml_cli.formats.transcript import (
    Cue,
    parse_subtitles,
    read_subtitle_file,
    srt_to_vtt,
    vtt_to_srt,
    write_srt,
    write_vtt,
)

VTT = """WEBVTT - a title
Kind: captions

STYLE
::cue { color: yellow }

NOTE for the
translator

intro
00:01.000 --> 00:02.500 line:0 align:start
<v Ann>Hello &amp; <i>welcome</i></v>

01:00:00.000 --> 01:00:01.000
<v.loud Ann>Yes!</v>
<v Bob>No.</v>

NOTE the end
"""


def test_srt_is_read_as_it_should_be() -> None:
    text = "1\n00:00:01,000 --> 00:00:02,500\nHello\n<i>you</i>\n\n2\n00:00:03,000 --> 00:00:04,000 X1:10\nBye\n"

    assert parse_subtitles(text) == [
        Cue(1, 1.0, 2.5, "Hello\n<i>you</i>", identifier="1"),
        Cue(2, 3.0, 4.0, "Bye", settings="X1:10", identifier="2"),
    ]


def test_srt_is_read_as_it_should_not_be() -> None:
    text = (
        "\ufeff\r\n0\r\n00:00:01.5 --> 00:00:02,5\r\nFirst\r\n\r\nstill first\r\n"
        "00:03 --> 00:04,000\r\nno number\r\n\r\n\r\n17\r\n1:00:00,000-->1:00:01,000\r\n42\r\n"
    )

    assert [(cue.index, cue.start, cue.end, cue.text) for cue in parse_subtitles(text)] == [
        (1, 1.5, 2.5, "First\n\nstill first"),
        (2, 3.0, 4.0, "no number"),
        (3, 3600.0, 3601.0, "42"),
    ]


def test_vtt_is_read_with_voices_settings_and_everything_around() -> None:
    file = read_subtitle_file(VTT)

    assert file.header == "- a title\nKind: captions"
    assert file.after == ("NOTE the end",)
    assert file.cues == (
        Cue(
            1,
            1.0,
            2.5,
            "Hello &amp; <i>welcome</i>",
            settings="line:0 align:start",
            voice="Ann",
            identifier="intro",
            before=("STYLE\n::cue { color: yellow }", "NOTE for the\ntranslator"),
        ),
        Cue(2, 3600.0, 3601.0, "<v.loud Ann>Yes!</v>\n<v Bob>No.</v>", voice="Ann"),
    )


def test_vtt_is_written_as_it_was_but_for_hours_which_are_always_there() -> None:
    assert read_subtitle_file(VTT).write() == VTT.replace("00:01.000 --> 00:02.500", "00:00:01.000 --> 00:00:02.500")


def test_a_vtt_file_may_have_no_cue() -> None:
    assert read_subtitle_file("WEBVTT\n").cues == ()
    assert read_subtitle_file("WEBVTT\n").write() == "WEBVTT\n"


def test_the_plain_text_is_without_tags_and_entities() -> None:
    first, second = read_subtitle_file(VTT).cues

    assert (first.plain, second.plain) == ("Hello & welcome", "Yes!\nNo.")
    assert Cue(1, 0, 1, "{\\an8}<font color=red>Hi</font> <00:00:01.000>you").plain == "Hi you"


@pytest.mark.parametrize("text", ["", "no subtitles here", "1\n2\n3\n", "WEBVTTX\n\nno"])
def test_text_without_cues_is_refused(text: str) -> None:
    with pytest.raises(InputError) as refused:
        parse_subtitles(text)

    assert refused.value.message == "there is no subtitle in this text"


def test_srt_is_numbered_anew_and_cannot_be_broken_by_its_text() -> None:
    cues = [Cue(7, 0.0, 1.0, "a\n\nb --> c\n"), Cue(3, 3599.9996, 3601.0, "d")]

    assert write_srt(cues) == "1\n00:00:00,000 --> 00:00:01,000\na\nb -> c\n\n2\n01:00:00,000 --> 01:00:01,000\nd\n"


def test_vtt_becomes_srt_with_names_and_without_entities() -> None:
    assert [cue.text for cue in vtt_to_srt(read_subtitle_file(VTT).cues)] == [
        "Ann: Hello & <i>welcome</i>",
        "Ann: Yes!\nBob: No.",
    ]


def test_srt_becomes_vtt_with_its_simple_tags_and_all_else_as_text() -> None:
    cues = [Cue(1, 0.0, 1.0, '{\\an8}<I>Tom</I> & <font color="red">Jerry</font>: 1 < 2 &amp; <wow>')]

    assert [cue.text for cue in srt_to_vtt(cues)] == ["<i>Tom</i> &amp; Jerry: 1 &lt; 2 &amp;amp; &lt;wow&gt;"]


LINES = st.lists(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs")), min_size=1).filter(
        lambda line: "-->" not in line and not line.isdecimal()
    ),
    min_size=1,
    max_size=3,
)
TIMES = st.integers(0, 359_999_999).map(lambda milliseconds: milliseconds / 1000)


@given(st.lists(st.tuples(TIMES, TIMES, LINES), min_size=1, max_size=5))
def test_what_is_written_as_srt_is_read_again(cues: list[tuple[float, float, list[str]]]) -> None:
    written = write_srt(Cue(0, start, end, "\n".join(lines)) for start, end, lines in cues)

    assert [(cue.start, cue.end, cue.text.split("\n")) for cue in parse_subtitles(written)] == cues


@given(st.lists(st.tuples(TIMES, TIMES, LINES), min_size=1, max_size=5))
def test_srt_as_vtt_shows_the_same_text(cues: list[tuple[float, float, list[str]]]) -> None:
    plain = [Cue(0, start, end, "\n".join(lines).replace("<", "").replace("{", "")) for start, end, lines in cues]

    read = parse_subtitles(write_vtt(srt_to_vtt(plain)))

    assert [cue.plain for cue in read] == [cue.text.strip("\n").replace("\n\n", "\n") for cue in plain]


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    for prefix in ("WEBVTT\n\n00:00.000 --> 00:01.000\n", "1\n00:00:00,000 --> 00:00:01,000\n"):
        assert read_subtitle_file(prefix + text).cues
