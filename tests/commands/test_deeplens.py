"""`awsml deeplens`: refused, whatever is wanted of it, and what took its place is named."""

from __future__ import annotations

import pytest
from fakeaws import Aws
from fakeaws.program import Program


@pytest.mark.parametrize("words", [["create", "--name", "x"], ["--list"]])
def test_what_is_wanted_of_it_is_refused(aws: Aws, awsml: Program, words: list[str]) -> None:
    run = awsml("deeplens", *words)
    assert (run.exit_code, run.stdout, aws.calls) == (6, b"", [])
    assert run.stderr.startswith("error: AWS DeepLens was retired on ")
    assert "SageMaker models" in run.stderr


@pytest.mark.parametrize("words", [[], ["explain"]])
def test_it_explains_itself(aws: Aws, awsml: Program, words: list[str]) -> None:
    run = awsml("deeplens", *words, tty={"stdin", "stdout"})
    assert (run.exit_code, aws.calls) == (0, [])
    assert "SageMaker models" in run.text
