"""`awsml services`: every system, and whether it still lives."""

from __future__ import annotations

import json

import pytest
from fakeaws import Aws
from fakeaws.program import Program

from awsml_cli.core import lifecycle, models


def test_all_are_listed_with_or_without_a_terminal(aws: Aws, awsml: Program) -> None:
    listed = json.loads(awsml("services", "-f", "json").stdout)
    assert [one["name"] for one in listed] == [one.name for one in lifecycle.SYSTEMS]
    assert "Amazon Transcribe" in awsml("services", tty={"stdout", "stdin"}, env={"COLUMNS": "200"}).text
    assert aws.calls == []


def test_those_that_are_gone_name_what_took_their_place(awsml: Program) -> None:
    listed = json.loads(awsml("services", "--state", "retired", "-f", "json").stdout)
    assert {"Amazon Lex V1", "AWS DeepRacer", "AWS DeepLens", "Amazon Sumerian"} <= {one["name"] for one in listed}
    assert all(one["since"] and one["replacement"] and one["source"].startswith("https://") for one in listed)


def test_each_names_its_source_in_a_pipe_too(awsml: Program) -> None:
    lines = [line.split("\t") for line in awsml("services", "--state", "retired").text.splitlines()]
    assert lines
    assert all(line[-1].startswith("https://") for line in lines)


def test_an_unknown_state(awsml: Program) -> None:
    run = awsml("services", "--state", "dead")
    assert (run.exit_code, run.stderr) == (
        2,
        "error: there is no state `dead`\nhint: one of: active, closed, retired\n",
    )


def test_every_service_of_the_api_has_a_state() -> None:
    stated = {name: system.state for system in lifecycle.SYSTEMS for name in system.services}
    assert set(models.SERVICES) - set(stated) == {"service-quotas"}
    assert {stated[name] for name in stated.keys() - set(models.SERVICES)} == {lifecycle.RETIRED}


@pytest.mark.parametrize("system", [one for one in lifecycle.SYSTEMS if one.operations], ids=lambda one: one.name)
def test_operations_with_a_state_of_their_own_are_aws_s(system: lifecycle.System) -> None:
    known = {name for service in system.services for name in models.service_model(service).operation_names}
    assert set(system.operations) <= known
