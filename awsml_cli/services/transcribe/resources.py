"""What AWS holds for transcriptions: vocabularies, vocabulary filters, language models, categories of calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, ClassVar, Final

from awsml_cli.core import jobs, paging
from awsml_cli.core.errors import InputError, ServiceError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session

SERVICE: Final = "transcribe"
GONE: Final = ("NotFoundException", "BadRequestException")


class Vocabulary(Record):
    """Words that Transcribe knows how to spell."""

    columns: ClassVar = ("vocabulary_name", "language_code", "vocabulary_state", "last_modified_time")

    vocabulary_name: str
    language_code: str | None = None
    vocabulary_state: str | None = None
    last_modified_time: Any = None
    failure_reason: str | None = None
    download_uri: str | None = None


class Filter(Record):
    """Words that a transcript shall not show."""

    columns: ClassVar = ("vocabulary_filter_name", "language_code", "last_modified_time")

    vocabulary_filter_name: str
    language_code: str | None = None
    last_modified_time: Any = None
    download_uri: str | None = None


class Model(Record):
    """A language model made of somebody's own texts."""

    columns: ClassVar = ("model_name", "language_code", "base_model_name", "model_status", "create_time")

    model_name: str
    language_code: str | None = None
    base_model_name: str | None = None
    model_status: str | None = None
    create_time: Any = None
    last_modified_time: Any = None
    upgrade_availability: bool | None = None
    failure_reason: str | None = None
    input_data_config: dict[str, Any] | None = None


class Category(Record):
    """Rules that tell calls of one sort from others."""

    columns: ClassVar = ("category_name", "input_type", "create_time", "last_update_time")

    category_name: str
    input_type: str | None = None
    rules: list[dict[str, Any]] | None = None
    create_time: Any = None
    last_update_time: Any = None


@dataclass(frozen=True)
class Sort:
    """One sort of them: what it is called, and AWS's words for it. `inner` is where a Get has it, `kind` its states."""

    noun: str
    record: type[Record]
    name: str
    get: str
    list: str
    listed: str
    create: str
    delete: str
    update: str | None = None
    inner: str | None = None
    contains: str | None = None
    kind: jobs.Kind | None = None


def _kind(noun: str, get: str, name: str, inner: str | None, status: str, done: str) -> jobs.Kind:
    return jobs.Kind(
        service=SERVICE,
        noun=noun,
        describe=lambda session, job: _described(session, get, name, inner, job.name),
        status=lambda answer: str(answer.get(status, "")),
        reason=lambda answer: str(answer.get("FailureReason", "")),
        done=frozenset({done}),
        failed=frozenset({"FAILED"}),
        group=noun.split()[-1],
        resource=True,
    )


VOCABULARY: Final = Sort(
    "vocabulary", Vocabulary, "VocabularyName", "get_vocabulary", "list_vocabularies", "Vocabularies",
    "create_vocabulary", "delete_vocabulary", "update_vocabulary", contains="NameContains",
    kind=_kind("vocabulary", "get_vocabulary", "VocabularyName", None, "VocabularyState", "READY"),
)  # fmt: skip
MEDICAL_VOCABULARY: Final = Sort(
    "medical vocabulary", Vocabulary, "VocabularyName", "get_medical_vocabulary", "list_medical_vocabularies",
    "Vocabularies", "create_medical_vocabulary", "delete_medical_vocabulary", "update_medical_vocabulary",
    contains="NameContains",
    kind=_kind(
        "medical vocabulary", "get_medical_vocabulary", "VocabularyName", None, "VocabularyState", "READY"
    ),
)  # fmt: skip
FILTER: Final = Sort(
    "vocabulary filter", Filter, "VocabularyFilterName", "get_vocabulary_filter", "list_vocabulary_filters",
    "VocabularyFilters", "create_vocabulary_filter", "delete_vocabulary_filter", "update_vocabulary_filter",
    contains="NameContains",
)  # fmt: skip
MODEL: Final = Sort(
    "language model", Model, "ModelName", "describe_language_model", "list_language_models", "Models",
    "create_language_model", "delete_language_model", inner="LanguageModel", contains="NameContains",
    kind=_kind(
        "language model", "describe_language_model", "ModelName", "LanguageModel", "ModelStatus", "COMPLETED"
    ),
)  # fmt: skip
CATEGORY: Final = Sort(
    "category", Category, "CategoryName", "get_call_analytics_category", "list_call_analytics_categories",
    "Categories", "create_call_analytics_category", "delete_call_analytics_category",
    "update_call_analytics_category", inner="CategoryProperties",
)  # fmt: skip


