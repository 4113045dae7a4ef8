"""`awsml running`: what bills while it idles, over all regions."""

from __future__ import annotations

import json
import shlex

import boto3
import pytest
from fakeaws import Aws, AwsError
from fakeaws.program import Program

HERE = ["--regions", "us-east-1"]
MODEL = "arn:aws:rekognition:us-east-1:123456789012:project/dogs/version/one/1600000000000"
PROJECT = "arn:aws:rekognition:us-east-1:123456789012:project/dogs/1600000000000"
CAMPAIGN = "arn:aws:personalize:us-east-1:123456789012:campaign/shop"
NOTHING = {
    "comprehend": {"ListEndpoints": {"EndpointPropertiesList": []}},
    "rekognition": {"DescribeProjects": {"ProjectDescriptions": []}, "ListStreamProcessors": {"StreamProcessors": []}},
    "personalize": {"ListCampaigns": {"campaigns": []}, "ListRecommenders": {"recommenders": []}},
    "sagemaker": {
        "ListEndpoints": {"Endpoints": []},
        "ListNotebookInstances": {"NotebookInstances": []},
        "ListApps": {"Apps": []},
        "ListClusters": {"ClusterSummaries": []},
        "ListMlflowTrackingServers": {"TrackingServerSummaries": []},
        "ListTrainingJobs": {"TrainingJobSummaries": []},
    },
}


@pytest.fixture
def world(aws: Aws) -> Aws:
    """One of each that bills, and one of each that does not."""
    endpoint = {
        "EndpointArn": "arn:aws:comprehend:us-east-1:123456789012:document-classifier-endpoint/mails",
        "Status": "IN_SERVICE",
        "CurrentInferenceUnits": 2,
    }
    aws.respond("comprehend", "ListEndpoints", {"EndpointPropertiesList": [endpoint]})
    aws.respond("rekognition", "DescribeProjects", {"ProjectDescriptions": [{"ProjectArn": PROJECT}]})
    versions = [
        {"ProjectVersionArn": MODEL, "Status": "RUNNING", "MinInferenceUnits": 3},
        {"ProjectVersionArn": MODEL.replace("one", "two"), "Status": "STOPPED"},
    ]
    aws.respond("rekognition", "DescribeProjectVersions", {"ProjectVersionDescriptions": versions})
    processors = [{"Name": "door", "Status": "RUNNING"}, {"Name": "gate", "Status": "STOPPED"}]
    aws.respond("rekognition", "ListStreamProcessors", {"StreamProcessors": processors})
    aws.respond(
        "personalize", "ListCampaigns", {"campaigns": [{"name": "shop", "campaignArn": CAMPAIGN, "status": "ACTIVE"}]}
    )
    aws.respond("personalize", "DescribeCampaign", {"campaign": {"campaignArn": CAMPAIGN, "minProvisionedTPS": 5}})
    recommenders = [
        {"name": "top", "recommenderArn": CAMPAIGN.replace("campaign/shop", "recommender/top"), "status": "ACTIVE"},
        {"name": "old", "recommenderArn": CAMPAIGN.replace("campaign/shop", "recommender/old"), "status": "INACTIVE"},
    ]
    aws.respond("personalize", "ListRecommenders", {"recommenders": recommenders})
    times = {"CreationTime": 1.0, "LastModifiedTime": 1.0}
    arn = "arn:aws:sagemaker:us-east-1:123456789012:endpoint/live"
    aws.respond(
        "sagemaker",
        "ListEndpoints",
        {"Endpoints": [{"EndpointName": "live", "EndpointArn": arn, "EndpointStatus": "InService", **times}]},
    )
    variants = [{"VariantName": "all", "CurrentInstanceCount": 2}]
    about = {"EndpointName": "live", "EndpointArn": arn, "EndpointConfigName": "conf", "EndpointStatus": "InService"}
    aws.respond("sagemaker", "DescribeEndpoint", {**about, "ProductionVariants": variants, **times})
    config = {"EndpointConfigName": "conf", "EndpointConfigArn": arn, "CreationTime": 1.0}
    kinds = [{"VariantName": "all", "ModelName": "m", "InstanceType": "ml.m5.xlarge"}]
    aws.respond("sagemaker", "DescribeEndpointConfig", {**config, "ProductionVariants": kinds})
    notebooks = [
        {
            "NotebookInstanceName": name,
            "NotebookInstanceArn": arn,
            "NotebookInstanceStatus": status,
            "InstanceType": kind,
        }
        for name, status, kind in (("nb", "InService", "ml.p5.48xlarge"), ("off", "Stopped", "ml.t3.medium"))
    ]
    aws.respond("sagemaker", "ListNotebookInstances", {"NotebookInstances": notebooks})
    apps = [
        {
            **{"DomainId": "d-1", "UserProfileName": "ann", "AppType": "JupyterLab", "AppName": "default"},
            **{"Status": "InService", "ResourceSpec": {"InstanceType": "ml.t3.medium"}},
        },
        {
            "DomainId": "d-1",
            "UserProfileName": "ann",
            "AppType": "JupyterServer",
            "AppName": "x",
            "Status": "InService",
        },
    ]
    aws.respond("sagemaker", "ListApps", {"Apps": apps})
    cluster = {"ClusterName": "hyper", "ClusterArn": arn, "ClusterStatus": "InService", "CreationTime": 1.0}
    aws.respond("sagemaker", "ListClusters", {"ClusterSummaries": [cluster]})
    groups = [
        {"InstanceType": "ml.c5.xlarge", "CurrentCount": 2},
        {"InstanceType": "ml.p5.48xlarge", "CurrentCount": 0},
    ]
    aws.respond("sagemaker", "DescribeCluster", {**cluster, "InstanceGroups": groups})
    servers = [
        {"TrackingServerName": name, "TrackingServerStatus": status, "IsActive": active}
        for name, status, active in (("ml", "Started", "Active"), ("off", "Stopped", "Inactive"))
    ]
    aws.respond("sagemaker", "ListMlflowTrackingServers", {"TrackingServerSummaries": servers})
    job = {"TrainingJobName": "warm", "TrainingJobArn": arn, "CreationTime": 1.0, "TrainingJobStatus": "Completed"}
    pools = [
        {**job, "WarmPoolStatus": {"Status": "Available"}},
        {**job, "TrainingJobName": "cold", "WarmPoolStatus": {"Status": "Terminated"}},
    ]
    aws.respond("sagemaker", "ListTrainingJobs", {"TrainingJobSummaries": pools})
    kept = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1, "KeepAlivePeriodInSeconds": 3600}
    described = {
        **{"ModelArtifacts": {"S3ModelArtifacts": "s3://b/m"}, "SecondaryStatus": "Completed"},
        **{"AlgorithmSpecification": {"TrainingInputMode": "File"}, "StoppingCondition": {}, "ResourceConfig": kept},
    }
    aws.respond("sagemaker", "DescribeTrainingJob", {**job, **described})
    return aws


