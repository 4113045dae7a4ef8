"""Findings about code as SARIF 2.1.0, which code hosts and editors read.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
# a severity as SARIF's level, and as the number by which GitHub sorts security alerts
LEVELS: Final = {"critical": "error", "high": "error", "medium": "warning", "low": "note", "info": "note"}
_SECURITY: Final = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "3.0", "info": "0.5"}


@dataclass(frozen=True)
class Rule:
    """What is looked for; `id` is unique."""

    id: str
    name: str = ""
    short: str = ""
    long: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """One place in the code; lines count from 1, 0 is none. `key` tells it from others between two runs."""

    rule: Rule
    message: str
    severity: str
    path: str = ""
    start: int = 0
    end: int = 0
    key: str = ""


def render(findings: Iterable[Finding], *, tool: str, address: str, finished: bool = True) -> str:
    """FINDINGS of TOOL, whose home is ADDRESS, as one run."""
    rules: dict[str, dict[str, Any]] = {}
    places: dict[str, int] = {}
    results = []
    for one in findings:
        if one.rule.id not in rules:
            places[one.rule.id] = len(rules)
            rules[one.rule.id] = _rule(one)
        results.append(_result(one, places[one.rule.id]))
    driver = {"name": tool, "informationUri": address, "rules": list(rules.values())}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The root of the code that was reviewed."}}},
        "invocations": [{"executionSuccessful": finished}],
        "results": results,
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2) + "\n"


def _rule(one: Finding) -> dict[str, Any]:
    rule, severity = one.rule, one.severity.lower()
    made: dict[str, Any] = {"id": rule.id}
    if rule.name:
        made["name"] = rule.name
    if rule.short:
        made["shortDescription"] = {"text": rule.short}
    if rule.long:
        made["fullDescription"] = {"text": rule.long}
        made["help"] = {"text": rule.long}
    made["defaultConfiguration"] = {"level": LEVELS.get(severity, "warning")}
    properties: dict[str, Any] = {"tags": sorted(set(rule.tags))} if rule.tags else {}
    if severity in _SECURITY and any("security" in tag.lower() or tag.lower().startswith("cwe") for tag in rule.tags):
        properties["security-severity"] = _SECURITY[severity]
    if properties:
        made["properties"] = properties
    return made


def _result(one: Finding, place: int) -> dict[str, Any]:
    made: dict[str, Any] = {
        "ruleId": one.rule.id,
        "ruleIndex": place,
        "level": LEVELS.get(one.severity.lower(), "warning"),
        "message": {"text": one.message or one.rule.short or one.rule.id},
        "properties": {"severity": one.severity},
    }
    if one.path:
        where: dict[str, Any] = {
            "artifactLocation": {"uri": quote(one.path.replace("\\", "/").lstrip("/")), "uriBaseId": "SRCROOT"}
        }
        if one.start > 0:
            where["region"] = {"startLine": one.start, "endLine": max(one.end, one.start)}
        made["locations"] = [{"physicalLocation": where}]
    if one.key:
        made["partialFingerprints"] = {"recommendationId/v1": one.key}
    return made
