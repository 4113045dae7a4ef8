"""Logs of several machines, followed in simulated time: each call takes its time, and meanwhile lines are written."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from fakeaws import Aws, FakeClock

from awsml_cli.core.config import Config
from awsml_cli.core.jobs import JobId
from awsml_cli.core.session import Session
from awsml_cli.core.talk import Silence
from awsml_cli.services.sagemaker.remote import following, jobs

GROUP = "/aws/sagemaker/TrainingJobs"
JOB = JobId("sagemaker", "us-east-1", "one")
HOSTS, RATE = 8, 100  # machines, lines a second of each
LATENCY = 0.15  # seconds of a call from another continent
SPAN = 6.0  # seconds in which lines are written


class Writers:
    """Machines that write while time goes by, which it does with every call; those made together take the time of one."""

    def __init__(self, aws: Aws, clock: FakeClock) -> None:
        self._aws, self._clock, self._begin, self._written = aws, clock, clock.now(), 0
        self._together = threading.Barrier(HOSTS, action=self._pass)
        self._handle = aws.handle
        clock.during_sleep.append(lambda _: self._write())

    def handle(self, service: str, request: Any, operation: str = "") -> Any:
        """Let the time of a call pass, then answer it. Calls of other threads wait for each other, or fail."""
        if threading.current_thread() is threading.main_thread():
            self._pass()
        else:
            self._together.wait(timeout=60)
        return self._handle(service, request, operation)

    def _pass(self) -> None:
        self._clock.advance(LATENCY)
        self._write()

    def _write(self) -> None:
        due = int(min(self._clock.now() - self._begin, SPAN) * RATE)
        for host in range(1, HOSTS + 1):
            events = [
                (int((self._begin + number / RATE) * 1000), f"line {number}") for number in range(self._written, due)
            ]
            if events:
                self._aws.sagemaker.logs.put(GROUP, f"one/algo-{host}-1", events, "us-east-1")
        self._written = max(due, self._written)


class Listener(Silence):
    """Notes how old each line of the log is when it is told."""

    def __init__(self, clock: FakeClock, begin: float) -> None:
        self._clock, self._begin = clock, begin
        self.ages: list[float] = []

    def tell(self, text: str) -> None:
        """Note it."""
        if " | line " in text:
            self.ages.append(self._clock.now() - self._begin - int(text.rpartition(" ")[2]) / RATE)


def _followed(session: Session, clock: FakeClock) -> list[float]:
    lines = jobs.logs(session, JOB, follow=True, host=None, grep=lambda text: True, since=None)
    return [clock.now() - line.timestamp / 1000 for line in lines]


def _waited_for(session: Session, clock: FakeClock) -> list[float]:
    listener = Listener(clock, clock.now())
    session.talk = listener
    jobs.wait(session, JOB)
    return listener.ages


@pytest.mark.parametrize("ages_of", [_followed, _waited_for])
def test_eight_machines_with_a_hundred_lines_a_second_each_are_kept_up_with_within_two_seconds(
    aws: Aws, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, ages_of: Callable[[Session, FakeClock], list[float]]
) -> None:
    _start(aws)
    monkeypatch.setattr(aws, "handle", Writers(aws, clock).handle)
    ages = ages_of(Session(Config(region="us-east-1")), clock)
    assert len(ages) == HOSTS * RATE * SPAN
    assert max(ages) < 2.0


def test_a_page_of_each_stream_is_all_that_is_held(aws: Aws, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "PAGE", 10)
    for host in (1, 2):
        lines = [(int(clock.now() * 1000) + number * 10 + host, f"{number}") for number in range(100)]
        aws.sagemaker.logs.put(GROUP, f"one/algo-{host}-1", lines, "us-east-1")
    log = following.Log(Session(Config(region="us-east-1")), GROUP, "one/")
    asked = _asked_after_each(aws, log.new())
    assert [count for number, count in enumerate(asked) if number % 20 == 0] == [2, 4, 6, 8, 10, 12, 14, 16, 18, 20]


def _asked_after_each(aws: Aws, lines: Iterator[following.LogLine]) -> list[int]:
    """How many pages had been asked for when each of LINES came."""
    aws.calls.clear()
    return [len(aws.calls_of("GetLogEvents")) for _ in lines]


def _start(aws: Aws) -> None:
    """A training on several machines, which write nothing by themselves."""
    aws.bucket("lake")
    aws.sagemaker.script, aws.sagemaker.walk = [], (*("Training",) * 7, "Completed")
    boto3.client("sagemaker").create_training_job(
        TrainingJobName="one",
        RoleArn="arn:aws:iam::123456789012:role/trainer",
        AlgorithmSpecification={"TrainingImage": "image:1", "TrainingInputMode": "File"},
        OutputDataConfig={"S3OutputPath": "s3://lake/m/"},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": HOSTS, "VolumeSizeInGB": 30},
        StoppingCondition={"MaxRuntimeInSeconds": 60},
    )
