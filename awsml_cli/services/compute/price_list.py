"""What an hour of a machine costs in a region, from AWS's price list.

https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetProducts.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from awsml_cli.core import paging
from awsml_cli.core.session import Session

# The price list is asked in few regions, and answers for all of its partition.
_HOMES: Final = {"eu": "eu-central-1", "me": "eu-central-1", "af": "eu-central-1", "il": "eu-central-1",
                 "ap": "ap-south-1", "cn": "cn-northwest-1"}  # fmt: skip
_PAGE: Final = 100
# EC2 has a price for each system, tenancy and reservation of a type; this is Linux by the hour, nothing else on it
_EC2: Final = {"operatingSystem": "Linux", "tenancy": "Shared", "preInstalledSw": "NA", "capacitystatus": "Used"}


@dataclass(frozen=True)
class Entry:
    """A type in the price list: US dollars an hour, on demand, and what the list says of the machine."""

    hour: float
    vcpus: int | None
    memory: float | None  # GiB
    gpus: int | None


def hours(session: Session, component: str, *, instance: str | None = None) -> dict[str, Entry]:
    """The price of each type in the session's region: of a COMPONENT of SageMaker's (`Training`), or of `EC2`.

    INSTANCE asks for one type alone. Raises ServiceError as AWS refuses.
    """
    filters = {"regionCode": session.region}
    if component == "EC2":
        filters |= _EC2 | ({"instanceType": instance} if instance else {})
    else:
        filters |= {"component": component} | ({"instanceName": instance} if instance else {})
    found: dict[str, Entry] = {}
    for text in paging.items(
        session.client("pricing", region=_home(session.region)).get_products,
        "PriceList",
        ServiceCode="AmazonEC2" if component == "EC2" else "AmazonSageMaker",
        FormatVersion="aws_v1",
        MaxResults=_PAGE,
        Filters=[{"Type": "TERM_MATCH", "Field": name, "Value": value} for name, value in filters.items()],
    ):
        product = json.loads(text)
        about = product.get("product", {}).get("attributes", {})
        name = about.get("instanceType" if component == "EC2" else "instanceName", "")
        hour = _hour(product.get("terms", {}).get("OnDemand", {}))
        # what is reserved is listed beside it for nothing
        if name and hour:
            memory = _number(about.get("memory"))
            vcpus, gpus = _number(about.get("vcpu") or about.get("vCpu")), _number(about.get("gpu"))
            found[name] = Entry(hour, int(vcpus) if vcpus else None, memory, None if gpus is None else int(gpus))
    return found


def _home(region: str) -> str:
    return _HOMES.get(region.partition("-")[0], "us-east-1")


def _hour(terms: Mapping[str, Any]) -> float | None:
    """The US dollars of an hour; None where it is sold otherwise, or for other money."""
    for term in terms.values():
        for dimension in term.get("priceDimensions", {}).values():
            dollars = _number(dimension.get("pricePerUnit", {}).get("USD"))
            if dollars and str(dimension.get("unit", "")).lower().startswith(("hr", "hour")):
                return dollars
    return None


def _number(text: Any) -> float | None:
    """`16 GiB` as 16.0, `N/A` as None."""
    try:
        return float(str(text).split()[0].replace(",", ""))
    except (ValueError, IndexError):
        return None
