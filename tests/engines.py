"""A stand-in for a container engine, as a program: it takes docker's and podman's words and notes them.

`build` notes that there is an image, a name that is `left` is in use until it is removed, `push` puts one into the registry that is named, of the kind the test has asked for.
"""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path
from typing import Any

from registry import DOCKER

SCRIPT = """#!{python}
import base64, hashlib, http.client, json, os, pathlib, sys
state = pathlib.Path({state!r})
known = json.loads(state.read_text())
words = sys.argv[1:]
stdin = sys.stdin.read() if "--password-stdin" in words else ""
environment = {{k: v for k, v in os.environ.items() if k in ("DOCKER_CONFIG", "DOCKER_BUILDKIT", "DOCKER_HOST")}}
known["calls"].append({{"words": [os.path.basename(sys.argv[0]), *words], "stdin": stdin, "env": environment}})
state.write_text(json.dumps(known))


def put(line, path, body, kind, key):
    line.request("PUT", path, body, {{"Content-Type": kind, "Authorization": key}})
    answer = line.getresponse()
    assert answer.read() is not None and answer.status < 300, answer.status


def login_file():
    if "--authfile" in words:
        return pathlib.Path(words[words.index("--authfile") + 1])
    return pathlib.Path(os.environ["DOCKER_CONFIG"]) / "config.json"


if words[:1] == ["buildx"] and not known["buildx"]:
    sys.exit("buildx component is missing")
if words[:2] == ["image", "inspect"] or words[:1] == ["inspect"]:
    print(json.dumps([{{"Config": {{"Labels": known["labels"]}}}}]))
    sys.exit(0 if words[-1] in known["images"] else 1)
if words[0] == "context":
    print(known.get("context", ""))
if words[0] == known["fails"]:
    print("no space left on device", file=sys.stderr)
    sys.exit(125)
named = words[words.index("--name") + 1] if words[0] == "run" else words[-1]
if words[0] in ("run", "rm") or words[0] == "network":
    if named in known["left"] and words[0] != "rm" and words[1] != "rm":
        print(f"the name {{named}} is in use", file=sys.stderr)
        sys.exit(125)
    if words[:2] == ["network", "rm"] and any(one.startswith(named + "-") for one in known["left"]):
        sys.exit(f"the network {{named}} has active endpoints")
    known["left"] = [one for one in known["left"] if one != named]
    state.write_text(json.dumps(known))
if "build" in words[:2]:
    known["images"].append(words[words.index("--tag") + 1])
    state.write_text(json.dumps(known))
    print("STEP 1")
if words[0] == "login":
    held = json.loads(login_file().read_text()) if login_file().exists() else {{}}
    auths = held.get("auths") or {{}}
    auths[words[-1]] = base64.b64encode(("AWS:" + stdin).encode()).decode()
    login_file().write_text(json.dumps({{**held, "auths": auths}}))
    if known.get("keeps"):
        pathlib.Path(known["keeps"]).write_text(login_file().read_text())
if words[0] == "push":
    place = words[-1].replace("docker://", "")
    host, _, rest = place.partition("/")
    name, _, tag = rest.rpartition(":")
    key = "Basic " + json.loads(login_file().read_text())["auths"][host]
    config = json.dumps({{"os": "linux", "architecture": known["architecture"], "config": {{"Labels": known["labels"]}},
                          "rootfs": {{"type": "layers", "diff_ids": []}}, "history": []}}).encode()
    digest = "sha256:" + hashlib.sha256(config).hexdigest()
    manifest = {{"schemaVersion": 2, "mediaType": known["media_type"], "layers": [],
                 "config": {{"mediaType": "x", "size": len(config), "digest": digest}}}}
    line = http.client.HTTPConnection(host)
    put(line, f"/v2/{{name}}/blobs/uploads/7?state=x&digest=" + digest.replace(":", "%3A"), config, "x", key)
    put(line, f"/v2/{{name}}/manifests/{{tag}}", json.dumps(manifest).encode(), known["media_type"], key)
"""


class Engines:
    """The programs that are installed, in a folder of their own; `env` is what finds them and nothing else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "engines"
        self.folder.mkdir()
        self._state = folder / "engine.json"
        self.set(calls=[], images=[], left=[], buildx=False, fails="")
        self.set(architecture="amd64", media_type=DOCKER, labels=None)

    @property
    def env(self) -> dict[str, str]:
        return {"PATH": str(self.folder)}

    def install(self, *names: str) -> None:
        for name in names:
            path = self.folder / name
            path.write_text(SCRIPT.format(python=sys.executable, state=str(self._state)))
            path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def set(self, **about: Any) -> None:
        known = json.loads(self._state.read_text()) if self._state.exists() else {}
        self._state.write_text(json.dumps({**known, **about}))

    def calls(self, *verbs: str) -> list[dict[str, Any]]:
        """The calls of VERBS, those that look for something left out."""
        quiet = ("info", "version", "inspect", "image", "context")
        calls: list[dict[str, Any]] = json.loads(self._state.read_text())["calls"]
        return [one for one in calls if one["words"][1] in verbs or (not verbs and one["words"][1] not in quiet)]

    def said(self, *verbs: str) -> list[str]:
        return [" ".join(map(os.fspath, one["words"])) for one in self.calls(*verbs)]
