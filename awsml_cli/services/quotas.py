"""The quotas of an account: how much of a service it may use, from Service Quotas.

https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListServiceQuotas.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

from awsml_cli.core import paging
from awsml_cli.core.errors import ServiceError, UsageError
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session

SERVICE: Final = "service-quotas"
# the commands' names, and the codes that Service Quotas has for their services
CODES: Final = {
    "transcribe": "transcribe", "translate": "translate", "polly": "polly", "comprehend": "comprehend",
    "medical": "comprehendmedical", "textract": "textract", "rekognition": "rekognition", "forecast": "forecast",
    "personalize": "personalize", "lex": "lex", "sagemaker": "sagemaker", "braket": "braket",
    "codeguru": "codeguru-reviewer", "codeguru-profiler": "codeguru-profiler", "ecr": "ecr",
}  # fmt: skip


class Quota(Record):
    """A quota: `value` is what holds for this account, `default` what AWS gives everybody."""

    columns: ClassVar = ("quota_name", "value", "default", "unit", "adjustable", "quota_code")

    quota_name: str
    quota_code: str
    value: float | None = None
    default: float | None = None
    unit: str | None = None
    adjustable: bool | None = None
    quota_arn: str | None = None


def quotas(session: Session, name: str, *, contains: str | None = None) -> Listing:
    """The quotas of the service NAME whose names have CONTAINS in them. Raises UsageError for what is none of ours."""
    if name not in CODES:
        raise UsageError(f"there are no quotas of `{name}` here", hint=f"one of: {', '.join(CODES)}")
    code = CODES[name]
    client = session.client(SERVICE)

    def records() -> Iterator[Quota]:
        usual = {
            one["QuotaCode"]: one
            for one in paging.items(client.list_aws_default_service_quotas, "Quotas", ServiceCode=code)
        }
        own = {one["QuotaCode"]: one for one in _own(client, code)}
        for key, one in sorted({**usual, **own}.items(), key=lambda item: item[1].get("QuotaName", "")):
            if contains is None or contains.lower() in one.get("QuotaName", "").lower():
                yield Quota.of(one, default=usual.get(key, {}).get("Value"))

    return Listing(records(), "Quotas")


def _own(client: object, code: str) -> Iterator[dict[str, object]]:
    """What was changed for this account; a service for which nothing ever was is no failure."""
    try:
        yield from paging.items(client.list_service_quotas, "Quotas", ServiceCode=code)  # type: ignore[attr-defined]
    except ServiceError as error:
        if error.code != "NoSuchResourceException":
            raise
