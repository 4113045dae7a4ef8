"""The images of a project: built when their content has changed, pushed when the registry has them not."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Final, Protocol

from awsml_cli.core import clock
from awsml_cli.core.errors import InputError, JobFailed, UsageError
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Record
from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker import dockerfile, processes
from awsml_cli.services.sagemaker.containers import layers, logins, repository
from awsml_cli.services.sagemaker.containers.engine import PLATFORM, Access, Command, Engine
from awsml_cli.services.sagemaker.containers.registry import DOCKER, Manifest, Registry
from awsml_cli.services.sagemaker.containers.repository import Repository
from awsml_cli.services.sagemaker.project import Project, Target

CONTENT: Final = "com.awsml.content"  # the label with the digest of all that the image was made of
SURROUNDINGS: Final = "com.awsml.surroundings"  # and of all but the code
_SURROUNDING: Final = ("Dockerfile", "requirements.txt")


class Image(Record):
    """An image of a project on this machine; `built` is false where it was there already."""

    columns: ClassVar = ("image", "target", "built")

    image: str
    target: str
    content: str
    engine: str
    platform: str = PLATFORM
    built: bool = True


class Pushed(Record):
    """An image in a registry, called by its digest; `pushed` is false where it was there already. `size`: bytes."""

    columns: ClassVar = ("image", "pushed")

    image: str
    tag: str
    target: str
    digest: str
    manifest_media_type: str
    size: int
    platform: str = PLATFORM
    pushed: bool = True


@dataclass(frozen=True)
class Build:
    """What is to be built of PROJECT: the stage TARGET, with ARGUMENTS for it."""

    project: Project
    target: Target
    arguments: Mapping[str, str] = field(default_factory=dict)
    secrets: Sequence[str] = ()
    cached: bool = True

    @property
    def content(self) -> str:
        """The digest of all that goes in."""
        return self.project.digest(self.target, *_words(self.arguments))

    @property
    def surroundings(self) -> str:
        """The digest of what a layer of code does not hold: the Dockerfile, the requirements, the arguments."""
        return self.project.digest_of(_SURROUNDING, self.target, *_words(self.arguments))

    @property
    def labels(self) -> dict[str, str]:
        """What the image says of itself."""
        return {CONTENT: self.content, SURROUNDINGS: self.surroundings}

    @property
    def tag(self) -> str:
        """What a registry calls it."""
        return f"{self.target}-{self.content[:16]}"

    @property
    def name(self) -> str:
        """What it is called on this machine."""
        return f"localhost/awsml/{self.project.about.name}:{self.tag}"

    @property
    def bases(self) -> list[str]:
        """The images of ECR's that it is built on: AWS's Deep Learning Containers, or the user's own."""
        path = self.project.root / "Dockerfile"
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        found = dockerfile.bases(text, self.arguments)
        return [image for image in found if repository.is_ecr(image.partition("/")[0])]

    def command(self, engine: Engine, access: Access | None = None) -> Command:
        """The command that builds it."""
        return engine.build(
            self.project.root,
            target=self.target,
            tag=self.name,
            arguments=self.arguments,
            labels=self.labels,
            secrets=self.secrets,
            cached=self.cached,
            access=access,
        )


class Elsewhere(Protocol):
    """What builds images on other machines, and pushes them from there."""

    def check(self, session: Session, wanted: Build, repository: str) -> None:
        """Look whether it can. Raises UsageError, ConfigError."""

    def push(self, session: Session, wanted: Build, place: Repository, tag: str) -> None:
        """Build what is WANTED and push it to PLACE as TAG. Raises JobFailed."""

    def plan(self, wanted: Build, repository: str) -> Iterator[Step]:
        """What that would call."""


