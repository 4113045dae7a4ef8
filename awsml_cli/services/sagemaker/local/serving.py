"""A server on this machine: started with a model, asked, and ended; one that outlives the command is noted."""

from __future__ import annotations

import contextlib
import http.client
import json
import tempfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from awsml_cli.core import clock, places
from awsml_cli.core.errors import InputError, JobFailed, ServiceError
from awsml_cli.core.limits import SAGEMAKER_SERVE_STOP_SECONDS
from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker import archives, processes
from awsml_cli.services.sagemaker.local import layout, runners
from awsml_cli.services.sagemaker.local.runners import Runner
from awsml_cli.services.sagemaker.processes import Host
from awsml_cli.services.sagemaker.records import Endpoint

STARTUP: Final = 240.0  # seconds until the first ping has to be answered, as on AWS
ANSWER: Final = 60.0  # seconds that an answer may take
GRACE: Final = float(SAGEMAKER_SERVE_STOP_SECONDS)
ATTRIBUTES: Final = "X-Amzn-SageMaker-Custom-Attributes"


@dataclass(frozen=True)
class Answer:
    """What a server answered; `attributes` are those of its own, as SageMaker passes them on."""

    status: int
    body: bytes
    content_type: str
    attributes: str = ""


class Server:
    """A server at URL, started with a model in a folder that goes with it."""

    def __init__(self, host: Host, log: processes.Log, port: int) -> None:
        self.host = host
        self.log = log
        self.port = port

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"


def model_of(runner: Runner, said: str | None) -> Path:
    """The model that was SAID, an archive or a folder; else that of the newest training here. Raises InputError."""
    if said is not None:
        path = Path(said)
        if not path.exists():
            raise InputError(f"there is no model {said}")
        return path
    found = layout.newest(runner.project.root / "output", "model.tar.gz")
    if found is None:
        raise InputError("nothing has been trained here yet", hint="awsml sagemaker local train, or --model-data PATH")
    return found


def prepare(runner: Runner, model: Path | None, folder: Path, *, code: bool = True) -> Path:
    """Make FOLDER the /opt/ml of a server with MODEL, if any, and with the project's CODE where no image has it."""
    if model is not None and model.is_dir():
        archive = folder / "model.tar.gz"
        archives.pack([model], archive)
        model = archive
    if model is not None:
        archives.checked(model)
        archives.unpack(model, folder / "model")
    else:
        (folder / "model").mkdir()
    if code and runner.linked:
        layout.give_code(runner.project, folder / "code")
    return folder


@contextlib.contextmanager
def served(
    session: Session,
    runner: Runner,
    model: Path | None,
    *,
    variables: Mapping[str, str] | None = None,
    port: int = 0,
    startup: float = STARTUP,
    talks: bool = True,
) -> Iterator[Server]:
    """A server with MODEL that answers, and ends with the block. Raises JobFailed where it never answers."""
    name = runner.project.about.name
    with tempfile.TemporaryDirectory(prefix="awsml-serve-") as made:
        folder = prepare(runner, model, Path(made))
        port = port or runners.free_port()
        host = runner.start(name, "algo-1", folder, {**(variables or {})}, port=port)
        server = Server(host, processes.Log([host]), port)
        try:
            until_ready(session, server, startup, talks=talks)
            threading.Thread(target=_drain, args=(session, server, talks), daemon=True).start()
            yield server
        finally:
            _end(host)


def detach(session: Session, runner: Runner, model: Path, *, port: int = 0, startup: float = STARTUP) -> Endpoint:
    """Start a server with MODEL that outlives this command. Raises InputError where one of the project runs already."""
    name = runner.project.about.name
    if running(name) is not None:
        raise InputError(f"{name} is served already", hint=f"awsml sagemaker local delete {name}")
    folder = layout.fresh(places.private_dir(places.state_dir() / "sagemaker" / "endpoints") / name)
    prepare(runner, model, folder)
    port = port or runners.free_port()
    log = folder / "log.txt"
    handle = runner.detach(name, folder, {}, port=port, log=log)
    about = Endpoint(
        endpoint_name=name,
        endpoint_status="InService",
        url=f"http://127.0.0.1:{port}",
        model_name=str(model),
        log=str(log),
    )
    note = {"handle": handle, "endpoint": about.model_dump(mode="json")}
    (folder / "endpoint.json").write_text(json.dumps(note), encoding="utf-8")
    deadline = clock.monotonic() + startup
    while ping(port) != 200:
        if not _handle_lives(handle) or clock.monotonic() > deadline:
            last = log.read_text(encoding="utf-8", errors="replace").splitlines()[-8:]
            delete(name)
            raise JobFailed(f"the server of {name} never answered its ping", hint=" | ".join(last) or None)
        processes.pause()
    return about


