"""Amazon Braket: devices in their regions, tasks that go through states as they are looked at, jobs, and spending limits.

A circuit's outcome is not worked out: it is what the test says in `outcomes` (by the text of the program), else all zeros and
all ones in turn. Results are written into S3 when a task completes, as Braket writes them.
"""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass, field
from typing import Any

from fakeaws import wire
from fakeaws.core import Call, FakeAws
from fakeaws.faults import AwsError

WALK = ("CREATED", "QUEUED", "RUNNING", "COMPLETED")
JOB_WALK = ("QUEUED", "RUNNING", "COMPLETED")
PAGE = 2
SIMULATOR_REGIONS = ("us-east-1", "us-west-1", "us-west-2", "eu-west-2")
GATES = [
    "h",
    "x",
    "y",
    "z",
    "rx",
    "ry",
    "rz",
    "cnot",
    "cz",
    "swap",
    "i",
    "s",
    "t",
    "phaseshift",
    "ccnot",
    "U",
    "GPhase",
]


def capabilities(qubits: int, price: float | None, unit: str, shots: int, *, native: tuple[str, ...] = ()) -> str:
    """What a device can do, as the string that Braket gives."""
    paradigm: dict[str, Any] = {"qubitCount": qubits}
    if native:
        paradigm["nativeGateSet"] = list(native)
    return json.dumps(
        {
            "service": {
                "shotsRange": [0 if unit == "minute" else 1, shots],
                "deviceCost": None if price is None else {"price": price, "unit": unit},
                "executionWindows": [
                    {"executionDay": "Everyday", "windowStartHour": "00:00:00", "windowEndHour": "23:59:59"}
                ],
                "deviceLocation": "N. Virginia, USA",
            },
            "action": {"braket.ir.openqasm.program": {"supportedOperations": GATES}},
            "paradigm": paradigm,
        }
    )


@dataclass
class Device:
    """A device, in one region or, a simulator, in several."""

    arn: str
    name: str
    provider: str
    kind: str
    can: str
    status: str = "ONLINE"
    queue: str = "0"
    reason: str = ""


def _standard() -> list[Device]:
    simulator = "arn:aws:braket:::device/quantum-simulator/amazon/"
    return [
        Device(simulator + "sv1", "SV1", "Amazon Braket", "SIMULATOR", capabilities(34, 0.075, "minute", 100_000)),
        Device(simulator + "dm1", "dm1", "Amazon Braket", "SIMULATOR", capabilities(17, None, "minute", 100_000)),
        Device(
            "arn:aws:braket:eu-north-1::device/qpu/iqm/Garnet",
            "Garnet",
            "IQM",
            "QPU",
            capabilities(20, 0.00145, "shot", 20_000, native=("cz", "prx")),
            queue="12",
        ),
        Device(
            "arn:aws:braket:us-east-1::device/qpu/ionq/Forte-1",
            "Forte 1",
            "IonQ",
            "QPU",
            capabilities(36, 0.08, "shot", 5_000),
            status="OFFLINE",
            queue=">4000",
            reason="MAINTENANCE",
        ),
        Device("arn:aws:braket:us-east-1::device/qpu/ionq/ionQdevice", "IonQ Device", "IonQ", "QPU", "{}", "RETIRED"),
    ]


@dataclass
class Task:
    """A task, and how far it has come."""

    arn: str
    request: dict[str, Any]
    region: str
    created: datetime.datetime
    looks: int = 0
    status: str = "CREATED"
    failure: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


