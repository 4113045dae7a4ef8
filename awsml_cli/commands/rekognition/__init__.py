"""`awsml rekognition`: what pictures and videos show, faces in collections, and models of one's own."""

from awsml_cli.commands.rekognition import (
    alike,
    checking,
    collecting,
    liveness,
    media_analysis,
    models,
    people,
    showing,
    streams,
    video,
)
from awsml_cli.commands.rekognition.group import app

__all__ = [
    "alike",
    "app",
    "checking",
    "collecting",
    "liveness",
    "media_analysis",
    "models",
    "people",
    "showing",
    "streams",
    "video",
]
