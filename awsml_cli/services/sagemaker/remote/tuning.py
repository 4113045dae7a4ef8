"""A tuning at AWS: one training tried with many values of its hyperparameters, watched trial by trial."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any, Final

from awsml_cli.core import clock, corpus, jobs, paging, staging
from awsml_cli.core.cache import key_of
from awsml_cli.core.errors import ConfigError, InputError, JobFailed
from awsml_cli.core.jobs import JobId
from awsml_cli.core.limits import SAGEMAKER_TUNING_NAME
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Listing
from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker.records import TrainingJob
from awsml_cli.services.sagemaker.remote import jobs as trainings
from awsml_cli.services.sagemaker.remote import preflight, there, training
from awsml_cli.services.sagemaker.remote.trials import (
    ENDED,
    Started,
    Trial,
    TuningJob,
    line,
    record,
    said,
    table,
    trial,
)
from awsml_cli.services.sagemaker.remote.wanted import Remote
from awsml_cli.services.sagemaker.tuned import Range, Tuning

SERVICE: Final = "sagemaker-tuning"  # what ids of tunings begin with; the service is SageMaker
GROUP: Final = "tunings"
PAUSE: Final = 5.0  # seconds between two looks, at most
_DEFINED: Final = (  # what a training's request and the definition of trials have alike
    *("RoleArn", "InputDataConfig", "OutputDataConfig", "ResourceConfig", "StoppingCondition", "VpcConfig"),
    *("EnableManagedSpotTraining", "EnableNetworkIsolation", "CheckpointConfig", "RetryStrategy", "Environment"),
)


def named(text: str, session: Session) -> JobId:
    """The tuning that TEXT names."""
    return jobs.job_id(text, service=SERVICE, region=session.region)


def check(session: Session, wanted: Remote, asked: Tuning) -> None:
    """Raises ConfigError that names everything that is missing for all trials as WANTED, their image apart."""
    known = training.bucket_problems(session, wanted)
    preflight.check(session, wanted, trials=asked.at_most, at_once=asked.parallel, known=known)


def start(session: Session, wanted: Remote, asked: Tuning, *, base: str) -> JobId:
    """Start the tuning that is ASKED, each trial as WANTED; the same again is the same job.

    Raises ConfigError where its name is that of another.
    """
    with corpus.gathered(session, training.files_of(asked.training.channels)) as found:
        bucket = staging.bucket(session, wanted.bucket) if found.files or not wanted.output_s3 else None
        wanted = replace(wanted, output_s3=wanted.output_s3 or f"s3://{bucket}/{training.MODELS}")
        fresh = int(clock.now()) if session.fresh else None
        digest = key_of("tuning", training.without_places(wanted), _searched(asked), found.digest, fresh)[:12]
        name = asked.training.name or f"{base[: SAGEMAKER_TUNING_NAME - 13].rstrip('-')}-{digest}"
        job = JobId(SERVICE, session.region, name)
        before = _before(session, job)
        if asked.training.name:
            staged = training.place_of(bucket, found, service=SERVICE)
            taken = preflight.taken(session, "tuning", name, before, request(wanted, asked, name, staged))
            preflight.refuse(taken, "this tuning", ConfigError)
        if before is not None:
            there.already(session, name, before["HyperParameterTuningJobStatus"])
            return job
        place = ""
        if found.files:
            assert bucket is not None
            place, row = training.stage(session, found, bucket, service=SERVICE)
            corpus.needed_by(row, name)
        session.client("sagemaker").create_hyper_parameter_tuning_job(**request(wanted, asked, name, place))
    return job


def plan(wanted: Remote, asked: Tuning, *, base: str) -> Iterator[Step]:
    """What starting would call, and what it costs at most."""
    what = asked.training
    if files := [channel.uri for channel in what.channels if not channel.remote]:
        yield step("s3:PutObject", ", ".join(files))
    price = replace(wanted, asked=what).cost(times=asked.at_most)
    yield step("sagemaker:CreateHyperParameterTuningJob", what.name or f"{base}-…", charge=price)


def request(wanted: Remote, asked: Tuning, name: str, staged: str) -> dict[str, Any]:
    """CreateHyperParameterTuningJob's parameters; the channels of this machine lie below STAGED."""
    one = training.request(replace(wanted, asked=asked.training), name, staged)
    algorithm = {key: value for key, value in one["AlgorithmSpecification"].items() if "TimeSeries" not in key}
    limits: dict[str, Any] = {"MaxParallelTrainingJobs": asked.parallel}
    training.put(limits, MaxNumberOfTrainingJobs=asked.trials)
    made: dict[str, Any] = {
        "HyperParameterTuningJobName": name,
        "HyperParameterTuningJobConfig": {
            "Strategy": asked.strategy,
            "HyperParameterTuningJobObjective": {"Type": asked.goal, "MetricName": asked.objective},
            "ResourceLimits": limits,
            "ParameterRanges": _ranges(asked.ranges),
            "TrainingJobEarlyStoppingType": "Auto" if asked.early_stopping else "Off",
        },
        "TrainingJobDefinition": {
            "StaticHyperParameters": one["HyperParameters"],
            "AlgorithmSpecification": algorithm,
            **{key: one[key] for key in _DEFINED if key in one},
        },
        "Tags": [{"Key": "awsml", "Value": "tune"}, *one["Tags"][1:]],
    }
    if asked.parents:
        made["WarmStartConfig"] = {
            "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": parent} for parent in asked.parents],
            "WarmStartType": asked.warm_start_type,
        }
    return made


