"""S3, as far as staging needs it: buckets, objects whole, in ranges and in parts, lists with pages."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from typing import IO, Any
from urllib.parse import quote

from awsml_cli.local.operations import Answer, Machine, Operation, Params, Refused
from awsml_cli.local.store import Object

_KEPT = ("ContentType", "ContentEncoding", "ContentLanguage", "ContentDisposition", "CacheControl", "Metadata")


def create_bucket(params: Params, machine: Machine) -> Answer:
    """Make a bucket; the owner's second attempt is refused as in every region but us-east-1."""
    if not machine.store.add_bucket(params["Bucket"]):
        raise Refused("BucketAlreadyOwnedByYou", "you own this bucket already", status=409)
    return {"Location": f"/{params['Bucket']}"}


def head_bucket(params: Params, machine: Machine) -> Answer:
    """Whether a bucket is there."""
    if not machine.store.has_bucket(params["Bucket"]):
        raise Refused("404", "Not Found", status=404)
    return {"BucketRegion": machine.region}


def get_bucket_location(params: Params, machine: Machine) -> Answer:
    """Where a bucket is: here, which is called the caller's region."""
    _bucket(params, machine)
    return {"LocationConstraint": None if machine.region == "us-east-1" else machine.region}


def list_buckets(params: Params, machine: Machine) -> Answer:
    """All buckets."""
    return {"Buckets": [{"Name": name, "CreationDate": _time(made)} for name, made in machine.store.buckets()]}


def delete_bucket(params: Params, machine: Machine) -> Answer:
    """Remove an empty bucket."""
    bucket = _bucket(params, machine)
    if not machine.store.remove_bucket(bucket):
        raise Refused("BucketNotEmpty", "the bucket you tried to delete is not empty", status=409)
    return {}


def put_object(params: Params, machine: Machine) -> Answer:
    """Keep an object, read in chunks."""
    headers = {name: params[name] for name in _KEPT if name in params}
    kept = machine.store.put(_bucket(params, machine), params["Key"], params.get("Body", b""), headers=headers)
    return {"ETag": f'"{kept.etag}"'}


def head_object(params: Params, machine: Machine) -> Answer:
    """What is known of an object."""
    found = machine.store.get(_bucket(params, machine, missing="404"), params["Key"])
    if found is None:
        raise Refused("404", "Not Found", status=404)
    return {**_about(found), "ContentLength": found.size}


def get_object(params: Params, machine: Machine) -> Answer:
    """An object as a stream, or the range of it that is asked for."""
    found = _object(params, machine)
    try:
        stream = found.path.open("rb")
    except FileNotFoundError:  # replaced since
        stream = (found := _object(params, machine)).path.open("rb")
    first, last = _range(params.get("Range"), found.size)
    stream.seek(first)
    length = last - first + 1
    answer = {**_about(found), "ContentLength": length, "Body": (_Limited(stream, length), length)}
    if params.get("Range"):
        answer["ContentRange"] = f"bytes {first}-{last}/{found.size}"
    return answer


def delete_object(params: Params, machine: Machine) -> Answer:
    """Remove an object; as in S3 it need not be there."""
    machine.store.remove(_bucket(params, machine), params["Key"])
    return {}


def delete_objects(params: Params, machine: Machine) -> Answer:
    """Remove many objects."""
    bucket = _bucket(params, machine)
    keys = [entry["Key"] for entry in params["Delete"]["Objects"]]
    for key in keys:
        machine.store.remove(bucket, key)
    return {} if params["Delete"].get("Quiet") else {"Deleted": [{"Key": key} for key in keys]}


def list_objects_v2(params: Params, machine: Machine) -> Answer:
    """Objects in the order of their keys, a page at a time, those below a delimiter put together."""
    bucket, prefix, delimiter = _bucket(params, machine), params.get("Prefix", ""), params.get("Delimiter", "")
    limit = min(int(params.get("MaxKeys", 1000)), 1000)
    token = params.get("ContinuationToken")
    after = base64.urlsafe_b64decode(token).decode() if token else params.get("StartAfter", "")
    contents: list[dict[str, Any]] = []
    folders: list[str] = []
    more = False
    while not more and (found := machine.store.objects(bucket, prefix=prefix, after=after, limit=1000)):
        for one in found:
            folder = _folder(one.key, prefix, delimiter)
            if folder is not None and folders and folders[-1] == folder:
                after = one.key
                continue
            if len(contents) + len(folders) == limit:
                more = True
                break
            after = one.key
            if folder is None:
                contents.append(_listed(one))
            else:
                folders.append(folder)
                after = folder + "\U0010ffff"  # the rest of the folder is in it
    answer: Answer = {
        "Name": bucket,
        "Prefix": prefix,
        "MaxKeys": limit,
        "KeyCount": len(contents) + len(folders),
        "IsTruncated": more,
        "Contents": contents,
        "CommonPrefixes": [{"Prefix": folder} for folder in folders],
    }
    if more:
        answer["NextContinuationToken"] = base64.urlsafe_b64encode(after.encode()).decode()
    return _encoded(answer) if params.get("EncodingType") == "url" else answer


