"""Personalize's answers and what it is told: recommendations by popularity, events and records that are noted."""

from __future__ import annotations

import re
from typing import Any

from fakeaws.core import Call
from fakeaws.faults import AwsError
from fakeaws.personalize import Personalize


class PersonalizeRuntime:
    """Campaigns and recommenders that answer."""

    name = "personalize-runtime"

    def __init__(self, control: Personalize) -> None:
        self.control = control

    def get_recommendations(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Give the popular items: through the filter, without the item asked about."""
        popular = self._popular(params)
        items = [item for item in popular if item != params.get("itemId")]
        items = self._filtered(params, items)
        found = [
            {"itemId": item, "score": round(1 / place, 7)}
            for place, item in enumerate(items[: params.get("numResults", 25)], 1)
        ]
        for promotion in params.get("promotions", ()):
            for one in found[: len(found) * promotion["percentPromotedItems"] // 100]:
                one["promotionName"] = promotion["name"]
        return {"itemList": found, "recommendationId": "RID-1"}

    def get_personalized_ranking(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Put the items in the order of their popularity."""
        popular = self._popular(params)
        ranked = sorted(params["inputList"], key=lambda item: popular.index(item) if item in popular else len(popular))
        found = [{"itemId": item, "score": round(1 / place, 7)} for place, item in enumerate(ranked, 1)]
        return {"personalizedRanking": found, "recommendationId": "RID-1"}

    def get_action_recommendations(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Give two actions."""
        self._popular(params)
        found = [{"actionId": "subscribe", "score": 0.8}, {"actionId": "review", "score": 0.3}]
        return {"actionList": found[: params.get("numResults", 25)], "recommendationId": "RID-1"}

    def _popular(self, params: dict[str, Any]) -> list[str]:
        arn = params.get("recommenderArn") or params.get("campaignArn") or ""
        held = self.control._active(arn)
        if "popular" in held:
            return list(held["popular"])
        return list(self.control.things[held["about"]["solutionVersionArn"]]["popular"])

    def _filtered(self, params: dict[str, Any], items: list[str]) -> list[str]:
        if "filterArn" not in params:
            return items
        about = self.control._active(params["filterArn"])["about"]
        expression = about["filterExpression"]
        given = params.get("filterValues", {})
        if missing := [name for name in re.findall(r"\$(\w+)", expression) if name not in given]:
            raise AwsError("InvalidInputException", f"The filter needs values for {missing}.")
        if expression.startswith("EXCLUDE ItemID WHERE Interactions"):
            rows = self.control._rows(about["datasetGroupArn"], "INTERACTIONS")
            seen = {row["ITEM_ID"] for row in rows if row["USER_ID"] == params.get("userId")}
            return [item for item in items if item not in seen]
        return items


class PersonalizeEvents:
    """Trackers and datasets that are told. `events` are (session, user, event), `records` what was put."""

    name = "personalize-events"

    def __init__(self, control: Personalize) -> None:
        self.control = control
        self.events: list[tuple[str, str, dict[str, Any]]] = []
        self.records: list[dict[str, Any]] = []

    def put_events(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Note events."""
        known = [held["about"]["trackingId"] for _, held in self.control._of("eventTracker")]
        if params["trackingId"] not in known:
            raise AwsError("InvalidInputException", f"Tracking id {params['trackingId']} is not known.")
        for event in params["eventList"]:
            self.events.append((params["sessionId"], params.get("userId", ""), event))
        return {}

    def put_items(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Note items."""
        self.control._active(params["datasetArn"])
        self.records += params["items"]
        return {}

    def put_users(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Note users."""
        self.control._active(params["datasetArn"])
        self.records += params["users"]
        return {}

    def put_actions(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Note actions."""
        self.control._active(params["datasetArn"])
        self.records += params["actions"]
        return {}

    def put_action_interactions(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Note what was done."""
        known = [held["about"]["trackingId"] for _, held in self.control._of("eventTracker")]
        if params["trackingId"] not in known:
            raise AwsError("InvalidInputException", f"Tracking id {params['trackingId']} is not known.")
        for one in params["actionInteractions"]:
            self.events.append((one["sessionId"], one.get("userId", ""), one))
        return {}
