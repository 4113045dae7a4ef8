"""What Forecast keeps: datasets, predictors, forecasts and the rest, each made once, looked at, waited for, removed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any, ClassVar, Final

from pydantic import ConfigDict

from awsml_cli.core import clock, jobs, paging
from awsml_cli.core.errors import InputError, JobFailed, ServiceError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session

SERVICE: Final = "forecast"
GONE: Final = "ResourceNotFoundException"
FAILED: Final = ("CREATE_FAILED", "CREATE_STOPPED", "UPDATE_FAILED", "DELETE_FAILED")


@dataclass(frozen=True)
class Sort:
    """A sort of thing: its NAME in ARNs, AWS's NOUN in operations and members, its list, and what it belongs to."""

    name: str
    noun: str
    plural: str
    parent: str | None = None
    words: str = ""

    @property
    def spoken(self) -> str:
        """What a person calls it."""
        return self.words or self.name.replace("-", " ")

    def method(self, verb: str) -> str:
        """The method of the client for VERB."""
        return f"{verb}_{self.name.replace('-', '_')}"


DATASET: Final = Sort("dataset", "Dataset", "Datasets")
GROUP: Final = Sort("dataset-group", "DatasetGroup", "DatasetGroups")
IMPORT: Final = Sort("dataset-import-job", "DatasetImportJob", "DatasetImportJobs", "DatasetArn", "import")
PREDICTOR: Final = Sort("predictor", "Predictor", "Predictors", "DatasetGroupArn", "training")
FORECAST: Final = Sort("forecast", "Forecast", "Forecasts", "PredictorArn")
EXPORT: Final = Sort("forecast-export-job", "ForecastExportJob", "ForecastExportJobs", "ForecastArn", "export")
EXPLAINED: Final = Sort("explainability", "Explainability", "Explainabilities", "ResourceArn", "explanation")
EXPLAINED_EXPORT: Final = Sort(
    "explainability-export", "ExplainabilityExport", "ExplainabilityExports", "ExplainabilityArn", "export"
)
BACKTEST: Final = Sort(
    "predictor-backtest-export-job",
    "PredictorBacktestExportJob",
    "PredictorBacktestExportJobs",
    "PredictorArn",
    "export",
)
ANALYSIS: Final = Sort("what-if-analysis", "WhatIfAnalysis", "WhatIfAnalyses", "ForecastArn")
WHAT_IF: Final = Sort("what-if-forecast", "WhatIfForecast", "WhatIfForecasts", "WhatIfAnalysisArn")
WHAT_IF_EXPORT: Final = Sort("what-if-forecast-export", "WhatIfForecastExport", "WhatIfForecastExports", None, "export")
SORTS: Final = {
    sort.name: sort
    for sort in (
        *(GROUP, DATASET, IMPORT, PREDICTOR, FORECAST, EXPORT, EXPLAINED, EXPLAINED_EXPORT, BACKTEST),
        *(ANALYSIS, WHAT_IF, WHAT_IF_EXPORT),
    )
}
_LISTS: Final = {
    "explainability": "list_explainabilities",
    "what-if-analysis": "list_what_if_analyses",
}


class Thing(Record):
    """Something that Forecast keeps; `estimated_time_remaining_in_minutes` is AWS's own guess."""

    model_config = ConfigDict(defer_build=True)
    columns: ClassVar = ("kind", "name", "status", "arn")

    id: str
    kind: str
    name: str
    arn: str
    status: str | None = None
    message: str | None = None
    estimated_time_remaining_in_minutes: int | None = None
    creation_time: Any = None
    last_modification_time: Any = None


def listed(session: Session, *, kind: str | None = None, limit: int | None = None) -> Listing:
    """What there is of every sort, or of KIND, in this region."""
    sorts = [SORTS[kind]] if kind else list(SORTS.values())
    found = (thing(session, sort, one) for sort in sorts for one in every(session, sort))
    return Listing(islice(found, limit), "Things")


def every(session: Session, sort: Sort, parent: str | None = None) -> Iterator[dict[str, Any]]:
    """The summaries of all things of SORT, those of PARENT (an ARN) where it is said."""
    call = getattr(session.client(SERVICE), _LISTS.get(sort.name, f"{sort.method('list')}s"))
    filters = {}
    if parent is not None and sort.parent is not None:
        filters = {"Filters": [{"Key": sort.parent, "Value": parent, "Condition": "IS"}]}
    yield from paging.items(call, sort.plural, **filters)


def thing(session: Session, sort: Sort, answer: Mapping[str, Any]) -> Thing:
    """The record of AWS's ANSWER about a thing of SORT."""
    arn = str(answer[f"{sort.noun}Arn"])
    name = str(answer.get(f"{sort.noun}Name") or arn.rpartition("/")[2])
    place = f"{SERVICE}:{session.region}:{arn.split(':', 5)[5]}"
    return Thing.of(answer, id=place, kind=sort.name, name=name, arn=arn).with_raw(answer)


def sort_of(arn: str) -> Sort:
    """The sort of the thing ARN. Raises InputError for what is none of Forecast's."""
    parts = arn.split(":", 5)
    sort = SORTS.get(parts[5].partition("/")[0]) if len(parts) == 6 and parts[2] == SERVICE else None
    if sort is None:
        raise InputError(f"`{arn}` is no ARN of Forecast's", hint="awsml forecast ls")
    return sort


