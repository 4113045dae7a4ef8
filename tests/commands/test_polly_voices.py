"""`awsml polly voices`: the list of voices, in every format."""

from __future__ import annotations

import csv
import io
import json

import pytest
import yaml
from fakeaws import Aws
from fakeaws.program import Program


def test_a_line_a_voice_in_a_pipe(aws: Aws, awsml: Program) -> None:
    lines = awsml("polly", "voices", "--language", "en-GB").text.splitlines()
    assert lines
    assert {line.split("\t")[1] for line in lines} == {"en-GB"}
    assert all(len(line.split("\t")) == 5 for line in lines)


def test_a_table_at_a_terminal(aws: Aws, awsml: Program) -> None:
    shown = awsml("polly", "voices", "--language", "en-GB", tty={"stdout"}, env={"NO_COLOR": "1"}).text
    assert shown.split()[:2] == ["id", "language_code"]
    assert "Amy" in shown


@pytest.mark.parametrize("format", ["json", "jsonl", "csv", "tsv", "yaml", "raw"])
def test_every_format_names_the_same_voices(aws: Aws, awsml: Program, format: str) -> None:
    names = [line.split("\t")[0] for line in awsml("polly", "voices").text.splitlines()]
    text = awsml("polly", "voices", "-f", format).text
    if format == "json":
        found = [voice["id"] for voice in json.loads(text)]
    elif format == "jsonl":
        found = [json.loads(line)["id"] for line in text.splitlines()]
    elif format == "yaml":
        found = [voice["id"] for voice in yaml.safe_load(text)]
    elif format == "raw":
        found = [voice["Id"] for voice in json.loads(text)["Voices"]]
    else:
        found = [row["id"] for row in csv.DictReader(io.StringIO(text), delimiter="," if format == "csv" else "\t")]
    assert found == names


def test_filters_and_a_query_go_together(aws: Aws, awsml: Program) -> None:
    run = awsml("polly", "voices", "--engine", "neural", "--gender", "male", "--query", "[].[id,gender]", "-f", "json")
    assert {gender for _, gender in json.loads(run.text)} == {"Male"}
    assert {call.params["Engine"] for call in aws.calls_of("DescribeVoices")} == {"neural"}
