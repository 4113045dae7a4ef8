"""Answers and errors as AWS writes them, by its own model: the other half of `reading`."""

from __future__ import annotations

import base64
import json
import math
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement, tostring

from awsml_cli.local.serve import cbor, models
from awsml_cli.local.serve.http import Reply

# what the roots of S3's answers are called, where it is not the operation's name and `Result`;
# SDKs with strict readers look: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
_ROOTS: Final = {
    "ListBuckets": "ListAllMyBucketsResult",
    "ListObjects": "ListBucketResult",
    "ListObjectsV2": "ListBucketResult",
    "CreateMultipartUpload": "InitiateMultipartUploadResult",
    "DeleteObjects": "DeleteResult",
}
_S3: Final = "http://s3.amazonaws.com/doc/2006-03-01/"
_XML: Final = {"rest-xml": "application/xml", "query": "text/xml", "ec2": "text/xml"}


def answer(operation: Any, told: Mapping[str, Any], *, cbor_body: bool = False) -> Reply:
    """What OPERATION (botocore's model) answers, TOLD with AWS's names; what streams is bytes or (file, length)."""
    form = models.form(operation, cbor=cbor_body)
    reply = Reply(int(operation.http.get("responseCode", 200)), headers=_identity(operation, form))
    shape = operation.output_shape
    given = {name: value for name, value in told.items() if value is not None}
    if form in ("json", models.CBOR):
        _put_body(reply, form, _plain(shape, given, form) if shape is not None else {}, operation)
        return reply
    if shape is None:
        return reply
    inside = dict(given)
    for name, member in shape.members.items():
        if name in inside and models.location(member) in ("header", "headers", "statusCode"):
            _put_outside(reply, name, member, inside.pop(name))
    payload = shape.serialization.get("payload")
    if payload is not None:
        _put_payload(reply, form, shape.members[payload], inside.get(payload), payload)
    elif form == "rest-json":
        _put_body(reply, form, _plain(shape, inside, form), operation)
    elif _has_body(shape):
        _put_xml(reply, _root(operation, shape, inside))
    return reply


def error(
    operation: Any | None,
    code: str,
    message: str,
    *,
    status: int,
    form: str,
    members: Mapping[str, Any] | None = None,
) -> Reply:
    """A refusal with CODE, in the protocol FORM; OPERATION's model tells how the error's own MEMBERS are written."""
    shape = _error_shape(operation, code)
    told = dict(members or {})
    reply = Reply(status, headers=_identity(operation, form))
    if form in _XML:
        return _xml_error(reply, code, message, told, form)
    if shape is not None:
        told = {name: value for name, value in told.items() if name in shape.members}
        body = _plain(shape, told, form)
    else:
        body = {}
    word = next((name for name in (shape.members if shape is not None else ()) if name.lower() == "message"), "message")
    body = {**({} if form == "rest-json" else {"__type": code}), **body, word: message}
    reply.headers["x-amzn-ErrorType"] = code
    _put_body(reply, form, body, operation)
    return reply


def _identity(operation: Any | None, form: str) -> dict[str, str]:
    number = str(uuid.uuid4())
    if form == "rest-xml":
        return {"x-amz-request-id": number, "x-amz-id-2": number}
    return {"x-amzn-RequestId": number}


def _error_shape(operation: Any | None, code: str) -> Any:
    return operation.service_model.shape_for_error_code(code) if operation is not None else None


def _put_body(reply: Reply, form: str, body: Any, operation: Any | None) -> None:
    if form == models.CBOR:
        reply.body = cbor.encode(body)
        reply.headers |= {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
        return
    reply.body = json.dumps(body, allow_nan=False, separators=(",", ":"), ensure_ascii=False).encode()
    version = operation.service_model.metadata.get("jsonVersion", "1.1") if operation is not None else "1.1"
    reply.headers["Content-Type"] = f"application/x-amz-json-{version}" if form == "json" else "application/json"


def _put_outside(reply: Reply, name: str, member: Any, value: Any) -> None:
    where, called = models.location(member), models.wire_name(name, member)
    if where == "statusCode":
        reply.status = int(value)
    elif where == "headers":
        reply.headers |= {f"{called}{key}": str(one) for key, one in value.items()}
    else:
        reply.headers[called] = _in_header(member, value)


def _in_header(member: Any, value: Any) -> str:
    if member.serialization.get("jsonvalue"):
        return base64.b64encode(json.dumps(value).encode()).decode()
    if member.type_name == "list":
        return ",".join(_in_header(member.member, one) for one in value)
    if member.type_name == "blob":
        return base64.b64encode(_bytes(value)).decode()
    return _text(member, value, "rfc822")


def _put_payload(reply: Reply, form: str, member: Any, value: Any, name: str) -> None:
    if member.type_name == "blob":
        if isinstance(value, tuple):
            reply.stream, reply.length = value
        elif value is not None:
            reply.body = _bytes(value)
        reply.headers.setdefault("Content-Type", "application/octet-stream")
    elif value is not None and member.type_name == "string":
        reply.body = str(value).encode()
        reply.headers.setdefault("Content-Type", "text/plain")
    elif value is not None and form == "rest-json":
        _put_body(reply, form, _plain(member, value, form), None)
    elif value is not None:
        root = Element(models.wire_name(member.name if member.name else name, member), xmlns=_S3)
        _fill(root, member, value)
        _put_xml(reply, root)


def _plain(shape: Any, value: Any, form: str) -> Any:
    """VALUE as JSON or CBOR has it."""
    if value is None or getattr(shape, "is_document_type", False):
        return value
    kind = shape.type_name
    if kind == "structure":
        return {
            (name if form == models.CBOR else models.wire_name(name, member)): _plain(member, value[name], form)
            for name, member in shape.members.items()
            if value.get(name) is not None
        }
    if kind == "list":
        return [_plain(shape.member, one, form) for one in value]
    if kind == "map":
        return {key: _plain(shape.value, one, form) for key, one in value.items()}
    return _CBOR_LEAVES.get(kind, _as_is)(shape, value) if form == models.CBOR else _json_leaf(shape, value)


def _as_is(_shape: Any, value: Any) -> Any:
    return value


_CBOR_LEAVES: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "blob": lambda _shape, value: _bytes(value),
    "timestamp": lambda _shape, value: _moment(value),
    "float": lambda _shape, value: float(value),
    "double": lambda _shape, value: float(value),
    "integer": lambda _shape, value: int(value),
    "long": lambda _shape, value: int(value),
}


