"""The programs that build and run containers: docker, podman, buildah, nerdctl, finch, each by its own words.

SageMaker takes one manifest of one platform in Docker's version 2; two of the five would push another kind if they
were not told, and docker with BuildKit would add an attestation, which makes an index of it:
https://github.com/aws/amazon-sagemaker-feedback/issues/180
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from awsml_cli.core.errors import ConfigError, JobFailed
from awsml_cli.services.sagemaker import processes
from awsml_cli.services.sagemaker.processes import Done

KNOWN: Final = ("docker", "podman", "buildah", "nerdctl", "finch")
RUNNERS: Final = ("docker", "podman", "nerdctl", "finch")
PLATFORM: Final = "linux/amd64"


@dataclass(frozen=True)
class Command:
    """A command line of an engine; ENV are variables that it needs beside those there are."""

    words: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return processes.shown([*(f"{name}={value}" for name, value in self.env.items()), *self.words])

    def run(self, *, stdin: bytes = b"") -> Done:
        """Run it to its end."""
        return processes.run(self.words, stdin=stdin, env=self.env)

    def checked(self, what: str, *, stdin: bytes = b"") -> Done:
        """Run it to its end. Raises JobFailed, with its last line, where WHAT failed."""
        done = self.run(stdin=stdin)
        if done.code:
            last = (done.stderr.strip() or done.stdout.decode("utf-8", "replace").strip()).splitlines()
            raise JobFailed(f"{what} failed: {last[-1] if last else f'exit code {done.code}'}", hint=str(self))
        return done


@dataclass(frozen=True)
class Access:
    """How a registry is entered: its HOST, whether it speaks https, the file of its ROOT certificate, and a LOGIN file.

    `login` is what `docker login` and `podman login` write: its folder is docker's configuration.
    """

    host: str
    secure: bool
    login: Path
    root: Path | None = None
    daemon: str | None = None  # docker's, which the user's own configuration names and ours does not

    def keep_others(self) -> None:
        """Put the user's own logins, as files hold them, into ours: another base may lie behind one.

        What a program of the system keeps (`credsStore`) stays there, since our login would be kept there too.
        """
        home = Path(os.environ.get("DOCKER_CONFIG") or Path.home() / ".docker")
        try:
            theirs = json.loads((home / "config.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            theirs = {}
        ours = {name: theirs[name] for name in ("auths", "credHelpers") if isinstance(theirs.get(name), dict)}
        # docker looks for buildx beside its configuration
        ours["cliPluginsExtraDirs"] = [str(home / "cli-plugins")]
        self.login.touch(mode=0o600)
        self.login.write_text(json.dumps(ours), encoding="utf-8")


@dataclass(frozen=True)
class Engine:
    """One of the five; `buildkit` says that docker has buildx."""

    name: str
    program: str
    buildkit: bool = False

    def daemon(self) -> str | None:
        """Where docker's daemon is, as the user's context says; None where it is no secret, or there is none."""
        if self.name != "docker" or os.environ.get("DOCKER_HOST"):
            return None
        asked = Command((self.program, "context", "inspect", "--format", "{{.Endpoints.docker.Host}}")).run()
        return asked.stdout.decode("utf-8", "replace").strip() or None if asked.code == 0 else None

    def build(
        self,
        folder: Path,
        *,
        target: str,
        tag: str,
        arguments: Mapping[str, str],
        labels: Mapping[str, str],
        secrets: Sequence[str] = (),
        cached: bool = True,
        platform: str = PLATFORM,
        access: Access | None = None,
        file: str | None = None,
    ) -> Command:
        """Build the stage TARGET of FOLDER's Dockerfile, or of FILE, as TAG; ACCESS is for the registry of its base."""
        words, env = [self.program, "build"], {}
        if self.name == "docker" and self.buildkit:
            words = [self.program, "buildx", "build", "--load", "--provenance=false", "--sbom=false"]
        elif self.name == "docker":
            env = {"DOCKER_BUILDKIT": "0"}
        elif self.name in ("podman", "buildah"):
            words += ["--format", "docker"]
        words += ["--platform", platform, "--target", target, "--tag", tag]
        if file is not None:
            words += ["--file", file]
        for option, pairs in (("--build-arg", arguments), ("--label", labels)):
            for name, value in pairs.items():
                words += [option, f"{name}={value}"]
        for secret in secrets:
            words += ["--secret", secret]
        if not cached:
            words.append("--no-cache")
        elif self.name in ("podman", "buildah"):
            words.append("--layers")
        if access is not None and self.name in ("podman", "buildah"):
            words += ["--authfile", str(access.login), *self._safety(access)]
        elif access is not None:
            env = {**env, **self._env(access)}
        return Command((*words, str(folder)), env)

    def has(self, tag: str) -> bool:
        """Whether there is an image called TAG."""
        words = ["inspect", "--type", "image", tag] if self.name == "buildah" else ["image", "inspect", tag]
        return Command((self.program, *words)).run().code == 0

    def login(self, access: Access) -> Command:
        """Log in as AWS; the password comes on stdin."""
        words = [self.program, "login"]
        if self.name in ("podman", "buildah"):
            words += ["--authfile", str(access.login), *self._safety(access)]
        return Command((*words, "--username", "AWS", "--password-stdin", access.host), self._env(access))

    def push(self, tag: str, place: str, access: Access) -> list[Command]:
        """Push the image TAG to PLACE, a registry's name for it."""
        if self.name in ("podman", "buildah"):
            safety = ["--authfile", str(access.login), *self._safety(access)]
            return [Command((self.program, "push", "--format", "v2s2", *safety, tag, f"docker://{place}"))]
        insecure = ["--insecure-registry"] if self.name in ("nerdctl", "finch") and not access.secure else []
        env = self._env(access)
        return [
            Command((self.program, "tag", tag, place), env),
            Command((self.program, *insecure, "push", place), env),
        ]

    def pull(self, place: str, access: Access) -> Command:
        """Fetch the image PLACE of a registry."""
        if self.name in ("podman", "buildah"):
            safety = ["--authfile", str(access.login), *self._safety(access)]
            return Command((self.program, "pull", *safety, place))
        return Command((self.program, "pull", place), self._env(access))

    def run(
        self,
        image: str,
        name: str,
        words: Sequence[str],
        *,
        mounts: Mapping[Path, str],
        variables: Mapping[str, str],
        options: Sequence[str] = (),
    ) -> Command:
        """Run WORDS in IMAGE as the container NAME, with folders mounted at their places, removed at its end."""
        given = [self.program, "run", "--rm", "--name", name, "--platform", PLATFORM, *options]
        for path, place in mounts.items():
            given += ["--volume", f"{path}:{place}"]
        for key, value in variables.items():
            given += ["--env", f"{key}={value}"]
        return Command((*given, image, *words))

    def stop(self, name: str, grace: float) -> Command:
        """Ask the container NAME to end, and after GRACE seconds make it."""
        return Command((self.program, "stop", "--time", f"{grace:.0f}", name))

    def remove(self, name: str) -> Command:
        """End the container NAME, whatever it is doing."""
        return Command((self.program, "rm", "--force", name))

    def inspect(self, image: str) -> dict[str, object]:
        """What the engine knows of IMAGE. Raises JobFailed where it knows none."""
        kind = ["inspect", "--type", "image"] if self.name == "buildah" else ["image", "inspect"]
        found = json.loads(Command((self.program, *kind, image)).checked(f"looking at {image}").stdout)
        return dict(found[0] if isinstance(found, list) else found)

    def _safety(self, access: Access) -> list[str]:
        if not access.secure:
            return ["--tls-verify=false"]
        return ["--cert-dir", str(access.root.parent)] if access.root else []

    def _env(self, access: Access) -> dict[str, str]:
        if self.name in ("podman", "buildah"):
            return {}
        daemon = {"DOCKER_HOST": access.daemon} if access.daemon else {}
        return {"DOCKER_CONFIG": str(access.login.parent), **daemon}


def find(name: str | None, *, runs: bool = False) -> Engine:
    """The engine NAME, or the first that works here; one that RUNS containers, if that is wanted.

    Raises ConfigError where there is none.
    """
    name = name or os.environ.get("AWSML_ENGINE") or None
    wanted = RUNNERS if runs else KNOWN
    if name is not None and name not in wanted:
        raise ConfigError(
            f"{name} runs no containers" if name in KNOWN else f"there is no engine `{name}`",
            hint=f"one of: {', '.join(wanted)}",
        )
    seen = []
    for one in (name,) if name else wanted:
        program = shutil.which(one)
        if program is None:
            continue
        done = processes.run([program, "info"] if one != "buildah" else [program, "version"])
        if done.code == 0:
            return Engine(one, one, buildkit=one == "docker" and processes.run([one, "buildx", "version"]).code == 0)
        seen.append(f"{one}: {(done.stderr.strip() or 'it does not answer').splitlines()[-1]}")
    if seen:
        raise ConfigError(f"no container engine works here: {'; '.join(seen)}", hint="start it; awsml --no-container")
    what = name or "container engine"
    raise ConfigError(f"{what} is not installed here", hint=f"install one of: {', '.join(wanted)}; or --no-container")
