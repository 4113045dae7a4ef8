"""`awsml rekognition video`: what is seen in stored videos, and when."""

from awsml_cli.commands.rekognition.video import analyses, jobs, rendering

__all__ = ["analyses", "jobs", "rendering"]
