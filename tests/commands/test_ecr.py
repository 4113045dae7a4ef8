"""`awsml ecr`: repositories and images listed, one removed, one scanned."""

from __future__ import annotations

import json

import pytest
from fakeaws import Aws, AwsError
from fakeaws.program import Program


@pytest.fixture(autouse=True)
def images(aws: Aws) -> None:
    aws.ecr.image("team/churn", "v1", digest="sha256:" + "1" * 64)
    aws.clock.time += 60
    aws.ecr.image("team/churn", "v2", digest="sha256:" + "2" * 64)
    aws.ecr.image("other", "v1")


class TestList:
    def test_repositories_and_the_images_of_one(self, awsml: Program) -> None:
        assert awsml("ecr", "ls", "--query", "[].repository_name").text.split() == ["team/churn", "other"]
        assert awsml("ecr", "ls", "team/churn", "--query", "[].image").text.split() == [
            "team/churn:v2",
            "team/churn:v1",
        ]
        assert awsml("ecr", "ls", "team/churn", "--limit", "1", "-f", "jsonl").text.count("\n") == 1

    def test_one_that_is_not_there(self, awsml: Program) -> None:
        run = awsml("ecr", "ls", "none")
        assert (run.exit_code, run.stderr) == (2, "error: there is no none\nhint: awsml ecr ls\n")


class TestRemove:
    @pytest.mark.parametrize(
        "name", ["team/churn:v1", "team/churn@sha256:" + "1" * 64, "1.dkr.ecr.us-east-1.amazonaws.com/team/churn:v1"]
    )
    def test_one_image_goes_and_the_rest_stays(self, aws: Aws, awsml: Program, name: str) -> None:
        assert awsml("ecr", "rm", name).exit_code == 2
        run = awsml("ecr", "rm", name, "-y", "--query", "image_digest")
        assert (run.exit_code, run.text) == (0, "sha256:" + "1" * 64 + "\n")
        assert [one["imageTags"] for one in aws.ecr.images["team/churn"]] == [["v2"]]

    def test_one_that_is_not_there_and_one_that_is_none(self, awsml: Program) -> None:
        assert awsml("ecr", "rm", "team/churn:v9", "-y").exit_code == 2
        run = awsml("ecr", "rm", "team/churn", "-y")
        assert (run.exit_code, run.stderr.splitlines()[1]) == (2, "hint: REPOSITORY:TAG, or REPOSITORY@sha256:…")

    def test_aws_s_own_failure(self, aws: Aws, awsml: Program) -> None:
        failure = {"failureCode": "ImageReferencedByManifestList", "failureReason": "It is part of a list."}
        aws.respond("ecr", "BatchDeleteImage", {"failures": [failure]})
        run = awsml("ecr", "rm", "team/churn:v1", "-y")
        assert (run.exit_code, run.stderr) == (4, "error: team/churn:v1 was not removed: It is part of a list.\n")


class TestScan:
    def test_the_worst_is_first_and_a_bound_is_a_check(self, aws: Aws, awsml: Program) -> None:
        aws.ecr.findings = [("CVE-1", "LOW", "zlib"), ("CVE-2", "CRITICAL", "openssl")]
        found = json.loads(awsml("ecr", "scan", "team/churn:v1", "-f", "json").text)
        assert [(one["severity"], one["name"], one["package"]) for one in found] == [
            ("CRITICAL", "CVE-2", "openssl"),
            ("LOW", "CVE-1", "zlib"),
        ]
        run = awsml("ecr", "scan", "team/churn:v1", "--fail-on", "high")
        assert (run.exit_code, run.stderr) == (7, "error: 1 findings are HIGH or worse\n")

    def test_one_that_was_scanned_today_is_not_scanned_again(self, aws: Aws, awsml: Program) -> None:
        aws.respond(
            "ecr", "StartImageScan", AwsError("LimitExceededException", "The scan quota per image has been exceeded.")
        )
        assert awsml("ecr", "scan", "team/churn:v1", "--fail-on", "CRITICAL").exit_code == 0

    def test_one_that_cannot_be_scanned(self, aws: Aws, awsml: Program) -> None:
        aws.ecr.scan_failing = "UnsupportedImageError: The operating system is not supported."
        run = awsml("ecr", "scan", "team/churn:v1")
        assert (run.exit_code, "UnsupportedImageError" in run.stderr) == (4, True)
