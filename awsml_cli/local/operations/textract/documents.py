"""The document that an operation is about: found, looked at, and refused as AWS refuses it.

Limits: https://docs.aws.amazon.com/textract/latest/dg/limits-document.html
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from awsml_cli.core import limits
from awsml_cli.core.errors import InputError
from awsml_cli.formats.pages import kind_of
from awsml_cli.local.engines.read.pages import Pages
from awsml_cli.local.operations import Machine, Refused, blob

KINDS: Final = ("pdf", "png", "jpeg", "tiff")
MANY_PAGED: Final = ("pdf", "tiff")


def given(document: Mapping[str, Any], machine: Machine) -> bytes:
    """The bytes of DOCUMENT of a synchronous call, inside of its request or in the local S3."""
    if document.get("Bytes"):
        data = blob(document["Bytes"])
    elif document.get("S3Object"):
        data = stored(document["S3Object"], machine)
    else:
        raise invalid()
    if len(data) > limits.TEXTRACT_BYTES:
        raise too_large()
    check_kind(data)
    return data


def stored(place: Mapping[str, Any], machine: Machine) -> bytes:
    """The bytes of an object in the local S3; InvalidS3ObjectException if it is not there."""
    found = machine.store.get(place.get("Bucket", ""), place.get("Name", ""))
    if found is None:
        raise Refused(
            "InvalidS3ObjectException",
            "Unable to get object metadata from S3. Check object key, region and/or access permissions.",
        )
    return found.path.read_bytes()


def check_kind(data: bytes) -> str:
    """The kind of document that DATA is; UnsupportedDocumentException for one that Textract does not read."""
    kind = kind_of(data[:1024])
    if kind not in KINDS:
        raise unsupported()
    return kind


def check_job(data: bytes) -> None:
    """Refuse a document that is too large for a job."""
    most = limits.TEXTRACT_JOB_BYTES if check_kind(data) in MANY_PAGED else limits.TEXTRACT_BYTES
    if len(data) > most:
        raise too_large()


def digest(data: bytes, asked: Any) -> str:
    """What tells the ids of an answer about DATA, of which ASKED was asked, from others."""
    return hashlib.sha256(data + repr(asked).encode()).hexdigest()


def check_one(pages: Pages) -> None:
    """Refuse a document of more than one page, which takes a job."""
    if pages.count != 1:
        raise unsupported()


def bad(problem: InputError) -> Refused:
    """AWS's refusal of what cannot be opened."""
    return Refused("BadDocumentException", f"Request has bad document: {problem.message}")


def unsupported() -> Refused:
    """AWS's refusal of another kind of document, and of several pages at once."""
    return Refused("UnsupportedDocumentException", "Request has unsupported document format")


def too_large() -> Refused:
    """AWS's refusal of too many bytes."""
    return Refused("DocumentTooLargeException", "The document can't be processed because it's too large.")


def invalid(message: str = "Request has invalid parameters") -> Refused:
    """AWS's refusal of a request."""
    return Refused("InvalidParameterException", message)
