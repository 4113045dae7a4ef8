"""Batch and segment jobs: JSON lines in the store answered at once, beside each question its answer or its error."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from awsml_cli.core import sources
from awsml_cli.local.operations import Answer, Machine, Operation, Params, Refused
from awsml_cli.local.operations.personalize import answers, keeping
from awsml_cli.local.operations.personalize.answers import Learnt
from awsml_cli.local.operations.personalize.keeping import add, every, find, invalid

_SHOWN: Final = (
    *("jobName", "filterArn", "failureReason", "solutionVersionArn", "numResults", "jobInput", "jobOutput", "roleArn"),
    *("status", "creationDateTime", "lastUpdatedDateTime"),
)
_BRIEF: Final = ("jobName", "status", "failureReason", "solutionVersionArn", "creationDateTime", "lastUpdatedDateTime")


def create_batch_inference_job(params: Params, machine: Machine) -> Answer:
    """Answer questions about users or items."""
    if params.get("batchInferenceJobMode") == "THEME_GENERATION":
        raise invalid("No engine on this machine names themes.")
    return {"batchInferenceJobArn": _answered(params, machine, "batchInferenceJob")}


def create_batch_segment_job(params: Params, machine: Machine) -> Answer:
    """Find the users for items."""
    return {"batchSegmentJobArn": _answered(params, machine, "batchSegmentJob")}


def _answered(params: Params, machine: Machine, member: str) -> str:
    learnt, _ = answers.of_version(machine, params["solutionVersionArn"])
    source = params["jobInput"]["s3DataSource"]["path"]
    bucket, key = sources.split_address(source)
    asked = machine.store.get(bucket, key)
    if asked is None:
        raise invalid(f"There is nothing at {source}.")
    out, prefix = sources.split_address(params["jobOutput"]["s3DataDestination"]["path"])
    if not machine.store.has_bucket(out):
        raise invalid(f"There is no bucket {out}.")
    arn = add(machine, member, params["jobName"], dict(params))
    with asked.path.open(encoding="utf-8") as lines:
        told = "".join(_lines(lines, learnt, params, machine, member))
    machine.store.put(out, f"{prefix.rstrip('/')}/{key.rpartition('/')[2]}.out", told.encode())
    return arn


def _lines(lines: Any, learnt: Learnt, params: Params, machine: Machine, member: str) -> Iterator[str]:
    for line in lines:
        asked = json.loads(line)
        try:
            output, error = _answer(asked, learnt, params, machine, segment=member == "batchSegmentJob"), None
        except Refused as refused:
            output, error = None, refused.message
        yield json.dumps({"input": asked, "output": output, "error": error}, ensure_ascii=False) + "\n"


def _answer(
    asked: dict[str, Any], learnt: Learnt, params: Params, machine: Machine, *, segment: bool
) -> dict[str, Any]:
    count = params.get("numResults") or 25
    if segment:
        if "itemId" not in asked:
            raise invalid("No engine on this machine knows whom attributes speak to.")
        return {"usersList": answers.for_items(learnt, asked["itemId"], count)}
    user = asked.get("userId")
    allowed = None
    if "filterArn" in params:
        allowed = answers.allowed(machine, learnt, params["filterArn"], asked.get("filterValues", {}), user=user)
    if "itemList" in asked:
        found = answers.ranked(learnt, user or "", asked["itemList"])
    elif "itemId" in asked:
        found = answers.best(learnt, answers.for_item(learnt, asked["itemId"]), count, allowed=allowed)
    else:
        found = answers.best(learnt, answers.for_user(learnt, user or ""), count, allowed=allowed)
    return {"recommendedItems": [one["itemId"] for one in found], "scores": [one.get("score", 0.0) for one in found]}


def _describe(member: str) -> Operation:
    def describe(params: Params, machine: Machine) -> Answer:
        arn = params[f"{member}Arn"]
        return {member: keeping.shown(member, arn, find(machine, member, arn), (f"{member}Arn", *_SHOWN))}

    return describe


def _list(member: str) -> Operation:
    def listed(params: Params, machine: Machine) -> Answer:
        narrow = {name: params[name] for name in ("solutionVersionArn",) if name in params}
        found = every(machine, member, **narrow)
        return {f"{member}s": [keeping.shown(member, arn, one, (f"{member}Arn", *_BRIEF)) for arn, one in found]}

    return listed


OPERATIONS: dict[str, Operation] = {
    "CreateBatchInferenceJob": create_batch_inference_job,
    "CreateBatchSegmentJob": create_batch_segment_job,
    "DescribeBatchInferenceJob": _describe("batchInferenceJob"),
    "DescribeBatchSegmentJob": _describe("batchSegmentJob"),
    "ListBatchInferenceJobs": _list("batchInferenceJob"),
    "ListBatchSegmentJobs": _list("batchSegmentJob"),
}
