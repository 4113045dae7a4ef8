"""CodeBuild: projects, and builds that walk through their phases, push what they were told to, and write a log."""

from __future__ import annotations

import datetime
import io
import json
import shlex
import zipfile
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from fakeaws import wire
from fakeaws.core import Call, FakeAws
from fakeaws.faults import AwsError

WALK = ("SUBMITTED", "PROVISIONING", "DOWNLOAD_SOURCE", "BUILD", "COMPLETED")
SECONDS = 95  # that a build takes


class CodeBuild:
    """`builds` by id, `projects` by name; REGISTRY (a `registry.Registry`) gets what a build pushes.

    `failing` is a phase, and why it fails. `pushes` are words for the image that arrives, as `architecture`.
    """

    name = "codebuild"

    def __init__(self, aws: FakeAws) -> None:
        self.aws = aws
        self.projects: dict[str, dict[str, Any]] = {}
        self.builds: dict[str, dict[str, Any]] = {}
        self.sources: list[dict[str, bytes]] = []  # what lay in the zip of each build
        self.registry: Any = None
        self.pushes: dict[str, Any] = {}
        self.failing: tuple[str, str] | None = None
        self.logs = wire.Logs()

    def build(self, build_id: str, *, looks: int = 0) -> None:
        """Have a build that nobody here has started."""
        project = build_id.partition(":")[0]
        params = {"projectName": project, "sourceLocationOverride": "", "buildspecOverride": "version: 0.2\n"}
        self.builds[build_id] = self._begun(build_id, params) | {"looks": looks}

    def batch_get_projects(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Show those that there are."""
        found = [self.projects[name] for name in params["names"] if name in self.projects]
        missing = [name for name in params["names"] if name not in self.projects]
        return {"projects": found, **({"projectsNotFound": missing} if missing else {})}

    def create_project(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Make a project."""
        if params["name"] in self.projects:
            raise AwsError("ResourceAlreadyExistsException", f"Project already exists: {params['name']}")
        arn = f"arn:aws:codebuild:{wire.REGION}:{wire.ACCOUNT}:project/{params['name']}"
        self.projects[params["name"]] = {**params, "arn": arn}
        return {"project": self.projects[params["name"]]}

    def start_build(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Start a build; the same token is the same build."""
        if params["projectName"] not in self.projects:
            raise AwsError("ResourceNotFoundException", f"Project cannot be found: {params['projectName']}")
        token = params.get("idempotencyToken")
        for held in self.builds.values():
            if token and held["params"].get("idempotencyToken") == token:
                return {"build": self._about(held)}
        bucket, _, key = params["sourceLocationOverride"].partition("/")
        with zipfile.ZipFile(io.BytesIO(self.aws.store.objects(bucket)[key])) as archive:
            self.sources.append({name: archive.read(name) for name in archive.namelist()})
        build_id = f"{params['projectName']}:{len(self.builds) + 1}"
        self.builds[build_id] = self._begun(build_id, params)
        return {"build": self._about(self.builds[build_id])}

    def batch_get_builds(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Look at builds, which moves them on."""
        found = [self.builds[one] for one in params["ids"] if one in self.builds]
        for held in found:
            self._move(held)
        missing = [one for one in params["ids"] if one not in self.builds]
        more = {"buildsNotFound": missing} if missing else {}
        return {"builds": [self._about(held) for held in found], **more}

    def list_builds_for_project(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List the builds of a project, the newest first."""
        return _listed(one for one in reversed(self.builds) if one.startswith(params["projectName"] + ":"))

    def list_builds(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List all builds, the newest first."""
        return _listed(reversed(self.builds))

    def stop_build(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Stop a build."""
        held = self.builds[params["id"]]
        held["stopped"] = True
        return {"build": self._about(held)}

    def _begun(self, build_id: str, params: dict[str, Any]) -> dict[str, Any]:
        return {"id": build_id, "params": params, "looks": 0, "stopped": False, "begun": self._now(), "failed": None}

    def _move(self, held: dict[str, Any]) -> None:
        if self._status(held) != "IN_PROGRESS":
            return
        held["looks"] += 1
        phase = WALK[min(held["looks"], len(WALK) - 1)]
        if self.failing and self.failing[0] == phase:
            held["failed"] = self.failing
        if phase == "BUILD":
            self._write(held, ["STEP 1", "STEP 2"])
            if not held["failed"]:
                self._push(held)

    def _write(self, held: dict[str, Any], lines: list[str]) -> None:
        project, _, stream = held["id"].partition(":")
        at = int(held["begun"].timestamp() * 1000)
        events = [(at + number, line) for number, line in enumerate(lines)]
        self.logs.put(f"/aws/codebuild/{project}", stream, events, wire.REGION)

    def _push(self, held: dict[str, Any]) -> None:
        lines = [line.strip()[2:] for line in held["params"]["buildspecOverride"].splitlines() if "- " in line]
        commands = [shlex.split(json.loads(line)) for line in lines]
        labels: dict[str, str] = {}
        for words in commands:
            for before, word in pairwise(words):
                if before == "--label":
                    labels[word.partition("=")[0]] = word.partition("=")[2]
            if words[:2] == ["docker", "push"] and self.registry is not None:
                name, _, tag = words[2].partition("/")[2].rpartition(":")
                self.registry.image(name, tag, labels=labels, **self.pushes)

    def _status(self, held: dict[str, Any]) -> str:
        if held["stopped"]:
            return "STOPPED"
        if held["failed"]:
            return "FAILED"
        return "SUCCEEDED" if held["looks"] >= len(WALK) - 1 else "IN_PROGRESS"

    def _about(self, held: dict[str, Any]) -> dict[str, Any]:
        status, params = self._status(held), held["params"]
        project, _, stream = held["id"].partition(":")
        phases: list[dict[str, Any]] = []
        for phase in WALK[: held["looks"] + 1]:
            one: dict[str, Any] = {"phaseType": phase, "startTime": held["begun"]}
            if phase != "COMPLETED":
                one["phaseStatus"] = "SUCCEEDED"
            if held["failed"] and held["failed"][0] == phase:
                one |= {
                    "phaseStatus": "FAILED",
                    "contexts": [{"statusCode": "COMMAND_EXECUTION_ERROR", "message": held["failed"][1]}],
                }
            phases.append(one)
        about = {
            "id": held["id"],
            "projectName": project,
            "buildStatus": status,
            "currentPhase": "COMPLETED" if status != "IN_PROGRESS" else phases[-1]["phaseType"],
            "startTime": held["begun"],
            "source": {"type": "S3", "location": params["sourceLocationOverride"]},
            "environment": {
                "type": "LINUX_CONTAINER",
                "image": "aws/codebuild/amazonlinux-x86_64-standard:5.0",
                "computeType": params.get("computeTypeOverride", "BUILD_GENERAL1_MEDIUM"),
            },
            "phases": phases,
        }
        if held["looks"] > 0:
            about["logs"] = {"groupName": f"/aws/codebuild/{project}", "streamName": stream}
        if status != "IN_PROGRESS":
            about["endTime"] = held["begun"] + datetime.timedelta(seconds=SECONDS)
        return about

    def _now(self) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(self.aws.clock.now(), datetime.UTC)


def _listed(ids: Iterable[str]) -> dict[str, Any]:
    found = list(ids)
    return {"ids": found} if found else {}
