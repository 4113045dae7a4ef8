"""What is done to words and items once they are heard: spelt as a vocabulary shows them, filtered, redacted.

https://docs.aws.amazon.com/transcribe/latest/dg/vocabulary-filtering.html and …/pii-redaction.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from awsml_cli.local.engines import understand
from awsml_cli.local.engines.hear import Word
from awsml_cli.local.operations import Machine
from awsml_cli.local.operations.comprehend.texts import PRIVATE

Item = dict[str, Any]


def shown(words: list[Word], entries: Iterable[list[str]]) -> list[Word]:
    """WORDS with phrases of a vocabulary (ENTRIES) written as it shows them; punctuation stays."""
    for phrase, display in entries:
        parts = phrase.lower().split()
        at = 0
        while display and at <= len(words) - len(parts):
            taken = words[at : at + len(parts)]
            if [_bare(word.content).lower() for word in taken] == parts:
                tail = taken[-1].content[len(taken[-1].content.rstrip(".,!?;:…")) :]
                whole = replace(taken[0], content=display + tail, end=taken[-1].end)
                words = [*words[:at], whole, *words[at + len(parts) :]]
            at += 1
    return words


def filtered(items: list[Item], phrases: Iterable[str], method: str) -> list[Item]:
    """ITEMS with the words of PHRASES masked, removed or tagged (METHOD); whole words, in whatever case."""
    places = [at for at, item in enumerate(items) if item["type"] == "pronunciation"]
    words = [items[at]["alternatives"][0]["content"].lower() for at in places]
    hit: set[int] = set()
    for phrase in phrases:
        parts = phrase.lower().split()
        for at in range(len(words) - len(parts) + 1):
            if words[at : at + len(parts)] == parts:
                hit.update(places[at : at + len(parts)])
    if method == "remove":
        return [item for at, item in enumerate(items) if at not in hit]
    if method == "tag":
        return [{**item, "vocabularyFilterMatch": True} if at in hit else item for at, item in enumerate(items)]
    return [_masked(item) if at in hit else item for at, item in enumerate(items)]


def redacted(passages: list[list[Item]], kinds: Iterable[str], machine: Machine) -> list[list[Item]]:
    """PASSAGES of items with what is private in them as `[PII]`, one for each run of words; KINDS are AWS's, or ALL.

    Each passage is looked at as a text of its own. Raises ConfigError where the engine is not installed.
    """
    wanted = set(kinds) or {"ALL"}
    return [list(_redacted(items, wanted, machine)) for items in passages]


def _redacted(items: list[Item], wanted: set[str], machine: Machine) -> Iterator[Item]:
    text, begins = "", []
    for item in items:
        content = item["alternatives"][0]["content"]
        text += " " if text and item["type"] == "pronunciation" else ""
        begins.append(len(text))
        text += content
    found = [
        (PRIVATE[one.label], one)
        for one in understand.private.find(text, home=machine.home)
        if one.label in PRIVATE and (wanted & {"ALL", PRIVATE[one.label]})
    ]
    open_: Any = None
    for item, begin in zip(items, begins, strict=True):
        end = begin + len(item["alternatives"][0]["content"])
        over = next(((kind, one) for kind, one in found if one.begin < end and begin < one.end), None)
        if over is None:
            open_ = None
            yield item
        elif over[1] is not open_:
            kind, open_ = over
            whole = [two for two, at in zip(items, begins, strict=True) if at < open_.end and begin <= at]
            told = {"category": "PII", "type": kind, "confidence": f"{open_.score or 0.0:.4f}"}
            timed = [two for two in whole if "end_time" in two] or [item]
            times = {"start_time": item.get("start_time", timed[0].get("start_time", "0.0"))}
            times["end_time"] = timed[-1].get("end_time", times["start_time"])
            kept = {key: value for key, value in item.items() if key not in ("alternatives", "type", *times)}
            yield {
                **kept,
                "type": "pronunciation",
                "alternatives": [{"content": "[PII]", "redactions": [told]}],
                **times,
            }


def _masked(item: Item) -> Item:
    best = {key: value for key, value in item["alternatives"][0].items() if key != "content"}
    return {**item, "alternatives": [{**best, "content": "***"}]}


def _bare(content: str) -> str:
    return re.sub(r"^\W+|\W+$", "", content)
