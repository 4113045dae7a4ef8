"""What a review recommends, how bad it is, and what is thought of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from awsml_cli.core import paging
from awsml_cli.core.errors import InputError, ServiceError, UsageError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.record import Listing
from awsml_cli.core.session import Session
from awsml_cli.services.codeguru import reviews
from awsml_cli.services.codeguru.associations import reviewer
from awsml_cli.services.codeguru.records import SEVERITIES, Feedback, Findings, Recommendation

REACTIONS: Final = {"up": ["ThumbsUp"], "down": ["ThumbsDown"], "none": []}


@dataclass(frozen=True)
class Level:
    """A severity from which on recommendations count, as `high` or in AWS's own spelling."""

    name: str

    def __post_init__(self) -> None:
        if self.name.lower() not in SEVERITIES:
            raise UsageError(f"there is no severity `{self.name}`", hint=f"one of: {', '.join(SEVERITIES)}")

    def reached(self, found: Sequence[Recommendation]) -> list[Recommendation]:
        """Those of FOUND that are at least so bad; one whose severity is not known counts."""
        least = SEVERITIES.index(self.name.lower())
        return [
            one
            for one in found
            if (one.severity or "").lower() not in SEVERITIES or SEVERITIES.index(str(one.severity).lower()) >= least
        ]


def recommendations(session: Session, job: JobId, *, timeout: float | None = None) -> Findings:
    """All that the review JOB recommends, waited for if it has not ended. Raises JobFailed, TimedOut."""
    reviews.wait_review(session, job, timeout=timeout)
    session.running.pop(str(job), None)
    client = reviewer(session, region=job.region)
    found = paging.items(
        client.list_recommendations, "RecommendationSummaries", CodeReviewArn=reviews.arn_of(session, job)
    )
    made = tuple(Recommendation.of(one, rule=(one.get("RuleMetadata") or {}).get("RuleId")) for one in found)
    raw = {"RecommendationSummaries": [one.raw for one in made]}
    return Findings(id=str(job), count=len(made), recommendations=made).with_raw(raw)


def rate(session: Session, job: JobId, recommendation: str, reaction: str) -> None:
    """Say what one thinks of RECOMMENDATION: REACTION is a key of REACTIONS. Raises UsageError, InputError."""
    if reaction not in REACTIONS:
        raise UsageError(f"there is no reaction `{reaction}`", hint=f"one of: {', '.join(REACTIONS)}")
    try:
        reviewer(session, region=job.region).put_recommendation_feedback(
            CodeReviewArn=reviews.arn_of(session, job),
            RecommendationId=recommendation,
            Reactions=REACTIONS[reaction],
        )
    except ServiceError as error:
        if error.code == "ResourceNotFoundException":
            raise InputError(f"{job} has no recommendation {recommendation}") from None
        raise


def given(session: Session, job: JobId) -> Listing:
    """What was thought of the recommendations of JOB."""

    def records() -> Iterator[Feedback]:
        found = paging.items(
            reviewer(session, region=job.region).list_recommendation_feedback,
            "RecommendationFeedbackSummaries",
            CodeReviewArn=reviews.arn_of(session, job),
        )
        yield from (Feedback.of(one) for one in found)

    return Listing(records(), "RecommendationFeedbackSummaries")


def feedback(session: Session, job: JobId, recommendation: str) -> Feedback:
    """What this identity thinks of RECOMMENDATION."""
    answer = reviewer(session, region=job.region).describe_recommendation_feedback(
        CodeReviewArn=reviews.arn_of(session, job), RecommendationId=recommendation
    )["RecommendationFeedback"]
    return Feedback.of(answer)
