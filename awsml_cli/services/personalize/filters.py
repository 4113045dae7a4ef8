"""Filters: made, listed, removed, and looked at before AWS is asked."""

from __future__ import annotations

from itertools import islice
from typing import Any, ClassVar

from pydantic import ConfigDict

from awsml_cli.core.errors import JobFailed
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.formats import filters
from awsml_cli.services.personalize.resources import (
    FILTER,
    GROUP,
    NEVER,
    Deadline,
    describe,
    ensure,
    listed,
    ready,
    remove,
    resolve,
)


class Filter(Record):
    """A filter; `parameters` are those that a question must give values for."""

    model_config = ConfigDict(defer_build=True)
    columns: ClassVar = ("name", "status", "filter_expression", "parameters")

    name: str
    status: str | None = None
    filter_arn: str | None = None
    dataset_group_arn: str | None = None
    filter_expression: str | None = None
    parameters: tuple[str, ...] = ()
    failure_reason: str | None = None


class Tested(Record):
    """An expression that holds: what it does, to what, by which fields and parameters."""

    model_config = ConfigDict(defer_build=True)
    columns: ClassVar = ("action", "subject", "fields_used", "parameters")

    action: str
    subject: str
    fields_used: list[str]
    parameters: list[str]


def create(session: Session, name: str, group: str, expression: str, *, until: Deadline = NEVER) -> Filter:
    """Make the filter NAME in the dataset GROUP (name or ARN). Raises InputError for what is no expression."""
    filters.parse(expression)
    arn = resolve(session, GROUP, group)
    made = ensure(
        session,
        FILTER,
        name,
        within={"datasetGroupArn": arn},
        until=until,
        datasetGroupArn=arn,
        filterExpression=expression,
    )
    about = ready(session, made, until=until)
    if " ".join(about.get("filterExpression", expression).split()) != " ".join(expression.split()):
        raise JobFailed(
            f"there is a filter {name}, and it says something else", hint=f"awsml personalize filter rm {name}"
        )
    return record(about)


def ls(session: Session, *, limit: int | None = None) -> Listing:
    """The filters of this region, with what they say."""
    found = islice(listed(session, FILTER), limit)
    return Listing((record(describe(session, one["filterArn"])) for one in found), "Filters")


def rm(session: Session, name: str, *, until: Deadline = NEVER) -> None:
    """Remove the filter NAME. Raises InputError where there is none."""
    remove(session, resolve(session, FILTER, name), until=until)


def plan(operation: str, name: str) -> Step:
    """What making or removing the filter NAME would call."""
    return step(f"personalize:{operation}Filter", name)


def test(expression: str) -> Listing:
    """What EXPRESSION says, a record for each of its rules. Raises InputError with the place of what is wrong."""
    rules = filters.parse(expression)
    return Listing(
        (
            Tested(
                action=rule.action,
                subject=rule.subject,
                fields_used=[f"{table}.{name}" for table, name in rule.fields],
                parameters=list(rule.parameters),
            )
            for rule in rules
        ),
        "Rules",
    )


def record(answer: dict[str, Any]) -> Filter:
    """The record of a filter."""
    parameters = filters.parameters(answer.get("filterExpression", ""))
    return Filter.of(answer, parameters=parameters).with_raw(answer)
