"""Classifiers and recognizers: trained once for the same examples, listed, looked at, stopped, removed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, ClassVar, Final

from pydantic import ConfigDict

from awsml_cli.core import corpus, jobs, limits, paging, staging
from awsml_cli.core.cache import key_of
from awsml_cli.core.errors import ConfigError, InputError, JobFailed, ServiceError, UsageError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.ledger import Entry, Ledger
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.comprehend.asking import LOCAL_ROLE, SERVICE
from awsml_cli.services.comprehend.custom.examples import Files

GONE: Final = "ResourceNotFoundException"


@dataclass(frozen=True)
class Sort:
    """A sort of model: what its ARNs call it, and AWS's NOUN in operations and members."""

    name: str
    noun: str
    arn: str
    metadata: str

    def method(self, verb: str) -> str:
        """The method of the client for VERB."""
        return f"{verb}_{self.arn.replace('-', '_')}"


CLASSIFIER: Final = Sort("classify", "DocumentClassifier", "document-classifier", "ClassifierMetadata")
RECOGNIZER: Final = Sort("entities", "EntityRecognizer", "entity-recognizer", "RecognizerMetadata")
SORTS: Final = {sort.name: sort for sort in (CLASSIFIER, RECOGNIZER)}


class Model(Record):
    """A classifier or recognizer of one's own."""

    model_config = ConfigDict(defer_build=True)
    columns: ClassVar = ("name", "kind", "version_name", "status", "language_code", "f1_score", "arn")

    name: str
    kind: str
    arn: str
    status: str | None = None
    message: str | None = None
    version_name: str | None = None
    language_code: str | None = None
    mode: str | None = None
    number_of_labels: int | None = None
    number_of_trained_documents: int | None = None
    number_of_test_documents: int | None = None
    accuracy: float | None = None
    precision: float | None = None
    recall: float | None = None
    f1_score: float | None = None
    submit_time: Any = None
    end_time: Any = None


class Metric(Record):
    """How well a model does on the test: as a whole (`type` is empty), or at one type of entity."""

    model_config = ConfigDict(defer_build=True)
    columns: ClassVar = ("type", "accuracy", "precision", "recall", "f1_score", "number_of_train_mentions", "model_arn")

    model_arn: str
    endpoint_arn: str | None = None
    type: str | None = None
    accuracy: float | None = None
    precision: float | None = None
    recall: float | None = None
    f1_score: float | None = None
    number_of_train_mentions: int | None = None


@dataclass(frozen=True)
class Training:
    """What to train: a model of SORT called NAME with FILES in LANGUAGE; a DELIMITER parts several labels."""

    sort: Sort
    name: str
    files: Files
    language: str
    role: str | None = None
    bucket: str | None = None
    delimiter: str | None = None
    kms_key: str | None = None

    @property
    def version(self) -> str:
        """The version's name, made from what it is trained with: the same examples are the same version."""
        return f"v-{key_of(self.sort.name, self.files.digest, self.language, self.delimiter)[:16]}"


def train(session: Session, what: Training, *, timeout: float | None = None, wait: bool = True) -> Model:
    """Train WHAT, unless that very version is there, and wait for it. Raises JobFailed with AWS's reason, TimedOut.

    The examples are staged, and removed when the training has ended.
    """
    if what.language not in limits.COMPREHEND_LANGUAGES:
        raise UsageError(
            f"a model needs the language of its examples: {', '.join(limits.COMPREHEND_LANGUAGES)}",
            hint="--language en",
        )
    role = what.role or session.config.role or (LOCAL_ROLE if session.local else None)
    if not role:
        raise ConfigError(
            "AWS needs a role that may read the examples",
            hint="--role ARN, or `awsml config set role ARN`; it must trust comprehend.amazonaws.com",
        )
    found = [one for one in _all(session, what.sort, what.name) if one.version_name == what.version]
    arn = found[0].arn if found else _started(session, what, role)
    if (row := Ledger().find(_row_key(session, what))) is not None and not row.job:
        corpus.needed_by(row, arn)  # a run was killed before it heard of the model
    if not wait:
        return described(session, arn)
    answer = _trained(session, what.sort, JobId(SERVICE, session.region, arn), timeout=timeout)
    return _model(what.sort, answer)


