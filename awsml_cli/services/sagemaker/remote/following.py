"""The logs of a training's or an endpoint's machines, merged by time, each line once.

One request for each stream and page, by the stream's own token, so that a line that comes late is not lost. All streams
are asked at once, so that many machines take no longer than one; what is kept is one page of each.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, Final

from awsml_cli.core import batch, paging
from awsml_cli.core.errors import ServiceError
from awsml_cli.core.record import Record
from awsml_cli.core.session import Session

TRAINING_GROUP: Final = "/aws/sagemaker/TrainingJobs"
ENDPOINT_GROUP: Final = "/aws/sagemaker/Endpoints"
PAGE: Final = 2_000  # events of one answer; AWS gives up to 10,000, and as many of each stream are held at once
AT_ONCE: Final = 16  # streams that are asked at the same time; GetLogEvents may be called 25 times a second


class LogLine(Record):
    """A line of a log; `timestamp` is in milliseconds of the epoch."""

    columns: ClassVar = ("host", "message")

    host: str
    timestamp: int
    message: str


@dataclass
class _Stream:
    name: str
    token: str | None = None
    ended: bool = True  # no more of it is known to be there


class Log:
    """The lines of GROUP's streams whose names begin with PREFIX, from SINCE (milliseconds) on."""

    def __init__(
        self, session: Session, group: str, prefix: str, *, region: str | None = None, since: int | None = None
    ) -> None:
        self._logs = session.client("logs", region=region)
        self._group, self._prefix = group, prefix
        self._since = {"startTime": since} if since is not None else {}
        self._streams: dict[str, _Stream] = {}

    def new(self, *, following: bool = False) -> Iterator[LogLine]:
        """What has come since the last time, in order of time; nothing where there is no log yet.

        FOLLOWING, who comes again soon does not ask whether anything is behind a page that is not full.
        """
        self._look_for_streams()
        streams = list(self._streams.values())
        ask = partial(self._page, following=following)
        first = batch.in_order(ask, streams, workers=AT_ONCE) if len(streams) > 1 else map(ask, streams)
        pages = list(first)
        yield from heapq.merge(
            *(self._lines(one, page, ask) for one, page in zip(streams, pages, strict=True)),
            key=lambda line: line.timestamp,
        )

    def _look_for_streams(self) -> None:
        named = {"logStreamNamePrefix": self._prefix} if self._prefix else {}
        try:
            for found in paging.items(
                self._logs.describe_log_streams, "logStreams", logGroupName=self._group, limit=50, **named
            ):
                self._streams.setdefault(found["logStreamName"], _Stream(found["logStreamName"]))
        except ServiceError as error:
            if error.code != "ResourceNotFoundException":
                raise

    def _lines(self, stream: _Stream, page: list[Any], ask: Callable[[_Stream], list[Any]]) -> Iterator[LogLine]:
        """The events of PAGE as lines, and those of the pages behind it, each asked for when its lines are wanted."""
        host = host_of(stream.name.removeprefix(self._prefix))
        while True:
            page.reverse()
            while page:  # let go of one by one
                event = page.pop()
                yield LogLine(host=host, timestamp=event["timestamp"], message=event["message"].rstrip("\n"))
            if stream.ended:
                return
            page = ask(stream)

    def _page(self, stream: _Stream, *, following: bool) -> list[Any]:
        """The next events of STREAM; a token that does not change says that there are no more."""
        given: dict[str, Any] = {"nextToken": stream.token} if stream.token else {}
        answer = self._logs.get_log_events(
            logGroupName=self._group,
            logStreamName=stream.name,
            startFromHead=True,
            limit=PAGE,
            **given,
            **self._since,
        )
        events = list(answer["events"])
        token = answer.get("nextForwardToken")
        stream.ended = not token or token == stream.token or (following and 0 < len(events) < PAGE)
        stream.token = token or stream.token
        return events


def host_of(stream: str) -> str:
    """`algo-1` of a training's stream `algo-1-1700000000`; an endpoint's `variant/instance` as it is."""
    found = re.fullmatch(r"(algo-\d+)-\d+", stream.strip("/"))
    return found[1] if found else stream.strip("/")