def build(session: Session, wanted: Build, engine: Engine) -> Image:
    """Build what is WANTED, unless it is there. Raises JobFailed with the builder's last lines."""
    made = Image(image=wanted.name, target=wanted.target, content=wanted.content, engine=engine.name)
    if wanted.cached and engine.has(wanted.name):
        session.talk.tell(f"{wanted.target}: unchanged, {wanted.name} is not built again")
        return made.model_copy(update={"built": False})
    begun = clock.monotonic()
    with logins.entering(session, wanted.bases, engine) as access:
        command = wanted.command(engine, access)
        session.talk.tell(f"{wanted.target}: building {wanted.name} with {engine.name}")
        processes.told(
            command.words, lambda line: _told(session, line), what=f"building {wanted.target}", env=command.env
        )
    session.talk.note(f"built in {clock.monotonic() - begun:.1f} s")
    return made


def _told(session: Session, line: str) -> None:
    """A LINE of a builder's: a detail, and what is being done."""
    session.talk.note(line)
    if not session.talk.heard:
        session.talk.progress(line)


def push(
    session: Session,
    wanted: Build,
    engine: Engine | Elsewhere,
    *,
    repository_name: str | None = None,
    tag: str | None = None,
) -> Pushed:
    """Push what is WANTED, building it first if need be, and look at what has arrived; nothing is done twice.

    Raises JobFailed where the registry holds something that SageMaker would refuse.
    """
    called, name = repository_name or _repository(wanted.project), tag or wanted.tag
    if not isinstance(engine, Engine) and uri(session, wanted, called, name) is None:
        engine.check(session, wanted, called)
    place = repository.ensure(session, called)
    with repository.entered(session, place) as registry:
        there = registry.manifest(place.path, name)
        if there is not None:
            _refuse_other(registry, place, there, wanted, name)
            session.talk.tell(f"{wanted.target}: unchanged, {place.uri}:{name} is not pushed again")
            return _arrived(registry, place, there, wanted, name, pushed=False)
        if isinstance(engine, Engine):
            _push_from_here(session, wanted, engine, place, name)
        else:
            engine.push(session, wanted, place, name)
        there = registry.manifest(place.path, name)
        if there is None:
            raise JobFailed(f"{place.uri}:{name} was pushed and is not there")
        return _arrived(registry, place, there, wanted, name, pushed=True)


def _push_from_here(session: Session, wanted: Build, engine: Engine, place: Repository, tag: str) -> None:
    build(session, wanted, engine)
    with repository.access(session, place, daemon=engine.daemon()) as (access, key):
        engine.login(access).checked(f"logging in to {place.host}", stdin=key.password.encode())
        for command in engine.push(wanted.name, f"{place.uri}:{tag}", access):
            command.checked(f"pushing {place.uri}:{tag}")


def push_code(session: Session, wanted: Build, *, repository_name: str | None = None, tag: str | None = None) -> Pushed:
    """Push only the code of what is WANTED, on top of an image with the same surroundings; no engine is needed.

    Raises UsageError where there is none: its Dockerfile or requirements have changed, or it was never pushed.
    """
    place = repository.find(session, repository_name or _repository(wanted.project))
    name = tag or wanted.tag
    if place is not None:
        with repository.entered(session, place) as registry:
            there = registry.manifest(place.path, name)
            if there is not None:
                _refuse_other(registry, place, there, wanted, name)
                session.talk.tell(f"{wanted.target}: unchanged, {place.uri}:{name} is not pushed again")
                return _arrived(registry, place, there, wanted, name, pushed=False)
            for under in _candidates(registry, place, wanted):
                made = layers.append(registry, place.path, under, wanted.project, tag=name, labels=wanted.labels)
                return _arrived(registry, place, made, wanted, name, pushed=True)
    raise UsageError(
        f"no image with these requirements and this Dockerfile was pushed for {wanted.target} yet",
        hint="push it whole first: awsml sagemaker push",
    )


