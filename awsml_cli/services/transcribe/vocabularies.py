"""Vocabularies that live as long as the work that needs them: made of words, waited for, shared, removed.

One vocabulary serves all inputs of a run. The ledger has a row for each, and says which pieces of work still need
it, this run's or another's: it goes at the end of a run that finds nobody who does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from awsml_cli.core import jobs, staging
from awsml_cli.core.cache import key_of
from awsml_cli.core.errors import AwsmlError, JobFailed, ServiceError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.ledger import Entry, Ledger
from awsml_cli.core.session import Session
from awsml_cli.services.transcribe.words import Words

SERVICE: Final = "transcribe"
HELD: Final = "transcribe-vocabulary"  # what the ledger calls their rows
GONE: Final = ("NotFoundException", "BadRequestException")
KIND: Final = jobs.Kind(
    service=SERVICE,
    noun="vocabulary",
    describe=lambda session, job: dict(
        session.client(SERVICE, region=job.region).get_vocabulary(VocabularyName=job.name)
    ),
    status=lambda answer: str(answer.get("VocabularyState", "")),
    reason=lambda answer: str(answer.get("FailureReason", "")),
    done=frozenset({"READY"}),
    failed=frozenset({"FAILED"}),
    group="vocabulary",
)


def ready(session: Session, words: Words, *, language: str, bucket: str | None) -> str:
    """The name of the vocabulary of WORDS, made and waited for once in a run; a table is read from BUCKET.

    The caller has noted in the ledger that it needs it. Raises JobFailed with AWS's reason.
    """
    name = words.name(language)
    session.once(("vocabulary", session.region, name), lambda: _make(session, words, name, language, bucket))
    return name


def swept(session: Session) -> None:
    """Have what no work needs any more removed when the run ends, however it ends."""
    session.once("vocabularies", lambda: session.hold(_swept(session)))


def sweep(session: Session) -> None:
    """Remove the vocabularies of ours that no work needs any more; what cannot be removed is said."""
    rows = Ledger().open()
    for row in rows:
        needed = any(work.vocabulary == row.job and work.region == row.region for work in rows)
        if row.service == HELD and not needed:
            try:
                _remove(session, row)
            except AwsmlError as error:
                session.talk.warn(f"the vocabulary {row.job} is left at AWS: {error.message}")


def _make(session: Session, words: Words, name: str, language: str, bucket: str | None) -> bool:
    client = session.client(SERVICE)
    key = f"{staging.PREFIX}{name}.txt" if words.table else None
    row = Entry(key_of(HELD, session.region, name), HELD, session.region, name, "started", bucket, key)
    Ledger().put(row)
    asked: dict[str, Any] = {"VocabularyName": name, "LanguageCode": language}
    if key is None:
        asked["Phrases"] = words.phrases
    else:
        session.client("s3").put_object(Bucket=bucket, Key=key, Body=words.text.encode())
        asked["VocabularyFileUri"] = f"s3://{bucket}/{key}"
    job = JobId(SERVICE, session.region, name)
    try:
        try:
            client.create_vocabulary(**asked)
        except ServiceError as error:
            if error.code != "ConflictException":  # it is ours, from a run that was killed, or from one beside us
                raise
        jobs.wait(session, KIND, job)
    except JobFailed as failure:
        raise JobFailed(failure.message, hint="look at the words of --hint and --vocab") from None
    finally:
        session.running.pop(str(job), None)
    return True


def _remove(session: Session, row: Entry) -> None:
    try:
        session.client(SERVICE, region=row.region).delete_vocabulary(VocabularyName=row.job)
    except ServiceError as error:
        if error.code not in GONE:
            raise
    if row.bucket and row.staged:
        staging.remove(session, bucket=row.bucket, key=row.staged, region=row.region)
    Ledger().move(row, "clean")


@contextmanager
def _swept(session: Session) -> Iterator[None]:
    try:
        yield
    finally:
        try:
            sweep(session)
        except AwsmlError as error:
            session.talk.warn(error.message)
