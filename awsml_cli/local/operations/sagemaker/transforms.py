"""Batch transforms: files of S3 through a server of a model, and the answers back into S3."""

from __future__ import annotations

import gzip
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, wait
from functools import partial
from typing import Any, Final

from awsml_cli.core import sources
from awsml_cli.core.errors import AwsmlError, InputError
from awsml_cli.core.limits import SAGEMAKER_FAILURE_CHARACTERS
from awsml_cli.local import jobs
from awsml_cli.local.operations import Answer, Machine, Operation, Params, Refused
from awsml_cli.local.operations.sagemaker import hosts, kept, models, places
from awsml_cli.local.operations.sagemaker.kept import MODEL, TRANSFORM, arn, cannot, refuse, time_of
from awsml_cli.local.store import Object
from awsml_cli.services.sagemaker import processes
from awsml_cli.services.sagemaker.local import serving, transform

LOGS: Final = "/aws/sagemaker/TransformJobs"
PAYLOAD: Final = 6  # MB of a request, where it is not said
_TOLD: Final = (
    "ModelName", "MaxConcurrentTransforms", "ModelClientConfig", "MaxPayloadInMB", "BatchStrategy", "Environment",
    "TransformInput", "TransformOutput", "TransformResources", "ExperimentConfig",
)  # fmt: skip


def create_transform_job(params: Params, machine: Machine) -> Answer:
    """Keep a transform, and begin it where it can go on without the caller."""
    kept.near(machine)
    name = params["TransformJobName"]
    given, output = params["TransformInput"], params["TransformOutput"]
    refuse(params, {"DataProcessing": "filters and joins of data", "DataCaptureConfig": "capture of requests"})
    model = kept.the(machine, MODEL, params["ModelName"])["Asked"]
    source = given["DataSource"]["S3DataSource"]
    if source["S3DataType"] != "S3Prefix":
        raise cannot("manifests (S3DataType)", "S3Prefix")
    if given.get("SplitType", "None") not in transform.SPLITS:
        raise cannot(f"records of {given['SplitType']}", "SplitType None or Line")
    places.bucket_of(machine, source["S3Uri"], "TransformInput")
    places.bucket_of(machine, output["S3OutputPath"], "TransformOutput")
    taken = Refused("ResourceInUse", f"Job name must be unique within an AWS account and region: {name}")
    made = kept.begun(machine, TRANSFORM, name, params, partial(_work, machine, name), taken=taken, Model=model)
    return {"TransformJobArn": made}


def describe_transform_job(params: Params, machine: Machine) -> Answer:
    """What has become of a transform, waiting a few seconds for its end; begins it if nobody works on it."""
    name = params["TransformJobName"]
    job = kept.looked(machine, TRANSFORM, name, partial(_work, machine, name))
    return {**_described(machine, name, job), **{one: job["Asked"][one] for one in _TOLD if one in job["Asked"]}}


def list_transform_jobs(params: Params, machine: Machine) -> Answer:
    """Transforms, the newest first."""

    def summary(name: str, job: dict[str, Any]) -> dict[str, Any]:
        told = _described(machine, name, job)
        changed = told.get("TransformEndTime") or told.get("TransformStartTime") or told["CreationTime"]
        return {**{one: told[one] for one in told if one != "TransformStartTime"}, "LastModifiedTime": changed}

    return kept.listed(
        machine, TRANSFORM, params, summary,
        key="TransformJobSummaries", name="TransformJobName", status="TransformJobStatus",
    )  # fmt: skip


def stop_transform_job(params: Params, machine: Machine) -> Answer:
    """Have a transform stopped; the answers of whole files that there are stay."""
    kept.stop(machine, TRANSFORM, params["TransformJobName"])
    return {}


OPERATIONS: dict[str, Operation] = {
    "CreateTransformJob": create_transform_job,
    "DescribeTransformJob": describe_transform_job,
    "ListTransformJobs": list_transform_jobs,
    "StopTransformJob": stop_transform_job,
}


class _Stopping(Exception):
    """Somebody wants it stopped."""


