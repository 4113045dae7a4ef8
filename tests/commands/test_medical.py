"""`awsml medical`, as a person and as the next program in the pipe meet it."""

from __future__ import annotations

import json

import pytest
from fakeaws import AwsError

NOTE = "🙂 Jane Doe takes aspirin 100 mg against headache"


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        (
            "entities",
            "NAME\tJane Doe\t0.99\t2\t10\tPROTECTED_HEALTH_INFORMATION\t\t\n"
            "GENERIC_NAME\taspirin\t0.99\t17\t24\tMEDICATION\t\t\n"
            "DOSAGE\t100 mg\t0.98\t25\t31\tMEDICATION\t\taspirin\n"
            "DX_NAME\theadache\t0.99\t40\t48\tMEDICAL_CONDITION\tSYMPTOM\t\n",
        ),
        ("phi", "NAME\tJane Doe\t0.99\t2\t10\n"),
        ("icd10", "DX_NAME\theadache\t0.99\t40\t48\tR51.9\tHeadache, unspecified\t0.8\n"),
        ("rxnorm", "GENERIC_NAME\taspirin\t0.99\t17\t24\t1191\taspirin\t0.8\n"),
        ("snomed", "DX_NAME\theadache\t0.99\t40\t48\tR51.9\tHeadache, unspecified\t0.8\n"),
        ("redact", "🙂 [NAME] takes aspirin 100 mg against headache"),
    ],
)
def test_in_a_pipe_rows_begin_as_those_of_comprehend(aws, awsml, command, shown):
    run = awsml("medical", command, NOTE)
    assert (run.exit_code, run.text, run.stderr) == (0, shown, "")


def test_json_has_all_codes_and_attributes(aws, awsml):
    found = json.loads(awsml("medical", "icd10", "-f", "json", NOTE).text)
    assert [code["code"] for code in found["entities"][0]["icd10_cm_concepts"]] == ["R51.9", "R51.9X"]
    entities = json.loads(awsml("medical", "entities", "-f", "json", NOTE).text)["entities"]
    assert entities[1]["attributes"][0]["begin_offset"] == 25


@pytest.mark.parametrize(("command", "limit"), [("entities", 20_000), ("icd10", 10_000)])
def test_a_long_note_has_the_places_of_the_whole(aws, awsml, command, limit):
    note = "🙂 Patient reports a headache, takes aspirin 100 mg. " * 900
    run = awsml("medical", command, "-f", "json", stdin=note)
    found = json.loads(run.text)["entities"]
    assert all(note[one["begin_offset"] : one["end_offset"]] == one["text"] for one in found)
    inner = [attribute for one in found for attribute in one.get("attributes", [])]
    assert all(note[one["begin_offset"] : one["end_offset"]] == one["text"] for one in inner)
    assert sum(one["text"] == "headache" for one in found) == 900
    assert len({one["id"] for one in found}) == len(found)
    assert all(len(call.params["Text"]) <= limit for call in aws.calls)
    assert len(aws.calls) >= 3


def test_a_note_of_any_length_is_redacted_as_it_flows(aws, awsml):
    run = awsml("medical", "redact", stdin="Jane Doe was seen. Bob Brown was not.\n" * 2_000)
    assert run.text == "[NAME] was seen. [NAME] was not.\n" * 2_000


def test_lines_and_tables_are_notes_of_their_own(aws, awsml):
    run = awsml("medical", "icd10", "--lines", stdin="fever\n\nheadache\n")
    assert [line.split("\t")[:3] for line in run.text.splitlines()] == [
        ["1", "DX_NAME", "fever"],
        ["3", "DX_NAME", "headache"],
    ]
    table = awsml("medical", "rxnorm", "--jsonl", "drug", stdin='{"drug": "aspirin"}\n')
    assert json.loads(table.text)["rxnorm_entities"][0]["rx_norm_concepts"][0]["code"] == "1191"


def test_a_note_that_fails_fails_alone(aws, awsml):
    refused = AwsError("InvalidRequestException", "no")
    aws.respond_where("comprehendmedical", "DetectPHI", lambda params: params["Text"] == "bad", refused)
    run = awsml("medical", "phi", "--lines", "-f", "jsonl", stdin="bad\nJane Doe\n")
    assert run.exit_code == 5
    assert run.text.startswith("\n{")


def test_types_are_those_of_the_service(aws, awsml):
    run = awsml("medical", "phi", "--types", "NAMES", NOTE)
    assert (run.exit_code, "did you mean NAME?" in run.stderr) == (2, True)


def test_a_dry_run_says_the_price(aws, awsml):
    run = awsml("medical", "entities", "--dry-run", "x" * 950)
    assert run.text == "comprehendmedical:DetectEntitiesV2\tTEXT\t1\t10\tunits of 100 characters\t0.1\n"
    assert aws.calls == []


def test_places_are_marked_at_a_terminal_and_in_html(aws, awsml):
    assert "\x1b[44;97mJane Doe\x1b[0m" in awsml("medical", "phi", NOTE, tty=["stdout"]).text
    assert '<mark class="k0" title="NAME">Jane Doe' in awsml("medical", "phi", "-f", "html", NOTE).text
