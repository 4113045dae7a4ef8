"""`awsml api` over every operation of every service of ours: made-up input goes there as words and the answer comes back."""

from __future__ import annotations

import contextlib
import datetime
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fakeaws import Aws, synth, wire
from fakeaws.names import FAKED as ALL
from fakeaws.program import Program
from test_fakeaws_sweep import BOTH_WAYS, comparable

from awsml_cli.core import config, lifecycle, models
from awsml_cli.core.errors import UsageError
from awsml_cli.core.record import Blob, Listing
from awsml_cli.core.session import Session
from awsml_cli.services import api

FAKED = [name for name in ALL if name in models.SERVICES]  # beside them is what our own commands need
PAGED = {"DescribeReplicationBackfillResults"}  # `aws` pages it, and drops what stands beside the list
# by its model, each of its answers has a token
WITHOUT_END = {"DescribeFeatureGroup"}


def words(params: dict[str, Any]) -> list[str]:
    """PARAMS as somebody would write them."""
    found: list[str] = []
    for name, value in params.items():
        option = f"--{models.kebab(name)}"
        if isinstance(value, bool):
            found.append(option if value else f"--no-{models.kebab(name)}")
        elif isinstance(value, list) and value and all(isinstance(one, str) for one in value):
            found += [option, *value]
        else:
            found.append(f"{option}={text(value)}")
    return found


def text(value: Any) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value, default=text)
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    return value.decode() if isinstance(value, bytes) else str(value)


def failures(aws: Aws, session: Session, service: str) -> Iterator[str]:
    """Call each operation of SERVICE with words made of made-up input; say which went wrong, and how."""
    aws.services.clear()  # the stateful ones have conditions of their own
    for name in models.service_model(service).operation_names:
        gone = lifecycle.of_operation(service, name)
        if name in BOTH_WAYS | WITHOUT_END or (gone is not None and gone.state == lifecycle.RETIRED):
            continue
        operation = models.operation_model(service, models.kebab(name))
        shape = wire.operation_model(service, name).input_shape
        given = {} if shape is None else synth.value_for(shape, optional=True, paging=False)
        aws.calls.clear()
        answer = api.call(session, operation, api.parameters(operation, words(given)))
        if isinstance(answer, Blob):
            b"".join(answer.chunks(False))
        elif isinstance(answer, Listing):
            list(answer.records)
        else:
            json.dumps(answer.fields())
        sent, read = comparable(shape, given), comparable(shape, aws.calls[0].params)
        if sent != read:
            yield f"{name}: sent {sent}, read {read}"


@pytest.mark.parametrize("service", FAKED)
def test_each_operation_goes_there_and_back(aws: Aws, service: str) -> None:
    session = Session(config.load({}), assume_yes=True)
    assert list(failures(aws, session, service)) == []


@pytest.mark.parametrize("service", models.SERVICES)
def test_one_wrong_parameter_is_refused_by_each_and_nothing_sent(aws: Aws, tmp_path: Path, service: str) -> None:
    document = tmp_path / "nobody.json"
    document.write_text('{"OfNobody": 1}')
    for name in models.service_model(service).operation_names:
        operation = models.operation_model(service, name)
        with pytest.raises(UsageError, match=r"no parameter --of-nobody|takes no parameters"):
            api.parameters(operation, ["--of-nobody", "1"])
        with pytest.raises(UsageError, match="OfNobody is unknown"):
            api.parameters(operation, [], str(document))
    assert aws.calls == []


@pytest.mark.parametrize("service", models.SERVICES)
def test_each_operation_is_described(service: str) -> None:
    for name in models.service_model(service).operation_names:
        page = api.describe(models.operation_model(service, name)).text
        assert page.startswith(f"Usage: awsml api {service} {models.kebab(name)} [OPTIONS]\n"), name


def asked() -> Iterator[tuple[str, str]]:
    """A hundred operations that read, five of each service."""
    for service in FAKED:
        names = [
            name
            for name in models.service_model(service).operation_names
            if name.startswith(("List", "Describe", "Get", "Detect", "Search"))
            and name not in BOTH_WAYS
            and name not in PAGED
            and lifecycle.of_operation(service, name) is None
            and not models.operation_model(service, name).has_streaming_output
        ]
        for name in names[:10] if len(names) > 20 else names[:5]:
            yield service, name


@pytest.mark.parametrize(("service", "name"), list(asked()))
def test_the_answer_is_that_of_aws(aws: Aws, awsml: Program, service: str, name: str) -> None:
    from awscli.clidriver import create_clidriver

    Path(os.environ["AWS_CONFIG_FILE"]).parent.mkdir(parents=True, exist_ok=True)
    Path(os.environ["AWS_CONFIG_FILE"]).write_text("[default]\ncli_timestamp_format = iso8601\n")
    aws.services.clear()
    shape = wire.operation_model(service, name).input_shape
    given = {} if shape is None else synth.value_for(shape, optional=False, paging=False)
    document = json.dumps(given, default=text)
    ours = awsml("api", service, models.kebab(name), "--input", "-", stdin=document)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = create_clidriver().main([service, models.kebab(name), "--cli-input-json", document, "--output", "json"])
    assert (ours.exit_code, code) == (0, 0), ours.stderr
    assert json.loads(ours.stdout) == json.loads(out.getvalue() or "{}")