def describe(session: Session, job: JobId) -> TuningJob:
    """What AWS says about JOB now."""
    return record(job, look(session, job))


def finished(session: Session, job: JobId, *, wait: bool, timeout: float | None) -> TuningJob:
    """JOB, waited for if that is wanted."""
    if not wait:
        return Started.of(describe(session, job).fields())
    return wait_for(session, job, timeout=timeout)


def wait_for(session: Session, job: JobId, *, timeout: float | None = None) -> TuningJob:
    """Wait until JOB has ended, telling each trial that has, with a live table. Raises JobFailed, TimedOut."""
    watched = _Watched(session, job)
    kind = jobs.Kind(
        service="sagemaker",
        noun="tuning",
        describe=lambda _session, _job: watched.look(),
        status=lambda answer: str(answer["HyperParameterTuningJobStatus"]),
        reason=lambda answer: str(answer.get("FailureReason") or ""),
        done=frozenset({"Completed"}),
        failed=frozenset({"Failed", "Stopped"}),
        group=GROUP,
        longest=PAUSE,
        above=lambda: table(watched.trials, watched.objective),
    )
    try:
        answer = jobs.wait(session, kind, job, timeout=timeout)
    except JobFailed as failure:
        corpus.clear(session, job)
        hint = f"awsml sagemaker {GROUP} trials {job}" if watched.trials else None
        raise JobFailed(failure.message, hint=hint) from None
    corpus.clear(session, job)
    made = record(job, answer, trials=watched.trials)
    if made.best_training_job:
        session.talk.tell(
            f"{job.name}: the best is {made.best_training_job}, {made.objective} {made.best_value:g} "
            f"with {said(made.best_hyperparameters)}"
        )
    if made.price is not None:
        session.talk.tell(f"{job.name}: {len(watched.trials)} trials, about {made.price:.4f} USD")
    return made


class _Watched:
    """A tuning that is looked at again and again: each look tells the trials that have ended since."""

    def __init__(self, session: Session, job: JobId) -> None:
        self.trials: list[Trial] = []
        self._session, self._job = session, job
        self._told: set[str] = set()
        self.objective: Mapping[str, Any] = {}

    def look(self) -> dict[str, Any]:
        """AWS's answer, after what is new was told."""
        answer = look(self._session, self._job)
        self.objective = answer["HyperParameterTuningJobConfig"].get("HyperParameterTuningJobObjective") or {}
        self.trials = list(_trials(self._session, self._job))
        for one in self.trials:
            if one.training_job_status in ENDED and one.training_job_name not in self._told:
                self._told.add(one.training_job_name)
                self._session.talk.tell(line(one, self.objective))
        return answer


