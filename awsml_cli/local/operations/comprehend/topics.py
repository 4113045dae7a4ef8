"""Topic modelling jobs: StartTopicsDetectionJob keeps one, the first look at it does the work.

The answer is `output.tar.gz` with `topic-terms.csv` and `doc-topics.csv`, as Comprehend writes them.
https://docs.aws.amazon.com/comprehend/latest/dg/topic-modeling.html
"""

from __future__ import annotations

import csv
import io
import tarfile
import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from awsml_cli.core import clock, sources
from awsml_cli.core.errors import InputError
from awsml_cli.local import jobs
from awsml_cli.local.engines import topics
from awsml_cli.local.operations import Answer, Machine, Operation, Params, Refused, made_by

KIND = "topics job"
NUMBER = 10  # of topics, where none is asked for
PAGE = 1000  # objects listed at a time

_TOLD = ("JobName", "InputDataConfig", "NumberOfTopics", "DataAccessRoleArn")


def start_topics_detection_job(params: Params, machine: Machine) -> Answer:
    """Keep a job; the same token gives the same job. Raises ConfigError for want of the engine."""
    if not topics.DECLARATION.installed():
        raise topics.DECLARATION.missing()
    token = params.get("ClientRequestToken")
    for name, job in machine.store.documents(KIND):
        if token and job["Token"] == token:
            return _brief(name, job["Status"])
    name = uuid.uuid4().hex
    told = {member: params[member] for member in _TOLD if member in params}
    place = params["OutputDataConfig"]["S3Uri"].rstrip("/")
    output = f"{place}/000000000000-TOPICS-{name}/output/output.tar.gz"
    job = {**told, "Token": token, "Output": output, "Status": jobs.QUEUED, "Created": clock.now()}
    machine.store.add_document(KIND, name, job)
    machine.begin(KIND, name, partial(_work, machine))
    return _brief(name, jobs.QUEUED)


def describe_topics_detection_job(params: Params, machine: Machine) -> Answer:
    """What has become of a job, waiting a few seconds for its end; begins it if nobody works on it."""
    name = params["JobId"]
    job = jobs.look(machine.store, KIND, name, partial(_work, machine))
    if job is None:
        raise Refused("JobNotFoundException", "The specified job was not found.")
    answer = {"TopicsDetectionJobProperties": _properties(name, job)}
    if job["Status"] != jobs.COMPLETED:
        return answer
    engine = topics.DECLARATION
    return made_by(answer, engine=engine.label(), quality=engine.quality, machine=machine)


def list_topics_detection_jobs(params: Params, machine: Machine) -> Answer:
    """Jobs, newest first, on one page."""
    wanted = params.get("Filter", {}).get("JobStatus")
    found = []
    for name, job in machine.store.documents(KIND):
        told = _properties(name, {**job, "Status": jobs.state(machine.store, KIND, name, job)})
        if wanted in (None, told["JobStatus"]):
            found.append(told)
    return {"TopicsDetectionJobPropertiesList": found}


OPERATIONS: dict[str, Operation] = {
    "StartTopicsDetectionJob": start_topics_detection_job,
    "DescribeTopicsDetectionJob": describe_topics_detection_job,
    "ListTopicsDetectionJobs": list_topics_detection_jobs,
}


def _work(machine: Machine, job: dict[str, Any], stopping: Callable[[], bool]) -> dict[str, Any]:
    """Read the documents, find their topics, leave the archive."""
    about = job["InputDataConfig"]
    names, texts = [], []
    for name, text in _documents(machine, about["S3Uri"], by_line=about.get("InputFormat") != "ONE_DOC_PER_FILE"):
        if stopping():
            raise jobs.Stopped
        names.append(name)
        texts.append(text)
    if not texts:
        raise jobs.Failure(f"There are no documents at {about['S3Uri']}.")
    try:
        found = topics.find(texts, job.get("NumberOfTopics") or NUMBER)
    except InputError as problem:
        raise jobs.Failure(str(problem)) from None
    terms = ((number, term, f"{weight:.6f}") for number, row in enumerate(found.terms) for term, weight in row)
    shares = (
        (name, number, f"{share:.6f}") for name, row in zip(names, found.shares, strict=True) for number, share in row
    )
    archive = _archive(
        {
            "topic-terms.csv": _table(("topic", "term", "weight"), terms),
            "doc-topics.csv": _table(("docname", "topic", "proportion"), shares),
        }
    )
    bucket, key = sources.split_address(job["Output"])
    if not machine.store.has_bucket(bucket):
        raise jobs.Failure(f"There is no bucket {bucket} on this machine.")
    machine.store.put(bucket, key, archive)
    return {}


def _documents(machine: Machine, uri: str, *, by_line: bool) -> Iterable[tuple[str, str]]:
    """The documents at URI as Comprehend names them: the file, and the line's number from 0."""
    bucket, prefix = sources.split_address(uri)
    after = ""
    while page := machine.store.objects(bucket, prefix=prefix, after=after, limit=PAGE):
        for one in page:
            after, name = one.key, one.key.rpartition("/")[2]
            text = one.path.read_text(encoding="utf-8-sig", errors="replace")
            if not by_line:
                yield name, text
                continue
            for number, line in enumerate(text.splitlines()):
                if line.strip():
                    yield f"{name}:{number}", line


def _table(head: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> bytes:
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(head)
    table.writerows(rows)
    return out.getvalue().encode()


def _archive(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


def _brief(name: str, status: str) -> Answer:
    return {"JobId": name, "JobStatus": _status(status)}


def _properties(name: str, job: dict[str, Any]) -> Answer:
    reason = {"Message": job["Reason"]} if job.get("Reason") else {}
    ended = {"EndTime": datetime.fromtimestamp(int(job["Ended"]), UTC)} if job.get("Ended") else {}
    return {
        **_brief(name, job["Status"]),
        **{member: job[member] for member in _TOLD if member in job},
        "OutputDataConfig": {"S3Uri": job["Output"]},
        "SubmitTime": datetime.fromtimestamp(int(job["Created"]), UTC),
        **ended,
        **reason,
    }


def _status(status: str) -> str:
    return "SUBMITTED" if status == jobs.QUEUED else status
