"""Amazon Braket: devices, circuits run on them, hybrid jobs, and what they cost."""

from awsml_cli.services.braket.circuits import Circuit, charge, check, load, shots_for
from awsml_cli.services.braket.devices import SERVICE, devices, find, usable
from awsml_cli.services.braket.records import Device, Measured, StartedTask, Task, png, svg
from awsml_cli.services.braket.run import plan, run
from awsml_cli.services.braket.tasks import (
    costs,
    get_task,
    list_tasks,
    named,
    result,
    stop_task,
    wait_task,
)

__all__ = [
    "SERVICE",
    "Circuit",
    "Device",
    "Measured",
    "StartedTask",
    "Task",
    "charge",
    "check",
    "costs",
    "devices",
    "find",
    "get_task",
    "list_tasks",
    "load",
    "named",
    "plan",
    "png",
    "result",
    "run",
    "shots_for",
    "stop_task",
    "svg",
    "usable",
    "wait_task",
]
