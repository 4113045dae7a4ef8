"""How an endpoint goes over to what it shall serve from now on: at once, or step by step, and back where alarms ring.

https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from awsml_cli.core.errors import UsageError
from awsml_cli.core.session import Session

PERCENT: Final = "CAPACITY_PERCENT"
INSTANCES: Final = "INSTANCE_COUNT"
BAKING: Final = 300  # seconds between two steps in which alarms are listened to, where nobody says otherwise
# per cent of the machines, by the service's model
SIZES: Final = {"canary": range(1, 51), "linear": range(10, 51), "rolling": range(5, 51)}


@dataclass(frozen=True)
class Update:
    """KIND is `canary`, `linear`, `rolling`, or None: all at once; SIZE with its unit is of one step.

    WAIT is the time in seconds between two steps; ALARMS are those of CloudWatch that take all of it back.
    """

    kind: str | None = None
    size: tuple[str, int] = (PERCENT, 0)
    wait: int = BAKING
    alarms: tuple[str, ...] = ()

    @property
    def careful(self) -> bool:
        """Whether it is more than AWS's own way; then what it replaced is kept, for a rollback."""
        return self.kind is not None or bool(self.alarms)

    def config(self) -> dict[str, Any] | None:
        """UpdateEndpoint's DeploymentConfig."""
        if not self.careful:
            return None
        unit, value = self.size
        size = {"Type": unit, "Value": value}
        if self.kind == "rolling":
            made: dict[str, Any] = {
                "RollingUpdatePolicy": {"MaximumBatchSize": size, "WaitIntervalInSeconds": self.wait}
            }
        else:
            routing: dict[str, Any] = {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": self.wait}
            if self.kind == "canary":
                routing |= {"Type": "CANARY", "CanarySize": size}
            elif self.kind == "linear":
                routing |= {"Type": "LINEAR", "LinearStepSize": size}
            made = {"BlueGreenUpdatePolicy": {"TrafficRoutingConfiguration": routing, "TerminationWaitInSeconds": 0}}
        return made | self._rollback()

    def of_component(self) -> dict[str, Any] | None:
        """UpdateInferenceComponent's DeploymentConfig, which knows rolling updates alone."""
        if self.kind != "rolling":
            return None
        unit, value = self.size
        size = {"Type": "COPY_COUNT" if unit == INSTANCES else unit, "Value": value}
        policy = {"MaximumBatchSize": size, "WaitIntervalInSeconds": self.wait}
        return {"RollingUpdatePolicy": policy} | self._rollback()

    def _rollback(self) -> dict[str, Any]:
        if not self.alarms:
            return {}
        return {"AutoRollbackConfiguration": {"Alarms": [{"AlarmName": name} for name in self.alarms]}}


def step_size(kind: str, said: str) -> tuple[str, int]:
    """The size of a step of KIND that was SAID: `10%` of the machines, or `1` of them. Raises UsageError."""
    number = said.strip().removesuffix("%")
    if number.isdecimal():
        if not said.strip().endswith("%"):
            if int(number) >= 1:
                return INSTANCES, int(number)
        elif int(number) in SIZES[kind]:
            return PERCENT, int(number)
    least, most = SIZES[kind][0], SIZES[kind][-1]
    raise UsageError(
        f"--{kind} takes {least}% to {most}%, or a number of machines, and `{said}` is none", hint=f"--{kind} 10%"
    )


def check_alarms(session: Session, names: tuple[str, ...], *, updates: bool) -> None:
    """Raises UsageError for an alarm that CloudWatch does not know: nothing would ever be taken back.

    Where the endpoint is there and UPDATES, one that rings already is refused too.
    """
    if not names:
        return
    answer = session.client("cloudwatch").describe_alarms(
        AlarmNames=list(names), AlarmTypes=["MetricAlarm", "CompositeAlarm"]
    )
    there = {one["AlarmName"]: one for key in ("MetricAlarms", "CompositeAlarms") for one in answer.get(key, ())}
    for name in names:
        if name not in there:
            raise UsageError(f"there is no alarm {name} in {session.region}", hint="aws cloudwatch describe-alarms")
        if updates and there[name].get("StateValue") == "ALARM":
            raise UsageError(
                f"the alarm {name} rings already, so the update would be taken back at once",
                hint="mend what it is about, or name another",
            )
