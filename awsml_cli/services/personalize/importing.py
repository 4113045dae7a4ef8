"""Tables into datasets: group, schema, dataset, import; each once for the same content."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any, ClassVar, Final

from pydantic import ConfigDict

from awsml_cli.core import corpus, limits, staging
from awsml_cli.core.cache import key_of
from awsml_cli.core.corpus import Corpus
from awsml_cli.core.errors import InputError, JobFailed
from awsml_cli.core.ledger import Ledger
from awsml_cli.core.plan import Step, step
from awsml_cli.core.prices import PERSONALIZE_GIGABYTE, Charge
from awsml_cli.core.record import Record
from awsml_cli.core.session import Session
from awsml_cli.services.personalize import access
from awsml_cli.services.personalize.resources import (
    DATASET,
    FAILED,
    GROUP,
    IMPORT,
    NEVER,
    SCHEMA,
    Deadline,
    describe,
    ensure,
    job_of,
    listed,
    ready,
)
from awsml_cli.services.personalize.tables import Table

FULL, INCREMENTAL = "FULL", "INCREMENTAL"
_BYTES: Final = {FULL: limits.PERSONALIZE_FULL_BYTES, INCREMENTAL: limits.PERSONALIZE_INCREMENTAL_BYTES}


class Imported(Record):
    """A table that has become a dataset, or is becoming one."""

    model_config = ConfigDict(defer_build=True)
    columns: ClassVar = ("id", "dataset_type", "status", "rows", "dataset_arn")

    id: str
    dataset_type: str
    status: str
    rows: int
    dataset_arn: str
    dataset_group_arn: str
    dataset_import_job_arn: str


@dataclass(frozen=True)
class Into:
    """Where tables go: the group NAME, for a DOMAIN or none; who may read the BUCKET; MODE is FULL or INCREMENTAL."""

    name: str
    domain: str | None = None
    role: str | None = None
    bucket: str | None = None
    mode: str = FULL


def group(session: Session, into: Into, *, until: Deadline = NEVER) -> str:
    """The ARN of the dataset group, made if it is not there, and ready."""
    domain: dict[str, Any] = {"domain": into.domain} if into.domain else {}
    arn = ensure(session, GROUP, into.name, until=until, **domain)
    about = ready(session, arn, until=until)
    if about.get("domain") != into.domain:
        said = about.get("domain") or "no domain"
        raise InputError(f"the dataset group {into.name} is for {said}", hint="--name with another name, or --domain")
    return arn


def begin(
    session: Session, tables: Sequence[Table], into: Into, *, until: Deadline = NEVER
) -> tuple[str, list[Imported]]:
    """Begin the imports of TABLES, and return the group's ARN and what was begun. Nothing is imported twice."""
    within = _checked(tables, into.mode)
    bucket = staging.bucket(session, into.bucket)
    role = access.granted(session, into.role, bucket)
    arn = group(session, into, until=until)
    datasets = [_dataset(session, table, into, arn, until) for table in within]
    for one in datasets:
        ready(session, one, until=until)
    return arn, [
        _begun(session, table, into, arn, dataset, role=role, bucket=bucket, until=until)
        for table, dataset in zip(within, datasets, strict=True)
    ]


def finished(session: Session, begun: Sequence[Imported], *, until: Deadline = NEVER) -> list[Imported]:
    """Wait for the imports BEGUN; what was staged for each is removed when it has ended. Raises JobFailed, TimedOut."""
    done = []
    for one in begun:
        job = job_of(session, one.dataset_import_job_arn)
        try:
            answer = ready(session, one.dataset_import_job_arn, until=until)
        except JobFailed:
            corpus.clear(session, job)
            raise
        corpus.clear(session, job)
        done.append(one.model_copy(update={"status": str(answer["status"])}))
    return done


def plan(tables: Sequence[Table], into: Into) -> list[Step]:
    """What importing TABLES would call."""
    steps = [step("personalize:CreateDatasetGroup", into.name)]
    for table in tables:
        gigabytes = table.size / 1024**3
        charge = Charge(round(gigabytes, 6), "GB", gigabytes * PERSONALIZE_GIGABYTE)
        steps += [
            step("s3:PutObject", table.name),
            step("personalize:CreateSchema", table.report.kind.name),
            step("personalize:CreateDataset", table.dataset),
            step("personalize:CreateDatasetImportJob", table.name, charge=charge),
        ]
    return steps


