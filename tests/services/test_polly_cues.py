"""Who says what when: subtitles read as they come, whoever wrote them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awsml_cli.core.errors import InputError, UsageError
from awsml_cli.core.sources import PAUSE
from awsml_cli.services.polly.cues import Cast, Line, cast, lines, weight

SRT = """1
00:00:01,000 --> 00:00:02,500
Good morning.

2
00:00:03,000 --> 00:00:04,000
How are
you?

3
00:01:00,000 --> 00:01:02,000
1874
"""
VTT = """WEBVTT - a talk

NOTE nobody reads this

first
00:01.000 --> 00:02.500 align:start
<v Ann>Good <i>morning</i>.</v>

00:03.000 --> 00:04.000
How are
you?

STYLE
::cue { color: red }

third
01:00.000 --> 01:02.000
1874
"""
SAID = [
    Line(1, 1.0, 2.5, "Good morning."),
    Line(2, 3.0, 4.0, "How are you?"),
    Line(3, 60.0, 62.0, "1874"),
]


def said(*chunks: str, speakers: tuple[str, ...] = ()) -> list[Line]:
    return [line for found in lines(chunks, speakers=speakers) for line in found]


def cut(text: str, places: list[int]) -> Iterator[str]:
    edges = [0, *sorted({place % (len(text) + 1) for place in places}), len(text)]
    return (text[begin:end] for begin, end in itertools.pairwise(edges))


class TestLines:
    def test_of_srt(self) -> None:
        assert said(SRT) == SAID

    def test_of_webvtt(self) -> None:
        assert said(VTT) == [Line(1, 1.0, 2.5, "Good morning.", "Ann"), *SAID[1:]]

    @given(st.lists(st.integers(0, 1_000), max_size=12), st.sampled_from(["\n", "\r\n", "\r"]), st.booleans())
    def test_however_it_comes_it_is_the_same(self, places: list[int], end: str, is_srt: bool) -> None:
        text = (SRT if is_srt else VTT).replace("\n", end)
        assert said(*cut(text, places)) == said(text)

    def test_a_cue_is_given_as_soon_as_the_next_begins(self) -> None:
        begun = SRT.index("3\n00:01")
        source = iter([SRT[: begun + 40], SRT[begun + 40 :]])
        assert next(lines(source)) == SAID[:2]
        assert len(list(source)) == 1

    def test_a_source_that_pauses_behind_a_cue_has_ended_it(self) -> None:
        source = iter([SRT[: SRT.index("2\n")], PAUSE, SRT[SRT.index("2\n") :]])
        found = lines(source)
        assert next(found) == SAID[:1]
        assert [line for more in found for line in more] == SAID[1:]

    def test_a_pause_within_a_cue_ends_nothing(self) -> None:
        at = SRT.index("morning")
        assert said(SRT[:at], PAUSE, SRT[at:]) == SAID

    @pytest.mark.parametrize("text", ["", "Hello.", "WEBVTT\n\nNOTE x\n"])
    def test_no_cue_is_an_error(self, text: str) -> None:
        with pytest.raises(InputError, match="nothing to speak"):
            said(text)

    def test_signs_are_not_spoken_and_keep_their_time(self) -> None:
        assert said(SRT.replace("Good morning.", "♪ … ♪"))[0] == Line(1, 1.0, 2.5, "")

    def test_dashes_are_not_spoken(self) -> None:
        assert said(SRT.replace("How are\nyou?", "- How are you?\n– Fine."))[1].text == "How are you? Fine."


class TestSpeakers:
    def test_several_in_one_cue_share_its_time_by_what_they_say(self) -> None:
        text = "WEBVTT\n\n00:00.000 --> 00:06.000\n<v Ann>12345 <v Bob>1234567890\n"
        assert said(text) == [Line(1, 0.0, 2.0, "12345", "Ann"), Line(1, 2.0, 6.0, "1234567890", "Bob")]

    def test_a_name_in_front_is_a_speaker_only_if_it_is_known(self) -> None:
        text = SRT.replace("Good morning.", "ANN: Good morning.\nNote: hm.\nBob: Yes.")
        assert [(line.speaker, line.text) for line in said(text, speakers=("ann", "bob"))][:2] == [
            ("ANN", "Good morning. Note: hm."),
            ("Bob", "Yes."),
        ]
        assert said(text)[0].text == "ANN: Good morning. Note: hm. Bob: Yes."

    def test_what_a_transcription_writes(self) -> None:
        text = "WEBVTT\n\n00:00.000 --> 00:01.000\n<v spk_0>Hi.</v>\n\n00:01.000 --> 00:02.000\n<v spk_1>Ho.</v>\n"
        assert [(line.speaker, line.text) for line in said(text)] == [("spk_0", "Hi."), ("spk_1", "Ho.")]


class TestCast:
    def test_of_words(self) -> None:
        assert cast(["Joanna", "spk_0=Amy", " Dr. No = Brian "]) == Cast({"spk_0": "Amy", "dr. no": "Brian"}, "Joanna")

    def test_who_speaks(self) -> None:
        given = cast(["Joanna", "Ann=Amy"])
        assert [given.voice(name) for name in ("ANN", "Bob", None)] == ["Amy", "Joanna", "Joanna"]

    @pytest.mark.parametrize("words", [["Ann="], ["=Amy"], [""], ["Amy", "Joanna"], ["a=Amy", "A=Joanna"]])
    def test_words_that_contradict_each_other(self, words: list[str]) -> None:
        with pytest.raises(UsageError):
            cast(words)


def test_syllables_and_digits_take_longer_than_letters() -> None:
    assert [weight(text) for text in ("abc", "日本", "한국", "12")] == pytest.approx([3, 5.4, 5.4, 8])