def _work(machine: Machine, name: str, job: dict[str, Any], stopping: Callable[[], bool]) -> dict[str, Any]:
    """Send every file through the model. Stopped where it is given up."""

    def check() -> None:
        now = machine.store.document(kept.kind(machine, TRANSFORM), name)
        if stopping() or now is None or now["Id"] != job["Id"]:
            raise jobs.Stopped
        if "Stopping" in now:
            raise _Stopping

    params = job["Asked"]
    strategy, payload = params.get("BatchStrategy", "MultiRecord"), int(params.get("MaxPayloadInMB") or PAYLOAD)
    around = {**params.get("Environment", {}), **transform.variables(strategy, payload)}
    ears = hosts.Ears(partial(machine.log, LOGS, f"{name}/i-{hosts.stamp():x}"), lambda _numbers: check())
    try:
        with models.served(machine, job["Model"], ears, variables=around, startup=serving.STARTUP) as server:
            _each(machine, params, server, payload, check)
    except _Stopping:
        return {"State": "Stopped"}
    except jobs.Stopped:
        raise
    except Exception as problem:  # noqa: BLE001 - else every question about it would begin it anew
        reason = str(problem) if isinstance(problem, AwsmlError) else f"InternalServerError: {problem}"
        return {"Status": jobs.FAILED, "State": "Failed", "Reason": reason[:SAGEMAKER_FAILURE_CHARACTERS]}
    return {"State": "Completed"}


def _each(machine: Machine, params: Params, server: serving.Server, payload: int, check: Callable[[], None]) -> None:
    source = params["TransformInput"]
    files = list(places.below(machine, source["DataSource"]["S3DataSource"]["S3Uri"]))
    if not files:
        raise InputError("ClientError: there are no S3 objects below the prefix of TransformInput")
    bucket, prefix = sources.split_address(params["TransformOutput"]["S3OutputPath"].rstrip("/"))
    for path, found in files:
        answer = b"".join(_answers(params, _chunks(source, found), server, payload, check))
        machine.store.put(bucket, "/".join(filter(None, (prefix, f"{path}.out"))), answer)


def _chunks(source: Mapping[str, Any], found: Object) -> Iterator[bytes]:
    """What the object FOUND holds. Raises InputError where it is not compressed as SOURCE says."""
    if source.get("CompressionType") != "Gzip":
        with open(found.path, "rb") as file:
            yield from iter(partial(file.read, 1 << 20), b"")
        return
    with gzip.open(found.path, "rb") as file:
        try:
            while chunk := file.read(1 << 20):
                yield chunk
        except (gzip.BadGzipFile, EOFError, zlib.error) as problem:
            raise InputError(f"ClientError: {found.key} cannot be decompressed: {problem}") from None


def _answers(
    params: Params, chunks: Iterator[bytes], server: serving.Server, payload: int, check: Callable[[], None]
) -> Iterator[bytes]:
    """The answers to what CHUNKS hold, one for each request, put together as TransformOutput says."""
    source, output = params["TransformInput"], params["TransformOutput"]
    lines = output.get("AssembleWith") == "Line"
    requests = transform.requests(
        chunks, source.get("SplitType", "None"), params.get("BatchStrategy", "MultiRecord"), payload * 1024 * 1024
    )
    timeout = float(params.get("ModelClientConfig", {}).get("InvocationsTimeoutInSeconds") or transform.ANSWER)
    for body in requests:
        check()
        if len(body) > payload * 1024 * 1024:
            raise InputError(f"ClientError: a record of {len(body)} bytes is over MaxPayloadInMB={payload}")
        kind, accept = source.get("ContentType", "application/octet-stream"), output.get("Accept", "*/*")
        ask = partial(serving.ask, server.port, body, content_type=kind, accept=accept, timeout=timeout)
        got = serving.checked(_unless(check, ask, server))
        yield got.body + (b"\n" if lines and not got.body.endswith(b"\n") else b"")


def _unless(check: Callable[[], None], ask: Callable[[], serving.Answer], server: serving.Server) -> serving.Answer:
    """The answer to what is ASKed; where CHECK raises before it comes, SERVER is ended, and this raises that."""
    answer: Future[serving.Answer] = Future()

    def asked() -> None:
        try:
            answer.set_result(ask())
        except Exception as problem:  # noqa: BLE001 - raised by the one who waits
            answer.set_exception(problem)

    threading.Thread(target=asked, name="transform request", daemon=True).start()
    try:
        while not wait([answer], processes.GLANCE).done:
            check()
    except BaseException:
        server.host.stop(0)  # it would answer first, which may take minutes
        processes.pause()
        server.host.kill()
        raise
    return answer.result()


def _described(machine: Machine, name: str, job: Mapping[str, Any]) -> Answer:
    told: Answer = {
        "TransformJobName": name,
        "TransformJobArn": arn(machine, TRANSFORM, name),
        "TransformJobStatus": kept.state_of(job),
        "CreationTime": time_of(job["Created"]),
    }
    for member, key in (("TransformStartTime", "Begun"), ("TransformEndTime", "Ended")):
        if job.get(key):
            told[member] = time_of(job[key])
    return told | ({"FailureReason": job["Reason"]} if job.get("Reason") else {})