def _checked(tables: Sequence[Table], mode: str) -> list[Table]:
    for table in tables:
        if table.size > _BYTES[mode]:
            raise InputError(f"{table.name} has {table.size:,} bytes; a {mode} import takes {_BYTES[mode]:,}")
    return list(tables)


def _dataset(session: Session, table: Table, into: Into, group_arn: str, until: Deadline) -> str:
    """The ARN of the dataset for TABLE, with a schema that has its columns."""
    sort = table.sort
    text = json.dumps(table.schema)
    domain: dict[str, Any] = {"domain": into.domain} if into.domain else {}
    schema = ensure(session, SCHEMA, schema_name(into.name, sort), schema=text, **domain)
    arn = ensure(
        session,
        DATASET,
        f"{into.name}-{sort}"[: limits.PERSONALIZE_NAME],
        within={"datasetGroupArn": group_arn},
        until=until,
        schemaArn=schema,
        datasetGroupArn=group_arn,
        datasetType=table.dataset,
    )
    _fits(session, arn, table)
    return arn


def schema_name(group_name: str, sort: str) -> str:
    """The name of the schema for tables of SORT in the group."""
    return f"{group_name[: limits.PERSONALIZE_NAME - len(sort) - 1]}-{sort}"


def _fits(session: Session, arn: str, table: Table) -> None:
    """Raises InputError where the dataset ARN has other columns than TABLE."""
    used = describe(session, arn).get("schemaArn")
    fields = json.loads(describe(session, used)["schema"])["fields"] if used else []
    names = {one["name"] for one in fields}
    if fields and names != set(table.report.names):
        other = ", ".join(sorted(names ^ set(table.report.names)))
        raise InputError(
            f"{table.name} has other columns than the dataset that is there: {other}",
            hint="--name with another name, or `awsml personalize clean` first",
        )


def _begun(
    session: Session, table: Table, into: Into, group_arn: str, dataset: str, *, role: str, bucket: str, until: Deadline
) -> Imported:
    """Stage TABLE and begin its import, unless that very import is there."""
    # of this very dataset: one that was removed and made anew knows nothing of what the old one was told
    made = describe(session, dataset).get("creationDateTime")
    name = f"{into.name[:24]}-{table.sort[:12]}-{key_of(table.digest, into.mode, made)[:14]}"
    place, staged = _placed(table, name)

    def make() -> str:
        return ensure(
            session,
            IMPORT,
            name,
            within={"datasetArn": dataset},
            until=until,
            datasetArn=dataset,
            dataSource={"dataLocation": f"s3://{bucket}/{staging.PREFIX}{staged}"},
            roleArn=role,
            importMode=into.mode,
        )

    arn = _known(session, dataset, name)
    row = Ledger().find(key_of("corpus", name))
    if arn is None:
        _, row = corpus.stage(session, place, bucket=bucket, name=name, service="personalize")
        arn = access.patiently(make)
    if row is not None and row.state == "staging":  # also where a run was killed before it heard of the import
        corpus.needed_by(row, job_of(session, arn).name)
    return Imported(
        id=str(job_of(session, arn)),
        dataset_type=table.dataset,
        status="CREATE PENDING",
        rows=table.report.rows,
        dataset_arn=dataset,
        dataset_group_arn=group_arn,
        dataset_import_job_arn=arn,
    )


def _placed(table: Table, name: str) -> tuple[Corpus, str]:
    """The files of TABLE as they are staged below NAME, and where AWS finds them: the file, or the folder of several.

    https://docs.aws.amazon.com/personalize/latest/dg/import-data-s3-uri.html: files in folders below it are not seen.
    """
    if len(table.files) == 1:
        media = table.media
        return Corpus((media,), media.digest), f"{name}/{PurePath(media.source.relative).name}"
    files = tuple(
        replace(one, source=replace(one.source, relative=PurePath(f"{number:04}-{one.source.relative.name}")))
        for number, one in enumerate(table.files, 1)
    )
    return Corpus(files, table.digest), f"{name}/"


def _known(session: Session, dataset: str, name: str) -> str | None:
    """The import called NAME, or NAME-2 where the first failed, that runs or has ended well."""
    for one in listed(session, IMPORT, datasetArn=dataset):
        if re.fullmatch(rf"{re.escape(name)}(-\d+)?", one["jobName"]) and one.get("status") != FAILED:
            return str(one["datasetImportJobArn"])
    return None