class Braket:
    """Devices, and tasks that take one step of `walk` at each look. `failing` is what the next task ends with."""

    name = "braket"

    def __init__(self, aws: FakeAws) -> None:
        self.aws = aws
        self.devices = _standard()
        self.walk: tuple[str, ...] = WALK
        self.tasks: dict[str, Task] = {}
        self.outcomes: dict[str, dict[str, Any]] = {}
        self.failing = ""
        self.milliseconds = 20
        self.billed = 90_000  # of a job, in milliseconds or, since nothing says it, seconds
        self.jobs: dict[str, Task] = {}
        self.job_walk: tuple[str, ...] = JOB_WALK
        self.limits: dict[str, dict[str, Any]] = {}
        self._tokens: dict[tuple[str, str], str] = {}

    # devices

    def search_devices(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List the devices of a region, in pages of two."""
        found = [
            {
                "deviceArn": one.arn,
                "deviceName": one.name,
                "providerName": one.provider,
                "deviceType": one.kind,
                "deviceStatus": one.status,
            }
            for one in self.devices
            if self._is_here(one, call.region)
        ]
        return _page(found, "devices", params)

    def get_device(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Describe a device."""
        one = self._device(params["deviceArn"], call.region)
        reason = {"deviceStatusReason": {"reason": one.reason, "updatedAt": self._now()}} if one.reason else {}
        return {
            "deviceArn": one.arn,
            "deviceName": one.name,
            "providerName": one.provider,
            "deviceType": one.kind,
            "deviceStatus": one.status,
            "deviceCapabilities": one.can,
            "deviceQueueInfo": [
                {"queue": "QUANTUM_TASKS_QUEUE", "queueSize": one.queue, "queuePriority": "Normal"},
                {"queue": "QUANTUM_TASKS_QUEUE", "queueSize": "3", "queuePriority": "Priority"},
                {"queue": "JOBS_QUEUE", "queueSize": "1"},
            ],
            **reason,
        }

    # tasks

    def create_quantum_task(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Take in a task; the same token with the same request gives the same task."""
        token = (call.region, params["clientToken"])
        if token in self._tokens:
            task = self.tasks[self._tokens[token]]
            if _without_token(task.request) != _without_token(params):
                raise AwsError("ValidationException", "The request with this client token had other parameters.")
            return {"quantumTaskArn": task.arn}
        self._check(params, call)
        number = len(self.tasks) + 1
        arn = f"arn:aws:braket:{call.region}:{wire.ACCOUNT}:quantum-task/{number:08x}-0000-4000-8000-000000000000"
        self.tasks[arn] = Task(arn, params, call.region, self._now(), failure=self.failing)
        self._tokens[token] = arn
        self.failing = ""
        return {"quantumTaskArn": arn}

    def get_quantum_task(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Look at a task, which moves it on."""
        task = self._task(params["quantumTaskArn"], call)
        if task.status not in ("COMPLETED", "FAILED", "CANCELLED"):
            task.status = self.walk[min(task.looks, len(self.walk) - 1)]
            task.looks += 1
            if task.status == "CANCELLING":
                task.status = "CANCELLED"
            if task.status == "COMPLETED":
                self._complete(task)
        answer = {
            **self._brief(task),
            "deviceParameters": "{}",
            **({"failureReason": task.failure} if task.status == "FAILED" else {}),
            **task.extra,
        }
        if "QueueInfo" in params.get("additionalAttributeNames", []) and task.status == "QUEUED":
            answer["queueInfo"] = {"queue": "QUANTUM_TASKS_QUEUE", "position": "2", "queuePriority": "Normal"}
        return answer

    def search_quantum_tasks(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List the tasks of a region, the newest first, in pages of two."""
        wanted = {one["name"]: one["values"] for one in params["filters"]}
        found = [self._brief(task) for task in reversed(self.tasks.values()) if task.region == call.region]
        found = [one for one in found if all(one[name] in values for name, values in wanted.items())]
        return _page(found, "quantumTasks", params)

    def cancel_quantum_task(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Stop a task that has not ended."""
        task = self._task(params["quantumTaskArn"], call)
        if task.status in ("COMPLETED", "FAILED", "CANCELLED"):
            raise AwsError("ConflictException", f"The task is {task.status}.")
        task.status = "CANCELLED"
        return {"quantumTaskArn": task.arn, "cancellationStatus": "CANCELLING"}

    # hybrid jobs

    def create_job(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Take in a job; its script must lie in S3."""
        token = (call.region, params["clientToken"])
        if token in self._tokens:
            return {"jobArn": self._tokens[token]}
        script = params["algorithmSpecification"].get("scriptModeConfig")
        if script:
            bucket, _, key = script["s3Uri"].removeprefix("s3://").partition("/")
            if key not in self.aws.objects(bucket):
                raise AwsError("ValidationException", f"There is no object {script['s3Uri']}.")
        arn = f"arn:aws:braket:{call.region}:{wire.ACCOUNT}:job/{params['jobName']}"
        if arn in self.jobs:
            raise AwsError("ConflictException", f"There is a job named {params['jobName']}.")
        self.jobs[arn] = Task(arn, params, call.region, self._now(), status="QUEUED", failure=self.failing)
        self._tokens[token] = arn
        self.failing = ""
        return {"jobArn": arn}

    def get_job(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Look at a job, which moves it on."""
        job = self._job(params["jobArn"])
        if job.status not in ("COMPLETED", "FAILED", "CANCELLED"):
            job.status = self.job_walk[min(job.looks, len(self.job_walk) - 1)]
            job.looks += 1
            if job.status == "COMPLETED" and job.failure:
                job.status = "FAILED"
        wanted = ("roleArn", "algorithmSpecification", "instanceConfig", "outputDataConfig", "hyperParameters")
        kept = {name: job.request[name] for name in (*wanted, "deviceConfig", "jobName") if name in job.request}
        return {
            "jobArn": job.arn,
            "status": job.status,
            "createdAt": job.created,
            **kept,
            **(
                {"startedAt": job.created, "endedAt": job.created + datetime.timedelta(seconds=95)}
                if job.status == "COMPLETED"
                else {}
            ),
            **({"billableDuration": self.billed} if job.status == "COMPLETED" else {}),
            **({"failureReason": job.failure} if job.status == "FAILED" else {}),
        }

    def search_jobs(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List the jobs of a region, in pages of two."""
        found = [
            {
                "jobArn": job.arn,
                "jobName": job.request["jobName"],
                "status": job.status,
                "device": job.request["deviceConfig"]["device"],
                "createdAt": job.created,
            }
            for job in reversed(self.jobs.values())
            if job.region == call.region
        ]
        wanted = {one["name"]: one["values"] for one in params["filters"]}
        return _page([one for one in found if all(one[n] in v for n, v in wanted.items())], "jobs", params)

    def cancel_job(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Stop a job."""
        job = self._job(params["jobArn"])
        if job.status in ("COMPLETED", "FAILED", "CANCELLED"):
            raise AwsError("ConflictException", f"The job is {job.status}.")
        job.status = "CANCELLED"
        return {"jobArn": job.arn, "cancellationStatus": "CANCELLING"}

    # spending limits

    def create_spending_limit(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Set a limit for a QPU."""
        if "/qpu/" not in params["deviceArn"]:
            raise AwsError("ValidationException", "Spending limits are for QPUs.")
        if any(one["deviceArn"] == params["deviceArn"] for one in self.limits.values()):
            raise AwsError("ValidationException", "There is a spending limit for this device.")
        arn = f"arn:aws:braket:{call.region}:{wire.ACCOUNT}:spending-limit/{len(self.limits) + 1}"
        now = self._now()
        self.limits[arn] = {
            "spendingLimitArn": arn,
            "deviceArn": params["deviceArn"],
            "spendingLimit": params["spendingLimit"],
            "queuedSpend": "1.5",
            "totalSpend": "2.25",
            "timePeriod": params.get("timePeriod", {"startAt": now, "endAt": now + datetime.timedelta(days=365)}),
            "createdAt": now,
            "updatedAt": now,
        }
        return {"spendingLimitArn": arn}

    def update_spending_limit(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Change a limit."""
        held = self._limit(params["spendingLimitArn"])
        held |= {name: params[name] for name in ("spendingLimit", "timePeriod") if name in params}
        return {}

    def delete_spending_limit(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Forget a limit."""
        self._limit(params["spendingLimitArn"])
        del self.limits[params["spendingLimitArn"]]
        return {}

    def search_spending_limits(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List the limits of a region, in pages of two."""
        wanted = {one["name"]: one["values"] for one in params.get("filters", [])}
        found = [one for arn, one in self.limits.items() if arn.split(":")[3] == call.region]
        return _page([one for one in found if all(one[n] in v for n, v in wanted.items())], "spendingLimits", params)

    # inside

    def _check(self, params: dict[str, Any], call: Call) -> None:
        device = self._device(params["deviceArn"], call.region)
        if device.status == "RETIRED":
            raise AwsError("DeviceRetiredException", f"{device.name} is retired.")
        if not params["outputS3Bucket"].startswith("amazon-braket-"):
            raise AwsError("ValidationException", "The bucket's name must begin with amazon-braket-.")
        self.aws.objects(params["outputS3Bucket"])
        action = json.loads(params["action"])
        if action["braketSchemaHeader"] != {"name": "braket.ir.openqasm.program", "version": "1"}:
            raise AwsError("ValidationException", "Unknown schema of the action.")

    def _complete(self, task: Task) -> None:
        if task.failure:
            task.status = "FAILED"
            return
        source = json.loads(task.request["action"])["source"]
        shots = task.request["shots"]
        said = self.outcomes.get(source) or {
            "measurements": [[shot % 2, shot % 2] for shot in range(shots)],
            "measuredQubits": [0, 1],
        }
        document = {
            "braketSchemaHeader": {"name": "braket.task_result.gate_model_task_result", "version": "1"},
            **said,
            "taskMetadata": {"id": task.arn, "shots": shots, "deviceId": task.request["deviceArn"]},
            "additionalMetadata": {"action": json.loads(task.request["action"])},
        }
        if "/quantum-simulator/" in task.request["deviceArn"]:
            document["additionalMetadata"]["simulatorMetadata"] = {"executionDuration": self.milliseconds}
        self.aws.put(task.request["outputS3Bucket"], f"{_directory(task)}/results.json", json.dumps(document).encode())

    def _brief(self, task: Task) -> dict[str, Any]:
        ended = {"endedAt": self._now()} if task.status in ("COMPLETED", "FAILED", "CANCELLED") else {}
        return {
            "quantumTaskArn": task.arn,
            "status": task.status,
            "deviceArn": task.request["deviceArn"],
            "shots": task.request["shots"],
            "outputS3Bucket": task.request["outputS3Bucket"],
            "outputS3Directory": _directory(task),
            "createdAt": task.created,
            **ended,
        }

    def _task(self, arn: str, call: Call) -> Task:
        if arn not in self.tasks or self.tasks[arn].region != call.region:
            raise AwsError("ResourceNotFoundException", f"There is no quantum task {arn}.")
        return self.tasks[arn]

    def _job(self, arn: str) -> Task:
        if arn not in self.jobs:
            raise AwsError("ResourceNotFoundException", f"There is no job {arn}.")
        return self.jobs[arn]

    def _limit(self, arn: str) -> dict[str, Any]:
        if arn not in self.limits:
            raise AwsError("ResourceNotFoundException", f"There is no spending limit {arn}.")
        return self.limits[arn]

    def _device(self, arn: str, region: str) -> Device:
        for one in self.devices:
            if one.arn == arn and self._is_here(one, region):
                return one
        raise AwsError("ResourceNotFoundException", f"There is no device {arn}.")

    def _is_here(self, device: Device, region: str) -> bool:
        place = device.arn.split(":")[3]
        return place == region if place else region in SIMULATOR_REGIONS

    def _now(self) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(self.aws.clock.now(), datetime.UTC)


def _directory(task: Task) -> str:
    return f"{task.request['outputS3KeyPrefix']}/{task.arn.rpartition('/')[2]}"


def _without_token(request: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in request.items() if name != "clientToken"}


def _page(found: list[dict[str, Any]], member: str, params: dict[str, Any]) -> dict[str, Any]:
    first = int(params.get("nextToken", "0"))
    page: dict[str, Any] = {member: found[first : first + PAGE]}
    return page | ({"nextToken": str(first + PAGE)} if first + PAGE < len(found) else {})
