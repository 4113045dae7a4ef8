"""The first process of a SageMaker container: starts training or serving, and passes on what SageMaker says.

`start.py train` runs the training script with what SageMaker lays out below /opt/ml, `start.py serve` the server, and
`start.py run WORD …` an entry point that a caller gave. It
* forwards SIGTERM to everything it started, and collects processes that lost their parent, as process 1 must;
* leaves the reason of a failure in /opt/ml/output/failure, the exception first, then its traceback;
* makes the folders that a script writes to, without which AWS's toolkit ends with success and trains nothing.

With sagemaker-training installed, that toolkit runs the script; else it is run from here with the same variables and
arguments. It needs Python 3.8 and nothing else.
"""

from __future__ import annotations

import collections
import contextlib
import ctypes
import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any, BinaryIO

FAILURE_CHARACTERS = 1024  # SageMaker shows no more of the file
KEPT_LINES = 400  # of stderr, to find the traceback in
TERMINATED = 143  # the exit code of who died of SIGTERM
SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of Linux
TOOLKIT = ("sagemaker_training.", "ExecuteUserScriptError", "subprocess.CalledProcessError")
REPORT = "Reporting training FAILURE"  # by AWS's toolkit, with what it makes of it below
OBJECTIVE = "_tuning_objective_metric"  # what SageMaker adds to the hyperparameters of a trial; no script asked for it


def main(arguments: list[str]) -> int:
    """Do what SageMaker asks for, `train` or `serve`, or what is to be run, and return the exit code."""
    word, more = (arguments or [""])[0], arguments[1:]
    if word == "train":
        return train(more)
    if word == "serve":
        return serve()
    if word == "run" and more:
        return run(more)
    sys.stderr.write("this image is started by SageMaker with one word: train or serve\n")
    return 2


def root() -> Path:
    """Where SageMaker's folders are: /opt/ml, unless SAGEMAKER_BASE_DIR says otherwise."""
    return Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))


def train(more: list[str]) -> int:
    """Run the training script to its end; MORE are arguments for it."""
    base = root()
    for name in ("model", "output", "output/data", "checkpoints"):
        with contextlib.suppress(OSError):
            (base / name).mkdir(parents=True, exist_ok=True)
    failure = base / "output" / "failure"
    if not os.access(failure.parent, os.W_OK):
        sys.stderr.write(f"{failure.parent} cannot be written; nothing was trained\n")
        return 1
    try:
        command, variables = _training(base, more)
    except (OSError, ValueError, KeyError) as problem:
        return _failed(failure, f"the training could not be started: {problem}", 1)
    work = Work(command, {**os.environ, **variables}, base / "code")
    code = work.run()
    if code == 0:
        return 0
    if _by_the_script(failure):
        return code
    return _failed(failure, reason(work.said, code), code)


def serve() -> int:
    """Run the server until it is told to stop."""
    here = Path(__file__).resolve().parent
    port = os.environ.get("SAGEMAKER_BIND_TO_PORT", "8080")
    work = Work([sys.executable, str(here / "server.py"), port], dict(os.environ), here, alone=True)
    return work.run()


def run(words: list[str]) -> int:
    """Run WORDS, which somebody gave as the entry point, where the code is; 127 where they are no program."""
    try:
        return Work(words, dict(os.environ), root() / "code").run()
    except OSError as problem:
        why = f"{words[0]} cannot be run: {problem.strerror or problem}"
        return _failed(root() / "output" / "failure", why, 127)


