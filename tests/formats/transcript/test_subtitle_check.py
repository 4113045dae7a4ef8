"""A checker names each cue that breaks a rule, and how."""

from __future__ import annotations

import pytest

from awsml_cli.core.errors import InputError
from awsml_cli.formats.transcript import Cue, Rules, Violation, check, preset


def found(cues: list[Cue], rules: Rules) -> list[tuple[int, str, str]]:
    return [(violation.cue, violation.rule, violation.message) for violation in check(cues, rules)]


def test_good_subtitles_have_no_violation() -> None:
    assert check("1\n00:00:01,000 --> 00:00:03,000\nGood morning.\n", preset("netflix")) == []


def test_every_rule_is_named_with_its_cue() -> None:
    cues = [
        Cue(1, 0.0, 2.0, "This line is certainly longer than forty-two characters.\nb\nc"),
        Cue(2, 2.0, 2.4, "Short."),
        Cue(3, 2.7, 12.0, "This one stays for far too long."),
        Cue(4, 11.0, 12.5, ""),
        Cue(5, 10.0, 10.0, "Never seen."),
    ]

    assert found(cues, preset("netflix")) == [
        (1, "line_count", "3 lines, 2 are allowed"),
        (
            1,
            "line_width",
            "a line of 56 characters, 42 are allowed: This line is certainly longer than forty-two characters.",
        ),
        (1, "reading_speed", "29.0 characters a second, 20 are allowed"),
        (1, "gap", "0.000 s before the next cue, 0.083 s are needed"),
        (2, "min_duration", "0.400 s on the screen, 0.833 s are needed"),
        (2, "gap", "dark for 0.300 s: leave 0.083 s before the next cue, or 0.5 s"),
        (3, "max_duration", "9.300 s on the screen, 7 s are allowed"),
        (3, "overlap", "1.000 s together with the next cue"),
        (4, "empty", "there is no text"),
        (4, "order", "the next cue begins 1.000 s before this one"),
        (5, "order", "it ends 0.000 s before it begins"),
    ]


def test_a_violation_carries_its_figures() -> None:
    [violation] = check([Cue(1, 0.0, 0.5, "Hi.")], Rules())

    assert violation == Violation(1, "min_duration", 0.5, 1.0, "0.500 s on the screen, 1.000 s are needed")


def test_words_a_minute_are_counted_where_the_house_counts_them() -> None:
    cues = [Cue(1, 0.0, 1.5, "one two three four five six")]

    assert found(cues, preset("bbc")) == [(1, "reading_speed", "240.0 words a minute, 180 are allowed")]


def test_tags_and_entities_are_not_counted() -> None:
    text = "WEBVTT\n\n00:00.000 --> 00:03.000\n<v Ann><i>" + "&amp;" * 42 + "</i></v>\n"

    assert check(text, preset("netflix")) == []


@pytest.mark.parametrize(("language", "breaches"), [("zh-CN", 0), ("ja-JP", 1)])
def test_full_width_characters_fill_a_line_sooner(language: str, breaches: int) -> None:
    cues = [Cue(1, 0.0, 3.0, "字" * 16)]

    assert len(check(cues, preset("netflix"), language=language)) == breaches
    assert [violation.rule for violation in check([Cue(1, 0.0, 3.0, "字" * 17)], preset("netflix"))] == ["line_width"]


def test_a_cue_that_stays_as_long_as_it_may_may_leave_a_small_gap() -> None:
    assert found([Cue(1, 0.0, 7.0, "Slow."), Cue(2, 7.3, 9.0, "Speech.")], preset("netflix")) == []


def test_a_file_without_cues_is_refused() -> None:
    with pytest.raises(InputError):
        check("nothing", Rules())