def nothing(aws: Aws, **other: object) -> None:
    """Have nothing that bills, but what OTHER services say."""
    for service, operations in NOTHING.items():
        for operation, answer in operations.items():
            aws.respond(service, operation, other.get(operation.lower(), answer))  # type: ignore[arg-type]


def test_each_kind_with_its_price_the_dearest_first(world: Aws, awsml: Program) -> None:
    run = awsml("running", *HERE, "-f", "json")
    found = [(one["kind"], one["name"], one["hourly"]) for one in json.loads(run.text)]
    assert run.exit_code == 0, run.stderr
    assert found == [
        ("custom-labels-model", "dogs/one", 12.0),
        ("comprehend-endpoint", "mails", 3.6),
        ("personalize-campaign", "shop", 1.0),
        ("sagemaker-endpoint", "live", 0.46),
        ("sagemaker-cluster", "hyper", 0.408),
        ("sagemaker-warm-pool", "warm", 0.115),
        ("sagemaker-app", "ann/default", 0.05),
        ("stream-processor", "door", None),
        ("personalize-recommender", "top", None),
        ("sagemaker-notebook", "nb", None),
        ("sagemaker-mlflow", "ml", None),
    ]
    assert run.stderr == "warning: 17.63 USD an hour, 423.19 a day, and what has no known price\n"


def test_the_command_that_ends_it_is_one(world: Aws, awsml: Program) -> None:
    stops = json.loads(awsml("running", *HERE, "-f", "json", "--query", "[].stop").text)
    for stop in stops:
        words = shlex.split(stop)
        assert words[0] == "awsml"
        assert ("api" in words) == (words[2] in ("personalize", "sagemaker")), "our own command where there is one"
        run = awsml(*words[1:], "--dry-run")
        assert run.exit_code == 0, (stop, run.stderr)


def test_all_regions_are_looked_in(aws: Aws, awsml: Program) -> None:
    run = awsml("running", "--kind", "comprehend-endpoint")
    regions = boto3.Session().get_available_regions("comprehend")
    assert (run.exit_code, sorted(call.region for call in aws.calls)) == (0, sorted(regions))


def test_a_region_that_the_account_does_not_have_is_no_matter(aws: Aws, awsml: Program) -> None:
    nothing(aws, listcampaigns=AwsError("UnrecognizedClientException", "The security token is invalid."))
    run = awsml("running", *HERE)
    assert (run.exit_code, run.text, run.stderr) == (0, "", "")


