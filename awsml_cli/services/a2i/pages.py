"""Pages for reviewers, of a template in Liquid HTML (SageMaker's human task UIs)."""

from __future__ import annotations

from itertools import islice
from typing import Any, Final

from awsml_cli.core import lifecycle, limits, paging
from awsml_cli.core.client import Client
from awsml_cli.core.errors import InputError, ServiceError
from awsml_cli.core.record import Listing
from awsml_cli.core.session import Session
from awsml_cli.formats import liquid
from awsml_cli.services.a2i.records import Page

RUNTIME: Final = "sagemaker-a2i-runtime"
GONE: Final = ("ResourceNotFound", "ResourceNotFoundException")


def known(session: Session) -> None:
    """Say once that A2I takes no new customers."""
    session.once(("lifecycle", RUNTIME), lambda: lifecycle.check(session, RUNTIME, "StartHumanLoop"))


def sagemaker(session: Session) -> Client:
    """The client for pages and flows."""
    known(session)
    return session.client("sagemaker")


def check(text: str, *, name: str) -> None:
    """Raises InputError for a template that cannot be shown."""
    liquid.check(text, name=name, most=limits.A2I_TEMPLATE_CHARACTERS)


def create_page(session: Session, name: str, text: str) -> Page:
    """Make the page NAME of the template TEXT. Raises InputError where there is one already."""
    try:
        answer = sagemaker(session).create_human_task_ui(HumanTaskUiName=name, UiTemplate={"Content": text})
    except ServiceError as error:
        if error.code == "ResourceInUse":
            raise InputError(f"there is a page `{name}`", hint=f"another name, or awsml a2i ui rm {name}") from None
        raise
    return Page.of(answer, human_task_ui_name=name)


def pages(session: Session, *, limit: int | None = None) -> Listing:
    """The pages of this region."""
    found = paging.items(sagemaker(session).list_human_task_uis, "HumanTaskUiSummaries")
    return Listing((Page.of(one) for one in islice(found, limit)), "HumanTaskUiSummaries")


def page(session: Session, name: str) -> Page:
    """The page NAME, by its name or its ARN. Raises InputError where there is none."""
    answer: dict[str, Any] = _asked(session, "describe_human_task_ui", name)
    template = answer.get("UiTemplate") or {}
    return Page.of(answer, url=template.get("Url"), content_sha256=template.get("ContentSha256"))


def remove_page(session: Session, name: str) -> None:
    """Remove the page NAME."""
    _asked(session, "delete_human_task_ui", name)


def _asked(session: Session, method: str, name: str) -> dict[str, Any]:
    try:
        return dict(getattr(sagemaker(session), method)(HumanTaskUiName=name.rpartition("/")[2]))
    except ServiceError as error:
        if error.code in GONE:
            raise InputError(f"there is no page `{name}`", hint="awsml a2i ui ls") from None
        raise