def plan(
    wanted: Build, engine: Engine | Elsewhere | None, *, push: bool, repository_name: str | None = None
) -> Iterator[Step]:
    """What building, or pushing, would do: AWS's operations, and the very commands; without an ENGINE, code alone."""
    name = repository_name or _repository(wanted.project)
    if engine is not None and not isinstance(engine, Engine):
        yield from engine.plan(wanted, name)
        return
    if engine is not None:
        base = Access("REGISTRY", True, Path("LOGIN") / "config.json") if wanted.bases else None
        for host in dict.fromkeys(image.partition("/")[0] for image in wanted.bases):
            yield step("ecr:GetAuthorizationToken", f"{host}, if the base is not here")
            yield step("run", str(engine.login(Access(host, True, Path("LOGIN") / "config.json"))))
        yield step("run", str(wanted.command(engine, base)))
    if not push:
        return
    if engine is not None:
        yield step("ecr:CreateRepository", f"{name}, if it is missing")
    yield step("ecr:GetAuthorizationToken", "its registry")
    if engine is None:
        yield step("push", f"a layer of code as {name}:{wanted.tag}")
        return
    access = Access("REGISTRY", True, Path("LOGIN") / "config.json")
    for command in [engine.login(access), *engine.push(wanted.name, f"REGISTRY/{name}:{wanted.tag}", access)]:
        yield step("run", str(command))


def uri(session: Session, wanted: Build, repository_name: str | None = None, tag: str | None = None) -> str | None:
    """What the registry calls what is WANTED, by its digest; None where it does not hold it."""
    place = repository.find(session, repository_name or _repository(wanted.project))
    if place is None:
        return None
    with repository.entered(session, place) as registry:
        there = registry.manifest(place.path, tag or wanted.tag)
    return f"{place.uri}@{there.digest}" if there else None


def is_of(project: Project, image: str) -> bool:
    """Whether IMAGE lies where those of PROJECT are pushed unless somebody says otherwise."""
    return image.partition("/")[2].partition("@")[0].partition(":")[0] == _repository(project)


def _arrived(
    registry: Registry, place: Repository, there: Manifest, wanted: Build, tag: str, *, pushed: bool
) -> Pushed:
    """What the registry holds, once it is certain that SageMaker takes it."""
    if there.media_type != DOCKER:
        raise JobFailed(
            f"{place.uri}:{tag} has a manifest of the type {there.media_type}; SageMaker takes {DOCKER}",
            hint="switch docker's containerd image store off, or --engine podman or buildah",
        )
    config: dict[str, Any] = json.loads(registry.blob(place.path, there.data["config"]["digest"]))
    platform = f"{config.get('os')}/{config.get('architecture')}"
    if platform != PLATFORM:
        raise JobFailed(f"{place.uri}:{tag} is for {platform}, and SageMaker runs {PLATFORM}", hint="--base IMAGE")
    return Pushed(
        image=f"{place.uri}@{there.digest}",
        tag=tag,
        target=wanted.target,
        digest=there.digest,
        manifest_media_type=there.media_type,
        size=there.size,
        pushed=pushed,
    )


def _refuse_other(registry: Registry, place: Repository, there: Manifest, wanted: Build, tag: str) -> None:
    """Raises InputError where a TAG that the user chose is that of another content."""
    if tag == wanted.tag or "config" not in there.data:
        return
    config = json.loads(registry.blob(place.path, there.data["config"]["digest"]))
    if ((config.get("config") or {}).get("Labels") or {}).get(CONTENT) != wanted.content:
        raise InputError(f"{place.uri}:{tag} is there, and made of something else", hint="another --tag, or none")


def _candidates(registry: Registry, place: Repository, wanted: Build) -> Iterator[Manifest]:
    """Images of the same stage with the same surroundings."""
    for tag in registry.tags(place.path):
        if not tag.startswith(f"{wanted.target}-"):
            continue
        found = registry.manifest(place.path, tag)
        if found is None or "config" not in found.data:
            continue
        config = json.loads(registry.blob(place.path, found.data["config"]["digest"]))
        labels = (config.get("config") or {}).get("Labels") or {}
        if labels.get(SURROUNDINGS) == wanted.surroundings:
            yield found


def _repository(project: Project) -> str:
    return f"awsml/{project.about.name}"


def _words(arguments: Mapping[str, str]) -> list[str]:
    return [f"{name}={value}" for name, value in sorted(arguments.items())]