def trials(session: Session, job: JobId, *, limit: int | None) -> Listing:
    """The trials of JOB, the best first, those without a value behind."""
    answer = look(session, job)
    objective = answer["HyperParameterTuningJobConfig"].get("HyperParameterTuningJobObjective") or {}
    order = "Descending" if objective.get("Type") == "Maximize" else "Ascending"
    found = _trials(session, job, SortBy="FinalObjectiveMetricValue", SortOrder=order)
    return Listing(islice(found, limit), "TrainingJobSummaries")


def best(session: Session, job: JobId) -> TrainingJob:
    """The training that did best in JOB. Raises InputError where none has ended well yet."""
    answer = look(session, job)
    found = answer.get("BestTrainingJob") or {}
    if not found.get("TrainingJobName"):
        raise InputError(
            f"no trial of {job.name} has ended well: it is {answer['HyperParameterTuningJobStatus']}",
            hint=f"awsml sagemaker {GROUP} trials {job}",
        )
    return trainings.describe(session, JobId(trainings.SERVICE, job.region, found["TrainingJobName"]))


def listed(session: Session, *, status: str | None, limit: int | None) -> Listing:
    """The tunings of this region, the newest first."""
    call = session.client("sagemaker").list_hyper_parameter_tuning_jobs
    return there.newest(session, call, "HyperParameterTuningJob", record, service=SERVICE, status=status, limit=limit)


def stop(session: Session, job: JobId) -> TuningJob:
    """Ask JOB to stop, and its trials with it; the best so far stays."""
    session.client("sagemaker", region=job.region).stop_hyper_parameter_tuning_job(HyperParameterTuningJobName=job.name)
    return describe(session, job)


def remove(session: Session, job: JobId) -> None:
    """Have AWS forget JOB; its trials and their models stay."""
    look(session, job)
    client = session.client("sagemaker", region=job.region)
    client.delete_hyper_parameter_tuning_job(HyperParameterTuningJobName=job.name)


def removing(job: JobId) -> Step:
    """What removing would call."""
    return step("sagemaker:DeleteHyperParameterTuningJob", job.name)


def stopping(job: JobId) -> Step:
    """What stopping would call."""
    return step("sagemaker:StopHyperParameterTuningJob", job.name)


def _trials(session: Session, job: JobId, **order: str) -> Iterator[Trial]:
    client = session.client("sagemaker", region=job.region)
    found = paging.items(
        client.list_training_jobs_for_hyper_parameter_tuning_job,
        "TrainingJobSummaries",
        HyperParameterTuningJobName=job.name,
        **order,
    )
    return map(trial, found)


def look(session: Session, job: JobId) -> dict[str, Any]:
    """AWS's answer about JOB now. Raises InputError where there is none."""
    call = session.client("sagemaker", region=job.region).describe_hyper_parameter_tuning_job
    return there.known(
        call, f"there is no tuning {job}", hint=f"awsml sagemaker {GROUP} ls", HyperParameterTuningJobName=job.name
    )


def _before(session: Session, job: JobId) -> dict[str, Any] | None:
    """AWS's answer about a tuning of this name, None where there is none."""
    try:
        return look(session, job)
    except InputError:
        return None


def _ranges(ranges: Mapping[str, Range]) -> dict[str, Any]:
    """The ranges by their sort, as AWS takes them."""
    made: dict[str, list[dict[str, Any]]] = {}
    for name, one in ranges.items():
        if one.values:
            made.setdefault("CategoricalParameterRanges", []).append({"Name": name, "Values": list(one.values)})
        else:
            sort = "IntegerParameterRanges" if one.whole else "ContinuousParameterRanges"
            made.setdefault(sort, []).append(
                {"Name": name, "MinValue": one.low, "MaxValue": one.high, "ScalingType": one.scale}
            )
    return made


def _searched(asked: Tuning) -> list[Any]:
    """What makes a tuning this one, beside its training."""
    ranges = sorted((name, one.values, one.low, one.high, one.scale) for name, one in asked.ranges.items())
    rest = [asked.objective, asked.goal, asked.trials, asked.parallel, asked.strategy, asked.early_stopping]
    return [ranges, rest, sorted(asked.training.hyperparameters.items()), asked.parents, asked.warm_start_type]
