"""One transcription over as many streams as it takes: broken lines are opened again, long ones relieved.

What may repeat, and what may be missing, after a break:
* audio that was not final is sent again, from the end of the last final result on, or from the beginning of what
  another channel was saying; words that were final and are heard the same again are left out, others come twice;
* if the service goes on with its own count of time, it may have counted less than we sent: times are then early by as
  much, though never before what was final;
* a minute of audio is kept. Where a sentence had been going on for longer, its beginning is not sent again, though
  it was shown as a partial result; a live source that is silent to us (its own buffer full) loses what it drops.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any, Final
from uuid import uuid4

from awsml_cli.core import clock, prices, refusals
from awsml_cli.core.errors import AwsmlError, ConfigError, ServiceError
from awsml_cli.core.session import Session
from awsml_cli.services.transcribe_streaming import address, line, results
from awsml_cli.services.transcribe_streaming.audio import Audio
from awsml_cli.services.transcribe_streaming.line import Broken, Line, Refused
from awsml_cli.services.transcribe_streaming.options import Options
from awsml_cli.services.transcribe_streaming.results import Result
from awsml_cli.services.transcribe_streaming.sending import Feed, Pace, Sender
from awsml_cli.services.transcribe_streaming.timeline import Timeline

SERVICE: Final = "transcribe"
OPERATION: Final = "StartStreamTranscriptionWebSocket"
POLL: Final = 1.0  # seconds between two looks at whether the sender is well
AFTERWARDS: Final = 0.5  # seconds in which a sender that has sent the end knows it too
LAST: Final = 2.0  # seconds without a word after the end, when somebody pressed Ctrl-C
SILENT: Final = 30  # looks without a word after the end, before the service counts as gone
PATIENCE: Final = 300.0  # seconds that a line is tried again before the transcription fails
AT_FIRST: Final = 2  # times that a line is tried again which never was open
LIMITED: Final = 6  # times that a stream is tried again which was over a limit
LONGEST_PAUSE: Final = 15.0  # seconds
KNOWN: Final = 100  # words of a channel remembered, to know them again when they are heard again
BLUR: Final = 3.0  # seconds around the end of what is final in which words heard again are looked for, at the most
HEALTHY: Final = 30.0  # seconds that a stream must have lasted to be none of the failures in a row
_BUSY: Final = frozenset({"InternalFailureException", "ServiceUnavailableException", "ConflictException"})
_LIMITS: Final = frozenset({"LimitExceededException", "ThrottlingException", "TooManyRequestsException"})
_STARVED: Final = "no new audio"  # what the service says after 15 s without: the machine slept


class Transcribing:
    """The state that outlives a stream: what is final, what must be sent again, and how often it went wrong."""

    def __init__(self, session: Session, audio: Audio, options: Options) -> None:
        self._session = session
        self._audio = audio
        self._options = options
        self._feed = Feed(audio)
        self._pace = Pace()
        self._id, self._id_since = options.session_id or str(uuid4()), clock.monotonic()
        self._in_session = 0.0  # seconds that earlier streams of this session sent
        self._last = self._blur = 0.0  # the end of the session's last result; how far times of it may be wrong
        self._billed = 0.0
        self._final = 0.0  # the end of what is surely final
        self._partial: dict[str | None, float] = {}  # the beginning of what is not, by channel
        self._given: dict[str | None, float] = {}  # the end of what was given as final
        self._until: dict[str | None, float] = {}  # the same, when the line broke
        self._words: dict[str | None, deque[str]] = {}  # the last ones that are final, by channel
        self._failures = self._refusals = 0
        self._opened = False
        self._pause, self._waited = 0.5, 0.0
        self._over = False

    def results(self) -> Iterator[Result]:
        """What the service hears, until the audio ends. Raises ServiceError, and what reading the audio raises."""
        while not self._over:
            at = self._feed.rewind()
            if self._feed.over:
                break
            begun, before = clock.monotonic(), self._in_session
            try:
                open_line = self._open()
            except (Broken, Refused) as problem:
                self._failed(problem)
                continue
            self._opened = True
            timeline = Timeline(at, before=before, last=self._last)
            try:
                yield from self._one(open_line, timeline)
            except (Broken, Refused) as problem:
                if clock.monotonic() - begun > HEALTHY:
                    self._well()
                    self._refusals = 0
                self._failed(problem)
            finally:
                self._in_session += timeline.sent
                self._billed += timeline.sent
        if self._feed.error is not None:
            raise self._feed.error
        self._session.talk.settled()
        price = "" if self._session.local else f", {prices.transcription(self._billed)}"
        self._session.talk.note(f"{SERVICE} {OPERATION}: {self._billed:.1f} s{price}")

    def _open(self) -> Line:
        if clock.monotonic() - self._id_since > self._options.resume * 60:
            self._new_session()
        params = {
            **self._audio.params(),
            **self._options.params(),
            "session-id": self._id,
            "session-resume-window": str(self._options.resume),
        }
        self._session.talk.debug(f"{SERVICE} {OPERATION} {params}")
        credentials = address.whose(self._session)
        url = address.presign(self._session, params, credentials=credentials)
        signer = address.Signer(credentials, self._session.region, url) if self._options.signed else None
        return line.opened(
            url, trusted=address.trusted(self._session) if url.startswith("wss:") else None, signer=signer
        )

    def _one(self, open_line: Line, timeline: Timeline) -> Iterator[Result]:
        """The results of one stream. Raises Broken and Refused where it did not end as it should."""
        sender = Sender(open_line, self._audio, self._feed, timeline, self._pace)
        sender.start()
        try:
            try:
                yield from self._listen(open_line, sender, timeline)
            except KeyboardInterrupt:
                sender.finish()
                yield from self._last_words(open_line, timeline)
                raise
        finally:
            sender.stop()
            sender.join(timeout=line.CLOSE_TIMEOUT)
            if sender.is_alive():  # it waits in a line that takes nothing
                open_line.cut()
            open_line.close()
            sender.join(timeout=line.CLOSE_TIMEOUT)
        self._ended(sender)

    def _listen(self, open_line: Line, sender: Sender, timeline: Timeline) -> Iterator[Result]:
        quiet = 0
        while True:
            try:
                event = open_line.receive(POLL)
            except Broken as problem:
                if problem.clean:
                    sender.join(timeout=AFTERWARDS)
                    if sender.why is not None:
                        return
                raise
            quiet = quiet + 1 if event is None and sender.why is not None else 0
            if quiet >= SILENT:
                self._session.talk.warn("the service did not close the stream; what it had said is all there is")
                return
            if event is not None:
                yield from self._heard(event, timeline)
                sender.speaking = bool(self._partial)

    def _last_words(self, open_line: Line, timeline: Timeline) -> Iterator[Result]:
        """What still comes after Ctrl-C."""
        deadline = clock.monotonic() + 2 * LAST
        try:
            while clock.monotonic() <= deadline and (event := open_line.receive(LAST)) is not None:
                yield from self._heard(event, timeline)
        except (Broken, Refused):
            return

    def _heard(self, event: dict[str, Any], timeline: Timeline) -> Iterator[Result]:
        transcript = event.get("Transcript") or {}
        for said in transcript.get("Results") or ():
            begin, end = said.get("StartTime"), said.get("EndTime")
            if not isinstance(begin, int | float) or not isinstance(end, int | float):
                continue
            self._well()
            channel = said.get("ChannelId")
            timeline.settle(begin, end)
            self._last = max(self._last, end)
            self._blur = max(self._blur, timeline.blur)
            known = self._words.setdefault(channel, deque(maxlen=KNOWN))
            after = self._until.get(channel, 0.0)
            whole = results.moved(said, timeline.source, after=after, blur=min(self._blur, BLUR), heard=tuple(known))
            if said.get("IsPartial"):
                self._partial[channel] = timeline.source(begin) - timeline.doubt
            else:
                self._partial.pop(channel, None)
                known.extend(results.words(whole or {}))
                self._final = max(self._final, timeline.source(end) - timeline.doubt)
                self._feed.acknowledge(min([self._final, *self._partial.values()]))
            if whole is not None:
                if not whole.get("IsPartial"):
                    self._given[channel] = max(self._given.get(channel, 0.0), whole["EndTime"])
                yield results.result(whole)

    def _ended(self, sender: Sender) -> None:
        """A stream ended as it should: whether the transcription has, too."""
        self._feed.acknowledge(float("inf"))
        self._partial.clear()
        self._well()
        if sender.why == "long":
            self._session.talk.note("a stream lasts 4 hours; going on in a new one")
            self._new_session()
        elif sender.why == "rested":
            self._over = not self._feed.wait()
        else:
            self._over = True
        self._over = self._over or self._feed.error is not None
        self._until = dict(self._given)

    def _new_session(self) -> None:
        self._id, self._id_since = str(uuid4()), clock.monotonic()
        self._in_session = self._last = 0.0

    def _well(self) -> None:
        self._failures = 0
        self._pause, self._waited = 0.5, 0.0

    def _failed(self, problem: Broken | Refused) -> None:
        """Wait before the next try. Raises ServiceError where there should be none."""
        self._until = dict(self._given)
        self._partial.clear()
        error = self._error(problem)
        if isinstance(problem, Refused):
            self._refused(problem, error)
        self._failures += 1
        if self._waited >= PATIENCE or (not self._opened and self._failures > AT_FIRST):
            raise error
        self._session.talk.progress(f"{error.message}; going on in {self._pause:g} s")
        clock.sleep(self._pause)
        self._waited += self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE)

    def _refused(self, problem: Refused, error: AwsmlError) -> None:
        if problem.code in _LIMITS or problem.status == 429:
            self._refusals += 1
            self._pace.slow_down()
            if self._refusals > LIMITED:
                raise error
            self._pause = max(self._pause, min(2.0**self._refusals, LONGEST_PAUSE))
        elif problem.code == "ConflictException":
            self._refusals += 1
            if self._refusals > 2:
                if self._options.session_id == self._id:
                    raise error
                self._new_session()
        elif not (problem.code in _BUSY or problem.status >= 500 or _STARVED in problem.message):
            raise error

    def _error(self, problem: Broken | Refused) -> AwsmlError:
        if isinstance(problem, Refused) and self._session.local:
            return ConfigError(problem.message, hint="leave it out, or run without --local")
        if isinstance(problem, Refused):
            return refusals.refusal(
                {
                    "Error": {"Code": problem.code, "Message": problem.message},
                    "ResponseMetadata": {"RequestId": problem.request_id, "HTTPStatusCode": problem.status},
                },
                service=SERVICE,
                operation=OPERATION,
            )
        if not self._opened:
            return ServiceError(
                f"cannot reach {SERVICE} for a stream: {problem}",
                hint=f"check the network, --endpoint-url and whether {self._session.region} has streaming",
                code="EndpointConnectionError",
                operation=OPERATION,
            )
        return ServiceError(
            f"the stream to {SERVICE} broke off: {problem}",
            hint="what was said is final up to there; the rest must be streamed again",
            code="ConnectionClosedError",
            operation=OPERATION,
        )
