"""Amazon CodeGuru: associated repositories, reviews that go through states as they are looked at, and profiles of a group.

What a review finds is what the test says in `findings`, by the repository's name. The source of a review over S3 must lie there.
"""

from __future__ import annotations

import datetime
import io
import json
import zipfile
from dataclasses import dataclass
from typing import Any

from fakeaws import wire
from fakeaws.core import Call, FakeAws
from fakeaws.faults import AwsError

WALK = ("Pending", "Pending", "Completed")
PAGE = 2
TREE = {
    "callgraph": {
        "children": {
            "main": {
                "children": {
                    "handle;request": {"counts": {"RUNNABLE": 30}, "children": {"parse": {"counts": {"RUNNABLE": 50}}}},
                    "wait": {"counts": {"WAITING": 20}},
                }
            }
        }
    }
}


@dataclass
class Review:
    """A review, and how far it has come."""

    arn: str
    request: dict[str, Any]
    repository: dict[str, Any]
    looks: int = 0
    failure: str = ""
    files: tuple[str, ...] = ()


class Reviewer:
    """Reviews that take one step of `walk` at each look. `failing` is what the next one ends with."""

    name = "codeguru-reviewer"

    def __init__(self, aws: FakeAws) -> None:
        self.aws = aws
        self.walk: tuple[str, ...] = WALK
        self.associations: dict[str, dict[str, Any]] = {}
        self.reviews: dict[str, Review] = {}
        self.findings: dict[str, list[dict[str, Any]]] = {}
        self.failing = ""
        self.feedback: dict[tuple[str, str], list[str]] = {}
        self._tokens: dict[str, str] = {}

    def associated(self, name: str, provider: str = "S3Bucket", *, owner: str = "Ann", bucket: str = "") -> str:
        """Have a repository associated since before November 2025; its ARN."""
        number = f"{len(self.associations) + 1:08x}-0000-4000-8000-000000000000"
        arn = f"arn:aws:codeguru-reviewer:{wire.REGION}:{wire.ACCOUNT}:association:{number}"
        about = {
            "AssociationArn": arn,
            "AssociationId": number,
            "Name": name,
            "Owner": owner,
            "ProviderType": provider,
            "State": "Associated",
        }
        if bucket:
            about["S3RepositoryDetails"] = {"BucketName": bucket}
        self.associations[arn] = about
        return arn

    def list_repository_associations(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List associations, in pages of two."""
        states = params.get("States")
        found = [
            {name: value for name, value in one.items() if name != "S3RepositoryDetails"}
            for one in self.associations.values()
            if not states or one["State"] in states
        ]
        return _page(found, "RepositoryAssociationSummaries", params)

    def describe_repository_association(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Describe an association."""
        if params["AssociationArn"] not in self.associations:
            raise AwsError("NotFoundException", "There is no such association.")
        return {"RepositoryAssociation": self.associations[params["AssociationArn"]]}

    def associate_repository(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Refuse, as since November 2025."""
        raise AwsError("AccessDeniedException", "New repository associations are not accepted.", status=403)

    def create_code_review(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Take in a review; the same token gives the same one."""
        if params["ClientRequestToken"] in self._tokens:
            return {"CodeReview": self._told(self.reviews[self._tokens[params["ClientRequestToken"]]])}
        if params["RepositoryAssociationArn"] not in self.associations:
            raise AwsError("ResourceNotFoundException", "There is no such association.")
        repository = self.associations[params["RepositoryAssociationArn"]]
        arn = f"arn:aws:codeguru-reviewer:{call.region}:{wire.ACCOUNT}:code-review:RepositoryAnalysis-{params['Name']}"
        if arn in self.reviews:
            raise AwsError("ConflictException", f"There is a review named {params['Name']}.", status=409)
        review = Review(arn, params, repository, failure=self.failing, files=self._files(params))
        self.reviews[arn] = review
        self._tokens[params["ClientRequestToken"]] = arn
        self.failing = ""
        return {"CodeReview": self._told(review)}

    def describe_code_review(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Look at a review, which moves it on."""
        review = self._review(params["CodeReviewArn"])
        review.looks += 1
        return {"CodeReview": self._told(review)}

    def list_code_reviews(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List reviews of a type, in pages of two."""
        names = params.get("RepositoryNames")
        found = [
            {name: value for name, value in self._told(one).items() if name not in ("Metrics", "AssociationArn")}
            for one in self.reviews.values()
            if params["Type"] == "RepositoryAnalysis" and (not names or one.repository["Name"] in names)
        ]
        return _page(found, "CodeReviewSummaries", params)

    def list_recommendations(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List what a review found, in pages of two."""
        review = self._review(params["CodeReviewArn"])
        return _page(self.findings.get(review.repository["Name"], []), "RecommendationSummaries", params)

    def put_recommendation_feedback(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Note what somebody thinks."""
        review = self._review(params["CodeReviewArn"])
        known = [one["RecommendationId"] for one in self.findings.get(review.repository["Name"], [])]
        if params["RecommendationId"] not in known:
            raise AwsError("ResourceNotFoundException", "There is no such recommendation.")
        self.feedback[params["CodeReviewArn"], params["RecommendationId"]] = params["Reactions"]
        return {}

    def describe_recommendation_feedback(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Say what was thought."""
        said = self.feedback.get((params["CodeReviewArn"], params["RecommendationId"]))
        if said is None:
            raise AwsError("ResourceNotFoundException", "There is no feedback.")
        about = {"CodeReviewArn": params["CodeReviewArn"], "RecommendationId": params["RecommendationId"]}
        return {"RecommendationFeedback": {**about, "Reactions": said, "UserId": "AIDAEXAMPLE"}}

    def list_recommendation_feedback(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List what was thought, in pages of two."""
        found = [
            {"RecommendationId": number, "Reactions": said, "UserId": "AIDAEXAMPLE"}
            for (arn, number), said in self.feedback.items()
            if arn == params["CodeReviewArn"]
        ]
        return _page(found, "RecommendationFeedbackSummaries", params)

    def _files(self, params: dict[str, Any]) -> tuple[str, ...]:
        """The files in the archive of a review over S3, which must be there."""
        source = params["Type"]["RepositoryAnalysis"]["SourceCodeType"].get("S3BucketRepository")
        if not source:
            return ()
        details, found = source["Details"], {}
        for key in details["CodeArtifacts"].values():
            found = self.aws.objects(details["BucketName"])
            if key not in found:
                raise AwsError("ValidationException", f"There is no object {key}.")
        archive = zipfile.ZipFile(io.BytesIO(found[details["CodeArtifacts"]["SourceCodeArtifactsObjectKey"]]))
        return tuple(archive.namelist())

    def _told(self, review: Review) -> dict[str, Any]:
        state = self.walk[min(review.looks, len(self.walk)) - 1] if review.looks else "Pending"
        if state == "Completed" and review.failure:
            state = "Failed"
        told = {
            "Name": review.request["Name"],
            "CodeReviewArn": review.arn,
            "RepositoryName": review.repository["Name"],
            "ProviderType": review.repository["ProviderType"],
            "State": state,
            "Type": "RepositoryAnalysis",
            "CreatedTimeStamp": datetime.datetime.fromtimestamp(self.aws.clock.now(), datetime.UTC),
            "AssociationArn": review.request["RepositoryAssociationArn"],
        }
        if state == "Failed":
            told["StateReason"] = review.failure
        if state == "Completed":
            found = self.findings.get(review.repository["Name"], [])
            told["Metrics"] = {"FindingsCount": len(found), "MeteredLinesOfCodeCount": 1200}
        return told

    def _review(self, arn: str) -> Review:
        if arn not in self.reviews:
            raise AwsError("ResourceNotFoundException", f"There is no review {arn}.")
        return self.reviews[arn]


class Profiler:
    """Profiling groups with their newest profile, as JSON."""

    name = "codeguruprofiler"

    def __init__(self, aws: FakeAws) -> None:
        self.aws = aws
        self.profiles: dict[str, Any] = {}  # by the group's name
        self.advice: list[dict[str, Any]] = []

    def list_profiling_groups(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List the groups, in pages of two."""
        first = int(params.get("nextToken", "0"))
        names = sorted(self.profiles)[first : first + PAGE]
        more = {"nextToken": str(first + PAGE)} if first + PAGE < len(self.profiles) else {}
        return {"profilingGroupNames": names, "profilingGroups": [self._group(name) for name in names], **more}

    def describe_profiling_group(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Describe a group."""
        return {"profilingGroup": self._group(self._known(params))}

    def get_profile(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Give the profile in the format that is accepted."""
        said = self.profiles[self._known(params)]
        if len([name for name in ("startTime", "endTime", "period") if name in params]) == 3:
            raise AwsError("ValidationException", "All three of startTime, endTime and period were given.")
        data = said if isinstance(said, bytes) else json.dumps(said).encode()
        return {"profile": data, "contentType": params.get("accept", "application/x-amzn-ion")}

    def list_profile_times(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List the profiles that are kept: one an hour."""
        self._known(params)
        at, found = params["endTime"], []
        while at > params["startTime"] and len(found) < 3:
            at -= datetime.timedelta(hours=1)
            found.append({"start": at})
        page = _page(found, "profileTimes", {"NextToken": params.get("nextToken", "0")})
        return {
            "profileTimes": page["profileTimes"],
            **({"nextToken": page["NextToken"]} if "NextToken" in page else {}),
        }

    def get_recommendations(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Give what is recommended."""
        self._known(params)
        times = {"profileStartTime": params["startTime"], "profileEndTime": params["endTime"]}
        given = [{**one, "startTime": params["startTime"], "endTime": params["endTime"]} for one in self.advice]
        return {"profilingGroupName": params["profilingGroupName"], **times, "anomalies": [], "recommendations": given}

    def _group(self, name: str) -> dict[str, Any]:
        now = datetime.datetime.fromtimestamp(self.aws.clock.now(), datetime.UTC)
        return {
            "name": name,
            "arn": f"arn:aws:codeguru-profiler:{wire.REGION}:{wire.ACCOUNT}:profilingGroup/{name}",
            "computePlatform": "Default",
            "createdAt": now,
            "agentOrchestrationConfig": {"profilingEnabled": True},
            "profilingStatus": {"latestAggregatedProfile": {"period": "PT1H", "start": now}},
        }

    def _known(self, params: dict[str, Any]) -> str:
        name = params["profilingGroupName"]
        if name not in self.profiles:
            raise AwsError("ResourceNotFoundException", f"There is no profiling group {name}.")
        return str(name)


def _page(found: list[dict[str, Any]], member: str, params: dict[str, Any]) -> dict[str, Any]:
    first = int(params.get("NextToken", "0"))
    page: dict[str, Any] = {member: found[first : first + PAGE]}
    return page | ({"NextToken": str(first + PAGE)} if first + PAGE < len(found) else {})
