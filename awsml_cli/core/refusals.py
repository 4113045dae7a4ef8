"""What AWS says no with, in our words: botocore's exceptions become `core.errors`.

botocore is imported only when there is something to translate, by which time it has long been loaded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from awsml_cli.core import permissions
from awsml_cli.core.errors import AwsmlError, ConfigError, ServiceError, UsageError

# Each service's own way of saying "slower": botocore has retried three times before we see one of these.
THROTTLES = frozenset(
    {
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "RequestThrottled",
        "RequestThrottledException",
        "TooManyRequestsException",
        "RequestLimitExceeded",
        "ProvisionedThroughputExceededException",
        "SlowDown",
        "429",
    }
)
DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "Forbidden", "403"})
NO_OBJECT = frozenset({"404", "NoSuchKey", "NotFound", "NoSuchBucket"})  # S3's ways to say that it is not there
EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
UNKNOWN_KEY = frozenset(
    {"UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId", "SignatureDoesNotMatch"}
)

_HINTS: dict[str, str] = {
    "OptInRequired": "this account has not opted in to the region; choose another with --region",
    "InvalidSignatureException": "check the machine's clock, and the secret key of the profile",
    "RequestTimeTooSkewed": "the machine's clock is wrong; set it",
    "NoSuchBucket": "awsml setup bucket",
    "KMS.NotFoundException": "the KMS key does not exist in this region",
}

_ACTION = re.compile(r"not authorized to perform:? (?P<action>[\w-]+:\w+)")


def is_throttle(error: ServiceError) -> bool:
    """Whether AWS only asked to be called more slowly."""
    return error.code in THROTTLES or error.status == 429


def translate(problem: Exception, *, service: str, operation: str) -> AwsmlError | None:
    """The error of ours that PROBLEM amounts to, or None if it is not one of botocore's."""
    from botocore import exceptions as b

    if isinstance(problem, b.ClientError):
        return refusal(problem.response, service=service, operation=operation)
    if isinstance(problem, b.NoCredentialsError | b.PartialCredentialsError):
        return ConfigError(
            "no AWS credentials found",
            hint="run `aws configure` or `aws sso login`, name a profile with --profile, or work here with --local",
        )
    if isinstance(problem, b.ProfileNotFound):
        return ConfigError(_sentence(problem), hint="`aws configure list-profiles` lists the profiles there are")
    if isinstance(problem, b.TokenRetrievalError | b.SSOTokenLoadError | b.UnauthorizedSSOTokenError):
        return ConfigError(_sentence(problem), hint="run `aws sso login`")
    if isinstance(problem, b.CredentialRetrievalError):
        return ConfigError(_sentence(problem), hint="check `credential_process` or the role of the profile")
    if isinstance(problem, b.InvalidRegionError):
        return ConfigError(_sentence(problem), hint="--region with a name such as us-east-1")
    if isinstance(problem, b.NoRegionError):
        return no_region()
    if isinstance(problem, b.ParamValidationError):
        return UsageError(_sentence(problem))
    if isinstance(problem, b.UnknownServiceError):
        return ConfigError(_sentence(problem), hint="a newer boto3 may know it: pip install -U boto3")
    if isinstance(problem, b.EndpointConnectionError | b.ConnectTimeoutError | b.ProxyConnectionError):
        return ServiceError(
            f"cannot reach {service}: {_sentence(problem)}",
            hint="check the network, the region and --endpoint-url",
            code=type(problem).__name__,
            operation=operation,
        )
    if isinstance(problem, b.HTTPClientError | b.BotoCoreError):
        return ServiceError(
            f"{service} {operation} broke off: {_sentence(problem)}",
            hint="run the same command again; what is done is kept",
            code=type(problem).__name__,
            operation=operation,
        )
    return None


def refusal(response: Mapping[str, Any], *, service: str, operation: str) -> AwsmlError:
    """AWS's answer of an error, as one of ours: code, message, request id, and the way out."""
    error = response.get("Error", {})
    meta = response.get("ResponseMetadata", {})
    code = str(error.get("Code", "")) or "Unknown"
    message = " ".join(str(error.get("Message", "")).split()) or "no message"
    request_id = str(meta.get("RequestId") or meta.get("HostId") or "")
    said = f"{service} {operation} was refused: {code}: {message}"
    if request_id:
        said += f" (request id {request_id})"
    return ServiceError(
        said,
        hint=_hint(code, message, service, operation),
        code=code,
        operation=operation,
        request_id=request_id,
        status=int(meta.get("HTTPStatusCode") or 0),
        answer=dict(response),
    )


def no_region() -> ConfigError:
    """The one sentence for a missing region."""
    return ConfigError(
        "no AWS region is set",
        hint="give --region, set AWS_REGION, or run `awsml config set region us-east-1`",
    )


def _hint(code: str, message: str, service: str, operation: str) -> str | None:
    if code in DENIED:
        found = _ACTION.search(message)
        action = found["action"] if found else permissions.action(service, operation)
        return f"the IAM action `{action}` is missing for this identity"
    if code in EXPIRED:
        return "the credentials have expired: run `aws sso login`, or renew them, and run the same command again"
    if code in UNKNOWN_KEY:
        return "AWS does not know these credentials: check AWS_ACCESS_KEY_ID, the profile and the endpoint"
    if code in THROTTLES:
        return "AWS is throttling; run the same command again later, what is done is kept"
    return _HINTS.get(code)


def _sentence(problem: Exception) -> str:
    text = " ".join(str(problem).split()).rstrip(".")
    return text[:1].lower() + text[1:] if text[:2] != text[:2].upper() else text
