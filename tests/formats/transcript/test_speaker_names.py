"""Speakers get their names."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from awsml_cli.core.errors import InputError
from awsml_cli.formats.transcript import Transcript, read_names, rename, turns

Shape = Callable[[str], Transcript]


def test_labels_become_names_everywhere(shape: Shape) -> None:
    transcript = rename(shape("diarized_segments.json"), {"spk_0": "Ann", "1": "Dr. Lee"})

    assert transcript.speakers == ("Ann", "Dr. Lee", "spk_10")
    assert [turn.speaker for turn in turns(transcript)] == ["Ann", "Dr. Lee", "Ann", "spk_10"]


def test_channels_and_roles_are_speakers_too(shape: Shape) -> None:
    assert rename(shape("channels.json"), {"ch_0": "Bank", "ch_1": "Caller"}).speakers == ("Bank", "Caller")
    call = rename(shape("call_analytics.json"), {"AGENT": "Kim"})
    assert [segment.speaker_label for segment in call.segments] == ["CUSTOMER", "Kim", "CUSTOMER"]


def test_two_labels_of_one_person_become_one_speaker(shape: Shape) -> None:
    transcript = rename(shape("diarized_segments.json"), {"spk_0": "Ann", "spk_10": "Ann"})

    assert [turn.speaker for turn in turns(transcript)] == ["Ann", "spk_1", "Ann"]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("channels.json", "no speaker is called spk_7; the transcript has ch_0, ch_1"),
        ("batch_plain.json", "no speaker is called spk_7; the transcript has no speakers at all"),
    ],
)
def test_a_label_that_nobody_has_is_refused(shape: Shape, name: str, sentence: str) -> None:
    with pytest.raises(InputError) as refused:
        rename(shape(name), {"spk_7": "Ann"})

    assert refused.value.message == sentence


def test_names_are_read_from_lines() -> None:
    lines = ["\ufeffspk_0=Ann\n", "# who is who\n", "\n", "spk_1, Bob Smith\n", "AGENT\tKim = the boss\n"]

    assert read_names(lines) == {"spk_0": "Ann", "spk_1": "Bob Smith", "AGENT": "Kim = the boss"}


def test_a_line_without_a_name_is_refused_with_its_number() -> None:
    with pytest.raises(InputError) as refused:
        read_names(["spk_0=Ann", "spk_1="])

    assert refused.value.message == "line 2 gives no name: 'spk_1='"
