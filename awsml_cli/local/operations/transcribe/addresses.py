"""Where recordings and results are: addresses in S3, as Transcribe takes and gives them."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from awsml_cli.local.operations import Machine, Params
from awsml_cli.local.operations.transcribe.checks import bad
from awsml_cli.local.store import Object

NO_ACCESS = "The S3 URI that you provided can't be accessed. Make sure that you have read permission and try again."


def media_of(params: Params, machine: Machine) -> Object:
    """The recording; BadRequestException if it is not there."""
    found = find(params["Media"].get("MediaFileUri", ""), machine)
    if found is None:
        raise bad(NO_ACCESS)
    return found


def find(uri: str, machine: Machine) -> Object | None:
    """The object at an address: `s3://BUCKET/KEY`, `https://s3.REGION.…/BUCKET/KEY` or `https://BUCKET.s3.REGION.…/KEY`."""
    parts = urlsplit(uri)
    host, path = parts.netloc, unquote(parts.path.lstrip("/"))
    if parts.scheme == "s3":
        return machine.store.get(host, uri.removeprefix(f"s3://{host}/"))
    if parts.scheme != "https":
        return None
    if re.match(r"s3[.-]", host):
        bucket, _, key = path.partition("/")
        return machine.store.get(bucket, key)
    return machine.store.get(re.split(r"\.s3[.-]", host)[0], path)


def output_of(params: Params, machine: Machine) -> tuple[str | None, str | None]:
    """Bucket and key of the result where the caller names them; BadRequestException for a bucket that is not there."""
    bucket, name = params.get("OutputBucketName"), params["TranscriptionJobName"]
    if not bucket:
        return None, None
    if not machine.store.has_bucket(bucket):
        raise bad("The specified S3 bucket doesn't exist, or you don't have permission to write to it.")
    key = params.get("OutputKey") or f"{name}.json"
    return bucket, f"{key}{name}.json" if key.endswith("/") else key


def own_key(name: str) -> str:
    """The key of the result in our own bucket."""
    return f"transcripts/{name}.json"


def redacted_key(key: str) -> str:
    """The key of the redacted result of which KEY is the other's."""
    folder, slash, name = key.rpartition("/")
    return f"{folder}{slash}redacted-{name}"


def subtitle_key(key: str, form: str) -> str:
    """The key of subtitles beside the result at KEY."""
    return f"{key.removesuffix('.json')}.{form}"