class Work:
    """A process with all that it starts: SIGTERM reaches every one of them. `said` are its last lines of stderr.

    ALONE, the process is told first, so that it answers what it was asked, and the rest when it has ended.
    """

    def __init__(self, command: list[str], variables: dict[str, str], folder: Path, *, alone: bool = False) -> None:
        self.said: collections.deque[str] = collections.deque(maxlen=KEPT_LINES)
        self._command, self._variables = command, variables
        self._folder = folder if folder.is_dir() else None
        self._stopped, self._alone = False, alone
        self._group = 0

    def run(self) -> int:
        """Run it to its end, and to that of its orphans; the exit code is as a shell gives it."""
        _adopt_orphans()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._forward)
        process = subprocess.Popen(
            self._command, env=self._variables, cwd=self._folder, stderr=subprocess.PIPE, start_new_session=True
        )
        self._group = process.pid
        if self._stopped:  # told to stop while it was being started
            self._signal(signal.SIGTERM)
        assert process.stderr is not None
        listening = threading.Thread(target=self._listen, args=(process.stderr,), daemon=True)
        listening.start()
        codes = [_shell_code(process.wait())]
        if self._stopped and self._alone:
            self._alone = False
            self._signal(signal.SIGTERM)
        if self._stopped:  # what stood between the script and us may have died of the signal that the script obeys
            codes += _collect(blocking=True)
        listening.join(timeout=5)
        _collect(blocking=False)
        return next((code for code in codes if code != TERMINATED), codes[0])

    def _forward(self, number: int, _frame: FrameType | None) -> None:
        again, self._stopped = self._stopped, True
        self._signal(signal.SIGKILL if again else signal.SIGTERM)  # who asks twice waits no longer

    def _signal(self, number: int) -> None:
        if self._group:
            send = os.kill if self._alone and number == signal.SIGTERM else os.killpg
            with contextlib.suppress(ProcessLookupError, PermissionError):
                send(self._group, number)

    def _listen(self, pipe: BinaryIO) -> None:
        for line in pipe:
            with contextlib.suppress(OSError):
                sys.stderr.buffer.write(line)
                sys.stderr.buffer.flush()
            self.said.append(line.decode("utf-8", "replace").rstrip("\r\n"))


def reason(said: collections.deque[str], code: int) -> str:
    """Why a script failed: its exception, then the traceback; without one, how it ended and its last words."""
    lines, found = list(said), ""
    for start, line in enumerate(lines):
        if not line.startswith("Traceback (most recent call last):"):
            continue
        end = start + 1
        while end < len(lines) and (lines[end].startswith(" ") or not lines[end]):
            end += 1
        if end < len(lines) and not lines[end].startswith(TOOLKIT):
            found = "\n".join([lines[end], *lines[start:end]])
    if found:
        return found
    if code > 128:
        name = signal.Signals(code - 128).name if code - 128 in list(signal.Signals) else str(code - 128)
        return f"the script was ended by {name}" + (", perhaps for want of memory" if name == "SIGKILL" else "")
    last = _last_words(lines)
    if code == 1 and last:  # so ends `sys.exit("why")`, with its words as the last of stderr
        return "\n".join([f"{last[-1]} (exit code 1)", *last[:-1]])
    return "\n".join([f"the script ended with exit code {code}", *last])


def _last_words(lines: list[str]) -> list[str]:
    """The last of LINES that are the script's own, as a terminal shows them: not what the toolkit reports behind it."""
    reported = next((place for place, line in enumerate(lines) if REPORT in line), len(lines))
    shown = [line.rstrip("\r").rpartition("\r")[2].strip() for line in lines[:reported]]
    return [line for line in shown if line and "sagemaker" not in line][-5:]


def _training(base: Path, more: list[str]) -> tuple[list[str], dict[str, str]]:
    """The command of a training below BASE, and the variables that it needs."""
    variables, arguments = described(base)
    if importlib.util.find_spec("sagemaker_training") is not None:
        return [sys.executable, "-m", "sagemaker_training.cli.train"], {
            "SAGEMAKER_PROGRAM": variables["SM_USER_ENTRY_POINT"]
        }
    script = base / "code" / variables["SM_USER_ENTRY_POINT"]
    if not script.is_file():
        raise ValueError(f"there is no {script}")
    return [sys.executable, str(script), *arguments, *more], variables


