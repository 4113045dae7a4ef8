"""The things that Personalize keeps: made once, found again, waited for, removed; all by one pattern.

A thing's name derives from what it is made of, so that making it a second time finds the first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from awsml_cli.core import clock, jobs, paging, wanted
from awsml_cli.core.errors import InputError, JobFailed, ServiceError, TimedOut
from awsml_cli.core.jobs import JobId, Kind
from awsml_cli.core.session import Session

SERVICE: Final = "personalize"
GONE: Final = "ResourceNotFoundException"
TAKEN: Final = "ResourceAlreadyExistsException"
BUSY: Final = "ResourceInUseException"
ACTIVE, INACTIVE, FAILED, STOPPED = "ACTIVE", "INACTIVE", "CREATE FAILED", "CREATE STOPPED"
PAUSE: Final = 5.0  # seconds between two looks at something that is being removed


@dataclass(frozen=True)
class Sort:
    """A sort of thing: the NOUN for people, its STEM in boto3's methods, its MEMBER in answers, its WORD in ARNs."""

    noun: str
    stem: str
    member: str
    word: str
    listed: str
    named: str = "name"
    removable: bool = True

    @property
    def arn(self) -> str:
        """The member that holds its ARN."""
        return f"{self.member}Arn"


GROUP: Final = Sort("dataset group", "dataset_group", "datasetGroup", "dataset-group", "datasetGroups")
SCHEMA: Final = Sort("schema", "schema", "schema", "schema", "schemas")
DATASET: Final = Sort("dataset", "dataset", "dataset", "dataset", "datasets")
IMPORT: Final = Sort(
    "import",
    "dataset_import_job",
    "datasetImportJob",
    "dataset-import-job",
    "datasetImportJobs",
    named="jobName",
    removable=False,
)
SOLUTION: Final = Sort("solution", "solution", "solution", "solution", "solutions")
VERSION: Final = Sort(
    "training", "solution_version", "solutionVersion", "solution", "solutionVersions", removable=False
)
CAMPAIGN: Final = Sort("campaign", "campaign", "campaign", "campaign", "campaigns")
RECOMMENDER: Final = Sort("recommender", "recommender", "recommender", "recommender", "recommenders")
FILTER: Final = Sort("filter", "filter", "filter", "filter", "Filters")
TRACKER: Final = Sort("event tracker", "event_tracker", "eventTracker", "event-tracker", "eventTrackers")
ATTRIBUTION: Final = Sort(
    "metric attribution", "metric_attribution", "metricAttribution", "metric-attribution", "metricAttributions"
)
BATCH: Final = Sort(
    "batch job",
    "batch_inference_job",
    "batchInferenceJob",
    "batch-inference-job",
    "batchInferenceJobs",
    named="jobName",
    removable=False,
)
SEGMENT: Final = Sort(
    "segment job",
    "batch_segment_job",
    "batchSegmentJob",
    "batch-segment-job",
    "batchSegmentJobs",
    named="jobName",
    removable=False,
)
SORTS: Final = (
    *(GROUP, SCHEMA, DATASET, IMPORT, SOLUTION, VERSION, CAMPAIGN, RECOMMENDER, FILTER, TRACKER, ATTRIBUTION),
    *(BATCH, SEGMENT),
)


class Unfinished(TimedOut):
    """The time is over and AWS goes on: JOB is what it works on."""

    def __init__(self, message: str, job: JobId) -> None:
        super().__init__(message, hint="the same command goes on from there")
        self.job = job


class Deadline:
    """The end of what `--timeout` allows, over several waits; `left` is in seconds, None without a bound."""

    def __init__(self, seconds: float | None) -> None:
        self._end = None if seconds is None else clock.monotonic() + seconds

    @property
    def left(self) -> float | None:
        """What is left of it."""
        return None if self._end is None else max(0.0, self._end - clock.monotonic())


NEVER: Final = Deadline(None)


@dataclass(frozen=True)
class _Thing(Kind):
    """A thing that is being made, as something to wait for."""

    def command(self, verb: str, job: JobId) -> str:
        """What waits for it."""
        return f"awsml personalize jobs {'wait' if verb == 'result' and 'batch-' not in job.name else verb} {job}"


