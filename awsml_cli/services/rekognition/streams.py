"""Stream processors: Rekognition watching a Kinesis video stream, for faces of a collection, or people, pets, parcels.

AWS takes no new customers for them; that is said once in a run.
"""

from __future__ import annotations

from itertools import islice
from typing import Any, ClassVar, Final

from awsml_cli.core import clock, jobs, lifecycle, paging, sources
from awsml_cli.core.errors import InputError, ServiceError, UsageError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session

SERVICE: Final = "rekognition"
GONE: Final = "ResourceNotFoundException"
IN_USE: Final = "ResourceInUseException"
LABELS: Final = ("PERSON", "PET", "PACKAGE", "ALL")  # the model's description of ConnectedHome labels
LONGEST: Final = 120  # seconds of one session of label detection


class Processor(Record):
    """A stream processor: what it watches, what for, and where what it finds goes."""

    columns: ClassVar = ("name", "status", "watches", "looks_for", "writes_to")

    name: str
    status: str | None = None
    status_message: str | None = None
    stream_processor_arn: str | None = None
    watches: str | None = None
    looks_for: str | None = None
    writes_to: str | None = None
    role_arn: str | None = None
    creation_timestamp: Any = None


def create(session: Session, name: str, asked: dict[str, Any]) -> Processor:
    """Make the processor NAME as ASKED (see `wanted`); the same one that is there already is no failure."""
    warn(session, "CreateStreamProcessor")
    try:
        session.client(SERVICE).create_stream_processor(Name=name, **asked)
    except ServiceError as error:
        if error.code != IN_USE:
            raise
        there = describe(session, name)
        if any(there.get(part) != asked.get(part) for part in ("Input", "Output", "Settings")):
            raise InputError(
                f"there is another processor {name}", hint=f"awsml rekognition video stream rm {name}"
            ) from None
    return _processor(describe(session, name))


def wanted(
    session: Session,
    *,
    video: str,
    to: str,
    role: str,
    collection: str | None = None,
    labels: tuple[str, ...] = (),
    min_confidence: float | None = None,
    topic: str | None = None,
    areas: tuple[dict[str, Any], ...] = (),
    kms_key: str | None = None,
    share: bool | None = None,
) -> dict[str, Any]:
    """What CreateStreamProcessor takes. Raises UsageError for what does not go together."""
    if (collection is None) == (not labels):
        raise UsageError("a processor looks for faces or for labels", hint="--collection NAME, or --labels PERSON,PET")
    if unknown := [one for one in labels if one not in LABELS]:
        raise UsageError(f"streams are not watched for `{unknown[0]}`", hint=f"one of: {', '.join(LABELS)}")
    if labels and not to.startswith("s3://"):
        raise UsageError("what is found of labels goes to S3", hint="--to s3://BUCKET/FOLDER/ --topic ARN")
    if labels and topic is None:
        raise UsageError("labels are told to a topic too", hint="--topic ARN")
    if collection and not to.startswith("arn:"):
        raise UsageError("faces that are found go to a Kinesis data stream", hint="--to ARN")
    if collection and (areas or kms_key or share is not None or topic):
        raise UsageError("--area, --kms-key, --topic and --share-data go with --labels")
    settings: dict[str, Any] = {"FaceSearch": {"CollectionId": collection}} if collection else {}
    if labels:
        settings = {"ConnectedHome": {"Labels": list(labels)}}
    if min_confidence is not None:
        (one,) = settings.values()
        one["FaceMatchThreshold" if collection else "MinConfidence"] = min_confidence
    return {
        "Input": {"KinesisVideoStream": {"Arn": _video_arn(session, video)}},
        "Output": _output(to),
        "RoleArn": role,
        "Settings": settings,
        **({"NotificationChannel": {"SNSTopicArn": topic}} if topic else {}),
        **({"RegionsOfInterest": list(areas)} if areas else {}),
        **({"KmsKeyId": kms_key} if kms_key else {}),
        **({"DataSharingPreference": {"OptIn": share}} if share is not None else {}),
    }


def start(
    session: Session,
    name: str,
    *,
    seconds: int | None = None,
    fragment: str | None = None,
    timeout: float | None = None,
    wait: bool = True,
) -> Processor:
    """Have the processor NAME watch: for faces until it is stopped, for labels for SECONDS from FRAGMENT, or from now.

    Raises UsageError where the two are mixed, JobFailed, TimedOut.
    """
    warn(session, "StartStreamProcessor")
    about = describe(session, name)
    labels = "ConnectedHome" in (about.get("Settings") or {})
    if not labels and (seconds or fragment):
        raise UsageError("faces are looked for until you stop it", hint="leave --seconds and --fragment out")
    more: dict[str, Any] = {}
    if labels:
        place = {"FragmentNumber": fragment} if fragment else {"ProducerTimestamp": int(clock.now() * 1000)}
        more = {
            "StartSelector": {"KVSStreamStartSelector": place},
            "StopSelector": {"MaxDurationInSeconds": seconds or LONGEST},
        }
    if about.get("Status") not in ("STARTING", "RUNNING"):
        session.talk.warn(f"{name} bills for each minute until `awsml rekognition video stream stop {name}`")
        try:
            session.client(SERVICE).start_stream_processor(Name=name, **more)
        except ServiceError as error:
            if error.code != IN_USE or describe(session, name).get("Status") not in ("STARTING", "RUNNING"):
                raise
    if not wait:
        return _processor(describe(session, name))
    done = frozenset({"RUNNING", "STOPPED"} if labels else {"RUNNING"})
    return _processor(jobs.wait(session, _kind(done), _job(session, name), timeout=timeout))