def plan(what: Training) -> Step:
    """What training WHAT would call; AWS bills the hours that it takes (3 USD each) and 0.50 USD a month."""
    return step(f"comprehend:Create{what.sort.noun}", f"{what.name} {what.version}")


def metrics(session: Session, arn: str, *, endpoint: str | None = None) -> Listing:
    """How well the model ARN does: a record for the whole, and for a recognizer one for each type."""
    sort = _sort_of(arn)
    about = _describe(session, sort, arn).get(sort.metadata) or {}
    rows = [Metric.of(_scores(about.get("EvaluationMetrics")), model_arn=arn, endpoint_arn=endpoint)]
    for one in about.get("EntityTypes") or ():
        mentions = one.get("NumberOfTrainMentions")
        scores = _scores(one.get("EvaluationMetrics"))
        rows.append(Metric.of(scores, model_arn=arn, type=one["Type"], number_of_train_mentions=mentions))
    return Listing(iter(rows), "Metrics")


def listed(session: Session, *, limit: int | None = None) -> Listing:
    """The models of this region: classifiers, then recognizers."""
    found = (one for sort in SORTS.values() for one in _all(session, sort))
    return Listing(islice(found, limit), "Models")


def described(session: Session, name: str) -> Model:
    """The model NAME, its newest version, or the one whose ARN that is. Raises InputError where there is none."""
    if name.startswith("arn:"):
        sort = _sort_of(name)
        return _model(sort, _describe(session, sort, name))
    found = versions(session, name)
    return max(found, key=lambda one: (str(one.submit_time or ""), one.arn))


def versions(session: Session, name: str) -> list[Model]:
    """Every version of the model NAME. Raises InputError where there is none."""
    found = [one for sort in SORTS.values() for one in _all(session, sort, name)]
    if not found:
        raise InputError(f"there is no model {name}", hint="awsml comprehend models ls")
    return found


def stop(session: Session, name: str) -> Model:
    """Stop the training of the model NAME."""
    model = described(session, name)
    sort = _sort_of(model.arn)
    call = getattr(session.client(SERVICE), sort.method("stop_training"))
    call(**{f"{sort.noun}Arn": model.arn})
    return described(session, model.arn)


def remove(session: Session, arn: str) -> None:
    """Remove the version of a model that ARN names."""
    sort = _sort_of(arn)
    getattr(session.client(SERVICE), sort.method("delete"))(**{f"{sort.noun}Arn": arn})


def removal(arn: str) -> Step:
    """What removing ARN would call."""
    return step(f"comprehend:Delete{_sort_of(arn).noun}", arn)


def _started(session: Session, what: Training, role: str) -> str:
    """Stage the examples, begin the training, and return the model's ARN."""
    bucket = staging.bucket(session, what.bucket)
    prefix = f"{staging.PREFIX}{what.name}-{what.version}/"
    row = Entry(_row_key(session, what), SERVICE, session.region, "", bucket=bucket)
    row = Ledger().put(replace(row, staged=prefix))
    for name, data in what.files.content.items():
        session.client("s3").put_object(Bucket=bucket, Key=prefix + name, Body=data)
    asked: dict[str, Any] = {
        f"{'Recognizer' if what.sort is RECOGNIZER else what.sort.noun}Name": what.name,
        "VersionName": what.version,
        "DataAccessRoleArn": role,
        "LanguageCode": what.language,
        "InputDataConfig": _input(what, f"s3://{bucket}/{prefix}"),
        "ClientRequestToken": key_of(what.name, what.version)[:40],
        **({"ModelKmsKeyId": what.kms_key} if what.kms_key else {}),
        **({} if what.sort is RECOGNIZER else {"Mode": "MULTI_LABEL" if what.delimiter else "MULTI_CLASS"}),
    }
    return str(getattr(session.client(SERVICE), what.sort.method("create"))(**asked)[f"{what.sort.noun}Arn"])


