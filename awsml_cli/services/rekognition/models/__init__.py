"""Models of one's own: Custom Labels, and adapters for moderation, from pictures to answers."""

from awsml_cli.services.rekognition.models.examples import Examples, gathered
from awsml_cli.services.rekognition.models.projects import Model, Project, described, listed, projects, removal
from awsml_cli.services.rekognition.models.serving import (
    bucket_policy,
    copy,
    doomed,
    metrics,
    remove,
    start,
    start_for,
    starting,
    stop,
    stopping,
)
from awsml_cli.services.rekognition.models.training import Training, clear, plan, sweep, train, waited

__all__ = [
    "Examples",
    "Model",
    "Project",
    "Training",
    "bucket_policy",
    "clear",
    "copy",
    "described",
    "doomed",
    "gathered",
    "listed",
    "metrics",
    "plan",
    "projects",
    "removal",
    "remove",
    "start",
    "start_for",
    "starting",
    "stop",
    "stopping",
    "sweep",
    "train",
    "waited",
]
