"""The end of an endpoint's life: a schedule of Amazon EventBridge's that deletes it, and itself afterwards.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
"""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass
from typing import Any, Final

from awsml_cli.core import clock, refusals
from awsml_cli.core.cache import key_of
from awsml_cli.core.errors import ConfigError, ServiceError
from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker.remote import preflight

SERVICE: Final = "scheduler"
TRUSTED: Final = "scheduler.amazonaws.com"
LEAST: Final = 300  # seconds; a schedule is kept to the minute
NAME_CHARACTERS: Final = 64
NEEDED: Final = f"a role that trusts {TRUSTED} and may sagemaker:DeleteEndpoint"


@dataclass(frozen=True)
class Lifetime:
    """An endpoint lives so many SECONDS; then ROLE is taken on to delete it."""

    seconds: int
    role: str


def check(session: Session, role: str | None) -> str:
    """The ROLE, which can be taken on. Raises ConfigError where there is none, or it does not trust the scheduler."""
    if not role:
        raise ConfigError(
            "--ttl needs a role that the scheduler takes on to delete the endpoint",
            hint=f"--ttl-role ARN: {NEEDED} on the endpoint",
        )
    if not role.startswith("arn:"):
        raise ConfigError(f"`{role}` is not the ARN of a role", hint=f"--ttl-role ARN: {NEEDED}")
    name = role.rpartition("/")[2]
    try:
        found = session.client("iam").get_role(RoleName=name)["Role"]
    except ServiceError as error:
        if error.code in refusals.DENIED:
            session.talk.note("the role cannot be looked at (iam:GetRole is not allowed)")
            return role
        if error.code == "NoSuchEntity":
            raise ConfigError(f"there is no role {name}", hint=f"--ttl-role ARN: {NEEDED}") from None
        raise
    if not preflight.trusts(found.get("AssumeRolePolicyDocument"), TRUSTED):
        raise ConfigError(
            f"the role {name} does not trust {TRUSTED}, so nothing would delete the endpoint",
            hint=f"add {TRUSTED} to its trust policy, and allow it sagemaker:DeleteEndpoint",
        )
    return role


def limit(session: Session, endpoint: str, life: Lifetime) -> datetime.datetime:
    """Have ENDPOINT deleted when its LIFE, which begins now, is over; the time of that, in UTC."""
    end = datetime.datetime.fromtimestamp(clock.now() + life.seconds, datetime.UTC).replace(microsecond=0)
    partition = life.role.split(":")[1]
    request: dict[str, Any] = {
        "Name": schedule(endpoint),
        "Description": f"awsml: the end of the endpoint {endpoint} (--ttl)",
        "ScheduleExpression": f"at({end:%Y-%m-%dT%H:%M:%S})",
        "ScheduleExpressionTimezone": "UTC",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "ActionAfterCompletion": "DELETE",
        "Target": {
            "Arn": f"arn:{partition}:scheduler:::aws-sdk:sagemaker:deleteEndpoint",
            "RoleArn": life.role,
            "Input": json.dumps({"EndpointName": endpoint}),
        },
    }
    client = session.client(SERVICE)
    try:
        client.create_schedule(**request)
    except ServiceError as error:
        if error.code != "ConflictException":
            raise
        client.update_schedule(**request)
    return end


def found(session: Session, endpoint: str) -> str | None:
    """The schedule that ends ENDPOINT, None where none does."""
    try:
        session.client(SERVICE).get_schedule(Name=schedule(endpoint))
    except ServiceError as error:
        if error.code == "ResourceNotFoundException":
            return None
        raise
    return schedule(endpoint)


def remove(session: Session, name: str) -> None:
    """Remove the schedule NAME; one that has gone by itself is as good."""
    try:
        session.client(SERVICE).delete_schedule(Name=name)
    except ServiceError as error:
        if error.code != "ResourceNotFoundException":
            raise


def schedule(endpoint: str) -> str:
    """The name of the schedule that ends ENDPOINT."""
    whole = f"awsml-{endpoint}"
    return whole if len(whole) <= NAME_CHARACTERS else f"{whole[: NAME_CHARACTERS - 11]}-{key_of(endpoint)[:10]}"
