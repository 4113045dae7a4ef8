"""Personalize: things that come into being with each look, refuse to go while others need them, and remember what they cost.

What is trained is popularity: the items of the imported interactions, the commonest first. Deletion follows the pages of
DeleteDatasetGroup, DeleteSolution, DeleteDataset, DeleteSchema in Personalize's API reference.
"""

from __future__ import annotations

import csv
import datetime
import io
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from fakeaws import wire
from fakeaws.core import Call, FakeAws
from fakeaws.faults import AwsError

MAKING = ("CREATE PENDING", "CREATE IN_PROGRESS", "ACTIVE")
GOING = ("DELETE PENDING", "DELETE IN_PROGRESS")
BUSY = ("CREATE PENDING", "CREATE IN_PROGRESS", "CREATE STOPPING")
PAGE = 2
RECIPES = {
    "aws-user-personalization-v2": None,
    "aws-user-personalization": None,
    "aws-personalized-ranking-v2": None,
    "aws-trending-now": None,
    "aws-popularity-count": None,
    "aws-similar-items": None,
    "aws-sims": None,
    "aws-semantic-similarity": None,
    "aws-next-best-action": None,
    "aws-item-affinity": None,
    "aws-ecomm-recommended-for-you": "ECOMMERCE",
    "aws-vod-top-picks": "VIDEO_ON_DEMAND",
    "aws-vod-more-like-x": "VIDEO_ON_DEMAND",
}
METRICS = {
    "coverage": 0.27,
    "mean_reciprocal_rank_at_25": 0.0379,
    "normalized_discounted_cumulative_gain_at_10": 0.0565,
    "precision_at_5": 0.0136,
}
# kind -> (its word in ARNs, whether it is made step by step)
KINDS = {
    "datasetGroup": "dataset-group",
    "schema": "schema",
    "dataset": "dataset",
    "datasetImportJob": "dataset-import-job",
    "solution": "solution",
    "solutionVersion": "solution",
    "campaign": "campaign",
    "recommender": "recommender",
    "filter": "filter",
    "eventTracker": "event-tracker",
    "batchInferenceJob": "batch-inference-job",
    "batchSegmentJob": "batch-segment-job",
}


