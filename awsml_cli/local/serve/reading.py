"""The parameters of a request, as the caller of an SDK gave them: read by AWS's own model.

Written from the server's side of https://smithy.io/2.0/aws/protocols/: JSON, REST with JSON or XML, and RPC with CBOR.
What the model does not know is left out, as AWS leaves it out.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import IO, Any, Final
from urllib.parse import unquote
from xml.etree.ElementTree import Element, ParseError

from awsml_cli.local.operations import Params
from awsml_cli.local.serve import cbor, models
from awsml_cli.local.serve.http import Request

_WHERE: Final = ("uri", "querystring", "header", "headers")


class Unreadable(ValueError):
    """The request is not written as its protocol wants it; AWS calls that a SerializationException."""


def parameters(request: Request, operation: Any, labels: Mapping[str, str], *, cbor_body: bool = False) -> Params:
    """The parameters that REQUEST has for OPERATION (botocore's model); LABELS are those in its path, still quoted.

    A body that is a stream is given as a file. Raises Unreadable.
    """
    shape = operation.input_shape
    if shape is None:
        return {}
    try:
        return _read(request, operation, shape, labels, models.form(operation, cbor=cbor_body))
    except (ValueError, TypeError, KeyError, OverflowError, ParseError, RecursionError) as problem:
        raise Unreadable(f"the request cannot be read: {problem}") from None


def _read(request: Request, operation: Any, shape: Any, labels: Mapping[str, str], form: str) -> dict[str, Any]:
    if form == "json":
        return dict(_from_json(shape, _structure(_json(request.content))))
    if form == models.CBOR:
        return dict(_from_cbor(shape, _structure(cbor.decode(request.content or b"\xa0"))))
    found = {}
    for name, member in shape.members.items():
        value = _outside(request, name, member, labels)
        if value is not None:
            found[name] = value
    if operation.has_event_stream_input:
        return found
    payload = shape.serialization.get("payload")
    if payload is not None:
        member = shape.members[payload]
        return {**found, **_payload(request, payload, member, form)}
    inside = {name: member for name, member in shape.members.items() if models.location(member) not in _WHERE}
    if inside and request.content.strip():
        found |= _body(request, shape, inside, form)
    return found


def _body(request: Request, shape: Any, inside: Mapping[str, Any], form: str) -> dict[str, Any]:
    if form == "rest-json":
        read = _from_json(shape, _structure(_json(request.content)))
    else:
        read = _from_xml(shape, _xml(request.content))
    return {name: value for name, value in read.items() if name in inside}


def _payload(request: Request, name: str, member: Any, form: str) -> dict[str, Any]:
    if member.type_name == "blob":
        body: bytes | IO[bytes] = _unchunked(request)
        if not member.serialization.get("streaming") and not isinstance(body, bytes):
            body = body.read()
        return {name: body}
    if not request.content:
        return {}
    if member.type_name == "string":
        return {name: request.content.decode()}
    if form == "rest-json":
        return {name: _from_json(member, _json(request.content))}
    return {name: _from_xml(member, _xml(request.content))}


def _outside(request: Request, name: str, member: Any, labels: Mapping[str, str]) -> Any:
    """The value of a member that does not stand in the body, None where it is not given."""
    where, called = models.location(member), models.wire_name(name, member)
    if where == "uri":
        return _from_text(member, unquote(labels[called]), "uri") if called in labels else None
    if where == "querystring":
        return _queried(request, member, called)
    if where == "header":
        text = request.headers.get(called.lower())
        if text is not None and called.lower() == "content-encoding":  # the framing is no property of the object
            text = ",".join(part for part in text.split(",") if part.strip() != "aws-chunked") or None
        if text is not None and called.lower() == "x-amz-copy-source":  # SDKs quote what their callers do not
            text = unquote(text)
        return None if text is None else _from_header(member, text)
    if where == "headers":
        begin = called.lower()
        return {key[len(begin) :]: value for key, value in request.headers.items() if key.startswith(begin)} or None
    return None


def _queried(request: Request, member: Any, called: str) -> Any:
    if member.type_name == "map":
        several = member.value.type_name == "list"
        found: dict[str, Any] = {}
        for key, value in request.asked:
            if several:
                found.setdefault(key, []).append(value)
            else:
                found[key] = value
        return found or None
    given = [value for key, value in request.asked if key == called]
    if not given:
        return None
    if member.type_name == "list":
        return [_from_text(member.member, value, "querystring") for value in given]
    return _from_text(member, given[0], "querystring")


def _from_header(member: Any, text: str) -> Any:
    if member.serialization.get("jsonvalue"):
        return json.loads(base64.b64decode(text))
    if member.type_name == "list":
        if member.member.type_name == "timestamp":
            parts = re.findall(r"[^,]+,[^,]+", text)
        else:
            parts = [one[1] or one[0] for one in re.findall(r'("((?:[^"\\]|\\.)*)"|[^,]+)', text)]
        return [_from_text(member.member, part.strip().replace('\\"', '"'), "header") for part in parts]
    return _from_text(member, text, "header")


_TRUTHS: Final = {"true": True, "false": False}


def _from_text(shape: Any, text: str, where: str) -> Any:
    """A value that is written as plain TEXT: in an address, a header, or between tags."""
    kind = shape.type_name
    if kind == "boolean":
        return _TRUTHS[text.strip().lower()]
    if kind in ("integer", "long"):
        return int(text)
    if kind in ("float", "double"):
        return float(text)
    if kind == "timestamp":
        return _time(text, shape.serialization.get("timestampFormat"))
    if kind == "blob":
        return _decoded(text)
    return text


def _time(told: Any, form: str | None = None) -> datetime:
    """A moment, however it is written: seconds since 1970, ISO 8601, or as HTTP writes dates."""
    if isinstance(told, datetime):
        return told
    if isinstance(told, int | float) and not isinstance(told, bool):
        return datetime.fromtimestamp(told, UTC)
    text = str(told).strip()
    if form != "iso8601" and re.fullmatch(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", text):
        return datetime.fromtimestamp(float(text), UTC)
    if re.match(r"[A-Za-z]{3},", text):
        return parsedate_to_datetime(text)
    read = datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as problem:
        raise ValueError(f"not Base64: {problem}") from None


def _json(data: bytes) -> Any:
    told = json.loads(data) if data.strip() else {}
    if b"\\ud" in data.lower():  # half of a pair is no text, though JSON can write it
        json.dumps(told, ensure_ascii=False).encode()
    return told


def _structure(told: Any) -> Mapping[str, Any]:
    if not isinstance(told, Mapping):
        raise ValueError("it is no structure")
    return told


def _walked(shape: Any, value: Any, leaf: Callable[[Any, Any], Any], names: Callable[[str, Any], str]) -> Any:
    """VALUE, nested as JSON and CBOR nest, by SHAPE; LEAF reads what holds nothing."""
    if value is None or getattr(shape, "is_document_type", False):
        return value
    kind = shape.type_name
    if kind == "structure" and isinstance(value, Mapping):
        found = {}
        for name, member in shape.members.items():
            inner = value.get(names(name, member))
            if inner is not None:
                found[name] = _walked(member, inner, leaf, names)
        return found
    if kind == "list" and isinstance(value, list):
        return [_walked(shape.member, one, leaf, names) for one in value]
    if kind == "map" and isinstance(value, Mapping):
        return {key: _walked(shape.value, one, leaf, names) for key, one in value.items()}
    return leaf(shape, value)


def _from_json(shape: Any, value: Any) -> Any:
    return _walked(shape, value, _json_leaf, models.wire_name)


def _json_leaf(shape: Any, value: Any) -> Any:
    kind = shape.type_name
    if kind == "blob" and isinstance(value, str):
        return _decoded(value)
    if kind == "timestamp":
        return _time(value, shape.serialization.get("timestampFormat"))
    if kind in ("float", "double") and value in ("NaN", "Infinity", "-Infinity"):
        return float(value)
    return value


def _from_cbor(shape: Any, value: Any) -> Any:
    return _walked(shape, value, lambda _shape, leaf: leaf, lambda name, _member: name)


def _xml(data: bytes) -> Element:
    """The root of a document. Entities that it declares itself are refused: they can make it grow without bound."""
    from xml.etree import ElementTree

    if b"<!DOCTYPE" in data[:1024].upper() or b"<!ENTITY" in data:
        raise ValueError("a document type is not allowed")
    return ElementTree.fromstring(data)  # noqa: S314 - entities are refused above


def _tag(node: Element) -> str:
    return node.tag.rpartition("}")[2]


def _from_xml(shape: Any, node: Element) -> Any:
    kind = shape.type_name
    if kind == "structure":
        return _structure_from_xml(shape, node)
    if kind == "list":
        return [_from_xml(shape.member, child) for child in node]
    if kind == "map":
        return _map_from_xml(shape, list(node))
    return _from_text(shape, node.text or "", "body")


def _structure_from_xml(shape: Any, node: Element) -> dict[str, Any]:
    children: dict[str, list[Element]] = {}
    for child in node:
        children.setdefault(_tag(child), []).append(child)
    found: dict[str, Any] = {}
    for name, member in shape.members.items():
        called = models.wire_name(name, member)
        if member.serialization.get("xmlAttribute"):
            plain = called.rpartition(":")[2]
            text = next((value for key, value in node.attrib.items() if key.rpartition("}")[2] == plain), None)
            if text is not None:
                found[name] = text
        elif member.type_name in ("list", "map") and member.serialization.get("flattened"):
            if member.type_name == "list":
                called = str(member.member.serialization.get("name", called))
            if same := children.get(called):
                if member.type_name == "list":
                    found[name] = [_from_xml(member.member, one) for one in same]
                else:
                    found[name] = _map_from_xml(member, same)
        elif called in children:
            found[name] = _from_xml(member, children[called][0])
    return found


def _map_from_xml(shape: Any, entries: list[Element]) -> dict[str, Any]:
    key, value = shape.key.serialization.get("name", "key"), shape.value.serialization.get("name", "value")
    found = {}
    for entry in entries:
        parts = {_tag(part): part for part in entry}
        found[parts[key].text or ""] = _from_xml(shape.value, parts[value])
    return found


def _unchunked(request: Request) -> IO[bytes]:
    """The body, without the framing that signed streams have (`aws-chunked`)."""
    request.body.seek(0)
    if "aws-chunked" not in request.headers.get("content-encoding", "") and not request.headers.get(
        "x-amz-content-sha256", ""
    ).startswith("STREAMING-"):
        return request.body
    return _Chunks(request.body)  # type: ignore[return-value]


class _Chunks:
    """What the chunks hold: each begins with its size, in hexadecimal, and perhaps its signature; the last is empty."""

    def __init__(self, body: IO[bytes]) -> None:
        self._body = body
        self._left = 0
        self._ended = False

    def read(self, size: int | None = -1) -> bytes:
        """At most SIZE bytes; all of them where it is negative. Raises Unreadable for what is cut short."""
        if size is None or size < 0:
            return b"".join(iter(lambda: self.read(1 << 16), b""))
        while self._left == 0 and not self._ended:
            self._next()
        if self._ended:
            return b""
        data = self._body.read(min(size, self._left))
        if not data and size:
            raise Unreadable("a chunk is cut short")
        self._left -= len(data)
        if self._left == 0 and self._body.read(2) != b"\r\n":
            raise Unreadable("a chunk does not end")
        return data

    def _next(self) -> None:
        line = self._body.readline(1024)
        if not line.endswith(b"\r\n"):
            raise Unreadable("a chunk has no size")
        try:
            self._left = int(line.split(b";")[0], 16)
        except ValueError:
            raise Unreadable("the size of a chunk is no number") from None
        self._ended = self._left == 0
