"""Logins of an engine to what it has to fetch: the bases of a build, such as AWS's containers, and images."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker.containers import repository
from awsml_cli.services.sagemaker.containers.engine import Access, Engine
from awsml_cli.services.sagemaker.containers.repository import Repository


@contextmanager
def entering(session: Session, bases: Sequence[str], engine: Engine) -> Iterator[Access | None]:
    """Log in where those of BASES are that ENGINE has not; None where no login is needed.

    All are in one file of our own, which also holds the logins that the user's has, and is gone afterwards.
    """
    missing = {repository.split(image)[0]: image for image in bases if not engine.has(image)}
    with ExitStack() as held:
        access: Access | None = None
        for host, image in missing.items():
            key = repository.token_of(session, host, repository.split(image)[1])
            if access is None:
                place = Repository(image, image)
                access, _ = held.enter_context(repository.access(session, place, daemon=engine.daemon(), key=key))
                access.keep_others()
            session.talk.tell(f"logging in to {host} for {image}")
            engine.login(replace(access, host=host)).checked(f"logging in to {host}", stdin=key.password.encode())
        yield access


def fetch(session: Session, image: str, engine: Engine) -> None:
    """Have IMAGE, which is in a registry of ECR's, on this machine; one that ENGINE has is not fetched again."""
    if engine.has(image):
        return
    host, path, _ = repository.split(image)
    key = repository.token_of(session, host, path)
    with repository.access(session, Repository(path, image), daemon=engine.daemon(), key=key) as (access, _):
        engine.login(access).checked(f"logging in to {host}", stdin=key.password.encode())
        session.talk.tell(f"fetching {image} with {engine.name}")
        engine.pull(image, access).checked(f"fetching {image}")
