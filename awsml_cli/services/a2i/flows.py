"""Flows (SageMaker's flow definitions): who is asked, with which page, when by itself, and where the answers go."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Any, Final

from awsml_cli.core import jobs, paging
from awsml_cli.core.errors import InputError, JobFailed, ServiceError, UsageError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Listing
from awsml_cli.core.session import Session
from awsml_cli.services.a2i.pages import GONE, page, sagemaker
from awsml_cli.services.a2i.records import Flow

SOURCES: Final = {
    "textract": "AWS/Textract/AnalyzeDocument/Forms/V1",
    "rekognition": "AWS/Rekognition/DetectModerationLabels/Image/V3",
}
PUBLIC: Final = ":workteam/public-crowd/"
MOST_PRICE: Final = Decimal("2.999")  # of a task, as the model of PublicWorkforceTaskPrice allows


@dataclass(frozen=True)
class FlowAsked:
    """A flow to be made. Times are in seconds, PRICE in US dollars; CONDITIONS is AWS's own JSON."""

    name: str
    page: str
    team: str
    title: str
    description: str
    output: str
    role: str
    reviewers: int = 1
    seconds: int | None = None
    lifetime: int | None = None
    keywords: tuple[str, ...] = ()
    price: str | None = None
    source: str | None = None
    conditions: str | None = None

    def check(self) -> None:
        """Raises UsageError, InputError for what AWS would refuse."""
        if not re.fullmatch(r"[a-z0-9](-*[a-z0-9]){0,62}", self.name):
            raise UsageError(f"`{self.name}` is no name for a flow", hint="small letters, digits and hyphens")
        if not self.output.startswith("s3://"):
            raise UsageError(f"`{self.output}` is no place in S3", hint="--to s3://BUCKET/FOLDER/")
        if self.source and self.source not in SOURCES:
            raise UsageError(f"there is no source `{self.source}`", hint=f"one of: {', '.join(SOURCES)}")
        if (self.source is None) != (self.conditions is None):
            raise UsageError("--source and --conditions go together", hint="leave both out for loops of your own")
        if PUBLIC in self.team and self.price is None:
            raise UsageError("the public workforce is paid by the task", hint="--price 0.036")
        self.amount()
        self.activation()

    def amount(self) -> dict[str, int] | None:
        """The price as AWS takes it: dollars, cents, tenths of a cent."""
        if self.price is None:
            return None
        try:
            tenths = Decimal(self.price) * 1000
        except InvalidOperation:
            tenths = Decimal(-1)
        if tenths != tenths.to_integral_value() or not 0 < tenths <= MOST_PRICE * 1000:
            raise UsageError(f"`{self.price}` is no price of a task", hint="--price 0.036, up to 2.999 USD")
        whole = int(tenths)
        return {"Dollars": whole // 1000, "Cents": whole % 1000 // 10, "TenthFractionsOfACent": whole % 10}

    def activation(self) -> str | None:
        """The conditions as one line of JSON. Raises InputError for what is none."""
        if self.conditions is None:
            return None
        try:
            found = json.loads(self.conditions)
        except ValueError as problem:
            raise InputError(f"the conditions are not JSON: {problem}") from None
        if not isinstance(found, dict) or not isinstance(found.get("Conditions"), list) or not found["Conditions"]:
            raise InputError("the conditions hold no list `Conditions`", hint='{"Conditions": [{"ConditionType": …}]}')
        text = json.dumps(found, separators=(",", ":"))
        if len(text) > 10_240:
            raise InputError(f"the conditions have {len(text):,} characters; AWS takes 10,240")
        return text


def describe(session: Session, name: str) -> dict[str, Any]:
    """AWS's answer about the flow NAME. Raises InputError where there is none."""
    try:
        return dict(sagemaker(session).describe_flow_definition(FlowDefinitionName=name.rpartition("/")[2]))
    except ServiceError as error:
        if error.code in GONE:
            raise InputError(f"there is no flow `{name}`", hint="awsml a2i flow ls") from None
        raise


KIND: Final = jobs.Kind(
    service="a2i",
    noun="flow",
    describe=lambda session, job: describe(session, job.name),
    status=lambda answer: str(answer.get("FlowDefinitionStatus", "")),
    reason=lambda answer: str(answer.get("FailureReason", "")),
    done=frozenset({"Active"}),
    failed=frozenset({"Failed", "Deleting"}),
    group="flow",
    resource=True,
)


def plan_flow(asked: FlowAsked) -> Step:
    """What making a flow would call."""
    asked.check()
    return step("sagemaker:CreateFlowDefinition", asked.name)


def create_flow(session: Session, asked: FlowAsked, *, wait: bool = True, timeout: float | None = None) -> Flow:
    """Make a flow and wait until it can be used. Raises InputError where there is one of this name."""
    asked.check()
    people: dict[str, Any] = {
        "WorkteamArn": asked.team,
        "HumanTaskUiArn": asked.page if asked.page.startswith("arn:") else page(session, asked.page).human_task_ui_arn,
        "TaskTitle": asked.title,
        "TaskDescription": asked.description,
        "TaskCount": asked.reviewers,
    }
    times = {"TaskTimeLimitInSeconds": asked.seconds, "TaskAvailabilityLifetimeInSeconds": asked.lifetime}
    people |= {name: value for name, value in times.items() if value is not None}
    if asked.keywords:
        people["TaskKeywords"] = list(asked.keywords)
    if (amount := asked.amount()) is not None:
        people["PublicWorkforceTaskPrice"] = {"AmountInUsd": amount}
    words: dict[str, Any] = {}
    if asked.source is not None:
        words["HumanLoopRequestSource"] = {"AwsManagedHumanLoopRequestSource": SOURCES[asked.source]}
        condition = {"HumanLoopActivationConditions": asked.activation()}
        words["HumanLoopActivationConfig"] = {"HumanLoopActivationConditionsConfig": condition}
    try:
        sagemaker(session).create_flow_definition(
            FlowDefinitionName=asked.name,
            HumanLoopConfig=people,
            OutputConfig={"S3OutputPath": asked.output},
            RoleArn=asked.role,
            **words,
        )
    except ServiceError as error:
        if error.code == "ResourceInUse":
            raise InputError(
                f"there is a flow `{asked.name}`", hint=f"another name, or awsml a2i flow rm {asked.name}"
            ) from None
        raise
    if not wait:
        return find_flow(session, asked.name)
    job = JobId("a2i", session.region, asked.name)
    try:
        return _flow(jobs.wait(session, KIND, job, timeout=timeout))
    except JobFailed as failure:
        raise JobFailed(
            failure.message, hint="the role must trust sagemaker.amazonaws.com and may write there"
        ) from None


def flows(session: Session, *, limit: int | None = None) -> Listing:
    """The flows of this region."""
    found = paging.items(sagemaker(session).list_flow_definitions, "FlowDefinitionSummaries")
    return Listing((Flow.of(one) for one in islice(found, limit)), "FlowDefinitionSummaries")


def find_flow(session: Session, name: str) -> Flow:
    """The flow NAME, by its name or its ARN. Raises InputError where there is none."""
    return _flow(describe(session, name))


def remove_flow(session: Session, name: str) -> None:
    """Remove the flow NAME."""
    try:
        sagemaker(session).delete_flow_definition(FlowDefinitionName=name.rpartition("/")[2])
    except ServiceError as error:
        if error.code in GONE:
            raise InputError(f"there is no flow `{name}`", hint="awsml a2i flow ls") from None
        raise


def _flow(answer: Mapping[str, Any]) -> Flow:
    people = answer.get("HumanLoopConfig") or {}
    config = (answer.get("HumanLoopActivationConfig") or {}).get("HumanLoopActivationConditionsConfig") or {}
    amount = (people.get("PublicWorkforceTaskPrice") or {}).get("AmountInUsd")
    price = None
    if amount:
        price = amount.get("Dollars", 0) + amount.get("Cents", 0) / 100 + amount.get("TenthFractionsOfACent", 0) / 1000
    conditions = config.get("HumanLoopActivationConditions")
    return Flow.of(
        dict(answer),
        source=(answer.get("HumanLoopRequestSource") or {}).get("AwsManagedHumanLoopRequestSource"),
        workteam=people.get("WorkteamArn"),
        page=people.get("HumanTaskUiArn"),
        title=people.get("TaskTitle"),
        reviewers=people.get("TaskCount"),
        price=price,
        conditions=json.loads(conditions) if conditions else None,
        output=(answer.get("OutputConfig") or {}).get("S3OutputPath"),
    )