class Personalize:
    """The service. `things` by ARN; `failing` says with what reason the next of a kind fails; `trainings` is the bill."""

    name = "personalize"

    def __init__(self, aws: FakeAws) -> None:
        self.aws = aws
        self.things: dict[str, dict[str, Any]] = {}
        self.failing: dict[str, str] = {}
        self.rows: dict[str, list[dict[str, str]]] = {}  # of each dataset
        self.trainings = 0
        self.imports = 0
        self.slow = 0  # looks that every making takes more

    def there(self, kind: str, tail: str, **about: Any) -> str:
        """Have a thing of KIND there already, ready, under an ARN that ends in TAIL; give the ARN."""
        arn = f"arn:aws:personalize:{wire.REGION}:{wire.ACCOUNT}:{KINDS[kind]}/{tail}"
        made = datetime.datetime.fromtimestamp(self.aws.clock.now(), datetime.UTC)
        held = {"kind": kind, "about": about, "walk": ("ACTIVE",), "looks": 1, "end": None, "reason": "", "made": made}
        self.things[arn] = {**held, "arn": arn}
        return arn

    # -- making ---------------------------------------------------------------------------------------------------

    def create_dataset_group(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Make a dataset group."""
        arn = self._make("datasetGroup", params["name"], params, call)
        return {"datasetGroupArn": arn} | ({"domain": params["domain"]} if "domain" in params else {})

    def create_schema(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Keep a schema, which has no status."""
        told = json.loads(params["schema"])
        if told.get("type") != "record" or told.get("version") != "1.0" or not told.get("fields"):
            raise AwsError("InvalidInputException", "The schema is not valid Avro.")
        return {"schemaArn": self._make("schema", params["name"], params, call)}

    def create_dataset(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Make the dataset of a type in a group, of which there is one."""
        group = self._active(params["datasetGroupArn"])
        schema = self._thing(params["schemaArn"])
        name = json.loads(schema["about"]["schema"])["name"].lower()
        if params["datasetType"].replace("_", "").lower() != name:
            raise AwsError("InvalidInputException", f"The schema is for {name}.")
        tail = f"{group['about']['name']}/{params['datasetType']}"
        return {"datasetArn": self._make("dataset", params["name"], params, call, tail=tail)}

    def create_dataset_import_job(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to read a table; what is wrong with it shows when it is read."""
        self._active(params["datasetArn"])
        arn = self._make("datasetImportJob", params["jobName"], params, call, named="jobName")
        held = self.things[arn]
        held["about"].setdefault("importMode", "FULL")
        held["end"] = lambda: self._read(held)
        self.imports += 1
        return {"datasetImportJobArn": arn}

    def create_solution(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Make a solution, which trains itself every week unless it is told not to."""
        self._active(params["datasetGroupArn"])
        if params.get("recipeArn", "").rpartition("/")[2] not in RECIPES:
            raise AwsError("InvalidInputException", "There is no such recipe.")
        about = {"performAutoTraining": True, **params}
        return {"solutionArn": self._make("solution", params["name"], about, call)}

    def create_solution_version(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to train."""
        solution = self._active(params["solutionArn"])
        group = solution["about"]["datasetGroupArn"]
        rows = self._rows(group, "INTERACTIONS")
        if event := solution["about"].get("eventType"):
            rows = [row for row in rows if row.get("EVENT_TYPE") == event]
        if len(rows) < 1000:
            raise AwsError("InvalidInputException", "There are fewer than 1000 interactions after filtering.")
        for arn, held in self._of("solutionVersion"):
            if held["about"].get("name") == params.get("name") and arn.startswith(params["solutionArn"]):
                raise AwsError("ResourceAlreadyExistsException", "There is a version of this name.")
        self.trainings += 1
        about = {name: solution["about"][name] for name in ("recipeArn", "datasetGroupArn")}
        about |= {"solutionArn": params["solutionArn"], "trainingMode": params.get("trainingMode", "FULL")}
        if "name" in params:
            about["name"] = params["name"]
        tail = f"{solution['about']['name']}/{self.trainings:08x}"
        arn = self._make("solutionVersion", params.get("name", ""), about, call, tail=tail)
        self.things[arn]["popular"] = [item for item, _ in Counter(row["ITEM_ID"] for row in rows).most_common()]
        return {"solutionVersionArn": arn}

    def create_campaign(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to serve a version."""
        version = params["solutionVersionArn"]
        if version.endswith("/$LATEST"):
            found = [arn for arn, _ in self._of("solutionVersion") if arn.startswith(version.removesuffix("$LATEST"))]
            version = found[-1]
        self._active(version)
        about = {**params, "solutionVersionArn": version}
        return {"campaignArn": self._make("campaign", params["name"], about, call)}

    def update_campaign(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Give a campaign another version."""
        held = self._active(params["campaignArn"])
        held["about"] |= {name: params[name] for name in ("solutionVersionArn", "minProvisionedTPS") if name in params}
        return {"campaignArn": params["campaignArn"]}

    def create_recommender(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin a recommender of a domain's group."""
        group = self._active(params["datasetGroupArn"])
        domain = RECIPES.get(params["recipeArn"].rpartition("/")[2])
        if domain is None or group["about"].get("domain") != domain:
            raise AwsError("InvalidInputException", "The recipe is not for the domain of the dataset group.")
        rows = self._rows(params["datasetGroupArn"], "INTERACTIONS")
        arn = self._make("recommender", params["name"], {**params, "modelMetrics": METRICS}, call)
        self.things[arn]["popular"] = [item for item, _ in Counter(row["ITEM_ID"] for row in rows).most_common()]
        self.trainings += 1
        return {"recommenderArn": arn}

    def start_recommender(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Start a recommender."""
        held = self._thing(params["recommenderArn"])
        if self._status(held) != "INACTIVE":
            raise AwsError("ResourceInUseException", "The recommender is not inactive.")
        held |= {"looks": 0, "walk": ("START PENDING", "START IN_PROGRESS", "ACTIVE")}
        return {"recommenderArn": params["recommenderArn"]}

    def stop_recommender(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Stop a recommender."""
        held = self._active(params["recommenderArn"])
        held |= {"looks": 0, "walk": ("STOP PENDING", "STOP IN_PROGRESS", "INACTIVE")}
        return {"recommenderArn": params["recommenderArn"]}

    def create_filter(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Make a filter."""
        self._active(params["datasetGroupArn"])
        if " WHERE " not in params["filterExpression"]:
            raise AwsError("InvalidInputException", "The filter expression cannot be read.")
        return {"filterArn": self._make("filter", params["name"], params, call)}

    def create_event_tracker(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Make the tracker of a group, of which there is one."""
        self._active(params["datasetGroupArn"])
        for _, held in self._of("eventTracker"):
            if (
                held["about"]["datasetGroupArn"] == params["datasetGroupArn"]
                and held["about"]["name"] != params["name"]
            ):
                raise AwsError("LimitExceededException", "The dataset group has an event tracker.")
        arn = self._make("eventTracker", params["name"], params, call)
        tracking = f"{params['name']}-id"
        self.things[arn]["about"]["trackingId"] = tracking
        return {"eventTrackerArn": arn, "trackingId": tracking}

    def create_batch_inference_job(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to answer questions in S3."""
        return {"batchInferenceJobArn": self._batch("batchInferenceJob", params, call)}

    def create_batch_segment_job(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to find users for items in S3."""
        return {"batchSegmentJobArn": self._batch("batchSegmentJob", params, call)}

    def stop_solution_version_creation(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Stop a training."""
        held = self._thing(params["solutionVersionArn"])
        if self._status(held) not in BUSY:
            raise AwsError("ResourceInUseException", "The training has ended.")
        held |= {"looks": 0, "walk": ("CREATE STOPPING", "CREATE STOPPED"), "end": None}
        return {}

    # -- looking --------------------------------------------------------------------------------------------------

    def get_solution_metrics(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Give the metrics of a version."""
        self._active(params["solutionVersionArn"])
        return {"solutionVersionArn": params["solutionVersionArn"], "metrics": METRICS}

    def list_recipes(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List recipes, in pages of two."""
        found = [
            {"name": name, "recipeArn": f"arn:aws:personalize:::recipe/{name}", "status": "ACTIVE"}
            | ({"domain": domain} if domain else {})
            for name, domain in RECIPES.items()
            if params.get("domain") in (None, domain)
        ]
        return _page("recipes", found, params)

    def list_metric_attributions(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List none: nobody makes them here."""
        return {"metricAttributions": []}

    def __getattr__(self, name: str) -> Any:
        verb, _, noun = name.partition("_")
        if verb in ("describe", "list", "delete"):
            member = _camel(noun.removesuffix("s") if verb == "list" else noun)
            if member in KINDS:
                return lambda params, call: getattr(self, f"_{verb}")(member, params, call)
        raise AttributeError(name)

    def _describe(self, member: str, params: dict[str, Any], call: Call) -> dict[str, Any]:
        held = self._thing(params[f"{member}Arn"], look=True)
        return {member: self._shown(member, held)}

    def _list(self, member: str, params: dict[str, Any], call: Call) -> dict[str, Any]:
        narrow = {name: params[name] for name in params if name.endswith("Arn")}
        found = []
        for arn, held in self._of(member):
            about = {**held["about"], "datasetArn": held["about"].get("datasetArn", "")}
            if member == "campaign":
                about["solutionArn"] = about["solutionVersionArn"].rpartition("/")[0]
            if arn.split(":")[3] == call.region and all(about.get(name) == value for name, value in narrow.items()):
                found.append(self._shown(member, held, brief=True))
        return _page("Filters" if member == "filter" else f"{member}s", found, params)

    # -- removing -------------------------------------------------------------------------------------------------

    def _delete(self, member: str, params: dict[str, Any], call: Call) -> dict[str, Any]:
        arn = params[f"{member}Arn"]
        held = self._thing(arn)
        if self._status(held) in (*BUSY, *GOING):
            raise AwsError("ResourceInUseException", f"{arn} is {self._status(held)}.")
        if reason := self._needed(member, arn):
            raise AwsError("ResourceInUseException", reason)
        if member == "schema":
            del self.things[arn]
        else:
            held |= {"looks": 0, "walk": GOING, "going": True}
        return {}

    def _needed(self, member: str, arn: str) -> str:
        """Why ARN cannot go."""
        if member == "schema" and any(held["about"]["schemaArn"] == arn for _, held in self._of("dataset")):
            return "A dataset uses the schema."
        if member == "dataset":
            group = self.things[arn]["about"]["datasetGroupArn"]
            if self._busy("datasetImportJob", "datasetArn", arn) or self._busy(
                "solutionVersion", "datasetGroupArn", group
            ):
                return "An import or a training is under way."
        if member == "solution":
            if any(held["about"]["solutionVersionArn"].startswith(f"{arn}/") for _, held in self._of("campaign")):
                return "A campaign is based on the solution."
            if self._busy("solutionVersion", "solutionArn", arn):
                return "A training is under way."
            for kind in ("batchInferenceJob", "batchSegmentJob"):
                if any(
                    held["about"]["solutionVersionArn"].startswith(f"{arn}/") and self._status(held) in BUSY
                    for _, held in self._of(kind)
                ):
                    return "A batch job is under way."
        if member == "datasetGroup":
            for kind in ("eventTracker", "solution", "dataset", "filter", "recommender"):
                if any(held["about"]["datasetGroupArn"] == arn for _, held in self._of(kind)):
                    return f"The dataset group has a {kind}."
        return ""

    def _busy(self, kind: str, member: str, arn: str) -> bool:
        return any(held["about"].get(member) == arn and self._status(held) in BUSY for _, held in self._of(kind))

    # -- inside ---------------------------------------------------------------------------------------------------

    def _make(
        self, kind: str, name: str, about: dict[str, Any], call: Call, *, tail: str = "", named: str = "name"
    ) -> str:
        arn = f"arn:aws:personalize:{call.region}:{wire.ACCOUNT}:{KINDS[kind]}/{tail or name}"
        if arn in self.things:
            raise AwsError("ResourceAlreadyExistsException", f"Another resource with Arn {arn} already exists.")
        kept = {key: value for key, value in about.items() if key != "tags"}
        walk = ("ACTIVE",) if kind == "schema" else (*MAKING[:2], *([MAKING[1]] * self.slow), MAKING[2])
        held: dict[str, Any] = {"kind": kind, "about": kept, "walk": walk, "looks": 0, "end": None, "reason": ""}
        held["made"] = datetime.datetime.fromtimestamp(self.aws.clock.now(), datetime.UTC)
        if kind in self.failing:
            held["reason"] = self.failing.pop(kind)
            held["walk"] = (*MAKING[:2], "CREATE FAILED")
        held["arn"] = arn
        self.things[arn] = held
        return arn

    def _thing(self, arn: str, *, look: bool = False) -> dict[str, Any]:
        held = self.things.get(arn)
        if held is not None and look:
            held["looks"] += 1
            if held.get("going") and held["looks"] > len(GOING):
                self._forget(arn)
                held = None
            elif held["end"] is not None and self._status(held) == "ACTIVE":
                end, held["end"] = held["end"], None
                end()
        if held is None:
            raise AwsError("ResourceNotFoundException", f"{arn} could not be found.")
        return held

    def _forget(self, arn: str) -> None:
        """Remove ARN, and what lives in it alone: a solution's versions, a dataset's imports."""
        del self.things[arn]
        inside = [
            other
            for other, held in self.things.items()
            if (held["kind"] == "solutionVersion" and other.startswith(f"{arn}/"))
            or (held["kind"] == "datasetImportJob" and held["about"]["datasetArn"] == arn)
        ]
        for other in inside:
            del self.things[other]

    def _active(self, arn: str) -> dict[str, Any]:
        held = self._thing(arn)
        if self._status(held) != "ACTIVE":
            raise AwsError("ResourceInUseException", f"{arn} is {self._status(held)}.")
        return held

    def _status(self, held: dict[str, Any]) -> str:
        return str(held["walk"][min(max(held["looks"], 1), len(held["walk"])) - 1])

    def _shown(self, member: str, held: dict[str, Any], *, brief: bool = False) -> dict[str, Any]:
        shape = wire.operation_model("personalize", f"Describe{member[0].upper()}{member[1:]}").output_shape
        known = shape.members[member].members
        told: dict[str, Any] = {**held["about"], f"{member}Arn": held["arn"], "creationDateTime": held["made"]}
        status = self._status(held)
        if member != "schema":
            told["status"] = status
        if status == "CREATE FAILED":
            told["failureReason"] = held["reason"]
        if brief:
            listed = wire.operation_model("personalize", f"List{member[0].upper()}{member[1:]}s").output_shape
            inner = next(shape for name, shape in listed.members.items() if name != "nextToken")
            known = inner.member.members
        if member == "solutionVersion" and status == "ACTIVE":
            told["trainingHours"] = 0.5
        return {name: value for name, value in told.items() if name in known}

    def _of(self, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
        return iter([(arn, held) for arn, held in self.things.items() if held["kind"] == kind])

    def _rows(self, group: str, sort: str) -> list[dict[str, str]]:
        return [
            row
            for arn, held in self._of("dataset")
            if held["about"]["datasetGroupArn"] == group and held["about"]["datasetType"].upper() == sort
            for row in self.rows.get(arn, [])
        ]

    def _read(self, held: dict[str, Any]) -> None:
        about = held["about"]
        dataset = self.things[about["datasetArn"]]
        fields = [
            one["name"] for one in json.loads(self.things[dataset["about"]["schemaArn"]]["about"]["schema"])["fields"]
        ]
        bucket, _, key = about["dataSource"]["dataLocation"].removeprefix("s3://").partition("/")
        reason, rows = "", []
        there = {name: text for name, text in self.aws.objects(bucket).items() if name.startswith(key)}
        if key.endswith("/"):  # a folder, what lies below its folders left out
            files = [text for name, text in sorted(there.items()) if "/" not in name.removeprefix(key)]
        else:
            files = [there[key]] if key in there else []
        if "personalize.amazonaws.com" not in self.aws.store.policy(bucket):
            reason = "Insufficient privileges for accessing data in S3."
        elif not files:
            reason = f"There is nothing at {about['dataSource']['dataLocation']}."
        else:
            for data in files:
                head, *lines = csv.reader(io.StringIO(data.decode()))
                rows += [dict(zip(head, line, strict=True)) for line in lines]
                if head != fields:
                    break
            if head != fields:
                reason = f"Input csv has {head}, and the schema {fields}."
            elif dataset["about"]["datasetType"].upper() == "INTERACTIONS":
                wrong = [row["TIMESTAMP"] for row in rows if not 8 <= len(row["TIMESTAMP"]) <= 10]
                reason = f"Timestamps are not in seconds: {wrong[:1]}" if wrong else ""
        if reason:
            held |= {"walk": ("CREATE FAILED",), "reason": reason}
            return
        known = self.rows.get(about["datasetArn"], []) if about["importMode"] == "INCREMENTAL" else []
        self.rows[about["datasetArn"]] = [*known, *rows]

    def _batch(self, kind: str, params: dict[str, Any], call: Call) -> str:
        version = self._active(params["solutionVersionArn"])
        arn = self._make(kind, params["jobName"], params, call, named="jobName")
        self.things[arn]["end"] = lambda: self._answer(params, version)
        return arn

    def _answer(self, params: dict[str, Any], version: dict[str, Any]) -> None:
        source = params["jobInput"]["s3DataSource"]["path"]
        bucket, _, key = source.removeprefix("s3://").partition("/")
        out, _, prefix = params["jobOutput"]["s3DataDestination"]["path"].removeprefix("s3://").partition("/")
        count = params.get("numResults", 25)
        lines = []
        for line in self.aws.objects(bucket)[key].decode().splitlines():
            asked = json.loads(line)
            items = asked.get("itemList") or [item for item in version["popular"] if item != asked.get("itemId")]
            if "itemAttributes" in asked or "affinity" in version["about"]["recipeArn"]:
                users = sorted(
                    {row["USER_ID"] for row in self._rows(version["about"]["datasetGroupArn"], "INTERACTIONS")}
                )
                answer = {"input": asked, "output": {"usersList": users[:count]}, "error": None}
            else:
                scores = [round(1 / place, 4) for place in range(1, len(items[:count]) + 1)]
                answer = {
                    "input": asked,
                    "output": {"recommendedItems": items[:count], "scores": scores},
                    "error": None,
                }
            lines.append(json.dumps(answer))
        self.aws.put(out, f"{prefix}{key.rpartition('/')[2]}.out", ("\n".join(lines) + "\n").encode())


def _camel(text: str) -> str:
    first, *rest = text.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _page(member: str, found: list[dict[str, Any]], params: dict[str, Any]) -> dict[str, Any]:
    first = int(params.get("nextToken", "0"))
    page: dict[str, Any] = {member: found[first : first + PAGE]}
    return page | ({"nextToken": str(first + PAGE)} if first + PAGE < len(found) else {})
