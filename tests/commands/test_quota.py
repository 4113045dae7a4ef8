"""`awsml quota`: how much of a service an account may use."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fakeaws import Aws, AwsError
from fakeaws.program import Program

from awsml_cli.services.quotas import CODES


def quota(code: str, name: str, value: float) -> dict[str, Any]:
    """A quota as Service Quotas tells it."""
    return {
        "ServiceCode": "polly",
        "QuotaCode": code,
        "QuotaName": name,
        "Value": value,
        "Unit": "None",
        "Adjustable": True,
    }


@pytest.fixture
def polly(aws: Aws) -> Aws:
    """Three quotas, one of them raised; the list has two pages."""
    usual = [quota("L-1", "Transactions per second", 80), quota("L-2", "Lexicons", 100), quota("L-3", "Voices", 8)]
    aws.respond(
        "service-quotas",
        "ListAWSDefaultServiceQuotas",
        {"Quotas": usual[:2], "NextToken": "more"},
        {"Quotas": usual[2:]},
    )
    aws.respond("service-quotas", "ListServiceQuotas", {"Quotas": [quota("L-1", "Transactions per second", 200)]})
    return aws


def test_what_holds_here_and_what_everybody_has(polly: Aws, awsml: Program) -> None:
    run = awsml("quota", "polly", "-f", "json")
    assert [(one["quota_name"], one["value"], one["default"]) for one in json.loads(run.text)] == [
        ("Lexicons", 100, 100),
        ("Transactions per second", 200, 80),
        ("Voices", 8, 8),
    ]


def test_names_choose(polly: Aws, awsml: Program) -> None:
    assert awsml("quota", "polly", "--contains", "TRANS").text.split("\t")[:3] == [
        "Transactions per second",
        "200",
        "80",
    ]


def test_a_service_of_which_nothing_was_changed(aws: Aws, awsml: Program) -> None:
    aws.respond("service-quotas", "ListAWSDefaultServiceQuotas", {"Quotas": [quota("L-1", "Lexicons", 100)]})
    aws.respond("service-quotas", "ListServiceQuotas", AwsError("NoSuchResourceException", "Nothing."))
    assert awsml("quota", "polly").text == "Lexicons\t100\t100\tNone\tTrue\tL-1\n"


@pytest.mark.parametrize(("name", "code"), CODES.items())
def test_each_service_has_its_code(aws: Aws, awsml: Program, name: str, code: str) -> None:
    for operation in ("ListAWSDefaultServiceQuotas", "ListServiceQuotas"):
        aws.respond("service-quotas", operation, {"Quotas": []})
    assert awsml("quota", name).exit_code == 0
    assert {call.params["ServiceCode"] for call in aws.calls} == {code}


def test_a_service_that_is_none_of_ours(aws: Aws, awsml: Program) -> None:
    run = awsml("quota", "ec2")
    assert (run.exit_code, "there are no quotas of `ec2` here" in run.stderr, aws.calls) == (2, True, [])


def test_who_may_not_look_is_told_what_is_missing(aws: Aws, awsml: Program) -> None:
    aws.respond("service-quotas", "ListAWSDefaultServiceQuotas", AwsError("AccessDeniedException", "No."))
    run = awsml("quota", "polly")
    assert (run.exit_code, "servicequotas:ListAWSDefaultServiceQuotas" in run.stderr) == (4, True)
