"""A training on this machine: the hosts together, their logs in one stream, and an end as SageMaker makes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from awsml_cli.core import clock
from awsml_cli.core.errors import AwsmlError, JobFailed
from awsml_cli.core.limits import SAGEMAKER_FAILURE_CHARACTERS, SAGEMAKER_STOP_SECONDS
from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker import archives, processes
from awsml_cli.services.sagemaker.asked import Training
from awsml_cli.services.sagemaker.local import layout, runners
from awsml_cli.services.sagemaker.local.channels import Given
from awsml_cli.services.sagemaker.local.runners import Runner
from awsml_cli.services.sagemaker.metrics import Metrics
from awsml_cli.services.sagemaker.processes import Host
from awsml_cli.services.sagemaker.records import TrainingJob

GRACE: Final = float(SAGEMAKER_STOP_SECONDS)
REDRAWN: Final = 0.1  # seconds after which curves are drawn anew


@dataclass
class _Ending:
    """Why the hosts are being stopped, and until when they may take."""

    status: str
    secondary: str
    reason: str
    deadline: float
    killed: bool = False
    certain: bool = False  # the reason is ours, and what the script says of it is its consequence


def train(
    session: Session,
    runner: Runner,
    asked: Training,
    *,
    grace: float = GRACE,
    checkpoints: Path | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> TrainingJob:
    """Train, and leave model.tar.gz in the project's output folder; GRACE seconds lie between SIGTERM and SIGKILL.

    CHECKPOINTS is a folder that is given to the first host as its checkpoints, and to the next training again.
    STOPPING says whether somebody wants it stopped.

    Raises JobFailed with the reason that the script gave, or where it had to be stopped.
    """
    name = asked.name or _free_name(runner.project.root / "output", runner.project.about.name)
    given = Given(session, asked, linked=runner.linked)
    folder = layout.fresh(runner.project.root / "output" / name)
    begun, metrics = clock.monotonic(), Metrics(asked.metrics)
    _status(session, name, "Starting", runner.ready)
    hosts: list[Host] = []
    try:
        if given.files:
            _status(session, name, "Downloading", f"{given.files} files, {given.size:,} bytes")
        for host in asked.hosts:
            kept = checkpoints if host == asked.hosts[0] else None
            place = layout.lay_out(folder / host, asked, host, checkpoints=kept)
            given.to(host, place / "input" / "data")
            if runner.linked:
                layout.give_code(runner.project, place / "code")
        session.hold(runner.together(name, asked.hosts))
        for host in asked.hosts:
            place, told = folder / host, runners.variables(name, asked.program, asked.environment)
            given.open(host, place / "input" / "data")
            hosts.append(runner.start(name, host, place, told, channels=asked.channels))
        _status(session, name, "Training")
        log = processes.Log(hosts)
        try:
            ending = _follow(session, hosts, log, metrics, begun + asked.max_run, grace, given, stopping=stopping)
        except KeyboardInterrupt:
            _status(session, name, "Stopping", "interrupted; once more ends it at once")
            _stop(hosts, grace)
            stopped = _Ending("Stopped", "Stopped", "it was interrupted", clock.monotonic() + grace)
            _follow(session, hosts, log, metrics, begun + asked.max_run, grace, given, ending=stopped)
            raise
    finally:
        for one in hosts:
            if one.code is None:
                one.kill()
        given.close()
        runner.tidy(folder)
    job = _record(session, folder, name, asked, hosts, metrics, ending, seconds=clock.monotonic() - begun)
    (folder / "job.json").write_text(job.model_dump_json(indent=1), encoding="utf-8")
    _status(session, name, job.training_job_status)
    if job.training_job_status != "Completed":
        raise JobFailed(
            f"the training {name} {'failed' if job.training_job_status == 'Failed' else 'was stopped'}: "
            + str(job.failure_reason).partition("\n")[0],
            hint=f"what it left is in {folder}",
        )
    return job


def _follow(
    session: Session,
    hosts: Sequence[Host],
    log: processes.Log,
    metrics: Metrics,
    until: float,
    grace: float,
    given: Given,
    *,
    ending: _Ending | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> _Ending | None:
    """Pass on what HOSTS write until they have ended; stop all where one fails, or at UNTIL.

    With an ENDING they have been asked to stop already, and are not asked again.
    """
    begun = drawn = clock.monotonic()
    for line in log:
        now = clock.monotonic()
        if line is not None and line.text is not None:
            metrics.read(line.text)
            session.talk.tell(f"{line.host} | {line.text}" if len(hosts) > 1 else line.text)
        if now - drawn >= REDRAWN:
            drawn = now
            session.talk.progress(f"training, {now - begun:.0f} s", curves=metrics.curves)
        if ending is None and (failed := next((host for host in hosts if host.code), None)):
            ending = _Ending("Failed", "Failed", f"{failed.name} ended with exit code {failed.code}", now + grace)
            _stop([host for host in hosts if host.code is None], grace)
        elif ending is None and given.problem is not None:
            ending = _unread(given, now + grace)
            _stop(hosts, grace)
        elif ending is None and stopping():
            ending = _Ending("Stopped", "Stopped", "it was stopped", now + grace)
            _stop(hosts, grace)
        elif ending is None and now > until:
            ending = _Ending("Stopped", "MaxRuntimeExceeded", "it ran for longer than --max-run", now + grace)
            session.talk.tell("the time is over: SIGTERM")
            _stop(hosts, grace)
        if ending is not None and now > ending.deadline and not ending.killed:
            ending.killed = True
            session.talk.tell(f"not ended {grace:g} s after SIGTERM: SIGKILL")
            for host in hosts:
                if host.code is None:
                    host.kill()
    return _unread(given, 0.0) if given.problem is not None else ending


def _unread(given: Given, deadline: float) -> _Ending:
    """The end of a training whose data could not be read: what its script made of a part of them is no model."""
    assert given.problem is not None
    name, problem = given.problem
    if not isinstance(problem, AwsmlError | OSError):
        raise problem
    return _Ending("Failed", "Failed", f"the channel {name} cannot be read: {problem}", deadline, certain=True)


def _stop(hosts: Sequence[Host], grace: float) -> None:
    for host in hosts:
        if host.code is None:
            host.stop(grace)


def _record(
    session: Session,
    folder: Path,
    name: str,
    asked: Training,
    hosts: Sequence[Host],
    metrics: Metrics,
    ending: _Ending | None,
    *,
    seconds: float,
) -> TrainingJob:
    places = [folder / host.name for host in hosts]
    artifact, data = folder / "model.tar.gz", folder / "output.tar.gz"
    saved = any(any((place / "model").iterdir()) for place in places)
    if saved:
        archives.pack([place / "model" for place in places], artifact)
    if any(any((place / "output" / "data").iterdir()) for place in places):
        archives.pack([place / "output" / "data" for place in places], data)
    reasons = [layout.failure_of(place, SAGEMAKER_FAILURE_CHARACTERS) for place in places]
    ours = ending is not None and (ending.status != "Failed" or ending.certain)
    why = None if ours else next((reason for reason in reasons if reason), None)
    if ending is None and not saved:
        session.talk.warn("the training left nothing in SM_MODEL_DIR: there is no model")
    return TrainingJob(
        training_job_name=name,
        training_job_status=ending.status if ending else "Completed",
        secondary_status=ending.secondary if ending else "Completed",
        failure_reason=(why or ending.reason) if ending else None,
        model_artifacts=str(artifact) if saved else None,
        output_data=str(data) if data.is_file() else None,
        metrics=metrics.last,
        instance_type=asked.instance,
        instance_count=asked.count,
        training_time_in_seconds=round(seconds, 1),
        billable_time_in_seconds=0,
        price=0.0,
    )


def _status(session: Session, name: str, status: str, more: str = "") -> None:
    session.talk.tell(f"{name}: {status}" + (f" ({more})" if more else ""))


def _free_name(folder: Path, base: str) -> str:
    """BASE with the first number that is not taken."""
    taken = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    return next(name for number in range(1, len(taken) + 2) if (name := f"{base}-{number}") not in taken)
