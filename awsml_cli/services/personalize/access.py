"""What Personalize needs to read and write the bucket: a role that it may take on, and a word in the bucket's policy.

Both are looked at, and made only with consent.
https://docs.aws.amazon.com/personalize/latest/dg/granting-personalize-s3-access.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final, TypeVar

from awsml_cli.core import clock, refusals
from awsml_cli.core.errors import ConfigError, ServiceError
from awsml_cli.core.session import Session

T = TypeVar("T")

ROLE: Final = "awsml-personalize"
PRINCIPAL: Final = "personalize.amazonaws.com"
SETTLING: Final = 10.0  # seconds until a new role is known everywhere
TRIES: Final = 6
LOCAL_ROLE: Final = "arn:aws:iam::000000000000:role/local"
_READ, _WRITE = "s3:GetObject", "s3:PutObject"


def granted(session: Session, role: str | None, bucket: str) -> str:
    """The ARN of the role with which Personalize reads and writes BUCKET; ROLE is the user's own.

    Raises ConfigError where something is missing and nobody consented to make it.
    """
    if session.local:
        return LOCAL_ROLE
    return session.once(("personalize access", role, bucket), lambda: _granted(session, role, bucket))


def _granted(session: Session, role: str | None, bucket: str) -> str:
    chosen = role or session.config.role
    arn = chosen if chosen and chosen.startswith("arn:") else _found(session, chosen or ROLE)
    if chosen and arn is None:
        raise ConfigError(f"there is no role {chosen}", hint="--role ARN")
    if chosen and arn is not None:
        _trusted(session, arn)
    policy = _policy(session, bucket)
    closed = policy is not None and not _lets_in(policy, bucket)
    wishes = [
        *([f"make the role {ROLE}"] if arn is None else []),
        *([f"let Personalize read and write s3://{bucket}"] if closed else []),
    ]
    if wishes:
        question = " and ".join(wishes)
        if not (session.assume_yes or session.talk.confirm(f"{question[:1].upper()}{question[1:]}?")):
            why = "there is no role for it" if arn is None else "the bucket does not let it in"
            raise ConfigError(
                f"Personalize cannot read s3://{bucket}: {why}",
                hint=f"-y does this: {question}; or --role ARN",
            )
    if closed:
        _open(session, bucket, policy or {})
    return arn or _make(session, bucket)


def patiently(call: Callable[[], T]) -> T:
    """What CALL gives, tried again while AWS does not know a new role yet."""
    for attempt in range(1, TRIES + 1):
        try:
            return call()
        except ServiceError as error:
            if attempt == TRIES or error.code != "InvalidInputException" or "assume" not in error.message.lower():
                raise
            clock.sleep(SETTLING)
    raise AssertionError("unreachable")


def _found(session: Session, name: str) -> str | None:
    try:
        return str(session.client("iam").get_role(RoleName=name)["Role"]["Arn"])
    except ServiceError as error:
        if error.code == "NoSuchEntity":
            return None
        raise


def _trusted(session: Session, arn: str) -> None:
    """Raises ConfigError where the role ARN does not let Personalize take it on, as far as that can be seen."""
    try:
        role = session.client("iam").get_role(RoleName=arn.rpartition("/")[2])["Role"]
    except ServiceError as error:
        if error.code == "NoSuchEntity":
            raise ConfigError(f"there is no role {arn}", hint="--role ARN, or none: one is made with -y") from None
        if error.code in refusals.DENIED:
            return
        raise
    if PRINCIPAL not in json.dumps(role.get("AssumeRolePolicyDocument", PRINCIPAL)):
        raise ConfigError(
            f"the role {arn} does not trust {PRINCIPAL}", hint="change its trust policy, or leave --role out"
        )


def _policy(session: Session, bucket: str) -> dict[str, Any] | None:
    """The policy of BUCKET; None where this identity may not see it."""
    try:
        return dict(json.loads(session.client("s3").get_bucket_policy(Bucket=bucket)["Policy"]))
    except ServiceError as error:
        if error.code == "NoSuchBucketPolicy":
            return {"Version": "2012-10-17", "Statement": []}
        if error.code in refusals.DENIED:
            session.talk.note(f"the policy of s3://{bucket} cannot be seen; it must let in {PRINCIPAL}")
            return None
        raise


def _lets_in(policy: dict[str, Any], bucket: str) -> bool:
    allowed: set[str] = set()
    for one in _as_list(policy.get("Statement")):
        principal = one.get("Principal")
        services = _as_list(principal.get("Service")) if isinstance(principal, dict) else []
        if one.get("Effect") == "Allow" and (PRINCIPAL in services or principal == "*"):
            allowed.update(_as_list(one.get("Action")))
    return bool(allowed & {"s3:*", "*"}) or {_READ, _WRITE, "s3:ListBucket"} <= allowed


def _open(session: Session, bucket: str, policy: dict[str, Any]) -> None:
    account = _account(session)
    place = f"arn:aws:s3:::{bucket}"
    mine = {
        "Sid": "AwsmlPersonalize",
        "Effect": "Allow",
        "Principal": {"Service": PRINCIPAL},
        "Action": [_READ, _WRITE, "s3:ListBucket"],
        "Resource": [place, f"{place}/*"],
        "Condition": {"StringEquals": {"aws:SourceAccount": account}},
    }
    others = [one for one in _as_list(policy.get("Statement")) if one.get("Sid") != mine["Sid"]]
    text = json.dumps({**policy, "Statement": [*others, mine]})
    session.client("s3").put_bucket_policy(Bucket=bucket, Policy=text)


def _make(session: Session, bucket: str) -> str:
    account = _account(session)
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": PRINCIPAL},
                "Action": "sts:AssumeRole",
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": account},
                    "ArnLike": {"aws:SourceArn": f"arn:aws:personalize:*:{account}:*"},
                },
            }
        ],
    }
    place = f"arn:aws:s3:::{bucket}"
    rights = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": place},
            {"Effect": "Allow", "Action": [_READ, _WRITE], "Resource": f"{place}/*"},
        ],
    }
    iam = session.client("iam")
    try:
        arn = str(iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"])
    except ServiceError as error:
        if error.code != "EntityAlreadyExists":
            raise
        arn = str(iam.get_role(RoleName=ROLE)["Role"]["Arn"])
    iam.put_role_policy(RoleName=ROLE, PolicyName=f"awsml-{bucket}"[:128], PolicyDocument=json.dumps(rights))
    session.talk.note(f"made the role {arn}")
    clock.sleep(SETTLING)
    return arn


def _account(session: Session) -> str:
    return str(session.once("account", lambda: session.client("sts").get_caller_identity()["Account"]))


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
