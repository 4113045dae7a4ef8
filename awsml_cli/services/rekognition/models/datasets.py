"""The datasets of a project: made of manifests once, known again by what is in them, never taken from their owner."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from awsml_cli.core import clock, staging, wanted
from awsml_cli.core.errors import ConfigError, InputError, JobFailed, ServiceError
from awsml_cli.core.session import Session
from awsml_cli.formats import ground_truth
from awsml_cli.services.rekognition.models.projects import GONE, SERVICE, project_named

PATIENCE: Final = 6 * 3600.0  # seconds; 250,000 pictures take long to be looked at
LONGEST_PAUSE: Final = 15.0
LOOKED_AT: Final = 100  # entries that tell a dataset from another
TYPES: Final = ("TRAIN", "TEST")


@dataclass(frozen=True)
class Manifest:
    """A manifest in S3, and what tells its lines from those of others."""

    bucket: str
    key: str
    lines: frozenset[str]

    @property
    def place(self) -> dict[str, Any]:
        """As AWS takes it."""
        return {"GroundTruthManifest": {"S3Object": {"Bucket": self.bucket, "Name": self.key}}}


def ensure(session: Session, project: str, manifests: Sequence[Manifest], *, replace: bool) -> None:
    """Have the project called PROJECT own the datasets of MANIFESTS, to train and to test, and nothing else.

    Datasets of an earlier training of ours make room; those of somebody else do with REPLACE alone. Raises
    InputError for those, JobFailed where AWS cannot use a manifest.
    """
    about = project_named(session, project)
    there = {one["DatasetType"]: str(one["DatasetArn"]) for one in about.get("Datasets") or ()}
    made = []
    for kind, manifest in zip(TYPES, manifests, strict=True):
        arn = there.get(kind)
        if arn is not None and not _usable(session, arn, manifest):
            _make_room(session, arn, project, replace=replace)
            arn = None
        made.append(arn or _create(session, about["ProjectArn"], kind, manifest))
    for arn in made:
        _complete(session, arn)


def remove_all(session: Session, about: dict[str, Any]) -> None:
    """Remove the datasets of a project that AWS described as ABOUT, and wait until they are gone."""
    for one in about.get("Datasets") or ():
        _remove(session, str(one["DatasetArn"]))


def _create(session: Session, project: str, kind: str, manifest: Manifest) -> str:
    try:
        answer = session.client(SERVICE).create_dataset(
            ProjectArn=project, DatasetType=kind, DatasetSource=manifest.place
        )
    except ServiceError as error:
        if error.code == "InvalidS3ObjectException":
            raise ConfigError(
                f"Rekognition cannot read s3://{manifest.bucket}/{manifest.key}: {error.message}",
                hint=policy_hint(manifest.bucket),
            ) from None
        raise
    return str(answer["DatasetArn"])


def policy_hint(bucket: str) -> str:
    """The way out where Rekognition may not read BUCKET."""
    return f"its policy must let Rekognition read it: awsml rekognition models policy {bucket}"


def _usable(session: Session, arn: str, manifest: Manifest) -> bool:
    """Whether the dataset ARN is the one of MANIFEST: as many entries, and none that it does not have."""
    about = _settled(session, arn)
    if about is None or about.get("Status") == "CREATE_FAILED":
        return False
    if (about.get("DatasetStats") or {}).get("TotalEntries") != len(manifest.lines):
        return False
    return all(ground_truth.identity(one) in manifest.lines for one in _entries(session, arn))


def _entries(session: Session, arn: str) -> list[dict[str, Any]]:
    """The first lines of a dataset."""
    answer = session.client(SERVICE).list_dataset_entries(DatasetArn=arn, MaxResults=LOOKED_AT)
    return [json.loads(one) for one in answer.get("DatasetEntries") or ()]


def _make_room(session: Session, arn: str, project: str, *, replace: bool) -> None:
    about = _settled(session, arn)
    failed = about is None or about.get("Status") == "CREATE_FAILED"
    ours = failed or all(f"/{staging.PREFIX}" in str(one.get("source-ref")) for one in _entries(session, arn))
    if not (ours or replace):
        raise InputError(
            f"the project {project} has a dataset of its own, with other pictures",
            hint="--replace puts these in its place; or name another --project",
        )
    _remove(session, arn)


def _remove(session: Session, arn: str) -> None:
    try:
        session.client(SERVICE).delete_dataset(DatasetArn=arn)
    except ServiceError as error:
        if error.code != GONE:
            raise
    begun, pause = clock.monotonic(), 1.0
    while _described(session, arn) is not None:
        pause = _pause(session, f"removing the dataset {arn}", begun, pause)


def _complete(session: Session, arn: str) -> None:
    about = _settled(session, arn) or {}
    if about.get("Status") not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        reason = about.get("StatusMessage") or about.get("Status") or "the dataset is gone"
        raise JobFailed(
            f"AWS cannot use the pictures: {reason}",
            hint="its bucket's policy must let Rekognition read it: awsml rekognition models policy BUCKET",
        )
    if bad := (about.get("DatasetStats") or {}).get("ErrorEntries"):
        session.talk.warn(f"{bad} pictures cannot be used: awsml api rekognition list-dataset-entries --has-errors")


def _settled(session: Session, arn: str) -> dict[str, Any] | None:
    """What AWS says of the dataset ARN when nothing goes on with it any more; None where there is none."""
    begun, pause = clock.monotonic(), 1.0
    while True:
        about = _described(session, arn)
        if about is None or not str(about.get("Status", "")).endswith("IN_PROGRESS"):
            session.talk.settled()
            return about
        pause = _pause(session, "AWS looks at the pictures", begun, pause)


def _described(session: Session, arn: str) -> dict[str, Any] | None:
    try:
        return dict(session.client(SERVICE).describe_dataset(DatasetArn=arn)["DatasetDescription"])
    except ServiceError as error:
        if error.code == GONE:
            return None
        raise


def _pause(session: Session, text: str, begun: float, pause: float) -> float:
    waited = clock.monotonic() - begun
    if waited > PATIENCE:
        raise JobFailed(f"{text}: not done after {PATIENCE / 3600:.0f} h", hint="run the same command again")
    session.talk.progress(f"{text}, {waited:.0f} s")
    wanted.check()
    clock.sleep(pause)
    return min(pause * 1.5, LONGEST_PAUSE)
