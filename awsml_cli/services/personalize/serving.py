"""Where a training answers at once: campaigns, and the recommenders of a domain. Both bill by the hour, used or not."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import Any, ClassVar, Final

from pydantic import ConfigDict

from awsml_cli.core import prices
from awsml_cli.core.errors import InputError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.plan import Step, step
from awsml_cli.core.prices import Charge
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.personalize.resources import (
    CAMPAIGN,
    GROUP,
    INACTIVE,
    NEVER,
    RECOMMENDER,
    SERVICE,
    SOLUTION,
    Deadline,
    describe,
    ensure,
    job_of,
    kind,
    listed,
    ready,
    remove,
    resolve,
    waited,
)

TPS_HOUR: Final = prices.PERSONALIZE_TPS_HOUR


class Campaign(Record):
    """A campaign; `hourly` is what it costs in US dollars at the least, used or not."""

    model_config = ConfigDict(defer_build=True)
    columns: ClassVar = ("name", "status", "min_provisioned_tps", "hourly", "campaign_arn")

    id: str
    name: str
    status: str | None = None
    campaign_arn: str
    solution_version_arn: str | None = None
    min_provisioned_tps: int | None = None
    hourly: float | None = None
    failure_reason: str | None = None
    creation_date_time: Any = None


class Recommender(Record):
    """A recommender of a domain."""

    model_config = ConfigDict(defer_build=True)
    columns: ClassVar = ("name", "status", "recipe_arn", "recommender_arn")

    id: str
    name: str
    status: str | None = None
    recommender_arn: str
    recipe_arn: str | None = None
    dataset_group_arn: str | None = None
    creation_date_time: Any = None


def deploy(
    session: Session,
    version: str,
    name: str,
    *,
    tps: int = 1,
    latest: bool = False,
    metadata: bool = False,
    exploration: float | None = None,
    until: Deadline = NEVER,
    wait: bool = True,
) -> Campaign:
    """Have the version ARN answer at the campaign NAME; one that is there is given this version.

    TPS transactions a second are kept ready; with LATEST it follows each new training; METADATA lets answers carry
    columns of the items; EXPLORATION is the share (0 to 1) of less relevant items. Raises JobFailed, TimedOut.
    """
    config: dict[str, Any] = {
        **({"syncWithLatestSolutionVersion": True} if latest else {}),
        **({"enableMetadataWithRecommendations": True} if metadata else {}),
        **({"itemExplorationConfig": {"explorationWeight": f"{exploration:g}"}} if exploration is not None else {}),
    }
    served = f"{version.rpartition('/')[0]}/$LATEST" if latest else version
    params = {
        "solutionVersionArn": served,
        "minProvisionedTPS": tps,
        **({"campaignConfig": config} if config else {}),
    }
    arn = ensure(session, CAMPAIGN, name, within={"solutionArn": version.rpartition("/")[0]}, until=until, **params)
    if not wait:
        return campaign(session, describe(session, arn))
    about = ready(session, arn, until=until)
    if not latest and about.get("solutionVersionArn") not in (version, None):
        session.client(SERVICE).update_campaign(campaignArn=arn, solutionVersionArn=version, minProvisionedTPS=tps)
        about = _updated(session, arn, until)
    return campaign(session, about)


def _updated(session: Session, arn: str, until: Deadline) -> dict[str, Any]:
    """Wait for an update of the campaign ARN: while it lasts, the old version answers and the status is ACTIVE."""

    def look(current: Session, _: JobId) -> dict[str, Any]:
        found = describe(current, arn)
        newest = found.get("latestCampaignUpdate") or {}
        return {
            **found,
            "status": newest.get("status", found["status"]),
            "failureReason": newest.get("failureReason", ""),
        }

    return waited(session, replace(kind(CAMPAIGN, arn), describe=look), arn, until)


def campaigns(session: Session, *, limit: int | None = None) -> Listing:
    """The campaigns of this region, and what they cost in an hour."""
    found = islice(listed(session, CAMPAIGN), limit)
    return Listing((campaign(session, describe(session, one["campaignArn"])) for one in found), "campaigns")


def campaign(session: Session, answer: dict[str, Any]) -> Campaign:
    """The record of a campaign."""
    tps = answer.get("minProvisionedTPS")
    hourly = None if tps is None else round(tps * TPS_HOUR, 4)
    about = {**answer, "minProvisionedTps": tps}
    return Campaign.of(about, id=str(job_of(session, answer["campaignArn"])), hourly=hourly).with_raw(answer)


def deploying(name: str, tps: int) -> Step:
    """What making the campaign NAME would call, and cost in an hour."""
    charge = Charge(tps, "transactions a second, for an hour", tps * TPS_HOUR)
    return step("personalize:CreateCampaign", name, charge=charge)


def remove_campaign(session: Session, name: str, *, until: Deadline = NEVER) -> None:
    """Remove the campaign NAME and wait until it is gone. Raises InputError where there is none."""
    remove(session, resolve(session, CAMPAIGN, name), until=until)


def recommend_for(
    session: Session,
    group: str,
    recipe: str,
    name: str,
    *,
    tps: int = 1,
    metadata: bool = False,
    until: Deadline = NEVER,
    wait: bool = True,
) -> Recommender:
    """Make the recommender NAME with the RECIPE (an ARN) in the domain GROUP (name or ARN). It trains by itself."""
    arn = resolve(session, GROUP, group)
    if describe(session, arn).get("domain") is None:
        raise InputError(
            f"the dataset group {group} is for no domain, and recommenders need one",
            hint="awsml personalize import --domain ECOMMERCE, or train and deploy a solution",
        )
    config = {
        "minRecommendationRequestsPerSecond": tps,
        **({"enableMetadataWithRecommendations": True} if metadata else {}),
    }
    made = ensure(
        session,
        RECOMMENDER,
        name,
        within={"datasetGroupArn": arn},
        until=until,
        datasetGroupArn=arn,
        recipeArn=recipe,
        recommenderConfig=config,
    )
    return recommender(session, ready(session, made, until=until) if wait else describe(session, made))


def start(session: Session, name: str, *, until: Deadline = NEVER, wait: bool = True) -> Recommender:
    """Start the recommender NAME, which then bills; one that runs is left alone."""
    arn = resolve(session, RECOMMENDER, name)
    if describe(session, arn)["status"] == INACTIVE:
        session.client(SERVICE).start_recommender(recommenderArn=arn)
    return recommender(session, ready(session, arn, until=until) if wait else describe(session, arn))


def stop(session: Session, name: str, *, until: Deadline = NEVER, wait: bool = True) -> Recommender:
    """Stop the recommender NAME, so that it bills no more and can be started again."""
    arn = resolve(session, RECOMMENDER, name)
    if describe(session, arn)["status"] != INACTIVE:
        session.client(SERVICE).stop_recommender(recommenderArn=arn)
    return recommender(session, ready(session, arn, until=until, done=INACTIVE) if wait else describe(session, arn))


def recommenders(session: Session, *, limit: int | None = None) -> Listing:
    """The recommenders of this region."""
    return Listing((recommender(session, one) for one in islice(listed(session, RECOMMENDER), limit)), "recommenders")


def remove_recommender(session: Session, name: str, *, until: Deadline = NEVER) -> None:
    """Remove the recommender NAME and wait until it is gone. Raises InputError where there is none."""
    remove(session, resolve(session, RECOMMENDER, name), until=until)


def recommender(session: Session, answer: dict[str, Any]) -> Recommender:
    """The record of a recommender."""
    return Recommender.of(answer, id=str(job_of(session, answer["recommenderArn"]))).with_raw(answer)


def served(session: Session, name: str) -> tuple[str, str]:
    """The member of a request and the ARN for what is called NAME: a campaign or a recommender. Raises InputError."""
    if name.startswith("arn:"):
        return ("recommenderArn" if ":recommender/" in name else "campaignArn"), name
    for sort in (CAMPAIGN, RECOMMENDER):
        for one in listed(session, sort):
            if one["name"] == name:
                return sort.arn, str(one[sort.arn])
    raise InputError(f"there is no campaign or recommender {name}", hint="awsml personalize ls")


def solution_of(version: str) -> str:
    """The name of the solution that the version ARN belongs to."""
    return version.split(f":{SOLUTION.word}/")[1].partition("/")[0]
