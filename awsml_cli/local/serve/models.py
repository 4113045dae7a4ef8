"""botocore's models of AWS's services, read once."""

from __future__ import annotations

import functools
from typing import Any

CBOR = "smithy-rpc-v2-cbor"


@functools.cache
def _session() -> Any:
    import botocore.loaders
    import botocore.session

    session = botocore.session.Session()
    # a loader of its own: making a client of S3 changes the model that its session has loaded
    session.register_component("data_loader", botocore.loaders.create_loader(session.get_config_variable("data_path")))
    return session


@functools.cache
def service(name: str) -> Any:
    """The model of the service NAME (boto3's)."""
    return _session().get_service_model(name)


@functools.cache
def operation(service_name: str, name: str) -> Any:
    """The model of the operation NAME of a service."""
    return service(service_name).operation_model(name)


@functools.cache
def services() -> tuple[str, ...]:
    """The names of all services that botocore knows."""
    return tuple(_session().get_available_services())


def form(operation_model: Any, *, cbor: bool = False) -> str:
    """How requests and answers of an operation are written: json, rest-json, rest-xml, query, ec2, or CBOR's."""
    return CBOR if cbor else str(operation_model.service_model.resolved_protocol)


def location(shape: Any) -> str | None:
    """Where a member of a request or an answer stands, if not in the body: uri, querystring, header and so on."""
    found = shape.serialization.get("location")
    return str(found) if found else None


def wire_name(name: str, shape: Any) -> str:
    """What the member NAME is called on the wire."""
    return str(shape.serialization.get("name", name))