def method(session: Session, verb: str, sort: Sort) -> Any:
    """The method of the client that does VERB to things of SORT."""
    return getattr(session.client(SERVICE), f"{verb}_{sort.stem}{'s' if verb == 'list' else ''}")


def job_of(session: Session, arn: str) -> JobId:
    """The id of the thing ARN."""
    return JobId(SERVICE, session.region, arn.split(":", 5)[5])


def sort_of(arn: str) -> Sort:
    """The sort of the thing ARN. Raises InputError for an ARN of another service."""
    parts = arn.split(":", 5)
    if len(parts) == 6 and parts[2] == SERVICE:
        word, *rest = parts[5].split("/")
        if word == "solution":
            return VERSION if len(rest) == 2 else SOLUTION
        for sort in SORTS:
            if sort.word == word:
                return sort
    raise InputError(f"`{arn}` is not the ARN of anything of Personalize's", hint="awsml personalize ls")


def describe(session: Session, arn: str) -> dict[str, Any]:
    """What AWS says about the thing ARN. Raises InputError where there is none."""
    sort = sort_of(arn)
    try:
        return dict(method(session, "describe", sort)(**{sort.arn: arn})[sort.member])
    except ServiceError as error:
        if error.code == GONE:
            raise InputError(f"there is no {sort.noun} {arn}", hint="awsml personalize ls") from None
        raise


def listed(session: Session, sort: Sort, **within: str) -> Iterator[dict[str, Any]]:
    """Every thing of SORT, WITHIN a group or a solution, as AWS lists them."""
    yield from paging.items(method(session, "list", sort), sort.listed, **within)


def resolve(session: Session, sort: Sort, name: str, **within: str) -> str:
    """The ARN of the thing of SORT called NAME, which may be its ARN. Raises InputError where there is none."""
    if name.startswith("arn:"):
        if sort_of(name) is not sort:
            raise InputError(f"`{name}` is the ARN of a {sort_of(name).noun}, not of a {sort.noun}")
        return name
    for one in listed(session, sort, **within):
        if one.get(sort.named) == name:
            return str(one[sort.arn])
    raise InputError(f"there is no {sort.noun} {name}", hint="awsml personalize ls")


def ensure(
    session: Session,
    sort: Sort,
    name: str,
    *,
    within: dict[str, str] | None = None,
    until: Deadline = NEVER,
    **params: Any,
) -> str:
    """Make the thing of SORT called NAME with PARAMS, or take the one that is there, and return its ARN.

    One that failed is made anew: removed first, or under the next name (NAME-2) where AWS keeps what failed.
    """
    number = 1
    while True:
        called = name if number == 1 else f"{name}-{number}"
        try:
            return str(method(session, "create", sort)(**{sort.named: called}, **params)[sort.arn])
        except ServiceError as error:
            if error.code != TAKEN:
                raise
        arn = _there(session, sort, called, within or {}, params)
        status = status_of(session, arn)
        if status is None:
            continue
        if status.startswith("DELETE"):
            gone(session, arn, until=until)
        elif status != FAILED:
            return arn
        elif sort.removable:
            remove(session, arn, until=until)
        else:
            number += 1


def _there(session: Session, sort: Sort, name: str, within: dict[str, str], params: dict[str, Any]) -> str:
    """The ARN of what has the NAME already. A dataset is known by its type, of which a group has one."""
    for one in listed(session, sort, **within):
        same = one.get("datasetType", "").upper() == params["datasetType"].upper() if sort is DATASET else False
        if same or one.get(sort.named) == name:
            return str(one[sort.arn])
    raise ServiceError(f"AWS says that there is a {sort.noun} {name}, and does not list it", code=TAKEN)


def status_of(session: Session, arn: str) -> str | None:
    """The status of the thing ARN; None where it is gone."""
    sort = sort_of(arn)
    try:
        return str(method(session, "describe", sort)(**{sort.arn: arn})[sort.member].get("status", ACTIVE))
    except ServiceError as error:
        if error.code == GONE:
            return None
        raise


