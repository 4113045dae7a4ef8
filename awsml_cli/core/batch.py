"""Many calls at once, their answers in the order of the questions.

The next question is taken by a thread of its own: an answer that is ready goes out even while the source of the
questions is silent. When nobody wants the rest (a pipe that closed, Ctrl-C), what has not begun is never begun,
and what is under way is told so and given a moment to put things right.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from concurrent.futures import wait as settle
from typing import Any, Final, TypeVar

from awsml_cli.core import refusals, wanted
from awsml_cli.core.errors import AwsmlError, ConfigError, Retired, ServiceError
from awsml_cli.core.record import Outcome
from awsml_cli.core.sources import Source

Q = TypeVar("Q")
A = TypeVar("A")

GRACE: Final = 5.0  # seconds that work under way has to end when nobody wants it any more
SLOW: Final = 0.005  # seconds without an answer after which one more is let through


def in_order(
    work: Callable[[Q], A], questions: Iterable[Q], *, workers: int, executor: Executor | None = None
) -> Iterator[A]:
    """WORK on each of QUESTIONS, WORKERS at a time and at most twice as many ahead; answers in order.

    One is under way at first, and more while answers let themselves be waited for: threads that have nothing to wait
    for only stand in each other's way. An exception of WORK comes out in its turn, after the answers before it.
    """
    pool = executor or ThreadPoolExecutor(max_workers=workers, thread_name_prefix="awsml")
    room = threading.Semaphore(1)
    ended = threading.Event()
    line: queue.SimpleQueue[Future[A] | BaseException | None] = queue.SimpleQueue()
    under_way: set[Future[A]] = set()

    def one(question: Q) -> A:
        wanted.until(ended)
        return work(question)

    def feed() -> None:
        more = workers * 2 - 1
        try:
            for question in questions:
                if not room.acquire(timeout=SLOW if more else None):
                    more -= 1
                if ended.is_set():
                    return
                answer = pool.submit(one if executor is None else work, question)
                under_way.add(answer)
                line.put(answer)
            line.put(None)
        except BaseException as problem:  # noqa: BLE001 - handed over to the thread that waits
            line.put(problem)

    threading.Thread(target=feed, daemon=True, name="awsml-feed").start()
    try:
        while (next_one := line.get()) is not None:
            if isinstance(next_one, BaseException):
                raise next_one
            answer = next_one.result()
            under_way.discard(next_one)
            yield answer
            room.release()
    finally:
        ended.set()
        room.release()
        if executor is None:
            pool.shutdown(wait=False, cancel_futures=True)
            settle([answer for answer in tuple(under_way) if not answer.cancelled()], timeout=GRACE)


def each(sources: Sequence[Source], work: Callable[[Source], Any], *, jobs: int) -> Iterator[Outcome]:
    """The outcome of WORK on each of SOURCES, in order; the failure of one does not stop the others.

    A failure that all would share (denied, no region, retired) is raised at once.
    """

    def one(source: Source) -> Outcome:
        try:
            return Outcome(source, value=work(source))
        except AwsmlError as error:
            if shared(error):
                raise
            return Outcome(source, error=error)

    if jobs == 1 or len(sources) == 1:
        yield from map(one, sources)
    else:
        yield from in_order(one, sources, workers=jobs)


def shared(error: AwsmlError) -> bool:
    """Whether ERROR would meet every other input too."""
    if error.shared:
        return True
    if isinstance(error, ServiceError):
        return error.code in refusals.DENIED | refusals.EXPIRED | refusals.UNKNOWN_KEY
    return isinstance(error, ConfigError | Retired)
