"""Answers of Comprehend as rows, as cells of a user's table, and as one answer where a text had several parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from awsml_cli.formats.readings import Parts, Rows


def whole_sentiment(found: Parts) -> dict[str, Any]:
    """The mean of the scores, and the sentiment that it is highest for."""
    score = _weighed(found, lambda answer: answer["SentimentScore"])
    return {"Sentiment": max(score, key=lambda kind: score[kind]).upper(), "SentimentScore": score}


def whole_languages(found: Parts) -> dict[str, Any]:
    """The mean of the scores of each language."""
    score = _weighed(found, lambda answer: {one["LanguageCode"]: one["Score"] for one in answer["Languages"]})
    return {"Languages": [{"LanguageCode": code, "Score": share} for code, share in score.items()]}


def highest(key: str) -> Callable[[Parts], dict[str, Any]]:
    """The highest score of each label: what one part says is so for the whole."""

    def compose(found: Parts) -> dict[str, Any]:
        score: dict[str, float] = {}
        for _, answer in found:
            for label in answer.get(key) or ():
                score[label["Name"]] = max(score.get(label["Name"], 0.0), label["Score"])
        whole: dict[str, Any] = {key: [{"Name": name, "Score": share} for name, share in score.items()]}
        if any("Toxicity" in answer for _, answer in found):
            whole["Toxicity"] = max(answer.get("Toxicity", 0.0) for _, answer in found)
        return whole

    return compose


def whole_classes(found: Parts) -> dict[str, Any]:
    """The mean of the scores of each class."""
    key = "Classes" if found[0][1].get("Classes") else "Labels"
    score = _weighed(found, lambda answer: {one["Name"]: one["Score"] for one in answer.get(key) or ()})
    return {key: [{"Name": name, "Score": share} for name, share in score.items()]}


def _weighed(found: Parts, scores: Callable[[Any], Mapping[str, float]]) -> dict[str, float]:
    """The mean of the scores of each part, weighed by its length."""
    total = sum(len(window.text) for window, _ in found)
    mean: dict[str, float] = {}
    for window, answer in found:
        for name, score in scores(answer).items():
            mean[name] = mean.get(name, 0.0) + score * len(window.text) / total
    return mean


def sentiment_row(fields: Mapping[str, Any]) -> Rows:
    """The sentiment and its score."""
    return [(fields["sentiment"], fields["sentiment_score"].get(fields["sentiment"].lower()))]


def best(labels: Sequence[Mapping[str, Any]], *, by: str = "name") -> tuple[Any, Any]:
    """The name and the score of the one with the highest score."""
    best = max(labels, key=lambda one: one["score"], default={})
    return best.get(by), best.get("score")


def label_rows(key: str) -> Callable[[Mapping[str, Any]], Rows]:
    """Rows of the labels in the list KEY, the surest first."""

    def rows(fields: Mapping[str, Any]) -> Rows:
        labels = sorted(fields.get(key) or (), key=lambda one: -one["score"])
        return [(label["name"], label["score"]) for label in labels]

    return rows


def span_row(kind: str | None = None) -> Callable[[Mapping[str, Any]], Rows]:
    """Rows of places in a text, all of one KIND if AWS gives none."""

    def rows(span: Mapping[str, Any]) -> Rows:
        return [(kind or span["Type"], span.get("Text"), span.get("Score"), span["BeginOffset"], span["EndOffset"])]

    return rows


def token_row(token: Mapping[str, Any]) -> Rows:
    """A word and its part of speech."""
    tag = token["PartOfSpeech"]
    return [(tag["Tag"], token["Text"], tag["Score"], token["BeginOffset"], token["EndOffset"])]


def target_rows(entity: Mapping[str, Any]) -> Rows:
    """The mentions of somebody or something, and what is felt about it there."""
    found = []
    for mention in entity["Mentions"]:
        felt = mention["MentionSentiment"]
        score = felt["SentimentScore"].get(felt["Sentiment"].title())
        place = (mention["BeginOffset"], mention["EndOffset"])
        found.append((mention["Type"], mention["Text"], mention["Score"], *place, felt["Sentiment"], score))
    return found


def sentiment_cells(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The sentiment and the four scores."""
    scores = fields.get("sentiment_score") or {}
    names = ("positive", "negative", "neutral", "mixed")
    return {"sentiment": fields.get("sentiment"), **{f"sentiment_{name}": scores.get(name) for name in names}}


def sentiment_members(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The sentiment and the scores, as AWS names them."""
    return {name: fields.get(name) for name in ("sentiment", "sentiment_score")}


def language_cells(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The language and its score."""
    code, score = best(fields.get("languages") or (), by="language_code")
    return {"language_code": code, "language_score": score}


def toxicity_cells(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The toxicity and the labels."""
    return {"toxicity": fields.get("toxicity"), "toxicity_labels": fields.get("labels")}


def class_cells(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The surest class and its score."""
    name, score = best(fields.get("classes") or fields.get("labels") or ())
    return {"class": name, "class_score": score}


def cell(name: str, key: str) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """One cell called NAME, with the list KEY in it."""
    return lambda fields: {name: fields.get(key)}