def kind(sort: Sort, arn: str, *, done: frozenset[str] = frozenset({ACTIVE})) -> Kind:
    """How the thing ARN is waited for."""
    return _Thing(
        service=SERVICE,
        noun=sort.noun,
        describe=lambda session, _: describe(session, arn),
        status=lambda answer: str(answer.get("status", "")),
        reason=lambda answer: str(answer.get("failureReason", "")),
        done=done,
        failed=frozenset({FAILED, STOPPED, "UPDATE FAILED", "START FAILED", "STOP FAILED"}),
    )


def ready(session: Session, arn: str, *, until: Deadline = NEVER, done: str = ACTIVE) -> dict[str, Any]:
    """Wait until the thing ARN is DONE and return AWS's last answer. Raises JobFailed with AWS's reason, TimedOut."""
    return waited(session, kind(sort_of(arn), arn, done=frozenset({done})), arn, until)


def waited(session: Session, there: Kind, arn: str, until: Deadline) -> dict[str, Any]:
    """Wait for the thing ARN as its kind THERE says. Raises JobFailed, and Unfinished where the time is over."""
    job = job_of(session, arn)
    try:
        return jobs.wait(session, there, job, timeout=until.left)
    except TimedOut as over:
        raise Unfinished(over.message, job) from None


def remove(session: Session, arn: str, *, until: Deadline = NEVER) -> None:
    """Remove the thing ARN and wait until it is gone; one that is gone already is no failure.

    What still uses it, or is being made, is waited for. Raises TimedOut.
    """
    sort = sort_of(arn)
    while True:
        try:
            method(session, "delete", sort)(**{sort.arn: arn})
        except ServiceError as error:
            if error.code == GONE:
                return
            if error.code != BUSY:
                raise
            status = status_of(session, arn)
            if status is None:
                return
            if not _passes(session, arn, status):
                raise
        if gone(session, arn, until=until):
            return
        pause(session, arn, f"{sort.noun} {arn.rpartition('/')[2]} is in use", until)


def _passes(session: Session, arn: str, status: str) -> bool:
    """Whether waiting may help against AWS's `ResourceInUse`: the thing is changing, or a thing inside it is."""
    if status.endswith(("PENDING", "IN_PROGRESS", "STOPPING")):
        return True
    if sort_of(arn) is SOLUTION:
        found: list[dict[str, Any]] = [
            *listed(session, VERSION, solutionArn=arn),
            *listed(session, CAMPAIGN, solutionArn=arn),
        ]
    elif sort_of(arn) is DATASET:
        found = list(listed(session, IMPORT, datasetArn=arn))
    elif sort_of(arn) is GROUP:
        found = [
            one for sort in (SOLUTION, DATASET, TRACKER, FILTER) for one in listed(session, sort, datasetGroupArn=arn)
        ]
    else:
        return False
    return any(str(one.get("status", "")).endswith(("PENDING", "IN_PROGRESS", "STOPPING")) for one in found)


def gone(session: Session, arn: str, *, until: Deadline = NEVER) -> bool:
    """Wait until the thing ARN is gone; False where AWS is not at removing it.

    Raises JobFailed where AWS gave up removing it, Unfinished where the time is over.
    """
    noun = sort_of(arn).noun
    while (status := status_of(session, arn)) is not None:
        if status == "DELETE FAILED":
            raise JobFailed(f"the {noun} {arn} could not be removed", hint="run the same command again")
        if not status.startswith("DELETE"):
            return False
        pause(session, arn, f"removing the {noun} {arn.rpartition('/')[2]}", until)
    session.talk.settled()
    return True


def pause(session: Session, arn: str, what: str, until: Deadline) -> None:
    """Wait a moment for the thing ARN, and say WHAT for. Raises TimedOut."""
    left = until.left
    if left is not None and left <= 0:
        raise Unfinished(
            f"the {sort_of(arn).noun} {arn} has not come to its end yet; AWS goes on", job_of(session, arn)
        )
    wanted.check()
    session.talk.progress(what)
    clock.sleep(PAUSE if left is None else min(PAUSE, left))