def stop(session: Session, name: str, *, timeout: float | None = None, wait: bool = True) -> Processor:
    """Stop the processor NAME; one that does not run is no failure."""
    warn(session, "StopStreamProcessor")
    if describe(session, name).get("Status") in ("STARTING", "RUNNING"):
        session.client(SERVICE).stop_stream_processor(Name=name)
    if not wait:
        return _processor(describe(session, name))
    return _processor(jobs.wait(session, _kind(frozenset({"STOPPED"})), _job(session, name), timeout=timeout))


def listed(session: Session, *, limit: int | None = None) -> Listing:
    """The processors of this region, with what each watches."""
    warn(session, "ListStreamProcessors")
    found = paging.items(session.client(SERVICE).list_stream_processors, "StreamProcessors")
    records = (_processor(describe(session, one["Name"])) for one in islice(found, limit))
    return Listing(records, "StreamProcessors")


def get(session: Session, name: str) -> Processor:
    """The processor NAME. Raises InputError where there is none."""
    warn(session, "DescribeStreamProcessor")
    return _processor(describe(session, name))


def remove(session: Session, name: str) -> None:
    """Remove the processor NAME. Raises InputError for one that runs."""
    warn(session, "DeleteStreamProcessor")
    if describe(session, name).get("Status") in ("STARTING", "RUNNING", "STOPPING"):
        raise InputError(f"{name} runs", hint=f"awsml rekognition video stream stop {name}")
    session.client(SERVICE).delete_stream_processor(Name=name)


def called(operation: str, name: str) -> Step:
    """The step of OPERATION on NAME."""
    return step(f"rekognition:{operation}", name)


def describe(session: Session, name: str) -> dict[str, Any]:
    """What AWS says of the processor NAME. Raises InputError where there is none."""
    try:
        return dict(session.client(SERVICE).describe_stream_processor(Name=name))
    except ServiceError as error:
        if error.code == GONE:
            raise InputError(f"there is no stream processor {name}", hint="awsml rekognition video stream ls") from None
        raise


def warn(session: Session, operation: str) -> None:
    """Say once in a run that this is closed to new customers."""
    session.once(("lifecycle", "stream processors"), lambda: lifecycle.check(session, SERVICE, operation))


def _kind(done: frozenset[str]) -> jobs.Kind:
    return jobs.Kind(
        service=SERVICE,
        noun="stream processor",
        describe=lambda session, job: describe(session, job.name),
        status=lambda answer: str(answer.get("Status", "")),
        reason=lambda answer: str(answer.get("StatusMessage", "")),
        done=done,
        failed=frozenset({"FAILED"}),
        group="video stream",
        resource=True,
    )


def _job(session: Session, name: str) -> JobId:
    return JobId(SERVICE, session.region, name)


def _video_arn(session: Session, video: str) -> str:
    if video.startswith("arn:"):
        return video
    try:
        return str(session.client("kinesisvideo").describe_stream(StreamName=video)["StreamInfo"]["StreamARN"])
    except ServiceError as error:
        if error.code == GONE:
            raise InputError(f"there is no Kinesis video stream {video} in {session.region}") from None
        raise


def _output(to: str) -> dict[str, Any]:
    if to.startswith("arn:"):
        return {"KinesisDataStream": {"Arn": to}}
    bucket, prefix = sources.split_uri(to.rstrip("/") + "/x")
    prefix = prefix.removesuffix("x").rstrip("/")
    return {"S3Destination": {"Bucket": bucket, **({"KeyPrefix": prefix} if prefix else {})}}


def _processor(answer: dict[str, Any]) -> Processor:
    settings, output = answer.get("Settings") or {}, answer.get("Output") or {}
    face, home = settings.get("FaceSearch"), settings.get("ConnectedHome")
    place = output.get("S3Destination") or {}
    return Processor.of(
        answer,
        watches=((answer.get("Input") or {}).get("KinesisVideoStream") or {}).get("Arn"),
        looks_for=f"faces of {face['CollectionId']}" if face else ", ".join((home or {}).get("Labels") or ()) or None,
        writes_to=(output.get("KinesisDataStream") or {}).get("Arn")
        or (f"s3://{place.get('Bucket')}/{place.get('KeyPrefix', '')}" if place else None),
    )
