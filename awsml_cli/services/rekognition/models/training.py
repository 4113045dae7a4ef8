"""A model trained once for the same pictures: a run that is repeated finds its project, datasets and version again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from awsml_cli.core import batch, clock, corpus, jobs, prices, sources, staging, wanted
from awsml_cli.core.cache import key_of
from awsml_cli.core.errors import ConfigError, InputError, JobFailed, ServiceError, UsageError
from awsml_cli.core.ledger import Entry, Ledger
from awsml_cli.core.plan import Step, step
from awsml_cli.core.prices import Charge
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.formats import ground_truth
from awsml_cli.services.rekognition.models import datasets
from awsml_cli.services.rekognition.models.datasets import Manifest
from awsml_cli.services.rekognition.models.examples import Example, Examples
from awsml_cli.services.rekognition.models.projects import (
    FEATURES,
    IN_USE,
    ROWS,
    SERVICE,
    Model,
    find,
    job_of,
    model_of,
    project_named,
    project_or_none,
    versions,
    watched,
)

WORKERS: Final = 8  # pictures uploaded at a time
OUTPUT: Final = "awsml/models/"  # where AWS writes how a model does; it stays as long as the model
NAME: Final = re.compile(r"[a-zA-Z0-9_.\-]{1,255}")  # the model's pattern of ProjectName
TRAINING: Final = watched(
    "training",
    frozenset({"TRAINING_COMPLETED", "STARTING", "RUNNING", "STOPPING", "STOPPED", "FAILED", "DEPRECATED", "EXPIRED"}),
    frozenset({"TRAINING_FAILED"}),
)


@dataclass(frozen=True)
class Training:
    """What to train: in PROJECT, for FEATURE (see FEATURES), on EXAMPLES, whose pictures are put TO a folder in S3."""

    project: str
    examples: Examples
    feature: str = "labels"
    threshold: float | None = None  # of a moderation adapter, 0 to 100
    bucket: str | None = None
    to: str | None = None
    kms_key: str | None = None
    replace: bool = False
    name: str | None = None

    @property
    def version(self) -> str:
        """The version's name, made from what it is trained with: the same pictures are the same version."""
        return self.name or f"v-{key_of(self.feature, self.examples.digest, self.threshold)[:16]}"

    @property
    def mark(self) -> str:
        """What the version is described as, so that one that was given a name is known again too."""
        return f"awsml {key_of(self.feature, self.examples.digest, self.threshold)[:16]}"

    @property
    def path(self) -> str:
        """PROJECT/VERSION."""
        return f"{self.project}/{self.version}"

    def check(self) -> None:
        """Raises UsageError for what AWS would refuse."""
        for name in (self.project, self.version):
            if not NAME.fullmatch(name):
                raise UsageError(f"`{name}` cannot be a name", hint="letters, digits, . _ and - make one, up to 255")
        if self.feature not in FEATURES:
            raise UsageError(f"there is no feature `{self.feature}`", hint=f"one of: {', '.join(FEATURES)}")
        if self.threshold is not None and self.feature != "moderation":
            raise UsageError("a threshold is a moderation adapter's", hint="--feature moderation")


def train(session: Session, what: Training, *, timeout: float | None = None, wait: bool = True) -> Model:
    """Train WHAT, unless that very version is there, and wait for it: half an hour to a day.

    The pictures are staged, and removed when the training has ended. Raises JobFailed with AWS's reason, TimedOut.
    """
    what.check()
    project = _project(session, what)
    found = next(versions(session, project, what.version), None)
    if found is not None and found.get("Status") in ("TRAINING_FAILED", "DELETING"):
        _forget(session, what, project, found)
        found = None
    if found is not None and found.get("VersionDescription") not in (None, what.mark):
        raise InputError(f"there is another model {what.path}", hint="another --version-name, or none")
    if found is None:
        _begin(session, what, project)
    if not wait:
        return model_of(find(session, what.path))
    return waited(session, what.path, timeout=timeout)


def waited(session: Session, path: str, *, timeout: float | None = None) -> Model:
    """The model PROJECT/VERSION when its training has ended; what was staged for it is removed."""
    try:
        answer = jobs.wait(session, TRAINING, job_of(session, path), timeout=timeout)
    except JobFailed as failure:
        clear(session, path)
        raise JobFailed(failure.message, hint=_failure_hint(failure.message)) from None
    clear(session, path)
    return model_of(answer)


def plan(what: Training) -> Iterator[Step]:
    """What training WHAT would call, and what an hour of it costs."""
    what.check()
    pictures = sum(1 for _ in what.examples.files())
    if pictures:
        yield step("s3:PutObject", what.path, calls=pictures + 2)
    yield step("rekognition:CreateProject", what.project)
    yield step("rekognition:CreateDataset", what.project, calls=2)
    hour = Charge(1, "hours of training, 0.5 to 24 of them", prices.REKOGNITION_TRAINING_HOUR)
    yield step("rekognition:CreateProjectVersion", what.path, charge=hour)


def clear(session: Session, path: str) -> None:
    """Remove the pictures that were staged for the training of PROJECT/VERSION, which has ended."""
    row = Ledger().find_job(ROWS, session.region, path)
    if row is None or row.state == "clean":
        return
    if row.bucket and row.staged:
        corpus.empty(session, row.bucket, row.staged, region=row.region)
    Ledger().move(row, "clean")


