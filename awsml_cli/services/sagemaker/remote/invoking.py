"""An endpoint asked: at once, piece by piece, or with the answer left in S3; bytes in, bytes out, untouched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from awsml_cli.core import clock, refusals, sources, staging
from awsml_cli.core.cache import key_of
from awsml_cli.core.errors import InputError, JobFailed, ServiceError, TimedOut
from awsml_cli.core.limits import SAGEMAKER_INVOKE_BYTES
from awsml_cli.core.plan import Step, step
from awsml_cli.core.session import Session

RUNTIME: Final = "sagemaker-runtime"
PAUSE: Final = 2.0  # seconds between two looks for an answer in S3
BESIDE: Final = ("TargetVariant", "TargetModel", "InferenceComponentName")  # what an asynchronous one does not know
_MISSING: Final = ("404", "NoSuchKey", "NotFound")


@dataclass(frozen=True)
class Asked:
    """What is asked of endpoint NAME, of what type, and of what type the answer shall be."""

    name: str
    body: bytes
    content_type: str
    accept: str
    variant: str | None = None
    model: str | None = None
    attributes: str | None = None
    component: str | None = None

    @property
    def params(self) -> dict[str, Any]:
        """The parameters of the request but its body."""
        more = {
            "TargetVariant": self.variant,
            "TargetModel": self.model,
            "CustomAttributes": self.attributes,
            "InferenceComponentName": self.component,
        }
        given = {name: value for name, value in more.items() if value is not None}
        return {"EndpointName": self.name, "ContentType": self.content_type, "Accept": self.accept, **given}


def plan(asked: Asked) -> Step:
    """What would be called."""
    return step("sagemaker:InvokeEndpoint", f"{asked.name}, {len(asked.body)} bytes")


def invoke(session: Session, asked: Asked) -> tuple[bytes, str]:
    """The answer and its type. Raises InputError for too much, ServiceError as the model refuses."""
    if len(asked.body) > SAGEMAKER_INVOKE_BYTES:
        raise InputError(
            f"{len(asked.body):,} bytes are more than an endpoint takes: {SAGEMAKER_INVOKE_BYTES:,}",
            hint="an asynchronous endpoint takes 1 GB: --async",
        )
    with _explained(session, asked):
        answer, body = session.client(RUNTIME).read("invoke_endpoint", "Body", **asked.params, Body=asked.body)
    return body, str(answer.get("ContentType", ""))


def stream(session: Session, asked: Asked) -> Iterator[bytes]:
    """The answer piece by piece, as the model gives it."""
    with _explained(session, asked):
        answer = session.client(RUNTIME).invoke_endpoint_with_response_stream(**asked.params, Body=asked.body)
    try:
        for event in answer["Body"]:
            if "PayloadPart" in event:
                yield event["PayloadPart"]["Bytes"]
            else:
                ((kind, about),) = event.items()
                raise ServiceError(f"the model broke off: {kind}: {about.get('Message', '')}", code=kind)
    except ServiceError:
        raise
    except Exception as problem:
        error = refusals.translate(problem, service=RUNTIME, operation="InvokeEndpointWithResponseStream")
        if error is None:
            raise
        raise error from None


def invoke_async(session: Session, asked: Asked, *, bucket: str | None, timeout: float | None) -> bytes:
    """The answer that an asynchronous endpoint leaves in S3. Raises JobFailed for a failure, TimedOut."""
    place = staging.bucket(session, bucket)
    key = f"{staging.PREFIX}invoke-{key_of(asked.name, asked.body)[:20]}"
    session.client("s3").put_object(Bucket=place, Key=key, Body=asked.body)
    try:
        params = {name: value for name, value in asked.params.items() if name not in BESIDE}
        answer = session.client(RUNTIME).invoke_endpoint_async(**params, InputLocation=f"s3://{place}/{key}")
        return _fetched(session, answer, timeout)
    finally:
        staging.remove(session, bucket=place, key=key)


def _fetched(session: Session, answer: dict[str, Any], timeout: float | None) -> bytes:
    begun = clock.monotonic()
    while True:
        if (found := _object(session, answer["OutputLocation"])) is not None:
            return found
        failed = answer.get("FailureLocation")
        if failed and (why := _object(session, failed)) is not None:
            raise JobFailed(f"the model failed: {why[:500].decode('utf-8', 'replace')}", hint=str(failed))
        waited = clock.monotonic() - begun
        session.talk.progress(f"waiting for {answer['OutputLocation']}, {waited:.0f} s")
        if timeout is not None and waited >= timeout:
            raise TimedOut(f"no answer after {timeout:g} s; it will be at {answer['OutputLocation']}")
        clock.sleep(PAUSE)


def _object(session: Session, address: str) -> bytes | None:
    bucket, key = sources.split_uri(address)
    try:
        return staging.fetch(session, bucket=bucket, key=key)
    except ServiceError as error:
        if error.code in _MISSING:
            return None
        raise


class _explained:
    """A block in which a refusal of the model's is told with its own words, and where its log is."""

    def __init__(self, session: Session, asked: Asked) -> None:
        self._session, self._asked = session, asked

    def __enter__(self) -> None:
        """Nothing."""

    def __exit__(self, _kind: object, problem: BaseException | None, _trace: object) -> None:
        if not isinstance(problem, ServiceError):
            return
        name = self._asked.name
        if problem.code == "ModelError":
            status = problem.answer.get("OriginalStatusCode", "")
            why = str(problem.answer.get("OriginalMessage") or problem.message).strip()
            raise ServiceError(
                f"the model of {name} answered {status}: {why}",
                hint=f"awsml sagemaker endpoints logs {name}",
                code=problem.code,
            ) from None
        said = problem.message.lower()
        if "inference component" in said and "capacity" in said:
            raise ServiceError(
                f"no copy of the model is there yet: {problem.message}",
                hint="the first request wakes it; ask again in some minutes",
                code=problem.code,
            ) from None
        if "inference component" in said and self._asked.component is None:
            raise InputError(
                f"{name} serves components, and one has to be named", hint=f"--component {name}, as deploy calls it"
            ) from None
        if problem.code in ("ValidationError", "ValidationException") and "not found" in problem.message:
            missing = InputError(f"there is no endpoint {name}", hint="awsml sagemaker endpoints ls")
            missing.shared = True
            raise missing from None
