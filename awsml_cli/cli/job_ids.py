"""Where the id of a job leads: `transcribe:eu-west-1:NAME` is enough for `awsml jobs get`, wherever it is said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

# what an id begins with, and the group of commands for it
GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "transcribe": ("transcribe", "jobs"),
    "transcribe-call": ("transcribe", "jobs"),
    "transcribe-medical": ("transcribe", "jobs"),
    "transcribe-scribe": ("transcribe", "jobs"),
    "translate": ("translate", "jobs"),
    "polly": ("polly", "tasks"),
    "comprehend": ("comprehend", "jobs"),
    "medical": ("medical", "jobs"),
    "textract": ("textract", "jobs"),
    "textract-insights": ("textract", "insights", "jobs"),
    "braket": ("braket", "tasks"),
    "braket-job": ("braket", "jobs"),
    "codeguru": ("codeguru", "reviews"),
    "a2i": ("a2i", "loop"),
    "rekognition": ("rekognition", "video", "jobs"),
    "rekognition-media": ("rekognition", "media-analysis"),
    "forecast": ("forecast", "jobs"),
    "personalize": ("personalize", "jobs"),
    "sagemaker": ("sagemaker", "jobs"),
    "sagemaker-transform": ("sagemaker", "transforms"),
    "sagemaker-tuning": ("sagemaker", "tunings"),
    "sagemaker-processing": ("sagemaker", "processing"),
    "sagemaker-pipeline": ("sagemaker", "pipelines"),
    "sagemaker-build": ("sagemaker", "builds"),
}
# where a service says one of the verbs with AWS's own word
WORDS: Final[dict[tuple[str, ...], dict[str, str]]] = {
    ("sagemaker", "jobs"): {"get": "describe", "result": "download"},
    ("sagemaker", "pipelines"): {"wait": "watch", "result": "steps"},
    ("sagemaker", "builds"): {"get": "describe", "result": "describe"},
}
VERBS: Final = ("get", "wait", "result", "stop", "rm")
# what the jobs of a group cannot, since AWS has no such operation
CANNOT: Final[dict[tuple[str, ...], tuple[str, ...]]] = {
    ("transcribe", "jobs"): ("stop",),
    ("translate", "jobs"): ("rm",),
    ("polly", "tasks"): ("stop", "rm"),
    ("comprehend", "jobs"): ("rm",),
    ("medical", "jobs"): ("rm",),
    ("textract", "jobs"): ("stop",),
    ("textract", "insights", "jobs"): ("stop",),
    ("braket", "tasks"): ("rm",),
    ("braket", "jobs"): ("rm",),
    ("codeguru", "reviews"): ("stop", "rm"),
    ("sagemaker", "jobs"): ("rm",),
    ("sagemaker", "transforms"): ("rm",),
    ("sagemaker", "processing"): ("rm",),
    ("sagemaker", "pipelines"): ("rm",),
    ("sagemaker", "builds"): ("rm",),
    ("rekognition", "video", "jobs"): ("stop",),
    ("rekognition", "media-analysis"): ("stop", "rm"),
    ("personalize", "jobs"): ("rm",),
}
_ID: Final = re.compile(r"([a-z][a-z0-9-]*):[a-z0-9-]+:\S+")


def group_of(word: str) -> tuple[str, ...] | None:
    """The group of commands for the job with the id WORD; None for what is no id."""
    found = _ID.fullmatch(word)
    return GROUPS.get(found[1]) if found else None


def forwarded(args: Sequence[str]) -> list[str]:
    """`jobs VERB … ID …` as the command of ID's service, where it has one; other ARGS as they are."""
    if len(args) > 2 and args[0] == "jobs" and args[1] in VERBS:
        for word in args[2:]:
            group = group_of(word)
            if group and args[1] not in CANNOT.get(group, ()):
                return [*group, WORDS.get(group, {}).get(args[1], args[1]), *args[2:]]
    return list(args)
