"""Amazon ECR: repositories of images, what is in them, what is known to be wrong with it, and an end of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, ClassVar, Final

from awsml_cli.core import jobs, paging
from awsml_cli.core.errors import InputError, ServiceError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session

SERVICE: Final = "ecr"
SEVERITIES: Final = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNDEFINED")  # the worst first
_GONE: Final = ("RepositoryNotFoundException", "ImageNotFoundException")


class Repository(Record):
    """A repository."""

    columns: ClassVar = ("repository_name", "repository_uri", "image_tag_mutability", "created_at")

    repository_name: str
    repository_uri: str
    image_tag_mutability: str | None = None
    created_at: Any = None


class Image(Record):
    """An image of a repository, called as one asks for it; its size in bytes is that of what is stored."""

    columns: ClassVar = ("image", "image_size_in_bytes", "image_pushed_at")

    image: str
    repository_name: str
    image_digest: str
    image_tags: list[str] = []  # noqa: RUF012 - pydantic copies it
    image_size_in_bytes: int | None = None
    image_pushed_at: Any = None
    image_manifest_media_type: str | None = None


class Finding(Record):
    """A weakness that a scan has found in an image."""

    columns: ClassVar = ("severity", "name", "package", "uri")

    name: str
    severity: str
    package: str | None = None
    description: str | None = None
    uri: str | None = None


def repositories(session: Session, *, limit: int | None = None) -> Listing:
    """The repositories of this region."""
    found = paging.items(session.client(SERVICE).describe_repositories, "repositories")
    return Listing((Repository.of(one) for one in islice(found, limit)), "repositories")


def images(session: Session, repository: str, *, limit: int | None = None) -> Listing:
    """The images of REPOSITORY, the newest first. Raises InputError where there is no such repository."""
    try:
        found = list(paging.items(session.client(SERVICE).describe_images, "imageDetails", repositoryName=repository))
    except ServiceError as error:
        raise _gone(error, repository) or error from None
    found.sort(key=lambda one: str(one.get("imagePushedAt", "")), reverse=True)
    return Listing((_image(one) for one in found[:limit]), "imageDetails")


def remove(session: Session, image: str) -> Image:
    """Remove IMAGE, `repository:tag` or `repository@digest`, and say what it was. Raises InputError."""
    repository, reference = _split(image)
    client = session.client(SERVICE)
    try:
        (about,) = client.describe_images(repositoryName=repository, imageIds=[reference])["imageDetails"]
    except ServiceError as error:
        raise _gone(error, image) or error from None
    answer = client.batch_delete_image(repositoryName=repository, imageIds=[reference])
    for failure in answer.get("failures") or ():
        raise ServiceError(
            f"{image} was not removed: {failure.get('failureReason', 'no reason')}", code=failure.get("failureCode", "")
        )
    return _image(about)


def removal(image: str) -> Step:
    """What removing would call."""
    _split(image)
    return step("ecr:BatchDeleteImage", image)


def scan(session: Session, image: str, *, timeout: float | None = None) -> list[Finding]:
    """What is wrong with IMAGE, the worst first: scanned now, unless that was done today already.

    Raises JobFailed where it cannot be scanned, TimedOut, InputError where there is none.
    """
    repository, reference = _split(image)
    client = session.client(SERVICE)
    try:
        client.start_image_scan(repositoryName=repository, imageId=reference)
    except ServiceError as error:
        if error.code not in ("LimitExceededException", "ValidationException"):  # scanned today, or continuously
            raise _gone(error, image) or error from None
    kind = jobs.Kind(
        service=SERVICE,
        noun="scan",
        describe=lambda session, _job: dict(
            session.client(SERVICE).describe_image_scan_findings(repositoryName=repository, imageId=reference)
        ),
        status=lambda answer: str((answer.get("imageScanStatus") or {}).get("status", "")),
        reason=lambda answer: str((answer.get("imageScanStatus") or {}).get("description", "")),
        done=frozenset({"COMPLETE", "ACTIVE"}),
        failed=frozenset({"FAILED", "UNSUPPORTED_IMAGE", "SCAN_ELIGIBILITY_EXPIRED", "FINDINGS_UNAVAILABLE"}),
    )
    jobs.wait(session, kind, JobId(SERVICE, session.region, image), timeout=timeout)
    return sorted(_findings(client, repository, reference), key=lambda one: SEVERITIES.index(one.severity))


def worse(found: Sequence[Finding], severity: str) -> list[Finding]:
    """Those of FOUND that are of SEVERITY or worse."""
    return [one for one in found if SEVERITIES.index(one.severity) <= SEVERITIES.index(severity)]


def _findings(client: Any, repository: str, reference: dict[str, str]) -> Iterator[Finding]:
    """Basic scans name a weakness, enhanced ones a package too."""
    for page in paging.pages(client.describe_image_scan_findings, repositoryName=repository, imageId=reference):
        about = page.get("imageScanFindings") or {}
        for one in about.get("findings") or ():
            told = {word["key"]: word.get("value") for word in one.get("attributes") or ()}
            yield _finding(one.get("name"), one.get("severity"), told.get("package_name"), one).with_raw(one)
        for one in about.get("enhancedFindings") or ():
            weak = one.get("packageVulnerabilityDetails") or {}
            package = next((part.get("name") for part in weak.get("vulnerablePackages") or ()), None)
            yield _finding(one.get("title"), one.get("severity"), package, one).with_raw(one)


def _finding(name: str | None, severity: str | None, package: str | None, about: dict[str, Any]) -> Finding:
    known = severity if severity in SEVERITIES else "UNDEFINED"
    return Finding(
        name=name or "unnamed",
        severity=known,
        package=package,
        description=about.get("description"),
        uri=about.get("uri"),
    )


def _image(about: dict[str, Any]) -> Image:
    tags = about.get("imageTags") or []
    name = about["repositoryName"]
    return Image.of(about, image=f"{name}:{tags[0]}" if tags else f"{name}@{about['imageDigest']}")


def _split(image: str) -> tuple[str, dict[str, str]]:
    """`repository:tag`, `repository@digest`, with or without its registry before it."""
    head, _, rest = image.partition("/")
    if rest and ("." in head or ":" in head):
        image = rest
    if "@" in image:
        name, _, digest = image.partition("@")
        return name, {"imageDigest": digest}
    name, colon, tag = image.partition(":")
    if not colon or not name:
        raise InputError(f"`{image}` names no image", hint="REPOSITORY:TAG, or REPOSITORY@sha256:…")
    return name, {"imageTag": tag}


def _gone(error: ServiceError, name: str) -> InputError | None:
    return InputError(f"there is no {name}", hint="awsml ecr ls") if error.code in _GONE else None
