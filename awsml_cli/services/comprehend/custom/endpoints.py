"""Endpoints: where a model of one's own answers at once, billed by the second until it is removed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, ClassVar, Final

from pydantic import ConfigDict

from awsml_cli.core import jobs, paging
from awsml_cli.core.cache import key_of
from awsml_cli.core.errors import InputError, ServiceError
from awsml_cli.core.hourly import COMPREHEND_UNIT
from awsml_cli.core.jobs import JobId
from awsml_cli.core.plan import Step, step
from awsml_cli.core.prices import Charge
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.comprehend.asking import SERVICE


class Endpoint(Record):
    """An endpoint; `hourly` is what it costs in US dollars, in use or not."""

    model_config = ConfigDict(defer_build=True)
    columns: ClassVar = ("name", "status", "current_inference_units", "hourly", "endpoint_arn")

    name: str
    endpoint_arn: str
    status: str | None = None
    message: str | None = None
    model_arn: str | None = None
    flywheel_arn: str | None = None
    desired_inference_units: int | None = None
    current_inference_units: int | None = None
    hourly: float | None = None
    creation_time: Any = None


def create(
    session: Session, name: str, model: str, *, units: int = 1, timeout: float | None = None, wait: bool = True
) -> Endpoint:
    """Make the endpoint NAME for MODEL, the ARN of a model or flywheel, or take the one that is there for it.

    Raises InputError where another model answers there, JobFailed, TimedOut.
    """
    member = "FlywheelArn" if ":flywheel/" in model else "ModelArn"
    there = next((one for one in _all(session) if one.name == name), None)
    if there is not None and model not in (there.model_arn, there.flywheel_arn):
        raise InputError(f"at the endpoint {name} another model answers", hint=f"awsml comprehend endpoints rm {name}")
    if there is None:
        hourly = units * COMPREHEND_UNIT
        if not session.local:
            session.talk.warn(
                f"the endpoint bills {hourly:.2f} USD an hour until `awsml comprehend endpoints rm {name}`"
            )
        token = key_of(name, model, units, session.region)[:40]
        answer = session.client(SERVICE).create_endpoint(
            EndpointName=name, DesiredInferenceUnits=units, ClientRequestToken=token, **{member: model}
        )
        arn = str(answer["EndpointArn"])
    else:
        arn = there.endpoint_arn
    return _ready(session, arn, timeout=timeout, wait=wait)


def making(name: str, units: int) -> Step:
    """What making NAME would call, and cost in an hour."""
    charge = Charge(units, "inference units, for an hour", units * COMPREHEND_UNIT)
    return step("comprehend:CreateEndpoint", name, charge=charge)


def listed(session: Session, *, limit: int | None = None) -> Listing:
    """The endpoints of this region."""
    return Listing(islice(_all(session), limit), "EndpointPropertiesList")


def get(session: Session, name: str) -> Endpoint:
    """The endpoint NAME. Raises InputError where there is none."""
    return _endpoint(_describe(session, _arn(session, name)))


def update(session: Session, name: str, *, units: int | None, model: str | None, wait: bool = True) -> Endpoint:
    """Give the endpoint NAME so many UNITS, or another MODEL."""
    arn = _arn(session, name)
    asked: dict[str, Any] = {
        **({"DesiredInferenceUnits": units} if units else {}),
        **({"DesiredModelArn": model} if model else {}),
    }
    session.client(SERVICE).update_endpoint(EndpointArn=arn, **asked)
    return _ready(session, arn, timeout=None, wait=wait)


def remove(session: Session, name: str) -> None:
    """Remove the endpoint NAME. Raises InputError where there is none."""
    session.client(SERVICE).delete_endpoint(EndpointArn=_arn(session, name))


def removal(name: str) -> Step:
    """What removing NAME would call."""
    return step("comprehend:DeleteEndpoint", name)


def of_model(session: Session, arn: str) -> list[Endpoint]:
    """The endpoints at which the model ARN answers."""
    return [one for one in _all(session) if one.model_arn == arn and one.status != "DELETING"]


def _ready(session: Session, arn: str, *, timeout: float | None, wait: bool) -> Endpoint:
    job = JobId(SERVICE, session.region, arn)
    return _endpoint(jobs.wait(session, KIND, job, timeout=timeout) if wait else _describe(session, arn))


def _all(session: Session) -> Iterator[Endpoint]:
    for answer in paging.items(session.client(SERVICE).list_endpoints, "EndpointPropertiesList"):
        yield _endpoint(answer)


def _arn(session: Session, name: str) -> str:
    if name.startswith("arn:"):
        return name
    for one in _all(session):
        if one.name == name:
            return one.endpoint_arn
    raise InputError(f"there is no endpoint {name}", hint="awsml comprehend endpoints ls")


def _describe(session: Session, arn: str) -> dict[str, Any]:
    try:
        return dict(session.client(SERVICE).describe_endpoint(EndpointArn=arn)["EndpointProperties"])
    except ServiceError as error:
        if error.code == "ResourceNotFoundException":
            raise InputError(f"there is no endpoint {arn}", hint="awsml comprehend endpoints ls") from None
        raise


def _endpoint(answer: dict[str, Any]) -> Endpoint:
    units = answer.get("CurrentInferenceUnits") or answer.get("DesiredInferenceUnits")
    hourly = None if units is None else round(units * COMPREHEND_UNIT, 4)
    return Endpoint.of(answer, name=answer["EndpointArn"].rpartition("/")[2], hourly=hourly).with_raw(answer)


KIND: Final = jobs.Kind(
    service=SERVICE,
    noun="endpoint",
    describe=lambda session, job: _describe(session, job.name),
    status=lambda answer: str(answer.get("Status", "")),
    reason=lambda answer: str(answer.get("Message", "")),
    done=frozenset({"IN_SERVICE"}),
    failed=frozenset({"FAILED"}),
    group="endpoints",
    resource=True,
)
