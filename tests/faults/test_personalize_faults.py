"""`awsml personalize run` and `clean` when something goes wrong: at every call, a kill or a fault, and nothing is paid twice."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
import shop
from fakeaws import Aws, AwsError, HalfAnswer, Hang, Raw, Reset
from fakeaws.faults import Fault
from fakeaws.program import Program

RUN = ("personalize", "run", "interactions.csv", "--items", "items.csv", "--user", "u1", "-n", "2", "-y")
ANSWER = "i14\t1\tCrime\t7.0\ni13\t0.5\tComedy|Drama\t6.5\n"
# the calls that change something, and how often a run makes each
CHANGES = {
    "PutBucketPolicy": 1,
    "CreateRole": 1,
    "PutRolePolicy": 1,
    "CreateDatasetGroup": 1,
    "CreateSchema": 2,
    "CreateDataset": 2,
    "PutObject": 2,
    "CreateDatasetImportJob": 2,
    "CreateSolution": 1,
    "CreateSolutionVersion": 1,
    "CreateCampaign": 1,
    "GetRecommendations": 1,
    "DeleteCampaign": 1,
    "DeleteSolution": 1,
    "DeleteDataset": 2,
    "DeleteSchema": 2,
    "DeleteDatasetGroup": 1,
}
EACH = [(operation, number) for operation, times in CHANGES.items() for number in range(1, times + 1)]
ASKED = {
    "personalize": [
        *(
            "ListRecipes",
            "CreateDatasetGroup",
            "DescribeDatasetGroup",
            "CreateSchema",
            "CreateDataset",
            "DescribeDataset",
        ),
        *("ListDatasetImportJobs", "CreateDatasetImportJob", "DescribeDatasetImportJob", "CreateSolution"),
        *("DescribeSolution", "ListSolutionVersions", "CreateSolutionVersion", "DescribeSolutionVersion"),
        *("GetSolutionMetrics", "CreateCampaign", "DescribeCampaign", "ListDatasetGroups", "ListCampaigns"),
        *("DeleteCampaign", "DeleteSolution", "DeleteDataset", "DeleteSchema", "DeleteDatasetGroup"),
    ],
    "personalize-runtime": ["GetRecommendations"],
}
OPERATIONS = [(service, operation) for service, operations in ASKED.items() for operation in operations]


@pytest.fixture(autouse=True)
def desk(aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with tables, and a bucket to stage them in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWSML_BUCKET", "staging")
    aws.bucket("staging")
    Path("interactions.csv").write_text(shop.interactions())
    Path("items.csv").write_text(shop.items())


def bill(aws: Aws) -> tuple[int, int, dict[str, object], dict[str, bytes]]:
    """What was paid for: imports and trainings; and what is left: things and objects."""
    return aws.personalize.imports, aws.personalize.trainings, aws.personalize.things, aws.objects("staging")


@pytest.mark.parametrize(("operation", "number"), EACH)
def test_a_run_that_was_killed_is_picked_up(aws: Aws, awsml: Program, operation: str, number: int) -> None:
    aws.kill_after(operation, number)
    assert awsml(*RUN).killed
    run = awsml(*RUN)
    assert (run.exit_code, run.text, bill(aws)) == (0, ANSWER, (2, 1, {}, {})), run.stderr


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_killed_at_every_single_call(
    aws: Aws, awsml: Program, part: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    awsml(*RUN)
    calls = len(aws.calls)
    # the role and the bucket's policy are there from now on
    for spent, number in enumerate(range(1 + part, calls - 3, 4), 1):
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / f"state{number}"))
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / f"cache{number}"))
        aws.kill_at(number, after=bool(number % 8 > 3))
        killed = awsml(*RUN)
        run = awsml(*RUN)
        assert (run.exit_code, run.text, bill(aws)) == (0, ANSWER, (2 * spent + 2, spent + 1, {}, {})), (number, killed)


@pytest.mark.parametrize(
    "fault",
    [
        AwsError("ThrottlingException", times=4),
        Reset(),
        Raw(b"<html>"),
        Hang(),
        AwsError("InternalServerError", status=500),
    ],
    ids=lambda fault: type(fault).__name__,
)
def test_throttling_and_broken_lines_everywhere_only_slow_it_down(aws: Aws, awsml: Program, fault: Fault) -> None:
    for service, operation in OPERATIONS:
        aws.respond(service, operation, dataclasses.replace(fault))
    run = awsml(*RUN)
    assert (run.exit_code, run.text, bill(aws)) == (0, ANSWER, (2, 1, {}, {})), run.stderr


def test_a_refusal_anywhere_is_told_and_the_same_command_goes_on(aws: Aws, awsml: Program) -> None:
    for service, operation in OPERATIONS:
        aws.respond(service, operation, AwsError("AccessDeniedException", "No."))
    told = []
    for _ in range(len(OPERATIONS)):
        run = awsml(*RUN)
        assert run.exit_code == 4
        told.append(run.stderr.split("the IAM action `personalize:")[1].partition("`")[0])
    again = awsml(*RUN)
    assert (again.exit_code, again.text, bill(aws)) == (0, ANSWER, (2, 1, {}, {})), again.stderr
    assert sorted(told) == sorted(operation for _, operation in OPERATIONS)


def test_answers_that_got_lost_are_not_paid_twice(aws: Aws, awsml: Program) -> None:
    for operation in CHANGES:
        if operation.startswith("Create") and operation != "CreateRole":
            aws.respond("personalize", operation, HalfAnswer())
    run = awsml(*RUN)
    assert (run.exit_code, run.text, bill(aws)) == (0, ANSWER, (2, 1, {}, {})), run.stderr


@pytest.mark.parametrize(
    "kind", ["datasetGroup", "dataset", "datasetImportJob", "solution", "solutionVersion", "campaign"]
)
def test_what_fails_at_aws_says_why_and_is_tried_again(aws: Aws, awsml: Program, kind: str) -> None:
    aws.personalize.failing[kind] = "It did not work out."
    run = awsml(*RUN)
    reason = "CREATE FAILED" if kind in ("dataset", "solution") else "It did not work out."  # of these AWS tells none
    assert (run.exit_code, f"failed: {reason}" in run.stderr) == (4, True)
    assert "`awsml personalize clean awsml-interactions-" in run.stderr
    again = awsml(*RUN)
    assert (again.exit_code, again.text, bill(aws)[2:]) == (0, ANSWER, ({}, {})), again.stderr


def test_a_quota_is_told_at_once(aws: Aws, awsml: Program) -> None:
    aws.respond(
        "personalize",
        "CreateDatasetGroup",
        AwsError("LimitExceededException", "5 dataset groups at the most.", times=3),
    )
    run = awsml(*RUN)
    assert (run.exit_code, "5 dataset groups at the most" in run.stderr) == (4, True)


@pytest.mark.parametrize(("operation", "number"), [one for one in EACH if one[0].startswith("Delete")])
def test_cleaning_that_was_killed_is_picked_up(aws: Aws, awsml: Program, operation: str, number: int) -> None:
    awsml(*RUN, "--keep", "--name", "shop")
    aws.kill_after(operation, number)
    assert awsml("personalize", "clean", "shop", "-y").killed
    run = awsml("personalize", "clean", "shop", "-y")
    assert (run.exit_code in (0, 2), aws.personalize.things) == (True, {}), run.stderr


def test_a_list_that_never_ends_is_an_error(aws: Aws, awsml: Program) -> None:
    page = {"recipes": [], "nextToken": "again"}
    aws.respond("personalize", "ListRecipes", page, page)
    run = awsml(*RUN)
    assert (run.exit_code, "its list does not end" in run.stderr) == (4, True)
