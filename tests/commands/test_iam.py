"""`awsml iam`: the least policy that commands need."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fakeaws import Aws, speech
from fakeaws.program import Program
from recordings import STAGING, recording, wav

from awsml_cli.services.iam import needs


def policy(awsml: Program, *words: str) -> dict[str, Any]:
    """The policy for what WORDS say."""
    run = awsml("iam", *words)
    assert run.exit_code == 0, run.stderr
    found: dict[str, Any] = json.loads(run.text)
    return found


def allowed(found: dict[str, Any]) -> set[str]:
    """The actions that a policy allows."""
    return {action for statement in found["Statement"] for action in statement["Action"]}


def test_a_command_and_no_more(aws: Aws, awsml: Program) -> None:
    found = policy(awsml, "polly voices")
    assert found == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Services",
                "Effect": "Allow",
                "Action": ["polly:DescribeVoices", "polly:SynthesizeSpeech"],
                "Resource": "*",
            }
        ],
    }
    assert aws.calls == []


def test_as_a_table_it_has_iam_s_own_columns(awsml: Program) -> None:
    run = awsml("iam", "polly tasks ls", "-f", "csv")
    assert run.text.startswith("Version,Statement\n2012-10-17,")
    assert "polly:ListSpeechSynthesisTasks" in run.text


def test_a_run_needs_nothing_that_the_policy_lacks(aws: Aws, awsml: Program, tmp_path: Path) -> None:
    aws.bucket(STAGING)
    aws.transcripts[wav()] = speech("Good morning.")
    found = allowed(policy(awsml, "transcribe media"))
    awsml("transcribe", recording(tmp_path), "--bucket", STAGING, "--hint", "Gowda", "--language", "en-US")
    called = {call.operation for call in aws.calls if call.service == "transcribe"}
    assert called <= {action.partition(":")[2] for action in found if action.startswith("transcribe:")}
    assert {"s3:PutObject", "s3:GetObject", "s3:ListBucket", "s3:DeleteObject"} <= found


def test_images_go_over_the_registry_s_own_api(awsml: Program) -> None:
    pulling = {"ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}
    pushing = {"ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload", "ecr:PutImage"}
    assert allowed(policy(awsml, "sagemaker push")) >= pulling | pushing
    assert allowed(policy(awsml, "compute images")) & (pulling | pushing) == pulling
    assert not allowed(policy(awsml, "polly voices")) & (pulling | pushing)


def test_several_are_one_policy(awsml: Program) -> None:
    both = allowed(policy(awsml, "translate languages", "polly voices"))
    assert both == {"translate:ListLanguages", "polly:DescribeVoices", "polly:SynthesizeSpeech"}


def test_a_group_is_all_of_it(awsml: Program) -> None:
    assert allowed(policy(awsml, "translate")) > allowed(policy(awsml, "translate text"))


def test_objects_lie_in_the_bucket_and_the_role_is_named(awsml: Program) -> None:
    role = "arn:aws:iam::123456789012:role/nlp"
    found = policy(awsml, "comprehend jobs start", "--bucket", "mine", "--role", role)
    places = {statement["Sid"]: statement["Resource"] for statement in found["Statement"]}
    assert places == {"Services": "*", "Objects": "arn:aws:s3:::mine/*", "Buckets": "arn:aws:s3:::mine", "Role": role}


def test_what_makes_a_role_may_make_it(awsml: Program) -> None:
    found = policy(awsml, "personalize batch")
    roles = next(statement for statement in found["Statement"] if statement["Sid"] == "Roles")
    assert "iam:CreateRole" in roles["Action"]
    assert roles["Resource"] == "arn:aws:iam::*:role/*"
    assert {name for name in needs()["personalize batch"] if name.startswith("iam:")} <= allowed(found)


def test_a_query_looks_into_the_policy(awsml: Program) -> None:
    run = awsml("iam", "translate languages", "-f", "json", "--query", "Statement[0].Action")
    assert json.loads(run.text) == ["translate:ListLanguages"]


@pytest.mark.parametrize(
    ("word", "said"), [("tranlsate text", "did you mean `translate text`?"), ("local", "no command")]
)
def test_what_is_no_command(awsml: Program, word: str, said: str) -> None:
    run = awsml("iam", word)
    assert (run.exit_code, said in run.stderr) == (2, True)


def test_every_command_of_the_table_is_one() -> None:
    from house import commands

    assert set(needs()) <= {" ".join(command.words) for command in commands()}
