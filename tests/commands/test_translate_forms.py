"""`awsml translate` keeps the form of what it is given: times of subtitles, tags, placeholders."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import srt
from fakeaws import Aws
from fakeaws.program import Program

VTT = """WEBVTT

00:00:01.000 --> 00:00:03.500
<v Ann>Good morning, and
welcome to the show.

00:00:04.000 --> 00:00:05.000
<v Bob>Thank you.
"""


def test_subtitles_on_stdin_keep_their_times_and_voices(aws: Aws, awsml: Program) -> None:
    text = awsml("translate", "--to", "es", stdin=VTT).text
    times = [line for line in text.splitlines() if "-->" in line]
    assert times == ["00:00:01.000 --> 00:00:03.500", "00:00:04.000 --> 00:00:05.000"]
    assert text.startswith("WEBVTT\n")
    assert ("<v Ann>Good~es" in text, "<v Bob>Thank~es" in text) == (True, True)
    assert all("-->" not in call.params["Text"] for call in aws.calls)


def test_srt_is_read_by_an_independent_parser(aws: Aws, awsml: Program, tmp_path: Path) -> None:
    made = "1\n00:00:01,000 --> 00:00:02,000\nOne house.\n\n2\n00:00:03,000 --> 00:00:04,000\nTwo cats.\n"
    (tmp_path / "talk.srt").write_text(made)
    awsml("translate", "--to", "es", "--file", "talk.srt", "-o", "talk.es.srt", cwd=tmp_path)
    cues = list(srt.parse((tmp_path / "talk.es.srt").read_text()))
    assert [(cue.start.total_seconds(), cue.content) for cue in cues] == [
        (1.0, "One~es house~es."),
        (3.0, "Two~es cats~es."),
    ]


def test_html_keeps_its_tags_and_code(aws: Aws, awsml: Program) -> None:
    page = "<!DOCTYPE html><html><body><p>Run <code>make</code> now.</p><script>var a = 1;</script></body></html>"
    text = awsml("translate", "--to", "es", "--from", "en", stdin=page).text
    assert ("<code>make</code>" in text, "<script>var a = 1;</script>" in text, "now~es" in text) == (True, True, True)


def test_placeholders_in_json_survive(aws: Aws, awsml: Program, tmp_path: Path) -> None:
    (tmp_path / "en.json").write_text(json.dumps({"greeting": "Hello {name}, you have %d letters."}))
    run = awsml("translate", "--to", "es", "--from", "en", "--file", "en.json", cwd=tmp_path)
    said = json.loads(run.text)["greeting"]
    assert ("{name}" in said, "%d" in said, "Hello~es" in said) == (True, True, True)


@pytest.mark.parametrize("text", ["5 --> 6 is a step.\n", "<b> is a tag, they say.\n", "{not json}\n"])
def test_plain_text_is_not_taken_for_something_else(aws: Aws, awsml: Program, text: str) -> None:
    said = awsml("translate", "--to", "es", "--from", "en", stdin=text).text
    assert (said.replace("~es", ""), len(aws.calls)) == (text, 1)


@pytest.mark.parametrize("kept", ["{name}", "%(n)d", "${x}", "{{x}}", "<br/>", "https://a.example/b?c=d", "`ls -l`"])
def test_placeholders_in_plain_text_survive(aws: Aws, awsml: Program, kept: str) -> None:
    said = awsml("translate", "--to", "es", "--from", "en", stdin=f"Dear friend {kept} of ours.\n").text
    assert (said.replace("~es", ""), kept in aws.calls[0].params["Text"]) == (f"Dear friend {kept} of ours.\n", False)


def test_one_language_is_found_out_and_holds_for_all_segments(aws: Aws, awsml: Program) -> None:
    awsml("translate", "--to", "es", stdin=VTT)
    assert [call.params["SourceLanguageCode"] for call in aws.calls] == ["auto", "en"]


def test_the_record_of_a_file_says_its_languages(aws: Aws, awsml: Program) -> None:
    record = json.loads(awsml("translate", "--to", "es", "-f", "json", stdin=VTT).text)
    assert (record["source_language_code"], record["translated_text"][:6]) == ("en", "WEBVTT")
