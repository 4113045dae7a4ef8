"""Amazon Braket's tasks on this machine: the state-vector and the density-matrix simulator, under AWS's own names.

A task is a document of the store; the first look at it does the work, and leaves results.json in the store's S3.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from awsml_cli.core import clock
from awsml_cli.local import jobs
from awsml_cli.local.engines import quantum
from awsml_cli.local.operations import Answer, Machine, Operation, Params, Refused, made_by

KIND: Final = "quantum task"
ACCOUNT: Final = "000000000000"
CANCELLED: Final = "CANCELLED"
_SIMULATORS: Final = {
    "sv1": "arn:aws:braket:::device/quantum-simulator/amazon/sv1",
    "dm1": "arn:aws:braket:::device/quantum-simulator/amazon/dm1",
}
_STATES: Final = {jobs.QUEUED: "QUEUED", jobs.IN_PROGRESS: "RUNNING"}


def search_devices(params: Params, machine: Machine) -> Answer:
    """The two simulators."""
    return {"devices": [_brief(name) for name in _SIMULATORS]}


def get_device(params: Params, machine: Machine) -> Answer:
    """One of them, with what it can do."""
    name = _simulator(params["deviceArn"])
    can = {
        "service": {"shotsRange": [0, 100_000], "deviceLocation": "this machine"},
        "paradigm": {"qubitCount": quantum.QUBITS[name]},
    }
    return {**_brief(name), "deviceCapabilities": json.dumps(can), "deviceQueueInfo": []}


def create_quantum_task(params: Params, machine: Machine) -> Answer:
    """Keep a task; the same token gives the same one. Raises ConfigError for want of the engine."""
    _simulator(params["deviceArn"])
    if not quantum.DECLARATION.installed():
        raise quantum.DECLARATION.missing()
    _check_action(params["action"])
    token = params["clientToken"]
    for name, task in machine.store.documents(KIND):
        if task["Token"] == token:
            return {"quantumTaskArn": _arn(machine, name)}
    if not machine.store.has_bucket(params["outputS3Bucket"]):
        machine.store.add_bucket(params["outputS3Bucket"])
    name = str(uuid.uuid4())
    kept = ("deviceArn", "shots", "outputS3Bucket", "outputS3KeyPrefix", "action")
    document = {member: params[member] for member in kept}
    document |= {"Token": token, "Status": jobs.QUEUED, "Created": clock.now()}
    machine.store.add_document(KIND, name, document)
    machine.begin(KIND, name, partial(_work, machine, name))
    return {"quantumTaskArn": _arn(machine, name)}


def get_quantum_task(params: Params, machine: Machine) -> Answer:
    """What has become of a task, waiting a few seconds for its end; begins it if nobody works on it."""
    name = params["quantumTaskArn"].rpartition("/")[2]
    task = machine.store.document(KIND, name)
    if task is not None and task["Status"] != CANCELLED:
        task = jobs.look(machine.store, KIND, name, partial(_work, machine, name))
    if task is None:
        raise Refused("ResourceNotFoundException", f"Quantum task {name} not found.", status=404)
    answer = {**_told(machine, name, task), "deviceParameters": "{}"}
    if task.get("Reason"):
        answer["failureReason"] = task["Reason"]
    if task["Status"] != jobs.COMPLETED:
        return answer
    engine = quantum.DECLARATION
    return made_by(answer, engine=engine.label(), quality=engine.quality, machine=machine)


def search_quantum_tasks(params: Params, machine: Machine) -> Answer:
    """All tasks, the newest first."""
    found = []
    for name, task in machine.store.documents(KIND):
        ended = task["Status"] in (jobs.COMPLETED, jobs.FAILED, CANCELLED)
        status = task["Status"] if ended else jobs.state(machine.store, KIND, name, task)
        told = _told(machine, name, {**task, "Status": status})
        if all(told.get(one["name"]) in one["values"] for one in params["filters"]):
            found.append(told)
    first, size = int(params.get("nextToken") or 0), int(params.get("maxResults") or 100)
    answer: Answer = {"quantumTasks": found[first : first + size]}
    return answer | ({"nextToken": str(first + size)} if first + size < len(found) else {})


def cancel_quantum_task(params: Params, machine: Machine) -> Answer:
    """Give a task up that has not ended."""
    name = params["quantumTaskArn"].rpartition("/")[2]
    task = machine.store.document(KIND, name)
    if task is None:
        raise Refused("ResourceNotFoundException", f"Quantum task {name} not found.", status=404)
    if task["Status"] in (jobs.COMPLETED, jobs.FAILED, CANCELLED):
        raise Refused("ConflictException", f"Quantum task {name} has ended.", status=409)
    jobs.stop(machine.store, KIND, name)
    machine.store.change_document(KIND, name, {"Status": CANCELLED, "Ended": clock.now()})
    return {"quantumTaskArn": params["quantumTaskArn"], "cancellationStatus": "CANCELLING"}


OPERATIONS: dict[str, Operation] = {
    "SearchDevices": search_devices,
    "GetDevice": get_device,
    "CreateQuantumTask": create_quantum_task,
    "GetQuantumTask": get_quantum_task,
    "SearchQuantumTasks": search_quantum_tasks,
    "CancelQuantumTask": cancel_quantum_task,
}


def _check_action(text: str) -> None:
    """Raise Refused where an action is no OpenQASM program as Braket's model has it: its source, and inputs by name."""
    try:
        action = json.loads(text)
    except ValueError:
        action = None
    if not isinstance(action, dict) or not isinstance(action.get("source"), str):
        raise Refused("ValidationException", "The action is no braket.ir.openqasm.program: JSON with a `source`.")
    if not isinstance(action.get("inputs"), dict | None):
        raise Refused("ValidationException", "The inputs of the action are no names with numbers.")


