"""AWS for the tests: a fake at the wire, driven by botocore's own models.

A test asks for the fixtures of `conftest.py` and needs only the names here:

    def test_a_throttled_translation_is_translated(aws, awsml, clock):
        aws.respond("translate", "TranslateText", AwsError("ThrottlingException", times=2))
        result = awsml("translate", "Hello.", "--to", "es")
        assert (result.exit_code, result.text) == (0, translation("Hello.", "es"))
        assert len(aws.calls_of("TranslateText")) == 3

* `aws` answers as AWS does, with state (`aws.bucket`, `aws.put`, `aws.objects`, `aws.jobs`, `aws.transcripts[bytes] = "Hello."`,
  `aws.web[url] = b"..."`), and notes `aws.calls`; `aws.respond` scripts answers and faults, `aws.kill_at`, `kill_before` and
  `kill_after` kill the client;
* `aws_http` is the same over HTTP, for processes of their own (`aws_http.env`);
* `awsml(...)` runs the program in this process, `awsml_process(...)` in another, `terminal(...)` at a pseudo-terminal;
* `clock` is the time, which only waiting moves.
"""

from __future__ import annotations

from fakeaws.clock import FakeClock
from fakeaws.core import Call
from fakeaws.faults import AwsError, HalfAnswer, Hang, Killed, Raw, Refused, Reset
from fakeaws.polly import spoken_seconds
from fakeaws.transcripts import Failure, Speech, speech
from fakeaws.translate import translation
from fakeaws.whole import Aws

__all__ = [
    "Aws",
    "AwsError",
    "Call",
    "Failure",
    "FakeClock",
    "HalfAnswer",
    "Hang",
    "Killed",
    "Raw",
    "Refused",
    "Reset",
    "Speech",
    "speech",
    "spoken_seconds",
    "translation",
]
