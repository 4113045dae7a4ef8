"""Errors that smell of a service's end carry the line that says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakeaws import Aws, AwsError, Refused
from fakeaws.program import Program

from awsml_cli.core.config import Config
from awsml_cli.core.errors import ServiceError
from awsml_cli.core.session import Session

DENIED = AwsError("AccessDeniedException", "Account 123 is not allowed to use this service.", status=403)
LOOP = "arn:aws:sagemaker:us-east-1:123456789012:flow-definition/review"


def test_access_denied_by_what_takes_no_new_customers(aws: Aws, awsml: Program) -> None:
    aws.respond("forecast", "ListDatasetGroups", DENIED)
    run = awsml("api", "forecast", "list-dataset-groups", "-q")
    assert run.exit_code == 4
    assert (
        "hint: the IAM action `forecast:ListDatasetGroups` is missing for this identity; Amazon Forecast has been closed to "
        in run.stderr
    )
    assert "since 2024-07-29; instead: Amazon SageMaker Canvas" in run.stderr


def test_only_the_operations_that_are_closed(aws: Aws, awsml: Program) -> None:
    aws.respond("comprehend", "ListTopicsDetectionJobs", DENIED)
    aws.respond("comprehend", "StartTopicsDetectionJob", DENIED)
    fine = awsml("api", "comprehend", "list-topics-detection-jobs")
    words = [
        "--input-data-config",
        '{"S3Uri": "s3://bucket/in"}',
        "--output-data-config",
        '{"S3Uri": "s3://bucket/out"}',
    ]
    words += ["--data-access-role-arn"]
    closed = awsml("api", "comprehend", "start-topics-detection-job", *words, "arn:aws:iam::123456789012:role/nlp")
    assert (fine.exit_code, "closed to new customers" in fine.stderr) == (4, False)
    assert (
        closed.exit_code,
        "; Comprehend topic modelling, event detection and prompt safety has been closed" in closed.stderr,
    ) == (4, True)


@pytest.mark.parametrize("code", ["ThrottlingException", "ResourceNotFoundException"])
def test_what_does_not_smell_of_it_says_nothing(aws: Aws, awsml: Program, code: str) -> None:
    aws.respond("forecast", "DescribeDatasetGroup", AwsError(code, times=10**4))
    run = awsml(
        "api",
        "forecast",
        "describe-dataset-group",
        "--dataset-group-arn",
        "arn:aws:forecast:us-east-1:123456789012:dataset-group/x",
        "-q",
    )
    aws._scripts.clear()
    assert (run.exit_code, "closed to new customers" in run.stderr) == (4, False)


def test_a_human_loop_where_there_is_none_any_more(aws: Aws, awsml: Program, tmp_path: Path) -> None:
    (tmp_path / "page.png").write_bytes(b"\x89PNG")
    refusal = AwsError("InvalidParameterException", "Request has invalid parameters")
    aws.respond("textract", "AnalyzeDocument", refusal, refusal)
    words = [
        "api",
        "textract",
        "analyze-document",
        "--document.bytes",
        f"@{tmp_path}/page.png",
        "--feature-types",
        "FORMS",
    ]
    run = awsml(*words, "--human-loop-config.human-loop-name", "x", "--human-loop-config.flow-definition-arn", LOOP)
    other = awsml(*words)
    assert (
        run.exit_code,
        "Amazon Augmented AI (A2I) has been closed to new customers since 2026-07-01" in run.stderr,
    ) == (4, True)
    assert (other.exit_code, "Augmented AI" in other.stderr) == (4, False)


def test_an_address_that_resolves_no_more(aws: Aws) -> None:
    aws.respond("lex-models", "GetBots", Refused(times=3))
    with pytest.raises(ServiceError) as refused:
        Session(Config(region="us-east-1")).client("lex-models").get_bots()
    assert refused.value.hint == (
        "check the network, the region and --endpoint-url; "
        "Amazon Lex V1 was retired on 2025-09-15; instead: Amazon Lex V2: awsml lex"
    )
