"""A batch transform at AWS: files up, through a model, and their answers down; the same again is the same job."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Any, Final

from awsml_cli.core import clock, corpus, prices, sources, staging
from awsml_cli.core.cache import key_of
from awsml_cli.core.corpus import Corpus
from awsml_cli.core.errors import InputError, UsageError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.plan import Step, step
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.services.sagemaker.remote.deployments import Deployment
from awsml_cli.services.sagemaker.remote.there import unless_there
from awsml_cli.services.sagemaker.remote.transform_jobs import API, SERVICE, about, answers_of

HOUR: Final = 3600
MEGABYTE: Final = 1024 * 1024


@dataclass(frozen=True)
class Wanted:
    """How files go through MODEL, the name of one at AWS, or what is to be made one for this. Payloads are in MB.

    Below OUTPUT_S3 the answers stay; without it they are staged, and kept there as long as what is staged is kept: the
    same again is not paid again.
    """

    model: str | Deployment
    instance: str = "ml.m5.large"
    count: int = 1
    content_type: str = "application/json"
    accept: str | None = None
    split: str = "None"
    strategy: str = "MultiRecord"
    max_payload: int = 6
    concurrent: int | None = None
    timeout: int | None = None
    retries: int | None = None
    input_filter: str | None = None
    output_filter: str | None = None
    join: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    output_s3: str | None = None
    bucket: str | None = None

    @property
    def model_name(self) -> str:
        """The model's name at AWS."""
        return self.model if isinstance(self.model, str) else self.model.model


def inputs(session: Session, names: Sequence[str]) -> list[Source]:
    """The files that NAMES stand for; a folder in S3 is every object in it. Raises InputError, UsageError."""
    found: list[Source] = []
    for name in names:
        if name.startswith("s3://") and name.endswith("/"):
            if len(names) > 1:
                raise UsageError("name one folder in S3, or files of this machine", hint="s3://BUCKET/FOLDER/")
            bucket, prefix = sources.split_address(name)
            for key in corpus.keys(session, bucket, prefix):
                found.append(Source(f"s3://{bucket}/{key}", relative=PurePath(key.removeprefix(prefix))))
            if not found:
                raise InputError(f"there is nothing in {name}")
        else:
            found += sources.paths([name])
    if len(found) > 1 and any(one.remote for one in found) and not names[0].endswith("/"):
        raise UsageError("name one folder in S3, or files of this machine", hint="s3://BUCKET/FOLDER/")
    places = [one.relative.as_posix() for one in found]
    if len(set(places)) < len(places):
        twice = next(place for place in places if places.count(place) > 1)
        raise UsageError(f"two inputs are called {twice}", hint="name the folder that both are in")
    return found


def check(wanted: Wanted, found: Sequence[Source]) -> None:
    """Raises InputError for a file that no request can hold."""
    if wanted.split != "None":
        return
    for source in found:
        if source.path is not None and (size := source.path.stat().st_size) > wanted.max_payload * MEGABYTE:
            raise InputError(
                f"{source.name} has {size:,} bytes, and a request takes {wanted.max_payload} MB (--max-payload)",
                hint="--split-type Line sends it in parts",
            )


def plan(wanted: Wanted, found: Sequence[Source]) -> Iterator[Step]:
    """What transforming FOUND would call, and what an hour of it costs; it is billed by the second."""
    if not isinstance(wanted.model, str):
        yield step("sagemaker:CreateModel", wanted.model_name)
    local = [one for one in found if not one.remote]
    if local:
        yield step("s3:PutObject", ", ".join(one.name for one in local[:3]), calls=len(local))
    hour = prices.instances(wanted.instance, wanted.count, HOUR)
    yield step("sagemaker:CreateTransformJob", wanted.model_name, charge=hour)


def start(session: Session, wanted: Wanted, found: Sequence[Source]) -> JobId:
    """Start the transform that is WANTED of what was FOUND; one that was started already is that one."""
    if found[0].remote:
        first = found[0].name
        place = first.removesuffix(found[0].relative.as_posix()) if len(found) > 1 else first
        return _started(session, wanted, place, [one.name for one in found], None)
    with corpus.gathered(session, found) as held:
        return _started(session, wanted, None, held.digest, held)


def _started(session: Session, wanted: Wanted, place: str | None, content: Any, held: Corpus | None) -> JobId:
    bucket = staging.bucket(session, wanted.bucket) if held is not None or not wanted.output_s3 else None
    fresh = int(clock.now()) if session.fresh else None
    name = f"transform-{key_of('transform', wanted.model_name, _terms(wanted), content, fresh)[:20]}"
    job = JobId(SERVICE, session.region, name)
    if (there := _there(session, job)) is not None:
        session.talk.tell(f"{name} was started already: {there}")
        return job
    row = None
    if held is not None:
        assert bucket is not None
        session.talk.tell(f"uploading {len(held.files)} files, {sum(one.size for one in held.files):,} bytes")
        place, row = corpus.stage(session, held, bucket=bucket, name=f"sagemaker-{name}", service=SERVICE)
        corpus.needed_by(row, name)  # before it is: a run that is killed here leaves nothing that nobody knows of
    client = session.client(API)
    if not isinstance(wanted.model, str):
        for model in wanted.model.models():
            unless_there(client.create_model, **model, Tags=wanted.model.tagged())
    client.create_transform_job(**request(wanted, name, str(place), wanted.output_s3 or answers_of(bucket, name)))
    return job


def request(wanted: Wanted, name: str, place: str, output: str) -> dict[str, Any]:
    """CreateTransformJob's parameters, for what lies below PLACE."""
    made: dict[str, Any] = {
        "TransformJobName": name,
        "ModelName": wanted.model_name,
        "MaxPayloadInMB": wanted.max_payload,
        "BatchStrategy": wanted.strategy,
        "TransformInput": {
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": place}},
            "ContentType": wanted.content_type,
            "SplitType": wanted.split,
        },
        "TransformOutput": {
            "S3OutputPath": output,
            "AssembleWith": "None" if wanted.split == "None" else "Line",
            **({"Accept": wanted.accept} if wanted.accept else {}),
        },
        "TransformResources": {"InstanceType": wanted.instance, "InstanceCount": wanted.count},
        "Tags": [{"Key": key, "Value": value} for key, value in {"awsml": "transform", **wanted.tags}.items()],
    }
    if wanted.concurrent is not None:
        made["MaxConcurrentTransforms"] = wanted.concurrent
    client = {"InvocationsTimeoutInSeconds": wanted.timeout, "InvocationsMaxRetries": wanted.retries}
    _put(made, "ModelClientConfig", client)
    if wanted.environment:
        made["Environment"] = dict(wanted.environment)
    _put(made, "DataProcessing", {"InputFilter": wanted.input_filter, "OutputFilter": wanted.output_filter})
    if wanted.join:
        made.setdefault("DataProcessing", {})["JoinSource"] = "Input"
    return made


def _put(target: dict[str, Any], name: str, values: Mapping[str, Any]) -> None:
    given = {key: value for key, value in values.items() if value is not None}
    if given:
        target[name] = given


def _there(session: Session, job: JobId) -> str | None:
    """The state of a transform of this name, None where there is none."""
    try:
        return str(about(session, job)["TransformJobStatus"])
    except InputError:
        return None


def _terms(wanted: Wanted) -> list[Any]:
    """What makes a transform this one, beside its model and its files."""
    rest = replace(wanted, model="", bucket=None, environment={}, tags={})
    return [*map(str, vars(rest).values()), sorted(wanted.environment.items())]