def sweep(session: Session) -> Iterator[tuple[Entry, bool]]:
    """The trainings that began here, whose pictures are still staged, and whether each has ended."""
    for row in Ledger().open():
        if row.service != ROWS or row.region != session.region or not row.staged:
            continue
        try:
            status = find(session, row.job).get("Status")
        except InputError:
            status = "gone"
        yield row, status not in ("TRAINING_IN_PROGRESS", "COPYING_IN_PROGRESS")


def _project(session: Session, what: Training) -> str:
    """The ARN of the project, found or made."""
    found = project_or_none(session, what.project)
    if found is None:
        more = {"Feature": FEATURES[what.feature]} if what.feature != "labels" else {}
        try:
            return str(session.client(SERVICE).create_project(ProjectName=what.project, **more)["ProjectArn"])
        except ServiceError as error:
            if error.code != IN_USE:
                raise
        found = project_named(session, what.project)  # another run has just made it
    if found.get("Status") == "DELETING":
        raise ConfigError(f"the project {what.project} is being removed", hint="wait a while, or name another")
    if found.get("Feature", "CUSTOM_LABELS") != FEATURES[what.feature]:
        raise InputError(
            f"the project {what.project} is for {found['Feature'].lower().replace('_', ' ')}",
            hint="name another --project, or its --feature",
        )
    return str(found["ProjectArn"])


def _begin(session: Session, what: Training, project: str) -> None:
    bucket, prefix, ours = _place(session, what)
    row = Entry(key_of(ROWS, session.region, what.path), ROWS, session.region, what.path, bucket=bucket)
    Ledger().put(replace(row, staged=prefix if ours else None))
    manifests = _staged(session, what.examples, bucket, prefix)
    datasets.ensure(session, what.project, manifests, replace=what.replace)
    asked: dict[str, Any] = {
        "ProjectArn": project,
        "VersionName": what.version,
        "VersionDescription": what.mark,
        "OutputConfig": {"S3Bucket": bucket, "S3KeyPrefix": f"{OUTPUT}{what.path}"},
        **({"KmsKeyId": what.kms_key} if what.kms_key else {}),
    }
    if what.threshold is not None:
        asked["FeatureConfig"] = {"ContentModeration": {"ConfidenceThreshold": what.threshold}}
    try:
        session.client(SERVICE).create_project_version(**asked)
    except ServiceError as error:
        if error.code == IN_USE and next(versions(session, project, what.version), None) is not None:
            return  # it is ours, from a run that was killed before it knew
        raise


def _place(session: Session, what: Training) -> tuple[str, str, bool]:
    """The bucket and folder for the pictures, and whether they are removed afterwards."""
    if what.to is None:
        return staging.bucket(session, what.bucket), f"{staging.PREFIX}{what.project}-{what.version}/", True
    bucket, folder = sources.split_uri(what.to.rstrip("/") + "/x")
    return bucket, folder.removesuffix("x"), False


def _staged(session: Session, examples: Examples, bucket: str, prefix: str) -> list[Manifest]:
    """The manifests of EXAMPLES in S3, with the pictures that they name."""

    def put(one: Example) -> None:
        assert one.path is not None
        with staging.spooled(Source(str(one.path), path=one.path)) as media:
            staging.put(session, media, bucket=bucket, key=_key(prefix, one))

    files = list(examples.files())
    for number, _ in enumerate(batch.in_order(put, files, workers=WORKERS), start=1):
        session.talk.progress(f"uploading pictures: {number} of {len(files)}", done=number / len(files))
    session.talk.settled()
    date = datetime.fromtimestamp(clock.now(), UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    made = []
    for name, part in (("train", examples.train), ("test", examples.test)):
        lines = []
        for one in part:
            picture = one.address or f"s3://{bucket}/{_key(prefix, one)}"
            lines.append(_line(one, picture, examples.classes, date))
        key = f"{prefix}{name}.manifest"
        session.client("s3").put_object(Bucket=bucket, Key=key, Body=ground_truth.text(lines))
        made.append(Manifest(bucket, key, frozenset(ground_truth.identity(json.loads(one)) for one in lines)))
    return made


def _line(one: Example, picture: str, classes: tuple[str, ...], date: str) -> str:
    if one.line is None:
        return ground_truth.line(picture, one.labels, classes=classes, date=date)
    return json.dumps({ground_truth.SOURCE: picture, **one.line}, ensure_ascii=False)


def _key(prefix: str, one: Example) -> str:
    return f"{prefix}pictures/{one.digest[:40]}.{one.ending}"


def _forget(session: Session, what: Training, project: str, found: dict[str, Any]) -> None:
    """Remove the version FOUND, whose training has failed, so that its name is free."""
    if found.get("Status") != "DELETING":
        session.talk.note(f"the training of {what.path} failed before; it is begun anew")
        session.client(SERVICE).delete_project_version(ProjectVersionArn=found["ProjectVersionArn"])
    pause = 1.0
    while next(versions(session, project, what.version), None) is not None:
        wanted.check()
        clock.sleep(pause)
        pause = min(pause * 1.5, 15.0)


def _failure_hint(message: str) -> str | None:
    low = message.lower()
    if "access" in low or "permission" in low:
        return "the bucket's policy must let Rekognition read it: awsml rekognition models policy BUCKET"
    return "awsml api rekognition describe-project-versions shows the manifest with the pictures that it could not use"
