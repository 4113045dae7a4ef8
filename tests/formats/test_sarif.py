"""Findings as SARIF 2.1.0: what the standard asks of a document, and how severities become levels."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from awsml_cli.formats import sarif
from awsml_cli.formats.sarif import Finding, Rule

SQL = Rule("python/sql@v1.0", "SQL", "Short.", "Long.", ("security", "cwe-89"))


def document(*findings: Finding) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(sarif.render(findings, tool="T", address="https://example.com/"))
    return made


def test_what_the_standard_requires_is_there() -> None:
    made = document(Finding(SQL, "Use parameters.", "High", path="src/ä b.py", start=3, end=5, key="01"))
    (run,) = made["runs"]
    driver = run["tool"]["driver"]
    assert (made["version"], made["$schema"].endswith("sarif-schema-2.1.0.json")) == ("2.1.0", True)
    assert (driver["name"], [rule["id"] for rule in driver["rules"]]) == ("T", ["python/sql@v1.0"])
    (result,) = run["results"]
    assert result == {
        "ruleId": "python/sql@v1.0",
        "ruleIndex": 0,
        "level": "error",
        "message": {"text": "Use parameters."},
        "properties": {"severity": "High"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "src/%C3%A4%20b.py", "uriBaseId": "SRCROOT"},
                    "region": {"startLine": 3, "endLine": 5},
                }
            }
        ],
        "partialFingerprints": {"recommendationId/v1": "01"},
    }
    assert driver["rules"][0]["properties"] == {"tags": ["cwe-89", "security"], "security-severity": "8.0"}


@pytest.mark.parametrize(
    ("severity", "level"),
    [
        ("Critical", "error"),
        ("High", "error"),
        ("Medium", "warning"),
        ("Low", "note"),
        ("Info", "note"),
        ("New", "warning"),
    ],
)
def test_severities_become_levels(severity: str, level: str) -> None:
    assert document(Finding(SQL, "m", severity))["runs"][0]["results"][0]["level"] == level


def test_one_rule_is_said_once_and_its_results_point_at_it() -> None:
    other = Rule("x")
    run = document(Finding(SQL, "a", "Low"), Finding(other, "b", "Low"), Finding(SQL, "c", "Low"))["runs"][0]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["python/sql@v1.0", "x"]
    assert [result["ruleIndex"] for result in run["results"]] == [0, 1, 0]


@pytest.mark.parametrize("start", [0, -1])
def test_without_a_line_there_is_no_region_and_without_a_path_no_place(start: int) -> None:
    with_path, without = document(Finding(SQL, "m", "Low", path="a", start=start), Finding(SQL, "m", "Low"))["runs"][0][
        "results"
    ]
    assert "region" not in with_path["locations"][0]["physicalLocation"]
    assert "locations" not in without


def test_no_finding_is_a_document_too() -> None:
    run = document()["runs"][0]
    assert (run["results"], run["tool"]["driver"]["rules"], run["invocations"]) == (
        [],
        [],
        [{"executionSuccessful": True}],
    )


def test_an_end_before_the_beginning_is_the_beginning() -> None:
    (result,) = document(Finding(SQL, "m", "Low", path="a", start=9, end=2))["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 9, "endLine": 9}


def _thing(needed: str = "", **properties: Any) -> dict[str, Any]:
    """A JSON object of PROPERTIES and no others, those NEEDED among them."""
    return {"type": "object", "required": needed.split(), "properties": properties, "additionalProperties": False}


TEXT: dict[str, Any] = {"type": "string"}
LINE = {"type": "integer", "minimum": 1}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
MESSAGE = _thing("text", text=TEXT)
TAGS = {"type": "array", "items": TEXT, "uniqueItems": True}
PLACE = _thing(uri={"type": "string", "pattern": r"^[^\s\\]*$"}, uriBaseId=TEXT, description=MESSAGE)
# what the standard asks of the objects that a document of ours has: sections 3.13, 3.14, 3.19, 3.27, 3.29, 3.49 and 3.50
STANDARD = _thing(
    "version runs",
    **{"$schema": TEXT},
    version={"const": "2.1.0"},
    runs={
        "type": "array",
        "items": _thing(
            "tool",
            tool=_thing(
                "driver",
                driver=_thing(
                    "name",
                    name=TEXT,
                    informationUri={"type": "string", "pattern": "^https://"},
                    rules={
                        "type": "array",
                        "uniqueItems": True,
                        "items": _thing(
                            "id",
                            id=TEXT,
                            name=TEXT,
                            shortDescription=MESSAGE,
                            fullDescription=MESSAGE,
                            help=MESSAGE,
                            defaultConfiguration=_thing(level=LEVEL),
                            properties={"type": "object", "properties": {"tags": TAGS}},
                        ),
                    },
                ),
            ),
            columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
            originalUriBaseIds={"type": "object", "additionalProperties": PLACE},
            invocations={
                "type": "array",
                "items": _thing("executionSuccessful", executionSuccessful={"type": "boolean"}),
            },
            results={
                "type": "array",
                "items": _thing(
                    "message",
                    ruleId=TEXT,
                    ruleIndex={"type": "integer", "minimum": -1},
                    level=LEVEL,
                    message=MESSAGE,
                    properties={"type": "object", "properties": {"tags": TAGS}},
                    locations={
                        "type": "array",
                        "items": _thing(
                            physicalLocation=_thing(
                                "artifactLocation",
                                artifactLocation=PLACE,
                                region=_thing("startLine", startLine=LINE, endLine=LINE),
                            )
                        ),
                    },
                    partialFingerprints={"type": "object", "additionalProperties": TEXT},
                ),
            },
        ),
    },
)


@pytest.mark.parametrize(
    "findings",
    [
        [],
        [Finding(SQL, "m", "High", path="src/ä b.py", start=3, end=5, key="01")],
        [Finding(Rule("bare"), "", "New")],
        [Finding(Rule("t", tags=("b", "a", "b")), "q", "Critical", path="/abs/x#y?.py", start=1)],
        [Finding(SQL, "m", "Info", path="C:\\x y\\z.py", start=2, end=1), Finding(SQL, "n", "Low", path="a", start=-1)],
    ],
)
def test_it_keeps_every_rule_of_the_standard_that_it_touches(findings: list[Finding]) -> None:
    made = document(*findings)
    jsonschema.validate(made, STANDARD)
    (run,) = made["runs"]
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    bases = set(run["originalUriBaseIds"])
    assert len(ids) == len(set(ids))
    for result in run["results"]:
        assert ids[result["ruleIndex"]] == result["ruleId"]
        for one in result.get("locations", ()):
            assert one["physicalLocation"]["artifactLocation"]["uriBaseId"] in bases


@pytest.mark.parametrize(
    "broken",
    [
        {"version": "2.0.0", "runs": []},
        {"version": "2.1.0"},
        {"version": "2.1.0", "runs": [{"tool": {"driver": {}}}]},
        {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "T"}}, "results": [{"ruleId": "x"}]}]},
        {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "T"}}, "extra": 1}]},
    ],
)
def test_and_these_rules_refuse_what_breaks_them(broken: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, STANDARD)
