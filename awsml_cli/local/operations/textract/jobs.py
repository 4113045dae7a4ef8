"""Textract's jobs: Start… keeps one, the first look at it begins the work, beside the caller and page by page.

A result lies in the local S3 in parts of 1,000 blocks, where OutputConfig says or below `textract/` of our own bucket.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

from awsml_cli.core import clock, limits
from awsml_cli.core.errors import InputError
from awsml_cli.local import jobs
from awsml_cli.local.engines import read
from awsml_cli.local.engines.read.pages import Pages
from awsml_cli.local.operations import Answer, Machine, Operation, Params, Refused, made_by
from awsml_cli.local.operations.textract import documents, expense
from awsml_cli.local.operations.textract.reading import Asked, Made, page
from awsml_cli.local.store import BUCKET

KIND: Final = "textract job"
KEPT: Final = 7 * 86_400  # seconds for which a job is known: API_GetDocumentAnalysis
PARTIAL: Final = "PARTIAL_SUCCESS"
DAMAGED: Final = "INTERNAL_ERROR"  # of a page in Warnings
_VERSIONS: Final = {
    "DocumentTextDetection": "DetectDocumentTextModelVersion",
    "DocumentAnalysis": "AnalyzeDocumentModelVersion",
}


def start(kind: str, params: Params, machine: Machine) -> Answer:
    """Keep a job of KIND; the same token gives the same job. Raises ConfigError for what no engine here can do."""
    told = {name: value for name, value in params.items() if name != "ClientRequestToken"}
    if kind == "DocumentAnalysis":
        Asked.of(params)
    token = params.get("ClientRequestToken")
    same = _same(kind, token, told, machine)
    if same is not None:
        return {"JobId": same}
    data = documents.stored(params["DocumentLocation"].get("S3Object", {}), machine)
    documents.check_job(data)
    output = params.get("OutputConfig") or {}
    if output and not machine.store.has_bucket(output["S3Bucket"]):
        raise documents.invalid("The bucket of OutputConfig does not exist.")
    name = hashlib.sha256(uuid.uuid4().bytes).hexdigest()
    place = [output.get("S3Bucket", BUCKET), f"{output.get('S3Prefix', 'textract').rstrip('/')}/{name}"]
    job = {"Kind": kind, "Params": told, "Token": token, "Place": place}
    machine.store.add_document(KIND, name, {**job, "Status": jobs.QUEUED, "Created": clock.now()})
    machine.begin(KIND, name, partial(_work, machine))
    return {"JobId": name}


def get(kind: str, params: Params, machine: Machine) -> Answer:
    """What has become of a job, waiting a few seconds for its end, and a part of its result."""
    name = params["JobId"]
    known = machine.store.document(KIND, name)
    if known is None or known["Kind"] != kind or clock.now() - known["Created"] > KEPT:
        raise Refused("InvalidJobIdException", "Request has invalid Job Id")
    job = jobs.look(machine.store, KIND, name, partial(_work, machine)) or known
    if job["Status"] == jobs.FAILED:
        return {"JobStatus": "FAILED", "StatusMessage": job.get("Reason", "")}
    if job["Status"] != jobs.COMPLETED:
        return {"JobStatus": "IN_PROGRESS"}
    answer: Answer = {
        "JobStatus": job["Outcome"],
        "DocumentMetadata": {"Pages": job["Pages"]},
        **_part(job, params, machine),
    }
    if job.get("Warnings"):
        answer["Warnings"] = job["Warnings"]
    if kind in _VERSIONS:
        answer[_VERSIONS[kind]] = "1.0"
    return made_by(answer, engine=job["Engines"], quality=job["Quality"], machine=machine)


OPERATIONS: dict[str, Operation] = {
    "StartDocumentTextDetection": partial(start, "DocumentTextDetection"),
    "GetDocumentTextDetection": partial(get, "DocumentTextDetection"),
    "StartDocumentAnalysis": partial(start, "DocumentAnalysis"),
    "GetDocumentAnalysis": partial(get, "DocumentAnalysis"),
    "StartExpenseAnalysis": partial(start, "ExpenseAnalysis"),
    "GetExpenseAnalysis": partial(get, "ExpenseAnalysis"),
}


def _same(kind: str, token: str | None, told: dict[str, Any], machine: Machine) -> str | None:
    """The job that was started with this TOKEN; IdempotentParameterMismatchException if it was for something else."""
    if not token:
        return None
    for name, job in machine.store.documents(KIND):
        if job["Token"] == token and job["Kind"] == kind and clock.now() - job["Created"] <= KEPT:
            if job["Params"] != told:
                raise Refused("IdempotentParameterMismatchException", "The token was used with other parameters.")
            return name
    return None


def _work(machine: Machine, job: dict[str, Any], stopping: Callable[[], bool]) -> dict[str, Any]:
    """Read the document page by page and leave its result in parts."""
    params = job["Params"]
    try:
        data = documents.stored(params["DocumentLocation"]["S3Object"], machine)
    except Refused as refusal:
        raise jobs.Failure(refusal.message) from None
    asked = Asked.of(params) if job["Kind"] == "DocumentAnalysis" else Asked()
    made = Made()
    failed: list[int] = []
    parts = _Parts(job["Place"], machine)
    try:
        with read.opened(data) as pages:
            count = pages.count
            if count > limits.TEXTRACT_JOB_PAGES:
                raise jobs.Failure(f"The document has more than {limits.TEXTRACT_JOB_PAGES} pages.")
            for number in range(1, count + 1):
                if stopping():
                    raise jobs.Stopped
                try:
                    found = _found(job["Kind"], pages, number, asked, made, machine, documents.digest(data, asked))
                except InputError:
                    failed.append(number)
                    continue
                parts.add(found)
    except InputError as problem:
        raise jobs.Failure(f"The document cannot be read: {problem.message}") from None
    if len(failed) == count:
        raise jobs.Failure("No page of the document can be read.")
    return {
        "Outcome": PARTIAL if failed else "SUCCEEDED",
        "Warnings": [{"ErrorCode": DAMAGED, "Pages": failed}] if failed else [],
        "Pages": count,
        "Counts": parts.closed(),
        "Engines": made.names,
        "Quality": made.quality,
    }


def _found(kind: str, pages: Pages, number: int, asked: Asked, made: Made, machine: Machine, salt: str) -> list[Any]:
    """What a job of KIND has to say about a page."""
    if kind == "ExpenseAnalysis":
        return [expense.document(pages, number, made, machine, salt=salt)]
    return page(pages, number, asked, made, machine, salt=salt)


class _Parts:
    """A result on its way into the local S3, in parts of as many blocks as one answer has at most."""

    def __init__(self, place: list[str], machine: Machine) -> None:
        self._bucket, self._prefix = place
        self._machine = machine
        self._waiting: list[Any] = []
        self._counts: list[int] = []

    def add(self, found: list[Any]) -> None:
        self._waiting += found
        while len(self._waiting) >= limits.TEXTRACT_RESULTS:
            self._write(limits.TEXTRACT_RESULTS)

    def closed(self) -> list[int]:
        """The number of blocks in each part."""
        if self._waiting or not self._counts:
            self._write(len(self._waiting))
        return self._counts

    def _write(self, count: int) -> None:
        content = {"Blocks": self._waiting[:count]}
        key = f"{self._prefix}/{len(self._counts) + 1}"
        self._machine.store.put(self._bucket, key, json.dumps(content, ensure_ascii=False).encode())
        self._counts.append(count)
        del self._waiting[:count]


def _part(job: dict[str, Any], params: Params, machine: Machine) -> Answer:
    """The blocks from NextToken on, as many as MaxResults wants, and the token of what comes after them."""
    first = _first(params.get("NextToken"), sum(job["Counts"]))
    most = min(int(params.get("MaxResults") or limits.TEXTRACT_RESULTS), limits.TEXTRACT_RESULTS)
    found: list[Any] = []
    for blocks in _from(job, first, machine):
        found += blocks[: most - len(found)]
        if len(found) == most:
            break
    after = first + len(found)
    member = "ExpenseDocuments" if job["Kind"] == "ExpenseAnalysis" else "Blocks"
    return {member: found, **({"NextToken": str(after)} if after < sum(job["Counts"]) else {})}


def _from(job: dict[str, Any], first: int, machine: Machine) -> Iterator[list[Any]]:
    """The parts from the block FIRST (from 0) on."""
    before = 0
    bucket, prefix = job["Place"]
    for number, count in enumerate(job["Counts"], start=1):
        if before + count > first:
            kept = machine.store.get(bucket, f"{prefix}/{number}")
            if kept is None:
                raise documents.invalid("The result of the job has been removed.")
            blocks: list[Any] = json.loads(kept.path.read_bytes())["Blocks"]
            yield blocks[max(first - before, 0) :]
        before += count


def _first(token: str | None, count: int) -> int:
    if token is None:
        return 0
    if not token.isdecimal() or int(token) >= count:
        raise documents.invalid("The NextToken is not valid.")
    return int(token)