def _row_key(session: Session, what: Training) -> str:
    return key_of("training", what.name, what.version, session.region)


def _input(what: Training, folder: str) -> dict[str, Any]:
    content = what.files.content
    if what.sort is CLASSIFIER:
        test = {"TestS3Uri": f"{folder}test.csv"} if "test.csv" in content else {}
        delimiter = {"LabelDelimiter": what.delimiter} if what.delimiter else {}
        return {"DataFormat": "COMPREHEND_CSV", "S3Uri": f"{folder}train.csv", **test, **delimiter}
    table = (
        {"Annotations": {"S3Uri": f"{folder}annotations.csv"}}
        if "annotations.csv" in content
        else {"EntityList": {"S3Uri": f"{folder}entities.csv"}}
    )
    return {
        "DataFormat": "COMPREHEND_CSV",
        "EntityTypes": [{"Type": one} for one in what.files.types],
        "Documents": {"S3Uri": f"{folder}documents.txt", "InputFormat": "ONE_DOC_PER_LINE"},
        **table,
    }


def _trained(session: Session, sort: Sort, job: JobId, *, timeout: float | None) -> dict[str, Any]:
    try:
        answer = jobs.wait(session, _kind(sort), job, timeout=timeout)
    except JobFailed:
        corpus.clear(session, job)
        raise
    corpus.clear(session, job)
    if answer["Status"] == "TRAINED_WITH_WARNING":
        session.talk.warn(f"trained with a warning: {answer.get('Message', 'AWS does not say which')}")
    return answer


def _kind(sort: Sort) -> jobs.Kind:
    return jobs.Kind(
        service=SERVICE,
        noun="training",
        describe=lambda session, job: _describe(session, sort, job.name),
        status=lambda answer: str(answer.get("Status", "")),
        reason=lambda answer: str(answer.get("Message", "")),
        done=frozenset({"TRAINED", "TRAINED_WITH_WARNING"}),
        failed=frozenset({"IN_ERROR", "STOPPED"}),
        group="models",
        resource=True,
    )


def _describe(session: Session, sort: Sort, arn: str) -> dict[str, Any]:
    try:
        answer = getattr(session.client(SERVICE), sort.method("describe"))(**{f"{sort.noun}Arn": arn})
    except ServiceError as error:
        if error.code == GONE:
            raise InputError(f"there is no model {arn}", hint="awsml comprehend models ls") from None
        raise
    return dict(answer[f"{sort.noun}Properties"])


def _all(session: Session, sort: Sort, name: str | None = None) -> Iterator[Model]:
    member = "RecognizerName" if sort is RECOGNIZER else f"{sort.noun}Name"
    filters = {"Filter": {member: name}} if name else {}
    call = getattr(session.client(SERVICE), f"list_{sort.arn.replace('-', '_')}s")
    for answer in paging.items(call, f"{sort.noun}PropertiesList", **filters):
        yield _model(sort, answer)


def _sort_of(arn: str) -> Sort:
    for sort in SORTS.values():
        if f":{sort.arn}/" in arn:
            return sort
    raise InputError(f"`{arn}` is no model's ARN", hint="awsml comprehend models ls")


def _model(sort: Sort, answer: Mapping[str, Any]) -> Model:
    arn = str(answer[f"{sort.noun}Arn"])
    about = answer.get(sort.metadata) or {}
    counts = {name: value for name, value in about.items() if name.startswith("NumberOf")}
    name = arn.partition(f":{sort.arn}/")[2].partition("/")[0]
    more = {**counts, **_scores(about.get("EvaluationMetrics"))}
    return Model.of({**answer, **more}, name=name, kind=sort.name, arn=arn).with_raw(answer)


def _scores(found: Mapping[str, Any] | None) -> dict[str, Any]:
    """AWS's metrics; a recognizer's are shares of 100."""
    names = {"Accuracy": "accuracy", "Precision": "precision", "Recall": "recall", "F1Score": "f1_score"}
    return {names[name]: value for name, value in (found or {}).items() if name in names}
