"""`aws` against `awsml local serve` says what `--local` says: every operation, called both ways, one comparison each."""

from __future__ import annotations

import contextlib
import datetime
import io
import json
import re
import threading
import urllib.request
import wave
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import jmespath
import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

from awsml_cli.core.errors import ConfigError
from awsml_cli.local import hook, performing
from awsml_cli.local.serve import models
from local.serving import Serving
from local.walks import WALKS, Step, bot, contents, objects

ENDED = re.compile(
    r"(?i)^(complete|completed|succeeded|active|built|available|failed|create_failed|create failed|cancelled|trained"
    r"|in_error|training_completed|training_failed|inservice|stopped)$"
)
IDENTIFIERS = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32}|(?<=/)[0-9a-f]{8}\b|(?<=/)\d{13}\b"
)
PLACES = re.compile(r"s3://awsml-local/|http://127\.0\.0\.1:\d+/awsml-local/")
SIDE = ("EncodingType",)  # that of `aws`, which asks for keys as they stand in addresses
NEVER = ("ResponseMetadata", "AudioStream", "audioStream", "Body")

Call = Callable[[str, Step, dict[str, Any]], Any]


class Lacking(Exception):
    """The engine is not here."""


@pytest.fixture(autouse=True)
def _without_containers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWSML_ENGINE", "none")


@pytest.fixture
def talk() -> bytes:
    """A second of silence."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, 16000, 0, "NONE", ""))
        file.writeframes(bytes(32000))
    return out.getvalue()


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    found = Serving(tmp_path / "there")
    yield found
    found.server.stop()


@pytest.fixture
def here(tmp_path: Path) -> Call:
    """What `--local` answers."""
    core = botocore.session.Session()
    hook.attach(core, home=tmp_path / "here", note=lambda text: None)
    session = boto3.Session(botocore_session=core, region_name="us-east-1")
    clients: dict[str, Any] = {}

    def call(service: str, step: Step, params: dict[str, Any]) -> Any:
        client = clients.setdefault(service, session.client(service))
        given = {
            **params,
            **{
                name: contents()[key]
                for name, key in step.files.items()
                if name[0] != name[0].lower() or name in ("inputStream",)
            },
        }
        try:
            answer = getattr(client, xform_name(step.operation))(**given)
        except ConfigError as lacking:
            raise Lacking(lacking.message) from None
        except ClientError as refused:
            return {"refused": refused.response["Error"]["Code"]}
        if "uploadUrl" in answer:
            _, _, bucket, key = answer["uploadUrl"].split("/", 3)
            session.client("s3").put_object(Bucket=bucket, Key=key, Body=bot())
        streams = {name: answer[name].read() for name in NEVER[1:] if name in answer}
        return {
            **{name: value for name, value in answer.items() if name not in NEVER},
            **({"stream": next(iter(streams.values()))} if streams else {}),
        }

    return call


@pytest.fixture(scope="module")
def driver() -> Any:
    clidriver = pytest.importorskip("awscli.clidriver", reason="awscli is in the test group")
    return clidriver.create_clidriver()


@pytest.fixture
def there(driver: Any, serving: Serving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """What `aws` prints, in this process, since each start of it takes a second."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")

    def call(service: str, step: Step, params: dict[str, Any]) -> Any:
        words = ["s3api" if service == "s3" else service, xform_name(step.operation, "-")]
        words += ["--endpoint-url", serving.url, "--no-paginate", "--output", "json"]
        words += step.words
        given = dict(params)
        for name, key in step.files.items():
            path = tmp_path / key
            path.write_bytes(contents()[key])
            words += [f"--{xform_name(name, '-')}", str(path) if step.streams(name) else f"fileb://{path}"]
        out, told, said = tmp_path / "out", io.StringIO(), io.StringIO()
        if step.out:  # `aws` takes no JSON then
            words.insert(2, str(out))
            for name, value in given.items():
                words += [f"--{xform_name(name, '-')}", value if isinstance(value, str) else json.dumps(value)]
        else:
            words += ["--cli-input-json", json.dumps(given)]
        with contextlib.redirect_stdout(told), contextlib.redirect_stderr(said):
            code = driver.main(words)
        if code:
            found = re.search(r"An error occurred \((\w+)\)", said.getvalue())
            assert found, said.getvalue()
            if found[1] == "NotImplemented":
                raise Lacking(said.getvalue())
            return {"refused": found[1]}
        answer = json.loads(told.getvalue() or "{}")
        if "uploadUrl" in answer:
            urllib.request.urlopen(urllib.request.Request(answer["uploadUrl"], bot(), method="PUT")).close()
        return {**answer, **({"stream": out.read_bytes()} if step.out else {})}

    return call


