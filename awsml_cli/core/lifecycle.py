"""What has ended at AWS and what takes no new customers: told before a call, not found out by one.

Dates and replacements are those of AWS's own notices, as of November 2026; `source` names the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from awsml_cli.core.errors import Retired
from awsml_cli.core.session import Session

ACTIVE: Final = "active"
CLOSED: Final = "closed to new customers"
RETIRED: Final = "retired"


@dataclass(frozen=True)
class System:
    """A system of AWS machine learning.

    `services` are boto3's names, with `operations` only those of them; `since` is the day from which `state` holds.
    """

    name: str
    state: str
    services: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    since: str = ""
    replacement: str = ""
    source: str = ""

    @property
    def sentence(self) -> str:
        """What there is to say."""
        return f"{self.name} {'was retired' if self.state == RETIRED else 'has been ' + self.state} " + (
            f"on {self.since}" if self.state == RETIRED else f"since {self.since}"
        )


_GUIDE: Final = "https://docs.aws.amazon.com/"
_POSE: Final = ("StartPersonTracking", "GetPersonTracking")
_STREAM: Final = (
    *("CreateStreamProcessor", "DeleteStreamProcessor", "DescribeStreamProcessor"),
    *("ListStreamProcessors", "StartStreamProcessor", "StopStreamProcessor", "UpdateStreamProcessor"),
)
_BULK: Final = ("StartMediaAnalysisJob", "GetMediaAnalysisJob", "ListMediaAnalysisJobs")
_TOPICS: Final = ("StartTopicsDetectionJob", "StartEventsDetectionJob")

SYSTEMS: Final = (
    System("Amazon Transcribe", ACTIVE, ("transcribe",)),
    System("Amazon Polly", ACTIVE, ("polly",)),
    System("Amazon Translate", ACTIVE, ("translate",)),
    System("Amazon Comprehend", ACTIVE, ("comprehend",)),
    System(
        "Comprehend topic modelling, event detection and prompt safety",
        CLOSED,
        ("comprehend",),
        _TOPICS,
        "2026-04-30",
        "large language models in Amazon Bedrock, and its Guardrails",
        _GUIDE + "comprehend/latest/dg/comprehend-availability-change.html",
    ),
    System("Amazon Comprehend Medical", ACTIVE, ("comprehendmedical",)),
    System("Amazon Rekognition", ACTIVE, ("rekognition",)),
    System(
        "Rekognition people pathing",
        RETIRED,
        ("rekognition",),
        _POSE,
        "2025-10-31",
        "label detection on stored video (StartLabelDetection), which finds people and their boxes",
        _GUIDE + "rekognition/latest/dg/persons.html",
    ),
    System(
        "Rekognition streaming video",
        CLOSED,
        ("rekognition",),
        _STREAM,
        "2026-04-30",
        "the detection operations on stored video",
        _GUIDE + "rekognition/latest/dg/streaming-video-detect-labels.html",
    ),
    System(
        "Rekognition bulk analysis",
        CLOSED,
        ("rekognition",),
        _BULK,
        "2026-04-30",
        "DetectModerationLabels on each picture",
        _GUIDE + "rekognition/latest/dg/bulk-analysis.html",
    ),
    System("Amazon Textract", ACTIVE, ("textract",)),
    System(
        "Amazon Forecast",
        CLOSED,
        ("forecast", "forecastquery"),
        (),
        "2024-07-29",
        "Amazon SageMaker Canvas (time series), or an open library such as statsforecast",
        _GUIDE + "forecast/latest/dg/what-is-forecast.html",
    ),
    System("Amazon Personalize", ACTIVE, ("personalize", "personalize-runtime", "personalize-events")),
    System("Amazon Lex V2", ACTIVE, ("lexv2-models", "lexv2-runtime")),
    System(
        "Amazon Lex V1",
        RETIRED,
        ("lex-models", "lex-runtime"),
        (),
        "2025-09-15",
        "Amazon Lex V2: awsml api lexv2-models, awsml api lexv2-runtime",
        _GUIDE + "lex/latest/dg/what-is.html",
    ),
    System(
        "Amazon Augmented AI (A2I)",
        CLOSED,
        ("sagemaker-a2i-runtime",),
        (),
        "2026-07-01",
        "a review step of your own, as with AWS Step Functions",
        _GUIDE + "augmented-ai/2019-11-07/APIReference/Welcome.html",
    ),
    System("Amazon SageMaker", ACTIVE, ("sagemaker", "sagemaker-runtime", "sagemaker-metrics")),
    System(
        "Amazon CodeGuru Reviewer",
        CLOSED,
        ("codeguru-reviewer",),
        (),
        "2025-11-07",
        "Amazon Q Developer code review; Amazon Inspector code security",
        _GUIDE + "codeguru/latest/reviewer-ug/codeguru-reviewer-availability-change.html",
    ),
    System("Amazon CodeGuru Profiler", ACTIVE, ("codeguruprofiler",)),
    System(
        "Amazon CodeGuru Security",
        RETIRED,
        ("codeguru-security",),
        (),
        "2025-11-20",
        "Amazon Inspector code security",
        _GUIDE + "codeguru/latest/security-ug/what-is-codeguru-security.html",
    ),
    System("Amazon Braket", ACTIVE, ("braket",)),
    System("Amazon Elastic Container Registry", ACTIVE, ("ecr",)),
    System(
        "Amazon Lookout for Vision",
        RETIRED,
        since="2025-10-31",
        replacement="Rekognition Custom Labels",
        source=_GUIDE + "lookout-for-vision/latest/developer-guide/what-is.html",
    ),
    System(
        "Amazon Elastic Inference",
        RETIRED,
        since="2023-04-15",
        replacement="AWS Inferentia (ml.inf2) or a small GPU (ml.g5, ml.g6)",
        source=_GUIDE + "sagemaker/latest/dg/ei.html",
    ),
    System(
        "AWS DeepRacer",
        RETIRED,
        since="2025-12-31",
        replacement="the solution DeepRacer on AWS, which you deploy yourself (aws-solutions/deepracer-on-aws)",
        source="https://github.com/aws-solutions/deepracer-on-aws",
    ),
    System(
        "AWS DeepLens",
        RETIRED,
        since="2024-01-31",
        replacement="SageMaker models on a device of your own",
        source=_GUIDE + "deeplens/latest/dg/what-is-deeplens.html",
    ),
    System(
        "Amazon Sumerian",
        RETIRED,
        since="2023-02-21",
        replacement="open engines such as Babylon.js, with Polly's speech marks for the lips (awsml polly --marks)",
        source="https://aws.amazon.com/sumerian/",
    ),
)


def state_of(service: str) -> str:
    """The state of the whole of SERVICE."""
    return next((one.state for one in SYSTEMS if service in one.services and not one.operations), ACTIVE)


def of_operation(service: str, operation: str) -> System | None:
    """What there is to say of OPERATION of SERVICE; None where it is active."""
    for one in SYSTEMS:
        if one.state != ACTIVE and service in one.services and (not one.operations or operation in one.operations):
            return one
    return None


def named(name: str) -> System:
    """The system whose name ends in NAME, whatever the case. Raises KeyError where there is none."""
    for one in SYSTEMS:
        if one.name.lower().endswith(name.lower()):
            return one
    raise KeyError(name)


def check(session: Session, service: str, operation: str) -> None:
    """Warn once of what takes no new customers. Raises Retired for what is gone."""
    found = None if session.local else of_operation(service, operation)
    if found is None:
        return
    if found.state == RETIRED:
        raise gone(found)
    session.talk.warn(f"{found.sentence}: accounts that used it go on; instead: {found.replacement}")


def gone(system: System) -> Retired:
    """The error of what is no more."""
    return Retired(system.sentence, hint=f"instead: {system.replacement} ({system.source})")
