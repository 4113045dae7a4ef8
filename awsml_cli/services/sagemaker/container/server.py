"""The server of a SageMaker container: the functions of inference.py behind SageMaker's addresses, with FastAPI.

`/ping` is 200, with an empty body, once the model is loaded and 503 before; a model that cannot be loaded ends the
server with its traceback. `/invocations` calls input_fn, predict_fn and output_fn, of which any may be left out.
A multi-model endpoint's addresses (`/models…`) are answered too.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

JSON = "application/json"
CSV = "text/csv"


class Refused(Exception):
    """A request that the model's functions do not understand."""


class Served:
    """A model with the functions around it."""

    def __init__(self, folder: Path, code: ModuleType) -> None:
        self.model = getattr(code, "model_fn", _no_model)(str(folder))
        self._input: Callable[..., Any] = getattr(code, "input_fn", read)
        self._predict: Callable[..., Any] = getattr(code, "predict_fn", _called)
        self._output: Callable[..., Any] = getattr(code, "output_fn", write)

    def answer(self, body: bytes, content_type: str, accept: str) -> tuple[bytes, str]:
        """The answer to BODY, and its content type. Raises Refused for an input that its functions refuse."""
        try:
            data = self._input(body, content_type)
        except ValueError as problem:
            raise Refused(f"{type(problem).__name__}: {problem}") from problem
        made = self._output(self._predict(data, self.model), accept)
        content, kind = made if isinstance(made, tuple) else (made, accept)
        return content.encode() if isinstance(content, str) else bytes(content), kind


def read(body: bytes, content_type: str) -> Any:
    """The data in BODY: JSON as it is, CSV as rows of numbers. Raises ValueError for any other type."""
    kind = content_type.split(";")[0].strip().lower()
    if kind == JSON:
        return json.loads(body)
    if kind == CSV:
        return [[float(cell) for cell in line.split(",")] for line in body.decode().splitlines() if line.strip()]
    raise ValueError(f"content type {content_type} is not understood: {JSON} or {CSV}")


def write(prediction: Any, accept: str) -> tuple[str, str]:
    """PREDICTION as JSON, or as CSV where that is wanted."""
    plain = prediction.tolist() if hasattr(prediction, "tolist") else prediction
    if accept.split(";")[0].strip().lower() == CSV:
        rows = plain if isinstance(plain, list) else [plain]
        return "".join(",".join(map(str, row if isinstance(row, list) else [row])) + "\n" for row in rows), CSV
    return json.dumps(plain), JSON


def _no_model(folder: str) -> Any:
    raise RuntimeError("inference.py has no model_fn")


def _called(data: Any, model: Any) -> Any:
    return model.predict(data) if hasattr(model, "predict") else model(data)


def code_of(folder: Path) -> ModuleType:
    """The module inference.py: beside the model in code/, or where the project's code is."""
    base = Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))
    for place in (folder / "code", Path(os.environ.get("SAGEMAKER_SUBMIT_DIRECTORY", base / "code"))):
        script = place / os.environ.get("SAGEMAKER_INFERENCE", "inference.py")
        if script.is_file():
            if str(place) not in sys.path:
                sys.path.insert(0, str(place))
            spec = importlib.util.spec_from_file_location("inference", script)
            assert spec is not None
            assert spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            sys.modules["inference"] = module
            spec.loader.exec_module(module)
            return module
    raise RuntimeError(f"there is no inference.py in {folder / 'code'} or {base / 'code'}")


