"""Which steps of a series are there: the same as a set would say, in whatever order they come."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from awsml_cli.formats.series.seen import Seen


@given(st.lists(st.integers(-200, 200), min_size=1))
def test_it_says_what_a_set_would_say(steps: list[int]) -> None:
    seen, told = Seen(steps[0], 1), {steps[0]}
    for step in steps[1:]:
        if step == seen.next:
            seen.next += 1
            assert step not in told
        else:
            assert seen.add(step) is (step not in told)
        told.add(step)
    whole = range(min(told), max(told) + 1)
    assert (seen.span, seen.count, seen.missing(1000)) == (
        (min(told), max(told)), len(told), [step for step in whole if step not in told],
    )  # fmt: skip
