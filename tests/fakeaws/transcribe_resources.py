"""What Amazon Transcribe holds beside its jobs: vocabularies, vocabulary filters, language models, categories."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from fakeaws.core import Call, FakeAws
from fakeaws.faults import AwsError

PAGE = 5  # of a list without MaxResults


class Resources:
    """Vocabularies and models go through a walk of states, one step each time they are asked after.

    `refused_words` fail the vocabulary that holds one of them, as AWS's own checks would.
    """

    def __init__(self, aws: FakeAws) -> None:
        self.aws = aws
        self.vocabularies: dict[str, dict[str, Any]] = {}
        self.medical_vocabularies: dict[str, dict[str, Any]] = {}
        self.filters: dict[str, dict[str, Any]] = {}
        self.models: dict[str, dict[str, Any]] = {}
        self.categories: dict[str, dict[str, Any]] = {}
        self.refused_words: set[str] = set()

    def check_resources(self, params: Mapping[str, Any]) -> None:
        """Refuse a job that names what is not there, or not ready."""
        named = [
            params.get("Settings", {}),
            params.get("ModelSettings", {}),
            *params.get("LanguageIdSettings", {}).values(),
        ]
        for settings in named:
            for key, held in (
                ("VocabularyName", self.vocabularies),
                ("VocabularyFilterName", self.filters),
                ("LanguageModelName", self.models),
            ):
                if key in settings:
                    found = _found(held, settings[key])
                    if found.get("VocabularyState", "READY") != "READY":
                        raise AwsError("BadRequestException", "The requested vocabulary is not ready to be used.")

    def create_vocabulary(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to make a vocabulary."""
        _new(self.vocabularies, params["VocabularyName"])
        return self._vocabulary(params)

    def update_vocabulary(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to make a vocabulary anew."""
        _found(self.vocabularies, params["VocabularyName"])
        return self._vocabulary(params)

    def get_vocabulary(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Tell how a vocabulary is, which takes it one step on."""
        held = _found(self.vocabularies, params["VocabularyName"])
        answer = {key: value for key, value in held.items() if key != "phrases"}
        if held["VocabularyState"] == "PENDING":
            held["VocabularyState"] = "READY"
            if wrong := self.refused_words.intersection(held["phrases"]):
                held.update(VocabularyState="FAILED", FailureReason=f"The phrase {min(wrong)} is not allowed.")
        return answer

    def list_vocabularies(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List them in pages."""
        answer = _page(self.vocabularies, params, "Vocabularies")
        kept = ("VocabularyName", "LanguageCode", "LastModifiedTime", "VocabularyState")
        answer["Vocabularies"] = [{key: one[key] for key in kept} for one in answer["Vocabularies"]]
        return answer

    def delete_vocabulary(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Forget a vocabulary."""
        _found(self.vocabularies, params["VocabularyName"])
        del self.vocabularies[params["VocabularyName"]]
        return {}

    def create_medical_vocabulary(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to make a medical vocabulary of a file in S3."""
        _new(self.medical_vocabularies, params["VocabularyName"])
        return self._medical(params)

    def update_medical_vocabulary(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to make one anew."""
        _found(self.medical_vocabularies, params["VocabularyName"])
        return self._medical(params)

    def get_medical_vocabulary(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Tell how one is, which takes it one step on."""
        held = _found(self.medical_vocabularies, params["VocabularyName"])
        answer = dict(held)
        held["VocabularyState"] = "READY"
        return answer

    def list_medical_vocabularies(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List them in pages."""
        return _page(self.medical_vocabularies, params, "Vocabularies")

    def delete_medical_vocabulary(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Forget one."""
        _found(self.medical_vocabularies, params["VocabularyName"])
        del self.medical_vocabularies[params["VocabularyName"]]
        return {}

    def _medical(self, params: dict[str, Any]) -> dict[str, Any]:
        bucket, _, key = params["VocabularyFileUri"].removeprefix("s3://").partition("/")
        if self.aws.store.get(bucket, key) is None:
            raise AwsError("BadRequestException", "The S3 URI that you provided can't be accessed.")
        held = {
            "VocabularyName": params["VocabularyName"],
            "LanguageCode": params["LanguageCode"],
            "VocabularyState": "PENDING",
            "LastModifiedTime": self._at(),
        }
        self.medical_vocabularies[params["VocabularyName"]] = held
        return dict(held)

    def create_vocabulary_filter(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Make a filter."""
        _new(self.filters, params["VocabularyFilterName"])
        return self._filter(params, params["LanguageCode"])

    def update_vocabulary_filter(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Make a filter anew."""
        return self._filter(params, _found(self.filters, params["VocabularyFilterName"])["LanguageCode"])

    def get_vocabulary_filter(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Show a filter."""
        return _found(self.filters, params["VocabularyFilterName"])

    def list_vocabulary_filters(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List them in pages."""
        return _page(self.filters, params, "VocabularyFilters")

    def delete_vocabulary_filter(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Forget a filter."""
        _found(self.filters, params["VocabularyFilterName"])
        del self.filters[params["VocabularyFilterName"]]
        return {}

    def create_language_model(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to train a model."""
        _new(self.models, params["ModelName"])
        kept = {key: params[key] for key in ("ModelName", "LanguageCode", "BaseModelName", "InputDataConfig")}
        self.models[params["ModelName"]] = {**kept, "ModelStatus": "IN_PROGRESS", "CreateTime": self._at()}
        return {**kept, "ModelStatus": "IN_PROGRESS"}

    def describe_language_model(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Tell how a model is, which takes it one step on."""
        held = _found(self.models, params["ModelName"])
        answer = dict(held)
        held["ModelStatus"] = "COMPLETED"
        return {"LanguageModel": answer}

    def list_language_models(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List them in pages."""
        return _page(self.models, params, "Models")

    def delete_language_model(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Forget a model."""
        _found(self.models, params["ModelName"])
        del self.models[params["ModelName"]]
        return {}

    def create_call_analytics_category(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Make a category."""
        _new(self.categories, params["CategoryName"])
        return self._category(params)

    def update_call_analytics_category(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Make a category anew."""
        _found(self.categories, params["CategoryName"])
        return self._category(params)

    def get_call_analytics_category(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Show a category."""
        return {"CategoryProperties": _found(self.categories, params["CategoryName"])}

    def list_call_analytics_categories(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List them in pages."""
        return _page(self.categories, params, "Categories")

    def delete_call_analytics_category(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Forget a category."""
        _found(self.categories, params["CategoryName"])
        del self.categories[params["CategoryName"]]
        return {}

    def _vocabulary(self, params: Mapping[str, Any]) -> dict[str, Any]:
        name = params["VocabularyName"]
        answer = {
            "VocabularyName": name,
            "LanguageCode": params["LanguageCode"],
            "VocabularyState": "PENDING",
            "LastModifiedTime": self._at(),
        }
        self.vocabularies[name] = {**answer, "phrases": list(self._phrases(params))}
        return answer

    def _phrases(self, params: Mapping[str, Any]) -> Iterator[str]:
        if ("Phrases" in params) == ("VocabularyFileUri" in params):
            raise AwsError("BadRequestException", "Give either Phrases or VocabularyFileUri.")
        if "Phrases" in params:
            yield from params["Phrases"]
            return
        bucket, _, key = params["VocabularyFileUri"].removeprefix("s3://").partition("/")
        found = self.aws.store.get(bucket, key)
        if found is None:
            raise AwsError("BadRequestException", "The S3 URI that you provided can't be accessed.")
        head, *rows = found.decode().splitlines()
        place = head.split("\t").index("Phrase")
        yield from (row.split("\t")[place] for row in rows)

    def _filter(self, params: Mapping[str, Any], language: str) -> dict[str, Any]:
        name = params["VocabularyFilterName"]
        answer = {"VocabularyFilterName": name, "LanguageCode": language, "LastModifiedTime": self._at()}
        self.filters[name] = answer
        return answer

    def _category(self, params: Mapping[str, Any]) -> dict[str, Any]:
        kept = {key: params[key] for key in ("CategoryName", "Rules", "InputType") if key in params}
        self.categories[params["CategoryName"]] = {**kept, "CreateTime": self._at(), "LastUpdateTime": self._at()}
        return {"CategoryProperties": self.categories[params["CategoryName"]]}

    def _at(self) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(self.aws.clock.now(), datetime.UTC)


def _new(held: Mapping[str, Any], name: str) -> None:
    if name in held:
        raise AwsError("ConflictException", "The name is taken. Use a different name.", status=400)


def _found(held: Mapping[str, dict[str, Any]], name: str) -> dict[str, Any]:
    if name not in held:
        raise AwsError("BadRequestException", f"{name} couldn't be found. Check the name and try again.")
    return held[name]


def _page(held: Mapping[str, dict[str, Any]], params: Mapping[str, Any], key: str) -> dict[str, Any]:
    found = [one for name, one in held.items() if params.get("NameContains", "") in name]
    first = int(params.get("NextToken", "0"))
    last = first + int(params.get("MaxResults", PAGE))
    return {key: found[first:last], **({"NextToken": str(last)} if last < len(found) else {})}
