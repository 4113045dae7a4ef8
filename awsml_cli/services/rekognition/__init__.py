"""Amazon Rekognition: what pictures show, faces that are compared and searched for, collections and their users."""

from awsml_cli.services.rekognition.asked import (
    SERVICE,
    Asked,
    attributes,
    custom,
    equipment,
    faces,
    labels,
    moderation,
    properties,
    quality,
    text,
)
from awsml_cli.services.rekognition.inputs import expanded
from awsml_cli.services.rekognition.looking import celebrity, look_at, plan
from awsml_cli.services.rekognition.records import Sight
from awsml_cli.services.rekognition.views import Look

__all__ = [
    "SERVICE",
    "Asked",
    "Look",
    "Sight",
    "attributes",
    "celebrity",
    "custom",
    "equipment",
    "expanded",
    "faces",
    "labels",
    "look_at",
    "moderation",
    "plan",
    "properties",
    "quality",
    "text",
]
