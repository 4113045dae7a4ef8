"""Repositories of Amazon ECR: made where there is none, entered with a token, never removed.

A registry's address is what ECR says it is (`repositoryUri`, `proxyEndpoint`), with its port and its http or https,
and never put together from an account and a region: other partitions, VPC endpoints and emulators have others.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import urlsplit

from awsml_cli.core.errors import InputError, ServiceError
from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker.containers.engine import Access
from awsml_cli.services.sagemaker.containers.registry import Registry

# ACCOUNT.dkr.ecr.REGION.DOMAIN: https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html
ECR: Final = re.compile(r"(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.")
UNTAGGED_DAYS: Final = 14
LIFECYCLE: Final = {
    "rules": [
        {
            "rulePriority": 1,
            "description": "awsml: layers that no tag names any more",
            "selection": {
                "tagStatus": "untagged",
                "countType": "sinceImagePushed",
                "countUnit": "days",
                "countNumber": UNTAGGED_DAYS,
            },
            "action": {"type": "expire"},
        }
    ]
}


@dataclass(frozen=True)
class Repository:
    """A repository: its NAME, and the URI that images in it are called by."""

    name: str
    uri: str

    @property
    def host(self) -> str:
        """The registry, with its port."""
        return self.uri.partition("/")[0]

    @property
    def path(self) -> str:
        """What the registry calls it."""
        return self.uri.partition("/")[2]


@dataclass(frozen=True)
class Token:
    """What enters a registry for twelve hours."""

    password: str
    secure: bool


def find(session: Session, name: str) -> Repository | None:
    """The repository NAME of this account and region, None where there is none."""
    try:
        (found,) = session.client("ecr").describe_repositories(repositoryNames=[name])["repositories"]
    except ServiceError as error:
        if error.code == "RepositoryNotFoundException":
            return None
        raise
    return Repository(name, found["repositoryUri"])


def ensure(session: Session, name: str, *, immutable: bool = True, scan: bool = True) -> Repository:
    """The repository NAME, made if it is missing: its tags do not move, images are scanned, loose layers expire."""
    if (found := find(session, name)) is not None:
        return found
    ecr = session.client("ecr")
    try:
        made = ecr.create_repository(
            repositoryName=name,
            imageTagMutability="IMMUTABLE" if immutable else "MUTABLE",
            imageScanningConfiguration={"scanOnPush": scan},
        )["repository"]
    except ServiceError as error:
        if error.code == "RepositoryAlreadyExistsException" and (found := find(session, name)):
            return found
        raise
    ecr.put_lifecycle_policy(repositoryName=name, lifecyclePolicyText=json.dumps(LIFECYCLE))
    session.talk.tell(f"made the repository {made['repositoryUri']}")
    return Repository(name, made["repositoryUri"])


def token(session: Session) -> Token:
    """What enters this account's registry, asked for once in a run.

    Its own time of expiry is not read: it holds for twelve hours, and emulators say what they like.
    """

    return session.once("ecr token", lambda: _given(session)[0])


def is_ecr(host: str) -> bool:
    """Whether HOST is called as ECR's registries are, of whatever account."""
    return ECR.match(host) is not None


def token_of(session: Session, host: str, path: str) -> Token:
    """What enters the registry at HOST, which holds the repository PATH: another account's too, as AWS's own.

    A key is given to no host but the one that ECR names with it. Raises InputError for a registry that is not ECR's.
    """

    def find_out() -> Token:
        if named := ECR.match(host):
            key, place = _given(session, owner=named[1], region=named[2])
            if place == host:
                return key
        found = find(session, path)
        if found is not None and found.host == host:
            return token(session)
        raise InputError(f"there is no key for the registry {host}", hint="an image in Amazon ECR")

    return session.once(("ecr token", host), find_out)


def _given(session: Session, *, owner: str | None = None, region: str | None = None) -> tuple[Token, str]:
    """The key of OWNER's registry in REGION, by default our own, and where it is."""
    asked = {"registryIds": [owner]} if owner else {}
    given = session.client("ecr", region=region).get_authorization_token(**asked)["authorizationData"][0]
    _, _, password = base64.b64decode(given["authorizationToken"]).decode().partition(":")
    place = urlsplit(given["proxyEndpoint"])
    return Token(password, place.scheme != "http"), place.netloc


@contextmanager
def opened(session: Session, image: str) -> Iterator[tuple[Registry, str, str]]:
    """The registry of IMAGE, open to us, with what it calls the repository, and the tag or digest in it."""
    host, path, reference = split(image)
    key = token_of(session, host, path)
    root = Path(session.config.ca_bundle) if session.config.ca_bundle and key.secure else None
    with Registry(host, secure=key.secure, user="AWS", password=key.password, root=root) as registry:
        yield registry, path, reference


@contextmanager
def entered(session: Session, repository: Repository) -> Iterator[Registry]:
    """The registry of REPOSITORY, open to us."""
    key = token(session)
    root = Path(session.config.ca_bundle) if session.config.ca_bundle else None
    with Registry(
        repository.host, secure=key.secure, user="AWS", password=key.password, root=root if key.secure else None
    ) as registry:
        yield registry


@contextmanager
def access(
    session: Session, repository: Repository, *, daemon: str | None = None, key: Token | None = None
) -> Iterator[tuple[Access, Token]]:
    """How an engine, whose DAEMON may be elsewhere, enters the registry: by a file of our own, gone afterwards.

    KEY enters it, by default that of this account.
    """
    key = key or token(session)
    with TemporaryDirectory(prefix="awsml-login-") as made:
        folder = Path(made)
        root = None
        if session.config.ca_bundle and key.secure:
            root = folder / "ca" / "ca.crt"
            root.parent.mkdir()
            root.write_bytes(Path(session.config.ca_bundle).read_bytes())
        yield Access(repository.host, key.secure, folder / "config.json", root, daemon), key


def split(image: str) -> tuple[str, str, str]:
    """`host/path:tag` or `host/path@digest` as host, path and reference. Raises InputError for another name."""
    host, slash, rest = image.partition("/")
    if not slash or not ("." in host or ":" in host or host == "localhost"):
        raise InputError(
            f"`{image}` names no registry", hint="as 123456789012.dkr.ecr.eu-west-1.amazonaws.com/name:tag"
        )
    if "@" in rest:
        path, _, reference = rest.partition("@")
    else:
        path, _, reference = rest.partition(":")
    return host, path, reference or "latest"
