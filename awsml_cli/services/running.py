"""What bills while it idles, over all regions, with what an hour costs and the command that ends it.

Where the price of an hour is not known, none is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, ClassVar, Final

from awsml_cli.core import batch, paging, refusals
from awsml_cli.core.client import Client
from awsml_cli.core.errors import AwsmlError, ServiceError
from awsml_cli.core.hourly import CAMPAIGN_TPS, COMPREHEND_UNIT, INSTANCES, LABELS_UNIT
from awsml_cli.core.record import Record
from awsml_cli.core.session import Session

WORKERS: Final = 16

# answers of a region that an account has not opted in to, or in which there is no such service
_NOT_HERE: Final = refusals.UNKNOWN_KEY | {"OptInRequired", "EndpointConnectionError", "InvalidToken"}


class Running(Record):
    """Something that bills: `hourly` is in US dollars, None where the price is not known; `stop` ends it."""

    columns: ClassVar = ("kind", "name", "region", "status", "hourly", "stop")

    kind: str
    name: str
    region: str
    status: str
    hourly: float | None = None
    since: Any = None
    stop: str
    arn: str | None = None


@dataclass(frozen=True)
class Kind:
    """A sort of thing that bills: boto3's SERVICE, and how those of one region are found."""

    name: str
    service: str
    find: Callable[[Client, str], Iterator[Running]]


def running(session: Session, *, kinds: Sequence[str] | None = None, regions: Sequence[str] = ()) -> list[Running]:
    """Everything that bills, in REGIONS or in all where its service is; the dearest first.

    A region that the account has not opted in to has nothing; what AWS refuses otherwise is told, and raised where it
    refused everything.
    """
    wanted = [kind for kind in KINDS if kinds is None or kind.name in kinds]
    places = [(kind, region) for kind in wanted for region in regions or session.regions(kind.service)]
    problems: list[AwsmlError] = []

    def one(place: tuple[Kind, str]) -> list[Running]:
        kind, region = place
        try:
            return list(kind.find(session.client(kind.service, region=region), region))
        except ServiceError as error:
            if error.code not in _NOT_HERE and error.status != HTTPStatus.NOT_IMPLEMENTED:
                problems.append(error)
            return []

    found = [thing for things in batch.in_order(one, places, workers=WORKERS) for thing in things]
    if problems and len(problems) == len(places):
        raise problems[0]
    for message in dict.fromkeys(problem.message.partition(" (request id")[0] for problem in problems):
        session.talk.warn(f"not everything could be seen: {message}")
    return sorted(found, key=lambda one: -(one.hourly or 0.0))


def _comprehend_endpoints(client: Client, region: str) -> Iterator[Running]:
    for one in paging.items(client.list_endpoints, "EndpointPropertiesList"):
        name, units = one["EndpointArn"].rpartition("/")[2], one.get("CurrentInferenceUnits", 0)
        yield Running(
            kind="comprehend-endpoint",
            name=name,
            region=region,
            status=one.get("Status", ""),
            hourly=round(units * COMPREHEND_UNIT, 4),
            since=one.get("CreationTime"),
            stop=f"awsml comprehend endpoints rm {name} --region {region}",
            arn=one["EndpointArn"],
        )


def _labels_models(client: Client, region: str) -> Iterator[Running]:
    for project in paging.items(client.describe_projects, "ProjectDescriptions"):
        versions = paging.items(
            client.describe_project_versions, "ProjectVersionDescriptions", ProjectArn=project["ProjectArn"]
        )
        for one in versions:
            if one.get("Status") not in ("RUNNING", "STARTING"):
                continue
            arn = one["ProjectVersionArn"]
            name = "/".join(arn.split("/")[1:4:2])
            yield Running(
                kind="custom-labels-model",
                name=name,
                region=region,
                status=one["Status"],
                hourly=round(one.get("MinInferenceUnits", 1) * LABELS_UNIT, 4),
                since=one.get("CreationTimestamp"),
                stop=f"awsml rekognition models stop {name} --region {region}",
                arn=arn,
            )


def _stream_processors(client: Client, region: str) -> Iterator[Running]:
    for one in paging.items(client.list_stream_processors, "StreamProcessors"):
        if one.get("Status") in ("RUNNING", "STARTING"):
            name = one["Name"]
            yield Running(
                kind="stream-processor",
                name=name,
                region=region,
                status=one["Status"],
                stop=f"awsml rekognition video stream stop {name} --region {region}",
            )


