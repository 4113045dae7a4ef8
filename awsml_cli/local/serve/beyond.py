"""What SDKs need beside AWS's AI, from moto: roles, repositories, logs, alarms and the like.

Kept as long as the server runs. The only module that touches moto. S3 is ours, since the engines read from it; so is
SageMaker, since moto's trainings are finished before they begin. What they say is kept in moto's logs.
"""

from __future__ import annotations

import threading
from importlib import util
from typing import Any, Final

from awsml_cli.core import clock
from awsml_cli.core.errors import ConfigError
from awsml_cli.local.serve.http import Reply, Request

# where AWS answers, as moto recognises it
_HOSTS: Final = {
    "application-autoscaling": "application-autoscaling.{region}.amazonaws.com",
    "cloudwatch": "monitoring.{region}.amazonaws.com",
    "ecr": "api.ecr.{region}.amazonaws.com",
    "iam": "iam.amazonaws.com",
    "logs": "logs.{region}.amazonaws.com",
    "scheduler": "scheduler.{region}.amazonaws.com",
    "sts": "sts.{region}.amazonaws.com",
}
SERVICES: Final = tuple(_HOSTS)

_ACCOUNT: Final = "000000000000"  # whose our own operations say that everything is
_turn = threading.Lock()  # moto's tables are plain dictionaries


def installed() -> bool:
    """Whether moto is here."""
    return util.find_spec("moto") is not None


def log(region: str, group: str, stream: str, line: str) -> None:
    """Keep LINE in a log of CloudWatch's; its group and stream are made.

    Nobody keeps it without moto, or for a REGION that moto does not know.
    """
    if not installed():
        return
    from moto.logs.models import logs_backends

    with _turn:
        try:
            backend = logs_backends[_ACCOUNT][region]
        except KeyError:
            return
        if group not in backend.groups:
            backend.create_log_group(group, {})
        if stream not in backend.groups[group].streams:
            backend.create_log_stream(group, stream)
        backend.put_log_events(group, stream, [{"timestamp": int(clock.now() * 1000), "message": line}])


def answer(service: str, request: Request, region: str) -> Reply:
    """What moto answers. Raises ConfigError for what it does not know."""
    if not installed():
        raise ConfigError(
            f"{service} is answered by moto, which is not installed", hint="pip install 'awsml-cli[serve]'"
        )
    from botocore.awsrequest import AWSPreparedRequest
    from moto.core.models import botocore_stubber

    host = _HOSTS[service].format(region=region)
    url = f"https://{host}{request.path}" + (f"?{request.query}" if request.query else "")
    headers = {**request.headers, "host": host, "x-moto-account-id": _ACCOUNT}
    prepared = AWSPreparedRequest(request.method, url, headers, request.content, stream_output=False)
    try:
        with _turn:
            found: Any = botocore_stubber.process_request(prepared)
    except NotImplementedError:
        found = None
    if found is None or int(found[0]) == 501:
        raise ConfigError(f"nothing on this machine does this of {service}")
    status, told, body = found
    data = body.encode() if isinstance(body, str) else bytes(body)
    dropped = ("content-length", "server", "date", "connection")
    kept = {str(name): str(value) for name, value in dict(told).items() if str(name).lower() not in dropped}
    return Reply(int(status), data, kept)
