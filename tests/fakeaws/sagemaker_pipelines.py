"""SageMaker's pipelines: each look at a run moves it on by half a step; `failing_step` is the one that fails, and why."""

from __future__ import annotations

import datetime
import json
from typing import Any

from fakeaws import wire
from fakeaws.core import Call, FakeAws
from fakeaws.faults import AwsError

PAGE = 2
LASTS = 30  # seconds of each step


class Pipelines:
    """Pipelines and their runs; a part of the fake SageMaker."""

    def __init__(self, aws: FakeAws) -> None:
        super().__init__(aws)  # type: ignore[call-arg]
        self.pipelines: dict[str, dict[str, Any]] = {}
        self.runs: dict[str, dict[str, Any]] = {}  # by ARN
        self.failing_step: tuple[str, str] = ("", "")
        self._tokens: dict[str, str] = {}

    def pipeline(self, name: str, steps: list[str], parameters: list[dict[str, Any]]) -> None:
        """Have a pipeline of STEPS with PARAMETERS."""
        definition = json.dumps(
            {"Version": "2020-12-01", "Parameters": parameters, "Steps": [{"Name": s} for s in steps]}
        )
        about = {"PipelineName": name, "PipelineArn": self._arn("pipeline", name), "CreationTime": self._now()}
        self.pipelines[name] = {"about": about, "definition": definition, "steps": steps}

    def list_pipelines(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List pipelines, the newest first."""
        found = [self._pipeline_summary(held) for held in reversed(self.pipelines.values())]
        begin = int(params.get("NextToken", 0))
        more = {"NextToken": str(begin + PAGE)} if begin + PAGE < len(found) else {}
        return {"PipelineSummaries": found[begin : begin + PAGE], **more}

    def describe_pipeline(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Describe a pipeline."""
        held = self._pipeline(params["PipelineName"])
        return {**held["about"], "PipelineStatus": "Active", "PipelineDefinition": held["definition"]}

    def start_pipeline_execution(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Start a run; the same token is the same run."""
        held = self._pipeline(params["PipelineName"])
        token = params["ClientRequestToken"]
        if token not in self._tokens:
            arn = f"{held['about']['PipelineArn']}/execution/abcdefghijk{len(self.runs) + 1}"
            self._tokens[token] = arn
            self.runs[arn] = {"params": params, "begun": self._now(), "looks": 0, "status": "Executing", "held": held,
                              "failing": self.failing_step, "steps": []}  # fmt: skip
        return {"PipelineExecutionArn": self._tokens[token]}

    def describe_pipeline_execution(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Look at a run, which moves it on."""
        run = self._run(params["PipelineExecutionArn"])
        if run["status"] == "Stopping":
            run["status"] = "Stopped"
        elif run["status"] == "Executing":
            self._move_run(run)
        return self._about_run(params["PipelineExecutionArn"], run)

    def list_pipeline_executions(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List the runs of a pipeline, the newest first."""
        held = self._pipeline(params["PipelineName"])
        found = [
            {"PipelineExecutionArn": arn, "StartTime": run["begun"], "PipelineExecutionStatus": run["status"]}
            for arn, run in reversed(self.runs.items())
            if run["held"] is held
        ]
        return {"PipelineExecutionSummaries": found}

    def list_pipeline_execution_steps(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List the steps that have begun, in pages."""
        found = self._run(params["PipelineExecutionArn"])["steps"]
        begin = int(params.get("NextToken", 0))
        more = {"NextToken": str(begin + PAGE)} if begin + PAGE < len(found) else {}
        return {"PipelineExecutionSteps": found[begin : begin + PAGE], **more}

    def stop_pipeline_execution(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Ask a run to stop."""
        self._run(params["PipelineExecutionArn"])["status"] = "Stopping"
        return {"PipelineExecutionArn": params["PipelineExecutionArn"]}

    def _move_run(self, run: dict[str, Any]) -> None:
        steps = run["steps"]
        if steps and steps[-1]["StepStatus"] == "Executing":
            last = steps[-1]
            last["EndTime"] = last["StartTime"] + datetime.timedelta(seconds=LASTS)
            failed, why = run["failing"]
            last["StepStatus"] = "Failed" if last["StepName"] == failed else "Succeeded"
            if last["StepStatus"] == "Failed":
                last["FailureReason"] = why
                run["status"] = "Failed"
        elif len(steps) < len(run["held"]["steps"]):
            name = run["held"]["steps"][len(steps)]
            arn = self._arn("training-job", f"pipelines-{name}")
            steps.append({"StepName": name, "StepStatus": "Executing", "StartTime": self._now(),
                          "Metadata": {"TrainingJob": {"Arn": arn}} if name == "train" else {}})  # fmt: skip
        else:
            run["status"] = "Succeeded"

    def _about_run(self, arn: str, run: dict[str, Any]) -> dict[str, Any]:
        about = {
            "PipelineArn": run["held"]["about"]["PipelineArn"],
            "PipelineExecutionArn": arn,
            "PipelineExecutionStatus": run["status"],
            "CreationTime": run["begun"],
        }
        if run["status"] == "Failed":
            about["FailureReason"] = "Step failure: One or multiple steps failed."
        return about

    def _pipeline_summary(self, held: dict[str, Any]) -> dict[str, Any]:
        begun = [run["begun"] for run in self.runs.values() if run["held"] is held]
        return {**held["about"], **({"LastExecutionTime": begun[-1]} if begun else {})}

    def _pipeline(self, name: str) -> dict[str, Any]:
        if name not in self.pipelines:
            raise AwsError("ResourceNotFound", f"Pipeline '{self._arn('pipeline', name)}' does not exist.")
        return self.pipelines[name]

    def _run(self, arn: str) -> dict[str, Any]:
        if arn not in self.runs:
            raise AwsError("ResourceNotFound", f"Pipeline execution '{arn}' does not exist.")
        return self.runs[arn]

    def _now(self) -> datetime.datetime:
        raise NotImplementedError

    def _arn(self, kind: str, name: str) -> str:
        return f"arn:aws:sagemaker:{wire.REGION}:{wire.ACCOUNT}:{kind}/{name}"
