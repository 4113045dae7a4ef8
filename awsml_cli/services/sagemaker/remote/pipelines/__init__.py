"""Pipelines at AWS: `records` say what there is, `looking` finds it, `running` starts, watches and stops."""

from awsml_cli.services.sagemaker.remote.pipelines.looking import (
    SERVICE,
    describe,
    executions,
    jobs_of_all,
    listed,
    named,
    steps,
)
from awsml_cli.services.sagemaker.remote.pipelines.running import finished, plan, start, stop, stopping, watch

__all__ = [
    "SERVICE",
    "describe",
    "executions",
    "finished",
    "jobs_of_all",
    "listed",
    "named",
    "plan",
    "start",
    "steps",
    "stop",
    "stopping",
    "watch",
]
