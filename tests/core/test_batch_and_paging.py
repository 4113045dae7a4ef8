"""Many calls at once, in order; all pages, whatever the token is called; work that nobody wants any more."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest

from awsml_cli.core import batch, paging, wanted
from awsml_cli.core.errors import ConfigError, InputError, ServiceError
from awsml_cli.core.sources import Source

PATIENCE = 10


class TestInOrder:
    def test_answers_come_in_the_order_of_the_questions(self) -> None:
        last_first = threading.Event()

        def work(number: int) -> int:
            last_first.set() if number == 3 else last_first.wait(PATIENCE)
            return number * 10

        assert list(batch.in_order(work, range(4), workers=4)) == [0, 10, 20, 30]

    def test_no_more_is_asked_ahead_than_there_is_room_for(self) -> None:
        asked: list[int] = []

        def questions() -> Iterator[int]:
            for number in range(1000):
                asked.append(number)
                yield number

        answers = batch.in_order(lambda number: number, questions(), workers=2)
        first = list(islice(answers, 3))
        answers.close()  # type: ignore[attr-defined]
        assert (first, len(asked) <= 3 + 2 * 2 + 2) == ([0, 1, 2], True)

    def test_an_answer_goes_out_while_the_source_is_silent(self) -> None:
        more = threading.Event()

        def questions() -> Iterator[int]:
            yield 1
            more.wait(PATIENCE)
            yield 2

        answers = batch.in_order(lambda number: number, questions(), workers=2)
        first = next(answers)
        more.set()
        assert (first, list(answers)) == (1, [2])

    def test_a_failure_comes_in_its_turn(self) -> None:
        def work(number: int) -> int:
            if number == 2:
                raise InputError("no good")
            return number

        answers = batch.in_order(work, range(9), workers=3)
        assert list(islice(answers, 2)) == [0, 1]
        with pytest.raises(InputError):
            next(answers)

    def test_a_failure_of_the_source_comes_after_the_answers_before_it(self) -> None:
        def questions() -> Iterator[int]:
            yield 1
            raise InputError("broke off")

        answers = batch.in_order(lambda number: number, questions(), workers=2)
        assert next(answers) == 1
        with pytest.raises(InputError):
            next(answers)

    def test_who_still_works_when_nobody_wants_it_is_told_and_awaited(self) -> None:
        ended: list[int] = []
        both = threading.Barrier(3)

        def work(number: int) -> int:
            if number:
                both.wait(PATIENCE)
                wanted.ended().wait(PATIENCE)
                ended.append(number)
                wanted.check()
            return number

        answers = batch.in_order(work, range(9), workers=2)
        assert next(answers) == 0
        both.wait(PATIENCE)
        answers.close()  # type: ignore[attr-defined]
        assert sorted(ended) == [1, 2]

    def test_where_nobody_has_said_so_work_is_wanted(self) -> None:
        wanted.check()


class TestEach:
    SOURCES = (Source("a"), Source("b"), Source("c"))

    @pytest.mark.parametrize("jobs", [1, 3])
    def test_one_failure_stops_nobody(self, jobs: int) -> None:
        def work(source: Source) -> str:
            if source.name == "b":
                raise InputError("no good")
            return source.name

        outcomes = list(batch.each(self.SOURCES, work, jobs=jobs))
        assert [(outcome.source.name, outcome.value, bool(outcome.error)) for outcome in outcomes] == [
            ("a", "a", False),
            ("b", None, True),
            ("c", "c", False),
        ]

    @pytest.mark.parametrize("jobs", [1, 3])
    @pytest.mark.parametrize(
        "error",
        [
            ConfigError("no region"),
            ServiceError("denied", code="AccessDeniedException"),
            ServiceError("late", code="ExpiredToken"),
        ],
    )
    def test_what_all_would_meet_stops_at_once(self, jobs: int, error: Exception) -> None:
        def work(source: Source) -> str:
            raise error

        with pytest.raises(type(error)):
            list(batch.each(self.SOURCES, work, jobs=jobs))


class TestPages:
    @pytest.mark.parametrize("token", paging.TOKENS)
    def test_every_spelling_of_the_token(self, token: str) -> None:
        asked: list[dict[str, Any]] = []

        def call(**params: Any) -> dict[str, Any]:
            asked.append(params)
            return {"Things": [len(asked)], **({token: f"t{len(asked)}"} if len(asked) < 3 else {})}

        assert list(paging.items(call, "Things", Size=1)) == [1, 2, 3]
        assert asked == [{"Size": 1}, {"Size": 1, token: "t1"}, {"Size": 1, token: "t2"}]

    @pytest.mark.parametrize("tokens", [["a", "a"], ["a", "b", "a"]])
    def test_a_token_that_comes_again_is_an_error(self, tokens: list[str]) -> None:
        left = iter(tokens)
        with pytest.raises(ServiceError, match="its list does not end"):
            list(paging.pages(lambda **_: {"NextToken": next(left)}))

    def test_an_empty_page_in_the_middle_is_not_the_end(self) -> None:
        answers = iter(
            [{"Things": [1], "NextToken": "a"}, {"NextToken": "b"}, {"Things": None, "NextToken": "c"}, {"Things": [2]}]
        )
        assert list(paging.items(lambda **_: next(answers), "Things")) == [1, 2]

    def test_the_next_page_is_not_read_before_it_is_wanted(self) -> None:
        answers = iter([{"Things": [1, 2], "NextToken": "a"}])
        assert list(islice(paging.items(lambda **_: next(answers), "Things"), 2)) == [1, 2]