class Server:
    """The addresses; `models` are those loaded, by name, the one of an endpoint with one model under none."""

    def __init__(self, folder: Path, *, multiple: bool) -> None:
        self.models: dict[str, Served] = {}
        self._folder, self._multiple = folder, multiple
        if not multiple:
            threading.Thread(target=self._load, daemon=True).start()

    def routes(self) -> list[Any]:
        """What answers where."""
        from starlette.routing import Route

        return [
            Route("/ping", self.ping),
            Route("/invocations", self.invoke, methods=["POST"]),
            Route("/execution-parameters", self.parameters),
            Route("/models", self.load_model, methods=["POST"]),
            Route("/models", self.list_models),
            Route("/models/{name}", self.get_model),
            Route("/models/{name}", self.unload_model, methods=["DELETE"]),
            Route("/models/{name}/invoke", self.invoke, methods=["POST"]),
        ]

    async def ping(self, request: Any) -> Any:
        """Whether a request could be answered."""
        return respond(200 if self._multiple or "" in self.models else 503)

    async def invoke(self, request: Any) -> Any:
        """The model's answer to the body."""
        from starlette.concurrency import run_in_threadpool

        served = self.models.get(request.path_params.get("name", ""))
        if served is None:
            return self._unknown(request) if "name" in request.path_params else refuse(503, "the model is being loaded")
        heads = request.headers
        accept = heads.get("accept", "")
        accept = JSON if accept in ("", "*/*") else accept
        body = await request.body()
        try:
            content, kind = await run_in_threadpool(served.answer, body, heads.get("content-type") or JSON, accept)
        except Refused as refused:
            return refuse(400, str(refused))
        except Exception as bug:  # noqa: BLE001 - the caller learns what it is, the log where it was
            traceback.print_exc()
            return refuse(500, f"{type(bug).__name__}: {bug}")
        return respond(200, content, kind)

    async def parameters(self, request: Any) -> Any:
        """What a batch transform may send at a time."""
        limits = {"MaxConcurrentTransforms": 1, "BatchStrategy": "MULTI_RECORD", "MaxPayloadInMB": 6}
        return respond(200, json.dumps(limits))

    async def load_model(self, request: Any) -> Any:
        """Load one model more."""
        from starlette.concurrency import run_in_threadpool

        asked = json.loads(await request.body())
        name, place = asked["model_name"], Path(asked["url"])
        if name in self.models:
            return refuse(409, f"the model {name} is loaded")
        try:
            self.models[name] = await run_in_threadpool(lambda: Served(place, code_of(place)))
        except MemoryError:
            return refuse(507, f"there is no memory for the model {name}")
        except Exception as bug:  # noqa: BLE001
            traceback.print_exc()
            return refuse(500, f"{type(bug).__name__}: {bug}")
        return respond(200)

    async def list_models(self, request: Any) -> Any:
        """The names of those that are loaded."""
        return respond(200, json.dumps({"models": [{"modelName": name} for name in self.models]}))

    async def get_model(self, request: Any) -> Any:
        """Whether one is loaded."""
        name = request.path_params["name"]
        return respond(200, json.dumps({"modelName": name})) if name in self.models else self._unknown(request)

    async def unload_model(self, request: Any) -> Any:
        """Forget one."""
        return respond(200) if self.models.pop(request.path_params["name"], None) else self._unknown(request)

    def _unknown(self, request: Any) -> Any:
        return refuse(404, f"there is no model {request.path_params['name']}")

    def _load(self) -> None:
        try:
            self.models[""] = Served(self._folder, code_of(self._folder))
        except BaseException:  # noqa: BLE001
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)  # a server without a model helps nobody; SageMaker says that it ended


def respond(status: int, content: bytes | str = b"", kind: str = JSON) -> Any:
    """An answer, without a type where it is empty."""
    from starlette.responses import Response

    return Response(content, status_code=status, media_type=kind if content else None)


def refuse(status: int, why: str) -> Any:
    """An answer that says what was wrong."""
    return respond(status, json.dumps({"error": why}))


def app(folder: Path) -> Any:
    """The ASGI application that serves the model in FOLDER."""
    from fastapi import FastAPI

    multiple = os.environ.get("SAGEMAKER_MULTI_MODEL", "").lower() == "true"
    return FastAPI(routes=Server(folder, multiple=multiple).routes(), docs_url=None, redoc_url=None, openapi_url=None)


def main(port: int) -> None:
    """Serve the model below /opt/ml until SIGTERM."""
    import uvicorn

    base = Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))
    host = os.environ.get("SAGEMAKER_BIND_TO_HOST", "0.0.0.0")  # noqa: S104 - a container is reached from outside it
    uvicorn.run(app(base / "model"), host=host, port=port, log_level="warning")


if __name__ == "__main__":
    main(int(sys.argv[1]))