def _work(machine: Machine, name: str, task: dict[str, Any], stopping: Callable[[], bool]) -> dict[str, Any]:
    """Run the program of TASK. Raises Failure where it cannot be run."""
    if stopping():
        raise jobs.Stopped
    action = json.loads(task["action"])
    begun = clock.monotonic()
    try:
        found = quantum.run(
            action["source"],
            simulator=_simulator(task["deviceArn"]),
            shots=task["shots"],
            inputs=action.get("inputs"),
        )
    except ValueError as problem:
        raise jobs.Failure(str(problem)) from None
    if stopping():  # it was cancelled meanwhile
        raise jobs.Stopped
    found["taskMetadata"] |= {"id": _arn(machine, name), "deviceId": task["deviceArn"], "shots": task["shots"]}
    found["additionalMetadata"]["simulatorMetadata"] = {"executionDuration": int((clock.monotonic() - begun) * 1000)}
    data = json.dumps(found, default=_plain).encode()
    machine.store.put(task["outputS3Bucket"], f"{task['outputS3KeyPrefix']}/{name}/results.json", data, headers={})
    return {}


def _plain(value: Any) -> Any:
    """VALUE as JSON has it: arrays as lists, complex numbers as pairs."""
    if isinstance(value, complex):
        return [value.real, value.imag]
    return value.tolist() if hasattr(value, "tolist") else str(value)


def _told(machine: Machine, name: str, task: dict[str, Any]) -> dict[str, Any]:
    told = {
        "quantumTaskArn": _arn(machine, name),
        "status": _STATES.get(task["Status"], task["Status"]),
        "deviceArn": task["deviceArn"],
        "shots": task["shots"],
        "outputS3Bucket": task["outputS3Bucket"],
        "outputS3Directory": f"{task['outputS3KeyPrefix']}/{name}",
        "createdAt": datetime.fromtimestamp(task["Created"], UTC),
    }
    return told | ({"endedAt": datetime.fromtimestamp(task["Ended"], UTC)} if task.get("Ended") else {})


def _brief(name: str) -> dict[str, Any]:
    return {
        "deviceArn": _SIMULATORS[name],
        "deviceName": name.upper(),
        "providerName": "this machine",
        "deviceType": "SIMULATOR",
        "deviceStatus": "ONLINE",
    }


def _simulator(arn: str) -> str:
    name = arn.rpartition("/")[2]
    if _SIMULATORS.get(name) != arn:
        raise Refused("ResourceNotFoundException", f"There is no device {arn} on this machine.", status=404)
    return name


def _arn(machine: Machine, name: str) -> str:
    return f"arn:aws:braket:{machine.region}:{ACCOUNT}:quantum-task/{name}"
