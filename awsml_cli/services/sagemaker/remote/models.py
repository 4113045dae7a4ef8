"""A model for an endpoint: an archive anywhere, a folder, or what a training has left; checked and brought to S3."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from awsml_cli.core import corpus, sources, staging
from awsml_cli.core.errors import InputError
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.services.sagemaker import archives
from awsml_cli.services.sagemaker.local import layout
from awsml_cli.services.sagemaker.project import Project
from awsml_cli.services.sagemaker.records import TrainingJob
from awsml_cli.services.sagemaker.remote import jobs

PREFIX: Final = "awsml/models/"


def default(session: Session, project: Project) -> str:
    """The model of PROJECT: of the newest training here, else of the newest at AWS. Raises InputError."""
    found = layout.newest(project.root / "output", "model.tar.gz")
    if found is not None:
        session.talk.tell(f"the model is {found}")
        return str(found)
    for job in jobs.listed(session, status="Completed", limit=None).records:
        assert isinstance(job, TrainingJob)
        if job.training_job_name.startswith(f"{project.about.name}-"):
            session.talk.tell(f"the model is that of {job.training_job_name}")
            return str(job.id)
    raise InputError("nothing has been trained yet", hint="awsml sagemaker train, or --model-data MODEL")


def here(said: str) -> bool:
    """Whether the model that was SAID lies on this machine. Raises InputError where it should and does not."""
    if said.startswith(("s3://", f"{jobs.SERVICE}:")):
        return False
    if not Path(said).exists():
        raise InputError(f"there is no model {said}")
    return True


def uploaded(session: Session, said: str, *, bucket: str | None) -> str:
    """The address in S3 of the model that was SAID: s3://…, the id of a training, an archive or a folder here.

    What lies here is checked, packed if it is a folder, and stored under its digest; the same again is not sent.
    Raises InputError for what is no model.
    """
    if said.startswith("s3://"):
        return said
    if said.startswith(f"{jobs.SERVICE}:"):
        job = jobs.describe(session, jobs.named(said, session))
        if not job.model_artifacts:
            raise InputError(f"{said} has left no model: it is {job.training_job_status}")
        return job.model_artifacts
    here(said)
    path = Path(said)
    if path.is_dir():
        return _packed(session, path, staging.bucket(session, bucket))
    archives.checked(path)
    (source,) = sources.paths([said])
    return _stored(session, source, staging.bucket(session, bucket))


def uploaded_all(session: Session, said: str, *, bucket: str | None) -> str:
    """The folder in S3 of the models that were SAID: s3://…/, or a folder here with an archive for each.

    It is called after what the archives hold, since an endpoint that has loaded a model looks for no newer one.
    Raises InputError for what is no such folder.
    """
    if said.startswith("s3://"):
        return f"{said.rstrip('/')}/"
    folder = Path(said)
    if not folder.is_dir():
        raise InputError(f"{said} is no folder of models", hint="--model-data models/, with NAME.tar.gz for each")
    found = sources.paths([said], endings=("gz",))
    for source in found:
        assert source.path is not None
        archives.checked(source.path)
    place = staging.bucket(session, bucket)
    with corpus.gathered(session, found) as held:
        prefix = f"{PREFIX}{held.digest[:32]}/"
        for media in held.files:
            staging.put(session, media, bucket=place, key=f"{prefix}{media.source.relative.as_posix()}")
    session.talk.tell(f"{len(found)} models are in s3://{place}/{prefix}")
    return f"s3://{place}/{prefix}"


def _packed(session: Session, folder: Path, bucket: str) -> str:
    """FOLDER as an archive in S3, packed while it is sent: no copy on this disk, and little of it in memory."""
    digest = archives.digest(folder)
    if digest is None:
        raise InputError(f"there is nothing in {folder}")
    key = f"{PREFIX}{digest[:32]}/model.tar.gz"
    if staging.size_of(session, bucket=bucket, key=key) is None:
        session.talk.tell(f"packing and uploading {folder}")
        with archives.Streamed(folder) as packed:
            session.client("s3").upload_fileobj(packed, bucket, key)
    return f"s3://{bucket}/{key}"


def _stored(session: Session, source: Source, bucket: str) -> str:
    with staging.spooled(source) as media:
        key = f"{PREFIX}{media.digest[:32]}/model.tar.gz"
        if staging.size_of(session, bucket=bucket, key=key) != media.size:
            session.talk.tell(f"uploading the model, {media.size:,} bytes")
        staging.put(session, media, bucket=bucket, key=key)
    return f"s3://{bucket}/{key}"