def test_what_may_not_be_seen_is_said(aws: Aws, awsml: Program) -> None:
    nothing(aws, listcampaigns=AwsError("AccessDeniedException", "No."))
    run = awsml("running", *HERE)
    assert (run.exit_code, run.text) == (0, "")
    assert run.stderr == (
        "warning: not everything could be seen: personalize ListCampaigns was refused: AccessDeniedException: No.\n"
    )


def test_where_nothing_may_be_seen_that_is_the_answer(aws: Aws, awsml: Program) -> None:
    aws.respond("comprehend", "ListEndpoints", AwsError("AccessDeniedException", "No."))
    run = awsml("running", *HERE, "--kind", "comprehend-endpoint")
    assert (run.exit_code, "comprehend:ListEndpoints" in run.stderr) == (4, True)


def test_a_check_fails_where_something_bills(world: Aws, awsml: Program) -> None:
    assert awsml("running", *HERE, "--check").exit_code == 7


def test_a_check_passes_where_nothing_does(aws: Aws, awsml: Program) -> None:
    nothing(aws)
    assert awsml("running", *HERE, "--check").exit_code == 0


@pytest.mark.parametrize("status", ["CREATE FAILED", "DELETE PENDING", "DELETE IN_PROGRESS"])
def test_what_never_ran_or_goes_does_not_bill(aws: Aws, awsml: Program, status: str) -> None:
    campaign = {"name": "shop", "campaignArn": CAMPAIGN, "status": status}
    recommender = {"name": "top", "recommenderArn": CAMPAIGN, "status": status}
    nothing(aws, listcampaigns={"campaigns": [campaign]}, listrecommenders={"recommenders": [recommender]})
    run = awsml("running", *HERE)
    assert (run.exit_code, run.text, run.stderr) == (0, "", "")


@pytest.mark.parametrize("status", ["FAILED", "DELETING"])
def test_an_endpoint_that_never_ran_or_goes_does_not_bill(aws: Aws, awsml: Program, status: str) -> None:
    endpoint = {"EndpointArn": "arn:aws:comprehend:us-east-1:123456789012:e/mails", "Status": status}
    live = {"EndpointName": "live", "EndpointArn": CAMPAIGN, "EndpointStatus": status.capitalize()}
    times = {"CreationTime": 1.0, "LastModifiedTime": 1.0}
    aws.respond("comprehend", "ListEndpoints", {"EndpointPropertiesList": [endpoint]})
    aws.respond("sagemaker", "ListEndpoints", {"Endpoints": [{**live, **times}]})
    run = awsml("running", *HERE, "--kind", "comprehend-endpoint", "--kind", "sagemaker-endpoint")
    assert (run.exit_code, run.text, run.stderr) == (0, "", "")


def test_variants_in_shadow_bill_too(aws: Aws, awsml: Program) -> None:
    live = {"EndpointName": "live", "EndpointArn": CAMPAIGN, "EndpointStatus": "InService"}
    times = {"CreationTime": 1.0, "LastModifiedTime": 1.0}
    aws.respond("sagemaker", "ListEndpoints", {"Endpoints": [{**live, **times}]})
    lit, shadow = ({"VariantName": name, "CurrentInstanceCount": 1} for name in ("lit", "shadow"))
    named = {"EndpointConfigName": "conf", **live, **times}
    aws.respond(
        "sagemaker", "DescribeEndpoint", {**named, "ProductionVariants": [lit], "ShadowProductionVariants": [shadow]}
    )
    types = [{"VariantName": name, "ModelName": "m", "InstanceType": "ml.m5.xlarge"} for name in ("lit", "shadow")]
    config = {"EndpointConfigName": "conf", "EndpointConfigArn": CAMPAIGN, "CreationTime": 1.0}
    parts = {"ProductionVariants": types[:1], "ShadowProductionVariants": types[1:]}
    aws.respond("sagemaker", "DescribeEndpointConfig", {**config, **parts})
    run = awsml("running", *HERE, "--kind", "sagemaker-endpoint", "--query", "[].hourly")
    assert (run.exit_code, run.text) == (0, "0.46\n"), run.stderr


def test_a_region_that_is_none(aws: Aws, awsml: Program) -> None:
    run = awsml("running", "--regions", "us-east-1,us-est-1")
    assert (run.exit_code, aws.calls) == (2, [])
    assert run.stderr.startswith("error: there is no region `us-est-1`\nhint: did you mean us-")


def test_on_this_machine_there_is_what_engines_have(aws: Aws, awsml: Program) -> None:
    run = awsml("running", "--local")
    assert (run.exit_code, run.text, run.stderr, aws.calls) == (0, "", "", [])


def test_an_unknown_kind(aws: Aws, awsml: Program) -> None:
    run = awsml("running", "--kind", "yacht")
    assert (run.exit_code, "there is no kind `yacht`" in run.stderr, aws.calls) == (2, True, [])
