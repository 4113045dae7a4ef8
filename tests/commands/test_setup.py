"""`awsml setup bucket`: a private bucket with consent, and remembered."""

from __future__ import annotations

from pathlib import Path

import boto3
from fakeaws import Aws, AwsError
from fakeaws.program import Program

OURS = "awsml-123456789012-us-east-1"


def test_a_yes_makes_it_private_and_remembers_it(aws: Aws, awsml: Program, tmp_path: Path) -> None:
    run = awsml("setup", "bucket", cwd=tmp_path, tty={"stderr"}, answers="y\n", env={"NO_COLOR": "1"})
    s3 = boto3.client("s3")
    (rule,) = s3.get_bucket_lifecycle_configuration(Bucket=OURS)["Rules"]
    assert (run.exit_code, run.text) == (0, f"{OURS}\tus-east-1\tTrue\n")
    assert run.stderr == f"Make the private S3 bucket {OURS} in us-east-1? [y/N] "
    assert all(s3.get_public_access_block(Bucket=OURS)["PublicAccessBlockConfiguration"].values())
    assert (rule["Filter"], rule["Expiration"], rule["Status"]) == ({"Prefix": "awsml/tmp/"}, {"Days": 7}, "Enabled")
    assert s3.get_bucket_encryption(Bucket=OURS)["ServerSideEncryptionConfiguration"]["Rules"]
    assert awsml("config", "ls", "--query", "[?name=='bucket'].value | [0]", cwd=tmp_path).text == f"{OURS}\n"


def test_without_a_yes_nothing_is_made(aws: Aws, awsml: Program, tmp_path: Path) -> None:
    no = awsml("setup", "bucket", cwd=tmp_path, tty={"stderr"}, answers="n\n")
    nobody = awsml("setup", "bucket", cwd=tmp_path)
    assert (no.exit_code, nobody.exit_code, "CreateBucket" in aws.operations) == (2, 2, False)
    assert nobody.stderr == (
        f"error: nobody confirmed: make the private S3 bucket {OURS} in us-east-1\nhint: -y does it without a question\n"
    )


def test_a_second_time_is_no_failure(aws: Aws, awsml: Program, tmp_path: Path) -> None:
    first = awsml("setup", "bucket", "-y", cwd=tmp_path, env={"AWS_DEFAULT_REGION": "eu-west-1"})
    second = awsml("setup", "bucket", "-y", cwd=tmp_path, env={"AWS_DEFAULT_REGION": "eu-west-1"})
    assert (first.text, second.text) == (
        "awsml-123456789012-eu-west-1\teu-west-1\tTrue\n",
        "awsml-123456789012-eu-west-1\teu-west-1\tFalse\n",
    )


def test_a_name_that_somebody_else_has(aws: Aws, awsml: Program, tmp_path: Path) -> None:
    aws.respond("s3", "CreateBucket", AwsError("BucketAlreadyExists", "Taken.", status=409))
    run = awsml("setup", "bucket", "taken", "-y", cwd=tmp_path)
    assert (run.exit_code, run.stderr) == (
        3,
        "error: the name taken is taken by another account\nhint: awsml setup bucket NAME\n",
    )


def test_dry_run_makes_nothing(aws: Aws, awsml: Program, tmp_path: Path) -> None:
    run = awsml("setup", "bucket", "mine", "--dry-run", "--query", "[operation, on]", cwd=tmp_path)
    assert (run.text, aws.calls) == ("s3:CreateBucket\tmine\n", [])


def test_a_dry_run_without_a_name_sends_nothing_that_costs_or_changes(aws: Aws, awsml: Program, tmp_path: Path) -> None:
    run = awsml("setup", "bucket", "--dry-run", "--query", "on", cwd=tmp_path)
    assert (run.exit_code, set(aws.operations) <= {"GetCallerIdentity"}) == (0, True)
