"""Trainings: kept, run by the runner of `awsml sagemaker local train`, told as AWS tells them."""

from __future__ import annotations

from functools import partial
from typing import Any

from awsml_cli.core import clock
from awsml_cli.local import jobs
from awsml_cli.local.operations import Answer, Machine, Operation, Params, Refused
from awsml_cli.local.operations.sagemaker import kept, wanted
from awsml_cli.local.operations.sagemaker.described import described
from awsml_cli.local.operations.sagemaker.kept import ENDED, TRAINING, refuse
from awsml_cli.local.operations.sagemaker.trainer import work


def create_training_job(params: Params, machine: Machine) -> Answer:
    """Keep a training, and begin it where it can go on without the caller. Raises ConfigError for what runs nowhere."""
    kept.near(machine)
    name = params["TrainingJobName"]
    wanted.check(params, machine)
    taken = Refused("ResourceInUse", "Training job names must be unique within an AWS account and region: " + name)
    steps = [["Starting", clock.now()]]
    made = kept.begun(machine, TRAINING, name, params, partial(work, machine, name), taken=taken, Steps=steps)
    return {"TrainingJobArn": made}


def describe_training_job(params: Params, machine: Machine) -> Answer:
    """What has become of a training, waiting a few seconds for its end; begins it if nobody works on it."""
    name = params["TrainingJobName"]
    job = kept.looked(machine, TRAINING, name, partial(work, machine, name))
    return described(machine, name, job)


def list_training_jobs(params: Params, machine: Machine) -> Answer:
    """Trainings, the newest first."""
    refuse(params, {"WarmPoolStatusEquals": "warm pools", "TrainingPlanArnEquals": "training plans"})

    def summary(name: str, job: dict[str, Any]) -> dict[str, Any]:
        about = described(
            machine, name, {**job, "Status": jobs.state(machine.store, kept.kind(machine, TRAINING), name, job)}
        )
        members = ("TrainingJobName", "TrainingJobArn", "CreationTime", "TrainingEndTime", "LastModifiedTime",
                   "TrainingJobStatus", "SecondaryStatus")  # fmt: skip
        return {member: about[member] for member in members if member in about}

    return kept.listed(
        machine, TRAINING, params, summary,
        key="TrainingJobSummaries", name="TrainingJobName", status="TrainingJobStatus",
    )  # fmt: skip


def stop_training_job(params: Params, machine: Machine) -> Answer:
    """Have a training stopped: SIGTERM, and 120 seconds later SIGKILL."""
    kept.stop(machine, TRAINING, params["TrainingJobName"])
    return {}


def delete_training_job(params: Params, machine: Machine) -> Answer:
    """Forget a training that has ended."""
    name, absent = params["TrainingJobName"], Refused("ResourceNotFound", "Requested resource not found.")
    if kept.the(machine, TRAINING, name, absent=absent)["Status"] not in ENDED:
        raise Refused("ResourceInUse", "The training job has not ended.")
    kept.forget(machine, TRAINING, name)
    return {}


OPERATIONS: dict[str, Operation] = {
    "CreateTrainingJob": create_training_job,
    "DescribeTrainingJob": describe_training_job,
    "ListTrainingJobs": list_training_jobs,
    "StopTrainingJob": stop_training_job,
    "DeleteTrainingJob": delete_training_job,
}