def described(base: Path) -> tuple[dict[str, str], list[str]]:
    """The SM_ variables of a training below BASE, named as AWS's toolkit does, and the script's arguments."""
    config = base / "input" / "config"
    given = {key: _decoded(value) for key, value in _read(config / "hyperparameters.json").items()}
    resources = _read(config / "resourceconfig.json")
    channels = _read(config / "inputdataconfig.json")
    own = {key: value for key, value in given.items() if not key.startswith("sagemaker_") and key != OBJECTIVE}
    program = str(os.environ.get("SAGEMAKER_PROGRAM") or given.get("sagemaker_program") or "train.py")
    if program.startswith(("/", "-")) or ".." in Path(program).parts:
        raise ValueError(f"SAGEMAKER_PROGRAM has to be a file below the code: {program}")
    hosts = resources.get("hosts", ["algo-1"])
    host = resources.get("current_host", "algo-1")
    group = resources.get("current_group_name", "homogeneousCluster")
    groups = resources.get("instance_groups", [])
    arguments = [word for key, value in own.items() for word in (f"--{key}", _argument(value))]
    plain: dict[str, Any] = {
        "SM_HOSTS": hosts,
        "SM_CURRENT_HOST": host,
        "SM_CURRENT_INSTANCE_TYPE": resources.get("current_instance_type", "local"),
        "SM_CURRENT_INSTANCE_GROUP": group,
        "SM_CURRENT_INSTANCE_GROUP_HOSTS": next(
            (g["hosts"] for g in groups if g["instance_group_name"] == group), hosts
        ),
        "SM_INSTANCE_GROUPS": [one["instance_group_name"] for one in groups],
        "SM_NETWORK_INTERFACE_NAME": resources.get("network_interface_name", "eth0"),
        "SM_HPS": own,
        "SM_USER_ENTRY_POINT": program,
        "SM_USER_ARGS": arguments,
        "SM_MODULE_NAME": Path(program).stem,
        "SM_MODULE_DIR": str(base / "code"),
        "SM_CHANNELS": sorted(channels),
        "SM_MODEL_DIR": str(base / "model"),
        "SM_INPUT_DIR": str(base / "input"),
        "SM_INPUT_CONFIG_DIR": str(config),
        "SM_OUTPUT_DIR": str(base / "output"),
        "SM_OUTPUT_DATA_DIR": str(base / "output" / "data"),
        "SM_OUTPUT_INTERMEDIATE_DIR": str(base / "output" / "intermediate"),
        "SM_RESOURCE_CONFIG": resources,
        "SM_INPUT_DATA_CONFIG": channels,
        "SM_NUM_CPUS": os.cpu_count() or 1,
        "SM_NUM_GPUS": _gpus(),
        "SM_NUM_NEURONS": 0,
        "SM_LOG_LEVEL": 20,
        "SM_IS_HETERO": len(groups) > 1,
    }
    for name in channels:
        plain[f"SM_CHANNEL_{name.upper()}"] = str(base / "input" / "data" / name)
    for key, value in own.items():
        plain[f"SM_HP_{key.upper()}"] = value
    plain["SM_TRAINING_ENV"] = dict(plain)
    variables = {name: value if isinstance(value, str) else json.dumps(value) for name, value in plain.items()}
    variables["PYTHONPATH"] = os.pathsep.join(filter(None, (str(base / "code"), os.environ.get("PYTHONPATH"))))
    return variables, arguments


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    if not isinstance(found, dict):
        raise ValueError(f"{path} is not a JSON object")
    return found


def _decoded(value: Any) -> Any:
    """SageMaker makes a string of every hyperparameter; what it was before is JSON, or text."""
    try:
        return json.loads(value)
    except (TypeError, ValueError):
        return value


def _argument(value: Any) -> str:
    return json.dumps(value) if isinstance(value, (list, dict)) else str(value)


def _gpus() -> int:
    try:
        listed = subprocess.run(["nvidia-smi", "-L"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    except OSError:
        return 0
    return len(re.findall(rb"^GPU \d+", listed.stdout, re.M)) if listed.returncode == 0 else 0


def _by_the_script(failure: Path) -> bool:
    """Whether the script itself has said why it failed; what the toolkit writes there names no reason."""
    try:
        said = failure.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return bool(said.strip()) and not said.startswith(TOOLKIT)


def _failed(failure: Path, why: str, code: int) -> int:
    with contextlib.suppress(OSError):
        failure.write_text(why[:FAILURE_CHARACTERS], encoding="utf-8")
    sys.stderr.write(f"training failed: {why.splitlines()[0]}\n")
    return code


def _adopt_orphans() -> None:
    """Become the parent of processes that lose theirs; process 1 of a container is that anyway."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)


def _collect(*, blocking: bool) -> list[int]:
    """Collect processes that have ended, with BLOCKING until none is left; their exit codes."""
    codes: list[int] = []
    while True:
        try:
            pid, status = os.waitpid(-1, 0 if blocking else os.WNOHANG)
        except ChildProcessError:
            return codes
        if pid == 0:
            return codes
        codes.append(_shell_code(os.waitstatus_to_exitcode(status)))


def _shell_code(code: int) -> int:
    return 128 - code if code < 0 else code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