def list_(session: Session, sort: Sort, *, contains: str | None = None, limit: int | None = None) -> Listing:
    """All of SORT in this region, page after page as they are read; those whose name CONTAINS something."""
    asked = {sort.contains: contains} if sort.contains and contains else {}

    def records() -> Iterator[Record]:
        found = paging.items(getattr(session.client(SERVICE), sort.list), sort.listed, **asked)
        yield from (sort.record.of(answer) for answer in islice(found, limit))

    return Listing(records(), sort.listed)


def get(session: Session, sort: Sort, name: str) -> Record:
    """The one called NAME. Raises InputError where there is none."""
    try:
        return sort.record.of(_answer(session, sort, name))
    except ServiceError as error:
        if error.code in GONE:
            raise InputError(
                f"there is no {sort.noun} {name}", hint=f"awsml transcribe {sort.noun.split()[-1]} ls"
            ) from None
        raise


def put(
    session: Session,
    sort: Sort,
    name: str,
    asked: Mapping[str, Any],
    *,
    wait: bool = True,
    timeout: float | None = None,
    only_new: tuple[str, ...] = (),
) -> Record:
    """Make the one called NAME as ASKED, or make it anew; ONLY_NEW are the members that an update does not take.

    Raises JobFailed with AWS's reason, TimedOut where it is not ready yet.
    """
    client = session.client(SERVICE)
    try:
        getattr(client, sort.create)(**{sort.name: name, **asked})
    except ServiceError as error:
        if error.code != "ConflictException":
            raise
        if sort.update is None:
            raise InputError(
                f"there is a {sort.noun} {name} already, and AWS cannot change one",
                hint=f"another name, or awsml transcribe {sort.noun.split()[-1]} rm {name} -y",
            ) from None
        kept = {key: value for key, value in asked.items() if key not in only_new}
        getattr(client, sort.update)(**{sort.name: name, **kept})
    if sort.kind is None or not wait:
        return get(session, sort, name)
    job = JobId(SERVICE, session.region, name)
    return sort.record.of(jobs.wait(session, sort.kind, job, timeout=timeout))


def removal(sort: Sort, name: str) -> Step:
    """What removing NAME would call."""
    return step(f"transcribe:{_operation(sort.delete)}", name)


def making(sort: Sort, name: str) -> Step:
    """What making NAME would call."""
    return step(f"transcribe:{_operation(sort.create)}", name)


def remove(session: Session, sort: Sort, name: str) -> None:
    """Remove the one called NAME. Raises InputError where there is none."""
    try:
        getattr(session.client(SERVICE), sort.delete)(**{sort.name: name})
    except ServiceError as error:
        if error.code in GONE:
            raise InputError(f"there is no {sort.noun} {name}", hint=error.message) from None
        raise


def _answer(session: Session, sort: Sort, name: str) -> dict[str, Any]:
    return _described(session, sort.get, sort.name, sort.inner, name)


def _described(session: Session, method: str, key: str, inner: str | None, name: str) -> dict[str, Any]:
    answer = getattr(session.client(SERVICE), method)(**{key: name})
    return dict(answer[inner] if inner else answer)


def _operation(method: str) -> str:
    return "".join(word.capitalize() for word in method.split("_"))
