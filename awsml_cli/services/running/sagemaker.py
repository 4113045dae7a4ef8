"""What bills while it idles of SageMaker."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from awsml_cli.core import paging
from awsml_cli.core.client import Client
from awsml_cli.core.hourly import INSTANCES
from awsml_cli.services.running.thing import NOT_UP, Running, together


def endpoints(client: Client, region: str) -> Iterator[Running]:
    """Endpoints, by their instances."""
    for one in paging.items(client.list_endpoints, "Endpoints"):
        if NOT_UP.fullmatch(one.get("EndpointStatus", "")):
            continue
        name = one["EndpointName"]
        about = client.describe_endpoint(EndpointName=name)
        config = client.describe_endpoint_config(EndpointConfigName=about["EndpointConfigName"])
        yield Running(
            kind="sagemaker-endpoint",
            name=name,
            region=region,
            status=one.get("EndpointStatus", ""),
            hourly=_instances(_variants(about), _variants(config)),
            since=one.get("CreationTime"),
            stop=f"awsml sagemaker delete {name} --region {region}",
            arn=one.get("EndpointArn"),
        )


def _variants(about: Mapping[str, Any]) -> list[Any]:
    """All variants that ABOUT has, those in shadow too."""
    return [one for name in ("ProductionVariants", "ShadowProductionVariants") for one in about.get(name) or ()]


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


def notebooks(client: Client, region: str) -> Iterator[Running]:
    """Notebooks that are up."""
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


def apps(client: Client, region: str) -> Iterator[Running]:
    """Apps of Studio on machines of their own."""
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


def clusters(client: Client, region: str) -> Iterator[Running]:
    """HyperPod's clusters, by their instances."""
    for one in paging.items(client.list_clusters, "ClusterSummaries"):
        if NOT_UP.fullmatch(one["ClusterStatus"]):
            continue
        name = one["ClusterName"]
        about = client.describe_cluster(ClusterName=name)
        groups = [group for part in ("InstanceGroups", "RestrictedInstanceGroups") for group in about.get(part) or ()]
        yield Running(
            kind="sagemaker-cluster",
            name=name,
            region=region,
            status=one["ClusterStatus"],
            hourly=together((group.get("InstanceType", ""), group.get("CurrentCount", 0)) for group in groups),
            since=one.get("CreationTime"),
            stop=f"awsml api sagemaker delete-cluster --cluster-name {name} --region {region}",
            arn=one.get("ClusterArn"),
        )


def tracking_servers(client: Client, region: str) -> Iterator[Running]:
    """MLflow's tracking servers that are not stopped."""
    for one in paging.items(client.list_mlflow_tracking_servers, "TrackingServerSummaries"):
        if one.get("IsActive") != "Active":
            continue
        name = one["TrackingServerName"]
        yield Running(
            kind="sagemaker-mlflow",
            name=name,
            region=region,
            status=one.get("TrackingServerStatus", ""),
            since=one.get("CreationTime"),
            stop=f"awsml api sagemaker stop-mlflow-tracking-server --tracking-server-name {name} --region {region}",
            arn=one.get("TrackingServerArn"),
        )


def warm_pools(client: Client, region: str) -> Iterator[Running]:
    """Machines that were kept after a training, for the next."""
    for one in paging.items(client.list_training_jobs, "TrainingJobSummaries", WarmPoolStatusEquals="Available"):
        if one.get("WarmPoolStatus", {}).get("Status") != "Available":
            continue
        name = one["TrainingJobName"]
        config = client.describe_training_job(TrainingJobName=name)["ResourceConfig"]
        groups = config.get("InstanceGroups") or [config]
        yield Running(
            kind="sagemaker-warm-pool",
            name=name,
            region=region,
            status="Available",
            hourly=together((group.get("InstanceType", ""), group.get("InstanceCount", 0)) for group in groups),
            since=one.get("TrainingEndTime"),
            stop=f"awsml api sagemaker update-training-job --training-job-name {name} "
            f"--resource-config KeepAlivePeriodInSeconds=0 --region {region}",
            arn=one.get("TrainingJobArn"),
        )
