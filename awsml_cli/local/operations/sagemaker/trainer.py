"""A training as it is done: data and code fetched, the runner followed, and what it leaves put into S3."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from awsml_cli.core import clock
from awsml_cli.core.errors import AwsmlError, JobFailed
from awsml_cli.core.limits import SAGEMAKER_FAILURE_CHARACTERS, SAGEMAKER_STOP_SECONDS
from awsml_cli.local import jobs
from awsml_cli.local.operations import Machine, Params
from awsml_cli.local.operations.sagemaker import hosts, kept, places, wanted
from awsml_cli.services.sagemaker import archives
from awsml_cli.services.sagemaker.asked import Channel
from awsml_cli.services.sagemaker.local import layout, training
from awsml_cli.services.sagemaker.records import TrainingJob

LOGS: Final = "/aws/sagemaker/TrainingJobs"
NEWS: Final = 0.5  # seconds between two times that the newest numbers are kept
_ENDS: Final = ("Completed", "Failed", "Stopped", "Stopping", "Uploading")


def work(machine: Machine, name: str, job: dict[str, Any], stopping: Callable[[], bool]) -> dict[str, Any]:
    """Train, and leave the model in S3. Raises Failure with the reason, Stopped where it is given up."""
    folder = machine.home / "sagemaker" / "training" / f"{machine.region}.{name}"
    watch = _Watch(machine, name, job, stopping)
    try:
        return _trained(machine, name, job["Asked"], layout.fresh(folder), watch)
    except jobs.Stopped:
        raise
    except AwsmlError as problem:
        return watch.ended("Failed", f"ClientError: {problem.message}")
    except Exception as problem:  # noqa: BLE001 - else every question about it would begin it anew
        return watch.ended("Failed", f"InternalServerError: {problem}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _trained(machine: Machine, name: str, params: Params, folder: Path, watch: _Watch) -> dict[str, Any]:
    watch.step("Downloading")
    channels = tuple(_fetched(machine, one, params, folder / "data") for one in params.get("InputDataConfig", ()))
    asked = wanted.training(name, params, channels)
    checkpoints = params.get("CheckpointConfig", {}).get("S3Uri")
    if checkpoints:
        places.fetch(machine, checkpoints, folder / "checkpoints")
    more = {"several": asked.count > 1} if wanted.brought(params).engine() else {}
    runner = hosts.runner(machine, wanted.brought(params), "train", folder / "code", **more)
    called = {"TRAINING_JOB_ARN": kept.arn(machine, kept.TRAINING, name)}
    around = {**hosts.variables(machine, runner), **called, **asked.environment}
    ears = hosts.Ears(watch.line, watch.glance)
    with hosts.session(ears) as session:
        try:
            done = training.train(
                session,
                runner,
                replace(asked, environment=around),
                checkpoints=folder / "checkpoints" if checkpoints else None,
                grace=float(SAGEMAKER_STOP_SECONDS),
                stopping=watch.stopped,
            )
        except JobFailed:
            left = folder / "code" / "output" / name / "job.json"
            if not left.is_file():
                raise
            done = TrainingJob.model_validate_json(left.read_text(encoding="utf-8"))
            if done.training_job_status == "Failed" and str(done.failure_reason).endswith(("code 125", "code 127")):
                said = f"{done.failure_reason}: {watch.last}"  # the engine's own words: it could not start it
                done = done.model_copy(update={"failure_reason": said})
        finally:  # whoever goes on with it after this server's end goes on from there
            if checkpoints:
                places.put_below(machine, checkpoints, folder / "checkpoints")
    watch.step("Uploading")
    _upload(machine, name, params, done)
    state = done.training_job_status
    secondary = str(done.secondary_status) if state == "Stopped" else state
    reason = f"AlgorithmError: {done.failure_reason}" if state == "Failed" else ""
    return watch.ended(secondary, reason, state=state, numbers=done.metrics, took=done.training_time_in_seconds)


def _fetched(machine: Machine, channel: Mapping[str, Any], params: Params, folder: Path) -> Channel:
    name, source = channel["ChannelName"], channel["DataSource"]["S3DataSource"]
    if not places.fetch(machine, source["S3Uri"], folder / name):
        raise JobFailed(f"Data download failed: no S3 objects found under {source['S3Uri']}")
    return Channel(
        name,
        str(folder / name),
        mode=channel.get("InputMode") or params["AlgorithmSpecification"]["TrainingInputMode"],
        distribution=source.get("S3DataDistributionType") or "FullyReplicated",
        wrapper=channel.get("RecordWrapperType") or "None",
    )


def _upload(machine: Machine, name: str, params: Params, done: TrainingJob) -> None:
    output = params["OutputDataConfig"]
    for path in (done.model_artifacts, done.output_data):
        if path is None:
            continue
        place = wanted.output(name, params)
        if output.get("CompressionType") == "NONE":
            bare = Path(path).with_suffix("").with_suffix("")
            layout.fresh(bare)
            archives.unpack(Path(path), bare)
            places.put_below(machine, f"{place}/{bare.name}", bare)
        else:
            places.put(machine, f"{place}/{Path(path).name}", Path(path))


class _Watch:
    """What is noted of a training as it goes: its states, its lines and its numbers."""

    def __init__(self, machine: Machine, name: str, job: dict[str, Any], stopping: Callable[[], bool]) -> None:
        self._machine, self._name, self._leaving = machine, name, stopping
        self._kind, self._id = kept.kind(machine, kept.TRAINING), job["Id"]
        self.last = ""  # line of a host's
        self._steps = [["Starting", clock.now()]]
        self._numbers: dict[str, list[float]] = {}
        self._several = int(job["Asked"]["ResourceConfig"].get("InstanceCount") or 1) > 1
        self._stream, self._noted = hosts.stamp(), clock.monotonic()

    def step(self, status: str) -> None:
        """It has come to STATUS."""
        if self._steps[-1][0] != status:
            self._steps.append([status, clock.now()])
            self._machine.store.change_document(self._kind, self._name, {"Steps": self._steps})

    def line(self, text: str) -> None:
        """A line of a host's, or a state that the training came to."""
        said = text.removeprefix(f"{self._name}: ").partition(" ")[0]
        if text.startswith(f"{self._name}: ") and said in ("Starting", "Downloading", "Training", *_ENDS):
            if said == "Training":
                self.step(said)
            return
        host, bar, rest = text.partition(" | ") if self._several else ("", "", "")
        host, text = (host, rest) if bar and host.startswith("algo-") else ("algo-1", text)
        self.last = text.strip() or self.last
        self._machine.log(LOGS, f"{self._name}/{host}-{self._stream}", text)

    def glance(self, numbers: Mapping[str, float]) -> None:
        """A moment has passed. Raises Stopped where the work is to be given up."""
        if self._leaving():
            raise jobs.Stopped
        now = clock.monotonic()
        if now - self._noted > NEWS and numbers:
            self._noted = now
            self._note(numbers)
            self._machine.store.change_document(self._kind, self._name, {"Numbers": self._numbers})

    def stopped(self) -> bool:
        """Whether somebody wants it stopped. Raises Stopped where it is gone, or the work is to be given up."""
        job = self._machine.store.document(self._kind, self._name)
        if self._leaving() or job is None or job["Id"] != self._id:
            raise jobs.Stopped
        if "Stopping" not in job:
            return False
        self.step("Stopping")
        return True

    def ended(
        self,
        secondary: str,
        reason: str,
        *,
        state: str = "Failed",
        numbers: Mapping[str, float] | None = None,
        took: float | None = None,
    ) -> dict[str, Any]:
        """The members of its document at its end."""
        self._note(numbers or {})
        self._steps.append([secondary, clock.now()])
        told = {"Status": jobs.FAILED if state == "Failed" else jobs.COMPLETED, "State": state, "Steps": self._steps}
        if reason:
            told["Reason"] = reason[:SAGEMAKER_FAILURE_CHARACTERS]
        return {**told, "Numbers": self._numbers, **({"Took": took} if took is not None else {})}

    def _note(self, numbers: Mapping[str, float]) -> None:
        now = clock.now()
        for name, value in numbers.items():
            if self._numbers.get(name, [None])[0] != value:
                self._numbers[name] = [value, now]