def plain(value: Any, shape: Any = None) -> Any:
    """An answer without what differs from run to run (moments, ids, where this machine is, the noise in a voice), and
    without empty lists, which XML cannot tell from none.
    """
    if shape is not None and shape.type_name == "timestamp":
        return "a moment"
    if isinstance(value, dict):
        members = getattr(shape, "members", {}) or {}
        inner = getattr(shape, "value", None) if getattr(shape, "type_name", "") == "map" else None
        return {
            name: plain(one, inner or members.get(name))
            for name, one in value.items()
            if one not in (None, []) and name not in SIDE
        }
    if isinstance(value, list):
        return [plain(one, getattr(shape, "member", None)) for one in value]
    if isinstance(value, datetime.datetime):
        return "a moment"
    if isinstance(value, bytes):
        return value if len(value) < 10_000 else "sound"
    if isinstance(value, str):
        return PLACES.sub("here/", IDENTIFIERS.sub("an id", value))
    return round(value, 6) if isinstance(value, float) else value


def resolved(value: Any, seen: dict[str, Any]) -> Any:
    """VALUE with what earlier answers said in the place of `$Operation.path`."""
    if isinstance(value, str) and value.startswith("$"):
        return jmespath.search(value[1:], seen)
    if isinstance(value, dict):
        return {name: resolved(one, seen) for name, one in value.items()}
    return [resolved(one, seen) for one in value] if isinstance(value, list) else value


def asked(call: Call, service: str, step: Step, seen: dict[str, Any]) -> Any:
    """The answer to STEP; a job is asked about until it has ended."""
    operation = step.operation.partition(":")[2] or step.operation
    one = replace(step, operation=operation)
    for _ in range(100):
        answer = call(
            step.operation.partition(":")[0] if ":" in step.operation else service, one, resolved(step.params, seen)
        )
        state = jmespath.search(step.until, answer) if step.until else None
        if state is None or ENDED.match(state):
            break
        threading.Event().wait(0.05)
    seen[operation] = answer
    return answer


def walked(call: Call, service: str, walk: list[Step]) -> tuple[list[tuple[str, Any]], list[str]]:
    """The answers of a walk, and why some could not be had."""
    seen: dict[str, Any] = {}
    found, lacking = [], []
    for step in walk:
        owner, operation = step.operation.split(":") if ":" in step.operation else (service, step.operation)
        try:
            answer = asked(call, service, step, seen)
        except Lacking as reason:
            found.append((step.operation, "no engine"))
            lacking.append(f"{step.operation}: {reason}")
            continue
        found.append((step.operation, plain(answer, models.operation(owner, operation).output_shape)))
    return found, lacking


def prepared(service: str, put: Callable[[str, bytes], Any], talk: bytes) -> None:
    put("talk.wav", talk)
    if service in ("comprehend", "textract", "rekognition", "forecast", "personalize", "sagemaker"):
        for key, data in objects().items():
            put(key, data)


@pytest.mark.parametrize("service", list(WALKS))
def test_aws_gets_the_answers_of_local(
    service: str, here: Call, there: Call, serving: Serving, tmp_path: Path, talk: bytes
) -> None:
    from awsml_cli.local.store import Store

    for folder in ("here", "there"):
        store = Store(tmp_path / folder)
        prepared(service, lambda key, data, store=store: store.put("awsml-local", key, data), talk)
    ours, lacking = walked(here, service, WALKS[service])
    others, _ = walked(there, service, WALKS[service])
    for our, other in zip(ours, others, strict=True):
        assert other == our
    if lacking:
        pytest.skip("; ".join(lacking))


def test_every_operation_is_walked() -> None:
    walked = {
        (name, step.operation) if ":" not in step.operation else tuple(step.operation.split(":"))
        for name, steps in WALKS.items()
        for step in steps
    }
    assert walked == {(service, name) for service in performing.SERVICES for name in performing.operations(service)}
