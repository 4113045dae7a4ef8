"""Rekognition's analyses of stored videos: labels, faces, celebrities, moderation, text, segments."""

from awsml_cli.services.rekognition.video.asked import KINDS, SERVICE, Asked, area, listed
from awsml_cli.services.rekognition.video.jobs import get_job, list_jobs, remove_job, result, wait_job
from awsml_cli.services.rekognition.video.reading import Way, analyse, offline, plan
from awsml_cli.services.rekognition.video.records import Analysis, Job, StartedJob

__all__ = [
    "KINDS",
    "SERVICE",
    "Analysis",
    "Asked",
    "Job",
    "StartedJob",
    "Way",
    "analyse",
    "area",
    "get_job",
    "list_jobs",
    "listed",
    "offline",
    "plan",
    "remove_job",
    "result",
    "wait_job",
]
