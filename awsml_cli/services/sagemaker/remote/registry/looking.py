"""Model packages found by their names: listed, shown, the newest of a group, and what of it may be served."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from awsml_cli.core import paging, refusals, sources, staging
from awsml_cli.core.errors import InputError, ServiceError, UsageError
from awsml_cli.core.record import Listing
from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker.remote.registry.records import Group, Package, Shown, numbers, package, shown
from awsml_cli.services.sagemaker.remote.there import is_missing, or_none

SERVICE: Final = "sagemaker"
GROUP: Final = "registry"
APPROVED: Final = "Approved"
REJECTED: Final = "Rejected"
PENDING: Final = "PendingManualApproval"
STATUSES: Final = {"approved": APPROVED, "rejected": REJECTED, "pending": PENDING}
READ: Final = 20  # versions whose images are asked for at once, of the 100 that BatchDescribeModelPackage takes
_NAMED: Final = re.compile(
    r"(arn:aws[a-z-]*:sagemaker:([a-z0-9-]+):\d{12}:(model-package|model-package-group)/)?"
    r"([a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,62})(?:[:/](\d{1,9}))?"
)


@dataclass(frozen=True)
class Named:
    """A group, one VERSION of it, or a package without versions, as it was named; ARN begins that of what it is."""

    name: str
    version: int | None = None
    arn: str | None = None

    def __str__(self) -> str:
        return self.name if self.version is None else f"{self.name}:{self.version}"

    @property
    def group(self) -> str:
        """What AWS's operations about groups take: the name, or the ARN where it may be another account's."""
        if self.arn is None:
            return self.name
        return f"{self.arn.replace(':model-package/', ':model-package-group/')}{self.name}"

    @property
    def unversioned(self) -> bool:
        """Whether it is the ARN of a package without versions."""
        return self.arn is not None and self.arn.endswith(":model-package/") and self.version is None


def named(session: Session, text: str) -> Named:
    """What TEXT names: GROUP, GROUP:VERSION, a package's name, or an ARN. Raises UsageError."""
    found = _NAMED.fullmatch(text)
    if found is None:
        raise UsageError(f"`{text}` names no model package", hint="GROUP, GROUP:VERSION, or an ARN")
    arn, region, _, name, version = found.groups()
    if region and region != session.region:
        raise UsageError(f"{text} lies in {region}, and this is about {session.region}", hint=f"--region {region}")
    return Named(name, int(version) if version else None, arn)


def status_of(word: str | None) -> str | None:
    """AWS's word for an approval that was said as `approved`, `rejected` or `pending`. Raises UsageError."""
    if word is None:
        return None
    known = {**STATUSES, **{one.lower(): one for one in STATUSES.values()}}
    if word.lower() not in known:
        raise UsageError(f"--status takes {', '.join(STATUSES)}, and `{word}` is none of them")
    return known[word.lower()]


def groups(session: Session, *, limit: int | None) -> Listing:
    """The groups of this region, the newest first."""
    found = paging.items(
        session.client(SERVICE).list_model_package_groups,
        "ModelPackageGroupSummaryList",
        SortBy="CreationTime",
        SortOrder="Descending",
    )
    return Listing(islice((Group.of(one) for one in found), limit), "ModelPackageGroupSummaryList")


def versions(session: Session, which: Named, *, status: str | None, limit: int | None) -> Listing:
    """The versions of a group, the newest first, those alone whose approval is STATUS. Raises InputError."""
    group(session, which)
    return Listing(islice(_with_images(session, listed(session, which, status)), limit), "ModelPackageSummaryList")


def unversioned(session: Session, *, limit: int | None) -> Listing:
    """The packages of this region that belong to no group, the newest first; AWS lists no image of theirs."""
    found = paging.items(
        session.client(SERVICE).list_model_packages,
        "ModelPackageSummaryList",
        ModelPackageType="Unversioned",
        SortBy="CreationTime",
        SortOrder="Descending",
    )
    return Listing(islice(map(package, found), limit), "ModelPackageSummaryList")


def show(session: Session, which: Named, *, approved: bool = False) -> Shown:
    """All about WHICH, or the newest version of a group, the newest that is APPROVED. Raises InputError."""
    answer = look(session, which, approved=approved)
    made = shown(answer)
    return made.model_copy(update={"metrics": _metrics(session, made.metrics_s3)}).with_raw(answer)


def look(session: Session, which: Named, *, approved: bool = False) -> dict[str, Any]:
    """AWS's answer about WHICH, or about the newest version of a group. Raises InputError where there is none."""
    arn = arn_of(session, which, approved=approved)
    answer = or_none(session.client(SERVICE).describe_model_package, ModelPackageName=arn)
    if answer is not None:
        return dict(answer)
    if which.version is not None:
        raise InputError(
            f"{which.name} has no version {which.version}", hint=f"awsml sagemaker {GROUP} ls {which.name}"
        )
    raise InputError(
        f"there is no group of model packages called {which.name}, and no package", hint=f"awsml sagemaker {GROUP} ls"
    )


