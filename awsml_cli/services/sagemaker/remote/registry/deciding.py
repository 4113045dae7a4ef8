"""Versions of a model approved and rejected, and removed with their group."""

from __future__ import annotations

from collections.abc import Iterator

from awsml_cli.core.errors import InputError
from awsml_cli.core.plan import Step, step
from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker.remote.registry import looking
from awsml_cli.services.sagemaker.remote.registry.looking import SERVICE, Named
from awsml_cli.services.sagemaker.remote.registry.records import Removed, Shown, package, shown
from awsml_cli.services.sagemaker.remote.there import or_none


def decide(session: Session, which: Named, status: str, *, reason: str | None) -> Shown:
    """Have WHICH, or the newest version of a group, approved or rejected, with a REASON. Raises InputError."""
    made = shown(looking.look(session, which))
    arn = _versioned(made).model_package_arn
    told = {"ApprovalDescription": reason} if reason else {}
    session.client(SERVICE).update_model_package(ModelPackageArn=arn, ModelApprovalStatus=status, **told)
    answer = dict(session.client(SERVICE).describe_model_package(ModelPackageName=arn))
    return shown(answer)


def deciding(session: Session, which: Named, status: str) -> Step:
    """What deciding would call."""
    return step("sagemaker:UpdateModelPackage", f"{_versioned(shown(looking.look(session, which))).package}, {status}")


def condemned(session: Session, which: Named) -> list[Removed]:
    """What removing WHICH would remove, in that order: a package; of a group all versions and itself."""
    if which.version is not None or which.unversioned or looking.group(session, which, needed=False) is None:
        made = shown(looking.look(session, which))
        return [Removed(kind="model-package", name=made.package)]
    found = [package(one) for one in looking.listed(session, which, None)]
    return [
        *(Removed(kind="model-package", name=one.package) for one in found),
        Removed(kind="model-package-group", name=which.name),
    ]


def remove(session: Session, which: Named, found: list[Removed]) -> Iterator[Removed]:
    """Remove what was FOUND of WHICH; what goes meanwhile is as good as removed. What was made of them goes on."""
    client = session.client(SERVICE)
    for one in found:
        if one.kind == "model-package":
            version = one.name.partition(":")[2]
            asked = Named(which.name, int(version) if version else None, which.arn)
            or_none(client.delete_model_package, ModelPackageName=looking.arn_of(session, asked, approved=False))
        else:
            or_none(client.delete_model_package_group, ModelPackageGroupName=which.group)
        yield one


def removal(found: list[Removed]) -> list[Step]:
    """What removing what was FOUND would call."""
    calls = {"model-package": "DeleteModelPackage", "model-package-group": "DeleteModelPackageGroup"}
    return [step(f"sagemaker:{calls[one.kind]}", one.name) for one in found]


def _versioned(made: Shown) -> Shown:
    if made.model_package_version is None:
        raise InputError(f"{made.package} is of no group, and only versions of a group are approved or rejected")
    return made
