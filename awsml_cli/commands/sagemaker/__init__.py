"""`awsml sagemaker`: models trained and served, on AWS and on this machine."""

from awsml_cli.commands.sagemaker import (
    asking,
    builds,
    deploying,
    endpoints,
    images,
    local,
    pipelines,
    processing,
    project,
    registry,
    remote,
    transforming,
    tuning,
)
from awsml_cli.commands.sagemaker.group import app

__all__ = [
    "app",
    "asking",
    "builds",
    "deploying",
    "endpoints",
    "images",
    "local",
    "pipelines",
    "processing",
    "project",
    "registry",
    "remote",
    "transforming",
    "tuning",
]
