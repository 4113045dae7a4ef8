"""Solutions and their versions: trained once for the same data and settings, measured, never again by themselves.

AWS trains a new solution anew every seven days unless told otherwise; here it is told otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from pydantic import ConfigDict

from awsml_cli.core import clock, limits, prices
from awsml_cli.core.cache import key_of
from awsml_cli.core.errors import InputError, ServiceError, UsageError
from awsml_cli.core.plan import Step, step
from awsml_cli.core.prices import Charge
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.personalize.recipes import short
from awsml_cli.services.personalize.resources import (
    FAILED,
    NEVER,
    SERVICE,
    SOLUTION,
    STOPPED,
    TAKEN,
    VERSION,
    Deadline,
    describe,
    ensure,
    job_of,
    listed,
    ready,
    resolve,
    sort_of,
)


class Trained(Record):
    """A solution version."""

    model_config = ConfigDict(defer_build=True)
    columns: ClassVar = ("id", "status", "training_mode", "training_hours", "solution_version_arn")

    id: str
    status: str
    solution_version_arn: str
    solution_arn: str | None = None
    recipe_arn: str | None = None
    training_mode: str | None = None
    training_type: str | None = None
    training_hours: float | None = None
    failure_reason: str | None = None
    creation_date_time: Any = None


class Metric(Record):
    """How well a training does on what was held back from it, by AWS's name of the metric."""

    model_config = ConfigDict(defer_build=True)
    columns: ClassVar = ("metric", "value")

    metric: str
    value: float
    solution_version_arn: str


@dataclass(frozen=True)
class Training:
    """What to train: a solution called NAME with the recipe ARN in the group ARN.

    Only events of EVENT count, if given, and only those with a value of at least THRESHOLD; SETTINGS are the
    recipe's hyperparameters. MODE is FULL or UPDATE. With AUTO, AWS trains it anew every seven days, and bills that.
    """

    name: str
    recipe: str
    group: str
    event: str | None = None
    threshold: float | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    hpo: bool = False
    auto: bool = False
    mode: str = "FULL"

    @property
    def config(self) -> dict[str, Any]:
        """Its solutionConfig."""
        threshold = {"eventValueThreshold": f"{self.threshold:g}"} if self.threshold is not None else {}
        return threshold | ({"algorithmHyperParameters": dict(self.settings)} if self.settings else {})


def solution_name(group_name: str, recipe: str, *about: Any) -> str:
    """The name of a solution in the group: the same recipe with the same settings has the same."""
    ending = f"-{key_of(group_name, recipe, *about)[:8]}"
    return f"{group_name[:24]}-{short(recipe)[: limits.PERSONALIZE_NAME - 34]}{ending}"


def begin(session: Session, what: Training, *, until: Deadline = NEVER) -> str:
    """Make the solution of WHAT and begin its training; both are taken as they are if they are there.

    Returns the ARN of the version. Raises UsageError for settings that do not go together.
    """
    if what.threshold is not None and what.event is None:
        raise UsageError("a least value needs the event type that it is for", hint="--event-type NAME")
    if what.auto:
        session.talk.warn("AWS trains this solution anew every seven days, and bills each training")
    params: dict[str, Any] = {
        "recipeArn": what.recipe,
        "datasetGroupArn": what.group,
        "performAutoTraining": what.auto,
        **({"eventType": what.event} if what.event else {}),
        **({"performHPO": True} if what.hpo else {}),
        **({"solutionConfig": what.config} if what.config else {}),
    }
    solution = ensure(session, SOLUTION, what.name, within={"datasetGroupArn": what.group}, until=until, **params)
    about = ready(session, solution, until=until)
    if about.get("recipeArn", what.recipe) != what.recipe:
        raise InputError(f"the solution {what.name} is of the recipe {about['recipeArn']}", hint="another --solution")
    return _version(session, what, solution)


def _version(session: Session, what: Training, solution: str) -> str:
    """The version to use: the newest that is trained or being trained, else a new one.

    An UPDATE is always a new one, and so is everything with `--fresh`.
    """
    found = [] if session.fresh or what.mode == "UPDATE" else _usable(session, solution)
    if found:
        return found[-1]
    known = list(listed(session, VERSION, solutionArn=solution))
    again = f"-{clock.now():.0f}" if session.fresh or what.mode == "UPDATE" else f"-{len(known) + 1}" if known else ""
    name = f"{what.name[:46]}-v{again}"
    try:
        answer = session.client(SERVICE).create_solution_version(
            solutionArn=solution, trainingMode=what.mode, name=name
        )
    except ServiceError as error:  # AWS did what was asked, and its answer got lost
        if error.code != TAKEN or not (found := _usable(session, solution)):
            raise
        return found[-1]
    return str(answer["solutionVersionArn"])


def _usable(session: Session, solution: str) -> list[str]:
    """The versions of SOLUTION that are trained or being trained, the oldest first."""
    found = [one for one in listed(session, VERSION, solutionArn=solution) if one["status"] not in (FAILED, STOPPED)]
    found.sort(key=lambda one: str(one.get("creationDateTime", "")))
    return [str(one["solutionVersionArn"]) for one in found]


def finished(session: Session, arn: str, *, until: Deadline = NEVER) -> Trained:
    """Wait for the training of the version ARN. Raises JobFailed with AWS's reason, TimedOut."""
    return _trained(session, ready(session, arn, until=until))


def version_of(session: Session, name: str) -> str:
    """The version that NAME means: its own ARN, or the newest trained one of the solution. Raises InputError."""
    if name.startswith("arn:") and sort_of(name) is VERSION:
        return name
    solution = resolve(session, SOLUTION, name)
    found = [one for one in listed(session, VERSION, solutionArn=solution) if one["status"] == "ACTIVE"]
    if not found:
        raise InputError(f"the solution {name} has no trained version", hint="awsml personalize train")
    found.sort(key=lambda one: str(one.get("creationDateTime", "")))  # of one moment, the last in AWS's order
    return str(found[-1]["solutionVersionArn"])


def metrics(session: Session, version: str) -> Listing:
    """The metrics of the version ARN, by name."""
    answer = session.client(SERVICE).get_solution_metrics(solutionVersionArn=version)
    found = sorted(answer.get("metrics", {}).items())
    return Listing(
        (
            Metric(metric=name, value=value, solution_version_arn=version).with_raw({name: value})
            for name, value in found
        ),
        "metrics",
    )


def described(session: Session, arn: str) -> Trained:
    """The version ARN as it is now."""
    return _trained(session, describe(session, arn))


def plan(name: str, recipe: str, *, rows: int | None) -> list[Step]:
    """What training with the RECIPE (an ARN or a name) on so many ROWS would call."""
    if "-v2" in recipe and rows is not None:
        charge = Charge(rows, "interactions", rows * prices.PERSONALIZE_V2_INTERACTION)
    else:
        charge = Charge(1, "training hours, at the least", prices.PERSONALIZE_TRAINING_HOUR)
    return [
        step("personalize:CreateSolution", name),
        step("personalize:CreateSolutionVersion", name, charge=charge),
        step("personalize:GetSolutionMetrics", name),
    ]


def _trained(session: Session, answer: Mapping[str, Any]) -> Trained:
    arn = str(answer["solutionVersionArn"])
    return Trained.of(answer, id=str(job_of(session, arn))).with_raw(answer)
