"""What the workers of multi-model-server run: the functions of inference.py, called by AWS's sagemaker-inference.

Three things differ from that toolkit's own service: a model that cannot be loaded is told to the server in front
(`server.py`) instead of being tried again and again; an answer that is an error carries no traceback, which goes to
the log; a ValueError of input_fn is the asker's, 400. Its name is a long one since the model's own code lies beside it.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any

from sagemaker_inference.errors import BaseInferenceToolkitError
from sagemaker_inference.transformer import Transformer

STATE = "SAGEMAKER_WORKER_STATE"  # the folder in which a worker of a single model says that it has loaded, or why not


class Refused(BaseInferenceToolkitError):  # type: ignore[misc,unused-ignore]
    """A request that input_fn does not understand."""

    def __init__(self, problem: ValueError) -> None:
        super().__init__(400, f"{type(problem).__name__}: {problem}", "Bad Request")


class Model(Transformer):  # type: ignore[misc,unused-ignore]
    """A model with the functions around it."""

    _input_fn: Any

    def load(self, context: Any) -> None:
        """Load it as inference.py says."""
        self.validate_and_initialize(model_dir=context.system_properties["model_dir"], context=context)
        understands = self._input_fn

        def understood(data: Any, content_type: str) -> Any:
            try:
                return self._run_handler_function(understands, data, content_type)
            except ValueError as problem:
                raise Refused(problem) from problem

        self._input_fn = understood

    @staticmethod
    def handle_error(context: Any, inference_exception: Any, trace: str) -> list[str]:
        """The answer for an exception: what it is, to the asker; where it was, to the log."""
        sys.stderr.write(trace)
        sys.stderr.flush()
        if isinstance(inference_exception, Refused):
            said = str(inference_exception.message)
        else:
            said = trace.strip().splitlines()[-1].strip()
        context.set_response_status(code=inference_exception.status_code, phrase="")
        context.set_response_content_type(0, "application/json")
        return [json.dumps({"error": said})]


_models: list[Model] = []  # the one of this process, which multi-model-server has started for it


def handle(data: Any, context: Any) -> Any:
    """Load the model where there are no DATA, which is how multi-model-server begins; else answer."""
    if data is not None:
        return _models[0].transform(data, context)
    model = Model()
    try:
        _find_code(Path(context.system_properties["model_dir"]))
        model.load(context)
    except MemoryError:
        raise
    except BaseException as problem:
        if STATE not in os.environ:
            raise
        _tell("failed", traceback.format_exc())
        raise SystemExit(1) from problem  # which multi-model-server does not tell a second time
    _models[:] = [model]
    if STATE in os.environ:
        _tell("loaded", "")
    return None


def _find_code(folder: Path) -> None:
    """Let inference.py be imported: beside the model in code/, or where the project's code is."""
    base = Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))
    script = os.environ.get("SAGEMAKER_INFERENCE", "inference.py")
    for place in (folder / "code", Path(os.environ.get("SAGEMAKER_SUBMIT_DIRECTORY", base / "code"))):
        if (place / script).is_file():
            sys.path.insert(0, str(place))
            os.environ["SAGEMAKER_PROGRAM"] = script  # of a training it is another, and the toolkit asks for one name
            return
    raise RuntimeError(f"there is no {script} in {folder / 'code'} or {base / 'code'}")


def _tell(what: str, said: str) -> None:
    folder, name = Path(os.environ[STATE]), f"{what}-{os.getpid()}"
    (folder / f".{name}").write_text(said, encoding="utf-8")
    (folder / f".{name}").replace(folder / name)
