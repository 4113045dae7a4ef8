"""Amazon A2I: pages and flows (which are SageMaker's operations), and loops whose people answer after some looks.

What people say is `said`, one mapping a reviewer; it is written into S3 when a loop is completed.
"""

from __future__ import annotations

import datetime
import json
from typing import Any

from fakeaws import wire
from fakeaws.core import Call, FakeAws
from fakeaws.faults import AwsError

WALK = ("InProgress", "InProgress", "Completed")
FLOW_WALK = ("Initializing", "Active")
PAGE = 2


class Resources:
    """Pages and flows by name: the part of SageMaker that A2I uses. `failing` is what the next flow ends with."""

    name = "sagemaker"

    def __init__(self, aws: FakeAws) -> None:
        self.aws = aws
        self.pages: dict[str, dict[str, Any]] = {}
        self.flows: dict[str, dict[str, Any]] = {}
        self.flow_walk: tuple[str, ...] = FLOW_WALK
        self.failing = ""

    def create_human_task_ui(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Make a page."""
        name = params["HumanTaskUiName"]
        if name in self.pages:
            raise AwsError("ResourceInUse", "There is a page of this name.")
        arn = f"arn:aws:sagemaker:{call.region}:{wire.ACCOUNT}:human-task-ui/{name}"
        about = {"HumanTaskUiArn": arn, "HumanTaskUiName": name, "CreationTime": self._now()}
        self.pages[name] = {"about": about, "template": params["UiTemplate"]["Content"]}
        return {"HumanTaskUiArn": arn}

    def describe_human_task_ui(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Describe a page."""
        held = self._held(self.pages, params["HumanTaskUiName"])
        template = {"Url": "https://example.com/template", "ContentSha256": "00"}
        return {**held["about"], "HumanTaskUiStatus": "Active", "UiTemplate": template}

    def list_human_task_uis(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List pages, two at a time."""
        return _page([held["about"] for held in self.pages.values()], "HumanTaskUiSummaries", params)

    def delete_human_task_ui(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Forget a page."""
        self._held(self.pages, params["HumanTaskUiName"])
        del self.pages[params["HumanTaskUiName"]]
        return {}

    def create_flow_definition(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Make a flow."""
        name = params["FlowDefinitionName"]
        if name in self.flows:
            raise AwsError("ResourceInUse", "There is a flow of this name.")
        arn = f"arn:aws:sagemaker:{call.region}:{wire.ACCOUNT}:flow-definition/{name}"
        about = {"FlowDefinitionName": name, "FlowDefinitionArn": arn, "CreationTime": self._now()}
        self.flows[name] = {"about": about, "request": params, "looks": 0, "failure": self.failing}
        self.failing = ""
        return {"FlowDefinitionArn": arn}

    def describe_flow_definition(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Look at a flow, which moves it on."""
        held = self._held(self.flows, params["FlowDefinitionName"])
        held["looks"] += 1
        given = {name: value for name, value in held["request"].items() if name not in ("FlowDefinitionName", "Tags")}
        failure = {"FailureReason": held["failure"]} if held["failure"] else {}
        return {**held["about"], "FlowDefinitionStatus": self._status(held), **given, **failure}

    def list_flow_definitions(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List flows, two at a time."""
        found = [{**held["about"], "FlowDefinitionStatus": self._status(held)} for held in self.flows.values()]
        return _page(found, "FlowDefinitionSummaries", params)

    def delete_flow_definition(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Forget a flow."""
        self._held(self.flows, params["FlowDefinitionName"])
        del self.flows[params["FlowDefinitionName"]]
        return {}

    def _status(self, held: dict[str, Any]) -> str:
        status = self.flow_walk[min(held["looks"], len(self.flow_walk)) - 1] if held["looks"] else self.flow_walk[0]
        return "Failed" if status == "Active" and held["failure"] else status

    def _held(self, things: dict[str, dict[str, Any]], name: str) -> dict[str, Any]:
        if name not in things:
            raise AwsError("ResourceNotFound", f"There is no {name}.")
        return things[name]

    def _now(self) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(self.aws.clock.now(), datetime.UTC)


class Loops:
    """Loops that take one step of `walk` at each look. `failing` is what the next one ends with."""

    name = "sagemaker-a2i-runtime"

    def __init__(self, aws: FakeAws, resources: Resources) -> None:
        self.aws = aws
        self.resources = resources
        self.loops: dict[str, dict[str, Any]] = {}
        self.walk: tuple[str, ...] = WALK
        self.said: list[dict[str, Any]] = [
            {"workerId": "ann", "answerContent": {"animal": "cat"}, "timeSpentInSeconds": 4.5}
        ]
        self.failing = ""

    def start_human_loop(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Put something before people."""
        if params["HumanLoopName"] in self.loops:
            raise AwsError("ConflictException", "There is a loop of this name.", status=409)
        return {"HumanLoopArn": self.begin(params["HumanLoopName"], params["FlowDefinitionArn"], params, call.region)}

    def begin(self, name: str, flow: str, request: dict[str, Any], region: str) -> str:
        """Have a loop of FLOW, which must be there; its ARN."""
        if flow.rpartition("/")[2] not in self.resources.flows:
            raise AwsError("ValidationException", f"There is no flow definition {flow}.")
        arn = f"arn:aws:sagemaker:{region}:{wire.ACCOUNT}:human-loop/{name}"
        self.loops[name] = {
            **{"arn": arn, "flow": flow, "request": request, "looks": 0, "failure": self.failing, "ended": ""},
            "created": datetime.datetime.fromtimestamp(self.aws.clock.now(), datetime.UTC),
        }
        self.failing = ""
        return arn

    def describe_human_loop(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Look at a loop, which moves it on."""
        name = params["HumanLoopName"]
        held = self._held(name)
        held["looks"] += 1
        told = {**self._told(name, held), "HumanLoopArn": held["arn"]}
        if told["HumanLoopStatus"] == "Completed":
            place = self.resources.flows[held["flow"].rpartition("/")[2]]["request"]["OutputConfig"]["S3OutputPath"]
            bucket, _, prefix = place.removeprefix("s3://").partition("/")
            key = f"{prefix.rstrip('/') + '/' if prefix else ''}{name}/output.json"
            output = {"flowDefinitionArn": held["flow"], "humanAnswers": self.said, "humanLoopName": name}
            self.aws.put(bucket, key, json.dumps(output).encode())
            told["HumanLoopOutput"] = {"OutputS3Uri": f"s3://{bucket}/{key}"}
        if held["failure"] and told["HumanLoopStatus"] == "Failed":
            told["FailureCode"] = "ValidationError"
        return told

    def list_human_loops(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List the loops of a flow, two at a time."""
        found = [
            self._told(name, held)
            for name, held in reversed(self.loops.items())
            if held["flow"] == params["FlowDefinitionArn"]
        ]
        return _page(found, "HumanLoopSummaries", params)

    def stop_human_loop(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Ask nobody any more."""
        self._held(params["HumanLoopName"])["ended"] = "Stopped"
        return {}

    def delete_human_loop(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Forget a loop that has ended."""
        name = params["HumanLoopName"]
        if self._told(name, self._held(name))["HumanLoopStatus"] == "InProgress":
            raise AwsError("ValidationException", "The loop goes on.")
        del self.loops[name]
        return {}

    def _told(self, name: str, held: dict[str, Any]) -> dict[str, Any]:
        status = self.walk[min(held["looks"], len(self.walk)) - 1] if held["looks"] else self.walk[0]
        if status == "Completed" and held["failure"]:
            status = "Failed"
        status = held["ended"] or status
        failure = {"FailureReason": held["failure"]} if status == "Failed" else {}
        told = {"HumanLoopName": name, "HumanLoopStatus": status, "CreationTime": held["created"]}
        return {**told, "FlowDefinitionArn": held["flow"], **failure}

    def _held(self, name: str) -> dict[str, Any]:
        if name not in self.loops:
            raise AwsError("ResourceNotFoundException", f"There is no loop {name}.", status=404)
        return self.loops[name]


def _page(found: list[dict[str, Any]], member: str, params: dict[str, Any]) -> dict[str, Any]:
    first = int(params.get("NextToken", "0"))
    page: dict[str, Any] = {member: found[first : first + PAGE]}
    return page | ({"NextToken": str(first + PAGE)} if first + PAGE < len(found) else {})
