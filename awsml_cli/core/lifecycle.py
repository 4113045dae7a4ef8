"""What has ended at AWS and what takes no new customers: told before a call, not found out by one.

Dates and replacements are those of AWS's own notices, as of November 2026; `source` names the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from awsml_cli.core.errors import Retired

if TYPE_CHECKING:
    from awsml_cli.core.session import Session

ACTIVE: Final = "active"
CLOSED: Final = "closed to new customers"
RETIRED: Final = "retired"

_QUIET: Final = "lifecycle: quiet"
# what a refusal is called that may be due to the state
_DENIED: Final = ("AccessDenied", "AccessDeniedException", "SubscriptionRequiredException", "OptInRequired")
_INVALID: Final = ("InvalidParameterException", "ValidationException")
_SMELLS: Final = {
    CLOSED: _DENIED,
    RETIRED: (*_DENIED, "EndpointConnectionError", "ConnectTimeoutError", "ProxyConnectionError"),
}


@dataclass(frozen=True)
class System:
    """A system of AWS machine learning.

    `services` are boto3's names, which of the removed ones are known to older releases alone, with `operations` only
    those of them; `since` is the day from which `state` holds.
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
        name = self.name.replace("The ", "the ", 1) if self.name.startswith("The ") else self.name
        return f"{name} {'was retired' if self.state == RETIRED else 'has been ' + self.state} " + (
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
        "Amazon Lex V2: awsml lex",
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
    System(
        "Amazon SageMaker",
        ACTIVE,
        ("sagemaker", "sagemaker-runtime", "sagemaker-metrics", "sagemaker-featurestore-runtime"),
    ),
    System(
        "The association of new repositories with CodeGuru Reviewer",
        RETIRED,
        ("codeguru-reviewer",),
        ("AssociateRepository",),
        "2025-11-07",
        "Amazon Q Developer code review; Amazon Inspector code security",
        _GUIDE + "codeguru/latest/reviewer-ug/codeguru-reviewer-availability-change.html",
    ),
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
        ("lookoutvision",),
        since="2025-10-31",
        replacement="Rekognition Custom Labels",
        source=_GUIDE + "lookout-for-vision/latest/developer-guide/what-is.html",
    ),
    System(
        "Amazon Lookout for Metrics",
        RETIRED,
        ("lookoutmetrics",),
        since="2025-10-09",
        replacement="anomaly detection in Amazon CloudWatch or Amazon OpenSearch Service",
        source=_GUIDE + "cdk/api/v2/docs/aws-cdk-lib.aws_lookoutmetrics-readme.html",
    ),
    System(
        "Amazon Lookout for Equipment",
        RETIRED,
        ("lookoutequipment",),
        since="2026-10-07",
        replacement="a model of your own in Amazon SageMaker",
        source=_GUIDE + "lookout-for-equipment/latest/ug/doc-history.html",
    ),
    System(
        "AWS Panorama",
        RETIRED,
        ("panorama",),
        since="2026-05-31",
        replacement="SageMaker models on a device of your own, with AWS IoT Greengrass",
        source=_GUIDE + "panorama/latest/dev/panorama-end-of-support.html",
    ),
    System(
        "Amazon Elastic Inference",
        RETIRED,
        ("elastic-inference",),
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
        "AWS RoboMaker",
        RETIRED,
        ("robomaker",),
        since="2025-09-10",
        replacement="simulations in containers on AWS Batch",
        source=_GUIDE + "robomaker/latest/dg/chapter-simulation.html",
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

PREVIOUS: Final = "previous generation"


@dataclass(frozen=True)
class Family:
    """A family of instance types that is gone or going, though the services' models still name it."""

    state: str
    replacement: str
    source: str


_OLD_TYPES: Final = "https://aws.amazon.com/ec2/previous-generation/"
FAMILIES: Final = {
    "p2": Family(PREVIOUS, "ml.g4dn or ml.g5", _OLD_TYPES),
    "m4": Family(PREVIOUS, "ml.m5 or newer", _OLD_TYPES),
    "c4": Family(PREVIOUS, "ml.c5 or newer", _OLD_TYPES),
    "p3": Family(PREVIOUS, "ml.g5 or ml.p4d", _OLD_TYPES),
    "t2": Family(PREVIOUS, "ml.t3", _OLD_TYPES),
    "eia1": Family(RETIRED, "ml.inf2", _GUIDE + "sagemaker/latest/dg/ei.html"),
    "eia2": Family(RETIRED, "ml.inf2", _GUIDE + "sagemaker/latest/dg/ei.html"),
}


def family_of(instance: str) -> Family | None:
    """What there is to say of the family of INSTANCE (`ml.m4.xlarge`, `m4.xlarge`); None where it is current."""
    return FAMILIES.get(instance.removeprefix("ml.").partition(".")[0])


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


def refuse_if_gone(word: str) -> None:
    """Raise Retired where WORD is boto3's name of a service that is no more, or that system's own."""
    for one in SYSTEMS:
        names = (*one.services, one.name.partition(" ")[2].replace(" ", "").lower())
        if one.state == RETIRED and not one.operations and word.lower() in names:
            raise gone(one)


def check(session: Session, service: str, operation: str) -> None:
    """Warn once of what takes no new customers. Raises Retired for what is gone."""
    found = None if session.local else of_operation(service, operation)
    if found is None:
        return
    if found.state == RETIRED:
        raise gone(found)
    if not session.once(_QUIET, lambda: False):
        session.talk.warn(f"{found.sentence}: accounts that used it go on; instead: {found.replacement}")


def quiet(session: Session) -> None:
    """Say no more of what takes no new customers: for a look over services that nobody has named."""
    session.once(_QUIET, lambda: True)


def smelling(service: str, operation: str, code: str, params: Mapping[str, Any]) -> str | None:
    """What the lifecycle has to do with a refusal, if its CODE smells of it: the line to add to a hint.

    What is closed to new customers denies access; a request with a human loop of A2I's is invalid; the address of what
    is retired resolves no more.
    """
    found = of_operation(service, operation)
    if code in _INVALID and "HumanLoopConfig" in params:
        found = named("Augmented AI (A2I)")
    elif found is None or code not in _SMELLS[found.state]:
        return None
    return f"{found.sentence}; instead: {found.replacement}"


def gone(system: System) -> Retired:
    """The error of what is no more."""
    return Retired(system.sentence, hint=f"instead: {system.replacement} ({system.source})")
