"""Every operation of our services, from boto3 over the wire to the fake and back: what was sent is what is read, and an answer comes."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError
from fakeaws import Aws, synth, validation, wire
from fakeaws.names import FAKED

# botocore has no method for operations that stream both ways
BOTH_WAYS = {"StartSpeechSynthesisStream", "StartConversation"}

# EC2 has hundreds of operations in a protocol of its own; we ask for two, which the tests of `awsml compute` see
SWEPT = [name for name in FAKED if name != "ec2"]


def failures(aws: Aws, service: str, *, optional: bool) -> Iterator[str]:
    """Call each operation of SERVICE with made-up input; say which went wrong, and how."""
    aws.services.clear()  # the stateful ones have conditions of their own
    client = boto3.client(service)
    for operation in wire.service_model(service).operation_names:
        if operation in BOTH_WAYS:
            continue
        shape = wire.operation_model(service, operation).input_shape
        params = {} if shape is None else synth.value_for(shape, optional=optional)
        try:
            answer = getattr(client, xform_name(operation))(**params)
        except (BotoCoreError, ClientError) as problem:
            yield f"{operation}: {type(problem).__name__} {str(problem)[:300]}"
            continue
        sent, read = comparable(shape, params), comparable(shape, aws.calls[-1].params)
        if (optional and sent != read) or any(read.get(name) != value for name, value in sent.items()):
            yield f"{operation}: sent {sent}, read {read}"
        output = wire.operation_model(service, operation).output_shape
        if output is not None and not set(output.required_members) <= set(answer):
            yield f"{operation}: answered without {set(output.required_members) - set(answer)}"


def comparable(shape: Any, value: Any) -> Any:
    """Bring a value and what is read of it on the wire to one form."""
    if shape is None or getattr(shape, "is_document_type", False):
        return value
    if shape.type_name == "structure":
        return {
            name: comparable(shape.members[name], member) for name, member in value.items() if member not in ({}, [])
        }
    if shape.type_name == "list":
        return [comparable(shape.member, member) for member in value]
    if shape.type_name == "map":
        return {key: comparable(shape.value, member) for key, member in value.items()}
    if shape.type_name == "timestamp" and isinstance(value, datetime.datetime):
        return value.replace(tzinfo=None)
    if shape.type_name == "blob":
        return value.encode() if isinstance(value, str) else bytes(value)
    return value


@pytest.mark.parametrize("service", SWEPT)
def test_each_operation_goes_there_and_back(aws: Aws, service: str) -> None:
    assert [*failures(aws, service, optional=True), *failures(aws, service, optional=False)] == []
    assert set(aws.operations) == set(wire.service_model(service).operation_names) - BOTH_WAYS


@pytest.mark.parametrize("service", SWEPT)
def test_each_made_up_answer_is_one_that_aws_could_give(service: str) -> None:
    for operation in wire.service_model(service).operation_names:
        shape = wire.operation_model(service, operation).output_shape
        if shape is not None and operation not in BOTH_WAYS:
            assert validation.complaints(shape, synth.value_for(shape, paging=False), patterns=False) == [], operation
