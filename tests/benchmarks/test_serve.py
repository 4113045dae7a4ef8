"""What a question over HTTP costs beside the same question by `--local`, in CPU time of one process: a warm server adds little.

Both ask for the sentiment of a short text. botocore's share, which `--local` pays for each call, is what the server saves.
"""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pytest
from local.serving import Serving

from awsml_cli.local import hook

CALLS = 150
ASKED = {"Text": "What a lovely day it is.", "LanguageCode": "en"}


def spent(ask: Callable[[], Any]) -> float:
    """CPU seconds of one call, both sides of it, when everything is loaded: the best of three rounds."""
    rounds = []
    ask()
    for _ in range(3):
        begun = time.process_time()
        for _ in range(CALLS):
            ask()
        rounds.append((time.process_time() - begun) / CALLS)
    return min(rounds)


def test_a_question_over_http_costs_no_more_than_fifteen_by_local(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    core = botocore.session.Session()
    hook.attach(core, home=tmp_path, note=lambda text: None)
    client = boto3.Session(botocore_session=core, region_name="us-east-1").client("comprehend")
    serving = Serving(tmp_path)
    line = http.client.HTTPConnection("127.0.0.1", serving.server.port, timeout=30)
    body = json.dumps(ASKED)
    headers = {
        "authorization": "AWS4-HMAC-SHA256 Credential=local/20261122/us-east-1/comprehend/aws4_request",
        "x-amz-target": "Comprehend_20171127.DetectSentiment",
        "content-type": "application/x-amz-json-1.1",
    }

    def over_http() -> None:
        line.request("POST", "/", body, headers)
        answer = line.getresponse()
        assert (answer.status, json.loads(answer.read())["Sentiment"]) == (200, "POSITIVE")

    by_local, served = spent(lambda: client.detect_sentiment(**ASKED)), spent(over_http)
    line.close()
    serving.server.stop()
    with capsys.disabled():
        print(f"\na short text: {served * 1000:.2f} ms of CPU over HTTP, {by_local * 1000:.2f} ms by --local")
    assert served < 15 * by_local
    assert served < 0.020