def served(session: Session, which: Named) -> Shown:
    """What is to be served of WHICH: of a group the newest version that is approved.

    Raises InputError that says why it cannot be.
    """
    answer = look(session, which, approved=which.version is None)
    made = shown(answer)
    if made.model_package_version is not None and made.model_approval_status != APPROVED:
        raise InputError(
            f"{made.package} is {made.model_approval_status}, and SageMaker serves what is {APPROVED} alone",
            hint=f"awsml sagemaker {GROUP} approve {made.package}",
        )
    if made.model_package_status != "Completed":
        why = f": {made.status_reasons[0]}" if made.status_reasons else ""
        raise InputError(f"{made.package} cannot be served: it is {made.model_package_status}{why}")
    return made


def group(session: Session, which: Named, *, needed: bool = True) -> dict[str, Any] | None:
    """AWS's answer about a group, asked for once in a run. Raises InputError where it is NEEDED and not there."""

    def ask() -> dict[str, Any] | None:
        call = session.client(SERVICE).describe_model_package_group
        answer = or_none(call, ModelPackageGroupName=which.group)
        return None if answer is None else dict(answer)

    found = session.once(("model-package-group", which.group), ask)
    if found is None and needed:
        raise InputError(f"there is no group of model packages called {which.name}", hint=f"awsml sagemaker {GROUP} ls")
    return found


def newest(session: Session, which: Named, *, status: str | None = None) -> dict[str, Any] | None:
    """The summary of the newest version of a group, None where there is none."""
    return next(listed(session, which, status), None)


def arn_of(session: Session, which: Named, *, approved: bool) -> str:
    """What DescribeModelPackage takes for WHICH; of a group, for its newest version. Raises InputError."""
    if which.arn is not None and which.arn.endswith(":model-package/"):
        return f"{which.arn}{which.name}" + (f"/{which.version}" if which.version is not None else "")
    about = group(session, which, needed=which.version is not None or which.arn is not None)
    if about is None:
        return which.name  # a package without versions, if anything
    if which.version is not None:
        whole = str(about["ModelPackageGroupArn"]).replace(":model-package-group/", ":model-package/")
        return f"{whole}/{which.version}"
    found = newest(session, which, status=APPROVED if approved else None)
    if found is not None:
        return str(found["ModelPackageArn"])
    raise _none(session, which)


def _none(session: Session, which: Named) -> InputError:
    """Why a group has no version, or none that is approved."""
    others = [package(one) for one in islice(listed(session, which, None), 4)]
    if not others:
        return InputError(
            f"{which.name} has no version yet", hint=f"awsml sagemaker {GROUP} register {which.name} --model-data …"
        )
    told = ", ".join(f"{one.package} is {one.model_approval_status}" for one in others[:3])
    return InputError(
        f"no version of {which.name} is {APPROVED}: {told}" + (", …" if len(others) > 3 else ""),
        hint=f"awsml sagemaker {GROUP} approve {others[0].package}",
    )


def listed(session: Session, which: Named, status: str | None) -> Iterator[dict[str, Any]]:
    """The versions of a group as AWS lists them, the newest first."""
    given = {"ModelApprovalStatus": status} if status else {}
    return paging.items(
        session.client(SERVICE).list_model_packages,
        "ModelPackageSummaryList",
        ModelPackageGroupName=which.group,
        SortBy="CreationTime",
        SortOrder="Descending",
        **given,
    )


def _with_images(session: Session, found: Iterator[dict[str, Any]]) -> Iterator[Package]:
    """The packages FOUND, with their images and data, which AWS does not list."""
    while some := list(islice(found, READ)):
        about = _described(session, [one["ModelPackageArn"] for one in some])
        for one in some:
            yield package(one, about.get(one["ModelPackageArn"]) or {})


def _described(session: Session, arns: list[str]) -> Mapping[str, Any]:
    """What AWS says about ARNS; nothing where it may not be asked, or another account's are among them."""
    try:
        answer = session.client(SERVICE).batch_describe_model_package(ModelPackageArnList=arns)
    except ServiceError as error:
        if error.code not in refusals.DENIED and not is_missing(error):
            raise
        session.talk.note(f"images and data are not told: {error.message}")
        return {}
    return dict(answer.get("ModelPackageSummaries") or {})


def _metrics(session: Session, place: str | None) -> dict[str, float]:
    """The numbers in the file of metrics at PLACE; none where it cannot be read, which is said with -v."""
    if place is None or not place.startswith("s3://"):
        return {}
    bucket, key = sources.split_uri(place)
    try:
        return numbers(json.loads(staging.fetch(session, bucket=bucket, key=key)))
    except (ServiceError, ValueError) as problem:
        session.talk.note(f"the metrics at {place} are not told: {problem}")
        return {}
