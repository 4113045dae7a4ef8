"""Machines of an endpoint, or copies of a component, made more and fewer; woken where there are none.

Target tracking never leaves none by itself: it needs a request that was answered. So what may go to none has a second
policy, and an alarm that calls it when a request found nobody:
https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-zero-instances.html and
https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference-autoscale.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from awsml_cli.core import paging
from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker.remote.deployments import VARIANT, Deployment

INSTANCES: Final = "sagemaker:variant:DesiredInstanceCount"
COPIES: Final = "sagemaker:inference-component:DesiredCopyCount"
_SERVICE: Final = "application-autoscaling"
_NAMESPACE: Final = "sagemaker"


def resource(name: str, variant: str = VARIANT) -> str:
    """What scaling calls the machines of a VARIANT of endpoint NAME."""
    return f"endpoint/{name}/variant/{variant}"


def component(name: str) -> str:
    """What scaling calls the copies of the component NAME."""
    return f"inference-component/{name}"


def dimension(target: str) -> str:
    """What of TARGET is more and fewer."""
    return COPIES if target.startswith("inference-component/") else INSTANCES


def scale(session: Session, wanted: Deployment) -> None:
    """Let what WANTED runs on be more and fewer, if it is to be."""
    if wanted.autoscale is None:
        return
    least, most, target = wanted.autoscale
    place = _place(component(wanted.component_name) if wanted.component else resource(wanted.name))
    client = session.client(_SERVICE)
    client.register_scalable_target(**place, MinCapacity=least, MaxCapacity=most)
    client.put_scaling_policy(
        **place,
        PolicyName=f"{wanted.component_name}-requests",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={"TargetValue": target, **_metric(wanted)},
    )
    if least == 0:
        _wake(session, wanted, place)


def targets(session: Session, name: str, components: list[str]) -> Iterator[str]:
    """What is scaled of the endpoint NAME and of its COMPONENTS."""
    ours = set(map(component, components))
    answers = paging.items(
        session.client(_SERVICE).describe_scalable_targets, "ScalableTargets", ServiceNamespace=_NAMESPACE
    )
    for one in answers:
        if one["ResourceId"] in ours or one["ResourceId"].startswith(resource(name, "")):
            yield str(one["ResourceId"])


def all_to_zero(session: Session, components: list[str]) -> bool:
    """Whether each of COMPONENTS may have no copy at all."""
    answers = paging.items(
        session.client(_SERVICE).describe_scalable_targets,
        "ScalableTargets",
        ServiceNamespace=_NAMESPACE,
        ResourceIds=list(map(component, components)),
    )
    return {one["ResourceId"] for one in answers if one["MinCapacity"] == 0} == set(map(component, components))


def alarms(session: Session, name: str, components: list[str], *, alone: bool = False) -> Iterator[str]:
    """The alarms that wake the COMPONENTS of the endpoint NAME, and, unless these ALONE are wanted, itself."""
    names = dict.fromkeys(_alarm(name, one) for one in (components if alone else (name, *components)))
    answer = session.client("cloudwatch").describe_alarms(AlarmNames=list(names))
    return (str(one["AlarmName"]) for one in answer.get("MetricAlarms", ()))


def release(session: Session, target: str) -> None:
    """Leave TARGET as it is from now on."""
    session.client(_SERVICE).deregister_scalable_target(**_place(target))


def _wake(session: Session, wanted: Deployment, place: dict[str, str]) -> None:
    """Have the first request that finds nobody bring one machine, or copy."""
    policy = session.client(_SERVICE).put_scaling_policy(
        **place,
        PolicyName=f"{wanted.component_name}-wake",
        PolicyType="StepScaling",
        StepScalingPolicyConfiguration={
            "AdjustmentType": "ChangeInCapacity",
            "MetricAggregationType": "Maximum",
            "Cooldown": 60,
            "StepAdjustments": [{"MetricIntervalLowerBound": 0, "ScalingAdjustment": 1}],
        },
    )
    metric, member = "HasBacklogWithoutCapacity", "EndpointName"
    if wanted.component:
        metric, member = "NoCapacityInvocationFailures", "InferenceComponentName"
    session.client("cloudwatch").put_metric_alarm(
        AlarmName=_alarm(wanted.name, wanted.component_name),
        AlarmDescription=f"awsml: a request to {wanted.component_name} found nothing that could answer",
        AlarmActions=[policy["PolicyARN"]],
        Namespace="AWS/SageMaker",
        MetricName=metric,
        Dimensions=[{"Name": member, "Value": wanted.component_name}],
        Statistic="Maximum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        TreatMissingData="missing",
    )


def _metric(wanted: Deployment) -> dict[str, Any]:
    """What is kept at its target: requests a minute, or of an asynchronous endpoint those that wait."""
    if wanted.async_s3:
        about = {
            "MetricName": "ApproximateBacklogSizePerInstance",
            "Namespace": "AWS/SageMaker",
            "Dimensions": [{"Name": "EndpointName", "Value": wanted.name}],
            "Statistic": "Average",
        }
        return {"CustomizedMetricSpecification": about}
    kind = (
        "SageMakerInferenceComponentInvocationsPerCopy"
        if wanted.component
        else "SageMakerVariantInvocationsPerInstance"
    )
    return {"PredefinedMetricSpecification": {"PredefinedMetricType": kind}}


def _place(target: str) -> dict[str, str]:
    return {"ServiceNamespace": _NAMESPACE, "ResourceId": target, "ScalableDimension": dimension(target)}


def _alarm(name: str, component: str) -> str:
    """One for each component, called as what it wakes; that of an endpoint's only one has its name.

    The slash is none that a name can have: `shop-small` may be another endpoint.
    """
    return f"awsml-{name}-wake" if component == name else f"awsml-{name}/{component}-wake"
