"""Which operation of which service a request asks for.

The service's name stands in the signature's scope; where services share one (`lex`, `personalize`, `forecast`), and
where nothing is signed, the target, the method and the path decide. Signatures themselves are not checked: whoever
reaches this machine's loopback may use its engines.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

from awsml_cli.local import performing
from awsml_cli.local.serve import models
from awsml_cli.local.serve.http import Request

_SCOPE: Final = re.compile(r"/\d{8}/([^/]+)/([^/]+)/aws4_request")
_CBOR_PATH: Final = re.compile(r"(?:/.*)?/service/([\w.]+)/operation/(\w+)")


@dataclass(frozen=True)
class Route:
    """An operation that was asked for; without OPERATION, nobody here knows it. LABELS are still quoted."""

    service: str
    operation: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    cbor: bool = False


def signed(request: Request) -> tuple[str, str]:
    """The service's name and the region in the signature's scope; both empty where nothing is signed."""
    told = request.headers.get("authorization") or dict(request.asked).get("X-Amz-Credential", "")
    scope = _SCOPE.search(told)
    return (scope[2], scope[1]) if scope else ("", "")


def route(request: Request, *, also: Iterable[str] = ()) -> Route:
    """What REQUEST asks for; ALSO are services that are answered here beside our own."""
    name, _ = signed(request)
    known = (*performing.SERVICES, *also)
    candidates = [service for service in known if models.service(service).signing_name == name] or (
        known if not name else ()
    )
    if found := _CBOR_PATH.fullmatch(request.path):
        return _by_cbor(found[1], found[2], candidates, name)
    target = request.headers.get("x-amz-target", "")
    if target:
        return _by_target(target, candidates, name)
    for service in candidates:
        if service == "s3" and not name:
            continue  # last, since it takes any path
        if models.service(service).resolved_protocol.startswith("rest-"):
            found_here = _by_path(service, request)
            if found_here is not None:
                return found_here
    if not name:
        return _by_path("s3", request) or Route("s3")
    return Route(next(iter(candidates), None) or _of_botocore(name), _action(request))


def _action(request: Request) -> str:
    """The operation that a request of the older protocols names, in its body or its query."""
    if "x-www-form-urlencoded" not in request.headers.get("content-type", ""):
        return ""
    told = dict(parse_qsl(request.content.decode("latin-1")))
    return told.get("Action", "")


def learn(also: Iterable[str] = ()) -> None:
    """Read the models, so that the first request does not wait for them."""
    for service in (*performing.SERVICES, *also):
        if models.service(service).resolved_protocol.startswith("rest-"):
            _patterns(service)


def _by_target(target: str, candidates: Iterable[str], name: str) -> Route:
    prefix, _, operation = target.rpartition(".")
    for service in candidates:
        if models.service(service).metadata.get("targetPrefix") == prefix:
            return Route(service, operation if operation in models.service(service).operation_names else "")
    return Route(_of_botocore(name), operation)


def _by_cbor(service_id: str, operation: str, candidates: Iterable[str], name: str) -> Route:
    for service in candidates:
        model = models.service(service)
        if service_id in (model.metadata.get("targetPrefix"), str(model.service_id).replace(" ", "")):
            return Route(service, operation if operation in model.operation_names else "", cbor=True)
    return Route(_of_botocore(name), operation, cbor=True)


def _of_botocore(name: str) -> str:
    """The service that signs as NAME, if its own name is that; what signs otherwise keeps the name it gave."""
    return name if name in models.services() else ""


@dataclass(frozen=True)
class _Pattern:
    """How an operation's requests look: its path, what the query has to hold, and the headers that it needs."""

    operation: str
    method: str
    path: re.Pattern[str]
    fixed: int
    labels: tuple[str, ...]
    query: tuple[tuple[str, str], ...]
    needs: tuple[str, ...]
    headers: tuple[str, ...]

    @property
    def weight(self) -> tuple[int, int, int, int]:
        """How much has to be right; of several that fit, the one that asks for most is meant."""
        return (self.fixed, len(self.query), len(self.needs), len(self.headers))


@functools.cache
def _patterns(service: str) -> tuple[_Pattern, ...]:
    known = [models.operation(service, name) for name in models.service(service).operation_names]
    # S3 has old operations at the addresses of those that took their place
    found = [_pattern(operation) for operation in known if not (service == "s3" and operation.deprecated)]
    return tuple(sorted(found, key=lambda one: one.weight, reverse=True))


def _pattern(operation: Any) -> _Pattern:
    path, _, query = operation.http["requestUri"].partition("?")
    labels: list[str] = []
    pieces = []
    for piece in re.split(r"(\{[^}]+\})", path):
        if piece.startswith("{"):
            labels.append(piece.strip("{}").rstrip("+"))
            pieces.append("(.+)" if piece.endswith("+}") else "([^/]+)")
        else:
            pieces.append(re.escape(piece))
    needs, headers = _needed(operation)
    fixed = sum(bool(part) and not part.startswith("{") for part in path.split("/"))
    return _Pattern(
        operation=operation.name,
        method=operation.http["method"],
        path=re.compile("".join(pieces).rstrip("/") + "/?" if path != "/" else "/?"),
        fixed=fixed,
        labels=tuple(labels),
        query=tuple(parse_qsl(query, keep_blank_values=True)),
        needs=needs,
        headers=headers,
    )


def _needed(operation: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names that have to be in the query and among the headers."""
    shape = operation.input_shape
    if shape is None:
        return (), ()
    places = {
        name: (models.location(shape.members[name]), models.wire_name(name, shape.members[name]))
        for name in shape.required_members
    }
    query = tuple(called for where, called in places.values() if where == "querystring")
    return query, tuple(called.lower() for where, called in places.values() if where == "header")


def _by_path(service: str, request: Request) -> Route | None:
    asked = dict(request.asked)
    for pattern in _patterns(service):
        if pattern.method != request.method or (match := pattern.path.fullmatch(request.path)) is None:
            continue
        if any(name not in asked or (value and asked[name] != value) for name, value in pattern.query):
            continue
        if service == "s3" and not (
            all(name in asked for name in pattern.needs) and all(name in request.headers for name in pattern.headers)
        ):
            continue  # in S3 nothing else tells its operations apart; elsewhere the lack is told as what it is
        return Route(service, pattern.operation, dict(zip(pattern.labels, match.groups(), strict=True)))
    return None


def bucket_in_host(host: str) -> str | None:
    """The bucket in a host's name: `BUCKET.localhost`, `BUCKET.s3.localhost`, `BUCKET.s3.REGION.localhost`."""
    name = host.rpartition(":")[0] if re.search(r":\d+$", host) else host
    match = re.fullmatch(r"(.+?)(?:\.s3(?:[.-][\w-]+)?)?\.localhost", unquote(name))
    return match[1] if match and match[1] not in ("s3",) and not re.fullmatch(r"s3[.-][\w-]+", match[1]) else None
