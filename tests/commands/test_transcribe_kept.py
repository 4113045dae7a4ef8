"""A transcript that is kept here: what is asked of it later, and the language that was asked for."""

from __future__ import annotations

import json
from pathlib import Path

from fakeaws import Aws
from fakeaws.program import Program
from recordings import STAGING, recording, sent


def test_without_waiting_a_kept_answer_has_an_id_that_leads_to_it(aws: Aws, awsml: Program, tmp_path: Path) -> None:
    aws.bucket(STAGING)
    talk = recording(tmp_path)
    said = awsml("transcribe", talk, "--bucket", STAGING).text
    before = len(aws.calls)
    job = awsml("transcribe", talk, "--bucket", STAGING, "--no-wait").text.strip()
    assert job.startswith("transcribe:us-east-1:awsml-")
    assert awsml("transcribe", "jobs", "result", job).text == said
    assert "StartTranscriptionJob" not in sent(aws)[before:]


def test_the_language_that_was_asked_for_is_in_the_record(aws: Aws, awsml: Program, tmp_path: Path) -> None:
    aws.bucket(STAGING)
    run = awsml("transcribe", recording(tmp_path), "--bucket", STAGING, "--language", "en-GB", "-f", "json")
    assert json.loads(run.text)["language_code"] == "en-GB"
