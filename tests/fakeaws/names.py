"""The services' names: botocore's own, those in its events, and those of its environment variables."""

from __future__ import annotations

FAKED = [
    "transcribe",
    "polly",
    "translate",
    "comprehend",
    "comprehendmedical",
    "rekognition",
    "textract",
    "forecast",
    "forecastquery",
    "personalize",
    "personalize-runtime",
    "personalize-events",
    "lexv2-models",
    "lexv2-runtime",
    "sagemaker",
    "sagemaker-runtime",
    "sagemaker-a2i-runtime",
    "sagemaker-featurestore-runtime",
    "sagemaker-metrics",
    "codeguru-reviewer",
    "codeguruprofiler",
    "braket",
    "service-quotas",
    "ecr",
    "codebuild",
    "application-autoscaling",
    "ec2",
    "pricing",
    "ssm",
]
# where botocore's events spell a service unlike its name
_EVENT_NAMES = {
    **{"lex-models-v2": "lexv2-models", "lex-runtime-v2": "lexv2-runtime", "cloudwatch-logs": "logs"},
    **{"lex-model-building-service": "lex-models", "lex-runtime-service": "lex-runtime"},
    "kinesis-video": "kinesisvideo",
    "application-auto-scaling": "application-autoscaling",
}


def service_named(event_name: str) -> str:
    """Give the service's name from that in an event (its service id with hyphens)."""
    return _EVENT_NAMES.get(event_name, event_name)


def endpoint_variable(service: str) -> str:
    """Name the environment variable that sets the service's endpoint, from its service id as botocore does."""
    event_name = next((spelled for spelled, name in _EVENT_NAMES.items() if name == service), service)
    return "AWS_ENDPOINT_URL_" + event_name.replace("-", "_").upper()
