"""What a registration lacks, found before anything is sent: its model, its report, an image that serves."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from awsml_cli.core import containers, refusals, sources, staging
from awsml_cli.core.errors import AwsmlError, InputError, ServiceError
from awsml_cli.core.limits import (
    SAGEMAKER_PACKAGE_DESCRIPTION,
    SAGEMAKER_PACKAGE_PROPERTIES,
    SAGEMAKER_PACKAGE_PROPERTY,
    SAGEMAKER_PACKAGE_PROPERTY_VALUE,
)
from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker.containers import repository
from awsml_cli.services.sagemaker.remote import jobs, preflight
from awsml_cli.services.sagemaker.remote.preflight import Problem
from awsml_cli.services.sagemaker.remote.registry.registering import Registration

_AWSS: Final = re.compile(r"-training(-|$)")  # pytorch-training, pytorch-training-neuronx
_OURS: Final = re.compile(r"train-[0-9a-f]{16}")  # what `awsml sagemaker push` calls it


def check(session: Session, wanted: Registration, *, built: bool) -> None:
    """Raises InputError that names all that WANTED lacks; its image may be one that is still to be BUILT."""
    problems = [*_words(wanted), *_model(session, wanted.model_data), *_report(session, wanted.measured.file)]
    if not built:
        problems += _image(session, wanted.image)
    preflight.refuse(problems, "this registration", InputError)
    known = preflight.instance_types(session, "ProductionVariantInstanceType")
    for kind in wanted.types:
        if kind not in known:
            session.talk.warn(f"boto3 knows no instance type {kind} for endpoints; it is named anyway")


def _words(wanted: Registration) -> Iterator[Problem]:
    if len(wanted.description or "") > SAGEMAKER_PACKAGE_DESCRIPTION:
        yield f"a description has {SAGEMAKER_PACKAGE_DESCRIPTION:,} characters at most", None
    if len(wanted.properties) > SAGEMAKER_PACKAGE_PROPERTIES:
        yield f"{len(wanted.properties)} properties are more than {SAGEMAKER_PACKAGE_PROPERTIES}", None
    for name, value in wanted.properties.items():
        if len(name) > SAGEMAKER_PACKAGE_PROPERTY or not 0 < len(value) <= SAGEMAKER_PACKAGE_PROPERTY_VALUE:
            yield (
                f"the property {name[:40]} is too long or empty: names have {SAGEMAKER_PACKAGE_PROPERTY} characters at "
                f"most, values 1 to {SAGEMAKER_PACKAGE_PROPERTY_VALUE}",
                None,
            )


def _model(session: Session, said: str | None) -> Iterator[Problem]:
    if said is None:
        yield "no model is named", "--model-data MODEL, or --from-job TRAINING"
    elif said.startswith("s3://"):
        yield from _stored(session, said, "model")
        if not said.endswith(".tar.gz"):
            yield (
                f"{said} is no .tar.gz, which a registered model is",
                "pack its files: tar -czf model.tar.gz -C FOLDER .",
            )
    elif not said.startswith(f"{jobs.SERVICE}:") and not Path(said).exists():
        yield f"there is no model {said}", None


def _report(session: Session, said: str | None) -> Iterator[Problem]:
    if said is None:
        return
    if said.startswith("s3://"):
        yield from _stored(session, said, "report of metrics")
        return
    try:
        json.loads(Path(said).read_bytes())
    except OSError as problem:
        yield f"cannot read {said}: {problem.strerror}", None
    except ValueError:
        yield f"{said} is no JSON, as a report of metrics is", '--metrics accuracy=0.93, or {"accuracy": 0.93} in it'


def _stored(session: Session, said: str, what: str) -> Iterator[Problem]:
    """Whether there is an object at SAID, in this region; what may not be looked at is SageMaker's to judge."""
    bucket, key = sources.split_uri(said)
    try:
        staging.bucket(session, bucket)
        if staging.size_of(session, bucket=bucket, key=key) is None:
            yield f"there is no {what} {said}", None
    except ServiceError as error:
        if error.code not in refusals.DENIED:
            raise
        session.talk.note(f"{said} is not looked at: {error.message}")
    except AwsmlError as error:
        yield error.message, error.hint


def _image(session: Session, said: str | None) -> Iterator[Problem]:
    if said is None:
        yield "no image is named", "--image URI of one that serves, or run it in a project's folder"
    elif (instead := _trains(session, said)) is not None:
        yield f"{said} trains, and does not serve", instead
    else:
        if _name(said).endswith("-training"):
            session.talk.warn(f"{said} is called as one that trains; it is registered anyway")
        yield from preflight.image(session, said)


def _trains(session: Session, image: str) -> str | None:
    """What to say in place of IMAGE, where it is AWS's own to train in, or a project's stage `train` by its tags.

    None where it may serve: of others' images a name tells nothing.
    """
    found = repository.ECR.match(image)
    if found is not None and containers.is_awss(found[1]):
        serving = "--image $(awsml compute images pytorch --for inference --newest)"
        return serving if _AWSS.search(_name(image)) else None
    tags = _tags(session, image)
    if any(map(_OURS.fullmatch, tags)) and not any(tag.startswith("serve-") for tag in tags):
        return "--project FOLDER, of which the image that serves is built"
    return None


def _tags(session: Session, image: str) -> Sequence[str]:
    """The tags of IMAGE: the one that it is called by, or those of its digest in ECR."""
    if "@" not in image:
        return [image.rpartition("/")[2].partition(":")[2]]
    if ".dkr.ecr." not in image:
        return []
    try:
        return list(preflight.stored(session, image).get("imageTags") or ())
    except ServiceError:
        return []  # what is wrong with it is said where it is looked at


def _name(image: str) -> str:
    """The last segment of an image's path, without tag and digest."""
    return image.partition("@")[0].rpartition("/")[2].partition(":")[0]