def list_objects(params: Params, machine: Machine) -> Answer:
    """The older list: a page begins after a key, the marker, and no token."""
    wanted = {
        name: params[name] for name in ("Bucket", "Prefix", "Delimiter", "MaxKeys", "EncodingType") if name in params
    }
    found = list_objects_v2({**wanted, "StartAfter": params.get("Marker", "")}, machine)
    found.pop("KeyCount")
    token = found.pop("NextContinuationToken", None)
    if token and params.get("Delimiter"):
        last = max([one["Key"] for one in found["Contents"]] + [one["Prefix"] for one in found["CommonPrefixes"]])
        found["NextMarker"] = last
    return {**found, "Marker": params.get("Marker", "")}


def copy_object(params: Params, machine: Machine) -> Answer:
    """Copy an object within this machine; its headers come along unless they are replaced."""
    source = params["CopySource"]
    if isinstance(source, str):
        bucket, _, key = source.partition("?versionId=")[0].removeprefix("/").partition("/")
        source = {"Bucket": bucket, "Key": key}
    found = _object(source, machine)
    replaced = params.get("MetadataDirective") == "REPLACE"
    headers = {name: params[name] for name in _KEPT if name in params} if replaced else found.headers
    with found.path.open("rb") as body:
        kept = machine.store.put(_bucket(params, machine), params["Key"], body, headers=headers)
    return {"CopyObjectResult": {"ETag": f'"{kept.etag}"', "LastModified": _time(kept.changed)}}


def create_multipart_upload(params: Params, machine: Machine) -> Answer:
    """Begin an upload in parts."""
    headers = {name: params[name] for name in _KEPT if name in params}
    upload = machine.store.begin_upload(_bucket(params, machine), params["Key"], headers=headers)
    return {"Bucket": params["Bucket"], "Key": params["Key"], "UploadId": upload}


def upload_part(params: Params, machine: Machine) -> Answer:
    """Keep one part."""
    kept = machine.store.put_part(_upload(params, machine), params["PartNumber"], params.get("Body", b""))
    return {"ETag": f'"{kept.etag}"'}


def complete_multipart_upload(params: Params, machine: Machine) -> Answer:
    """Join the parts into the object."""
    upload = _upload(params, machine)
    wanted = params.get("MultipartUpload", {}).get("Parts", [])
    kept = {part.number: part.etag for part in machine.store.parts(upload)}
    if not wanted or any(kept.get(part["PartNumber"]) != part["ETag"].strip('"') for part in wanted):
        raise Refused("InvalidPart", "one or more of the specified parts could not be found")
    numbers = [part["PartNumber"] for part in wanted]
    if numbers != sorted(set(numbers)):
        raise Refused("InvalidPartOrder", "the list of parts was not in ascending order")
    placed = machine.store.end_upload(upload, numbers)
    return {"Bucket": params["Bucket"], "Key": params["Key"], "ETag": f'"{placed.etag}"'}


def abort_multipart_upload(params: Params, machine: Machine) -> Answer:
    """Forget an upload in parts."""
    machine.store.drop_upload(_upload(params, machine))
    return {}


def list_multipart_uploads(params: Params, machine: Machine) -> Answer:
    """Uploads that have not ended."""
    bucket, prefix = _bucket(params, machine), params.get("Prefix", "")
    uploads = [
        {"UploadId": upload, "Key": key, "Initiated": _time(begun)}
        for upload, key, begun in machine.store.uploads(bucket)
        if key.startswith(prefix)
    ]
    return {"Bucket": bucket, "IsTruncated": False, "Uploads": uploads}


def list_parts(params: Params, machine: Machine) -> Answer:
    """The parts that an upload has so far."""
    parts = [
        {"PartNumber": part.number, "ETag": f'"{part.etag}"', "Size": part.size, "LastModified": _time(part.changed)}
        for part in machine.store.parts(_upload(params, machine))
    ]
    return {"Bucket": params["Bucket"], "Key": params["Key"], "UploadId": params["UploadId"], "Parts": parts,
            "IsTruncated": False}  # fmt: skip


