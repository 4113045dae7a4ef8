"""Adapters: Textract's questions trained on documents of one's own. Made, trained, chosen, removed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Final

from awsml_cli.core import clock, jobs, paging, refusals, sources
from awsml_cli.core.cache import key_of
from awsml_cli.core.errors import InputError, JobFailed, ServiceError, TimedOut, UsageError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.textract.asked import SERVICE, Adapter

USABLE: Final = ("ACTIVE", "AT_RISK")


class AdapterRecord(Record):
    """An adapter."""

    columns: ClassVar = ("adapter_id", "adapter_name", "creation_time")

    adapter_id: str
    adapter_name: str | None = None
    creation_time: Any = None
    description: str | None = None
    feature_types: list[str] = []  # noqa: RUF012 - pydantic copies it
    auto_update: str | None = None


class AdapterVersionRecord(Record):
    """A version of an adapter; `adapter` is what `ask --adapter` takes."""

    columns: ClassVar = ("adapter", "status", "creation_time")

    adapter: str
    adapter_id: str
    adapter_version: str
    status: str | None = None
    status_message: str | None = None
    creation_time: Any = None
    feature_types: list[str] = []  # noqa: RUF012
    evaluation_metrics: list[dict[str, Any]] = []  # noqa: RUF012


KIND: Final = jobs.Kind(
    service=SERVICE,
    noun="training of the adapter",
    describe=lambda session, job: _describe(session, *job.name.split("/")),
    status=lambda answer: str(answer.get("Status", "")),
    reason=lambda answer: str(answer.get("StatusMessage", "")),
    done=frozenset((*USABLE, "DEPRECATED")),
    failed=frozenset({"CREATION_ERROR"}),
    group="adapters",
)


def adapters(session: Session) -> Listing:
    """The adapters of this region."""
    found = paging.items(session.client(SERVICE).list_adapters, "Adapters")
    return Listing((AdapterRecord.of(one) for one in found), "Adapters")


def versions(session: Session, adapter: str) -> Listing:
    """The versions of ADAPTER, an id or a name, the newest first."""
    return Listing((_version(one) for one in _newest_first(session, identify(session, adapter))), "AdapterVersions")


def get(session: Session, adapter: str) -> AdapterRecord:
    """What AWS says about ADAPTER, an id or a name."""
    return AdapterRecord.of(session.client(SERVICE).get_adapter(AdapterId=identify(session, adapter)))


def create(session: Session, name: str, *, description: str | None, auto_update: bool) -> AdapterRecord:
    """Make an adapter called NAME; the same one where a run that was killed had made it."""
    params: dict[str, Any] = {"Description": description} if description else {}
    answer = session.client(
        SERVICE
    ).create_adapter(
        AdapterName=name,
        FeatureTypes=["QUERIES"],  # the only ones that can be trained
        AutoUpdate="ENABLED" if auto_update else "DISABLED",
        ClientRequestToken=key_of("adapter", name, auto_update, description)[:64],
        **params,
    )
    return AdapterRecord.of(answer, adapter_name=name)


def train(
    session: Session, adapter: str, *, manifest: str, output: str, wait: bool, timeout: float | None
) -> AdapterVersionRecord:
    """Train a version of ADAPTER on the documents that MANIFEST, an object in S3, lists; its report goes to OUTPUT.

    The same command picks the same training up again. TIMEOUT is in seconds. Raises InputError where there is no
    manifest, JobFailed, TimedOut.
    """
    client = session.client(SERVICE)
    id = identify(session, adapter)
    bucket, key = sources.split_uri(manifest)
    try:
        tag = session.client("s3").head_object(Bucket=bucket, Key=key)["ETag"]
    except ServiceError as error:
        if error.code in refusals.NO_OBJECT:
            raise InputError(f"there is no manifest {manifest}") from None
        raise
    place, prefix = _place(output)
    fresh = int(clock.now()) if session.fresh else None
    answer = client.create_adapter_version(
        AdapterId=id,
        DatasetConfig={"ManifestS3Object": {"Bucket": bucket, "Name": key}},
        OutputConfig={"S3Bucket": place, **({"S3Prefix": prefix} if prefix else {})},
        ClientRequestToken=key_of("train", id, manifest, tag, output, fresh)[:64],
    )
    made = Adapter(id, str(answer["AdapterVersion"]))
    return wait_for(session, made, timeout=timeout) if wait else version(session, made)


def wait_for(session: Session, wanted: Adapter, *, timeout: float | None = None) -> AdapterVersionRecord:
    """Wait until the training of a version has ended. Raises JobFailed, TimedOut."""
    job = JobId(SERVICE, session.region, f"{wanted.id}/{wanted.version}")
    try:
        return _version(jobs.wait(session, KIND, job, timeout=timeout))
    except TimedOut:
        raise TimedOut(
            f"the training has not ended after {timeout:g} s; it goes on",
            hint=f"awsml textract adapters wait {wanted.id}:{wanted.version}",
        ) from None
    except JobFailed as failure:
        raise JobFailed(failure.message, hint="the report at --report names the documents it could not use") from None


def version(session: Session, wanted: Adapter) -> AdapterVersionRecord:
    """What AWS says about a version: its state, and how much better than Textract alone it answers."""
    return _version(_describe(session, wanted.id, wanted.version))


def latest(session: Session, adapter: str) -> AdapterVersionRecord:
    """The newest version of ADAPTER that can be asked. Raises UsageError where there is none."""
    id = identify(session, adapter)
    usable = next((one for one in _newest_first(session, id) if one.get("Status") in USABLE), None)
    if usable is None:
        raise UsageError(
            f"no version of {adapter} can be asked yet", hint=f"awsml textract adapters versions {adapter}"
        )
    return _version(usable)


def remove(session: Session, adapter: str, *, version: str | None) -> None:
    """Remove ADAPTER, its versions first, or one VERSION of it."""
    client, id = session.client(SERVICE), identify(session, adapter)
    names = [version] if version is not None else [one["AdapterVersion"] for one in _newest_first(session, id)]
    for name in names:
        client.delete_adapter_version(AdapterId=id, AdapterVersion=name)
    if version is None:
        client.delete_adapter(AdapterId=id)


def removal(adapter: str, *, version: str | None) -> Step:
    """What removing would call."""
    if version is not None:
        return step("textract:DeleteAdapterVersion", f"{adapter}:{version}")
    return step("textract:DeleteAdapter", adapter)


def identify(session: Session, adapter: str) -> str:
    """The id of ADAPTER, which may be its name. Raises InputError where no adapter, or more than one, is called so."""

    def find_out() -> str:
        found = [
            one for one in paging.items(session.client(SERVICE).list_adapters, "Adapters")
            if adapter in (one.get("AdapterId"), one.get("AdapterName"))
        ]  # fmt: skip
        exact = [one for one in found if one.get("AdapterId") == adapter] or found
        if not exact:
            raise InputError(f"there is no adapter `{adapter}`", hint="awsml textract adapters ls")
        if len(exact) > 1:
            raise InputError(f"{len(exact)} adapters are called `{adapter}`", hint="name it by its id")
        return str(exact[0]["AdapterId"])

    return session.once(("adapter", adapter), find_out)


def _newest_first(session: Session, id: str) -> Iterator[dict[str, Any]]:
    found = list(paging.items(session.client(SERVICE).list_adapter_versions, "AdapterVersions", AdapterId=id))
    return iter(sorted(found, key=lambda one: str(one.get("CreationTime", "")), reverse=True))


def _describe(session: Session, id: str, version: str) -> dict[str, Any]:
    return dict(session.client(SERVICE).get_adapter_version(AdapterId=id, AdapterVersion=version))


def _version(answer: dict[str, Any]) -> AdapterVersionRecord:
    return AdapterVersionRecord.of(answer, adapter=f"{answer['AdapterId']}:{answer['AdapterVersion']}")


def _place(output: str) -> tuple[str, str]:
    """`s3://bucket/prefix` as bucket and prefix; the prefix may be missing. Raises InputError."""
    if not output.startswith("s3://"):
        raise InputError(f"`{output}` is no place in S3", hint="--report s3://BUCKET/PREFIX")
    bucket, prefix = sources.split_address(output)
    return bucket, prefix.strip("/")
