"""What a stream processor has seen: read from its Kinesis data stream, all shards of it, and followed as it comes.

Records of one shard keep their order. A shard that was split or merged is read before its children.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any, ClassVar, Final

from awsml_cli.core import clock, wanted
from awsml_cli.core.client import Client
from awsml_cli.core.errors import InputError, ServiceError
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.rekognition.streams import describe, warn

PAUSE: Final = 1.0  # seconds; a shard may be read five times a second, by all its readers together
MOST: Final = 1_000  # records of one answer
EXPIRED: Final = "ExpiredIteratorException"  # a place in a shard is remembered for five minutes


class Sighting(Record):
    """A face in the stream: whose it is (empty for a stranger), how alike, and when it was filmed."""

    columns: ClassVar = ("name", "confidence", "time", "face_id", "fragment_number")

    name: str
    confidence: float | None = None
    time: datetime | None = None
    face_id: str | None = None
    fragment_number: str | None = None
    bounding_box: Any = None
    sequence_number: str | None = None


@dataclass
class _Shard:
    """A place in a shard: its ITERATOR, and the number of the LAST record read."""

    id: str
    iterator: str | None = None
    last: str = ""


def read(
    session: Session,
    name: str,
    *,
    since: datetime | None = None,
    follow: bool = False,
    strangers: bool = False,
    limit: int | None = None,
) -> Listing:
    """What the processor NAME has written SINCE then, or all that is kept; with FOLLOW also what comes, without end.

    STRANGERS are faces that nobody in the collection has. Raises InputError for a processor that writes to S3.
    """
    warn(session, "DescribeStreamProcessor")
    about = describe(session, name)
    output = about.get("Output") or {}
    arn = (output.get("KinesisDataStream") or {}).get("Arn")
    if not arn:
        place = output.get("S3Destination") or {}
        raise InputError(
            f"{name} looks for labels: what it finds goes to a topic and to S3, not to a Kinesis data stream",
            hint=f"aws s3 ls --recursive s3://{place.get('Bucket')}/{place.get('KeyPrefix', '')}",
        )
    video = ((about.get("Input") or {}).get("KinesisVideoStream") or {}).get("Arn")
    found = _records(session, str(arn), since=since, follow=follow)
    sightings = (one for data in found for one in _sightings(data, str(video), strangers=strangers))
    return Listing(islice(sightings, limit), "Records")


def _records(session: Session, arn: str, *, since: datetime | None, follow: bool) -> Iterator[dict[str, Any]]:
    client, stream = session.client("kinesis", region=arn.split(":")[3]), arn.rpartition("/")[2]
    parents = {str(one["ShardId"]): _parents(one) for one in _shards(client, stream)}
    unread = set(parents)
    waiting: list[_Shard] = []
    while True:
        for id, before in sorted(parents.items()):
            if id in unread and not before & unread and id not in {shard.id for shard in waiting}:
                waiting.append(_Shard(id))  # what came before it has been read
                _begin(client, stream, waiting[-1], since)
        if not waiting:
            return
        quiet = True
        for shard in list(waiting):
            answer = _next(client, stream, shard, since)
            for record in answer.get("Records") or ():
                shard.last = str(record["SequenceNumber"])
                quiet = False
                yield record
            shard.iterator = answer.get("NextShardIterator")
            for child in answer.get("ChildShards") or ():
                if child["ShardId"] not in parents:
                    parents[child["ShardId"]] = set(child["ParentShards"])
                    unread.add(child["ShardId"])
            if shard.iterator is None or (not follow and not answer.get("MillisBehindLatest")):
                waiting.remove(shard)
                unread.discard(shard.id)
        wanted.check()
        if quiet and waiting:
            session.talk.progress("waiting for the next sighting" if follow else "reading the stream")
            clock.sleep(PAUSE)


def _parents(shard: dict[str, Any]) -> set[str]:
    """The shards that SHARD has taken over from: one that was split, or two that were merged."""
    return {str(shard[name]) for name in ("ParentShardId", "AdjacentParentShardId") if shard.get(name)}


def _shards(client: Client, stream: str) -> Iterator[dict[str, Any]]:
    """The shards, as AWS describes them; the token of a page stands alone, which no other list of AWS's wants."""
    asked: dict[str, Any] = {"StreamName": stream}
    while True:
        answer = client.list_shards(**asked)
        yield from answer.get("Shards") or ()
        if not answer.get("NextToken"):
            return
        asked = {"NextToken": answer["NextToken"]}


def _begin(client: Client, stream: str, shard: _Shard, since: datetime | None) -> None:
    place: dict[str, Any] = {"ShardIteratorType": "TRIM_HORIZON"}
    if shard.last:
        place = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "StartingSequenceNumber": shard.last}
    elif since is not None:
        place = {"ShardIteratorType": "AT_TIMESTAMP", "Timestamp": since}
    shard.iterator = client.get_shard_iterator(StreamName=stream, ShardId=shard.id, **place).get("ShardIterator")


def _next(client: Client, stream: str, shard: _Shard, since: datetime | None) -> dict[str, Any]:
    for attempt in (1, 2):
        if shard.iterator is None:
            return {}
        try:
            return dict(client.get_records(ShardIterator=shard.iterator, Limit=MOST))
        except ServiceError as error:
            if error.code != EXPIRED or attempt == 2:
                raise
            _begin(client, stream, shard, since)
    raise AssertionError


def _sightings(record: dict[str, Any], video: str, *, strangers: bool) -> Iterator[Sighting]:
    """The faces in RECORD, if it is about VIDEO: others may write to the same stream."""
    try:
        data = json.loads(record["Data"])
        about = data["InputInformation"]["KinesisVideo"]
    except (ValueError, KeyError, TypeError):
        return
    if about.get("StreamArn") not in (None, video):
        return
    filmed = about.get("ProducerTimestamp", about.get("ServerTimestamp"))
    time = (
        datetime.fromtimestamp(float(filmed) + float(about.get("FrameOffsetInSeconds") or 0), UTC)
        if filmed is not None
        else None
    )
    for face in data.get("FaceSearchResponse") or ():
        box = (face.get("DetectedFace") or {}).get("BoundingBox")
        matches = face.get("MatchedFaces") or ([{}] if strangers else [])
        for match in matches:
            known = match.get("Face") or {}
            similarity = match.get("Similarity")
            yield Sighting(
                name=known.get("ExternalImageId") or known.get("FaceId") or "",
                confidence=None if similarity is None else round(float(similarity), 1),
                time=time,
                face_id=known.get("FaceId"),
                fragment_number=about.get("FragmentNumber"),
                bounding_box=box,
                sequence_number=record.get("SequenceNumber"),
            ).with_raw(data)
