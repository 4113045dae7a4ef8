"""The repositories that CodeGuru Reviewer knows: since 7 November 2025 there are no new ones."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from itertools import islice
from typing import Any, Final

from awsml_cli.core import lifecycle, paging
from awsml_cli.core.client import Client
from awsml_cli.core.errors import InputError, ServiceError
from awsml_cli.core.record import Listing
from awsml_cli.core.session import Session
from awsml_cli.services.codeguru.records import Association

REVIEWER: Final = "codeguru-reviewer"
S3: Final = "S3Bucket"


def reviewer(session: Session, *, region: str | None = None) -> Client:
    """Its client; that it takes no new customers is said once."""
    session.once(("lifecycle", REVIEWER), lambda: lifecycle.check(session, REVIEWER, "ListCodeReviews"))
    return session.client(REVIEWER, region=region)


def associations(session: Session, *, every: bool = False, limit: int | None = None) -> Listing:
    """The associated repositories; with EVERY, those that failed or were let go, too."""
    states = {} if every else {"States": ["Associated", "Associating"]}
    found = paging.items(reviewer(session).list_repository_associations, "RepositoryAssociationSummaries", **states)
    return Listing((Association.of(one) for one in islice(found, limit)), "RepositoryAssociationSummaries")


def find(session: Session, name: str) -> Association:
    """The association NAME: a repository's name, an id or an ARN. Raises InputError where there is none."""
    arn = name
    if not name.startswith("arn:"):
        known = list(
            paging.items(
                reviewer(session).list_repository_associations,
                "RepositoryAssociationSummaries",
                States=["Associated"],
            )
        )
        fitting = [one for one in known if name in (one.get("Name"), one.get("AssociationId"), _whole(one))]
        if not fitting:
            near = get_close_matches(name, [str(one.get("Name")) for one in known], n=1)
            raise InputError(
                f"no repository `{name}` is associated with CodeGuru Reviewer",
                hint=f"did you mean `{near[0]}`?" if near else "awsml codeguru associations; new ones are not taken in",
            )
        if len(fitting) > 1:
            raise InputError(f"{len(fitting)} repositories are called `{name}`", hint="name its ARN, or OWNER/NAME")
        arn = str(fitting[0]["AssociationArn"])
    try:
        answer = reviewer(session).describe_repository_association(AssociationArn=arn)["RepositoryAssociation"]
    except ServiceError as error:
        if error.code == "NotFoundException":
            raise InputError(f"there is no association {name}", hint="awsml codeguru associations") from None
        raise
    bucket = (answer.get("S3RepositoryDetails") or {}).get("BucketName")
    return Association.of(answer, bucket=bucket)


def _whole(one: Mapping[str, Any]) -> str:
    return f"{one.get('Owner')}/{one.get('Name')}"
