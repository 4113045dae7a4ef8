"""What bills while it idles, over all regions, with what an hour costs and the command that ends it.

Where the price of an hour is not known, none is said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from awsml_cli.core import batch, refusals
from awsml_cli.core.errors import AwsmlError, ConfigError, ServiceError, UsageError
from awsml_cli.core.models import nearest
from awsml_cli.core.session import Session
from awsml_cli.services.running import hosted, sagemaker
from awsml_cli.services.running.thing import Kind, Running

__all__ = ["KINDS", "Kind", "Running", "check_regions", "running"]

WORKERS: Final = 16

# answers of a region that an account has not opted in to, or in which there is no such service
_NOT_HERE: Final = refusals.UNKNOWN_KEY | {"OptInRequired", "EndpointConnectionError", "InvalidToken"}
_ELSEWHERE: Final = re.compile("(cn|us-gov|us-iso[a-z]*|eu-iso[a-z]*|eusc)-.*")  # regions of other partitions


def running(session: Session, *, kinds: Sequence[str] | None = None, regions: Sequence[str] = ()) -> list[Running]:
    """Everything that bills, in REGIONS or in all where its service is; the dearest first.

    A region that the account has not opted in to has nothing; what AWS refuses otherwise is told, and raised where it
    refused everything. On this machine nothing bills, and there are the kinds that engines have.
    """
    wanted = [kind for kind in KINDS if kinds is None or kind.name in kinds]
    places = [(kind, region) for kind in wanted for region in regions or session.regions(kind.service)]
    problems: list[AwsmlError] = []

    def one(place: tuple[Kind, str]) -> list[Running]:
        kind, region = place
        try:
            return list(kind.find(session.client(kind.service, region=region), region))
        except ServiceError as error:
            if error.code not in _NOT_HERE and error.status != HTTPStatus.NOT_IMPLEMENTED:
                problems.append(error)
            return []
        except ConfigError:
            if not session.local:
                raise
            return []  # no engine of this machine has such things

    found = [thing for things in batch.in_order(one, places, workers=WORKERS) for thing in things]
    if problems and len(problems) == len(places):
        raise problems[0]
    for message in dict.fromkeys(problem.message.partition(" (request id")[0] for problem in problems):
        session.talk.warn(f"not everything could be seen: {message}")
    if session.local:
        found = [one.model_copy(update={"hourly": None}) for one in found]
    return sorted(found, key=lambda one: -(one.hourly or 0.0))


def check_regions(session: Session, regions: Sequence[str]) -> None:
    """Raises UsageError where one of REGIONS, as somebody wrote them, is none."""
    known = sorted({region for kind in KINDS for region in session.regions(kind.service)}) if regions else []
    for region in regions:
        if not session.local and region not in known and not _ELSEWHERE.match(region):
            raise UsageError(
                f"there is no region `{region}`", hint=nearest(region, known) or "as in us-east-1,eu-west-1"
            )


KINDS: Final = (
    Kind("comprehend-endpoint", "comprehend", hosted.comprehend_endpoints),
    Kind("custom-labels-model", "rekognition", hosted.labels_models),
    Kind("stream-processor", "rekognition", hosted.stream_processors),
    Kind("personalize-campaign", "personalize", hosted.campaigns),
    Kind("personalize-recommender", "personalize", hosted.recommenders),
    Kind("sagemaker-endpoint", "sagemaker", sagemaker.endpoints),
    Kind("sagemaker-notebook", "sagemaker", sagemaker.notebooks),
    Kind("sagemaker-app", "sagemaker", sagemaker.apps),
    Kind("sagemaker-cluster", "sagemaker", sagemaker.clusters),
    Kind("sagemaker-mlflow", "sagemaker", sagemaker.tracking_servers),
    Kind("sagemaker-warm-pool", "sagemaker", sagemaker.warm_pools),
)
