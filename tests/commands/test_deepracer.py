"""`awsml deepracer`: refused, whatever is wanted of it, and what took its place is named."""

from __future__ import annotations

import pytest
from fakeaws import Aws
from fakeaws.program import Program


@pytest.mark.parametrize("words", [["create", "--name", "x"], ["--list"]])
def test_what_is_wanted_of_it_is_refused(aws: Aws, awsml: Program, words: list[str]) -> None:
    run = awsml("deepracer", *words)
    assert (run.exit_code, run.stdout, aws.calls) == (6, b"", [])
    assert run.stderr.startswith("error: AWS DeepRacer was retired on ")
    assert "DeepRacer on AWS" in run.stderr


@pytest.mark.parametrize("words", [[], ["explain"]])
def test_it_explains_itself(aws: Aws, awsml: Program, words: list[str]) -> None:
    run = awsml("deepracer", *words, tty={"stdin", "stdout"})
    assert (run.exit_code, aws.calls) == (0, [])
    assert "DeepRacer on AWS" in run.text