def _json_leaf(shape: Any, value: Any) -> Any:
    kind = shape.type_name
    if kind == "blob":
        return base64.b64encode(_bytes(value)).decode()
    if kind == "timestamp":
        form = shape.serialization.get("timestampFormat", "unixtimestamp").lower()
        return _seconds(value) if form == "unixtimestamp" else _text(shape, value, form)
    if kind in ("float", "double"):
        number = float(value)
        if math.isfinite(number):
            return number
        return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"
    if kind in ("integer", "long"):
        return int(value)
    return bool(value) if kind == "boolean" else str(value)


def _has_body(shape: Any) -> bool:
    return any(models.location(member) is None for member in shape.members.values())


def _put_xml(reply: Reply, root: Element) -> None:
    reply.body = b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="utf-8")
    reply.headers["Content-Type"] = "application/xml"


def _root(operation: Any, shape: Any, inside: Mapping[str, Any]) -> Element:
    if operation.name == "GetBucketLocation":  # whose answer is one word, and no structure
        root = Element("LocationConstraint", xmlns=_S3)
        root.text = inside.get("LocationConstraint") or ""
        return root
    root = Element(_ROOTS.get(operation.name, f"{operation.name}Result"), xmlns=_S3)
    _fill(root, shape, inside)
    return root


def _fill(node: Element, shape: Any, value: Any) -> None:
    """Write VALUE into NODE."""
    kind = shape.type_name
    if kind == "structure":
        for name, member in shape.members.items():
            if value.get(name) is not None and models.location(member) is None:
                _add(node, models.wire_name(name, member), member, value[name])
    elif kind == "list":
        for one in value:
            _fill(SubElement(node, shape.member.serialization.get("name", "member")), shape.member, one)
    elif kind == "map":
        for key, one in value.items():
            _fill_entry(SubElement(node, "entry"), shape, key, one)
    else:
        node.text = _text(shape, value, "iso8601")


def _add(node: Element, called: str, member: Any, value: Any) -> None:
    flattened = member.serialization.get("flattened")
    namespace = member.serialization.get("xmlNamespace")
    if member.serialization.get("xmlAttribute"):
        node.set(called, str(value))
    elif flattened and member.type_name == "list":
        called = member.member.serialization.get("name", called)
        for one in value:
            _fill(SubElement(node, called), member.member, one)
    elif flattened and member.type_name == "map":
        for key, one in value.items():
            _fill_entry(SubElement(node, called), member, key, one)
    else:
        child = SubElement(node, called)
        if namespace:
            prefix = namespace.get("prefix")
            child.set(f"xmlns:{prefix}" if prefix else "xmlns", namespace["uri"])
        _fill(child, member, value)


def _fill_entry(entry: Element, shape: Any, key: str, value: Any) -> None:
    SubElement(entry, shape.key.serialization.get("name", "key")).text = key
    _fill(SubElement(entry, shape.value.serialization.get("name", "value")), shape.value, value)


def _xml_error(reply: Reply, code: str, message: str, members: Mapping[str, Any], form: str) -> Reply:
    number = next(iter(reply.headers.values()))
    if form == "rest-xml":
        root = inner = Element("Error")
    elif form == "query":
        root = Element("ErrorResponse")
        inner = SubElement(root, "Error")
        SubElement(inner, "Type").text = "Sender" if reply.status < 500 else "Receiver"
    else:
        root = Element("Response")
        inner = SubElement(SubElement(root, "Errors"), "Error")
    SubElement(inner, "Code").text = code
    SubElement(inner, "Message").text = message
    for name, value in members.items():
        SubElement(inner, name).text = str(value)
    SubElement(root, "RequestID" if form == "ec2" else "RequestId").text = number
    _put_xml(reply, root)
    reply.headers["Content-Type"] = _XML[form]
    return reply


def _text(shape: Any, value: Any, times: str) -> str:
    """VALUE in an address, a header, or between tags; TIMES is how moments are written there."""
    kind = shape.type_name
    if kind == "boolean":
        return "true" if value else "false"
    if kind == "blob":
        return base64.b64encode(_bytes(value)).decode()
    if kind == "timestamp":
        form = shape.serialization.get("timestampFormat", times).lower()
        if form == "unixtimestamp":
            return str(_seconds(value))
        moment = _moment(value).astimezone(UTC)
        if form == "rfc822":
            return format_datetime(moment, usegmt=True)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return str(value)


def _moment(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    return datetime.fromtimestamp(float(value), UTC)


def _seconds(value: Any) -> float | int:
    seconds = round(_moment(value).timestamp(), 3)
    return int(seconds) if seconds.is_integer() else seconds


def _bytes(value: Any) -> bytes:
    if isinstance(value, tuple):
        return bytes(value[0].read())
    return value.encode() if isinstance(value, str) else bytes(value)
