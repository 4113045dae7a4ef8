"""Projects and blueprints: what says how a document is looked into, by name or by ARN."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, ClassVar, Final

from awsml_cli.core import limits, paging
from awsml_cli.core.errors import InputError, UsageError
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session

CLIENT: Final = "textract"
PUBLIC: Final = "public-"  # begins the id of each blueprint of AWS's own
_ARN: Final = r"arn:aws[a-z-]*:textract:[a-zA-Z0-9-]*:(?:aws|[0-9]{12}):"
_PROJECT: Final = re.compile(rf"{_ARN}project/[a-zA-Z0-9-]{{12,36}}|[a-zA-Z0-9_-]{{1,128}}")
_BLUEPRINT: Final = re.compile(
    rf"(?P<name>{_ARN}blueprint/[a-zA-Z0-9_-]{{12,36}}|[a-zA-Z0-9_-]{{1,128}})(?::(?P<version>[0-9]{{1,128}}))?"
)


class Project(Record):
    """A project: how documents are looked into."""

    columns: ClassVar = ("project_name", "project_arn", "last_modified_time")

    project_arn: str
    project_name: str | None = None
    project_description: str | None = None
    status: str | None = None
    extraction_configuration: Any = None
    generative_configuration: Any = None
    custom_configuration: Any = None
    splitter_configuration: Any = None
    sensitive_data_configuration: Any = None
    encryption_configuration: Any = None
    creation_time: datetime | None = None
    last_modified_time: datetime | None = None


class Blueprint(Record):
    """A blueprint: the fields that are looked for; `schema` is its JSON schema, as AWS keeps it."""

    columns: ClassVar = ("blueprint_name", "blueprint_version", "resource_owner", "blueprint_arn")

    blueprint_arn: str
    blueprint_name: str | None = None
    blueprint_version: str | None = None
    resource_owner: str | None = None
    creation_time: datetime | None = None
    last_modified_time: datetime | None = None


class Schema(Blueprint):
    """A blueprint with its fields."""

    columns: ClassVar = ("blueprint_name", "blueprint_version", "blueprint_arn", "blueprint_schema")

    blueprint_schema: str = ""


@dataclass(frozen=True)
class Wanted:
    """What a user has named: one project, or blueprints; never both."""

    project: str | None = None
    blueprints: tuple[str, ...] = ()

    def check(self) -> None:
        """Raises UsageError for what AWS would refuse."""
        if bool(self.project) == bool(self.blueprints):
            raise UsageError(
                "insights need a project or blueprints" + (", not both" if self.project else ""),
                hint="--project NAME (awsml textract insights projects ls), or --blueprint NAME (… blueprints ls)",
            )
        if self.project and not _PROJECT.fullmatch(self.project):
            raise UsageError(f"`{self.project}` is neither a project's name nor its ARN")
        for one in self.blueprints:
            if not _BLUEPRINT.fullmatch(one):
                raise UsageError(f"`{one}` is no blueprint", hint="--blueprint NAME, or ARN, or either with :VERSION")
        if len(self.blueprints) > limits.TEXTRACT_INSIGHTS_BLUEPRINTS:
            raise UsageError(f"{len(self.blueprints):,} blueprints: a job takes 1,000")


@dataclass(frozen=True)
class Asked:
    """What is asked of a document, as AWS takes it; `identity` also says which state of it was asked.

    `writes` are the text formats that the answer will have beside its JSON; None where nobody knows.
    """

    params: dict[str, Any]
    identity: Any
    writes: frozenset[str] | None = None


def asked(session: Session, wanted: Wanted) -> Asked:
    """What WANTED is at AWS, found once in a run. Raises UsageError, InputError for what is not there."""
    wanted.check()
    return session.once(("insights", wanted), lambda: _asked(session, wanted))


def _asked(session: Session, wanted: Wanted) -> Asked:
    if wanted.project:
        about = session.client(CLIENT).get_project(ProjectArn=project_arn(session, wanted.project))
        output = (about.get("ExtractionConfiguration") or {}).get("OutputFormat") or {}
        writes = frozenset((output.get("TextFormat") or {}).get("Types") or ())
        params = {"ProjectArn": about["ProjectArn"]}
        return Asked(params, [params, about.get("LastModifiedTime")], writes)
    items, states = [], []
    for text in wanted.blueprints:
        arn, version = blueprint_arn(session, text)
        items.append({"BlueprintArn": arn, **({"BlueprintVersion": version} if version else {})})
        if f"/{PUBLIC}" not in arn and version is None:  # what AWS calls the latest may change
            about = session.client(CLIENT).get_blueprint(BlueprintArn=arn)
            states.append([about.get("BlueprintVersion"), about.get("LastModifiedTime")])
    return Asked({"Blueprints": items}, [items, states], frozenset())


def projects(session: Session, *, limit: int | None = None) -> Listing:
    """The projects of this region."""
    found = paging.items(session.client(CLIENT).list_projects, "Projects")
    return Listing((Project.of(one) for one in islice(found, limit)), "Projects")


def blueprints(session: Session, *, owner: str | None = None, limit: int | None = None) -> Listing:
    """The blueprints of this region; OWNER is `ACCOUNT` or `SERVICE`."""
    return Listing((Blueprint.of(one) for one in islice(_blueprints(session, owner), limit)), "Blueprints")


def get_project(session: Session, name: str) -> Project:
    """All that AWS says about the project NAME."""
    Wanted(project=name).check()
    return Project.of(session.client(CLIENT).get_project(ProjectArn=project_arn(session, name)))


def get_blueprint(session: Session, name: str) -> Schema:
    """All that AWS says about the blueprint NAME, `:VERSION` with it or not."""
    Wanted(blueprints=(name,)).check()
    arn, version = blueprint_arn(session, name)
    more = {"BlueprintVersion": version} if version else {}
    answer = session.client(CLIENT).get_blueprint(BlueprintArn=arn, **more)
    return Schema.of(answer, blueprint_schema=answer["Schema"])


def project_arn(session: Session, name: str) -> str:
    """The ARN of the project NAME, which may be one. Raises InputError where there is none."""
    if name.startswith("arn:"):
        return name
    found = paging.items(session.client(CLIENT).list_projects, "Projects")
    arn = next((one["ProjectArn"] for one in found if one.get("ProjectName") == name), None)
    if arn is None:
        raise InputError(f"there is no project {name} in {session.region}", hint="awsml textract insights projects ls")
    return str(arn)


def blueprint_arn(session: Session, text: str) -> tuple[str, str | None]:
    """The ARN of the blueprint that TEXT names, and its version. Raises InputError where there is none."""
    found = _BLUEPRINT.fullmatch(text)
    assert found is not None
    name, version = found["name"], found["version"]
    if name.startswith("arn:"):
        return name, version
    for one in _blueprints(session, None):
        if name in (one.get("BlueprintName"), one["BlueprintArn"].rpartition("/")[2]):
            return str(one["BlueprintArn"]), version
    raise InputError(f"there is no blueprint {name} in {session.region}", hint="awsml textract insights blueprints ls")


def _blueprints(session: Session, owner: str | None) -> Iterator[dict[str, Any]]:
    """Blueprints of OWNER; of both, the account's first. A list that is not one owner's is not promised anywhere."""
    owners: Sequence[str] = (owner,) if owner else ("ACCOUNT", "SERVICE")
    for one in owners:
        yield from paging.items(session.client(CLIENT).list_blueprints, "Blueprints", ResourceOwner=one)