def _campaigns(client: Client, region: str) -> Iterator[Running]:
    for one in paging.items(client.list_campaigns, "campaigns"):
        arn = one["campaignArn"]
        about = client.describe_campaign(campaignArn=arn)["campaign"]
        yield Running(
            kind="personalize-campaign",
            name=one["name"],
            region=region,
            status=one.get("status", ""),
            hourly=round(about.get("minProvisionedTPS", 1) * CAMPAIGN_TPS, 4),
            since=one.get("creationDateTime"),
            stop=f"awsml personalize campaigns rm {one['name']} --region {region}",
            arn=arn,
        )


def _recommenders(client: Client, region: str) -> Iterator[Running]:
    for one in paging.items(client.list_recommenders, "recommenders"):
        arn = one["recommenderArn"]
        if one.get("status") == "INACTIVE":
            continue
        yield Running(
            kind="personalize-recommender",
            name=one["name"],
            region=region,
            status=one.get("status", ""),
            since=one.get("creationDateTime"),
            stop=f"awsml personalize recommenders stop {one['name']} --region {region}",
            arn=arn,
        )


def _sagemaker_endpoints(client: Client, region: str) -> Iterator[Running]:
    for one in paging.items(client.list_endpoints, "Endpoints"):
        name = one["EndpointName"]
        about = client.describe_endpoint(EndpointName=name)
        config = client.describe_endpoint_config(EndpointConfigName=about["EndpointConfigName"])
        yield Running(
            kind="sagemaker-endpoint",
            name=name,
            region=region,
            status=one.get("EndpointStatus", ""),
            hourly=_instances(about.get("ProductionVariants") or (), config["ProductionVariants"]),
            since=one.get("CreationTime"),
            stop=f"awsml sagemaker delete {name} --region {region}",
            arn=one.get("EndpointArn"),
        )


def _instances(variants: Sequence[Mapping[str, Any]], config: Sequence[Mapping[str, Any]]) -> float | None:
    """What the instances of VARIANTS cost in an hour, serverless ones nothing; None where a price is not known."""
    if any(one.get("InstancePools") for one in config):
        return None  # which of its types were had is not said
    types = {one["VariantName"]: one["InstanceType"] for one in config if one.get("InstanceType")}
    whole = 0.0
    for one in variants:
        kind = types.get(one["VariantName"])
        if kind is not None and kind not in INSTANCES:
            return None
        whole += INSTANCES.get(kind or "", 0.0) * one.get("CurrentInstanceCount", 0)
    return round(whole, 4)


def _notebooks(client: Client, region: str) -> Iterator[Running]:
    for one in paging.items(client.list_notebook_instances, "NotebookInstances"):
        if one.get("NotebookInstanceStatus") not in ("InService", "Pending", "Updating"):
            continue
        name = one["NotebookInstanceName"]
        yield Running(
            kind="sagemaker-notebook",
            name=name,
            region=region,
            status=one["NotebookInstanceStatus"],
            hourly=INSTANCES.get(one.get("InstanceType", "")),
            since=one.get("CreationTime"),
            stop=f"awsml api sagemaker stop-notebook-instance --notebook-instance-name {name} --region {region}",
            arn=one.get("NotebookInstanceArn"),
        )


def _apps(client: Client, region: str) -> Iterator[Running]:
    for one in paging.items(client.list_apps, "Apps"):
        kind = one.get("ResourceSpec", {}).get("InstanceType", "system")
        if one.get("Status") not in ("InService", "Pending") or kind == "system":
            continue
        place = "SpaceName" if one.get("SpaceName") else "UserProfileName"
        owner = f"--{'space-name' if place == 'SpaceName' else 'user-profile-name'} {one[place]}"
        yield Running(
            kind="sagemaker-app",
            name=f"{one[place]}/{one['AppName']}",
            region=region,
            status=one["Status"],
            hourly=INSTANCES.get(kind),
            since=one.get("CreationTime"),
            stop=f"awsml api sagemaker delete-app --domain-id {one['DomainId']} {owner} --app-type {one['AppType']} "
            f"--app-name {one['AppName']} --region {region}",
        )


KINDS: Final = (
    Kind("comprehend-endpoint", "comprehend", _comprehend_endpoints),
    Kind("custom-labels-model", "rekognition", _labels_models),
    Kind("stream-processor", "rekognition", _stream_processors),
    Kind("personalize-campaign", "personalize", _campaigns),
    Kind("personalize-recommender", "personalize", _recommenders),
    Kind("sagemaker-endpoint", "sagemaker", _sagemaker_endpoints),
    Kind("sagemaker-notebook", "sagemaker", _notebooks),
    Kind("sagemaker-app", "sagemaker", _apps),
)
