"""SageMaker's tunings: each look ends the trials that run and begins as many as may run at once.

`value_of` gives the objective of a trial from its hyperparameters; None fails it. What is tried goes through the ranges evenly.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from fakeaws import wire
from fakeaws.core import Call, FakeAws
from fakeaws.faults import AwsError

LASTS = 60  # seconds of each trial
PAGE = 3


class Tunings:
    """Tunings by name; a part of the fake SageMaker, whose trainings their trials are."""

    trainings: dict[str, dict[str, Any]]
    walk: tuple[str, ...]

    def __init__(self, aws: FakeAws) -> None:
        super().__init__(aws)  # type: ignore[call-arg]
        self.tunings: dict[str, dict[str, Any]] = {}
        self.value_of: Callable[[Mapping[str, str]], float | None] = lambda tried: sum(
            float(value) for value in tried.values() if value.replace(".", "").replace("e-", "").isdigit()
        )
        self.tuning_failing = ""

    def create_hyper_parameter_tuning_job(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin a tuning."""
        name = params["HyperParameterTuningJobName"]
        if name in self.tunings:
            raise AwsError("ResourceInUse", f"Tuning job names must be unique: {name}")
        config = params["HyperParameterTuningJobConfig"]
        both = set(params["TrainingJobDefinition"].get("StaticHyperParameters", {})) & {
            one["Name"] for ranges in config["ParameterRanges"].values() for one in ranges
        }
        if both:
            raise AwsError("ValidationException", f"hyperparameters are both static and tunable: {sorted(both)}")
        for parent in params.get("WarmStartConfig", {}).get("ParentHyperParameterTuningJobs", ()):
            self._tuning(parent["HyperParameterTuningJobName"])
        self.tunings[name] = {
            "params": params, "begun": self._now(), "trials": [], "status": "InProgress", "region": call.region,
            "failing": self.tuning_failing, "tries": list(_tries(config)),
        }  # fmt: skip
        return {"HyperParameterTuningJobArn": self._arn("hyper-parameter-tuning-job", name)}

    def describe_hyper_parameter_tuning_job(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Look at a tuning, which moves it on."""
        held = self._tuning(params["HyperParameterTuningJobName"])
        if held["status"] in ("InProgress", "Stopping"):
            self._go_on(held, call)
        return self._about_tuning(held)

    def list_training_jobs_for_hyper_parameter_tuning_job(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List the trials, in pages."""
        held = self._tuning(params["HyperParameterTuningJobName"])
        found = list(held["trials"])
        if params.get("SortBy") == "FinalObjectiveMetricValue":
            turn = -1 if params.get("SortOrder") == "Descending" else 1
            found.sort(key=lambda one: (_value(one) is None, turn * (_value(one) or 0.0)))
        begin = int(params.get("NextToken", 0))
        more = {"NextToken": str(begin + PAGE)} if begin + PAGE < len(found) else {}
        return {"TrainingJobSummaries": found[begin : begin + PAGE], **more}

    def list_hyper_parameter_tuning_jobs(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List tunings, the newest first."""
        kept = ("HyperParameterTuningJobName", "HyperParameterTuningJobArn", "HyperParameterTuningJobStatus",
                "CreationTime", "TrainingJobStatusCounters", "ObjectiveStatusCounters")  # fmt: skip
        found = []
        for held in reversed(self.tunings.values()):
            about = self._about_tuning(held)
            strategy = about["HyperParameterTuningJobConfig"]["Strategy"]
            found.append({**{name: about[name] for name in kept}, "Strategy": strategy})
        wanted = params.get("StatusEquals")
        return {
            "HyperParameterTuningJobSummaries": [
                one for one in found if wanted in (None, one["HyperParameterTuningJobStatus"])
            ]
        }

    def stop_hyper_parameter_tuning_job(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Ask a tuning to stop."""
        self._tuning(params["HyperParameterTuningJobName"])["status"] = "Stopping"
        return {}

    def delete_hyper_parameter_tuning_job(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Forget a tuning."""
        del self.tunings[params["HyperParameterTuningJobName"]]
        return {}

    def _go_on(self, held: dict[str, Any], call: Call) -> None:
        params = held["params"]
        for one in held["trials"]:
            if one["TrainingJobStatus"] == "InProgress":
                self._end(held, one)
        if held["status"] == "Stopping":
            held["status"] = "Stopped"
        elif held["failing"]:
            held["status"] = "Failed"
        elif held["tries"]:
            for _ in range(params["HyperParameterTuningJobConfig"]["ResourceLimits"]["MaxParallelTrainingJobs"]):
                if held["tries"]:
                    self._begin(held, held["tries"].pop(0), call)
        else:
            held["status"] = "Completed"
        if held["status"] != "InProgress":
            held["ended"] = self._now()

    def _begin(self, held: dict[str, Any], tried: dict[str, str], call: Call) -> None:
        name = f"{held['params']['HyperParameterTuningJobName']}-{len(held['trials']) + 1:03}-0a1b2c3d"
        now = self._now()
        held["trials"].append({
            "TrainingJobName": name, "TrainingJobArn": self._arn("training-job", name), "CreationTime": now,
            "TrainingStartTime": now, "TrainingJobStatus": "InProgress",
            "TunedHyperParameters": {key: value if _is_number(value) else f'"{value}"' for key, value in tried.items()},
        })  # fmt: skip
        definition = held["params"]["TrainingJobDefinition"]
        given = {key: value for key, value in definition.items() if key != "StaticHyperParameters"}
        hyperparameters = {**definition.get("StaticHyperParameters", {}), **tried}
        self.create_training_job({"TrainingJobName": name, "HyperParameters": hyperparameters, **given}, call)

    def _end(self, held: dict[str, Any], trial: dict[str, Any]) -> None:
        tried = {key: value.strip('"') for key, value in trial["TunedHyperParameters"].items()}
        value = self.value_of(tried)
        trial["TrainingEndTime"] = trial["TrainingStartTime"] + datetime.timedelta(seconds=LASTS)
        trial["TrainingJobStatus"] = "Completed" if value is not None else "Failed"
        if value is None:
            trial["FailureReason"] = "AlgorithmError: it did not converge"
            self.trainings[trial["TrainingJobName"]]["failing"] = trial["FailureReason"]
        else:
            objective = held["params"]["HyperParameterTuningJobConfig"]["HyperParameterTuningJobObjective"]
            trial["FinalHyperParameterTuningJobObjectiveMetric"] = {**objective, "Value": value}
        for _ in self.walk:
            if self._ended(self.trainings[trial["TrainingJobName"]]) is None:
                self._move(self.trainings[trial["TrainingJobName"]])

    def _about_tuning(self, held: dict[str, Any]) -> dict[str, Any]:
        params, trials = held["params"], held["trials"]
        states = [one["TrainingJobStatus"] for one in trials]
        about = {
            "HyperParameterTuningJobArn": self._arn("hyper-parameter-tuning-job", params["HyperParameterTuningJobName"]),
            "HyperParameterTuningJobStatus": held["status"],
            "CreationTime": held["begun"],
            "TrainingJobStatusCounters": {
                "Completed": states.count("Completed"), "InProgress": states.count("InProgress"),
                "NonRetryableError": states.count("Failed"), "RetryableError": 0, "Stopped": 0,
            },
            "ObjectiveStatusCounters": {"Succeeded": states.count("Completed"), "Pending": 0, "Failed": 0},
            **{name: value for name, value in params.items() if name != "Tags"},
        }  # fmt: skip
        goal = params["HyperParameterTuningJobConfig"]["HyperParameterTuningJobObjective"]["Type"]
        valued = [one for one in trials if _value(one) is not None]
        if valued:
            about["BestTrainingJob"] = (max if goal == "Maximize" else min)(valued, key=_value)
        if "ended" in held:
            about["HyperParameterTuningEndTime"] = held["ended"]
        if held["status"] == "Failed":
            about["FailureReason"] = held["failing"]
        return about

    def _tuning(self, name: str) -> dict[str, Any]:
        if name not in self.tunings:
            raise AwsError("ResourceNotFound", f"Amazon SageMaker can't find a tuning job with name {name}.")
        return self.tunings[name]

    # what the whole of SageMaker has

    def create_training_job(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin a training."""
        raise NotImplementedError

    def _now(self) -> datetime.datetime:
        raise NotImplementedError

    def _arn(self, kind: str, name: str) -> str:
        return f"arn:aws:sagemaker:{wire.REGION}:{wire.ACCOUNT}:{kind}/{name}"

    def _ended(self, held: dict[str, Any]) -> str | None:
        raise NotImplementedError

    def _move(self, held: dict[str, Any]) -> None:
        raise NotImplementedError


def _tries(config: dict[str, Any]) -> Iterator[dict[str, str]]:
    """What is tried: all words together with a grid, else as many steps through each range as there are trials."""
    ranges = config["ParameterRanges"]
    words = {one["Name"]: one["Values"] for one in ranges.get("CategoricalParameterRanges", ())}
    if config["Strategy"] == "Grid":
        for values in itertools.product(*words.values()):
            yield dict(zip(words, values, strict=True))
        return
    count = config["ResourceLimits"]["MaxNumberOfTrainingJobs"]
    for number in range(count):
        part = number / max(1, count - 1)
        tried = {name: values[number % len(values)] for name, values in words.items()}
        for sort in ("IntegerParameterRanges", "ContinuousParameterRanges"):
            for one in ranges.get(sort, ()):
                low, high = float(one["MinValue"]), float(one["MaxValue"])
                value = low + (high - low) * part
                tried[one["Name"]] = f"{round(value) if sort.startswith('Integer') else value:g}"
        yield tried


def _value(trial: dict[str, Any]) -> float | None:
    found = trial.get("FinalHyperParameterTuningJobObjectiveMetric")
    return None if found is None else float(found["Value"])


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
