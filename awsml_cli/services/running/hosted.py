"""What bills while it idles of Comprehend, Rekognition and Personalize."""

from __future__ import annotations

from collections.abc import Iterator

from awsml_cli.core import paging
from awsml_cli.core.client import Client
from awsml_cli.core.hourly import CAMPAIGN_TPS, COMPREHEND_UNIT, LABELS_UNIT
from awsml_cli.services.running.thing import NOT_UP, Running


def comprehend_endpoints(client: Client, region: str) -> Iterator[Running]:
    """Endpoints of Comprehend's, by their units."""
    for one in paging.items(client.list_endpoints, "EndpointPropertiesList"):
        if NOT_UP.fullmatch(one.get("Status", "")):
            continue
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


def labels_models(client: Client, region: str) -> Iterator[Running]:
    """Models of Custom Labels that run, by their units."""
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


def stream_processors(client: Client, region: str) -> Iterator[Running]:
    """Stream processors that run; they bill by the minute of what they look at."""
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


def campaigns(client: Client, region: str) -> Iterator[Running]:
    """Campaigns, by the transactions that are kept ready."""
    for one in paging.items(client.list_campaigns, "campaigns"):
        if NOT_UP.fullmatch(one.get("status", "")):
            continue
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


def recommenders(client: Client, region: str) -> Iterator[Running]:
    """Recommenders that are not stopped."""
    for one in paging.items(client.list_recommenders, "recommenders"):
        arn = one["recommenderArn"]
        if one.get("status") == "INACTIVE" or NOT_UP.fullmatch(one.get("status", "")):
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