def found(session: Session, sort: Sort, name: str) -> str:
    """The ARN of the newest thing of SORT called NAME, or whose ARN that is. Raises InputError where there is none."""
    if name.startswith("arn:"):
        if sort_of(name) != sort:
            raise InputError(f"`{name}` is no {sort.spoken}", hint=f"awsml forecast ls {sort.name}")
        return name
    fitting = [one for one in every(session, sort) if name in (one.get(f"{sort.noun}Name"), _tail(one, sort))]
    if not fitting:
        raise InputError(f"there is no {sort.name} {name}", hint=f"awsml forecast ls {sort.name}")
    newest = max(fitting, key=lambda one: str(one.get("CreationTime", "")))
    return str(newest[f"{sort.noun}Arn"])


def made(
    session: Session, sort: Sort, name: str, create: Callable[[], Mapping[str, Any]], parent: str | None = None
) -> str:
    """The ARN of the thing of SORT called NAME, made by CREATE unless it is there.

    One that failed before is removed and made again. So a run that was killed, after the request or before its answer,
    makes nothing twice.
    """
    for one in every(session, sort, parent):
        if one.get(f"{sort.noun}Name") == name:
            arn = str(one[f"{sort.noun}Arn"])
            status = one.get("Status") or describe(session, sort, arn).get("Status")
            if status not in FAILED and not str(status).startswith("DELETE"):
                return arn
            removed(session, sort, arn)
    try:
        return str(create()[f"{sort.noun}Arn"])
    except ServiceError as error:
        if error.code != "ResourceAlreadyExistsException":
            raise
        return found(session, sort, name)


def describe(session: Session, sort: Sort, arn: str) -> dict[str, Any]:
    """What AWS says of the thing ARN. Raises InputError where there is none."""
    client = session.client(SERVICE)
    member = {f"{sort.noun}Arn": arn}
    try:
        if sort is PREDICTOR:
            return _predictor(client, arn)
        return dict(getattr(client, sort.method("describe"))(**member))
    except ServiceError as error:
        if error.code == GONE:
            raise InputError(f"there is no {sort.spoken} {arn}", hint=f"awsml forecast ls {sort.name}") from None
        raise


def _predictor(client: Any, arn: str) -> dict[str, Any]:
    """An AutoPredictor is described by an operation of its own, which refuses the others."""
    try:
        return dict(client.describe_auto_predictor(PredictorArn=arn))
    except ServiceError as error:
        if error.code != "InvalidInputException":
            raise
        return {**client.describe_predictor(PredictorArn=arn), "PredictorArn": arn}


def wait(session: Session, sort: Sort, arn: str, job: JobId, *, timeout: float | None) -> dict[str, Any]:
    """Wait until the thing ARN is there, for JOB. Raises JobFailed with AWS's reason, TimedOut."""
    kind = jobs.Kind(
        service=SERVICE,
        noun=sort.spoken,
        describe=lambda session, _: describe(session, sort, arn),
        status=lambda answer: str(answer.get("Status", "")),
        reason=lambda answer: str(answer.get("Message", "")),
        done=frozenset({"ACTIVE"}),
        failed=frozenset(FAILED),
        remaining=lambda answer: answer.get("EstimatedTimeRemainingInMinutes"),
    )
    return jobs.wait(session, kind, job, timeout=timeout)


def removed(session: Session, sort: Sort, arn: str, *, tree: bool = False) -> None:
    """Remove the thing ARN, with TREE all that hangs on it, and wait until it is gone, which it may be already."""
    client = session.client(SERVICE)
    call = client.delete_resource_tree if tree else getattr(client, sort.method("delete"))
    member = "ResourceArn" if tree else f"{sort.noun}Arn"
    pause = jobs.FIRST_PAUSE
    asked = False
    while True:
        if not asked:
            try:
                call(**{member: arn})
                asked = True
            except ServiceError as error:
                if error.code == GONE:
                    return
                if error.code != "ResourceInUseException":
                    raise
        try:
            status = str(describe(session, sort, arn).get("Status", ""))
        except InputError:
            return
        if status == "DELETE_FAILED":
            raise JobFailed(f"the {sort.spoken} {arn} could not be removed")
        session.talk.progress(f"removing {sort.spoken} {arn.rpartition('/')[2]}")
        clock.sleep(pause)
        pause = min(pause * jobs.GROWTH, jobs.FIRST_PAUSE if session.local else jobs.LONGEST_PAUSE)


def stop(session: Session, arn: str) -> None:
    """Stop the work on the thing ARN; Forecast cannot go on with it."""
    session.client(SERVICE).stop_resource(ResourceArn=arn)


def step_of(arn: str) -> Callable[[Session, float | None], dict[str, Any]]:
    """How the thing ARN alone is waited for."""
    sort = sort_of(arn)
    return partial(_alone, sort, arn)


def _alone(sort: Sort, arn: str, session: Session, timeout: float | None) -> dict[str, Any]:
    job = JobId(SERVICE, session.region, arn.split(":", 5)[5])
    return wait(session, sort, arn, job, timeout=timeout)


def _tail(one: Mapping[str, Any], sort: Sort) -> str:
    return str(one[f"{sort.noun}Arn"]).rpartition("/")[2]