def _settled(params: Params, machine: Machine) -> Answer:
    """A setting of a bucket that means nothing here: the folder is the user's own."""
    _bucket(params, machine)
    return {}


OPERATIONS: dict[str, Operation] = {
    "CreateBucket": create_bucket,
    "HeadBucket": head_bucket,
    "GetBucketLocation": get_bucket_location,
    "ListBuckets": list_buckets,
    "DeleteBucket": delete_bucket,
    "PutObject": put_object,
    "HeadObject": head_object,
    "GetObject": get_object,
    "DeleteObject": delete_object,
    "DeleteObjects": delete_objects,
    "ListObjectsV2": list_objects_v2,
    "ListObjects": list_objects,
    "CopyObject": copy_object,
    "CreateMultipartUpload": create_multipart_upload,
    "UploadPart": upload_part,
    "CompleteMultipartUpload": complete_multipart_upload,
    "AbortMultipartUpload": abort_multipart_upload,
    "ListMultipartUploads": list_multipart_uploads,
    "ListParts": list_parts,
    "PutPublicAccessBlock": _settled,
    "PutBucketEncryption": _settled,
    "PutBucketLifecycleConfiguration": _settled,
    "PutBucketTagging": _settled,
}


class _Limited:
    """A stream that ends after so many bytes."""

    def __init__(self, stream: IO[bytes], length: int) -> None:
        self._stream = stream
        self._left = length

    def read(self, size: int | None = None) -> bytes:
        wanted = self._left if size is None or size < 0 else min(size, self._left)
        chunk = self._stream.read(wanted)
        self._left -= len(chunk)
        return chunk

    def close(self) -> None:
        self._stream.close()


def _bucket(params: Params, machine: Machine, *, missing: str = "NoSuchBucket") -> str:
    bucket: str = params["Bucket"]
    if not machine.store.has_bucket(bucket):
        raise Refused(missing, "the specified bucket does not exist", status=404, BucketName=bucket)
    return bucket


def _object(params: Params, machine: Machine) -> Object:
    found = machine.store.get(_bucket(params, machine), params["Key"])
    if found is None:
        raise Refused("NoSuchKey", "the specified key does not exist", status=404, Key=params["Key"])
    return found


def _upload(params: Params, machine: Machine) -> str:
    upload: str = params["UploadId"]
    if machine.store.upload_target(upload) != (params["Bucket"], params["Key"]):
        raise Refused("NoSuchUpload", "the specified multipart upload does not exist", status=404)
    return upload


def _about(found: Object) -> Answer:
    return {
        "ETag": f'"{found.etag}"',
        "LastModified": _time(found.changed),
        "AcceptRanges": "bytes",
        "ContentType": "binary/octet-stream",
        "Metadata": {},
        **found.headers,
    }


def _listed(found: Object) -> dict[str, Any]:
    return {
        "Key": found.key,
        "Size": found.size,
        "ETag": f'"{found.etag}"',
        "LastModified": _time(found.changed),
        "StorageClass": "STANDARD",
    }


def _encoded(answer: Answer) -> Answer:
    """A list whose keys are written as in addresses, since XML cannot hold every character."""
    contents = [{**one, "Key": quote(one["Key"])} for one in answer["Contents"]]
    folders = [{"Prefix": quote(one["Prefix"])} for one in answer["CommonPrefixes"]]
    return {**answer, "Prefix": quote(answer["Prefix"]), "Contents": contents, "CommonPrefixes": folders,
            "EncodingType": "url"}  # fmt: skip


def _folder(key: str, prefix: str, delimiter: str) -> str | None:
    if not delimiter:
        return None
    head, found, _ = key[len(prefix) :].partition(delimiter)
    return prefix + head + delimiter if found else None


def _range(header: str | None, size: int) -> tuple[int, int]:
    """First and last byte of `bytes=a-b`, `bytes=a-` or `bytes=-n`."""
    found = re.fullmatch(r"bytes=(\d*)-(\d*)", header or "")
    if found is None or not (found[1] or found[2]):
        return 0, size - 1
    if not found[1]:
        return max(0, size - int(found[2])), size - 1
    first, last = int(found[1]), min(int(found[2] or size - 1), size - 1)
    if first >= size:
        raise Refused("InvalidRange", "the requested range is not satisfiable", status=416)
    return first, last


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)