def running(name: str) -> Endpoint | None:
    """The server of project NAME that another command has left running, or None."""
    note = _note(name)
    if note is None or not _handle_lives(note["handle"]):
        return None
    return Endpoint.model_validate(note["endpoint"])


def delete(name: str) -> bool:
    """End the server of project NAME that another command has left running; False where there is none."""
    note = _note(name)
    if note is None:
        return False
    kind, _, rest = str(note["handle"]).partition(":")
    if kind == "pid":
        processes.end(int(rest), grace=GRACE)
    else:
        processes.run([*json.loads(rest)])
    layout.fresh(_folder(name)).rmdir()
    return True


def ask(
    port: int,
    body: bytes,
    *,
    content_type: str,
    accept: str,
    attributes: str = "",
    path: str = "/invocations",
    timeout: float = ANSWER,
) -> Answer:
    """What the server at PORT answers to BODY. Raises ServiceError where no whole answer comes in TIMEOUT seconds.

    ATTRIBUTES are the caller's own, which SageMaker passes on.
    """
    told = {"Content-Type": content_type, "Accept": accept, **({ATTRIBUTES: attributes} if attributes else {})}
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        line.request("POST", path, body, told)
        got = line.getresponse()
        said = got.headers
        return Answer(got.status, got.read(), said.get("Content-Type", ""), said.get(ATTRIBUTES, ""))
    except TimeoutError:
        raise ServiceError(
            f"no answer within {timeout:g} s", hint="SageMaker gives up after 60 s; --async waits longer"
        ) from None
    except (OSError, http.client.HTTPException) as problem:
        raise ServiceError(f"the server broke off: {problem or type(problem).__name__}") from None
    finally:
        line.close()


def checked(answer: Answer) -> Answer:
    """ANSWER, where it is one. Raises ServiceError, as SageMaker's ModelError, for a refusal."""
    if answer.status >= 400:
        said = answer.body[:1000].decode("utf-8", "replace").strip()
        raise ServiceError(f"the model answered {answer.status}: {said}", code="ModelError", status=424)
    return answer


def ping(port: int) -> int:
    """The status of the server's ping, 0 where nobody answers."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        line.request("GET", "/ping")
        return line.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        line.close()


def until_ready(session: Session, server: Server, startup: float, *, talks: bool) -> None:
    """Wait until SERVER answers its ping. Raises JobFailed, with its last words, where STARTUP seconds pass."""
    begun = clock.monotonic()
    deadline = begun + startup
    last: list[str] = []
    for line in server.log:
        session.talk.progress(f"waiting for the server, {clock.monotonic() - begun:.0f} s")
        if line is not None and line.text is not None:
            last = [*last[-7:], line.text]
            if talks:
                session.talk.tell(line.text)
        if server.host.code is None and ping(server.port) == 200:
            session.talk.settled()
            return
        if clock.monotonic() > deadline:
            break
    why = (
        f"it ended with exit code {server.host.code}"
        if server.host.code is not None
        else f"it did not within {startup:g} s"
    )
    cause = next((text for text in reversed(last) if text and not text.startswith(" ")), "")
    raise JobFailed(
        f"the server never answered its ping: {why}" + (f": {cause}" if cause else ""),
        hint=None if talks else " | ".join(last) or None,
    )


def _drain(session: Session, server: Server, talks: bool) -> None:
    """Read what the server writes, or it would wait for somebody to do so."""
    for line in server.log:
        if talks and line is not None and line.text is not None:
            session.talk.tell(line.text)


def _end(host: Host) -> None:
    if host.code is None:
        host.stop(GRACE)
        with contextlib.suppress(Exception):
            host.process.wait(GRACE)
    host.kill()


def _handle_lives(handle: str) -> bool:
    kind, _, rest = handle.partition(":")
    if kind == "pid":
        return processes.is_alive(int(rest))
    words = json.loads(rest)
    return processes.run([words[0], "inspect", words[-1]]).code == 0


def _note(name: str) -> dict[str, Any] | None:
    try:
        found = json.loads((_folder(name) / "endpoint.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _folder(name: str) -> Path:
    return places.state_dir() / "sagemaker" / "endpoints" / name
