"""Subtitles: no word lost or moved, no line too wide, no two at once, and broken where a reader would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from awsml_cli.core.errors import UsageError
from awsml_cli.formats.transcript import (
    PRESETS,
    Options,
    Rules,
    Transcript,
    Word,
    check,
    cut,
    parse_subtitles,
    preset,
    render,
    srt_to_vtt,
    vtt_to_srt,
    write_srt,
    write_vtt,
)
from awsml_cli.formats.transcript.cutting import Run, cut_cues

TALK = "well the report says that we should open a second office in Lisbon because people there know our work"
JAPANESE = "明日 の 会議 は 午後 三時 から 本社 の 会議室 で 行います。"
LATIN = st.text("abcdefgh'ijklmnop-qrstuvwxyzÉß<>&", min_size=1, max_size=14)
WIDE = st.text("日本語中文字幕かなカナ", min_size=1, max_size=6)
CONTENTS = st.one_of(LATIN, LATIN, WIDE, st.sampled_from(["[PII]", "***", "3", "million", "the", "New", "York."]))


@st.composite
def transcripts(draw: st.DrawFn) -> Transcript:
    """Words with any pauses, speakers and marks; now and then a time that goes back, as when people talk at once."""
    clock = 0.0
    words: list[Word] = []
    speaker = None
    for content in draw(st.lists(CONTENTS, max_size=60)):
        speaker = draw(st.sampled_from([speaker, speaker, speaker, "spk_0", "spk_1"]))
        clock = max(0.0, clock + draw(st.sampled_from([0.0, 0.0, 0.05, 0.4, 1.0, 3.0, -0.7])))
        length = draw(st.sampled_from([0.0, 0.1, 0.3, 0.6, 9.0]))
        mark = draw(st.sampled_from(["", "", "", ",", ".", "?"]))
        words.append(Word(content + mark, round(clock, 3), round(clock + length, 3), speaker_label=speaker))
        clock += length
    return Transcript(tuple(words), speakers=tuple(sorted({word.speaker for word in words if word.speaker})))


RULES = st.sampled_from([*PRESETS.values(), Rules(line_width=10, max_lines=1), Rules(line_width=20, max_lines=3)])


@given(transcripts(), RULES, st.booleans(), st.booleans())
def test_every_word_stands_once_and_in_order(
    transcript: Transcript, rules: Rules, labels: bool, dialogue: bool
) -> None:
    subtitles = cut(transcript, rules, labels=labels, dialogue=dialogue)

    assert tuple(word for subtitle in subtitles for word in subtitle.words) == transcript.words


@given(transcripts(), RULES, st.booleans(), st.booleans())
def test_times_go_on_and_never_overlap(transcript: Transcript, rules: Rules, labels: bool, dialogue: bool) -> None:
    subtitles = cut(transcript, rules, labels=labels, dialogue=dialogue)

    assert all(0 <= subtitle.start < subtitle.end for subtitle in subtitles)
    assert all(before.end <= after.start for before, after in pairwise(subtitles))
    assert all(subtitle.end - subtitle.start <= rules.max_duration + 1e-6 for subtitle in subtitles)


@given(transcripts(), RULES, st.booleans(), st.booleans())
def test_lines_keep_to_the_rules(transcript: Transcript, rules: Rules, labels: bool, dialogue: bool) -> None:
    for subtitle in cut(transcript, rules, labels=labels, dialogue=dialogue):
        assert len(subtitle.lines) <= rules.max_lines
        assert all(rules.width(line.text) <= rules.line_width + 1e-6 for line in subtitle.lines if len(line.words) > 1)


@given(transcripts(), RULES)
def test_a_subtitle_is_of_one_speaker(transcript: Transcript, rules: Rules) -> None:
    assert all(len({word.speaker for word in each.words}) == 1 for each in cut(transcript, rules))


@given(transcripts(), RULES)
@settings(deadline=None)
def test_written_and_read_again_nothing_changes(transcript: Transcript, rules: Rules) -> None:
    for kind, write in (("srt", write_srt), ("vtt", write_vtt)):
        text = render(transcript, kind, options=Options(rules))
        if transcript.words:
            assert write(parse_subtitles(str(text))) == text


@given(transcripts())
@settings(deadline=None)
def test_vtt_as_srt_and_back_shows_the_same(transcript: Transcript) -> None:
    """But for text that looks like a tag: SRT has no way to say that it is none."""
    assume(all("<" not in word.content for word in transcript.words))
    cues = parse_subtitles(str(render(transcript, "vtt")))
    without_voices = [replace(cue, voice=None) for cue in cues]

    assert [cue.plain for cue in srt_to_vtt(vtt_to_srt(without_voices))] == [cue.plain for cue in cues]


@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=9),
    st.lists(st.sampled_from([0.0, 3.0, 8.0, 16.0]), min_size=9, max_size=9),
)
def test_the_cutting_is_the_cheapest_of_all(lengths: list[int], costs: list[float]) -> None:
    """Where every cue is one line and time is no matter, all cuttings can be tried."""
    rules = Rules(line_width=16, max_lines=1, characters_per_second=None, min_duration=0.0, max_duration=1e6)
    count = len(lengths)
    run = Run(
        texts=["x" * length for length in lengths],
        spaced=[False, *[True] * (count - 1)],
        starts=[at * 1.0 for at in range(count)],
        ends=[at + 1.0 for at in range(count)],
        breaks=[*costs[: count - 1], 0.0],
        hard=[*[False] * (count - 1), True],
    )

    def price(ends: Sequence[int]) -> float:
        total = 0.0
        for first, end in pairwise((0, *ends)):
            width = sum(lengths[first:end]) + end - first - 1
            if width > 16 and end - first > 1:
                return float("inf")
            total += run.breaks[end - 1] + 6.0 + (12.0 if width + run.spaced[first] < 16 / 3 else 0.0)
        return total

    every = ([at for at in range(1, count) if mask >> at & 1] + [count] for mask in range(0, 2**count, 2))
    assert price([cue[-1] for cue in cut_cues(run, rules)]) == pytest.approx(min(map(price, every)))


def spoken(text: str, *, rate: float = 14.0, speaker: str | None = None, start: float = 0.0) -> list[Word]:
    """Words said at RATE characters a second; `|` is a silence of two seconds."""
    words = []
    for content in text.split():
        if content == "|":
            start += 2.0
            continue
        end = start + max(0.1, len(content) / rate)
        words.append(Word(content, round(start, 3), round(end, 3), speaker_label=speaker))
        start = end + 0.02
    return words


def shown(
    words: list[Word], rules: Rules | None = None, *, language: str = "en-US", dialogue: bool = False
) -> list[str]:
    transcript = Transcript(tuple(words), language_code=language)
    return [subtitle.text for subtitle in cut(transcript, rules or Rules(), dialogue=dialogue)]


def test_a_short_sentence_stays_on_one_line() -> None:
    assert shown(spoken("I will see you in the morning.")) == ["I will see you in the morning."]


def test_cues_end_with_sentences_and_lines_with_clauses() -> None:
    words = spoken(
        "When the rain had stopped, we went down to the river. The bridge was gone, and nobody knew how to cross."
    )

    assert shown(words) == [
        "When the rain had stopped,\nwe went down to the river.",
        "The bridge was gone,\nand nobody knew how to cross.",
    ]


def test_no_line_ends_with_an_article_or_a_preposition() -> None:
    words = spoken("We are aiming to get a much better television service for the people in the valley this year")

    ends = [line.rsplit(" ", 1)[-1] for text in shown(words) for line in text.split("\n")]
    assert not {"a", "the", "to", "for", "in"} & set(ends)


def test_numbers_and_names_stay_whole() -> None:
    words = spoken("it was reported yesterday evening that 12 million people had seen Maria Theresa Lopez on the news")

    lines = [line for text in shown(words) for line in text.split("\n")]
    assert any("12 million" in line for line in lines)
    assert any("Maria Theresa Lopez" in line for line in lines)


def test_an_abbreviation_ends_no_sentence() -> None:
    assert shown(spoken("Please ask Dr. Lee about it.")) == ["Please ask Dr. Lee about it."]


def test_no_cue_reaches_over_a_long_silence_or_a_change_of_speaker() -> None:
    words = spoken("One moment. | Here it is.", speaker="a")
    words += spoken("Thank you very much.", speaker="b", start=words[-1].end_time + 0.2)

    assert shown(words) == ["One moment.", "Here it is.", "Thank you very much."]


def test_quick_turns_share_the_screen_in_a_dialogue() -> None:
    words = spoken("Ready?", speaker="a") + spoken("Yes, let us go.", speaker="b", start=0.6)

    assert shown(words, dialogue=True) == ["- Ready?\n- Yes, let us go."]


def test_who_talks_over_another_waits_until_the_other_could_be_read() -> None:
    words = spoken("So what I really wanted to say about all of this is that we need a plan.", speaker="a", rate=10.0)
    words += [Word("Yeah,", 1.0, 1.3, speaker_label="b"), Word("yeah.", 1.3, 1.6, speaker_label="b")]

    times = [(subtitle.start, subtitle.end) for subtitle in cut(Transcript(tuple(words)), Rules())]
    assert times == [(0.0, 2.92), (3.0, 4.0)]


def test_japanese_is_cut_at_full_width_lines_without_spaces() -> None:
    words = [Word(word, at * 0.5, at * 0.5 + 0.5) for at, word in enumerate(JAPANESE.split())]

    lines = [line for text in shown(words, language="ja-JP") for line in text.split("\n")]
    assert "".join(lines) == "明日の会議は午後三時から本社の会議室で行います。"
    assert max(map(len, lines)) <= 13


def test_a_short_word_gets_its_time_from_the_silence_around_it() -> None:
    [subtitle] = cut(Transcript((Word("Yes.", 5.0, 5.2),)), Rules())

    assert (subtitle.start, subtitle.end) == (5.0, 6.0)


def test_small_silences_are_closed_and_large_ones_are_not() -> None:
    words = spoken("This is the first of two sentences.") + spoken("And here begins the second one now.", start=2.5)
    words += spoken("A third one follows much later.", start=12.0)

    cues = cut(Transcript(tuple(words)), Rules(max_lines=1))
    assert [round(after.start - before.end, 3) for before, after in pairwise(cues)] == [0.08, pytest.approx(6.5, abs=1)]


def conversation(seed: int, *, rate: float, count: int = 400) -> Transcript:
    """A talk of several people as speech really flows: sentences of 3 to 18 words, breaths, pauses."""
    chance = Random(seed)
    words: list[Word] = []
    clock = 0.0
    while len(words) < count:
        speaker = f"spk_{chance.randrange(3)}"
        for _ in range(chance.randint(1, 4)):
            length = chance.randint(5, 18)
            sentence = [chance.choice(TALK.split()) + ("," if at % 6 == 5 else "") for at in range(length)]
            words += (said := spoken(" ".join(sentence).rstrip(",") + ".", rate=rate, speaker=speaker, start=clock))
            clock = said[-1].end_time + chance.uniform(0.2, 1.2)
    return Transcript(tuple(words), "en-US", speakers=("spk_0", "spk_1", "spk_2"))


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("kind", ["srt", "vtt"])
@pytest.mark.parametrize("seed", range(5))
def test_presets_are_obeyed(name: str, kind: str, seed: int) -> None:
    """Calm speech (some 90 words a minute in all) breaks no rule of any house."""
    transcript = conversation(seed, rate=8.0)

    text = str(render(transcript, kind, options=Options(rules=preset(name), speakers=kind == "vtt")))

    assert check(text, preset(name)) == []


@pytest.mark.parametrize("name", PRESETS)
def test_talk_that_is_too_fast_breaks_the_reading_speed_and_nothing_else(name: str) -> None:
    text = str(render(conversation(1, rate=26.0), "srt", options=Options(rules=preset(name), speakers=False)))

    assert {violation.rule for violation in check(text, preset(name))} == {"reading_speed"}


def test_an_unknown_preset_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError) as refused:
        preset("hbo")

    assert (refused.value.message, refused.value.hint) == (
        "there is no preset hbo",
        "presets: default, netflix, bbc, dcmp, youtube",
    )


@pytest.mark.parametrize("wrong", [{"line_width": 0}, {"min_duration": 9.0}, {"characters_per_second": 0.0}])
def test_rules_that_nothing_can_keep_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(UsageError):
        Rules(**wrong)  # type: ignore[arg-type]
